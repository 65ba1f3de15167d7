"""Is one key put into people's own text and taken out again, with every other letter left alone?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.plans.differences import differences
from bluehelm.plans.framework import indicators_of, parse_framework
from bluehelm.plans.picture import context_picture, tree_picture
from bluehelm.plans.retiring import NoSuchIndicatorError, brought_back, retired
from bluehelm.plans.together import together
from bluehelm.plans.values import Reading
from tests.plans.frameworks import SOUND, sound

BLOCK = """
title: A plan   # the second
missions: [UNSYM]
first_month: 2027-01
last_month: 2027-12
context:
  indicators:
    - unit: deaths
      id: C1  # from the register
      title: Deaths
    - {id: C2, title: "Events, all of them", unit: events}
"""


@pytest.mark.parametrize("text", [SOUND, BLOCK], ids=["flow", "block"])
def test_an_indicator_is_retired_and_taken_back_without_a_trace(text: str):
    for placed in indicators_of(parse_framework(text, "plan")):
        changed = retired(text, placed.indicator.id, "2027-06")
        (found,) = differences(parse_framework(text, "plan"), parse_framework(changed, "plan"))
        assert (found.kind, found.id, found.field, found.now) == (
            "changed", placed.indicator.id, "retired from", "2027-06",
        )  # fmt: skip
        assert brought_back(changed, placed.indicator.id) == text
        assert retired(changed, placed.indicator.id, "2027-07") == retired(text, placed.indicator.id, "2027-07")
    with pytest.raises(NoSuchIndicatorError):
        retired(text, "O1", "2027-06")


def test_a_picture_holds_every_part_once_no_boxes_overlap_and_links_go_from_left_to_right():
    for picture in (tree_picture(sound()), context_picture(sound())):
        boxes = picture.boxes
        assert len({(box.kind, box.id) for box in boxes}) == len(boxes)
        for one in boxes:
            assert 0 <= one.y <= one.y + one.height <= picture.height and one.x + one.width <= picture.width
            same_column = [other for other in boxes if other is not one and other.x == one.x]
            assert all(other.y >= one.y + one.height or one.y >= other.y + other.height for other in same_column)
        assert all(link.first.x + link.first.width < link.second.x for link in picture.links)
    kinds = [box.kind for box in tree_picture(sound()).boxes]
    assert sorted(kinds) == ["activity", "objective", "outcome", "output"]
    links = {(link.first.id, link.second.id) for link in context_picture(sound()).links}
    assert links == {("A1", "D1"), ("D1", "O1.1"), ("D2", "O1.1")}


PLACED = {placed.indicator.id: placed for placed in indicators_of(sound())}


@given(st.dictionaries(st.sampled_from(["UNA", "UNB", "UNC"]), st.none() | st.integers(0, 99).map(float), min_size=1))
def test_missions_add_up_where_the_rule_says_so_and_never_over_a_gap(values: dict[str, float | None]):
    readings = {name: Reading("2027", value) if value is not None else None for name, value in values.items()}
    found = together(PLACED["I1"], "2027", readings)
    if None in values.values():
        assert found.whole is None and found.why_not.startswith("No value of")
    else:
        assert found.whole is not None and found.whole.value == sum(v for v in values.values() if v is not None)


def test_shares_and_counts_that_are_held_back_are_not_put_together():
    two = {"UNA": Reading("2027", 0.5), "UNB": Reading("2027", 0.7)}
    assert together(PLACED["I3"], "2027", two).why_not == "Unknown."
    counted = {
        "UNA": Reading("2027", 0.5, numerator=5, denominator=10),
        "UNB": Reading("2027", 0.7, numerator=63, denominator=90),
    }
    whole = together(PLACED["I3"], "2027", counted).whole
    assert whole is not None and whole.value == 0.68
    held = two | {"UNB": Reading("2027", None, held_back=True)}
    assert together(PLACED["I1"], "2027", held).why_not == "Held back: UNB."
