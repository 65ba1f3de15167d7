"""What do the declared filters of a plan count for a mission, from which rows of which versions?

Months are those of the plan and of the baselines' periods before it, up to the as-of day; the month that day cuts is
left out, since half a month would read as a fall. A month no version covers is unknown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from bluehelm.language import _
from bluehelm.plans.compute import Computed, computed, rows_of
from bluehelm.plans.framework import Framework, Indicator, Placed, indicators_of
from bluehelm.plans.periods import in_order, months_of
from bluehelm.plans.progress import is_met, way_covered
from bluehelm.plans.values import Reading, over_time
from bluehelm.store import Version
from bluehelm.store.version import version_json
from bluehelm.tables.months import month_of, months_between
from bluehelm.workflows.mission_events import NEEDED, Known, mission_events, what_is_known
from bluehelm.workflows.own_incidents import own_incidents

COLUMNS = (*NEEDED, "event_id", "side_a", "side_b", "deaths_civilians")


@dataclass(frozen=True, slots=True)
class ComputedIndicator:
    """One indicator's months, and the same rolled up to the periods its baseline and targets name."""

    placed: Placed
    months: tuple[Computed, ...]
    periods: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class ComputedPlan:
    """Everything a plan's filters count; `not_computed` are indicators whose values people enter."""

    mission: str
    as_of: date
    indicators: tuple[ComputedIndicator, ...]
    not_computed: tuple[str, ...]
    versions: tuple[Version, ...]
    notes: tuple[str, ...]


def compute_plan(
    home: Path, framework: Framework, mission: str, *, as_of: date, known_on: date | None, own: bool = False
) -> ComputedPlan:
    """Every computed indicator of a mission, from conflict events or from its `own` approved incidents, never both.

    UnknownMissionError when there is no such mission.
    """
    known = what_is_known(home, mission, known_on=known_on)
    placed = list(indicators_of(framework))
    wanted = [one for one in placed if one.indicator.compute]
    months = _months(framework, wanted, as_of)
    if own:
        rows, covered, notes, versions = _own_rows(home, mission, as_of, known_on)
    else:
        (rows, covered, notes), versions = _rows(known, as_of), known.events.versions if known.events else ()
    return ComputedPlan(
        mission,
        as_of,
        tuple(_indicator(one, rows, months, covered) for one in wanted),
        tuple(one.where for one in placed if not one.indicator.compute),
        versions,
        notes,
    )


def _own_rows(
    home: Path, mission: str, as_of: date, known_on: date | None
) -> tuple[pl.DataFrame | None, frozenset[str], tuple[str, ...], tuple[Version, ...]]:
    """The mission's approved incidents, the months they span, and what a reader must know of them."""
    found = own_incidents(home, mission, as_of=as_of, known_on=known_on)
    if found is None:
        return (
            None,
            frozenset(),
            (_("No version of mission_incidents speaks of {mission}: publish one.", mission=mission),),
            (),
        )
    rows, covered, version = found
    notes = (
        _("Counted from the incidents that the mission reported, verified and approved; never added to a provider's."),
        _("Deaths have the mission's low and high and no best estimate; what was not reported is not counted."),
    )
    return rows, covered, notes, (version,)


def _months(framework: Framework, wanted: list[Placed], as_of: date) -> list[str]:
    """Every whole month from the first baseline to the plan's end or the as-of day."""
    baselines = [one.indicator.baseline.period for one in wanted if one.indicator.baseline]
    first = min([framework.first_month, *(months_of(period)[0] for period in baselines)])
    last_whole = month_of((as_of + timedelta(days=1)).replace(day=1) - timedelta(days=1))
    return months_between(first, min(framework.last_month, last_whole))


def _rows(known: Known, as_of: date) -> tuple[pl.DataFrame | None, frozenset[str], tuple[str, ...]]:
    """The mission's events, the whole months in which they are known, and what a reader must know of them."""
    window = known.window(as_of)
    found = mission_events(known, window, COLUMNS)
    if found is None or window is None or known.events is None:
        return (
            None,
            frozenset(),
            (_("No version of events speaks of {mission}: import one.", mission=known.entry.mission),),
        )
    covered = frozenset(known.events.months) & set(window.months) - window.cut_months
    notes = (_("An event counts in the month it began; deaths are best estimates with the provider's low and high."),)
    return (
        found.mine,
        frozenset(covered),
        (*notes, _("Months before {first}, the mission's first day, are unknown.", first=window.first)),
    )


def _indicator(
    placed: Placed, rows: pl.DataFrame | None, months: list[str], covered: frozenset[str]
) -> ComputedIndicator:
    indicator = placed.indicator
    assert indicator.compute is not None  # chosen for it
    found = [] if rows is None else computed(rows, indicator.compute, months, covered)
    return ComputedIndicator(placed, tuple(found), tuple(_named_periods(indicator, found)))


def _named_periods(indicator: Indicator, found: list[Computed]) -> Iterator[Reading]:
    """The values of the periods that the baseline and the targets name, where the roll-up rule allows them."""
    if indicator.roll_up in (None, "none"):
        return
    readings = [Reading(one.month, one.value, one.low, one.high) for one in found]
    named = [target.period for target in indicator.targets]
    named += [indicator.baseline.period] if indicator.baseline else []
    for period in in_order(named):
        yield over_time(readings, indicator.roll_up, period)


@dataclass(frozen=True, slots=True)
class RowsBehind:
    """The rows a filter counts in a month, in the newest versions, with their digest; no rows where none is known."""

    month: str
    rows: pl.DataFrame
    sha256: str
    versions: tuple[Version, ...]


SHOWN = ("event_id", "date_start", "type", "side_a", "side_b", "admin_1", "best", "low", "high")


def rows_behind(home: Path, indicator: Indicator, mission: str, month: str, *, as_of: date) -> RowsBehind | None:
    """The rows behind a computed value; None where no table speaks of the mission. UnknownMissionError as above."""
    assert indicator.compute is not None  # asked of computed indicators only
    known = what_is_known(home, mission, known_on=None)
    rows, _covered, _notes = _rows(known, as_of)
    if rows is None or known.events is None:
        return None
    found = rows_of(rows, indicator.compute, month)
    digest = rows_digest(tuple(sorted(str(key) for key in found["event_id"])))
    return RowsBehind(month, found.select(SHOWN), digest, known.events.versions)


def computed_json(plan: ComputedPlan) -> dict[str, Any]:
    """The answer of `plan compute`."""
    return {
        "mission": plan.mission,
        "as_of": plan.as_of.isoformat(),
        "indicators": [_indicator_json(one) for one in plan.indicators],
        "not_computed": list(plan.not_computed),
        "notes": list(plan.notes),
        "versions": [version_json(version) for version in plan.versions],
    }


def _indicator_json(one: ComputedIndicator) -> dict[str, Any]:
    indicator = one.placed.indicator
    assert indicator.compute is not None  # chosen for it
    return {
        "id": indicator.id,
        "where": one.placed.where,
        "title": indicator.title,
        "unit": indicator.unit,
        "filter": indicator.compute.model_dump(mode="json", exclude_defaults=True),
        "roll_up": indicator.roll_up,
        "months": [
            {"month": month.month, "value": month.value, "low": month.low, "high": month.high, "rows": len(month.rows),
             "rows_sha256": rows_digest(month.rows) if month.value is not None else None}
            for month in one.months
        ],
        "periods": [
            {"period": reading.period, "value": reading.value, "low": reading.low, "high": reading.high,
             "doubtful": reading.is_doubtful, **_against_target(one, reading)}
            for reading in one.periods
        ],
    }  # fmt: skip


def _against_target(one: ComputedIndicator, reading: Reading) -> Mapping[str, Any]:
    indicator = one.placed.indicator
    targets = {target.period: target.value for target in indicator.targets}
    stated = indicator.baseline.value if indicator.baseline and indicator.baseline.period == reading.period else None
    return {
        "target": targets.get(reading.period),
        "met": is_met(indicator, reading.value, reading.period),
        "way_covered": way_covered(indicator, reading.value, reading.period),
        "stated_baseline": stated,
    }


def rows_digest(keys: tuple[str, ...]) -> str:
    """The digest of the keys behind a value, one a line: the same rows give the same digest."""
    return sha256("\n".join(keys).encode()).hexdigest()
