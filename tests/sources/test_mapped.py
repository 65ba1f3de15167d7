"""Does a mapping mean exactly what it says, whatever stands in it?"""

from datetime import date

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bluehelm.definitions import DefinitionError
from bluehelm.sources import IntakeError
from bluehelm.sources.mapped import provider_of
from bluehelm.tables import TABLES
from bluehelm.workflows.mapping import load_mapping, mapping_text, parse_mapping
from tests.sources.made_files import csv_file, read_with, workbook

HEAD = {
    "title": "Patrol log",
    "provider": "sector-north-patrols",
    "licence": "internal",
    "citation": "operations desk",
    "table": "reports",
}
COLUMNS = {
    "report_id": {"from": "No."},
    "reported_on": {"from": "Date", "date": "%d/%m/%Y"},
    "type": {"from": "Kind", "values": {"atk": "attack", "pat": "patrol"}},
    "latitude": {"from": "Lat", "decimal": ","},
    "longitude": {"from": "Lon", "decimal": ","},
    "persons": {"from": "People"},
}
ROW = {"No.": "1", "Date": "31/01/2024", "Kind": "atk", "Lat": "6,2092", "Lon": "31,5589", "People": "12"}


def mapping(columns=None, **changes):
    content = {**HEAD, "unknown": ["n/a"], "columns": COLUMNS if columns is None else columns, **changes}
    return parse_mapping(yaml.safe_dump(content, sort_keys=False), "mapping.yaml")


def taken(tmp_path, rows, said=None, separator=","):
    said = said or mapping()
    intake = read_with(provider_of(said), csv_file(tmp_path, rows, separator=separator), tmp_path)
    intake.table.check(intake.frame())
    return intake


def test_every_column_is_read_as_the_mapping_says(tmp_path):
    (row,) = taken(tmp_path, [ROW]).frame().to_dicts()
    assert (row["report_id"], row["reported_on"], row["type"]) == ("1", date(2024, 1, 31), "attack")
    assert (row["latitude"], row["longitude"], row["persons"]) == (6.2092, 31.5589, 12)
    assert row["gid"] == 138664
    assert row["text"] is None


def test_words_for_unknown_are_null_and_never_zero(tmp_path):
    rows = [ROW | {"People": "N/A", "Lat": "n/a", "Lon": "n/a"}, ROW | {"No.": "2"}]
    frame = taken(tmp_path, rows).frame().sort("report_id")
    assert frame["persons"].to_list() == [None, 12]
    assert frame["gid"].null_count() == 1


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"Date": "2024-01-31"}, "Date", "reported_on cannot be read as date"),
        ({"Date": "31/02/2024"}, "Date", "reported_on cannot be read as date"),
        ({"Date": ""}, "Date", "reported_on is missing"),
        ({"Kind": "riot"}, "Kind", "type cannot be read as text"),
        ({"Lat": "6.2092"}, "Lat", "latitude cannot be read as number"),
        ({"Lat": "96,2"}, "Lat", "the latitude is not between -90 and 90"),
        ({"Lon": "181,0"}, "Lon", "the longitude is not between -180 and 180"),
        ({"People": "12.5"}, "People", "persons cannot be read as whole number"),
        ({"People": "-1"}, "People", "persons is below 0"),
        ({"No.": "1"}, "No.", "the same No. stands in an earlier row"),
    ],
)
def test_a_bad_cell_sets_its_row_aside_with_the_files_own_column_name(tmp_path, changes, column, reason):
    intake = taken(tmp_path, [ROW, ROW | {"No.": "2"} | changes])
    assert intake.set_aside.select("line", "column", "reason").rows() == [(3, column, reason)]


def test_a_constant_and_another_separator_and_countries_by_name(tmp_path):
    columns = {**COLUMNS, "form": {"constant": "patrol log"}, "iso3": {"from": "Country"}}
    rows = [ROW | {"Country": "South Sudan"}, ROW | {"No.": "2", "Country": "caf"}]
    intake = taken(tmp_path, rows, mapping(columns, separator=";"), separator=";")
    frame = intake.frame().sort("report_id")
    assert frame["iso3"].to_list() == ["SSD", "CAF"]
    assert frame["form"].to_list() == ["patrol log"] * 2
    assert (intake.coverage.first_month, intake.coverage.countries) == ("2024-01", ("CAF", "SSD"))


def test_a_word_that_is_not_in_a_tables_closed_list_is_bad(tmp_path):
    columns = {
        "event_id": {"from": "id"},
        "type": {"from": "type"},
        "date_start": {"from": "day"},
        "date_end": {"from": "day"},
        "latitude": {"constant": "6.2"},
        "longitude": {"constant": "31.5"},
        "gw_id": {"constant": "626"},
        **{name: {"constant": "1"} for name in ("date_precision", "place_precision", "clarity", "best", "low", "high")},
        **{name: {"constant": "0"} for name in ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")},
        **{name: {"constant": "x"} for name in ("side_a", "side_b", "coding_status")},
    }
    rows = [{"id": "1", "type": "non-state", "day": "2014-01-02"}, {"id": "2", "type": "1", "day": "2014-01-02"}]
    intake = taken(tmp_path, rows, mapping(columns, table="events"))
    assert intake.set_aside["line"].to_list() == [3]
    assert intake.set_aside["reason"][0].startswith("type is not one of state-based")


def test_a_months_text_and_a_months_day_are_both_read_as_the_month(tmp_path):
    columns = {
        "month": {"from": "When", "date": "%d/%m/%Y"},
        "mission": {"from": "Mission"},
        "contributor": {"from": "State"},
        "provider_type": {"constant": "Troops"},
        "persons": {"from": "Number"},
    }
    rows = [
        {"When": "2024-01", "Mission": "UNMISS", "State": "Ghana", "Number": "10"},
        {"When": "29/02/2024", "Mission": "UNMISS", "State": "Ghana", "Number": "11"},
    ]
    frame = taken(tmp_path, rows, mapping(columns, table="contributions")).frame()
    assert frame["month"].to_list() == ["2024-01", "2024-02"]


@pytest.mark.parametrize(
    ("pattern", "number", "day"),
    [
        ("days since 1899-12-30", 45322, date(2024, 1, 31)),
        ("days since 1904-01-01", 43860, date(2024, 1, 31)),
    ],
)
def test_days_that_a_workbook_wrote_as_bare_numbers_are_counted_from_the_day_the_mapping_names(
    tmp_path, pattern, number, day
):
    columns = {**COLUMNS, "reported_on": {"from": "Date", "date": pattern}}
    path = workbook(tmp_path, {"Log": [list(ROW), [1, number, "atk", "6,2", "31,5", 12]]})
    intake = read_with(provider_of(mapping(columns)), path, tmp_path)
    assert intake.frame()["reported_on"].to_list() == [day]


def test_a_column_that_the_file_lacks_is_named(tmp_path):
    rows = [{name: value for name, value in ROW.items() if name != "Kind"}]
    with pytest.raises(IntakeError, match="its header lacks Kind"):
        taken(tmp_path, rows)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"table": "patrols"}, "there is no table 'patrols'"),
        ({"provider": "Sector North"}, "provider"),
        ({"provider": "ucdp-ged"}, "is a provider of the package"),
        ({"columns": {**COLUMNS, "weather": {"from": "W"}}}, "weather: the reports table has no such column"),
        ({"columns": {"report_id": {"from": "No."}}}, "reported_on: is required"),
        ({"columns": {**COLUMNS, "type": {"from": "Kind", "constant": "x"}}}, "either from or constant"),
        ({"columns": {**COLUMNS, "type": {}}}, "either from or constant"),
        ({"columns": {**COLUMNS, "type": {"from": "Kind", "date": "%d/%m/%Y"}}}, "is no date"),
        ({"columns": {**COLUMNS, "reported_on": {"from": "Date", "date": "soon"}}}, "is no date pattern"),
        ({"columns": {**COLUMNS, "reported_on": {"from": "Date", "date": "%d/%Q/%Y"}}}, "is no date pattern"),
        ({"columns": {**COLUMNS, "type": {"from": "Kind", "values": {"a": 1}}}}, "values"),
        ({"separator": "ab"}, "separator"),
        ({"header_row": 0}, "header_row"),
        ({"colour": "blue"}, "is not a known key"),
        ({"columns": []}, "columns"),
    ],
)
def test_a_mapping_that_is_not_sound_is_refused_in_words(change, said):
    with pytest.raises(DefinitionError) as refused:
        mapping(**change)
    assert said in " ".join(refused.value.problems)


@pytest.mark.parametrize("text", ["", "a: [", "a: 1\na: 2\n", "- a", "a: &x 1\nb: *x\n", "title: 2024-02-30\n"])
def test_what_is_no_mapping_at_all_is_refused(text):
    with pytest.raises(DefinitionError):
        parse_mapping(text, "mapping.yaml")


def test_a_mapping_file_that_is_not_there_or_no_text_is_refused(tmp_path):
    with pytest.raises(DefinitionError, match="no such file"):
        load_mapping(tmp_path / "absent.yaml")
    spoiled = tmp_path / "spoiled.yaml"
    spoiled.write_bytes(b"title: \xff\n")
    with pytest.raises(DefinitionError, match="not UTF-8"):
        load_mapping(spoiled)


names = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=12).map(str.strip)
headers = st.lists(
    names.filter(bool),
    min_size=3,
    max_size=3,
    unique_by=lambda name: "".join(filter(str.isalnum, name.lower())) or name,
)
cells = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), max_size=12)


@settings(max_examples=12)
@given(headers, st.lists(cells, min_size=1, max_size=4), cells.filter(str.strip))
def test_quotes_brackets_and_sql_in_names_values_and_constants_are_only_text(tmp_path_factory, header, texts, constant):
    """Whatever the file's header, its cells and the mapping say is read back unchanged, and nothing else happens."""
    is_nameless = any(not "".join(filter(str.isalnum, name.lower())) for name in header)
    if is_nameless or header[0][0] in "<{[":  # a file that begins so is taken for a web page or JSON
        return
    folder = tmp_path_factory.mktemp("said")
    identifier, day, kind = header
    columns = {
        "report_id": {"from": identifier},
        "reported_on": {"from": day},
        "type": {"from": kind},
        "text": {"constant": constant.strip()},
    }
    said = mapping(columns, unknown=[])
    rows = [{identifier: f"r{number}", day: "2024-01-31", kind: text or "-"} for number, text in enumerate(texts)]
    rows = [row | {kind: "-"} if not row[kind].strip() else row for row in rows]
    frame = taken(folder, rows, said).frame().sort("report_id")
    assert frame["type"].to_list() == [row[kind].strip() for row in rows]
    assert set(frame["text"]) == {constant.strip()}


table_names = st.sampled_from(sorted(TABLES))
column_mappings = st.one_of(
    st.builds(lambda name: {"from": name}, names.filter(bool)),
    st.builds(lambda text: {"constant": text}, names.filter(bool)),
    st.builds(
        lambda name, values: {"from": name, "values": values},
        names.filter(bool),
        st.dictionaries(names.filter(bool), names.filter(bool), min_size=1, max_size=3),
    ),
)


@given(table_names, st.data())
def test_a_mapping_written_down_says_the_same_when_it_is_read_again(table, data):
    required = [column for column in TABLES[table].columns if column.required or column.name in TABLES[table].key]
    columns = {column.name: data.draw(column_mappings) for column in required}
    said = mapping(columns, table=table)
    assert parse_mapping(mapping_text(said, ["a remark", "another: {with} [signs]"]), "again.yaml") == said


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from([*HEAD, "columns", "unknown", "separator", "sheet", "header_row"]),
)
def test_a_mapping_with_anything_at_all_under_a_key_is_read_or_refused_in_words(value, key):
    try:
        mapping(**{key: value})
    except DefinitionError as refused:
        assert refused.problems
