"""What stands on the fact sheet of an outcome for a period?

Values up to the end of the period; the judgement of the round of that period where there is one, and if not, the sheet
says that nobody has judged. Only what the reader may read is on it.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from bluehelm.definitions.plans import packaged_assessment
from bluehelm.language import _, called, ngettext
from bluehelm.plans.assessment import NEEDS_METHOD
from bluehelm.plans.framework import Indicator, Outcome, Target, outcomes_of
from bluehelm.plans.periods import in_order, months_of
from bluehelm.plans.progress import may_stand_beside
from bluehelm.plans.values import NOT_DISAGGREGATED
from bluehelm.products.factsheet import FactSheet, Series
from bluehelm.tables.months import from_ordinal, ordinal
from bluehelm.web.findings.models import Action, Evidence, Finding
from bluehelm.web.plans.actions import PlanError
from bluehelm.web.plans.models import PlanVersion, Round, Worksheet
from bluehelm.web.plans.reads import Line, framework_of, is_about_people, lines_of, named_sources, named_versions
from bluehelm.web.plans.words import title_of
from bluehelm.web.posts.acting import Actor
from bluehelm.workflows.clock import today

SHOWN = 12


def factsheets(
    version: PlanVersion, period: str, actor: Actor, *, outcome: str = "", synthetic: str = ""
) -> list[FactSheet]:
    """A sheet for each outcome, or for the one asked for; PlanError where the plan has no such outcome."""
    found = {one.id: one for _place, one in outcomes_of(framework_of(version))}
    if outcome and outcome not in found:
        raise PlanError(
            _("The plan has no outcome %(outcome)s; it has %(listed)s.")
            % {"outcome": outcome, "listed": ", ".join(found)}
        )
    wanted = [found[outcome]] if outcome else list(found.values())
    if not wanted:
        raise PlanError(_("The plan has no outcome yet."))
    last = months_of(period)[-1]
    held = Round.objects.readable_by(actor).filter(mission=version.mission, period=period).first()
    sheets = {sheet.outcome: sheet for sheet in held.worksheets.all()} if held else {}
    lines = [
        line
        for line in lines_of(version, actor, seen_from(last), is_leaving=True, until=last, with_parts=True)
        if line.placed.kind == "outcome"
    ]
    return [_sheet(version, period, one, sheets.get(one.id), lines, actor, synthetic) for one in wanted]


def _sheet(
    version: PlanVersion, period: str, outcome: Outcome, sheet: Worksheet | None, lines: list[Line], actor: Actor,
    synthetic: str,
) -> FactSheet:  # fmt: skip
    mine = [line for line in lines if line.placed.outcome is not None and line.placed.outcome.id == outcome.id]
    last = months_of(period)[-1]
    concluded = sheet if sheet is not None and sheet.concluded_at else None
    actions = tuple(_actions(version.mission, outcome, last, actor))
    return FactSheet(
        mission=version.mission,
        period=period,
        as_of=_as_of(concluded, last).isoformat(),
        outcome=outcome.title,
        whose=outcome.change_in.name if outcome.change_in else "",
        claim=concluded.rationale if concluded else _("Nobody has judged this outcome for the period yet."),
        judgement=_judgement(concluded),
        series=tuple(_series(line, last, _("plan version {number}", number=version.number), actions) for line in mine),
        actions=actions,
        communities=tuple(_communities(sheet)),
        other_causes=concluded.other_explanations if concluded else "",
        dissent=concluded.dissent if concluded else "",
        limits=tuple(_limits(mine, last)),
        concluded_by=_concluded_by(concluded),
        sources=tuple(_sources(version, mine, actor)),
        marking=version.get_marking_display() if version.marking else "",
        synthetic=synthetic,
    )


def _as_of(concluded: Worksheet | None, last: str) -> date:
    return concluded.concluded_at.date() if concluded and concluded.concluded_at else day_after(last)


def _judgement(concluded: Worksheet | None) -> str:
    if concluded is None:
        return ""
    words = {word.word: called(word.title) for word in packaged_assessment().contributions}
    said = words[concluded.contribution].lower()
    return _(
        "Contribution of the mission: {said}; confidence {confidence}.",
        said=said,
        confidence=title_of(concluded.confidence, "confidence"),
    )


def _series(line: Line, last: str, plan: str, actions: Sequence[tuple[str, str]]) -> Series:
    """The last values up to the period's end, with the baseline, the target that comes next and what was begun."""
    indicator = line.placed.indicator
    values = {one.period: one.value for one in line.readings} | dict.fromkeys(line.missing)
    shown = [period for period in in_order(list(values)) if months_of(period)[-1] <= last][-SHOWN:]
    baseline, ahead = indicator.baseline, next_target(indicator, last)
    is_drawn = ahead is not None and may_stand_beside(indicator, ahead.period, shown)
    return Series(
        indicator.title,
        indicator.unit or "",
        tuple((period, values[period]) for period in shown),
        baseline.value if baseline and may_stand_beside(indicator, baseline.period, shown) else None,
        ahead.value if ahead and is_drawn else None,
        "; ".join([_covers(shown, values, plan), *([] if is_drawn else _aimed(ahead)), *_shares(line)]),
        tuple(_begun(shown, actions)),
    )


def _aimed(ahead: Target | None) -> Iterator[str]:
    """A target in words, where it is of another kind of period than the bars."""
    if ahead is not None:
        yield _("target {value:g} for {period}", value=ahead.value, period=ahead.period)


def _shares(line: Line) -> Iterator[str]:
    """Which share each part held when it was last told; that it was not, where people are counted or it should be."""
    indicator, shares = line.placed.indicator, line.shares
    if shares:
        last = shares[-1].period
        for one in shares:
            if one.period == last:
                yield _("{period} by {key}: {shares}", period=last, key=one.key, shares=str(one))
    elif shares is not None and (indicator.by or is_about_people(indicator)):
        yield _(NOT_DISAGGREGATED)


def next_target(indicator: Indicator, last: str) -> Target | None:
    """The target that falls due first from a month on, in whatever order the plan names them."""
    ahead = [target for target in indicator.targets if months_of(target.period)[-1] >= last]
    return min(ahead, key=lambda target: months_of(target.period)[-1], default=None)


def _begun(shown: list[str], actions: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The periods of a chart in which actions began, with their numbers in the list."""
    for period in shown:
        months = months_of(period)
        if numbers := [str(number) for number, (day, _what) in enumerate(actions, 1) if day[:7] in months]:
            yield period, ", ".join(numbers)


def _covers(shown: list[str], values: dict[str, float | None], plan: str) -> str:
    """The periods of a chart, how many of them have a value, and the version of the plan."""
    known = sum(values[period] is not None for period in shown)
    return (
        _(
            "{shown} to {shown_2}; {known} of {number} values; {plan}",
            shown=shown[0],
            shown_2=shown[-1],
            known=known,
            number=len(shown),
            plan=plan,
        )
        if shown
        else plan
    )


def _actions(mission: str, outcome: Outcome, last: str, actor: Actor) -> list[tuple[str, str]]:
    """What was begun by the period's end on findings that cite this outcome's indicators."""
    cited = [f"{mission}/{one.id}" for one in outcome.indicators]
    readable = Finding.objects.readable_by(actor)
    findings = Evidence.objects.filter(record_kind="indicator", record_id__in=cited, finding__in=readable)
    begun = Action.objects.filter(decision__recommendation__finding_id__in=findings.values("finding_id"))
    found = begun.select_related("decision__recommendation").order_by("started_on", "pk")
    return [
        (one.started_on.isoformat(), one.decision.recommendation.text)
        for one in found
        if f"{one.started_on:%Y-%m}" <= last
    ]


def _communities(sheet: Worksheet | None) -> list[str]:
    if sheet is None:
        return []
    given = sheet.evidence.filter(sort__in=NEEDS_METHOD)
    return [f"{one.text} ({one.get_side_display()}; {one.method}, {one.sample}; {one.source})" for one in given]


def _limits(lines: list[Line], last: str) -> list[str]:
    found = []
    for line in lines:
        missing = [owed for owed in line.owed if months_of(owed.period)[-1] <= last]
        if missing:
            found.append(
                ngettext(
                    "{title}: {number} value that was due is missing.",
                    "{title}: {number} values that were due are missing.",
                    len(missing),
                    title=line.placed.indicator.title,
                )
            )
        if line.held_back:
            found.append(
                _(
                    "{title}: {held_back} values of few people are held back.",
                    title=line.placed.indicator.title,
                    held_back=line.held_back,
                )
            )
        if any(one.is_doubtful for one in line.readings):
            found.append(_("{title}: some values lie outside their own bounds.", title=line.placed.indicator.title))
    return [*found, _("A contribution is a judgement of people on this evidence, not a measured effect.")]


def _concluded_by(concluded: Worksheet | None) -> str:
    if concluded is None or concluded.concluded_post is None or concluded.concluded_at is None:
        return _("A draft: nobody has concluded on this outcome.")
    return _(
        "Concluded by {title} on {date}.",
        title=concluded.concluded_post.title,
        date=concluded.concluded_at.date().isoformat(),
    )


def _sources(version: PlanVersion, lines: list[Line], actor: Actor) -> list[str]:
    ids = [line.placed.indicator.id for line in lines]
    plan = _(
        "Plan of {mission}, version {number}, SHA-256 {sha256}",
        mission=version.mission,
        number=version.number,
        sha256=version.sha256,
    )
    tables = [
        _(
            "{table} version {version}, SHA-256 {sha256}",
            table=one["table"],
            version=one["version"],
            sha256=one["sha256"],
        )
        for one in named_versions(version.mission, actor, ids)
    ]
    entered = named_sources(version.mission, actor, ids)
    return [plan, *tables, *(_("Entered: {source}", source=source) for source in entered)]


def seen_from(last: str) -> date:
    """The day from which a period is looked at: the one after its last month, today while it is in progress."""
    return min(day_after(last), today())


def day_after(month: str) -> date:
    """The first day after a month."""
    return date.fromisoformat(f"{from_ordinal(ordinal(month) + 1)}-01")
