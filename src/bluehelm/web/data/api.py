"""What do the pages of the data say to programs?"""

from typing import Any

from django.http import FileResponse, HttpRequest
from ninja import Router

from bluehelm.web.data.answers import (
    coverage_json,
    quality_json,
    revisions_json,
    table_version_json,
    tables_json,
)
from bluehelm.web.data.rows import rows_file
from bluehelm.web.missions.api import AsOf, KnownOn
from bluehelm.web.missions.dates import readable_dates

router = Router()


@router.get("/tables/", url_name="tables", summary="Every version of every table")
def tables(request: HttpRequest) -> dict[str, Any]:
    """What `bluehelm tables --json` says."""
    return tables_json(request)


@router.get("/tables/{table}/{int:number}/", url_name="table", summary="One version of a table")
def table_version(request: HttpRequest, table: str, number: int) -> dict[str, Any]:
    """Its source, coverage and digest, and the rows set aside or flagged."""
    return table_version_json(request, table, number)


@router.get("/tables/{table}/{int:number}/rows.{str:form}", url_name="table-rows", summary="The rows of a version")
def table_rows(request: HttpRequest, table: str, number: int, form: str) -> FileResponse:
    """A file, csv or parquet, as `bluehelm export` writes it; 403 where the rows are persons."""
    return rows_file(request, table, number, form)


@router.get("/tables/{table}/revisions/", url_name="revisions", summary="What one version changed against another")
def table_revisions(
    request: HttpRequest, table: str, old: int | None = None, new: int | None = None, mission: str = "", as_of: str = ""
) -> dict[str, Any]:
    """What `bluehelm revisions TABLE A B --json` says; the two newest of one provider when none are named."""
    return revisions_json(request, table)


@router.get("/coverage/", url_name="coverage", summary="Which provider covers which country in which months")
def coverage(request: HttpRequest) -> dict[str, Any]:
    """Null for the country where a provider states no limit."""
    return coverage_json(request)


@router.get("/quality/", url_name="quality", summary="What in the data needs a look")
def quality(request: HttpRequest, as_of: AsOf = "", known_on: KnownOn = "") -> dict[str, Any]:
    """What `bluehelm quality --json` says."""
    return quality_json(request, readable_dates(request))
