"""Which events were known on a day, from which versions of which providers?

One view from two chains of one provider's house: the newest yearly release, then candidate rows of all retrieved
candidate versions. Other tables of events (an extract of exactly placed ones, another provider's scheme, a mission's
own records) count the same events another way and are never mixed in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import polars as pl

from bluehelm.situation.chains import Candidates, fresh_candidates
from bluehelm.store import Store, Version
from bluehelm.store.labels import note_read
from bluehelm.tables.months import months_between

YEARLY = "ucdp-ged"
CANDIDATE = "ucdp-candidate"


@dataclass(frozen=True, slots=True)
class EventsView:
    """The versions that make the view, the release first, and what deduplication left out."""

    home: Path
    versions: tuple[Version, ...]
    replaced: int = 0
    settled: int = 0

    def covering(self, countries: Iterable[str]) -> "EventsView | None":
        """The view of the versions that speak of all these countries; None when none does."""
        wanted = tuple(countries)
        speaking = tuple(version for version in self.versions if all(version.covers(iso3) for iso3 in wanted))
        return EventsView(self.home, speaking, self.replaced, self.settled) if speaking else None

    @property
    def candidates(self) -> tuple[Version, ...]:
        """The candidate versions among them."""
        return tuple(version for version in self.versions if version.provider == CANDIDATE)

    @property
    def months(self) -> tuple[str, ...]:
        """The months that some version speaks of, in time; there may be gaps between a release and candidates."""
        return tuple(sorted({month for version in self.versions for month in covered_months(version)}))

    def scan(self) -> pl.LazyFrame:
        """The rows of the view, read only as far as the question needs."""
        first, *candidates = self.versions
        if first.provider == CANDIDATE:
            return _candidates(self.home, None, self.versions).rows.lazy()
        settled = Store(self.home).scan(first)
        return (
            pl.concat([settled, _candidates(self.home, first, tuple(candidates)).rows.lazy()])
            if candidates
            else settled
        )


def events_view(home: Path, *, known_on: date | None = None, synthetic: bool = False) -> EventsView | None:
    """The view of the events known on a day, now when it is not given; None when no version was known."""
    store = Store(home)
    if synthetic:
        made = store.latest("events", synthetic=True, known_on=known_on)
        return EventsView(home, (made,)) if made else None
    yearly = store.latest("events", provider=YEARLY, known_on=known_on)
    candidates = tuple(
        version
        for version in store.known("events", provider=CANDIDATE, known_on=known_on)
        if not yearly or (version.coverage.last_month or "") > _last_month(yearly)
    )
    if not candidates:
        return EventsView(home, (yearly,)) if yearly else None
    kept = _candidates(home, yearly, candidates)
    return EventsView(home, ((yearly,) if yearly else ()) + candidates, kept.replaced, kept.settled)


def view_of(home: Path, version: Version) -> EventsView:
    """One version on its own, whatever its provider, for a look at what it alone says."""
    return EventsView(home, (version,))


def covered_months(version: Version) -> list[str]:
    """The months that a version speaks of; empty when it speaks of none."""
    first, last = version.coverage.first_month, version.coverage.last_month
    return months_between(first, last) if first and last else []


def _last_month(yearly: Version | None) -> str:
    return (yearly.coverage.last_month if yearly else "") or ""


def _candidates(home: Path, yearly: Version | None, candidates: tuple[Version, ...]) -> Candidates:
    """The candidate rows; who reads them is noted whether or not they were read before in this process."""
    for version in candidates:
        note_read(version.table, version.version, version.label)
    return _read_candidates(home, yearly, candidates)


# Versions never change, so that what was read of them once holds as long as the process lives.
@lru_cache(maxsize=4)
def _read_candidates(home: Path, yearly: Version | None, candidates: tuple[Version, ...]) -> Candidates:
    store = Store(home)
    rows = [store.scan(version).collect() for version in candidates]
    listed = pl.concat(rows)["event_id"].unique()
    settled = pl.Series(dtype=pl.String)
    if yearly:
        settled = (
            store.scan(yearly)
            .select("event_id")
            .filter(pl.col("event_id").is_in(listed.implode()))
            .collect()["event_id"]
        )
    return fresh_candidates(rows, _last_month(yearly), settled)
