"""How does a command read a day, and refuse a mission or a definition that it cannot use?"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from bluehelm.cli.answers import Refusal

if TYPE_CHECKING:
    from bluehelm.situation.month_rules import MonthRule

UNCHANGED = "Nothing was changed."
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def asked_day(text: str | None, option: str) -> date | None:
    """The day of an option, None when it was not given; refuses what is not written YYYY-MM-DD."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text if DAY.fullmatch(text) else "")
    except ValueError:
        next_step = f"Write {option} 2017-12-31, for example."
        raise Refusal("bad_date", f"{text!r} is not a date written YYYY-MM-DD.", option, UNCHANGED, next_step) from None


MonthRuleOption = Annotated[
    str, typer.Option("--month-rule", help="Where an event of several months counts: date_start, spread or exclude.")
]


def asked_rule(text: str) -> "MonthRule":
    """The rule of an option; refuses a rule that there is not."""
    from bluehelm.situation.month_rules import MONTH_RULES

    for rule in MONTH_RULES:
        if rule == text:
            return rule
    what = f"There is no month rule {text!r}; there is: {', '.join(MONTH_RULES)}."
    raise Refusal("no_such_rule", what, "--month-rule", UNCHANGED, "docs/methods/month-rule.md says what each does.")


@contextmanager
def mission_refusals(mission: str) -> Iterator[None]:
    """Refuse a mission that no registry knows, and definitions that are not sound."""
    from bluehelm.definitions import DefinitionError
    from bluehelm.workflows.mission_events import UnknownMissionError

    try:
        yield
    except DefinitionError as error:
        next_step = "Mend the definition; the missions of the package are not concerned."
        what = f"{error.where} was not taken in."
        raise Refusal("bad_definition", what, error.where, UNCHANGED, next_step, error.problems) from None
    except UnknownMissionError as error:
        near = f"Did you mean {', '.join(error.nearest)}?" if error.nearest else "`bluehelm missions` lists them all."
        what = f"There is no mission {mission!r}."
        raise Refusal("unknown_mission", what, mission or "MISSION", UNCHANGED, near) from None
