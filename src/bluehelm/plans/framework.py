"""What does a results framework say, and can it be read?

    mission objective -> outcomes (a change in a named stakeholder, institution or area) -> outputs -> activities

with indicators of three kinds, told by where they stand: under `context` (how the country fares), under an outcome
(whether what should change does) and under an output (whether what was promised was delivered). A framework is one YAML
file. What may be missing while people still write it is None here and a problem of `logic`; what cannot be read at all
(an unknown key, a month that is none) is told by `FrameworkError` with every place at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints, ValidationError, field_validator
from pydantic_core import ErrorDetails

from bluehelm.definitions.strict_yaml import STRICT, DefinitionError, Text, read_mapping
from bluehelm.language import _, gettext_noop
from bluehelm.plans.periods import Frequency, PeriodError, frequency_of
from bluehelm.tables.months import MONTH


def _period(given: object) -> object:
    """A period as text: YAML reads the year 2027 as a number."""
    text = str(given) if isinstance(given, int) else given
    try:
        frequency_of(text if isinstance(text, str) else "")
    except PeriodError as error:
        raise ValueError(str(error)) from None
    return text


Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
Month = Annotated[str, StringConstraints(pattern=rf"^{MONTH.pattern}$")]
Period = Annotated[str, BeforeValidator(_period)]
Number = Annotated[float, Field(strict=False, allow_inf_nan=False)]
Ids = Annotated[tuple[Id, ...], Field(strict=False)]
Texts = Annotated[tuple[Text, ...], Field(strict=False)]

Kind = Literal["context", "outcome", "output"]
RollUp = Literal["sum", "latest", "cumulative", "none", "distribution"]
Disaggregation = Literal["sex", "age", "area", "displacement", "disability", "perpetrator", "component"]

_PLAIN = {
    "missing": ("missing-key", gettext_noop("is missing")),
    "extra_forbidden": ("unknown-key", gettext_noop("is not a known key")),
}


class FrameworkError(ValueError):
    """A file is no framework that can be read; `problems` say where and why."""

    def __init__(self, problems: list["Problem"]) -> None:
        super().__init__("\n".join(f"{problem.where}: {problem.message}" for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong with a framework: the code the documentation lists, the place, and plain words."""

    where: str
    code: str
    message: str


class _Part(BaseModel):
    model_config = STRICT


class Named(_Part):
    """A part that values, decisions and other parts refer to by its id."""

    id: Id


class Document(Named):
    """One document of the chain: resolution, planning directive, mission concept, mission plan, work plan."""

    kind: Literal["resolution", "directive", "concept", "mission-plan", "work-plan", "report"]
    title: Text
    dated: date | None = None  # `on` would be read by YAML as the word yes


class Task(Named):
    """What the mandate asks, with the paragraph that asks it."""

    title: Text
    document: Id | None = None
    paragraph: Text | None = None
    components: Texts = ()
    resources: Text | None = None
    after: Ids = ()


class Actor(Named):
    name: Text
    kind: Text


class Driver(Named):
    """Something that drives conflict or peace, and those who drive it."""

    title: Text
    of: Literal["conflict", "peace"]
    actors: Ids = ()


class Baseline(_Part):
    value: Number
    period: Period
    source: Text | None = None


class Target(_Part):
    period: Period
    value: Number


class Filter(_Part):
    """Which rows of a table an indicator counts, and how: the declared filter of a computed value."""

    table: Literal["events"]
    count: Literal["events", "deaths", "civilian-deaths", "places"]
    types: Annotated[tuple[Literal["state-based", "non-state", "one-sided"], ...], Field(strict=False)] = ()
    sides: Texts = ()
    admin1: Texts = ()
    precision_at_most: Annotated[int, Field(ge=1, le=7)] | None = None


class Reporting(_Part):
    """Where one number goes: the results-based budget, thematic reports, the Secretary-General's report."""

    budget: Literal["accomplishment", "indicator-of-achievement", "output"] | None = None
    budget_text: Text | None = None
    themes: Annotated[
        tuple[Literal["protection", "women-peace-security", "youth", "human-rights", "rule-of-law"], ...],
        Field(strict=False),
    ] = ()
    report_section: Text | None = None
    minutes_a_month: Annotated[float, Field(ge=0, strict=False)] | None = None


class Indicator(Named):
    """How a change is seen: what is counted, from what, towards what, how often, by whom and for which reports.

    `people` says that people are counted; then `by` holds sex, or `no_sex_because` says why it cannot. `measure` names
    an entry of the indicator library. From the month `retired_from` on no value is due.
    """

    title: Text
    measure: Id | None = None
    unit: Text | None = None
    better: Literal["higher", "lower", "neither"] | None = None
    baseline: Baseline | None = None
    targets: Annotated[tuple[Target, ...], Field(strict=False)] = ()
    source: Text | None = None
    every: Frequency | None = None
    by: Annotated[tuple[Disaggregation, ...], Field(strict=False)] = ()
    people: bool = False
    no_sex_because: Text | None = None
    youth: Literal["participation", "effect"] | None = None
    roll_up: RollUp | None = None
    categories: Texts = ()
    area: Text | None = None
    owner: Text | None = None
    compute: Filter | None = None
    retired_from: Month | None = None
    reports: Reporting = Reporting()


Indicators = Annotated[tuple[Indicator, ...], Field(strict=False)]


class Activity(Named):
    """`units_do` are tasks of units, and `area` where, in the words of caveats: night-patrol, north."""

    title: Text
    component: Text | None = None
    area: Text | None = None
    units_do: Ids = ()
    after: Ids = ()


class Output(Named):
    """What the mission delivers; its own doing, and so never evidence of a change by itself."""

    title: Text
    component: Text | None = None
    tasks: Ids = ()
    resources: Text | None = None
    after: Ids = ()
    indicators: Indicators = ()
    activities: Annotated[tuple[Activity, ...], Field(strict=False)] = ()
    reports: Reporting = Reporting()


class ChangeIn(_Part):
    """Whose change an outcome is: a stakeholder, an institution or an area, by name."""

    kind: Literal["stakeholder", "institution", "area"]
    name: Text


class Outcome(Named):
    title: Text
    change_in: ChangeIn | None = None
    tasks: Ids = ()
    drivers: Ids = ()
    components: Texts = ()
    country_team: Texts = ()
    after: Ids = ()
    indicators: Indicators = ()
    more_indicators_because: Text | None = None
    outputs: Annotated[tuple[Output, ...], Field(strict=False)] = ()
    reports: Reporting = Reporting()


class Objective(Named):
    title: Text
    outcomes: Annotated[tuple[Outcome, ...], Field(strict=False)] = ()


class Context(_Part):
    """The context map: who acts, what drives conflict and peace, and how the country fares."""

    actors: Annotated[tuple[Actor, ...], Field(strict=False)] = ()
    drivers: Annotated[tuple[Driver, ...], Field(strict=False)] = ()
    indicators: Indicators = ()


class Framework(_Part):
    """A whole results framework; `missions` are those that share it."""

    title: Text
    missions: Annotated[tuple[Id, ...], Field(strict=False, min_length=1)]
    first_month: Month
    last_month: Month
    documents: Annotated[tuple[Document, ...], Field(strict=False)] = ()
    tasks: Annotated[tuple[Task, ...], Field(strict=False)] = ()
    context: Context = Context()
    objectives: Annotated[tuple[Objective, ...], Field(strict=False)] = ()

    @field_validator("last_month")
    @classmethod
    def _ends_after_it_begins(cls, last: str, info: Any) -> str:
        if (first := info.data.get("first_month")) and last < first:
            raise ValueError(_("comes before first_month {first}", first=first))
        return last


@dataclass(frozen=True, slots=True)
class Placed:
    """An indicator with its kind and where it stands: `OBJ/OUTCOME/OUTPUT/INDICATOR`."""

    indicator: Indicator
    kind: Kind
    where: str
    outcome: Outcome | None = None
    output: Output | None = None


def parse_framework(text: str, where: str) -> Framework:
    """The framework of a YAML text; FrameworkError lists every place that cannot be read."""
    try:
        content, repeated = read_mapping(text, where)
    except DefinitionError as error:
        raise FrameworkError([Problem(where, "not-yaml", " ".join(error.problems))]) from None
    problems = [Problem(where, "repeated-key", one.removeprefix(f"{where}: ")) for one in repeated]
    try:
        framework = Framework.model_validate(content)
    except ValidationError as refusal:
        problems += [_told(content, error) for error in refusal.errors()]
        raise FrameworkError(problems) from None
    if problems:
        raise FrameworkError(problems)
    return framework


def outcomes_of(framework: Framework) -> Iterator[tuple[str, Outcome]]:
    """Every outcome with its place, in the order of the file."""
    for objective in framework.objectives:
        for outcome in objective.outcomes:
            yield f"{objective.id}/{outcome.id}", outcome


def outputs_of(framework: Framework) -> Iterator[tuple[str, Output]]:
    for where, outcome in outcomes_of(framework):
        for output in outcome.outputs:
            yield f"{where}/{output.id}", output


def indicators_of(framework: Framework) -> Iterator[Placed]:
    """Every indicator with its kind and place, context first, then in the order of the file."""
    for indicator in framework.context.indicators:
        yield Placed(indicator, "context", f"context/{indicator.id}")
    for where, outcome in outcomes_of(framework):
        for indicator in outcome.indicators:
            yield Placed(indicator, "outcome", f"{where}/{indicator.id}", outcome)
        for output in outcome.outputs:
            for indicator in output.indicators:
                yield Placed(indicator, "output", f"{where}/{output.id}/{indicator.id}", outcome, output)


def _told(content: object, error: ErrorDetails) -> Problem:
    code, words = _PLAIN.get(error["type"], ("wrong-value", error["msg"]))
    if error["type"] == "value_error":
        words = str(error["ctx"]["error"])
    given = error["input"]
    shown = (
        _(" (given: {given!r})", given=given) if isinstance(given, str | int | float) and len(str(given)) <= 60 else ""
    )
    return Problem(_path(content, error["loc"]), code, f"{_(words)}{shown if code == 'wrong-value' else ''}")


def _path(content: object, steps: tuple[int | str, ...]) -> str:
    """The way to a value, with entries by their ids where they have one."""
    named = []
    for step in steps:
        content = _inner(content, step)
        if isinstance(step, int):
            own = content.get("id") if isinstance(content, dict) else None
            named.append(str(own) if own else _("number {step}", step=step + 1))
        else:
            named.append(step)
    return "/".join(named)


def _inner(content: object, step: int | str) -> object:
    if isinstance(content, dict):
        return content.get(step)
    if isinstance(content, list) and isinstance(step, int) and step < len(content):
        return content[step]
    return None
