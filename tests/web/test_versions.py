"""Can every figure be followed to the file it came from?"""

import json
from dataclasses import replace
from datetime import date

import polars as pl

from bluehelm.sources.intake import NOTED_ROWS
from bluehelm.store import Store
from bluehelm.tables.provenance import Coverage
from tests.web.conftest import publish_events
from tests.web.page_reader import read


def test_the_page_of_a_version_says_where_it_comes_from_and_what_was_wrong_in_it(client, small):
    page = read(client.get("/tables/events/1/"))
    for said in (
        "Conflict events, version 1",
        "Provider ucdp-ged",
        "Licence CC BY 4.0",
        "Cite as Nobody (2024)",
        "Retrieved 1 May 2024",
        "File events.csv",
        "a1" * 32,
        "Rows kept 0",
        "Rows set aside 0",
        "Months covered January 1989 to June 2019",
        "Countries covered South Sudan, Sudan",
        "Computed from the provider's file itself",
    ):
        assert said in page.text
    assert page.table("Set aside")[1:] == [["The date cannot be read", "3", "41"]]
    assert page.table("Doubtful")[1:] == [["The best estimate lies outside low and high", "2", "17"]]
    assert "https://example.org/" in page.attributes("a", "href")


def test_a_table_of_events_without_a_limit_speaks_of_the_whole_world_and_no_other_table_does(client, small):
    publish_events(small, date(2024, 6, 1), coverage=Coverage("1989-01", "2019-06", None))
    assert "Countries covered the whole world" in read(client.get("/tables/events/2/")).text


def test_a_table_other_than_events_does_not_claim_the_whole_world(client, demo):
    assert "Countries covered" not in read(client.get("/tables/missions/1/")).text


def test_an_invented_version_claims_no_provider(client, demo):
    text = read(client.get("/tables/events/1/")).text
    assert "Computed from nothing: the program invented it" in text
    assert "provider's file itself" not in text


def test_the_rows_set_aside_and_flagged_can_be_read(client, small):
    bad = noted((41, "date_start", "31 June", "the date cannot be read"), (12, "id", None, "no id"))
    doubtful = noted((17, "best", "9", "the best estimate lies outside low and high"))
    publish_events(small, date(2024, 6, 1), set_aside=bad, flagged=doubtful)
    page = read(client.get("/tables/events/2/"))
    assert page.table("Rows set aside")[1:] == [
        ["12", "id", "empty", "No id"],
        ["41", "date_start", "31 June", "The date cannot be read"],
    ]
    assert page.table("Rows that are doubtful")[1:] == [
        ["17", "best", "9", "The best estimate lies outside low and high"]
    ]
    assert "not listed here" not in page.text


def test_of_many_rows_set_aside_the_first_hundred_are_shown_and_the_rest_counted(client, small):
    publish_events(small, date(2024, 6, 1), set_aside=noted(*((n, "id", "x", "no id") for n in range(2, 152))))
    page = read(client.get("/tables/events/2/"))
    assert [row[0] for row in page.table("Rows set aside")[1:]] == [str(n) for n in range(2, 102)]
    assert "50 more rows are not listed here." in page.text


def noted(*rows):
    return pl.DataFrame(list(rows), schema=NOTED_ROWS, orient="row")


def test_a_version_computed_from_others_links_to_them(client, small):
    publish_events(small, date(2024, 6, 1), parents=(("events", 1),))
    assert "/tables/events/1/" in read(client.get("/tables/events/2/")).attributes("a", "href")


def test_an_address_that_a_browser_should_not_follow_is_shown_as_text(client, small):
    source = Store(small).version("events", 1).source
    evil = replace(source, title="x", licence="", citation="", url="javascript:alert(1)")
    publish_events(small, date(2024, 6, 1), source=evil)
    page = read(client.get("/tables/events/2/"))
    assert "javascript:alert(1)" in page.text
    assert not [link for link in page.attributes("a", "href") if link.startswith("javascript")]
    assert "Licence not stated" in page.text


def test_the_list_holds_every_version_newest_first(client, small):
    publish_events(small, date(2024, 6, 1))
    rows = read(client.get("/tables/")).table("Table versions")[1:]
    assert [row[0] for row in rows] == ["events, version 2", "events, version 1"]
    assert rows[1][2:] == ["1 May 2024", "January 1989 to June 2019", "0", "0"]


def test_synthetic_versions_are_marked(client, demo):
    rows = read(client.get("/tables/")).table("Table versions")[1:]
    assert all(row[0].endswith("synthetic") for row in rows)


def test_a_version_that_does_not_exist_is_not_found_and_the_answer_says_what_there_is(client, small):
    answer = client.get("/tables/events/9/")
    assert answer.status_code == 404
    assert "there is: 1" in read(answer).text
    assert read(answer).attributes("a", "href").count("/tables/") > 1


def test_a_table_that_does_not_exist_is_not_found(client, small):
    assert client.get("/tables/nonsense/1/").status_code == 404
    assert client.get("/tables/..%2Fevents/1/").status_code == 404


def test_an_empty_folder_says_which_commands_fill_it(client, empty):
    assert "bluehelm import ucdp-ged FILE" in read(client.get("/tables/")).text


def test_damage_is_told_with_its_place_and_its_remedy(client, small):
    (entry,) = (small / "tables" / "events").glob("*/version.json")
    entry.write_text(json.dumps({"half": "an entry"}))
    for url in ("/", "/tables/", "/tables/events/1/", "/missions/UNMISS/"):
        answer = client.get(url)
        assert answer.status_code == 500
        assert "events version 1 cannot be read" in read(answer).text
        assert "backup" in read(answer).text
    assert client.get("/missions/UNMISS/brief.json").json()["error"]["code"] == "damaged"
