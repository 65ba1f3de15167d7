"""Which reads of restricted reports, products and requests stand in the audit?"""

from collections.abc import Iterable, Sequence

from bluehelm.disclosure import Marking
from bluehelm.web.audit.reads import append_read
from bluehelm.web.posts.acting import Actor
from bluehelm.web.posts.marked import MarkedRecord
from bluehelm.web.reports.models import InformationRequest, Product, Report


def note_read(actor: Actor, found: Sequence[Report]) -> None:
    """Reads of restricted reports."""
    _note(actor, "report", found)


def note_products(actor: Actor, found: Sequence[Product]) -> None:
    """Reads of restricted products."""
    _note(actor, "report_product", found)


def note_requests(actor: Actor, found: Sequence[InformationRequest]) -> None:
    """Reads of restricted requests for information."""
    _note(actor, "report_request", found)


def _note(actor: Actor, kind: str, found: Iterable[MarkedRecord]) -> None:
    restricted = [record for record in found if record.marking > Marking.UNCLASSIFIED.value]
    if restricted and actor.account:
        append_read(
            kind=kind,
            keys=[str(record.pk) for record in restricted],
            by=actor.account,
            post=actor.post_code,
            marking=max(record.marking for record in restricted),
        )
