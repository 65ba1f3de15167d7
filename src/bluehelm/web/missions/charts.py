"""How are bars month by month drawn as plain SVG, so that they stand without a script and on paper?

Shapes only: places and sizes in a picture of 100 by 40 units, which the page stretches. Months that no table covers
are bands of their own; a bar of height zero would say that nothing happened.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bluehelm.products.brief import MonthFigure
from bluehelm.products.charts import uncovered_runs
from bluehelm.tables.months import ordinal

WIDTH, HEIGHT = 100.0, 40.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle; `partial` when only a part of its month counts."""

    x: float
    y: float
    width: float
    height: float
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars of known months, bands of unknown ones, and the value at the top of the picture."""

    bars: tuple[Bar, ...]
    bands: tuple[Bar, ...]
    top: int


def deaths_by_month(months: Sequence[MonthFigure], top: int) -> Bars:
    """Deaths of every month where a bar of `top` fills the picture: give two pictures the same to compare them."""
    step = WIDTH / max(len(months), 1)
    bars = tuple(
        _bar(place * step, step, figure.best / max(top, 1), partial=figure.partial)
        for place, figure in enumerate(months)
        if figure.best is not None
    )
    first = ordinal(months[0].month) if months else 0
    bands = tuple(
        Bar(round((ordinal(begin) - first) * step, 3), 0, round((ordinal(end) - ordinal(begin) + 1) * step, 3), HEIGHT)
        for begin, end in uncovered_runs(months)
    )
    return Bars(bars, bands, top)


def _bar(x: float, step: float, share: float, *, partial: bool) -> Bar:
    height = round(HEIGHT * min(share, 1.0), 3)
    return Bar(round(x + step * 0.1, 3), round(HEIGHT - height, 3), round(step * 0.8, 3), height, partial)


@dataclass(frozen=True, slots=True)
class UsualStrip:
    """Counts of windows in the order of time, and the band of what is usual."""

    bars: tuple[Bar, ...]
    band: Bar


def usual_strip(counts: Sequence[int], low: int, high: int) -> UsualStrip:
    """Bars of `counts` on a band from `low` to `high`; the largest of all fills the picture."""
    top, step = max(*counts, high, 1), WIDTH / len(counts)
    upper, lower = (round(HEIGHT - HEIGHT * value / top, 3) for value in (high, low))
    bars = tuple(_bar(place * step, step, count / top, partial=False) for place, count in enumerate(counts))
    return UsualStrip(bars, Bar(0, upper, WIDTH, round(lower - upper, 3)))
