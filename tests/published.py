"""How does a test put a version of a table into a data folder without a provider's file?"""

import hashlib
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from bluehelm.sources.intake import NOTED_ROWS
from bluehelm.store import Store, Submission, Version
from bluehelm.tables import TABLES
from bluehelm.tables.grid import cell_of
from bluehelm.tables.provenance import Coverage, SourceNote

JUBA = {"latitude": 4.85, "longitude": 31.6, "iso3": "SSD", "gw_id": 626}
BANGUI = {"latitude": 4.37, "longitude": 18.55, "iso3": "CAF", "gw_id": 482}


def rows_of(table: str, rows: list[dict]) -> pl.DataFrame:
    """Rows as the table promises them; what a row does not say is null."""
    names = TABLES[table].column_names
    return pl.DataFrame([{name: row.get(name) for name in names} for row in rows], schema=TABLES[table].schema)


def event(number: int, day: str, *, days: int = 0, best: int = 1, place: dict = JUBA, **said) -> dict:
    """One event at a place; all deaths are of civilians."""
    began = date.fromisoformat(day)
    row = {"event_id": str(number), "type": "one-sided", "date_start": began, "date_end": began + timedelta(days=days)}
    row |= {"date_precision": 1, "place_precision": 1, "side_a": "A", "side_b": "Civilians", "clarity": 1}
    row |= {"deaths_a": 0, "deaths_b": 0, "deaths_civilians": best, "deaths_unknown": 0, "coding_status": "Clear"}
    row |= {"best": best, "low": best, "high": best, **place, **said}
    return row | {"gid": cell_of(row["latitude"], row["longitude"])}


def publish(
    home: Path,
    table: str,
    rows: list[dict] | pl.DataFrame,
    *,
    provider: str = "ucdp-ged",
    retrieved: date = date(2024, 6, 1),
    months: tuple[str | None, str | None] = (None, None),
    countries: tuple[str, ...] | None = None,
    synthetic: bool = False,
) -> Version:
    """Publish a version whose promise is checked; its raw file is the rows as CSV."""
    frame = rows if isinstance(rows, pl.DataFrame) else rows_of(table, rows)
    TABLES[table].check(frame)
    store, nothing = Store(home), pl.DataFrame(schema=NOTED_ROWS)
    with store.scratch() as scratch:
        frame.write_parquet(scratch / "rows.parquet")
        frame.write_csv(scratch / "raw.csv")
        return store.publish(
            Submission(
                table=table,
                source=SourceNote(
                    provider, f"{provider} of a test", "CC BY 4.0", "made up", "https://example.org", ("everyone",)
                ),
                rows_file=scratch / "rows.parquet",
                rows=frame.height,
                file_name=f"{provider}.csv",
                sha256=hashlib.sha256((scratch / "raw.csv").read_bytes()).hexdigest(),
                retrieved=retrieved,
                set_aside=nothing,
                flagged=nothing,
                reasons=(),
                flags=(),
                notes=(),
                coverage=Coverage(*months, countries),
                raw=scratch / "raw.csv",
                synthetic=synthetic,
            )
        )
