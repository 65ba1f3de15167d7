"""What may happen in each unit in the months to come, as samples?

Reads a long table up to the origin, fits a model, and writes draws unit by unit. Row groups are written in the order of
units whatever the order in which workers answer, so that the same seed gives the same bytes anywhere.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from bluehelm.language import _
from bluehelm.outlook.history import History, OutlookError, Unit
from bluehelm.outlook.models import DEFAULT, MODELS, OWN_PAST, Fitted, Model
from bluehelm.workflows.outlook_tables import (
    NONE,
    Columns,
    InputFile,
    completed,
    digest_of,
    files_of,
    history_of,
    scan_table,
    state_known_on,
)
from bluehelm.workflows.spread import spread
from bluehelm.workflows.whole_file import whole_file, writable

BATCH_CELLS = 4_000_000  # so many draws are held at once: 32 MB
MOST_STEPS = 36

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a forecast is asked for; the same answer follows from the same table."""

    origin: int
    steps: tuple[int, ...]
    model: str = DEFAULT
    samples: int = 1000
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Forecast:
    """A forecast that was written; `ended` are units of its history that are not forecast, `state` what was known."""

    asked: Asked
    out: InputFile
    inputs: tuple[InputFile, ...]
    units: int
    ended: tuple[Unit, ...]
    rows: int
    state: date | None
    columns: Columns
    seconds: float


def model_named(name: str) -> Model:
    """OutlookError when there is no such model."""
    if name not in MODELS:
        raise OutlookError(
            [_("--model: there is no model {name!r}; there is {models}", name=name, models=", ".join(MODELS))]
        )
    return MODELS[name]()


def steps_of(text: str) -> tuple[int, ...]:
    """The steps written as 3-14 or 6; OutlookError for what is not 1 to 36 months."""
    first, _rest, last = text.partition("-")
    try:
        steps = tuple(range(int(first), int(last or first) + 1))
    except ValueError:
        steps = ()
    if not steps or steps[0] < 1 or steps[-1] > MOST_STEPS:
        raise OutlookError(
            [
                _(
                    "--steps: {text!r} is not written 3-14, from 1 to {most_steps} months ahead",
                    text=text,
                    most_steps=MOST_STEPS,
                )
            ]
        )
    return steps


def outlook_forecast(
    path: Path,
    columns: Columns,
    asked: Asked,
    out: Path,
    *,
    known_on: date | None = None,
    cluster: str | None = None,
    tell: Tell = lambda step, done, total: None,
) -> Forecast:
    """Write a forecast to `out` as Parquet; OutlookError for a table that cannot be forecast from."""
    started = time.perf_counter()
    model = model_named(asked.model)
    writable(out, force=True)
    table, state = scan_table(path, columns.month), None
    if columns.state:
        table, state = state_known_on(table, columns.state, known_on)
    if asked.model in OWN_PAST:
        columns = replace(columns, kinds=columns.kinds or (), neighbours=columns.neighbours or NONE)
    columns = completed(columns, table.collect_schema())
    history = history_of(table, columns, asked.origin)
    tell("fitting", 0, 0)
    fitted = model.fit(history, asked.steps, seed=asked.seed)
    with whole_file(out, force=True) as part:
        _write(part, table.collect_schema(), columns, history, fitted, asked, cluster, tell)
    living = set(history.living)
    return Forecast(
        asked,
        digest_of(out),
        tuple(map(digest_of, [path, *files_of(columns)])),
        len(living),
        tuple(unit for place, unit in enumerate(history.units) if place not in living),
        len(living) * len(asked.steps) * asked.samples,
        state,
        columns,
        time.perf_counter() - started,
    )


def _write(
    part: Path,
    schema: pl.Schema,
    columns: Columns,
    history: History,
    fitted: Fitted,
    asked: Asked,
    cluster: str | None,
    tell: Tell,
) -> None:
    size = max(1, BATCH_CELLS // (len(asked.steps) * asked.samples))
    batches = [history.living[first : first + size] for first in range(0, len(history.living), size)]
    empty = _rows(schema, columns, history, (), np.empty((0, len(asked.steps), asked.samples)), asked)
    answers = spread(_drawn, [(batch, asked.samples) for batch in batches], cluster, shared=fitted)
    with pq.ParquetWriter(part, empty.schema, compression="zstd") as writer:
        for place, drawn in _in_order(answers):
            writer.write_table(_rows(schema, columns, history, batches[place], drawn, asked))
            tell("drawing", place + 1, len(batches))


def _drawn(fitted: Fitted, batch: tuple[Sequence[int], int]) -> "np.ndarray[Any, np.dtype[np.int64]]":
    units, samples = batch
    return fitted.draw(units, samples).astype(np.int64)


def _in_order(answers: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
    """Answers by place, each as soon as those before it have come."""
    early: dict[int, Any] = {}
    place = 0
    for found, answer in answers:
        early[found] = answer
        while place in early:
            yield place, early.pop(place)
            place += 1


def _rows(
    schema: pl.Schema, columns: Columns, history: History, batch: Sequence[int], drawn: Any, asked: Asked
) -> pa.Table:
    """The draws of a batch as long rows: by unit, month and draw."""
    units = pl.Series([history.units[place] for place in batch], dtype=schema[columns.unit])
    months = pl.Series([asked.origin + step for step in asked.steps], dtype=schema[columns.month])
    each, all_units = asked.samples, len(batch)
    return pl.DataFrame(
        {
            columns.unit: units.gather(np.repeat(np.arange(all_units), len(months) * each)),
            columns.month: months.gather(np.tile(np.repeat(np.arange(len(months)), each), all_units)),
            "draw": np.tile(np.arange(each, dtype=np.int32), all_units * len(months)),
            "outcome": drawn.reshape(-1).astype(np.int64),
        }
    ).to_arrow(compat_level=pl.CompatLevel.oldest())


def forecast_json(forecast: Forecast) -> dict[str, Any]:
    """The answer of `outlook forecast`."""
    asked = forecast.asked
    return {
        "out": forecast.out.name,
        "sha256": forecast.out.sha256,
        "model": asked.model,
        "origin": asked.origin,
        "steps": [asked.steps[0], asked.steps[-1]],
        "months": [asked.origin + asked.steps[0], asked.origin + asked.steps[-1]],
        "samples": asked.samples,
        "seed": asked.seed,
        "covariates": list(forecast.columns.covariates),
        "other_kinds": list(forecast.columns.kinds or ()),
        "neighbours": Path(forecast.columns.neighbours or NONE).name,
        "units": forecast.units,
        "not_forecast": list(forecast.ended),
        "rows": forecast.rows,
        "known_on": forecast.state.isoformat() if forecast.state else None,
        "notes": notes_of(forecast),
        "inputs": [{"name": file.name, "sha256": file.sha256} for file in forecast.inputs],
        "seconds": round(forecast.seconds, 3),
    }


def notes_of(forecast: Forecast) -> list[str]:
    """What a reader must know of how the forecast came about."""
    notes = []
    if forecast.state is None:
        notes.append(
            _(
                "The history is what the table holds today. What was known at the origin may have "
                "been less: events are coded late and revised."
            )
        )
    if forecast.ended:
        notes.append(
            _(
                "{number} unit(s) are not forecast: nobody observed them in the twelve months to the origin.",
                number=len(forecast.ended),
            )
        )
    return notes
