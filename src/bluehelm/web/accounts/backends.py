"""Which accounts may be used at all?"""

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser


class Accounts(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Asked at every request, so that closing an account ends its sessions at once."""

    def user_can_authenticate(self, user: AbstractBaseUser | AnonymousUser | None) -> bool:
        """Whether the account is open; one of the demonstration never is in production."""
        is_shut = settings.BLUEHELM_PRODUCTION and getattr(user, "is_demo", False)
        return bool(super().user_can_authenticate(user)) and not is_shut
