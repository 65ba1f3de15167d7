"""Which page takes records in and lets them out?"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bluehelm.web.exchange import actions, presenters, reads
from bluehelm.web.exchange.actions import ExchangeError
from bluehelm.web.exchange.forms import ColumnsForm, ExportForm, GiveForm
from bluehelm.web.exchange.kinds import record_kinds
from bluehelm.web.exchange.models import RecordFile
from bluehelm.web.jobs.actions import JobError, ask
from bluehelm.web.posts.acting import NotAllowedError
from bluehelm.web.posts.marked import ChangedMeanwhileError
from bluehelm.web.posts.views import actor_from, signed_in

SHOWN = 25


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Files in, files out, and what was taken in before."""
    actor = actor_from(request)
    form = GiveForm(request.POST or None, request.FILES or None, kinds=reads.kinds_taken_in(actor))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        try:
            made = _given(request, form.cleaned_data["kind"], given)
        except (ExchangeError, NotAllowedError) as refusal:
            form.add_error("file", _lines(refusal))
        else:
            return redirect("exchange:file", made.pk)
    return _home(request, form, ExportForm(kinds=reads.kinds_read(actor)))


def _given(request: HttpRequest, kind: str, given: Any) -> RecordFile:
    if given.size > actions.MOST_BYTES:
        what = _("The file is too large; the most is %(most)s bytes.") % {"most": f"{actions.MOST_BYTES:,}"}
        raise ExchangeError(what)
    return actions.give(kind=kind, file_name=given.name, content=given.read(), by=actor_from(request))


def _home(request: HttpRequest, give: GiveForm, out: ExportForm) -> HttpResponse:
    actor = actor_from(request)
    context = {
        "section": "exchange",
        "give": give if reads.kinds_taken_in(actor) else None,
        "out": out if reads.kinds_read(actor) else None,
        "rows": [(file, record_kinds()[file.kind].title) for file in reads.files_shown_to(actor)[:SHOWN]],
    }
    return render(request, "exchange/home.html", context, status=400 if give.errors or out.errors else 200)


@signed_in
@require_safe
def home_json(request: HttpRequest) -> JsonResponse:
    """The same as JSON: kinds with their columns, and the files of the post."""
    actor = actor_from(request)
    return JsonResponse(presenters.home_json(actor))


@signed_in
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Ask for records as a file."""
    actor = actor_from(request)
    form = ExportForm(request.POST, kinds=reads.kinds_read(actor))
    if not form.is_valid():
        return _home(request, GiveForm(kinds=reads.kinds_taken_in(actor)), form)
    try:
        job = ask(kind="export", parameters=dict(form.cleaned_data), by=actor)
    except (JobError, ExchangeError, NotAllowedError) as refusal:
        form.add_error(None, str(refusal))
        return _home(request, GiveForm(kinds=reads.kinds_taken_in(actor)), form)
    return redirect("jobs:page", job.pk)


def _found(request: HttpRequest, number: int) -> RecordFile:
    file = reads.files_shown_to(actor_from(request)).defer("content").filter(pk=number).first()
    if file is None:
        raise Http404
    return file


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest, number: int) -> HttpResponse:
    """One file: its columns, what it would change, and what it did; a POST reads it by other columns."""
    found = _found(request, number)
    kind = record_kinds()[found.kind]
    form = ColumnsForm(request.POST or None, kind=kind, file=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.look(
                number=number, expected_version=form.cleaned_data["expected_version"], mapping=form.mapping(),
                with_reference=form.cleaned_data["with_reference"], reason=form.cleaned_data["reason"],
                by=actor_from(request),
            )  # fmt: skip
        except ChangedMeanwhileError:
            form.add_error(None, _("Somebody of your post changed this meanwhile; look at it again."))
            return _file(request, found, form, 409)
        except NotAllowedError:
            raise Http404 from None
        except ExchangeError as refusal:
            form.add_error(None, _lines(refusal))
        else:
            return redirect("exchange:file", number)
    return _file(request, found, form, 400 if form.errors else 200)


def _file(request: HttpRequest, found: RecordFile, form: ColumnsForm, status: int) -> HttpResponse:
    kind = record_kinds()[found.kind]
    told = found.found
    context = {
        "section": "exchange",
        "file": found,
        "kind": kind,
        "form": form,
        "told": told,
        "more": max(0, told.get("new", 0) + told.get("changed", 0) - len(told.get("differences", ()))),
        "more_problems": max(0, told.get("problem_count", 0) - len(told.get("problems", ()))),
        "may_take_in": bool(told) and not told["problems"] and bool(told["new"] + told["changed"]),
        "refers": any(column.name == "contributor" for column in kind.columns),
    }
    return render(request, "exchange/file.html", context, status=status)


@signed_in
@require_safe
def file_json(request: HttpRequest, number: int) -> JsonResponse:
    """The same as JSON."""
    return JsonResponse(presenters.file_json(_found(request, number)))


@signed_in
@require_POST
def take_in(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for the file to be taken in whose differences were shown."""
    _found(request, number)
    digest = request.POST.get("digest", "")[:64]
    return _asked(request, number, "import", {"file": number, "digest": digest}, f"import-{number}-{digest[:32]}")


@signed_in
@require_POST
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for what the file changed to be put back."""
    _found(request, number)
    return _asked(request, number, "import-undo", {"file": number, "reason": request.POST.get("reason", "")[:300]}, "")


def _asked(request: HttpRequest, number: int, kind: str, parameters: dict[str, Any], key: str) -> HttpResponse:
    try:
        job = ask(kind=kind, parameters=parameters, by=actor_from(request), key=key)
    except (JobError, ExchangeError, NotAllowedError) as refusal:
        messages.error(request, _("%(refusal)s Nothing was changed.") % {"refusal": refusal})
        return redirect("exchange:file", number)
    return redirect("jobs:page", job.pk)


@signed_in
@require_POST
def leave(request: HttpRequest, number: int) -> HttpResponse:
    """Take the file in no more."""
    found = _found(request, number)
    said = request.POST.get("expected_version", "")
    version = int(said) if said.isdecimal() and len(said) < 9 else found.row_version
    try:
        actions.leave(number=number, expected_version=version, by=actor_from(request))
    except ChangedMeanwhileError:
        messages.error(request, _("Somebody of your post changed this meanwhile; look at it again."))
    except (ExchangeError, NotAllowedError) as refusal:
        messages.error(request, str(refusal))
    return redirect("exchange:file", number)


def _lines(refusal: Exception) -> list[str]:
    return [str(refusal), *(str(problem) for problem in getattr(refusal, "problems", ())[:20])]
