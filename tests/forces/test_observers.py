"""Are teams of mixed nationalities complete, and is no better set of teams possible?"""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluehelm.forces.caveats import Caveat
from bluehelm.forces.observers import Observer, TeamNeed, faults, form_teams, lacks
from bluehelm.forces.supply import ForcesError
from bluehelm.optimise.programs import Clock
from tests.forces.offers import level

pytest.importorskip("highspy")

START = date(2027, 1, 1)


def observer(name, nationality="AAA", languages="", areas="", day=0):
    return Observer(
        name, nationality, frozenset(languages.split()), frozenset(areas.split()), START + timedelta(days=day)
    )


def need(name="T1", **changes):
    base = TeamNeed(name, "north", 2, frozenset(), 1, False, 1)
    return replace(base, **changes)


def formed(observers, needs):
    roster = form_teams(observers, needs, Clock())
    assert faults(roster) == []
    assert roster.is_proved
    return roster


def members(roster):
    return {team.need.id: tuple(member.id for member in team.members) for team in roster.teams}


def test_a_team_mixes_nationalities_and_has_its_languages():
    offered = [observer("O1", "AAA", "fr"), observer("O2", "AAA", "ar"), observer("O3", "BBB"), observer("O4", "CCC")]
    roster = formed(offered, [need(languages=frozenset({"ar"}))])
    assert "O2" in members(roster)["T1"]
    assert "O1" not in members(roster)["T1"]


def test_a_team_that_cannot_be_complete_is_not_formed_and_says_what_lacks():
    offered = [observer("O1", "AAA"), observer("O2", "AAA")]
    roster = formed(offered, [need(languages=frozenset({"ar"}), needs_area_knowledge=True)])
    assert roster.teams == ()
    assert roster.short[0].lacks == (
        "nationalities: 2 needed, 1 with at most 1 of one",
        "language ar: nobody free speaks it",
        "area north: nobody free knows it",
    )
    assert roster.left == ("O1", "O2")


def test_who_leaves_before_the_team_does_or_is_under_its_level_is_no_candidate_and_is_told_why():
    stays = replace(observer("O1", "AAA", day=2), until_on=START + timedelta(days=90), level=level("L2"))
    leaves = replace(observer("O2", "BBB"), until_on=START + timedelta(days=89), level=level("L2"))
    low, unknown = replace(observer("O3", "CCC"), level=level("L1")), observer("O4", "DDD")
    asked = need(from_on=START + timedelta(days=5), until_on=START + timedelta(days=90), min_level=level("L2"))
    roster = formed([stays, leaves, low, unknown], [asked])
    assert roster.short[0].lacks == (
        "size: 2 needed, 1 free",
        "availability: 1 are not there until 2027-04-01",
        "level: 2 under L2, or of an unknown one",
    )
    assert [(one.observer, one.availability, one.level) for one in roster.ruled_out] == [
        ("O2", ("T1",), ()), ("O3", (), ("T1",)), ("O4", (), ("T1",)),
    ]  # fmt: skip
    roster = formed([stays, replace(leaves, until_on=None)], [asked])
    assert roster.teams[0].starts_on == START + timedelta(days=5)
    assert roster.days[-1].operating == 1


def test_the_more_important_team_comes_first_even_before_two_others():
    offered = [observer(f"O{n}", nation) for n, nation in enumerate("ABCD")]
    needs = [need("T1", size=4, priority=1), need("T2", priority=2), need("T3", priority=2)]
    assert list(members(formed(offered, needs))) == ["T1"]


def test_knowledge_of_the_area_comes_before_early_arrival_and_then_the_earliest_come():
    offered = [observer("O1", "AAA"), observer("O2", "BBB", day=3), observer("O3", "CCC", areas="north", day=9)]
    assert members(formed(offered, [need()])) == {"T1": ("O1", "O3")}
    assert members(formed([*offered[:2], observer("O4", "DDD", day=1)], [need()])) == {"T1": ("O1", "O4")}


def test_the_start_up_goes_day_by_day():
    offered = [
        observer("O1", "AAA"),
        observer("O2", "BBB", day=2),
        observer("O3", "CCC", day=2),
        observer("O4", "DDD", day=5),
    ]
    roster = formed(offered, [need("T1", priority=1), need("T2", priority=2)])
    assert [(day.on, day.arrived, day.operating) for day in roster.days] == [
        (START, 1, 0),
        (START + timedelta(days=2), 3, 1),
        (START + timedelta(days=5), 4, 2),
    ]


def test_an_excluded_nationality_does_not_serve_in_that_team():
    offered = [observer("O1", "AAA"), observer("O2", "BBB"), observer("O3", "CCC")]
    team = need(excluded_nationalities=frozenset({"AAA"}))
    assert members(formed(offered, [team])) == {"T1": ("O2", "O3")}
    assert lacks(team, offered[:2]) == ["size: 2 needed, 1 free"]


@pytest.mark.parametrize("limit", [Caveat("area", "north"), Caveat("mission", "M1"), Caveat("task", "patrol")])
def test_a_caveat_that_names_the_team_keeps_its_observer_out_and_an_hour_does_not(limit):
    asked = need(mission="M1", tasks=frozenset({"patrol"}))
    free = [observer("O1"), observer("O2", "BBB")]
    assert members(formed([free[0], replace(free[1], caveats=(Caveat("time", "18:00-06:00"),))], [asked]))
    roster = formed([free[0], replace(free[1], caveats=(limit,))], [asked])
    assert roster.teams == () and roster.short[0].lacks == ("size: 2 needed, 1 free",)
    sound = formed(free, [asked])
    broken = replace(sound.teams[0], members=(free[0], replace(free[1], caveats=(limit,))))
    assert faults(replace(sound, teams=(broken,))) == ["T1: a caveat names its mission, area or task"]


def test_a_team_of_nobody_is_refused():
    with pytest.raises(ForcesError):
        form_teams([], [need(size=0)], Clock())


def test_what_the_solver_would_get_wrong_is_noticed():
    roster = formed([observer("O1", "AAA"), observer("O2", "BBB")], [need()])
    broken = replace(roster.teams[0], members=(roster.teams[0].members[0],) * 2)
    assert len(faults(replace(roster, teams=(broken,)))) == 2


observers = st.lists(
    st.tuples(
        st.sampled_from("ABC"), st.sampled_from(["", "fr", "ar fr"]), st.sampled_from(["", "north"]), st.integers(0, 3)
    ),
    max_size=6,
).map(lambda rows: [observer(f"O{n}", *row) for n, row in enumerate(rows)])
limits = st.lists(st.sampled_from([(), (), (Caveat("area", "north"),)]), min_size=6, max_size=6)
needs = st.lists(
    st.builds(
        need,
        size=st.integers(1, 3),
        languages=st.frozensets(st.sampled_from(["fr", "ar"]), max_size=1),
        most_of_one=st.integers(1, 2),
        needs_area_knowledge=st.booleans(),
        priority=st.integers(1, 2),
    ),
    max_size=2,
).map(lambda listed: [replace(one, id=f"T{n}") for n, one in enumerate(listed)])


def by_hand(offered, asked):
    """Every way to send every observer to a team or to none, the contract read literally."""
    late = sorted({one.from_on for one in offered})
    best = None
    for way in product([None, *range(len(asked))], repeat=len(offered)):
        teams = {t: [one for one, where in zip(offered, way, strict=True) if where == t] for t in set(way) - {None}}
        if not all(is_complete(asked[t], own) for t, own in teams.items()):
            continue
        first, second = (sum(asked[t].priority == p for t in teams) for p in (1, 2))
        known = sum(asked[t].area in one.areas for t, own in teams.items() for one in own)
        arrival = sum(late.index(one.from_on) for own in teams.values() for one in own)
        found = (first, second, known, -arrival)
        best = found if best is None else max(best, found)
    return best


def is_complete(team, own):
    spoken = set().union(*(one.languages for one in own))
    return (
        len(own) == team.size
        and max(Counter(one.nationality for one in own).values()) <= team.most_of_one
        and not any(caveat.value == team.area for one in own for caveat in one.caveats)
        and team.languages <= spoken
        and (not team.needs_area_knowledge or any(team.area in one.areas for one in own))
    )


@settings(max_examples=40)
@given(observers, limits, needs)
def test_no_set_of_teams_is_better_than_the_one_found(offered, limited, asked):
    offered = [replace(one, caveats=limit) for one, limit in zip(offered, limited, strict=False)]
    roster = formed(offered, asked)
    late = sorted({one.from_on for one in offered})
    found = (
        *(sum(team.need.priority == p for team in roster.teams) for p in (1, 2)),
        sum(len(team.know_the_area) for team in roster.teams),
        -sum(late.index(one.from_on) for team in roster.teams for one in team.members),
    )
    assert found == by_hand(offered, asked)
