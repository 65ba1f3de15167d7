"""What does a mission's brief look like as one file that can be printed or mailed?

One HTML page that needs nothing else: no script, no other file, no network. The same brief gives the same
bytes. Pictures need the extra `pictures`; without it the tables stand alone and the page says so.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bluehelm import __version__
from bluehelm.language import _, now
from bluehelm.products.brief import WHOLE_COUNTRY, Brief
from bluehelm.products.brief_words import (
    area_of,
    covered,
    dates_line,
    day,
    degrees,
    mission_dates_line,
    month,
    month_names,
    months_by_year,
    not_covered,
    number,
    rules,
    sorted_bases,
)
from bluehelm.products.charts import chart_words, monthly_picture
from bluehelm.products.locator import locator_picture
from bluehelm.products.maps import Outline, also_there
from bluehelm.products.own_incidents import OwnIncidents, own_lines, own_month_rows, own_type_rows, provider_type_rows
from bluehelm.products.pictures import as_svg, has_pictures


def brief_page(
    brief: Brief, *, borders: Mapping[str, Any] | None, areas: Sequence[Outline], lines: Mapping[str, Any] | None = None
) -> str:
    """The brief as one HTML page.

    `borders` is a GeoJSON FeatureCollection of countries with `iso3` and `name`, or None for a map without;
    `areas` are the drawn areas of operations, none for a mission that has its whole host countries; `lines` are
    boundary lines with `disputed`. Without lines no boundary is drawn, because none could be dashed.
    """
    chart, locator = monthly_picture(brief), locator_picture(brief, areas, borders, lines)
    drawn = has_pictures()
    return (
        _pages()
        .get_template("brief.html")
        .render(
            brief=brief,
            # drawn by ourselves: the names in a picture are escaped where it is drawn
            chart=Markup(as_svg(chart, "chart")) if drawn and chart else None,  # nosec B704
            locator=Markup(as_svg(locator, "map")) if drawn and locator else None,  # nosec B704
            pictures=drawn,
            bases=sorted_bases(brief),
            years=months_by_year(brief),
            rules=rules(brief),
            area=area_of(brief),
            dates=dates_line(brief),
            mission_dates=mission_dates_line(brief),
            synthetic=chart_words().synthetic,
            month_names=month_names(),
            language=now(),
            own=own_tables(brief.own),
        )
    )


def own_tables(own: OwnIncidents | None) -> dict[str, Any] | None:
    """The texts and rows of the section of the mission's own incidents."""
    if own is None:
        return None
    return {
        "lines": own_lines(own),
        "types": own_type_rows(own),
        "provider_types": provider_type_rows(own),
        "months": own_month_rows(own),
        "caveats": own.caveats,
    }


@cache
def _pages() -> Environment:
    pages = Environment(
        loader=PackageLoader("bluehelm.products"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    pages.filters["number"] = number
    pages.filters["day"] = day
    pages.filters["month"] = month
    pages.filters["degrees"] = degrees
    pages.filters["covered"] = covered
    pages.filters["also"] = also_there
    pages.globals["whole_country"] = WHOLE_COUNTRY
    pages.globals["program"] = f"bluehelm {__version__}"
    pages.globals["_"] = _
    pages.globals["not_covered"] = not_covered
    return pages
