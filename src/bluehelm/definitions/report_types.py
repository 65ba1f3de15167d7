"""Which types of reports are there, what do other lists call them, and when are two reports perhaps one?

What maps to nothing elsewhere is told as such: a report is never counted under another list's type by a guess.
"""

from functools import cache
from typing import Annotated, Literal

from pydantic import BaseModel, Field, field_validator

from bluehelm.definitions.header import Header
from bluehelm.definitions.packaged import packaged_text
from bluehelm.definitions.strict_yaml import STRICT, Text, build, read_mapping
from bluehelm.language import _

TYPES, DUPLICATES = "report_types.yaml", "duplicate_reports.yaml"
Code = Annotated[str, Field(pattern=r"^[a-z][a-z-]*$")]
Sort = Literal["incident", "event", "activity"]
LISTS = ("acled", "ucdp", "pact")
"""The lists of others that types are set beside."""


class ReportType(BaseModel):
    """One type: its sort, whether people can come to harm by it, and what others call it; null where nothing fits."""

    model_config = STRICT

    type: Code
    sort: Sort
    title: Text
    harms: bool
    acled: Text | None
    ucdp: Literal["state-based", "non-state", "one-sided"] | None
    pact: Text | None

    def called(self, other: str) -> str | None:
        """The type's name in another list, which is one of `LISTS`."""
        name: str | None = getattr(self, other)
        return name


class ReportTypes(Header):
    """The types in the order of the file, with the spans that tell late and stale."""

    verify_within_hours: Annotated[int, Field(ge=1, le=24 * 90)]
    stale_after_days: Annotated[int, Field(ge=1, le=365)]
    types: Annotated[tuple[ReportType, ...], Field(strict=False, min_length=1)]

    @field_validator("types")
    @classmethod
    def _types_differ(cls, types: tuple[ReportType, ...]) -> tuple[ReportType, ...]:
        if len({one.type for one in types}) < len(types):
            raise ValueError(_("a type is listed twice"))
        return types

    def get(self, name: str) -> ReportType | None:
        return next((one for one in self.types if one.type == name), None)

    def of_sort(self, sort: str) -> tuple[ReportType, ...]:
        return tuple(one for one in self.types if one.sort == sort)

    def unmapped(self, other: str) -> tuple[str, ...]:
        """The types that have no name in another list."""
        return tuple(one.type for one in self.types if one.called(other) is None)


class Points(BaseModel):
    """What each sign gives at best."""

    model_config = STRICT

    time: Annotated[int, Field(ge=0, le=100)]
    place: Annotated[int, Field(ge=0, le=100)]
    type: Annotated[int, Field(ge=0, le=100)]
    actors: Annotated[int, Field(ge=0, le=100)]
    toll: Annotated[int, Field(ge=0, le=100)]
    text: Annotated[int, Field(ge=0, le=100)]


class DuplicateRules(Header):
    """How far apart two reports of one event may lie, and from how many points on they are proposed."""

    within_hours: Annotated[int, Field(ge=1, le=24 * 14)]
    within_km: Annotated[int, Field(ge=1, le=500)]
    propose_from: Annotated[int, Field(ge=1, le=100)]
    points: Points

    @field_validator("points")
    @classmethod
    def _points_add_up(cls, points: Points) -> Points:
        if (total := sum(points.model_dump().values())) != 100:
            raise ValueError(_("the points of all signs add up to {total}, not to 100", total=total))
        return points


def parse_report_types(text: str, where: str = TYPES) -> ReportTypes:
    """The types from YAML; DefinitionError lists all that is wrong with them."""
    content, problems = read_mapping(text, where)
    return build(ReportTypes, content, where, problems)


def parse_duplicate_rules(text: str, where: str = DUPLICATES) -> DuplicateRules:
    """The rules from YAML; DefinitionError lists all that is wrong with them."""
    content, problems = read_mapping(text, where)
    return build(DuplicateRules, content, where, problems)


@cache
def packaged_report_types() -> ReportTypes:
    return parse_report_types(packaged_text(TYPES))


@cache
def packaged_duplicate_rules() -> DuplicateRules:
    return parse_duplicate_rules(packaged_text(DUPLICATES))
