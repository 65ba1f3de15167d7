"""Do a mission's own incidents stand beside the provider's, unmixed, and only before those who may read them?"""

import json
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluehelm.disclosure import Label, Marking, Pass, Reader, combined_beside_open, may_read
from bluehelm.disclosure.marking import OPEN
from bluehelm.products.brief import brief_json
from bluehelm.products.brief_html import brief_page
from bluehelm.products.brief_paper import paper
from bluehelm.products.brief_text import brief_text
from bluehelm.situation.own_incidents import tally
from bluehelm.store import VersionLabel
from bluehelm.tables import MISSION_INCIDENTS, REPORTING_EFFORT
from bluehelm.workflows.brief_mission import brief_mission
from bluehelm.workflows.own_incidents import own_incidents
from bluehelm.workflows.readers import tables_as_read_by
from tests.workflows.made_tables import publish as made
from tests.workflows.test_brief_mission import home as home  # a fixture

MISSION = "UNMISS"
OURS = frozenset({"everyone", f"mission:{MISSION}"})
MEMBER = Reader((Pass(Marking.CONFIDENTIAL, OURS),))
STRANGER = Reader((Pass(Marking.CONFIDENTIAL, frozenset({"everyone", "mission:UNOTH"})),))


def incident(number, day, low, high, *, mission=MISSION, report_type="attack-on-civilians", kind="one-sided"):
    plain = dict.fromkeys(MISSION_INCIDENTS.column_names)
    return plain | {
        "event_id": f"{mission}-{number}", "mission": mission, "report_type": report_type, "type": kind,
        "date_start": day, "date_end": day, "date_precision": 1, "place_precision": 7, "low": low, "high": high,
        "verified_late": number == 1, "reports": 1,
    }  # fmt: skip


def publish(home, table, rows):
    return made(
        home, table.name, pl.DataFrame(rows, schema=table.schema),
        label=VersionLabel("confidential", (f"mission:{MISSION}",)),
    )  # fmt: skip


ROWS = [
    incident(1, date(2011, 12, 3), 2, 4),
    incident(2, date(2012, 1, 9), None, None, report_type="robbery-or-hijack", kind=None),
    incident(3, date(2012, 1, 20), 5, 5),
    incident(4, date(2012, 6, 1), 1, 1),
]


@pytest.fixture
def published(home):
    publish(home, MISSION_INCIDENTS, ROWS)
    effort = [{"mission": MISSION, "unit": "military", "month": "2012-01", "days_told": 20, "patrols": 44,
               "reporter_days": None}]  # fmt: skip
    publish(home, REPORTING_EFFORT, effort)
    publish(home, MISSION_INCIDENTS, [incident(9, date(2012, 1, 1), 99, 99, mission="UNISFA")])
    return home


def brief_of(home, reader=MEMBER):
    with tables_as_read_by(lambda: reader):
        return brief_mission(home, MISSION, as_of=date(2012, 3, 15))


def test_own_incidents_stand_beside_the_provider_s_month_by_month_and_are_never_added(published):
    without, brief = brief_of(published, STRANGER), brief_of(published)
    own = brief.own
    assert brief.events == without.events, "the provider's figures are what they were"
    assert (own.version.table, own.version.version) == ("mission_incidents", 1), "the newest that speaks of the mission"
    assert (own.first_month, own.last_month, own.count) == ("2011-12", "2012-01", 3), (
        "June is after the day asked about"
    )
    assert (own.low, own.high, own.uncounted, own.late, own.unmapped) == (7, None, 1, 1, 1)
    theirs = {figure.month: figure for figure in brief.events.by_month}
    for row in own.months:
        assert row.provider_count == theirs[row.month].count and row.provider_best == theirs[row.month].best
    january = own.months[-1]
    assert (january.count, january.low, january.high, january.patrols, january.reporter_days) == (2, 5, None, 44, None)
    said = brief_json(brief)["own_incidents"]
    assert said["by_month"][-1]["own"] == {"count": 2, "low": 5, "high": None, "without_count": 1}
    assert "total" not in json.dumps(said) and "difference" not in said["by_month"][-1]
    assert {"mission_incidents", "reporting_effort"} <= {one["table"] for one in brief_json(brief)["versions"]}


def test_every_form_of_the_brief_says_both_lists_with_their_versions_and_the_marking(published):
    brief = brief_of(published)
    assert brief.marking == "CONFIDENTIAL, for mission UNMISS"
    text, page, texts = brief_text(brief), brief_page(brief, borders=None, areas=[]), paper(brief)
    for said in (text, page, json.dumps(texts)):
        assert "mission_incidents version 1" in said and "never added" in said
        assert "no counterpart" in said and "CONFIDENTIAL, for mission UNMISS" in said
    assert texts["own_months"][-1] == ["2012-01", "2", "5", "unknown", *texts["own_months"][-1][4:6], "44", "unknown"]


def test_a_reader_without_the_right_sees_neither_numbers_nor_that_there_is_a_version(published):
    brief = brief_of(published, STRANGER)
    assert brief.own is None and brief.marking == ""
    for said in (brief_text(brief), json.dumps(brief_json(brief)), brief_page(brief, borders=None, areas=[])):
        assert "mission_incidents" not in said and "reporting_effort" not in said
    with tables_as_read_by(lambda: STRANGER):
        assert own_incidents(published, MISSION, as_of=date(2012, 3, 15), known_on=None) is None


def test_months_that_the_provider_does_not_cover_are_unknown_beside_the_mission_s(home):
    publish(home, MISSION_INCIDENTS, [incident(1, date(2031, 5, 3), 0, 0)])
    with tables_as_read_by(lambda: MEMBER):
        own = brief_mission(home, MISSION, as_of=date(2031, 5, 31)).own
    (month,) = own.months
    assert (month.provider_count, month.provider_best, month.partial) == (None, None, False)
    assert own.provider == () and own.provider_types == ()


tolls = st.lists(st.one_of(st.none(), st.tuples(st.integers(0, 50), st.integers(0, 50))), max_size=8)


@settings(max_examples=30)
@given(tolls)
def test_a_toll_is_bounded_only_by_what_was_counted(found):
    rows = pl.DataFrame(
        [(None, None) if one is None else (one[0], sum(one)) for one in found],
        schema={"low": pl.Int64, "high": pl.Int64}, orient="row",
    )  # fmt: skip
    sums = tally(rows)
    known = [one for one in found if one is not None]
    assert sums.low == (sum(low for low, _ in known) if known or not found else None)
    assert sums.high == (None if len(known) < len(found) else sum(low + more for low, more in known))
    assert (sums.count, sums.uncounted) == (len(found), len(found) - len(known))


markings = st.builds(
    Label, st.sampled_from(list(Marking)), st.frozensets(st.sampled_from(["everyone", "mission:A", "mission:B"]))
)


@settings(max_examples=30)
@given(st.lists(st.one_of(st.just(OPEN), markings), max_size=4), st.sampled_from(list(Marking)))
def test_who_reads_what_is_shown_beside_open_data_may_read_every_part(labels, cleared):
    reader = Reader((Pass(cleared, frozenset({"everyone", "mission:A"})),))
    if may_read(reader, combined_beside_open(labels)):
        assert all(may_read(reader, label) for label in labels)
