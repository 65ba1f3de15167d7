"""What do the measures of a situation cost beside the same question written by hand for DuckDB?

Rolling counts, hotspots, presence and point in area over one table of events; monthly counts by cell over a table
larger than memory. Both answer over the same files of one version, each in a process of its own, and must agree.
"""

import statistics
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import shapely

from bench.children import Cost, cost_of
from bluehelm.geo.areas import EARTH_RADIUS_KM
from bluehelm.situation.cells import by_cell_and_month
from bluehelm.situation.events import Window
from bluehelm.situation.hotspots import cell_counts
from bluehelm.situation.rings import rings_by_month
from bluehelm.situation.rolling import rolling_series
from bluehelm.situation.usual import false_discovery
from bluehelm.situation.windows import past_windows, window_before
from bluehelm.store import Store
from bluehelm.tables.months import months_between
from bluehelm.workflows.mission_events import inside_drawn, whole_area, within_box
from bluehelm.workflows.registry import area_definition, mission_registry

Asked = Callable[[Path], Callable[[], Any]]

WINDOW = Window(date(1989, 1, 1), date(2024, 12, 31))
MONTHS = months_between("1989-01", "2024-12")
MISSION = "UNAMID"  # its area is drawn
EDGES = (0.0, 50.0, 100.0, 200.0)
ROUNDS = 3
LIMIT = 3.0


def _events(home: Path) -> pl.LazyFrame:
    store = Store(home)
    return store.scan(store.version("events", 1))


def _files(home: Path) -> str:
    path = Store(home).rows_path(Store(home).version("events", 1))
    return f"read_parquet('{path}/*.parquet')" if path.is_dir() else f"read_parquet('{path}')"


def _engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


# --- rolling counts ------------------------------------------------------------------------------------------


def rolling_ours(home: Path) -> Callable[[], Any]:
    return lambda: _sums(
        rolling_series(_events(home), WINDOW, [7, 30, 90]), ["count_7", "best_30", "count_90", "best_90"]
    )


def rolling_duckdb(home: Path) -> Callable[[], Any]:
    windows = ", ".join(
        f"sum(n) over (order by day rows {days - 1} preceding) n{days}, "
        f"sum(best) over (order by day rows {days - 1} preceding) b{days}, "
        f"row_number() over (order by day) >= {days} as full{days}"
        for days in (7, 30, 90)
    )
    query = f"""
        with daily as (select date_start as day, count(*) n, sum(best) best from {_files(home)} group by 1),
        every as (select unnest(generate_series(date '1989-01-01', date '2024-12-31', interval 1 day))::date as day),
        dense as (select day, coalesce(n, 0) n, coalesce(best, 0) best from every left join daily using (day)),
        rolled as (select day, {windows} from dense)
        select sum(n7) filter (full7), sum(b30) filter (full30), sum(n90) filter (full90), sum(b90) filter (full90)
        from rolled"""
    return lambda: [int(value) for value in _engine().sql(query).fetchall()[0]]


def _sums(frame: pl.DataFrame, names: list[str]) -> list[int]:
    return [int(frame[name].sum()) for name in names]


# --- hotspots ------------------------------------------------------------------------------------------------

RECENT = window_before(WINDOW.last, 90)
PAST = past_windows(WINDOW.last, 90, 8, WINDOW, MONTHS)


def hotspots_ours(home: Path) -> Callable[[], Any]:
    false_discovery(np.array([0.5]))  # loads the library

    def answer() -> list[int]:
        cells, _ = cell_counts(_events(home), RECENT, PAST, 0.9)
        return [len(cells), sum(cell.count for cell in cells), sum(cell.best for cell in cells)]

    return answer


def hotspots_duckdb(home: Path) -> Callable[[], Any]:
    """The counting only; the probabilities are then left to the reader."""
    within = [f"date_start between date '{of.first}' and date '{of.last}'" for of in (RECENT, *PAST)]
    counts = ", ".join(f"count(*) filter ({days}) as w{number}" for number, days in enumerate(within))
    query = f"""
        select count(*), sum(w0), sum(best) from (
            select gid, {counts}, coalesce(sum(best) filter ({within[0]}), 0) as best from {_files(home)}
            where date_start between date '{PAST[-1].first}' and date '{RECENT.last}' group by gid)"""
    return lambda: [int(value) for value in _engine().sql(query).fetchall()[0]]


# --- presence ------------------------------------------------------------------------------------------------


def bases() -> pl.DataFrame:
    """Two hundred bases on each of twelve maps, three years apart."""
    chance = np.random.default_rng(0)
    months = [f"{1989 + 3 * number}-01" for number in range(12) for _ in range(200)]
    latitude, longitude = chance.uniform(-20, 35, 2400), chance.uniform(-20, 60, 2400)
    return pl.DataFrame({"month": months, "latitude": latitude, "longitude": longitude, "troops": [100] * 2400})


def presence_ours(home: Path) -> Callable[[], Any]:
    standing = bases()

    def answer() -> list[list[int]]:
        rings = [of.rings for of in rings_by_month(_events(home), standing, MONTHS, EDGES)]
        return [[sum(of[ring].count for of in rings), sum(of[ring].best for of in rings)] for ring in range(4)]

    return answer


def presence_duckdb(home: Path) -> Callable[[], Any]:
    engine = _engine()
    engine.register("standing", bases())
    query = f"""
        with dated as (
            select latitude, longitude, best, 1989 + 3 * ((year(date_start) - 1989) // 3) || '-01' as map
            from {_files(home)}
        ),
        places as (select distinct map, latitude, longitude from dated),
        away as (
            select p.map, p.latitude, p.longitude, min(2 * {EARTH_RADIUS_KM} * asin(sqrt(least(1,
                power(sin(radians(b.latitude - p.latitude) / 2), 2)
                + cos(radians(p.latitude)) * cos(radians(b.latitude))
                * power(sin(radians(b.longitude - p.longitude) / 2), 2))))) as km
            from places p join standing b on b.month = p.map group by all
        ),
        ringed as (
            select *, case when km < 50 then 0 when km < 100 then 1 when km < 200 then 2 else 3 end as ring from away
        )
        select ring, count(*), sum(best) from dated join ringed using (map, latitude, longitude)
        group by 1 order by 1"""
    return lambda: [[int(count), int(best)] for _, count, best in engine.sql(query).fetchall()]


# --- point in area -------------------------------------------------------------------------------------------


def area_ours(home: Path) -> Callable[[], Any]:
    drawn = area_definition(home, mission_registry(home).get(MISSION))  # type: ignore[arg-type]
    assert drawn is not None

    def answer() -> list[int]:
        columns = ("latitude", "longitude", "date_start", "best")
        close = within_box(_events(home), whole_area(drawn), 0.0).select(columns).collect(engine="streaming")
        mine = close.filter(inside_drawn(close, drawn))
        return [mine.height, int(mine["best"].sum())]

    return answer


def area_duckdb(home: Path) -> Callable[[], Any]:
    """A box, then the even-odd rule with one term for each edge; no extension can be had offline."""
    drawn = area_definition(home, mission_registry(home).get(MISSION))  # type: ignore[arg-type]
    assert drawn is not None
    shape = whole_area(drawn)
    west, south, east, north = shape.bounds
    rings = [list(part.exterior.coords) for part in shapely.get_parts(shape)]
    edges = [(*one, *other) for ring in rings for one, other in pairwise(ring)]
    crossings = " + ".join(
        f"(({y1} > latitude) <> ({y2} > latitude)"
        f" and longitude < {x1} + (latitude - {y1}) / ({y2 - y1}) * ({x2 - x1}))::int"
        for x1, y1, x2, y2 in edges
        if y1 != y2
    )
    query = f"""
        select count(*), sum(best) from {_files(home)}
        where latitude between {south} and {north} and longitude between {west} and {east} and ({crossings}) % 2 = 1"""
    return lambda: [int(value or 0) for value in _engine().sql(query).fetchall()[0]]


# --- cells by month ------------------------------------------------------------------------------------------


def cells_ours(home: Path) -> Callable[[], Any]:
    def answer() -> list[int]:
        store = Store(home)
        years = by_cell_and_month(store.scan_years(store.version("events", 1)))
        sums = [(part.height, int(part["count"].sum()), int(part["best"].sum())) for part in years]
        return [sum(column) for column in zip(*sums, strict=True)]

    return answer


def cells_duckdb(home: Path) -> Callable[[], Any]:
    query = f"""
        select count(*), sum(n), sum(best) from (
            select gid, date_trunc('month', date_start) as month, count(*) as n, sum(best) as best, sum(low) as low,
                   sum(high) as high from {_files(home)} group by all)"""
    return lambda: [int(value) for value in _engine().sql(query).fetchall()[0]]


OURS: dict[str, Asked] = {
    "rolling": rolling_ours,
    "hotspots": hotspots_ours,
    "presence": presence_ours,
    "area": area_ours,
    "cells": cells_ours,
}
DUCKDB: dict[str, Asked] = {
    "rolling": rolling_duckdb,
    "hotspots": hotspots_duckdb,
    "presence": presence_duckdb,
    "area": area_duckdb,
    "cells": cells_duckdb,
}


def measure(question: str, home: Path, rows: int, rounds: int = ROUNDS) -> dict[str, float]:
    """Median seconds and peak memory of both, and the median of the rounds' ratios; AssertionError when they differ."""
    print(f"{question}: {rows:,} events", flush=True)
    ours, theirs = [], []
    for number in range(rounds):
        theirs.append(cost_of("duckdb", question, home))
        ours.append(cost_of("ours", question, home))
        assert ours[-1].answer == theirs[-1].answer, f"{question}: {ours[-1].answer} is not {theirs[-1].answer}"
        print(f"  round {number + 1}: ours {_said(ours[-1])}, DuckDB {_said(theirs[-1])}", flush=True)
    ratio = statistics.median(mine.seconds / other.seconds for mine, other in zip(ours, theirs, strict=True))
    print(f"  ratio {ratio:.2f} (limit {LIMIT})")
    return {
        "rows": rows,
        "ratio": round(ratio, 2),
        "limit": LIMIT,
        "seconds": round(statistics.median(cost.seconds for cost in ours), 2),
        "baseline_seconds": round(statistics.median(cost.seconds for cost in theirs), 2),
        "peak_mb": round(max(cost.peak_mb for cost in ours)),
        "baseline_peak_mb": round(max(cost.peak_mb for cost in theirs)),
    }


def _said(cost: Cost) -> str:
    return f"{cost.seconds:.2f} s and {cost.peak_mb:,.0f} MB"
