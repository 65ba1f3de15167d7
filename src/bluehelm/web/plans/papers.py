"""What stands on each paper that leaves of a plan: fact sheet, assessment report, annex, dashboard?

A paper is always made as a stranger may see it: small counts of people are held back, whoever asks for it. Texts that
people wrote stand as they were written.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from bluehelm.definitions.plans import packaged_assessment
from bluehelm.language import _, called, figure
from bluehelm.plans.framework import Indicator
from bluehelm.plans.periods import in_order, lies_within, months_of, periods_between
from bluehelm.plans.values import Reading
from bluehelm.products.factsheet import FactSheet
from bluehelm.products.plan_paper import Figure, Grid, Paper, Row, Section, Status
from bluehelm.web.findings.models import Recommendation
from bluehelm.web.plans.actions import PlanError
from bluehelm.web.plans.assessing import outcome_titles
from bluehelm.web.plans.dashboard import Dashboard, dashboard_of
from bluehelm.web.plans.factsheets import day_after, factsheets, next_target, seen_from
from bluehelm.web.plans.models import PlanVersion, Round, Worksheet
from bluehelm.web.plans.reads import Line, lines_of, named_sources, named_versions
from bluehelm.web.plans.words import title_of
from bluehelm.web.posts.acting import Actor


def _assessed_header() -> Row:
    return (_("Evidence"), _("Kind"), _("It speaks"), _("Source, method, sample"))


def _asked_header() -> Row:
    return (_("Recommendation"), _("Asked of"), _("Due"), _("State"))


def fact_sheet(version: PlanVersion, period: str, actor: Actor, *, outcome: str = "", synthetic: str = "") -> Paper:
    """The fact sheets of a period as a paper that can be edited; the one-page PDF is `factsheets_pdf` of the same."""
    sheets = factsheets(version, period, actor, outcome=outcome, synthetic=synthetic)
    lines = [line for line in _lines(version, period, actor) if _is_of(line, outcome) and line.placed.kind == "outcome"]
    sections = [part for sheet in sheets for part in _fact_sections(sheet)]
    title = _("Fact sheet of {mission}, {period}", mission=version.mission, period=period)
    return _paper("fact sheet", title, version, period, actor, sections, lines, synthetic, max(s.as_of for s in sheets))


def _is_of(line: Line, outcome: str) -> bool:
    return not outcome or (line.placed.outcome is not None and line.placed.outcome.id == outcome)


def _fact_sections(sheet: FactSheet) -> list[Section]:
    actions = tuple(f"{day}: {what}" for day, what in sheet.actions) or (
        _("No action on these indicators is recorded."),
    )
    communities = sheet.communities or (_("Nobody was asked, or it is not recorded."),)
    dissent = (_("Dissent: {dissent}", dissent=sheet.dissent),) if sheet.dissent else ()
    judgement = (sheet.judgement,) if sheet.judgement else ()
    opening = tuple(text for text in (sheet.whose, sheet.claim, *judgement) if text)
    return [
        Section(sheet.outcome, opening, charts=sheet.series),
        Section(_("What the mission did"), actions, level=2),
        Section(_("What communities say"), communities, level=2),
        Section(_("Other causes"), (sheet.other_causes or _("None is recorded yet."), *dissent), level=2),
        Section(_("Limits"), sheet.limits, level=2),
        Section(_("Who concluded"), (sheet.concluded_by,), level=2),
    ]  # fmt: skip


def report(version: PlanVersion, period: str, actor: Actor, *, outcome: str = "", synthetic: str = "") -> Paper:
    """The assessment report of a round: each outcome with evidence, judgement, dissent and what was recommended."""
    held = Round.objects.readable_by(actor).filter(mission=version.mission, period=period).first()
    if held is None:
        raise PlanError(_("There is no assessment of %(period)s; open a round first.") % {"period": period})
    sheets = [
        sheet
        for sheet in held.worksheets.select_related("finding", "concluded_post").prefetch_related("evidence", "answers")
        if not outcome or sheet.outcome == outcome
    ]
    lines = [line for line in _lines(held.version, period, actor) if line.placed.kind != "output"]
    titles = outcome_titles(held.version)
    done = sum(sheet.concluded_at is not None for sheet in sheets)
    state = _("closed") if held.closed_at else _("open: a draft")
    opening = Section(_("This assessment"), (
        _("{done} of {all} outcomes are concluded; the round is {state}.", done=done, all=len(sheets), state=state),
        _("A contribution is a judgement of people on the evidence below, not a measured effect."),
    ))  # fmt: skip
    sections = [opening, *(part for one in sheets for part in _assessed(one, titles, lines, actor))]
    as_of = held.closed_at.date() if held.closed_at else day_after(months_of(period)[-1])
    title = _("Assessment report of {mission}, {period}", mission=version.mission, period=period)
    return _paper(
        "assessment report", title, held.version, period, actor, sections, lines, synthetic, as_of.isoformat()
    )


def _assessed(sheet: Worksheet, titles: dict[str, str], lines: Sequence[Line], actor: Actor) -> list[Section]:
    mine = [line for line in lines if line.placed.outcome is not None and line.placed.outcome.id == sheet.outcome]
    evidence = Grid(_("Evidence drafted by components"), _assessed_header(), tuple(
        (one.text, title_of(one.sort, "evidence"), str(one.get_side_display()),
         "; ".join(filter(None, (one.source, one.method, one.sample))))
        for one in sheet.evidence.all()
    ))  # fmt: skip
    return [
        Section(titles.get(sheet.outcome, sheet.outcome), tuple(_judged(sheet))),
        Section(_("Change in context"), (sheet.context_change or _("Nothing is written."),), level=2),
        Section(
            _("Change in indicators"), tuple(_trend_words(line) for line in mine) or (_("None is named."),), level=2
        ),
        Section(_("Evidence"), () if evidence.rows else (_("None."),), (evidence,) if evidence.rows else (), level=2),
        Section(_("Other explanations"), (sheet.other_explanations or _("None is recorded yet."),), level=2),
        *([Section(_("Dissent"), (sheet.dissent,), level=2)] if sheet.dissent else []),
        *([Section(_("Concluded in a workshop"), (sheet.workshop,), level=2)] if sheet.workshop else []),
        *_recommended(sheet, actor),
    ]


def _judged(sheet: Worksheet) -> Iterable[str]:
    words = {word.word: called(word.title).lower() for word in packaged_assessment().contributions}
    answers = [words[one.contribution] for one in sheet.answers.all()]
    if sheet.concluded_at is None or sheet.concluded_post is None:
        yield _("Nobody has concluded on this outcome.")
        return
    yield _(
        "Contribution of the mission: {words}; confidence {confidence}.",
        words=words[sheet.contribution],
        confidence=title_of(sheet.confidence, "confidence"),
    )
    yield sheet.rationale
    if answers:
        told = ", ".join(f"{word} {answers.count(word)}" for word in dict.fromkeys(answers))
        yield _("Answers given alone: {told}.", told=told)
    yield _(
        "Concluded by {title} on {date}.", title=sheet.concluded_post.title, date=sheet.concluded_at.date().isoformat()
    )


def _recommended(sheet: Worksheet, actor: Actor) -> list[Section]:
    """What was recommended and what became of it, where the reader may read the finding."""
    from bluehelm.web.findings.reads import findings_shown_to

    if sheet.finding_id is None or not findings_shown_to(actor).filter(pk=sheet.finding_id).exists():
        return []
    asked = Recommendation.objects.filter(finding_id=sheet.finding_id).select_related("owner")
    return [Section(_("What was recommended"), grids=(Grid("", _asked_header(), tuple(_asked(asked))),), level=2)]


def _asked(asked: QuerySet[Recommendation] | Iterable[Recommendation]) -> Iterable[Row]:
    return ((one.text, one.owner.title, one.due_on.isoformat(), title_of(one.state, "state")) for one in asked)


def annex(version: PlanVersion, period: str, actor: Actor, *, outcome: str = "", synthetic: str = "") -> Paper:
    """The annex of a Secretary-General's report: the numbers that the plan sends there, by section of the report."""
    lines = [
        line
        for line in _lines(version, period, actor)
        if line.placed.indicator.reports.report_section and _is_of(line, outcome)
    ]
    if not lines:
        raise PlanError(_("No indicator of the plan goes to a section of the report: see its key report_section."))
    sections = [
        Section(name, grids=(Grid(_("Against the baseline and the target"), header, tuple(_against(mine, period))),))
        for name, mine in _by_section(lines)
        for header in [(_("Indicator"), _("Baseline"), _("Value of {period}", period=period), _("Next target"))]
    ]
    title = _(
        "Annex to the report of the Secretary-General: {mission}, {period}", mission=version.mission, period=period
    )
    as_of = day_after(months_of(period)[-1]).isoformat()
    return _paper("annex", title, version, period, actor, sections, lines, synthetic, as_of)


def _by_section(lines: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.placed.indicator.reports.report_section or "", []).append(line)
    return list(found.items())


def _against(lines: Iterable[Line], period: str) -> Iterable[Row]:
    for line in lines:
        indicator, value = line.placed.indicator, line.value_of(period)
        baseline = f"{indicator.baseline.value:g} ({indicator.baseline.period})" if indicator.baseline else _("none")
        ahead = next_target(indicator, months_of(period)[-1])
        target = f"{ahead.value:g} ({ahead.period})" if ahead else _("none")
        unit = f", {indicator.unit}" if indicator.unit else ""
        yield f"{indicator.title}{unit}", baseline, _number(value), target


def _number(reading: Reading | None) -> str:
    if reading is not None and reading.held_back:
        return _("held back")
    if reading is None or reading.value is None:
        return _("not known for the whole period")
    return figure(reading.value, ",g")


def dashboard(version: PlanVersion, period: str, actor: Actor, *, outcome: str = "", synthetic: str = "") -> Paper:
    """The leadership dashboard: values up to the end of a period, and what is to be decided and done as of now."""
    last = day_after(months_of(period)[-1])
    found = dashboard_of(version, actor, seen_from(months_of(period)[-1]), is_leaving=True, until=months_of(period)[-1])
    lines = [line for line in _lines(version, period, actor) if line.placed.kind != "output" and _is_of(line, outcome)]
    title = _("Leadership dashboard of {mission}, {period}", mission=version.mission, period=period)
    return _paper(
        "dashboard",
        title,
        version,
        period,
        actor,
        _glance(found, outcome_titles(version)),
        lines,
        synthetic,
        last.isoformat(),
    )


def _glance(found: Dashboard, titles: Mapping[str, str]) -> list[Section]:
    changed = tuple(_trend_words(line) for line in found.changed)
    missed = tuple(
        (
            line.placed.indicator.title,
            line.placed.indicator.owner or _("nobody"),
            str(line.owed[0]),
            f"{len(line.owed)}",
        )
        for line in found.missing
    )
    late = tuple(
        _("{title}: {late} came late.", title=line.placed.indicator.title, late=", ".join(line.late))
        for line in found.late
    )
    due = (
        [Grid(_("Values that are missing"), (_("Indicator"), _("Owed by"), _("First"), _("How many")), missed)]
        if missed
        else []
    )
    due += [Grid(_("To be decided"), _asked_header(), tuple(_asked(found.undecided)))] if found.undecided else []
    open_sheets = tuple(
        _(
            "{outcome}, assessment of {period}: not concluded.",
            outcome=titles.get(one.outcome, one.outcome),
            period=one.round.period,
        )
        for one in found.worksheets
    )
    undone = tuple(_asked(found.not_done))
    return [
        Section(
            _("What changed"),
            (
                _("Values and trends: up to the end of the period. What is due and not done: as it now stands."),
                *changed,
                _("{unclear} other indicators show no clear trend.", unclear=found.unclear),
            ),
        ),
        Section(_("What is due"), (*open_sheets, *late) or (() if due else (_("Nothing."),)), tuple(due)),
        Section(
            _("Decided and not done"),
            () if undone else (_("Nothing."),),
            (Grid("", _asked_header(), undone),) if undone else (),
        ),
    ]


def _trend_words(line: Line) -> str:
    title = line.placed.indicator.title
    if line.trend is None:
        return _("{title}: too few values to speak of a trend.", title=title)
    told = _(
        "{slope:+.3g} a month ({low:+.3g} to {high:+.3g})",
        slope=line.trend.slope,
        low=line.trend.low,
        high=line.trend.high,
    )
    return _(
        "{title}: {words}, {told}, from {values} values.",
        title=title,
        words=title_of(line.trend.words, "trend"),
        told=told,
        values=line.trend.values,
    )


PAPERS: dict[str, Callable[..., Paper]] = {
    "factsheet": fact_sheet,
    "report": report,
    "annex": annex,
    "dashboard": dashboard,
}


def _lines(version: PlanVersion, period: str, actor: Actor) -> list[Line]:
    last = months_of(period)[-1]
    return lines_of(version, actor, seen_from(last), is_leaving=True, longer={period}, with_parts=True, until=last)


def _paper(
    kind: str, title: str, version: PlanVersion, period: str, actor: Actor, sections: Sequence[Section],
    lines: Sequence[Line], synthetic: str, as_of: str,
) -> Paper:  # fmt: skip
    ids = [line.placed.indicator.id for line in lines]
    tables = named_versions(version.mission, actor, ids)
    of_plan = _("plan version {number}", number=version.number)
    of_tables = {line.placed.indicator.id: _tables_of(line, tables) for line in lines}
    figures = [one for line in lines for one in _figures(line, period, of_plan, of_tables[line.placed.indicator.id])]
    sources = [
        _(
            "Plan of {mission}, version {number}, SHA-256 {sha256}",
            mission=version.mission,
            number=version.number,
            sha256=version.sha256,
        )
    ]
    sources += [
        _(
            "{table} version {version}, SHA-256 {sha256}",
            table=one["table"],
            version=one["version"],
            sha256=one["sha256"],
        )
        for one in tables
    ]
    sources += [_("Entered: {source}", source=source) for source in named_sources(version.mission, actor, ids)]
    return Paper(
        kind=kind, title=title, mission=version.mission, period=period, as_of=as_of, sections=tuple(sections),
        figures=tuple(figures), sources=tuple(sources), held_back=sum(one.status == "held back" for one in figures),
        marking=version.get_marking_display() if version.marking else "", synthetic=synthetic,
    )  # fmt: skip


def _tables_of(line: Line, tables: Sequence[dict[str, Any]]) -> str:
    compute = line.placed.indicator.compute
    mine = [
        _("{table} version {version}", table=one["table"], version=one["version"])
        for one in tables
        if compute and one["table"] == compute.table
    ]
    return ", ".join(mine)


def _figures(line: Line, period: str, plan: str, tables: str) -> Iterable[Figure]:
    """The values of the periods inside the one asked for, those that are missing, and that of the whole period."""
    indicator = line.placed.indicator
    known = {one.period: one for one in line.readings if lies_within(one.period, period)}
    missing = {one for one in line.missing if lies_within(one, period)}
    coverage = _coverage(indicator, known, period)
    whole = line.value_of(period)
    parts = [one for one in line.parts if lies_within(one.period, period)]
    told = []
    for name in in_order([*known, *missing, *(one.period for one in parts)]):
        told += [(name, known.get(name)), *((name, one) for one in parts if one.period == name)]
    if whole is not None and period not in known:
        told.append((period, whole))
    for name, reading in told:
        part = ", ".join(f"{key}={value}" for key, value in sorted(reading.parts.items())) if reading else ""
        yield Figure(
            indicator.id, indicator.title, indicator.unit or "", line.placed.kind, part, name,
            reading.value if reading else None, reading.low if reading else None, reading.high if reading else None,
            _status(reading), coverage, plan, tables,
        )  # fmt: skip


def _status(reading: Reading | None) -> Status:
    if reading is None:
        return "missing"
    if reading.held_back:
        return "held back"
    return "unknown" if reading.value is None else "known"


def _coverage(indicator: Indicator, known: Collection[str], period: str) -> str:
    if not indicator.every:
        return _("{number} values", number=len(known))
    months = months_of(period)
    due = periods_between(months[0], months[-1], indicator.every)
    there = sum(one in known for one in due)
    return (
        _("{there} of {number} values due", there=there, number=len(due))
        if due
        else _("{number} values", number=len(known))
    )
