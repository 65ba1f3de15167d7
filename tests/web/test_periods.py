"""Do periods, comparisons and pictures keep what the months say?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.geo.areas import distance_km
from bluehelm.products.brief import Base, MonthFigure
from bluehelm.tables.months import from_ordinal, months_between, ordinal
from bluehelm.web.missions.charts import HEIGHT, WIDTH, deaths_by_month, usual_strip
from bluehelm.web.missions.periods import before, period
from bluehelm.web.missions.rings import circle, rings
from tests.web.page_reader import read

START = ordinal("2015-01")
figure = st.one_of(st.none(), st.tuples(st.integers(0, 50), st.integers(0, 900)))
series = st.lists(figure, max_size=40).map(
    lambda figures: [
        MonthFigure(from_ordinal(START + place), *(known or (None, None))) for place, known in enumerate(figures)
    ]
)
bounds = st.tuples(st.integers(-5, 45), st.integers(-5, 45)).map(
    lambda ends: tuple(from_ordinal(START + end) for end in sorted(ends))
)


@given(series, bounds)
def test_a_period_sums_its_covered_months_and_counts_the_others(months, ends):
    made = period(months, *ends)
    inside = [f for f in months if ends[0] <= f.month <= ends[1] and f.count is not None]
    assert made.covered == len(inside)
    assert made.covered + made.uncovered == len(months_between(*ends))
    assert made.count == (sum(f.count for f in inside) if inside else None)
    assert made.best == (sum(f.best for f in inside) if inside else None)


@given(series, bounds)
def test_a_period_without_a_covered_month_has_no_figure_rather_than_zero(months, ends):
    made = period([MonthFigure(f.month, None, None) for f in months], *ends)
    assert (made.count, made.best, made.count_a_month, made.best_a_month) == (None, None, None, None)


@given(bounds)
def test_the_period_before_is_as_long_and_touches(ends):
    earlier = before(*ends)
    assert len(months_between(*earlier)) == len(months_between(*ends))
    assert ordinal(earlier[1]) + 1 == ordinal(ends[0])


@given(series)
def test_every_month_is_a_bar_or_a_part_of_a_band_and_stays_in_the_picture(months):
    top = max((f.best for f in months if f.best is not None), default=0)
    made = deaths_by_month(months, top)
    assert len(made.bars) == sum(f.best is not None for f in months)
    step = WIDTH / max(len(months), 1)
    assert sum(band.width for band in made.bands) == pytest.approx(step * (len(months) - len(made.bars)), abs=0.1)
    for bar in (*made.bars, *made.bands):
        assert bar.x >= 0
        assert bar.x + bar.width <= WIDTH + 0.01
        assert 0 <= bar.y <= bar.y + bar.height <= HEIGHT + 0.01


@given(st.lists(st.integers(0, 500), min_size=1, max_size=30), st.integers(0, 300), st.integers(0, 300))
def test_the_band_of_what_is_usual_lies_in_the_picture_and_bars_grow_with_their_counts(counts, one, other):
    low, high = sorted((one, other))
    made = usual_strip(counts, low, high)
    assert 0 <= made.band.y <= made.band.y + made.band.height <= HEIGHT + 0.01
    tallest = max(range(len(counts)), key=counts.__getitem__)
    assert made.bars[tallest].height == max(bar.height for bar in made.bars)


@given(st.floats(-60, 60), st.floats(-179, 179), st.sampled_from([50.0, 100.0, 200.0]))
def test_a_ring_lies_at_its_distance_on_the_sphere(latitude, longitude, distance):
    corners = np.array(circle(latitude, longitude, distance).exterior.coords)
    here = np.full(len(corners), latitude), np.full(len(corners), longitude)
    assert distance_km(*here, corners[:, 1], corners[:, 0]) == pytest.approx(distance, rel=1e-9)


def test_rings_of_near_bases_are_joined_and_a_base_without_a_place_has_none():
    bases = [Base("A", 4.8, 31.6, 100, ()), Base("B", 4.9, 31.7, None, ()), Base("C", None, None, 50, ())]
    made = rings(bases, [50, 200])
    assert [each["properties"]["distance_km"] for each in made["features"]] == [200, 50]
    assert {each["geometry"]["type"] for each in made["features"]} == {"Polygon"}
    assert rings(bases[2:], [50])["features"] == []


def test_bases_far_apart_have_rings_of_their_own():
    bases = [Base("A", 4.8, 31.6, 100, ()), Base("B", 9.5, 31.7, 100, ())]
    near, wide = (rings(bases, [distance])["features"][0]["geometry"] for distance in (50, 300))
    assert (near["type"], len(near["coordinates"])) == ("MultiPolygon", 2)
    assert wide["type"] == "Polygon"


# The pages


def table(client, url, caption):
    return read(client.get(url)).table(caption)


def test_a_period_stands_beside_as_many_months_before_it(client, revised):
    url = "/missions/UNMISS/?since=2016-07&as_of=2016-09-30&known_on=2024-05-15"
    rows = table(client, url, "Months that a table covers")[1:]
    assert rows == [
        ["July 2016 – September 2016", "3 of 3", "2", "305", "101.7"],
        ["April 2016 – June 2016", "3 of 3", "0", "0", "0.0"],
    ]


def test_a_period_that_no_table_covers_is_unknown(client, revised):
    rows = table(client, "/missions/UNMISS/?since=2019-08&as_of=2020-01-31", "Months that a table covers")[1:]
    assert rows[0] == ["August 2019 – January 2020", "0 of 6", "not covered"]


def test_two_missions_stand_side_by_side_with_their_sources_and_a_caution(client, revised):
    page = read(client.get("/missions/compare/?mission=UNMISS&since=2016-07&until=2016-12&other=UNMIS"))
    rows = {row[0]: row[1:] for row in page.table("Figures of both sides")}
    assert rows["Months covered"] == ["6 of 6", "0 of 6"]
    assert rows["Deaths, best estimate"] == ["307", "unknown"]
    assert rows["Deaths a covered month"] == ["51.2", "unknown"]
    assert "Two figures side by side do not say why they differ" in page.text
    assert "UNMIS: 6 of 6 months are not covered by any table; they are unknown, not zero." in page.text
    assert page.attributes("a", "href").count("/tables/events/2/") >= 1


def test_without_a_second_side_a_period_is_compared_with_the_one_before(client, revised):
    sides = client.get("/api/missions/compare/?mission=UNMISS&since=2016-07&until=2016-12").json()["sides"]
    assert [(side["mission"], side["from"], side["to"]) for side in sides] == [
        ("UNMISS", "2016-07", "2016-12"),
        ("UNMISS", "2016-01", "2016-06"),
    ]
    assert [side["best"] for side in sides] == [307, 0]


def test_a_side_without_months_is_its_last_covered_year(client, revised):
    (side, _) = client.get("/api/missions/compare/?mission=UNMISS").json()["sides"]
    assert (side["from"], side["to"]) == ("2018-08", "2019-07")


def test_periods_that_share_months_and_pairs_of_real_and_invented_are_told(client, revised):
    url = "/api/missions/compare/?mission=UNMISS&since=2016-07&until=2016-12&other_since=2016-10&other_until=2017-03"
    assert "The two periods share months." in client.get(url).json()["notes"]


def test_nothing_chosen_asks_for_a_mission(client, revised):
    answer = client.get("/missions/compare/")
    assert answer.status_code == 200
    assert "Nothing chosen yet" in answer.content.decode()


def test_a_month_that_cannot_be_read_is_told_at_its_field(client, revised):
    answer = client.get("/missions/compare/?mission=UNMISS&since=2016-99")
    assert answer.status_code == 400
    assert "This is not a month." in answer.content.decode()


# The time control


def links(client, url):
    return read(client.get(url)).attributes("a", "href")


def test_steps_lead_to_the_ends_of_months_and_keep_the_rest_of_the_question(client, revised):
    found = links(client, "/missions/UNMISS/?as_of=2016-08-10&known_on=2024-05-15&month_rule=exclude")
    for day in ("2015-08-31", "2016-07-31", "2016-09-30", "2017-08-31"):
        assert f"?as_of={day}&known_on=2024-05-15&month_rule=exclude" in found


def test_no_step_leaves_the_missions_time(client, revised):
    found = [link for link in links(client, "/missions/UNMISS/?as_of=2011-07-20") if link.startswith("?as_of")]
    assert min(found) >= "?as_of=2011-07-31"
    last = [link for link in links(client, "/missions/UNMIS/?as_of=2011-07-09") if link.startswith("?as_of")]
    assert max(last) < "?as_of=2011-07-09"


def test_an_event_of_several_months_counts_as_the_reader_says(client, demo):
    def deaths(rule: str) -> int:
        return client.get(f"/api/missions/UNSYM/?as_of=2025-12-31&month_rule={rule}").json()["events"]["best"]

    rows = {row[0]: row[2] for row in table(client, "/missions/UNSYM/?as_of=2025-12-31", "The same events under each")}
    for rule, words in (
        ("date_start", "In the month it began"),
        ("spread", "Spread over its months"),
        ("exclude", "Not at all"),
    ):
        assert rows[words] == f"{deaths(rule):,}"
    assert deaths("exclude") < deaths("date_start")


def test_ages_of_the_layers_are_told(client, demo):
    answer = client.get("/missions/UNSYM/?as_of=2026-03-31").content.decode()
    months = ordinal("2026-03") - ordinal("2025-12")
    assert f"{months} months old" in answer
    assert f"{ordinal('2026-03') - ordinal('2025-11')} months old" in answer


@pytest.mark.parametrize(("ending", "begins"), [("svg", b"<svg"), ("png", b"\x89PNG")])
def test_the_chart_can_be_kept_as_a_picture_that_names_its_source(client, demo, ending, begins):
    answer = client.get(f"/missions/UNSYM/chart.{ending}?as_of=2025-12-31")
    assert answer.content.startswith(begins)
    assert answer["Content-Disposition"] == f'attachment; filename="UNSYM-chart-2025-12-31.{ending}"'
    if ending == "svg":
        assert "events version 1" in answer.content.decode()


def test_a_mission_without_figures_has_no_chart_to_keep_and_the_page_says_so(client, revised):
    answer = client.get("/missions/UNFICYP/chart.svg")
    assert answer.status_code == 404
    assert "no figures by month" in answer.content.decode()


def test_a_chart_of_a_date_that_cannot_be_read_is_refused(client, demo):
    assert client.get("/missions/UNSYM/chart.svg?as_of=later").status_code == 400
