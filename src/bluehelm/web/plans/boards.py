"""Which page shows a plan as a picture, at a glance, beside other missions', and the papers that leave of it?"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_POST, require_safe

from bluehelm.definitions.rights import LEVELS
from bluehelm.plans.framework import indicators_of
from bluehelm.plans.periods import PeriodError, months_of, period_of
from bluehelm.plans.picture import context_picture, tree_picture
from bluehelm.plans.together import Together, together
from bluehelm.products.brief_docx import has_word
from bluehelm.products.brief_pdf import has_documents
from bluehelm.products.charts import chart_words
from bluehelm.products.plan_files import TYPES
from bluehelm.tables.months import from_ordinal, month_of, ordinal
from bluehelm.web.plans import actions, presenters, reads
from bluehelm.web.plans.actions import PlanError
from bluehelm.web.plans.assessing import outcome_titles
from bluehelm.web.plans.dashboard import dashboard_of
from bluehelm.web.plans.filing import filed
from bluehelm.web.plans.forms import PeriodForm, WhyForm
from bluehelm.web.plans.models import PlanVersion, Round
from bluehelm.web.plans.papers import PAPERS
from bluehelm.web.plans.views import SECTION, own_mission, tabs_of, version_or_404
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.views import actor_from, signed_in
from bluehelm.workflows.clock import today
from bluehelm.workflows.registry import mission_registry

TITLES = {
    "factsheet": (later("Fact sheets"), later("A page for each outcome: the change claimed and on what it rests.")),
    "report": (later("Assessment report"), later("A round's evidence, judgements, dissent and recommendations.")),
    "annex": (later("Annex to the Secretary-General's report"), later("The numbers the plan sends to each section.")),
    "dashboard": (later("Leadership dashboard"), later("What changed, what is due, what was decided and is not done.")),
}


def _base(version: PlanVersion, actor: Actor, here: str) -> dict[str, Any]:
    return {
        **SECTION,
        "version": version,
        "level": LEVELS[version.marking],
        "tabs": tabs_of(version, actor, here),
        "sees_in_full": reads.sees_in_full(actor, version.mission),
        "may_change": own_mission(actor) == version.mission and actor.may("create", "plan", version.marking),
    }


@signed_in
@require_safe
def picture(request: HttpRequest, mission: str) -> HttpResponse:
    """The framework as a tree and the context map, each with the same in a table."""
    actor = actor_from(request)
    version = version_or_404(actor, mission, request.GET.get("version", ""))
    framework = reads.framework_as_read(version, actor)
    pictures = [
        ("tree", _("From objective to activity"), tree_picture(framework)),
        ("context", _("Actors, drivers and the outcomes that work on them"), context_picture(framework)),
    ]
    return render(request, "plans/plan_picture.html", {**_base(version, actor, "picture"), "pictures": pictures})


@signed_in
@require_safe
def picture_json(request: HttpRequest, mission: str) -> JsonResponse:
    actor = actor_from(request)
    framework = reads.framework_as_read(version_or_404(actor, mission, request.GET.get("version", "")), actor)
    pictures = {"tree": tree_picture(framework), "context": context_picture(framework)}
    return JsonResponse({"mission": mission} | {name: presenters.picture_json(one) for name, one in pictures.items()})


@signed_in
@require_safe
def dashboard(request: HttpRequest, mission: str) -> HttpResponse:
    """What changed, what is due, what was decided and is not done."""
    actor = actor_from(request)
    version = version_or_404(actor, mission)
    found = dashboard_of(version, actor, today())
    versions = PlanVersion.objects.readable_by(actor).filter(mission=mission, decision__isnull=False)
    carried = set(versions.values_list("decision", flat=True))
    return render(
        request,
        "plans/dashboard.html",
        {
            **_base(version, actor, "dashboard"),
            "found": found,
            "titles": outcome_titles(version),
            "carried": carried,
            "today": today(),
        },
    )


@signed_in
@require_safe
def dashboard_json(request: HttpRequest, mission: str) -> JsonResponse:
    actor = actor_from(request)
    version = version_or_404(actor, mission)
    return JsonResponse(presenters.dashboard_json(dashboard_of(version, actor, today()), today()))


def _asked_period(request: HttpRequest, default: str) -> tuple[PeriodForm, str]:
    """The form of the period, and the period asked for; the default where none or no period was."""
    form = PeriodForm({"period": request.GET.get("period", default)}, auto_id="id_of_%s")
    return form, form.cleaned_data["period"] if form.is_valid() else default


def _last_half() -> str:
    """The last half-year that has ended."""
    return period_of(from_ordinal(ordinal(month_of(today())) - 6), "half-year")


@signed_in
@require_safe
def shared(request: HttpRequest, mission: str) -> HttpResponse:
    """The missions that share the framework, indicator by indicator, put together where the rule says so."""
    actor = actor_from(request)
    version = version_or_404(actor, mission)
    form, period = _asked_period(request, _last_half())
    missions, rows = _together(version, actor, period)
    context = {**_base(version, actor, "together"), "form": form, "period": period, "missions": missions, "rows": rows}
    return render(request, "plans/plan_together.html", context)


@signed_in
@require_safe
def shared_json(request: HttpRequest, mission: str) -> JsonResponse:
    actor = actor_from(request)
    version = version_or_404(actor, mission)
    _form, period = _asked_period(request, _last_half())
    missions, rows = _together(version, actor, period)
    return JsonResponse({"missions": missions, **presenters.together_json(rows, period)})


def _together(version: PlanVersion, actor: Actor, period: str) -> tuple[list[str], list[Together]]:
    """The missions whose plans the reader may read, and each indicator of the framework in them."""
    framework = reads.framework_of(version)
    versions = {name: reads.current_version(name, actor) for name in framework.missions}
    values: dict[str, dict[str, Any]] = {}
    for name, one in versions.items():
        lines = reads.lines_of(one, actor, today(), longer={period}) if one else []
        values[name] = {line.placed.indicator.id: line.value_of(period) for line in lines}
    rows = [
        together(placed, period, {name: known.get(placed.indicator.id) for name, known in values.items()})
        for placed in indicators_of(framework)
    ]
    return list(values), rows


@signed_in
@require_safe
def papers(request: HttpRequest, mission: str) -> HttpResponse:
    """The papers that can leave, each in the formats that this installation can write."""
    actor = actor_from(request)
    version = version_or_404(actor, mission)
    form, period = _asked_period(request, _last_half())
    rounds = Round.objects.readable_by(actor).filter(mission=mission, period=period)
    offered = [(kind, *TITLES[kind], [] if kind == "report" and not rounds.exists() else formats()) for kind in PAPERS]
    context = {**_base(version, actor, "papers"), "form": form, "period": period, "offered": offered}
    return render(request, "plans/papers.html", context)


@signed_in
@require_safe
def papers_json(request: HttpRequest, mission: str) -> JsonResponse:
    version = version_or_404(actor_from(request), mission)
    return JsonResponse({**presenters.version_json(version), "papers": list(PAPERS), "formats": formats()})


def formats() -> list[str]:
    """The formats for which the libraries are installed."""
    can = {"pdf": has_documents(), "docx": has_word()}
    return [form for form in TYPES if can.get(form, True)]


@signed_in
@require_safe
def paper(request: HttpRequest, mission: str, kind: str, form: str) -> HttpResponse:
    """One paper as a file; that it left is noted."""
    actor = actor_from(request)
    version = version_or_404(actor, mission)
    period = request.GET.get("period", "") or _last_half()
    if kind not in PAPERS or form not in formats():
        raise Http404
    entry = mission_registry(Path(settings.BLUEHELM_HOME)).get(mission)
    synthetic = chart_words().synthetic if entry and entry.synthetic else ""
    try:
        months_of(period)
        made = filed(kind, form, version, period, actor, outcome=request.GET.get("outcome", ""), synthetic=synthetic)
    except (PlanError, PeriodError) as refusal:
        messages.error(request, str(refusal))
        return redirect("plans:papers", mission)
    response = HttpResponse(made.content, content_type=TYPES[form])
    name = f"{mission}-{kind}-{period.replace('/', '-')}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@signed_in
@require_POST
def retire(request: HttpRequest, mission: str, name: str) -> HttpResponse:
    """No value of an indicator is due from now on; one click undoes it."""
    return _retired(request, mission, name, actions.retire_indicator, _("Retired: no value is due any more."))


@signed_in
@require_POST
def bring_back(request: HttpRequest, mission: str, name: str) -> HttpResponse:
    """The values of a retired indicator are due again."""
    return _retired(request, mission, name, actions.bring_back, _("Its values are due again."))


def _retired(request: HttpRequest, mission: str, name: str, deed: Any, done: str) -> HttpResponse:
    actor, form = actor_from(request), WhyForm(request.POST)
    version_or_404(actor, mission)
    try:
        if form.is_valid():
            deed(mission=mission, indicator=name, why=form.cleaned_data["why"], by=actor)
            messages.success(request, done)
        else:
            messages.error(request, _("Say why; it is kept with the version."))
    except NotAllowedError:
        raise Http404 from None
    except PlanError as refusal:
        messages.error(request, str(refusal))
    return redirect("plans:reports", mission)
