"""Are threats told in words, promises followed, places covered, and do observers' reports survive their file?"""

from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree as Xml

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.definitions import packaged_text
from bluehelm.definitions.protection import (
    packaged_alert_rules,
    packaged_compact,
    packaged_threat_words,
    packaged_work_words,
    parse_alert_rules,
    parse_threat_words,
)
from bluehelm.definitions.strict_yaml import DefinitionError
from bluehelm.language import speaking
from bluehelm.products.cap import NAMESPACE, CapArea, CapError, Warning12, to_cap
from bluehelm.protection import (
    CoverageError,
    Done,
    ObservationError,
    Observed,
    Promise,
    Review,
    compared,
    coverage,
    from_csv,
    hindered,
    kept,
    looked_at,
    overdue,
    pursued,
    standing,
    to_csv,
    untied,
    voices,
    with_speed,
)
from bluehelm.protection.clock import STEPS

DAY = date(2026, 3, 1)


def test_every_definition_of_protection_loads_and_wrong_ones_are_refused():
    assert packaged_alert_rules().codes("steps") == STEPS
    assert len(packaged_compact().capabilities) == 13
    assert packaged_work_words().codes("activities") == ("patrol", "engagement", "joint-team")
    assert packaged_threat_words().review_days["imminent"] < packaged_threat_words().review_days["remote"]
    text = packaged_text("protection/alerts.yaml")
    with pytest.raises(DefinitionError, match="one day of 24 hours"):
        parse_alert_rules(text.replace("first: 18, end: 6", "first: 18, end: 5"), "x.yaml")
    with pytest.raises(DefinitionError, match="need not-credible"):
        parse_alert_rules(text.replace("{word: not-credible", "{word: other"), "x.yaml")
    with pytest.raises(DefinitionError, match="rise from one"):
        parse_alert_rules(text.replace("[30, 60, 120, 360]", "[30, 30]"), "x.yaml")
    with pytest.raises(DefinitionError, match="are given for"):
        threats = packaged_text("protection/threats.yaml")
        parse_threat_words(threats.replace("imminent: 7}", "other: 7}"), "x.yaml")


PLACES = pl.DataFrame({"place": ["a", "b", "c", "d"], "population": [100, 250, None, 40]})
DISTANCES = pl.DataFrame(
    {"post": ["P1", "P2", "P1", "P1"], "place": ["a", "a", "b", "c"], "km": [10.0, 5.0, 30.0, 8.0]}
)


def test_places_and_people_within_reach_and_those_of_whom_nothing_is_known():
    found = coverage(PLACES, with_speed(DISTANCES, 20), (30, 60), "distance at 20 km an hour")
    near, far = found.bands
    assert (near.places, near.population, near.uncounted, near.beyond, near.unknown) == (2, 100, 1, 1, 1)
    assert (far.places, far.population) == (2, 100)
    assert far.population_known == 390
    assert found.nearest.filter(place="a").get_column("post").to_list() == ["P2"]
    with pytest.raises(CoverageError, match="e has times and is not listed"):
        coverage(PLACES, pl.DataFrame({"post": ["P"], "place": ["e"], "minutes": [1.0]}), (30,), "x")
    with pytest.raises(CoverageError, match="reaches nobody"):
        with_speed(DISTANCES, 0)


@given(st.lists(st.one_of(st.none(), st.integers(0, 200)), min_size=1, max_size=12))
def test_more_minutes_never_reach_fewer_people(times):
    places = pl.DataFrame({"place": [f"{n}" for n in range(len(times))], "population": [10] * len(times)})
    travel = places.select("place", post=pl.lit("P"), minutes=pl.Series(times, dtype=pl.Float64))
    bands = coverage(places, travel, (30, 60, 120), "x").bands
    assert [one.population for one in bands] == sorted(one.population for one in bands)
    assert all(one.places + one.beyond + one.unknown == len(times) for one in bands)


def ladders():
    words = packaged_threat_words()
    return {"likelihood": words.codes("likelihood"), "impact": words.codes("impact")}


def test_a_threat_that_rose_comes_first_and_is_told_in_words():
    before = {
        "T1": {"likelihood": "likely", "impact": "grave", "women": None},
        "T2": {"likelihood": "possible", "impact": "serious"},
        "T3": {"likelihood": "remote"},
    }
    after = {
        "T1": {"likelihood": "possible", "impact": "grave", "women": 40},
        "T2": {"likelihood": "imminent", "impact": "serious"},
        "T4": {"likelihood": "remote"},
    }
    found = compared(before, after, ladders())
    assert [(one.threat, one.how, one.rose) for one in found] == [
        ("T2", "changed", True), ("T4", "new", False), ("T1", "changed", False), ("T3", "closed", False),
    ]  # fmt: skip
    assert [(one.about, one.before, one.after) for one in found[2].changes] == [
        ("likelihood (fell)", "likely", "possible"), ("women", "", "40"),
    ]  # fmt: skip
    assert all(one.how == "same" for one in compared(before, before, ladders()))


def test_a_threat_that_rose_comes_first_in_every_language():
    before, after = {"T1": {"impact": "serious"}, "T2": {"impact": "serious"}}, {
        "T1": {"impact": "limited"}, "T2": {"impact": "grave"},
    }  # fmt: skip
    for language in ("en", "fr"):
        with speaking(language):
            found = compared(before, after, ladders())
        assert [(one.threat, one.rose) for one in found] == [("T2", True), ("T1", False)], language


def test_a_review_is_overdue_on_the_day_after():
    reviews = [Review("T1", DAY), Review("T2", DAY - timedelta(days=9)), Review("T3", DAY + timedelta(days=1))]
    assert [one.threat for one in overdue(reviews, DAY)] == ["T2"]
    assert [one.threat for one in overdue(reviews, DAY + timedelta(days=1))] == ["T2", "T1"]


def test_activities_are_told_by_what_became_of_them_and_never_as_a_number():
    words = packaged_work_words().codes("outcomes")
    done = [Done("3", "patrol", "T1", "reach the market", "not-seen"), Done("1", "patrol", "T1", "reach the market"),
            Done("2", "engagement", "", "know the chief")]  # fmt: skip
    (found,) = pursued(done, words)
    assert found.became == (("not-yet-known", ("1",)), ("not-seen", ("3",)))
    assert untied(done) == ["2"]


def test_promises_stand_as_their_days_say_and_silence_is_seen():
    promises = [
        Promise("kept", DAY, DAY, kept=DAY, fed_back=DAY),
        Promise("late", DAY, DAY, kept=DAY + timedelta(days=2)),
        Promise("open", DAY, DAY + timedelta(days=9)),
        Promise("overdue", DAY, DAY),
        Promise("back", DAY, DAY, taken_back=DAY),
    ]
    on = DAY + timedelta(days=3)
    assert [standing(one, on) for one in promises] == ["kept", "kept-late", "open", "overdue", "taken-back"]
    assert standing(promises[1], DAY) == "open", "what happened later is not known yet"
    told = kept(promises, on)
    assert (told.promises, told.ended, told.fed_back) == (5, 3, 1)


def test_a_group_not_heard_is_listed_first_and_silent_records_are_not_its_absence():
    met = [(DAY, ("women", "leaders")), (DAY, ()), (DAY - timedelta(days=400), ("youth",))]
    found = voices(met, ("women", "youth", "leaders"), DAY - timedelta(days=90), DAY)
    assert [(one.group, one.heard, one.engagements_said) for one in found] == [
        ("youth", 0, 1), ("women", 1, 1), ("leaders", 1, 1),
    ]  # fmt: skip
    assert found[0].last_heard is None


def test_obstruction_has_its_denominator_or_no_rate():
    found = hindered(
        [("2026-01", "flight"), ("2026-01", "flight"), ("2026-02", "flight")], {"2026-01": 40, "2026-03": 10}
    )
    assert [(one.month, one.incidents, one.movements, one.per_hundred) for one in found] == [
        ("2026-01", 2, 40, 5.0), ("2026-02", 1, None, None), ("2026-03", 0, 10, 0.0),
    ]  # fmt: skip


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
FILLED = TEXT.filter(bool)
CODES = ("CHE", "FJI", "GHA", "IRL")
VIOLATIONS = packaged_work_words().codes("violations")
REPORTS = st.builds(
    Observed,
    report=FILLED, kind=st.just("patrol"), day=st.dates(), area=FILLED, team=FILLED,
    nationalities=st.lists(st.sampled_from(CODES), min_size=2, max_size=4, unique=True).map(tuple),
    hours=st.one_of(st.none(), st.floats(0.5, 24)), violation=st.just(""), narrative=TEXT,
)  # fmt: skip


@given(st.lists(REPORTS, max_size=5, unique_by=lambda one: one.report))
def test_observers_reports_come_back_unchanged_and_so_does_their_file(reports):
    text = to_csv(reports)
    assert from_csv(text, VIOLATIONS) == reports
    assert to_csv(from_csv(text, VIOLATIONS)) == text


def test_a_bad_file_names_every_line_and_takes_nothing_in():
    good = Observed("R1", "violation", DAY, "A", "T", ("CHE", "FJI"), None, "firing", "=1+1")
    lines = to_csv([good]).splitlines()
    assert "'=1+1" in lines[1]
    bad = lines[1].replace("R1", "R2").replace("CHE|FJI", "CHE").replace("firing", "shouting")
    with pytest.raises(ObservationError) as refused:
        from_csv("\n".join([lines[0], lines[1], bad, lines[1], "R3,patrol"]) + "\n", VIOLATIONS)
    assert [one.split(":")[0] for one in refused.value.problems] == ["line 3", "line 3", "line 4", "line 5"]
    with pytest.raises(ObservationError, match="the columns are"):
        from_csv("a,b\n", VIOLATIONS)


def test_a_day_on_which_nobody_looked_stands_there_without_a_report():
    seen = [Observed("R1", "violation", DAY, "A", "T", ("CHE", "FJI"), 2.0, "firing", "")]
    found = looked_at(seen, ("A", "B"), DAY, DAY + timedelta(days=1))
    assert [(one.area, one.reports, one.violations) for one in found] == [
        ("A", ("R1",), 1), ("A", (), 0), ("B", (), 0), ("B", (), 0),
    ]  # fmt: skip


SENT = datetime(2026, 3, 1, 12, tzinfo=UTC)
WARNING = Warning12(
    "UNSYM-ALERT-7", "unsym.example", SENT, True, "mission:UNSYM", "Armed movement", "Expected", "Severe", "Possible",
    SENT + timedelta(hours=12), "Armed people <near> the market & well", "Seen by two.", "",
    CapArea("Zelleb", 1.5, 30, 5),
)  # fmt: skip


def of(text: bytes, path: str) -> list[str]:
    names = {"cap": NAMESPACE}
    return [one.text or "" for one in Xml.fromstring(text).findall(path, names)]


def test_a_warning_keeps_its_exercise_its_readers_and_its_end():
    text = to_cap(WARNING)
    assert of(text, "cap:status") == ["Exercise"]
    assert (of(text, "cap:scope"), of(text, "cap:restriction")) == (["Restricted"], ["mission:UNSYM"])
    assert of(text, "cap:info/cap:expires") == ["2026-03-02T00:00:00-00:00"], "the standard writes UTC so"
    assert of(text, "cap:info/cap:headline") == [WARNING.headline]
    assert of(text, "cap:info/cap:area/cap:circle") == ["1.5,30 5"]
    order = [one.tag.split("}")[1] for one in Xml.fromstring(text)]
    assert order == ["identifier", "sender", "sent", "status", "msgType", "scope", "restriction", "note", "info"]


def test_what_the_standard_refuses_is_never_written():
    from dataclasses import replace

    for wrong, said in (
        ({"identifier": "a b"}, "identifier"),
        ({"severity": "Bad"}, "severity"),
        ({"expires": SENT}, "comes after sent"),
        ({"message": "Update"}, "references"),
        ({"message": "Cancel", "references": "UNSYM-ALERT-7"}, "references"),
        ({"headline": " "}, "headline"),
        ({"area": CapArea("", 91, 0)}, "outside the earth"),
    ):
        with pytest.raises(CapError, match=said):
            to_cap(replace(WARNING, **wrong))
