"""How does cost grow with the number of events?

One size after the other, each question in a process of its own; drawn as bench/growth.svg on two logarithmic axes, so
that a cost in proportion to the rows is a straight line of slope one.
"""

import csv
import tempfile
from pathlib import Path

import vl_convert

from bench.children import cost_of
from bench.events import published
from bench.questions import OURS

SIZES = (10_000, 100_000, 1_000_000)
LARGE = (10_000_000,)
POINTS = Path(__file__).with_name("growth.csv")
PICTURE = Path(__file__).with_name("growth.svg")
COLUMNS = ("question", "rows", "seconds", "peak_mb")
PAGE = "mission page"


def measure(full: bool = False) -> None:
    """Write the points and the picture; sizes beyond a million only when asked for in full."""
    points = [point for rows in SIZES + (LARGE if full else ()) for point in _points(rows)]
    with POINTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(points)
    PICTURE.write_text(vl_convert.vegalite_to_svg(specification(points)), encoding="utf-8")
    print(f"growth: written to {POINTS.name} and {PICTURE.name}")


def _points(rows: int) -> list[dict[str, object]]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        published(home, rows)
        page = cost_of("page", "page", home)
        costs = {PAGE: (float(page.answer), page.peak_mb)}
        for question in OURS:
            cost = cost_of("ours", question, home)
            costs[question] = (cost.seconds, cost.peak_mb)
    for question, (seconds, peak_mb) in costs.items():
        print(f"growth: {question} over {rows:,} events: {seconds:.3f} s, {peak_mb:,.0f} MB", flush=True)
    return [
        {"question": question, "rows": rows, "seconds": round(seconds, 4), "peak_mb": round(peak_mb)}
        for question, (seconds, peak_mb) in costs.items()
    ]


def specification(points: list[dict[str, object]]) -> dict[str, object]:
    """Vega-Lite: seconds and memory by number of events, a line for each question."""

    def panel(name: str, title: str) -> dict[str, object]:
        return {
            "width": 320,
            "height": 280,
            "mark": {"type": "line", "point": True},
            "encoding": {
                "x": {"field": "rows", "type": "quantitative", "scale": {"type": "log"}, "title": "events"},
                "y": {"field": name, "type": "quantitative", "scale": {"type": "log"}, "title": title},
                "color": {"field": "question", "type": "nominal", "title": None},
            },
        }

    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": "How cost grows with the number of events (generated data)",
        "data": {"values": points},
        "hconcat": [panel("seconds", "seconds"), panel("peak_mb", "peak memory, MB")],
    }
