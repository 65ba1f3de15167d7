"""How soon does somebody arrive after an alert, by distance, time of day and place, and how often does nobody?

An average of the alerts that were answered hides the others. Here every alert that called for a response counts: one
that is still open for as long as it has been watched (Kaplan and Meier), one that nobody answered as not reached within
any time that was watched. Alerts found not credible called for no response; they are counted apart. Minutes take the
place of days in `bluehelm.scoring.survival`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import inf

import numpy as np
import numpy.typing as npt
import polars as pl

from bluehelm.protection.clock import NOT_CREDIBLE, Clock
from bluehelm.scoring.shares import exact_interval
from bluehelm.scoring.survival import Left, Median, Moment, Watched, limit_at, median, product_limit

ARRIVED = "arrived"


@dataclass(frozen=True, slots=True)
class Alerted:
    """One alert for the measure: its clock, and where it was; `distance_km` to the nearest post, None where unknown."""

    id: str
    clock: Clock
    place: str
    distance_km: float | None = None
    exercise: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """The share of alerts that somebody had reached by so many minutes, with its interval of 95 %.

    `share` is None where there was no alert, and where every one still open was received later than that ago: what
    becomes of them is not known yet. Where nobody or everybody was reached the interval is the exact one of a count.
    """

    within_minutes: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Response:
    """How one group of alerts was answered.

    `alerts` called for a response: `arrived` + `unanswered` (a reason was given, or it was closed) + `still_open`.
    `median` is the minutes by which half were reached; its days are None where half never were, or not yet.
    """

    group: str
    alerts: int
    arrived: int
    unanswered: int
    still_open: int
    not_credible: int
    reasons: tuple[tuple[str, int], ...]
    median: Median
    reached: tuple[Reached, ...]
    told: int

    @property
    def is_half_lost(self) -> bool:
        """Whether nobody arrived at so many that half can never have been reached, whatever becomes of the others."""
        return self.unanswered * 2 > self.alerts


def called_for(alert: Alerted) -> bool:
    """Whether an alert called for a response: it was no exercise and was not found to be without ground."""
    return not alert.exercise and alert.clock.no_response != NOT_CREDIBLE


def response(group: str, alerts: Iterable[Alerted], within: Sequence[int], now: datetime) -> Response:
    """How a group of alerts was answered by `now`; exercises are left out."""
    real = [alert for alert in alerts if not alert.exercise]
    counted = [alert for alert in real if called_for(alert)]
    cases = watched(counted, now)
    lengths = np.array([case.days for case in cases], dtype=np.int64)
    came = np.array([case.ended == ARRIVED for case in cases], dtype=np.bool_)
    is_lost = np.array([_is_unanswered(alert.clock) for alert in counted], dtype=np.bool_)
    curve = product_limit(cases, ARRIVED)
    arrived = sum(ARRIVED in alert.clock.at for alert in counted)
    still_open = sum(alert.clock.is_open for alert in counted)
    reasons = Counter(_reason(alert.clock) for alert in counted if _is_unanswered(alert.clock))
    known_for = _known_for(max((case.days for case in cases), default=0), still_open, reasons.total())
    return Response(
        group=group,
        alerts=len(counted),
        arrived=arrived,
        unanswered=len(counted) - arrived - still_open,
        still_open=still_open,
        not_credible=len(real) - len(counted),
        reasons=tuple(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))),
        median=median(curve),
        reached=tuple(
            _reached(curve, minutes, _known_by(minutes, lengths, came, is_lost), known_for) for minutes in within
        ),
        told=sum("told" in alert.clock.at for alert in counted),
    )


def watched(alerts: Sequence[Alerted], now: datetime) -> list[Watched]:
    """Each alert with its minutes until somebody arrived, or for as long as it is known that nobody had.

    One without a response is known never to be reached: it is watched for as long as the longest of all.
    """
    arrivals = [alert.clock.minutes("received", ARRIVED) for alert in alerts]
    known = [
        _age(alert.clock, now) if minutes is None else minutes for alert, minutes in zip(alerts, arrivals, strict=True)
    ]
    longest = max(known, default=0)
    return [
        Watched(length, ARRIVED) if minutes is not None else Watched(longest if _is_unanswered(alert.clock) else length)
        for alert, minutes, length in zip(alerts, arrivals, known, strict=True)
    ]


def _age(clock: Clock, now: datetime) -> int:
    return max(0, (now - clock.at["received"]) // timedelta(minutes=1))


def _is_unanswered(clock: Clock) -> bool:
    return not clock.is_open and ARRIVED not in clock.at


def _reason(clock: Clock) -> str:
    return clock.no_response or "not-said"


def _known_for(longest: int, still_open: int, lost: int) -> float:
    """The minutes up to which the curve is known: no longer than any was watched, where one is open and none is lost.

    One that nobody will ever reach is watched for ever, and where nothing is open nothing is to come.
    """
    return longest if still_open and not lost else inf


def _known_by(
    minutes: int, lengths: npt.NDArray[np.int64], came: npt.NDArray[np.bool_], is_lost: npt.NDArray[np.bool_]
) -> int:
    """Of how many alerts it is known whether anybody had reached them by so many minutes."""
    return int((came | is_lost | (lengths >= minutes)).sum())


def _reached(curve: Sequence[Left], minutes: int, known: int, known_for: float) -> Reached:
    """What the curve says of one moment; nothing where nothing is known of it, or none was watched for so long."""
    if not known or (minutes > known_for and not (curve and curve[-1].share == 0)):
        return Reached(minutes, None, None, None)
    last = next((point for point in reversed(curve) if point.day <= minutes), None)
    if last is None:
        return Reached(minutes, 0.0, *exact_interval(0, known))
    if last.share == 0:
        return Reached(minutes, 1.0, *exact_interval(known, known))
    low = None if last.high is None else 1 - last.high
    high = None if last.low is None else 1 - last.low
    return Reached(minutes, 1 - last.share, low, high)


def responses(
    alerts: Iterable[Alerted], by: Callable[[Alerted], str], within: Sequence[int], now: datetime
) -> list[Response]:
    """One response a group, groups by name."""
    groups: dict[str, list[Alerted]] = {}
    for alert in alerts:
        groups.setdefault(by(alert), []).append(alert)
    return [response(group, groups[group], within, now) for group in sorted(groups)]


# The same of many alerts at once

ALERTS: dict[str, pl.DataType | type[pl.DataType]] = {
    "place": pl.String, "distance_km": pl.Float64, "exercise": pl.Boolean, "no_response": pl.String,
    "is_open": pl.Boolean, "received": pl.Datetime("us"), "arrived": pl.Datetime("us"), "told": pl.Boolean,
}  # fmt: skip
"""One row an alert, instants in UTC, null where unknown; `is_open` as the clock has it."""


@dataclass(frozen=True, slots=True)
class _Column:
    """The alerts of a table that called for a response, as arrays, one place an alert."""

    minutes: npt.NDArray[np.int64]
    came: npt.NDArray[np.bool_]
    is_open: npt.NDArray[np.bool_]
    told: npt.NDArray[np.bool_]
    reasons: npt.NDArray[np.object_]


def responses_counted(alerts: pl.DataFrame, by: pl.Expr, within: Sequence[int], now: datetime) -> list[Response]:
    """What `responses` says, of a table with the columns of `ALERTS`; `by` gives the group of each row."""
    minutes = (pl.coalesce("arrived", pl.lit(now.replace(tzinfo=None))) - pl.col("received")).dt.total_minutes()
    table = alerts.with_columns(
        group=by, came=pl.col("arrived").is_not_null(), is_real=~pl.col("exercise"),
        minutes=pl.when(pl.col("arrived").is_null()).then(minutes.clip(0)).otherwise(minutes),
    )  # fmt: skip
    names, of = np.unique(table["group"].to_numpy().astype(str), return_inverse=True)
    is_real, reasons = table["is_real"].to_numpy(), table["no_response"].to_numpy()
    is_counted = is_real & (reasons != NOT_CREDIBLE)
    whole = [table[name].to_numpy() for name in ("minutes", "came", "is_open", "told")]
    found = []
    for number, name in enumerate(names):
        mine = of == number
        counted = mine & is_counted
        column = _Column(*(values[counted] for values in (*whole, reasons)))
        found.append(_counted(str(name), column, int((mine & is_real).sum() - counted.sum()), within))
    return found


def _counted(group: str, of: _Column, not_credible: int, within: Sequence[int]) -> Response:
    is_lost = ~of.came & ~of.is_open
    curve = limit_at(_moments(of, is_lost), ARRIVED)
    known_for = _known_for(int(of.minutes.max(initial=0)), int(of.is_open.sum()), int(is_lost.sum()))
    reasons = Counter(reason or "not-said" for reason in of.reasons[is_lost])
    return Response(
        group=group,
        alerts=len(of.came),
        arrived=int(of.came.sum()),
        unanswered=int(is_lost.sum()),
        still_open=int(of.is_open.sum()),
        not_credible=not_credible,
        reasons=tuple(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))),
        median=median(curve),
        reached=tuple(
            _reached(curve, minutes, _known_by(minutes, of.minutes, of.came, is_lost), known_for) for minutes in within
        ),
        told=int(of.told.sum()),
    )


def _moments(of: _Column, is_lost: npt.NDArray[np.bool_]) -> list[Moment]:
    """The minutes in which anybody arrived, with how many alerts nobody had reached before."""
    watched_for = np.sort(np.where(is_lost, of.minutes.max(initial=0), of.minutes))
    moments, arrivals = np.unique(of.minutes[of.came], return_counts=True)
    before = np.searchsorted(watched_for, moments, side="left")
    return [
        Moment(int(at), len(watched_for) - int(gone), Counter({ARRIVED: int(number)}))
        for at, gone, number in zip(moments, before, arrivals, strict=True)
    ]


def band_of(bounds: Sequence[float]) -> pl.Expr:
    """`distance_band` of a table."""
    edges = [0.0, *sorted(bound for bound in bounds if bound > 0)]
    band = pl.lit(f"{edges[-1]:03.0f} km and more")
    for low, high in reversed(list(pairwise(edges))):
        band = pl.when(pl.col("distance_km") < high).then(pl.lit(f"{low:03.0f}-{high:03.0f} km")).otherwise(band)
    return pl.when(pl.col("distance_km").is_null()).then(pl.lit("unknown")).otherwise(band)


def part_of_day(parts: Sequence[tuple[str, int, int]]) -> pl.Expr:
    """`time_of_day` of a table."""
    hour = pl.col("received").dt.hour()
    found = pl.lit("unknown")
    for name, first, end in reversed(parts):
        inside = hour.is_between(first, end, closed="left") if first < end else (hour >= first) | (hour < end)
        found = pl.when(inside).then(pl.lit(name)).otherwise(found)
    return found


def distance_band(bounds: Sequence[float]) -> Callable[[Alerted], str]:
    """The band of an alert's distance: `00-05 km`, so that bands sort as distances do; `unknown` without one."""

    def band(alert: Alerted) -> str:
        if alert.distance_km is None:
            return "unknown"
        lower = max((bound for bound in (0.0, *bounds) if bound <= alert.distance_km), default=0.0)
        upper = min((bound for bound in bounds if bound > alert.distance_km), default=None)
        return f"{lower:03.0f} km and more" if upper is None else f"{lower:03.0f}-{upper:03.0f} km"

    return band


def time_of_day(parts: Sequence[tuple[str, int, int]]) -> Callable[[Alerted], str]:
    """The part of the day in which an alert was received; a part from 18 to 6 goes over midnight."""

    def part(alert: Alerted) -> str:
        hour = alert.clock.at["received"].hour
        return next((name for name, first, end in parts if _is_in(hour, first, end)), "unknown")

    return part


def _is_in(hour: int, first: int, end: int) -> bool:
    return first <= hour < end if first < end else hour >= first or hour < end


def by_place(alert: Alerted) -> str:
    return alert.place
