"""Which deeds let counts about people leave?

Each leaves a record of what was shown and one audit entry, in one transaction. Releases go one at a time, so that two
at once cannot each be safe alone and reveal a count together.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import connections, router, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bluehelm.disclosure import Label, Marking
from bluehelm.disclosure.figures import Figure
from bluehelm.disclosure.suppression import Suppressed
from bluehelm.store import Store, Version
from bluehelm.web.audit.entries import append_entry, wait_for_the_chain
from bluehelm.web.data.actions import SHORTEST_REASON, ReleaseError
from bluehelm.web.disclosure.models import Release
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.models import Audience
from bluehelm.workflows.readers import label_of
from bluehelm.workflows.release_counts import counts_to_release, is_added_to, refuse_grown_by_few


@transaction.atomic
def release_counts(
    *, table: str, number: int, by_dimensions: Sequence[str], to: frozenset[str], reason: str, by: Actor
) -> tuple[Release, Suppressed]:
    """Let the counts of a table version leave to an audience, small ones held back; the record and what is shown.

    It takes the right to release at the version's marking. DisclosureError when the counts would reveal somebody, alone
    or with what has left already; StoreError, ReleaseError and NotAllowedError as for a version. Audiences talk to each
    other: what left to any of them counts.
    """
    store = Store(Path(settings.BLUEHELM_HOME))
    version = store.version(table, number)
    marking = label_of(version.label).marking
    if not by.may_read("table", label_of(version.label)):
        raise NotAllowedError(_("Only who may read the table releases its counts."))
    by.require("release", "table", marking)
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReleaseError(_("Say in a few words why; the reason stands in the audit."))
    wait_for_the_chain(connections[router.db_for_write(Release)])
    left = Release.objects.filter(table=table).exclude(figures="").order_by("pk")
    of_these_rows = Q(rows_sha256=version.rows_sha256)
    rows = store.scan(version).collect()
    safe = counts_to_release(rows, table, by_dimensions, _figures_left(left.filter(of_these_rows)))
    if is_added_to(table):
        refuse_grown_by_few(safe.figures, _figures_left(left.exclude(of_these_rows)))
    shown = text_of(safe.figures)
    held_back = sum(figure.count is None for figure in safe.figures)
    label = Label(Marking.UNCLASSIFIED, to)
    return _keep(version, label, ", ".join(by_dimensions), shown, held_back, _sha256(shown), reason.strip(), by), safe


def _figures_left(releases: QuerySet[Release]) -> list[list[Figure]]:
    return [figures_of(text) for text in releases.values_list("figures", flat=True)]


@transaction.atomic
def note_export(*, version: Version, to: frozenset[str], held_back: int, sha256: str, by: Actor) -> Release:
    """Note that a table of counts about people left as a file, with so many cells held back."""
    label = Label(label_of(version.label).marking, to)
    return _keep(version, label, "", "", held_back, sha256, "", by)


@transaction.atomic
def note_plan_paper(
    *, mission: str, number: int, plan_sha256: str, label: Label, held_back: int, sha256: str, reason: str, by: Actor
) -> Release:
    """Note that a paper with values of a mission's plan left, with so many of them held back."""
    plan = _Counted(f"plan {mission}"[:60], number, plan_sha256)
    return _keep(plan, label, "", "", held_back, sha256, reason, by)


class _Counts(Protocol):
    """What counts are of: a version of a table, or of a plan."""

    @property
    def table(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def rows_sha256(self) -> str: ...


@dataclass(frozen=True, slots=True)
class _Counted:
    table: str
    version: int
    rows_sha256: str


def _keep(
    version: _Counts, label: Label, dimensions: str, figures: str, held_back: int, sha256: str, reason: str, by: Actor
) -> Release:
    made = Release.objects.create(
        table=version.table,
        number=version.version,
        rows_sha256=version.rows_sha256,
        dimensions=dimensions,
        figures=figures,
        held_back=held_back,
        sha256=sha256,
        reason=reason,
        released_at=timezone.now(),
        released_by=by.account or "system:export",
        post=by.post_code,
        marking=label.marking.value,
        releasable_to=Audience.of(label.releasable_to),
    )
    append_entry(
        deed="counts.released",
        kind="release",
        key=str(made.pk),
        by=made.released_by,
        post=by.post_code,
        detail={
            "table": f"{version.table}/{version.version}",
            "dimensions": dimensions,
            "held_back": held_back,
            "sha256": sha256,
        },
        reason=reason,
        marking=label.marking.value,
        audience="|".join(sorted(label.releasable_to)),
    )
    return made


def text_of(figures: Sequence[Figure]) -> str:
    """Figures as a record keeps them."""
    listed = [[[list(pair) for pair in figure.of], figure.count] for figure in figures]
    return json.dumps(listed, ensure_ascii=False, separators=(",", ":"))


def figures_of(text: str) -> list[Figure]:
    """The figures that a record keeps."""
    return [Figure(tuple((name, level) for name, level in of), count) for of, count in json.loads(text)]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
