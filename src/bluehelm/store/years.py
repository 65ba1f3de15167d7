"""How are the rows of a large version kept, so that a question reads no more than its years?

A small version is one Parquet file, `rows.parquet`. A large one is a folder `rows` with one file a year, each in the
order in which the source gave its rows. Versions of both kinds are read alike.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from bluehelm.tables import Table

ROWS = "rows.parquet"
YEARS = "rows"

# Below this one file is quicker: every year's file costs a footer to read, and one file stays sorted by country.
MANY_ROWS = 20_000_000


def year_of(table: Table) -> pl.Expr | None:
    """The year of a row as text, by the first date or month that the table requires; None for a table without one."""
    for column in table.columns:
        if column.required and column.dtype == pl.Date:
            return pl.col(column.name).dt.strftime("%Y")
        if column.required and column.name == "month":
            return pl.col("month").str.slice(0, 4)
    return None


def split_by_year(rows_file: Path, table: Table, folder: Path) -> bool:
    """Write one file a year into `folder`, streaming; False, with nothing written, when the table knows no years."""
    year = year_of(table)
    if year is None:
        return False
    target = pl.PartitionBy(
        folder,
        key=year.alias("_year"),
        include_key=False,
        file_path_provider=lambda part: f"{part.partition_keys.item()}.parquet",
        approximate_bytes_per_file=None,
    )
    pl.scan_parquet(rows_file).sink_parquet(target, maintain_order=True, mkdir=True)
    return True


def files_of(folder: Path) -> list[Path]:
    """The files with a version's rows, by year; empty when its rows are missing."""
    if (folder / YEARS).is_dir():
        return sorted((folder / YEARS).glob("*.parquet"))
    return [folder / ROWS] if (folder / ROWS).is_file() else []


def digest_of(files: Iterable[Path]) -> str:
    """The sha256 of one file; of several, the sha256 of the list of their names and digests."""
    digests = [(path.name, file_digest(path)) for path in files]
    if len(digests) == 1 and digests[0][0] == ROWS:
        return digests[0][1]
    return hashlib.sha256("".join(f"{name} {digest}\n" for name, digest in digests).encode()).hexdigest()


def file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
