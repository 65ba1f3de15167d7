"""What does the table of the audit hold?

One row an entry. No foreign keys: an entry outlives the record and the account it speaks of. The instant and the
detail are kept as the very text that is hashed, so that no database's own way of writing them breaks the chain.
"""

from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from bluehelm.web.audit.chain import COLUMNS, Link


class AppendOnlyError(TypeError):
    """Somebody tried to write the audit otherwise than by `append_entry`."""

    def __init__(self) -> None:
        super().__init__("The audit is append-only: entries are written by append_entry and never changed or deleted.")


def _refuse(*_given: Any, **_named: Any) -> NoReturn:
    raise AppendOnlyError


class EntryQuerySet(models.QuerySet["Entry"]):
    """Reads entries; every way of writing them is refused."""

    update = delete = bulk_update = bulk_create = create = get_or_create = update_or_create = _refuse


class Entry(models.Model):
    """One deed: who did what to which record, when, from which post and why."""

    sequence = models.BigIntegerField(_("number"), primary_key=True)
    at = models.CharField(_("when (UTC)"), max_length=27, db_index=True)
    deed = models.CharField(_("deed"), max_length=80, db_index=True)
    by = models.CharField(_("by"), max_length=160, db_index=True)
    post = models.CharField(_("post"), max_length=120, blank=True)
    kind = models.CharField(_("kind of record"), max_length=80)
    key = models.CharField(_("record"), max_length=200)
    detail = models.TextField(_("detail"))
    reason = models.TextField(_("reason"), blank=True)
    marking = models.PositiveSmallIntegerField(_("marking"))
    audience = models.CharField(_("audience"), max_length=1000, blank=True)
    nonce = models.CharField(_("nonce"), max_length=32)
    # Unique, so that the database itself refuses a fork: two entries that both follow the same one.
    previous_hash = models.CharField(_("hash of the entry before"), max_length=64, unique=True)
    hash = models.CharField(_("hash"), max_length=64)

    objects = EntryQuerySet.as_manager()

    class Meta:
        db_table = "audit_entry"
        ordering = ("sequence",)
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = (models.Index(fields=("kind", "key"), name="audit_entry_kind_key"),)

    save = delete = _refuse

    def __str__(self) -> str:
        return f"{self.sequence} {self.deed}"

    @property
    def link(self) -> Link:
        return Link(**{name: getattr(self, name) for name in COLUMNS})
