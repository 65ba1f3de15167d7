"""How do the tests of impact ask a command?"""

import json

import pytest

from bluehelm.cli import main


@pytest.fixture
def ask(tmp_path, capsys):
    """The exit code and the JSON answer of `impact VERB WORDS`."""

    def ask(*words, verb="estimate"):
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main(["--home", str(tmp_path / "home"), "impact", verb, *map(str, words), "--json"])
        return end.value.code, json.loads(capsys.readouterr().out)

    return ask
