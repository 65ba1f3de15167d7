"""Where in a mission's time does a page stand, which steps lead elsewhere, and how old is what it shows?"""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluehelm.products.brief import Brief
from bluehelm.tables.months import from_ordinal, month_of, months_between, ordinal
from bluehelm.web.missions.dates import AskedDates
from bluehelm.web.missions.periods import Period, before, last_day, period
from bluehelm.workflows.clock import today


@dataclass(frozen=True, slots=True)
class Step:
    """A link to another last day; `query` is empty when it would leave the mission's time."""

    label: str
    query: str


@dataclass(frozen=True, slots=True)
class TimeControl:
    """The months a reader can choose, the steps from here, and the period chosen with the one before it."""

    months: list[str]
    steps: list[Step]
    chosen: Period | None
    earlier: Period | None


def time_control(brief: Brief, dates: AskedDates) -> TimeControl:
    """What the time control of a mission's page offers."""
    start_on, end_on = brief.scope.start_on, brief.scope.end_on
    last_on = min(today(), end_on) if end_on else today()
    months = months_between(month_of(start_on), month_of(last_on)) if start_on and start_on <= last_on else []
    chosen = _chosen(brief, dates, last_on)
    earlier = None
    if chosen and brief.events:
        earlier = period(brief.events.by_month, *before(chosen.first, chosen.last))
    return TimeControl(months, _steps(dates, months, last_on), chosen, earlier)


def _chosen(brief: Brief, dates: AskedDates, last_on: date) -> Period | None:
    if not dates.since or brief.events is None:
        return None
    return period(brief.events.by_month, dates.since, max(dates.since, month_of(min(dates.as_of, last_on))))


def _steps(dates: AskedDates, months: list[str], last_on: date) -> list[Step]:
    """A year and a month back and on, to the end of the month; the last step leads to the mission's last day."""
    if not months:
        return []
    here = min(ordinal(month_of(dates.as_of)), ordinal(months[-1]))
    labels = ((-12, _("A year back")), (-1, _("A month back")), (1, _("A month on")), (12, _("A year on")))
    steps = [Step(label, _step(dates, here + by, months, last_on)) for by, label in labels]
    return [*steps, Step(_("Latest"), dates.moved_to(last_on) if dates.as_of < last_on else "")]


def _step(dates: AskedDates, month: int, months: list[str], last_on: date) -> str:
    if not ordinal(months[0]) <= month <= ordinal(months[-1]):
        return ""
    return dates.moved_to(min(last_day(from_ordinal(month)), last_on))


def ages(brief: Brief) -> dict[str, str]:
    """How old the events and the map of bases are on the day asked about, by table, in words."""
    months = {
        "events": brief.events.last_covered_month if brief.events else None,
        "deployments": brief.presence.as_of_month if brief.presence else None,
    }
    return {table: _age(month, brief.as_of) for table, month in months.items()}


def _age(month: str | None, as_of: date) -> str:
    if month is None:
        return _("none")
    months = ordinal(month_of(as_of)) - ordinal(month)
    if months <= 0:
        return _("of the month shown")
    return ngettext("%(months)d month old", "%(months)d months old", months) % {"months": months}
