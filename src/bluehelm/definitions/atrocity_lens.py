"""Which fourteen risk factors does the atrocity-prevention lens look at, and in which words is each judged?

The framework is a way of looking and no scale: factors and indicators carry words, never weights, and nothing here can
be added up. Wording that nobody has compared with the published text says `unverified`.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from bluehelm.definitions.finding_rules import Word, Words
from bluehelm.definitions.header import Header
from bluehelm.definitions.strict_yaml import STRICT, Text, build, read_mapping
from bluehelm.language import _

Wording = Literal["seen", "unverified"]
Set = Literal["common", "specific"]
Crime = Literal["any", "genocide", "crimes against humanity", "war crimes"]

NUMBERS: dict[Set, tuple[int, ...]] = {"common": tuple(range(1, 9)), "specific": tuple(range(9, 15))}
CRIMES: dict[int, Crime] = {
    9: "genocide",
    10: "genocide",
    11: "crimes against humanity",
    12: "crimes against humanity",
    13: "war crimes",
    14: "war crimes",
}


class Indicator(BaseModel):
    """One sign that a factor is there: `code` is the factor's number and its own."""

    model_config = STRICT

    code: Annotated[str, Field(pattern=r"^\d{1,2}\.\d{1,2}$")]
    wording: Wording
    text: Text


class Factor(BaseModel):
    """One of the fourteen risk factors, the crime it is specific to, and its indicators in order."""

    model_config = STRICT

    number: Annotated[int, Field(ge=1, le=14)]
    title: Text
    wording: Wording
    crime: Crime
    why: Text
    indicators: Annotated[tuple[Indicator, ...], Field(strict=False, min_length=1)]

    @field_validator("crime")
    @classmethod
    def _crime_is_the_factor_s(cls, crime: Crime, info: ValidationInfo) -> Crime:
        number = info.data.get("number", 0)
        if crime != (expected := CRIMES.get(number, "any")):
            raise ValueError(_("factor {number} speaks of {expected}", number=number, expected=expected))
        return crime

    @field_validator("indicators")
    @classmethod
    def _indicators_are_numbered_through(cls, indicators: tuple[Indicator, ...], info: ValidationInfo) -> object:
        number = info.data.get("number")
        expected = [f"{number}.{place}" for place in range(1, len(indicators) + 1)]
        if number and [one.code for one in indicators] != expected:
            raise ValueError(
                _("are numbered {expected} to {expected_2}, in order", expected=expected[0], expected_2=expected[-1])
            )
        return indicators


class FactorSet(Header):
    """The common or the specific factors, all of them and in order."""

    set: Set
    factors: Annotated[tuple[Factor, ...], Field(strict=False)]

    @field_validator("factors")
    @classmethod
    def _none_is_missing(cls, factors: tuple[Factor, ...], info: ValidationInfo) -> tuple[Factor, ...]:
        expected = NUMBERS.get(info.data.get("set", "common"), ())
        if tuple(factor.number for factor in factors) != expected:
            raise ValueError(
                _("are numbers {expected} to {expected_2}, in order", expected=expected[0], expected_2=expected[-1])
            )
        return factors


class LensWords(Header):
    """What is found of a factor, and how it moved: words, from the gravest down."""

    findings: Words
    movements: Words

    @field_validator("findings", "movements")
    @classmethod
    def _a_word_is_listed_once(cls, words: tuple[Word, ...]) -> tuple[Word, ...]:
        if len({word.word for word in words}) < len(words):
            raise ValueError(_("a word is listed twice"))
        return words


def parse_factors(text: str, where: str) -> FactorSet:
    """A set of factors from YAML; `where` names the file in the problems of a DefinitionError."""
    content, problems = read_mapping(text, where)
    return build(FactorSet, content, where, problems)


def parse_lens_words(text: str, where: str) -> LensWords:
    """The words from YAML; `where` names the file in the problems of a DefinitionError."""
    content, problems = read_mapping(text, where)
    return build(LensWords, content, where, problems)
