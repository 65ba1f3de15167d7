"""What must every definition say about itself, and which definitions are due for review?

A definition that nobody outside the team has reviewed says draft, and pages show it.
"""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from pydantic import BaseModel, ValidationInfo, field_validator

from bluehelm.definitions.strict_yaml import STRICT, Text, build, read_mapping
from bluehelm.language import _


class Header(BaseModel):
    """The first keys of every definition file; `checked_by` is a role, never a person's name."""

    model_config = STRICT

    title: Text
    source: Text
    valid_from: date
    status: Literal["draft", "checked"]
    checked_by: Text | None
    review_on: date

    @field_validator("checked_by")
    @classmethod
    def _a_checked_definition_names_its_checker(cls, role: str | None, info: ValidationInfo) -> str | None:
        if role is None and info.data.get("status") == "checked":
            raise ValueError(_("is null although the status is checked; name the role that checked it"))
        return role

    @field_validator("review_on")
    @classmethod
    def _review_follows_validity(cls, review_on: date, info: ValidationInfo) -> date:
        if (valid_from := info.data.get("valid_from")) and review_on < valid_from:
            raise ValueError(
                _("{review_on} comes before valid_from {valid_from}", review_on=review_on, valid_from=valid_from)
            )
        return review_on


def parse_header(text: str, where: str) -> Header:
    """The header of any definition file, whatever its content; DefinitionError lists what is wrong with it."""
    content, problems = read_mapping(text, where)
    return build(Header, {key: content[key] for key in Header.model_fields if key in content}, where, problems)


def due_for_review(headers: Iterable[Header], on: date) -> list[Header]:
    """The headers whose review day has passed on a day, longest overdue first; on the day itself none is due."""
    return sorted((header for header in headers if header.review_on < on), key=lambda h: (h.review_on, h.title))
