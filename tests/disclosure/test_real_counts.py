"""Are the counts of real deaths in UN operations safe when they leave, by the dimensions of the definition?"""

import polars as pl
import pytest

from bluehelm.disclosure.intervals import Attacker
from bluehelm.workflows.release_counts import counts_to_release, disclosure_rules


@pytest.fixture(scope="module")
def deaths(shared_data) -> pl.DataFrame:
    given = pl.read_csv(shared_data / "un" / "DPPADPOSS-FATALITIES_to_2017.csv", infer_schema_length=0)
    return given.select(
        pl.col("incident_date").str.to_date().alias("incident_on"),
        pl.col("mission_acronym").alias("mission"),
        pl.col("gender").alias("sex"),
        pl.col("casualty_personnel_type").alias("personnel"),
    )


@pytest.mark.long
@pytest.mark.parametrize("by", [["mission", "sex"], ["decade", "personnel", "sex"]], ids=" ".join)
def test_no_small_count_of_real_deaths_is_shown_or_can_be_computed(deaths, by):
    rules = disclosure_rules()
    safe = counts_to_release(deaths, "fatalities", by)
    shown = [figure.count for figure in safe.figures if figure.count is not None]
    assert min(shown) >= rules.smallest and len(safe.small) > 20
    attacker = Attacker(safe.laid, rules.interval)  # anew, without the witnesses that were found on the way
    found = [attacker.interval(place) for place in safe.small]
    assert all(one.spans(rules.interval) for one in found)
    assert len(shown) > len(safe.figures) // 4, "what is left still says something"
