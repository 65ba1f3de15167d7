"""Are duplicates found as the obvious way finds them, as often as the page says, and with their reasons?"""

from datetime import UTC, datetime, timedelta

import pytest

from bench.duplicates import measure, synthetic_reports
from bluehelm.definitions.report_types import packaged_duplicate_rules
from bluehelm.situation.duplicates import candidate_pairs, candidates_of, compared
from bluehelm.situation.reports import Party, Report
from tests.docs.pages import METHODS, table

RULES = packaged_duplicate_rules()


def test_the_fast_way_finds_what_comparing_every_two_finds():
    reports, _known = synthetic_reports(3, events=60, days=6)
    slow = {
        (pair.first, pair.second): pair.points
        for place, one in enumerate(reports)
        for other in reports[place + 1 :]
        if (pair := compared(one, other, RULES))
    }
    assert {(pair.first, pair.second): pair.points for pair in candidate_pairs(reports, RULES)} == slow and slow
    pairs = candidates_of(reports[0], reports, RULES)
    assert all(reports[0].key in (pair.first, pair.second) for pair in pairs)


@pytest.mark.parametrize("row", table(METHODS / "duplicate-reports.md", "Measured:"), ids=lambda row: row["seed"])
def test_precision_and_recall_are_what_the_page_says(row):
    found = measure(int(row["seed"]))
    assert (f"{found.precision:.2f}", f"{found.recall:.2f}") == (row["precision"], row["recall"])


@pytest.mark.parametrize("row", table(METHODS / "duplicate-reports.md", "Pairs:"), ids=lambda row: row["pair"])
def test_the_worked_pairs_come_out_as_the_page_says(row):
    at = datetime(2026, 11, 1, 6, tzinfo=UTC)

    def told(key, hours, degrees, kind, actor, text):
        begun = at + timedelta(hours=hours)
        parties = (Party(actor, "perpetrator"),) if actor else ()
        return Report(key, kind, begun, begun, "hours", "Zelleb", "map", 2, 0.0, 30.0 + degrees, parties, (), text)

    first = told(1, 0, 0, "attack-on-civilians", "River Brigade", "the market was burnt at dusk")
    other = told(2, float(row["hours"]), float(row["km"]) / 111.195, row["type"], row["actor"], row["text"])
    pair = compared(first, other, RULES)
    assert (f"{pair.points}" if pair else "not proposed") == row["points"]


def test_time_and_place_alone_prove_nothing():
    at = datetime(2026, 11, 1, 6, tzinfo=UTC)
    silent = [Report(key, "patrol", at, at, "hours", "", "map", 1, 0.0, 30.0) for key in (1, 2)]
    assert packaged_duplicate_rules().points.time + RULES.points.place < 60
    pair = compared(*silent, RULES)
    assert pair is None or {sign.name for sign in pair.signs} == {"time", "place", "type"}
