"""May an outlook look at the mission's own incidents beside a provider's deaths, and do they reach far enough?

Only when asked by name. They are a column of their own that a model may learn from, or a series of their own that is
forecast; they are never added to a provider's deaths. Too short a history is refused, and so are months that nobody
published: they would be read as quiet.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from bluehelm.geo.areas import area_of, inside
from bluehelm.language import _
from bluehelm.outlook.history import OutlookError
from bluehelm.outlook.models import MODELS, OWN_PAST
from bluehelm.store import Version
from bluehelm.tables import MISSION_INCIDENTS
from bluehelm.tables.months import months_between, views_id
from bluehelm.workflows.brief_mission import version_ref
from bluehelm.workflows.outlook_history import Observed, outlook_rules
from bluehelm.workflows.outlook_tables import Columns
from bluehelm.workflows.own_incidents import newest_of
from bluehelm.workflows.registry import area_definition, mission_registry

SOURCES = (MISSION_INCIDENTS.name,)
OWN = "own_incidents"
"""The column: incidents that the mission reported, verified and approved, in a unit and month."""


def with_source(home: Path, seen: Observed, source: str, model: str | None, *, known_on: date | None) -> Observed:
    """What was observed, with the mission's own incidents as a further column that models may learn from.

    OutlookError for a source that there is not, a model that looks at no further column, a history that is too short,
    months that are not known, and incidents that nobody can place in the units.
    """
    if model in OWN_PAST:
        others = ", ".join(name for name in MODELS if name not in OWN_PAST)
        raise OutlookError(
            [
                _(
                    "--source: {model} looks at nothing but past deaths; a further column needs {others}",
                    model=model,
                    others=others,
                )
            ]
        )
    version, rows, months = _found(home, seen.mission, source, seen.last_month, known_on)
    placed, unplaced = _placed(home, seen, rows)
    counted = placed.group_by("unit", "month").agg(pl.len().cast(pl.Int64).alias(OWN))
    every = pl.DataFrame({"unit": list(seen.units)}).join(pl.DataFrame({"month": months}), how="cross")
    known = every.join(counted, on=("unit", "month"), how="left").with_columns(pl.col(OWN).fill_null(0))
    return replace(
        seen,
        table=seen.table.join(known, on=("unit", "month"), how="left"),
        versions=(*seen.versions, version),
        further=(OWN,),
        further_notes=(
            (f"months of the mission's own incidents ({version.table} version {version.version}) are a further column "
             "that the model may learn from, never added to deaths", len(months)),
            *([("own incidents have no point in any of the units and are left out of that column", unplaced)]
              if unplaced else ()),
        ),
    )  # fmt: skip


def _found(
    home: Path, mission: str, source: str, until: str, known_on: date | None
) -> tuple[Version, pl.DataFrame, list[str]]:
    """The newest version that may be read, its rows with their months, and the months from its first to `until`."""
    if source not in SOURCES:
        raise OutlookError(
            [
                _(
                    "--source: there is no source {source!r}; there is: {sources}",
                    source=source,
                    sources=", ".join(SOURCES),
                )
            ]
        )
    found = newest_of(home, source, mission, known_on)
    if found is None:
        raise OutlookError(
            [_("--source: no version of {source} that you may see speaks of {mission}", source=source, mission=mission)]
        )
    version, rows = found
    rows = rows.with_columns(month=pl.col("date_start").dt.strftime("%Y-%m"))
    first, last = str(rows["month"].min()), str(rows["month"].max())
    fewest = outlook_rules().own_source_months
    named = _("{table} version {version}", table=source, version=version.version)
    if last < until:
        raise OutlookError(
            [
                _(
                    "--source: {named} ends in {last}, before {until}, the last month observed: later "
                    "months are not known",
                    named=named,
                    last=last,
                    until=until,
                )
            ]
        )
    months = months_between(first, until) if first <= until else []
    if unknown := sorted(set(months) & set(version.coverage.unknown_months)):
        listed = ", ".join(unknown)
        raise OutlookError(
            [_("--source: {named} knows nothing of {listed}: nobody looked", named=named, listed=listed)]
        )
    if len(months) < fewest:
        raise OutlookError(
            [
                _(
                    "--source: {named} has {number} months up to {until}; fewer than {fewest} are too "
                    "few to learn from",
                    named=named,
                    number=len(months),
                    until=until,
                    fewest=fewest,
                )
            ]
        )
    return version, rows.filter(pl.col("month") <= until), months


def _placed(home: Path, seen: Observed, rows: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """The incidents with the unit each belongs to, and how many lie in none of them."""
    if seen.unit_kind == "country":
        if len(seen.units) > 1:
            hosts = ", ".join(seen.units)
            raise OutlookError(
                [_("--source: {mission} has several hosts ({hosts}) and its incidents do not say which; "
"ask for --by cell or --by area", mission=seen.mission, hosts=hosts)]
            )  # fmt: skip
        return rows.with_columns(unit=pl.lit(next(iter(seen.units)))), 0
    pointed = rows.filter(pl.col("gid").is_not_null())
    if seen.unit_kind == "cell":
        lies = pointed.with_columns(unit=pl.col("gid").cast(pl.String)).filter(pl.col("unit").is_in(list(seen.units)))
        return lies, rows.height - lies.height
    lies = _in_areas(home, seen, pointed)
    return lies, rows.height - lies["event_id"].n_unique()


def _in_areas(home: Path, seen: Observed, pointed: pl.DataFrame) -> pl.DataFrame:
    entry = mission_registry(home).get(seen.mission)
    drawn = area_definition(home, entry) if entry else None
    latitude, longitude = pointed["latitude"].to_numpy(), pointed["longitude"].to_numpy()
    return pl.concat(
        pointed.filter(pl.Series(inside(latitude, longitude, area_of(area.polygons)), dtype=pl.Boolean)).with_columns(
            unit=pl.lit(area.name)
        )
        for area in (drawn.areas if drawn else ())
    )


# As a series of its own


@contextmanager
def own_series(home: Path, mission: str, source: str, origin: str) -> Iterator[tuple[Path, Columns, Version]]:
    """The mission's own incidents by month as a history to forecast from: a table, its columns, and the version."""
    version, rows, months = _found(home, mission, source, origin, None)
    counted = rows.group_by("month").agg(pl.len().cast(pl.Int64).alias(OWN))
    table = pl.DataFrame({"month": months}).join(counted, on="month", how="left").sort("month")
    whole = table.select(
        pl.lit(mission).alias("unit"),
        pl.col("month").map_elements(views_id, return_dtype=pl.Int64),
        pl.col(OWN).fill_null(0),
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{source}-{mission}-{version.version}.parquet"
        whole.write_parquet(path)
        yield path, Columns("unit", "month", OWN), version


def source_json(version: Version) -> dict[str, object]:
    """What an answer made from the mission's own incidents says of them."""
    ref = version_ref(version)
    return {
        "source": ref.table,
        "of": _("incidents that the mission reported, verified and approved; no provider's deaths are in it"),
        "marking": version.label.marking,
        "releasable_to": list(version.label.releasable_to),
        "versions": [
            {"table": ref.table, "version": ref.version, "sha256": ref.sha256, "retrieved": ref.retrieved.isoformat()}
        ],
    }
