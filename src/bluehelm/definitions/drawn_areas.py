"""Where did a mission operate, when its whole host country would be the wrong answer?

A drawn area is one or more polygons in degrees, WGS84, each a closed ring of (longitude, latitude), with the days
from and until which it held; both days belong to it, and null leaves that side open. Coordinates decide what lies
inside, whatever country a provider names.
"""

from datetime import date
from typing import Annotated

import shapely
from pydantic import AfterValidator, BaseModel, Field, ValidationInfo, field_validator

from bluehelm.definitions.header import Header
from bluehelm.definitions.missions import Latitude, Longitude, MissionName
from bluehelm.definitions.strict_yaml import STRICT, Text, build, read_mapping
from bluehelm.language import _


def _closed_and_valid(ring: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    if len(ring) < 4:
        raise ValueError(_("has {number} points; a closed ring has at least 4", number=len(ring)))
    if ring[0] != ring[-1]:
        raise ValueError(_("is not closed: it starts at {ring} and ends at {ring_2}", ring=ring[0], ring_2=ring[-1]))
    polygon = shapely.Polygon(ring)
    if not polygon.is_valid:
        raise ValueError(
            _("is not a valid polygon: {is_valid_reason}", is_valid_reason=shapely.is_valid_reason(polygon))
        )
    return ring


Point = Annotated[tuple[Longitude, Latitude], Field(strict=False)]
Ring = Annotated[tuple[Point, ...], Field(strict=False), AfterValidator(_closed_and_valid)]


class Area(BaseModel):
    """One named part of a mission's area of operations; its `polygons` have no holes and may overlap."""

    model_config = STRICT

    name: Text
    from_on: date | None = Field(alias="from")
    until_on: date | None = Field(alias="until")
    polygons: Annotated[tuple[Ring, ...], Field(strict=False)]

    @field_validator("until_on")
    @classmethod
    def _ends_after_it_began(cls, until_on: date | None, info: ValidationInfo) -> date | None:
        from_on = info.data.get("from_on")
        if until_on and from_on and until_on < from_on:
            raise ValueError(_("{until_on} comes before from {from_on}", until_on=until_on, from_on=from_on))
        return until_on

    @field_validator("polygons")
    @classmethod
    def _has_a_polygon(cls, polygons: tuple[Ring, ...]) -> tuple[Ring, ...]:
        if not polygons:
            raise ValueError(_("is empty; an area has at least one polygon"))
        return polygons

    def held_on(self, day: date) -> bool:
        return (self.from_on is None or self.from_on <= day) and (self.until_on is None or day <= self.until_on)


class AreaFile(Header):
    """The drawn areas of one mission."""

    mission: MissionName
    areas: Annotated[tuple[Area, ...], Field(strict=False)]

    @field_validator("areas")
    @classmethod
    def _has_an_area(cls, areas: tuple[Area, ...]) -> tuple[Area, ...]:
        if not areas:
            raise ValueError(_("is empty; name at least one area"))
        return areas

    def on(self, day: date) -> tuple[Area, ...]:
        """The areas that held on a day; empty when none did."""
        return tuple(area for area in self.areas if area.held_on(day))


def parse_areas(text: str, where: str) -> AreaFile:
    """The drawn areas of one mission from YAML; `where` names the file in the problems of a DefinitionError."""
    content, problems = read_mapping(text, where)
    return build(AreaFile, content, where, problems)


def area_file(mission: str) -> str:
    """The file that holds a mission's drawn areas: `areas/unef_i.yaml` for UNEF I."""
    return f"areas/{'_'.join(mission.lower().split())}.yaml"
