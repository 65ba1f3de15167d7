"""How does a command read a day, and refuse a mission or a definition that it cannot use?"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from bluehelm.cli.answers import Refusal
from bluehelm.language import _, gettext_noop

if TYPE_CHECKING:
    from bluehelm.situation.month_rules import MonthRule

UNCHANGED = gettext_noop("Nothing was changed.")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def asked_day(text: str | None, option: str) -> date | None:
    """The day of an option, None when it was not given; refuses what is not written YYYY-MM-DD."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text if DAY.fullmatch(text) else "")
    except ValueError:
        next_step = _("Write {option} 2017-12-31, for example.", option=option)
        raise Refusal(
            "bad_date", _("{text!r} is not a date written YYYY-MM-DD.", text=text), option, UNCHANGED, next_step
        ) from None


Cluster = Annotated[
    str | None, typer.Option(help="Where to compute: local (all cores), or a Dask scheduler's tcp://HOST:PORT.")
]
MonthRuleOption = Annotated[
    str, typer.Option("--month-rule", help="Where an event of several months counts: date_start, spread or exclude.")
]


def asked_rule(text: str) -> "MonthRule":
    """The rule of an option; refuses a rule that there is not."""
    from bluehelm.situation.month_rules import MONTH_RULES

    for rule in MONTH_RULES:
        if rule == text:
            return rule
    what = _("There is no month rule {text!r}; there is: {month_rules}.", text=text, month_rules=", ".join(MONTH_RULES))
    raise Refusal("no_such_rule", what, "--month-rule", UNCHANGED, _("docs/methods/month-rule.md says what each does."))


@contextmanager
def mission_refusals(mission: str) -> Iterator[None]:
    """Refuse a mission that no registry knows, and definitions that are not sound."""
    from bluehelm.definitions import DefinitionError
    from bluehelm.workflows.mission_events import UnknownMissionError

    try:
        yield
    except DefinitionError as error:
        next_step = _("Mend the definition; the missions of the package are not concerned.")
        what = _("{where} was not taken in.", where=error.where)
        raise Refusal("bad_definition", what, error.where, UNCHANGED, next_step, error.problems) from None
    except UnknownMissionError as error:
        near = (
            _("Did you mean {nearest}?", nearest=", ".join(error.nearest))
            if error.nearest
            else _("`bluehelm missions` lists them all.")
        )
        what = _("There is no mission {mission!r}.", mission=mission)
        raise Refusal("unknown_mission", what, mission or "MISSION", UNCHANGED, near) from None
