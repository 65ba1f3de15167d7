"""What do the pages of the data say as JSON?

Where the command line gives an answer of the same name, this is the same object.
"""

from typing import Any

import polars as pl
from django.http import Http404, HttpRequest

from bluehelm.store.version import version_json
from bluehelm.tables import TABLES
from bluehelm.web.missions.shown import store_for, visible_versions


def tables_json(request: HttpRequest) -> dict[str, Any]:
    """Every table and every version of it."""
    tables = [{"table": name, "title": promise.title, "grain": promise.grain} for name, promise in TABLES.items()]
    versions = [version_json(version) for version in visible_versions(request)]
    return {"tables": tables, "versions": versions, "verified": False}


def table_version_json(request: HttpRequest, table: str, number: int) -> dict[str, Any]:
    """One version with the rows set aside and flagged; Http404 for a table there is none of, StoreError for a version."""
    if table not in TABLES:
        raise Http404
    store = store_for(request)
    version = store.version(table, number)
    set_aside, flagged = store.noted(version)
    return version_json(version) | {"rows_set_aside": _rows(set_aside), "rows_flagged": _rows(flagged)}


def _rows(noted: pl.DataFrame) -> list[dict[str, Any]]:
    return noted.sort("line").select("line", "column", "value", "reason").to_dicts()
