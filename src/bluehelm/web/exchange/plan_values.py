"""How do values of a plan's indicators come in and leave as rows?

A value that does not stand yet is entered; one that stands otherwise is corrected, with the reason that the file was
given. An import is undone by correcting back, and by withdrawing what it entered. What leaves of people is what the
reader may see: small counts and their notes leave only for posts that fill the plan.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as said_now
from django.utils.translation import gettext_lazy as _

from bluehelm.plans.framework import indicators_of
from bluehelm.web.exchange.kinds import (
    CHANGED,
    NEW,
    SAME,
    Asked,
    Column,
    Kept,
    Out,
    Plan,
    RecordKind,
    Step,
    in_batches,
    on_line,
)
from bluehelm.web.plans.actions import Amount, PlanError, correct_value, enter_value, part_text, withdraw_value
from bluehelm.web.plans.models import IndicatorValue, PlanVersion
from bluehelm.web.plans.reads import as_shown_to, current_version, framework_of
from bluehelm.web.posts.acting import Actor
from bluehelm.workflows.clock import today
from bluehelm.workflows.plan_values import NUMBERS, value_row
from bluehelm.workflows.record_files import Row

COLUMNS = (
    Column("indicator", _("indicator"), required=True),
    Column("period", _("period"), required=True),
    Column("part", _("part of the whole, such as sex=women"), also=("disaggregation",)),
    Column("value", _("value")),
    Column("low", _("low")),
    Column("high", _("high")),
    Column("numerator", _("numerator")),
    Column("denominator", _("denominator")),
    Column("source", _("source"), required=True),
    Column("note", _("note")),
    Column("mission", _("mission"), only_out=True),
    Column("basis", _("where it comes from"), only_out=True),
)
COMPARED = (*NUMBERS, "source", "note")
Place = tuple[str, str, str]


def plan(rows: Sequence[Row], asked: Asked) -> Plan:
    made, post = Plan(), asked.by.post
    version = current_version(post.mission, asked.by) if post and post.mission else None
    if version is None:
        made.problems.append(said_now("The mission of your post has no plan; load one first."))
        return made
    standing: dict[Place, IndicatorValue] = {
        (one.indicator, one.period, one.part): one
        for one in IndicatorValue.objects.readable_by(asked.by).filter(mission=version.mission, stands=True)
    }
    indicators = {one.indicator.id: one.indicator for one in indicators_of(framework_of(version))}
    seen: set[Place] = set()
    for row in rows:
        said, wrong = value_row(row.line, row.cells)
        known = indicators.get(said.indicator)
        if known is None:
            wrong.append(
                on_line(row.line, said_now("The plan has no indicator %(name)s.") % {"name": repr(said.indicator)})
            )
        if wrong or known is None:
            made.problems += wrong
            continue
        try:
            place = (said.indicator, said.period, part_text(known, said.parts))
        except PlanError as error:
            made.problems.append(on_line(row.line, str(error)))
            continue
        if place in seen:
            made.problems.append(on_line(row.line, said_now("this value stands in the file already.")))
        seen.add(place)
        told = amount_of(said.numbers).told | {"source": said.source, "note": said.note}
        made.steps.append(_step(row.line, place, told, said.numbers, standing.get(place), version, asked, said.parts))
    return made


def _step(
    line: int,
    place: Place,
    told: Mapping[str, Any],
    numbers: Mapping[str, float | None],
    standing: IndicatorValue | None,
    version: PlanVersion,
    asked: Asked,
    parts: Mapping[str, str],
) -> Step:
    before = {name: getattr(standing, name) if standing else None for name in COMPARED}
    changed = {name: [before[name], told[name]] for name in COMPARED if before[name] != told[name]}
    amount = amount_of(numbers)

    def enter() -> tuple[str, int]:
        made = enter_value(
            mission=version.mission, indicator=place[0], period=place[1], amount=amount, source=told["source"],
            by=asked.by, parts=parts, note=told["note"], basis="imported",
        )  # fmt: skip
        return str(made.pk), made.row_version

    def correct() -> tuple[str, int]:
        assert standing is not None
        made = correct_value(
            value=standing, amount=amount, source=told["source"], reason=asked.reason, by=asked.by, note=told["note"]
        )
        return str(made.pk), made.row_version

    key = " ".join(filter(None, place))
    if standing is None:
        return Step(line, key, NEW, {name: pair for name, pair in changed.items() if pair[1] not in (None, "")}, enter)
    return Step(line, key, CHANGED if changed else SAME, changed, correct)


def amount_of(said: Mapping[str, Any]) -> Amount:
    return Amount(**{name: said[name] for name in NUMBERS})


def undo(kept: Kept, asked: Asked) -> str | None:
    value = IndicatorValue.objects.readable_by(asked.by).filter(pk=int(kept.key), stands=True).first()
    if value is None or value.row_version != kept.version:
        return said_now("Value %(number)s was corrected since.") % {"number": kept.key}
    if kept.deed == NEW:
        withdraw_value(value=value, reason=asked.reason, by=asked.by)
        return None
    before = {name: kept.fields[name][0] if name in kept.fields else getattr(value, name) for name in COMPARED}
    correct_value(
        value=value, amount=amount_of(before), source=before["source"],
        reason=asked.reason, by=asked.by, note=before["note"],
    )  # fmt: skip
    return None


def out(by: Actor) -> Out:
    found = IndicatorValue.objects.readable_by(by).filter(stands=True).order_by("pk")
    facts = found.aggregate(most=Max("marking"))

    def rows(after: int) -> Iterator[tuple[int, Sequence[Any]]]:
        shown = cache(lambda mission: as_shown_to(mission, by, today()))
        for kept in in_batches(found, after):
            one = shown(kept.mission)(kept)
            part = one.part.replace(", ", "|")
            yield one.pk, (
                one.indicator, one.period, part, one.value, one.low, one.high, one.numerator, one.denominator,
                one.source, one.note, one.mission, one.basis,
            )  # fmt: skip

    return Out(found.count(), facts["most"] or 0, rows)


def _may(by: Actor) -> bool:
    return bool(by.post and by.post.mission) and by.may("create", "plan")


PLAN_VALUES = RecordKind("plan-values", _("Values of indicators"), "plan", COLUMNS, _may, plan, undo, out)
