"""Does the list of missions say which missions there are and what the data speaks of?"""

import pytest

from tests.web.page_reader import read


def rows(client, url="/"):
    (missions,) = read(client.get(url)).tables
    return missions.rows[1:]


def test_the_synthetic_mission_comes_first_and_is_called_synthetic(client, demo):
    first, second, *_ = rows(client)
    assert first[0] == "UNSYM synthetic"
    assert "synthetic" not in second[0]


def test_hosts_are_named_and_dates_given(client, demo):
    row = next(row for row in rows(client) if row[0] == "UNAMSIL")
    assert row[1:4] == ["United Nations Mission in Sierra Leone", "Sierra Leone", "22 Oct 1999 – 31 Dec 2005"]
    row = next(row for row in rows(client) if row[0] == "UNMISS")
    assert row[3] == "since 8 Jul 2011"


def test_a_mission_of_which_nobody_gives_dates_says_so(client, demo):
    row = next(row for row in rows(client) if row[0] == "UNFOR")
    assert row[3] == "start unknown – end unknown"


def test_the_list_says_what_the_tables_cover(client, demo):
    first, second, *_ = rows(client)
    assert first[4:] == ["to December 2025", "November 2025"]
    assert second[4:] == ["none", "none"]


def test_events_are_covered_to_the_missions_end_and_only_if_the_table_reaches_it(client, small):
    covered = {row[0]: row[4] for row in rows(client)}
    assert covered["UNMISS"] == "to June 2019"
    assert covered["UNMIS"] == "to July 2011"
    assert covered["UNAMSIL"] == "none"


def test_words_find_missions_by_name_and_by_country_whatever_their_case(client, demo):
    assert "UNMISS" in [row[0] for row in rows(client, "/?find=south+SUDAN")]
    assert [row[0] for row in rows(client, "/?find=cote+d%27ivoire")] == ["UNOCI", "MINUCI"]
    assert [row[0] for row in rows(client, "/?find=unosom")] == ["UNOSOM II", "UNOSOM", "UNOSOM I"]


def test_words_that_fit_nothing_say_so(client, demo):
    assert rows(client, "/?find=atlantis") == []
    assert notice(client, "/?find=atlantis") == {"id": "missions-none", "class": "aside"}
    assert "hidden" in notice(client, "/?find=mali")


def notice(client, url):
    """The element saying that no mission fits; hidden while one does."""
    (found,) = [attrs for _, attrs in read(client.get(url)).elements if attrs.get("id") == "missions-none"]
    return found


@pytest.mark.parametrize("words", ["none", "1999", "since", "several missions", "december"])
def test_a_search_looks_at_names_and_hosts_and_at_no_other_column(client, demo, words):
    assert rows(client, f"/?find={words}") == []


def test_missions_that_do_not_fit_wait_hidden_so_that_clearing_the_search_shows_them(client, demo):
    every = len(rows(client))
    page = read(client.get("/?find=sudan"))
    held = [attributes for tag, attributes in page.elements if tag == "tr" and "data-row" in attributes]
    assert len(held) == every
    assert sum("hidden" not in attributes for attributes in held) == len(page.tables[0].rows) - 1 < every


def test_the_choices_keep_the_words(client, demo):
    links = read(client.get("/missions/?find=south+sudan&show=active")).attributes("a", "href")
    assert {
        "/missions/?find=south%20sudan",
        "/missions/?show=active&find=south%20sudan",
        "/missions/?show=data&find=south%20sudan",
    } <= set(links)


def test_missions_can_be_left_to_the_active_ones_and_to_those_with_data(client, demo):
    active = [row[0] for row in rows(client, "/?show=active")]
    assert "UNMISS" in active
    assert "UNAMSIL" not in active
    assert "UNFOR" not in active
    assert [row[0] for row in rows(client, "/?show=data")] == ["UNSYM synthetic"]
    assert len(rows(client, "/?show=nonsense")) == len(rows(client))


def test_what_is_no_single_peacekeeping_mission_is_marked(client, demo):
    named = {row[0]: row[1] for row in rows(client)}
    assert named["UNEF"].endswith("several missions in one entry")
    assert named["UNSCOB"].endswith("not a peacekeeping mission")


def test_an_empty_data_folder_tells_which_commands_fill_it(client, empty):
    page = read(client.get("/"))
    assert "No data has been imported yet" in page.text
    assert "bluehelm import ucdp-ged FILE" in page.text
    assert "bluehelm demo" in page.text
    assert len(page.tables[0].rows) > 80


def test_looking_at_an_empty_data_folder_makes_nothing(client, empty):
    for url in ("/", "/missions/UNMISS/", "/tables/", "/missions/UNMISS/map.json", "/borders/lines.geojson"):
        assert client.get(url).status_code == 200
    assert not empty.exists()


def test_a_data_folder_with_data_does_not_ask_for_more(client, demo):
    assert "No data has been imported yet" not in read(client.get("/")).text


@pytest.mark.parametrize("url", ["/", "/missions/UNSYM/", "/tables/", "/tables/events/1/", "/nowhere/"])
def test_every_page_of_a_folder_with_synthetic_data_says_so(client, demo, url):
    assert "Synthetic demonstration data." in read(client.get(url)).text


def test_the_page_of_a_real_mission_is_not_called_synthetic_because_of_its_neighbour(client, demo):
    text = read(client.get("/missions/UNMISS/")).text
    assert "This data folder also holds a synthetic demonstration mission; the figures on this page are real." in text
    assert "Synthetic demonstration data." not in text


@pytest.mark.parametrize("url", ["/", "/missions/UNMISS/", "/tables/", "/tables/events/1/"])
def test_no_page_of_another_folder_says_so(client, small, url):
    assert "ynthetic" not in read(client.get(url)).text
