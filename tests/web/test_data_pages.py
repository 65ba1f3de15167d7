"""Do the pages over the data say what changed, what is covered and what needs a look?"""

from datetime import date
from itertools import pairwise

import pytest
from django.conf import settings as configured
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.language import speaking
from bluehelm.situation.quality import TITLES
from bluehelm.situation.revisions import Change
from bluehelm.tables.months import from_ordinal, months_between, ordinal
from bluehelm.tables.provenance import Coverage
from bluehelm.web.data.coverage import Axis, gaps, joined
from bluehelm.web.data.revisions import CHANGES_LISTED, largest_changes, shifts
from bluehelm.workflows.quality import watch_json, watch_quality
from tests.published import event, publish, rows_of
from tests.web.conftest import event_rows, publish_events
from tests.web.page_reader import read
from tests.workflows.test_quality import contributions

START = ordinal("2010-01")
run = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(
    lambda ends: tuple(from_ordinal(START + end) for end in sorted(ends))
)
runs = st.lists(run, max_size=6)


def months_of(found) -> set[str]:
    return {month for first, last in found for month in months_between(first, last)}


@given(runs)
def test_joined_runs_hold_the_same_months_in_order_and_do_not_touch(given_runs):
    made = joined(given_runs)
    assert months_of(made) == months_of(given_runs)
    ends = [ordinal(month) for each in made for month in each]
    assert ends == sorted(ends)
    assert all(ordinal(later[0]) - ordinal(earlier[1]) > 1 for earlier, later in pairwise(made))


@given(runs.filter(bool))
def test_runs_and_gaps_together_are_every_month_once(given_runs):
    made = joined(given_runs)
    missing = gaps(made)
    assert months_of(made) | months_of(missing) == set(months_between(made[0][0], made[-1][1]))
    assert months_of(made).isdisjoint(months_of(missing))


@given(runs.filter(bool))
def test_strips_lie_on_their_axis_and_are_as_wide_as_their_months(given_runs):
    made = joined(given_runs)
    months = Axis(made[0][0], made[-1][1])
    whole = len(months_between(months.first, months.last))
    for each in made:
        strip = months.strip(each)
        assert strip.width == pytest.approx(100 * len(months_between(*each)) / whole, abs=0.01)
        assert strip.x + strip.width <= 100.01


changes = st.lists(
    st.builds(
        Change,
        iso3=st.sampled_from(["SSD", "SDN", None]),
        month=st.integers(0, 20).map(lambda n: from_ordinal(START + n)),
        old=st.one_of(st.none(), st.integers(0, 100)),
        new=st.one_of(st.none(), st.integers(0, 100)),
        old_count=st.integers(0, 9),
        new_count=st.integers(0, 9),
    ),
    max_size=30,
)


@given(changes)
def test_the_largest_change_comes_first_and_a_page_bears_only_so_many(found):
    rows = largest_changes(found)
    moved = [abs((row.change.new or 0) - (row.change.old or 0)) for row in rows]
    assert moved == sorted(moved, reverse=True)
    assert len(rows) == min(len(found), CHANGES_LISTED)


@given(changes)
def test_a_months_bar_stands_up_when_the_newer_version_has_more(found):
    months = [from_ordinal(START + n) for n in range(21)]
    net = {month: sum((c.new or 0) - (c.old or 0) for c in found if c.month == month) for month in months}
    bars, top = shifts(found, months)
    moved = [value for value in net.values() if value]
    assert [bar.more for bar in bars] == [value > 0 for value in moved]
    assert top == max(map(abs, moved), default=0)
    for bar, value in zip(bars, moved, strict=True):
        assert bar.height == pytest.approx(20 * abs(value) / top, abs=0.01)


# The pages


def test_the_page_of_a_revision_says_what_changed_and_what_was_not_compared(client, revised):
    page = read(client.get("/tables/events/revisions/?old=1&new=2"))
    assert page.table("Countries and months whose figures differ")[1:] == [
        ["South Sudan", "August 2016", "5", "0", "1", "0"],
        ["South Sudan", "September 2016", "0", "5", "0", "1"],
        ["South Sudan", "July 2016", "300", "302", "1", "1"],
    ]
    assert [row[3:] for row in page.table("366 months that both versions cover")[1:]] == [["309", "3"], ["311", "3"]]
    assert "Only the newer version covers 2019-07; it is not compared." in page.text
    assert "3 country-months changed" in page.text


def test_the_figures_of_a_mission_that_move_are_told(client, revised):
    page = read(client.get("/tables/events/revisions/?old=1&new=2&mission=UNMISS&as_of=2017-12-31"))
    rows = {row[0]: row[1:] for row in page.table("The mission's brief on either version")}
    assert rows["Deaths, best"] == ["305", "307"]
    assert rows["Deaths in 2016-07"] == ["300", "302"]
    assert "Events" not in rows


def test_a_mission_without_a_change_says_that_none_moves(client, revised):
    page = read(client.get("/tables/events/revisions/?old=1&new=1&mission=UNMISS"))
    assert "None: every figure that this mission's page shows is the same" in page.text
    assert "No figure differs in the months that both cover." in page.text


def test_the_two_newest_of_a_provider_are_shown_unasked(client, revised):
    page = read(client.get("/tables/events/revisions/"))
    assert "3 country-months changed" in page.text


def test_one_version_is_nothing_to_compare_yet(client, small):
    answer = client.get("/tables/events/revisions/")
    assert answer.status_code == 200
    assert "It takes two versions of this table." in read(answer).text


def test_versions_that_do_not_exist_are_refused_at_their_field(client, revised):
    answer = client.get("/tables/events/revisions/?old=1&new=9")
    assert answer.status_code == 400
    assert "Select a valid choice. 9" in read(answer).text


def test_a_table_that_cannot_be_compared_says_which_can(client, demo):
    answer = client.get("/tables/deployments/revisions/?old=1&new=1")
    assert answer.status_code == 400
    assert "country_months" in read(answer).text


def test_an_unknown_mission_gets_names_that_are_near(client, revised):
    answer = client.get("/tables/events/revisions/?old=1&new=2&mission=UNMIS5")
    assert answer.status_code == 404
    assert "UNMISS" in read(answer).text


def test_the_list_of_versions_leads_to_their_revisions(client, revised):
    assert "/tables/events/revisions/" in read(client.get("/tables/")).attributes("a", "href")


def test_coverage_joins_the_versions_of_a_provider_and_names_what_is_missing(client, small):
    publish_events(small, date(2024, 6, 1), event_rows(), coverage=Coverage("2020-01", "2020-06", ("SSD",)))
    rows = read(client.get("/coverage/?table=events")).table("Conflict events")[1:]
    assert rows[0] == [
        *("South Sudan", "ucdp-ged", "1 , 2", "", "1989-01 – 2019-06; 2020-01 – 2020-06", "2019-07 – 2019-12"),
    ]
    assert rows[1][0] == "Sudan"
    assert rows[1][5] == "none"


def test_coverage_without_a_limit_of_countries_is_the_whole_world(client, small):
    publish_events(small, date(2024, 6, 1), event_rows(), coverage=Coverage("2020-01", "2020-06", None))
    rows = read(client.get("/coverage/")).table("Conflict events")[1:]
    assert rows[0][0] == "the whole world"
    assert rows[0][4] == "2020-01 – 2020-06"


def test_a_country_is_found_in_lines_that_name_it_and_in_those_without_limit(client, small):
    publish_events(small, date(2024, 6, 1), event_rows(), coverage=Coverage("2020-01", "2020-06", None))
    rows = read(client.get("/coverage/?find=south+sudan")).table("Conflict events")[1:-1]
    assert [row[0] for row in rows] == ["the whole world", "South Sudan"]
    assert "Nothing fits" in read(client.get("/coverage/?find=south&provider=nobody")).text


def test_many_lines_come_in_pages(client, small, monkeypatch):
    monkeypatch.setattr("bluehelm.web.data.views.LANES_A_PAGE", 1)
    page = read(client.get("/coverage/"))
    assert [row[0] for row in page.table("Conflict events")[1:-1]] == ["South Sudan"]
    assert "1 to 1 of 2" in page.text
    assert "?page=2" in page.attributes("a", "href")


def test_every_finding_of_the_watch_is_on_its_page_with_its_evidence(client, revised):
    answer = watch_json(watch_quality(revised, as_of=date(2026, 11, 1)))
    page = read(client.get("/quality/?as_of=2026-11-01"))
    assert answer["findings"]
    for finding in answer["findings"]:
        assert finding["what"] in page.text
        for row in finding["evidence"]:
            assert f"/tables/{row['table']}/{row['version']}/" in page.attributes("a", "href")


def test_findings_can_be_left_to_one_severity(client, revised):
    findings = watch_json(watch_quality(revised, as_of=date(2026, 11, 1)))["findings"]
    for severity in ("critical", "high", "medium", "low"):
        text = read(client.get(f"/quality/?as_of=2026-11-01&severity={severity}")).text
        for finding in findings:
            assert (finding["what"] in text) == (finding["severity"] == severity)


@pytest.mark.parametrize("url", ["/", "/missions/", "/tables/", "/coverage/", "/quality/"])
def test_an_empty_folder_says_how_to_fill_it_on_every_page_of_data(client, empty, url):
    answer = client.get(url)
    assert answer.status_code == 200
    assert "bluehelm import ucdp-ged FILE" in read(answer).text


@pytest.mark.parametrize(
    "url", ["/missions/UNMISS/", "/missions/UNMISS/situation/", "/missions/compare/?mission=UNMISS"]
)
def test_an_empty_folder_says_unknown_and_never_zero_on_the_pages_of_a_mission(client, empty, url):
    answer = client.get(url)
    assert answer.status_code == 200
    text = read(answer).text
    assert "unknown" in text.lower()
    assert "Deaths, best estimate 0" not in text


def test_the_situation_says_what_the_command_says(client, demo):
    url = "/missions/UNSYM/situation/?as_of=2025-12-31"
    answer, page = client.get(f"/api{url}").json(), read(client.get(url))
    rows = page.table("Events and deaths of the last days")[1:]
    figures = ("days", "count", "certain", "possible", "best", "low", "high")
    assert rows == [[f"{each[name]:,}" for name in figures] for each in answer["rolling"]]
    cells = page.table("Cells from")[1:]
    assert [cell[0] for cell in cells] == [str(cell["gid"]) for cell in answer["hotspots"]["cells"]]
    months = page.table("Events of each month by distance")[1:]
    told = [of for of in reversed(answer["rings"]["by_month"]) if of["rings"]]
    assert [row[2:] for row in months] == [[f"{ring['count']:,}" for ring in of["rings"]] for of in told]


def watched(home):
    """A folder in which every check of the watch finds something."""
    busy = [event(number, f"2015-{1 + number % 3:02d}-10", best=number) for number in range(30)]
    twice = [event(100 + number, "2016-12-01") for number in range(20)]
    publish(home, "events", busy + twice, months=("2015-01", "2016-12"))
    publish(home, "events", [event(999, "2017-03-01")], provider="ucdp-candidate", months=("2017-03", "2017-03"))
    publish(home, "contributions", contributions({2014: 7000, 2015: 3000, 2016: 9000}), provider="ipi")
    zeros = [
        {"country_id": "SSD", "iso3": "SSD", "month": month, "best": 100 if "2016-02" < month < "2016-10" else 0}
        for month in months_between("2016-01", "2016-12")
    ]
    publish(home, "country_months", zeros, provider="panel", months=("2016-01", "2016-12"))
    maps = [{"mission": "UNMISS", "month": month, "source_map": month, "location": "Bor", "entry": 1} for month in (
        "2012-01", "2015-01")]  # fmt: skip
    publish(home, "deployments", rows_of("deployments", maps), provider="geopko")


def test_a_french_reader_meets_no_english_sentence_of_the_watch(client, settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    watched(tmp_path)
    watch = watch_quality(tmp_path, as_of=date(2026, 11, 1))
    assert {one.code for one in watch.findings} == set(TITLES)
    english = read(client.get("/quality/?as_of=2026-11-01")).text
    client.cookies[configured.LANGUAGE_COOKIE_NAME] = "fr"
    french = read(client.get("/quality/?as_of=2026-11-01")).text
    for finding in watch.findings:
        title = f"{TITLES[finding.code]}: {finding.where.english}"
        assert title in english and finding.what.english in english
        assert TITLES[finding.code] not in french and finding.what.english not in french
    assert " to 20" not in french and ", months" not in french and "all together" not in french
    with speaking("fr"):
        said = watch_json(watch)["findings"]
    assert all(" ".join(one["what"].split()) in french for one in said)
    assert [one["key"] for one in said] == [one.key for one in watch.findings]
    with speaking("fr"):
        proposed = [one.as_finding(date(2026, 11, 1)) for one in watch.findings]
    assert [(one.title, one.statement) for one in proposed] == [
        (f"{TITLES[one.code]}: {one.where.english}", one.what.english) for one in watch.findings
    ]
