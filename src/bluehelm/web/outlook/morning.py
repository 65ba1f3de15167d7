"""Which outlooks and escalations does a morning list?

Listings for the morning pages: each is a function from the actor and the day to what needs that actor now.
"""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from bluehelm.web.morning.sections import Entry, Section, as_section
from bluehelm.web.outlook.presenters import STATES
from bluehelm.web.outlook.reads import escalated_and_silent, releases_shown_to, told_and_silent
from bluehelm.web.posts.acting import Actor


def latest_outlooks(actor: Actor, today: date) -> Section:
    """The newest outlook of each mission and unit that was released to the actor, with what became of it."""
    newest = {}
    for release in releases_shown_to(actor).exclude(state="draft").order_by("origin", "pk"):
        newest[release.mission, release.unit_kind] = release
    entries = [
        Entry(
            f"{release.mission}: {release.title}",
            _("From what happened by %(month)s; %(state)s.")
            % {"month": release.origin, "state": STATES[release.state]},
            reverse("outlook:page", args=[release.pk]),
            _("See its numbers and scores"),
            release.released_on,
        )
        for release in newest.values()
    ]
    return as_section(
        "outlooks", _("Outlooks"), entries, _("No outlook was released to you."), reverse("outlook:history")
    )


def told_of_an_outlook(actor: Actor, today: date) -> Section:
    """The outlooks that the post was told of and has not acknowledged."""
    entries = [
        Entry(
            told.release.title,
            told.how,
            reverse("outlook:page", args=[told.release_id]) + "#told",
            _("Acknowledge"),
            told.on,
            late=True,
        )
        for told in told_and_silent(actor)
    ]
    return as_section("told", _("Told, and not yet acknowledged"), entries, _("No outlook waits for your answer."))


def escalated_to_you(actor: Actor, today: date) -> Section:
    """The assessments that were put before the post and not yet answered."""
    entries = [
        Entry(
            one.assessment.place,
            one.why,
            reverse("outlook:lens-page", args=[one.assessment_id]) + "#put",
            _("Say what will be done"),
            one.on,
            late=True,
        )
        for one in escalated_and_silent(actor)
    ]
    return as_section("escalated", _("Put before you"), entries, _("No assessment waits for your answer."))
