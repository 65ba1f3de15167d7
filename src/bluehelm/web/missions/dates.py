"""Which days and months does the reader ask about, what was known on which day, and where do long events count?"""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.core.validators import RegexValidator
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bluehelm.situation.month_rules import MonthRule
from bluehelm.tables.months import MONTH, month_of
from bluehelm.web.missions.refusals import Refusal, RefusedError
from bluehelm.workflows.clock import today

UNREADABLE = gettext_lazy("This is not a date. Write it as year-month-day, for example 2017-12-31.")
NO_MONTH = gettext_lazy("This is not a month. Write it as year-month, for example 2017-12.")
IN_THE_FUTURE = gettext_lazy("This day lies in the future. Choose today or a day before.")
TURNED = gettext_lazy("This month comes after the last day. Choose an earlier one.")

MONTH_RULES = {
    "date_start": gettext_lazy("in the month it began"),
    "spread": gettext_lazy("spread over its months"),
    "exclude": gettext_lazy("not at all"),
}


def day_field(**named: Any) -> forms.DateField:
    """A day that may be left out, written year-month-day."""
    return forms.DateField(
        **named,
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": UNREADABLE},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def month_field(**named: Any) -> forms.CharField:
    """A month that may be left out, written year-month."""
    return forms.CharField(
        **named,
        required=False,
        validators=[RegexValidator(rf"\A{MONTH.pattern}\Z", NO_MONTH)],
        widget=forms.TextInput(attrs={"type": "month"}),
    )


class DatesForm(forms.Form):
    """The two clocks: `as_of` cuts what happened, `known_on` picks what was known. All may be left out.

    `since` is the first month of a period that ends with `as_of`; `month_rule` says where an event of several
    months counts.
    """

    since = month_field(label=gettext_lazy("Period from"))
    as_of = day_field(label=gettext_lazy("What happened up to"))
    known_on = day_field(label=gettext_lazy("As known on"))
    month_rule = forms.ChoiceField(
        label=gettext_lazy("An event of several months counts"),
        required=False,
        choices=list(MONTH_RULES.items()),
    )

    def clean_as_of(self) -> date | None:
        as_of: date | None = self.cleaned_data["as_of"]
        if as_of and as_of > today():
            raise forms.ValidationError(IN_THE_FUTURE)
        return as_of

    def clean(self) -> None:
        since, as_of = self.cleaned_data.get("since"), self.cleaned_data.get("as_of")
        if since and as_of and since > month_of(as_of):
            self.add_error("since", TURNED)


@dataclass(frozen=True, slots=True)
class AskedDates:
    """The dates to compute with. A date that could not be read is replaced by its default, and the form says so."""

    as_of: date
    known_on: date | None
    month_rule: MonthRule
    since: str
    form: DatesForm

    @property
    def readable(self) -> bool:
        return self.form.is_valid()

    @property
    def query(self) -> str:
        """The query string of a link to the same dates, from its question mark on."""
        return self.moved_to(self.as_of)

    def moved_to(self, as_of: date) -> str:
        """The query string of a link to another last day and otherwise the same."""
        asked = {"as_of": as_of.isoformat()}
        if self.known_on:
            asked["known_on"] = self.known_on.isoformat()
        if self.month_rule != "date_start":
            asked["month_rule"] = self.month_rule
        if self.since and self.since <= month_of(as_of):
            asked["since"] = self.since
        return "?" + urlencode(asked)


def asked_dates(request: HttpRequest) -> AskedDates:
    """The dates in a request's query; `as_of` is today where none is given."""
    form = DatesForm({"as_of": today().isoformat()} | request.GET.dict())
    form.is_valid()
    read = form.cleaned_data
    rule = cast(MonthRule, read.get("month_rule") or "date_start")
    return AskedDates(read.get("as_of") or today(), read.get("known_on"), rule, read.get("since") or "", form)


def readable_dates(request: HttpRequest) -> AskedDates:
    """The dates in a request's query; RefusedError when one cannot be read.

    For programs, which must not get figures that they did not ask for.
    """
    dates = asked_dates(request)
    if dates.readable:
        return dates
    problems = [f"{name}: {text}" for name, texts in dates.form.errors.items() for text in texts]
    next_step = _("Write dates as year-month-day, for example as_of=2017-12-31.")
    raise RefusedError(Refusal(400, "bad_date", _("A date could not be used."), request.path, next_step, problems))
