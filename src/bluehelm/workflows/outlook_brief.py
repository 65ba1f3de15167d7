"""What may happen in a mission's area in the next year, how sure is that, and what does it rest on?

The newest outlook that was kept by a day and that the reader may see; where there is none, the naive one is made from
the tables and says that nobody released it. Every number comes with its interval, its score and its versions.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args

import polars as pl

from bluehelm.definitions.outlook import Unit
from bluehelm.language import _, called, figure, gettext_noop
from bluehelm.spine import DefinitionRef
from bluehelm.store import Version
from bluehelm.workflows.brief_mission import version_ref
from bluehelm.workflows.outlook_history import outlook_rules
from bluehelm.workflows.outlook_kept import Outlook, a_quarter_before, outlook_chain, read_outlook
from bluehelm.workflows.registry import area_definition, mission_registry

UNITS: tuple[Unit, ...] = get_args(Unit)
NOT_RELEASED = gettext_noop(
    "Nobody released this outlook: it was made for this answer, from the tables named, with the naive model."
)
CONTRIBUTIONS = gettext_noop("Inputs are what the model was given about the past. They are not causes.")


@dataclass(frozen=True, slots=True)
class OutlookBrief:
    """An outlook, and the one made nearest to a quarter before; `versions` are what it rests on, or itself if kept."""

    mission: str
    name: str
    synthetic: bool
    as_of: date
    known_on: date | None
    unit_kind: Unit
    outlook: Outlook
    before: Outlook | None
    versions: tuple[Version, ...]
    notes: tuple[str, ...]


def usual_unit(home: Path, mission: str) -> Unit:
    """The kind of unit a mission's outlook speaks of when none is asked for: its drawn areas, else its countries."""
    entry = mission_registry(home).get(mission)
    return "area" if entry and area_definition(home, entry) else "country"


def brief_outlook(
    home: Path, mission: str, *, as_of: date, known_on: date | None = None, unit_kind: Unit | None = None
) -> OutlookBrief:
    """The outlook of a mission on a day; raises UnknownMissionError, and OutlookError where nothing was observed."""
    from bluehelm.workflows.mission_events import UnknownMissionError

    registry = mission_registry(home)
    entry = registry.get(mission)
    if entry is None:
        raise UnknownMissionError(mission, registry.nearest(mission))
    kind = unit_kind or usual_unit(home, mission)
    chain = outlook_chain(home, mission, kind, as_of=as_of, known_on=known_on)
    if chain:
        before = a_quarter_before(chain, chain[-1])
        earlier = read_outlook(home, before) if before else None
        outlook, notes = read_outlook(home, chain[-1]), tuple(_notes_of(chain[-1]))
        versions: tuple[Version, ...] = (chain[-1],)
    else:
        earlier = None
        outlook, versions, notes = _made_now(home, mission, kind, as_of, known_on)
    return OutlookBrief(
        entry.mission, called(entry.name), entry.synthetic, as_of, known_on, kind, outlook, earlier, versions, notes
    )


def _notes_of(version: Version) -> Iterator[str]:
    return (f"{figure(note.count)} {_(note.reason)}." for note in version.notes)


def _made_now(
    home: Path, mission: str, kind: Unit, as_of: date, known_on: date | None
) -> tuple[Outlook, tuple[Version, ...], tuple[str, ...]]:
    from bluehelm.outlook.models import NAIVE
    from bluehelm.workflows.outlook_publish import make_outlook  # loads the models, which a kept outlook does not need

    made = make_outlook(home, mission, kind, as_of=as_of, known_on=known_on, model=NAIVE)
    notes = (_(NOT_RELEASED), *(f"{figure(note.count)} {_(note.reason)}." for note in made.notes))
    return Outlook(made.outlooks, made.scores, made.inputs), made.observed.versions, notes


# As JSON


def brief_json(brief: OutlookBrief, thresholds: dict[tuple[str, str], int] | None = None) -> dict[str, Any]:
    """The brief as plain JSON values; `thresholds` are deaths by target and unit, else the usual ones are used."""
    rules, outlook = outlook_rules(), brief.outlook
    return {
        "mission": brief.mission,
        "name": brief.name,
        "synthetic": brief.synthetic,
        "as_of": brief.as_of.isoformat(),
        "known_on": brief.known_on.isoformat() if brief.known_on else None,
        "unit_kind": brief.unit_kind,
        **{name: outlook.facts[name] for name in ("origin", "samples", "seed")},
        "compared_with": brief.before.facts["origin"] if brief.before else None,
        "interval": rules.interval,
        "targets": [
            {
                "target": target.target,
                "title": target.title,
                "shown": list(_shown(outlook, target.target)),
                "units": [_unit_json(brief, target.target, unit, thresholds or {}) for unit in outlook.units],
            }
            for target in rules.targets
        ],
        "scores": scores_json(outlook),
        "about_inputs": CONTRIBUTIONS,
        "reporting_note": rules.reporting_note,
        "rules": ["outlook.yaml"],
        "definitions": [_definition_json(rules_ref()) | {"valid_from": rules.valid_from.isoformat()}],
        "versions": [_version_json(version) for version in brief.versions],
        "notes": list(brief.notes),
    }


def rules_ref() -> DefinitionRef:
    rules = outlook_rules()
    return DefinitionRef("outlook.yaml", rules.title, rules.valid_from, rules.status)


def _definition_json(ref: DefinitionRef) -> dict[str, Any]:
    return {"name": ref.name, "title": ref.title, "status": ref.status}


def _version_json(version: Version) -> dict[str, Any]:
    ref = version_ref(version)
    return {
        "table": ref.table,
        "version": ref.version,
        "sha256": ref.sha256,
        "retrieved": ref.retrieved.isoformat(),
    }


def _shown(outlook: Outlook, target: str) -> Iterator[dict[str, Any]]:
    """The model shown, by runs of months: `naive` where none was better."""
    run: dict[str, Any] | None = None
    for month in outlook.months:
        model, naive = outlook.models[target, month]
        if run and run["model"] == model:
            run["last"] = month
            continue
        if run:
            yield run
        run = {"first": month, "last": month, "model": model, "naive": naive}
    if run:
        yield run


def threshold_of(thresholds: dict[tuple[str, str], int], target: str, unit: str, unit_kind: Unit) -> int:
    """The deaths that count for a unit: what was chosen for it, else for all units, else the usual number."""
    chosen = thresholds.get((target, unit), thresholds.get((target, "")))
    return chosen if chosen is not None else outlook_rules().usual_thresholds[unit_kind]


def _unit_json(brief: OutlookBrief, target: str, unit: str, thresholds: dict[tuple[str, str], int]) -> dict[str, Any]:
    outlook, deaths = brief.outlook, threshold_of(thresholds, target, unit, brief.unit_kind)
    return {
        "unit": unit,
        "name": outlook.units[unit],
        "at_least": deaths,
        "months": [_month_json(brief, target, unit, month, deaths) for month in outlook.months],
        "inputs": list(inputs_json(outlook, target, unit)),
        "moved_by": list(moved_by_json(outlook, target, unit)),
    }


def _month_json(brief: OutlookBrief, target: str, unit: str, month: str, deaths: int) -> dict[str, Any]:
    drawn = brief.outlook.drawn[target, unit, month]
    low, high = drawn.interval(outlook_rules().interval)
    earlier = brief.before.drawn.get((target, unit, month)) if brief.before else None
    return {
        "month": month,
        "probability": drawn.at_least(deaths),
        "a_quarter_before": earlier.at_least(deaths) if earlier else None,
        "median": drawn.quantile(0.5),
        "low": low,
        "high": high,
    }


def inputs_json(outlook: Outlook, target: str, unit: str) -> Iterator[dict[str, Any]]:
    """What the model was given about a unit, and which of it moved since a quarter before."""
    single = outlook.inputs.filter(pl.col("meaning").is_null(), target=target, unit=unit)
    for name, value, before in single.select("input", "value", "before").iter_rows():
        yield {"input": name, "value": value, "a_quarter_before": before, "moved": value != before}


def moved_by_json(outlook: Outlook, target: str, unit: str) -> Iterator[dict[str, Any]]:
    """Which groups of inputs moved the model from what is usual, the most first; nothing where it does not say."""
    groups = outlook.inputs.filter(pl.col("meaning").is_not_null(), target=target, unit=unit)
    most_first = groups.sort(pl.col("contribution").abs(), "input", descending=[True, False])
    for name, meaning, contribution in most_first.select("input", "meaning", "contribution").iter_rows():
        yield {"inputs": name, "meaning": meaning, "contribution": contribution}


def scores_json(outlook: Outlook) -> list[dict[str, Any]]:
    """Every score, as its row; unknown is null."""
    left_out = {"mission", "unit_kind", "origin"}
    return [{name: value for name, value in row.items() if name not in left_out} for row in outlook.scores.to_dicts()]


# In words

IN_WORDS = {
    "deaths_3_months": gettext_noop("deaths in the last 3 months"),
    "deaths_12_months": gettext_noop("deaths in the last 12 months"),
    "deaths_60_months": gettext_noop("deaths in the last 60 months"),
    "months_with_deaths_3_months": gettext_noop("months with deaths, of the last 3"),
    "months_with_deaths_12_months": gettext_noop("months with deaths, of the last 12"),
    "months_with_deaths_60_months": gettext_noop("months with deaths, of the last 60"),
    "months_since_1_deaths": gettext_noop("months since the last death"),
    "months_since_25_deaths": gettext_noop("months since 25 or more deaths in a month"),
}


def moved_in_words(inputs: Iterable[dict[str, Any]]) -> list[str]:
    """The inputs that moved since a quarter before, in words; never called causes."""
    return [
        _(
            "{in_words}: {whole}, a quarter before {whole_2}",
            in_words=_(IN_WORDS[one["input"]]),
            whole=_whole(one["value"]),
            whole_2=_whole(one["a_quarter_before"]),
        )
        for one in inputs
        if one["moved"]
    ]


def _whole(value: float | None) -> str:
    return _("not known") if value is None else figure(value, ",.0f")
