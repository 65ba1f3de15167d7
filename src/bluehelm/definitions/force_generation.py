"""Which stages, checklists, steps, rates, scales and unit types have experts laid down for generating a force?"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, field_validator, model_validator

from bluehelm.definitions.forces import Positive, Texts, parse_forces
from bluehelm.definitions.header import Header
from bluehelm.definitions.packaged import packaged_names, packaged_text
from bluehelm.definitions.strict_yaml import STRICT, Model, Text
from bluehelm.language import _

Share = Annotated[float, Field(gt=0, le=1)]
Words = Annotated[tuple[Text, ...], Field(strict=False)]
Days = Annotated[float, Field(ge=0)]
Holder = Literal["headquarters", "contributor", "mission", "host"]
Component = Literal["military", "police", "civilian"]


def _amount(text: Any) -> Any:
    """An amount is written as text, so that no binary fraction stands between the file and the sum."""
    if text is None or isinstance(text, Decimal):
        return text
    if not isinstance(text, str):
        raise ValueError(_("is not an amount written in quotes, such as '1428.50'"))
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise ValueError(_("{text!r} is not an amount", text=text)) from None
    if not amount.is_finite() or amount < 0:
        raise ValueError(_("{text!r} is not an amount of 0 or more", text=text))
    return amount


Amount = Annotated[Decimal | None, BeforeValidator(_amount)]


def _once(names: Iterable[str], what: str) -> None:
    listed = list(names)
    if twice := sorted({name for name in listed if listed.count(name) > 1}):
        raise ValueError(_("names {what} {twice} twice", what=what, twice=", ".join(twice)))


class Stage(BaseModel):
    """One stage of the pipeline: who usually holds the pen, and after how many days waiting is stuck."""

    model_config = STRICT

    name: Text
    title: Text
    holder: Holder
    stuck_after_days: Positive


class Pipeline(Header):
    """The stages in their order."""

    stages: Annotated[tuple[Stage, ...], Field(strict=False, min_length=1)]

    @field_validator("stages")
    @classmethod
    def _names_differ(cls, stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
        _once((stage.name for stage in stages), "stage")
        return stages


class ChecklistItem(BaseModel):
    """One line of a checklist; what is not met is for its owner to mend within so many days."""

    model_config = STRICT

    name: Text
    asks: Text
    is_essential: bool
    owner: Holder
    mend_days: Positive


class Checklist(BaseModel):
    """The items of one kind of visit and the share that must be met."""

    model_config = STRICT

    name: Text
    title: Text
    pass_share: Share
    items: Annotated[tuple[ChecklistItem, ...], Field(strict=False, min_length=1)]

    @field_validator("items")
    @classmethod
    def _names_differ(cls, items: tuple[ChecklistItem, ...]) -> tuple[ChecklistItem, ...]:
        _once((item.name for item in items), "item")
        return items


class VisitRules(Header):
    checklists: Annotated[tuple[Checklist, ...], Field(strict=False, min_length=1)]

    @field_validator("checklists")
    @classmethod
    def _names_differ(cls, checklists: tuple[Checklist, ...]) -> tuple[Checklist, ...]:
        _once((one.name for one in checklists), "checklist")
        return checklists


class StepTemplate(BaseModel):
    """A step of a deployment and the days it lasts: least, likely, most."""

    model_config = STRICT

    name: Text
    after: Words
    least_days: Days
    likely_days: Days
    most_days: Days
    holder: Holder

    @model_validator(mode="after")
    def _days_are_in_order(self) -> "StepTemplate":
        if not self.least_days <= self.likely_days <= self.most_days:
            raise ValueError(_("needs least_days <= likely_days <= most_days"))
        return self


class TimelineTemplate(BaseModel):
    """The steps of one way to deploy."""

    model_config = STRICT

    name: Text
    title: Text
    steps: Annotated[tuple[StepTemplate, ...], Field(strict=False, min_length=1)]

    @field_validator("steps")
    @classmethod
    def _steps_are_known(cls, steps: tuple[StepTemplate, ...]) -> tuple[StepTemplate, ...]:
        _once((step.name for step in steps), "step")
        names = {step.name for step in steps}
        if unknown := sorted({other for step in steps for other in step.after} - names):
            raise ValueError(_("follows {unknown}, which is no step", unknown=", ".join(unknown)))
        return steps


class TimelineRules(Header):
    """The test of rapid deployment: within so many days in at least this share of runs."""

    within_days: Positive
    sure_share: Share
    templates: Annotated[tuple[TimelineTemplate, ...], Field(strict=False, min_length=1)]

    @field_validator("templates")
    @classmethod
    def _names_differ(cls, templates: tuple[TimelineTemplate, ...]) -> tuple[TimelineTemplate, ...]:
        _once((one.name for one in templates), "template")
        return templates


class EquipmentRules(Header):
    """From which share of the agreed number serviceable a line is not short, and what each category is for."""

    serviceable_share: Share
    effects: dict[Text, Text]


class Rate(BaseModel):
    """An amount in force between two days, both included; `amount` null is known to exist and not published here.

    With `share_of` the amount is a share of that rate.
    """

    model_config = STRICT

    name: Text
    kind: Literal["personnel", "premium", "equipment", "self-sustainment", "other"]
    basis: Text
    amount: Amount
    share_of: Text | None
    price_year: int | None
    valid_from: date
    valid_until: date | None
    source: Text

    @model_validator(mode="after")
    def _days_are_in_order(self) -> "Rate":
        if self.valid_until and self.valid_until < self.valid_from:
            raise ValueError(
                _(
                    "valid_until {valid_until} comes before valid_from {valid_from}",
                    valid_until=self.valid_until,
                    valid_from=self.valid_from,
                )
            )
        if self.share_of == self.name:
            raise ValueError(_("is a share of itself"))
        return self


class RateTable(Header):
    """Rates of one currency."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    rates: Annotated[tuple[Rate, ...], Field(strict=False, min_length=1)]


class EvaluationTask(BaseModel):
    """A task, the condition under which it is shown and the standard it is held to."""

    model_config = STRICT

    component: Component
    task: Text
    condition: Text
    standard: Text


class EvaluationRules(Header):
    """The scale from lowest to highest, causes of a shortfall, and how few ratings are few."""

    scale: Annotated[tuple[Text, ...], Field(strict=False, min_length=2)]
    causes: Texts
    few_ratings: Positive
    tasks: Annotated[tuple[EvaluationTask, ...], Field(strict=False)]


class TourRules(Header):
    """How many months each kind of post takes to learn."""

    learning_months: dict[Text, Annotated[int, Field(ge=0)]]


class UnitFunction(BaseModel):
    """A function of a unit; one that works only whole is not shared out when the unit is split."""

    model_config = STRICT

    name: Text
    strength: Positive
    works_only_whole: bool


class EquipmentNumber(BaseModel):
    model_config = STRICT

    item: Text
    category: Text
    number: Positive


class UnitType(Header):
    """What is usually asked of a unit of a type: a template of a requirement."""

    name: Text
    component: Component
    min_level: Text
    accepts_parts: bool
    usual_parts: Positive
    languages: Words
    tasks: Texts
    functions: Annotated[tuple[UnitFunction, ...], Field(strict=False, min_length=1)]
    equipment: Annotated[tuple[EquipmentNumber, ...], Field(strict=False)]
    self_sustainment: Words

    @property
    def strength(self) -> int:
        return sum(function.strength for function in self.functions)

    @field_validator("functions")
    @classmethod
    def _names_differ(cls, functions: tuple[UnitFunction, ...]) -> tuple[UnitFunction, ...]:
        _once((function.name for function in functions), "function")
        return functions


@cache
def packaged_pipeline() -> Pipeline:
    return _packaged(Pipeline, "pipeline")


@cache
def packaged_visits() -> VisitRules:
    return _packaged(VisitRules, "visits")


@cache
def packaged_timeline() -> TimelineRules:
    return _packaged(TimelineRules, "timeline")


@cache
def packaged_equipment() -> EquipmentRules:
    return _packaged(EquipmentRules, "equipment")


@cache
def packaged_rates() -> RateTable:
    return _packaged(RateTable, "rates")


@cache
def packaged_evaluation() -> EvaluationRules:
    return _packaged(EvaluationRules, "evaluation")


@cache
def packaged_tours() -> TourRules:
    return _packaged(TourRules, "tours")


@cache
def packaged_unit_types() -> Mapping[str, UnitType]:
    """Every template by its name."""
    names = [name for name in packaged_names() if name.startswith("forces/unit_types/")]
    types = [parse_forces(UnitType, packaged_text(name), name) for name in names]
    return {one.name: one for one in sorted(types, key=lambda one: one.name)}


def _packaged(model: type[Model], name: str) -> Model:
    where = f"forces/{name}.yaml"
    return parse_forces(model, packaged_text(where), where)
