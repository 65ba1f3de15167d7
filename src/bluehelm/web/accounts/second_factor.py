"""Who needs a second factor, and who has one?

Which roles need it stands in the definition of rights. It is enforced in production; the demonstration only says so.
"""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from bluehelm.web.accounts.models import User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_second_factor(user: User, *, besides: int | None = None) -> bool:
    """Whether there is a one-time code or a passkey; `besides` leaves one aside, and recovery codes do not count."""
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exclude(pk=besides).exists())


def role_asks_for_second_factor(user: User | AnonymousUser) -> bool:
    """Whether a role of one of the person's posts today asks for it, enforced or not."""
    from bluehelm.web.posts.acting import posts_of  # posts know accounts already
    from bluehelm.web.posts.rights import rights

    return isinstance(user, User) and any(rights().role(post.role).second_factor for post in posts_of(user))


def needs_second_factor(user: User | AnonymousUser) -> bool:
    """Whether the person may not go on without one."""
    return settings.SECOND_FACTOR_ENFORCED and role_asks_for_second_factor(user)
