"""Does a pledge climb only with evidence, lapse when it is not renewed, and say why it was lowered?"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.definitions.forces import packaged_readiness
from bluehelm.forces.readiness import (
    ReadinessError,
    ReadinessFile,
    expires_on,
    expiring,
    level_on,
    lowered,
    raised,
    renewed,
)

LADDER = packaged_readiness()
NEW_YEAR = date(2027, 1, 1)
LETTER = {"note verbale": "NV 12"}


def evidence(place: int) -> dict[str, str]:
    return {kind: f"document {kind}" for kind in LADDER.levels[place].evidence}


def climbed(levels: int, on: date = NEW_YEAR) -> ReadinessFile:
    file = ReadinessFile("P1")
    for place in range(levels):
        file = raised(file, LADDER, on=on, evidence=evidence(place))
    return file


def test_a_pledge_climbs_the_whole_ladder_one_level_at_a_time():
    assert [level_on(climbed(n), LADDER, NEW_YEAR) for n in range(5)] == [None, "L1", "L2", "L3", "RDL"]
    with pytest.raises(ReadinessError, match="highest"):
        raised(climbed(4), LADDER, on=NEW_YEAR, evidence={})


@pytest.mark.parametrize("place", range(4))
def test_no_level_is_reached_without_each_piece_of_its_evidence(place: int):
    for kind in LADDER.levels[place].evidence:
        with pytest.raises(ReadinessError, match=f"no {kind}"):
            raised(climbed(place), LADDER, on=NEW_YEAR, evidence=evidence(place) | {kind: " "})


def test_a_registration_holds_for_twelve_months_and_a_renewal_for_six():
    file = climbed(2)
    assert expires_on(file, LADDER) == date(2028, 1, 1)
    file = renewed(file, LADDER, on=date(2027, 12, 1), evidence=LETTER)
    assert expires_on(file, LADDER) == date(2028, 6, 1)
    assert level_on(file, LADDER, date(2028, 6, 1)) == "L2"
    assert level_on(file, LADDER, date(2028, 6, 2)) is None


def test_climbing_does_not_move_the_clock():
    file = raised(climbed(1), LADDER, on=date(2027, 11, 1), evidence=evidence(1))
    assert expires_on(file, LADDER) == date(2028, 1, 1)


def test_what_lapsed_must_be_renewed_and_begins_again_at_the_lowest_level():
    with pytest.raises(ReadinessError, match="lapsed on 2028-01-01"):
        raised(climbed(2), LADDER, on=date(2028, 3, 1), evidence=evidence(2))
    file = renewed(climbed(2), LADDER, on=date(2028, 3, 1), evidence=LETTER)
    assert level_on(file, LADDER, date(2028, 3, 1)) == "L1"


def test_a_unit_is_lowered_for_a_reason_of_the_ladder_and_only_downwards():
    file = lowered(climbed(3), LADDER, on=date(2027, 2, 1), to="L1", reason="visit failed")
    assert (level_on(file, LADDER, date(2027, 1, 31)), level_on(file, LADDER, date(2027, 2, 1))) == ("L3", "L1")
    assert file.steps[-1].reason == "visit failed"
    with pytest.raises(ReadinessError, match="none of"):
        lowered(climbed(3), LADDER, on=NEW_YEAR, to="L1", reason="because")
    with pytest.raises(ReadinessError, match="not lower"):
        lowered(climbed(1), LADDER, on=NEW_YEAR, to="L1", reason="visit failed")
    with pytest.raises(ReadinessError, match="not a level"):
        lowered(climbed(2), LADDER, on=NEW_YEAR, to="L0", reason="visit failed")


def test_no_step_is_entered_before_the_last_one():
    with pytest.raises(ReadinessError, match="comes before"):
        renewed(climbed(1), LADDER, on=date(2026, 12, 31), evidence=LETTER)
    with pytest.raises(ReadinessError, match="never registered"):
        renewed(ReadinessFile("P1"), LADDER, on=NEW_YEAR, evidence=LETTER)
    with pytest.raises(ReadinessError, match="names no document"):
        renewed(climbed(1), LADDER, on=NEW_YEAR, evidence={})


def test_those_that_lapse_soon_are_listed_soonest_first():
    later = ReadinessFile("P2", climbed(1, date(2027, 1, 15)).steps)
    files = [later, climbed(1), ReadinessFile("P3")]
    assert [file.pledge for file in expiring(files, LADDER, on=date(2027, 12, 20), within_days=30)] == ["P1", "P2"]
    assert expiring(files, LADDER, on=date(2027, 12, 20), within_days=5) == []
    assert expiring(files, LADDER, on=date(2029, 1, 1), within_days=30) == []


@given(st.lists(st.integers(0, 900), min_size=1, max_size=6).map(sorted), st.integers(0, 2000))
def test_a_level_holds_exactly_up_to_the_day_it_expires(renewals: list[int], asked: int):
    file = climbed(1)
    for days in renewals:
        file = renewed(file, LADDER, on=date.fromordinal(NEW_YEAR.toordinal() + days), evidence=LETTER)
    day = date.fromordinal(file.steps[-1].on.toordinal() + asked)
    expires = expires_on(file, LADDER)
    assert expires is not None
    assert (level_on(file, LADDER, day) is not None) == (day <= expires)
