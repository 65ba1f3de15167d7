"""How does a chart leave as a picture that still names its sources?

A picture is passed on without its page, so that what the figures rest on is drawn into it: the day they stop at, the
tables with version, licence and retrieval, the months covered and, for invented data, that it is invented. Pictures
need the extra `pictures`. The same brief gives the same bytes.
"""

import re
from collections.abc import Mapping, Sequence
from html import escape
from importlib.util import find_spec
from textwrap import wrap
from typing import Any

from bluehelm import __version__
from bluehelm.language import _
from bluehelm.products.brief import Brief
from bluehelm.products.brief_words import covered, dates_line, month_rule, source_line
from bluehelm.products.charts import INK, ChartWords, chart_words, monthly_picture
from bluehelm.products.extras import MissingExtraError
from bluehelm.products.letters import printable

VEGA_LITE = "5.21"
PNG_SCALE = 2.0  # pixels of the file for each of the chart: sharp in print at the width of a page
HEADING_LENGTH = 84  # characters of the heading over a chart
LINE_LENGTH = 140  # characters of small print under a chart
WARNING = "#8a4b00"
CLIP_ID = re.compile(r"\bclip\d+\b")


def has_pictures() -> bool:
    return find_spec("vl_convert") is not None


def as_svg(specification: Mapping[str, Any], name: str) -> str:
    """A Vega-Lite specification drawn as SVG whose ids begin with `name`; MissingExtraError without `pictures`."""
    drawing = _drawing()
    svg = str(drawing.vegalite_to_svg(printable(dict(specification)), vl_version=VEGA_LITE, allowed_base_urls=[]))
    # The drawing library numbers clip paths through the life of the process: the second brief would differ.
    numbers: dict[str, int] = {}
    return CLIP_ID.sub(lambda found: f"{name}-{numbers.setdefault(found[0], len(numbers))}", svg)


def as_png(specification: Mapping[str, Any]) -> bytes:
    """A Vega-Lite specification drawn as PNG; MissingExtraError without `pictures`."""
    drawing = _drawing()
    plain = printable(dict(specification))
    return bytes(drawing.vegalite_to_png(plain, vl_version=VEGA_LITE, scale=PNG_SCALE, allowed_base_urls=[]))


def _drawing() -> Any:
    if not has_pictures():
        raise MissingExtraError(_("A picture"), "pictures")
    import vl_convert  # an extra: the command line works without it

    return vl_convert


def chart_svg(brief: Brief, words: ChartWords | None = None, sources: Sequence[str] | None = None) -> str | None:
    """The monthly chart as one SVG file; None when the mission has no figures by month.

    `words` and `sources` replace what is written on the chart and under it, which is in the language of now.
    """
    chart = chart_picture(brief, words, sources)
    if chart is None:
        return None
    small_print = " ".join(source_lines(brief) if sources is None else sources)
    told = f"<title>{escape(heading(brief, words))}</title><desc>{escape(small_print)}</desc>"
    told = printable(told)
    return as_svg(chart, "chart").replace("<svg ", '<svg role="img" ', 1).replace(">", f">{told}", 1)


def chart_png(brief: Brief, words: ChartWords | None = None, sources: Sequence[str] | None = None) -> bytes | None:
    """The monthly chart as one PNG file; None when the mission has no figures by month."""
    chart = chart_picture(brief, words, sources)
    return None if chart is None else as_png(chart)


def chart_picture(
    brief: Brief, words: ChartWords | None = None, sources: Sequence[str] | None = None
) -> dict[str, Any] | None:
    """Vega-Lite specification of the monthly chart with its heading and its source lines; None without figures."""
    chart = monthly_picture(brief, words)
    if chart is None:
        return None
    lines = source_lines(brief) if sources is None else sources
    words = words or chart_words()
    above: dict[str, Any] = {"text": wrap(heading(brief, words), HEADING_LENGTH)}
    if warnings := [text for text in (brief.marking, words.synthetic if brief.synthetic else "") if text]:
        above |= {"subtitle": warnings, "subtitleColor": WARNING, "subtitleFontWeight": "bold"}
    return _between(chart, above, lines)


def _between(chart: dict[str, Any], above: dict[str, Any], below: Sequence[str]) -> dict[str, Any]:
    """The chart with a heading over it and lines of small print under it."""
    whole = {key: chart.pop(key) for key in ("background", "config")}
    small = [part for line in below for part in wrap(line, LINE_LENGTH)]
    quiet = {"color": INK, "fontSize": 9, "lineHeight": 12, "fontWeight": "normal", "offset": 10}
    return {
        **whole,
        "padding": 12,
        "title": {"text": small, "orient": "bottom", "anchor": "start", "frame": "bounds"} | quiet,
        "vconcat": [{"title": above | {"anchor": "start", "frame": "bounds", "fontSize": 14}} | chart],
    }


def heading(brief: Brief, words: ChartWords | None = None) -> str:
    return f"{brief.mission}, {brief.name}: {(words or chart_words()).by_month}"


def source_lines(brief: Brief) -> list[str]:
    """What a reader of the picture alone must know: until when, by which rule, from what, made with what."""
    lines = [dates_line(brief)]
    if brief.events:
        grey = _(
            "Events {covered}; grey: not covered, which is not zero; lighter: part of a month.",
            covered=covered(brief.events),
        )
        best = _("Deaths are the provider's best estimates.")
        lines.append(f"{grey} {month_rule(brief.events)} {best}")
    lines += [_("Source: {source}", source=source_line(ref)) for ref in brief.versions if ref.table == "events"]
    return [*lines, _("Made with {program}.", program=f"bluehelm {__version__}")]
