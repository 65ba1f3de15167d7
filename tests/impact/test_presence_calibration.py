"""Do estimators find nothing where nothing is, and a halving where it is? A small part of bench/impact_presence.py."""

import numpy as np
import pytest

from bench import placebo_bases
from bench.impact_presence import placebo, power

pytestmark = pytest.mark.long


@pytest.fixture(autouse=True)
def real_violence(shared_data, monkeypatch):
    monkeypatch.setattr(placebo_bases, "EVENTS", shared_data / "ucdp" / "ged211_precise_events_to_2017.parquet")
    monkeypatch.setattr(placebo_bases, "LAND", shared_data / "ucdp" / "pgm_skeleton.parquet")


def test_bases_that_do_nothing_are_seldom_found_and_refused_methods_often_find_them():
    found = [placebo(seed) for seed in range(25)]
    offered = [
        p <= 0.05
        for line in found
        for name, p in line.items()
        if p is not None and not name.startswith(("refused", "no verdict", "bounds"))
    ]
    assert 0.01 <= np.mean(offered) <= 0.08
    before_and_after = [line["refused: before and after"] for line in found if "refused: before and after" in line]
    assert np.mean([p <= 0.05 for p in before_and_after]) > 0.2


def test_a_halving_at_twenty_violent_sites_is_mostly_found():
    found = [power(seed, 24)["modelled-path ring 0"] for seed in range(2)]
    assert any(p is not None and p <= 0.05 for p in found)
