"""Does the application keep its secrets and its database as it should?"""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.apps import apps
from django.conf import settings as configured
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

from bluehelm.web.databases import database
from bluehelm.web.serve import PortError, free_port, keep_secret_key, serve
from tests.web.conftest import SRC
from tests.web.conftest import free_port as any_free_port


def setting(name, **environment):
    program = f"from bluehelm.web import settings; print(settings.{name})"
    kept = {key: value for key, value in os.environ.items() if not key.startswith("BLUEHELM_")}
    environment = kept | {"PYTHONPATH": str(SRC)} | environment
    return subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_the_secret_key_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    keep_secret_key(tmp_path)
    kept = (tmp_path / "secret.key").read_text()
    keep_secret_key(tmp_path)
    assert (tmp_path / "secret.key").read_text() == kept
    assert len(kept) >= 50
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_two_starts_at_once_agree_on_the_key(tmp_path):
    def key(_):
        keep_secret_key(tmp_path)
        return (tmp_path / "secret.key").read_text()

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(key, range(32)))) == 1


def test_the_key_comes_from_the_environment_before_the_data_folder(tmp_path):
    keep_secret_key(tmp_path)
    kept = (tmp_path / "secret.key").read_text()
    assert setting("SECRET_KEY", BLUEHELM_HOME=str(tmp_path)) == kept
    assert setting("SECRET_KEY", BLUEHELM_HOME=str(tmp_path), BLUEHELM_SECRET_KEY="given") == "given"


def test_reading_the_settings_makes_nothing(tmp_path):
    assert len(setting("SECRET_KEY", BLUEHELM_HOME=str(tmp_path / "none"))) >= 50
    assert list(tmp_path.iterdir()) == []


def test_only_this_machine_is_served_unless_hosts_are_named():
    assert setting("ALLOWED_HOSTS") == "['127.0.0.1', 'localhost', '[::1]']"
    assert setting("ALLOWED_HOSTS", BLUEHELM_ALLOWED_HOSTS="desk.example.org, [::1]") == "['desk.example.org', '[::1]']"


def test_debugging_is_off_unless_asked_for():
    assert setting("DEBUG") == "False"
    assert setting("DEBUG", BLUEHELM_DEBUG="1") == "True"


def test_writers_wait_for_one_another():
    options = configured.DATABASES["default"]["OPTIONS"]
    assert (options["transaction_mode"], options["timeout"]) == ("IMMEDIATE", 20)


@pytest.mark.django_db
def test_the_database_keeps_its_references():
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert cursor.execute("PRAGMA synchronous").fetchone() == (1,)


@pytest.mark.django_db
def test_users_are_our_own_and_no_change_waits_for_a_migration():
    assert get_user_model()._meta.label == "accounts.User"
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_labels_are_those_that_migrations_will_always_name():
    ours = {config.label: config.name for config in apps.get_app_configs() if config.name.startswith("bluehelm")}
    assert set(ours) == {
        *("accounts", "audit", "data", "disclosure", "exchange", "findings", "forces", "impact", "jobs", "missions"),
        *("morning", "outlook", "plans", "posts", "rhythm", "reports"),
        "protection",
    }
    assert all(name == f"bluehelm.web.{label}" for label, name in ours.items())


def test_a_taken_port_is_passed_over_and_the_eleventh_is_the_last():
    import socket

    wanted = any_free_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", wanted))
        other.listen()
        assert wanted < free_port(wanted) <= wanted + 10


def test_when_all_ports_are_taken_the_answer_says_so(monkeypatch):
    monkeypatch.setattr("bluehelm.web.serve.PORTS_TRIED", 0)
    import socket

    wanted = any_free_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", wanted))
        other.listen()
        with pytest.raises(PortError, match="all taken"):
            free_port(wanted)


@pytest.mark.parametrize("address", ["0.0.0.0", "192.0.2.7", "::", "desk.example.org"])
def test_nothing_that_is_not_shut_as_a_production_is_served_to_others(tmp_path, monkeypatch, address):
    for name in ("BLUEHELM_PRODUCTION", "BLUEHELM_HOME", "BLUEHELM_SERVED_AT", "DJANGO_SETTINGS_MODULE"):
        monkeypatch.setenv(name, "")  # put back afterwards, whatever serving sets
    with pytest.raises(ImproperlyConfigured, match="BLUEHELM_PRODUCTION is not set"):
        serve(tmp_path / "home", 8000, address)
    assert not (tmp_path / "home").exists()


def test_a_database_is_named_by_an_address_and_its_password_never_said(tmp_path):
    named = database(tmp_path, "postgresql://desk:s%40cret@db.example.org:5433/records?sslmode=verify-full")
    assert (named["USER"], named["PASSWORD"], named["HOST"], named["PORT"]) == (
        "desk",
        "s@cret",
        "db.example.org",
        "5433",
    )
    assert named["OPTIONS"]["sslmode"] == "verify-full" and named["CONN_HEALTH_CHECKS"]
    assert database(tmp_path, "")["NAME"] == tmp_path / "bluehelm.sqlite3"
    for wrong in (
        "mysql://u:s3cret@h/n",
        "postgresql://u:s3cret@h",
        "postgresql://u:s3cret@h:x/n",
        "postgresql://h/n?a=s3cret",
    ):
        with pytest.raises(ImproperlyConfigured) as refused:
            database(tmp_path, wrong)
        assert "s3cret" not in str(refused.value)
