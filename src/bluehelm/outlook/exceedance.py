"""How likely is it that a unit exceeds a threshold, and how has that changed since an earlier outlook?

Draws are made month by month: they say how likely each month is to exceed, and not how months hang together. For a
quarter they therefore give bounds (Fréchet): at least as likely as its likeliest month, at most as likely as all of its
months together.
"""

from collections.abc import Mapping

import polars as pl

from bluehelm.language import _
from bluehelm.outlook.history import OutlookError, Unit


def exceedance(draws: pl.DataFrame, unit: str, month: str, thresholds: Mapping[Unit, float]) -> pl.DataFrame:
    """How likely each unit is to have at least its threshold of deaths, month by month.

    `draws` has the unit and month columns and `outcome`, as `outlook forecast` writes it. One row a unit and month,
    sorted, for the units with a threshold: threshold, probability, and how many draws it was counted from.
    OutlookError for a threshold below or equal to 0, or of a unit that the outlook does not hold.
    """
    _check(draws, unit, thresholds)
    asked = pl.DataFrame(
        {unit: list(thresholds), "threshold": list(thresholds.values())},
        schema={unit: draws.schema[unit], "threshold": pl.Float64},
    )
    exceeds = (pl.col("outcome") >= pl.col("threshold")).mean().alias("probability")
    return (
        draws.join(asked, on=unit)
        .group_by(unit, month, "threshold")
        .agg(exceeds, pl.len().cast(pl.Int64).alias("draws"))
        .sort(unit, month)
    )


def _check(draws: pl.DataFrame, unit: str, thresholds: Mapping[Unit, float]) -> None:
    known = set(draws[unit].unique())
    problems = [
        _("unit {name}: a threshold is above 0, not {value:g}", name=name, value=value)
        for name, value in thresholds.items()
        if value <= 0
    ]
    problems += [_("unit {name}: is not in the outlook", name=name) for name in thresholds if name not in known]
    if problems:
        raise OutlookError(problems)


def any_month(exceedances: pl.DataFrame, unit: str) -> pl.DataFrame:
    """How likely at least one of the months is to exceed: bounds `at_least` and `at_most`, one row a unit."""
    likely = pl.col("probability")
    return (
        exceedances.group_by(unit, "threshold")
        .agg(likely.max().alias("at_least"), likely.sum().clip(upper_bound=1.0).alias("at_most"))
        .sort(unit)
    )


def change_since(now: pl.DataFrame, earlier: pl.DataFrame, unit: str, month: str) -> pl.DataFrame:
    """What the earlier outlook said of the same unit, month and threshold: `earlier` and `change`, null where nothing.

    `surprising` says whether the change is more than chance in the drawing explains (two standard errors).
    """
    said = earlier.select(unit, month, "threshold", earlier=pl.col("probability"), earlier_draws=pl.col("draws"))
    change = pl.col("probability") - pl.col("earlier")
    return (
        now.join(said, on=[unit, month, "threshold"], how="left")
        .with_columns(change.alias("change"))
        .with_columns((pl.col("change").abs() > 2 * _drawing_error()).alias("surprising"))
        .drop("earlier_draws")
        .sort(unit, month)
    )


def _drawing_error() -> pl.Expr:
    """The standard error of the difference of two shares of draws."""
    now, before = pl.col("probability"), pl.col("earlier")
    return (now * (1 - now) / pl.col("draws") + before * (1 - before) / pl.col("earlier_draws")).sqrt()
