"""Are options charged at the rate in force, month by month, and is what is unknown said?"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.definitions.force_generation import packaged_rates
from bluehelm.forces.cost import CostLine, cost_per_output, costs, sensitivity
from bluehelm.forces.supply import ForcesError
from bluehelm.tables.months import ordinal


@dataclass(frozen=True)
class Rate:
    name: str
    kind: str
    amount: Decimal | None
    share_of: str | None = None
    valid_from: date = date(2020, 1, 1)
    valid_until: date | None = None


RATES = [
    Rate("personnel", "personnel", Decimal("1000"), valid_until=date(2027, 2, 28)),
    Rate("personnel", "personnel", Decimal("1100"), valid_from=date(2027, 3, 1)),
    Rate("premium", "premium", Decimal("0.1"), "personnel"),
    Rate("truck", "equipment", Decimal("500.25")),
    Rate("sealift", "other", None),
]


def line(rate="personnel", quantity=100, first="2027-01", last="2027-03", option="A", works="1"):
    return CostLine(option, rate, Decimal(quantity), ordinal(first), ordinal(last), Decimal(works))


def one(*lines):
    (cost,) = costs(lines, RATES)
    return cost


def test_each_month_is_charged_at_the_rate_in_force():
    cost = one(line())
    assert cost.by_month == {"2027-01": 100_000, "2027-02": 100_000, "2027-03": 110_000}
    assert cost.total == Decimal("310000.00")


def test_a_premium_is_a_share_of_its_rate_for_those_to_whom_it_is_due():
    cost = one(line(), line("premium", 20))
    assert cost.by_kind == {"personnel": 310_000, "premium": Decimal("6200.00")}  # 20 x (100 + 100 + 110)


def test_only_equipment_that_works_is_paid_for():
    assert one(line("truck", 10, last="2027-01", works="0.8")).total == Decimal("4002.00")


def test_a_rate_that_is_not_published_leaves_the_total_unknown():
    cost = one(line(), line("sealift", 1))
    assert (cost.total, cost.known, cost.unknown) == (None, Decimal("310000.00"), ("sealift",))


def test_what_moves_an_option_most_comes_first():
    moved = sensitivity([line(), line("truck", 10, works="0.8")], RATES, Decimal("0.1"))
    assert [(move.what, move.higher) for move in moved] == [
        ("strength", Decimal("31000.00")),
        ("equipment", Decimal("1200.60")),
        ("serviceability", Decimal("1200.60")),
    ]
    assert moved[0].lower == -moved[0].higher


def test_equipment_that_works_wholly_has_nothing_to_gain_from_working_better():
    works = [move for move in sensitivity([line("truck")], RATES, Decimal("0.5")) if move.what == "serviceability"]
    assert works[0].higher == 0
    assert works[0].lower < 0


def test_what_an_unpublished_rate_moves_is_unknown_and_not_nothing():
    rates = [*RATES, Rate("lease", "equipment", None)]
    moved = {one.what: one for one in sensitivity([line(), line("lease", 10)], rates, Decimal("0.1"))}
    assert (moved["equipment"].lower, moved["equipment"].higher) == (None, None)
    assert moved["strength"].higher is not None
    both = {one.what: one for one in sensitivity([line("truck", 10), line("lease", 10)], rates, Decimal("0.1"))}
    assert both["equipment"].higher == both["equipment"].lower * -1  # the part that is known


def test_unknown_rates_months_without_a_rate_and_overlaps_are_told_together():
    wrong = [line("boots"), line(first="2019-11", last="2020-01")]
    with pytest.raises(ForcesError) as refusal:
        costs(wrong, [*RATES, Rate("truck", "equipment", Decimal(1)), Rate("x", "premium", Decimal(1), "y")])
    told = "; ".join(refusal.value.problems)
    for words in ("no rate 'boots'", "in 2019-11 to 2019-12", "rate truck: the one from", "share of y"):
        assert words in told


def test_the_cost_of_an_output_is_unknown_where_the_cost_is():
    known = one(line())
    assert cost_per_output(known, {"sortie": Decimal(500), "seat": Decimal(0)}) == {
        "seat": None,
        "sortie": Decimal("620.00"),
    }
    assert cost_per_output(one(line(), line("sealift")), {"sortie": Decimal(500)}) == {"sortie": None}


def test_the_published_rate_of_2018_is_charged_until_june_2022_and_premiums_stay_unknown():
    lines = [line(quantity=1, first="2022-06", last="2022-07"), line("risk-premium", 1, "2022-06", "2022-06")]
    (cost,) = costs(lines, packaged_rates().rates)
    assert cost.by_month == {"2022-06": Decimal(1428), "2022-07": Decimal(1448)}
    assert cost.unknown == ("risk-premium",)


quantities = st.lists(st.tuples(st.sampled_from(["personnel", "premium", "truck"]), st.integers(0, 500)), max_size=6)


@given(quantities)
def test_kinds_and_months_add_up_to_the_total(drawn):
    for cost in costs([line(rate, quantity) for rate, quantity in drawn], RATES):
        assert sum(cost.by_kind.values()) == sum(cost.by_month.values()) == cost.total == cost.known
