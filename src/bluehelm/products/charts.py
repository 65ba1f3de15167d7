"""What does the monthly chart of a brief draw?

Two panels share one axis of months: deaths above, events below. A month that no table covers carries no
figure; it is drawn as a band of its own, because a bar of height zero would say that nothing happened. A month of
which only a part counts is drawn lighter.
`monthly_chart` is for the page (ECharts), `monthly_picture` for paper (Vega-Lite); both hold plain values
only, and neither holds a colour that a page could not overrule.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from bluehelm.language import _, gettext_noop
from bluehelm.products.brief import Brief, MonthFigure
from bluehelm.tables.months import from_ordinal, ordinal

INK = "#4a5866"
DEATHS = "#9c2f2a"
EVENTS = "#4d6a85"
BAND = "#e3e7eb"
PART_OPACITY = 0.5  # of the bar of a month of which only a part counts
YEAR_LABELS = 14  # as many as fit under the printed chart


PART_LIGHTER = {"condition": {"test": "datum.part", "value": PART_OPACITY}, "value": 1}


@dataclass(frozen=True, slots=True)
class ChartWords:
    """The words on a chart, so that a page can give them in its reader's language."""

    deaths: str = gettext_noop("Deaths, best estimate")
    events: str = gettext_noop("Events")
    not_covered: str = gettext_noop("Not covered")
    by_month: str = gettext_noop("month by month")
    synthetic: str = gettext_noop(
        "Synthetic demonstration data: nothing here describes a real country, mission or event."
    )


ENGLISH = ChartWords()


def chart_words() -> ChartWords:
    """The words in the language of now."""
    return ChartWords(**{name: _(word) for name, word in asdict(ENGLISH).items()})


def uncovered_runs(months: Sequence[MonthFigure]) -> list[tuple[str, str]]:
    """First and last month of every unbroken run of months without figures; empty when all are covered."""
    runs: list[tuple[str, str]] = []
    for figure in months:
        if figure.count is not None:
            continue
        if runs and ordinal(runs[-1][1]) + 1 == ordinal(figure.month):
            runs[-1] = (runs[-1][0], figure.month)
        else:
            runs.append((figure.month, figure.month))
    return runs


def monthly_chart(brief: Brief, words: ChartWords = ENGLISH) -> dict[str, Any] | None:
    """ECharts option of deaths and events by month; None when the mission has no figures by month.

    Series are told apart by their ids: `deaths`, `events` and `not-covered`. The last stands on an axis of
    its own from 0 to 1, so that its bars fill the height of both panels. Beside the option's own keys, `partial`
    lists the months of which only a part counts.
    """
    if brief.events is None or not brief.events.by_month:
        return None
    figures = brief.events.by_month
    months = [figure.month for figure in figures]
    return {
        "animation": False,
        "partial": [figure.month for figure in figures if figure.partial],
        "grid": [
            {"left": 64, "right": 12, "top": 28, "height": 168},
            {"left": 64, "right": 12, "top": 236, "height": 84},
            {"left": 64, "right": 12, "top": 28, "height": 292},
        ],
        "xAxis": [_months_axis(months, panel) for panel in range(3)],
        "yAxis": [
            {"gridIndex": 0, "name": words.deaths, "minInterval": 1, "splitNumber": 3},
            {"gridIndex": 1, "name": words.events, "minInterval": 1, "splitNumber": 2},
            {"gridIndex": 2, "min": 0, "max": 1, "show": False},
        ],
        "axisPointer": {"link": [{"xAxisIndex": "all"}]},
        "tooltip": {"trigger": "axis", "renderMode": "richText", "axisPointer": {"type": "shadow"}},
        "series": [
            _bars("deaths", words.deaths, 0, [figure.best for figure in figures]),
            _bars("events", words.events, 1, [figure.count for figure in figures]),
            _bars("not-covered", words.not_covered, 2, [1 if figure.count is None else None for figure in figures])
            | {"barWidth": "100%", "silent": True},
        ],
    }


def _months_axis(months: list[str], panel: int) -> dict[str, Any]:
    return {"type": "category", "gridIndex": panel, "data": months, "show": panel == 1}


def _bars(series: str, name: str, panel: int, values: list[int | None]) -> dict[str, Any]:
    return {
        "id": series,
        "name": name,
        "type": "bar",
        "xAxisIndex": panel,
        "yAxisIndex": panel,
        "barCategoryGap": "15%",
        "data": values,
    }


def monthly_picture(brief: Brief, words: ChartWords | None = None) -> dict[str, Any] | None:
    """Vega-Lite specification of the same chart, for paper; None when the mission has no figures by month.

    Without `words` it speaks the language of now.
    """
    words = words or chart_words()
    if brief.events is None or not brief.events.by_month:
        return None
    covered = [
        _span(figure.month, figure.month) | {"best": figure.best, "count": figure.count, "part": figure.partial}
        for figure in brief.events.by_month
        if figure.count is not None
    ]
    bands = [_span(first, last) for first, last in uncovered_runs(brief.events.by_month)]
    across = _across(len(brief.events.by_month))
    return {
        "background": "white",
        "config": {
            "aria": False,
            "view": {"stroke": None},
            "axis": {"labelColor": INK, "titleColor": INK, "titleFontWeight": "normal", "gridColor": BAND},
        },
        "spacing": 12,
        "resolve": {"scale": {"x": "shared"}},
        "vconcat": [
            _panel(covered, bands, across, "best", words.deaths, DEATHS, 140),
            _panel(covered, bands, across, "count", words.events, EVENTS, 70),
        ],
    }


def _across(months: int) -> dict[str, Any]:
    # A label for every year as long as they fit, then for every second, third and so on.
    step = max(1, math.ceil(months / 12 / YEAR_LABELS))
    ticks = {"title": None, "format": "%Y", "grid": False, "tickCount": {"interval": "year", "step": step}}
    return {
        "x": {"field": "from", "type": "temporal", "scale": {"type": "utc"}, "axis": ticks},
        "x2": {"field": "until"},
    }


def _panel(
    covered: list[dict[str, Any]],
    bands: list[dict[str, Any]],
    across: dict[str, Any],
    field: str,
    title: str,
    colour: str,
    height: int,
) -> dict[str, Any]:
    up = {"field": field, "type": "quantitative", "title": title, "axis": {"tickMinStep": 1, "tickCount": 4}}
    bars = {
        "data": {"values": covered},
        "mark": {"type": "rect", "color": colour},
        "encoding": across | {"y": up, "y2": {"datum": 0}, "opacity": PART_LIGHTER},
    }
    band = {"data": {"values": bands}, "mark": {"type": "rect", "color": BAND}, "encoding": across}
    return {"width": 620, "height": height, "layer": [band, bars] if bands else [bars]}


def _span(first: str, last: str) -> dict[str, Any]:
    return {"from": _first_day(first), "until": _first_day(from_ordinal(ordinal(last) + 1))}


def _first_day(month: str) -> str:
    return date(int(month[:4]), int(month[5:]), 1).isoformat() + "T00:00:00Z"
