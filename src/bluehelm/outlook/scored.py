"""How good was a forecast: for each unit and month, and over all of them?

Every score of a unit-month stands in a row of its own, so that any group, horizon or window is a mean over rows.
Figures that no row can answer, such as the order of probabilities where nothing happened, are None.
"""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bluehelm.outlook.history import Floats
from bluehelm.scoring.calibration import pit_histogram, ranks
from bluehelm.scoring.crps import crps, log_crps, tail_crps
from bluehelm.scoring.exceedance import average_precision, brier, exceedance, reliability
from bluehelm.scoring.ignorance import EDGES, bin_of, ignorance
from bluehelm.scoring.intervals import covered, interval_score

THRESHOLDS = (1, 25)  # any death; as many as make a conflict-year for UCDP
TAIL = 25.0
MEANS = {
    "crps": "crps",
    "crps_log": "crps_log",
    "crps_tail": "crps_tail",
    "ign": "ign",
    "mis": "mis",
    "cover50": "covered50",
    "cover90": "covered90",
}
"""The figures that are a mean, and the column they are the mean of."""


def scored_rows(outcomes: Floats, draws: Floats) -> pl.DataFrame:
    """A row of scores for each outcome [n] under its draws [n, draws]."""
    draws = np.sort(draws, axis=1)
    below, upto = ranks(outcomes, draws)
    return pl.DataFrame(
        {
            "outcome": outcomes,
            "crps": crps(outcomes, draws, ascending=True),
            "crps_log": log_crps(outcomes, draws, ascending=True),
            "crps_tail": tail_crps(outcomes, draws, TAIL, ascending=True),
            "ign": ignorance(outcomes, draws),
            "mis": interval_score(outcomes, draws),
            "covered50": covered(outcomes, draws, 0.5),
            "covered90": covered(outcomes, draws, 0.9),
            "below": below,
            "upto": upto,
            **{f"at_least_{least}": exceedance(draws, least) for least in THRESHOLDS},
        }
    )


def means(rows: pl.DataFrame) -> dict[str, Any]:
    """The scores that are means over rows, and how many rows there are."""
    figures = rows.select(pl.col(column).mean().alias(figure) for figure, column in MEANS.items())
    return {**figures.row(0, named=True), "n": rows.height}


def summary(rows: pl.DataFrame) -> dict[str, Any]:
    """Everything that is said about scored rows: means, exceedance and calibration."""
    return {
        **means(rows),
        "exceedance": [_of_threshold(rows, least) for least in THRESHOLDS],
        "by_outcome": _by_outcome(rows),
        "pit": pit_histogram(_values(rows, "below"), _values(rows, "upto")) if rows.height else [],
    }


def by_month(rows: pl.DataFrame, month: str) -> list[dict[str, Any]]:
    """The means of each month, in order."""
    return [{"month": when, **means(mine)} for (when,), mine in rows.sort(month).group_by(month, maintain_order=True)]


def _values(rows: pl.DataFrame, column: str) -> Floats:
    return rows[column].to_numpy()


def _of_threshold(rows: pl.DataFrame, least: int) -> dict[str, Any]:
    """Brier score, average precision and reliability of "at least so many"; `onset` among quiet units alone."""
    said, happened = _values(rows, f"at_least_{least}"), _values(rows, "outcome") >= least
    figures = {
        "at_least": least,
        "happened": int(happened.sum()),
        "brier": float(brier(said, happened).mean()) if rows.height else None,
        "average_precision": average_precision(said, happened),
    }
    if "quiet" in rows.columns:
        figures |= _onset(said, happened, _values(rows, "quiet").astype(bool))
    return {**figures, "reliability": [_bin_json(one) for one in reliability(said, happened)]}


def _onset(said: Floats, happened: NDArray[np.bool_], quiet: NDArray[np.bool_]) -> dict[str, Any]:
    return {
        "onsets": int(happened[quiet].sum()),
        "onset_average_precision": average_precision(said[quiet], happened[quiet]),
    }


def _bin_json(one: Any) -> dict[str, Any]:
    return {"low": one.low, "high": one.high, "n": one.count, "said": one.said, "happened": one.happened}


def _by_outcome(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Coverage by the bin in which the outcome fell; bins without outcomes are left out."""
    edges = (0.0, *EDGES)
    bins = bin_of(_values(rows, "outcome"))
    told = []
    for place in np.unique(bins):
        mine = means(rows.filter(pl.Series(bins == place)))
        told.append({"from": edges[place], **{key: mine[key] for key in ("n", "cover50", "cover90", "crps")}})
    return told
