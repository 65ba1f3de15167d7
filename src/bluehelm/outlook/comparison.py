"""Is a model worth showing: does it beat the naive one, for these places and so far ahead, beyond chance?

Winning over all countries says little about missions, whose countries hold a few per cent of the world's deaths. So
every group and horizon is judged by itself, and where a model does not beat the naive one there, the naive is shown.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from bluehelm.language import _
from bluehelm.outlook.scored import means
from bluehelm.scoring.differences import clustered_differences

KEYS = ("target", "origin", "unit", "month")
COMPARED = ("crps", "crps_log", "ign", "mis")
DECIDES = "crps"
HORIZONS = ((1, 3), (4, 6), (7, 12), (13, 24), (25, 36))
ALL = "all"


@dataclass(frozen=True, slots=True)
class Slice:
    """Scored rows that are looked at together: a target, a group of units, and a horizon in months ahead."""

    target: str
    group: str
    horizon: str
    rows: pl.DataFrame

    @property
    def said(self) -> dict[str, str]:
        return {"target": self.target, "group": self.group, "horizon": self.horizon}


def slices(rows: pl.DataFrame, group: str | None) -> Iterator[Slice]:
    """Every target over all units and, where one is named, over the rows marked `grouped`; whole and by horizon."""
    for target in rows["target"].unique(maintain_order=True):
        mine = rows.filter(pl.col("target") == target)
        for name, of_group in [(ALL, mine), *([(group, mine.filter("grouped"))] if group else [])]:
            yield Slice(target, name, ALL, of_group)
            for first, last in HORIZONS:
                ahead = of_group.filter(pl.col("step").is_between(first, last))
                if 0 < ahead.height < of_group.height:
                    yield Slice(target, name, _horizon(ahead), ahead)


def _horizon(rows: pl.DataFrame) -> str:
    steps = rows["step"].unique().sort().to_list()
    return f"{steps[0]}" if len(steps) == 1 else f"{steps[0]}-{steps[-1]}"


def differences(one: Slice, models: Sequence[str], naive: str, *, seed: int) -> Iterator[dict[str, Any]]:
    """Each model's mean scores minus the naive one's on the same unit-months; below 0 is better."""
    for model in models:
        if model == naive:
            continue
        pairs = _paired(one.rows, model, naive)
        if not pairs.height:
            continue
        units = pairs["unit"].rank("dense").to_numpy().astype("int64")
        apart = pairs.select(pl.col(score) - pl.col(f"{score}_naive") for score in COMPARED).to_numpy()
        for score, found in zip(COMPARED, clustered_differences(apart, units, seed=seed), strict=True):
            interval = {"mean": found.mean, "low": found.low, "high": found.high, "units": found.clusters}
            yield {**one.said, "model": model, "score": score, **interval}


def _paired(rows: pl.DataFrame, model: str, naive: str) -> pl.DataFrame:
    mine, theirs = (rows.filter(pl.col("model") == name).select(*KEYS, *COMPARED) for name in (model, naive))
    return mine.join(theirs, on=list(KEYS), suffix="_naive").sort(*KEYS)


def shown(parts: Iterable[Slice], found: Iterable[dict[str, Any]], model: str, naive: str) -> list[dict[str, Any]]:
    """Which of the two is shown for each slice: the model where its interval of CRPS lies below 0, else the naive."""
    decided = {_place(one): one for one in found if (one["model"], one["score"]) == (model, DECIDES)}
    return [{**part.said, **_shown(decided.get(_place(part.said)), model, naive)} for part in parts]


def _place(said: dict[str, Any]) -> tuple[str, str, str]:
    return said["target"], said["group"], said["horizon"]


def _shown(difference: dict[str, Any] | None, model: str, naive: str) -> dict[str, str]:
    if difference is None:
        return {"model": naive, "label": _("{naive} (naive): compared with nothing else", naive=naive)}
    if difference["high"] is not None and difference["high"] < 0:
        return {"model": model, "label": _("{model}: ahead of {naive} on CRPS beyond chance", model=model, naive=naive)}
    if difference["mean"] < 0:
        return {
            "model": naive,
            "label": _("{naive} (naive): {model} is ahead on CRPS, but not beyond chance", naive=naive, model=model),
        }
    return {"model": naive, "label": _("{naive} (naive): {model} is not ahead on CRPS", naive=naive, model=model)}


def ratios(one: Slice, models: Sequence[str], naive: str) -> Iterator[dict[str, Any]]:
    """Each model's scores divided by the naive one's, origin by origin, and the mean of these ratios.

    The mean of ratios keeps one violent year from deciding alone; a ratio over a naive score of 0 is None.
    """
    origins = one.rows["origin"].unique().sort().to_list()
    found = {
        (model, origin): means(one.rows.filter((pl.col("model") == model) & (pl.col("origin") == origin)))
        for model in models
        for origin in origins
    }
    for model in models:
        for score in COMPARED if model != naive else ():
            by_origin = [_ratio(found[model, origin][score], found[naive, origin][score]) for origin in origins]
            known = [ratio for ratio in by_origin if ratio is not None]
            yield {
                **one.said,
                "model": model,
                "score": score,
                "by_origin": [
                    {"origin": origin, "ratio": ratio} for origin, ratio in zip(origins, by_origin, strict=True)
                ],
                "mean": sum(known) / len(known) if known and len(known) == len(by_origin) else None,
            }


def _ratio(mine: float | None, theirs: float | None) -> float | None:
    return mine / theirs if mine is not None and theirs else None
