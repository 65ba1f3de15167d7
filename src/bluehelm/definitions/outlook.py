"""Which targets, thresholds, months and comparisons does an outlook for a mission use?"""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from bluehelm.definitions.header import Header
from bluehelm.definitions.strict_yaml import STRICT, Text, build, read_mapping
from bluehelm.language import _, called

Target = Literal["all", "state-based", "non-state", "one-sided"]
Unit = Literal["country", "area", "cell"]
Share = Annotated[float, Field(gt=0, lt=1)]
Count = Annotated[int, Field(ge=1)]


class TargetWords(BaseModel):
    """A kind of violence that has an outlook of its own, and the column of a country-month table that counts it."""

    model_config = STRICT

    target: Target
    title: Text
    column: Annotated[str, Field(pattern=r"^[a-z_]+$")]


class MonthsAhead(BaseModel):
    """The first and the last month after the last observed one."""

    model_config = STRICT

    first: Count
    last: Count

    @field_validator("last")
    @classmethod
    def _last_follows_first(cls, last: int, info: ValidationInfo) -> int:
        if last < info.data.get("first", 1) or last > 36:
            raise ValueError(_("lies between the first month and 36"))
        return last


class OutlookRules(Header):
    """How outlooks are made and shown; `usual_thresholds` are deaths in a unit and month."""

    targets: Annotated[tuple[TargetWords, ...], Field(strict=False)]
    usual_thresholds: dict[Unit, Count]
    warned_from: Share
    months_ahead: MonthsAhead
    horizons: Annotated[tuple[Count, ...], Field(strict=False, min_length=1)]
    samples: Count
    interval: Share
    history_months: Annotated[int, Field(ge=24)]
    most_cells: Count
    own_source_months: Annotated[int, Field(ge=12)]
    naive: Text
    past_origins: Count
    months_between_origins: Count
    resamples: Annotated[int, Field(ge=100)]
    reporting_note: Text

    @field_validator("targets")
    @classmethod
    def _all_targets_once(cls, targets: tuple[TargetWords, ...]) -> tuple[TargetWords, ...]:
        listed = sorted(one.target for one in targets)
        if listed != ["all", "non-state", "one-sided", "state-based"]:
            raise ValueError(_("are all, state-based, non-state and one-sided, each once"))
        return targets

    @field_validator("usual_thresholds")
    @classmethod
    def _every_unit_has_one(cls, thresholds: dict[Unit, int]) -> dict[Unit, int]:
        if missing := {"country", "area", "cell"} - set(thresholds):
            raise ValueError(_("say nothing for {missing}", missing=", ".join(sorted(missing))))
        return thresholds

    @field_validator("horizons")
    @classmethod
    def _horizons_end_with_the_last_month(cls, horizons: tuple[int, ...], info: ValidationInfo) -> tuple[int, ...]:
        ahead = info.data.get("months_ahead")
        if ahead and (list(horizons) != sorted(set(horizons)) or horizons[-1] != ahead.last):
            raise ValueError(_("rise, and end with month {last}", last=ahead.last))
        return horizons

    @property
    def steps(self) -> range:
        return range(self.months_ahead.first, self.months_ahead.last + 1)

    def horizon_of(self, step: int) -> str:
        """The months ahead that are judged together with this one, such as `4-12`."""
        last = next(last for last in self.horizons if step <= last)
        before = [one for one in self.horizons if one < last]
        return f"{before[-1] + 1 if before else self.months_ahead.first}-{last}"

    def title_of(self, target: str) -> str:
        """What a target is called, in the language of now."""
        return called({one.target: one.title for one in self.targets}.get(target, target))  # type: ignore[call-overload]


def parse_outlook_rules(text: str, where: str) -> OutlookRules:
    """The rules from YAML; `where` names the file in the problems of a DefinitionError."""
    content, problems = read_mapping(text, where)
    return build(OutlookRules, content, where, problems)
