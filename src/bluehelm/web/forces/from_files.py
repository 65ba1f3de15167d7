"""What do a mission's records, or a person's own files, say of costs, of teams of observers, and of longer tours?

Records leave as the files that the command takes. A file that is sent is read, answered as the command answers it, and
not kept: rosters and offers under discussion are no records.
"""

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from bluehelm.definitions.force_generation import packaged_rates, packaged_tours
from bluehelm.forces import intake_generation as rows
from bluehelm.forces.intake import Columns
from bluehelm.forces.supply import ForcesError
from bluehelm.sources.intake import IntakeError
from bluehelm.web.forces import from_records
from bluehelm.web.forces.from_records import Gather, Gathered
from bluehelm.web.forces.imports import MOST_BYTES
from bluehelm.web.forces.views import base, note_read, token_counts
from bluehelm.web.missions.refusals import Refusal, problem
from bluehelm.web.posts.acting import Actor
from bluehelm.web.posts.views import actor_from, signed_in
from bluehelm.workflows.clock import today
from bluehelm.workflows.generate_forces import cost_json, observers_json, tours_json

SECONDS = 20.0
"""How long a page waits for the best teams; after that the best found stands with its status."""
PROBLEMS_SHOWN = 50


def _file(label: Any, columns: Columns, **more: Any) -> forms.FileField:
    more_columns = ", ".join(columns.optional) or _("no others")
    said = format_lazy(_("CSV with the columns {needed}; it may have {more}."),
                       needed=", ".join(columns.needed), more=more_columns)  # fmt: skip
    return forms.FileField(label=label, help_text=said, **more)


class CostsForm(forms.Form):
    options = _file(_("Options"), rows.OPTIONS)
    outputs = _file(_("Outputs, for a unit cost"), rows.OUTPUTS, required=False)
    by_percent = forms.IntegerField(
        label=_("Sensitivity: more or less by percent"), min_value=1, max_value=100, initial=10
    )


class ObserversForm(forms.Form):
    roster = _file(_("Roster, by post and never by name"), rows.OBSERVERS)
    teams = _file(_("Teams asked for"), rows.TEAMS)


class ToursForm(forms.Form):
    posts = _file(_("Posts under arrangements of tours"), rows.POSTS)
    against = forms.CharField(label=_("Compare with this scenario"), max_length=200)


@dataclass(frozen=True, slots=True)
class Question:
    """A page that answers from records and from files.

    Its words, what is sent, the answer of the files by field and the form; what is asked of records, and the files they
    make.
    """

    name: str
    title: Promise
    lead: Promise
    form: type[forms.Form]
    answer: Callable[[dict[str, Path], dict[str, Any]], dict[str, Any]]
    command: str
    of_records: type[from_records.RecordsForm]
    gather: Gather
    said_of_records: Promise


def _costs(files: dict[str, Path], said: dict[str, Any]) -> dict[str, Any]:
    by = Decimal(said["by_percent"]) / 100
    return cost_json(files["options"], packaged_rates(), by, files.get("outputs"))


def _observers(files: dict[str, Path], said: dict[str, Any]) -> dict[str, Any]:
    return observers_json(files["roster"], files["teams"], SECONDS)


def _tours(files: dict[str, Path], said: dict[str, Any]) -> dict[str, Any]:
    return tours_json(files["posts"], packaged_tours(), said["against"])


COSTS = Question(
    "costs", _("Costs"),
    _("What each option costs by dated rates, what moves it most, and which rates are not published."),
    CostsForm, _costs, "bluehelm forces cost OPTIONS.csv --json",
    from_records.CostsOfRecordsForm, from_records.costs_of_records,
    _("All that the mission asks for, what is in place, that with what is on its way, and with each of the latest "
      "matchings, month by month. Equipment is charged as wet lease, since no record says who maintains it."),
)  # fmt: skip
OBSERVERS = Question(
    "observers", _("Observers"),
    _("Teams of mixed nationalities with the languages and the knowledge of the area that each needs, day by day."),
    ObserversForm, _observers, "bluehelm forces observers ROSTER.csv TEAMS.csv --json",
    from_records.ObserversOfRecordsForm, from_records.observers_of_records,
    _("The roster has a place for each person of the pledges of military observers that hold a level and are free, "
      "or serve here. Each "
      "requirement of military observers is a team, with a speaker of each of its languages. Caveats count that this "
      "post may read."),
)  # fmt: skip
TOURS = Question(
    "longer-tours", _("Longer tours"),
    _("Months of expertise that longer tours and secondments gain, and what they cost."),
    ToursForm, _tours, "bluehelm forces tours POSTS.csv --against SCENARIO --json",
    from_records.ToursOfRecordsForm, from_records.tours_of_records,
    _("The posts are the persons whom the mission's requirements of observers, planners, advisers and other "
      "individuals ask for; those seconded stay for the whole time. A cost that no record says is unknown."),
)  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def costs_page(request: HttpRequest) -> HttpResponse:
    """Options in a file: their cost, and what moves it."""
    return _page(request, COSTS)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def observers_page(request: HttpRequest) -> HttpResponse:
    """A roster and the teams asked for: who goes where, and what is short."""
    return _page(request, OBSERVERS)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def tours_page(request: HttpRequest) -> HttpResponse:
    """Posts under several arrangements: what longer tours gain."""
    return _page(request, TOURS)


def _page(request: HttpRequest, question: Question) -> HttpResponse:
    """The answer of the records asked for in the address, or of the files that were sent."""
    actor = actor_from(request)
    form = question.form(request.POST or None, request.FILES or None)
    asked = _asked_of_records(request, question, actor)
    answer: dict[str, Any] | None = None
    problems: list[str] = []
    gathered: Gathered | None = None
    if request.method == "POST" and form.is_valid():
        answer, problems = _answered(question, form)
    elif asked is not None and asked.is_valid():
        gathered = _gathered(question, actor, asked.cleaned_data)
        if (name := request.GET.get("file")) is not None:
            return _file_of(gathered, name)
        answer, problems = _answer_of_texts(question, gathered.files, asked.cleaned_data)
    context = {
        **base(request, question.name),
        "question": question,
        "form": form,
        "asked": asked,
        "files": [(f"{name}.csv", f"?{request.GET.urlencode()}&file={name}") for name in gathered.files]
        if gathered else [],
        "answer": answer,
        "as_json": json.dumps(answer, indent=1, ensure_ascii=False) if answer else "",
        "problems_found": problems[:PROBLEMS_SHOWN],
        "more_problems": max(0, len(problems) - PROBLEMS_SHOWN),
    }  # fmt: skip
    status = 400 if form.errors or problems or (asked is not None and asked.errors) else 200
    return render(request, f"forces/{question.name}.html", context, status=status)


def _asked_of_records(request: HttpRequest, question: Question, actor: Actor) -> from_records.RecordsForm | None:
    """The form about the records, filled where the address asks; None for a reader for whom none are gathered."""
    if not from_records.may_ask(actor):
        return None
    sent = request.GET if request.method != "POST" and "mission" in request.GET else None
    return question.of_records(sent, actor=actor, on=today())


def _gathered(question: Question, actor: Actor, said: dict[str, Any]) -> Gathered:
    gathered = question.gather(actor, said, today())
    note_read(actor, gathered.records)
    return gathered


def _file_of(gathered: Gathered, name: str) -> HttpResponse:
    if name not in gathered.files:
        raise Http404
    response = HttpResponse(gathered.files[name], content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _data(request: HttpRequest, question: Question) -> HttpResponse:
    """The missions that may be asked about, and the answer of the records of the one that the address names."""
    actor = actor_from(request)
    asked = _asked_of_records(request, question, actor)
    if asked is None:
        return JsonResponse({"missions": [], "answer": None, "versions": []})
    mission: Any = asked.fields["mission"]
    said: dict[str, Any] = {"missions": [name for name, _ in mission.choices], "answer": None, "versions": []}
    if not asked.is_bound:
        return JsonResponse(said)
    problems = [f"{name}: {' '.join(map(str, wrong))}" for name, wrong in asked.errors.items()]
    if not problems:
        gathered = _gathered(question, actor, asked.cleaned_data)
        said["answer"], problems = _answer_of_texts(question, gathered.files, asked.cleaned_data)
    if problems:
        what, next_step = gettext("This cannot be answered."), gettext("Correct the address and ask again.")
        return problem(request, Refusal(400, "bad_question", what, request.path, next_step, problems))
    return JsonResponse(said)


@require_safe
@token_counts("requirement")
def costs_json(request: HttpRequest) -> HttpResponse:
    """What the options of a mission's records cost."""
    return _data(request, COSTS)


@require_safe
@token_counts("requirement")
def teams_json(request: HttpRequest) -> HttpResponse:
    """The teams that a mission's records of observers make."""
    return _data(request, OBSERVERS)


@require_safe
@token_counts("requirement")
def longer_tours_json(request: HttpRequest) -> HttpResponse:
    """What longer tours of a mission's posts gain."""
    return _data(request, TOURS)


def _answer_of_texts(
    question: Question, texts: dict[str, str], said: dict[str, Any]
) -> tuple[dict[str, Any] | None, list[str]]:
    """The answer of files given as text, or all that is wrong with them by row and column."""
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder) / f"{name}.csv" for name in texts}
        for name, path in files.items():
            path.write_text(texts[name], encoding="utf-8")
        return _answer_of_files(question, files, said)


def _answer_of_files(
    question: Question, files: dict[str, Path], said: dict[str, Any]
) -> tuple[dict[str, Any] | None, list[str]]:
    try:
        return question.answer(files, said), []
    except ForcesError as error:
        return None, list(error.problems)
    except IntakeError as error:
        return None, list(error.problems) or [f"{error.what} {error.next_step}"]


def _answered(question: Question, form: forms.Form) -> tuple[dict[str, Any] | None, list[str]]:
    """The answer of the files that were sent, or all that is wrong with them by row and column."""
    sent = {name: one for name, one in form.cleaned_data.items() if hasattr(one, "chunks")}
    large = [one.name for one in sent.values() if one.size > MOST_BYTES]
    if large:
        return None, [f"{name}: the file is too large; the most is {MOST_BYTES:,} bytes" for name in large]
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder) / f"{name}.csv" for name in sent}
        for name, path in files.items():
            path.write_bytes(b"".join(sent[name].chunks()))
        return _answer_of_files(question, files, form.cleaned_data)
