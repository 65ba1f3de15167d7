"""Which deeds change a plan, its values and its periods?

Each checks the right, changes rows in one transaction and appends one audit entry. The audit names which value changed,
never what it is: values about people leave by their own way.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bluehelm.definitions.plans import packaged_checks
from bluehelm.disclosure import Label, Marking
from bluehelm.plans.framework import Framework, FrameworkError, Indicator, Problem, indicators_of, parse_framework
from bluehelm.plans.logic import problems
from bluehelm.plans.periods import PeriodError, frequency_of, lies_within, months_of
from bluehelm.plans.retiring import brought_back, retired
from bluehelm.tables.months import month_of
from bluehelm.web.audit.entries import append_entry
from bluehelm.web.findings.models import Decision, Finding
from bluehelm.web.plans.models import ClosedPeriod, IndicatorValue, PlanVersion
from bluehelm.web.plans.reads import current_version, framework_of
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.models import Audience, Post
from bluehelm.workflows.clock import today
from bluehelm.workflows.compute_plan import ComputedPlan, rows_digest


class PlanError(ValueError):
    """The deed was refused as it stands, for `problems` where there are several; nothing was changed."""

    def __init__(self, what: str, found: tuple[Problem, ...] = ()) -> None:
        super().__init__(what)
        self.problems = found


@dataclass(frozen=True, slots=True)
class Amount:
    """What is said of one value; what is not known stays None."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    counts: Mapping[str, float] = field(default_factory=dict)

    @property
    def told(self) -> dict[str, Any]:
        """The fields of a record; a share's value comes from its numerator and denominator."""
        share = self.numerator / self.denominator if self.numerator is not None and self.denominator else None
        return {
            "value": self.value if share is None else share,
            "low": self.low,
            "high": self.high,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "counts": dict(self.counts),
        }


@transaction.atomic
def load_plan(
    *, mission: str, text: str, why: str, by: Actor, label: Label | None = None, unfinished: bool = False,
    decision: int | None = None,
) -> PlanVersion:  # fmt: skip
    """Keep a framework as the mission's next version; one with problems only where it is said to be unfinished.

    `decision` is the number of the one that this version carries out. Without a label it is addressed as the version
    before. Raises PlanError with what cannot be read or does not hang together, or when nothing differs.
    """
    before = current_version(mission, by)
    first = Label(Marking.UNCLASSIFIED, frozenset({f"mission:{mission}", "headquarters"}))
    held = label or (before.label if before else first)
    by.require("create", "plan", held.marking)
    post = own_post(by, mission)
    framework, found = _read(text)
    if mission not in framework.missions:
        raise PlanError(_("This framework is not one of %(mission)s: see its key missions.") % {"mission": mission})
    if found and not unfinished:
        raise PlanError(_("The framework does not hang together yet."), found)
    if not why.strip():
        raise PlanError(_("Say why the plan is changed; it is kept with the version."))
    carried_out = _decision(decision, mission, by)
    digest = sha256(text.encode()).hexdigest()
    last = PlanVersion.objects.select_for_update().filter(mission=mission).order_by("-number").first()
    if last and last.sha256 == digest:
        raise PlanError(_("This is version %(number)s already.") % {"number": last.number})
    made = PlanVersion.objects.create(
        mission=mission, number=(last.number if last else 0) + 1, title=framework.title, text=text, sha256=digest,
        why=why.strip(), problems=len(found), loaded_at=timezone.now(), loaded_by=by.account, post=post,
        marking=held.marking.value, releasable_to=Audience.of(held.releasable_to),
        decision=carried_out,
    )  # fmt: skip
    detail = {"mission": mission, "number": made.number, "sha256": digest}
    if carried_out:
        detail |= {"decision": carried_out.pk, "finding": carried_out.recommendation.finding_id}
    into_audit("plan.loaded", "plan_version", made.pk, by, detail)
    return made


def _decision(number: int | None, mission: str, by: Actor) -> Decision | None:
    """The decision a version carries out; PlanError where the actor may not read one of that number or it says no."""
    if number is None:
        return None
    readable = Finding.objects.readable_by(by).filter(mission=mission)
    known = Decision.objects.select_related("recommendation").filter(recommendation__finding__in=readable)
    found = known.filter(pk=number).first()
    if found is None:
        raise PlanError(_("There is no decision %(number)s on a finding of %(mission)s.")
                        % {"number": number, "mission": mission})  # fmt: skip
    if found.outcome == "rejected":
        raise PlanError(_("That recommendation was rejected; a plan carries out what was adopted."))
    return found


@transaction.atomic
def retire_indicator(*, mission: str, indicator: str, why: str, by: Actor) -> PlanVersion:
    """Keep a version in which no value of an indicator is due from this month on; `bring_back` undoes it."""
    version = _plan_to_fill(mission, by)
    _indicator(framework_of(version), indicator)
    text = retired(version.text, indicator, month_of(today()))
    return load_plan(mission=mission, text=text, why=why, by=by, unfinished=True)


@transaction.atomic
def bring_back(*, mission: str, indicator: str, why: str, by: Actor) -> PlanVersion:
    """Keep a version in which the values of a retired indicator are due again."""
    version = _plan_to_fill(mission, by)
    if _indicator(framework_of(version), indicator).retired_from is None:
        raise PlanError(_("%(indicator)s is not retired.") % {"indicator": indicator})
    return load_plan(mission=mission, text=brought_back(version.text, indicator), why=why, by=by, unfinished=True)


def framework_in(text: str) -> Framework | None:
    """The framework of a text, where it can be read."""
    try:
        return parse_framework(text, "plan")
    except FrameworkError:
        return None


def _read(text: str) -> tuple[Framework, tuple[Problem, ...]]:
    try:
        framework = parse_framework(text, "plan")
    except FrameworkError as error:
        raise PlanError(_("This cannot be read as a results framework."), tuple(error.problems)) from None
    return framework, tuple(problems(framework, packaged_checks()))


@transaction.atomic
def enter_value(
    *, mission: str, indicator: str, period: str, amount: Amount, source: str, by: Actor,
    parts: Mapping[str, str] | None = None, note: str = "", basis: str = "entered",
) -> IndicatorValue:  # fmt: skip
    """Enter the value of an indicator for a period; PlanError where one stands.

    A value of a closed period that comes only now says why in its note.
    """
    version = _plan_to_fill(mission, by)
    known = _indicator(framework_of(version), indicator)
    _check_period(known, period)
    _check_counts(known, amount)
    part = part_text(known, parts or {})
    _require_open(period, _closed(mission), note)
    made = _kept(version, known.id, period, part, amount, source, by, note=note, basis=basis)
    into_audit("plan_value.entered", "indicator_value", made.pk, by, _where(made))
    return made


@dataclass(frozen=True, slots=True)
class Row:
    """One value among many, with the line of the file it stood on."""

    line: int
    indicator: str
    period: str
    amount: Amount
    source: str
    parts: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@transaction.atomic
def import_values(*, mission: str, rows: Iterable[Row], by: Actor) -> int:
    """Enter many values at once, all or none; PlanError names every line that cannot be entered."""
    version = _plan_to_fill(mission, by)
    post = own_post(by, mission)
    framework, closed = framework_of(version), _closed(mission)
    standing = set(_places(IndicatorValue.objects.filter(mission=mission, stands=True)))
    made, found = [], []
    for row in rows:
        try:
            value = _unsaved(version, framework, closed, row, post, by)
            place = (value.indicator, value.period, value.part)
            if place in standing:
                raise PlanError(_("A value of %(period)s stands already; correct it.") % {"period": value.period})
        except PlanError as refusal:
            found.append(Problem(f"line {row.line}", "value", str(refusal)))
        else:
            standing.add(place)
            made.append(value)
    if found:
        raise PlanError(_("The values were not taken in."), tuple(found))
    IndicatorValue.objects.bulk_create(made, batch_size=1000)
    into_audit("plan_values.imported", "plan_version", version.pk, by, {"mission": mission, "values": len(made)})
    return len(made)


def _places(values: QuerySet[IndicatorValue]) -> Iterable[tuple[str, str, str]]:
    return values.values_list("indicator", "period", "part")


def _unsaved(
    version: PlanVersion, framework: Framework, closed: Sequence[str], row: Row, post: Post, by: Actor
) -> IndicatorValue:
    known = _indicator(framework, row.indicator)
    _check_period(known, row.period)
    _check_amount(row.amount, row.source)
    _check_counts(known, row.amount)
    _require_open(row.period, closed, row.note)
    return IndicatorValue(
        mission=version.mission, indicator=known.id, period=row.period, part=part_text(known, row.parts),
        source=row.source.strip(), note=row.note, basis="imported", entered_at=timezone.now(), entered_by=by.account,
        post=post, marking=version.marking, releasable_to=version.releasable_to, **row.amount.told,
    )  # fmt: skip


@transaction.atomic
def correct_value(
    *, value: IndicatorValue, amount: Amount, source: str, reason: str, by: Actor, note: str = ""
) -> IndicatorValue:
    """Put a value in the place of one that stands; the old one stays beside it with the reason."""
    version = _plan_to_fill(value.mission, by)
    _check_counts(_indicator(framework_of(version), value.indicator), amount)
    if not value.stands:
        raise PlanError(_("This value has been corrected already; correct the one that stands."))
    if not reason.strip():
        raise PlanError(_("Say why the value is corrected; it is kept beside the old one."))
    made = _in_the_place_of(value, version, amount, source, reason, by, note=note, basis="entered")
    into_audit("plan_value.corrected", "indicator_value", made.pk, by, {**_where(made), "corrects": value.pk})
    return made


@transaction.atomic
def withdraw_value(*, value: IndicatorValue, reason: str, by: Actor) -> IndicatorValue:
    """Let a value stand no longer that was entered by mistake; it is kept, and the audit says why."""
    _plan_to_fill(value.mission, by)
    if _is_closed(value.period, _closed(value.mission)):
        raise PlanError(_("%(period)s is closed: a change now is a correction.") % {"period": value.period})
    if not value.stands:
        raise PlanError(_("This value has been corrected already; correct the one that stands."))
    if not reason.strip():
        raise PlanError(_("Say why the value is withdrawn."))
    value.stands = False
    value.save_changed("stands", expected_version=value.row_version)
    append_entry(
        deed="plan_value.withdrawn", kind="indicator_value", key=str(value.pk), by=by.account, post=by.post_code,
        detail=_where(value), reason=reason.strip(),
    )  # fmt: skip
    return value


@transaction.atomic
def keep_computed(*, plan: ComputedPlan, by: Actor) -> dict[str, int]:
    """Keep what was computed: new months entered, changed ones corrected, equal ones left; how many of each."""
    version = _plan_to_fill(plan.mission, by)
    named = [{"table": one.table, "version": one.version, "sha256": one.sha256} for one in plan.versions]
    source = ", ".join(f"{one['table']} version {one['version']}" for one in named)
    ids = [one.placed.indicator.id for one in plan.indicators]
    whole = IndicatorValue.objects.filter(mission=plan.mission, indicator__in=ids, part="", stands=True)
    standing = {(one.indicator, one.period): one for one in whole}
    closed = _closed(plan.mission)
    done = Counter({"entered": 0, "corrected": 0, "unchanged": 0})
    for one in plan.indicators:
        name = one.placed.indicator.id
        for month in one.months:
            if month.value is not None:
                facts = {"basis": "computed", "versions": named, "rows_sha256": rows_digest(month.rows)}
                if _is_closed(month.month, closed):
                    facts["note"] = _("Computed after the period was closed.")
                amount = Amount(month.value, month.low, month.high)
                known = standing.get((name, month.month))
                done[_computed(version, known, name, month.month, amount, source, by, facts)] += 1
    into_audit(
        "plan_values.computed", "plan_version", version.pk, by, {"mission": plan.mission, **done, "from": source}
    )
    return dict(done)


def _computed(
    version: PlanVersion, known: IndicatorValue | None, indicator: str, month: str, amount: Amount, source: str,
    by: Actor, facts: dict[str, Any],
) -> str:  # fmt: skip
    """Keep one computed month, and say whether it was entered, corrected or unchanged."""
    if known is None:
        _kept(version, indicator, month, "", amount, source, by, **facts)
        return "entered"
    said = (amount.value, amount.low, amount.high, facts["rows_sha256"])
    if (known.value, known.low, known.high, known.rows_sha256) == said:
        return "unchanged"
    reason = _("Computed again from %(source)s.") % {"source": source}
    _in_the_place_of(known, version, amount, source, reason, by, **facts)
    return "corrected"


@transaction.atomic
def close_period(*, mission: str, period: str, by: Actor) -> ClosedPeriod:
    """Approve the values of a period that has ended; from then on each change is a correction with its reason."""
    by.require("decide", "plan")
    post = own_post(by, mission)
    version = current_version(mission, by)
    if version is None:
        raise PlanError(_("%(mission)s has no plan.") % {"mission": mission})
    try:
        last = months_of(period)[-1]
    except PeriodError as error:
        raise PlanError(str(error)) from None
    if last >= month_of(today()):
        raise PlanError(_("%(period)s has not ended.") % {"period": period})
    fields = {"mission": mission, "period": period, "closed_at": timezone.now(), "closed_by": by.account}
    label = {"marking": version.marking, "releasable_to": version.releasable_to}
    try:
        with transaction.atomic():
            made = ClosedPeriod.objects.create(**fields, **label, post=post)
    except IntegrityError:
        raise PlanError(_("%(period)s is closed already.") % {"period": period}) from None
    into_audit("plan_period.closed", "closed_period", made.pk, by, {"mission": mission, "period": period})
    return made


def part_text(indicator: Indicator, parts: Mapping[str, str]) -> str:
    """Which part of the whole, always written alike: `area=north, sex=women`; PlanError for a key it is not told by."""
    if unknown := sorted(set(parts) - set(indicator.by)):
        allowed = ", ".join(indicator.by) or _("nothing")
        what = _("%(indicator)s is told by %(allowed)s, not by %(unknown)s.")
        raise PlanError(what % {"indicator": indicator.id, "allowed": allowed, "unknown": ", ".join(unknown)})
    return ", ".join(f"{key}={parts[key].strip()}" for key in sorted(parts))


def _plan_to_fill(mission: str, by: Actor) -> PlanVersion:
    by.require("create", "plan")
    own_post(by, mission)
    version = current_version(mission, by)
    if version is None:
        raise PlanError(_("%(mission)s has no plan; load one first.") % {"mission": mission})
    return version


def _indicator(framework: Framework, name: str) -> Indicator:
    found = next((one.indicator for one in indicators_of(framework) if one.indicator.id == name), None)
    if found is None:
        raise PlanError(_("The plan has no indicator %(name)s.") % {"name": name})
    return found


def _check_period(indicator: Indicator, period: str) -> None:
    try:
        frequency = frequency_of(period)
    except PeriodError as error:
        raise PlanError(str(error)) from None
    if indicator.every and frequency != indicator.every:
        what = _("%(indicator)s is due every %(every)s; %(period)s is a %(given)s.")
        facts = {"indicator": indicator.id, "every": indicator.every, "period": period, "given": frequency}
        raise PlanError(what % facts)
    require_begun(period)


def require_begun(period: str) -> None:
    """PlanError for a period of which nothing can be said yet, PeriodError for what is none."""
    if months_of(period)[0] > month_of(today()):
        raise PlanError(_("%(period)s has not begun.") % {"period": period})


def _check_counts(indicator: Indicator, amount: Amount) -> None:
    """Counts belong to a distribution, by the categories that the plan names; what people enter keeps its bounds."""
    if amount.low is not None and amount.high is not None and amount.low > amount.high:
        raise PlanError(_("Low is above high; give the least it may be as low."))
    if indicator.roll_up != "distribution":
        if amount.counts:
            raise PlanError(_("%(indicator)s is no distribution; give a value.") % {"indicator": indicator.id})
        return
    if not amount.counts:
        what = _("%(indicator)s is a distribution; give a count for each category.")
        raise PlanError(what % {"indicator": indicator.id})
    unknown = sorted(set(amount.counts) - set(indicator.categories)) if indicator.categories else []
    if unknown or any(count < 0 for count in amount.counts.values()):
        what = _("%(indicator)s has the categories %(known)s; counts are never below 0.")
        raise PlanError(what % {"indicator": indicator.id, "known": ", ".join(indicator.categories)})


def _closed(mission: str) -> list[str]:
    return list(ClosedPeriod.objects.filter(mission=mission).values_list("period", flat=True))


def _is_closed(period: str, closed: Sequence[str]) -> bool:
    return any(lies_within(period, one) for one in closed)


def _require_open(period: str, closed: Sequence[str], note: str) -> None:
    """What comes after the values were approved says why, as a correction does."""
    if _is_closed(period, closed) and not note.strip():
        raise PlanError(_("%(period)s is closed: say in the note why its value comes only now.") % {"period": period})


def _kept(
    version: PlanVersion, indicator: str, period: str, part: str, amount: Amount, source: str, by: Actor, **facts: Any
) -> IndicatorValue:
    _check_amount(amount, source)
    try:
        with transaction.atomic():
            return IndicatorValue.objects.create(
                mission=version.mission, indicator=indicator, period=period, part=part, source=source.strip(),
                marking=version.marking, releasable_to=version.releasable_to, entered_at=timezone.now(),
                entered_by=by.account, post=own_post(by, version.mission), **amount.told, **facts,
            )  # fmt: skip
    except IntegrityError:
        what = _("A value of %(period)s stands already; correct it, with a reason.")
        raise PlanError(what % {"period": period}) from None


def _in_the_place_of(
    old: IndicatorValue, version: PlanVersion, amount: Amount, source: str, reason: str, by: Actor, **facts: Any
) -> IndicatorValue:
    old.stands = False
    old.save_changed("stands", expected_version=old.row_version)
    return _kept(
        version, old.indicator, old.period, old.part, amount, source, by, corrects=old, reason=reason.strip(), **facts
    )


def _check_amount(amount: Amount, source: str) -> None:
    told = amount.told
    numbers = (amount.value, amount.low, amount.high, amount.numerator, amount.denominator, *amount.counts.values())
    if any(number is not None and not math.isfinite(number) for number in numbers):
        raise PlanError(_("A value is a number."))
    if amount.denominator is not None and amount.denominator < 0:
        raise PlanError(_("A denominator is never below 0."))
    if (
        amount.value is not None
        and told["value"] is not None
        and not math.isclose(amount.value, told["value"], rel_tol=0.01, abs_tol=0.005)
    ):
        what = _("The value %(value)g is not %(numerator)g of %(denominator)g; leave the value out or correct it.")
        facts = {"value": amount.value, "numerator": amount.numerator, "denominator": amount.denominator}
        raise PlanError(what % facts)
    if not source.strip():
        raise PlanError(_("Name the source of the value."))
    if told["value"] is None and not amount.counts:
        raise PlanError(_("Give a value, a numerator and a denominator, or counts by category."))


def own_post(by: Actor, mission: str) -> Post:
    """The post that acts; NotAllowedError when it is not one of the mission."""
    if by.post is None or by.viewing or by.post.mission != mission:
        raise NotAllowedError(_("Only a post of the mission changes its plan."))
    return by.post


def _where(value: IndicatorValue) -> dict[str, Any]:
    return {"mission": value.mission, "indicator": value.indicator, "period": value.period, "part": value.part}


def into_audit(deed: str, kind: str, key: int, by: Actor, detail: dict[str, Any]) -> None:
    append_entry(deed=deed, kind=kind, key=str(key), by=by.account, post=by.post_code, detail=detail)
