"""Who acts, in which post, and what may that post read and do?

Everything that reads or changes records asks an `Actor`. A person acts in one post at a time, chosen among those he or
she occupies today. Somebody without a post is an outsider: open data and nothing else, and no deed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from bluehelm.definitions.rights import Deed, Role
from bluehelm.disclosure import EVERYONE, OUTSIDER, Label, Marking, Pass, Reader, audience_names, may_read
from bluehelm.web.accounts.models import User
from bluehelm.web.posts.models import BrokenGlass, Occupancy, Post
from bluehelm.web.posts.rights import rights

LONGEST_NAMED = 120
"""Characters that the audit keeps of a post."""

CHOSEN_POST, VIEWED_POST = "post", "viewed_post"
"""Where a session keeps the post a person acts in, and the one an administrator looks through."""


NEVER_VIEWED = frozenset({"audit_entry", "account", "break_glass"})
"""Kinds of record that nobody reads by looking through another post."""


class NotAllowedError(PermissionError):
    """The actor may not do this. What is said is the same whether the record exists or not; nothing was changed."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who reads and acts; `account` and `post` are empty for an outsider.

    `viewing` is set while an administrator looks through another post's eyes: such an actor reads, but does nothing.
    """

    account: str = ""
    user_id: int | None = None
    post: Post | None = None
    role: Role | None = None
    reader: Reader = OUTSIDER
    viewing: str = ""
    own_post: str = ""

    @property
    def post_code(self) -> str:
        """The post as the audit names it: whoever looks through another's eyes stays named by the own post."""
        if self.viewing:
            return f"{self.own_post} viewing: {self.viewing}"[:LONGEST_NAMED]
        return self.post.code if self.post else ""

    def reader_of(self, kind: str) -> Reader:
        """The actor as a reader of records of one kind: no pass reaches further than the role does."""
        if self.role is None:
            return self.reader
        reach = self.role.reaches("read", kind)
        if reach is None:
            return Reader(())
        return Reader(tuple(Pass(Marking(min(held.clearance, reach)), held.audiences) for held in self.reader.passes))

    def may_read(self, kind: str, label: Label) -> bool:
        return may_read(self.reader_of(kind), label)

    def may(self, deed: Deed, kind: str, marking: int = 0) -> bool:
        """Whether the role reaches this far; whether a certain record is addressed to the actor is another question."""
        if self.role is None or self.post is None or (self.viewing and not self._may_view(deed, kind, marking)):
            return False
        return self.role.may(deed, kind, marking) and marking <= self.post.clearance

    def _may_view(self, deed: Deed, kind: str, marking: int) -> bool:
        """Looking through other eyes reaches no higher than one's own clearance, and never to what watches oneself."""
        cleared = max((held.clearance for held in self.reader.passes), default=-1)
        return deed == "read" and kind not in NEVER_VIEWED and marking <= cleared

    def require(self, deed: Deed, kind: str, marking: int = 0) -> None:
        """Raises NotAllowedError when `may` says no."""
        if not self.may(deed, kind, marking):
            what = f"The post {self.post_code} may not {deed} this." if self.post else "This takes a post."
            raise NotAllowedError(what)

    def sees(self, kind: str, field: str) -> bool:
        """Whether a field of a record that may be read is shown."""
        return self.role.sees(kind, field) if self.role else False


NOBODY = Actor()
"""The outsider."""


def keeper(account: str) -> Actor:
    """The program itself, keeping posts: what builds the demonstration, or the first command on a new data folder."""
    post = Post(code="system", role="administrator", clearance=Marking.STRICTLY_CONFIDENTIAL.value)
    return Actor(account, None, post, rights().role(post.role), Reader(()))


def audiences_of(post: Post) -> frozenset[str]:
    """The audiences a post belongs to, by its organisation, mission, component, section and code."""
    names = {
        EVERYONE,
        rights().audience_of(post.organisation.kind),
        f"organisation:{post.organisation.code}",
        f"post:{post.code}",
    }
    if post.mission:
        names.add(f"mission:{post.mission}")
        names |= {f"component:{post.mission}/{post.component}"} if post.component else set()
        names |= {f"section:{post.mission}/{post.section}"} if post.section else set()
    return frozenset(names)


def posts_of(user: User) -> list[Post]:
    """The posts a person occupies today, by code."""
    held = Occupancy.objects.on(timezone.now().date()).filter(person=user).select_related("post__organisation")
    return sorted((occupancy.post for occupancy in held), key=lambda post: post.code)


def actor_in(user: User, post: Post, *, broken: Iterable[BrokenGlass] = ()) -> Actor:
    """A person acting in one of his or her posts, with the glass broken so far."""
    clearance = Marking(post.clearance)
    own = Pass(clearance, audiences_of(post))
    opened = tuple(
        Pass(Marking(min(glass.marking, clearance)), frozenset({glass.audience}))
        for glass in broken
        if glass.post_id == post.pk
    )
    role = rights().role(post.role)
    return Actor(user.get_username(), user.pk, post, role, Reader((own, *opened)))


def actor_of(user: User | AnonymousUser, post_id: int | None, now: datetime) -> Actor:
    """The actor behind an account: in the post asked for if it is held, else in the first one; else an outsider."""
    if not isinstance(user, User) or not user.is_active:
        return NOBODY
    held = posts_of(user)
    if not held:
        return Actor(account=user.get_username(), user_id=user.pk)
    post = next((post for post in held if post.pk == post_id), held[0])
    return actor_in(user, post, broken=BrokenGlass.objects.filter(person=user, from_at__lte=now, until_at__gt=now))


def viewing_as(administrator: Actor, post: Post) -> Actor:
    """What a post would read, as far as the administrator's own clearance goes; no deed is possible.

    Otherwise whoever opens accounts could read every record by looking through the right eyes.
    """
    if administrator.post is None:
        raise NotAllowedError(_("This takes a post."))
    clearance = Marking(min(post.clearance, administrator.post.clearance))
    reader = Reader((Pass(clearance, audiences_of(post)),))
    return Actor(
        administrator.account,
        administrator.user_id,
        post,
        rights().role(post.role),
        reader,
        post.code,
        administrator.post_code,
    )


def actor_of_request(request: HttpRequest) -> Actor:
    """The actor of a request, with the post chosen in the session."""
    chosen = request.session.get(CHOSEN_POST)
    actor = actor_of(request.user, chosen, timezone.now())
    viewed = request.session.get(VIEWED_POST)
    if viewed and actor.may("create", "post"):
        post = Post.objects.select_related("organisation").filter(pk=viewed).first()
        return viewing_as(actor, post) if post else actor
    return actor


def actor_for_command(account: str | None, audience: str | None = None, post: str | None = None) -> Actor:
    """Who a command acts as: an account in one of its posts, or a reader of an audience; else an outsider.

    Raises NotAllowedError when the account is unknown, closed or without a post, and ValueError for an unreadable
    audience. A command asks no password: whoever reaches the data folder's files reaches what is in them.
    """
    if not account:
        audiences = audience_names(audience or "") | {EVERYONE}
        return Actor(reader=Reader((Pass(Marking.UNCLASSIFIED, audiences),)))
    user = User.objects.filter(username=account, is_active=True).first()
    held = posts_of(user) if user else []
    fitting = [one for one in held if post in (None, one.code)]
    if user is None or not fitting:
        raise NotAllowedError(
            _("No account %(account)s holds %(said)s today.")
            % {"account": repr(account), "said": f"the post {post!r}" if post else "a post"}
        )
    return actor_of(user, fitting[0].pk, timezone.now())
