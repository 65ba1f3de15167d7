"""Do the worked examples of scores and baselines come out as their pages say?"""

import numpy as np
import pytest

pytest.importorskip("scoringrules")

from bluehelm.outlook.history import History
from bluehelm.outlook.models import BASELINES, MODELS
from bluehelm.outlook.scored import scored_rows
from tests.docs.pages import DOCS, METHODS, table

DRAWS = np.array([0.0, 0, 3, 10])
MONTHS = [0, 0, 3, 0, 40, 2, 0, 0, 11, 0, 5, 0]


def said(value):
    return ("yes" if value else "no") if isinstance(value, bool) else value


@pytest.mark.parametrize("row", table(METHODS / "scores.md", "Scores:"), ids=lambda row: row["outcome"])
def test_scores(row):
    (found,) = scored_rows(np.array([float(row.pop("outcome"))]), DRAWS[None, :]).rows(named=True)
    for name, text in row.items():
        value = said(found[name])
        assert value == text or f"{value:.{len(text.partition('.')[2])}f}" == text


@pytest.mark.parametrize("row", table(METHODS / "baselines.md", "Moments:"), ids=lambda row: row["model"])
def test_baselines(row):
    history = History((1,), range(200, 212), np.array([MONTHS], dtype=np.float64))
    drawn = MODELS[row["model"]]().fit(history, (3,), seed=0).draw([0], 240_000)
    assert drawn.mean() == pytest.approx(float(row["mean"]), abs=0.06)
    assert drawn.var() == pytest.approx(float(row["variance"]), rel=0.02, abs=0.01)
    assert (drawn >= 25).mean() == pytest.approx(float(row["at least 25"]), abs=0.002)


def test_moments_of_the_months():
    rows = {row["model"]: row for row in table(METHODS / "baselines.md", "Moments:")}
    assert rows["conflictology"]["variance"] == f"{np.var(MONTHS):.2f}"
    assert rows["negative-binomial"]["variance"] == f"{np.var(MONTHS, ddof=1):.2f}"
    assert rows["negative-binomial"]["mean"] == f"{np.mean(MONTHS):.2f}"


def test_every_baseline_has_its_line():
    listed = {row["model"].strip("`") for row in table(METHODS / "baselines.md", "**Question.**")}
    assert listed == set(BASELINES)


def test_the_guide_names_every_model():
    guide = (DOCS / "guides" / "outlook.md").read_text(encoding="utf-8")
    assert [name for name in MODELS if f"`{name}`" not in guide] == []
