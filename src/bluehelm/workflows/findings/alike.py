"""Which findings nearly say the same?

Proposed only, from what the reader may read anyway: a person decides whether two are one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process, utils


@dataclass(frozen=True, slots=True, order=True)
class Alike:
    """Another finding and how alike the texts are, from 0 to 100, whatever the order of their words."""

    finding: int
    likeness: float


def alike(text: str, others: Mapping[int, str], *, least: float, most: int = 10) -> list[Alike]:
    """The findings of `others` whose texts are at least so alike, the most alike first; empty when none is."""
    found = process.extract(
        text, others, scorer=fuzz.token_sort_ratio, processor=utils.default_process, score_cutoff=least, limit=None
    )
    ranked = sorted(found, key=lambda match: (-match[1], match[2]))
    return [Alike(finding, round(likeness, 1)) for _, likeness, finding in ranked[:most]]
