"""What have experts laid down, as dated data, and who has reviewed it?

This package owns the types and the strict loader. Only workflows, web and cli load files; the domains
receive values.
"""

from bluehelm.definitions.drawn_areas import Area, AreaFile, Ring, area_file, parse_areas
from bluehelm.definitions.header import Header, due_for_review, parse_header
from bluehelm.definitions.missions import Headquarters, MissionEntry, MissionRegistry, parse_missions
from bluehelm.definitions.packaged import packaged_names, packaged_text
from bluehelm.definitions.strict_yaml import DefinitionError

__all__ = [
    "Area",
    "AreaFile",
    "DefinitionError",
    "Header",
    "Headquarters",
    "MissionEntry",
    "MissionRegistry",
    "Ring",
    "area_file",
    "due_for_review",
    "packaged_names",
    "packaged_text",
    "parse_areas",
    "parse_header",
    "parse_missions",
]
