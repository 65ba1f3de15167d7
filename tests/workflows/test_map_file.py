"""Does the wizard propose what a careful person would, say why, and try it without changing anything?"""

import random

import pytest

from bluehelm.sources import IntakeError
from bluehelm.workflows.import_file import import_file
from bluehelm.workflows.map_file import propose_mapping
from tests.sources.made_files import acled_event, csv_file, workbook

HEADER = ("Report No.", "Date of report", "Type of incident", "Lat", "Long", "Village", "Number of persons", "Weather")


def log(rows=40, date="{day:02d}/{month:02d}/2024"):
    chance = random.Random(0)
    return [
        dict(
            zip(
                HEADER,
                (
                    f"R-{number}",
                    date.format(day=1 + number % 28, month=1 + number % 12),
                    chance.choice(["attack", "patrol"]),
                    f"{chance.uniform(4, 9):.4f}",
                    f"{chance.uniform(25, 34):.4f}",
                    "Bor",
                    chance.choice(["12", "n/a", "3"]),
                    "dry",
                ),
                strict=True,
            )
        )
        for number in range(rows)
    ]


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def sources(proposed):
    return {proposal.column: proposal.mapping.source for proposal in proposed.proposals}


def test_columns_are_proposed_with_reasons_and_tried(tmp_path, home):
    proposed = propose_mapping(home, csv_file(tmp_path, log()), "reports")
    assert sources(proposed) == {
        "report_id": "Report No.",
        "reported_on": "Date of report",
        "type": "Type of incident",
        "place": "Village",
        "latitude": "Lat",
        "longitude": "Long",
        "persons": "Number of persons",
    }
    assert all(each.reasons and 0 < each.confidence <= 1 for each in proposed.proposals)
    assert proposed.unused == ("Weather",)
    assert proposed.mapping.unknown == ("n/a",)
    assert (proposed.dry_run.rows, proposed.dry_run.set_aside, proposed.dry_run.version) == (40, 0, None)
    assert not home.exists()


def test_the_proposed_mapping_imports_as_it_is_written(tmp_path, home):
    path = csv_file(tmp_path, log())
    (tmp_path / "mapping.yaml").write_text(propose_mapping(home, path, "reports").text, encoding="utf-8")
    assert import_file(home, "mapped", path, mapping=tmp_path / "mapping.yaml").rows == 40


@pytest.mark.parametrize(
    ("written", "pattern", "is_sure"),
    [
        ("2024-{month:02d}-{day:02d}", None, True),
        ("{day:02d}/{month:02d}/2024", "%d/%m/%Y", True),
        ("{month:02d}/{day:02d}/2024", "%m/%d/%Y", True),
        ("{day:02d}.{month:02d}.2024", "%d.%m.%Y", True),
        ("{month:02d}/{month:02d}/2024", "%d/%m/%Y", False),
    ],
)
def test_how_dates_are_written_is_found_and_doubt_is_said(tmp_path, home, written, pattern, is_sure):
    proposed = propose_mapping(home, csv_file(tmp_path, log(date=written)), "reports")
    dates = next(each for each in proposed.proposals if each.column == "reported_on")
    assert dates.mapping.date == pattern
    assert any("no cell decides" in reason for reason in dates.reasons) != is_sure


def test_decimal_commas_and_semicolons_are_found(tmp_path, home):
    rows = [row | {"Lat": row["Lat"].replace(".", ","), "Long": row["Long"].replace(".", ",")} for row in log()]
    proposed = propose_mapping(home, csv_file(tmp_path, rows, separator=";"), "reports")
    assert proposed.mapping.files.separator == ";"
    assert proposed.mapping.columns["latitude"].decimal == ","
    assert proposed.dry_run.set_aside == 0


def test_days_that_a_workbook_kept_as_bare_numbers_are_proposed_with_a_warning(tmp_path, home):
    rows = [list(HEADER), *([*row.values()] for row in log())]
    for number, row in enumerate(rows[1:]):
        row[1] = 45_000 + number
    proposed = propose_mapping(home, workbook(tmp_path, {"Log": rows}), "reports")
    dates = next(each for each in proposed.proposals if each.column == "reported_on")
    assert dates.mapping.date == "days since 1899-12-30"
    assert any("1904" in reason for reason in dates.reasons)


def test_what_is_required_and_not_found_is_named_and_nothing_is_tried(tmp_path, home):
    rows = [{key: value for key, value in row.items() if key != "Type of incident"} for row in log()]
    proposed = propose_mapping(home, csv_file(tmp_path, rows), "reports")
    assert [column.name for column in proposed.missing] == ["type"]
    assert proposed.dry_run is None
    assert "MISSING type" in proposed.text


def test_words_of_a_closed_list_are_matched_and_the_others_asked_for(tmp_path, home):
    rows = [
        {"id": number, "type": kind, "date": "2024-01-31", "country": "South Sudan"}
        for number, kind in enumerate(["State-based violence", "non state", "One-sided", "riot"])
    ]
    proposed = propose_mapping(home, csv_file(tmp_path, rows), "events")
    kinds = next(each for each in proposed.proposals if each.column == "type")
    assert kinds.mapping.values == {
        "State-based violence": "state-based",
        "non state": "non-state",
        "One-sided": "one-sided",
    }
    assert any("riot" in reason for reason in kinds.reasons)


def test_unknown_is_a_word_like_others_where_words_are_answers(tmp_path, home):
    rows = [row | {"Type of incident": "unknown" if number % 2 else "attack"} for number, row in enumerate(log())]
    proposed = propose_mapping(home, csv_file(tmp_path, rows), "reports")
    assert proposed.mapping.unknown == ("n/a",)
    assert proposed.dry_run.set_aside == 0


def test_a_known_providers_file_is_understood_without_being_told(tmp_path, home):
    rows = [acled_event(number, event_date=f"2024-01-{number:02d}") for number in range(1, 20)]
    found = sources(propose_mapping(home, csv_file(tmp_path, rows), "reported_events"))
    expected = {
        "event_on": "event_date",
        "event_type": "event_type",
        "latitude": "latitude",
        "fatalities": "fatalities",
    }
    assert expected.items() <= found.items()


@pytest.mark.parametrize(
    ("code", "made", "table"),
    [
        ("unknown_table", lambda folder: csv_file(folder, log()), "patrols"),
        ("no_such_file", lambda folder: folder / "absent.csv", "reports"),
        ("which_sheet", lambda folder: workbook(folder, {"A": [["a"], [1]], "B": [["a"], [1]]}), "reports"),
        ("mislabelled_file", lambda folder: csv_file(folder, log(), "log.xlsx"), "reports"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path, home, code, made, table):
    with pytest.raises(IntakeError) as refused:
        propose_mapping(home, made(tmp_path), table)
    assert refused.value.code == code
    assert not home.exists()


def test_rows_that_would_be_set_aside_are_told_before_anything_is_kept(tmp_path, home):
    rows = log()
    rows[5]["Lat"] = "96.5"
    proposed = propose_mapping(home, csv_file(tmp_path, rows), "reports")
    assert (proposed.dry_run.rows, proposed.dry_run.set_aside) == (39, 1)
    assert proposed.dry_run.reasons[0].first_line == 7
