"""What does one outcome look like on one page: what is claimed, on what it rests, and what it cannot carry?

The change claimed, up to three charts with their baseline, what the mission did, what communities say, other causes,
limits, and who cleared it. The same facts give the same bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bluehelm.products.brief_pdf import FONT, has_documents, typeset
from bluehelm.products.charts import BAND, INK
from bluehelm.products.extras import MissingExtraError
from bluehelm.products.pictures import as_svg

MOST_CHARTS = 3
BARS, BASELINE, TARGET = "#4d6a85", "#9c2f2a", "#2f6b3c"


@dataclass(frozen=True, slots=True)
class Series:
    """One indicator: (period, value) in time, a value of None unknown; baseline and target where there are some."""

    title: str
    unit: str
    points: tuple[tuple[str, float | None], ...]
    baseline: float | None = None
    target: float | None = None


@dataclass(frozen=True, slots=True)
class FactSheet:
    """All that the page says; `as_of` is the day of the clearance or the last day of the period."""

    mission: str
    period: str
    as_of: str
    outcome: str
    whose: str
    claim: str
    judgement: str
    series: tuple[Series, ...]
    actions: tuple[tuple[str, str], ...]
    communities: tuple[str, ...]
    other_causes: str
    dissent: str
    limits: tuple[str, ...]
    clearance: str
    sources: tuple[str, ...]
    marking: str = ""
    synthetic: str = ""


def factsheets_pdf(sheets: Sequence[FactSheet]) -> bytes:
    """The pages of several outcomes as one PDF; MissingExtraError without `documents` and `pictures`."""
    if not has_documents():
        raise MissingExtraError("A PDF", "documents")
    charts = {
        f"chart-{page}-{place}": _drawn(series, f"c{page}-{place}")
        for page, sheet in enumerate(sheets)
        for place, series in enumerate(sheet.series[:MOST_CHARTS])
    }
    said = {"pages": [_page(sheet) for sheet in sheets], "notes": []}
    return typeset("factsheet.typ", said, {"as_of": max(sheet.as_of for sheet in sheets), **charts}, notes="notes")


def _page(sheet: FactSheet) -> dict[str, Any]:
    texts = ("mission", "period", "outcome", "whose", "claim", "judgement", "other_causes", "dissent", "clearance")
    lists = ("communities", "limits", "sources")
    return {
        **{name: getattr(sheet, name) for name in (*texts, "marking", "synthetic")},
        **{name: list(getattr(sheet, name)) for name in lists},
        "actions": [list(pair) for pair in sheet.actions],
        "charts": [{"title": one.title, "alt": _in_words(one)} for one in sheet.series[:MOST_CHARTS]],
    }


def _in_words(series: Series) -> str:
    """What the chart shows, for whoever cannot see it."""
    known = [(period, value) for period, value in series.points if value is not None]
    if not known:
        return f"{series.title}: no value is known."
    base = "" if series.baseline is None else f", baseline {series.baseline:g}"
    (first, start), (last, end) = known[0], known[-1]
    return f"{series.title} in {series.unit}: {start:g} in {first}, {end:g} in {last}{base}; {len(known)} values."


def _drawn(series: Series, name: str) -> str:
    return as_svg(series_picture(series), name)


def series_picture(series: Series) -> Mapping[str, Any]:
    """Vega-Lite specification of one indicator: bars, a rule at the baseline and one at the target."""
    known = [{"period": period, "value": value} for period, value in series.points if value is not None]
    bars = {
        "data": {"values": known},
        "mark": {"type": "bar", "color": BARS},
        "encoding": {
            "x": {"field": "period", "type": "ordinal", "title": None, "sort": None,
                  "scale": {"domain": [period for period, _ in series.points]},
                  "axis": {"labelAngle": -90, "labelOverlap": True}},
            "y": {"field": "value", "type": "quantitative", "title": series.unit, "axis": {"tickCount": 4}},
        },
    }  # fmt: skip
    rules = [
        {
            "data": {"values": [{"level": level}]},
            "mark": {"type": "rule", "color": colour, "strokeDash": dash, "strokeWidth": 1.5},
            "encoding": {"y": {"field": "level", "type": "quantitative"}},
        }
        for level, colour, dash in ((series.baseline, BASELINE, [2, 2]), (series.target, TARGET, [6, 3]))
        if level is not None
    ]
    return {
        "background": "white",
        "width": 190,
        "height": 90,
        "config": {
            "aria": False,
            "view": {"stroke": None},
            "font": FONT,
            "axis": {"labelColor": INK, "titleColor": INK, "titleFontWeight": "normal", "gridColor": BAND},
        },
        "layer": [bars, *rules],
    }
