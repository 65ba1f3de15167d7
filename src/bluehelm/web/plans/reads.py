"""Which plan holds, which values stand, and what is late or missing?

What a reader gets of people is what may leave, unless the reader fills the plan (`sees_in_full`).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

import polars as pl
from django.db.models import Min, QuerySet

from bluehelm.definitions.plans import packaged_checks, packaged_people
from bluehelm.plans.framework import Framework, Indicator, Placed, Problem, RollUp, indicators_of, parse_framework
from bluehelm.plans.logic import owners_without_post
from bluehelm.plans.people import Limits, Part, counts_people, held_back, leaving, part_of
from bluehelm.plans.periods import in_order, months_of, periods_between
from bluehelm.plans.progress import Trend, is_met, trend, way_covered
from bluehelm.plans.shares import Shares, has_shares, shares_of_parts
from bluehelm.plans.values import Reading, RollUpError, over_time, reads_as_share
from bluehelm.plans.wholes import NUMBERS, SCHEMA, missing_parts, missing_parts_slowly, wholes, wholes_slowly
from bluehelm.tables.months import from_ordinal, month_of, ordinal
from bluehelm.web.plans.models import ClosedPeriod, IndicatorValue, PlanVersion
from bluehelm.web.posts.acting import Actor
from bluehelm.web.posts.models import Post
from bluehelm.workflows.release_counts import disclosure_rules


def versions_of(mission: str, actor: Actor) -> list[PlanVersion]:
    """The versions of a mission's plan that the actor may read, the newest first."""
    found = PlanVersion.objects.readable_by(actor).filter(mission=mission)
    return list(found.select_related("releasable_to", "post", "decision__recommendation"))


def current_version(mission: str, actor: Actor) -> PlanVersion | None:
    return next(iter(versions_of(mission, actor)), None)


@lru_cache(maxsize=32)
def _parsed(sha256: str, text: str) -> Framework:
    return parse_framework(text, sha256)


def framework_of(version: PlanVersion) -> Framework:
    """What the version says; it was read when it was loaded, so that it can be read now."""
    return _parsed(version.sha256, version.text)


def owners_without_post_of(version: PlanVersion) -> list[Problem]:
    """Owners of the version's indicators that are no open post of its mission, so that nobody is asked."""
    posts = Post.objects.filter(mission=version.mission, closed_on__isnull=True).values_list("code", flat=True)
    return owners_without_post(framework_of(version), set(posts))


def sees_in_full(actor: Actor, mission: str) -> bool:
    """Whether small counts of people are shown to the actor: only to a post of the mission that fills its plan.

    A token sees them only with the scope to fill it, and nobody does through another post's eyes.
    """
    return actor.post is not None and actor.post.mission == mission and actor.may("create", "plan")


@cache
def limits() -> Limits:
    rules = disclosure_rules()
    return Limits(rules.smallest, rules.interval)


def is_about_people(indicator: Indicator) -> bool:
    """Whether an indicator's values leave through the filter for counts of people."""
    rules = packaged_people()
    as_published = indicator.compute is not None and indicator.compute.table in rules.as_published
    return not as_published and counts_people(indicator, rules.told_by, rules.units)


@dataclass(frozen=True, slots=True)
class Owed:
    """A period that has ended and whose value is missing, or of which `parts` are, so that its whole is unknown."""

    period: str
    parts: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.period} ({'; '.join(self.parts)})" if self.parts else self.period


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator as it stands: values of the whole by period, its parts, its targets and its trend.

    `owed` is what is missing of periods that have ended; a period in progress is not missing. `late` are periods
    whose first value came late. `longer` are the periods that targets name, as the roll-up rule makes them.
    """

    placed: Placed
    readings: tuple[Reading, ...]
    parts: tuple[Reading, ...] = ()
    owed: tuple[Owed, ...] = ()
    late: tuple[str, ...] = ()
    longer: Mapping[str, Reading] = field(default_factory=dict)
    trend: Trend | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """Periods of which nothing is there."""
        return tuple(one.period for one in self.owed if not one.parts)

    @property
    def last(self) -> Reading | None:
        return self.readings[-1] if self.readings else None

    @property
    def in_time(self) -> list[Reading]:
        """The values with the periods that are missing in their places, without a value."""
        found = {period: Reading(period, None) for period in self.missing} | {one.period: one for one in self.readings}
        return [found[period] for period in in_order(list(found))]

    @property
    def held_back(self) -> int:
        """How many of its values are not shown, because they would tell of few people."""
        return sum(one.held_back for one in (*self.readings, *self.parts))

    @property
    def shares(self) -> list[Shares] | None:
        """Which share each part holds, from what is shown; None where the indicator is no count."""
        indicator = self.placed.indicator
        is_count = has_shares(_rule(indicator), indicator.unit) and not any(one.is_share for one in self.readings)
        return shares_of_parts(self.readings, self.parts) if is_count else None

    @property
    def targets(self) -> list[dict[str, Any]]:
        """Each target with the value of its period, whether it is met and the share of the way covered."""
        return [self._target(target.period, target.value) for target in self.placed.indicator.targets]

    def _target(self, period: str, value: float) -> dict[str, Any]:
        found = self.value_of(period)
        indicator = self.placed.indicator
        return {
            "period": period,
            "target": value,
            "value": found.value if found else None,
            "held_back": bool(found and found.held_back),
            "met": is_met(indicator, found.value if found else None, period),
            "way_covered": way_covered(indicator, found.value if found else None, period),
        }

    def value_of(self, period: str) -> Reading | None:
        """The value of a period, made by the roll-up rule where none was entered for it; None where there is none."""
        return next((one for one in self.readings if one.period == period), self.longer.get(period))


def lines_of(
    version: PlanVersion, actor: Actor, on: date, *, is_leaving: bool = False, longer: Collection[str] = (),
    with_parts: bool = False, until: str = "",
) -> list[Line]:  # fmt: skip
    """Every indicator of a version with its values, in the order of the plan; two queries for all.

    What `is_leaving` is shown as to a stranger, whoever asks. Parts are there where they are asked for or held back.
    `longer` are periods wanted beside those of the targets. Values of periods that end after the month `until` are left
    out: what is said of a period, its trend too, rests on what had happened by its end.
    """
    framework = framework_of(version)
    placed = list(indicators_of(framework))
    full = sees_in_full(actor, version.mission) and not is_leaving
    values = _standing(version.mission, actor)
    first_entered = _first_entered(version.mission, actor)
    begun = _begun(version.mission, actor)
    distributions = _distributions(version.mission, actor, placed)
    whole = _wholes(values, distributions, placed)
    people = set() if full else {one.indicator.id for one in placed if is_about_people(one.indicator)}
    wanted = {one.indicator.id for one in placed} if with_parts else people
    parts = _parts(values.filter(~pl.col("indicator").is_in(sorted(distributions))), wanted)
    there, short = _there(values), missing_parts(values)
    parts |= {name: [one for one in told if one.parts] for name, told in distributions.items() if name in wanted}
    return [
        _line(
            framework, one,
            _by(until, whole.get(one.indicator.id, [])), _by(until, parts.get(one.indicator.id, [])), on,
            must_hold_back=one.indicator.id in people, longer=longer, there=there.get(one.indicator.id, set()),
            short=short.get(one.indicator.id, {}),
            late=tuple(
                period
                for period in _late(first_entered.get(one.indicator.id, {}), begun)
                if not until or months_of(period)[-1] <= until
            ),
        )
        for one in placed
    ]  # fmt: skip


def _by(until: str, readings: list[Reading]) -> list[Reading]:
    """The readings of periods that ended by a month; all of them where none is named."""
    return [one for one in readings if not until or months_of(one.period)[-1] <= until]


def line_of(version: PlanVersion, actor: Actor, on: date, name: str, *, is_leaving: bool = False) -> Line | None:
    """One indicator with its parts; None where the version has none of that id."""
    framework = framework_of(version)
    placed = next((one for one in indicators_of(framework) if one.indicator.id == name), None)
    if placed is None:
        return None
    known = _readable(version.mission, actor).filter(indicator=name, stands=True)
    readings = [reading_of(one) for one in known]
    must_hold_back = is_about_people(placed.indicator) and (is_leaving or not sees_in_full(actor, version.mission))
    begun = _begun(version.mission, actor)
    entered = _first_entered(version.mission, actor, name).get(name, {})
    return _line(
        framework, placed,
        wholes_slowly(readings, _rule(placed.indicator), is_share=reads_as_share(placed.indicator.unit)),
        [one for one in readings if one.parts], on,
        must_hold_back=must_hold_back, longer=(), there={one.period for one in readings},
        short=missing_parts_slowly(readings), late=tuple(_late(entered, begun)),
    )  # fmt: skip


def _begun(mission: str, actor: Actor) -> datetime | None:
    """When the first version that the actor may read was loaded."""
    known = PlanVersion.objects.readable_by(actor).filter(mission=mission)
    found: datetime | None = known.aggregate(Min("loaded_at"))["loaded_at__min"]
    return found


def _line(
    framework: Framework, placed: Placed, whole: list[Reading], parts: list[Reading], on: date, *,
    must_hold_back: bool, longer: Collection[str], there: set[str], short: Mapping[str, tuple[str, ...]],
    late: tuple[str, ...],
) -> Line:  # fmt: skip
    indicator = placed.indicator
    wanted = {*(target.period for target in indicator.targets), *longer} - {one.period for one in whole}
    if must_hold_back:
        found = leaving(whole, parts, _rule(indicator), sorted(wanted), limits())
        readings, told, made = found.wholes, found.parts, found.longer
        placed = replace(placed, indicator=_without_small_numbers(indicator))
    else:
        readings, told, made = tuple(whole), tuple(parts), _rolled_up(whole, indicator, wanted)
    owed = tuple(_owed(framework, indicator, there, short, on))
    return Line(placed, readings, told, owed, late, made, trend(readings, indicator.better))


def _rolled_up(whole: Sequence[Reading], indicator: Indicator, wanted: Iterable[str]) -> dict[str, Reading]:
    rule = _rule(indicator)
    if rule in (None, "none"):
        return {}
    found = {}
    for period in wanted:
        try:
            found[period] = over_time(whole, rule, period)
        except RollUpError:
            continue
    return found


def _without_small_numbers(indicator: Indicator) -> Indicator:
    """The indicator as it may leave: a baseline of few people is not told."""
    baseline = indicator.baseline
    is_small = baseline is not None and baseline.value >= 1 and limits().is_small(baseline.value)  # less is a share
    return indicator.model_copy(update={"baseline": None}) if is_small else indicator


def framework_as_read(version: PlanVersion, actor: Actor) -> Framework:
    """What the version says, without baselines of few people for whoever does not fill the plan."""
    framework = framework_of(version)
    if sees_in_full(actor, version.mission):
        return framework
    told: Framework = _each_indicator(framework)
    return told


def _each_indicator(holder: Any) -> Any:
    """A part of a framework with every indicator in it as it may leave."""
    if isinstance(holder, Indicator):
        return _without_small_numbers(holder) if is_about_people(holder) else holder
    changed = {}
    for name in ("context", "objectives", "outcomes", "outputs", "indicators"):
        inside = getattr(holder, name, None)
        if isinstance(inside, tuple):
            changed[name] = tuple(_each_indicator(one) for one in inside)
        elif inside is not None:
            changed[name] = _each_indicator(inside)
    return holder.model_copy(update=changed)


def _readable(mission: str, actor: Actor) -> QuerySet[IndicatorValue]:
    return IndicatorValue.objects.readable_by(actor).filter(mission=mission)


def _standing(mission: str, actor: Actor) -> pl.DataFrame:
    """The values that stand as one table; no record is made of a row."""
    rows = _readable(mission, actor).filter(stands=True).order_by().values_list(*SCHEMA)
    columns = list(zip(*rows.iterator(chunk_size=50_000), strict=True)) or [()] * len(SCHEMA)
    return pl.DataFrame(
        [pl.Series(name, column, dtype) for column, (name, dtype) in zip(columns, SCHEMA.items(), strict=True)]
    )


def _wholes(
    values: pl.DataFrame, distributions: Mapping[str, list[Reading]], placed: Sequence[Placed]
) -> dict[str, list[Reading]]:
    rules = {one.indicator.id: _rule(one.indicator) for one in placed}
    shares = {one.indicator.id for one in placed if reads_as_share(one.indicator.unit)}
    found = wholes(values.filter(~pl.col("indicator").is_in(sorted(distributions))), rules, shares)
    return found | {name: wholes_slowly(readings, rules[name]) for name, readings in distributions.items()}


def _rule(indicator: Indicator) -> RollUp | None:
    """The roll-up rule; none for a share that an unfinished plan would have summed."""
    is_summed = indicator.roll_up in ("sum", "cumulative") and reads_as_share(indicator.unit)
    return "none" if is_summed else indicator.roll_up


def _distributions(mission: str, actor: Actor, placed: Sequence[Placed]) -> dict[str, list[Reading]]:
    """The readings of indicators that count by category; they are few and are put together one by one."""
    names = [one.indicator.id for one in placed if one.indicator.roll_up == "distribution"]
    found: dict[str, list[Reading]] = {}
    for value in _readable(mission, actor).filter(stands=True, indicator__in=names) if names else ():
        found.setdefault(value.indicator, []).append(reading_of(value))
    return found


def _parts(values: pl.DataFrame, wanted: set[str]) -> dict[str, list[Reading]]:
    found: dict[str, list[Reading]] = {}
    told = values.filter((pl.col("part") != "") & pl.col("indicator").is_in(sorted(wanted)))
    for indicator, period, part, *numbers in told.iter_rows():
        found.setdefault(indicator, []).append(
            Reading(period, **dict(zip(NUMBERS, numbers, strict=True)), parts=parts_in(part))
        )
    return found


def _there(values: pl.DataFrame) -> dict[str, set[str]]:
    """The periods of which each indicator has a value, be it of a part that makes no whole."""
    found: dict[str, set[str]] = {}
    for indicator, period in values.select("indicator", "period").unique().iter_rows():
        found.setdefault(indicator, set()).add(period)
    return found


def _first_entered(mission: str, actor: Actor, name: str = "") -> dict[str, dict[str, datetime]]:
    """When the first value of each period was entered, by indicator."""
    known = _readable(mission, actor).filter(**({"indicator": name} if name else {})).order_by()
    found: dict[str, dict[str, datetime]] = {}
    for indicator, period, at in known.values_list("indicator", "period").annotate(Min("entered_at")):
        found.setdefault(indicator, {})[period] = at
    return found


def _late(first: Mapping[str, datetime], begun: datetime | None) -> Iterable[str]:
    """Periods whose first value came late; nothing is late before there was a plan to fill."""
    allowed = timedelta(days=packaged_checks().days_to_report)
    for period in in_order(list(first)):
        ended = date.fromisoformat(f"{from_ordinal(ordinal(months_of(period)[-1]) + 1)}-01")
        due_from = max(ended, begun.date()) if begun else ended
        if first[period].date() > due_from + allowed:
            yield period


@lru_cache(maxsize=4096)
def parts_in(text: str) -> Mapping[str, str]:
    """The parts that a record's text names: `area=north, sex=women`."""
    return dict(one.split("=", 1) for one in text.split(", ")) if text else {}


def reading_of(value: IndicatorValue) -> Reading:
    return Reading(
        value.period, value.value, value.low, value.high, value.numerator, value.denominator, value.counts,
        parts_in(value.part),
    )  # fmt: skip


def _owed(
    framework: Framework, indicator: Indicator, there: set[str], short: Mapping[str, tuple[str, ...]], on: date
) -> list[Owed]:
    """What is missing of the periods that were due by a day: the value, or the parts without which none is known."""
    every = indicator.every
    last_whole = from_ordinal(ordinal(month_of(on)) - 1)
    if indicator.retired_from:
        last_whole = min(last_whole, from_ordinal(ordinal(indicator.retired_from) - 1))
    if not every or framework.first_month > last_whole:
        return []
    due = periods_between(framework.first_month, min(framework.last_month, last_whole), every)
    return [Owed(period, short.get(period, ())) for period in due if period not in there or period in short]


def standing_value(
    mission: str, indicator: str, period: str, parts: Mapping[str, str], actor: Actor
) -> IndicatorValue | None:
    """The value that stands for a period and a part, if the actor may read it."""
    part = ", ".join(f"{key}={parts[key]}" for key in sorted(parts))
    return _readable(mission, actor).filter(indicator=indicator, stands=True, period=period, part=part).first()


def closed_periods(mission: str, actor: Actor) -> list[ClosedPeriod]:
    found = ClosedPeriod.objects.readable_by(actor).filter(mission=mission)
    return sorted(found, key=lambda one: months_of(one.period)[-1])


def history_of(line: Line, mission: str, actor: Actor) -> list[IndicatorValue]:
    """Every value of an indicator, those corrected too, by period and then in the order they were entered.

    As the actor may see them: of people, only the numbers that stand on the line.
    """
    indicator = line.placed.indicator
    found = _readable(mission, actor).filter(indicator=indicator.id).select_related("post", "corrects")
    if is_about_people(indicator) and not sees_in_full(actor, mission):
        shown = {(one.period, part_of(one)): one for one in (*line.readings, *line.parts)}
        found = [_as_shown(one, shown) for one in found]  # type: ignore[assignment]  # a list of the same records
    return sorted(found, key=lambda one: (months_of(one.period)[-1], one.part, one.pk))


def as_shown_to(mission: str, actor: Actor, on: date) -> Callable[[IndicatorValue], IndicatorValue]:
    """What makes of a record, not to be saved, what an actor may see of it, as `history_of` does of one indicator.

    A value of an indicator that the plan no longer has was not checked, and so is held back from who does not fill it.
    """
    if sees_in_full(actor, mission):
        return lambda value: value
    version = current_version(mission, actor)
    lines = lines_of(version, actor, on, with_parts=True) if version else []
    shown = {
        line.placed.indicator.id: {(one.period, part_of(one)): one for one in (*line.readings, *line.parts)}
        for line in lines
        if is_about_people(line.placed.indicator)
    }
    others = {line.placed.indicator.id for line in lines} - set(shown)
    return lambda value: value if value.indicator in others else _as_shown(value, shown.get(value.indicator, {}))


def _as_shown(value: IndicatorValue, shown: Mapping[tuple[str, Part], Reading]) -> IndicatorValue:
    """The record, not to be saved, with the numbers that may leave; an old number would tell of the correction."""
    own = reading_of(value)
    told = shown.get((value.period, part_of(own))) if value.stands else None
    reading = told or held_back(own)
    for name in (*NUMBERS, "counts"):
        setattr(value, name, getattr(reading, name))
    value.held_back = reading.held_back  # type: ignore[attr-defined]  # for the page
    if reading.held_back:
        value.note = value.reason = ""
    return value


def named_versions(mission: str, actor: Actor, indicators: Collection[str]) -> list[dict[str, Any]]:
    """The table versions that values which stand were computed from, each once."""
    known = _readable(mission, actor).filter(stands=True, basis="computed", indicator__in=indicators).order_by()
    found = {(one["table"], one["version"]): one for told in known.values_list("versions", flat=True) for one in told}
    return [found[key] for key in sorted(found)]


def named_sources(mission: str, actor: Actor, indicators: Collection[str]) -> list[str]:
    """What people who entered values named as their sources, each once."""
    known = _readable(mission, actor).filter(stands=True, indicator__in=indicators).exclude(basis="computed")
    return sorted(set(known.order_by().values_list("source", flat=True).distinct()))
