"""Which alerts, threats and promises does a morning list?

Listings for the morning pages: each is a function from the actor and the day to what needs that actor now.
"""

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluehelm.definitions.protection import packaged_alert_rules
from bluehelm.protection.threats import Moved
from bluehelm.web.morning.sections import LONGEST, Beside, Entry, Section, as_section
from bluehelm.web.posts.acting import Actor
from bluehelm.web.protection import reads, referrals
from bluehelm.web.protection.deeds import SUBJECTS, may
from bluehelm.web.protection.models import Alert, Referral, Threat
from bluehelm.web.protection.pages import next_tap
from bluehelm.web.protection.presenters import change_words, url_of
from bluehelm.web.protection.words import titled

NEW = timedelta(days=7)


def unanswered_alerts(actor: Actor, today: date) -> Section:
    """Alerts that still call for somebody, oldest first, each with its next step."""
    waiting = reads.unanswered(actor).select_related("releasable_to")
    entries = [_alert(one, actor) for one in waiting[:LONGEST]]
    return as_section(
        "alerts", _("Alerts that nobody has answered"), entries, _("No alert waits for anybody."),
        reverse("protection:list", args=["alerts"]), waiting.count(),
    )  # fmt: skip


def _alert(one: Alert, actor: Actor) -> Entry:
    minutes = int((timezone.now() - one.received_at).total_seconds() // 60)
    late = minutes > packaged_alert_rules().unanswered_after_minutes
    tap = next_tap(SUBJECTS["alerts"], one, actor)
    beside = (Beside(tap.deed.label, tap.url, tap.form),) if tap else ()
    return Entry(
        f"{titled(Alert, 'what', one.what)}, {one.place}", _since(minutes), url_of(one), _("See it"),
        one.received_at.date(), late, record=one, beside=beside,
    )  # fmt: skip


def _since(minutes: int) -> str:
    if minutes < 120:
        return ngettext("Received %(n)d minute ago.", "Received %(n)d minutes ago.", minutes) % {"n": minutes}
    hours = minutes // 60
    return ngettext("Received %(n)d hour ago.", "Received %(n)d hours ago.", hours) % {"n": hours}


def put_before_you(actor: Actor, today: date) -> Section:
    """Alerts and threats that wait for the answer of the actor's post, and its tasks that are not done."""
    entries = [
        Entry(_titled(one), one.text, f"{url_of(one.about)}#parts",
              str(_("Say what came of it") if one.acknowledged_at else _("Acknowledge")),
              (one.due_at or one.at).date(), late=one.due_at is None or one.due_at < timezone.now(), record=one.about)
        for one in referrals.waiting_for(actor)[: LONGEST + 1]
    ]  # fmt: skip
    return as_section("referred", _("Alerts and threats put before you"), entries, _("None waits for your answer."))


def not_acknowledged(actor: Actor, today: date) -> Section:
    """What the actor's post put before others and they have not acknowledged."""
    entries = [
        Entry(_titled(one), _("%(post)s: %(text)s") % {"post": one.to_post.title, "text": one.text}, url_of(one.about),
              _("See it"), one.at.date(), late=True, record=one.about)
        for one in referrals.silent(actor)[: LONGEST + 1]
    ]  # fmt: skip
    return as_section(
        "silent", _("Put before others, and not acknowledged"), entries, _("Everything you put before others was seen.")
    )


def _titled(one: Referral) -> str:
    about = one.about
    return f"{titled(Alert, 'what', about.what)}, {about.place}" if isinstance(about, Alert) else about.title


def threats_to_look_at(actor: Actor, today: date) -> Section:
    """Threats past their review first, then those that rose or are new within a week."""
    entries = [
        Entry(one.title, f"{one.place}: {titled(Threat, 'likelihood', one.likelihood)}", url_of(one),
              _deed(one, actor), one.review_on, late=True, record=one)
        for one in Threat.objects.readable_by(actor).filter(closed_on=None, review_on__lt=today)
        .select_related("releasable_to").order_by("review_on", "pk")
    ]  # fmt: skip
    listed = {one.record.pk for one in entries if one.record}
    moved = [(threat, one) for threat, one in reads.moved(actor, today - NEW, today) if threat.pk not in listed]
    entries += [
        Entry(threat.title, _how(one), url_of(threat), _("See it"), threat.review_on, record=threat)
        for threat, one in moved
        if one.rose or one.how == "new"
    ]
    nothing = _("No threat is past its review, has risen or is new.")
    return as_section(
        "threats", _("Threats past review, risen or new"), entries, nothing,
        reverse("protection:matrix"),
    )  # fmt: skip


def _deed(threat: Threat, actor: Actor) -> str:
    review = SUBJECTS["threats"].deed("review")
    return _("Review it") if review and may(actor, review, threat) else _("See it")


def _how(moved: Moved) -> str:
    if moved.how == "new":
        return _("New within a week.")
    return "; ".join(change_words(one) for one in moved.changes if one.is_rise)


def promises_overdue(actor: Actor, today: date) -> Section:
    """Promises to communities past their day, longest first."""
    entries = [
        Entry(one.text, one.engagement.place, url_of(one.engagement), _("See it"), one.due_on, late=True,
              record=one.engagement)
        for one in reads.overdue_promises(actor, today)
    ]  # fmt: skip
    return as_section(
        "promises", _("Promises to communities past their day"), entries, _("No promise is past its day."),
        reverse("protection:list", args=["communities"]),
    )  # fmt: skip
