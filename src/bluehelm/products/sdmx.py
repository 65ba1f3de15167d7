"""How does a monthly table leave as SDMX-CSV 2.0, the statistical offices' common file?

Written with the standard's columns and no library: `STRUCTURE`, `STRUCTURE_ID` and `ACTION`, then the dimensions that
identify an observation, its value, and what qualifies it. A table's counted columns become codes of one dimension,
`INDICATOR`, so that every row holds one observation. An unknown value is an empty cell with the status O (missing),
never 0.
"""

from dataclasses import dataclass

import polars as pl

from bluehelm.tables import Column, Table

AGENCY = "BLUEHELM"
STRUCTURE_VERSION = "1.0.0"
ABOUT = ("STRUCTURE", "STRUCTURE_ID", "ACTION")
INFORMATION = "I"  # the action code of data that are shown, not loaded
NORMAL, MISSING = "A", "O"  # of the code list of observation statuses
# The standard's own names for what our tables call otherwise.
CONCEPTS = {"month": "TIME_PERIOD", "iso3": "REF_AREA"}
COUNTED = ("persons", "events", "states")


@dataclass(frozen=True, slots=True)
class Series:
    """Which columns of a table are dimensions, observed values and attributes."""

    table: Table
    dimensions: tuple[Column, ...]
    values: tuple[Column, ...]
    attributes: tuple[Column, ...]

    @property
    def structure_id(self) -> str:
        return f"{AGENCY}:{self.table.name.upper()}({STRUCTURE_VERSION})"

    @property
    def header(self) -> list[str]:
        """The file's columns in the standard's order."""
        dimensions = ["FREQ", *(concept(column) for column in self.dimensions), "INDICATOR"]
        attributes = ["UNIT_MEASURE", "OBS_STATUS", *(concept(column) for column in self.attributes)]
        return [*ABOUT, *dimensions, "OBS_VALUE", *attributes]


def series_of(table: Table) -> Series | None:
    """The table as series of months; None when its rows are not monthly counts."""
    values = tuple(column for column in table.columns if column.unit in COUNTED and column.name not in table.key)
    if "month" not in table.key or not values:
        return None
    dimensions = tuple(column for column in table.columns if column.name in table.key)
    attributes = tuple(column for column in table.columns if column not in (*dimensions, *values))
    return Series(table, dimensions, values, attributes)


def concept(column: Column) -> str:
    return CONCEPTS.get(column.name, column.name.upper())


def observations(rows: pl.LazyFrame, series: Series, value: Column) -> pl.LazyFrame:
    """One row an observation of one of the series' values, in the rows' order."""
    cells = [pl.col(column.name).alias(concept(column)) for column in (*series.dimensions, *series.attributes)]
    observed = pl.col(value.name)
    said = {
        "STRUCTURE": "dataflow",
        "STRUCTURE_ID": series.structure_id,
        "ACTION": INFORMATION,
        "FREQ": "M",
        "INDICATOR": value.name.upper(),
        "UNIT_MEASURE": value.unit.upper(),
    }
    status = pl.when(observed.is_null()).then(pl.lit(MISSING)).otherwise(pl.lit(NORMAL))
    constants = [pl.lit(text).alias(name) for name, text in said.items()]
    return rows.select(*cells, *constants, observed.alias("OBS_VALUE"), status.alias("OBS_STATUS")).select(
        series.header
    )
