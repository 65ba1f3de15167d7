"""How does what the quality watch noticed become proposals in the ledger?

Each is proposed once, however often the watch runs, and goes to whom its data may be shown; a person raises or
dismisses it.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from django.db import transaction

from bluehelm.disclosure import EVERYONE, Label, combined
from bluehelm.situation.quality import DataFinding
from bluehelm.spine import RowRef
from bluehelm.store import Store
from bluehelm.web.findings.actions import propose_finding
from bluehelm.web.findings.models import Finding
from bluehelm.workflows.readers import label_of

SEVERITIES = ("low", "medium", "high", "critical")

THOSE_WHO_USE_DATA = frozenset({"missions", "headquarters", "researchers"})
"""A doubt about open data concerns those who work with it, not whoever passes by."""


@transaction.atomic
def propose_noticed(home: Path, noticed: Iterable[DataFinding], on: date, *, at_least: str = "high") -> list[Finding]:
    """Propose what is at least as grave as this, gravest first; what was proposed before is found again."""
    store, least = Store(home), SEVERITIES.index(at_least)
    grave = [one for one in noticed if SEVERITIES.index(one.severity) >= least]
    grave.sort(key=lambda one: (-SEVERITIES.index(one.severity), one.key))
    return [propose_finding(found=one.as_finding(on), key=one.key[:200], label=_label(store, one)) for one in grave]


def _label(store: Store, one: DataFinding) -> Label:
    """What the versions it rests on have in common, and no more than those who use data."""
    cited = {(ref.table, ref.version) for ref in one.evidence if isinstance(ref, RowRef)}
    label = combined(label_of(store.version(table, number).label) for table, number in sorted(cited))
    return Label(label.marking, THOSE_WHO_USE_DATA) if EVERYONE in label.releasable_to else label
