"""Which missions are there, and where is each one's area of operations?

The packaged registry, and before it the data folder's own missions (`definitions/missions.yaml`), as the
demonstration adds one.
"""

from datetime import date
from functools import lru_cache
from pathlib import Path

from bluehelm.definitions import AreaFile, MissionEntry, MissionRegistry, packaged_text, parse_areas, parse_missions
from bluehelm.definitions.drawn_areas import Area, area_file
from bluehelm.tables.countries import country_name


def mission_registry(home: Path) -> MissionRegistry:
    """The registry of a data folder; raises DefinitionError when its own definitions are not sound."""
    own = home / "definitions" / "missions.yaml"
    packaged = _packaged_missions()
    if not own.is_file():
        return packaged
    added = parse_missions(own.read_text(encoding="utf-8"), str(own)).missions
    names = {entry.mission for entry in added}
    others = tuple(entry for entry in packaged.missions if entry.mission not in names)
    return packaged.model_copy(update={"missions": added + others})


def area_definition(home: Path, entry: MissionEntry) -> AreaFile | None:
    """The drawn areas of a mission; None when its area is the whole of its host countries."""
    if entry.area == "whole-country":
        return None
    name = area_file(entry.mission)
    own = home / "definitions" / name
    if own.is_file():
        return parse_areas(own.read_text(encoding="utf-8"), str(own))
    return _packaged_areas(name)


def area_polygons(home: Path, entry: MissionEntry, on: date) -> list[Area]:
    """The drawn areas that held on a day; empty for a whole-country mission."""
    drawn = area_definition(home, entry)
    return list(drawn.on(on)) if drawn else []


def host_name(entry: MissionEntry, iso3: str, language: str = "") -> str:
    """The name of a mission's host country, an invented one included."""
    return entry.host_names.get(iso3) or country_name(iso3, language)


@lru_cache(maxsize=1)
def _packaged_missions() -> MissionRegistry:
    return parse_missions(packaged_text("missions.yaml"), "missions.yaml")


@lru_cache(maxsize=128)
def _packaged_areas(name: str) -> AreaFile:
    return parse_areas(packaged_text(name), name)
