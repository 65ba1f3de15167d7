"""Do the commands on accounts do what they say, and is no password ever on the command line?"""

import io
import json
import os
import re
import subprocess
import sys

import pytest

from bluehelm.cli.main import main
from bluehelm.web.accounts.models import User
from bluehelm.web.audit.models import Entry
from tests.web.accounts.conftest import PASSWORD, details
from tests.web.conftest import SRC

pytestmark = pytest.mark.django_db


@pytest.fixture
def bluehelm(folder, monkeypatch, capsys):
    """Runs a command on the test's database: exit code and what it answered."""
    monkeypatch.setattr("bluehelm.web.records.open_records", lambda home: None)
    monkeypatch.setenv("BLUEHELM_HOME", str(folder))

    def run(*words, typed=""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as ended:
            main(["--home", str(folder), "user", *words])
        said = capsys.readouterr().out
        return ended.value.code, json.loads(said) if "--json" in words else said

    return run


def test_create_answers_a_link_that_sets_a_password(bluehelm, client):
    code, made = bluehelm("create", "anna", "--email", "anna@example.org", "--json")
    assert (code, made["name"], made["open"], made["posts"]) == (0, "anna", True, [])
    path = re.fullmatch(r"http://127\.0\.0\.1:8000(/accounts/password/reset/key/\w+-\w+-\w+/)", made["link"])[1]
    assert client.get(path).status_code == 302
    assert not User.objects.get().has_usable_password()
    assert Entry.objects.get(deed="account.opened").by == "system:bluehelm user"


def test_create_puts_somebody_on_a_post(bluehelm, post_of):
    post_of("planner", code="UNSYM-PLN-1")
    assert bluehelm("create", "anna", "--post", "UNSYM-PLN-1", "--json")[1]["posts"] == ["UNSYM-PLN-1"]
    assert details("post.occupied")[0]["account"] == "anna"


def test_a_password_comes_from_stdin(bluehelm):
    assert bluehelm("create", "anna", "--password-stdin", "--json", typed=f"{PASSWORD}\n")[1]["link"] is None
    assert User.objects.get().check_password(PASSWORD)


def test_list_shows_who_is_there(bluehelm, person, post_of):
    assert "No accounts yet" not in bluehelm("list")[1]
    post_of("planner", person)
    [shown] = bluehelm("list", "--json")[1]["accounts"]
    assert (shown["name"], shown["posts"], shown["second_factor"], shown["demo"]) == (
        "anna",
        ["planner-1"],
        False,
        False,
    )
    User.objects.update(is_active=False)
    assert re.search(r"anna\s+closed\s+planner-1\s+no\s+never", bluehelm("list")[1])


def test_an_empty_folder_says_what_to_do(bluehelm):
    assert bluehelm("list") == (0, "No accounts yet.\nNext  bluehelm user create NAME --post CODE\n")
    assert bluehelm("list", "--json") == (0, {"accounts": []})


def test_close_and_reopen(bluehelm, person):
    assert bluehelm("close", "anna", "--reason", "left the mission") == (0, "Closed     anna\n")
    assert not User.objects.get().is_active
    assert bluehelm("reopen", "anna", "--reason", "came back", "--json")[1]["open"] is True


def test_unlock_and_reset(bluehelm, person, monkeypatch):
    assert bluehelm("unlock", "anna", "--json") == (0, {"name": "anna", "failures_forgotten_of": 0})
    monkeypatch.setenv("BLUEHELM_ADDRESS", "https://desk.example.org/")
    answer = bluehelm("reset", "anna", "--second-factor", "--reason", "telephone lost", "--json")[1]
    assert answer["link"].startswith("https://desk.example.org/accounts/password/reset/key/")
    assert answer["second_factors_removed"] == 0


def test_close_dormant_first_says_and_then_does(bluehelm, person):
    User.objects.update(date_joined="2020-01-01T00:00:00Z")
    said = {"days": 90, "dry_run": True, "closed": [], "dormant": ["anna"]}
    assert bluehelm("close-dormant", "--dry-run", "--json") == (0, said)
    assert User.objects.get().is_active
    assert bluehelm("close-dormant", "--days", "90")[1] == "Closed      anna\n"
    assert bluehelm("close-dormant") == (0, "No account has been unused for 90 days.\n")


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("create", "anna"), "There is an account 'anna' already."),
        (("create", "dora", "--post", "NO-SUCH"), "There is no open post 'NO-SUCH'."),
        (("create", "dora", "--password-stdin"), "No password came in."),
        (("create", "dora", "--password", "x"), "No such option: --password"),
        (("close", "nobody", "--reason", "x"), "There is no account 'nobody'."),
        (("close", "anna"), "Missing option '--reason'."),
        (("reset", "anna", "--second-factor"), "Removing second factors takes a reason."),
        (("reset", "nobody"), "There is no account 'nobody'."),
    ],
)
def test_refusals_say_what_and_change_nothing(bluehelm, person, words, what):
    before = Entry.objects.count()
    code, answer = bluehelm(*words, "--json")
    assert code == 2
    assert what in answer["error"]["what"]
    assert [user.username for user in User.objects.all()] == ["anna"]
    assert Entry.objects.count() == before


def test_a_weak_password_is_refused_with_the_reason(bluehelm):
    code, answer = bluehelm("create", "anna", "--password-stdin", "--json", typed="short\n")
    assert (code, "at least 12 characters" in answer["error"]["what"]) == (2, True)
    assert not User.objects.exists()


def run(home, *words, typed="", **environment):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BLUEHELM_")}
    program = [sys.executable, "-m", "bluehelm", "--home", str(home), *words]
    environment = kept | {"PYTHONPATH": str(SRC)} | environment
    return subprocess.run(program, env=environment, input=typed, capture_output=True, text=True, check=False)


@pytest.mark.long
def test_in_a_new_folder_records_and_key_are_made_and_no_password_is_readable(tmp_path):
    made = run(tmp_path / "home", "user", "create", "anna", "--password-stdin", "--json", typed=f"{PASSWORD}\n")
    assert (made.returncode, json.loads(made.stdout)["name"]) == (0, "anna")
    files = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert {"bluehelm.sqlite3", "secret.key"} <= {path.name for path in files}
    assert PASSWORD.encode() not in b"".join(path.read_bytes() for path in files)


@pytest.mark.parametrize("words", [("user", "list"), ("serve",)], ids=" ".join)
def test_settings_that_cannot_be_are_a_refusal_and_no_traceback(tmp_path, words):
    refused = run(tmp_path, *words, BLUEHELM_PRODUCTION="1")
    assert refused.returncode == 2
    assert "BLUEHELM_ALLOWED_HOSTS must name" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert words == ("serve",) or not list(tmp_path.glob("secret*"))
