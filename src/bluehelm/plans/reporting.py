"""Who reports which number to whom, what does that cost, and which decision used it?

One number may serve three reports: the results-based budget (accomplishment, indicator of achievement, output, from
July to June), thematic reports (protection, women and peace and security, youth) and the Secretary-General's report. It
is entered once. The map shows numbers asked for twice, reports with a gap, and numbers that no decision used.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bluehelm.language import _, gettext_noop
from bluehelm.plans.framework import Framework, Placed, indicators_of, outcomes_of, outputs_of
from bluehelm.plans.logic import same_measures

WORDS = {
    "accomplishment": gettext_noop("expected accomplishment"),
    "indicator-of-achievement": gettext_noop("indicator of achievement"),
    "output": gettext_noop("output"),
    "protection": gettext_noop("protection"),
    "women-peace-security": gettext_noop("women and peace and security"),
    "youth": gettext_noop("youth"),
    "human-rights": gettext_noop("human rights"),
    "rule-of-law": gettext_noop("rule of law"),
}
"""What the reports that a number goes to are called."""

REPORTS = ("budget", "themes", "secretary-general")


@dataclass(frozen=True, slots=True)
class Reported:
    """One number: who owes it, where it goes, the minutes a month it costs and the decisions that used it.

    `minutes` is None where nobody said; `uses` are references to decisions.
    """

    placed: Placed
    goes_to: tuple[str, ...]
    minutes: float | None
    uses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportingMap:
    """All numbers, pairs that ask for the same, what no number covers, and minutes a month by owner."""

    numbers: tuple[Reported, ...]
    twice: tuple[tuple[str, str, str], ...]
    gaps: tuple[str, ...]
    minutes_by_owner: Mapping[str, float]
    minutes_unknown: tuple[str, ...]

    @property
    def unused(self) -> tuple[Reported, ...]:
        """Numbers no decision used: candidates to retire, which people decide."""
        return tuple(one for one in self.numbers if not one.uses and not one.placed.indicator.retired_from)

    @property
    def retired(self) -> tuple[Reported, ...]:
        """Numbers that were retired; they cost nothing and may be taken back into use."""
        return tuple(one for one in self.numbers if one.placed.indicator.retired_from)


def reporting_map(framework: Framework, used_by: Mapping[str, Sequence[str]], alike_from: int) -> ReportingMap:
    """The map of a framework; `used_by` names for an indicator's id the decisions that cited it."""
    placed = list(indicators_of(framework))
    numbers = tuple(
        Reported(one, goes_to(one), one.indicator.reports.minutes_a_month, tuple(used_by.get(one.indicator.id, ())))
        for one in placed
    )
    minutes: defaultdict[str, float] = defaultdict(float)
    for number in numbers:
        if number.minutes is not None and not number.placed.indicator.retired_from:
            minutes[number.placed.indicator.owner or "nobody"] += number.minutes
    return ReportingMap(
        numbers,
        tuple((first.where, second.where, why) for first, second, why in same_measures(placed, alike_from)),
        tuple(_gaps(framework, placed)),
        dict(sorted(minutes.items())),
        tuple(number.placed.where for number in numbers if number.minutes is None),
    )


def goes_to(placed: Placed) -> tuple[str, ...]:
    """The reports one number goes to, in plain words."""
    reports = placed.indicator.reports
    budget = (_("budget: {budget}", budget=_(WORDS[reports.budget])),) if reports.budget else ()
    themes = tuple(_("theme: {theme}", theme=_(WORDS[theme])) for theme in reports.themes)
    report = (
        (_("Secretary-General: {report_section}", report_section=reports.report_section),)
        if reports.report_section
        else ()
    )
    return (*budget, *themes, *report)


def _gaps(framework: Framework, placed: Sequence[Placed]) -> Iterable[str]:
    """What a report asks for and no number gives."""
    for where, outcome in outcomes_of(framework):
        indicators = [one.reports.budget for one in outcome.indicators]
        if outcome.reports.budget == "accomplishment" and "indicator-of-achievement" not in indicators:
            yield _("{where}: an expected accomplishment without indicator of achievement", where=where)
        if "indicator-of-achievement" in indicators and outcome.reports.budget != "accomplishment":
            yield _("{where}: an indicator of achievement without expected accomplishment", where=where)
    for where, output in outputs_of(framework):
        if output.reports.budget != "output":
            yield _("{where}: an output that no budget output names", where=where)
    themes = {theme for one in placed for theme in one.indicator.reports.themes}
    for theme in ("protection", "women-peace-security", "youth"):
        if theme not in themes:
            yield _("no number goes to the report on {theme}", theme=_(WORDS[theme]))
