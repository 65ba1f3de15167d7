"""Which page shows what was missed, what posts reach in time, and the map for work? And what takes in their tables?"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bluehelm.definitions.protection import packaged_alert_rules, packaged_map_rules
from bluehelm.disclosure import Marking
from bluehelm.store import StoreError
from bluehelm.tables.months import month_of
from bluehelm.web.accounts.token_auth import act_with_token, refusal, shown_secret
from bluehelm.web.accounts.tokens import TokenRefusedError
from bluehelm.web.api.forms import with_problems
from bluehelm.web.data.actions import ReleaseError, take_in_table
from bluehelm.web.outlook.forms import audiences_for
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.views import actor_from, signed_in
from bluehelm.web.protection import covered, desk_map, forms
from bluehelm.web.protection.missed import Missed, missed, missed_json
from bluehelm.web.protection.models import Alert
from bluehelm.web.protection.reads import Chosen, chosen_mission
from bluehelm.web.protection.views import PERIODS, _period, asks, base, subject_asked
from bluehelm.web.reports.reads import MOST_GROUPED, looked_at, reports_shown_to
from bluehelm.workflows.clock import today
from bluehelm.workflows.import_file import ImportRefusedError
from bluehelm.workflows.own_incidents import is_synthetic

LISTED = 50

# Missed events


@signed_in
@require_safe
def missed_page(request: HttpRequest) -> HttpResponse:
    """Graded events that nobody warned of, and alerts without ground, each beside what it is a part of."""
    actor = _of_both(request)
    days = _period(request)
    now, period = timezone.now(), timedelta(days=days)
    chosen = _mission_chosen(request, actor, now - period)
    found = missed(actor, now, period, chosen.mission)
    context = base(actor, "missed") | {
        "found": found, "days": days, "periods": PERIODS, "listed": LISTED, "chosen": chosen,
        "missed": sorted((found.events[one] for one in found.found.missed), key=lambda one: one.began, reverse=True),
        "false_alarms": _groundless(found),
    }  # fmt: skip
    return render(request, "protection/missed.html", context)


def _groundless(found: Missed) -> list[Any]:
    alerts = (found.alerts[one] for one in found.found.false_alarms)
    return sorted(alerts, key=lambda one: one.clock.at["received"], reverse=True)


def _of_both(request: HttpRequest) -> Actor:
    """Who may read alerts and reports."""
    actor, _subject = subject_asked(request, "alerts")
    if not actor.may("read", "report"):
        raise Http404
    return actor


@require_safe
def missed_data(request: HttpRequest) -> HttpResponse:
    """The same as JSON."""
    asked = asks(request, "alerts")
    if isinstance(asked, HttpResponse):
        return asked
    if not asked[0].may("read", "report"):
        raise Http404
    now, period = timezone.now(), timedelta(days=_period(request))
    chosen = _mission_chosen(request, asked[0], now - period)
    found = missed_json(missed(asked[0], now, period, chosen.mission))
    return JsonResponse({"mission": chosen.mission or None} | found)


def _mission_chosen(request: HttpRequest, actor: Actor, since: datetime) -> Chosen:
    """The one mission that the page is about, of those with alerts or reports since then."""
    alerts = Alert.objects.readable_by(actor).filter(received_at__gte=since)
    reports = reports_shown_to(actor).filter(verification="verified", from_at__gte=since)
    return chosen_mission(actor, request.GET.get("mission", ""), alerts, reports)


# Coverage


def _within(request: HttpRequest) -> int:
    """The minutes asked for, of those that the definition names; the second where none are."""
    minutes = packaged_alert_rules().within_minutes
    return next((one for one in minutes if request.GET.get("within") == f"{one}"), minutes[min(1, len(minutes) - 1)])


def _mission(actor: Actor) -> str:
    return actor.post.mission if actor.post else ""


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def coverage_page(request: HttpRequest) -> HttpResponse:
    """People and places within so many minutes of a post, and what lies outside; a file makes the next version."""
    actor, _subject = subject_asked(request, "alerts")
    form = _file_form(request, actor, ("populated-places", "travel-times"))
    if form is not None and request.method == "POST" and _take_in(request, form, actor):
        return redirect("protection:coverage")
    within, mission = _within(request), _mission(actor)
    reach = covered.reach_of(mission)
    rows = covered.place_rows(reach, within)
    context = base(actor, "coverage") | {
        "reach": reach, "rows": rows[:LISTED], "rest": max(0, len(rows) - LISTED), "within_minutes": within,
        "form": form,
        "minutes": packaged_alert_rules().within_minutes, "mission": mission,
        "legend": desk_map.legend({"post"}),
        "versions": [one for one in (reach.places, reach.travel) if one],
        "picture": desk_map.picture(covered.place_marks(rows, reach.posts, mission, today())) if rows else None,
    }  # fmt: skip
    return _with_form(request, "protection/coverage.html", context, form)


@require_safe
def coverage_data(request: HttpRequest) -> HttpResponse:
    """The same as JSON."""
    asked = asks(request, "alerts")
    if isinstance(asked, HttpResponse):
        return asked
    return JsonResponse(covered.reach_json(covered.reach_of(_mission(asked[0])), _within(request)))


# Files of the mission's own


def _file_form(request: HttpRequest, actor: Actor, providers: tuple[str, ...]) -> forms.TableFileForm | None:
    """The form that takes in a table; None for who may not."""
    if actor.viewing or not _mission(actor) or not actor.may("create", "table"):
        if request.method == "POST":
            raise Http404
        return None
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    most = max(level for level in Marking if actor.may("create", "table", level.value))
    initial = {"marking": most.value, "audience": [f"mission:{_mission(actor)}"]}
    return forms.TableFileForm(*sent, providers=providers, audiences=audiences_for(actor, "table"), initial=initial)


def _with_form(
    request: HttpRequest, template: str, context: dict[str, Any], form: forms.TableFileForm | None
) -> HttpResponse:
    if form is None:
        return render(request, template, context)
    return with_problems(render(request, template, context, status=400 if form.errors else 200), form)


def _take_in(request: HttpRequest, form: forms.TableFileForm, actor: Actor) -> bool:
    """Whether the file was taken in; else the form says all that is wrong with it."""
    if not form.is_valid():
        return False
    try:
        made = take_in_table(by=actor, synthetic=is_synthetic(settings.BLUEHELM_HOME, _mission(actor)), **form.deed())
    except ImportRefusedError as refused:
        cause = refused.cause
        form.add_error("file", [cause.what, *cause.problems[:20], cause.next_step])
    except (ReleaseError, NotAllowedError, StoreError) as refused:
        form.add_error(None, str(refused))
    else:
        said = {"rows": made.rows, "table": made.table, "number": made.version}
        messages.success(request, _("%(rows)s rows are kept as %(table)s, version %(number)s.") % said)
        return True
    return False


# The map for work


def _asked(request: HttpRequest) -> desk_map.Asked:
    """All layers, thirty days and this month, where nothing else is asked."""
    chosen = frozenset(request.GET.getlist("layer")).intersection(desk_map.LAYERS)
    layers = chosen if "layer" in request.GET or "chosen" in request.GET else frozenset(desk_map.LAYERS)
    days = next((one for one in desk_map.MAP_DAYS if request.GET.get("days") == f"{one}"), 30)
    month = request.GET.get("month", "")
    is_month = month.isdecimal() and len(month) < 3 and 1 <= int(month) <= 12
    return desk_map.Asked(layers, days, int(month) if is_month else int(month_of(today())[5:]))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def map_page(request: HttpRequest) -> HttpResponse:
    """Posts, roads by season, alerts, threats and reports on one still picture, and the same as lists."""
    actor = actor_from(request)
    if not actor.may("read", "report"):
        raise Http404
    form = _file_form(request, actor, ("road-seasons",))
    if form is not None and request.method == "POST" and _take_in(request, form, actor):
        return redirect("protection:map")
    asked = _asked(request)
    found, now = desk_map.desk_map(actor, asked, timezone.now()), timezone.now()
    context = base(actor, "map") | {
        "asked": asked,
        "found": found,
        "layers": [(name, title, name in asked.layers) for name, title in desk_map.LAYERS.items() if name in found.may],
        "picture": desk_map.picture(found.marks, [line for road in found.roads for line in road.lines]),
        "lists": _lists(found, asked),
        "legend": desk_map.legend({mark.kind for mark in found.marks}),
        "months": range(1, 13), "spans": desk_map.MAP_DAYS, "rules": packaged_map_rules(), "form": form,
        "mission": _mission(actor), "most_grouped": MOST_GROUPED,
        "looked_at": looked_at(actor, _mission(actor), asked.days, now) if "reports" in asked.layers else None,
    }  # fmt: skip
    return _with_form(request, "protection/map.html", context, form)


def _lists(found: desk_map.DeskMap, asked: desk_map.Asked) -> list[tuple[str, Any, list[Any], int]]:
    """Each layer that was asked for with its first marks and how many more there are."""
    lists = []
    for layer, title in desk_map.LAYERS.items():
        if layer in found.may and layer in asked.layers and layer != "roads":
            marks = [mark for mark in found.marks if mark.layer == layer]
            lists.append((layer, title, [(mark, desk_map.symbol_url(mark.kind)) for mark in marks[:LISTED]],
                          max(0, len(marks) - LISTED)))  # fmt: skip
    return lists


@require_safe
def map_data(request: HttpRequest) -> HttpResponse:
    """The layers as GeoJSON."""
    if shown_secret(request) is not None:
        try:
            act_with_token(request, "read:report")
        except TokenRefusedError as refused:
            return refusal(request, refused)
    actor = actor_from(request)
    if not actor.may("read", "report"):
        raise Http404
    asked = _asked(request)
    return JsonResponse(desk_map.map_as_json(desk_map.desk_map(actor, asked, timezone.now()), asked))
