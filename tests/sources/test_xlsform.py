"""Do the submissions of a form become a table only where they fit the form?"""

import pytest
import yaml

from bluehelm.sources import IntakeError
from bluehelm.sources.xlsform import provider_of, read_form
from bluehelm.workflows.mapping import parse_mapping
from tests.sources.made_files import csv_file, read_with, workbook

SURVEY = [
    ["type", "name", "label"],
    ["date", "day", "Day"],
    ["begin_group", "where", "Where"],
    ["geopoint", "spot", "Spot"],
    ["end_group", "", ""],
    ["select_one kinds", "kind", "Kind"],
    ["text", "story", "What was seen"],
    ["begin_repeat", "groups", "Groups of people"],
    ["integer", "size", "How many"],
    ["end_repeat", "", ""],
]
CHOICES = [["list_name", "name", "label"], ["kinds", "attack", "Attack"], ["kinds", "theft", "Theft of cattle"]]
SETTINGS = [["form_title", "form_id", "version"], ["Patrol report", "patrol", "2026110101"]]
COLUMNS = {
    "report_id": {"from": "KEY"},
    "reported_on": {"from": "day"},
    "type": {"from": "kind"},
    "text": {"from": "story"},
    "latitude": {"from": "where-spot-Latitude"},
    "longitude": {"from": "where-spot-Longitude"},
}
ROW = {
    "KEY": "uuid:1",
    "day": "2024-01-31",
    "kind": "attack",
    "story": "Cattle gone",
    "where-spot-Latitude": "6.2",
    "where-spot-Longitude": "31.5",
}


@pytest.fixture
def form(tmp_path):
    return read_form(workbook(tmp_path, {"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS}, "form.xlsx"))


def mapping(columns):
    head = {"title": "Patrols", "provider": "patrols", "licence": "internal", "citation": "us", "table": "reports"}
    return parse_mapping(yaml.safe_dump({**head, "columns": columns}), "mapping.yaml")


def taken(tmp_path, form, rows, columns=COLUMNS):
    intake = read_with(provider_of(mapping(columns), form), csv_file(tmp_path, rows), tmp_path)
    intake.table.check(intake.frame())
    return intake


def test_the_form_is_known_by_its_questions_answers_and_repeated_groups(form):
    assert (form.title, form.version, form.repeats) == ("Patrol report", "2026110101", ("groups",))
    assert form.question("kind").answers == ("attack", "Attack", "theft", "Theft of cattle")
    assert form.question("size").repeat == "groups"


@pytest.mark.parametrize("header", ["where-spot-Latitude", "where/spot", "spot", "_where_spot_latitude", "where:spot"])
def test_a_question_is_found_in_the_headers_of_several_servers(form, header):
    assert form.question(header).path == ("where", "spot")


def test_submissions_carry_the_forms_name_and_version(tmp_path, form):
    (row,) = taken(tmp_path, form, [ROW]).frame().to_dicts()
    assert (row["form"], row["form_version"], row["type"]) == ("Patrol report", "2026110101", "attack")
    assert row["gid"] is not None


def test_repeated_groups_that_are_left_out_are_said(tmp_path, form):
    (note,) = taken(tmp_path, form, [ROW]).notes
    assert note.reason == "not in this table, each in an export of its own: the repeated groups groups"


def test_the_export_of_a_repeated_group_is_a_row_an_entry_and_says_so(tmp_path, form):
    columns = {
        "report_id": {"from": "KEY"},
        "reported_on": {"from": "SubmissionDate"},
        "type": {"constant": "group of people"},
        "persons": {"from": "size"},
    }
    rows = [{"KEY": "uuid:1/groups[1]", "PARENT_KEY": "uuid:1", "SubmissionDate": "2024-01-31", "size": "40"}]
    intake = taken(tmp_path, form, rows, columns)
    assert intake.frame()["persons"].to_list() == [40]
    assert [note.reason for note in intake.notes] == ["each row is an entry of the form's repeated group groups"]


def test_an_answer_that_the_form_does_not_offer_is_flagged_and_kept(tmp_path, form):
    rows = [ROW | {"KEY": f"uuid:{number}"} for number in range(5)] + [ROW | {"KEY": "uuid:9", "kind": "riot"}]
    intake = taken(tmp_path, form, rows)
    assert intake.flagged.select("line", "column", "value").rows() == [(7, "kind", "riot")]
    assert "riot" in intake.frame()["type"].to_list()


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({**COLUMNS, "place": {"from": "village"}}, "village: the form has no such question"),
        ({**COLUMNS, "persons": {"from": "size"}}, "inside the repeated group groups"),
    ],
)
def test_a_mapping_that_does_not_fit_the_form_is_refused(form, columns, said):
    with pytest.raises(IntakeError) as refused:
        provider_of(mapping(columns), form)
    assert refused.value.code == "mapping_does_not_fit"
    assert said in " ".join(refused.value.problems)


@pytest.mark.parametrize(
    "made",
    [
        lambda folder: workbook(folder, {"sheet": [["a"], [1]]}),
        lambda folder: workbook(folder, {"survey": [*SURVEY, ["select_one nolist", "q", "Q"]], "choices": CHOICES}),
        lambda folder: workbook(folder, {"survey": SURVEY[:-1], "choices": CHOICES}),
        lambda folder: folder / "absent.xlsx",
        lambda folder: csv_file(folder, [{"a": 1}]),
        lambda folder: csv_file(folder, [{"a": 1}], "form.txt"),
    ],
    ids=["no survey", "no such list", "a group without an end", "no file", "a table", "another kind of file"],
)
def test_what_is_no_form_is_refused_in_its_checkers_words(tmp_path, made):
    with pytest.raises(IntakeError) as refused:
        read_form(made(tmp_path))
    assert refused.value.code in ("bad_form", "no_such_file")
    assert refused.value.next_step
