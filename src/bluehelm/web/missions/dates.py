"""Which day does the reader ask about, and what was known on which day?"""

from dataclasses import dataclass
from datetime import date

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bluehelm.workflows.clock import today

UNREADABLE = _("This is not a date. Write it as year-month-day, for example 2017-12-31.")
IN_THE_FUTURE = _("This day lies in the future. Choose today or a day before.")


class DatesForm(forms.Form):
    """The two clocks: `as_of` cuts what happened, `known_on` picks what was known. Both may be left out."""

    as_of = forms.DateField(
        label=_("What happened up to"),
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": UNREADABLE},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    known_on = forms.DateField(
        label=_("As known on"),
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": UNREADABLE},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_as_of(self) -> date | None:
        as_of: date | None = self.cleaned_data["as_of"]
        if as_of and as_of > today():
            raise forms.ValidationError(IN_THE_FUTURE)
        return as_of


@dataclass(frozen=True, slots=True)
class AskedDates:
    """The dates to compute with. A date that could not be read is replaced by its default, and the form says so."""

    as_of: date
    known_on: date | None
    form: DatesForm

    @property
    def readable(self) -> bool:
        return self.form.is_valid()

    @property
    def query(self) -> str:
        """The query string of a link to the same dates, from its question mark on."""
        known = f"&known_on={self.known_on.isoformat()}" if self.known_on else ""
        return f"?as_of={self.as_of.isoformat()}{known}"


def asked_dates(request: HttpRequest) -> AskedDates:
    """The dates in a request's query; `as_of` is today where none is given."""
    form = DatesForm({"as_of": today().isoformat()} | request.GET.dict())
    form.is_valid()
    return AskedDates(form.cleaned_data.get("as_of") or today(), form.cleaned_data.get("known_on"), form)
