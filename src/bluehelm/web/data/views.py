"""Which page answers which question about the data?"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bluehelm.tables import TABLES
from bluehelm.web.data import presenters
from bluehelm.web.missions.refusals import page_refusals
from bluehelm.web.missions.shown import store_for, visible_versions


@require_safe
@page_refusals
def version_list(request: HttpRequest) -> HttpResponse:
    """Every version of every table."""
    versions = presenters.version_views(visible_versions(request))
    return render(request, "data/version_list.html", {"section": "data", "versions": versions})


@require_safe
@page_refusals
def version_page(request: HttpRequest, table: str, number: int) -> HttpResponse:
    """One version: where it came from, what it covers and what was wrong in it."""
    if table not in TABLES:
        raise Http404
    store = store_for(request)
    version = store.version(table, number)
    context = {
        "section": "data",
        "version": presenters.VersionView(version),
        "groups": presenters.reason_groups(version, *store.noted(version)),
        "page_is_synthetic": version.synthetic,
    }
    return render(request, "data/version.html", context)
