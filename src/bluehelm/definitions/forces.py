"""Which rules of force generation have experts laid down: readiness, nearness of an offer, unit types, rates?"""

from functools import cache
from typing import Annotated

from pydantic import BaseModel, Field, field_validator

from bluehelm.definitions.header import Header
from bluehelm.definitions.packaged import packaged_text
from bluehelm.definitions.strict_yaml import STRICT, Model, Text, build, read_mapping
from bluehelm.language import _

Texts = Annotated[tuple[Text, ...], Field(strict=False, min_length=1)]
Positive = Annotated[int, Field(gt=0)]
Weight = Annotated[int, Field(ge=0)]


class ReadinessLevel(BaseModel):
    """One rung: its short name in files, the step it stands for and the evidence that must be named to reach it."""

    model_config = STRICT

    name: Text
    step: Text
    meaning: Text
    evidence: Texts


class ReadinessLadder(Header):
    """The levels from lowest to highest, the renewal clock in months and why a unit may be downgraded."""

    levels: Annotated[tuple[ReadinessLevel, ...], Field(strict=False, min_length=1)]
    first_renewal_months: Positive
    later_renewal_months: Positive
    rapid_deployment_days: Positive
    downgrade_reasons: Texts

    @field_validator("levels")
    @classmethod
    def _names_differ(cls, levels: tuple[ReadinessLevel, ...]) -> tuple[ReadinessLevel, ...]:
        if len({level.name for level in levels}) < len(levels):
            raise ValueError(_("names a level twice"))
        return levels

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(level.name for level in self.levels)


class NearnessWeights(BaseModel):
    """What each way of falling short weighs; larger is harder to mend."""

    model_config = STRICT

    late_day: Weight
    early_end_day: Weight
    missing_person: Weight
    level_step: Weight
    language: Weight
    caveat: Weight
    capability: Weight
    ceiling: Weight
    taken: Weight


class MatchingRules(Header):
    """Weights that order explanations, and what every result says it did not consider."""

    weights: NearnessWeights
    not_considered: Texts


class AttentionRules(Header):
    """How many days ahead what is coming is told, and how long a contributor has to answer about its unit card."""

    renewals_within_days: Positive
    visits_within_days: Positive
    rotations_within_days: Positive
    gaps_within_days: Positive
    reply_days: Positive


def parse_forces(model: type[Model], text: str, where: str) -> Model:
    """One of this module's definitions from YAML; DefinitionError lists all that is wrong with it."""
    content, problems = read_mapping(text, where)
    return build(model, content, where, problems)


@cache
def packaged_readiness() -> ReadinessLadder:
    return _packaged(ReadinessLadder, "readiness")


@cache
def packaged_matching() -> MatchingRules:
    return _packaged(MatchingRules, "matching")


@cache
def packaged_attention() -> AttentionRules:
    return _packaged(AttentionRules, "attention")


def _packaged(model: type[Model], name: str) -> Model:
    where = f"forces/{name}.yaml"
    return parse_forces(model, packaged_text(where), where)
