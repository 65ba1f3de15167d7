"""What does a planner need to see of the plan in the morning: values that are missing, outcomes nobody concluded on?"""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluehelm.plans.periods import months_of
from bluehelm.tables.months import from_ordinal, ordinal
from bluehelm.web.morning.sections import Entry, Section, as_section
from bluehelm.web.plans.assessing import outcome_titles
from bluehelm.web.plans.models import Round
from bluehelm.web.plans.reads import Line, current_version, lines_of
from bluehelm.web.posts.acting import Actor


def missing_values(actor: Actor, today: date) -> Section:
    """Indicators with values that were due, the one missing longest first."""
    version = current_version(actor.post.mission, actor) if actor.post and actor.post.mission else None
    missing = [line for line in lines_of(version, actor, today) if line.owed] if version else []
    entries = [_missing(line, version.mission) for line in sorted(missing, key=_first_due)] if version else []
    more = reverse("plans:plan", args=[version.mission]) if version else ""
    return as_section("missing-values", _("Values missing"), entries, _("No value is missing."), more)


def _first_due(line: Line) -> tuple[str, str]:
    return months_of(line.owed[0].period)[-1], line.placed.indicator.id


def _missing(line: Line, mission: str) -> Entry:
    indicator, number = line.placed.indicator, len(line.owed)
    why = ngettext(
        "%(number)s value, first %(period)s; owed by %(owner)s.",
        "%(number)s values, first %(period)s; owed by %(owner)s.",
        number,
    )
    return Entry(
        text=indicator.title,
        why=why % {"number": number, "period": line.owed[0], "owner": indicator.owner or _("nobody")},
        deed=_("Enter it"),
        url=reverse("plans:indicator", args=[mission, indicator.id]),
        due_on=date.fromisoformat(f"{from_ordinal(ordinal(months_of(line.owed[0].period)[-1]) + 1)}-01"),
        late=True,
    )


def open_worksheets(actor: Actor, today: date) -> Section:
    """Outcomes of an open round on which nobody concluded yet."""
    mission = actor.post.mission if actor.post else ""
    known = Round.objects.readable_by(actor).filter(mission=mission, closed_at__isnull=True)
    rounds = list(known.select_related("version")) if mission else []
    titles = {one.pk: outcome_titles(one.version) for one in rounds}
    entries = [
        Entry(
            text=titles[one.pk].get(sheet.outcome, sheet.outcome),
            why=_("Assessment of %(period)s: not concluded.") % {"period": one.period},
            deed=_("Open the worksheet"),
            url=reverse("plans:worksheet", args=[mission, one.pk, sheet.outcome]),
        )
        for one in rounds
        for sheet in one.worksheets.filter(concluded_at__isnull=True)
    ]
    return as_section("worksheets", _("Outcomes to conclude on"), entries, _("No round is open."))
