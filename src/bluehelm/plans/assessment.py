"""Did the outcome change, did the mission contribute, and do those who judge it agree?

Assessors may answer alone before they meet; nobody sees the others' answers before giving an own one, and agreement is
a count and never an average of judgements.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

NEEDS_METHOD = frozenset({"community", "perception"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What one assessor holds, given alone: a word for the contribution, a confidence and the reason."""

    post: str
    contribution: str
    confidence: str
    rationale: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many answered, how many gave each word, and the share of pairs who gave the same; None below the fewest."""

    answers: int
    by_word: dict[str, int]
    share_of_pairs: float | None


def agreement(answers: Sequence[Answer], fewest: int) -> Agreement:
    """How far assessors agree on the contribution before they meet."""
    counts = Counter(answer.contribution for answer in answers)
    number = len(answers)
    alike = sum(count * (count - 1) for count in counts.values())
    share = alike / (number * (number - 1)) if number >= max(fewest, 2) else None
    return Agreement(number, dict(sorted(counts.items())), share)


def missing_of_evidence(kind: str, method: str, sample: str) -> list[str]:
    """What evidence of a kind must still say: what communities hold counts only with method and sample."""
    needed = (("method", method), ("sample", sample)) if kind in NEEDS_METHOD else ()
    return [name for name, said in needed if not said.strip()]
