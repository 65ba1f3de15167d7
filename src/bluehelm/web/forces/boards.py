"""Which page answers where units stand, what nobody can do, whom to visit, what was announced, and what is short?"""

from dataclasses import asdict
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bluehelm.definitions.force_generation import packaged_pipeline, packaged_visits
from bluehelm.definitions.forces import packaged_matching, packaged_readiness
from bluehelm.disclosure import Marking
from bluehelm.forces.visits import Trip
from bluehelm.language import called
from bluehelm.products.brief_pdf import has_documents
from bluehelm.products.gap_list_pdf import gap_list_pdf
from bluehelm.web.audit.reads import append_read
from bluehelm.web.forces import deeds, presenters, reads, runs
from bluehelm.web.forces.exchange import as_csv, ladder, sha256_of
from bluehelm.web.forces.models import Caveat
from bluehelm.web.forces.pages import columns_of
from bluehelm.web.forces.views import A_PAGE, base, note_read, token_counts
from bluehelm.web.posts.acting import Actor
from bluehelm.web.posts.views import actor_from, signed_in
from bluehelm.workflows.clock import today

DONE_SHOWN = 20


def generates_forces(actor: Actor) -> bool:
    """Whether the actor sees sums over all contributors: they would tell one state of another."""
    return actor.may("decide", "pledge") and actor.may("read", "caveat")


def _or_404(actor: Actor) -> None:
    if not generates_forces(actor):
        raise Http404


# The pipeline


@signed_in
@require_safe
def pipeline_page(request: HttpRequest) -> HttpResponse:
    """The open cases by stage: how long, who holds the pen, what is stuck."""
    actor, mission = actor_from(request), request.GET.get("mission", "")[:60]
    board = reads.board(actor, today(), mission)
    note_read(actor, board.cases.values())
    arrived = list(reads.case_list(actor, state="arrived").order_by("-ended_on")[:DONE_SHOWN])
    note_read(actor, arrived)
    context = {
        **base(request, "pipeline"),
        "columns": columns_of(board),
        "idle": [board.cases[one.unit] for one in board.places if one.is_idle],
        "number": len(board.cases),
        "arrived": arrived,
        "mission": mission,
        "missions": sorted({case.requirement.mission for case in reads.case_list(actor, state="open")}),
        "may_make": deeds.may_make(actor, "case"),
        "rules": packaged_pipeline(),
        "titles": reads.stage_titles(),
    }
    return render(request, "forces/pipeline.html", context)


@require_safe
@token_counts("pledge")
def pipeline_json(request: HttpRequest) -> HttpResponse:
    """The same as JSON."""
    actor = actor_from(request)
    board = reads.board(actor, today(), request.GET.get("mission", "")[:60])
    note_read(actor, board.cases.values())
    return JsonResponse(
        {
            "as_of": today().isoformat(),
            "cases": [presenters.case_json(one) for one in board.cases.values()],
            "waits": [
                asdict(wait) | {"since": wait.since.isoformat(), "is_stuck": wait.is_stuck}
                for unit in board.places
                for wait in unit.waits
            ],
            "stages": [asdict(one) for one in board.times],
            "rules": _rules(packaged_pipeline()),
            "versions": [],
        }
    )


# Caveats


@signed_in
@require_safe
def caveats_page(request: HttpRequest) -> HttpResponse:
    """What nobody can do in a mission for the limits its units have, and the files of undeclared ones."""
    actor = actor_from(request)
    if not (actor.may("read", "caveat") or actor.may("read", "undeclared_caveat")):
        raise Http404
    files = reads.undeclared_list(actor)
    note_read(actor, files)
    missions = reads.missions_asking(actor) if actor.may("read", "caveat") else []
    mission = request.GET.get("mission", "")
    mission = mission if mission in missions else _busiest(actor, missions)
    with_open = request.GET.get("with") == "open"
    found = reads.coverage(actor, mission, today(), with_open) if mission else None
    register = Paginator(_register(actor), A_PAGE).get_page(request.GET.get("page"))
    note_read(actor, list(register))
    context = {
        **base(request, "caveats"),
        "files": files,
        "may_open_file": deeds.may_make(actor, "undeclared"),
        "sees_files": actor.may("read", "undeclared_caveat"),
        "coverage": found,
        "matrix": _matrix(found) if found else [],
        "mission": mission,
        "missions": missions,
        "with_open": with_open,
        "page": register,
        "is_state": not generates_forces(actor),
    }
    return render(request, "forces/caveats.html", context)


def _busiest(actor: Actor, missions: list[str]) -> str:
    """The mission with most units in place, the first of equals; empty where none asks for anything."""
    serving = [case.requirement.mission for case in reads.case_list(actor, state="arrived")]
    return max(missions, key=lambda name: (serving.count(name), -missions.index(name)), default="")


def _register(actor: Actor) -> Any:
    holds = reads.shown(Caveat, actor).filter(lifted_on=None, pledge__withdrawn_on=None)
    return holds.select_related("pledge__contributor", "releasable_to").order_by("pledge__code", "number")


def _matrix(found: reads.Coverage) -> list[tuple[str, tuple[str, ...], list[tuple[str, str]]]]:
    """A row an area: its units, and for each task the tone and the words of its cell."""
    return [(area, found.units[area], [_cell(found, area, task) for task in found.tasks]) for area in found.areas]


def _cell(found: reads.Coverage, area: str, task: str) -> tuple[str, str]:
    gap = found.uncovered.get((area, task))
    if not found.units[area]:
        return "none", _("no unit")
    if gap is None:
        return "good", _("at all hours")
    return ("wrong" if len(gap.hours) == 24 else "care"), presenters.hours_words(gap.hours)


@require_safe
@token_counts("caveat")
def caveats_json(request: HttpRequest) -> HttpResponse:
    """The same as JSON."""
    actor = actor_from(request)
    if not (actor.may("read", "caveat") or actor.may("read", "undeclared_caveat")):
        raise Http404
    mission = request.GET.get("mission", "")
    known = actor.may("read", "caveat") and mission in reads.missions_asking(actor)
    found = reads.coverage(actor, mission, today(), request.GET.get("with") == "open") if known else None
    register, files = list(_register(actor)), reads.undeclared_list(actor)
    note_read(actor, [*register, *files])
    return JsonResponse(
        {
            "as_of": today().isoformat(),
            "mission": found.mission if found else None,
            "uncovered": [asdict(one) for one in found.uncovered.values()] if found else [],
            "units": found.units if found else {},
            "declared": [{"pledge": one.pledge.code, **presenters.caveat_json(one)} for one in register],
            "undeclared": [presenters.undeclared_json(one) for one in files],
            "versions": [],
        }
    )


# Visits


@signed_in
@require_safe
def visits_page(request: HttpRequest) -> HttpResponse:
    """Whom to visit next and why, the visits ahead, and those made."""
    actor = actor_from(request)
    budget, wrong = _budget(request.GET.get("budget", ""))
    trips = reads.visit_plan(actor, today(), budget) if generates_forces(actor) else []
    ahead = list(reads.visits_ahead(actor, today()))
    made = Paginator(reads.visits_made(actor), A_PAGE).get_page(request.GET.get("page"))
    note_read(actor, [*ahead, *made])
    context = {
        **base(request, "visits"),
        "plans": generates_forces(actor),
        "trips": trips,
        "names": reads.contributor_names(actor),
        "budget": request.GET.get("budget", ""),
        "problems": [wrong] if wrong else [],
        "ahead": ahead,
        "page": made,
        "checklists": {one.name: called(one.title) for one in packaged_visits().checklists},
        "may_make": deeds.may_make(actor, "visit"),
        "rules": packaged_visits(),
    }
    return render(request, "forces/visits.html", context, status=400 if wrong else 200)


def _budget(text: str) -> tuple[Decimal | None, str]:
    try:
        budget = Decimal(text.replace(",", "")) if text.strip() else None
    except InvalidOperation:
        return None, _("A budget is an amount, such as 250000.")
    if budget is not None and not (budget.is_finite() and budget >= 0):
        return None, _("A budget is an amount, such as 250000.")
    return budget, ""


@require_safe
@token_counts("pledge")
def visits_json(request: HttpRequest) -> HttpResponse:
    """The same as JSON."""
    actor = actor_from(request)
    budget, _wrong = _budget(request.GET.get("budget", ""))
    trips = reads.visit_plan(actor, today(), budget) if generates_forces(actor) else []
    ahead, made = list(reads.visits_ahead(actor, today())), list(reads.visits_made(actor))
    note_read(actor, [*ahead, *made])
    return JsonResponse(
        {
            "as_of": today().isoformat(),
            "plan": [_trip_json(trip) for trip in trips],
            "ahead": [presenters.visit_json(one) for one in ahead],
            "made": [presenters.visit_json(one) for one in made],
            "rules": _rules(packaged_visits()),
            "versions": [],
        }
    )


def _trip_json(trip: Trip) -> dict[str, Any]:
    return asdict(trip) | {"cost": None if trip.cost is None else f"{trip.cost:.2f}"}


# Ministerials


@signed_in
@require_safe
def ministerials_page(request: HttpRequest) -> HttpResponse:
    """What became of what was announced; each funnel adds up to the list below it."""
    actor = actor_from(request)
    found = reads.announcements(actor, today())
    note_read(actor, [one for each in found for one in each.pledges])
    context = {**base(request, "ministerials"), "found": found, "may_make": deeds.may_make(actor, "ministerial")}
    return render(request, "forces/ministerials.html", context)


@require_safe
@token_counts("pledge")
def ministerials_json(request: HttpRequest) -> HttpResponse:
    """The same as JSON."""
    actor = actor_from(request)
    found = reads.announcements(actor, today())
    note_read(actor, [one for each in found for one in each.pledges])
    listed = [
        {
            "ministerial": each.ministerial,
            "funnel": asdict(each.funnel),
            "pledges": [presenters.ministerial_json(one) for one in each.pledges],
        }
        for each in found
    ]
    return JsonResponse({"as_of": today().isoformat(), "ministerials": listed, "versions": []})


# The gap list


def _at_least(request: HttpRequest) -> str:
    asked = request.GET.get("level", "")
    return asked if asked in ladder() else ladder()[1]


def gap_answer(actor: Actor, at_least: str, on: date) -> dict[str, Any]:
    """The answer of `forces gaps` for the records that the actor may read."""
    found = reads.gap_list(actor, on, at_least)
    files = runs.files_of(found.requirements, found.pledges, {})
    if actor.account:  # sums over everything: one entry for the list, and none for each record
        append_read(
            kind="pledge", keys=["gap list"], by=actor.account, post=actor.post_code, marking=Marking.CONFIDENTIAL.value
        )
    return {
        "as_of": on.isoformat(),
        "at_least": at_least,
        "levels": list(ladder()),
        "gaps": [asdict(one) | {"open": one.open} for one in found.gaps],
        "not_considered": list(packaged_matching().not_considered),
        "inputs": [{"name": name, "sha256": sha256_of(files[name])} for name in ("requirements.csv", "pledges.csv")],
        "rules": _rules(packaged_readiness()),
    }


def _gaps(request: HttpRequest) -> dict[str, Any]:
    actor = actor_from(request)
    _or_404(actor)
    return gap_answer(actor, _at_least(request), today())


@signed_in
@require_safe
def gaps_page(request: HttpRequest) -> HttpResponse:
    """Need minus available minus deployed, by capability; for donors."""
    answer = _gaps(request)
    context = {
        **base(request, "gaps"),
        "answer": answer,
        "gaps": [
            (
                one,
                [one["available"][name] for name in ladder()],
                [(n, of) for of in ladder() if (n := one["needed_at"][of])],
            )
            for one in answer["gaps"]
        ],
        "short": sum(one["gap"] for one in answer["gaps"]),
        "has_pdf": has_documents(),
    }
    return render(request, "forces/gaps.html", context)


@require_safe
@token_counts("pledge")
def gaps_json(request: HttpRequest) -> HttpResponse:
    """The same as JSON, as `forces gaps --json` prints it."""
    return JsonResponse(_gaps(request) | {"versions": []})


@signed_in
@require_safe
def gaps_csv(request: HttpRequest) -> HttpResponse:
    """The same as CSV."""
    answer = _gaps(request)
    columns = ("capability", "needed", "deployed", *ladder(), "gap", "needed_strength", "available_strength",
               "strength_gap", "counted_from_level", "as_of", "gap_at_own_level", "deployed_strength",
               *(f"needed_at_{name}" for name in ladder()))  # fmt: skip
    rows = [
        [one["capability"], one["needed"], one["deployed"], *(one["available"][name] for name in ladder()), one["gap"],
         one["needed_strength"], one["available_strength"], one["strength_gap"], answer["at_least"], answer["as_of"],
         one["gap_at_own_level"], one["deployed_strength"], *(one["needed_at"][name] for name in ladder())]
        for one in answer["gaps"]
    ]  # fmt: skip
    text = as_csv(columns, [[f"{value}" for value in row] for row in rows])
    return _download(text.encode(), "text/csv; charset=utf-8", f"gaps-{answer['as_of']}.csv")


@signed_in
@require_safe
def gaps_pdf(request: HttpRequest) -> HttpResponse:
    """The same on paper; there is none where the extra that typesets it is not installed."""
    answer = _gaps(request)
    if not has_documents():
        raise Http404
    return _download(gap_list_pdf(answer), "application/pdf", f"gaps-{answer['as_of']}.pdf")


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _rules(rules: Any) -> dict[str, str]:
    return {"title": rules.title, "valid_from": rules.valid_from.isoformat(), "status": rules.status}


# Unit cards


@signed_in
@require_safe
def cards_page(request: HttpRequest) -> HttpResponse:
    """The cards the reader may read, in the order of their units; nothing ranks them."""
    actor = actor_from(request)
    page = Paginator(reads.card_list(actor), A_PAGE).get_page(request.GET.get("page"))
    note_read(actor, list(page))
    context = {**base(request, "cards"), "page": page, "may_make": deeds.may_make(actor, "card")}
    return render(request, "forces/card_list.html", context)


@require_safe
@token_counts("pledge")
def cards_json(request: HttpRequest) -> HttpResponse:
    """The same as JSON, each card as its page tells it."""
    actor = actor_from(request)
    found = list(reads.card_list(actor).prefetch_related("functions", "pledge__equipment"))
    note_read(actor, found)
    return JsonResponse({"cards": [presenters.card_json(one) for one in found], "versions": []})
