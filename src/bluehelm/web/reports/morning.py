"""What does an analyst find in the morning: reports to grade, to verify, to link and to decide about?"""

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bluehelm.web.morning.sections import LONGEST, Beside, Entry, Section, as_section
from bluehelm.web.posts.acting import Actor
from bluehelm.web.reports import presenters, reads, words
from bluehelm.web.reports.deeds import ALL, may
from bluehelm.web.reports.forms import GradeForm
from bluehelm.web.reports.lookalikes import as_pair
from bluehelm.web.reports.models import Report
from bluehelm.web.reports.noted import note_requests

OVERNIGHT = timedelta(hours=24)


def to_settle(actor: Actor, today: date) -> Section:
    """Reports that two people changed at once: a person decides."""
    found = reads.report_list(actor, reads.Filters(work="decide", days="0"), timezone.now()).found
    entries = [_about(report, _("Look at both and decide")) for report in found[: LONGEST + 1]]
    more = f"{reverse('reports:list')}?work=decide&days=0"
    return as_section("two-versions", _("Reports with two versions"), entries, _("No report waits so."), more)


def to_grade(actor: Actor, today: date) -> Section:
    """What came in during the last day and nobody has graded."""
    since = timezone.now() - OVERNIGHT
    ungraded = reads.report_list(actor, reads.Filters(work="grade", days="30"), timezone.now()).found
    found = ungraded.filter(received_at__gte=since)
    entries = [_to_grade(report, actor) for report in found[:LONGEST]]
    more = f"{reverse('reports:list')}?work=grade&days=30"
    nothing = _("Every report of the last day is graded.")
    return as_section("to-grade", _("Overnight reports to grade"), entries, nothing, more, found.count())


def _to_grade(report: Report, actor: Actor) -> Entry:
    """A report with its two grades beside it, each chosen apart."""
    if not may(actor, ALL["grade"], report):
        return _about(report, _("See it"))
    form = GradeForm(initial={"expected_version": report.row_version}, actor=actor, auto_id=f"grade-{report.pk}-%s")
    grade = Beside(ALL["grade"].label, reverse("reports:do", args=[report.pk, "grade"]), form)
    return _about(report, _("See it"), grade)


def daily_report(actor: Actor, today: date) -> Section:
    """The daily report of the actor's mission: to be drafted, or to be read and signed."""
    mission = actor.post.mission if actor.post else ""
    since = timezone.now() - OVERNIGHT
    last = reads.products_shown_to(actor).filter(mission=mission, sort="daily", until_at__gte=since).first()
    if last and not last.signed_at:
        entries = [
            Entry(last.title, "", reverse("reports:product", args=[last.pk]), _("Read and sign it"), record=last)
        ]
    elif last is None and mission and not actor.viewing and actor.may("create", "report"):
        draft = Beside(_("Draft it"), reverse("reports:draft", args=["daily"]))
        entries = [Entry(_("No daily report was drafted in the last 24 hours."), beside=(draft,))]
    else:
        entries = []
    signed = _("The daily report of the last 24 hours is signed.") if last else _("Your post drafts no daily report.")
    return as_section("daily", _("Daily report"), entries, signed, reverse("reports:products"))


def to_link(actor: Actor, today: date) -> Section:
    """Pairs that may be one event, of which one was received during the last day."""
    waiting = reads.pairs_to_look_at(actor, timezone.now() - OVERNIGHT)
    pairs = [as_pair(one) for one in waiting[:LONGEST]]
    known = reads.reports_shown_to(actor).in_bulk({pair.second for pair in pairs})
    entries = [
        Entry(
            _("%(title)s, %(place)s: reports %(first)s and %(second)s")
            % {
                "title": words.type_title(known[pair.second].type), "place": known[pair.second].place or "–",
                "first": f"{pair.first}", "second": f"{pair.second}",
            },
            _("%(points)s of 100 points") % {"points": pair.points},
            f"{reverse('reports:page', args=[pair.second])}#near",
            _("Link them or tell them apart"),
            record=known[pair.second],
        )
        for pair in pairs
    ]  # fmt: skip
    nothing = _("No report received in the last day looks like another.")
    return as_section(
        "to-link", _("Perhaps the same event"), entries, nothing, reverse("reports:pairs"), waiting.count()
    )


def asked_of_you(actor: Actor, today: date) -> Section:
    """Requests for information that the actor's post has not answered."""
    now = timezone.now()
    shown = reads.requests_shown_to(actor).filter(answered_at=None)
    found = list(shown.filter(to_post=actor.post)[: LONGEST + 1]) if actor.post else []
    note_requests(actor, found)
    entries = [
        Entry(
            one.question[:200],
            _("Asked by %(post)s.") % {"post": one.asked_post.title},
            reverse("reports:requests"),
            _("Answer") if one.acknowledged_at else _("Acknowledge"),
            one.due_at.date(),
            one.due_at < now,
        )
        for one in found
    ]
    nothing = _("Nothing is asked of your post.")
    return as_section("asked", _("Asked of your post"), entries, nothing, reverse("reports:requests"))


def _about(report: Report, deed: str, *beside: Beside) -> Entry:
    title = f"{words.type_title(report.type)}, {report.place or '–'}"
    why = "; ".join(filter(None, (presenters.harm_words(report.harm), report.narrative[:160])))
    return Entry(
        title, why, reverse("reports:page", args=[report.pk]), deed, report.from_at.date(), record=report, beside=beside
    )
