"""Which page shows what of the desks: effort, products, requests, and what goes to and comes from the field?"""

import hashlib
import json
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bluehelm.definitions.report_types import packaged_report_types
from bluehelm.disclosure import Marking, combined
from bluehelm.disclosure.marking import audience_words
from bluehelm.web.api.forms import with_problems
from bluehelm.web.api.listed import as_csv
from bluehelm.web.audit.entries import append_entry
from bluehelm.web.outlook.doing import with_token
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.marked import ChangedMeanwhileError
from bluehelm.web.posts.views import actor_from, signed_in
from bluehelm.web.reports import daily, desks, forms, from_field, presenters, reads, words
from bluehelm.web.reports.actions import REFUSED
from bluehelm.web.reports.models import Product, Report
from bluehelm.web.reports.noted import note_products, note_read, note_requests
from bluehelm.web.reports.views import SCOPE, SECTION, asked_filters, definition_json, tabs
from bluehelm.workflows.field_form import field_form

A_PAGE = 25
EFFORT_DAYS = 28
MOST_OUT = 20_000
"""Reports of one file; more are asked for a span at a time."""

# Effort


def _mission(actor: Actor) -> str:
    return actor.post.mission if actor.post else ""


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def effort_page(request: HttpRequest) -> HttpResponse:
    """Reports of the last four weeks by component, beside how much was looked at."""
    actor, today = actor_from(request), timezone.now().date()
    may = not actor.viewing and actor.may("create", "report") and bool(_mission(actor))
    form = forms.EffortForm(request.POST if request.method == "POST" else None, initial={"on": today})
    if request.method == "POST" and form.is_valid():
        try:
            desks.tell_effort(by=actor, **form.cleaned_data)
        except (*REFUSED, NotAllowedError) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The effort of that day is kept."))
            return redirect("reports:effort")
    first = today - timedelta(days=EFFORT_DAYS - 1)
    found = reads.efforts(actor, _mission(actor), first, today) if _mission(actor) else []
    context = {
        "section": SECTION,
        "tabs": tabs(request, "effort"),
        "mission": _mission(actor),
        "efforts": [(one, words.UNITS.get(one.unit, one.unit)) for one in found],
        "first": first,
        "today": today,
        "form": form,
        "may": may,
    }
    return with_problems(render(request, "reports/effort.html", context, status=400 if form.errors else 200), form)


@require_safe
@with_token(SCOPE)
def effort_data(request: HttpRequest) -> HttpResponse:
    """The same as JSON."""
    actor, today = actor_from(request), timezone.now().date()
    first = today - timedelta(days=EFFORT_DAYS - 1)
    found = reads.efforts(actor, _mission(actor), first, today) if _mission(actor) else []
    return JsonResponse(
        {
            "first": first.isoformat(),
            "last": today.isoformat(),
            "efforts": [presenters.effort_json(one) for one in found],
            **definition_json(),
        }
    )


# Products


@signed_in
@require_safe
def products_page(request: HttpRequest) -> HttpResponse:
    """Daily reports and handovers, newest first, with who acknowledged them."""
    actor = actor_from(request)
    shown = reads.products_shown_to(actor).prefetch_related("acknowledged__post")
    page = Paginator(shown, A_PAGE).get_page(request.GET.get("page"))
    note_products(actor, list(page))
    context = {
        "section": SECTION,
        "tabs": tabs(request, "products"),
        "page": page,
        "sorts": words.PRODUCTS,
        "may": not actor.viewing and actor.may("create", "report") and bool(_mission(actor)),
    }
    return render(request, "reports/product_list.html", context)


@require_safe
@with_token(SCOPE)
def products_data(request: HttpRequest) -> HttpResponse:
    """The same as JSON."""
    shown = list(reads.products_shown_to(actor_from(request)).prefetch_related("acknowledged__post")[:200])
    note_products(actor_from(request), shown)
    return JsonResponse({"products": [presenters.product_json(one) for one in shown], **definition_json()})


@signed_in
@require_POST
def draft(request: HttpRequest, sort: str) -> HttpResponse:
    """One click: the draft of the last 24 hours, or of the shift, ready to be edited."""
    drafted = {"daily": daily.draft_daily, "handover": daily.draft_handover}.get(sort)
    if drafted is None:
        raise Http404
    try:
        made = drafted(actor_from(request), timezone.now())
    except (*REFUSED, NotAllowedError) as refusal:
        messages.error(request, str(refusal))
        return redirect("reports:products")
    messages.success(request, _("Drafted: read it, write the assessment, and sign it."))
    return redirect("reports:product", made.pk)


def _product(request: HttpRequest, number: int) -> Product:
    shown = reads.products_shown_to(actor_from(request)).prefetch_related("acknowledged__post", "versions__post")
    found = shown.filter(pk=number).first()
    if found is None:
        raise Http404
    note_products(actor_from(request), [found])
    return found


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def product_page(request: HttpRequest, number: int) -> HttpResponse:
    """One product: as a draft to edit and sign, or as it was signed, with who acknowledged it."""
    product, actor = _product(request, number), actor_from(request)
    verb = request.POST.get("verb", "edit")
    form = forms.ProductForm(
        request.POST if request.method == "POST" and verb == "edit" else None,
        initial={"text": product.text, "expected_version": product.row_version}, actor=actor,
    )  # fmt: skip
    if request.method == "POST":
        done = _do_on_product(request, product, verb, form, actor)
        if done:
            messages.success(request, done)
            return redirect("reports:product", number)
        product = _product(request, number)
    may_write = not actor.viewing and not product.signed_at and actor.may("create", "report", product.marking)
    context = {
        "section": SECTION,
        "product": product,
        "sort": words.PRODUCTS[product.sort],
        "form": form,
        "may_write": may_write,
        "may_sign": may_write and actor.may("decide", "report", product.marking),
        "may_acknowledge": bool(product.signed_at and actor.post and not actor.viewing)
        and actor.post_code not in [one.post.code for one in product.acknowledged.all()],
        "marking": product.get_marking_display(),
        "level": Marking(product.marking).code,
        "audience": audience_words(product.releasable_to.names),
    }
    return with_problems(render(request, "reports/product.html", context, status=400 if form.errors else 200), form)


def _do_on_product(request: HttpRequest, product: Product, verb: str, form: Any, actor: Actor) -> str:
    """What was done, in words; empty when it was refused, and the form says why."""
    seen = request.POST.get("expected_version", "")
    version = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
    try:
        if verb == "sign":
            desks.sign_product(number=product.pk, expected_version=version, by=actor)
            return _("Signed.")
        if verb == "acknowledge":
            desks.acknowledge_product(number=product.pk, by=actor)
            return _("Acknowledged.")
        if form.is_valid():
            desks.edit_product(number=product.pk, by=actor, **form.deed())
            return _("The draft is kept.")
    except ChangedMeanwhileError:
        said = _("Somebody changed this draft meanwhile; their text is in the history. Your text stands here.")
        _refuse(form, said, product)
    except (*REFUSED, NotAllowedError) as refusal:
        _refuse(form, str(refusal), product)
    return ""


def _refuse(form: Any, said: str, product: Product) -> None:
    """Say a refusal on the form, which keeps what was typed and is sent against the newest version next."""
    if not form.is_bound:
        form.is_bound, form.data = True, {"text": product.text}
    form.data = dict(form.data.items()) | {"expected_version": f"{_newest(product)}"}
    form.full_clean()
    form.add_error(None, said)


def _newest(product: Product) -> int:
    return Product.objects.values_list("row_version", flat=True).get(pk=product.pk)


@require_safe
@with_token(SCOPE)
def product_data(request: HttpRequest, number: int) -> HttpResponse:
    """The same as JSON, with the text of every version."""
    product = _product(request, number)
    versions = [
        {
            "row_version": one.row_version,
            "at": one.at.isoformat(timespec="minutes"),
            "post": one.post.code,
            "text": one.text,
        }
        for one in product.versions.all()
    ]
    said = presenters.product_json(product)
    return JsonResponse({**said, "text": product.text, "history": versions, **definition_json()})


# Requests for information


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def requests_page(request: HttpRequest) -> HttpResponse:
    """The queue: open requests by when they are due, then the answered ones."""
    actor = actor_from(request)
    form = forms.AskForm(request.POST if request.method == "POST" else None, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            desks.ask_request(by=actor, **form.cleaned_data)
        except (*REFUSED, NotAllowedError) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Asked."))
            return redirect("reports:requests")
    return _queue(request, form, 400 if form.errors else 200)


def _queue(request: HttpRequest, form: forms.AskForm, status: int) -> HttpResponse:
    actor, now = actor_from(request), timezone.now()
    shown = reads.requests_shown_to(actor)
    waiting = list(shown.filter(answered_at=None)[:100])
    answered = list(shown.exclude(answered_at=None).order_by("-answered_at")[:50])
    note_requests(actor, [*waiting, *answered])
    context = {
        "section": SECTION,
        "tabs": tabs(request, "requests"),
        "open": [(one, actor.post is not None and one.to_post_id == actor.post.pk and not actor.viewing,
                  forms.AnswerForm(initial={"expected_version": one.row_version}, actor=actor, auto_id=f"a{one.pk}-%s"))
                 for one in waiting],
        "answered": answered,
        "form": form,
        "may": not actor.viewing and actor.may("create", "report", 1) and bool(_mission(actor)),
        "now": now,
    }  # fmt: skip
    return with_problems(render(request, "reports/requests.html", context, status=status), form)


@require_safe
@with_token(SCOPE)
def requests_data(request: HttpRequest) -> HttpResponse:
    """The same as JSON."""
    shown = list(reads.requests_shown_to(actor_from(request))[:500])
    note_requests(actor_from(request), shown)
    return JsonResponse({"requests": [presenters.request_json(one) for one in shown], **definition_json()})


@signed_in
@require_POST
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Acknowledge or answer a request."""
    actor = actor_from(request)
    if not reads.requests_shown_to(actor).filter(pk=number).exists():
        raise Http404
    try:
        done = _answered(request, number, actor)
    except NotAllowedError:
        raise Http404 from None
    except ChangedMeanwhileError:
        return _refused(request, _("Somebody changed it meanwhile; look again."), 409)
    except REFUSED as refusal:
        return _refused(request, str(refusal), 400)
    if not done:
        return _refused(request, _("Say what the answer is, or why there is none."), 400)
    messages.success(request, done)
    return redirect("reports:requests")


def _answered(request: HttpRequest, number: int, actor: Actor) -> str:
    """What was done, in words; nothing where the form cannot be read."""
    if request.POST.get("verb") == "acknowledge":
        plain = forms.PlainForm(request.POST, actor=actor)
        if plain.is_valid():
            desks.acknowledge_request(number=number, by=actor, **plain.deed())
        return _("Acknowledged.") if plain.is_valid() else ""
    form = forms.AnswerForm(request.POST, actor=actor)
    if form.is_valid():
        desks.answer_request(number=number, by=actor, **form.deed())
    return _("Answered.") if form.is_valid() else ""


def _refused(request: HttpRequest, why: str, status: int) -> HttpResponse:
    messages.error(request, why)
    return _queue(request, forms.AskForm(None, actor=actor_from(request)), status)


# What leaves


@signed_in
@require_safe
def export(request: HttpRequest, form: str) -> HttpResponse:
    """The reports asked for as CSV or GeoJSON; the audit keeps who took how many and their digest."""
    actor = actor_from(request)
    listed = reads.report_list(actor, asked_filters(request), timezone.now(), most_searched=0)
    found = list(listed.found.select_related("releasable_to")[: MOST_OUT + 1])
    if len(found) > MOST_OUT:
        messages.error(
            request, _("A file holds at most %(most)s reports: ask for a shorter time.") % {"most": MOST_OUT}
        )
        return redirect("reports:list")
    content, media = written(found, form)
    note_export(actor, found, form, content)
    reply = HttpResponse(content, content_type=media)
    reply["Content-Disposition"] = f'attachment; filename="reports.{form}"'
    return reply


def written(found: list[Report], form: str) -> tuple[bytes, str]:
    """The reports as a file, and its media type."""
    if form == "geojson":
        text = json.dumps(presenters.points_json(found), ensure_ascii=False, allow_nan=False)
        return text.encode(), "application/geo+json"
    rows = [presenters.report_json(one) for one in found]
    names = [*presenters.report_json(found[0])] if found else ["report"]
    return as_csv(rows, names).encode(), "text/csv; charset=utf-8"


@transaction.atomic
def note_export(actor: Actor, found: list[Report], form: str, content: bytes) -> None:
    note_read(actor, found)
    append_entry(
        deed="report.exported",
        kind="report",
        key="",
        by=actor.account,
        post=actor.post_code,
        detail={"reports": len(found), "form": form, "sha256": hashlib.sha256(content).hexdigest()},
        marking=reads.highest_marking(found),
        audience="|".join(sorted(combined(one.label for one in found).releasable_to)),
    )


# To and from the field


@signed_in
@require_safe
def xlsform(request: HttpRequest) -> HttpResponse:
    """The form for field teams who use Kobo or ODK."""
    reply = HttpResponse(
        field_form(packaged_report_types()),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    reply["Content-Disposition"] = 'attachment; filename="bluehelm-report.xlsx"'
    return reply


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def field_page(request: HttpRequest) -> HttpResponse:
    """Take in submissions of the field form; all that is wrong is told, and one that was taken is not taken twice."""
    actor = actor_from(request)
    if actor.viewing or not actor.may("create", "report", 1) or not _mission(actor):
        raise Http404
    form = forms.FieldFileForm(request.POST or None, request.FILES or None)
    told: from_field.Taken | None = None
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            told = from_field.take_in(sent.name, sent.read(), by=actor)
        except (*REFUSED, NotAllowedError) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(new)s reports were filed, %(known)s were there already.")
                             % {"new": len(told.filed), "known": told.known})  # fmt: skip
    context = {"section": SECTION, "form": form, "told": told, "list_url": reverse("reports:list")}
    return with_problems(render(request, "reports/field.html", context, status=400 if form.errors else 200), form)
