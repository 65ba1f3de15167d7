"""Does the map for work draw everything near where it is, bounded, and nothing over one another?"""

from importlib.resources import files

from hypothesis import given, settings
from hypothesis import strategies as st

from bluehelm.definitions.protection import packaged_map_rules
from bluehelm.products.work_map import LOWEST, SYMBOL, TALLEST, TOGETHER, WIDE, Mark, path, together, view_of
from bluehelm.protection.roads import standing

points = st.tuples(st.floats(-179, 179), st.floats(-60, 60))
marks = st.lists(
    st.builds(
        Mark, st.sampled_from(["posts", "reports", "alerts", "threats"]), st.sampled_from(["troops", "incident"]),
        st.floats(-60, 60), st.floats(-179, 179), st.just("somewhere"), is_stale=st.booleans(),
        age_days=st.one_of(st.none(), st.integers(0, 400)),
    ),
    min_size=1, max_size=30,
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(points, min_size=1, max_size=20))
def test_a_view_holds_every_point_and_its_picture_has_a_bounded_shape(found):
    view = view_of(found)
    assert LOWEST - 1 <= view.height <= TALLEST + 1
    for point in found:
        x, y = view.at(*point)
        assert 0 <= x <= WIDE + 1e-6 and 0 <= y <= view.height + 1e-6
    assert path(found, view).count("L") == len(found) - 1


@settings(max_examples=60)
@given(marks)
def test_marks_that_lie_together_are_counted_once_and_none_hides_another(found):
    view = view_of([(one.longitude, one.latitude) for one in found])
    drawn = together(found, view)
    assert sum(mark.number for mark, _ in drawn) == len(found)
    fresh = {(one.layer, one.kind) for one in found if not one.is_stale}
    assert {(mark.layer, mark.kind) for mark, _ in drawn if not mark.is_stale} >= fresh, "what is fresh is not hatched"
    squares = {}
    for mark, (x, y) in drawn:
        at = view.at(mark.longitude, mark.latitude)
        assert abs(x - at[0]) <= TOGETHER + 2 * SYMBOL and abs(y - at[1]) <= TOGETHER + 2 * SYMBOL
        squares.setdefault((round(at[0] / TOGETHER), round(at[1] / TOGETHER)), []).append((x, y))
    for placed in squares.values():
        assert len({(round(x, 3), round(y, 3)) for x, y in placed}) == len(placed)


def test_nothing_to_draw_is_no_map():
    assert view_of([]) is None


def test_a_road_of_which_nobody_told_the_months_is_unknown_and_one_without_months_is_closed():
    assert [standing(None, 5), standing("", 5), standing("11|12", 1), standing("11|12", 11)] == [
        "unknown", "not passable", "not passable", "passable",
    ]  # fmt: skip


def test_no_mission_has_an_enemy_on_its_map_and_every_symbol_was_drawn_at_set_up():
    rules, folder = packaged_map_rules(), files("bluehelm.web") / "static" / "vendor" / "symbols"
    for one in rules.symbols:
        assert one.sidc[3] not in "56", f"{one.kind} is drawn as suspect or hostile"
        drawn = (folder / f"{one.sidc}.svg").read_text(encoding="utf-8")
        assert "<script" not in drawn and "style=" not in drawn
    assert rules.symbol("never heard of") == rules.symbol("other")
