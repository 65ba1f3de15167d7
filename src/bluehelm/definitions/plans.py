"""Which rules of planning have experts laid down: the checks of a framework and the library of indicators?"""

from functools import cache
from typing import Annotated, Literal

from pydantic import BaseModel, Field, field_validator

from bluehelm.definitions.header import Header
from bluehelm.definitions.packaged import packaged_names, packaged_text
from bluehelm.definitions.strict_yaml import STRICT, DefinitionError, Model, Text, build, read_mapping
from bluehelm.language import _

Texts = Annotated[tuple[Text, ...], Field(strict=False)]
CHECKS = "plans/checks.yaml"
ASSESSMENT = "plans/assessment.yaml"
PEOPLE = "plans/people.yaml"
LIBRARY = "indicators/"


class Code(BaseModel):
    """A code of a check: what it is called, why it matters and what mends it."""

    model_config = STRICT

    code: Annotated[str, Field(pattern=r"^[a-z][a-z-]*$")]
    title: Text
    meaning: Text
    remedy: Text


class Doing(BaseModel):
    """A word for what a mission itself does, by the stem it is recognised by."""

    model_config = STRICT

    stem: Text
    title: Text


class Checks(Header):
    """The codes, the most indicators of an outcome, when titles are alike, and words for the mission's own doing.

    A value that comes later than `days_to_report` after its period ended is late.
    """

    most_indicators_an_outcome: Annotated[int, Field(ge=1)]
    days_to_report: Annotated[int, Field(ge=0)]
    alike_from: Annotated[int, Field(ge=0, le=100)]
    doing: Annotated[tuple[Doing, ...], Field(strict=False, min_length=1)]
    codes: Annotated[tuple[Code, ...], Field(strict=False, min_length=1)]

    @field_validator("codes")
    @classmethod
    def _a_code_is_listed_once(cls, codes: tuple[Code, ...]) -> tuple[Code, ...]:
        names = [code.code for code in codes]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(_("{twice}: listed more than once", twice=", ".join(twice)))
        return codes


class Word(BaseModel):
    """One word of a list: as stored, as shown, and what it means."""

    model_config = STRICT

    word: Annotated[str, Field(pattern=r"^[a-z][a-z-]*$")]
    title: Text
    meaning: Text


Words = Annotated[tuple[Word, ...], Field(strict=False, min_length=1)]


class AssessmentWords(Header):
    """How a contribution is judged, which kinds of evidence there are, and when agreement is shown."""

    fewest_answers: Annotated[int, Field(ge=2)]
    contributions: Words
    evidence_kinds: Words


class PeopleRules(Header):
    """By what an indicator is told when it counts people, which words of a unit name them, which of these are groups
    without a sex of their own, which tables are public.
    """

    told_by: Annotated[frozenset[Text], Field(strict=False, min_length=1)]
    units: Annotated[frozenset[Text], Field(strict=False, min_length=1)]
    groups: Annotated[frozenset[Text], Field(strict=False)]
    as_published: Annotated[frozenset[Text], Field(strict=False)]


class Measure(BaseModel):
    """One entry of the indicator library: what is counted over what, why, and what it cannot say.

    `unverified` marks wording that could not be checked against the instrument it follows.
    """

    model_config = STRICT

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    title: Text
    kind: Literal["context", "outcome", "output"]
    why: Text
    numerator: Text
    denominator: Text | None
    unit: Text
    better: Literal["higher", "lower", "neither"]
    roll_up: Literal["sum", "latest", "cumulative", "none", "distribution"]
    people: bool = False
    by: Texts = ()
    caution: Text
    cannot_say: Text
    source: Text
    unverified: bool = False


class Measures(Header):
    """The library's entries of one subject."""

    subject: Text
    measures: Annotated[tuple[Measure, ...], Field(strict=False, min_length=1)]

    @field_validator("measures")
    @classmethod
    def _shares_are_never_summed(cls, measures: tuple[Measure, ...]) -> tuple[Measure, ...]:
        wrong = [one.id for one in measures if one.denominator and one.roll_up == "sum"]
        if wrong:
            raise ValueError(_("{wrong}: has a denominator and is said to be summed", wrong=", ".join(wrong)))
        return measures

    @field_validator("measures")
    @classmethod
    def _people_are_told_by_sex(cls, measures: tuple[Measure, ...]) -> tuple[Measure, ...]:
        wrong = [one.id for one in measures if one.people and "sex" not in one.by]
        if wrong:
            raise ValueError(_("{wrong}: counts people and is not told by sex", wrong=", ".join(wrong)))
        return measures


def parse_plans(model: type[Model], text: str, where: str) -> Model:
    """One of this module's definitions from YAML; DefinitionError lists all that is wrong with it."""
    content, problems = read_mapping(text, where)
    return build(model, content, where, problems)


@cache
def packaged_checks() -> Checks:
    return parse_plans(Checks, packaged_text(CHECKS), CHECKS)


@cache
def packaged_assessment() -> AssessmentWords:
    return parse_plans(AssessmentWords, packaged_text(ASSESSMENT), ASSESSMENT)


@cache
def packaged_people() -> PeopleRules:
    return parse_plans(PeopleRules, packaged_text(PEOPLE), PEOPLE)


@cache
def packaged_measures() -> tuple[Measures, ...]:
    """The whole indicator library by subject; DefinitionError when an id stands in two of them."""
    names = [name for name in packaged_names() if name.startswith(LIBRARY)]
    library = tuple(parse_plans(Measures, packaged_text(name), name) for name in names)
    ids = [one.id for subject in library for one in subject.measures]
    if twice := sorted({name for name in ids if ids.count(name) > 1}):
        raise DefinitionError(
            LIBRARY, [_("{library}: {twice}: stands more than once", library=LIBRARY, twice=", ".join(twice))]
        )
    return library
