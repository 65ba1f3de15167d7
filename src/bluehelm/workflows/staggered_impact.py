"""What did a presence that came to many places at different times do? Reads a panel, shapes the command's answer."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from bluehelm.impact.group_time import Effect, GroupTime, group_time
from bluehelm.impact.panel import Columns, Outcomes, PanelError, outcomes_of, plain_time
from bluehelm.language import _, gettext_noop
from bluehelm.workflows.estimate_impact import read_rows
from bluehelm.workflows.plain_text import ReadFile

NEVER = ("", "0", "0.0", "never")
NOTES = (
    gettext_noop("difference from never-treated places; not lives saved"),
    gettext_noop(
        "p is the share of 1,000 deals of the same first times among all places with a mean effect as large; it takes "
        "it that any place could have been any other. No standard errors are given: where nothing came they found "
        "single effects in up to 8 of 100 cases, not 5"
    ),
    gettext_noop("presence is taken to stay once it has come"),
)


@dataclass(frozen=True, slots=True)
class Staggered:
    """Group-time effects and the file that made them."""

    found: GroupTime
    file: ReadFile


def staggered_impact(path: Path, columns: Columns, first_column: str) -> Staggered:
    """The effects from a CSV panel; PanelError or IntakeError say why there are none."""
    rows, file = read_rows(path)
    whole = outcomes_of(rows, columns)
    return Staggered(group_time(whole, _first(rows, columns, first_column, whole)), file)


def _first(rows: pl.DataFrame, columns: Columns, first_column: str, whole: Outcomes) -> list[str | None]:
    """Since when each unit is treated; PanelError where a unit says it in two ways or not readably."""
    if first_column not in rows.columns:
        raise PanelError([_("there is no column {first_column!r}", first_column=first_column)])
    told = rows.select(
        pl.col(columns.unit).str.strip_chars().alias("unit"),
        pl.col(first_column).fill_null("").str.strip_chars().alias("first"),
    ).unique()
    problems, first = [], dict[str, str | None]()
    for unit, text in sorted(told.iter_rows()):
        try:
            time = None if text.lower() in NEVER else plain_time(text)
        except ValueError as error:
            problems.append(_("{first_column} of {unit}: {error}", first_column=first_column, unit=unit, error=error))
            continue
        if first.setdefault(unit, time) != time:
            problems.append(
                _(
                    "{first_column} of {unit}: both {first} and {time}",
                    first_column=first_column,
                    unit=unit,
                    first=first[unit] or _("never"),
                    time=time or _("never"),
                )
            )
        if time is not None and ("-" in time) != ("-" in whole.times[0]):
            problems.append(
                _(
                    "{first_column} of {unit}: {time} is written otherwise than the times",
                    first_column=first_column,
                    unit=unit,
                    time=time,
                )
            )
    if problems:
        raise PanelError(problems)
    return [first[unit] for unit in whole.units]


def staggered_json(staggered: Staggered) -> dict[str, Any]:
    """The answer of `impact staggered`."""
    found = staggered.found
    return {
        "effects": [{"first": group, "time": time, **_effect_json(effect)} for group, time, effect in found.effects],
        "simple": {**_effect_json(found.simple), "p_placebo": found.p_placebo},
        "group": {"att": found.group, "by_first": {one.label: _effect_json(one) for one in found.groups}},
        "dynamic": {"att": found.dynamic, "by_times_since": {one.label: _effect_json(one) for one in found.since}},
        "notes": [_(note) for note in NOTES],
        "inputs": [{"name": staggered.file.name, "sha256": staggered.file.sha256}],
    }


def _effect_json(effect: Effect) -> dict[str, float | int | None]:
    return {"att": effect.att, "treated": effect.treated}
