"""Over how many days, at what distances and with what certainty is a situation measured?"""

from typing import Annotated

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from bluehelm.definitions.header import Header
from bluehelm.definitions.strict_yaml import STRICT, build, read_mapping
from bluehelm.language import _

Days = Annotated[int, Field(ge=1, le=366)]
Share = Annotated[float, Field(gt=0, lt=1)]


class PastRule(BaseModel):
    """The last window of days beside windows of equal length before it, as many as there are up to `past_windows`."""

    model_config = STRICT

    window_days: Days
    past_windows: Annotated[int, Field(ge=2, le=240)]
    fewest_past_windows: Annotated[int, Field(ge=2)]
    interval: Share

    @field_validator("fewest_past_windows")
    @classmethod
    def _can_be_reached(cls, fewest: int, info: ValidationInfo) -> int:
        if fewest > info.data.get("past_windows", fewest):
            raise ValueError(_("is more than past_windows"))
        return fewest


class HotspotRule(PastRule):
    """`false_discovery_rate` is the share of named hotspots that chance alone may be expected to have made."""

    false_discovery_rate: Share


class SituationRules(Header):
    """What the measures of a situation are measured with."""

    rolling_days: Annotated[tuple[Days, ...], Field(strict=False, min_length=1)]
    hotspots: HotspotRule
    tempo: PastRule
    rings_km: Annotated[tuple[Annotated[float, Field(ge=0, strict=False)], ...], Field(strict=False, min_length=2)]

    @field_validator("rolling_days", "rings_km")
    @classmethod
    def _ascends(cls, values: tuple[float, ...]) -> tuple[float, ...]:
        if list(values) != sorted(set(values)):
            raise ValueError(_("does not ascend"))
        return values

    @field_validator("rings_km")
    @classmethod
    def _begins_at_the_base(cls, edges: tuple[float, ...]) -> tuple[float, ...]:
        if edges[0] != 0:
            raise ValueError(_("does not begin at 0"))
        return edges


def parse_situation_rules(text: str, where: str) -> SituationRules:
    """The rules from YAML; `where` names the file in the problems of a DefinitionError."""
    content, problems = read_mapping(text, where)
    return build(SituationRules, content, where, problems)
