"""Where is a place that a report names? Only a name that means one place in the mission's countries gives a point."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from bluehelm.tables.countries import iso2_by_iso3
from bluehelm.workflows.places import find_place
from bluehelm.workflows.registry import mission_registry

Point = tuple[float, float]


def point_of(name: str, mission: str) -> Point | None:
    """Latitude and longitude by the gazetteer; None where the name means no place, or more than one."""
    return _found(name.strip(), _hosts(mission)) if name.strip() else None


def _hosts(mission: str) -> tuple[str, ...]:
    entry = mission_registry(Path(settings.BLUEHELM_HOME)).get(mission)
    known = iso2_by_iso3()
    return tuple(iso3 for iso3 in entry.hosts if iso3 in known) if entry else ()


@lru_cache(maxsize=512)
def _found(name: str, hosts: tuple[str, ...]) -> Point | None:
    found = {(place.latitude, place.longitude) for iso3 in hosts for place in find_place(name, iso3).candidates}
    return found.pop() if len(found) == 1 else None
