"""Do commands explain themselves, answer and refuse in French, with the same facts in their JSON?"""

import json

import pytest
import typer

from bluehelm.cli import main
from bluehelm.cli.main import app
from bluehelm.web import catalogue
from tests.cli.test_export import LAST_DAY, home  # noqa: F401  # a fixture


def said(capsys, monkeypatch, language, *words):
    """Exit code, stdout and stderr of a command in a language."""
    monkeypatch.setenv("BLUEHELM_LANGUAGE", language)
    capsys.readouterr()
    with pytest.raises(SystemExit) as end:
        main([str(word) for word in words])
    told = capsys.readouterr()
    return end.value.code, told.out, told.err


def explained(command):
    yield command.help or ""
    yield from (getattr(parameter, "help", None) or "" for parameter in command.params)
    for below in getattr(command, "commands", {}).values():
        yield from explained(below)


def test_every_command_and_option_has_its_help_in_french():
    kept = catalogue.catalogue()
    helps = {said for said in explained(typer.main.get_command(app)) if said}
    assert len(helps) > 400 and [said for said in helps if kept.get(said) is None] == []


@pytest.mark.parametrize(
    ("words", "french"),
    [
        (("brief", "--help"), "Le sigle de la mission, comme UNMISS."),
        (("brief",), "Il manque l’argument 'mission'."),
        (("brief", "UNX", "--jso"), "Cette option n’existe pas : --jso"),
        (("brief", "UNX", "--as-of", "x"), "'x' n’est pas une date écrite AAAA-MM-JJ. Rien n’a été modifié."),
        (("brief", "XXX"), "La mission 'XXX' n’existe pas."),
        (("tables",), "écartées"),
    ],
)
def test_help_refusals_and_answers_are_in_french(home, capsys, monkeypatch, words, french):  # noqa: F811
    _code, out, err = said(capsys, monkeypatch, "fr", "--home", home, *words)
    told = " ".join((out + err).replace("│", " ").split())
    assert french in told


def facts(value):
    """An answer without its texts: keys, numbers and what is unknown."""
    if isinstance(value, dict):
        return {key: facts(one) for key, one in value.items()}
    return [facts(one) for one in value] if isinstance(value, list) else None if isinstance(value, str) else value


@pytest.mark.parametrize("words", [("brief", "UNX", *LAST_DAY), ("tables",), ("missions",), ("providers",)])
def test_the_json_of_an_answer_has_the_same_keys_and_figures_in_both(home, capsys, monkeypatch, words):  # noqa: F811
    (code, english, _err), (other, french, _err) = (
        said(capsys, monkeypatch, language, "--home", home, *words, "--json") for language in ("en", "fr")
    )
    assert (code, facts(json.loads(english))) == (other, facts(json.loads(french)))


def test_a_refusal_s_code_and_place_are_the_same_in_both(home, capsys, monkeypatch):  # noqa: F811
    english, french = (
        json.loads(said(capsys, monkeypatch, language, "--home", home, "brief", "XXX", "--json")[1])["error"]
        for language in ("en", "fr")
    )
    assert {key: english[key] == french[key] for key in english} == {
        "code": True, "what": False, "where": True, "unchanged": False, "next": False, "problems": True
    }  # fmt: skip
