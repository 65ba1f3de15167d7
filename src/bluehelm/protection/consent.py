"""How often is the mission hindered, out of how often it moved?

A rising number of incidents may be a rising number of patrols. Every count stands beside its denominator; a month in
which nobody counted the movements has a count and no rate, and a month without any report is unknown, not quiet.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

PER = 100


@dataclass(frozen=True, slots=True)
class Hindered:
    """One kind in one month: incidents, movements (None where not counted), incidents per 100 movements."""

    month: str
    kind: str
    incidents: int
    movements: int | None
    per_hundred: float | None


def hindered(incidents: Iterable[tuple[str, str]], movements: Mapping[str, int]) -> list[Hindered]:
    """Incidents (month, kind) beside the movements of each month, in the order of months and kinds.

    A month with movements and no incident of a kind has a true zero for each kind that is known at all.
    """
    listed = list(incidents)
    months = sorted({month for month, _ in listed} | movements.keys())
    kinds = sorted({kind for _, kind in listed})
    found = []
    for month in months:
        for kind in kinds:
            count, moved = listed.count((month, kind)), movements.get(month)
            if count or moved is not None:
                found.append(Hindered(month, kind, count, moved, count / moved * PER if moved else None))
    return found
