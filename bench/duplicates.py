"""How many of the known duplicates are proposed, and how many proposals are none?

    python -m bench.duplicates

Reports are made from a seed: events in towns over some weeks, a third of them reported twice or thrice by others who
place, time, count and word them differently. Seed 0 is where the points in definitions/duplicate_reports.yaml were
chosen; the others measure. Printed: precision, recall, pairs compared a second.
"""

import random
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bluehelm.definitions.report_types import packaged_duplicate_rules, packaged_report_types
from bluehelm.situation.duplicates import candidate_pairs
from bluehelm.situation.reports import Harm, Party, Range, Report

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
TOWNS = [(f"{start}{end}", 4.0 + row * 0.45, 28.0 + column * 0.45)
         for row, start in enumerate(("Ban", "Dor", "Kel", "Mor", "Sil", "Tor"))
         for column, end in enumerate(("dra", "gash", "lek", "mesh", "vok"))]  # fmt: skip
GROUPS = ("Front of the North", "Blue Brigade", "Hill militia", "River militia", "state army", "border police")
OPENINGS = (
    "Armed men came at night to {place}", "{who} attacked {place}", "Shots were heard in {place}",
    "Residents of {place} told of an attack by {who}", "A patrol found traces of fighting near {place}",
)  # fmt: skip
DETAILS = (
    "houses were burnt at the market", "cattle were driven off to the east", "the road to the river was closed",
    "people fled to the school and the church", "the clinic was emptied of medicine", "two boats were taken at a ford",
    "the chief asked for a patrol", "a checkpoint was set up on the bridge", "the well was damaged by a grenade",
    "traders were held until dusk", "a convoy waited for hours", "women on the way to the fields were stopped",
)  # fmt: skip
WORDS = {"houses": "homes", "burnt": "set on fire", "cattle": "cows", "driven off": "stolen", "fled": "ran",
         "boats": "canoes", "taken": "seized", "held": "kept", "traders": "merchants", "people": "villagers",
         "damaged": "broken", "emptied": "robbed"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measured:
    """Of `known` pairs so many were found, of `proposed` so many are right."""

    known: int
    proposed: int
    right: int

    @property
    def precision(self) -> float:
        return self.right / self.proposed

    @property
    def recall(self) -> float:
        return self.right / self.known


def synthetic_reports(seed: int, events: int = 600, days: int = 90) -> tuple[list[Report], set[tuple[int, int]]]:
    """Reports, and the pairs of them that speak of one event."""
    chance, reports, known = random.Random(seed), [], set()
    for _ in range(events):
        first = _report(chance, len(reports) + 1, days)
        told = [first, *(_again(chance, first) for _ in range(chance.choices((0, 1, 2), (66, 24, 10))[0]))]
        numbered = [replace(one, key=len(reports) + 1 + place) for place, one in enumerate(told)]
        known |= {(one.key, other.key) for one in numbered for other in numbered if one.key < other.key}
        reports += numbered
    return reports, known


def _report(chance: random.Random, key: int, days: int) -> Report:
    place, latitude, longitude = chance.choice(TOWNS)
    at = FIRST + timedelta(minutes=chance.randrange(days * 1440))
    who, whom = chance.sample(GROUPS, 2)
    kind = chance.choice([one.type for one in packaged_report_types().of_sort("incident")])
    text = ". ".join([chance.choice(OPENINGS).format(place=place, who=who), *chance.sample(DETAILS, 2)])
    return Report(
        key, kind, at, at + timedelta(hours=chance.choice((0, 1, 3, 6))), "hours", place, "map", 2,
        latitude + chance.gauss(0, 0.02), longitude + chance.gauss(0, 0.02),
        (Party(who, "perpetrator"), Party(whom, "target")), _killed(chance, chance.choice((0, 0, 1, 2, 4, 9))), text,
    )  # fmt: skip


def _killed(chance: random.Random, number: int) -> tuple[Harm, ...]:
    if chance.random() < 0.3:
        return ()
    return (Harm("killed", Range(max(0, number - chance.choice((0, 0, 1))), number + chance.choice((0, 0, 2)))),)


def _again(chance: random.Random, first: Report) -> Report:
    """The same event as somebody else tells it: later, farther, in other words, with another toll or none."""
    late = timedelta(hours=abs(chance.gauss(0, 6)))
    who = () if chance.random() < 0.25 else first.parties[: chance.choice((1, 2))]
    killed = next((harm.total for harm in first.harm if harm.total), None)
    off = 0 if killed is None else max(0, killed.low + chance.choice((-2, -1, 0, 0, 0, 1, 3)))
    types = [one.type for one in packaged_report_types().of_sort("incident")]
    has_point = chance.random() > 0.15
    return replace(
        first,
        type=first.type if chance.random() < 0.8 else chance.choice(types),
        from_at=first.from_at + late,
        until_at=first.until_at + late,
        latitude=first.latitude + chance.gauss(0, 0.06) if has_point and first.latitude else None,
        longitude=first.longitude + chance.gauss(0, 0.06) if has_point and first.longitude else None,
        parties=who,
        harm=_killed(chance, off),
        narrative=_reworded(chance, first),
    )


def _reworded(chance: random.Random, first: Report) -> str:
    _opening, *details = first.narrative.split(". ")
    kept = [detail for detail in details if chance.random() < 0.7] or [chance.choice(DETAILS)]
    text = ". ".join([chance.choice(OPENINGS).format(place=first.place, who="armed men"), *kept])
    for word, other in WORDS.items():
        text = text.replace(word, other) if chance.random() < 0.5 else text
    return text


def measure(seed: int, propose_from: int | None = None) -> Measured:
    rules = packaged_duplicate_rules()
    reports, known = synthetic_reports(seed)
    asked = rules.model_copy(update={"propose_from": propose_from or rules.propose_from})
    found = {(pair.first, pair.second) for pair in candidate_pairs(reports, asked)}
    return Measured(len(known), len(found), len(found & known))


def main() -> None:
    for seed in range(6):
        begun = time.process_time()
        one = measure(seed)
        seconds = time.process_time() - begun
        print(f"seed {seed}: known {one.known}, proposed {one.proposed}, right {one.right}, "
              f"precision {one.precision:.3f}, recall {one.recall:.3f}, {seconds:.2f} s")  # fmt: skip
    for least in range(45, 90, 5):
        one = measure(0, least)
        print(f"seed 0, propose from {least}: precision {one.precision:.3f}, recall {one.recall:.3f}")


if __name__ == "__main__":
    main()
