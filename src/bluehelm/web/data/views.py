"""Which page answers which question about the data?"""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from bluehelm.language import called
from bluehelm.products.charts import DEATHS, EVENTS
from bluehelm.tables import TABLES
from bluehelm.web.data import presenters
from bluehelm.web.data.answers import quality_json
from bluehelm.web.data.coverage import Lane, axis, lanes
from bluehelm.web.data.revisions import CHANGES_LISTED, COMPARABLE, compared, largest_changes, revision_form, shifts
from bluehelm.web.missions.dates import asked_dates
from bluehelm.web.missions.drawn import picture_answer, shifts_picture
from bluehelm.web.missions.pictures import Shape
from bluehelm.web.missions.presenters import plain
from bluehelm.web.missions.refusals import page_refusals
from bluehelm.web.missions.shown import store_for, visible_versions


def data_tabs(here: str) -> dict[str, object]:
    """The pages over all data."""
    pages = [("versions", _("Versions")), ("coverage", _("Coverage")), ("quality", _("Quality"))]
    tabs = [(label, reverse(f"data:{name}"), name == here) for name, label in pages]
    return {"section": "data", "tabs": tabs, "label_of_tabs": _("Pages of the data")}


@require_safe
@page_refusals
def version_list(request: HttpRequest) -> HttpResponse:
    """Every version of every table."""
    versions = presenters.version_views(visible_versions(request))
    revised = [name for name in COMPARABLE if sum(version.table == name for version in versions) > 1]
    context = {"versions": versions, "revised": [(name, called(TABLES[name].title)) for name in revised]}
    return render(request, "data/version_list.html", data_tabs("versions") | context)


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


@require_safe
@page_refusals
def revisions(request: HttpRequest, table: str) -> HttpResponse:
    """What one version changed against another, and which figures move with it."""
    form, versions = revision_form(request, table)
    found, moved = compared(request, table, form) if form.is_valid() else (None, None)
    changed = found.revision.changed if found else ()
    bars, top = shifts(changed, found.revision.compared) if found else ([], 0)
    context = {
        "section": "data",
        "form": form,
        "table": table,
        "table_title": called(TABLES[table].title),
        "versions": versions,
        "revision": found,
        "rows": largest_changes(changed),
        "more": max(0, len(changed) - CHANGES_LISTED),
        "shifts": bars,
        "top": top,
        "moved": moved,
    }
    asked = "old" in request.GET or "new" in request.GET
    return render(request, "data/revisions.html", context, status=400 if form.errors and asked else 200)


@require_safe
@page_refusals
def revision_chart(request: HttpRequest, table: str, form: str) -> HttpResponse:
    """What changed by month as a picture that names both versions."""
    asked, _versions = revision_form(request, table)
    found, _moved = compared(request, table, asked)
    bars, top = shifts(found.revision.changed, found.revision.compared)
    shapes = [Shape(bar.x, bar.y, bar.width, bar.height, DEATHS if bar.more else EVENTS) for bar in bars]
    heading = _("Revisions of %(table)s") % {"table": called(TABLES[table].title)}
    picture = shifts_picture(heading, shapes, top, (found.old, found.new))
    return picture_answer(request, picture, f"{table}-{found.old.version}-{found.new.version}", form)


LANES_A_PAGE = 60


@require_safe
@page_refusals
def coverage(request: HttpRequest) -> HttpResponse:
    """Which provider speaks of which country in which month."""
    versions = visible_versions(request)
    tables = [name for name in TABLES if lanes(versions, name)]
    asked = request.GET.get("table", "")
    table = asked if asked in tables else next(iter(tables), "")
    every = lanes(versions, table)
    find, provider = request.GET.get("find", "").strip(), request.GET.get("provider", "")
    fitting = [lane for lane in every if _fits(lane, plain(find), provider)]
    months = axis(every)
    drawn = [(lane, [months.strip(run) for run in lane.covered]) for lane in fitting] if months else []
    address = reverse("data:coverage")
    context = {
        "choices": [(called(TABLES[name].title), f"{address}?table={name}", name == table) for name in tables],
        "table": table,
        "table_title": called(TABLES[table].title) if table else "",
        "pages": Paginator(drawn, LANES_A_PAGE).get_page(request.GET.get("page")),
        "axis": months,
        "years": [(year, 3 * x) for year, x in months.years] if months else [],
        "find": find,
        "provider": provider,
        "providers": sorted({lane.provider for lane in every}),
        "every": f"{address}?table={table}",
    }
    return render(request, "data/coverage.html", data_tabs("coverage") | context)


def _fits(lane: Lane, find: str, provider: str) -> bool:
    """A line that states no limit of countries speaks of any that is asked for."""
    named = lane.iso3 is None or find in plain(lane.country) or find == lane.iso3.casefold()
    return named and provider in ("", lane.provider)


SEVERITIES = {
    "critical": (gettext_lazy("critical"), "wrong"),
    "high": (gettext_lazy("high"), "wrong"),
    "medium": (gettext_lazy("medium"), "care"),
    "low": (gettext_lazy("low"), "note"),
}


@require_safe
@page_refusals
def quality(request: HttpRequest) -> HttpResponse:
    """What in the data needs a look."""
    dates = asked_dates(request)
    answer = quality_json(request, dates)
    severity = request.GET.get("severity", "")
    context = {
        "form": dates.form,
        "answer": answer,
        "shown": [
            (finding, *SEVERITIES[finding["severity"]])
            for finding in answer["findings"]
            if severity in ("", finding["severity"])
        ],
        "severity": severity,
        "severities": [(name, label) for name, (label, _tone) in SEVERITIES.items()],
    }
    status = 200 if dates.readable else 400
    return render(request, "data/quality.html", data_tabs("quality") | context, status=status)
