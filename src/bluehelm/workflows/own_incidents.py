"""What did the mission itself report, verify and approve, put as conflict events are, to be asked the same questions?

Beside the provider's events and never added to them. A toll is the mission's own lowest and highest number; there is no
best estimate, so that a count of deaths has bounds and no value. Months run from the first to the last approved
incident, without those in which nobody looked: what was not reported or not approved is not in it.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from bluehelm.definitions.report_types import packaged_report_types
from bluehelm.products.own_incidents import OwnIncidents, OwnMonth, OwnType, ProviderType
from bluehelm.situation.events import Window
from bluehelm.situation.month_rules import monthly, totals_by_type
from bluehelm.situation.own_incidents import Tally, tally, tally_by_month, tally_by_type
from bluehelm.store import Store, Version
from bluehelm.tables import EVENTS, MISSION_INCIDENTS, REPORTING_EFFORT
from bluehelm.tables.months import month_of, months_between
from bluehelm.workflows.readers import label_of
from bluehelm.workflows.registry import mission_registry
from bluehelm.workflows.version_refs import version_ref


def own_incidents(
    home: Path, mission: str, *, as_of: date, known_on: date | None
) -> tuple[pl.DataFrame, frozenset[str], Version] | None:
    """The newest version's incidents begun up to a day, with the columns of `events`, its months, and the version.

    None when no version that may be read speaks of the mission. Columns that the mission does not tell are null.
    """
    found = newest_of(home, MISSION_INCIDENTS.name, mission, known_on)
    if found is None:
        return None
    newest, every = found
    rows = every.filter(pl.col("date_start") <= as_of)
    if rows.is_empty():
        return None
    shared = [name for name in EVENTS.column_names if name in rows.columns]
    missing = [pl.lit(None, column.dtype).alias(column.name) for column in EVENTS.columns if column.name not in shared]
    covered = frozenset(_months(rows)) - set(newest.coverage.unknown_months)
    return rows.select(*shared, *missing).select(EVENTS.column_names), covered, newest


def newest_of(home: Path, table: str, mission: str, known_on: date | None) -> tuple[Version, pl.DataFrame] | None:
    """The newest version that may be read and speaks of the mission, and its rows of it: missions share a table."""
    store = Store(home)
    for version in reversed(store.known(table, synthetic=is_synthetic(home, mission), known_on=known_on)):
        rows = store.scan(version).filter(pl.col("mission") == mission).collect()
        if rows.height:
            return version, rows
    return None


def _months(rows: pl.DataFrame) -> list[str]:
    months = rows["date_start"].dt.strftime("%Y-%m")
    return months_between(str(months.min()), str(months.max()))


def beside_provider(
    home: Path,
    mission: str,
    *,
    as_of: date,
    known_on: date | None,
    events: pl.DataFrame | None,
    covered: Sequence[str],
    window: Window | None,
    provider: Sequence[Version],
) -> OwnIncidents | None:
    """The mission's own incidents, and apart from them the provider's events of the same months.

    None where no version of the mission's own may be read.
    `events` are the mission's events as the provider has them, `covered` the months that the provider covers.
    """
    found = newest_of(home, MISSION_INCIDENTS.name, mission, known_on)
    rows = found[1].filter(pl.col("date_start") <= as_of) if found else None
    if found is None or rows is None or rows.is_empty():
        return None
    months, whole = _months(rows), tally(rows)
    shared = [month for month in months if window and month in window.months and month in covered]
    theirs = {} if events is None or window is None else _theirs(events, window, shared)
    effort = newest_of(home, REPORTING_EFFORT.name, mission, known_on)
    looked = _looked(effort[1]) if effort else {}
    titles, unwatched = packaged_report_types(), set(found[0].coverage.unknown_months)
    return OwnIncidents(
        version=version_ref(found[0]),
        label=label_of(found[0].label),
        first_month=months[0],
        last_month=months[-1],
        count=whole.count,
        low=whole.low,
        high=whole.high,
        uncounted=whole.uncounted,
        late=int(rows["verified_late"].sum()),
        types=tuple(
            OwnType(name, kind.title if (kind := titles.get(name)) else name, maps_to, of.count, of.low, of.high,
                    of.uncounted)
            for name, (maps_to, of) in tally_by_type(rows).items()
        ),
        months=tuple(
            OwnMonth(month, *_own_figures(of, month in unwatched), *theirs.get(month, (None, None)),
                     *looked.get(month, (None, None)), partial=month == _cut_month(as_of))
            for month, of in tally_by_month(rows, months).items()
        ),
        provider=tuple(map(version_ref, provider)) if shared else (),
        provider_types=_their_types(events, window, shared),
        effort=version_ref(effort[0]) if effort else None,
        effort_label=label_of(effort[0].label) if effort else None,
    )  # fmt: skip


def _own_figures(of: Tally, is_unwatched: bool) -> tuple[int | None, int | None, int | None, int | None]:
    return (None, None, None, None) if is_unwatched else (of.count, of.low, of.high, of.uncounted)


def _cut_month(as_of: date) -> str:
    """The month that a day cuts short; none where it is the last of its month."""
    return month_of(as_of) if (as_of + timedelta(days=1)).month == as_of.month else ""


def _theirs(events: pl.DataFrame, window: Window, shared: Sequence[str]) -> dict[str, tuple[int | None, int | None]]:
    return {month: (count, best) for month, count, best in monthly(events, "date_start", window, shared)}


def _their_types(events: pl.DataFrame | None, window: Window | None, shared: Sequence[str]) -> tuple[ProviderType, ...]:
    """The provider's events of the months that both cover."""
    if events is None or window is None or not shared:
        return ()
    both = events.filter(pl.col("date_start").dt.strftime("%Y-%m").is_in(shared))
    sums = totals_by_type(both, "date_start", window)
    return tuple(ProviderType(kind, of.count, of.best) for kind, of in sums.items())


def _looked(effort: pl.DataFrame) -> dict[str, tuple[int | None, int | None]]:
    """Patrols and reporter-days of every month, over the components that told them."""
    told = pl.when(pl.all().count() > 0).then(pl.all().sum())
    return {
        month: (patrols, reporters)
        for month, patrols, reporters in effort.select("month", "patrols", "reporter_days")
        .group_by("month")
        .agg(told)
        .iter_rows()
    }


def is_synthetic(home: Path, mission: str) -> bool:
    """Whether the mission is an invented one, whose incidents are marked as such."""
    entry = mission_registry(home).get(mission)
    return entry.synthetic if entry else False
