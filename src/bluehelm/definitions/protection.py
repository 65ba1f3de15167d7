"""Which words, minutes and days does the protection of civilians use?

Vocabularies and ladders are reviewed data. A ladder's words stand from the least to the gravest or fullest; nothing
here is a weight, and no file says how words would be added up.
"""

from functools import cache
from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from bluehelm.definitions.finding_rules import Word, Words
from bluehelm.definitions.header import Header
from bluehelm.definitions.packaged import packaged_text
from bluehelm.definitions.strict_yaml import STRICT, Text, build, read_mapping
from bluehelm.language import _

STEPS = ("received", "verified", "escalated", "decided", "departed", "arrived", "closed", "told")
TIERS = ("dialogue", "physical", "environment")
PHASES = ("prevention", "pre-emption", "response", "consolidation")
Whole = Annotated[int, Field(ge=1)]
Hour = Annotated[int, Field(ge=0, le=23)]
Rising = Annotated[tuple[Whole, ...], Field(strict=False, min_length=1)]


def _each_once(words: object) -> object:
    """A tuple of words in which none is listed twice; anything else as it is."""
    if isinstance(words, tuple) and words and isinstance(words[0], Word):
        listed = [word.word for word in words]
        if twice := sorted({word for word in listed if listed.count(word) > 1}):
            raise ValueError(_("{twice}: listed more than once", twice=", ".join(twice)))
    return words


class Worded(Header):
    """A definition made of vocabularies."""

    @field_validator("*")
    @classmethod
    def _a_word_is_listed_once(cls, value: object) -> object:
        return _each_once(value)

    def words(self, name: str) -> tuple[Word, ...]:
        """A vocabulary by its name."""
        found: tuple[Word, ...] = getattr(self, name)
        return found

    def codes(self, name: str) -> tuple[str, ...]:
        """The words of a vocabulary as stored."""
        return tuple(word.word for word in self.words(name))


class PartOfDay(BaseModel):
    """From one hour to another, over midnight where the first is later."""

    model_config = STRICT

    name: Text
    first: Hour
    end: Hour


class GradedRule(BaseModel):
    """Which verified incidents somebody should have warned of: the provider's type they map to, and their grades."""

    model_config = STRICT

    maps_to: Literal["state-based", "non-state", "one-sided"]
    credibilities: Annotated[tuple[Literal["1", "2", "3", "4", "5", "6"], ...], Field(strict=False, min_length=1)]


class AlertRules(Worded):
    """Steps, reasons and channels of alerts, and what is measured of them."""

    unanswered_after_minutes: Whole
    within_minutes: Rising
    distance_bands_km: Rising
    warned_before_hours: Whole
    warned_after_hours: Whole
    graded_events: GradedRule
    km_per_hour: Annotated[float, Field(gt=0, le=200, strict=False)]
    parts_of_day: Annotated[tuple[PartOfDay, ...], Field(strict=False, min_length=1)]
    steps: Words
    reasons: Words
    channels: Words
    kinds: Words
    consents: Words

    @field_validator("within_minutes", "distance_bands_km")
    @classmethod
    def _rise(cls, numbers: tuple[int, ...]) -> tuple[int, ...]:
        if list(numbers) != sorted(set(numbers)):
            raise ValueError(_("rise from one to the next"))
        return numbers

    @field_validator("parts_of_day")
    @classmethod
    def _make_a_day(cls, parts: tuple[PartOfDay, ...]) -> tuple[PartOfDay, ...]:
        hours = [hour % 24 for part in parts for hour in range(part.first, part.end + 24 * (part.end <= part.first))]
        if sorted(hours) != list(range(24)):
            raise ValueError(_("do not make one day of 24 hours together"))
        return parts

    @field_validator("steps")
    @classmethod
    def _are_those_of_the_clock(cls, steps: tuple[Word, ...]) -> tuple[Word, ...]:
        if tuple(step.word for step in steps) != STEPS:
            raise ValueError(_("are, in this order: {steps}", steps=", ".join(STEPS)))
        return steps

    @field_validator("reasons")
    @classmethod
    def _one_says_there_was_no_ground(cls, reasons: tuple[Word, ...]) -> tuple[Word, ...]:
        if "not-credible" not in {reason.word for reason in reasons}:
            raise ValueError(_("need not-credible, by which false alarms are counted"))
        return reasons


class ThreatWords(Worded):
    """The ladders of the threat matrix, tiers and phases of a response, and days between reviews."""

    capability: Words
    intent: Words
    vulnerability: Words
    host_will: Words
    host_capacity: Words
    others_capacity: Words
    likelihood: Words
    impact: Words
    trend: Words
    tiers: Words
    phases: Words
    review_days: dict[str, Whole]

    @field_validator("tiers", "phases")
    @classmethod
    def _are_those_of_the_policy(cls, words: tuple[Word, ...], info: ValidationInfo) -> tuple[Word, ...]:
        expected = TIERS if info.field_name == "tiers" else PHASES
        if tuple(word.word for word in words) != expected:
            raise ValueError(_("are, in this order: {expected}", expected=", ".join(expected)))
        return words

    @field_validator("review_days")
    @classmethod
    def _one_for_each_likelihood(cls, days: dict[str, int], info: ValidationInfo) -> dict[str, int]:
        known = [word.word for word in info.data.get("likelihood", ())]
        if sorted(days) != sorted(known):
            raise ValueError(_("are given for {known}", known=", ".join(known)))
        return days


class WorkWords(Worded):
    """Kinds of activities and what became of them, harms, voices, methods, obstructions, violations."""

    activities: Words
    outcomes: Words
    harms: Words
    voices: Words
    methods: Words
    obstructions: Words
    violations: Words


class Compact(Worded):
    """The capabilities of the compact, in order."""

    capabilities: Words


class LayerRule(BaseModel):
    """When what a layer of the map shows is stale: drawn hatched, because it may have changed since."""

    model_config = STRICT

    layer: Literal["posts", "alerts", "threats", "roads"]
    stale_after_days: Annotated[int, Field(ge=1, le=3660)]


class MapSymbol(BaseModel):
    """The symbol of one kind of mark: its code of APP-6, 20 digits, and what the kind is called."""

    model_config = STRICT

    kind: Annotated[str, Field(pattern=r"^[a-z][a-z-]*$")]
    title: Text
    sidc: Annotated[str, Field(pattern=r"^\d{20}$")]


class MapRules(Header):
    """What the map for work draws, how much of it, and when it is stale."""

    most_drawn: Whole
    layers: Annotated[tuple[LayerRule, ...], Field(strict=False)]
    symbols: Annotated[tuple[MapSymbol, ...], Field(strict=False, min_length=1)]

    @field_validator("layers")
    @classmethod
    def _every_layer_once(cls, layers: tuple[LayerRule, ...]) -> tuple[LayerRule, ...]:
        if sorted(one.layer for one in layers) != ["alerts", "posts", "roads", "threats"]:
            raise ValueError(_("are posts, alerts, threats and roads, each once"))
        return layers

    def stale_after(self, layer: str) -> int:
        """Days after which the marks of a layer are stale."""
        return next(one.stale_after_days for one in self.layers if one.layer == layer)

    def symbol(self, kind: str) -> MapSymbol:
        """The symbol of a kind; that of `other` for a kind that has none."""
        named = {one.kind: one for one in self.symbols}
        return named.get(kind) or named["other"]


def parse_map_rules(text: str, where: str) -> MapRules:
    """The rules of the map from YAML; `where` names the file in the problems of a DefinitionError."""
    content, problems = read_mapping(text, where)
    return build(MapRules, content, where, problems)


@cache
def packaged_map_rules() -> MapRules:
    return parse_map_rules(packaged_text("protection/map.yaml"), "protection/map.yaml")


def parse_alert_rules(text: str, where: str) -> AlertRules:
    """The rules of alerts from YAML; `where` names the file in the problems of a DefinitionError."""
    content, problems = read_mapping(text, where)
    return build(AlertRules, content, where, problems)


def parse_threat_words(text: str, where: str) -> ThreatWords:
    """The words of the matrix from YAML; `where` names the file in the problems of a DefinitionError."""
    content, problems = read_mapping(text, where)
    return build(ThreatWords, content, where, problems)


def parse_work_words(text: str, where: str) -> WorkWords:
    """The words of the work from YAML; `where` names the file in the problems of a DefinitionError."""
    content, problems = read_mapping(text, where)
    return build(WorkWords, content, where, problems)


def parse_compact(text: str, where: str) -> Compact:
    """The compact from YAML; `where` names the file in the problems of a DefinitionError."""
    content, problems = read_mapping(text, where)
    return build(Compact, content, where, problems)


@cache
def packaged_alert_rules() -> AlertRules:
    return parse_alert_rules(packaged_text("protection/alerts.yaml"), "protection/alerts.yaml")


@cache
def packaged_threat_words() -> ThreatWords:
    return parse_threat_words(packaged_text("protection/threats.yaml"), "protection/threats.yaml")


@cache
def packaged_work_words() -> WorkWords:
    return parse_work_words(packaged_text("protection/work.yaml"), "protection/work.yaml")


@cache
def packaged_compact() -> Compact:
    return parse_compact(packaged_text("protection/compact.yaml"), "protection/compact.yaml")
