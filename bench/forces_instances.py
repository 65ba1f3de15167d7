"""What do requirements and pledges of any number look like, when nobody's real ones may be shown?

Contributors, missions and numbers are invented; the same seed gives the same rows. Words are drawn with the unevenness
of the field: infantry is offered in plenty, helicopters and hospitals are not.
"""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

REQUIREMENT_COLUMNS = "id mission capability strength from until min_level languages priority accepts_parts area tasks"
PLEDGE_COLUMNS = (
    "id contributor capability strength level available_from available_until languages caveats joint_group "
    "splits_into women monthly_cost"
)
SLOT_COLUMNS = "id capability from until"
OFFER_COLUMNS = "id contributor capability available_from available_until min_tour max_tour max_tours monthly_cost"

# capability: strength from, to, share of requirements, share of pledges
CAPABILITIES = {
    "infantry": (400, 850, 24, 34),
    "formed-police": (120, 160, 18, 18),
    "engineering": (120, 260, 14, 12),
    "transport": (100, 220, 10, 10),
    "hospital-level-2": (60, 90, 8, 6),
    "helicopter-utility": (80, 120, 8, 4),
    "signals": (60, 140, 8, 8),
    "riverine": (60, 120, 5, 4),
    "special-forces": (80, 160, 5, 4),
}
MISSIONS = [f"MISSION-{letter}" for letter in "ABCDEFGH"]
AREAS = ["north", "south", "east", "west", "centre"]
TASKS = ["night-patrol", "convoy", "river-patrol", "quick-reaction", "guard", "checkpoint"]
LANGUAGES = ["en", "fr", "ar", "es"]
LEVELS = ["L1", "L2", "L3", "RDL"]
START = date(2027, 1, 1)

Row = dict[str, str]


def demand(number: int, chance: random.Random) -> list[Row]:
    """Requirement rows."""
    return [_requirement(place, chance) for place in range(1, number + 1)]


def offers(number: int, chance: random.Random, *, joint: float = 0.0, split: float = 0.0) -> list[Row]:
    """Pledge rows; `joint` and `split` are the shares that stand in a joint group or may be split."""
    rows = [_pledge(place, chance) for place in range(1, number + 1)]
    alone = chance.sample(range(number), number)
    for group in range(int(number * joint) // 2):
        first, second = rows[alone.pop()], rows[alone.pop()]
        for field in ("capability", "available_from", "available_until"):
            second[field] = first[field]
        first["joint_group"] = second["joint_group"] = f"G{group + 1:04d}"
    for place in alone[: int(number * split)]:
        rows[place]["splits_into"] = str(chance.choice([2, 3, 4]))
    return rows


def contributors(number: int, chance: random.Random, *, most: tuple[int, int] = (3, 40)) -> list[Row]:
    return [{"contributor": name, "max_units": str(chance.randint(*most))} for name in _contributors(number)]


def slots(number: int, months: int, chance: random.Random) -> list[Row]:
    """Rotation slots within so many months."""
    rows = []
    for place in range(1, number + 1):
        first = chance.randint(0, months // 4)
        last = chance.randint(first + months // 2, months - 1)
        capability = _drawn(2, chance)
        rows.append({"id": f"S{place:04d}", "capability": capability, "from": _month(first), "until": _month(last)})
    return rows


def tours_offered(number: int, months: int, chance: random.Random, tours: tuple[int, int] | None = None) -> list[Row]:
    """Rotation offers within so many months; with `tours` every tour may last from the first to the second number."""
    rows = []
    for place in range(1, number + 1):
        first = chance.randint(0, months - 6)
        usual = chance.choice([(6, 6), (6, 6), (3, 6), (6, 12)])
        shortest, longest = tours or usual
        rows.append(
            {
                "id": f"O{place:04d}",
                "contributor": chance.choice(_contributors(60)),
                "capability": _drawn(3, chance),
                "available_from": _month(first),
                "available_until": _month(min(months - 1, first + chance.randint(5, 14))),
                "min_tour": str(shortest),
                "max_tour": str(longest),
                "max_tours": str(chance.choice([1, 1, 2, 3])),
                "monthly_cost": str(chance.randrange(200, 900) * 1000),
            }
        )
    return rows


def write(path: Path, rows: list[Row], columns: str) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns.split(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def _requirement(place: int, chance: random.Random) -> Row:
    capability = _drawn(2, chance)
    low, high = CAPABILITIES[capability][:2]
    begins = START + timedelta(days=chance.randrange(0, 365))
    return {
        "id": f"R{place:05d}",
        "mission": chance.choice(MISSIONS),
        "capability": capability,
        "strength": str(chance.randrange(low // 2, high, 10)),
        "from": begins.isoformat(),
        "until": (begins + timedelta(days=chance.choice([180, 364]))).isoformat(),
        "min_level": chance.choices(LEVELS, [10, 50, 30, 10])[0],
        "languages": "|".join(chance.sample(LANGUAGES, chance.choice([0, 1, 1, 2]))),
        "priority": str(chance.choices([1, 2, 3, 4, 5], [15, 25, 30, 20, 10])[0]),
        "accepts_parts": "true" if capability == "formed-police" else "false",
        "area": chance.choice(AREAS),
        "tasks": "|".join(chance.sample(TASKS, chance.choice([0, 1, 2]))),
    }


def _pledge(place: int, chance: random.Random) -> Row:
    capability = _drawn(3, chance)
    low, high = CAPABILITIES[capability][:2]
    strength = chance.randrange(low, high + 1, 10)
    begins = START + timedelta(days=chance.randrange(-180, 365))
    caveats = [
        *([f"area:{chance.choice(AREAS)}"] if chance.random() < 0.12 else []),
        *([f"task:{chance.choice(TASKS)}"] if chance.random() < 0.2 else []),
        *([f"mission:{chance.choice(MISSIONS)}"] if chance.random() < 0.1 else []),
    ]
    return {
        "id": f"P{place:05d}",
        "contributor": chance.choice(_contributors(80)),
        "capability": capability,
        "strength": str(strength),
        "level": chance.choices(LEVELS, [20, 45, 25, 10])[0],
        "available_from": begins.isoformat(),
        "available_until": (begins + timedelta(days=chance.choice([364, 729, 1094]))).isoformat(),
        "languages": "|".join(chance.sample(LANGUAGES, chance.choice([1, 1, 2]))),
        "caveats": "|".join(caveats),
        "joint_group": "",
        "splits_into": "",
        "women": str(strength * chance.randrange(2, 20) // 100),
        "monthly_cost": str(strength * 1400 + chance.randrange(20, 400) * 1000),
    }


def _drawn(share: int, chance: random.Random) -> str:
    return chance.choices(list(CAPABILITIES), [row[share] for row in CAPABILITIES.values()])[0]


def _contributors(number: int) -> list[str]:
    return [f"X{place:02d}" for place in range(1, number + 1)]


def _month(number: int) -> str:
    return f"{START.year + number // 12:04d}-{number % 12 + 1:02d}"
