"""What does a person type for each deed?

Every form carries the number of the finding that the person saw. What comes out of `deed()` is what the action takes.
"""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bluehelm.disclosure import EVERYONE, Label, Marking, audience_names
from bluehelm.spine import Measurement, NotObservable, Recommendation
from bluehelm.web.findings.actions import MOST_USD, Texts, own_audiences
from bluehelm.web.findings.evidence import EvidenceError, Sha256Of, read_evidence
from bluehelm.web.findings.models import Finding
from bluehelm.web.findings.presenters import titles
from bluehelm.web.posts.acting import Actor
from bluehelm.web.posts.models import MARKINGS, Post

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
MOST_NUMBERED = 2**31 - 1
EVIDENCE_HELP = _("One a line, such as: events version 3, SYN000042 · or: document: Patrol report 114")


def _rows(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class Number(forms.IntegerField):
    """A number of something that is counted from one."""

    def __init__(self, **named: Any) -> None:
        super().__init__(min_value=1, max_value=MOST_NUMBERED, **named)


class DeedForm(forms.Form):
    """Fields that every deed has; `recommendation` is empty where the deed is about the finding itself.

    `acting_post` is the post in which the page was opened: what was typed in one post is not done in another.
    """

    expected_version = Number(widget=forms.HiddenInput)
    recommendation = Number(widget=forms.HiddenInput, required=False)
    acting_post = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    texts_of_the_finding: ClassVar[bool] = False

    def __init__(
        self, *args: Any, actor: Actor, sha256_of: Sha256Of, owners: Callable[[], list[Post]] = list, **named: Any
    ) -> None:
        super().__init__(*args, **named)
        self.actor, self.sha256_of = actor, sha256_of
        self.fields["acting_post"].initial = actor.post_code
        for name, words in (("domain", "domains"), ("severity", "severities"), ("confidence", "confidences")):
            self._choose(name, titles(words).items())
        self._choose("cause", titles("causes").items())
        if "owner" in self.fields:
            self._choose("owner", ((post.code, f"{post.title} ({post.code})") for post in owners()))
        if isinstance(self, AudienceFields):
            self._choose("audience", ((name, name) for name in _audiences(actor)))

    def _choose(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        field = self.fields.get(name)
        if isinstance(field, forms.ChoiceField):
            field.choices = list(choices)

    def clean_evidence(self) -> Any:
        try:
            return read_evidence(self.cleaned_data["evidence"], self.sha256_of)
        except EvidenceError as error:
            raise forms.ValidationError(error.problems) from None

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
        """What the action takes beside the finding, its number and the actor."""
        beside = {"expected_version", "acting_post"}
        if not self.cleaned_data.get("recommendation"):
            beside.add("recommendation")
        return {name: value for name, value in self.cleaned_data.items() if name not in beside}


def _audiences(actor: Actor) -> list[str]:
    """What the actor may address: its own audiences, and everyone where it may release."""
    return sorted(own_audiences(actor), key=lambda name: (not name.startswith("mission:"), name)) + (
        [EVERYONE] if actor.may("release", "finding") else []
    )


class TextsFields(forms.Form):
    """What a person writes of a finding."""

    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("One sentence that says what is wrong."))
    statement = forms.CharField(label=_("What was found"), widget=_rows(5), max_length=10_000)
    domain = forms.ChoiceField(label=_("Domain"))
    severity = forms.ChoiceField(label=_("Severity"))
    confidence = forms.ChoiceField(label=_("Confidence"))
    mission = forms.CharField(label=_("Mission"), max_length=60, required=False)

    def texts(self) -> Texts:
        said = self.cleaned_data
        return Texts(**{name: said[name] for name in TextsFields.base_fields})


class AudienceFields(forms.Form):
    """Who may read it."""

    marking = forms.TypedChoiceField(label=_("Marking"), coerce=int, choices=MARKINGS)
    audience = forms.MultipleChoiceField(
        label=_("Releasable to"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one; a finding addressed to nobody is read by nobody.")},
    )

    def label_(self) -> Label:
        return Label(Marking(self.cleaned_data["marking"]), frozenset(self.cleaned_data["audience"]))


class RaiseForm(TextsFields, AudienceFields, DeedForm):
    """A new finding."""

    evidence = forms.CharField(label=_("Evidence"), widget=_rows(3), help_text=EVIDENCE_HELP, max_length=4000)
    field_order = (
        "title",
        "statement",
        "evidence",
        "domain",
        "severity",
        "confidence",
        "mission",
        "marking",
        "audience",
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        del self.fields["expected_version"], self.fields["recommendation"]
        post = self.actor.post
        self.fields["mission"].initial = post.mission if post else ""
        self.fields["audience"].initial = [f"mission:{post.mission}"] if post and post.mission else []
        self.fields["severity"].initial, self.fields["confidence"].initial = "medium", "moderate"

    def deed(self) -> dict[str, Any]:
        return {"texts": self.texts(), "evidence": self.cleaned_data["evidence"], "label": self.label_()}


class EditForm(TextsFields, DeedForm):
    """Other words for a finding."""

    reason = forms.CharField(label=_("Why"), required=False, max_length=1000)
    texts_of_the_finding = True

    def deed(self) -> dict[str, Any]:
        return {"texts": self.texts(), "reason": self.cleaned_data["reason"]}


class PlainForm(DeedForm):
    """Nothing but the deed itself."""


class ReasonForm(DeedForm):
    """A deed that asks why."""

    reason = forms.CharField(label=_("Why"), widget=_rows(2), max_length=2000)


class EvidenceForm(DeedForm):
    """More evidence."""

    evidence = forms.CharField(label=_("Evidence"), widget=_rows(2), help_text=EVIDENCE_HELP, max_length=4000)


class StepForm(EvidenceForm):
    """A step that is done."""

    step = Number(widget=forms.HiddenInput)


class RelabelForm(ReasonForm):
    """Another marking or another audience."""

    marking = forms.TypedChoiceField(label=_("Marking"), coerce=int, choices=MARKINGS)
    releasable_to = forms.CharField(
        label=_("Releasable to"), max_length=1000, help_text=_("Such as: mission:UNSYM | headquarters"),
    )  # fmt: skip
    field_order = ("marking", "releasable_to", "reason")

    def clean_releasable_to(self) -> frozenset[str]:
        try:
            return audience_names(self.cleaned_data["releasable_to"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None

    def deed(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"label": Label(Marking(said["marking"]), said["releasable_to"]), "reason": said["reason"]}


class RecommendForm(DeedForm):
    """What a post should do, and until when."""

    text = forms.CharField(label=_("What should be done"), widget=_rows(3), max_length=4000)
    owner = forms.ChoiceField(label=_("Owner post"))
    due_on = forms.DateField(label=_("Due on"), widget=DAY)
    cost_usd = forms.IntegerField(
        label=_("Cost in US dollars, if known"), min_value=0, max_value=MOST_USD, required=False
    )
    capability = forms.ChoiceField(
        label=_("Does it bring a capability?"),
        choices=[("", _("no")), ("new", _("a new one")), ("redirected", _("one that is moved or given another task"))],
        required=False,
    )

    def deed(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "what": Recommendation(said["text"], said["owner"], said["due_on"], said["cost_usd"], said["capability"])
        }


class RescheduleForm(ReasonForm):
    """Another day or another owner."""

    due_on = forms.DateField(label=_("Due on"), widget=DAY)
    owner = forms.ChoiceField(label=_("Owner post"))
    field_order = ("due_on", "owner", "reason")


class DecideForm(DeedForm):
    """Yes, yes with changes, or no; and why."""

    outcome = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        choices=[("accepted", _("Accept")), ("modified", _("Accept with changes")), ("rejected", _("Reject"))],
    )
    why = forms.CharField(label=_("Why"), widget=_rows(2), max_length=2000)
    modified_to = forms.CharField(
        label=_("What is decided instead"), widget=_rows(2), max_length=4000, required=False,
        help_text=_("Only when you accept with changes."),
    )  # fmt: skip


class StartForm(DeedForm):
    """Steps, and how the effect will be seen; said before it begins."""

    steps = forms.CharField(label=_("Steps"), widget=_rows(3), help_text=_("One a line."), max_length=4000)
    measurement = forms.CharField(label=_("What will be measured"), max_length=500, required=False)
    source = forms.CharField(label=_("In which source"), max_length=200, required=False)
    before = forms.CharField(label=_("What it reads today"), max_length=200, required=False)
    read_on = forms.DateField(label=_("To be read on"), widget=DAY, required=False)
    not_observable_why = forms.CharField(
        label=_("Or why the effect cannot be observed"), widget=_rows(2), max_length=1000, required=False
    )

    def clean_steps(self) -> list[str]:
        steps = [line.strip() for line in self.cleaned_data["steps"].splitlines() if line.strip()]
        if too_long := [step for step in steps if len(step) > 300]:
            raise forms.ValidationError(
                _("A step has at most 300 characters: “%(step)s…”") % {"step": too_long[0][:60]}
            )
        return steps

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        measured = bool(said.get("measurement") or said.get("source") or said.get("read_on"))
        if measured == bool(said.get("not_observable_why")):
            raise forms.ValidationError(
                _("Say how the effect will be seen, or why it cannot be: one of the two, before the action begins.")
            )
        if measured and not (said.get("measurement") and said.get("source") and said.get("read_on")):
            raise forms.ValidationError(_("A measurement names what, in which source, and the day it is to be read."))
        return said

    def deed(self) -> dict[str, Any]:
        said = self.cleaned_data
        look_for: Measurement | NotObservable = (
            NotObservable(said["not_observable_why"])
            if said["not_observable_why"]
            else Measurement(said["measurement"], said["source"], said["read_on"], said["before"])
        )
        return {"recommendation": said["recommendation"], "steps": said["steps"], "look_for": look_for}


class FinishForm(EvidenceForm):
    """Done, in full or in part."""

    extent = forms.ChoiceField(
        label=_("Done"), widget=forms.RadioSelect, choices=[("in full", _("in full")), ("in part", _("in part"))]
    )
    field_order = ("extent", "evidence")


class ReadForm(EvidenceForm):
    """What the measurement shows, and what it means."""

    reading = forms.CharField(label=_("Reading"), max_length=200)
    judgement = forms.CharField(label=_("What you make of it"), widget=_rows(3), max_length=4000)
    confidence = forms.ChoiceField(label=_("Confidence"))
    field_order = ("reading", "judgement", "confidence", "evidence")


class WhyForm(DeedForm):
    """Why a reading cannot be had."""

    why = forms.CharField(label=_("Why it cannot be read"), widget=_rows(2), max_length=1000)


class WaitForm(DeedForm):
    """What it waits for, and on whom."""

    cause = forms.ChoiceField(label=_("Cause of delay"))
    party = forms.CharField(label=_("Waiting on"), max_length=200, help_text=_("A post, an office, a state."))
    note = forms.CharField(label=_("Note"), widget=_rows(2), max_length=1000, required=False)


class EndWaitForm(DeedForm):
    """A wait that is over."""

    wait = Number(widget=forms.HiddenInput)

    def deed(self) -> dict[str, Any]:
        return {"wait": self.cleaned_data["wait"]}


HOW = [("overtaken", _("Overtaken by events")), ("superseded", _("Superseded by another"))]


class EndForm(ReasonForm):
    """The finding is no longer to be followed."""

    how = forms.ChoiceField(label=_("How it ended"), widget=forms.RadioSelect, choices=HOW)
    superseded_by = Number(label=_("Number of the finding that took its place"), required=False)
    field_order = ("how", "superseded_by", "reason")


class EndRecommendationForm(ReasonForm):
    """The recommendation is no longer to be followed."""

    how = forms.ChoiceField(label=_("How it ended"), widget=forms.RadioSelect, choices=HOW)
    field_order = ("how", "reason")


class MergeForm(DeedForm):
    """Two findings that are one."""

    into = Number(label=_("Merge into finding number"))
    kept = forms.CharField(
        label=_("What of this one is kept there"), widget=_rows(2), max_length=2000, help_text=_("Both stay readable.")
    )


class ApartForm(ReasonForm):
    """Two findings that are two."""

    other = Number(widget=forms.HiddenInput)


class FilterForm(forms.Form):
    """What to list."""

    text = forms.CharField(label=_("Words"), max_length=200, required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    severity = forms.ChoiceField(label=_("Severity"), required=False)
    domain = forms.ChoiceField(label=_("Domain"), required=False)
    owner = forms.ChoiceField(label=_("Owner post"), required=False)
    due = forms.ChoiceField(
        label=_("Due"),
        required=False,
        choices=[
            ("", _("any day")),
            ("overdue", _("overdue")),
            ("week", _("within 7 days")),
            ("month", _("within 30 days")),
        ],
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("due", _("due first")), ("severity", _("gravest first")), ("newest", _("newest first"))],
    )

    def __init__(self, *args: Any, owners: Iterable[tuple[str, str]], **named: Any) -> None:
        super().__init__(*args, **named)
        whole = [("open", _("Open")), ("ended", _("Ended")), ("all", _("All"))]
        choices: dict[str, list[tuple[str, Any]]] = {
            "state": [*whole, *titles("states").items()],
            "severity": [("", _("any")), *titles("severities").items()],
            "domain": [("", _("any")), *titles("domains").items()],
            "owner": [("", _("any")), *owners],
        }
        for name, listed in choices.items():
            self.fields[name].choices = listed  # type: ignore[attr-defined]  # ChoiceFields


def texts_of(finding: Finding) -> dict[str, Any]:
    """What the fields of a finding's texts hold as it stands."""
    return {name: getattr(finding, name) for name in TextsFields.base_fields}
