"""Which page shows a plan, its indicators, its changes and who reports what?"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bluehelm.definitions.rights import LEVELS
from bluehelm.plans.differences import Difference, differences
from bluehelm.tables.months import MONTH
from bluehelm.web.missions.refusals import refused_on
from bluehelm.web.plans import actions, presenters, reads
from bluehelm.web.plans.forms import CloseForm, CorrectForm, PlanForm, RoundForm, ValueForm
from bluehelm.web.plans.limits import gaps_of
from bluehelm.web.plans.models import IndicatorValue, PlanVersion, Round
from bluehelm.web.plans.reads import Line
from bluehelm.web.plans.used import reports_of
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.marked import ChangedMeanwhileError
from bluehelm.web.posts.views import actor_from, signed_in
from bluehelm.workflows.clock import today
from bluehelm.workflows.compute_plan import rows_behind
from bluehelm.workflows.mission_events import UnknownMissionError

SECTION = {"section": "plans"}
MOST_ROWS = 200


def _plans(actor: Actor) -> list[PlanVersion]:
    """The newest version of each mission's plan that the actor may read."""
    newest: dict[str, PlanVersion] = {}
    for version in PlanVersion.objects.readable_by(actor).select_related("releasable_to", "post"):
        newest.setdefault(version.mission, version)
    return list(newest.values())


def own_mission(actor: Actor) -> str:
    return actor.post.mission if actor.post and not actor.viewing else ""


def version_or_404(actor: Actor, mission: str, asked: str = "") -> PlanVersion:
    """The version asked for, the newest where none is; a page that does not exist where it may not be read."""
    versions = reads.versions_of(mission, actor)
    found = next((one for one in versions if not asked or str(one.number) == asked), None)
    if found is None:
        raise Http404
    return found


def tabs_of(version: PlanVersion, actor: Actor, here: str) -> list[tuple[str, str, bool]]:
    """The pages of one plan: label, address, and whether it is this one."""
    ways = [
        ("plan", _("The plan")),
        ("dashboard", _("Dashboard")),
        ("picture", _("Picture")),
        ("reports", _("Who reports what")),
        ("papers", _("Papers")),
        ("changes", _("What changed")),
    ]
    if len(reads.framework_of(version).missions) > 1:
        ways.append(("together", _("Missions together")))
    return [(label, reverse(f"plans:{name}", args=[version.mission]), name == here) for name, label in ways]


@signed_in
@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    """The plans that may be read, and where a mission without one begins."""
    actor = actor_from(request)
    plans = _plans(actor)
    mission = own_mission(actor)
    may_begin = bool(mission) and actor.may("create", "plan") and mission not in {one.mission for one in plans}
    return render(
        request, "plans/plan_list.html", {**SECTION, "plans": plans, "mission": mission, "may_begin": may_begin}
    )


@signed_in
@require_safe
def plan_list_json(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"plans": [presenters.version_json(one) for one in _plans(actor_from(request))]})


@signed_in
@require_safe
def plan(request: HttpRequest, mission: str) -> HttpResponse:
    """The plan as a tree, each indicator with its last value, target, trend and what is missing."""
    actor = actor_from(request)
    version = version_or_404(actor, mission, request.GET.get("version", ""))
    lines = reads.lines_of(version, actor, today())
    framework = reads.framework_as_read(version, actor)
    may_change = own_mission(actor) == mission and actor.may("create", "plan", version.marking)
    found = [*presenters.problems_of(version), *(reads.owners_without_post_of(version) if may_change else ())]
    context = {
        **SECTION,
        "version": version,
        "level": LEVELS[version.marking],
        "versions": reads.versions_of(mission, actor),
        "framework": framework,
        "context_lines": [line for line in lines if line.placed.kind == "context"],
        "tree": presenters.tree_of(framework, lines),
        "gaps": gaps_of(framework, actor, mission, today()),
        "problems": presenters.told(found, framework),
        "rounds": Round.objects.readable_by(actor).filter(mission=mission),
        "round_form": RoundForm(prefix="", auto_id="id_round_%s"),
        "closed": reads.closed_periods(mission, actor),
        "tabs": tabs_of(version, actor, "plan"),
        "tables": reads.named_versions(mission, actor, presenters.ids_of(lines)),
        "held_back": sum(line.held_back for line in lines),
        "sees_in_full": reads.sees_in_full(actor, mission),
        "missing": sum(len(line.owed) for line in lines),
        "may_change": may_change,
        "may_close": own_mission(actor) == mission and actor.may("decide", "plan", version.marking),
        "close_form": CloseForm(auto_id="id_close_%s"),
    }
    return render(request, "plans/plan.html", context)


@signed_in
@require_safe
def plan_json(request: HttpRequest, mission: str) -> JsonResponse:
    actor = actor_from(request)
    version = version_or_404(actor, mission, request.GET.get("version", ""))
    return JsonResponse(presenters.plan_json(version, reads.lines_of(version, actor, today()), actor))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, mission: str) -> HttpResponse:
    """Change the framework in the page; the same as loading a file."""
    actor = actor_from(request)
    if own_mission(actor) != mission or not actor.may("create", "plan"):
        raise Http404
    current = reads.current_version(mission, actor)
    initial = {"text": current.text if current else BEGINNING.format(mission=mission)}
    asked = request.GET.get("decision", "")
    if asked.isdecimal():
        initial |= {"decision": asked, "why": _("Decision %(number)s.") % {"number": asked}}
    form = PlanForm(request.POST if request.method == "POST" else None, initial=initial)
    found: tuple[Any, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.load_plan(mission=mission, **form.cleaned_data, by=actor)
        except actions.PlanError as refusal:
            form.add_error(None, str(refusal))
            found = refusal.problems
        except NotAllowedError:
            raise Http404 from None
        else:
            messages.success(request, _("Kept as version %(number)s.") % {"number": made.number})
            for one in reads.owners_without_post_of(made):
                messages.warning(request, f"{one.message} {presenters.remedy_of(one.code)}")
            return redirect("plans:plan", mission)
    told = presenters.told(found, actions.framework_in(form.data.get("text", "")) if found else None)
    context = {**SECTION, "mission": mission, "form": form, "current": current, "problems": told}
    return render(request, "plans/plan_edit.html", context, status=400 if form.errors else 200)


BEGINNING = """title: Plan of {mission}
missions: [{mission}]
first_month: 2027-01
last_month: 2028-12
objectives: []
"""


def _changes(request: HttpRequest, mission: str) -> tuple[PlanVersion, PlanVersion, list[Difference]]:
    """Two versions and what differs: those asked for, else the last two."""
    actor = actor_from(request)
    new = version_or_404(actor, mission, request.GET.get("new", ""))
    before = [one for one in reads.versions_of(mission, actor) if one.number < new.number]
    old = (
        version_or_404(actor, mission, request.GET["old"]) if request.GET.get("old") else (before[0] if before else new)
    )
    return old, new, differences(reads.framework_as_read(old, actor), reads.framework_as_read(new, actor))


@signed_in
@require_safe
def changes(request: HttpRequest, mission: str) -> HttpResponse:
    """What one version changed against another, in words."""
    old, new, found = _changes(request, mission)
    versions = reads.versions_of(mission, actor_from(request))
    tabs = tabs_of(new, actor_from(request), "changes")
    context = {**SECTION, "old": old, "new": new, "found": found, "versions": versions, "tabs": tabs}
    return render(request, "plans/plan_changes.html", context)


@signed_in
@require_safe
def changes_json(request: HttpRequest, mission: str) -> JsonResponse:
    old, new, found = _changes(request, mission)
    told = [presenters.difference_json(one) for one in found]
    return JsonResponse({"mission": mission, "old": old.number, "new": new.number, "differences": told})


@signed_in
@require_safe
def reports(request: HttpRequest, mission: str) -> HttpResponse:
    """Who reports what to whom, what it costs, and which numbers no decision used."""
    actor = actor_from(request)
    version = version_or_404(actor, mission)
    may_retire = own_mission(actor) == mission and actor.may("create", "plan", version.marking)
    context = {**SECTION, "version": version, "map": reports_of(version, actor), "may_retire": may_retire}
    return render(request, "plans/plan_reports.html", context | {"tabs": tabs_of(version, actor, "reports")})


@signed_in
@require_safe
def reports_json(request: HttpRequest, mission: str) -> JsonResponse:
    actor = actor_from(request)
    version = version_or_404(actor, mission)
    return JsonResponse({**presenters.version_json(version), **presenters.reporting_json(reports_of(version, actor))})


def _line(actor: Actor, mission: str, name: str) -> tuple[PlanVersion, Line]:
    version = version_or_404(actor, mission)
    line = reads.line_of(version, actor, today(), name)
    if line is None:
        raise Http404
    return version, line


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def indicator(request: HttpRequest, mission: str, name: str) -> HttpResponse:
    """One indicator: its picture, its table, every value with its source, and a form for the next one."""
    actor = actor_from(request)
    version, line = _line(actor, mission, name)
    may_enter = own_mission(actor) == mission and actor.may("create", "plan", version.marking)
    initial = {"source": line.placed.indicator.source or "", **_first_owed(line)}
    form = ValueForm(line.placed.indicator, request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        if not may_enter:
            raise Http404
        if form.is_valid() and _enter(request, actor, mission, name, form):
            return redirect("plans:indicator", mission, name)
    context = {
        **SECTION,
        "version": version,
        "level": LEVELS[version.marking],
        "line": line,
        "chart": presenters.chart_of(line),
        "behind": _rows_behind(request, line, mission),
        "held_back": line.held_back,
        "sees_in_full": reads.sees_in_full(actor, mission),
        "history": reads.history_of(line, mission, actor),
        "may_enter": may_enter,
        "form": form,
    }
    return render(request, "plans/indicator.html", context, status=400 if form.errors else 200)


def _first_owed(line: Line) -> dict[str, str]:
    """What is asked for first, as the form writes it."""
    if not line.owed:
        return {"period": ""}
    parts = reads.parts_in(line.owed[0].parts[0]) if line.owed[0].parts else {}
    return {"period": line.owed[0].period} | {f"by_{key}": value for key, value in parts.items()}


def _rows_behind(request: HttpRequest, line: Line, mission: str) -> dict[str, Any] | None:
    """The rows behind the month asked for, and whether they are those that were counted when the value was kept."""
    month = request.GET.get("rows", "")
    indicator = line.placed.indicator
    if not month or indicator.compute is None or not MONTH.fullmatch(month):
        return None
    try:
        found = rows_behind(Path(settings.BLUEHELM_HOME), indicator, mission, month, as_of=today())
    except UnknownMissionError:
        found = None
    if found is None:
        return {"month": month, "rows": [], "columns": (), "versions": (), "same": None}
    kept = (
        IndicatorValue.objects.readable_by(actor_from(request))
        .filter(mission=mission, indicator=indicator.id, period=month, stands=True, basis="computed")
        .first()
    )
    rows = found.rows.head(MOST_ROWS).rows()
    return {
        "month": month, "rows": rows, "more": found.rows.height - len(rows), "columns": found.rows.columns,
        "versions": found.versions, "same": kept.rows_sha256 == found.sha256 if kept else None,
    }  # fmt: skip


def _enter(request: HttpRequest, actor: Actor, mission: str, name: str, form: ValueForm) -> bool:
    said = form.cleaned_data
    try:
        actions.enter_value(
            mission=mission, indicator=name, period=said["period"], parts=form.parts, amount=form.amount,
            source=said["source"], note=said["note"], by=actor,
        )  # fmt: skip
    except actions.PlanError as refusal:
        form.add_error(None, str(refusal))
        return False
    except NotAllowedError:
        raise Http404 from None
    messages.success(request, _("Entered."))
    return True


@signed_in
@require_safe
def indicator_json(request: HttpRequest, mission: str, name: str) -> JsonResponse:
    actor = actor_from(request)
    _of_version, line = _line(actor, mission, name)
    told = [presenters.value_json(one) for one in reads.history_of(line, mission, actor)]
    return JsonResponse(
        {
            **presenters.line_json(line),
            "mission": mission,
            "shares": presenters.shares_json(line),
            "history": told,
            "versions": reads.named_versions(mission, actor, [name]),
        }
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, mission: str, number: int) -> HttpResponse:
    """Put a value in the place of one that stands."""
    actor = actor_from(request)
    value = get_object_or_404(IndicatorValue.objects.readable_by(actor), pk=number, mission=mission, stands=True)
    if own_mission(actor) != mission or not actor.may("create", "plan", value.marking):
        raise Http404
    fields = ("value", "numerator", "denominator", "low", "high", "source", "note")
    _of_version, line = _line(actor, mission, value.indicator)
    categories = line.placed.indicator.categories
    initial = {name: getattr(value, name) for name in fields}
    if value.numerator is not None:
        initial["value"] = None  # it comes from the numerator and the denominator
    initial |= {f"count_{place}": value.counts.get(name) for place, name in enumerate(categories)}
    form = CorrectForm(categories, request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.correct_value(
                value=value,
                amount=form.amount,
                source=said["source"],
                reason=said["reason"],
                note=said["note"],
                by=actor,
            )
        except (actions.PlanError, ChangedMeanwhileError) as refusal:
            form.add_error(None, str(refusal))
        except NotAllowedError:
            raise Http404 from None
        else:
            messages.success(request, _("Corrected; the old value stays beside it."))
            return redirect("plans:indicator", mission, value.indicator)
    context = {**SECTION, "value": value, "form": form}
    return render(request, "plans/value_correct.html", context, status=400 if form.errors else 200)


@signed_in
@require_POST
def close(request: HttpRequest, mission: str) -> HttpResponse:
    """Approve the values of a period."""
    actor, form = actor_from(request), CloseForm(request.POST)
    version_or_404(actor, mission)
    try:
        actions.close_period(mission=mission, period=form.data.get("period", "").strip(), by=actor)
    except NotAllowedError:
        raise Http404 from None
    except actions.PlanError as refusal:
        messages.error(request, str(refusal))
        return refused_on(plan, request, mission)
    messages.success(request, _("Closed: a change is now a correction with its reason."))
    return redirect("plans:plan", mission)
