"""What followed on what was said: a hit, a miss, a false alarm, or a case where somebody acted?

Where action was taken it cannot be told whether the outlook was wrong or the action worked. Such cases are shown and
counted apart: they credit nobody, and models do not learn from them as if nothing had been done.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["hit", "miss", "false alarm", "quiet", "acted", "open", "unknown"]
VERDICTS: tuple[Verdict, ...] = ("hit", "miss", "false alarm", "quiet", "acted", "open", "unknown")


@dataclass(frozen=True, slots=True)
class Said:
    """That so many deaths or more would happen in a unit and month, with this probability; what was then observed.

    `observed` is None while nobody knows, `is_over` says whether the month has ended, `acted` whether anybody acted on
    what was said.
    """

    probability: float
    deaths: int
    observed: int | None
    is_over: bool
    acted: bool = False

    @property
    def happened(self) -> bool | None:
        return None if self.observed is None else self.observed >= self.deaths


def verdict(said: Said, warned_from: float) -> Verdict:
    """What followed, where a probability from `warned_from` on counts as a warning."""
    if not said.is_over:
        return "open"
    if said.happened is None:
        return "unknown"
    if said.acted:
        return "acted"
    if said.probability >= warned_from:
        return "hit" if said.happened else "false alarm"
    return "miss" if said.happened else "quiet"


def tally(verdicts: Iterable[Verdict]) -> dict[Verdict, int]:
    """How many of each; every verdict is listed, also at nought."""
    counted = Counter(verdicts)
    return {one: counted[one] for one in VERDICTS}


@dataclass(frozen=True, slots=True)
class Compared:
    """Mean Brier scores of a person's and the model's probabilities on the same cases; None where there are none."""

    cases: int
    own: float | None
    model: float | None


def compared(pairs: Iterable[tuple[float, Said]]) -> Compared:
    """A person's probabilities beside the model's: mean squared distance from what happened, 0 best (Brier 1950).

    Cases that are not over, not known, or where somebody acted are left out for both.
    """
    known = [
        ((own - bool(said.happened)) ** 2, (said.probability - bool(said.happened)) ** 2)
        for own, said in pairs
        if said.is_over and said.happened is not None and not said.acted
    ]
    if not known:
        return Compared(0, None, None)
    own, model = (sum(scores) / len(known) for scores in zip(*known, strict=True))
    return Compared(len(known), own, model)
