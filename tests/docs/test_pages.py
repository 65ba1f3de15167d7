"""Does every link of the docs lead somewhere, and is every command, setting and page told?"""

import re

import pytest
import typer

from bluehelm.cli.main import app
from bluehelm.cli.reference import reference
from tests.docs.pages import DOCS, ROOT, anchors, links, pages

OUTSIDE = ("http://", "https://", "mailto:")


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_heading_that_are_there(page):
    for link in links(page):
        if link.startswith(OUTSIDE):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link} leads nowhere"
        if anchor:
            assert anchor in anchors(target), f"{link}: no such heading"


def test_the_page_of_commands_is_what_the_program_says():
    told = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert told == reference(), "run: python -m bluehelm.cli.reference > docs/commands.md"


def test_every_command_and_option_has_words_of_its_own():
    silent = [name for name, command in every_command() if not (command.help or "").strip()]
    silent += [
        f"{name} {parameter.opts[0]}"
        for name, command in every_command()
        for parameter in command.params
        if parameter.param_type_name == "option" and not (parameter.help or "").strip()
    ]
    assert not silent


def every_command():
    """Every command that there is, by its whole name, found anew from the program."""
    waiting = [("bluehelm", typer.main.get_command(app))]
    while waiting:
        name, command = waiting.pop()
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name, command
        else:
            waiting += [(f"{name} {word}", one) for word, one in inner.items()]


def test_every_command_stands_on_the_page_of_commands():
    told = (DOCS / "commands.md").read_text(encoding="utf-8")
    names = [name for name, _ in every_command()]
    assert len(names) > 10
    assert not [name for name in names if f"\n## {name}\n" not in told]


def test_every_setting_is_told():
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src" / "bluehelm").rglob("*.py"))
    settings = set(re.findall(r"\bBLUEHELM_[A-Z][A-Z_]*[A-Z]\b", source))
    told = "".join(page.read_text(encoding="utf-8") for page in pages())
    assert {"BLUEHELM_HOME", "BLUEHELM_BORDERS"} <= settings
    assert sorted(setting for setting in settings if f"`{setting}" not in told) == []


def test_every_page_can_be_reached_from_the_index():
    reached, waiting = set(), [DOCS / "README.md"]
    while waiting:
        page = waiting.pop()
        reached.add(page)
        for link in links(page):
            target = (page.parent / link.partition("#")[0]).resolve()
            inner = sorted(target.glob("*.md")) if target.is_dir() else [target]
            waiting += [found for found in inner if found.suffix == ".md" and found.exists() and found not in reached]
    assert sorted(str(page.relative_to(ROOT)) for page in DOCS.rglob("*.md") if page not in reached) == []


def test_five_readers_are_led_to_what_they_need():
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    readers = re.findall(r"^\*\*You (.+?)\.\*\*", index, re.MULTILINE)
    assert len(readers) == 5
