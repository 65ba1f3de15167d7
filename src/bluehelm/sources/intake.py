"""What does a source hand over, and how does it refuse?

`Intake` holds the good rows in a Parquet file that keeps its table's promise, the bad rows set aside and the
doubtful rows flagged, each with its physical line (header = 1), its column and its reason.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from bluehelm.tables import Table
from bluehelm.tables.provenance import Coverage, Reason, SourceNote

NOTED_ROWS = pl.Schema({"line": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String})


class IntakeError(ValueError):
    """A file was not taken in: `what` is wrong, `where`, and what to do `next`; `problems` lists every case."""

    def __init__(self, code: str, what: str, where: str, next_step: str, problems: Iterable[str] = ()) -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.where = where
        self.next_step = next_step
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Intake:
    """A provider's file, read: `rows_file` is Parquet, `set_aside` and `flagged` have the columns of NOTED_ROWS.

    `note` is set where the file turned out to be another provider's than was said, and goes into that one's chain.
    """

    table: Table
    rows_file: Path
    rows: int
    set_aside: pl.DataFrame
    flagged: pl.DataFrame
    notes: tuple[Reason, ...]
    coverage: Coverage
    note: SourceNote | None = None

    def frame(self) -> pl.DataFrame:
        return pl.read_parquet(self.rows_file)


def reasons_of(noted: pl.DataFrame) -> tuple[Reason, ...]:
    """Noted rows counted by reason, most frequent first."""
    counted = noted.group_by("reason").agg(pl.len().alias("count"), pl.col("line").min().alias("first_line"))
    return tuple(Reason(**row) for row in counted.sort(["count", "reason"], descending=[True, False]).to_dicts())
