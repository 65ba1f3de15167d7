"""What does a person type to change a plan or to enter a value?"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bluehelm.definitions.plans import packaged_assessment
from bluehelm.language import called
from bluehelm.plans.framework import Indicator
from bluehelm.plans.periods import PeriodError, months_of
from bluehelm.web.plans.actions import Amount
from bluehelm.web.plans.models import WorksheetEvidence
from bluehelm.workflows.findings.rules import finding_rules

MOST_LETTERS = 5_000_000
AS_WRITTEN = _("Shown as it is written: put no number of a few people into a title, a note or any other text.")
AMOUNTS = ("value", "numerator", "denominator", "low", "high")


class PlanForm(forms.Form):
    """A whole framework, and why it is changed."""

    text = forms.CharField(
        label=_("Framework (YAML)"),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false"}),
        help_text=AS_WRITTEN,
    )
    why = forms.CharField(label=_("Why it is changed"), max_length=500)
    unfinished = forms.BooleanField(
        label=_("Keep it although the checks find problems"), required=False,
        help_text=_("The page says how many are left."),
    )  # fmt: skip
    decision = forms.IntegerField(
        label=_("Decision it carries out"), required=False, min_value=1,
        help_text=_("Its number, where the change follows from a decision on a finding."),
    )  # fmt: skip

    def clean_text(self) -> str:
        """Browsers send lines that end as on old teleprinters; the digest must be that of the file."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


class AmountForm(forms.Form):
    """The numbers of one value, with their source."""

    value = forms.FloatField(label=_("Value"), required=False)
    numerator = forms.FloatField(label=_("Numerator"), required=False)
    denominator = forms.FloatField(label=_("Denominator"), required=False, min_value=0)
    low = forms.FloatField(label=_("Low"), required=False)
    high = forms.FloatField(label=_("High"), required=False)
    source = forms.CharField(label=_("Source"), max_length=300, help_text=_("The register, report or survey."))
    note = forms.CharField(label=_("Note"), max_length=500, required=False, help_text=AS_WRITTEN)

    def __init__(self, categories: Sequence[str] = (), *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.categories = categories
        for place, category in enumerate(categories):
            label = _("How many in: %(category)s") % {"category": category}
            self.fields[f"count_{place}"] = forms.FloatField(label=label, required=False, min_value=0)

    @property
    def amount(self) -> Amount:
        given = {name: self.cleaned_data[name] for name in AMOUNTS}
        counts = {name: self.cleaned_data[f"count_{place}"] for place, name in enumerate(self.categories)}
        return Amount(**given, counts={name: count for name, count in counts.items() if count is not None})


class ValueForm(AmountForm):
    """A new value of an indicator, for a period and, where it is told by parts, for one of them."""

    field_order = ("period",)
    period = forms.CharField(
        label=_("Period"), max_length=7, help_text=_("2027-03, 2027-Q1, 2027-H1, 2027 or 2026/27.")
    )

    def __init__(self, indicator: Indicator, *args: Any, **named: Any) -> None:
        super().__init__(indicator.categories, *args, **named)
        self.by = indicator.by
        for key in indicator.by:
            self.fields[f"by_{key}"] = forms.CharField(
                label=_("Part by %(key)s") % {"key": key}, max_length=40, required=False,
                help_text=_("Leave empty for the whole."), validators=[_no_separators],
            )  # fmt: skip

    @property
    def parts(self) -> dict[str, str]:
        return {key: self.cleaned_data[f"by_{key}"] for key in self.by if self.cleaned_data[f"by_{key}"]}


class CorrectForm(AmountForm):
    """The right numbers, and why the old ones were wrong."""

    reason = forms.CharField(label=_("Why it is corrected"), max_length=500)


class WhyForm(forms.Form):
    """Why something is done."""

    why = forms.CharField(label=_("Why"), max_length=500)


class PeriodForm(forms.Form):
    """A period of any kind, asked for in the address."""

    period = forms.CharField(
        label=_("Period"), max_length=7, help_text=_("2027-03, 2027-Q1, 2027-H1, 2027 or 2026/27.")
    )

    def clean_period(self) -> str:
        try:
            months_of(self.cleaned_data["period"])
        except PeriodError as error:
            raise forms.ValidationError(str(error)) from None
        return str(self.cleaned_data["period"])


class CloseForm(forms.Form):
    """A period whose values are approved."""

    period = forms.CharField(label=_("Period to close"), max_length=7)


def _no_separators(text: str) -> None:
    if "=" in text or "," in text:
        raise forms.ValidationError(_("Write it without = and commas."))


class RoundForm(forms.Form):
    """Which period is assessed."""

    period = forms.CharField(label=_("Period to assess"), max_length=7)


class DescribeForm(forms.Form):
    """What changed around the outcome."""

    context_change = forms.CharField(label=_("What changed in the context"), widget=forms.Textarea(attrs={"rows": 4}))


class EvidenceForm(forms.Form):
    """One piece of evidence; what communities and surveys say needs method and sample."""

    side = forms.ChoiceField(label=_("It speaks"), choices=WorksheetEvidence.SIDES)
    sort = forms.ChoiceField(label=_("Kind"))
    text = forms.CharField(label=_("What it says"), widget=forms.Textarea(attrs={"rows": 3}), help_text=AS_WRITTEN)
    source = forms.CharField(label=_("Source"), max_length=300)
    method = forms.CharField(label=_("Method"), max_length=300, required=False)
    sample = forms.CharField(label=_("Sample"), max_length=300, required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        kinds = [(word.word, called(word.title)) for word in packaged_assessment().evidence_kinds]
        self.fields["sort"].choices = kinds  # type: ignore[attr-defined]  # a ChoiceField


class JudgementForm(forms.Form):
    """A word for the contribution, a confidence and the reason."""

    contribution = forms.ChoiceField(label=_("The mission's contribution"))
    confidence = forms.ChoiceField(label=_("Confidence"))
    rationale = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        words = [("", "")] + [(word.word, called(word.title)) for word in packaged_assessment().contributions]
        confidences = [("", "")] + [(word.word, called(word.title)) for word in finding_rules().vocabulary.confidences]
        self.fields["contribution"].choices = words  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["confidence"].choices = confidences  # type: ignore[attr-defined]  # a ChoiceField


class ConcludeForm(JudgementForm):
    """The conclusion of the round on one outcome, and what is recommended to whom."""

    other_explanations = forms.CharField(label=_("Other explanations"), widget=forms.Textarea(attrs={"rows": 3}))
    dissent = forms.CharField(label=_("Dissent"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    workshop = forms.CharField(
        label=_("Facilitated workshop, if one was held"),
        help_text=_("Which post facilitated, and which took part: posts, no names."),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )
    recommendation = forms.CharField(label=_("What to do"), widget=forms.Textarea(attrs={"rows": 2}))
    owner = forms.CharField(label=_("Asked of the post"), max_length=60)
    due_on = forms.DateField(label=_("By"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
