"""Is one point with a lost sign left out of where nearly all points lie, and is no small part of a mission?"""

from bluehelm.geo.main_area import main_area, square_of

MISSION = [square_of(3.0 + one / 20, 29.0 + one / 20) for one in range(30)]


def test_one_point_far_from_all_others_does_not_widen_the_area():
    without = main_area(MISSION, least=6)
    assert main_area([*MISSION, square_of(-3.5, -29.5)], least=6) == without
    assert without.beyond(30.2, 4.1) > 20 and without.beyond(3.5, 29.5) == 0


def test_a_part_that_holds_many_or_that_is_kept_belongs_to_the_area():
    posts_apart = [*MISSION, square_of(15.0, 30.0, kept=True)]
    assert main_area(posts_apart, least=6).north == 15.0
    half = [*MISSION, *(square_of(33.0, 35.0) for _ in range(10))]
    assert main_area(half, least=6).north == 33.0


def test_of_few_points_none_is_far_and_of_none_there_is_no_area():
    assert main_area([square_of(3, 29), square_of(-3, -29)], least=6).south == -3
    assert main_area([], least=6) is None
