"""What does one reader see of a finding that it may read?

A finding may be released after words were taken out of it, or rest on data that went to fewer: who reads it now sees
no reason and no earlier value from a time when it was not addressed to him or her, and no row or digest of a table
version that is hidden from him or her.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from bluehelm.disclosure import may_read
from bluehelm.store import Store, StoreError
from bluehelm.web.findings.models import Change, Decision, Evidence, Finding
from bluehelm.web.posts.acting import Actor

OF_THE_ANSWER = ("decision.", "action.", "step.", "effect.")
"""Deeds of those who answer a finding, as against those who report it."""

Versions = frozenset[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Sight:
    """What an actor sees: whether accounts are named, which cited versions, and the words of which changes and
    decisions, by their row versions and keys."""

    actor: Actor
    names: bool
    versions: Versions
    changes: frozenset[int]
    decisions: frozenset[int]

    def fields_of(self, change: Change) -> dict[str, Any]:
        """What a change changed; nothing of a change whose words are hidden, and no row of a hidden version."""
        if change.row_version not in self.changes:
            return {}
        hidden = {"evidence"} if self._hides_evidence(change.finding) else set()
        return {name: pair for name, pair in change.fields.items() if name not in hidden}

    def reason_of(self, change: Change) -> str:
        return change.reason if change.row_version in self.changes else ""

    def why(self, decision: Decision) -> str:
        return decision.why if decision.pk in self.decisions else ""

    def modified_to(self, decision: Decision) -> str:
        return decision.modified_to if decision.pk in self.decisions else ""

    def who_of(self, change: Change) -> tuple[str, str]:
        """Account and post of a change; where accounts are not named, only the posts of those who answered it.

        Whether a post is shown depends on the deed and not on who did it: gaps would point to who reported it.
        """
        if self.names:
            return change.by, change.post
        return "", change.post if change.deed.startswith(OF_THE_ANSWER) else ""

    def sees(self, evidence: Evidence) -> bool:
        return evidence.version is None or (evidence.table, evidence.version) in self.versions

    def _hides_evidence(self, finding: Finding) -> bool:
        return not all(map(self.sees, finding.evidence.all()))


def sight_of(finding: Finding, actor: Actor) -> Sight:
    """What the actor sees of a finding; tables are asked as whoever reads at the moment."""
    changes = _readable_changes(finding, actor)
    return Sight(
        actor,
        actor.sees("finding", "raised_by"),
        versions_seen([finding]),
        changes,
        _readable_decisions(finding, changes),
    )


def versions_seen(findings: Iterable[Finding]) -> Versions:
    """The table versions that these findings cite and whoever reads at the moment may see."""
    store, cited = Store(settings.BLUEHELM_HOME), {one for finding in findings for one in _cited(finding)}
    return frozenset(one for one in cited if _is_shown(store, *one))


def _cited(finding: Finding) -> Iterable[tuple[str, int]]:
    return ((one.table, one.version) for one in finding.evidence.all() if one.version is not None)


def _is_shown(store: Store, table: str, version: int) -> bool:
    try:
        store.version(table, version)
    except StoreError:
        return False
    return True


def _readable_changes(finding: Finding, actor: Actor) -> frozenset[int]:
    """The changes before and after which the actor could read the finding."""
    reader, before, seen = actor.reader_of("finding"), True, set()
    for change in finding.changes.all():
        after = may_read(reader, change.label)
        if before and after:
            seen.add(change.row_version)
        before = after
    return frozenset(seen)


def _readable_decisions(finding: Finding, changes: frozenset[int]) -> frozenset[int]:
    """The decisions that stand, and earlier ones that were taken when the actor could read the finding."""
    asked = list(finding.recommendations.all())
    taken = sorted(decision.pk for one in asked for decision in one.decisions.all())
    noted = [change.row_version for change in finding.changes.all() if change.deed.startswith("decision.")]
    standing = {one.decision.pk for one in asked if one.decision}
    return frozenset(standing | {pk for pk, number in zip(taken, noted, strict=True) if number in changes})
