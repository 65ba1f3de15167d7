"""Do the fourteen risk factors load whole, say which wording is unverified, and is a broken set refused?"""

import pytest

from bluehelm.definitions import DefinitionError, packaged_text
from bluehelm.definitions.atrocity_lens import NUMBERS, parse_factors, parse_lens_words
from bluehelm.definitions.outlook import parse_outlook_rules

COMMON, SPECIFIC, WORDS = (f"atrocity/{name}.yaml" for name in ("common_factors", "specific_factors", "words"))
# of each factor, as the published tool counts them: 140 in all; the eighth has twelve and the ninth six
INDICATORS = [11, 8, 10, 9, 8, 11, 14, 12, 6, 8, 8, 8, 16, 11]
SEEN_IN_TEXT = {1, 2, 4, 5, 7, 8, 9, 12, 14}


def load(name: str, old: str = "", new: str = ""):
    text = packaged_text(name)
    assert old in text
    return parse_factors(text.replace(old, new, 1), name)


def test_eight_common_and_six_specific_factors_have_their_indicators():
    common, specific = load(COMMON), load(SPECIFIC)
    assert [factor.number for factor in (*common.factors, *specific.factors)] == list(range(1, 15))
    assert [len(factor.indicators) for factor in (*common.factors, *specific.factors)] == INDICATORS
    assert [factor.crime for factor in specific.factors] == [
        *["genocide"] * 2,
        *["crimes against humanity"] * 2,
        *["war crimes"] * 2,
    ]


def test_what_was_not_met_in_a_text_says_unverified():
    factors = (*load(COMMON).factors, *load(SPECIFIC).factors)
    assert {factor.number for factor in factors if factor.wording == "seen"} == SEEN_IN_TEXT
    assert {one.wording for factor in factors for one in factor.indicators} == {"unverified"}
    assert {load(COMMON).status, load(SPECIFIC).status} == {"draft"}


def test_the_words_carry_no_number():
    words = parse_lens_words(packaged_text(WORDS), WORDS)
    assert [word.word for word in words.findings] == ["strong", "present", "signs", "not-found", "not-known"]
    for word in (*words.findings, *words.movements):
        assert not any(isinstance(value, int | float) for value in word.model_dump().values())


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (COMMON, "number: 8", "number: 9", "factor 9 speaks of genocide"),
        (COMMON, 'code: "3.2"', 'code: "3.4"', "numbered 3.1 to 3.10"),
        (COMMON, "set: common", "set: specific", "are numbers 9 to 14"),
        (SPECIFIC, "crime: war crimes", "crime: genocide", "factor 13 speaks of war crimes"),
        (SPECIFIC, "wording: unverified", "wording: verified", "wording"),
        (SPECIFIC, "    why:", "    weight: 3\n    why:", "is not a known key"),
    ],
)
def test_a_set_that_is_broken_or_weighted_is_refused(name, old, new, said):
    with pytest.raises(DefinitionError) as refused:
        load(name, old, new)
    assert said in str(refused.value)
    assert set(NUMBERS) == {"common", "specific"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("target: one-sided", "target: all", "each once"),
        ("last: 12", "last: 48", "between the first month and 36"),
        ("country: 25, ", "", "say nothing for country"),
        ("horizons: [3, 12]", "horizons: [3, 6]", "end with month 12"),
        ("warned_from: 0.5", "warned_from: 1.5", "warned_from"),
    ],
)
def test_rules_for_outlooks_that_contradict_themselves_are_refused(old, new, said):
    text = packaged_text("outlook.yaml")
    assert parse_outlook_rules(text, "outlook.yaml").steps == range(1, 13)
    with pytest.raises(DefinitionError) as refused:
        parse_outlook_rules(text.replace(old, new, 1), "outlook.yaml")
    assert said in str(refused.value)
