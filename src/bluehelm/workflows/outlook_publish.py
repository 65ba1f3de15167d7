"""How is an outlook made from the store's own tables, judged on past origins, and kept as a version?

Every target is forecast and judged apart. The model is shown only where it was ahead of the naive one on the mission's
own units, with its whole interval; else the naive one is, labelled so. What is kept names the versions it was made
from, the model, the origin, the seed and the samples, and is addressed to the mission until somebody releases it.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl

from bluehelm.definitions.outlook import OutlookRules, Target, Unit
from bluehelm.disclosure import EVERYONE, Label, combined_beside_open
from bluehelm.language import _
from bluehelm.outlook.contributions import inputs_that_moved
from bluehelm.outlook.drawn import drawn
from bluehelm.outlook.forest import FittedForest
from bluehelm.outlook.history import Floats, History, OutlookError
from bluehelm.outlook.models import DEFAULT, MODELS, NAIVE, Fitted
from bluehelm.outlook.pooling import FittedPool
from bluehelm.sources.intake import NOTED_ROWS
from bluehelm.store import Store, Submission, Version
from bluehelm.tables import OUTLOOK_INPUTS, OUTLOOK_SCORES, OUTLOOKS, TABLES
from bluehelm.tables.months import from_ordinal, ordinal, views_id
from bluehelm.tables.provenance import Coverage, Reason, SourceNote
from bluehelm.workflows.borders import has_borders
from bluehelm.workflows.clock import today
from bluehelm.workflows.outlook_history import Observed, observed, outlook_rules
from bluehelm.workflows.outlook_judged import MISSIONS, Judged, Members, judged_on_past_origins
from bluehelm.workflows.outlook_kept import provider_of
from bluehelm.workflows.outlook_sources import with_source
from bluehelm.workflows.readers import label_of, version_label
from bluehelm.workflows.unit_groups import hosts_of_group

Progress = Callable[[str, int, int], None]
UnitMonth = tuple[str, str]

MISSION_COUNTRIES = "mission-countries"
QUARTER = 3  # months
INPUT_MONTHS = (3, 12, 60)
FROM_DEATHS = (1, 25)


@dataclass(frozen=True, slots=True)
class Made:
    """An outlook before it is kept: rows of the three tables, what it was made from, and what should be known of it.

    `notes` count what was left out.
    """

    observed: Observed
    origin: str
    model: str
    seed: int
    samples: int
    outlooks: pl.DataFrame
    scores: pl.DataFrame
    inputs: pl.DataFrame
    notes: tuple[Reason, ...]


def make_outlook(
    home: Path,
    mission: str,
    unit_kind: Unit,
    *,
    as_of: date,
    known_on: date | None = None,
    model: str | None = None,
    seed: int = 0,
    samples: int | None = None,
    past_origins: int | None = None,
    acted: Collection[UnitMonth] = (),
    units: Collection[str] = (),
    source: str | None = None,
    progress: Progress | None = None,
) -> Made:
    """An outlook from what was observed up to the last whole month before `as_of`.

    Without a `model` it is the default one, and the naive one for a kind of violence whose history is too short to
    learn from. `acted` are units and months in which action was taken on an earlier outlook: models do not learn from
    them, and they are not scored. `source` names what models may learn from besides. Raises OutlookError for a model
    that there is not, or a history that cannot be used.
    """
    chosen, rules = model or DEFAULT, _rules(samples, past_origins)
    if chosen not in MODELS:
        raise OutlookError(
            [_("there is no model {chosen!r}; there is: {models}", chosen=chosen, models=", ".join(MODELS))]
        )
    seen = observed(home, mission, unit_kind, as_of=as_of, known_on=known_on, units=units)
    if source:
        seen = with_source(home, seen, source, model, known_on=known_on)
    task = Task(
        seen=seen,
        learnt_from=_without(seen, acted),
        origin=seen.last_month,
        models=(chosen,) if model or chosen == NAIVE else (chosen, NAIVE),
        rules=rules,
        seed=seed,
        acted=frozenset(acted),
        groups={MISSIONS: partial(hosts_of_group, home, MISSION_COUNTRIES)} if unit_kind == "country" else {},
    )
    parts = [
        _part(task, target.target, _fits_told(progress, f"{mission}: {target.title.lower()}", number, rules))
        for number, target in enumerate(rules.targets)
    ]
    return Made(
        observed=seen,
        origin=task.origin,
        model=chosen,
        seed=seed,
        samples=rules.samples,
        outlooks=pl.concat(part.outlooks for part in parts).sort(OUTLOOKS.key),
        scores=pl.concat(part.scores for part in parts).sort(OUTLOOK_SCORES.key),
        inputs=pl.concat([_inputs(seen, rules, task.origin), *(part.moved for part in parts)]).sort(OUTLOOK_INPUTS.key),
        notes=tuple(_notes(task, sum(part.used != chosen for part in parts))),
    )


def _fits_told(progress: Progress | None, what: str, number: int, rules: OutlookRules) -> Callable[[], None]:
    """Tells of a fit that begins: each kind of violence has one at every past origin, and the last one."""
    each = rules.past_origins + 1
    done = count(number * each)

    def begins() -> None:
        if progress:
            progress(f"Outlook of {what}", min(next(done), (number + 1) * each), len(rules.targets) * each)

    return begins


def _rules(samples: int | None, past_origins: int | None) -> OutlookRules:
    changed = {"samples": samples, "past_origins": past_origins}
    return outlook_rules().model_copy(update={name: value for name, value in changed.items() if value})


@dataclass(frozen=True, slots=True)
class Task:
    """What an outlook of one kind of violence is made from; of `models` the first that can learn from it is taken."""

    seen: Observed
    learnt_from: Observed
    origin: str
    models: tuple[str, ...]
    rules: OutlookRules
    seed: int
    acted: frozenset[UnitMonth]
    groups: Mapping[str, Callable[[Sequence[int]], Members]]


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one kind of violence, and the model that was held against the naive one."""

    used: str
    outlooks: pl.DataFrame
    scores: pl.DataFrame
    moved: pl.DataFrame


def _part(task: Task, target: Target, begins: Callable[[], None]) -> Part:
    history, rules = task.learnt_from.history(target, task.origin), task.rules
    used, judged = _judged(task, history, target, begins)
    begins()
    models = {step: used if rules.horizon_of(step) in judged.ahead_at else NAIVE for step in rules.steps}
    shown = fitted_models(history, task.seen, models, rules, task.seed)
    return Part(
        used,
        _rows(shown, task.seen, target, rules, task.origin, task.seed),
        _score_rows(judged, task.seen, target, task.origin),
        moved_rows(shown, task.seen, target, task.origin),
    )


def _judged(task: Task, history: History, target: Target, begins: Callable[[], None]) -> tuple[str, Judged]:
    """The first model that can learn from the history, held against the naive one."""
    refusal = OutlookError([_("no model was asked for")])
    for name in task.models:
        try:
            return name, judged_on_past_origins(
                history,
                task.seen,
                target,
                name,
                task.rules,
                seed=task.seed,
                acted=task.acted,
                groups=task.groups,
                begins=begins,
            )
        except OutlookError as error:
            refusal = error
    raise refusal


# Forecasting


def _without(seen: Observed, acted: Collection[UnitMonth]) -> Observed:
    """What was observed, without the months in which somebody acted: unknown to a model, and no quiet months."""
    if not acted:
        return seen
    held = pl.concat_str("unit", "month", separator=" ").is_in([f"{unit} {month}" for unit, month in acted])
    targets = [name for name in seen.table.columns if name not in ("unit", "month")]
    return replace(seen, table=seen.table.with_columns(pl.when(~held).then(pl.col(targets))))


@dataclass(frozen=True, slots=True)
class Shown:
    """The models shown by step, fitted, and the mission's living units with their places in the history."""

    by_step: Mapping[int, str]
    fitted: Mapping[str, Fitted]
    places: Mapping[str, int]


def fitted_models(history: History, seen: Observed, models: Mapping[int, str], rules: OutlookRules, seed: int) -> Shown:
    living = {str(history.units[place]): place for place in history.living}
    places = {unit: living[unit] for unit in seen.units if unit in living}
    if not places:
        last = from_ordinal(ordinal("1980-01") + history.origin - 1)
        raise OutlookError(
            [
                _(
                    "{mission}: none of its units was observed in the twelve months up to {last}",
                    mission=seen.mission,
                    last=last,
                )
            ]
        )
    names = sorted(set(models.values()))
    return Shown(models, {name: MODELS[name]().fit(history, rules.steps, seed=seed) for name in names}, places)


def _rows(shown: Shown, seen: Observed, target: Target, rules: OutlookRules, origin: str, seed: int) -> pl.DataFrame:
    """Every number of deaths that was drawn for each unit and month, with how often."""
    drawn_by = {name: fitted.draw(list(shown.places.values()), rules.samples) for name, fitted in shown.fitted.items()}
    alike = {
        "mission": seen.mission,
        "unit_kind": seen.unit_kind,
        "target": target,
        "origin": origin,
        "samples": rules.samples,
        "seed": seed,
    }
    found: list[dict[str, Any]] = []
    for line, unit in enumerate(shown.places):
        for column, step in enumerate(rules.steps):
            of_step = {
                "unit": unit,
                "unit_name": seen.units[unit],
                "month": from_ordinal(ordinal(origin) + step),
                "months_ahead": step,
                "model": shown.by_step[step],
                "is_naive": shown.by_step[step] == NAIVE,
            }
            counted = _counted(drawn_by[shown.by_step[step]][line, column])
            found += [alike | of_step | {"deaths": deaths, "draws": often} for deaths, often in counted]
    return pl.DataFrame(found, schema=OUTLOOKS.schema)


def _counted(draws: Floats) -> Iterator[tuple[int, int]]:
    counted = drawn(draws)
    return zip(counted.deaths, counted.draws, strict=True)


def _score_rows(judged: Judged, seen: Observed, target: Target, origin: str) -> pl.DataFrame:
    alike = {"mission": seen.mission, "unit_kind": seen.unit_kind, "target": target, "origin": origin}
    return pl.DataFrame([alike | score for score in judged.rows], schema=OUTLOOK_SCORES.schema)


# Inputs


def _inputs(seen: Observed, rules: OutlookRules, origin: str) -> pl.DataFrame:
    """What a model was given about each unit, at the origin and a quarter before: words come later, causes never."""
    before = from_ordinal(ordinal(origin) - QUARTER)
    rows: list[dict[str, Any]] = []
    for target in rules.targets:
        pasts: dict[str, dict[str, int | None]] = {unit: {} for unit in seen.units}
        for (unit, month), deaths in seen.deaths(target.target).items():
            pasts[unit][month] = deaths
        for unit, past in pasts.items():
            now, then = given(past, origin), given(past, before)
            alike = {"mission": seen.mission, "unit_kind": seen.unit_kind, "unit": unit, "target": target.target}
            rows += [
                {**alike, "origin": origin, "input": name, "value": value, "before": then[name]}
                for name, value in now.items()
            ]
    return pl.DataFrame(rows, schema=OUTLOOK_INPUTS.schema)


def given(past: Mapping[str, int | None], origin: str) -> dict[str, float | None]:
    """A unit's past at an origin: deaths and months with deaths in windows, months since so many died at once.

    `past` is deaths by month. None where a month of the window was not observed, or where so many never died in what
    was observed.
    """
    found: dict[str, float | None] = {}
    for months in INPUT_MONTHS:
        window = [past.get(from_ordinal(ordinal(origin) - back)) for back in range(months)]
        known = [value for value in window if value is not None]
        whole = len(known) == months
        found[f"deaths_{months}_months"] = float(sum(known)) if whole else None
        found[f"months_with_deaths_{months}_months"] = float(sum(value > 0 for value in known)) if whole else None
    for least in FROM_DEATHS:
        hit = [month for month, value in past.items() if month <= origin and value is not None and value >= least]
        found[f"months_since_{least}_deaths"] = float(ordinal(origin) - ordinal(max(hit))) if hit else None
    return found


def moved_rows(shown: Shown, seen: Observed, target: Target, origin: str) -> pl.DataFrame:
    """How far each group of inputs moved the model shown, on average over the months; nothing of a model that says
    nothing of itself, as the naive one does."""
    rows: list[dict[str, Any]] = []
    for fitted in shown.fitted.values():
        if isinstance(fitted, FittedForest | FittedPool):
            told = inputs_that_moved(fitted, list(shown.places.values())).with_columns(pl.col("unit").cast(pl.String))
            means = told.group_by("unit", "inputs", "meaning").agg(pl.col("moved").mean()).sort("unit", "inputs")
            rows += [
                {"unit": unit, "input": name, "meaning": meaning, "contribution": mean}
                for unit, name, meaning, mean in means.iter_rows()
            ]
    alike = {"mission": seen.mission, "unit_kind": seen.unit_kind, "target": target, "origin": origin}
    return pl.DataFrame([alike | row for row in rows], schema=OUTLOOK_INPUTS.schema)


def _notes(task: Task, too_short: int) -> Iterator[Reason]:
    seen = task.seen
    yield from (Reason(said, number, 0) for said, number in seen.further_notes)
    if seen.unit_kind == "country" and not has_borders():
        yield Reason("no file of boundaries: neighbours of these countries are no input", len(seen.units), 0)
    if too_short:
        yield Reason("kinds of violence with too short a history to learn from: the naive model is shown", too_short, 0)
    if seen.left_out:
        yield Reason("cells with violence that are not among the units", seen.left_out, 0)
    if blanked := seen.of_units.height - task.learnt_from.of_units.height:
        yield Reason("unit-months left out of the history because action was taken in them", blanked, 0)
    if months := seen.table.filter(pl.col("unit").is_in(list(seen.units)), pl.col("all").is_null()).height:
        yield Reason("unit-months that no table covers: unknown, not quiet", months, 0)


# Keeping


def publish_outlook(home: Path, made: Made) -> dict[str, Version]:
    """Keep an outlook as a version of each of its three tables; gives the versions by table.

    The scores and inputs come first, so that an outlook never stands without them.
    """
    frames = {OUTLOOK_SCORES.name: made.scores, OUTLOOK_INPUTS.name: made.inputs, OUTLOOKS.name: made.outlooks}
    for name, rows in frames.items():
        TABLES[name].check(rows)
    kept: dict[str, Version] = {}
    for name, rows in frames.items():
        beside = [(of, version.version) for of, version in kept.items()] if name == OUTLOOKS.name else []
        kept[name] = _keep(home, name, rows, made, beside)
    return kept


def _keep(home: Path, table: str, rows: pl.DataFrame, made: Made, beside: Sequence[tuple[str, int]]) -> Version:
    seen, store = made.observed, Store(home)
    nothing = pl.DataFrame(schema=NOTED_ROWS)
    months = made.outlooks["month"]
    with store.scratch() as scratch:
        raw, rows_file = scratch / "recipe.json", scratch / "rows.parquet"
        raw.write_text(json.dumps(recipe(made), ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")
        rows.write_parquet(rows_file)
        return store.publish(
            Submission(
                table=table,
                source=source_note(seen.mission, seen.unit_kind, seen.further),
                rows_file=rows_file,
                rows=rows.height,
                file_name="recipe.json",
                sha256=hashlib.sha256(raw.read_bytes()).hexdigest(),
                retrieved=today(),
                set_aside=nothing,
                flagged=nothing,
                reasons=(),
                flags=(),
                notes=made.notes,
                coverage=Coverage(str(months.min()), str(months.max()), None),
                raw=raw,
                parents=(*((one.table, one.version) for one in seen.versions), *beside),
                synthetic=seen.synthetic,
                label=version_label(first_label(seen)),
            )
        )


def recipe(made: Made) -> dict[str, Any]:
    """All that it takes to make the outlook again."""
    seen = made.observed
    return {
        "mission": seen.mission,
        "unit_kind": seen.unit_kind,
        "units": seen.units,
        "origin": made.origin,
        "origin_month_id": views_id(made.origin),
        "model": made.model,
        "naive": NAIVE,
        "seed": made.seed,
        "samples": made.samples,
        "further_columns": list(seen.further),
        "versions": [
            {"table": one.table, "version": one.version, "sha256": one.sha256, "retrieved": one.retrieved.isoformat()}
            for one in seen.versions
        ],
    }


def first_label(seen: Observed) -> Label:
    """Addressed to the mission alone, and no further than what it was made from; releasing it is a person's deed."""
    of_parents = combined_beside_open(label_of(version.label) for version in seen.versions)
    mission = f"mission:{seen.mission}"
    reaches = EVERYONE in of_parents.releasable_to or mission in of_parents.releasable_to
    return Label(of_parents.marking, frozenset({mission}) if reaches else of_parents.releasable_to)


def source_note(mission: str, unit_kind: str, further: Collection[str] = ()) -> SourceNote:
    beside = " with the mission's own incidents as a further column" if further else ""
    return SourceNote(
        provider=provider_of(mission, unit_kind),
        title=f"Outlook of {mission} by {unit_kind}{beside}, made by this installation",
        licence="as the tables it was made from",
        citation="this installation, from the versions named as its parents",
        url="",
    )
