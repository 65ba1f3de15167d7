"""Which rows of several providers' chains make one view of what happened?

A yearly release first; then candidate rows, which a provider gives out monthly and settles in the next release: those
that began after the release's last covered month. An event that several candidate versions list counts once, as the
version retrieved last has it; one that the release lists counts as the release has it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

MONTH = pl.col("date_start").dt.strftime("%Y-%m")


@dataclass(frozen=True, slots=True)
class Candidates:
    """The candidate rows that count, and how many do not: replaced by a later version, or settled in the release."""

    rows: pl.DataFrame
    replaced: int
    settled: int


def fresh_candidates(candidates: Sequence[pl.DataFrame], settled_to: str, settled_ids: pl.Series) -> Candidates:
    """The rows of candidate versions, given oldest retrieval first, that a yearly release does not settle.

    `settled_to` is the release's last covered month, an empty text when there is no release; `settled_ids` are events
    of the release that candidates list too.
    """
    every = pl.concat(candidates)
    latest = every.unique("event_id", keep="last", maintain_order=True)
    fresh = latest.filter(settled_to < MONTH, ~pl.col("event_id").is_in(settled_ids.implode()))
    return Candidates(fresh, every.height - latest.height, latest.height - fresh.height)
