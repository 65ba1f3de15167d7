"""Which deeds change posts, who holds them, and who may look where?

Each checks the actor's right, changes rows in one transaction and leaves one audit entry.
"""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bluehelm.web.accounts.models import User
from bluehelm.web.audit.chain import JSON
from bluehelm.web.audit.entries import append_entry
from bluehelm.web.posts.acting import Actor, NotAllowedError, audiences_of
from bluehelm.web.posts.models import BrokenGlass, Occupancy, Organisation, Post
from bluehelm.web.posts.reads import audiences_to_open
from bluehelm.web.posts.rights import rights

LONGEST_EMERGENCY = timedelta(hours=8)
SHORTEST_REASON = 15
"""Characters: enough that a reason says something."""
LONGEST_REASON = 2000


class PostError(ValueError):
    """The deed was refused as it stands; nothing was changed."""


@transaction.atomic
def create_organisation(*, code: str, name: str, kind: str, by: Actor) -> Organisation:
    """A new organisation of a known kind."""
    by.require("create", "post")
    if kind not in {known.kind for known in rights().organisations}:
        raise PostError(_("%(kind)s is no kind of organisation.") % {"kind": kind})
    organisation = Organisation(code=code, name=name, kind=kind)
    organisation.full_clean()
    organisation.save()
    append_entry(deed="organisation.created", kind="organisation", key=code, by=by.account, post=by.post_code)
    return organisation


@transaction.atomic
def create_post(*, post: Post, by: Actor) -> Post:
    """A new post with a known role; it reads no kind of record above its role's reach, whatever its clearance."""
    by.require("create", "post")
    if post.role not in rights().codes:
        raise PostError(_("%(role)s is no role.") % {"role": post.role})
    post.full_clean()
    post.save()
    plain: dict[str, JSON] = {
        "role": post.role,
        "mission": post.mission,
        "section": post.section,
        "clearance": post.clearance,
    }
    append_entry(
        deed="post.created", kind="post", key=post.code, by=by.account, post=by.post_code, detail={"new": plain}
    )
    return post


@transaction.atomic
def occupy(*, post: Post, person: User, from_on: date, until_on: date | None = None, by: Actor) -> Occupancy:
    """Put a person on a post; PostError when the person holds it already in that time."""
    by.require("create", "post")
    if person.pk == by.user_id:
        raise PostError(_("Nobody fills a post with oneself; ask another administrator."))
    overlapping = Occupancy.objects.select_for_update().filter(post=post, person=person, ended_at=None)
    if any(_overlap(held, from_on, until_on) for held in overlapping):
        raise PostError(_("This person holds the post already in that time."))
    occupancy = Occupancy(post=post, person=person, from_on=from_on, until_on=until_on)
    occupancy.full_clean()
    occupancy.save()
    detail = {"account": person.get_username(), "from": from_on.isoformat(), "until": _iso(until_on)}
    append_entry(deed="post.occupied", kind="post", key=post.code, by=by.account, post=by.post_code, detail=detail)
    return occupancy


@transaction.atomic
def vacate(*, occupancy: Occupancy, until_on: date, at_once: bool = False, by: Actor) -> Occupancy:
    """End an occupancy on a day, never later than it ends already, or at once; duties stay with the post."""
    by.require("create", "post")
    occupancy = Occupancy.objects.select_for_update().select_related("post", "person").get(pk=occupancy.pk)
    if occupancy.ended_at:
        raise PostError(_("This has ended already."))
    if at_once:
        occupancy.ended_at = timezone.now()
        until_on = max(occupancy.from_on, min(occupancy.ended_at.date(), occupancy.until_on or date.max))
    if until_on < occupancy.from_on:
        raise PostError(_("The last day comes before the first."))
    if occupancy.until_on and until_on > occupancy.until_on:
        raise PostError(_("It ends earlier already; fill the post again to extend it."))
    occupancy.until_on = until_on
    occupancy.save(update_fields=["until_on", "ended_at"])
    detail: dict[str, JSON] = {
        "account": occupancy.person.get_username(),
        "until": until_on.isoformat(),
        "at_once": at_once,
    }
    append_entry(
        deed="post.vacated", kind="post", key=occupancy.post.code, by=by.account, post=by.post_code, detail=detail
    )
    return occupancy


@transaction.atomic
def look_through(*, post: Post, reason: str, by: Actor) -> None:
    """Note that an administrator looks through a post's eyes, and why."""
    by.require("create", "post")
    _require_reason(reason)
    append_entry(
        deed="post.viewed_as", kind="post", key=post.code, by=by.account, post=by.post_code, reason=reason.strip()
    )


@transaction.atomic
def look_away(*, post_code: str, by: Actor) -> None:
    """Note that an administrator ended looking through a post's eyes."""
    append_entry(deed="post.viewed_as_ended", kind="post", key=post_code, by=by.account, post=by.post_code)


@transaction.atomic
def break_glass(*, audience: str, reason: str, lasting: timedelta, by: Actor) -> BrokenGlass:
    """Open what is addressed to another audience, for a limited time and with a reason; its owner is told.

    It widens the audience and never the clearance: nobody reads above the marking that the post is trusted with.
    """
    if by.post is None or by.user_id is None or by.viewing:
        raise NotAllowedError(_("This takes a post."))
    _require_reason(reason)
    if audience not in audiences_to_open(by):
        raise PostError(_("The glass is broken for one closed section or component of your own mission at a time."))
    if not timedelta() < lasting <= LONGEST_EMERGENCY:
        raise PostError(_("An emergency lasts at most eight hours; break the glass again if it goes on."))
    now = timezone.now()
    glass = BrokenGlass.objects.create(
        person_id=by.user_id,
        post=by.post,
        audience=audience,
        marking=by.post.clearance,
        reason=reason.strip(),
        from_at=now,
        until_at=now + lasting,
    )
    detail = {"audience": audience, "until": glass.until_at.isoformat(timespec="seconds")}
    append_entry(
        deed="glass.broken",
        kind="break_glass",
        key=str(glass.pk),
        by=by.account,
        post=by.post_code,
        detail=detail,
        reason=glass.reason,
    )
    return glass


@transaction.atomic
def close_glass(*, glass: BrokenGlass, by: Actor) -> BrokenGlass:
    """End an emergency before its time; only whoever broke the glass does."""
    glass = BrokenGlass.objects.select_for_update().get(pk=glass.pk)
    now = timezone.now()
    if glass.person_id != by.user_id or by.viewing:
        raise NotAllowedError(_("Only the person who broke the glass ends it."))
    if glass.until_at > now:
        glass.until_at = max(now, glass.from_at + timedelta(microseconds=1))
        glass.save(update_fields=["until_at"])
        append_entry(deed="glass.closed", kind="break_glass", key=str(glass.pk), by=by.account, post=by.post_code)
    return glass


@transaction.atomic
def acknowledge_glass(*, glass: BrokenGlass, by: Actor) -> BrokenGlass:
    """A post that was told has seen who opened what and why; the others are still told."""
    glass = BrokenGlass.objects.select_for_update().get(pk=glass.pk)
    if glass not in glass_to_see(by):
        raise NotAllowedError(_("Only those who are told acknowledge this."))
    glass.seen_by = sorted({*glass.seen_by, by.post_code})
    glass.save(update_fields=["seen_by"])
    append_entry(deed="glass.acknowledged", kind="break_glass", key=str(glass.pk), by=by.account, post=by.post_code)
    return glass


def glass_to_see(actor: Actor) -> list[BrokenGlass]:
    """The emergencies the actor's post is told of and has not acknowledged, newest first.

    Told are the heads of the mission, and of the opened part those who watch over it or raise findings there.
    """
    if actor.post is None or not actor.post.mission or actor.viewing or actor.may("read", "audit_entry"):
        return []
    broken = BrokenGlass.objects.filter(post__mission=actor.post.mission).exclude(person_id=actor.user_id)
    return [
        glass
        for glass in broken.select_related("post", "person")
        if actor.post.code not in glass.seen_by and _is_told(actor, glass)
    ]


def _is_told(actor: Actor, glass: BrokenGlass) -> bool:
    post = actor.post
    assert post is not None
    watches = actor.may("read", "break_glass", glass.marking)
    if not post.component and not post.section:
        return watches
    in_it = glass.audience in audiences_of(post)
    return in_it and (watches or actor.may("create", "finding", glass.marking))


def _require_reason(reason: str) -> None:
    if len(reason.strip()) < SHORTEST_REASON:
        raise PostError(_("Say in a few words why; the reason stands in the audit."))
    if len(reason) > LONGEST_REASON:
        raise PostError(_("Say why in at most %(count)s characters.") % {"count": LONGEST_REASON})


def _overlap(held: Occupancy, from_on: date, until_on: date | None) -> bool:
    return (until_on is None or held.from_on <= until_on) and (held.until_on is None or from_on <= held.until_on)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
