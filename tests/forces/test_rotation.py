"""Do tours leave the fewest months uncovered, at the least cost, and is the Mali rotation covered as it was?"""

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bench import forces_instances
from bluehelm.forces import rotation as rotation_module
from bluehelm.forces.intake import read_slots, read_tour_offers
from bluehelm.forces.rotation import Slot, Tour, TourOffer, faults, greedy, measured, rotate
from bluehelm.optimise.programs import Clock
from bluehelm.tables.months import ordinal

pytest.importorskip("highspy")

JANUARY = ordinal("2027-01")


def slot(name="S1", first=0, last=5, capability="air"):
    return Slot(name, capability, JANUARY + first, JANUARY + last)


def offer(name="O1", **changes):
    base = TourOffer(name, "XAA", "air", JANUARY, JANUARY + 11, 2, 4, None, Decimal(100))
    return replace(base, **changes)


def rotated(slots, offers):
    rotation = rotate(slots, offers, Clock())
    assert faults(rotation.tours) == []
    assert measured(slots, rotation.tours) == rotation.objective
    return rotation


def by_hand(slots, offers):
    """Fewest uncovered months and least cost of all sets of tours, tried one by one."""
    tours = [
        Tour(s, o, first, last)
        for s in slots
        for o in offers
        if s.capability == o.capability
        for first in range(max(s.first, o.first), min(s.last, o.last) + 1)
        for last in range(first + o.min_tour - 1, min(s.last, o.last, first + o.max_tour - 1) + 1)
    ]
    assume(len(tours) <= 16)
    months = sum(s.last - s.first + 1 for s in slots)
    found = (months, Decimal(0))
    for number in range(1, len(tours) + 1):
        allowed = [chosen for chosen in combinations(tours, number) if keeps_the_contract(chosen)]
        if not allowed:
            break
        best = min((months - sum(t.months for t in chosen), sum(t.cost for t in chosen)) for chosen in allowed)
        found = min(found, best)
    return found


def keeps_the_contract(tours):
    in_slot = Counter((t.slot.id, month) for t in tours for month in range(t.first, t.last + 1))
    of_offer = Counter((t.offer.id, month) for t in tours for month in range(t.first, t.last + 1))
    number = Counter(t.offer.id for t in tours)
    limits = {t.offer.id: t.offer.max_tours for t in tours}
    ends = {(t.slot.id, t.offer.id, t.last + 1) for t in tours}
    return (
        max(in_slot.values(), default=0) <= 1
        and max(of_offer.values(), default=0) <= 1
        and all(limits[name] is None or n <= limits[name] for name, n in number.items())
        and not any((t.slot.id, t.offer.id, t.first) in ends for t in tours)
    )


@st.composite
def slots(draw):
    made = []
    for number in range(draw(st.integers(1, 2))):
        first = draw(st.integers(0, 2))
        made.append(
            slot(f"S{number}", first, first + draw(st.integers(0, 5)), draw(st.sampled_from(["air", "air", "sea"])))
        )
    return made


@st.composite
def tour_offers(draw):
    made = []
    for number in range(draw(st.integers(0, 3))):
        first, shortest = draw(st.integers(0, 4)), draw(st.integers(1, 3))
        made.append(
            offer(
                f"O{number}",
                first=JANUARY + first,
                last=JANUARY + first + draw(st.integers(0, 5)),
                min_tour=shortest,
                max_tour=shortest + draw(st.integers(0, 1)),
                max_tours=draw(st.sampled_from([None, 0, 1, 2])),
                monthly_cost=Decimal(draw(st.sampled_from(["100", "250.5", "0"]))),
            )
        )
    return made


@settings(max_examples=100)
@given(slots(), tour_offers())
def test_no_rotation_is_better_than_the_one_found(wanted, offered):
    expected = by_hand(wanted, offered)
    rotation = rotated(wanted, offered)
    assert rotation.is_proved
    assert rotation.objective == expected


@settings(max_examples=60)
@given(slots(), tour_offers())
def test_where_the_weighted_search_saves_money_on_coverage_the_stages_put_it_right(wanted, offered):
    expected = by_hand(wanted, offered)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rotation_module, "DEAR", 0)
        assert rotated(wanted, offered).objective == expected


@settings(max_examples=60)
@given(slots(), tour_offers())
def test_a_rotation_first_made_by_planning_few_slots_anew_ends_as_the_best(wanted, offered):
    expected = by_hand(wanted, offered)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rotation_module, "FEW_TOURS", 0)
        patch.setattr(rotation_module, "TOGETHER", (1, 2))
        assert rotated(wanted, offered).objective == expected


@settings(max_examples=60)
@given(slots(), tour_offers())
def test_no_rotation_betters_the_best_pool_of_its_tours(wanted, offered):
    uncovered, cost = by_hand(wanted, offered)
    ended = rotate(wanted, offered, Clock(0.0))
    assert faults(ended.tours) == []
    assert ended.bound[0] <= uncovered <= ended.objective[0]
    assert ended.bound[0] < uncovered or ended.bound[1] <= cost


@pytest.mark.long
@settings(max_examples=1000)
@given(slots(), tour_offers())
def test_no_rotation_is_better_in_many_more_cases(wanted, offered):
    expected = by_hand(wanted, offered)
    assert rotated(wanted, offered).objective == expected


@settings(max_examples=40)
@given(slots(), tour_offers())
def test_the_hurried_rotation_keeps_the_rules_and_is_never_better(wanted, offered):
    hurried = greedy(wanted, offered)
    assert faults(hurried) == []
    assert measured(wanted, hurried) >= rotated(wanted, offered).objective


def test_two_tours_of_one_offer_in_a_slot_are_not_adjacent():
    assert rotated([slot(last=5)], [offer(min_tour=3, max_tour=3)]).objective == (3, Decimal(300))
    assert rotated([slot(last=6)], [offer(min_tour=3, max_tour=3)]).objective == (1, Decimal(600))


def test_an_offer_moves_from_one_slot_to_another_without_a_pause():
    rotation = rotated([slot("S1", 0, 2), slot("S2", 3, 5)], [offer(min_tour=3, max_tour=3)])
    assert rotation.objective == (0, Decimal(600))


def test_coverage_comes_before_cost_and_then_the_cheapest_serves():
    offers = [offer("O1", monthly_cost=Decimal(900), max_tour=6, min_tour=6), offer("O2", max_tours=1)]
    assert rotated([slot(last=5)], offers).objective == (0, Decimal(5400))
    assert rotated([slot(last=3)], [*offers, offer("O3", monthly_cost=Decimal(90))]).objective == (0, Decimal(360))


def test_the_number_of_tours_is_counted_over_all_slots():
    wanted = [slot("S1", 0, 1), slot("S2", 4, 5)]
    assert rotated(wanted, [offer(max_tours=1)]).objective[0] == 2


def test_a_slot_that_nobody_offers_stays_uncovered():
    assert rotated([slot(last=5)], []).objective == (6, Decimal(0))
    assert rotated([], [offer()]).objective == (0, Decimal(0))


def test_what_the_solver_would_get_wrong_is_noticed():
    first = Tour(slot(last=11), offer(max_tours=1), JANUARY, JANUARY + 2)
    assert "adjacent" in faults([first, replace(first, first=JANUARY + 3, last=JANUARY + 5)])[1]
    assert "same month" in "".join(faults([first, first]))
    assert "months" in faults([replace(first, last=JANUARY)])[0]
    assert "window" in "".join(faults([replace(first, slot=slot(last=1))]))


def test_two_tours_that_share_a_pool_but_no_slot_are_proved_by_the_whole_program():
    """Both fit the pool of two slots, yet each slot is open only for half of the longer one."""
    wanted = [slot("S1", 0, 5), slot("S2", 6, 11)]
    offers = [offer("O1", min_tour=8, max_tour=8), offer("O2", min_tour=6, max_tour=6, max_tours=1)]
    assert rotated(wanted, offers).objective == (6, Decimal(600))
    follows = [offer("O1", min_tour=3, max_tour=3, first=JANUARY, last=JANUARY + 5)]
    assert rotated([slot(last=5)], follows).objective == (3, Decimal(300))


@pytest.mark.long
def test_tours_of_any_length_in_fifty_slots_are_proved():
    chance = Random(0)
    rows = forces_instances.slots(50, 24, chance), forces_instances.tours_offered(125, 24, chance, (1, 12))
    wanted, offered = read_slots(as_lines(rows[0]), "slots"), read_tour_offers(as_lines(rows[1]), "offers")
    assert rotated(wanted, offered).is_proved


def as_lines(rows):
    return [",".join(rows[0]), *(",".join(row.values()) for row in rows)]


MALI = {
    # six-month turns of a transport aircraft; five states to the end of 2018, four of them on to November 2020
    "slot": Slot("transport aircraft", "air", ordinal("2016-07"), ordinal("2020-11")),
    "five": ("BEL", "DNK", "NOR", "PRT", "SWE"),
}


def turns(contributors, first, last):
    return [
        TourOffer(name, name, "air", ordinal(first), ordinal(last), 1, 6, None, Decimal(1)) for name in contributors
    ]


def test_the_mali_rotation_of_five_states_covers_every_month_to_the_end_of_2018():
    post = replace(MALI["slot"], last=ordinal("2018-12"))
    rotation = rotated([post], turns(MALI["five"], "2016-07", "2018-12"))
    assert rotation.objective[0] == 0
    assert len(rotation.tours) >= 5  # thirty months in turns of six
    assert all(tour.months <= 6 for tour in rotation.tours)


def test_without_the_extension_the_mali_post_is_empty_for_23_months_and_with_it_for_none():
    five = turns(MALI["five"], "2016-07", "2018-12")
    four = [replace(one, id=f"{one.id} extended") for one in turns(MALI["five"][:4], "2019-01", "2020-11")]
    assert rotated([MALI["slot"]], five).objective[0] == 23
    assert rotated([MALI["slot"]], [*five, *four]).objective[0] == 0
