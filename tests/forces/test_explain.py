"""Is every reason true, and does every change proposed really fill the requirement?"""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from bluehelm.definitions.forces import packaged_matching
from bluehelm.forces.board import Board
from bluehelm.forces.caveats import parse_caveats
from bluehelm.forces.explain import Explainer, smallest_change
from bluehelm.forces.fit import gaps
from bluehelm.forces.matching import match
from bluehelm.forces.pairs import Offers
from bluehelm.forces.supply import Unit, service, units_of
from bluehelm.optimise.programs import Clock
from tests.forces.offers import LADDER, ceilings, level, pledge, pledges, requirement, requirements
from tests.forces.test_matching import is_sound

pytest.importorskip("highspy")

WEIGHTS = packaged_matching().weights


def explained(asked, offered, most):
    units = units_of(offered)
    plan = match(asked, units, most, Clock())
    return plan, Explainer(units, Board(most, plan.served), WEIGHTS)


@settings(max_examples=60)
@given(requirements(), pledges().filter(is_sound))
def test_arrays_and_the_plain_rules_say_the_same(asked, offered):
    units = units_of(offered)
    offers = Offers(units)
    fits = [[not gaps(one, unit) for unit in units] for one in asked]
    assert offers.shortfalls(asked).fits.tolist() == fits
    pairs = offers.fitting(asked)
    found = list(zip(pairs.requirement.tolist(), pairs.unit.tolist(), strict=True))
    assert found == [(row, column) for row in range(len(asked)) for column in range(len(units)) if fits[row][column]]
    for row, column, parts, strength in zip(*found_columns(pairs), strict=True):
        assert service(asked[row], units[column]) == (parts, strength)


def found_columns(pairs):
    return pairs.requirement.tolist(), pairs.unit.tolist(), pairs.parts.tolist(), pairs.strength.tolist()


@settings(max_examples=40)
@given(requirements(), pledges().filter(is_sound), ceilings)
def test_every_offer_near_an_unfilled_requirement_has_a_reason(asked, offered, most):
    plan, explainer = explained(asked, offered, most)
    unfilled = explainer.unfilled(asked)
    served = {one.requirement.id for one in plan.served}
    assert {one.requirement.id for one in unfilled} == {one.id for one in asked} - served
    for one in unfilled:
        assert len(one.nearest) == min(3, len(explainer.units))
        assert all(near.reasons for near in one.nearest)


@settings(max_examples=40)
@given(requirements(), pledges().filter(is_sound), ceilings)
def test_every_unused_pledge_is_listed_with_a_reason(asked, offered, most):
    plan, explainer = explained(asked, offered, most)
    used = {name for one in plan.served for name in one.unit.pledge_ids}
    unused = explainer.unused(asked)
    assert {name for one in unused for name in one.unit.pledge_ids} == {one.id for one in offered} - used
    assert all(one.reasons for one in unused if one.requirement)


def with_change(offered, change):
    """The pledges as a person would write the change into the file."""
    values = {
        "strength": lambda value: {"strength": value},
        "level": lambda value: {"level": level(value)},
        "available_from": lambda value: {"from_on": date.fromisoformat(value)},
        "available_until": lambda value: {"until_on": date.fromisoformat(value)},
        "languages": lambda value: {"languages": frozenset(value.split("|"))},
        "caveats": lambda value: {"caveats": parse_caveats(value)},
    }
    return [replace(one, **values[change.field](change.after)) if one.id == change.pledge else one for one in offered]


@settings(max_examples=40)
@given(requirements(), pledges().filter(is_sound), ceilings)
def test_a_change_proposed_fills_the_requirement_and_costs_no_other(asked, offered, most):
    plan, explainer = explained(asked, offered, most)
    for one in explainer.unfilled(asked):
        if one.smallest_change is None:
            continue
        better = match(asked, units_of(with_change(offered, one.smallest_change)), most, Clock())
        wanted = list(plan.objective[:5])
        wanted[one.requirement.priority - 1] += 1
        assert list(better.objective[:5]) >= wanted


@settings(max_examples=60)
@given(requirements(), pledges(most=4).filter(is_sound))
def test_a_smallest_change_is_missed_only_where_no_single_field_would_do(asked, offered):
    for one in asked:
        for unit in units_of(offered):
            assert (smallest_change(one, unit) is not None) == (bool(gaps(one, unit)) and one_field_would_do(one, unit))


def one_field_would_do(one, unit) -> bool:
    """Tries the most generous value of each field of each pledge."""
    generous = [
        {"strength": 10_000},
        {"level": level(LADDER[-1])},
        {"from_on": date(2020, 1, 1)},
        {"until_on": date(2040, 1, 1)},
        {"languages": frozenset({"en", "fr"})},
        {"caveats": ()},
    ]
    tried = (
        Unit(tuple(replace(p, **values) if p is changed else p for p in unit.pledges))
        for changed in unit.pledges
        for values in generous
    )
    return any(not gaps(one, mended) for mended in tried)


REASONS = {
    "capability": ({"capability": "infantry"}, "police", "infantry"),
    "level": ({"level": level("L1")}, "L2", "L1"),
    "availability": ({"from_on": date(2027, 2, 1)}, "2027-01-01/2027-12-31", "2027-02-01/2028-12-31"),
    "language": ({"languages": frozenset({"es"})}, "en|fr", "es"),
    "caveat": ({"caveats": parse_caveats("area:north|task:guard")}, "mission:M1|area:north|task:convoy", "area:north"),
    "strength": ({"strength": 80}, 100, 80),
}


@pytest.mark.parametrize("code", REASONS)
def test_each_rule_that_fails_is_named_with_what_is_needed_and_offered(code):
    changes, needed, offered = REASONS[code]
    asked = requirement(**({"languages": frozenset({"en", "fr"})} if code == "language" else {}))
    (reason,) = gaps(asked, Unit((pledge(**changes),)))
    assert (reason.code, reason.needed, reason.offered) == (code, needed, offered)


def test_a_full_ceiling_and_a_taken_unit_are_reasons_too():
    asked = [requirement("R1"), requirement("R2", priority=2)]
    _, explainer = explained(asked, [pledge("P1"), pledge("P2")], {"XAA": 1})
    (unfilled,) = explainer.unfilled(asked)
    found = {near.unit.id: [(r.code, r.needed, r.offered) for r in near.reasons] for near in unfilled.nearest}
    assert sorted(found.values()) == [[("ceiling", 2, 1)], [("taken", "R2", "R1")]]
    assert unfilled.smallest_change is None


def test_the_change_that_weighs_least_is_proposed():
    asked = [requirement(strength=100)]
    offered = [pledge("P1", strength=60), pledge("P2", from_on=date(2027, 1, 11)), pledge("P3", level=level("L1"))]
    _, explainer = explained(asked, offered, {})
    change = explainer.unfilled(asked)[0].smallest_change
    assert change is not None
    assert (change.pledge, change.field) == ("P2", "available_from")
    assert (change.before, change.after) == ("2027-01-11", "2027-01-01")
