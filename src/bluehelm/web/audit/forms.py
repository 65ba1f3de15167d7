"""Which entries does an auditor ask for?"""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bluehelm.web.audit.models import Entry
from bluehelm.web.audit.reads import Wanted


class WantedForm(forms.Form):
    """The filters of the list; deeds and kinds are those of the entries that may be read."""

    key = forms.CharField(label=_("Record"), required=False, max_length=200)
    deed = forms.ChoiceField(label=_("Deed"), required=False)
    kind = forms.ChoiceField(label=_("Kind of record"), required=False)
    by = forms.CharField(label=_("By"), required=False, max_length=160)
    from_on = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    until_on = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, data: Any, entries: QuerySet[Entry]) -> None:
        super().__init__(data, auto_id="wanted-%s")
        for name in ("deed", "kind"):
            found = entries.order_by(name).values_list(name, flat=True).distinct()
            self.fields[name].choices = [("", _("all")), *((one, one) for one in found)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("from_on"), cleaned.get("until_on")
        if first and last and last < first:
            self.add_error("until_on", _("The last day comes before the first."))
        return cleaned

    @property
    def wanted(self) -> Wanted:
        """What was asked for; raises nothing once the form is valid."""
        return Wanted(**self.cleaned_data)
