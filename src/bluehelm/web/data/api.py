"""What do the pages of the data say to programs?"""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from bluehelm.web.data.answers import table_version_json, tables_json

router = Router()


@router.get("/tables/", url_name="tables", summary="Every version of every table")
def tables(request: HttpRequest) -> dict[str, Any]:
    """What `bluehelm tables --json` says."""
    return tables_json(request)


@router.get("/tables/{table}/{int:number}/", url_name="table", summary="One version of a table")
def table_version(request: HttpRequest, table: str, number: int) -> dict[str, Any]:
    """Its source, coverage and digest, and the rows set aside or flagged."""
    return table_version_json(request, table, number)
