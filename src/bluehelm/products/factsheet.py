"""What does one outcome look like on one page: what is claimed, on what it rests, and what it cannot carry?

The change claimed, up to three charts with their baseline, what the mission did, what communities say, other causes,
limits, and who concluded. The same facts give the same bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bluehelm.language import _
from bluehelm.products.brief_pdf import FONT, has_documents, typeset
from bluehelm.products.charts import BAND, INK
from bluehelm.products.extras import MissingExtraError
from bluehelm.products.pictures import as_svg

MOST_CHARTS = 3
BARS, BASELINE, TARGET, BEGUN = "#4d6a85", "#9c2f2a", "#2f6b3c", "#16202b"


@dataclass(frozen=True, slots=True)
class Series:
    """One indicator: (period, value) in time, a value of None unknown; baseline and target where there are some.

    `note` says which periods and which version it shows; `begun` are the periods in which an action of the mission
    began, with the numbers that the actions have in the list of the sheet.
    """

    title: str
    unit: str
    points: tuple[tuple[str, float | None], ...]
    baseline: float | None = None
    target: float | None = None
    note: str = ""
    begun: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FactSheet:
    """All that the page says; `as_of` is the day of the conclusion or the last day of the period."""

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
    concluded_by: str
    sources: tuple[str, ...]
    marking: str = ""
    synthetic: str = ""


def factsheets_pdf(sheets: Sequence[FactSheet]) -> bytes:
    """The pages of several outcomes as one PDF; MissingExtraError without `documents` and `pictures`."""
    if not has_documents():
        raise MissingExtraError(_("A PDF"), "documents")
    charts = {
        f"chart-{page}-{place}": _drawn(series, f"c{page}-{place}")
        for page, sheet in enumerate(sheets)
        for place, series in enumerate(sheet.series[:MOST_CHARTS])
    }
    said = {"pages": [_page(sheet) for sheet in sheets], "notes": []}
    return typeset("factsheet.typ", said, {"as_of": max(sheet.as_of for sheet in sheets), **charts}, notes="notes")


def _page(sheet: FactSheet) -> dict[str, Any]:
    texts = ("mission", "period", "outcome", "whose", "claim", "judgement", "other_causes", "dissent", "concluded_by")
    lists = ("communities", "limits", "sources")
    return {
        **{name: getattr(sheet, name) for name in (*texts, "marking", "synthetic")},
        **{name: list(getattr(sheet, name)) for name in lists},
        "actions": [list(pair) for pair in sheet.actions],
        "charts": [{"title": one.title, "alt": in_words(one), "note": one.note} for one in sheet.series[:MOST_CHARTS]],
    }


def in_words(series: Series) -> str:
    """What the chart shows, for whoever cannot see it."""
    known = [(period, value) for period, value in series.points if value is not None]
    if not known:
        return _("{title}: no value is known.", title=series.title)
    base = "" if series.baseline is None else _(", baseline {baseline:g}", baseline=series.baseline)
    (first, start), (last, end) = known[0], known[-1]
    acted = "".join(
        _("; action {numbers} began in {period}", numbers=numbers, period=period) for period, numbers in series.begun
    )
    return _(
        "{title} in {unit}: {start:g} in {first}, {end:g} in {last}{base}; {number} values{acted}.",
        title=series.title,
        unit=series.unit,
        start=start,
        first=first,
        end=end,
        last=last,
        base=base,
        number=len(known),
        acted=acted,
    )


def _drawn(series: Series, name: str) -> str:
    return as_svg(series_picture(series), name)


def series_picture(series: Series) -> Mapping[str, Any]:
    """Vega-Lite specification of one indicator: bars, rules at the baseline and the target, a number where an action
    of the mission began."""
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
        "layer": [bars, *rules, *_begun(series)],
    }


def _begun(series: Series) -> list[Mapping[str, Any]]:
    """A line through the period in which an action began, with its number above."""
    if not series.begun:
        return []
    data = {"values": [{"period": period, "numbers": numbers} for period, numbers in series.begun]}
    across = {"field": "period", "type": "ordinal"}
    line = {"data": data, "mark": {"type": "rule", "color": BEGUN, "strokeWidth": 1}, "encoding": {"x": across}}
    number = {
        "data": data,
        "mark": {"type": "text", "color": BEGUN, "fontWeight": "bold", "y": -7},
        "encoding": {"x": across, "text": {"field": "numbers", "type": "nominal"}},
    }
    return [line, number]
