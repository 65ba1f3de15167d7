"""Which posts does an actor see, and which audiences may an emergency open?"""

from django.db.models import Q, QuerySet
from django.utils import timezone

from bluehelm.web.posts.acting import Actor
from bluehelm.web.posts.models import BrokenGlass, Occupancy, Post


def posts_shown_to(actor: Actor) -> QuerySet[Post]:
    """The posts of one's own organisation and mission; all of them to those who keep or audit the accounts."""
    if actor.post is None or not actor.may("read", "post"):
        return Post.objects.none()
    posts = Post.objects.select_related("organisation")
    if actor.may("read", "account"):
        return posts
    own = Q(organisation=actor.post.organisation)
    return posts.filter(own | Q(mission=actor.post.mission) if actor.post.mission else own)


def held_today(posts: QuerySet[Post]) -> dict[int, list[Occupancy]]:
    """Today's occupancies of these posts, by post."""
    held: dict[int, list[Occupancy]] = {}
    for occupancy in Occupancy.objects.on(timezone.now().date()).filter(post__in=posts).select_related("person"):
        held.setdefault(occupancy.post_id, []).append(occupancy)
    return held


def audiences_to_open(actor: Actor) -> list[str]:
    """The sections and components of the actor's own mission that are closed to it."""
    if actor.post is None or not actor.post.mission:
        return []
    mission = actor.post.mission
    units = Post.objects.filter(mission=mission, closed_on=None).values_list("component", "section")
    names = {f"component:{mission}/{component}" for component, _ in units if component}
    names |= {f"section:{mission}/{section}" for _, section in units if section}
    own = {name for held in actor.reader.passes for name in held.audiences}
    return sorted(names - own)


def glass_broken_by(actor: Actor) -> list[BrokenGlass]:
    """The emergencies of this actor that still hold."""
    if actor.user_id is None:
        return []
    return list(BrokenGlass.objects.filter(person_id=actor.user_id, until_at__gt=timezone.now()))
