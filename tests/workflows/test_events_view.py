"""Is what happened told once, from the release and then from candidate rows, and from nothing else?"""

import csv
import gzip
from datetime import date

import polars as pl
import pytest

from bluehelm.products.brief import brief_json
from bluehelm.workflows.brief_mission import brief_mission
from bluehelm.workflows.events_view import events_view
from bluehelm.workflows.import_file import import_file
from tests.published import BANGUI, event, publish

YEARLY = [event(1, "2022-11-05", best=3), event(2, "2022-12-30", best=5, days=4)]
OCTOBER = [event(2, "2022-12-31", best=50), event(101, "2023-01-10", best=7), event(102, "2023-01-20", best=11)]
REVISED = [event(101, "2023-01-12", best=70), event(103, "2023-02-02", best=13), event(104, "2022-12-15", best=17)]


@pytest.fixture
def home(tmp_path):
    home = tmp_path / "home"
    publish(home, "events", YEARLY, months=("2022-01", "2022-12"), retrieved=date(2023, 6, 1))
    for number, (rows, month) in enumerate(((OCTOBER, "2023-01"), (REVISED, "2023-02")), start=1):
        day = date(2023, 6 + number, 1)
        publish(home, "events", rows, provider="ucdp-candidate", months=(month, month), retrieved=day)
    return home


def deaths(view):
    return dict(view.scan().select("event_id", "best").collect().sort("event_id").rows())


def test_candidate_rows_follow_the_release_each_event_once_as_last_retrieved(home):
    view = events_view(home)
    assert deaths(view) == {"1": 3, "2": 5, "101": 70, "102": 11, "103": 13}
    assert (view.replaced, view.settled) == (1, 2)
    assert [version.version for version in view.versions] == [1, 2, 3]


def test_what_was_not_yet_retrieved_was_not_known(home):
    assert deaths(events_view(home, known_on=date(2023, 7, 1))) == {"1": 3, "2": 5, "101": 7, "102": 11}
    assert deaths(events_view(home, known_on=date(2023, 6, 30))) == {"1": 3, "2": 5}
    assert events_view(home, known_on=date(2023, 5, 31)) is None


def test_a_later_release_settles_what_were_candidates(home):
    later = [*YEARLY, event(101, "2023-01-09", best=8), event(103, "2023-02-03", best=14)]
    publish(home, "events", later, months=("2022-01", "2023-12"), retrieved=date(2024, 6, 1))
    view = events_view(home)
    assert deaths(view) == {"1": 3, "2": 5, "101": 8, "103": 14}
    assert [version.version for version in view.versions] == [4]


def test_candidates_alone_make_a_view(tmp_path):
    publish(tmp_path, "events", OCTOBER, provider="ucdp-candidate", months=("2023-01", "2023-01"))
    assert deaths(events_view(tmp_path)) == {"2": 50, "101": 7, "102": 11}


@pytest.mark.parametrize("provider", ["acled", "ucdp-ged-precise", "records", "mapped"])
def test_other_providers_are_never_mixed_in(home, provider):
    rows = [event(900, "2023-01-15", best=1000)]
    publish(home, "events", rows, provider=provider, months=("2023-01", "2024-12"), retrieved=date(2025, 1, 1))
    assert "900" not in deaths(events_view(home))
    assert len(events_view(home).versions) == 3


def test_synthetic_rows_are_never_mixed_in(home):
    rows = [event(900, "2023-01-15")]
    publish(home, "events", rows, synthetic=True, months=("2023-01", "2023-12"), retrieved=date(2025, 1, 1))
    assert "900" not in deaths(events_view(home))
    assert deaths(events_view(home, synthetic=True)) == {"900": 1}


def test_months_between_the_release_and_the_candidates_are_unknown(tmp_path):
    publish(tmp_path, "events", YEARLY, months=("2022-01", "2022-12"))
    rows = [event(101, "2023-03-01")]
    publish(tmp_path, "events", rows, provider="ucdp-candidate", months=("2023-03", "2023-03"))
    brief = brief_mission(tmp_path, "UNMISS", as_of=date(2023, 4, 30))
    months = {figure.month: figure.count for figure in brief.events.by_month}
    assert [months[f"2023-0{number}"] for number in (1, 2, 3, 4)] == [None, None, 1, None]
    assert (brief.events.first_covered_month, brief.events.last_covered_month) == ("2022-01", "2023-03")
    assert any("from 2023-01 to 2023-02" in note for note in brief.notes)


def test_the_brief_counts_the_view_and_names_every_version(home):
    brief = brief_mission(home, "UNMISS", as_of=date(2023, 2, 28))
    assert (brief.events.count, brief.events.best) == (5, 3 + 5 + 70 + 11 + 13)
    assert [(ref.table, ref.version) for ref in brief.versions] == [("events", 1), ("events", 2), ("events", 3)]
    assert any("1 replaced" in note and "2 already settled" in note for note in brief.notes)


def test_a_country_that_only_the_candidates_name_is_told_from_them_alone(tmp_path):
    publish(tmp_path, "events", YEARLY, months=("2022-01", "2022-12"), countries=("SSD",))
    rows = [event(101, "2023-03-01", place=BANGUI, best=9)]
    publish(tmp_path, "events", rows, provider="ucdp-candidate", months=("2023-03", "2023-03"))
    brief = brief_mission(tmp_path, "MINUSCA", as_of=date(2023, 3, 31))
    assert (brief.events.first_covered_month, brief.events.best) == ("2023-03", 9)


def test_each_month_rule_says_what_the_others_would_make_of_the_total(home):
    briefs = {
        rule: brief_mission(home, "UNMISS", as_of=date(2022, 12, 31), month_rule=rule)
        for rule in ("date_start", "spread", "exclude")
    }
    # of the event of 30 December to 3 January two days in five lie before the end of the year
    assert {rule: brief.events.best for rule, brief in briefs.items()} == {"date_start": 8, "spread": 5, "exclude": 3}
    for brief in briefs.values():
        told = brief_json(brief)["events"]["by_rule"]
        assert {rule: figure["best"] for rule, figure in told.items()} == {"date_start": 8, "spread": 5, "exclude": 3}


def test_the_view_reads_a_release_of_many_years_file_by_file(home, monkeypatch):
    monkeypatch.setattr("bluehelm.store.store.MANY_ROWS", 1)
    rows = [*YEARLY, event(3, "2021-05-05", best=2)]
    publish(home, "events", rows, months=("2021-01", "2022-12"), retrieved=date(2023, 6, 2))
    view = events_view(home)
    assert deaths(view) == {"1": 3, "2": 5, "3": 2, "101": 70, "102": 11, "103": 13}
    assert view.scan().filter(pl.col("iso3") == "SSD").collect().height == 6


def counted_by_hand(path, after):
    """Events and deaths in the Central African Republic that began after a month, each id once, read with csv alone."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        rows = [row for row in csv.DictReader(text) if row["country_id"] == "482" and row["date_start"][:7] > after]
    deaths = {row["id"]: int(row["best"]) for row in rows}
    return len(deaths), sum(deaths.values())


def test_a_real_candidate_file_continues_a_real_release(shared_data, tmp_path):
    ged = shared_data / "ucdp" / "GEDEvent_v23_1_five_countries_to_2017.csv.gz"
    candidates = shared_data / "ucdp" / "GEDEvent_candidate_v23_0_10.csv.gz"
    import_file(tmp_path, "ucdp-ged", ged, retrieved=date(2023, 6, 1))
    alone = brief_mission(tmp_path, "MINUSCA", as_of=date(2023, 12, 31)).events
    import_file(tmp_path, "ucdp-candidate", candidates, retrieved=date(2023, 11, 20))
    both = brief_mission(tmp_path, "MINUSCA", as_of=date(2023, 12, 31)).events
    count, deaths = counted_by_hand(candidates, alone.last_covered_month)
    assert count > 0
    assert (both.count - alone.count, both.best - alone.best) == (count, deaths)
    assert both.last_covered_month == "2023-10"
    months = {figure.month: figure.count for figure in both.by_month}
    assert months["2017-12"] is not None
    assert months["2018-01"] is None
    assert months["2023-10"] is not None
    earlier = brief_mission(tmp_path, "MINUSCA", as_of=date(2023, 12, 31), known_on=date(2023, 11, 1)).events
    assert earlier == alone
