"""Which plan holds, which values stand, and what is late or missing?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from bluehelm.plans.framework import Framework, Placed, indicators_of, parse_framework
from bluehelm.plans.periods import in_order, months_of, periods_between
from bluehelm.plans.progress import Trend, is_met, trend, way_covered
from bluehelm.plans.values import Reading, RollUpError, over_parts, over_time
from bluehelm.tables.months import from_ordinal, month_of, ordinal
from bluehelm.web.plans.models import ClosedPeriod, IndicatorValue, PlanVersion
from bluehelm.web.posts.acting import Actor


def versions_of(mission: str, actor: Actor) -> list[PlanVersion]:
    """The versions of a mission's plan that the actor may read, the newest first."""
    return list(PlanVersion.objects.readable_by(actor).filter(mission=mission).select_related("releasable_to", "post"))


def current_version(mission: str, actor: Actor) -> PlanVersion | None:
    return next(iter(versions_of(mission, actor)), None)


@lru_cache(maxsize=32)
def _parsed(sha256: str, text: str) -> Framework:
    return parse_framework(text, sha256)


def framework_of(version: PlanVersion) -> Framework:
    """What the version says; it was read when it was loaded, so that it can be read now."""
    return _parsed(version.sha256, version.text)


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator as it stands: values of the whole by period, the last one, its target and its trend.

    `missing` are periods that have ended and have no value; a period in progress is not missing.
    """

    placed: Placed
    values: tuple[IndicatorValue, ...]
    readings: tuple[Reading, ...]
    missing: tuple[str, ...]
    trend: Trend | None

    @property
    def last(self) -> Reading | None:
        return self.readings[-1] if self.readings else None

    @property
    def targets(self) -> list[dict[str, object]]:
        """Each target with the value of its period, whether it is met and the share of the way covered."""
        return [self._target(target.period, target.value) for target in self.placed.indicator.targets]

    def _target(self, period: str, value: float) -> dict[str, object]:
        found = self._value_of(period)
        indicator = self.placed.indicator
        return {
            "period": period,
            "target": value,
            "value": found,
            "met": is_met(indicator, found, period),
            "way_covered": way_covered(indicator, found, period),
        }

    def _value_of(self, period: str) -> float | None:
        exact = next((one.value for one in self.readings if one.period == period), None)
        rule = self.placed.indicator.roll_up
        if exact is not None or rule in (None, "none"):
            return exact
        try:
            return over_time(self.readings, rule, period).value
        except RollUpError:
            return None


def lines_of(version: PlanVersion, actor: Actor, on: date) -> list[Line]:
    """Every indicator of a version with its values, in the order of the plan; one query for all."""
    values = IndicatorValue.objects.readable_by(actor).filter(mission=version.mission, stands=True)
    by_indicator: dict[str, list[IndicatorValue]] = {}
    for value in values.select_related("releasable_to"):
        by_indicator.setdefault(value.indicator, []).append(value)
    framework = framework_of(version)
    return [
        _line(framework, placed, by_indicator.get(placed.indicator.id, []), on) for placed in indicators_of(framework)
    ]


def _line(framework: Framework, placed: Placed, values: list[IndicatorValue], on: date) -> Line:
    readings = tuple(_whole(placed, values))
    return Line(
        placed,
        tuple(values),
        readings,
        tuple(_missing(framework, placed, {one.period for one in readings}, on)),
        trend(readings, placed.indicator.better),
    )


def _whole(placed: Placed, values: Iterable[IndicatorValue]) -> Iterable[Reading]:
    """The value of the whole for each period: as entered, else from its parts where the rule allows it."""
    by_period: dict[str, list[IndicatorValue]] = {}
    for value in values:
        by_period.setdefault(value.period, []).append(value)
    for period in in_order(list(by_period)):
        whole = next((one for one in by_period[period] if not one.part), None)
        if whole:
            yield reading_of(whole)
        elif placed.indicator.roll_up not in (None, "none"):
            parts = [reading_of(one) for one in by_period[period]]
            is_share = any(one.denominator is not None for one in parts)
            try:
                yield over_parts(parts, placed.indicator.roll_up, is_share=is_share)
            except RollUpError:
                continue


def reading_of(value: IndicatorValue) -> Reading:
    parts = dict(one.split("=", 1) for one in value.part.split(", ")) if value.part else {}
    return Reading(
        value.period, value.value, value.low, value.high, value.numerator, value.denominator, value.counts, parts
    )


def _missing(framework: Framework, placed: Placed, known: set[str], on: date) -> Iterable[str]:
    every = placed.indicator.every
    last_whole = from_ordinal(ordinal(month_of(on)) - 1)
    if not every or framework.first_month > last_whole:
        return []
    due = periods_between(framework.first_month, min(framework.last_month, last_whole), every)
    return [period for period in due if period not in known]


def standing_value(
    mission: str, indicator: str, period: str, parts: Mapping[str, str], actor: Actor
) -> IndicatorValue | None:
    """The value that stands for a period and a part, if the actor may read it."""
    part = ", ".join(f"{key}={parts[key]}" for key in sorted(parts))
    found = IndicatorValue.objects.readable_by(actor).filter(mission=mission, indicator=indicator, stands=True)
    return found.filter(period=period, part=part).first()


def closed_periods(mission: str, actor: Actor) -> list[ClosedPeriod]:
    found = ClosedPeriod.objects.readable_by(actor).filter(mission=mission)
    return sorted(found, key=lambda one: months_of(one.period)[-1])


def history_of(mission: str, indicator: str, actor: Actor) -> list[IndicatorValue]:
    """Every value of an indicator, those corrected too, by period and then in the order they were entered."""
    found = IndicatorValue.objects.readable_by(actor).filter(mission=mission, indicator=indicator)
    return sorted(
        found.select_related("post", "corrects"), key=lambda one: (months_of(one.period)[-1], one.part, one.pk)
    )
