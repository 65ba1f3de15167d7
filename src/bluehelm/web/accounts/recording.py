"""What of accounts is written into the audit?

Who signed in and how, who failed, and every change of an account. Never a password, never an address of a computer,
and of a name that is no account's only that it was tried: people type passwords into the wrong field.
"""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as second_factor
from allauth.socialaccount import signals as single_sign_on
from axes.signals import user_locked_out
from django.contrib.auth import signals as django_auth
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from bluehelm.web.accounts.lockout import tried_name
from bluehelm.web.accounts.models import User
from bluehelm.web.audit.entries import append_entry

SIGNED_IN_AT = "signed_in_at"
UNKNOWN = "unknown"
SIGN_IN = "system:sign-in"


def record(deed: str, account: str, *, by: str = "", post: str = "", reason: str = "", **detail: Any) -> None:
    """Write one deed on an account, by its owner unless somebody else is named."""
    with transaction.atomic():
        append_entry(deed=deed, kind="account", key=account, by=by or account, post=post, detail=detail, reason=reason)


@receiver(django_auth.user_logged_in)
def signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    request.session[SIGNED_IN_AT] = timezone.now().timestamp()
    record("account.signed_in", user.get_username(), way=_way(request))


def _way(request: HttpRequest) -> str:
    """How somebody proved who he or she is: password, passkey, a code, single sign-on, the demonstration."""
    used = request.session.get("account_authentication_methods", [])
    return " and ".join(str(step.get("type") or step["method"]) for step in used)


@receiver(django_auth.user_logged_out)
def signed_out(user: User | None, **_: Any) -> None:
    if user is not None:
        record("account.signed_out", user.get_username())


@receiver(django_auth.user_login_failed)
def failed(credentials: dict[str, str], request: HttpRequest | None = None, **_: Any) -> None:
    if request is not None and not getattr(request, "axes_locked_out", False):
        record("account.sign_in_failed", _known(tried_name(request, credentials)), by=SIGN_IN)


@receiver(user_locked_out)
def locked(request: HttpRequest, username: str, **_: Any) -> None:
    """The failure that locked the name; those that follow while it is locked would only fill the audit."""
    if request.axes_failures_since_start is not None:  # type: ignore[attr-defined]  # None while locked already
        record("account.sign_in_failed", _known(username), by=SIGN_IN)
        record("account.locked", _known(username), by=SIGN_IN)


def _known(name: str) -> str:
    user = User.objects.filter(username__iexact=name).first()
    return user.get_username() if user else UNKNOWN


@receiver(account.password_changed)
@receiver(account.password_set)
def password_changed(user: User, **_: Any) -> None:
    record("account.password_changed", user.get_username())


@receiver(account.password_reset)
def password_reset(user: User, **_: Any) -> None:
    record("account.password_set_by_link", user.get_username())


@receiver(second_factor.authenticator_added)
def factor_added(user: User, authenticator: Any, **_: Any) -> None:
    record("account.second_factor_added", user.get_username(), type=str(authenticator.type))


@receiver(second_factor.authenticator_removed)
def factor_removed(user: User, authenticator: Any, **_: Any) -> None:
    record("account.second_factor_removed", user.get_username(), type=str(authenticator.type))


@receiver(second_factor.authenticator_reset)
def factor_renewed(user: User, authenticator: Any, **_: Any) -> None:
    record("account.second_factor_renewed", user.get_username(), type=str(authenticator.type))


@receiver(second_factor.authentication_failed)
def factor_failed(user: User, **_: Any) -> None:
    record("account.second_factor_failed", user.get_username(), by=SIGN_IN)


@receiver(single_sign_on.social_account_added)
def connected(sociallogin: Any, **_: Any) -> None:
    record("account.single_sign_on_connected", sociallogin.user.get_username())
