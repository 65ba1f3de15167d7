"""What may be done to an account, and by whom is it done?

Opening, closing, reopening and unlocking accounts, links to set a password, and the demonstration's people. Each checks
that the actor may change accounts, does it in one transaction and leaves an entry in the audit.
"""

import re
from collections.abc import Iterable

from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.utils import reset as forget_failures
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bluehelm.web.accounts.dormant import administrators
from bluehelm.web.accounts.models import User
from bluehelm.web.accounts.recording import record
from bluehelm.web.accounts.tokens import revoke_token
from bluehelm.web.posts import actions as posts
from bluehelm.web.posts.acting import Actor, keeper
from bluehelm.web.posts.models import Occupancy, Post

DEMO = "system:demonstration"


LONGEST_REASON = 2000
NAME = re.compile(r"[A-Za-z0-9._-]+")
"""Letters that look alike in two scripts would let one account pass for another."""


class AccountError(ValueError):
    """An account cannot be changed as asked; `next_step` says what can be done. Nothing was changed."""

    def __init__(self, what: str, next_step: str) -> None:
        super().__init__(what)
        self.what = what
        self.next_step = next_step


@transaction.atomic
def open_account(*, name: str, by: Actor, email: str = "", post: str = "", password: str = "") -> User:
    """Open an account, on a post if one is named; without a password it waits for a link, or single sign-on.

    An address that an administrator writes counts as verified: single sign-on finds the account by it.
    """
    _require(by)
    user = User(username=name, email=email.strip().lower())
    _set_password(user, password)
    _refuse_what_does_not_fit(user)
    user.save()
    if user.email:
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    _record("account.opened", name, by)
    if post:
        posts.occupy(post=_post(post), person=user, from_on=timezone.now().date(), by=by)
    return user


@transaction.atomic
def close_account(*, name: str, by: Actor, reason: str) -> User:
    """Close an account: its sessions end, its tokens are revoked, its records keep its name."""
    _require(by)
    _require_readable(reason)
    user = _account(name)
    if not reason.strip():
        raise AccountError(_("Closing an account takes a reason."), _("Say why, for the audit."))
    if not user.is_active:
        raise AccountError(
            _("The account %(name)s is closed already.") % {"name": name}, _("See the list of accounts.")
        )
    if administrators() == [user]:
        next_step = _("Put somebody else on an administrator's post first.")
        raise AccountError(_("%(name)s is the last administrator.") % {"name": name}, next_step)
    _save_active(user, False)
    end_sessions(user)
    for token in user.api_tokens.filter(revoked_at=None):
        revoke_token(token=token, by=by.account)
    _record("account.closed", name, by, reason=reason)
    return user


@transaction.atomic
def reopen_account(*, name: str, by: Actor, reason: str) -> User:
    """Open a closed account again; its last use counts from now, so that it is not dormant at once."""
    _require(by)
    _require_readable(reason)
    user = _account(name)
    if not reason.strip():
        raise AccountError(_("Reopening an account takes a reason."), _("Say why, for the audit."))
    if user.is_active:
        raise AccountError(
            _("The account %(name)s is open already.") % {"name": name}, _("A locked one is unlocked instead.")
        )
    user.last_login = timezone.now()
    user.save(update_fields=["last_login"])
    _save_active(user, True)
    _record("account.reopened", name, by, reason=reason)
    return user


@transaction.atomic
def unlock_account(*, name: str, by: Actor) -> int:
    """Forget the failures that locked a name, from every address; how many addresses there were."""
    _require(by)
    user = _account(name)
    forgotten = forget_failures(username=user.get_username().lower())
    _record("account.unlocked", name, by)
    return int(forgotten)


@transaction.atomic
def password_link(*, name: str, by: Actor) -> str:
    """The path of a page where the person sets a password, once and for a day; the old one holds until then."""
    _require(by)
    user = _account(name)
    if not user.is_active:
        raise AccountError(_("The account %(name)s is closed.") % {"name": name}, _("Reopen it first."))
    if user.is_demo:
        raise AccountError(
            _("%(name)s belongs to the demonstration.") % {"name": name}, _("It is signed into at /demo/sign-in.")
        )
    key = PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    _record("account.link_made", name, by)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})


@transaction.atomic
def remove_second_factors(*, name: str, by: Actor, reason: str) -> int:
    """Remove every second factor of somebody who lost them all; how many there were. Ends the sessions too."""
    _require(by)
    _require_readable(reason)
    user = _account(name)
    if not reason.strip():
        raise AccountError(_("Removing second factors takes a reason."), _("Say how you know who asked."))
    removed: int = Authenticator.objects.filter(user=user).delete()[0]
    end_sessions(user)
    _record("account.second_factor_removed", name, by, reason=reason, type="all")
    return removed


def end_sessions(user: User) -> None:
    """Sign a person out everywhere."""
    for session in UserSession.objects.filter(user=user):
        session.end()


@transaction.atomic
def create_demo_people(held: Iterable[Post]) -> list[User]:
    """One account for each of these posts, without a password; found again when it is there already.

    AccountError where the data folder has accounts of real people: nobody must be able to click into their midst.
    """
    if User.objects.filter(is_demo=False).exists():
        raise AccountError(
            _("This data folder has accounts of its own."), _("Build the demonstration in another folder.")
        )
    return [_demo_person(post) for post in held]


def _demo_person(post: Post) -> User:
    user, is_new = User.objects.get_or_create(username=f"demo-{post.code.lower()}"[:150], defaults={"is_demo": True})
    if is_new:
        user.set_unusable_password()
        user.save()
        _record("account.opened", user.get_username(), keeper(DEMO))
    if not Occupancy.objects.filter(person=user, post=post).exists():
        posts.occupy(post=post, person=user, from_on=timezone.now().date(), by=keeper(DEMO))
    return user


def _require(by: Actor) -> None:
    by.require("create", "account")


def _require_readable(reason: str) -> None:
    if len(reason) > LONGEST_REASON or "\0" in reason:
        raise AccountError(_("The reason cannot be kept."), _("Write plain text of at most 2,000 characters."))


def _record(deed: str, name: str, by: Actor, *, reason: str = "", **detail: str) -> None:
    record(deed, name, by=by.account, post=by.post_code, reason=reason, **detail)


def _account(name: str) -> User:
    user = User.objects.select_for_update().filter(username=name).first()
    if user is None:
        raise AccountError(_("There is no account '%(name)s'.") % {"name": name}, _("See the list of accounts."))
    return user


def _post(code: str) -> Post:
    post = Post.objects.filter(code=code, closed_on=None).first()
    if post is None:
        next_step = _("Name the code of a post, or leave the post out for now.")
        raise AccountError(_("There is no open post '%(code)s'.") % {"code": code}, next_step)
    return post


def _save_active(user: User, is_active: bool) -> None:
    user.is_active = is_active
    user.save(update_fields=["is_active"])


def _set_password(user: User, password: str) -> None:
    if not password:
        user.set_unusable_password()
        return
    try:
        validate_password(password, user)
    except ValidationError as refused:
        raise AccountError(
            _("The password was refused.") + " " + " ".join(refused.messages), _("Choose another.")
        ) from None
    user.set_password(password)


def _refuse_what_does_not_fit(user: User) -> None:
    taken = User.objects.filter(username__iexact=user.username).exists()
    if taken:
        raise AccountError(
            _("There is an account '%(name)s' already.") % {"name": user.username}, _("Choose another name.")
        )
    if not NAME.fullmatch(user.username):
        raise AccountError(_("A name has only the letters a to z, digits, and . _ -"), _("Choose another name."))
    try:
        user.username_validator(user.username)
        if user.email:
            validate_email(user.email)
    except ValidationError as refused:
        raise AccountError(" ".join(refused.messages), _("Correct it and try again.")) from None
    if user.email and User.objects.filter(email__iexact=user.email).exists():
        raise AccountError(
            _("Another account has this e-mail address."), _("Each person has one account, each one address.")
        )
