"""Is a production shut as it should be, and does it refuse to start half configured?"""

import os
import re
import subprocess
import sys

import pytest

from bluehelm.definitions import DefinitionError, packaged_text
from bluehelm.definitions.sign_in import parse_sign_in_rules
from bluehelm.web.production import lacking
from tests.web.conftest import SRC

pytestmark = pytest.mark.django_db

NAME = r"\bBLUEHELM_[A-Z_]+"
SAID_ELSEWHERE = {
    *("BLUEHELM_BORDERS", "BLUEHELM_AUDIT_KEY", "BLUEHELM_ALERT_GATEWAYS"),  # docs/README.md
    *(
        "BLUEHELM_CAP_SENDER",
        "BLUEHELM_DATABASE",
        "BLUEHELM_FIELD_KEYS",
        "BLUEHELM_LOG",
        "BLUEHELM_METRICS_TOKEN",
        "BLUEHELM_MOST_SENT_MB",
    ),  # docs/operations.md
}
KEY = "k3y-of-a-production-with-enough-different-characters-0123456789-abcdefgh"
PRODUCTION = {"BLUEHELM_PRODUCTION": "1", "BLUEHELM_SECRET_KEY": KEY, "BLUEHELM_ALLOWED_HOSTS": "desk.example.org"}


def run(*words, home, **environment):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BLUEHELM_")}
    kept |= {"PYTHONPATH": str(SRC), "BLUEHELM_HOME": str(home), "DJANGO_SETTINGS_MODULE": "bluehelm.web.settings"}
    program = [sys.executable, "-W", "error", *words]
    return subprocess.run(program, env=kept | environment, capture_output=True, text=True, check=False)


def settings_of(home, *names, **environment):
    program = f"from bluehelm.web import settings as s; print([getattr(s, n) for n in {names!r}])"
    done = run("-c", program, home=home, **environment)
    return eval(done.stdout) if done.returncode == 0 else done.stderr  # a list that this test had printed


def test_djangos_own_check_for_deployment_finds_nothing(tmp_path):
    done = run("-m", "django", "check", "--deploy", "--fail-level", "WARNING", home=tmp_path, **PRODUCTION)
    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues (0 silenced)" in done.stdout


def test_the_same_check_finds_much_outside_production(tmp_path):
    done = run("-m", "django", "check", "--deploy", "--fail-level", "WARNING", home=tmp_path)
    assert done.returncode == 1
    assert "security.W012" in done.stderr


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"BLUEHELM_SECRET_KEY": ""}, "BLUEHELM_SECRET_KEY must be given"),
        ({"BLUEHELM_SECRET_KEY": "short"}, "at least 50 characters"),
        ({"BLUEHELM_ALLOWED_HOSTS": ""}, "BLUEHELM_ALLOWED_HOSTS must name"),
        ({"BLUEHELM_ALLOWED_HOSTS": "desk.example.org,*"}, "BLUEHELM_ALLOWED_HOSTS must name"),
        ({"BLUEHELM_DEBUG": "1"}, "BLUEHELM_DEBUG must not be set"),
        ({"BLUEHELM_OIDC_ISSUER": "http://issuer.example.org"}, "must begin with https"),
    ],
)
def test_what_a_production_lacks_is_named(changed, words):
    assert lacking(PRODUCTION) == []
    assert [words in sentence for sentence in lacking(PRODUCTION | changed)] == [True]


def test_a_production_that_lacks_something_does_not_start_and_names_it_all(tmp_path):
    said = settings_of(tmp_path, "DEBUG", BLUEHELM_PRODUCTION="1")
    assert "BLUEHELM_SECRET_KEY must be given" in said
    assert "BLUEHELM_ALLOWED_HOSTS must name" in said
    assert "Nothing was started" in said


@pytest.mark.parametrize("word", ["ture", "2", "production", "-1"])
def test_a_misspelt_switch_opens_nothing(tmp_path, word):
    assert "neither yes nor no" in settings_of(tmp_path, "DEBUG", **PRODUCTION | {"BLUEHELM_PRODUCTION": word})


@pytest.mark.parametrize("word", ["true", "YES", " on ", "1"])
def test_a_production_may_be_asked_for_in_several_words(tmp_path, word):
    asked = PRODUCTION | {"BLUEHELM_PRODUCTION": word}
    assert settings_of(tmp_path, "BLUEHELM_PRODUCTION", "SECURE_SSL_REDIRECT", **asked) == [True, True]


def test_cookies_go_over_https_only_and_to_no_script(tmp_path):
    names = [f"{cookie}_COOKIE_{what}" for cookie in ("SESSION", "CSRF") for what in ("SECURE", "HTTPONLY", "SAMESITE")]
    assert settings_of(tmp_path, *names, **PRODUCTION) == [True, True, "Lax"] * 2


def test_a_proxys_headers_are_believed_only_when_there_is_one(tmp_path):
    names = ("SECURE_PROXY_SSL_HEADER", "ALLAUTH_TRUSTED_PROXY_COUNT")
    assert settings_of(tmp_path, *names, **PRODUCTION) == [None, 0]
    behind = settings_of(tmp_path, *names, **PRODUCTION, BLUEHELM_BEHIND_PROXY="1", BLUEHELM_PROXIES="2")
    assert behind == [("HTTP_X_FORWARDED_PROTO", "https"), 2]


def test_limits_come_from_the_environment_before_the_definition(tmp_path):
    names = ("SESSION_COOKIE_AGE", "AXES_FAILURE_LIMIT", "DORMANT_DAYS")
    assert settings_of(tmp_path, *names) == [1800, 5, 90]
    given = {"BLUEHELM_IDLE_MINUTES": "10", "BLUEHELM_LOCKOUT_FAILURES": "8", "BLUEHELM_DORMANT_DAYS": "30"}
    assert settings_of(tmp_path, *names, **given) == [600, 8, 30]
    assert "not a whole number" in settings_of(tmp_path, "DEBUG", BLUEHELM_IDLE_MINUTES="-3")


def test_the_issuer_and_nothing_else_is_added_to_where_forms_may_lead(tmp_path):
    policy = "CONTENT_SECURITY_POLICY"
    [plain] = settings_of(tmp_path, policy)
    [open_] = settings_of(tmp_path, policy, BLUEHELM_OIDC_ISSUER="https://id.example.org/realms/x")
    assert open_["DIRECTIVES"]["form-action"] == ["'self'", "https://id.example.org"]
    assert {**open_["DIRECTIVES"], "form-action": ["'self'"]} == plain["DIRECTIVES"]


def test_in_production_plain_http_is_led_to_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/accounts/login/").headers["Location"] == "https://testserver/accounts/login/"


def test_the_rules_of_signing_in_are_consistent():
    rules = parse_sign_in_rules(packaged_text("sign_in.yaml"), "sign_in.yaml")
    assert rules.idle_minutes * 1 < rules.session_hours * 60
    assert rules.token_days <= rules.token_days_at_most


@pytest.mark.parametrize(
    ("found", "written"),
    [
        ("idle_minutes: 30", "idle_minutes: 0"),
        ("lockout_failures: 5", "lockout_failures: 101"),
        ("password_characters: 12", "password_characters: 7"),
        ("token_days_at_most: 365", "token_days_at_most: 30"),
        ("dormant_days: 90", "dormant_day: 90"),
    ],
)
def test_rules_that_cannot_be_are_refused(found, written):
    text = packaged_text("sign_in.yaml")
    assert found in text
    with pytest.raises(DefinitionError):
        parse_sign_in_rules(text.replace(found, written), "sign_in.yaml")


def test_every_variable_that_is_read_is_in_the_guide():
    read = {name for path in (SRC / "bluehelm" / "web").rglob("*.py") for name in re.findall(NAME, path.read_text())}
    guide = (SRC.parent / "docs" / "guides" / "accounts.md").read_text(encoding="utf-8")
    documented = set(re.findall(NAME, guide))
    assert read - documented <= SAID_ELSEWHERE
    assert documented <= read | {"BLUEHELM_ADDRESS"}  # which the command reads
