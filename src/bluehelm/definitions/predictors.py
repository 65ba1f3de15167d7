"""Which predictors must a synthetic control match, over which times, and on which times are its weights fitted?

A person's own YAML file, not a definition of ours:

    predictors:
      - {column: trade, from: 1981, to: 1990, op: mean}
      - {column: invest80, from: 1980, to: 1980, op: last}
    fit_from: 1960
    fit_to: 1989

A bare list is read too; `fit_from` and `fit_to` then stand in an entry of their own. `importances` may name other
predictors and times from which the predictors' importances are learned (as many, in the same order).
"""

import textwrap
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bluehelm.definitions.strict_yaml import STRICT, Text, build, read_mapping
from bluehelm.language import _


def _as_text(time: object) -> object:
    return str(time) if isinstance(time, int) and not isinstance(time, bool) else time


Time = Annotated[str, BeforeValidator(_as_text), Field(pattern=r"^\d{4}(-(0[1-9]|1[0-2]))?$")]
"""A year or a month YYYY-MM."""


FIT = ("fit_from", "fit_to")


class Predictor(BaseModel):
    """A column's mean over times, or its last value among them."""

    model_config = ConfigDict(**STRICT, populate_by_name=True)

    column: Text
    first: Time = Field(alias="from")
    last: Time = Field(alias="to")
    op: Literal["mean", "last"] = "mean"

    @model_validator(mode="after")
    def _in_order(self) -> "Predictor":
        if self.last < self.first:
            raise ValueError(_("to {last} comes before from {first}", last=self.last, first=self.first))
        return self


class Learning(BaseModel):
    """Predictors and the times whose outcomes say how important each one is; null is all times before T."""

    model_config = STRICT

    predictors: Annotated[tuple[Predictor, ...], Field(strict=False, min_length=1)]
    fit_from: Time | None = None
    fit_to: Time | None = None


class Predictors(Learning):
    """What the weights must match."""

    importances: Learning | None = None

    @model_validator(mode="after")
    def _as_many(self) -> "Predictors":
        if self.importances and len(self.importances.predictors) != len(self.predictors):
            raise ValueError(_("importances has another number of predictors; each needs its counterpart"))
        return self


def parse_predictors(text: str, where: str) -> Predictors:
    """The predictors of a person's file; DefinitionError lists all that is wrong with it."""
    content, problems = read_mapping(_headed(text), where)
    return build(Predictors, _unfolded(content), where, problems)


def _headed(text: str) -> str:
    """A bare list as the mapping that holds it."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    first = next((line for line in lines if line.strip() != "---"), "")
    if not first.startswith(("-", "[")):
        return text
    return "predictors:\n" + textwrap.indent(text.replace("---\n", "", 1) if lines[0].strip() == "---" else text, " ")


def _unfolded(content: dict[str, Any]) -> dict[str, Any]:
    """`fit_from` and `fit_to` moved out of the entries of a list; the rest as it is."""
    entries = content.get("predictors")
    if not isinstance(entries, list):
        return content
    lifted: dict[str, Any] = {}
    kept = []
    for entry in entries:
        if not isinstance(entry, dict):
            kept.append(entry)
            continue
        lifted |= {key: entry[key] for key in FIT if key in entry}
        if rest := {key: value for key, value in entry.items() if key not in FIT}:
            kept.append(rest)
    return {**lifted, **content, "predictors": kept}
