"""What does a person type for each deed on an outlook or an assessment?

Every form carries the number of the record that the person saw. What comes out of `deed()` is what the action takes.
"""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bluehelm.disclosure import EVERYONE, Label, Marking
from bluehelm.language import called
from bluehelm.tables.months import MONTH
from bluehelm.web.findings.evidence import EvidenceError, Sha256Of, read_evidence
from bluehelm.web.outlook.held import own_audiences
from bluehelm.web.outlook.lens_words import confidences, factors, lens_words
from bluehelm.web.posts.acting import Actor
from bluehelm.web.posts.models import MARKINGS, Post
from bluehelm.web.posts.rights import rights
from bluehelm.workflows.outlook_history import outlook_rules

MOST_NUMBERED = 2**31 - 1
LONGEST = 10_000
EVIDENCE_HELP = _("One a line, such as: events version 3, SYN000042 · or: document: Patrol report 114")
Choices = Iterable[tuple[str, str]]


def _rows(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Month(forms.CharField):
    """A month written YYYY-MM."""

    def __init__(self, **named: Any) -> None:
        super().__init__(max_length=7, widget=forms.TextInput(attrs={"placeholder": "YYYY-MM"}), **named)

    def clean(self, value: Any) -> str:
        said = str(super().clean(value))
        if said and not MONTH.fullmatch(said):
            raise forms.ValidationError(_("Write the month as YYYY-MM."))
        return said


class RecordForm(forms.Form):
    """Fields that every deed has.

    `acting_post` is the post in which the page was opened: what was typed in one post is not done in another. `choices`
    fill the fields of their names.
    """

    expected_version = forms.IntegerField(min_value=1, max_value=MOST_NUMBERED, widget=forms.HiddenInput)
    acting_post = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)

    def __init__(
        self, *args: Any, actor: Actor, choices: dict[str, list[tuple[str, str]]] | None = None, **named: Any
    ) -> None:
        super().__init__(*args, **named)
        self.actor = actor
        self.fields["acting_post"].initial = actor.post_code
        for name, listed in (choices or {}).items():
            field = self.fields.get(name)
            if isinstance(field, forms.ChoiceField):
                field.choices = listed

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        opened_in, now_in = said.get("acting_post"), self.actor.post_code
        if opened_in and opened_in != now_in:
            sent = cast("QueryDict", self.data).copy()
            sent["acting_post"] = now_in  # so that it can be sent again on purpose
            self.data = sent
            raise forms.ValidationError(
                _("You opened this as %(before)s and now act as %(now)s. Send it again if you mean it as %(now)s.")
                % {"before": opened_in, "now": now_in}
            )
        return said

    def deed(self) -> dict[str, Any]:
        """What the action takes beside the number, the version and the actor."""
        return {
            name: value for name, value in self.cleaned_data.items() if name not in ("expected_version", "acting_post")
        }


class LabelForm(RecordForm):
    """Who may read it."""

    marking = forms.TypedChoiceField(label=_("Marking"), coerce=int, choices=MARKINGS)
    audience = forms.MultipleChoiceField(
        label=_("Releasable to"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one; what is addressed to nobody is read by nobody.")},
    )

    def deed(self) -> dict[str, Any]:
        said = super().deed()
        marking, audience = Marking(said.pop("marking")), frozenset(said.pop("audience"))
        return said | {"label": Label(marking, audience)}


def audiences_for(actor: Actor, kind: str, held: Iterable[str] = ()) -> list[tuple[str, str]]:
    """What the actor may address: its own audiences, all houses of a kind and everyone where it may release."""
    own = set(own_audiences(actor)) | set(held)
    if actor.may("release", kind):
        own |= {one.audience for one in rights().organisations} | {EVERYONE}
    return [(name, name) for name in sorted(own, key=lambda name: (not name.startswith("mission:"), name))]


class ReasonForm(RecordForm):
    reason = forms.CharField(label=_("Why"), max_length=2000, widget=_rows(2))


class PlainForm(RecordForm):
    """Nothing more to say."""


# Releases


class TextsForm(RecordForm):
    """What an outlook means here."""

    title = forms.CharField(label=_("Title"), max_length=200)
    assessment = forms.CharField(
        label=_("What it means here"),
        max_length=LONGEST,
        widget=_rows(6),
        help_text=_("What is likely, how sure that is, what the counts cannot show, and what it calls for."),
    )


class DraftForm(TextsForm, LabelForm):
    """A draft of a release."""

    expected_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    version = forms.TypedChoiceField(label=_("Outlook"), coerce=int)
    field_order = ("version", "title", "assessment", "marking", "audience")


class ReleaseForm(LabelForm):
    """Whom it goes to, and why."""

    reason = forms.CharField(
        label=_("Why it is released"), min_length=15, max_length=2000, widget=_rows(2),
        help_text=_("The reason stands in the audit beside your name and post."),
    )  # fmt: skip


class WithdrawForm(RecordForm):
    reason = forms.CharField(label=_("Why it no longer holds"), min_length=15, max_length=2000, widget=_rows(2))


class TellForm(RecordForm):
    """A post that was told."""

    post = forms.ChoiceField(label=_("Post"))
    how = forms.CharField(label=_("How"), max_length=200, help_text=_("In a meeting, by a call, in writing."))


class AnswerForm(RecordForm):
    answer = forms.CharField(
        label=_("What your post says to it"), required=False, max_length=LONGEST, widget=_rows(2)
    )  # fmt: skip


class DoneForm(RecordForm):
    """What was done on it."""

    text = forms.CharField(label=_("What was done"), max_length=LONGEST, widget=_rows(3))
    unit = forms.ChoiceField(label=_("Where"), required=False)
    first_month = Month(label=_("From month"))
    last_month = Month(label=_("To month"))
    finding = forms.IntegerField(
        label=_("Number of the finding it hangs on"), required=False, min_value=1, max_value=MOST_NUMBERED
    )


class ProbabilityForm(RecordForm):
    """What one holds likely oneself."""

    unit = forms.ChoiceField(label=_("Where"))
    target = forms.ChoiceField(label=_("Kind of violence"))
    month = forms.ChoiceField(label=_("Month"))
    deaths = forms.IntegerField(label=_("Deaths in that month, at least"), min_value=1, max_value=1_000_000)
    percent = forms.IntegerField(label=_("Chances in 100"), min_value=0, max_value=100)
    why = forms.CharField(label=_("Why"), max_length=LONGEST, widget=_rows(2))


class ThresholdForm(LabelForm):
    """How many deaths in a month matter."""

    expected_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    unit_kind = forms.ChoiceField(
        label=_("By"), choices=(("country", _("country")), ("area", _("drawn area")), ("cell", _("grid cell")))
    )
    target = forms.ChoiceField(label=_("Kind of violence"))
    unit = forms.CharField(
        label=_("Where"),
        max_length=120,
        required=False,
        help_text=_("The unit's code; nothing stands for all of them."),
    )
    deaths = forms.IntegerField(label=_("Deaths in a month, at least"), min_value=1, max_value=1_000_000)
    why = forms.CharField(label=_("Why this number"), max_length=LONGEST, widget=_rows(2))
    field_order = ("unit_kind", "target", "unit", "deaths", "why", "marking", "audience")


def target_choices() -> list[tuple[str, str]]:
    return [(one.target, called(one.title)) for one in outlook_rules().targets]


# The lens


class AssessmentForm(LabelForm):
    """A new assessment."""

    expected_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    place = forms.CharField(
        label=_("Where, or for whom"), max_length=200, help_text=_("The same words as last time show the change.")
    )
    assessed_on = forms.DateField(label=_("As of"), required=False, widget=_day(), help_text=_("Nothing means today."))
    field_order = ("place", "assessed_on", "marking", "audience")


class FactorForm(RecordForm):
    """What was found of one factor, or of one of its indicators."""

    factor = forms.TypedChoiceField(label=_("Factor"), coerce=int)
    indicator = forms.ChoiceField(label=_("Indicator"), required=False)
    found = forms.ChoiceField(label=_("Found"))
    movement = forms.ChoiceField(label=_("Since the last time"), required=False)
    confidence = forms.ChoiceField(label=_("Confidence"), required=False)
    evidence = forms.CharField(
        label=_("Evidence"), required=False, max_length=4000, widget=_rows(3), help_text=EVIDENCE_HELP
    )
    reasoning = forms.CharField(label=_("Why you find so"), max_length=LONGEST, widget=_rows(3))
    mitigation = forms.CharField(label=_("What could be done"), required=False, max_length=LONGEST, widget=_rows(2))

    def __init__(self, *args: Any, sha256_of: Sha256Of, **named: Any) -> None:
        super().__init__(*args, **named)
        self.sha256_of = sha256_of
        words, nothing = lens_words(), [("", "–")]
        self._fill("factor", [(str(one.number), f"{one.number} {called(one.title)}") for one in factors()])
        listed = [(one.code, f"{one.code} {one.text}") for factor in factors() for one in factor.indicators]
        self._fill("indicator", [("", str(_("the factor as a whole"))), *listed])
        self._fill("found", [(word.word, called(word.title)) for word in words.findings])
        self._fill("movement", nothing + [(word.word, called(word.title)) for word in words.movements])
        self._fill("confidence", nothing + confidences())

    def _fill(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_evidence(self) -> str:
        """The lines as written, once each of them names evidence."""
        text = str(self.cleaned_data["evidence"])
        try:
            refs = read_evidence(text, self.sha256_of)
        except EvidenceError as error:
            raise forms.ValidationError(error.problems) from None
        return "\n".join(line for line in map(str.strip, text.splitlines()) if line) if refs else ""

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        indicator = said.get("indicator")
        if indicator and "factor" in said and not indicator.startswith(f"{said['factor']}."):
            self.add_error("indicator", _("This indicator belongs to another factor."))
        return said


class NarrativeForm(RecordForm):
    """What the factors mean together."""

    place = forms.CharField(label=_("Where, or for whom"), max_length=200)
    narrative = forms.CharField(
        label=_("What it means, in words"), required=False, max_length=20_000, widget=_rows(8),
        help_text=_("How the factors work on each other, what is not known, what may come next and what would help."),
    )  # fmt: skip


class TriggerForm(RecordForm):
    starts = forms.DateField(label=_("On or from"), widget=_day())
    until = forms.DateField(label=_("Until"), required=False, widget=_day())
    text = forms.CharField(label=_("What may set it off"), max_length=300)


class EscalateForm(RecordForm):
    post = forms.ChoiceField(label=_("Post"))
    why = forms.CharField(label=_("Why now"), max_length=LONGEST, widget=_rows(3))


class EscalationAnswerForm(RecordForm):
    escalation = forms.IntegerField(min_value=1, max_value=MOST_NUMBERED, widget=forms.HiddenInput)
    answer = forms.CharField(
        label=_("What will be done"), max_length=LONGEST, widget=_rows(3),
        help_text=_("Be it nothing, and why."),
    )  # fmt: skip


class RelabelForm(LabelForm):
    reason = forms.CharField(label=_("Why"), min_length=15, max_length=2000, widget=_rows(2))


def post_choices(posts: Iterable[Post]) -> list[tuple[str, str]]:
    return [(post.code, f"{post.title} ({post.code})") for post in posts]
