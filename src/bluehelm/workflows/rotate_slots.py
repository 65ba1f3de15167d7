"""Which contributors keep which posts filled by turns, and which months stay open?

Reads the files, asks `forces`, and shapes the answer that the command and the pages give.
"""

import tempfile
import time
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from bluehelm.definitions.forces import packaged_matching
from bluehelm.forces.intake import read_slots, read_tour_offers
from bluehelm.forces.rotation import Rotation, Slot, Tour, faults, greedy, known_cost, measured, rotate
from bluehelm.forces.supply import ForcesError
from bluehelm.optimise.programs import Clock
from bluehelm.tables.months import from_ordinal
from bluehelm.workflows.plain_text import ReadFile, plain_text


@dataclass(frozen=True, slots=True)
class Rotated:
    """A rotation beside the hurried one; `seconds` is the wall time of everything, reading included."""

    slots: tuple[Slot, ...]
    rotation: Rotation
    greedy: tuple[int, Decimal]
    files: tuple[ReadFile, ...]
    seconds: float


def rotate_slots(slots: Path, offers: Path, *, time_limit: float | None = None) -> Rotated:
    """The best rotation; ForcesError with the problems of both files, IntakeError for a file that is no CSV."""
    started = time.perf_counter()
    problems: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        wanted, first = plain_text(slots, Path(folder), read_slots, problems)
        offered, second = plain_text(offers, Path(folder), read_tour_offers, problems)
    if wanted is None or offered is None:
        raise ForcesError(problems)
    rotation = rotate(wanted, offered, Clock(time_limit))
    if wrong := faults(rotation.tours):
        raise AssertionError(f"the rotation breaks its own rules: {wrong[:3]}")
    hurried = greedy(wanted, offered)
    in_a_hurry = measured(wanted, hurried)[0], known_cost(hurried)
    return Rotated(tuple(wanted), rotation, in_a_hurry, (first, second), time.perf_counter() - started)


def rotated_json(rotated: Rotated) -> dict[str, Any]:
    """The answer of `forces rotate`. Its cost leaves out tours of unknown cost; objective, bound and gap plan with them
    as with the dearest."""
    rotation = rotated.rotation
    (uncovered, cost), bound = rotation.objective, rotation.bound
    return {
        "status": "optimal" if rotation.is_proved else "feasible",
        "uncovered_months": uncovered,
        "cost": number(known_cost(rotation.tours)),
        "cost_unknown": [_tour_json(tour) for tour in rotation.tours if not tour.offer.is_cost_known],
        "tours": [_tour_json(tour) for tour in rotation.tours],
        "uncovered": [{"slot": slot, "months": months} for slot, months in uncovered_months(rotated).items()],
        "not_considered": list(packaged_matching().not_considered),
        "objective": [uncovered, number(cost)],
        "bound": [bound[0], number(bound[1])],
        "gap": [uncovered - bound[0], number(cost - bound[1])],
        "inputs": [{"name": file.name, "sha256": file.sha256} for file in rotated.files],
        "seconds": round(rotated.seconds, 3),
        "greedy": {"uncovered_months": rotated.greedy[0], "cost": number(rotated.greedy[1])},
    }


def uncovered_months(rotated: Rotated) -> dict[str, list[str]]:
    """The months in which nobody holds a slot, for each slot that has such months."""
    held: dict[str, set[int]] = {slot.id: set() for slot in rotated.slots}
    for tour in rotated.rotation.tours:
        held[tour.slot.id] |= set(range(tour.first, tour.last + 1))
    open_months = {
        slot.id: [from_ordinal(month) for month in range(slot.first, slot.last + 1) if month not in held[slot.id]]
        for slot in rotated.slots
    }
    return {slot: months for slot, months in sorted(open_months.items()) if months}


def _tour_json(tour: Tour) -> dict[str, str]:
    return {
        "slot": tour.slot.id,
        "offer": tour.offer.id,
        "contributor": tour.offer.contributor,
        "from": from_ordinal(tour.first),
        "until": from_ordinal(tour.last),
    }


def number(amount: Decimal) -> int | float:
    """An amount for JSON: whole where it is whole."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)
