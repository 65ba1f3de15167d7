"""Which page shows what of reports, and which takes what a person typed?"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bluehelm.definitions.report_types import LISTS, packaged_report_types
from bluehelm.disclosure import Marking
from bluehelm.disclosure.marking import audience_words
from bluehelm.products.report_map import report_layers
from bluehelm.web.api.forms import with_problems
from bluehelm.web.api.listed import asked_part
from bluehelm.web.bounded import BoundedPaginator
from bluehelm.web.missions.presenters import map_words
from bluehelm.web.morning.sections import Beside
from bluehelm.web.outlook.doing import with_token
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.marked import ChangedMeanwhileError
from bluehelm.web.posts.views import actor_from, onward, signed_in
from bluehelm.web.reports import actions, deeds, forms, presenters, reads, words
from bluehelm.web.reports.actions import REFUSED
from bluehelm.web.reports.content import content_of, differing
from bluehelm.web.reports.deeds import Deed
from bluehelm.web.reports.lookalikes import as_pair
from bluehelm.web.reports.models import Lookalike, Report, Version
from bluehelm.web.reports.noted import note_read
from bluehelm.web.reports.reads import Filters

A_PAGE = 50
A_PAGE_OF_PAIRS, A_PART_OF_PAIRS = 20, 100
SECTION = "reports"
SCOPE = "read:report"
MAP_DAYS = {"1": 1, "7": 7, "30": 30, "90": 90}
KNOWN_PLACES = 60


def tabs(request: HttpRequest, here: str) -> list[tuple[str, str, bool]]:
    """The pages of reporting: label, address, and whether it is this one."""
    ways = (
        ("list", _("Reports")), ("map", _("Map")), ("pairs", _("Perhaps the same")), ("effort", _("Effort")),
        ("products", _("Daily report and handover")), ("requests", _("Requests for information")),
    )  # fmt: skip
    del request
    return [(label, reverse(f"reports:{name}"), name == here) for name, label in ways]


# The list


def asked_filters(request: HttpRequest) -> Filters:
    """What the address asks for; what cannot be understood asks for nothing."""
    given = {one.name: request.GET[one.name].strip() for one in fields(Filters) if one.name in request.GET}
    form = forms.FilterForm(given)
    form.is_valid()
    understood = {name: value for name, value in given.items() if name not in form.errors and "\0" not in value}
    return Filters(**understood)


@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """The reports the reader may read and asks for, fifty a page."""
    actor, asked, now = actor_from(request), asked_filters(request), timezone.now()
    listed = reads.report_list(actor, asked, now, _after(request))
    page = BoundedPaginator(listed.found.select_related("releasable_to"), A_PAGE).get_page(request.GET.get("page"))
    note_read(actor, list(page))
    context = {
        "section": SECTION,
        "page": page,
        "rows": [_row(report, now) for report in page],
        "older": f"{page[-1].pk}" if page else "",
        "after": _after(request),
        "searched_to": f"{listed.searched_to or ''}",
        "most_searched": reads.MOST_SEARCHED,
        "asked": asked,
        "form": forms.FilterForm({one.name: getattr(asked, one.name) for one in fields(Filters)}),
        "tabs": tabs(request, "list"),
        "may_file": actor.may("create", "report") and not actor.viewing,
        "definition": packaged_report_types(),
        "query": request.GET.urlencode(),
        "looked_at": _looked_at(actor, asked.mission, asked.days, now),
        "draft_words": words.draft_words(),
    }
    return render(request, "reports/report_list.html", context)


def _looked_at(actor: Actor, mission: str, days: str, now: datetime) -> reads.LookedAt:
    """How much was looked at beside what is listed: of the mission asked for, else of the post's own."""
    own = actor.post.mission if actor.post else ""
    return reads.looked_at(actor, mission or own, int(days[:5]) if days.isdecimal() else 0, now)


def _after(request: HttpRequest) -> int:
    """The report after which the list goes on; 0 for its beginning."""
    number = request.GET.get("after", "")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0


@dataclass(frozen=True, slots=True)
class Row:
    """One report of a list in words."""

    report: Report
    title: str
    harm: str
    verification: Any
    tone: str
    grade: str
    is_late: bool
    unit: Any


def _row(report: Report, now: Any) -> Row:
    return Row(
        report,
        words.type_title(report.type),
        presenters.harm_words(report.harm),
        words.VERIFICATIONS[report.verification],
        words.TONES[report.verification],
        f"{report.reliability or '–'}{report.credibility or '–'}",
        presenters.late(report, now),
        words.UNITS.get(report.unit, report.unit),
    )


@require_safe
@with_token(SCOPE)
def list_data(request: HttpRequest) -> HttpResponse:
    """The same as JSON; what the reader may not read is not counted either."""
    actor = actor_from(request)
    listed = reads.report_list(actor, asked_filters(request), timezone.now(), _after(request))
    found = list(asked_part(request, listed.found.select_related("releasable_to"), most=1000))
    note_read(actor, found)
    rows = [presenters.report_json(one) for one in found]
    bounds = {"next_cursor": getattr(request, "next_cursor", "") or None, "searched_to": listed.searched_to}
    return JsonResponse({"reports": rows, **bounds, **definition_json()})


def definition_json() -> dict[str, Any]:
    """The definition that answers rest on, and what it maps to nothing."""
    types = packaged_report_types()
    about = {"name": "report_types.yaml", "valid_from": types.valid_from.isoformat(), "status": types.status}
    return {"rules": [about], "unmapped": {other: list(types.unmapped(other)) for other in LISTS}, "versions": []}


# One report


def readable(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of one report; one that the reader may not read is as one that does not exist."""

    @wraps(view)
    def found(request: HttpRequest, number: int, **named: Any) -> HttpResponse:
        actor = actor_from(request)
        report = reads.whole_report(actor, number)
        if report is None:
            raise Http404
        note_read(actor, [report])
        return view(request, report, **named)

    return found


@require_safe
@readable
def page(request: HttpRequest, report: Report) -> HttpResponse:
    """One report, what may be the same event, and the deeds beside it."""
    return _page(request, report)


@dataclass(frozen=True, slots=True)
class Offered:
    """A deed with its form and address; open where its form was refused."""

    deed: Deed
    form: Any
    url: str
    is_open: bool = False

    @property
    def has_fields(self) -> bool:
        return bool(self.form.visible_fields())


def _page(
    request: HttpRequest, report: Report, typed: tuple[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    actor, marking = actor_from(request), Marking(report.marking)
    near = reads.near_reports(actor, report)
    note_read(actor, [other for other, _pair in near])
    context = {
        "section": SECTION,
        "report": report,
        "row": _row(report, timezone.now()),
        "fields": _fields_said(report),
        "settled": presenters.settled_words(report),
        "maps_to": _maps_to(report),
        "doubles": list(reads.doubles_of(actor, report)),
        "counts_as": reads.reports_shown_to(actor).filter(pk=report.counted_as_id or 0).first(),
        "near": [(_row(other, timezone.now()), pair, [presenters.sign_words(one) for one in pair.signs])
                 for other, pair in near],
        "waiting": [one for one in report.versions.all() if one.standing == "waiting"],
        "history": _history(report, actor),
        "files": list(report.files.all()),
        "offered": _offered(report, actor, typed),
        "may_edit": not actor.viewing and not report.withdrawn_at and actor.may("create", "report", report.marking),
        "may_decide": not actor.viewing and actor.may("decide", "report", report.marking),
        "may_open": not actor.viewing and actor.may("read", "report_source", 2),
        "open_form": forms.OpenForm(),
        "marking": report.get_marking_display(),
        "level": marking.code,
        "audience": audience_words(report.releasable_to.names),
        "definition": packaged_report_types(),
    }  # fmt: skip
    return render(request, "reports/report.html", context, status=status)


def _fields_said(report: Report) -> list[presenters.FieldSaid]:
    left_out = ("type", "narrative", "response")
    content = content_of(report)
    return [
        presenters.FieldSaid(name, words.FIELDS[name], presenters.said(name, value))
        for name, value in content.items()
        if name not in left_out
    ]


def _maps_to(report: Report) -> list[tuple[str, str | None]]:
    found = packaged_report_types().get(report.type)
    return [(other.upper(), found.called(other) if found else None) for other in LISTS]


@dataclass(frozen=True, slots=True)
class Past:
    """One version in words; nothing of a time when it was not addressed to the reader."""

    version: Version
    deed: Any
    changed: list[presenters.FieldSaid]
    reason: str


def _history(report: Report, actor: Actor) -> list[Past]:
    """Every version that the reader could have read, newest first, with what it changed."""
    shown = [one for one in report.versions.all() if actor.may_read("report", one.label)]
    before: dict[str, Any] | None = None
    past = []
    for version in shown:
        found = differing(before, version.content) if before is not None else []
        changed = [
            presenters.FieldSaid(one.name, words.FIELDS[one.name], presenters.said(one.name, one.now),
                                 presenters.said(one.name, one.other))
            for one in found
        ]  # fmt: skip
        past.append(Past(version, words.DEEDS.get(version.deed, version.deed), changed, version.reason))
        before = version.content if version.standing == "kept" else before
    return past[::-1]


def _offered(report: Report, actor: Actor, typed: tuple[str, Any] | None) -> list[Offered]:
    offered = []
    for deed in deeds.OF_REPORT:
        if not deeds.may(actor, deed, report):
            continue
        is_typed = typed is not None and typed[0] == deed.verb
        initial = {"expected_version": report.row_version}
        form = typed[1] if is_typed and typed else deed.form(initial=initial, actor=actor, auto_id=f"{deed.verb}-%s")
        offered.append(Offered(deed, form, reverse("reports:do", args=[report.pk, deed.verb]), is_typed))
    return offered


@require_safe
@with_token(SCOPE)
@readable
def data(request: HttpRequest, report: Report) -> HttpResponse:
    """The same as JSON, with its versions and what may be the same event."""
    return JsonResponse(shown_json(report, actor_from(request)))


def shown_json(report: Report, actor: Actor) -> dict[str, Any]:
    """All that a page shows of a report, for programs and commands."""
    versions = [presenters.version_json(past.version) for past in _history(report, actor)[::-1]]
    near = [presenters.pair_json(pair) for _other, pair in reads.near_reports(actor, report)]
    doubles = [one.pk for one in reads.doubles_of(actor, report)]
    said = presenters.report_json(report)
    return {**said, "doubles": doubles, "near": near, "history": versions, **definition_json()}


@signed_in
@require_safe
@readable
def file(request: HttpRequest, report: Report, place: int) -> HttpResponse:
    """A photo or text of a report."""
    found = report.files.filter(number=place).first()
    if found is None:
        raise Http404
    answer = HttpResponse(bytes(found.content), content_type=found.media_type)
    name = f"report-{report.pk}-{place}{'.txt' if found.media_type == 'text/plain' else ''}"
    kept = "inline" if found.media_type.startswith("image/") else "attachment"
    answer["Content-Disposition"] = f'{kept}; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


# Filing and changing


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new_page(request: HttpRequest) -> HttpResponse:
    """The form of a new report."""
    actor = _who_files(request)
    form = forms.NewForm(request.POST if request.method == "POST" else None, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.file_report(by=actor, **form.deed())
        except (*REFUSED, NotAllowedError) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Report %(number)s was filed.") % {"number": made.pk})
            return redirect("reports:page", made.pk)
    return _form_page(request, form, "new", _("File a report"), _("File it"), reverse("reports:list"), _("Reports"))


def _who_files(request: HttpRequest) -> Actor:
    """Who asks, where they may file reports."""
    actor = actor_from(request)
    if actor.viewing or not actor.may("create", "report") or not (actor.post and actor.post.mission):
        raise Http404
    return actor


@signed_in
@require_safe
def page_without_line(request: HttpRequest) -> HttpResponse:
    """The form of a new report as a browser keeps it for a time without a line.

    It names no report, no place and no other page, and carries no token: it may lie on a telephone for weeks.
    """
    form, title = forms.NewForm(actor=_who_files(request)), _("File a report")
    home = reverse("reports:list")
    nothing_to_send = dict.fromkeys(("csrf_token", "sections"), "") | {"who": "design/_nobody.html"}
    context = _form_context(request, form, "new", title, _("File it"), home, _("Reports"))
    kept = {"without_line": reverse("reports:new"), "places": [], "json_url": ""}
    return render(request, "reports/report_form.html", context | nothing_to_send | kept)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@readable
def edit_page(request: HttpRequest, report: Report) -> HttpResponse:
    """The form that changes a report; what was written against an older version is kept beside it."""
    actor = actor_from(request)
    if actor.viewing or report.withdrawn_at or not actor.may("create", "report", report.marking):
        raise Http404
    initial = forms.initial_of(content_of(report)) | {"expected_version": report.row_version}
    form = forms.EditForm(request.POST if request.method == "POST" else None, initial=initial, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            changed = actions.edit_report(number=report.pk, by=actor, **form.deed())
        except ChangedMeanwhileError:
            form.add_error(None, _("Somebody changed it at this very moment; send it again."))
        except (*REFUSED, NotAllowedError) as refusal:
            form.add_error(None, str(refusal))
        else:
            if changed.waiting:
                messages.warning(
                    request, _("Somebody changed this report meanwhile. Both versions are kept; decide now.")
                )
                return redirect("reports:settle", report.pk, changed.waiting.pk)
            messages.success(request, _("Report %(number)s was changed.") % {"number": report.pk})
            return redirect("reports:page", report.pk)
    title = _("Change report %(number)s") % {"number": report.pk}
    here = reverse("reports:page", args=[report.pk])
    return _form_page(request, form, f"report-{report.pk}", title, _("Keep the change"), here, title)


def _form_page(
    request: HttpRequest, form: forms.ReportForm, name: str, title: str, send: str, back: str, back_title: str
) -> HttpResponse:
    context = _form_context(request, form, name, title, send, back, back_title)
    places = reads.reports_shown_to(actor_from(request)).exclude(place="").values_list("place", flat=True)
    context["places"] = sorted(set(places[: KNOWN_PLACES * 3]))[:KNOWN_PLACES]
    return with_problems(render(request, "reports/report_form.html", context, status=400 if form.errors else 200), form)


def _form_context(
    request: HttpRequest, form: forms.ReportForm, name: str, title: str, send: str, back: str, back_title: str
) -> dict[str, Any]:
    return {
        "section": SECTION,
        "form": form,
        "name": name,
        "title": title,
        "send": send,
        "back": back,
        "back_title": back_title,
        "account": actor_from(request).account,
        "draft_words": words.draft_words(),
    }


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@readable
def settle_page(request: HttpRequest, report: Report, version: int) -> HttpResponse:
    """Two versions side by side; a person decides field by field, and both stay in the history."""
    actor = actor_from(request)
    waiting = report.versions.filter(pk=version, standing="waiting").first()
    if waiting is None or not actor.may_read("report", waiting.label):
        raise Http404
    found = presenters.sides(content_of(report), waiting, differing(content_of(report), waiting.content))
    may = not actor.viewing and not report.withdrawn_at and actor.may("create", "report", report.marking)
    problem = ""
    if request.method == "POST":
        taken: dict[str, Any] = {
            one.name: request.POST[one.name] for one in found if request.POST.get(one.name) in ("now", "other")
        }
        seen = request.POST.get("expected_version", "")
        try:
            expected = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
            actions.settle_version(number=report.pk, version=version, expected_version=expected, taken=taken, by=actor)
        except ChangedMeanwhileError:
            problem = _("Somebody changed it at this very moment; look again.")
        except (*REFUSED, NotAllowedError) as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("Decided; both versions stay in the history."))
            return redirect("reports:page", report.pk)
    context = {"section": SECTION, "report": report, "waiting": waiting, "sides": found, "may": may, "problem": problem}
    return render(request, "reports/settle.html", context, status=400 if problem else 200)


@signed_in
@require_POST
def do(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Do a deed; when it is refused the page comes back with what was typed, and says why."""
    actor, deed = actor_from(request), deeds.ALL.get(verb)
    report = reads.whole_report(actor, number)
    if report is None or deed is None:
        raise Http404
    form = deed.form(request.POST, request.FILES, actor=actor, auto_id=f"{verb}-%s")
    status = 400
    if form.is_valid():
        try:
            deed.act(number=number, by=actor, **form.deed())
        except ChangedMeanwhileError:
            report = reads.whole_report(actor, number)
            if report is None:
                raise Http404 from None
            form.data = dict(form.data.items()) | {"expected_version": f"{report.row_version}"}
            form.add_error(None, _("Somebody changed this report meanwhile; look at it and send it again."))
            status = 409
        except NotAllowedError as refusal:
            form.add_error(None, str(refusal))
            status = 403
        except REFUSED as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Done: %(deed)s.") % {"deed": deed.label})
            return redirect(onward(request, reverse("reports:page", args=[number])))
    note_read(actor, [report])
    return with_problems(_page(request, report, (verb, form), status), form)


@signed_in
@require_POST
@readable
def identities(request: HttpRequest, report: Report) -> HttpResponse:
    """Who is behind a report, once, for whoever needs to know and says why."""
    form = forms.OpenForm(request.POST)
    found: list[tuple[str, str]] = []
    status = 400
    if form.is_valid():
        try:
            found = actions.open_identities(
                number=report.pk, reason=form.cleaned_data["reason"], by=actor_from(request)
            )
            status = 200
        except NotAllowedError:
            raise Http404 from None
        except REFUSED as refusal:
            form.add_error("reason", str(refusal))
    context = {
        "section": SECTION, "report": report, "form": form,
        "found": [(words.PARTS[part], who) for part, who in found],
    }  # fmt: skip
    answer = render(request, "reports/identities.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


# Perhaps the same


def _of_the_week(actor: Actor) -> QuerySet[Lookalike]:
    return reads.pairs_to_look_at(actor, timezone.now() - timedelta(days=7))


@signed_in
@require_safe
def pairs_page(request: HttpRequest) -> HttpResponse:
    """Reports received in the last week that may speak of the same event, side by side."""
    actor, now = actor_from(request), timezone.now()
    page = BoundedPaginator(_of_the_week(actor), A_PAGE_OF_PAIRS).get_page(request.GET.get("page"))
    pairs = [as_pair(one) for one in page]
    known = reads.reports_shown_to(actor).in_bulk({number for pair in pairs for number in (pair.first, pair.second)})
    note_read(actor, list(known.values()))
    found = [
        (
            pair,
            _row(known[pair.first], now),
            _row(known[pair.second], now),
            [presenters.sign_words(s) for s in pair.signs],
            _about_pair(known[pair.first], known[pair.second], actor),
        )
        for pair in pairs
    ]
    context = {
        "section": SECTION, "pairs": found, "page": page, "tabs": tabs(request, "pairs"),
        "may_decide": actor.may("decide", "report"), "here": reverse("reports:pairs"),
    }  # fmt: skip
    return render(request, "reports/pairs.html", context)


def _about_pair(first: Report, second: Report, actor: Actor) -> list[Beside]:
    """What can be said of two reports that are seen side by side: the later counts as the earlier, or they are two."""
    said: tuple[tuple[str, Any, dict[str, int], str], ...] = (
        ("link", forms.LinkThisForm, {"counted_as": first.pk}, _("Count %(second)s as %(first)s")),
        ("apart", forms.ApartThisForm, {"other": first.pk}, _("They are two")),
    )
    numbers = {"first": f"{first.pk}", "second": f"{second.pk}"}
    return [
        Beside(
            words % numbers,
            reverse("reports:do", args=[second.pk, verb]),
            form(initial={"expected_version": second.row_version, **given}, actor=actor,
                 auto_id=f"{verb}-{second.pk}-{first.pk}-%s"),
        )
        for verb, form, given, words in said
        if deeds.may(actor, deeds.ALL[verb], second)
    ]  # fmt: skip


@require_safe
@with_token(SCOPE)
def pairs_data(request: HttpRequest) -> HttpResponse:
    """The same as JSON."""
    kept = asked_part(request, _of_the_week(actor_from(request)), most=A_PART_OF_PAIRS)
    following = getattr(request, "next_cursor", "") or None
    pairs = [presenters.pair_json(as_pair(one)) for one in kept]
    return JsonResponse({"pairs": pairs, "next_cursor": following, **definition_json()})


# The map


@signed_in
@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    """Where was what reported, how old it is, and the same as a table."""
    actor, now = actor_from(request), timezone.now()
    days = request.GET.get("days", "30")
    span = days if days in MAP_DAYS else "30"
    newest = list(reads.newest_with_point(actor, MAP_DAYS[span], now)[: reads.MOST_ON_A_MAP + 1])
    found = newest[:A_PAGE]
    note_read(actor, found)
    rows = [(_row(report, now), presenters.age_words(report.from_at, now), mark.is_stale)
            for report, mark in zip(found, presenters.marks(found, now), strict=True)]  # fmt: skip
    context = {
        "section": SECTION,
        "tabs": tabs(request, "map"),
        "rows": rows,
        "shown": len(found),
        "drawn": len(newest),
        "is_grouped": len(newest) > reads.MOST_ON_A_MAP,
        "most_drawn": reads.MOST_ON_A_MAP,
        "most_grouped": reads.MOST_GROUPED,
        "days": span,
        "list_days": span if span in forms.SPANS else "0",
        "spans": {key: forms.SPANS.get(key, _("last 90 days")) for key in MAP_DAYS},
        "sorts": words.SORTS,
        "stale_after": packaged_report_types().stale_after_days,
        "map_words": map_words(),
        "looked_at": _looked_at(actor, "", span, now),
    }
    return render(request, "reports/map.html", context)


@require_safe
@with_token(SCOPE)
def map_data(request: HttpRequest) -> HttpResponse:
    """The map's layers as GeoJSON; where there are many reports they are groups, each with its number."""
    actor, now = actor_from(request), timezone.now()
    found = reads.mapped(actor, MAP_DAYS.get(request.GET.get("days", "30"), 30), now)
    note_read(actor, found.points)
    layers = report_layers([*presenters.marks(found.points, now), *presenters.group_marks(found.groups, now)])
    return JsonResponse({**layers, "reports": found.counted, "older_left_out": found.more})
