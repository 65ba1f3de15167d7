"""What do the pages of the data say as JSON?

Where the command line gives an answer of the same name, this is the same object.
"""

from typing import Any

import polars as pl
from django.http import Http404, HttpRequest

from bluehelm.store.version import version_json
from bluehelm.tables import TABLES
from bluehelm.web.data.coverage import Lane, lanes
from bluehelm.web.data.revisions import compared, revision_form
from bluehelm.web.missions.dates import AskedDates
from bluehelm.web.missions.shown import store_for, visible_versions
from bluehelm.workflows.quality import watch_json, watch_quality
from bluehelm.workflows.revisions import revision_json


def tables_json(request: HttpRequest) -> dict[str, Any]:
    """Every table and every version of it."""
    tables = [{"table": name, "title": promise.title, "grain": promise.grain} for name, promise in TABLES.items()]
    versions = [version_json(version) for version in visible_versions(request)]
    return {"tables": tables, "versions": versions, "verified": False}


def table_version_json(request: HttpRequest, table: str, number: int) -> dict[str, Any]:
    """One version with the rows set aside and flagged; Http404 for an unknown table, StoreError for a version."""
    if table not in TABLES:
        raise Http404
    store = store_for(request)
    version = store.version(table, number)
    set_aside, flagged = store.noted(version)
    return version_json(version) | {"rows_set_aside": _rows(set_aside), "rows_flagged": _rows(flagged)}


def _rows(noted: pl.DataFrame) -> list[dict[str, Any]]:
    return noted.sort("line").select("line", "column", "value", "reason").to_dicts()


def revisions_json(request: HttpRequest, table: str) -> dict[str, Any]:
    """What `bluehelm revisions TABLE A B --json` says."""
    form, _versions = revision_form(request, table)
    return revision_json(*compared(request, table, form))


def coverage_json(request: HttpRequest) -> dict[str, Any]:
    """Which provider speaks of which country in which months, table by table."""
    versions = visible_versions(request)
    return {"lanes": [_lane_json(lane) for table in TABLES for lane in lanes(versions, table)]}


def _lane_json(lane: Lane) -> dict[str, Any]:
    return {
        "table": lane.table,
        "provider": lane.provider,
        "synthetic": lane.synthetic,
        "iso3": lane.iso3,
        "versions": list(lane.versions),
        "covered": [{"from": first, "to": last} for first, last in lane.covered],
        "missing": [{"from": first, "to": last} for first, last in lane.missing],
    }


def quality_json(request: HttpRequest, dates: AskedDates) -> dict[str, Any]:
    """What `bluehelm quality --json` says."""
    return watch_json(watch_quality(store_for(request).home, as_of=dates.as_of, known_on=dates.known_on))
