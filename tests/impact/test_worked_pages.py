"""Do the worked examples on the pages about impact come out as the pages say?"""

import numpy as np
import pytest

from bluehelm.impact.cases import Case
from bluehelm.impact.estimate import METHODS
from bluehelm.impact.power import _needed
from tests.docs.pages import METHODS as PAGES
from tests.docs.pages import table


def panel():
    rows = table(PAGES / "synthetic-control.md", "Panel:")
    return np.array([[float(row[name]) for name in ("place", "A", "B", "C")] for row in rows])


@pytest.mark.parametrize("row", table(PAGES / "synthetic-control.md", "By method:"), ids=lambda row: row["method"])
def test_the_four_methods_on_one_panel(row):
    if row["method"] == "sdid":
        pytest.importorskip("diff_diff")
    outcomes = panel()
    fit = METHODS[row["method"]](Case(outcomes, 4), 0)
    gap = outcomes[:, 0] - fit.modelled
    assert fit.weights[1:] == pytest.approx([float(row[name]) for name in "ABC"], abs=6e-4)
    assert gap[4:].mean() == pytest.approx(float(row["att"]), abs=6e-4)
    assert np.sqrt((gap[:4] ** 2).mean()) == pytest.approx(float(row["misfit before"]), abs=6e-4)


def test_the_smallest_effect_of_four_placebos():
    needed = []
    for row in table(PAGES / "minimum-detectable-effect.md", "Placebos:"):
        mean, size, passed = (float(row[name]) for name in "msc")
        # Two times whose mean and root mean square are those of the row.
        spread = np.sqrt(size**2 - mean**2)
        scaled = np.array([[mean - spread], [mean + spread]])
        for way, name in ((1, "d upwards"), (-1, "d downwards")):
            (found,) = _needed(scaled, np.array([passed]), way)
            assert found == pytest.approx(float(row[name]), abs=6e-4)
            reached = np.sqrt(((scaled + way * found) ** 2).mean())
            assert reached == pytest.approx(passed) or (found == 0 and reached > passed)
            needed.append(found)
    assert sorted(needed)[int(np.ceil(0.8 * 8)) - 1] == pytest.approx(3.146, abs=6e-4)


def test_difference_in_differences_by_hand():
    outcomes = panel()
    donors = outcomes[:, 1:].mean(axis=1)
    assert outcomes[:4, 0].mean() == 12 and donors[:4].mean() == pytest.approx(17.9167, abs=1e-4)
    assert (outcomes[4:, 0].mean() - 12) - (donors[4:].mean() - donors[:4].mean()) == pytest.approx(-6.083, abs=6e-4)


def test_two_groups_at_two_times():
    pytest.importorskip("diff_diff")
    from bluehelm.impact.group_time import group_time
    from bluehelm.impact.panel import Outcomes

    whole = Outcomes(("a", "b", "c", "d"), ("2001", "2002"), np.array([[5.0, 7, 4, 6], [6, 9, 4, 7]]))
    found = group_time(whole, ["2002", "2002", None, None])
    assert [(group, time, effect.att) for group, time, effect in found.effects] == [("2002", "2002", pytest.approx(1))]
    assert found.simple.att == found.group == found.dynamic == pytest.approx(1)
