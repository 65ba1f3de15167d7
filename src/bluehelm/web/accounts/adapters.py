"""Where do our rules differ from allauth's?"""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bluehelm.web.accounts.dormant import close_dormant_once_a_day
from bluehelm.web.accounts.factor_secrets import conceal_new, is_sealed, reveal
from bluehelm.web.accounts.models import User
from bluehelm.web.accounts.recording import record
from bluehelm.web.accounts.second_factor import has_second_factor, needs_second_factor
from bluehelm.web.secrets import SecretError


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts are opened by an administrator."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        super().pre_authenticate(request, **credentials)
        close_dormant_once_a_day()

    def clean_password(self, password: str, user: User | None = None) -> str:
        """Nobody of the demonstration gets one: they are signed into by a click, and nowhere else."""
        if user is not None and user.is_demo:
            raise ValidationError(_("People of the demonstration have no password."))
        return str(super().clean_password(password, user))


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    def encrypt(self, text: str) -> str:
        """The secret behind one-time codes, unreadable to whoever has only the database, or only a backup."""
        return conceal_new(text)

    def decrypt(self, encrypted_text: str) -> str:
        return reveal(encrypted_text) if is_sealed(encrypted_text) else opened_before(encrypted_text)

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Not the last one of somebody whose role needs it."""
        user = authenticator.user
        return not needs_second_factor(user) or has_second_factor(user, besides=authenticator.pk)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "bluehelm"}


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Whether somebody the issuer knows and we do not gets an account: one without a post, hence without rights."""
        return bool(settings.OIDC_OPENS_ACCOUNTS)

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> User:
        with transaction.atomic():
            user: User = super().save_user(request, sociallogin, form)
            record("account.opened", user.get_username(), by="system:single sign-on")
        return user


def opened_before(kept: str) -> str:
    """A factor's secret as earlier releases kept it, under the application's key; SecretError when it does not open.

    The next rotation keeps it as all others are.
    """
    try:
        return _keys().decrypt(kept.encode("ascii")).decode()
    except (InvalidToken, UnicodeEncodeError):
        raise SecretError("The secret of a second factor does not open: it is of another secret key.") from None


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _derived(key: str) -> bytes:
    made = HKDF(SHA256(), length=32, salt=None, info=b"bluehelm second factor").derive(key.encode())
    return base64.urlsafe_b64encode(made)
