"""Does a brief count what is the mission's, keep the unknown unknown, and name its versions?"""

from datetime import date

import pytest

from bluehelm.products.brief import brief_json
from bluehelm.products.brief_text import brief_text
from bluehelm.workflows.brief_mission import UnknownMissionError, brief_mission
from bluehelm.workflows.import_file import import_file
from tests.ged_rows import ged_row, ged_text

JUBA = {"latitude": 4.85, "longitude": 31.6, "country_id": 626, "country": "South Sudan"}
ABYEI = {"latitude": 9.6, "longitude": 28.4, "country_id": 625, "country": "Sudan"}
KADUGLI = {"latitude": 11.0, "longitude": 29.7, "country_id": 625, "country": "Sudan"}
KHARTOUM = {"latitude": 15.6, "longitude": 32.5, "country_id": 625, "country": "Sudan"}


def on(day, number, place, best=1, **changes):
    dated = {"date_start": day, "date_end": day, "year": day[:4], "best": best, "low": best, "high": best}
    return ged_row(number, **(place | dated | changes))


EVENTS = [
    on("2011-07-07", 1, JUBA),
    on("2011-07-08", 2, JUBA, best=3, type_of_violence=1),
    on("2012-02-29", 3, JUBA, best=5, type_of_violence=3),
    on("2012-03-31", 4, JUBA, best=7, type_of_violence=2, date_end="2012-04-02"),
    on("2012-06-01", 5, ABYEI, best=11),
    on("2012-06-01", 6, KADUGLI, best=13),
    on("2012-06-01", 7, KHARTOUM, best=17),
    on("2013-01-01", 8, JUBA, best=19),
]


@pytest.fixture
def home(tmp_path):
    path = tmp_path / "ged.csv"
    path.write_text(ged_text(EVENTS), encoding="utf-8")
    import_file(tmp_path / "home", "ucdp-ged", path, retrieved=date(2024, 6, 1))
    return tmp_path / "home"


def test_the_first_and_the_last_day_belong_to_the_mission(home):
    events = brief_mission(home, "UNMISS", as_of=date(2012, 3, 31)).events
    assert (events.count, events.best) == (3, 15)
    assert {kind: figure.best for kind, figure in events.by_type.items()} == {
        "state-based": 3,
        "non-state": 7,
        "one-sided": 5,
    }


def test_a_month_is_the_one_in_which_an_event_began(home):
    events = brief_mission(home, "UNMISS", as_of=date(2012, 4, 30)).events
    months = {figure.month: figure.best for figure in events.by_month}
    assert (months["2012-03"], months["2012-04"]) == (7, 0)
    assert events.spanning_months == 1


def test_months_after_the_last_covered_one_are_unknown_not_zero(home):
    brief = brief_mission(home, "UNMISS", as_of=date(2013, 3, 1))
    months = {figure.month: figure.count for figure in brief.events.by_month}
    assert (months["2012-12"], months["2013-01"], months["2013-02"], months["2013-03"]) == (0, 1, None, None)
    assert any("unknown, not zero" in note for note in brief.notes)


def test_a_drawn_area_is_decided_by_coordinates_and_what_lies_near_is_shown_apart(home):
    events = brief_mission(home, "UNISFA", as_of=date(2012, 12, 31)).events
    assert (events.count, events.best) == (1, 11)
    assert events.nearby_best in (0, 13)
    assert events.nearby_count < 3


def test_countries_an_extract_does_not_name_are_unknown(home):
    brief = brief_mission(home, "MINUSCA", as_of=date(2014, 12, 31))
    assert brief.events is None
    assert brief_json(brief)["events"] is None
    assert any("does not speak of" in note for note in brief.notes)


def test_a_month_cut_by_the_first_or_the_last_day_is_marked_partial(home):
    months = brief_mission(home, "UNMISS", as_of=date(2012, 3, 15)).events.by_month
    assert [figure.month for figure in months if figure.partial] == ["2011-07", "2012-03"]


def test_a_mission_in_two_countries_is_unknown_when_the_extract_names_one(tmp_path):
    path = tmp_path / "sudan.csv"
    path.write_text(ged_text([event for event in EVENTS if event["country"] == "Sudan"]), encoding="utf-8")
    import_file(tmp_path / "home", "ucdp-ged", path)
    brief = brief_mission(tmp_path / "home", "UNISFA", as_of=date(2012, 6, 30))
    assert brief.events is None
    assert "Events version 1 is an extract that does not speak of South Sudan." in brief.notes


def test_rows_set_aside_are_spoken_of_beside_the_figures(tmp_path):
    path = tmp_path / "ged.csv"
    path.write_text(ged_text([*EVENTS, on("2012-05-01", 9, JUBA, best="many")]), encoding="utf-8")
    import_file(tmp_path / "home", "ucdp-ged", path, set_aside=True)
    brief = brief_mission(tmp_path / "home", "UNMISS", as_of=date(2012, 12, 31))
    assert any("1 bad rows" in note and "look quieter" in note for note in brief.notes)


def test_rows_the_provider_has_not_settled_are_spoken_of(tmp_path):
    path = tmp_path / "ged.csv"
    path.write_text(ged_text([*EVENTS, on("2012-05-01", 9, JUBA, code_status="Check dyad")]), encoding="utf-8")
    import_file(tmp_path / "home", "ucdp-ged", path)
    brief = brief_mission(tmp_path / "home", "UNMISS", as_of=date(2012, 12, 31))
    assert any("monthly candidate" in note for note in brief.notes)


def test_an_extract_says_that_it_knows_nothing_of_other_neighbours(home):
    notes = brief_mission(home, "UNMISS", as_of=date(2012, 12, 31)).notes
    assert any("events nearby are known in those only" in note for note in notes)


def test_the_brief_names_provider_licence_and_definitions(home):
    brief = brief_mission(home, "UNISFA", as_of=date(2012, 12, 31))
    assert (brief.versions[0].provider, brief.versions[0].licence) == ("ucdp-ged", "CC BY 4.0")
    assert [ref.name for ref in brief.definitions] == ["missions.yaml", "areas/unisfa.yaml"]
    assert "CC BY 4.0" in brief_text(brief)
    assert brief_json(brief)["definitions"][1]["status"] == "draft"


def test_a_mission_none_of_whose_months_are_covered_has_unknown_events_not_zero(home):
    brief = brief_mission(home, "UNMIS", as_of=date(2010, 12, 31))
    assert brief.events is None
    assert any("covered from 2011-07" in note for note in brief.notes)


def test_nothing_is_known_before_the_first_retrieval(home):
    brief = brief_mission(home, "UNMISS", as_of=date(2012, 12, 31), known_on=date(2024, 5, 31))
    assert (brief.events, brief.presence, brief.hotspots, brief.versions) == (None, None, (), ())
    assert brief_mission(home, "UNMISS", as_of=date(2012, 12, 31), known_on=date(2024, 6, 1)).events.count == 3


def test_a_mission_that_has_not_begun_has_no_events_and_no_months(home):
    events = brief_mission(home, "UNMISS", as_of=date(2011, 1, 1)).events
    assert (events.count, events.by_month) == (0, ())


def test_an_empty_folder_knows_nothing_and_says_so(tmp_path):
    brief = brief_mission(tmp_path, "UNMISS", as_of=date(2012, 1, 1))
    assert (brief.events, brief.presence) == (None, None)
    assert "unknown" in brief_text(brief)


def test_every_figure_names_the_version_it_came_from(home):
    brief = brief_mission(home, "UNMISS", as_of=date(2012, 12, 31))
    assert [(ref.table, ref.version, ref.retrieved) for ref in brief.versions] == [("events", 1, date(2024, 6, 1))]


def test_a_name_is_found_whatever_its_case_and_a_wrong_one_brings_its_neighbours(home):
    assert brief_mission(home, " unmiss ", as_of=date(2012, 1, 1)).mission == "UNMISS"
    with pytest.raises(UnknownMissionError) as error:
        brief_mission(home, "UNMISSS", as_of=date(2012, 1, 1))
    assert "UNMISS" in error.value.nearest


def test_the_terminal_says_the_figures_of_the_json(home):
    brief = brief_mission(home, "UNMISS", as_of=date(2013, 12, 31))
    said = brief_text(brief)
    assert f"{brief.events.best:,}" in said
    assert "not covered" in said
    assert "events version 1" in said
