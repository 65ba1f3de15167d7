"""Does a frame that breaks its table's promise hear of every break?"""

import polars as pl
import pytest

from bluehelm.tables import DEPLOYMENTS, TABLES, Column, Table, TableError
from bluehelm.tables.countries import country_name, iso2_by_iso3, iso3_by_gw

BASES = Table(
    name="bases",
    title="Bases",
    grain="one row per base",
    key=("base",),
    columns=(Column("base", pl.String, "name", required=True), Column("troops", pl.Int64, "troops", unit="persons")),
)


def test_a_frame_that_keeps_the_promise_passes():
    BASES.check(pl.DataFrame({"base": ["Bor", "Juba"], "troops": [None, 12]}, schema=BASES.schema))


def test_every_broken_column_is_named_at_once():
    with pytest.raises(TableError) as error:
        BASES.check(pl.DataFrame({"base": ["Bor"], "troops": ["12"], "colour": ["blue"]}))
    assert len(error.value.problems) == 2


def test_empty_required_cells_and_repeated_keys_are_named():
    with pytest.raises(TableError) as error:
        BASES.check(pl.DataFrame({"base": ["Bor", "Bor", None], "troops": [1, 2, 3]}, schema=BASES.schema))
    assert [problem.split()[0] for problem in error.value.problems] == ["column", "key"]


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_table_explains_itself(table):
    assert set(table.key) <= set(table.column_names)
    assert len(set(table.column_names)) == len(table.columns)
    for column in table.columns:
        assert column.meaning
        assert column.type_name


def test_an_unknown_strength_is_promised_as_null():
    troops = next(column for column in DEPLOYMENTS.columns if column.name == "troops")
    assert not troops.required


def test_states_of_today_have_one_iso_code_by_gleditsch_ward_id():
    codes = iso3_by_gw()
    assert (codes[626], codes[625], codes[678], codes[345]) == ("SSD", "SDN", "YEM", "SRB")
    assert set(codes.values()) <= set(iso2_by_iso3())


def test_a_country_is_called_by_its_name_in_each_language():
    assert country_name("COD") == "Democratic Republic of the Congo"
    assert country_name("SSD", "fr") == "Soudan du Sud"
    assert country_name("XKA") == "XKA"


def test_every_country_has_a_name():
    assert [iso3 for iso3 in iso2_by_iso3() if country_name(iso3) == iso3] == []
