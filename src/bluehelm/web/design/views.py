"""Which components are there, how does each look, and what does one write to have it?

A sample is a template in `templates/design/samples/`; the page shows it drawn and as it is written.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

SAMPLES = Path(__file__).resolve().parents[1] / "templates" / "design" / "samples"

TITLES = {
    "opening": _("Opening of a page"),
    "trail": _("Where the reader is"),
    "badge": _("Badges"),
    "marking": _("Marking"),
    "notice": _("Notices and messages"),
    "empty": _("Empty state"),
    "table": _("Table"),
    "facts": _("Facts of one thing"),
    "filters": _("Filters"),
    "form": _("Form"),
    "buttons": _("Buttons"),
    "deed": _("A deed that asks for more"),
    "cards": _("Cards"),
    "tasks": _("What needs somebody now"),
    "tabs": _("Tabs and choices"),
    "pages": _("Pages of a long list"),
    "steps": _("Chain of steps"),
    "progress": _("Progress"),
}


class SampleForm(forms.Form):
    """Every kind of field once."""

    place = forms.CharField(label=_("Place"), help_text=_("As the gazetteer names it."))
    count = forms.IntegerField(label=_("People"), min_value=0, required=False)
    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[("patrol", _("patrol")), ("escort", _("escort"))])
    certainty = forms.ChoiceField(
        label=_("Certainty"),
        choices=[("seen", _("seen")), ("reported", _("reported"))],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(label=_("What happened"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    urgent = forms.BooleanField(label=_("Urgent"), required=False)


@dataclass(frozen=True, slots=True)
class Sample:
    """One component: its markup as written, and as drawn."""

    name: str
    title: str | Promise
    written: str
    drawn: str


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component, drawn and as it is written."""
    given = _given(request)
    samples = [_sample(name, title, given, request) for name, title in TITLES.items()]
    return render(request, "design/components.html", {"section": "design", "samples": samples})


def _sample(name: str, title: str | Promise, given: dict[str, Any], request: HttpRequest) -> Sample:
    drawn = get_template(f"design/samples/{name}.html").render(given, request)
    return Sample(name, title, (SAMPLES / f"{name}.html").read_text(encoding="utf-8"), drawn)


def _given(request: HttpRequest) -> dict[str, Any]:
    """What the samples are drawn with."""
    form = SampleForm({"count": "-1", "kind": "patrol", "certainty": "seen"})
    form.is_valid()
    return {
        "form": form,
        "pages": Paginator(range(1, 101), 25).get_page(request.GET.get("page", 2)),
        "trail": [(_("Missions"), "/missions/")],
        "tabs": [(_("Open"), "/design/#tabs", True), (_("Closed"), "/design/#tabs", False)],
        "facts": [(_("Provider"), "ucdp-ged"), (_("Rows"), "8,431"), (_("Licence"), None)],
        "steps": [
            {"name": _("Finding"), "state": "done", "said": _("raised")},
            {"name": _("Recommendation"), "state": "done", "said": _("given")},
            {"name": _("Decision"), "state": "now", "said": _("waits for the chief of staff")},
            {"name": _("Action"), "state": "waiting", "said": _("not begun")},
            {"name": _("Effect"), "state": "waiting", "said": _("not measured")},
        ],
    }
