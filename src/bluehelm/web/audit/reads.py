"""Who has looked at which restricted record, and which entries may an auditor read?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from bluehelm.definitions.audit import ReadRules, parse_read_rules
from bluehelm.definitions.packaged import packaged_text
from bluehelm.definitions.rights import LEVELS
from bluehelm.web.audit.chain import JSON, canonical
from bluehelm.web.audit.entries import AuditError, append_entry, as_text
from bluehelm.web.audit.models import Entry

if TYPE_CHECKING:
    from bluehelm.web.posts.acting import Actor

KIND = "audit_entry"
READ = "record.read"


class ReasonAskedError(AuditError):
    """This record is shown only to whoever says why; nothing was shown."""


@lru_cache(maxsize=1)
def read_rules() -> ReadRules:
    """The reviewed definition that the package carries."""
    return parse_read_rules(packaged_text("audit.yaml"), "audit.yaml")


def reason_is_asked(kind: str, marking: int) -> bool:
    """Whether a record of this kind and marking is shown only after a reason was given."""
    return read_rules().of(kind).asks(marking)


def append_read(
    *, kind: str, keys: Iterable[str], by: str, post: str = "", reason: str = "", marking: int = 0, audience: str = ""
) -> Entry | None:
    """Write that these records of one kind were shown: one entry for a record, one for a list of them.

    `marking` is the highest among them. None when the definition of reads asks no entry, when nothing was shown, or
    when the same account read the same a short while ago. Raises ReasonAskedError when a reason is asked and missing.
    """
    rule, shown = read_rules().of(kind), sorted(set(keys))
    if rule.asks(marking) and not reason.strip():
        raise ReasonAskedError("Say why you open this record; the reason stands in the audit.")
    if not shown or not rule.writes(marking):
        return None
    key, detail = (shown[0], {}) if len(shown) == 1 else ("", {"keys": list[JSON](shown)})
    again = Entry.objects.filter(
        deed=READ, kind=kind, key=key, by=by, post=post, reason=reason, detail=canonical(detail), at__gt=_lately()
    )
    if again.exists():
        return None
    with transaction.atomic():
        return append_entry(
            deed=READ,
            kind=kind,
            key=key,
            by=by,
            post=post,
            detail=detail,
            reason=reason,
            marking=marking,
            audience=audience,
        )


def _lately() -> str:
    return as_text(timezone.now() - timedelta(minutes=read_rules().again_after_minutes))


def entries_for(actor: "Actor") -> QuerySet[Entry]:
    """The entries an actor may read: by the marking of the record they speak of, whoever it is addressed to.

    Whoever audits must see also what was addressed to others; an entry names records and never holds their content.
    """
    reached = [marking for marking in range(len(LEVELS)) if actor.may("read", KIND, marking)]
    return Entry.objects.filter(marking__in=reached)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are asked for; what is empty asks for nothing. Both days count, in UTC."""

    deed: str = ""
    by: str = ""
    kind: str = ""
    key: str = ""
    from_on: date | None = None
    until_on: date | None = None

    def among(self, entries: QuerySet[Entry]) -> QuerySet[Entry]:
        """The entries asked for, newest first. A deed may be given by its first word: `finding`."""
        if self.deed:
            entries = entries.filter(Q(deed=self.deed) | Q(deed__startswith=f"{self.deed.rstrip('.')}."))
        if self.key:
            # in a list of records that were read, the key stands in the detail
            listed = canonical(self.key)
            entries = entries.filter(Q(key=self.key) | Q(key="", deed=READ, detail__contains=listed))
        if self.from_on:
            entries = entries.filter(at__gte=f"{self.from_on.isoformat()}T")
        if self.until_on:
            entries = entries.filter(at__lt=f"{self.until_on.isoformat()}T99")  # after the day's last instant
        exactly = {name: value for name, value in (("by", self.by), ("kind", self.kind)) if value}
        return entries.filter(**exactly).order_by("-sequence")
