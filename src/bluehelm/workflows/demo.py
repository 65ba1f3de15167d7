"""How is the demonstration mission built, and where does later work add to it?

Everything in it is made from a seed and marked synthetic. `CHAPTERS` are built in order, each from the same
synthetic country; a domain adds its records by adding a function to that list.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from bluehelm.language import _
from bluehelm.sources.intake import NOTED_ROWS
from bluehelm.sources.synthetic import SyntheticCountry, synthetic_country
from bluehelm.store import Store, Submission
from bluehelm.tables import TABLES
from bluehelm.tables.provenance import OPEN_DATA, Coverage, SourceNote
from bluehelm.workflows.clock import today

NOTE = SourceNote(
    provider="synthetic",
    title="Synthetic demonstration data",
    licence="Apache-2.0, as bluehelm",
    citation="none: made from a seed, no real country, mission, person or event",
    url="",
    releasable_to=OPEN_DATA,
)
MARK = "demo.json"

Chapter = Callable[[Path, SyntheticCountry], None]
Progress = Callable[[str, int, int], None]


class DemoError(RuntimeError):
    """The demonstration cannot be built in this folder."""

    def __init__(self, what: str, next_step: str) -> None:
        super().__init__(what)
        self.what = what
        self.next_step = next_step


@dataclass(frozen=True, slots=True)
class Demo:
    """The demonstration of a data folder; `built` is False when it already stood there."""

    mission: str
    seed: int
    built: bool


def write_mission(home: Path, country: SyntheticCountry) -> None:
    """The mission's registry entry, in the data folder's own definitions."""
    folder = home / "definitions"
    folder.mkdir(parents=True, exist_ok=True)
    definition = {
        "title": "Synthetic demonstration mission",
        "source": "made from a seed by bluehelm",
        "valid_from": today(),
        "status": "draft",
        "checked_by": None,
        "review_on": today() + timedelta(days=365),
        "missions": [country.mission],
    }
    text = yaml.safe_dump(definition, allow_unicode=True, sort_keys=False)
    (folder / "missions.yaml").write_text(text, encoding="utf-8")


def write_borders(home: Path, country: SyntheticCountry) -> None:
    """The synthetic country and its neighbours, for the map."""
    folder = home / "borders"
    folder.mkdir(parents=True, exist_ok=True)
    for name, layer in (("countries", country.borders), ("lines", country.lines)):
        (folder / f"{name}.geojson").write_text(json.dumps(layer), encoding="utf-8")


def publish_tables(home: Path, country: SyntheticCountry) -> None:
    """Events, deployments and the mission as versions like any others, marked synthetic."""
    events, deployments = country.events, country.deployments
    months = events["date_start"].dt.strftime("%Y-%m")
    covered = Coverage(str(months.min()), str(months.max()), tuple(sorted(events["iso3"].drop_nulls().unique())))
    maps = Coverage(str(deployments["month"].min()), str(deployments["month"].max()), None)
    _publish(home, "events", events.sort("iso3", "date_start", "event_id"), covered)
    _publish(home, "deployments", deployments, maps)
    _publish(home, "missions", country.missions, Coverage(None, None, None))


CHAPTERS: tuple[Chapter, ...] = (write_mission, write_borders, publish_tables)


def build_demo(home: Path, *, seed: int = 0, progress: Progress | None = None, further: Sequence[Chapter] = ()) -> Demo:
    """Build the demonstration in a data folder of its own, or find it there; raises DemoError.

    `further` chapters follow the first ones: the records, which only the web application can write.

    A build that was killed is begun again; one that is complete is left as it is.
    """
    mark = home / MARK
    found = _found(mark)
    if found and found["seed"] != seed:
        raise DemoError(
            _("This folder holds the demonstration of seed {seed}.", seed=found["seed"]), _("Choose another --home.")
        )
    if found and found["complete"]:
        return Demo(found["mission"], seed, built=False)
    if not found and Store(home).versions():
        what = _("This folder holds tables already; a synthetic mission must not stand among them by accident.")
        raise DemoError(what, _("Choose another --home for the demonstration."))
    country = synthetic_country(seed)
    home.mkdir(parents=True, exist_ok=True)
    _mark(mark, country, seed, complete=False)
    chapters = (*CHAPTERS, *further)
    for number, chapter in enumerate(chapters):
        if progress:
            progress(_("Building the demonstration"), number, len(chapters))
        chapter(home, country)
    _mark(mark, country, seed, complete=True)
    return Demo(str(country.mission["mission"]), seed, built=True)


def _found(mark: Path) -> dict[str, Any] | None:
    if not mark.is_file():
        return None
    try:
        found: dict[str, Any] = json.loads(mark.read_text(encoding="utf-8"))
        return {"seed": found["seed"], "mission": found["mission"], "complete": found["complete"]}
    except (ValueError, KeyError, TypeError):
        raise DemoError(
            _("{name} in this folder cannot be read.", name=mark.name), _("Choose another --home.")
        ) from None


def _mark(mark: Path, country: SyntheticCountry, seed: int, *, complete: bool) -> None:
    text = json.dumps({"seed": seed, "mission": country.mission["mission"], "complete": complete})
    part = mark.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(mark)


def _publish(home: Path, table: str, rows: pl.DataFrame, coverage: Coverage) -> None:
    TABLES[table].check(rows)
    store, nothing = Store(home), pl.DataFrame(schema=NOTED_ROWS)
    with store.scratch() as scratch:
        rows_file = scratch / "rows.parquet"
        rows.write_parquet(rows_file)
        # No provider's file stands behind these rows; the digest of the rows as CSV names them instead.
        sha256 = hashlib.sha256(rows.write_csv().encode()).hexdigest()
        store.publish(
            Submission(
                table=table,
                source=NOTE,
                rows_file=rows_file,
                rows=rows.height,
                file_name=f"synthetic {table}",
                sha256=sha256,
                retrieved=today(),
                set_aside=nothing,
                flagged=nothing,
                reasons=(),
                flags=(),
                notes=(),
                coverage=coverage,
                synthetic=True,
            )
        )
