"""Which page shows what is due?"""

from itertools import groupby

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bluehelm.web.missions.refusals import refused_on
from bluehelm.web.posts.acting import NotAllowedError
from bluehelm.web.posts.views import actor_from, onward, signed_in
from bluehelm.web.rhythm import actions, reads
from bluehelm.web.rhythm.forms import DoneForm, MissionDateForm, WithdrawForm
from bluehelm.web.rhythm.models import MissionDate
from bluehelm.workflows.clock import today


@signed_in
@require_safe
def calendar(request: HttpRequest, date_form: MissionDateForm | None = None) -> HttpResponse:
    """What the mission owes, week by week, what is late, and the dates that duties hang on."""
    actor = actor_from(request)
    tasks = reads.tasks_of(actor, today())
    coming = [task for task in tasks if task.due_on >= today() and not task.is_daily]
    post = actor.post
    dates = MissionDate.objects.readable_by(actor).filter(withdrawn=False)
    context = {
        "section": "rhythm",
        "mission": post.mission if post else "",
        "late": [task for task in tasks if task.is_late],
        "weeks": [
            (week, list(found)) for week, found in groupby(coming, key=lambda task: task.due_on.isocalendar()[:2])
        ],
        "daily": _daily(tasks),
        "done": [task for task in tasks if task.done and not task.is_daily and task.due_on < today()],
        "dates": dates.filter(mission=post.mission, on__gte=today()) if post else dates.none(),
        "anchors": {anchor.anchor: anchor.title for anchor in reads.rhythm_of_the_house().anchors},
        "may_keep": bool(post and post.mission) and actor.may("create", "duty"),
        "date_form": date_form or MissionDateForm(),
        "withdraw_form": WithdrawForm(),
        "definition": reads.rhythm_of_the_house(),
    }
    return render(request, "rhythm/calendar.html", context, status=400 if date_form else 200)


def _daily(tasks: list[reads.Task]) -> list[dict[str, object]]:
    """The daily duties: how many of the last two weeks' were done, and today's."""
    found: dict[str, list[reads.Task]] = {}
    for task in tasks:
        if task.is_daily and task.due_on <= today():
            found.setdefault(task.duty.duty, []).append(task)
    return [
        {
            "duty": days[0].duty,
            "role": days[0].role,
            "of": sum(task.due_on < today() for task in days),
            "done": sum(task.done is not None and task.due_on < today() for task in days),
            "today": next((task for task in days if task.due_on == today()), None),
        }
        for days in found.values()
    ]


def _week(task: reads.Task) -> tuple[int, int]:
    week = task.due_on.isocalendar()
    return week.year, week.week


@signed_in
@require_safe
def calendar_json(request: HttpRequest) -> JsonResponse:
    """The same as JSON."""
    tasks = reads.tasks_of(actor_from(request), today())
    return JsonResponse({"as_of": today().isoformat(), "due": [_task_json(task) for task in tasks]})


def _task_json(task: reads.Task) -> dict[str, object]:
    return {
        "mission": task.mission,
        "duty": task.duty.duty,
        "title": task.duty.title,
        "role": task.duty.role,
        "due": task.due_on.isoformat(),
        "moved_from": task.moved_from.isoformat() if task.moved_from else None,
        "done_at": task.done.done_at.isoformat() if task.done else None,
        "late": task.is_late,
    }


@signed_in
@require_POST
def done(request: HttpRequest) -> HttpResponse:
    """A duty was done."""
    actor, form = actor_from(request), DoneForm(request.POST)
    if actor.post is None:
        raise Http404
    if not form.is_valid():
        messages.error(request, _("Say where what was made is found. Nothing was changed."))
        return refused_on(calendar, request)
    try:
        actions.do_duty(mission=actor.post.mission, **form.cleaned_data, by=actor)
    except (actions.RhythmError, NotAllowedError) as refusal:
        messages.error(request, str(refusal))
        return refused_on(calendar, request)
    messages.success(request, _("Noted as done."))
    return redirect(onward(request, reverse("rhythm:calendar")))


@signed_in
@require_POST
def set_date(request: HttpRequest) -> HttpResponse:
    """A date that duties hang on."""
    actor, form = actor_from(request), MissionDateForm(request.POST)
    if actor.post is None or not actor.may("create", "duty"):
        raise Http404
    if form.is_valid():
        try:
            actions.set_mission_date(mission=actor.post.mission, **form.cleaned_data, by=actor)
        except (actions.RhythmError, NotAllowedError) as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("rhythm:calendar")
    return refused_on(calendar, request, date_form=form)  # with what is wrong beside the fields


@signed_in
@require_POST
def withdraw_date(request: HttpRequest, number: int) -> HttpResponse:
    """A date that no longer holds."""
    actor = actor_from(request)
    known = get_object_or_404(MissionDate.objects.readable_by(actor), pk=number, withdrawn=False)
    form = WithdrawForm(request.POST)
    try:
        actions.withdraw_mission_date(
            mission_date=known, reason=form.cleaned_data["reason"] if form.is_valid() else "", by=actor
        )
    except NotAllowedError:
        raise Http404 from None
    except actions.RhythmError as refusal:
        messages.error(request, str(refusal))
        return refused_on(calendar, request)
    return redirect("rhythm:calendar")
