"""What do the pages of missions say to programs?"""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from bluehelm.products.brief import brief_json
from bluehelm.web.missions.answers import comparison_json, map_json, missions_json
from bluehelm.web.missions.comparison import ComparisonForm, comparison
from bluehelm.web.missions.dates import readable_dates
from bluehelm.web.missions.shown import brief_for
from bluehelm.web.missions.situation import situation_answer

router = Router()

# Read by the same form as the page's, so that both refuse the same; named here for the description.
AsOf = Annotated[str, Query(description="What happened up to this day, YYYY-MM-DD; today when not given.")]
KnownOn = Annotated[str, Query(description="With the tables retrieved by this day, YYYY-MM-DD; now when not given.")]
Rule = Annotated[str, Query(description="Where an event of several months counts: date_start, spread or exclude.")]
Month = Annotated[str, Query(description="A month, YYYY-MM.")]


@router.get("/", url_name="home", summary="The missions of the registry", include_in_schema=False)
@router.get("/missions/", url_name="missions", summary="The missions of the registry")
def missions(request: HttpRequest) -> list[dict[str, Any]]:
    return missions_json(request)


@router.get("/missions/compare/", url_name="compare", summary="Two missions or two periods side by side")
def compare(
    request: HttpRequest,
    mission: str,
    since: Month = "",
    until: Month = "",
    other: str = "",
    other_since: Month = "",
    other_until: Month = "",
    month_rule: Rule = "",
    known_on: KnownOn = "",
) -> dict[str, Any]:
    """Without a second mission and its months: the same mission in as many months before."""
    return comparison_json(comparison(request, ComparisonForm(request.GET)))


@router.get("/missions/{mission}/", url_name="mission", summary="The brief of a mission")
def mission_brief(
    request: HttpRequest, mission: str, as_of: AsOf = "", known_on: KnownOn = "", month_rule: Rule = ""
) -> dict[str, Any]:
    """What `bluehelm brief MISSION --json` says."""
    return brief_json(brief_for(request, mission, readable_dates(request)))


@router.get("/missions/{mission}/situation/", url_name="situation", summary="Measures of a mission's situation")
def mission_situation(request: HttpRequest, mission: str, as_of: AsOf = "", known_on: KnownOn = "") -> dict[str, Any]:
    """What `bluehelm situation MISSION --json` says."""
    return situation_answer(request, mission, readable_dates(request))


@router.get("/missions/{mission}/map/", url_name="map", summary="The layers of a mission's map as GeoJSON")
def mission_map(
    request: HttpRequest, mission: str, as_of: AsOf = "", known_on: KnownOn = "", month_rule: Rule = ""
) -> dict[str, Any]:
    """Events by type, bases, hotspots, rings around bases and the area of operations."""
    return map_json(request, brief_for(request, mission, readable_dates(request), with_own=False))
