"""What may a program do that acts for a person?

A token's scopes are deeds on kinds of record, `read:table` or `create:finding`, among those its owner's post has at the
time it is used. What the post loses, the token loses with it; what was opened in an emergency it never has.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bluehelm.definitions.rights import DEEDS, Role
from bluehelm.web.accounts.backends import Accounts
from bluehelm.web.accounts.models import ApiToken, User
from bluehelm.web.accounts.recording import record
from bluehelm.web.accounts.token_rate import RATE
from bluehelm.web.posts.acting import Actor, actor_in, posts_of
from bluehelm.web.posts.models import Post
from bluehelm.web.posts.rights import rights

PREFIX = "bluehelm_"
SECRET_BYTES = 32
SHOWN_CHARACTERS = 6


class TokenError(ValueError):
    """A token cannot be made as asked. Nothing was changed."""


class TokenRefusedError(PermissionError):
    """A token may not be used here; `code` is that of RFC 6750, `status` the answer's."""

    def __init__(self, status: int, code: str, what: str, wait: int = 0) -> None:
        super().__init__(what)
        self.status, self.code, self.what, self.wait = status, code, what, wait


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def scopes_of(role: Role) -> list[str]:
    """Every scope that a role could give to a token."""
    return [f"{deed}:{kind}" for deed in DEEDS for kind in getattr(role, deed)]


def narrowed(role: Role, scopes: Collection[str]) -> Role:
    """The role with only those of its rights that the scopes name; never with another."""
    kept: dict[str, Any] = {
        deed: {kind: reach for kind, reach in getattr(role, deed).items() if f"{deed}:{kind}" in scopes}
        for deed in DEEDS
    }
    return role.model_copy(update=kept)


@transaction.atomic
def make_token(*, owner: User, name: str, post: Post, scopes: Collection[str], days: int) -> tuple[ApiToken, str]:
    """A new token and its secret, which is shown once and kept nowhere; TokenError when more is asked than is held."""
    if post not in posts_of(owner):
        raise TokenError(_("You do not hold the post %(post)s today.") % {"post": post.code})
    beyond = sorted(set(scopes) - set(scopes_of(rights().role(post.role))))
    if beyond or not scopes:
        not_held = _("The post %(post)s may not %(beyond)s.") % {"post": post.code, "beyond": ", ".join(beyond)}
        raise TokenError(not_held if beyond else _("Choose what it may do."))
    if not 1 <= days <= settings.TOKEN_DAYS_AT_MOST:
        raise TokenError(_("A token lasts from 1 to %(days)s days.") % {"days": settings.TOKEN_DAYS_AT_MOST})
    random = secrets.token_urlsafe(SECRET_BYTES)
    token = ApiToken.objects.create(
        owner=owner,
        name=name,
        post_code=post.code,
        scopes=sorted(scopes),
        beginning=random[:SHOWN_CHARACTERS],
        digest=digest(PREFIX + random),
        expires_at=timezone.now() + timedelta(days=days),
    )
    _record("token.made", token, scopes=list(token.scopes), days=days)
    return token, PREFIX + random


@transaction.atomic
def revoke_token(*, token: ApiToken, by: str) -> None:
    """End a token at once; one that is revoked already stays as it is."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        _record("token.revoked", token, by=by)


def token_of(secret: str) -> ApiToken:
    """The token of a secret, if it may be used now; TokenRefusedError with the reason otherwise."""
    token = ApiToken.objects.select_related("owner").filter(digest=digest(secret)).first()
    if token is None:
        raise _invalid(_("This token is not known here."))
    if token.revoked_at:
        raise _invalid(_("This token was revoked."))
    if token.expires_at <= timezone.now():
        raise _invalid(_("This token has expired. Make another in your account."))
    if not Accounts().user_can_authenticate(token.owner):
        raise _invalid(_("The account of this token is closed."))
    return token


def actor_with(token: ApiToken) -> Actor:
    """The owner in the token's post, with what both the post and the token allow."""
    post = next((post for post in posts_of(token.owner) if post.code == token.post_code), None)
    if post is None:
        raise _invalid(_("Its owner no longer holds the post %(post)s.") % {"post": token.post_code})
    return replace(actor_in(token.owner, post), role=narrowed(rights().role(post.role), token.scopes))


def slow_down(token: ApiToken) -> None:
    """Count a request of the token; TokenRefusedError when it asks too often, which the audit is told."""
    most = settings.TOKEN_REQUESTS_A_MINUTE
    wait, is_news = RATE.ask(token.digest, most)
    if is_news:
        with transaction.atomic():
            _record("token.slowed", token, requests_a_minute=most)
    if wait:
        what = _("This token asked more than %(most)s times in a minute.") % {"most": most}
        raise TokenRefusedError(429, "too_many", what, wait)


def note_use(token: ApiToken) -> None:
    """Keep the day of the last use; the first use stands in the audit."""
    today = timezone.now().date()
    if token.last_used_on == today:
        return
    with transaction.atomic():
        is_first = ApiToken.objects.filter(pk=token.pk, last_used_on=None).update(last_used_on=today)
        if is_first:
            _record("token.first_used", token)
        else:
            ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)
    token.last_used_on = today


def _record(deed: str, token: ApiToken, *, by: str = "", **detail: Any) -> None:
    record(deed, token.owner.get_username(), by=by, post=token.post_code, token=token.beginning, **detail)


def _invalid(what: str) -> TokenRefusedError:
    return TokenRefusedError(401, "invalid_token", what)
