"""Do the commands on accounts do what they say, and is no password ever on the command line?"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.web.conftest import SRC

PASSWORD = "four grey cranes over water"


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("accounts") / "home"


@pytest.fixture(scope="module")
def bluehelm(home):
    """Runs a command in one data folder: exit code, what it answered, what it said."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BLUEHELM_")}

    def run(*words, typed="", **environment):
        program = [sys.executable, "-m", "bluehelm", "--home", str(home), *words]
        done = subprocess.run(
            program,
            env=kept | {"PYTHONPATH": str(SRC)} | environment,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, json.loads(done.stdout) if "--json" in words else done.stdout, done.stderr

    return run


def test_the_life_of_an_account(bluehelm, home):
    code, made, _ = bluehelm("user", "create", "anna", "--email", "anna@example.org", "--json")
    assert (code, made["name"], made["open"], made["posts"]) == (0, "anna", True, [])
    assert re.match(r"http://127\.0\.0\.1:8000/accounts/password/reset/key/1-\w+-\w+/$", made["link"])

    code, refused, _ = bluehelm("user", "create", "anna", "--json")
    assert (code, refused["error"]["what"]) == (2, "There is an account 'anna' already.")
    assert refused["error"]["unchanged"] == "Nothing was changed."

    code, made, _ = bluehelm("user", "create", "berta", "--password-stdin", "--json", typed=f"{PASSWORD}\n")
    assert (code, made["link"]) == (0, None)
    assert bluehelm("user", "create", "carl", "--password-stdin", "--json", typed="short\n")[0] == 2

    code, said, _ = bluehelm("user", "close", "berta", "--reason", "left the mission")
    assert (code, said) == (0, "Closed     berta\n")
    listed = bluehelm("user", "list", "--json")[1]["accounts"]
    assert [(one["name"], one["open"]) for one in listed] == [("anna", True), ("berta", False)]

    assert bluehelm("user", "reopen", "berta", "--reason", "came back", "--json")[1]["open"] is True
    assert bluehelm("user", "unlock", "anna", "--json") == (0, {"name": "anna", "failures_forgotten_of": 0}, "")
    address = {"BLUEHELM_ADDRESS": "https://desk.example.org/"}
    link = bluehelm("user", "reset", "anna", "--json", **address)[1]["link"]
    assert link.startswith("https://desk.example.org/accounts/password/reset/key/")

    dry = bluehelm("user", "close-dormant", "--days", "90", "--dry-run", "--json")
    assert dry == (0, {"days": 90, "dry_run": True, "closed": [], "dormant": []}, "")

    assert bluehelm("audit", "verify", "--json")[1]["ok"] is True
    assert PASSWORD.encode() not in b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("close", "nobody", "--reason", "x"), "There is no account 'nobody'."),
        (("close", "anna"), "Missing option '--reason'."),
        (("create", "dora", "--post", "NO-SUCH"), "There is no open post 'NO-SUCH'."),
        (("create", "dora", "--password-stdin"), "No password came in."),
        (("reset", "anna", "--second-factor"), "Removing second factors takes a reason."),
        (("create", "dora", "--password", "x"), "No such option: --password"),
    ],
)
def test_refusals_say_what_and_change_nothing(bluehelm, words, what):
    code, answer, _ = bluehelm("user", *words, "--json")
    assert code == 2
    assert what in answer["error"]["what"]
    assert "dora" not in str(bluehelm("user", "list", "--json")[1])


def test_settings_that_cannot_be_are_a_refusal_and_no_traceback(bluehelm):
    code, answer, said = bluehelm("user", "list", "--json", BLUEHELM_PRODUCTION="1")
    assert (code, answer["error"]["code"]) == (2, "bad_settings")
    assert "Traceback" not in said
