"""Do the commands about sources answer programs with one object, and people with what they need next?"""

import contextlib
import io
import json

import pytest
import yaml

from bluehelm.cli import main
from bluehelm.sources import PROVIDERS, TAILORED
from bluehelm.tables import TABLES
from tests.sources.made_files import csv_file, csv_text, fatality, workbook
from tests.sources.serving import Answer, serving
from tests.sources.test_xlsform import CHOICES, COLUMNS, ROW, SETTINGS, SURVEY

LOG = [
    {
        "id": str(n),
        "report date": f"{n + 13:02d}/01/2024",
        "kind": "patrol",
        "lat": "6.2",
        "lon": "31.5",
        "tent": "blue",
    }
    for n in range(5)
]


def run(home, *words):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as left:
        main(["--home", str(home), *map(str, words)])
    return left.value.code, out.getvalue(), err.getvalue()


def answer(home, *words):
    code, out, _ = run(home, *words, "--json")
    return code, json.loads(out)


OF_THE_MISSION = {"populated-places", "travel-times"}
"""Files that a mission makes itself: there is no address to fetch them from."""


def test_providers_are_listed_with_licence_address_and_whether_they_can_be_fetched(tmp_path):
    code, providers = answer(tmp_path, "providers")
    assert code == 0
    assert [each["provider"] for each in providers] == [*PROVIDERS, *TAILORED]
    for each in providers[: len(PROVIDERS)]:
        assert each["licence"]
        assert each["url"].startswith("https://") or each["provider"] in OF_THE_MISSION
        assert each["fetchable"] == (each["by_hand"] is None)
        assert each["table"] in TABLES
    text = run(tmp_path, "providers")[1]
    assert "bluehelm fetch un-fatalities" in text
    assert "by hand: " in text


def test_a_file_is_fetched_and_imported_in_one_command(tmp_path):
    rows = csv_text([fatality(1), fatality(2)]).encode()
    with serving(lambda _: Answer(rows)) as server:
        code, said = answer(tmp_path / "home", "fetch", "un-fatalities", "--url", f"{server.url}/CSV", "--import")
    assert code == 0
    assert (said["provider"], said["bytes"], said["same_as"]) == ("un-fatalities", len(rows), None)
    assert (said["imported"]["table"], said["imported"]["version"], said["imported"]["rows"]) == ("fatalities", 1, 2)
    assert said["imported"]["sha256"] == said["sha256"]


def test_a_fetched_file_that_is_refused_is_kept_and_said_where(tmp_path):
    rows = csv_text([fatality(1), fatality(2, incident_date="soon")]).encode()
    with serving(lambda _: Answer(rows)) as server:
        code, said = answer(tmp_path / "home", "fetch", "un-fatalities", "--url", f"{server.url}/CSV", "--import")
    assert (code, said["error"]["code"]) == (2, "bad_rows")
    assert said["fetched"]["file"] in said["error"]["unchanged"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("nobody",), "unknown_provider"),
        (("geopko",), "not_fetchable"),
        (("ucdp-ged",), "bad_release"),
        (("un-missions", "--url", "http://example.org/a.csv"), "unsafe_address"),
        (("acled", "--release", "2024-01-01:2024-01-31"), "no_credentials"),
    ],
)
def test_a_fetch_that_cannot_be_is_refused_before_anything_is_asked(tmp_path, monkeypatch, words, code):
    monkeypatch.delenv("ACLED_USERNAME", raising=False)
    monkeypatch.delenv("ACLED_PASSWORD", raising=False)
    exit_code, said = answer(tmp_path / "home", "fetch", *words)
    assert (exit_code, said["error"]["code"]) == (2, code)
    assert not (tmp_path / "home").exists()


def test_a_mapping_is_proposed_written_and_used(tmp_path):
    path, out = csv_file(tmp_path, LOG), tmp_path / "mapping.yaml"
    code, said = answer(tmp_path / "home", "map", path, "--table", "reports", "--out", out)
    assert code == 0
    assert {each["column"]: each["from"] for each in said["proposals"]}["reported_on"] == "report date"
    assert (said["dry_run"]["rows"], said["missing"], said["unused"]) == (5, [], ["tent"])
    assert yaml.safe_load(out.read_text())["table"] == "reports"
    code, said = answer(tmp_path / "home", "import", "mapped", path, "--mapping", out)
    assert (code, said["table"], said["rows"], said["versions_made"]) == (0, "reports", 5, [1])


def test_a_mapping_that_lacks_something_required_ends_with_1_and_names_it(tmp_path):
    path = csv_file(tmp_path, [{"id": "1", "tent": "blue"}])
    code, said = answer(tmp_path / "home", "map", path, "--table", "reports")
    assert code == 1
    assert {"reported_on", "type"} <= {each["column"] for each in said["missing"]}
    assert said["dry_run"] is None
    assert "Missing    reported_on" in run(tmp_path / "home", "map", path, "--table", "reports")[1]


def test_a_mapping_never_replaces_a_file_unasked(tmp_path):
    path, out = csv_file(tmp_path, LOG), tmp_path / "mapping.yaml"
    out.write_text("mine")
    code, said = answer(tmp_path / "home", "map", path, "--table", "reports", "--out", out)
    assert (code, said["error"]["code"], out.read_text()) == (2, "file_exists", "mine")
    assert answer(tmp_path / "home", "map", path, "--table", "reports", "--out", out, "--force")[0] == 0


def test_a_forms_submissions_are_imported_with_their_form_and_mapping(tmp_path):
    form = workbook(tmp_path, {"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS}, "form.xlsx")
    mapping = tmp_path / "mapping.yaml"
    head = {"title": "Patrols", "provider": "patrols", "licence": "internal", "citation": "us", "table": "reports"}
    mapping.write_text(yaml.safe_dump({**head, "columns": COLUMNS}))
    words = ("import", "xlsform", csv_file(tmp_path, [ROW]), "--mapping", mapping)
    code, said = answer(tmp_path / "home", *words, "--form", form)
    assert (code, said["provider"], said["rows"]) == (0, "patrols", 1)
    code, said = answer(tmp_path / "home", *words)
    assert (code, said["error"]["where"]) == (2, "--form")


def test_the_dictionary_says_every_table_to_people_and_programs(tmp_path):
    code, said = answer(tmp_path, "dictionary")
    assert (code, list(said)) == (0, list(TABLES))
    assert "## contributions" in run(tmp_path, "dictionary")[1]
