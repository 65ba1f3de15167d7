"""A small cast of requirements and pledges, and strategies that draw many."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from bluehelm.forces.caveats import Caveat
from bluehelm.forces.supply import Level, Pledge, Requirement, contradictions

LADDER = ("L1", "L2", "L3", "RDL")
START = date(2027, 1, 1)


def level(name: str) -> Level:
    return Level(LADDER.index(name), name)


def requirement(name: str = "R1", **changes) -> Requirement:
    asked = Requirement(
        id=name,
        mission="M1",
        capability="police",
        strength=100,
        from_on=date(2027, 1, 1),
        until_on=date(2027, 12, 31),
        min_level=level("L2"),
        languages=frozenset(),
        priority=1,
        accepts_parts=False,
        area="north",
        tasks=frozenset({"convoy"}),
    )
    return replace(asked, **changes)


def pledge(name: str = "P1", **changes) -> Pledge:
    offered = Pledge(
        id=name,
        contributor="XAA",
        capability="police",
        strength=100,
        level=level("L2"),
        from_on=date(2026, 1, 1),
        until_on=date(2028, 12, 31),
        languages=frozenset({"fr"}),
        caveats=(),
        women=10,
        monthly_cost=1000,
    )
    return replace(offered, **changes)


languages = st.frozensets(st.sampled_from(["en", "fr"]), max_size=2)
days = st.sampled_from([0, 0, 0, 100])
caveats = st.lists(
    st.sampled_from([Caveat("mission", "M2"), Caveat("area", "south"), Caveat("task", "convoy")]), max_size=1
).map(tuple)


@st.composite
def requirements(draw, most: int = 5) -> list[Requirement]:
    return [
        requirement(
            f"R{number}",
            mission=draw(st.sampled_from(["M1", "M1", "M2"])),
            capability=draw(st.sampled_from(["police", "police", "infantry"])),
            strength=draw(st.integers(1, 12)) * 10,
            from_on=START + timedelta(days=draw(days)),
            min_level=level(draw(st.sampled_from(["L1", "L1", "L2"]))),
            languages=draw(languages),
            priority=draw(st.integers(1, 3)),
            accepts_parts=draw(st.booleans()),
            area=draw(st.sampled_from(["north", "south", ""])),
            tasks=frozenset(draw(st.lists(st.sampled_from(["convoy", "guard"]), max_size=1))),
        )
        for number in range(draw(st.integers(0, most)))
    ]


@st.composite
def pledges(draw, most: int = 7) -> list[Pledge]:
    made = []
    for number in range(draw(st.integers(0, most))):
        group = draw(st.sampled_from([None, None, None, "G1", "G2"]))
        made.append(
            pledge(
                f"P{number}",
                contributor=draw(st.sampled_from(["XAA", "XAB", "XAC"])),
                capability="police" if group else draw(st.sampled_from(["police", "police", "infantry"])),
                strength=draw(st.integers(1, 15)) * 10 + draw(st.sampled_from([0, 0, 1])),
                level=level(draw(st.sampled_from(["L1", "L2", "L2"]))),
                from_on=START + timedelta(days=draw(days)),
                languages=draw(languages),
                caveats=draw(caveats),
                joint_group=group,
                splits_into=1 if group else draw(st.sampled_from([1, 1, 2, 3])),
            )
        )
    return made


ceilings = st.dictionaries(st.sampled_from(["XAA", "XAB"]), st.sampled_from([None, 0, 1, 2]))


def is_sound(offered: list[Pledge]) -> bool:
    """Whether no joint group contradicts itself."""
    return not any(
        contradictions([one for one in offered if one.joint_group == group])
        for group in {one.joint_group for one in offered} - {None}
    )
