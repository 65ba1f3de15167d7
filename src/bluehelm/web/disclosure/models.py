"""Which counts about people left, as they were shown, to whom, when and why?

A release stands: what has left cannot be called back, and the next one is checked against it.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from bluehelm.web.posts.marked import MarkedRecord


class Release(MarkedRecord):
    """Counts of one table version that left: by which dimensions, with every figure as it was shown.

    A table whose rows are counts has no dimensions and no figures here: small parts are held back row by row.
    """

    kind: ClassVar[str] = "table"

    table = models.CharField(_("table"), max_length=60)
    number = models.PositiveIntegerField(_("version of the table"))
    rows_sha256 = models.CharField(_("digest of the rows"), max_length=64, db_index=True)
    dimensions = models.CharField(_("counted by"), max_length=200, blank=True)
    figures = models.TextField(_("figures as they were shown"), blank=True)
    held_back = models.PositiveIntegerField(_("figures held back"))
    sha256 = models.CharField(_("digest of what left"), max_length=64)
    reason = models.TextField(_("reason"), blank=True)
    released_at = models.DateTimeField(_("released"))
    released_by = models.CharField(_("by"), max_length=160)
    post = models.CharField(_("post"), max_length=120, blank=True)

    class Meta(MarkedRecord.Meta):
        ordering = ("released_at", "pk")
        verbose_name = _("release")

    def __str__(self) -> str:
        return f"{self.table} {self.number} by {self.dimensions or 'rows'}"
