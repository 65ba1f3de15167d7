"""Which limits must an estimate keep to carry a verdict, and which methods are refused by name?"""

from typing import Annotated

from pydantic import BaseModel, Field

from bluehelm.definitions.header import Header
from bluehelm.definitions.packaged import packaged_text
from bluehelm.definitions.strict_yaml import STRICT, Text, build, read_mapping

Share = Annotated[float, Field(gt=0, lt=1)]


class RefusedMethod(BaseModel):
    """A way of estimating that people ask for and that is not given, with the reason."""

    model_config = STRICT

    name: Text
    also_called: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    says: Text


class EstimateRules(Header):
    """Limits of the checks; misfit in spreads of the unit's own outcome before T, shares of times before T."""

    level: Share
    power: Share
    interval_level: Share
    largest_misfit: Annotated[float, Field(gt=0)]
    largest_share_outside: Annotated[float, Field(ge=0, le=1)]
    heaviest_left_out: Annotated[int, Field(gt=0)]
    refused_methods: Annotated[tuple[RefusedMethod, ...], Field(strict=False)]
    not_lives_saved: Text


def parse_estimate_rules(text: str, where: str) -> EstimateRules:
    """The rules from YAML; DefinitionError lists all that is wrong with them."""
    content, problems = read_mapping(text, where)
    return build(EstimateRules, content, where, problems)


def packaged_estimate_rules() -> EstimateRules:
    where = "impact/estimate.yaml"
    return parse_estimate_rules(packaged_text(where), where)
