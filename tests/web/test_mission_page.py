"""Does the page of a mission say what its brief says, and nothing else?"""

import json
from dataclasses import replace
from datetime import date

import pytest

from bluehelm.products.brief import brief_json
from bluehelm.tables.provenance import Coverage
from bluehelm.web.missions import presenters, views
from bluehelm.web.missions.presenters import TYPE_LABELS
from bluehelm.workflows.brief_mission import brief_mission
from tests.web.conftest import publish_events
from tests.web.page_reader import read

DEMO = "/missions/UNSYM/?as_of=2026-03-31"


def brief(home, mission="UNSYM", as_of="2026-03-31"):
    return brief_json(told(home, mission, as_of))


def told(home, mission="UNSYM", as_of="2026-03-31"):
    return brief_mission(home, mission, as_of=date.fromisoformat(as_of))


def number(value):
    return f"{value:,}"


def test_the_headline_figures_are_those_of_the_brief(client, demo):
    page, figures = read(client.get(DEMO)), brief(demo)
    events, presence = figures["events"], figures["presence"]
    assert (
        f"Deaths, best estimate {number(events['best'])} low {number(events['low'])} to high {number(events['high'])}"
        in page.text
    )
    assert f"Events {number(events['count'])} covered January 2016 to December 2025" in page.text
    assert f"Troops {number(presence['troops'])} at {presence['locations']} places in November 2025" in page.text
    assert f"strength unknown at {presence['unknown_strength']} of them" in page.text


def test_the_types_are_those_of_the_brief(client, demo):
    by_type = brief(demo)["events"]["by_type"]
    rows = read(client.get(DEMO)).table("Events and deaths by type")[1:]
    assert [row[1:3] for row in rows] == [[number(f["count"]), number(f["best"])] for f in by_type.values()]
    assert [row[0] for row in rows] == ["State-based conflict", "Non-state conflict", "One-sided violence"]


def test_the_table_of_months_says_the_same_as_the_brief_and_never_zero_for_unknown(client, demo):
    rows = read(client.get(DEMO)).table("Events and deaths by month")[1:]
    months = brief(demo)["events"]["by_month"][::-1]
    assert rows[0] == ["March 2026", "not covered"]
    said = [[row[0], *row[1:]] for row in rows]
    for cells, month in zip(said, months, strict=True):
        given = ["not covered"] if month["count"] is None else [number(month["count"]), number(month["best"])]
        assert cells[1:] == given
    assert sum(month["count"] is None for month in months) == 3


def test_the_chart_draws_the_same_months(client, demo):
    page = client.get(DEMO).content.decode()
    start = page.index('<script id="chart-option" type="application/json">')
    option = json.loads(page[page.index(">", start) + 1 : page.index("</script>", start)])
    months = brief(demo)["events"]["by_month"]
    assert option["xAxis"][0]["data"] == [month["month"] for month in months]
    assert option["series"][0]["data"] == [month["best"] for month in months]
    assert option["series"][1]["data"] == [month["count"] for month in months]


def test_hotspots_are_those_of_the_brief(client, demo):
    rows = read(client.get(DEMO)).table("Grid cells")[1:]
    given = [
        [str(s.gid), f"{s.latitude:.2f}", f"{s.longitude:.2f}", number(s.count), number(s.best)]
        for s in told(demo).hotspots
    ]
    assert rows == given


def test_bases_stand_by_size_and_those_of_unknown_strength_last(client, demo):
    rows = read(client.get(DEMO)).table("Places on the map of November 2025")[1:]
    strengths = [row[1] for row in rows]
    known = [int(strength.replace(",", "")) for strength in strengths if strength != "unknown"]
    assert known == sorted(known, reverse=True)
    unknown = brief(demo)["presence"]["unknown_strength"]
    assert strengths[len(known) :] == ["unknown"] * unknown
    assert unknown > 0


def test_the_table_of_bases_says_where_each_is_and_who_else_stands_there(client, demo):
    rows = read(client.get(DEMO)).table("Places on the map of November 2025")[1:]
    bases = {base["location"]: base for base in brief(demo)["bases"]}
    words = {("police", True): "police", ("police", None): "police unknown"}
    words |= {("observers", True): "observers", ("observers", None): "observers unknown"}
    for place, _, also, _, *where in rows:
        base = bases[place]
        said = [words[name, base[name]] for name in ("police", "observers") if base[name] is not False]
        unknown = base["police"] is None and base["observers"] is None
        assert also == ("unknown" if unknown else ", ".join(said) or "none")
        assert where == [f"{base['lat']:.2f}", f"{base['lon']:.2f}"]
    assert len(rows) == len(bases)


def test_posts_without_troops_have_a_legend_line_of_their_own_where_there_are_any(client, demo, monkeypatch):
    def changed(troops):
        made = brief_mission(demo, "UNSYM", as_of=date(2026, 3, 31))
        bases = (replace(made.presence.bases[0], troops=troops), *made.presence.bases[1:])
        kept = tuple(base for base in bases[1:] if base.troops != 0)
        shown = replace(made, presence=replace(made.presence, bases=(bases[0], *kept)))
        monkeypatch.setattr(views, "brief_for", lambda *_: shown)
        return read(client.get(DEMO)).text

    line = "Post without troops (police, observers or other)"
    assert line in changed(0)
    assert line not in changed(5)
    assert line not in changed(None)


def test_the_events_on_the_map_stand_in_a_table_deadliest_first(client, demo):
    rows = read(client.get(DEMO)).table("Places of events on the map")[1:]
    layers = client.get("/missions/UNSYM/map.json?as_of=2026-03-31").json()
    listed = []
    for feature in layers["events"]["features"]:
        (longitude, latitude), event = feature["geometry"]["coordinates"], feature["properties"]
        where = "inside the area" if event["inside"] else "nearby"
        kind = str(TYPE_LABELS[event["type"]])
        listed.append(
            [f"{latitude:.4f}", f"{longitude:.4f}", number(event["count"]), number(event["best"]), kind, where]
        )
    deaths = [int(row[3].replace(",", "")) for row in rows]
    assert deaths == sorted(deaths, reverse=True)
    assert len(rows) == min(presenters.PLACES_LISTED, len(listed))
    assert all(row in listed for row in rows)


def test_a_long_table_of_places_is_cut_and_says_how_many_are_left_and_where_all_are(client, demo, monkeypatch):
    layers = client.get("/missions/UNSYM/map.json?as_of=2026-03-31").json()
    monkeypatch.setattr(presenters, "PLACES_LISTED", 3)
    page = read(client.get(DEMO))
    assert len(page.table("Places of events on the map")) == 1 + 3
    assert f"{number(len(layers['events']['features']) - 3)} more places are not listed here" in page.text
    assert "/missions/UNSYM/map.json?as_of=2026-03-31" in page.attributes("a", "href")


def test_the_map_names_the_versions_it_was_made_from(client, demo):
    layers = client.get("/missions/UNSYM/map.json?as_of=2026-03-31").json()
    assert layers["versions"] == brief(demo)["versions"] != []


def test_part_months_are_named_in_the_table_and_given_to_the_chart(client, demo):
    page = client.get("/missions/UNSYM/?as_of=2025-11-10")
    partial = brief(demo, as_of="2025-11-10")["events"]["partial_months"]
    assert partial[-1] == "2025-11"
    rows = read(page).table("Events and deaths by month")[1:]
    assert rows[0][0] == "November 2025 part of the month"
    assert sum(row[0].endswith("part of the month") for row in rows) == len(partial)
    assert f'"partial": {json.dumps(partial)}' in page.content.decode()


def test_provider_licence_and_citation_of_every_source_stand_on_the_page(client, demo):
    text, known = read(client.get(DEMO)).text, told(demo)
    for ref in known.versions:
        assert f"{ref.title} ({ref.provider}). Cite as: {ref.citation}. Licence: {ref.licence}." in text
    assert known.definitions
    for definition in known.definitions:
        assert f"{definition.title} ({definition.name}), valid from" in text


def test_every_block_of_figures_links_to_the_version_it_comes_from(client, demo):
    links = read(client.get(DEMO)).attributes("a", "href")
    assert links.count("/tables/events/1/") >= 6
    assert links.count("/tables/deployments/1/") >= 4
    assert "/tables/missions/1/" in links


def test_the_json_of_the_page_is_the_brief_of_the_command(client, demo):
    assert client.get("/missions/UNSYM/brief.json?as_of=2026-03-31").json() == brief(demo)


def test_the_map_adds_up_to_the_figures(client, demo):
    layers = client.get("/missions/UNSYM/map.json?as_of=2026-03-31").json()
    figures = brief(demo)
    inside = [event["properties"] for event in layers["events"]["features"] if event["properties"]["inside"]]
    assert sum(event["best"] for event in inside) == figures["events"]["best"]
    assert sum(event["count"] for event in inside) == figures["events"]["count"]
    assert len(layers["bases"]["features"]) + layers["unplaced"] == figures["presence"]["locations"]
    assert [cell["properties"]["gid"] for cell in layers["cells"]["features"]] == [
        s["gid"] for s in figures["hotspots"]
    ]


def test_the_brief_as_a_file_is_kept_under_a_plain_name(client, demo):
    answer = client.get("/missions/UNOSOM%20II/brief.html?as_of=1994-05-01")
    assert answer["Content-Disposition"] == 'attachment; filename="UNOSOM-II-1994-05-01.html"'
    assert answer.content.decode().startswith("<!doctype html>")


def test_the_page_links_its_files_for_the_same_dates(client, demo):
    links = read(client.get(DEMO + "&known_on=2026-11-01")).attributes("a", "href")
    assert "/missions/UNSYM/brief.html?as_of=2026-03-31&known_on=2026-11-01" in links
    assert "/missions/UNSYM/brief.json?as_of=2026-03-31&known_on=2026-11-01" in links


def test_a_name_with_a_blank_works_and_so_does_another_spelling(client, demo):
    assert read(client.get("/missions/UNOSOM%20II/")).headings[0] == (1, "UNOSOM II")
    assert read(client.get("/missions/unosom%20ii/")).headings[0] == (1, "UNOSOM II")


def test_a_mission_that_ended_says_where_its_figures_stop(client, small):
    text = read(client.get("/missions/UNMIS/?as_of=2015-01-01")).text
    assert "The mission ended on 9 Jul 2011; nothing later is counted." in text
    assert "later months are unknown" not in text


def test_a_table_that_ends_before_the_day_asked_about_says_so(client, small):
    text = read(client.get("/missions/UNMISS/?as_of=2020-12-31")).text
    assert "Events are covered to June 2019; later months are unknown, not zero." in text
    assert "Not covered by any table: unknown, not zero" in text


def test_a_table_that_begins_after_the_mission_says_so(client, small):
    publish_events(small, date(2024, 6, 1), coverage=Coverage("2012-01", "2019-06", ("SSD",)))
    text = read(client.get("/missions/UNMISS/?as_of=2015-12-31")).text
    assert "Events are covered from January 2012; earlier months are unknown, not zero." in text


def test_months_that_nobody_covers_do_not_add_up_to_zero(client, small):
    publish_events(small, date(2024, 6, 1), coverage=Coverage("2012-01", "2019-06", ("SDN",)))
    page = read(client.get("/missions/UNMIS/"))
    assert "Events and deaths not covered" in page.text
    assert not [attributes for _, attributes in page.elements if attributes.get("data-figure") in ("best", "count")]


def test_a_mission_that_had_not_begun_says_so(client, small):
    page = read(client.get("/missions/UNMISS/?as_of=2001-01-01"))
    assert "The mission had not begun." in page.text
    assert "chart" not in [attributes.get("id") for _, attributes in page.elements]


def test_a_mission_without_doubtful_events_has_no_line_about_them(client, small):
    assert brief(small, "UNMISS")["events"]["doubtful"] == 0
    assert "contradict themselves" not in read(client.get("/missions/UNMISS/")).text


def test_the_card_of_events_says_from_when_on_they_are_covered(client, small):
    publish_events(small, date(2024, 6, 1), coverage=Coverage("2013-02", "2013-11", ("SSD",)))
    text = read(client.get("/missions/UNMISS/?as_of=2015-12-31")).text
    assert "Events 0 covered February 2013 to November 2013" in text


def test_a_mission_that_no_table_covers_shows_no_figure(client, small):
    page = read(client.get("/missions/UNAMSIL/"))
    assert "Every figure on this page" not in page.text
    assert "Events and deaths not covered" in page.text
    assert "Troops and places unknown" in page.text
    assert not [attributes for _, attributes in page.elements if "data-figure" in attributes]
    assert not [table for table in page.tables if "by month" in table.caption]


def test_what_was_known_on_an_earlier_day_is_shown_as_it_was(client, small):
    publish_events(small, date(2025, 5, 1), sha256="b2" * 32)
    assert "/tables/events/2/" in read(client.get("/missions/UNMISS/")).attributes("a", "href")
    then = read(client.get("/missions/UNMISS/?known_on=2024-12-31"))
    assert "/tables/events/1/" in then.attributes("a", "href")
    assert "/tables/events/2/" not in then.attributes("a", "href")
    assert "Events and deaths not covered" in read(client.get("/missions/UNMISS/?known_on=2023-01-01")).text


@pytest.mark.parametrize("query", ["as_of=31.12.2017", "as_of=2017-02-30", "known_on=yesterday", "as_of=9999-01-01"])
def test_a_date_that_cannot_be_used_gets_a_plain_message_on_the_page_itself(client, small, query):
    answer = client.get(f"/missions/UNMISS/?{query}")
    page = read(answer)
    assert answer.status_code == 400
    assert "A date could not be used." in page.text
    assert page.headings[0] == (1, "UNMISS")
    assert "Events 0" in page.text


@pytest.mark.parametrize("name", ["brief.json", "map.json", "brief.html"])
def test_a_program_that_asks_with_an_unusable_date_gets_no_figures(client, small, name):
    answer = client.get(f"/missions/UNMISS/{name}?as_of=2017-13-01")
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert set(error) == {"code", "what", "where", "unchanged", "next", "problems"}
    assert error["code"] == "bad_date"
    assert "as_of" in error["problems"][0]


def test_an_unknown_mission_is_answered_with_the_nearest_spellings(client, demo):
    answer = client.get("/missions/UNMIS5/")
    page = read(answer)
    assert answer.status_code == 404
    assert "No mission is called “UNMIS5”" in page.headings[0][1]
    assert "/missions/UNMISS/" in page.attributes("a", "href")


@pytest.mark.parametrize("name", ["brief.json", "map.json", "brief.html"])
def test_an_unknown_mission_is_an_error_object_for_programs(client, demo, name):
    answer = client.get(f"/missions/UNMIS5/{name}")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "unknown_mission"
    assert "UNMISS" in answer.json()["error"]["problems"]


def test_markup_in_a_name_is_shown_as_text(client, demo):
    page = read(client.get("/missions/%3Cimg%20src=x%20onerror=alert(1)%3E/"))
    assert page.headings[0] == (1, "No mission is called “<img src=x onerror=alert(1)>”.")
    assert not [attributes for _, attributes in page.elements if "onerror" in attributes]


def test_a_drawn_area_is_called_a_draft_until_somebody_has_checked_it(client, small):
    page = read(client.get("/missions/UNISFA/"))
    assert "Area of operations, draft" in page.text
    assert "mark-area mark-area--draft" in page.attributes("line", "class")


def test_a_whole_country_is_the_registrys_word_and_is_not_outlined_as_a_draft(client, small):
    page, status = read(client.get("/missions/UNMISS/")), brief(small, "UNMISS")["scope"]["area_status"]
    said = "Area Whole country, as the mission registry says"
    assert (f"{said} (draft) Rule" if status == "draft" else f"{said} Rule") in page.text
    assert "Area of operations, draft" not in page.text
    assert "mark-area--draft" not in " ".join(page.attributes("line", "class"))


def test_the_real_figures_of_a_real_mission_are_on_its_page(client, settings, real_home):
    settings.BLUEHELM_HOME = real_home
    page = read(client.get("/missions/UNMISS/?as_of=2017-12-31"))
    events = brief(real_home, "UNMISS", "2017-12-31")["events"]
    assert f"Deaths, best estimate {number(events['best'])}" in page.text
    assert len(page.table("Events and deaths by month")) == 1 + len(events["by_month"])
