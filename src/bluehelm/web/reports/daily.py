"""What does the draft of a daily report, or of a handover, say before a person edits and signs it?

One click puts together what was received in the span and is addressed to the whole mission, as the product is: killed
and injured as ranges, each event once, what is not verified yet said as such, and beside the counts how much was looked
at.
The draft judges nothing: the assessment is left to be written.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluehelm.situation.effort import Effort
from bluehelm.situation.reports import Range
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.reports import desks, reads, words
from bluehelm.web.reports.content import harm_of
from bluehelm.web.reports.lookalikes import shown_among
from bluehelm.web.reports.models import UNGRADED, InformationRequest, Product, Report
from bluehelm.web.reports.presenters import effort_words, harm_words

SPAN, SHIFT = timedelta(hours=24), timedelta(hours=12)
MOST_TOLD = 150
"""Reports that a draft tells one by one; the rest are counted."""
MOST_PAIRS = 12
"""Pairs that may be one event which a draft names."""


def draft_daily(actor: Actor, now: datetime) -> Product:
    """The draft of the last 24 hours, kept for the actor's post to edit and sign."""
    mission = _mission(actor)
    found = _received(actor, mission, now - SPAN)
    among = reads.everybody_of(mission, reads.highest_marking(found))
    efforts = reads.efforts(actor, mission, (now - SPAN).date(), now.date(), among)
    text = daily_text(found, efforts, now, _undecided(actor, found))
    title = _("Daily report of %(mission)s, %(day)s") % {"mission": mission, "day": date_format(now, "j F Y")}
    return _kept(actor, "daily", title, text, found, now - SPAN, now)


def draft_handover(actor: Actor, now: datetime) -> Product:
    """What the next shift has to know: what came in, what is still to do, what is asked of whom."""
    mission = _mission(actor)
    found = _received(actor, mission, now - SHIFT)
    open_to_all = reads.everybody_of(mission, _highest_of(actor))
    asked = list(reads.requests_shown_to(actor).filter(open_to_all, mission=mission, answered_at=None)[:50])
    among = reads.everybody_of(mission, reads.highest_marking([*found, *asked]))
    shown = reads.report_list(actor, reads.Filters(days="30", mission=mission), now).found.filter(among)
    text = handover_text(found, shown.filter(UNGRADED).count(), asked)
    title = _("Handover of the shift, %(at)s UTC") % {"at": date_format(now, "j F Y H:i")}
    return _kept(actor, "handover", title, text, found, now - SHIFT, now, asked)


def _mission(actor: Actor) -> str:
    if actor.post is None or not actor.post.mission:
        raise NotAllowedError(_("This takes a post of a mission."))
    return actor.post.mission


def _received(actor: Actor, mission: str, since: datetime) -> list[Report]:
    """What was received since then, each event once, up to what the actor may mark a product as.

    What is addressed to fewer than the mission is left out: the product is addressed to all of it.
    """
    shown = reads.reports_shown_to(actor).filter(reads.everybody_of(mission, _highest_of(actor)))
    found = reads.counted(shown, shown).filter(mission=mission, withdrawn_at=None, received_at__gte=since)
    return list(found.order_by("from_at", "pk"))


def _highest_of(actor: Actor) -> int:
    """The highest marking that the actor may give a product."""
    return max((level for level in (0, 1, 2) if actor.may("create", "report", level)), default=0)


def _kept(
    actor: Actor,
    sort: str,
    title: str,
    text: str,
    found: list[Report],
    from_at: datetime,
    until_at: datetime,
    asked: Sequence[InformationRequest] = (),
) -> Product:
    return desks.draft_product(
        sort=sort,
        title=title,
        text=text,
        from_at=from_at,
        until_at=until_at,
        rests_on=[report.pk for report in found],
        marking=reads.highest_marking([*found, *asked]),
        by=actor,
    )


def _undecided(actor: Actor, found: list[Report]) -> list[tuple[int, int]]:
    """The pairs among these reports that look like one event and that nobody has linked or told apart."""
    among = reads.reports_shown_to(actor).filter(pk__in=[report.pk for report in found])
    return [(pair.first_id, pair.second_id) for pair in shown_among(among)]


def daily_text(
    reports: list[Report], efforts: Iterable[Effort], now: datetime, undecided: Sequence[tuple[int, int]] = ()
) -> str:
    """The whole draft as plain text with headings; `undecided` are the pairs that may be one event."""
    parts = [
        _("Period: 24 hours to %(at)s UTC.") % {"at": date_format(now, "j F Y H:i")},
        _heading(_("In short")),
        _short(reports, undecided),
        _heading(_("Assessment")),
        _("(to be written by whoever signs)"),
    ]
    for sort, title in (("incident", _("Incidents")), ("event", _("Events")), ("activity", _("Activities"))):
        of_sort = [report for report in reports if report.sort == sort]
        parts += [_heading(f"{title} ({len(of_sort)})"), *_told(of_sort)]
    days = _("Whole days from %(first)s to %(last)s, in UTC, by the day on which it happened.")
    parts += [_heading(_("How much was looked at")), days % {"first": _day(now - SPAN), "last": _day(now)}]
    parts += [f"- {effort_words(one)}" for one in efforts] or [
        _("No component told how much it looked at: it is unknown.")
    ]
    parts.append(_("A place with no reports is not a quiet place."))
    return "\n".join(parts)


def _day(at: datetime) -> str:
    return date_format(at, "j F")


def handover_text(reports: list[Report], ungraded: int, asked: list[InformationRequest]) -> str:
    """What came in during the shift and what is open."""
    parts = [_heading(_("Received in this shift (%(number)s)") % {"number": len(reports)}), *_told(reports)]
    parts.append(_heading(_("Open requests for information (%(number)s)") % {"number": len(asked)}))
    parts += [
        _("- %(number)s: of %(post)s, due %(due)s UTC: %(question)s")
        % {
            "number": one.pk, "post": one.to_post.title, "due": date_format(one.due_at, "j M H:i"),
            "question": one.question,
        }
        for one in asked
    ] or [_("None.")]  # fmt: skip
    parts += [_heading(_("To do")), _("Reports of the last 30 days to grade: %(number)s.") % {"number": ungraded}]
    return "\n".join(parts)


def _heading(text: str) -> str:
    return f"\n{text.upper()}"


def _short(reports: list[Report], undecided: Sequence[tuple[int, int]]) -> str:
    """How many incidents there were and whom they harmed; what was refuted did not happen, and is in no toll."""
    standing = [report for report in reports if report.verification != "refuted"]
    incidents = [report for report in standing if report.sort == "incident"]
    verified = sum(report.verification == "verified" for report in incidents)
    said = ngettext(
        "%(number)d incident was reported, %(verified)d verified so far.",
        "%(number)d incidents were reported, %(verified)d of them verified so far.",
        len(incidents),
    )
    lines = [said % {"number": len(incidents), "verified": verified}]
    if refuted := len(reports) - len(standing):
        said = ngettext(
            "%(number)d more report was refuted and is not counted.",
            "%(number)d more reports were refuted and are not counted.",
            refuted,
        )
        lines.append(said % {"number": refuted})
    lines += [_toll_line(standing, outcome) for outcome in ("killed", "injured", "abducted")]
    if undecided:
        pairs = ", ".join(f"{first}/{second}" for first, second in undecided[:MOST_PAIRS])
        lines.append(_("Perhaps one event told twice, counted twice until somebody decides: %(pairs)s.")
                     % {"pairs": pairs + (" …" if len(undecided) > MOST_PAIRS else "")})  # fmt: skip
    return "\n".join(lines)


def _toll_line(reports: list[Report], outcome: str) -> str:
    """Whom incidents and events harmed, as far as they tell; of incidents also how many do not."""
    tolls = {report.pk: _toll(report, outcome) for report in reports}
    told = [toll for toll in tolls.values() if toll is not None]
    unknown = sum(report.sort == "incident" and tolls[report.pk] is None for report in reports)
    if not told:
        return _("%(outcome)s: unknown; no incident tells it.") % {"outcome": words.OUTCOMES[outcome]}
    high = None if any(one.high is None for one in told) else sum(one.high or 0 for one in told)
    total = Range(sum(one.low for one in told), high)
    line = _("%(outcome)s: %(total)s as reported") % {"outcome": words.OUTCOMES[outcome], "total": f"{total}"}
    if unknown:
        said = ngettext("; %(number)d incident does not tell", "; %(number)d incidents do not tell", unknown)
        line += said % {"number": unknown}
    return line + "."


def _toll(report: Report, outcome: str) -> Range | None:
    return next((harm.persons for harm in harm_of(report.harm) if harm.outcome == outcome), None)


def _told(reports: list[Report]) -> list[str]:
    lines = [_line(report) for report in reports[:MOST_TOLD]]
    if len(reports) > MOST_TOLD:
        lines.append(_("… and %(number)s more.") % {"number": len(reports) - MOST_TOLD})
    return lines or [_("None reported.")]


def _line(report: Report) -> str:
    grade = f"{report.reliability or '–'}{report.credibility or '–'}"
    place = report.place or _("place not named")
    said = f"- {date_format(report.from_at, 'j M H:i')}, {place}: {words.type_title(report.type)}. {report.narrative}"
    harm = harm_words(report.harm)
    tail = f"{words.VERIFICATIONS[report.verification]}, {grade}, no. {report.pk}"
    return f"{said}{' ' + harm + '.' if harm else ''} [{tail}]"
