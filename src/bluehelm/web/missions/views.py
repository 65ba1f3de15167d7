"""Which page answers which request?

A view chooses, a presenter shapes, a template lays out. Nothing here changes anything.
"""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import etag, require_safe

from bluehelm.products.brief import Brief, brief_json
from bluehelm.products.brief_docx import has_word
from bluehelm.products.brief_pdf import has_documents
from bluehelm.products.extras import MissingExtraError
from bluehelm.products.pictures import chart_png, chart_svg
from bluehelm.store import Version
from bluehelm.tables import TABLES
from bluehelm.web.missions import presenters
from bluehelm.web.missions.answers import map_json
from bluehelm.web.missions.borders import borders_etag, borders_json
from bluehelm.web.missions.comparison import ComparisonForm, comparison
from bluehelm.web.missions.dates import AskedDates, asked_dates, readable_dates
from bluehelm.web.missions.drawn import comparison_picture, kept_as, missing_extra, picture_answer, tempo_picture
from bluehelm.web.missions.presenters import MissionRow, chart_words
from bluehelm.web.missions.refusals import Refusal, RefusedError, json_refusals, page_refusals
from bluehelm.web.missions.shown import brief_for, store_for
from bluehelm.web.missions.situation import situation_answer, situation_page
from bluehelm.web.missions.time import ages, time_control
from bluehelm.workflows.borders import NAMES
from bluehelm.workflows.brief_mission import UnknownMissionError
from bluehelm.workflows.brief_page import page_of, pdf_of, word_of
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
    every = presenters.mission_rows(store_for(request), today())
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
        "sources": newest_versions(request),
    }
    return render(request, "missions/mission_list.html", context)


def newest_versions(request: HttpRequest) -> list[Version]:
    """The newest version of every table, real and synthetic."""
    store = store_for(request)
    found = [store.latest(table, synthetic=synthetic) for table in TABLES for synthetic in (False, True)]
    return [version for version in found if version]


@require_safe
@page_refusals
def mission_page(request: HttpRequest, mission: str) -> HttpResponse:
    """What happened in a mission's area, and where its people stood, up to a day."""
    dates = asked_dates(request)
    brief = brief_for(request, mission, dates)
    entry = mission_registry(store_for(request).home).get(mission)
    if entry is None:
        raise UnknownMissionError(mission, [])
    context = {
        "section": "missions",
        "page": presenters.mission_page(brief, entry),
        "dates": dates,
        "time": time_control(brief, dates),
        "ages": ages(brief),
        "has_pdf": has_documents(),
        "has_word": has_word(),
        "tabs": mission_tabs(brief.mission, dates, "mission"),
        "label_of_tabs": _("Pages of the mission"),
        "page_is_synthetic": brief.synthetic,
    }
    return render(request, "missions/mission.html", context, status=200 if dates.readable else 400)


@require_safe
@page_refusals
def situation(request: HttpRequest, mission: str) -> HttpResponse:
    """The last days beside the mission's own past, where more happened than usual, and how near to its bases."""
    dates = asked_dates(request)
    answer = situation_answer(request, mission, dates)
    context = {
        "section": "missions",
        "dates": dates,
        "tabs": mission_tabs(answer["mission"], dates, "situation"),
        "label_of_tabs": _("Pages of the mission"),
        "page_is_synthetic": answer["synthetic"],
        **situation_page(answer),
    }
    return render(request, "missions/situation.html", context, status=200 if dates.readable else 400)


def mission_tabs(mission: str, dates: AskedDates, here: str) -> list[tuple[str, str, bool]]:
    """The pages of one mission, with the same dates."""
    pages = [("mission", _("Figures and map")), ("situation", _("Situation"))]
    return [(label, reverse(f"missions:{name}", args=[mission]) + dates.query, name == here) for name, label in pages]


@require_safe
@page_refusals
def compare_page(request: HttpRequest) -> HttpResponse:
    """Two missions, or two periods of one, side by side."""
    form = ComparisonForm(request.GET) if "mission" in request.GET else ComparisonForm()
    compared = comparison(request, form) if form.is_bound and form.is_valid() else None
    context = {
        "section": "missions",
        "form": form,
        "compared": compared,
        "missions": [entry.mission for entry in mission_registry(store_for(request).home).missions],
        "page_is_synthetic": all(side.brief.synthetic for side in compared.sides) if compared else None,
    }
    return render(request, "missions/compare.html", context, status=400 if form.errors else 200)


@require_safe
@json_refusals
def brief_data(request: HttpRequest, mission: str) -> HttpResponse:
    """The brief as the command line gives it."""
    return JsonResponse(brief_json(brief_for(request, mission, readable_dates(request))))


@require_safe
@json_refusals
def map_data(request: HttpRequest, mission: str) -> HttpResponse:
    """The layers of the mission's map as GeoJSON."""
    return JsonResponse(map_json(request, brief_for(request, mission, readable_dates(request), with_own=False)))


PAPERS: dict[str, tuple[Callable[[Path, Brief], str | bytes], str]] = {
    "html": (page_of, "text/html; charset=utf-8"),
    "pdf": (pdf_of, "application/pdf"),
    "docx": (word_of, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}


@require_safe
@json_refusals
def brief_document(request: HttpRequest, mission: str, form: str) -> HttpResponse:
    """The brief as one file to keep, print or mail."""
    brief = brief_for(request, mission, readable_dates(request))
    made, content_type = PAPERS[form]
    try:
        paper = made(store_for(request).home, brief)
    except MissingExtraError as error:
        raise missing_extra(request, error) from error
    return kept_as(HttpResponse(paper, content_type=content_type), f"{brief.mission}-{brief.as_of}.{form}")


PICTURES = {"svg": (chart_svg, "image/svg+xml"), "png": (chart_png, "image/png")}


@require_safe
@page_refusals
def chart_picture(request: HttpRequest, mission: str, form: str) -> HttpResponse:
    """The chart by month as a picture that names its sources."""
    brief = brief_for(request, mission, readable_dates(request), with_own=False)
    draw, content_type = PICTURES[form]
    try:
        picture = draw(brief, chart_words())
    except MissingExtraError as error:
        raise missing_extra(request, error) from error
    if picture is None:
        what = _("The mission has no figures by month to draw.")
        raise RefusedError(Refusal(404, "no_chart", what, request.path, _("Choose other dates.")))
    return kept_as(HttpResponse(picture, content_type=content_type), f"{brief.mission}-chart-{brief.as_of}.{form}")


@require_safe
@page_refusals
def comparison_chart(request: HttpRequest, form: str) -> HttpResponse:
    """The bars of a comparison as a picture that names its sources."""
    picture = comparison_picture(comparison(request, ComparisonForm(request.GET)))
    return picture_answer(request, picture, "comparison", form)


@require_safe
@page_refusals
def tempo_chart(request: HttpRequest, mission: str, form: str) -> HttpResponse:
    """The tempo as a picture that names its sources."""
    dates = readable_dates(request)
    answer = situation_answer(request, mission, dates)
    picture = tempo_picture(answer)
    if picture is None:
        what = _("The tempo is unknown: too little of the mission's own past is covered.")
        raise RefusedError(Refusal(404, "no_chart", what, request.path, _("Choose other dates.")))
    return picture_answer(request, picture, f"{answer['mission']}-tempo-{dates.as_of}", form)


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
