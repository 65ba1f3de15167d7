"""How do two missions, or two periods of one, stand beside one another?

Each side is a mission and a run of months. A side whose months are not given is the mission's last covered year; a
second side that is not given is the same mission in as many months before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bluehelm.products.brief import Brief
from bluehelm.products.charts import uncovered_runs
from bluehelm.situation.month_rules import MonthRule
from bluehelm.tables.months import from_ordinal, month_of, ordinal
from bluehelm.web.missions.charts import Bars, deaths_by_month
from bluehelm.web.missions.dates import MONTH_RULES, TURNED, day_field, month_field
from bluehelm.web.missions.periods import Period, before, first_day, last_day, period
from bluehelm.web.missions.refusals import Refusal, RefusedError
from bluehelm.web.missions.shown import brief_between
from bluehelm.workflows.clock import today

LONGEST_MONTHS = 600
YEAR = 12


class ComparisonForm(forms.Form):
    """Two sides, each a mission and its months; the second may be left out."""

    mission = forms.CharField(label=gettext_lazy("First mission"), widget=forms.TextInput(attrs={"list": "missions"}))
    since = month_field(label=gettext_lazy("First period from"))
    until = month_field(label=gettext_lazy("First period to"))
    other = forms.CharField(
        label=gettext_lazy("Second mission"), required=False, widget=forms.TextInput(attrs={"list": "missions"})
    )
    other_since = month_field(label=gettext_lazy("Second period from"))
    other_until = month_field(label=gettext_lazy("Second period to"))
    month_rule = forms.ChoiceField(
        label=gettext_lazy("An event of several months counts"), required=False, choices=list(MONTH_RULES.items())
    )
    known_on = day_field(label=gettext_lazy("As known on"))

    def clean(self) -> None:
        for first, last in (("since", "until"), ("other_since", "other_until")):
            begin, end = self.cleaned_data.get(first), self.cleaned_data.get(last)
            if begin and end and begin > end:
                self.add_error(first, TURNED)
            if begin and end and ordinal(end) - ordinal(begin) >= LONGEST_MONTHS:
                self.add_error(first, _("Choose at most %(months)s months.") % {"months": LONGEST_MONTHS})


@dataclass(frozen=True, slots=True)
class Side:
    """A mission in a run of months, with its bars on the scale that both sides share."""

    brief: Brief
    period: Period
    bars: Bars

    @property
    def map_of(self) -> date | None:
        return first_day(self.brief.presence.as_of_month) if self.brief.presence else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides and what a reader must know before reading one against the other."""

    sides: tuple[Side, Side]
    month_rule: MonthRule
    known_on: date | None
    cautions: tuple[str, ...]


def comparison(request: HttpRequest, form: ComparisonForm) -> Comparison:
    """The comparison a form asks for; RefusedError when it cannot be read, UnknownMissionError when one is unknown."""
    if not form.is_valid():
        raise unreadable(request, form)
    asked = form.cleaned_data
    rule: MonthRule = asked["month_rule"] or "date_start"
    first = _asked_side(request, asked["mission"], asked["since"], asked["until"], rule, asked["known_on"])
    if asked["other"] or asked["other_since"] or asked["other_until"]:
        name = asked["other"] or asked["mission"]
        given = (asked["other_since"], asked["other_until"])
        since, until = given if any(given) else (first[1].first, first[1].last)
    else:
        name, (since, until) = asked["mission"], before(first[1].first, first[1].last)
    second = _asked_side(request, name, since, until, rule, asked["known_on"])
    return _compared(first, second, rule, asked["known_on"])


def unreadable(request: HttpRequest, form: ComparisonForm) -> RefusedError:
    problems = [f"{name}: {text}" for name, texts in form.errors.items() for text in texts]
    next_step = _("Name a mission, and months as year-month, for example since=2017-01 and until=2017-12.")
    return RefusedError(
        Refusal(400, "bad_comparison", _("This comparison could not be read."), request.path, next_step, problems)
    )


def _asked_side(
    request: HttpRequest, mission: str, since: str, until: str, rule: MonthRule, known_on: date | None
) -> tuple[Brief, Period]:
    last_on = min(last_day(until), today()) if until else today()
    brief = brief_between(request, mission, last_on, known_on, rule, with_own=False)
    months = brief.events.by_month if brief.events else ()
    last = until or max(_last_covered(brief) or month_of(last_on), since)
    first = since or from_ordinal(ordinal(last) - YEAR + 1)
    return brief, period(months, first, last)


def _last_covered(brief: Brief) -> str | None:
    covered = [figure.month for figure in brief.events.by_month if figure.count is not None] if brief.events else []
    return max(covered, default=None)


def _compared(
    one: tuple[Brief, Period], other: tuple[Brief, Period], rule: MonthRule, known_on: date | None
) -> Comparison:
    periods = (one[1], other[1])
    top = max((figure.best or 0 for each in periods for figure in each.months), default=0)
    sides = tuple(Side(brief, each, deaths_by_month(each.months, top)) for brief, each in (one, other))
    return Comparison((sides[0], sides[1]), rule, known_on, tuple(_cautions(sides)))


def _cautions(sides: Sequence[Side]) -> list[str]:
    """What stands between the figures and a conclusion."""
    told = [_("Two figures side by side do not say why they differ. Places, mandates and reporting differ too.")]
    for side in sides:
        runs = uncovered_runs(side.period.months)
        if runs:
            told.append(
                _("%(mission)s: %(months)d of %(all)d months are not covered by any table; they are unknown, not zero.")
                % {"mission": side.brief.mission, "months": side.period.uncovered, "all": len(side.period.months)}
            )
        if any(figure.partial for figure in side.period.months if figure.count is not None):
            told.append(_("%(mission)s: only a part of a month at an edge counts.") % {"mission": side.brief.mission})
    if len({side.brief.synthetic for side in sides}) == 2:
        told.append(_("One of the two is invented: nothing follows from this comparison."))
    if sides[0].brief.mission == sides[1].brief.mission and _overlap(sides[0].period, sides[1].period):
        told.append(_("The two periods share months."))
    return told


def _overlap(one: Period, other: Period) -> bool:
    return one.first <= other.last and other.first <= one.last
