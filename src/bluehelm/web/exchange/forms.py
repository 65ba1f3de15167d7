"""What does a person say of a file: what it holds, which column is which, why records change?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bluehelm.web.exchange.kinds import RecordKind
from bluehelm.web.exchange.models import RecordFile


class GiveForm(forms.Form):
    """A file and what it holds."""

    kind = forms.ChoiceField(label=_("What the file holds"))
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV in UTF-8 or XLSX with one sheet; the first row names the columns."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def __init__(self, *args: Any, kinds: list[RecordKind], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["kind"].choices = [(kind.name, kind.title) for kind in kinds]  # type: ignore[attr-defined]


class ExportForm(forms.Form):
    """Which records leave, and in which form."""

    records = forms.ChoiceField(label=_("Records"))
    format = forms.ChoiceField(label=_("Form"), choices=[("csv", "CSV"), ("xlsx", "XLSX")])

    def __init__(self, *args: Any, kinds: list[RecordKind], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["records"].choices = [(kind.name, kind.title) for kind in kinds]  # type: ignore[attr-defined]


class ColumnsForm(forms.Form):
    """Which column of the file is which of ours, and how it is taken in."""

    reason = forms.CharField(
        label=_("Why records change"),
        required=False,
        max_length=300,
        help_text=_("Kept with each record that changes."),
    )
    with_reference = forms.BooleanField(
        label=_("Also make what the file refers to and no record knows"), required=False
    )
    expected_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, kind: RecordKind, file: RecordFile, **named: Any) -> None:
        super().__init__(*args, **named)
        offered = [("", _("(not in the file)")), *((name, name) for name in file.header)]
        self.names = [column.name for column in kind.taken_in]
        columns = {
            f"column-{column.name}": forms.ChoiceField(
                label=str(column.title), choices=offered, required=column.required, help_text=column.name,
                initial=file.mapping.get(column.name, ""),
            )
            for column in kind.taken_in
        }  # fmt: skip
        self.fields = {**columns, **self.fields}
        self.initial = {
            **self.initial,
            "reason": file.reason, "with_reference": file.with_reference, "expected_version": file.row_version
        }  # fmt: skip

    def mapping(self) -> dict[str, str]:
        return {name: self.cleaned_data[f"column-{name}"] for name in self.names}
