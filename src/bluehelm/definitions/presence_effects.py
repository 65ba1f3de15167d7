"""Over which distances and months, against which chance, is an effect of presence looked for?"""

from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, Field, field_validator

from bluehelm.definitions.header import Header
from bluehelm.definitions.packaged import packaged_text
from bluehelm.definitions.strict_yaml import STRICT, Text, build, read_mapping
from bluehelm.language import _

PRESENCE_RULES = "impact/presence.yaml"

Km = Annotated[float, Field(gt=0, le=2000, strict=False)]
Months = Annotated[int, Field(ge=6, le=120)]
Share = Annotated[float, Field(gt=0, lt=1)]


Texts = Annotated[tuple[Text, ...], Field(strict=False, min_length=1)]


class RefusedMethod(BaseModel):
    """A method that is refused by name, and why."""

    model_config = STRICT

    name: Text
    says: Text


class PresenceRules(Header):
    """What an effect of presence is estimated with; `rings_km` are the ends of the rings, the first begins at 0."""

    model_config = STRICT

    rings_km: Annotated[tuple[Km, ...], Field(strict=False, min_length=1)]
    before_months: Months
    after_months: Months
    period_months: Annotated[int, Field(ge=1, le=24)]
    gap_maps: Annotated[int, Field(ge=0, le=12)]
    overdispersion: Annotated[float, Field(ge=0, le=10)]
    matches: Annotated[int, Field(ge=1, le=100)]
    draws: Annotated[int, Field(ge=99, le=9999)]
    level: Share
    interval: Share
    power: Share
    standing_spread: dict[Text, Annotated[float, Field(gt=0.5, lt=2)]]
    pooled_spread: dict[Text, Annotated[float, Field(gt=0.5, lt=2)]]
    fewest_places: Annotated[int, Field(ge=1)]
    correlated_km: Km
    large_event_deaths: Annotated[int, Field(ge=2)]
    outcomes: dict[Text, Texts]
    with_verdict: Annotated[tuple[Text, ...], Field(strict=False)]
    without_interval: dict[Text, Text]
    refused_methods: Annotated[tuple[RefusedMethod, ...], Field(strict=False)]

    @field_validator("rings_km")
    @classmethod
    def _ascends(cls, edges: tuple[float, ...]) -> tuple[float, ...]:
        if list(edges) != sorted(set(edges)):
            raise ValueError(_("does not ascend"))
        return edges


def parse_presence_rules(text: str, where: str) -> PresenceRules:
    """The rules from YAML; `where` names the file in the problems of a DefinitionError."""
    content, problems = read_mapping(text, where)
    return build(PresenceRules, content, where, problems)


@lru_cache(maxsize=1)
def packaged_presence_rules() -> PresenceRules:
    """The packaged rules."""
    return parse_presence_rules(packaged_text(PRESENCE_RULES), PRESENCE_RULES)
