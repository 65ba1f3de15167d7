"""Who is a user, and which tokens let a program act for one?

Our own user model from the first migration: Django cannot change it later without rebuilding the database.
"""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person who signs in. Rights belong to posts with dates, not to this record."""

    is_demo = models.BooleanField(
        _("made for the demonstration"),
        default=False,
        editable=False,
        help_text=_("Can be signed into with one click while the demonstration runs, and never in production."),
    )
    language = models.CharField(_("language"), max_length=10, blank=True)


class ApiToken(models.Model):
    """Lets a program act for a person in one post, with some of that post's rights, until a day.

    Only the digest of the secret is kept: the secret has 256 random bits, so that a plain SHA-256 cannot be guessed.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="api_tokens", verbose_name=_("owner")
    )
    name = models.CharField(_("name"), max_length=80, help_text=_("What the token is for, such as: nightly export."))
    post_code = models.CharField(_("post"), max_length=60)
    scopes = models.JSONField(_("scopes"), default=list)
    beginning = models.CharField(_("begins with"), max_length=8, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    last_used_on = models.DateField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        ordering = ("-made_at", "-pk")
        verbose_name = _("API token")

    def __str__(self) -> str:
        return self.name
