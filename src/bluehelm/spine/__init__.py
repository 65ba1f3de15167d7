"""Which plain types does everything share, whatever domain it started in?

A leaf: it knows nothing of files, databases or the clock. Every number shown to a person names the
`VersionRef` it was computed from, and every domain may return a `Finding`.
"""

from bluehelm.spine.chain import (
    Action,
    ChainError,
    Decision,
    Effect,
    EvidenceRef,
    Explanation,
    Finding,
    Judgement,
    Measurement,
    NotObservable,
    Recommendation,
    RecordRef,
    RowRef,
    Step,
    is_software,
)
from bluehelm.spine.course import NotPossibleError, State, next_state, standing, verbs
from bluehelm.spine.versions import DefinitionRef, VersionRef

__all__ = [
    "Action",
    "ChainError",
    "Decision",
    "DefinitionRef",
    "Effect",
    "EvidenceRef",
    "Explanation",
    "Finding",
    "Judgement",
    "Measurement",
    "NotObservable",
    "NotPossibleError",
    "Recommendation",
    "RecordRef",
    "RowRef",
    "State",
    "Step",
    "VersionRef",
    "is_software",
    "next_state",
    "standing",
    "verbs",
]
