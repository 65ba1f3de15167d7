"""Which estimates of presence may a reader see, and what do they say?

An estimate is a version of `presence_effects`; nothing is computed here.
"""

from typing import Any

import polars as pl
from django.http import HttpRequest

from bluehelm.store import Version
from bluehelm.store.version import version_json
from bluehelm.tables.presence_effects import PRESENCE_EFFECTS
from bluehelm.web.missions.shown import store_for, visible_versions

COMMAND = "bluehelm impact presence MISSION --outcome any --keep"
Row = dict[str, Any]


def kept_estimates(request: HttpRequest) -> list[dict[str, Any]]:
    """Every estimate, the newest first: its version, missions, outcome, rings and months."""
    return [_told(request, version) for version in reversed(visible_versions(request, PRESENCE_EFFECTS.name))]


def _told(request: HttpRequest, version: Version) -> dict[str, Any]:
    names = store_for(request).scan(version).select("missions", "outcome", "rings").head(1).collect().row(0)
    return {
        "version": version.version,
        "missions": names[0].split("|"),
        "outcome": names[1],
        "rings": names[2].split("|"),
        "first_month": version.coverage.first_month,
        "last_month": version.coverage.last_month,
        "made_on": version.retrieved.isoformat(),
        "synthetic": version.synthetic,
    }


def one_estimate(request: HttpRequest, number: int) -> dict[str, Any]:
    """An estimate with all its figures by part; StoreError where there is none that the reader may see."""
    store = store_for(request)
    version = store.version(PRESENCE_EFFECTS.name, number)
    rows = store.scan(version).sort("part", "entry").collect()
    parts = {part: _rows(rows, part) for part in sorted(rows["part"].unique())}
    return {**_told(request, version), "parts": parts, "source": version_json(version)}


def _rows(rows: pl.DataFrame, part: str) -> list[Row]:
    told = rows.filter(pl.col("part") == part).drop("missions", "outcome", "rings", "part")
    return [{name: value for name, value in row.items() if value is not None} for row in told.iter_rows(named=True)]
