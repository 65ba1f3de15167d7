"""When is a provider stale, a series silent, or a change of a series too large to pass without a look?"""

from collections import Counter
from typing import Annotated

from pydantic import BaseModel, Field, field_validator

from bluehelm.definitions.header import Header
from bluehelm.definitions.strict_yaml import STRICT, Text, build, read_mapping
from bluehelm.language import _

Positive = Annotated[int, Field(ge=1)]


class Rhythm(BaseModel):
    """How often a provider is fetched and how far its newest month may lie back; None where months say nothing."""

    model_config = STRICT

    provider: Text
    renewed_days: Positive
    months_behind: Positive | None


class Silence(BaseModel):
    """A country with at least `fewest_before` events in months before, and none in the months after."""

    model_config = STRICT

    months_before: Positive
    fewest_before: Positive
    months_silent: Positive


class Change(BaseModel):
    """A yearly sum beside that of the year before."""

    model_config = STRICT

    least: Positive
    falls_to: Annotated[float, Field(gt=0, lt=1)]
    rises_by: Annotated[float, Field(gt=1)]


class EmptyMonths(BaseModel):
    """Whole months of zeros at an end of a table that are more likely not covered than calm."""

    model_config = STRICT

    fewest: Positive
    least_average: Positive


class QualityRules(Header):
    """What the data quality watch watches for."""

    rhythms: Annotated[tuple[Rhythm, ...], Field(strict=False)]
    silence: Silence
    map_gap_months: Positive
    change: Change
    empty_months: EmptyMonths
    listed_most: Positive

    @field_validator("rhythms")
    @classmethod
    def _one_rhythm_a_provider(cls, rhythms: tuple[Rhythm, ...]) -> tuple[Rhythm, ...]:
        twice = [name for name, count in Counter(rhythm.provider for rhythm in rhythms).items() if count > 1]
        if twice:
            raise ValueError(_("names {twice} twice", twice=", ".join(twice)))
        return rhythms

    def rhythm_of(self, provider: str) -> Rhythm | None:
        return next((rhythm for rhythm in self.rhythms if rhythm.provider == provider), None)


def parse_quality_rules(text: str, where: str) -> QualityRules:
    """The rules from YAML; `where` names the file in the problems of a DefinitionError."""
    content, problems = read_mapping(text, where)
    return build(QualityRules, content, where, problems)
