"""Which page answers which request about alerts, threats and the work that answers them?

A view chooses, a presenter shapes, a template lays out; what changes anything goes through the actions.
"""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bluehelm.definitions.rights import LEVELS
from bluehelm.disclosure.marking import audience_words
from bluehelm.products.cap import CapError, to_cap
from bluehelm.protection import to_csv
from bluehelm.web.accounts.token_auth import act_with_token, refusal, shown_secret
from bluehelm.web.accounts.tokens import TokenRefusedError
from bluehelm.web.api.forms import with_problems
from bluehelm.web.api.listed import asked_part
from bluehelm.web.forces.views import note_read
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.marked import ChangedMeanwhileError
from bluehelm.web.posts.models import Post
from bluehelm.web.posts.views import actor_from, onward, signed_in
from bluehelm.web.protection import actions, deeds, forms, presenters, reads, referrals, warnings
from bluehelm.web.protection.deeds import SUBJECTS, Subject
from bluehelm.web.protection.models import Alert, Engagement, Observation, ProtectionRecord, Referral, Threat
from bluehelm.web.protection.pages import PARTS, Typed, form_of, new_form, next_tap, offered
from bluehelm.web.protection.words import titled
from bluehelm.workflows.clock import today

A_PAGE = 50
MOST_ON_A_MAP = 1000
PERIODS = (90, 365, 730)
"""Days that the statistics of alerts may look back; the first where none is asked."""
CAP_TYPE = "application/cap+xml"


OWNERS = ("id", "threat", "engagement", "alert")
"""Fields of a part that name what it hangs on."""


def asks(request: HttpRequest, name: str) -> tuple[Actor, Subject] | HttpResponse:
    """Who asks and the subject of an address; the refusal of a token that does not reach it, 404 for who may not."""
    subject = SUBJECTS.get(name)
    if subject is None:
        raise Http404
    if shown_secret(request) is not None:
        try:
            act_with_token(request, f"read:{subject.model.kind}")
        except TokenRefusedError as refused:
            return refusal(request, refused)
    actor = actor_from(request)
    if not actor.may("read", subject.model.kind):
        raise Http404
    return actor, subject


def subject_asked(request: HttpRequest, name: str) -> tuple[Actor, Subject]:
    """The same for a page."""
    asked = asks(request, name)
    if isinstance(asked, HttpResponse):
        raise Http404
    return asked


GROUPS = (
    (gettext_lazy("Alerts"), ("alerts", "statistics", "missed", "coverage")),
    (gettext_lazy("Threats"), ("matrix", "threats", "activities", "harm")),
    (gettext_lazy("Communities"), ("communities", "perception")),
    (gettext_lazy("Consent"), ("obstructions", "movements", "dialogue")),
    (gettext_lazy("Compact"), ("compact",)),
    (gettext_lazy("Observers"), ("observations",)),
    (gettext_lazy("Map"), ("map",)),
)
BOARDS = {
    "statistics": (gettext_lazy("Response"), "alert"),
    "missed": (gettext_lazy("Missed events"), "alert"),
    "coverage": (gettext_lazy("Coverage"), "alert"),
    "matrix": (gettext_lazy("Threat matrix"), "threat"),
    "map": (gettext_lazy("Map"), "report"),
}
Tabs = list[tuple[str, str, bool]]


def _way(name: str) -> tuple[str, str, str]:
    """The label, the address and the kind of one page."""
    if name in BOARDS:
        return str(BOARDS[name][0]), reverse(f"protection:{name}"), BOARDS[name][1]
    subject = SUBJECTS[name]
    return str(subject.title), reverse("protection:list", args=[name]), subject.model.kind


def tabs(actor: Actor, here: str) -> Tabs:
    """The parts of protection that lead this reader anywhere, each to its first page."""
    return [
        (str(label), _way(names[0])[1], here in names)
        for label, names in GROUPS
        if actor.may("read", _way(names[0])[2])
    ]


def parts(here: str) -> Tabs:
    """The pages of the part that one is in; none where it is a single one."""
    names = next((names for _label, names in GROUPS if here in names), ())
    return [(*_way(name)[:2], name == here) for name in names] if len(names) > 1 else []


def base(actor: Actor, here: str) -> dict[str, Any]:
    return {"section": "protection", "tabs": tabs(actor, here), "within": parts(here), "today": today()}


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page that leads this reader anywhere."""
    ways = tabs(actor_from(request), "")
    return redirect(ways[0][1]) if ways else redirect("morning:mine")


@signed_in
@require_safe
def listing(request: HttpRequest, what: str) -> HttpResponse:
    """The records of a kind: what waits first, a page at a time."""
    actor, subject = subject_asked(request, what)
    page = Paginator(reads.shown(subject, actor), A_PAGE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    note_read(actor, found)
    is_alerts = subject.model is Alert
    rows = [(presenters.row_of(one, actor), next_tap(subject, one, actor) if is_alerts else None) for one in found]
    context = base(actor, what) | {
        "subject": subject,
        "header": [presenters.label_of(subject.model, name) for name in subject.columns],
        "rows": rows,
        "pages": page,
        "panels": presenters.panels_of(what, actor, today()),
        "may_enter": deeds.may_make(actor, subject),
        "is_alerts": is_alerts,
        "waiting": reads.counts(actor)["waiting"] if is_alerts else None,
        "is_observations": subject.model is Observation,
    }
    return render(request, "protection/list.html", context)


@require_safe
def listing_json(request: HttpRequest, what: str) -> HttpResponse:
    """The same as JSON, or as CSV where that is asked."""
    asked = asks(request, what)
    if isinstance(asked, HttpResponse):
        return asked
    actor, subject = asked
    found = list(asked_part(request, reads.shown(subject, actor), most=1000))
    note_read(actor, found)
    rows = [presenters.listed_json(one, actor) for one in found]
    following = getattr(request, "next_cursor", "") or None
    return JsonResponse({"records": rows, "next_cursor": following, "versions": []})


def _record(request: HttpRequest, what: str, number: int) -> tuple[Actor, Subject, ProtectionRecord]:
    actor, subject = subject_asked(request, what)
    record = reads.record_of(subject, actor, number)
    if record is None:
        raise Http404
    return actor, subject, record


@signed_in
@require_safe
def page(request: HttpRequest, what: str, number: int) -> HttpResponse:
    """One record: what it says, what hangs on it, and the deeds that are possible."""
    return _page(request, *_record(request, what, number))


def _page(
    request: HttpRequest, actor: Actor, subject: Subject, record: ProtectionRecord, typed: Typed | None = None,
    status: int = 200, caller: dict[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    note_read(actor, [record])
    context = base(actor, subject.name) | {
        "subject": subject,
        "it": record,
        "level": LEVELS[record.marking],
        "audience": audience_words(record.releasable_to.names),
        "facts": presenters.facts_of(record, actor),
        "deeds": [one for deed in subject.deeds if (one := offered(deed, subject, record, actor, typed))],
        "panels": _panels(record, actor),
        "parts": _parts(subject, record, actor, typed),
        **_of_alert(record, actor, caller),
    }
    shown = render(request, "protection/record.html", context, status=status)
    return with_problems(shown, typed.form) if typed else shown


def _panels(record: ProtectionRecord, actor: Actor) -> list[presenters.Panel]:
    if isinstance(record, Alert):
        return [presenters.clock_panel(record)]
    return [presenters.work_panel(actor, record)] if isinstance(record, Threat) else []


def _parts(subject: Subject, record: ProtectionRecord, actor: Actor, typed: Typed | None) -> list[dict[str, Any]]:
    """Responses of a threat, promises of an engagement, what was put before a post, each with the deeds on it."""
    found: list[Any] = []
    if isinstance(record, Threat):
        found += record.responses.all()
    elif isinstance(record, Engagement):
        found += record.promises.all()
    if isinstance(record, Alert | Threat):
        found += record.referrals.select_related("to_post", "from_post")
    return [
        {"it": one, "lines": _lines(one), "deeds": [
            made for deed in subject.parts
            if _fits(deed.verb, one, actor) and (made := offered(deed, subject, record, actor, typed, f"{one.pk}"))
        ]}
        for one in found
    ]  # fmt: skip


def _fits(verb: str, part: Any, actor: Actor) -> bool:
    if isinstance(part, Referral) or verb in ("answer", "report"):
        return isinstance(part, Referral) and referrals.fits(verb, part, actor)
    if verb == "finish":
        return bool(part.done_on is None)
    ended = bool(part.kept_on or part.taken_back_on)
    return ended and not part.fed_back_on if verb == "tell" else not ended


def _lines(part: Any) -> list[tuple[str, presenters.Cell]]:
    """What is said of a part, field by field; what was not said is left out."""
    names = [field.name for field in part._meta.concrete_fields if field.name not in OWNERS]
    said = [(name, _said_of(part, name)) for name in names]
    return [
        (presenters.label_of(type(part), name), presenters.Cell(
            titled(type(part), name, value) if isinstance(value, str) else presenters.shown(value)))
        for name, value in said if value not in (None, "")
    ]  # fmt: skip


def _said_of(part: Any, name: str) -> Any:
    if isinstance(part, Referral) and name == "sort":
        return part.get_sort_display()
    value = getattr(part, name)
    return value.title if isinstance(value, Post) else value


def _of_alert(record: ProtectionRecord, actor: Actor, caller: dict[str, str] | None) -> dict[str, Any]:
    """Who may know who called; only for them is it said that anybody wrote it down."""
    if not isinstance(record, Alert):
        return {}
    own = actor.post is not None and actor.post.mission == record.mission and not actor.viewing
    may_know = own and actor.may("read", "caller", actions.marking_of_caller(record))
    return {
        "is_alert": True,
        "what": titled(Alert, "what", record.what),
        "may_know": may_know and hasattr(record, "caller"),
        "caller_form": forms.CallerForm(actor=actor, auto_id="caller-%s", initial={"expected_version": 1}),
        "caller": caller,
        "may_warn": own and actor.may("decide", "alert", record.marking),
        "warned": warnings.standing_of(record),
    }


@require_safe
def data(request: HttpRequest, what: str, number: int) -> HttpResponse:
    """One record as JSON."""
    asked = asks(request, what)
    if isinstance(asked, HttpResponse):
        return asked
    actor, subject = asked
    record = reads.record_of(subject, actor, number)
    if record is None:
        raise Http404
    note_read(actor, [record])
    return JsonResponse(presenters.record_json(record, actor) | presenters.parts_json(record) | {"versions": []})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, what: str) -> HttpResponse:
    """A new record."""
    actor, subject = subject_asked(request, what)
    if not deeds.may_make(actor, subject):
        raise Http404
    form = new_form(subject, actor, request.POST if request.method == "POST" else None, dict(request.GET.items()))
    if request.method == "POST" and form.is_valid():
        try:
            made = subject.make(by=actor, **form.deed())
        except (*actions.REFUSED, NotAllowedError) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Kept."))
            if isinstance(made, list):
                return redirect("protection:list", what)
            return redirect("protection:page", what, made.pk)
    context = base(actor, what) | {"subject": subject, "form": form}
    shown = render(request, "protection/new.html", context, status=400 if form.errors else 200)
    return with_problems(shown, form)


@signed_in
@require_POST
def do(request: HttpRequest, what: str, number: int, verb: str) -> HttpResponse:
    """Do a deed; refused, the page comes back with what was typed and says why."""
    actor, subject, record = _record(request, what, number)
    deed = subject.deed(verb)
    if deed is None:
        raise Http404
    part = next((request.POST[name] for name in PARTS if request.POST.get(name)), "")
    form = form_of(deed, record, actor, request.POST, part)
    if not form.is_valid():
        return _page(request, actor, subject, record, Typed(verb, form, part), 400)
    try:
        deed.act(number=number, expected_version=form.cleaned_data["expected_version"], by=actor, **form.deed())
    except ChangedMeanwhileError:
        return _changed_meanwhile(request, deed, part, (actor, subject, number))
    except NotAllowedError as refused:
        form.add_error(None, str(refused))
        return _page(request, actor, subject, record, Typed(verb, form, part), 403)
    except actions.REFUSED as refused:
        form.add_error(None, str(refused))
        return _page(request, actor, subject, record, Typed(verb, form, part), 400)
    messages.success(request, _("Done: %(deed)s.") % {"deed": deed.label})
    return redirect(onward(request, reverse("protection:page", args=[what, number])))


def _changed_meanwhile(
    request: HttpRequest, deed: deeds.Deed, part: str, which: tuple[Actor, Subject, int]
) -> HttpResponse:
    """The page as it stands now with what was typed in its form, to be sent again on purpose."""
    actor, subject, number = which
    now = reads.record_of(subject, actor, number)
    if now is None:
        raise Http404
    sent = request.POST.copy()
    sent["expected_version"] = str(now.row_version)
    again = form_of(deed, now, actor, sent, part)
    again.is_valid()
    again.add_error(
        None, _("Somebody else changed this after you opened it. Look at what stands now; send it again if it holds.")
    )
    return _page(request, actor, subject, now, Typed(deed.verb, again, part), 409)


@signed_in
@never_cache
@require_POST
def caller(request: HttpRequest, number: int) -> HttpResponse:
    """Who called, shown once to whoever says why; every look stands in the audit, and no program is answered."""
    actor, subject, record = _record(request, "alerts", number)
    try:
        _alert, known = actions.open_caller(number=number, by=actor, reason=request.POST.get("reason", ""))
    except NotAllowedError:
        raise Http404 from None
    except actions.REFUSED as refused:
        messages.error(request, str(refused))
        return _page(request, actor, subject, record, status=400)
    return _page(request, actor, subject, record, caller=known)


# Boards


def _may_read(request: HttpRequest, what: str) -> tuple[Actor, Subject] | HttpResponse:
    return asks(request, what)


@signed_in
@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """How soon somebody arrived, by distance, time of day and place, and how often nobody did."""
    actor, _subject = subject_asked(request, "alerts")
    days, chosen = _period(request), _chosen(request, actor, Alert)
    found = reads.statistics(actor, timezone.now(), timedelta(days=days), chosen.mission)
    context = base(actor, "statistics") | {
        "chosen": chosen,
        "panels": presenters.response_panels(found), "since": found.since, "days": days, "periods": PERIODS,
    }  # fmt: skip
    return render(request, "protection/statistics.html", context)


@require_safe
def statistics_json(request: HttpRequest) -> HttpResponse:
    asked = _may_read(request, "alerts")
    if isinstance(asked, HttpResponse):
        return asked
    period, chosen = timedelta(days=_period(request)), _chosen(request, asked[0], Alert)
    found = presenters.statistics_json(reads.statistics(asked[0], timezone.now(), period, chosen.mission))
    return JsonResponse({"mission": chosen.mission or None} | found)


def _chosen(request: HttpRequest, actor: Actor, *models: type[ProtectionRecord]) -> reads.Chosen:
    """The one mission that a board is about."""
    shown = (model._default_manager.readable_by(actor) for model in models)
    return reads.chosen_mission(actor, request.GET.get("mission", ""), *shown)


def _period(request: HttpRequest) -> int:
    """The days asked for, of those that may be; a quarter where none are."""
    return next((days for days in PERIODS if request.GET.get("days") == f"{days}"), PERIODS[0])


@signed_in
@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """The threats that stand, and what changed between two days."""
    actor, subject = subject_asked(request, "threats")
    first, second = _days(request)
    chosen = _chosen(request, actor, Threat)
    note_read(actor, reads.matrix(actor, chosen.mission))
    moved = [pair for pair in reads.moved(actor, first, second, chosen.mission) if pair[1].how != "same"]
    context = base(actor, "matrix") | {
        "panels": [presenters.matrix_panel(actor, today(), chosen.mission), presenters.moved_panel(moved)],
        "first": first,
        "second": second,
        "chosen": chosen,
        "may_enter": deeds.may_make(actor, subject),
    }
    return render(request, "protection/matrix.html", context)


@require_safe
def matrix_json(request: HttpRequest) -> HttpResponse:
    asked = _may_read(request, "threats")
    if isinstance(asked, HttpResponse):
        return asked
    actor, _subject = asked
    first, second = _days(request)
    chosen = _chosen(request, actor, Threat)
    standing = reads.matrix(actor, chosen.mission)
    note_read(actor, standing)
    rows = [presenters.record_json(one, actor) | presenters.parts_json(one) for one in standing]
    moved = presenters.moved_json(reads.moved(actor, first, second, chosen.mission))
    days = {"from": first.isoformat(), "to": second.isoformat()}
    return JsonResponse({"mission": chosen.mission or None, "threats": rows, "moved": moved, **days, "versions": []})


def _days(request: HttpRequest) -> tuple[date, date]:
    """The two days to compare; a quarter ago and today where none are asked."""
    found = []
    for name, otherwise in (("from", today() - timedelta(days=90)), ("to", today())):
        try:
            found.append(date.fromisoformat(request.GET.get(name, "")))
        except ValueError:
            found.append(otherwise)
    return found[0], found[1]


# What leaves


@require_safe
def map_json(request: HttpRequest) -> HttpResponse:
    """Alerts with a point as GeoJSON, the latest first; to about a kilometre, without words or callers."""
    asked = _may_read(request, "alerts")
    if isinstance(asked, HttpResponse):
        return asked
    actor, subject = asked
    found = list(
        reads.shown(subject, actor).filter(latitude__isnull=False).order_by("-received_at", "-pk")[:MOST_ON_A_MAP]
    )
    note_read(actor, found)
    return JsonResponse(presenters.geojson(found) | {"versions": []}, content_type="application/geo+json")


@signed_in
@require_safe
def observations_csv(request: HttpRequest) -> HttpResponse:
    """The observers' reports as the file that comes in again unchanged."""
    actor, subject = subject_asked(request, "observations")
    note_read(actor, reads.shown(subject, actor))
    answer = HttpResponse(to_csv(reads.observed(actor)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="observations.csv"'
    return answer


@signed_in
@require_POST
def warning(request: HttpRequest, number: int) -> HttpResponse:
    """A warning from an alert in the Common Alerting Protocol, written by a person who may release it."""
    actor, subject, record = _record(request, "alerts", number)
    if not isinstance(record, Alert) or not _of_alert(record, actor, None)["may_warn"]:
        raise Http404
    headline, instruction = request.POST.get("headline", ""), request.POST.get("instruction", "")
    try:
        sent = warnings.warning_of(
            record, headline=headline, instruction=instruction, message=request.POST.get("message") or "Alert"
        )
        text = to_cap(sent)
        actions.without_caller(f"{headline} {instruction}")
    except (CapError, *actions.REFUSED) as refused:
        messages.error(request, str(refused))
        return _page(request, actor, subject, record, status=400)
    warnings.note_sent(record, sent, by=actor)
    answer = HttpResponse(text, content_type=CAP_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="alert-{record.pk}.xml"'
    return answer
