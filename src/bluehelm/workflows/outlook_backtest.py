"""How good would outlooks have been, had they been made at each of several origins?

At every origin every model is fitted to what lies before, draws, and is scored on what came. Each origin of a model is
a piece of work of its own: it is done here or on a cluster, kept beside the output when finished, and used again after
an interruption if nothing that it was computed from has changed.
"""

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import islice, product
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from bluehelm.language import _
from bluehelm.outlook.comparison import DECIDES, Slice, differences, ratios, shown, slices
from bluehelm.outlook.history import RECENT_MONTHS, History, OutlookError
from bluehelm.outlook.models import NAIVE
from bluehelm.outlook.scored import means, scored_rows, summary
from bluehelm.scoring.differences import LEVEL
from bluehelm.workflows.outlook_forecast import model_named
from bluehelm.workflows.outlook_tables import (
    Columns,
    InputFile,
    digest_of,
    files_of,
    history_of,
    outcomes_of,
    scan_table,
    state_known_on,
)
from bluehelm.workflows.spread import spread
from bluehelm.workflows.unit_groups import Group
from bluehelm.workflows.whole_file import whole_file, writable

BATCH_CELLS = 4_000_000  # so many draws are held at once: 32 MB
OUTCOME, KNOWN = "outcome", "outcome_known"
ORDER = ("target", "model", "origin", "unit", "month")

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is tried: every model on every target at every origin; the first model is the one that may be shown."""

    targets: tuple[str, ...]
    models: tuple[str, ...]
    origins: tuple[int, ...]
    steps: tuple[int, ...]
    samples: int = 1000
    seed: int = 0

    @property
    def months(self) -> list[int]:
        """Every month that is forecast from any origin."""
        return sorted({origin + step for origin in self.origins for step in self.steps})


@dataclass(frozen=True, slots=True)
class Actuals:
    """Where what came is read, when it is not the table itself."""

    path: Path
    outcome: str


@dataclass(frozen=True, slots=True)
class Backtest:
    """Scored rows of every model, target and origin; `known_rows` are scored on the state that the history is from."""

    plan: Plan
    group: Group | None
    rows: pl.DataFrame
    differences: tuple[dict[str, Any], ...]
    known_rows: pl.DataFrame | None
    revision: dict[str, Any] | None
    reused: int
    inputs: tuple[InputFile, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class _Work:
    """What every piece of work shares."""

    plan: Plan
    histories: Mapping[str, History]
    outcomes: Mapping[str, pl.DataFrame]


Piece = tuple[str, str, int]  # target, model, origin


def origin_of_window(year: int) -> int:
    """The ViEWS month id of October of the year before, from which steps 3 to 14 are the year's months."""
    return (year - 1980) * 12 - 2


def outlook_backtest(
    path: Path,
    columns: Columns,
    plan: Plan,
    *,
    actuals: Actuals | None = None,
    known_on: date | None = None,
    group: Group | None = None,
    out: Path | None = None,
    cluster: str | None = None,
    tell: Tell = lambda step, done, total: None,
) -> Backtest:
    """Score the plan; `columns.value` is not read, the plan's targets are. OutlookError for what cannot be scored."""
    started = time.perf_counter()
    for name in plan.models:
        model_named(name)
    if out:
        writable(out, force=True)
    read = [path, actuals.path if actuals else path, *files_of(columns)]
    inputs = tuple(digest_of(one) for one in dict.fromkeys(read))
    work, revision = _work(path, columns, plan, actuals, known_on)
    pieces = list(product(plan.targets, plan.models, plan.origins))
    kept = _Kept(out, [_key(piece, plan, columns, inputs, actuals, known_on) for piece in pieces])
    rows = pl.concat(_pieces_done(work, pieces, kept, cluster, tell), rechunk=True).sort(ORDER)
    rows = _marked(rows, group)
    if out:
        with whole_file(out, force=True) as part:
            rows.write_parquet(part)
        kept.clear()
    known_rows = None
    if revision:
        known_rows = rows.filter(pl.col("against") == KNOWN)
        rows = rows.filter(pl.col("against") == OUTCOME)
    apart = tuple(_differences(_Compared(rows, group.name if group else None, plan.models, plan.seed), cluster))
    return Backtest(plan, group, rows, apart, known_rows, revision, kept.found, inputs, time.perf_counter() - started)


@dataclass(frozen=True, slots=True)
class _Compared:
    """Scored rows whose models are compared, slice by slice."""

    rows: pl.DataFrame
    group: str | None
    models: tuple[str, ...]
    seed: int


def _differences(compared: _Compared, cluster: str | None) -> Iterator[dict[str, Any]]:
    places = range(sum(1 for _rest in slices(compared.rows, compared.group)))
    answers = dict(spread(_differences_in, places, cluster, shared=compared))
    return (row for place in places for row in answers[place])


def _differences_in(compared: _Compared, place: int) -> list[dict[str, Any]]:
    """The bootstrapped differences in one slice of the rows."""
    part = next(islice(slices(compared.rows, compared.group), place, None))
    return list(differences(part, compared.models, NAIVE, seed=compared.seed))


def _work(
    path: Path, columns: Columns, plan: Plan, actuals: Actuals | None, known_on: date | None
) -> tuple[_Work, dict[str, Any] | None]:
    """The histories and outcomes, and how far the state known then differs from the newest one."""
    table = later = scan_table(path, columns.month)
    states: tuple[date, date] | None = None
    if columns.state:
        table, known = state_known_on(table, columns.state, known_on)
        later, newest = state_known_on(later, columns.state, None)
        states = (known, newest) if known != newest else None
    histories = {}
    for target in plan.targets:
        histories[target] = history_of(table, replace(columns, value=target), plan.origins[-1])
    outcomes = {}
    for target in plan.targets:
        source, name = (scan_table(actuals.path, columns.month), actuals.outcome) if actuals else (later, target)
        came = outcomes_of(source, (columns.unit, columns.month, name), plan.months)
        if states:
            known_rows = outcomes_of(table, (columns.unit, columns.month, target), plan.months)
            came = came.join(known_rows.rename({"outcome": KNOWN}), on=["unit", "month"], how="left").sort(
                "unit", "month"
            )
        outcomes[target] = came
    if empty := [target for target, came in outcomes.items() if not came.height]:
        raise OutlookError(
            [
                _(
                    "{target}: nothing came in months {months} to {months_2}",
                    target=target,
                    months=plan.months[0],
                    months_2=plan.months[-1],
                )
                for target in empty
            ]
        )
    revision = _revision(outcomes, states) if states else None
    return _Work(plan, histories, outcomes), revision


def _revision(outcomes: Mapping[str, pl.DataFrame], states: tuple[date, date]) -> dict[str, Any]:
    """How far what was known of the scored months lies from what is known now."""
    targets = []
    for target, came in outcomes.items():
        both = came.drop_nulls()
        change = both[OUTCOME] - both[KNOWN]
        targets.append(
            {
                "target": target,
                "unit_months": both.height,
                "only_in_newest": came.height - both.height,
                "changed": int((change != 0).sum()),
                "sum_known": float(both[KNOWN].sum()),
                "sum_newest": float(both[OUTCOME].sum()),
                "mean_absolute_change": change.abs().mean(),
            }
        )
    return {"known": states[0].isoformat(), "newest": states[1].isoformat(), "targets": targets}


class _Kept:
    """Finished pieces beside the output, by a key of all that they were computed from."""

    def __init__(self, out: Path | None, keys: Sequence[str]) -> None:
        self.folder = out.with_name(f"{out.name}.parts") if out else None
        self.keys = keys
        self.found = 0

    def path(self, place: int) -> Path | None:
        return self.folder / f"{self.keys[place]}.parquet" if self.folder else None

    def read(self, place: int) -> pl.DataFrame | None:
        path = self.path(place)
        if path is None or not path.is_file():
            return None
        self.found += 1
        return pl.read_parquet(path, glob=False)

    def keep(self, place: int, rows: pl.DataFrame) -> None:
        if path := self.path(place):
            path.parent.mkdir(exist_ok=True)
            with whole_file(path, force=True) as part:
                rows.write_parquet(part)

    def clear(self) -> None:
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


def _key(
    piece: Piece,
    plan: Plan,
    columns: Columns,
    inputs: Sequence[InputFile],
    actuals: Actuals | None,
    known_on: date | None,
) -> str:
    """Changes whenever anything does that a piece's rows follow from, the program's own code included."""
    said = [
        piece,
        (plan.steps, plan.samples, plan.seed),
        (columns.unit, columns.month, columns.covariates, columns.state, columns.neighbours, columns.kinds),
        [file.sha256 for file in inputs],
        actuals.outcome if actuals else None,
        known_on,
        code_digest(),
    ]
    return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()[:24]


@cache
def code_digest() -> str:
    """Of the text of all code that forecasts and scores."""
    modules = [entry for package in ("outlook", "scoring") for entry in files("bluehelm").joinpath(package).iterdir()]
    texts = [entry.read_bytes() for entry in sorted(modules, key=str) if entry.name.endswith(".py")]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


def _pieces_done(
    work: _Work, pieces: Sequence[Piece], kept: _Kept, cluster: str | None, tell: Tell
) -> list[pl.DataFrame]:
    done = {place: rows for place in range(len(pieces)) if (rows := kept.read(place)) is not None}
    missing = [place for place in range(len(pieces)) if place not in done]
    tell("backtest", len(done), len(pieces))
    if missing:
        for found, rows in spread(_scored_piece, [pieces[place] for place in missing], cluster, shared=work):
            kept.keep(missing[found], rows)
            done[missing[found]] = rows
            tell("backtest", len(done), len(pieces))
    return [done[place] for place in range(len(pieces))]


def _scored_piece(work: _Work, piece: Piece) -> pl.DataFrame:
    """The scored rows of a model on a target at an origin."""
    target, name, origin = piece
    plan, history = work.plan, work.histories[target].until(origin)
    fitted = model_named(name).fit(history, plan.steps, seed=plan.seed)
    came = work.outcomes[target].filter(pl.col("month").is_in([origin + step for step in plan.steps]))
    size = max(1, BATCH_CELLS // (len(plan.steps) * plan.samples))
    parts = []
    for first in range(0, len(history.living), size):
        batch = history.living[first : first + size]
        parts += list(_scored_batch(history, batch, fitted.draw(batch, plan.samples), plan.steps, came))
    if not parts:
        raise OutlookError(
            [_("{target}: no unit that was forecast from {origin} has an outcome", target=target, origin=origin)]
        )
    said = [pl.lit(target).alias("target"), pl.lit(name).alias("model"), pl.lit(origin).alias("origin")]
    return pl.concat(parts).select(*said, pl.all())


def _scored_batch(
    history: History, batch: Sequence[int], draws: Any, steps: Sequence[int], came: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    """Rows of a batch of units, against what came and, where it is another, against what was known then."""
    asked = pl.DataFrame(
        {
            "unit": pl.Series([history.units[place] for place in batch], dtype=came.schema["unit"]).gather(
                np.repeat(np.arange(len(batch)), len(steps))
            ),
            "month": np.tile(np.array([history.origin + step for step in steps]), len(batch)),
            "step": np.tile(np.array(steps), len(batch)),
            "quiet": np.repeat(_quiet(history)[list(batch)], len(steps)),
            "line": np.arange(len(batch) * len(steps)),
        }
    )
    flat = draws.reshape(len(asked), -1)
    for against in (OUTCOME, KNOWN):
        if against in came.columns:
            found = asked.join(came, on=["unit", "month"]).drop_nulls(against).sort("line")
            if found.height:
                scored = scored_rows(found[against].to_numpy(), flat[found["line"].to_numpy()])
                keys = found.select("unit", "month", "step", "quiet", pl.lit(against).alias("against"))
                yield pl.concat([keys, scored], how="horizontal")


def _quiet(history: History) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """Which units had no deaths in the twelve months to the origin, as far as anybody observed."""
    return np.asarray(~(history.deaths[:, -RECENT_MONTHS:] > 0).any(axis=1))


def _marked(rows: pl.DataFrame, group: Group | None) -> pl.DataFrame:
    """The rows with `grouped`: does the unit belong to the group at the row's origin?"""
    if group is None:
        return rows.with_columns(pl.lit(value=False).alias("grouped"))
    members = pl.any_horizontal(
        (pl.col("origin") == origin) & pl.col("unit").is_in(sorted(units)) for origin, units in group.members.items()
    )
    return rows.with_columns(members.alias("grouped"))


def backtest_json(test: Backtest) -> dict[str, Any]:
    """The answer of `outlook backtest`."""
    plan, name = test.plan, test.group.name if test.group else None
    parts = list(slices(test.rows, name))
    return {
        "targets": list(plan.targets),
        "models": list(plan.models),
        "naive": NAIVE,
        "origins": list(plan.origins),
        "steps": [plan.steps[0], plan.steps[-1]],
        "samples": plan.samples,
        "seed": plan.seed,
        "group": _group_json(test.group),
        "scores": [row for part in parts for row in _scores(part, plan)],
        "ratios": [row for part in _whole(parts) for row in ratios(part, plan.models, NAIVE)],
        "differences": list(test.differences),
        "shown": shown(parts, test.differences, plan.models[0], NAIVE),
        "decides": DECIDES,
        "interval_level": LEVEL,
        "revision": _revision_json(test),
        "notes": _notes(test),
        "reused": test.reused,
        "inputs": [{"name": file.name, "sha256": file.sha256} for file in test.inputs],
        "seconds": round(test.seconds, 3),
    }


def _whole(parts: Sequence[Slice]) -> list[Slice]:
    return [part for part in parts if part.horizon == "all"]


def _scores(part: Slice, plan: Plan) -> Iterator[dict[str, Any]]:
    """Scores of a slice over all origins in full, and of each origin as means."""
    for model in plan.models:
        mine = part.rows.filter(pl.col("model") == model)
        whole = summary if part.horizon == "all" else means
        yield {**part.said, "model": model, "origin": None, **whole(mine)}
        for origin in plan.origins if part.horizon == "all" else ():
            yield {**part.said, "model": model, "origin": origin, **means(mine.filter(pl.col("origin") == origin))}


def _group_json(group: Group | None) -> dict[str, Any] | None:
    if group is None:
        return None
    members = [{"origin": origin, "units": sorted(units)} for origin, units in group.members.items()]
    return {"name": group.name, "meaning": group.meaning, "members": members}


def _revision_json(test: Backtest) -> dict[str, Any] | None:
    """What revisions alone do to the scores: the same draws on the state known then and on the newest one."""
    if test.revision is None or test.known_rows is None:
        return None
    scores = []
    for target, model in product(test.plan.targets, test.plan.models):
        mine = [
            rows.filter((pl.col("target") == target) & (pl.col("model") == model))
            for rows in (test.known_rows, test.rows)
        ]
        scores.append({"target": target, "model": model, "on_known": means(mine[0]), "on_newest": means(mine[1])})
    return {**test.revision, "scores": scores}


def _notes(test: Backtest) -> list[str]:
    if test.revision:
        return [_("Histories are those of the state known then; outcomes are those of the newest state.")]
    return [
        _(
            "Histories are what the table holds today. What was known at each origin may have "
            "been less: events are coded late and revised. --known-on with --state-column says "
            "how much, where dated states are at hand."
        )
    ]
