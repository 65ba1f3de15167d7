"""How does a brief become one HTML file, with its map drawn from the boundary files in use?"""

from pathlib import Path

from bluehelm.definitions.drawn_areas import Area
from bluehelm.products.brief import Brief
from bluehelm.products.brief_html import brief_page
from bluehelm.workflows.borders import border_layer, lines_with_disputes
from bluehelm.workflows.registry import area_polygons, mission_registry


def page_of(home: Path, brief: Brief) -> str:
    """The brief as HTML that needs nothing else: no network, no script, no second file."""
    return brief_page(
        brief,
        borders=border_layer(home, "countries"),
        areas=areas_of(home, brief),
        lines=lines_with_disputes(home),
    )


def areas_of(home: Path, brief: Brief) -> list[Area]:
    """The drawn areas that held on the last day of a brief's figures; empty for a whole-country mission."""
    entry = mission_registry(home).get(brief.mission)
    end_on = brief.scope.end_on
    return area_polygons(home, entry, min(brief.as_of, end_on) if end_on else brief.as_of) if entry else []
