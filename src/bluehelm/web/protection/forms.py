"""What does a person type for each deed on an alert, a threat or the work that answers them?

An alert can be entered in a minute and a half on a phone: three fields are asked, the rest has sensible beginnings.
"""

from collections.abc import Callable, Iterable
from datetime import UTC
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from bluehelm.definitions.protection import packaged_work_words
from bluehelm.disclosure import Label as Marked
from bluehelm.disclosure import Marking
from bluehelm.language import called
from bluehelm.protection.observers import KINDS, ObservationError, Observed, from_csv
from bluehelm.tables.months import MONTH
from bluehelm.web.outlook.forms import LabelForm, PlainForm, ReasonForm, RecordForm, _day, _rows
from bluehelm.web.posts.models import MARKINGS
from bluehelm.web.protection import models as kept
from bluehelm.web.protection.words import choices

MOST = 2**31 - 1
LONGEST = 4000
MANY = 1_000_000
Label = Any

__all__ = ["PlainForm", "ReasonForm", "RecordForm"]


def line(
    label: Label, *, longest: int = 200, required: bool = True, rows: int = 0, help_text: Label = ""
) -> forms.CharField:
    widget = _rows(rows) if rows else forms.TextInput()
    return forms.CharField(label=label, max_length=longest, required=required, widget=widget, help_text=help_text)


def pick(label: Label, model: type[models.Model], field: str, required: bool = True) -> forms.ChoiceField:
    listed: Callable[[], list[tuple[str, str]]] = lambda: choices(model, field, nothing=not required)  # noqa: E731
    return forms.ChoiceField(label=label, required=required, choices=listed)


def how_many(label: Label, *, least: int = 0, required: bool = False) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=MOST, required=required)


def on_day(label: Label, *, required: bool = False, help_text: Label = "") -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=_day(), help_text=help_text)


def at_moment(label: Label, *, required: bool = False, help_text: Label = "") -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(
        label=label, required=required, widget=widget, help_text=help_text,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )  # fmt: skip


def from_page(label: Label, required: bool = True) -> forms.ChoiceField:
    """A choice that the page fills: posts, or other records."""
    return forms.ChoiceField(label=label, required=required)


class NewForm(LabelForm):
    """A new record: what it says, then who may read it."""

    expected_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        last = ("marking", "audience")
        self.order_fields([*(name for name in self.fields if name not in last), *last])


class AlertForm(NewForm):
    what = pick(_("What it is about"), kept.Alert, "what")
    place = line(_("Place"), longest=120)
    text = line(
        _("What was said"), longest=LONGEST, rows=3, required=False,
        help_text=_("No name, number or word by which the caller could be known."),
    )  # fmt: skip
    channel = pick(_("How it came"), kept.Alert, "channel")
    received_at = at_moment(_("Received (UTC)"), help_text=_("Nothing means now."))
    distance_km = forms.FloatField(
        label=_("Km from the nearest post"), required=False, min_value=0, max_value=20_000,
    )  # fmt: skip
    latitude = forms.FloatField(label=_("Latitude"), required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(label=_("Longitude"), required=False, min_value=-180, max_value=180)
    exercise = forms.BooleanField(label=_("This is an exercise"), required=False)
    identity = line(_("Who called (sealed)"), required=False)
    caller_number = line(_("Number (sealed)"), longest=60, required=False)
    consent = pick(_("May the caller be called back?"), kept.Caller, "consent", required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if (said.get("latitude") is None) != (said.get("longitude") is None):
            self.add_error("longitude", _("A point takes both, a latitude and a longitude."))
        return said

    def deed(self) -> dict[str, Any]:
        said = super().deed()
        said["consent"] = said.get("consent") or "not-asked"
        if said.get("received_at"):
            said["received_at"] = said["received_at"].replace(tzinfo=UTC)
        return said


class StepForm(RecordForm):
    """A step at another time than now."""

    step = forms.ChoiceField(label=_("Step"))
    at = at_moment(_("At (UTC)"), required=True)
    decision = line(_("What was decided"), longest=LONGEST, rows=2, required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        from bluehelm.definitions.protection import packaged_alert_rules

        field = self.fields["step"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.word, called(one.title)) for one in packaged_alert_rules().steps[1:]]

    def deed(self) -> dict[str, Any]:
        said = super().deed()
        return said | {"at": said["at"].replace(tzinfo=UTC)}


class NoResponseForm(RecordForm):
    reason = pick(_("Why nobody goes, or arrived"), kept.Alert, "no_response")
    why = line(_("More about why"), longest=LONGEST, rows=2)


class CallerForm(RecordForm):
    reason = line(
        _("Why you need to know"), longest=500, rows=2, help_text=_("It stands in the audit, with your post.")
    )


class RelabelForm(LabelForm):
    reason = line(_("Why"), longest=2000, rows=2)


class ProfileForm(RecordForm):
    """What is said of a threat."""

    title = line(_("Threat"))
    perpetrator = line(_("Who threatens"), help_text=_("A group or force, never a person."))
    civilians = line(_("Who is at risk"), longest=300)
    women, men = how_many(_("Women")), how_many(_("Men"))
    girls, boys = how_many(_("Girls")), how_many(_("Boys"))
    capability = pick(_("Capability"), kept.Threat, "capability", required=False)
    intent = pick(_("Intent"), kept.Threat, "intent", required=False)
    vulnerability = pick(_("Vulnerability"), kept.Threat, "vulnerability", required=False)
    host_capacity = pick(_("Host state: capacity"), kept.Threat, "host_capacity", required=False)
    host_will = pick(_("Host state: will"), kept.Threat, "host_will", required=False)
    others_capacity = pick(_("Others: capacity"), kept.Threat, "others_capacity", required=False)
    others_will = line(_("Others: who, and their will"), longest=300, required=False)
    likelihood = pick(_("Likelihood"), kept.Threat, "likelihood")
    impact = pick(_("Impact"), kept.Threat, "impact")
    trend = pick(_("Trend"), kept.Threat, "trend", required=False)
    rationale = line(_("Why it is judged so"), longest=LONGEST, rows=4)
    lead = from_page(_("Lead post"))
    review_on = on_day(_("Review on"), help_text=_("Nothing means: as the likelihood asks."))


class ThreatForm(NewForm, ProfileForm):
    place = line(_("Place"), longest=120)
    sector = line(_("Sector"), longest=80, required=False)


class ReviewForm(ProfileForm):
    """A threat looked at again."""


class WhyForm(RecordForm):
    why = line(_("Why"), longest=300, rows=2)


class ResponseForm(RecordForm):
    tier = pick(_("Tier"), kept.ThreatResponse, "tier")
    phase = pick(_("Phase"), kept.ThreatResponse, "phase")
    text = line(_("What is to be done"), longest=300)
    lead = from_page(_("Lead post"))
    due_on = on_day(_("Deadline"), required=True)


class FinishForm(RecordForm):
    response = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST)
    result = line(_("What came of it"), longest=300)


class EscalateForm(RecordForm):
    to_post = from_page(_("Post that can decide"))
    text = line(_("Why now"), longest=500, rows=2)


class TaskForm(RecordForm):
    to_post = from_page(_("Post that is to do it"))
    text = line(_("What is to be done"), longest=500, rows=2)
    due_at = at_moment(_("Until (UTC)"), required=True)


class OfReferral(RecordForm):
    referral = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST)


class ReferralAnswerForm(OfReferral):
    answer = line(_("What will be done"), longest=500)


class TaskDoneForm(OfReferral):
    outcome = line(_("What came of it"), longest=500)


class ActivityForm(NewForm):
    what = pick(_("Activity"), kept.Activity, "what")
    threat = from_page(_("Against which threat"), required=False)
    intended = line(_("What it is meant to bring"), help_text=_("An outcome for people, not a number of patrols."))
    place = line(_("Place"), longest=120)
    on = on_day(_("On"), help_text=_("Nothing means today."))
    recommended = line(_("Recommended"), longest=LONGEST, rows=2, required=False)


class OutcomeForm(RecordForm):
    became = pick(_("What became of it"), kept.Activity, "became")
    evidence = line(_("Evidence"), longest=LONGEST, rows=2)
    followed_up = line(_("What became of what was recommended"), longest=LONGEST, rows=2, required=False)


class HarmForm(NewForm):
    what = pick(_("Harm"), kept.Harm, "what")
    activity = from_page(_("By which activity"), required=False)
    place = line(_("Place"), longest=120)
    on = on_day(_("On"), help_text=_("Nothing means today."))
    text = line(_("What happened"), longest=LONGEST, rows=3, help_text=_("No name of a person."))


class FollowForm(RecordForm):
    follow_up = line(_("What was done about it"), longest=LONGEST, rows=3)


class EngagementForm(NewForm):
    place = line(_("Place"), longest=120)
    on = on_day(_("On"), help_text=_("Nothing means today."))
    level = forms.ChoiceField(label=_("Level"), choices=kept.Engagement.LEVELS)
    heard = forms.MultipleChoiceField(
        label=_("Who was heard"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(one.word, called(one.title)) for one in packaged_work_words().voices],
    )  # fmt: skip
    raised = line(_("What was raised"), longest=LONGEST, rows=3, help_text=_("No name of a person."))
    thread = from_page(_("Belongs to"), required=False)


class FeedbackForm(RecordForm):
    feedback = line(_("What they were told"), longest=LONGEST, rows=3)


class PromiseForm(RecordForm):
    text = line(_("Promise"), longest=300)
    owner = from_page(_("Owner post"))
    due_on = on_day(_("Due on"), required=True)


class OfPromise(RecordForm):
    promise = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST)


class KeepForm(OfPromise):
    evidence = line(_("Evidence"), longest=300)


class TakeBackForm(OfPromise, WhyForm):
    """A promise that will not be kept."""


class PerceptionForm(NewForm):
    question = line(_("Question"), longest=300)
    place = line(_("Place"), longest=120)
    on = on_day(_("On"), help_text=_("Nothing means today."))
    method = pick(_("Method"), kept.Perception, "method")
    sample = how_many(_("People asked"), least=1, required=True)
    answered = how_many(_("People who agreed"))
    women = how_many(_("Women among those asked"))
    text = line(_("What they said"), longest=LONGEST, rows=3)


class ObstructionForm(NewForm):
    what = pick(_("Kind"), kept.Obstruction, "what")
    place = line(_("Place"), longest=120)
    on = on_day(_("On"), help_text=_("Nothing means today."))
    authority = line(_("Authority"), longest=120, required=False, help_text=_("A body, never a person."))
    text = line(_("What happened"), longest=LONGEST, rows=3)


class ResolveForm(RecordForm):
    resolution = line(_("How it ended"), longest=LONGEST, rows=2)


class MovementsForm(NewForm):
    month = line(_("Month"), longest=7, help_text=_("Written YYYY-MM."))
    number = how_many(_("Movements"), required=True)
    source = line(_("Source"))

    def clean_month(self) -> str:
        said = str(self.cleaned_data["month"])
        if not MONTH.fullmatch(said):
            raise forms.ValidationError(_("Write the month as YYYY-MM."))
        return said


class DialogueForm(NewForm):
    authority = line(_("Authority"), longest=120, help_text=_("A body, never a person."))
    on = on_day(_("On"), help_text=_("Nothing means today."))
    text = line(_("What was said"), longest=LONGEST, rows=3)
    agreed = line(_("What was agreed"), longest=LONGEST, rows=2, required=False)
    obstruction = from_page(_("About which obstruction"), required=False)


class CapabilityForm(NewForm):
    capability = pick(_("Capability"), kept.Capability, "capability")
    has = forms.ChoiceField(label=_("The mission has it"), choices=(("yes", _("yes")), ("no", _("no"))))
    on = on_day(_("As of"), help_text=_("Nothing means today."))
    evidence = line(_("Evidence"), longest=LONGEST, rows=2)


class ObservationForm(NewForm):
    """One report typed, or a file of them."""

    report = line(_("Report"), longest=60, required=False)
    what = forms.ChoiceField(label=_("Kind"), choices=(("patrol", _("patrol")), ("violation", _("violation"))))
    day = on_day(_("Day"))
    area = line(_("Area"), longest=120, required=False)
    team = line(_("Team"), longest=80, required=False)
    nationalities = line(_("Nationalities"), longest=80, required=False, help_text=_("Codes such as CHE|FJI."))
    hours = forms.FloatField(label=_("Hours"), required=False, min_value=0.01, max_value=24)
    violation = pick(_("Violation"), kept.Observation, "violation", required=False)
    narrative = line(_("Narrative"), longest=LONGEST, rows=3, required=False)
    file = forms.CharField(
        label=_("Or many reports as CSV"), required=False, max_length=MANY, widget=_rows(3), strip=False,
        help_text=_("With the columns that the download of this list has."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if not self.errors:
            self.reports = self._read(said)
        return said

    def _read(self, said: dict[str, Any]) -> list[Observed]:
        try:
            if said["file"]:
                return from_csv(said["file"].replace("\r\n", "\n"), packaged_work_words().codes("violations"))
        except ObservationError as refused:
            raise forms.ValidationError(refused.problems) from None
        if said["what"] not in KINDS or not said["day"]:
            raise forms.ValidationError(_("Say the day, or give a file."))
        nationalities = tuple(filter(None, (one.strip() for one in said["nationalities"].split("|"))))
        return [
            Observed(
                said["report"],
                said["what"],
                said["day"],
                said["area"],
                said["team"],
                nationalities,
                said["hours"],
                said["violation"],
                said["narrative"],
            )
        ]

    def deed(self) -> dict[str, Any]:
        return {"reports": self.reports, "label": super().deed()["label"]}


class GatewayForm(forms.Form):
    """What a gateway sends, for the description of the API; `from` is the number, which is sealed."""

    message_id = forms.CharField(max_length=200)
    text = forms.CharField(required=False)
    place = forms.CharField(required=False, max_length=120)
    what = forms.CharField(required=False, max_length=40)
    name = forms.CharField(required=False, max_length=200)
    exercise = forms.BooleanField(required=False)


GatewayForm.base_fields["from"] = forms.CharField(required=False, max_length=60)


class TableFileForm(forms.Form):
    """A file of the mission's own that becomes the next version of its table, and who may read it."""

    provider = forms.ChoiceField(label=_("What the file holds"))
    file = forms.FileField(label=_("File"))
    marking = forms.TypedChoiceField(label=_("Marking"), coerce=int, choices=MARKINGS)
    audience = forms.MultipleChoiceField(label=_("Releasable to"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, providers: Iterable[str], audiences: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*args, **named)
        offered = [(name, TABLE_FILES[name]) for name in providers]
        for name, listed in (("provider", offered), ("audience", audiences)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = listed

    def deed(self) -> dict[str, Any]:
        """What the action that takes in a table asks for."""
        said = self.cleaned_data
        label = Marked(Marking(said["marking"]), frozenset(said["audience"]))
        file = said["file"]
        return {"provider": said["provider"], "file_name": file.name, "content": file.read(), "label": label}


TABLE_FILES = {
    "populated-places": _("Places and their people (CSV: mission, place, population, latitude, longitude)"),
    "travel-times": _("Ways from posts to places (CSV: mission, post, place, minutes or km)"),
    "road-seasons": _("Roads by season (GeoJSON: lines with months_passable, source, seen_on)"),
}
