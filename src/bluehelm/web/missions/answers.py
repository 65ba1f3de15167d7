"""What do the pages of missions say as JSON?

Where the command line gives an answer of the same name, this is the same object.
"""

from typing import Any

from django.http import HttpRequest

from bluehelm.definitions import MissionEntry
from bluehelm.language import called
from bluehelm.products.brief import Brief, versions_json
from bluehelm.products.maps import map_layers
from bluehelm.spine import VersionRef
from bluehelm.web.missions.comparison import Comparison, Side
from bluehelm.web.missions.periods import Period
from bluehelm.web.missions.presenters import rings_km
from bluehelm.web.missions.rings import rings
from bluehelm.web.missions.shown import store_for
from bluehelm.workflows.borders import border_layer, lines_with_disputes
from bluehelm.workflows.brief_page import areas_of
from bluehelm.workflows.registry import mission_registry


def missions_json(request: HttpRequest) -> list[dict[str, Any]]:
    """The missions of the registry."""
    return [_mission_json(entry) for entry in mission_registry(store_for(request).home).missions]


def _mission_json(entry: MissionEntry) -> dict[str, Any]:
    return {
        "mission": entry.mission,
        "name": called(entry.name),
        "start": entry.start_on.isoformat() if entry.start_on else None,
        "end": entry.end_on.isoformat() if entry.end_on else None,
        "hosts": list(entry.hosts),
        "area": entry.area,
        "synthetic": entry.synthetic,
    }


def map_json(request: HttpRequest, brief: Brief) -> dict[str, Any]:
    """The layers of a mission's map as GeoJSON, the rings around its bases among them."""
    home = store_for(request).home
    countries, lines = border_layer(home, "countries"), lines_with_disputes(home)
    layers = map_layers(brief, areas_of(home, brief), countries, lines)
    return layers | {"rings": rings(brief.presence.bases if brief.presence else (), rings_km())}


def comparison_json(compared: Comparison) -> dict[str, Any]:
    """Two missions or periods side by side."""
    refs = dict.fromkeys(ref for side in compared.sides for ref in side.brief.versions)
    return {
        "sides": [_side_json(side) for side in compared.sides],
        "month_rule": compared.month_rule,
        "known_on": compared.known_on.isoformat() if compared.known_on else None,
        "versions": [version_ref_json(ref) for ref in refs],
        "notes": [str(caution) for caution in compared.cautions],
    }


def _side_json(side: Side) -> dict[str, Any]:
    return {
        "mission": side.brief.mission,
        "synthetic": side.brief.synthetic,
        **period_json(side.period),
        "presence": None
        if side.brief.presence is None
        else {"as_of_month": side.brief.presence.as_of_month, "troops": side.brief.presence.troops},
        "versions": versions_json(side.brief),
    }


def period_json(period: Period) -> dict[str, Any]:
    """A period's figures; null where no month is covered."""
    return {
        "from": period.first,
        "to": period.last,
        "months": len(period.months),
        "covered_months": period.covered,
        "count": period.count,
        "best": period.best,
        "count_a_month": period.count_a_month,
        "best_a_month": period.best_a_month,
        "by_month": [{"month": f.month, "count": f.count, "best": f.best} for f in period.months],
        "partial_months": [figure.month for figure in period.months if figure.partial],
    }


def version_ref_json(ref: VersionRef) -> dict[str, Any]:
    """A table version as every answer with figures names it."""
    return {
        "table": ref.table,
        "version": ref.version,
        "sha256": ref.sha256,
        "retrieved": ref.retrieved.isoformat(),
    }
