"""Which accounts has nobody used for long, and which of them are closed?

The last administrator's never is: nobody could open it again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from bluehelm.web.accounts.models import User
from bluehelm.web.accounts.recording import record

ADMINISTRATOR = "administrator"
DAY_SECONDS = 24 * 3600
TIDYING = "system:dormant accounts"


def last_seen_at(user: User) -> datetime:
    """When the account was last signed into, or opened if that never happened."""
    return user.last_login or user.date_joined


def administrators() -> list[User]:
    """The open accounts of those who occupy an administrator's post today."""
    from bluehelm.web.posts.models import Occupancy  # posts know accounts already

    held = Occupancy.objects.on(timezone.now().date()).filter(post__role=ADMINISTRATOR).values("person")
    return list(User.objects.filter(is_active=True, pk__in=held).order_by("pk"))


def dormant_for(days: int) -> list[User]:
    """The accounts that closing would close today, by name: not the demonstration's, not the last administrator's."""
    before = timezone.now() - timedelta(days=days)
    opened = User.objects.filter(is_active=True, is_demo=False).order_by("username")
    unused = [user for user in opened if last_seen_at(user) < before and not _has_working_token(user, before)]
    return _without_the_last_administrator(unused)


def close_dormant(*, days: int, by: str = TIDYING) -> list[User]:
    """Close what has not been used for so many days; the accounts that were closed."""
    with transaction.atomic():
        closed = dormant_for(days)
        for user in closed:
            user.is_active = False
            user.save(update_fields=["is_active"])
            record("account.closed", user.get_username(), by=by, reason=f"not used for {days} days")
    return closed


def close_dormant_once_a_day() -> None:
    """Done by the first sign-in of a day, whoever it is, before it is let in."""
    today = timezone.now().date()
    if cache.add(f"dormant-accounts-closed-{today}", True, DAY_SECONDS):
        close_dormant(days=settings.DORMANT_DAYS)


def _has_working_token(user: User, before: datetime) -> bool:
    return user.api_tokens.filter(revoked_at=None, last_used_on__gte=before.date()).exists()


def _without_the_last_administrator(dormant: Sequence[User]) -> list[User]:
    rulers = administrators()
    if not rulers or any(ruler not in dormant for ruler in rulers):
        return list(dormant)
    spared = max(rulers, key=lambda ruler: (last_seen_at(ruler), -ruler.pk))
    return [user for user in dormant if user != spared]
