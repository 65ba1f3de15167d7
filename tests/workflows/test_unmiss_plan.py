"""Do the event-based indicators of the example for UNMISS compute from the provider's real file, row by row?"""

import csv
import gzip
from datetime import date
from pathlib import Path

import pytest

from bluehelm.workflows.check_plan import check_plan
from bluehelm.workflows.compute_plan import compute_plan, rows_behind, rows_digest
from bluehelm.workflows.import_file import import_file
from tests.docs.pages import DOCS

EVENTS = Path("ucdp") / "GEDEvent_v23_1_five_countries_to_2017.csv.gz"
FIRST_DAY = "2011-07-09"


@pytest.mark.long
def test_every_event_based_indicator_counts_what_the_provider_s_rows_say(shared_data, tmp_path):
    import_file(tmp_path, "ucdp-ged", shared_data / EVENTS)
    checked = check_plan(DOCS / "examples" / "unmiss-framework.yaml")
    assert checked.framework is not None and checked.is_sound
    found = compute_plan(tmp_path, checked.framework, "UNMISS", as_of=date(2017, 12, 31), known_on=None)
    assert found.indicators and found.versions
    with gzip.open(shared_data / EVENTS, "rt", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["country"] == "South Sudan"]
    for one in found.indicators:
        wanted = one.placed.indicator.compute
        kinds = {"state-based": "1", "non-state": "2", "one-sided": "3"}
        types = {kinds[name] for name in wanted.types} or set(kinds.values())
        for month in one.months:
            mine = [
                row
                for row in rows
                if row["date_start"][:7] == month.month
                and row["date_start"][:10] >= FIRST_DAY
                and row["type_of_violence"] in types
                and (not wanted.sides or {row["side_a"], row["side_b"]} & set(wanted.sides))
            ]
            expected = {
                "events": len(mine),
                "deaths": sum(int(row["best"]) for row in mine),
                "civilian-deaths": sum(int(row["deaths_civilians"]) for row in mine),
            }
            assert month.value == expected[wanted.count], (one.placed.where, month.month)
    indicator, month = found.indicators[0].placed.indicator, found.indicators[0].months[-1]
    behind = rows_behind(tmp_path, indicator, "UNMISS", month.month, as_of=date(2017, 12, 31))
    assert behind is not None
    assert behind.rows.height == len(month.rows) and behind.sha256 == rows_digest(month.rows)
