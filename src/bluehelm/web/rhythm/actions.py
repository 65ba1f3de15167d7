"""Which deeds change the mission calendar?"""

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bluehelm.disclosure import Marking
from bluehelm.web.audit.entries import append_entry
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.models import Audience
from bluehelm.web.rhythm.models import DutyDone, MissionDate
from bluehelm.web.rhythm.reads import EARLIEST, LATEST, is_due, rhythm_of_the_house
from bluehelm.workflows.clock import today


class RhythmError(ValueError):
    """The deed was refused as it stands; nothing was changed."""


@transaction.atomic
def set_mission_date(*, mission: str, anchor: str, on: date, source: str, by: Actor) -> MissionDate:
    """Set a date that duties hang on; it names the resolution or letter that says so."""
    by.require("create", "duty")
    _require_own_mission(by, mission)
    if anchor not in {known.anchor for known in rhythm_of_the_house().anchors}:
        raise RhythmError(_("No duty hangs on %(anchor)s.") % {"anchor": anchor})
    if not EARLIEST <= on <= LATEST:
        raise RhythmError(_("A date lies from %(first)s to %(last)s.") % {"first": EARLIEST, "last": LATEST})
    if not source.strip():
        raise RhythmError(_("Name the resolution or letter that sets this date."))
    fields = {"mission": mission, "anchor": anchor, "on": on, "source": source.strip()}
    try:
        with transaction.atomic():
            made = MissionDate.objects.create(**fields, marking=Marking.UNCLASSIFIED, releasable_to=_audience(mission))
    except IntegrityError:
        raise RhythmError(_("This date is set already.")) from None
    detail = {"mission": mission, "anchor": anchor, "on": on.isoformat()}
    append_entry(
        deed="mission_date.set", kind="mission_date", key=str(made.pk), by=by.account, post=by.post_code, detail=detail
    )
    return made


@transaction.atomic
def withdraw_mission_date(*, mission_date: MissionDate, reason: str, by: Actor) -> MissionDate:
    """Take back a date that no longer holds; the row stays."""
    by.require("create", "duty")
    _require_own_mission(by, mission_date.mission)
    if not reason.strip():
        raise RhythmError(_("Say why the date no longer holds."))
    mission_date.withdrawn = True
    mission_date.save_changed("withdrawn", expected_version=mission_date.row_version)
    append_entry(
        deed="mission_date.withdrawn",
        kind="mission_date",
        key=str(mission_date.pk),
        by=by.account,
        post=by.post_code,
        reason=reason.strip(),
    )
    return mission_date


@transaction.atomic
def do_duty(*, mission: str, duty: str, due_on: date, evidence: str, by: Actor) -> DutyDone:
    """Note a duty as done; it takes the post that owes it, and evidence."""
    post = by.post
    if post is None or by.viewing or post.mission != mission:
        raise NotAllowedError(_("Only a post of the mission does its duties."))
    owed = next((known for known in rhythm_of_the_house().duties if known.duty == duty), None)
    if owed is None or owed.role != post.role:
        raise NotAllowedError(_("This duty is another post's."))
    if due_on > today() + timedelta(days=1) or not is_due(by, owed, due_on):
        raise RhythmError(_("This duty is not due on that day."))
    if not evidence.strip():
        raise RhythmError(_("Say where what was made is found."))
    fields = {"mission": mission, "duty": duty, "due_on": due_on, "evidence": evidence.strip(), "post": post}
    label = {"marking": Marking.UNCLASSIFIED, "releasable_to": _audience(mission)}
    try:
        with transaction.atomic():
            done = DutyDone.objects.create(**fields, **label, done_at=timezone.now())
    except IntegrityError:
        raise RhythmError(_("This was noted as done already.")) from None
    detail = {"mission": mission, "duty": duty, "due": due_on.isoformat()}
    append_entry(deed="duty.done", kind="duty", key=str(done.pk), by=by.account, post=by.post_code, detail=detail)
    return done


def _require_own_mission(by: Actor, mission: str) -> None:
    if by.post is None or by.post.mission != mission:
        raise NotAllowedError(_("Only a post of the mission keeps its calendar."))


def _audience(mission: str) -> Audience:
    return Audience.of({f"mission:{mission}", "headquarters"})
