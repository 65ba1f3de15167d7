"""Which page answers which request?

A view chooses, a presenter shapes, a template lays out. Nothing here changes anything.
"""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import etag, require_safe

from bluehelm.products.brief import Brief, brief_json
from bluehelm.products.maps import map_layers
from bluehelm.store import Store, Version
from bluehelm.tables import TABLES
from bluehelm.web.missions import presenters
from bluehelm.web.missions.borders import borders_etag, borders_json
from bluehelm.web.missions.dates import AskedDates, asked_dates
from bluehelm.web.missions.presenters import MissionRow
from bluehelm.web.missions.refusals import Refusal, json_refusal, json_refusals, page_refusals
from bluehelm.workflows.borders import NAMES, border_layer, lines_with_disputes
from bluehelm.workflows.brief_mission import UnknownMissionError, brief_mission
from bluehelm.workflows.brief_page import areas_of, page_of
from bluehelm.workflows.clock import today
from bluehelm.workflows.registry import mission_registry

SHOWN: dict[str, Callable[[MissionRow], bool]] = {
    "all": lambda row: True,
    "active": lambda row: row.active,
    "data": lambda row: row.has_data,
}


@require_safe
@page_refusals
def mission_list(request: HttpRequest) -> HttpResponse:
    """All missions, or those that the reader's words and choice leave; the page's script can show the others again."""
    every = presenters.mission_rows(settings.BLUEHELM_HOME, today())
    asked = request.GET.get("show", "all")
    shown = asked if asked in SHOWN else "all"
    find = request.GET.get("find", "").strip()
    rows = [(row, row.mentions(find)) for row in every if SHOWN[shown](row)]
    context = {
        "section": "missions",
        "rows": rows,
        "fitting": sum(fits for _, fits in rows),
        "shown": shown,
        "find": find,
        "counts": {name: sum(map(chosen, every)) for name, chosen in SHOWN.items()},
        "sources": newest_versions(),
    }
    return render(request, "missions/mission_list.html", context)


def newest_versions() -> list[Version]:
    """The newest version of every table, real and synthetic."""
    store = Store(settings.BLUEHELM_HOME)
    found = [store.latest(table, synthetic=synthetic) for table in TABLES for synthetic in (False, True)]
    return [version for version in found if version]


@require_safe
@page_refusals
def mission_page(request: HttpRequest, mission: str) -> HttpResponse:
    """What happened in a mission's area, and where its people stood, up to a day."""
    dates = asked_dates(request)
    brief = _brief(mission, dates)
    entry = mission_registry(settings.BLUEHELM_HOME).get(mission)
    if entry is None:
        raise UnknownMissionError(mission, [])
    context = {
        "section": "missions",
        "page": presenters.mission_page(brief, entry),
        "dates": dates,
        "page_is_synthetic": brief.synthetic,
    }
    return render(request, "missions/mission.html", context, status=200 if dates.readable else 400)


def _brief(mission: str, dates: AskedDates) -> Brief:
    return brief_mission(settings.BLUEHELM_HOME, mission, as_of=dates.as_of, known_on=dates.known_on)


def _readable_dates(view: Callable[[HttpRequest, str, AskedDates], HttpResponse]) -> Callable[..., HttpResponse]:
    """A JSON view that refuses dates it cannot read: a program must not get figures it did not ask for."""

    @wraps(view)
    def answered(request: HttpRequest, mission: str) -> HttpResponse:
        dates = asked_dates(request)
        if dates.readable:
            return view(request, mission, dates)
        problems = [f"{name}: {text}" for name, texts in dates.form.errors.items() for text in texts]
        next_step = _("Write dates as year-month-day, for example as_of=2017-12-31.")
        return json_refusal(Refusal(400, "bad_date", _("A date could not be used."), request.path, next_step, problems))

    return answered


@require_safe
@json_refusals
@_readable_dates
def brief_data(request: HttpRequest, mission: str, dates: AskedDates) -> HttpResponse:
    """The brief as the command line gives it."""
    return JsonResponse(brief_json(_brief(mission, dates)))


@require_safe
@json_refusals
@_readable_dates
def map_data(request: HttpRequest, mission: str, dates: AskedDates) -> HttpResponse:
    """The layers of the mission's map as GeoJSON."""
    home, brief = settings.BLUEHELM_HOME, _brief(mission, dates)
    countries, lines = border_layer(home, "countries"), lines_with_disputes(home)
    return JsonResponse(map_layers(brief, areas_of(home, brief), countries, lines))


@require_safe
@json_refusals
@_readable_dates
def brief_document(request: HttpRequest, mission: str, dates: AskedDates) -> HttpResponse:
    """The brief as one HTML file to keep, print or mail."""
    brief = _brief(mission, dates)
    name = f"{brief.mission.replace(' ', '-')}-{brief.as_of}.html"
    return HttpResponse(
        page_of(settings.BLUEHELM_HOME, brief), headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@require_safe
@page_refusals
def version_list(request: HttpRequest) -> HttpResponse:
    """Every version of every table."""
    versions = presenters.version_views(Store(settings.BLUEHELM_HOME).versions())
    return render(request, "missions/version_list.html", {"section": "tables", "versions": versions})


@require_safe
@page_refusals
def version_page(request: HttpRequest, table: str, number: int) -> HttpResponse:
    """One version: where it came from, what it covers and what was wrong in it."""
    if table not in TABLES:
        raise Http404
    store = Store(settings.BLUEHELM_HOME)
    version = store.version(table, number)
    context = {
        "section": "tables",
        "version": presenters.VersionView(version),
        "groups": presenters.reason_groups(version, *store.noted(version)),
        "page_is_synthetic": version.synthetic,
    }
    return render(request, "missions/version.html", context)


def _etag(request: HttpRequest, kind: str) -> str | None:
    return borders_etag(settings.BLUEHELM_HOME, kind) if kind in NAMES else None


@require_safe
@cache_control(public=True, max_age=0)
@etag(_etag)
def borders_data(request: HttpRequest, kind: str) -> HttpResponse:
    """Country polygons or boundary lines, the data folder's own included."""
    if kind not in NAMES:
        raise Http404
    return HttpResponse(borders_json(settings.BLUEHELM_HOME, kind), content_type="application/geo+json")
