"""Is each constraint of the programs, and each rule of fit, what it was, written out for two units that meet it alone?

`python -m tests.forces.test_golden` writes the files anew; read what changed before it is committed.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from bluehelm.forces.caveats import Caveat
from bluehelm.forces.fit import gaps
from bluehelm.forces.matching import _Model
from bluehelm.forces.observers import Observer, TeamNeed, _Teams
from bluehelm.forces.pairs import Offers
from bluehelm.forces.rotation import Slot, TourOffer, _Tours
from bluehelm.forces.supply import units_of
from bluehelm.tables.months import from_ordinal, ordinal
from tests.forces.offers import START, level, pledge, requirement

FOLDER = Path(__file__).with_name("golden")

SMALL = requirement("R1", strength=40)
PARTS = pledge("P1", strength=120, splits_into=3)
MATCHING = {
    "one_unit_for_a_requirement": ([requirement("R1")], [pledge("P1"), pledge("P2", contributor="XAB")], {}),
    "one_requirement_for_a_unit": (
        [requirement("R1", languages=frozenset({"fr"})), requirement("R2", strength=90)],
        [pledge("P1"), pledge("P2", strength=80)],
        {},
    ),
    "ceiling": ([requirement("R1"), requirement("R2", capability="air")],
                [pledge("P1"), pledge("P2", capability="air")], {"XAA": 1}),
    "ceiling_of_a_joint_group": (
        [requirement("R1"), requirement("R2", capability="air")],
        [pledge("P1", strength=60, joint_group="G"), pledge("P2", strength=60, joint_group="G", contributor="XAB"),
         pledge("P3", capability="air", contributor="XAB")],
        {"XAB": 1},
    ),
    "parts_of_a_unit": ([SMALL, requirement("R2", strength=80, accepts_parts=True)], [PARTS], {}),
    "parts_in_one_mission": ([SMALL, requirement("R2", strength=40, mission="M2")], [PARTS], {}),
    "parts_count_once_towards_the_ceiling": (
        [SMALL, requirement("R2", capability="air")],
        [PARTS, pledge("P2", capability="air")],
        {"XAA": 1},
    ),
}  # fmt: skip


def written_matching(asked, offered, most):
    units = units_of(offered)
    model = _Model(asked, units, Offers(units).fitting(asked), most)
    pairs = model.pairs
    names = [
        f"{asked[r].id} by {'+'.join(units[u].pledge_ids)}"
        + (f" with {parts} of {units[u].parts} parts" if units[u].parts > 1 else "")
        for r, u, parts in zip(pairs.requirement.tolist(), pairs.unit.tolist(), pairs.parts.tolist(), strict=True)
    ]
    names += [f"a mission of {units[0].id}, number {n + 1}" for n in range(model.program.columns - len(names))]
    return written(model.program, names, range(len(model.program.most)))


def slot(last=3):
    return Slot("S1", "air", ordinal("2027-01"), ordinal("2027-01") + last)


def offer(name="O1", **changes):
    base = TourOffer(name, name, "air", ordinal("2027-01"), ordinal("2027-04"), 2, 2, 1, Decimal(100))
    return replace(base, **changes)


# name: slots, offers, and which rows: those of slots, of offers, of tours that meet, of the number of tours
ROTATION = {
    "a_slot_is_held_by_one": ([slot()], [offer(max_tours=None), offer("O2", max_tours=None)], "slots"),
    "an_offer_serves_one_slot": ([slot(1), replace(slot(1), id="S2")], [offer()], "offers"),
    "tours_of_one_offer_are_not_adjacent": ([slot()], [offer(max_tours=None)], "meeting"),
    "number_of_tours": ([slot()], [offer(), offer("O2", max_tours=2)], "number"),
}


# rule of fit: what breaks it alone in the second of two offers
FIT = {
    "capability": ({}, {"capability": "air"}),
    "level": ({}, {"level": level("L1")}),
    "availability": ({}, {"until_on": date(2027, 6, 30)}),
    "language": ({"languages": frozenset({"fr"})}, {"languages": frozenset({"en"})}),
    "caveat_of_a_mission": ({}, {"caveats": (Caveat("mission", "M1"),)}),
    "caveat_of_an_area": ({}, {"caveats": (Caveat("area", "north"),)}),
    "caveat_of_a_task": ({}, {"caveats": (Caveat("task", "convoy"),)}),
    "strength": ({}, {"strength": 99}),
}


def written_fit(asks, breaks):
    """Which of two units has a column for a requirement, and why the other has none."""
    asked, units = requirement("R1", **asks), units_of([pledge("P1"), pledge("P2", **breaks)])
    pairs = _Model([asked], units, Offers(units).fitting([asked]), {}).pairs
    lines = [f"R1 by {units[u].id}" for u in pairs.unit.tolist()]
    lines += [f"not by {one.id}: {why.code}, {why.needed} asked, {why.offered} offered"
              for one in units for why in gaps(asked, one)]  # fmt: skip
    return "\n".join(lines) + "\n"


NORTH = Observer("A", "XAA", frozenset({"fr"}), frozenset({"north"}), START)
EAST = Observer("B", "XAB", frozenset(), frozenset(), START)
TEAM = TeamNeed("T1", "north", 1, frozenset(), 1, False, 1)
OBSERVERS = {
    "size_of_a_team": ([NORTH, EAST], [replace(TEAM, size=2)]),
    "most_of_one_nationality": ([NORTH, replace(EAST, nationality="XAA")], [replace(TEAM, size=2)]),
    "language_of_a_team": ([NORTH, EAST], [replace(TEAM, languages=frozenset({"fr"}))]),
    "knowledge_of_the_area": ([NORTH, EAST], [replace(TEAM, needs_area_knowledge=True)]),
    "excluded_nationality": ([NORTH, EAST], [replace(TEAM, excluded_nationalities=frozenset({"XAB"}))]),
    "an_observer_serves_in_one_team": ([NORTH], [TEAM, replace(TEAM, id="T2")]),
}


def written_observers(roster, asked):
    model = _Teams(roster, asked)
    program = model.program()
    names = [one.id for one in asked] + [f"{roster[o].id} in {asked[t].id}" for t, o in model.pairs]
    return written(program, names, range(len(program.most)))


def written_rotation(slots, offers, rows):
    model = _Tours(slots, offers)
    program = model.program()
    ends = np.cumsum(
        [
            0,
            sum(one.last - one.first + 1 for one in slots),
            sum(one.last - one.first + 1 for one in offers),
            len(program.most) - program.equations - sum(one.max_tours is not None for one in offers),
        ]
    )
    ends = [*ends.tolist(), len(program.most)]
    place = ["slots", "offers", "meeting", "number"].index(rows)
    tours = [model.tour(n) for n in range(len(model.slot))]
    names = [f"{t.offer.id} in {t.slot.id} {from_ordinal(t.first)} to {from_ordinal(t.last)}" for t in tours]
    names += [f"{one.id} idle {from_ordinal(m)}" for one in [*slots, *offers] for m in range(one.first, one.last + 1)]
    return written(program, names, range(ends[place], ends[place + 1]))


def written(program, names, rows):
    """Each row as text: its columns with their values, then what they may add up to."""
    lines = []
    for row in rows:
        lines.append(f"row {row - rows[0]}:")
        held = program.row == row
        entries = sorted(zip(program.column[held].tolist(), program.value[held].tolist(), strict=True))
        lines += [f"{value:+g} {names[column]}" for column, value in entries]
        lines.append(f"{'=' if row < program.equations else '<='} {program.most[row]:g}")
    return "\n".join(lines) + "\n"


def texts():
    found = {f"matching_{name}": written_matching(*given) for name, given in MATCHING.items()}
    found |= {f"fit_{name}": written_fit(*given) for name, given in FIT.items()}
    found |= {f"observers_{name}": written_observers(*given) for name, given in OBSERVERS.items()}
    return found | {f"rotation_{name}": written_rotation(*given) for name, given in ROTATION.items()}


@pytest.mark.parametrize("name", texts())
def test_a_constraint_is_what_it_was(name):
    assert texts()[name] == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def test_every_golden_file_belongs_to_a_constraint():
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(texts())


if __name__ == "__main__":
    for name, text in texts().items():
        (FOLDER / f"{name}.txt").write_text(text, encoding="utf-8")
