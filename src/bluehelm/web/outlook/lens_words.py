"""Which factors and words does the lens use?"""

from functools import cache

from bluehelm.definitions.atrocity_lens import Factor, FactorSet, LensWords, parse_factors, parse_lens_words
from bluehelm.definitions.packaged import packaged_text
from bluehelm.language import called
from bluehelm.workflows.findings.rules import finding_rules

SETS = ("atrocity/common_factors.yaml", "atrocity/specific_factors.yaml")
WORDS = "atrocity/words.yaml"


@cache
def factor_sets() -> tuple[FactorSet, ...]:
    """The common factors and the specific ones, as the package carries them."""
    return tuple(parse_factors(packaged_text(name), name) for name in SETS)


def factors() -> tuple[Factor, ...]:
    """All fourteen in order."""
    return tuple(factor for one in factor_sets() for factor in one.factors)


def factor_of(number: int) -> Factor | None:
    return next((one for one in factors() if one.number == number), None)


@cache
def lens_words() -> LensWords:
    """What is found of a factor and how it moved."""
    return parse_lens_words(packaged_text(WORDS), WORDS)


def confidences() -> list[tuple[str, str]]:
    """How sure somebody is: the words of the findings ledger."""
    return [(word.word, called(word.title)) for word in finding_rules().vocabulary.confidences]


def titles() -> dict[str, str]:
    """The title of every word that the lens uses."""
    words = (*lens_words().findings, *lens_words().movements)
    return {word.word: called(word.title) for word in words} | dict(confidences())
