"""What does a person type of a report and for each deed on it?

One form serves the first entry and every change. Four fields must be filled, of which two are filled already; the rest
may be left out, and what is left out is unknown.
"""

from datetime import UTC, datetime
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bluehelm.disclosure import EVERYONE, Label, Marking
from bluehelm.protection.callers import numbers_in
from bluehelm.situation.reports import GROUPS, OUTCOMES, ROLES, Harm, Range, ReportError
from bluehelm.web.posts.acting import Actor
from bluehelm.web.posts.models import MARKINGS, Post
from bluehelm.web.reports import words
from bluehelm.web.reports.actions import own_audiences
from bluehelm.web.reports.content import checked, harm_kept, harm_of
from bluehelm.web.reports.files import FileRefusedError, prepare
from bluehelm.web.reports.placing import point_of
from bluehelm.web.reports.reads import is_far_off

INSTANT = "%Y-%m-%dT%H:%M"
LONGEST = 10_000
MOST_NUMBERED = 2**31 - 1


def _rows(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _instant() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format=INSTANT)


def _choices(named: words.Words, first: str | None = None) -> list[tuple[str, Any]]:
    return ([("", first)] if first is not None else []) + list(named.items())


class ReportForm(forms.Form):
    """A report as a person types it; `content()` is what is kept."""

    draft_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    expected_version = forms.IntegerField(widget=forms.HiddenInput, required=False, max_value=MOST_NUMBERED)
    acting_post = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    numbers_meant = forms.CharField(widget=forms.HiddenInput, required=False, max_length=LONGEST)
    point_meant = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    type = forms.ChoiceField(label=_("What it was"))
    from_at = forms.DateTimeField(label=_("When, or from (UTC)"), widget=_instant())
    place = forms.CharField(
        label=_("Where"), max_length=200, required=False,
        widget=forms.TextInput(attrs={"list": "known-places", "autocomplete": "off"}),
    )  # fmt: skip
    narrative = forms.CharField(
        label=_("What happened"), max_length=LONGEST, widget=_rows(4),
        help_text=_("No names of persons: they stand under who told of it, sealed."),
    )  # fmt: skip
    latitude = forms.FloatField(label=_("Latitude"), required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(label=_("Longitude"), required=False, min_value=-180, max_value=180)
    precision = forms.TypedChoiceField(
        label=_("Precision of the place"), choices=_choices(words.PRECISIONS), coerce=int, initial="2"
    )
    until_at = forms.DateTimeField(label=_("Until (UTC)"), required=False, widget=_instant())
    certainty = forms.ChoiceField(
        label=_("Certainty of the time"), choices=_choices(words.CERTAINTIES), initial="hours"
    )
    source_type = forms.ChoiceField(
        label=words.FIELDS["source_type"], choices=_choices(words.SOURCE_TYPES, "–"), required=False,
        help_text=_("How it was learnt. Who told of it stands apart, sealed."),
    )  # fmt: skip
    perpetrator = forms.CharField(label=words.ROLES["perpetrator"], max_length=300, required=False,
                                  help_text=_("Groups and forces, several between semicolons."))  # fmt: skip
    target = forms.CharField(label=words.ROLES["target"], max_length=300, required=False)
    participant = forms.CharField(label=words.ROLES["participant"], max_length=300, required=False)
    response = forms.CharField(label=_("What was done about it"), max_length=LONGEST, required=False, widget=_rows(2))

    FIRST = ("type", "from_at", "place", "narrative")
    PLACE = ("latitude", "longitude", "precision")
    MORE = ("until_at", "certainty", "source_type", "perpetrator", "target", "participant", "response")

    def __init__(self, *args: Any, actor: Actor, **named: Any) -> None:
        super().__init__(*args, **named)
        self.actor = actor
        self.fields["acting_post"].initial = actor.post_code
        self.fields["type"].choices = [("", "–"), *words.type_choices()]  # type: ignore[attr-defined]
        self.fields["from_at"].initial = self.fields["from_at"].initial or timezone.now().replace(second=0)
        for outcome, title in words.OUTCOMES.items():
            self.fields[outcome] = _RangeField(label=title)
            for group, people in words.GROUPS.items():
                self.fields[f"{outcome}_{group}"] = _RangeField(label=people)

    def first(self) -> list[forms.BoundField]:
        return [self[name] for name in self.FIRST]

    def where(self) -> list[forms.BoundField]:
        return [self[name] for name in self.PLACE]

    def more(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MORE]

    def beside(self) -> list[forms.BoundField]:
        """What a form of a certain use adds."""
        return []

    def harm_rows(self) -> list[tuple[forms.BoundField, list[forms.BoundField]]]:
        return [(self[outcome], [self[f"{outcome}_{group}"] for group in GROUPS]) for outcome in OUTCOMES]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("acting_post") and said["acting_post"] != self.actor.post_code:
            now_in = self.actor.post_code
            sent = cast("QueryDict", self.data).copy()
            sent["acting_post"] = now_in  # so that it can be sent again on purpose
            self.data = sent
            self.add_error(
                None,
                _("You opened this as %(before)s and now act as %(now)s. Send it again if you mean it as %(now)s.")
                % {"before": said["acting_post"], "now": now_in},
            )
        if not self.errors:
            self._ask_of_far_point(said)
            self._ask_of_numbers(said)
        if not self.errors:
            try:
                checked(self._content(said), timezone.now())
            except ReportError as error:
                for problem in error.problems:
                    self.add_error(None, problem)
        return said

    def _ask_of_far_point(self, said: dict[str, Any]) -> None:
        """Ask once whether a point far from all others is meant: latitude and longitude are easily swapped."""
        latitude, longitude = said["latitude"], said["longitude"]
        if latitude is None or longitude is None or {"latitude", "longitude"}.isdisjoint(self.changed_data):
            return
        point, mission = f"{latitude:.5f} {longitude:.5f}", self.actor.post.mission if self.actor.post else ""
        if said["point_meant"] == point or not is_far_off(self.actor, mission, latitude, longitude):
            return
        self._meant("point_meant", point)
        self.add_error(
            "latitude",
            _("The point lies hundreds of km from wherever else the mission reports from. Are latitude and longitude "
              "swapped, or a sign lost? Send it again if you mean it."),
        )  # fmt: skip

    def _ask_of_numbers(self, said: dict[str, Any]) -> None:
        """Ask once whether what reads like a telephone number is meant to be read by all whom the report is for."""
        meant, asked = said["numbers_meant"], {}
        for name in ("narrative", "response"):
            if name in self.changed_data and (numbers := numbers_in(said.get(name) or "")):
                asked[name] = numbers
        told = "; ".join(number for numbers in asked.values() for number in numbers)
        if meant == told:
            return
        self._meant("numbers_meant", told)
        for name, numbers in asked.items():
            self.add_error(
                name,
                _("What was said holds what reads like a telephone number: %(numbers)s. All who read the report would "
                  "read it; who told it has a field apart. Take it out, or send it again if you mean it.")
                % {"numbers": "; ".join(numbers[:5])},
            )  # fmt: skip

    def _meant(self, field: str, value: str) -> None:
        """What was asked about, so that it can be sent again on purpose."""
        sent = cast("QueryDict", self.data).copy()
        sent[field] = value
        self.data = sent

    def content(self) -> dict[str, Any]:
        return self._content(self.cleaned_data)

    def _placed(self, said: dict[str, Any]) -> tuple[float | None, float | None, str]:
        """The point and how it was found: as it was typed, else where the gazetteer has the name."""
        if said["latitude"] is not None or said["longitude"] is not None:
            return said["latitude"], said["longitude"], "map"
        found = point_of(said["place"], self.actor.post.mission if self.actor.post else "")
        return (*found, "gazetteer") if found else (None, None, "description")

    def _content(self, said: dict[str, Any]) -> dict[str, Any]:
        latitude, longitude, placed_by = self._placed(said)
        return {
            "type": said["type"],
            "from_at": _as_text(said["from_at"]),
            "until_at": _as_text(said["until_at"] or said["from_at"]),
            "certainty": said["certainty"],
            "place": said["place"].strip(),
            "placed_by": placed_by,
            "precision": said["precision"] if latitude is not None else max(said["precision"], 3),
            "latitude": latitude,
            "longitude": longitude,
            "parties": [[name.strip(), role] for role in ROLES for name in said[role].split(";") if name.strip()],
            "harm": harm_kept(tuple(self._harm(said, outcome) for outcome in OUTCOMES)),
            "narrative": said["narrative"].strip(),
            "response": said["response"].strip(),
            "source_type": said["source_type"],
        }

    @staticmethod
    def _harm(said: dict[str, Any], outcome: str) -> Harm:
        groups = {group: found for group in GROUPS if (found := said[f"{outcome}_{group}"]) is not None}
        return Harm(outcome, said[outcome], groups)


def _as_text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="minutes")


def initial_of(content: dict[str, Any]) -> dict[str, Any]:
    """What the form holds of a report that is changed."""
    kept = {
        name: content[name]
        for name in ("type", "place", "placed_by", "narrative", "latitude", "longitude", "certainty", "response")
    }
    kept["source_type"] = content.get("source_type", "")
    kept |= {name: datetime.fromisoformat(content[name]) for name in ("from_at", "until_at")}
    kept["precision"] = str(content["precision"])
    for role in ROLES:
        kept[role] = "; ".join(name for name, part in content["parties"] if part == role)
    for harm in harm_of(content["harm"]):
        kept[harm.outcome] = f"{harm.total}" if harm.total else ""
        kept |= {f"{harm.outcome}_{group}": f"{found}" for group, found in harm.groups.items()}
    return kept


class _RangeField(forms.CharField):
    """A number of persons or a range; nothing is unknown."""

    def __init__(self, **named: Any) -> None:
        attributes = {"inputmode": "numeric", "size": "5", "placeholder": "?"}
        super().__init__(required=False, max_length=20, widget=forms.TextInput(attrs=attributes), **named)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return Range.read(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None


class LabelFields(forms.Form):
    """Who may read it."""

    marking = forms.TypedChoiceField(label=_("Marking"), choices=MARKINGS, coerce=int)
    audience = forms.ChoiceField(label=_("Addressed to"))


def offer_labels(form: forms.Form, actor: Actor) -> None:
    """The markings and audiences that the actor may give; its mission comes first."""
    marking, audience = form.fields["marking"], form.fields["audience"]
    highest = [value for value, _title in MARKINGS if actor.may("create", "report", value)]
    marking.choices = [(value, title) for value, title in MARKINGS if value in highest]  # type: ignore[attr-defined]
    marking.initial = min(1, max(highest, default=0))
    names = sorted(own_audiences(actor), key=lambda name: (not name.startswith("mission:"), name))
    names += [EVERYONE] if actor.may("release", "report") else []
    audience.choices = [(name, name) for name in names]  # type: ignore[attr-defined]


class NewForm(LabelFields, ReportForm):
    """A new report, with who told of it, which is sealed apart."""

    source = forms.CharField(
        label=_("Who told of it (sealed)"), max_length=300, required=False,
        widget=forms.TextInput(attrs={"data-not-kept": "", "autocomplete": "off"}),
        help_text=_("Kept apart, encrypted, opened with a reason by who needs to know. Never kept in the browser."),
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **named: Any) -> None:
        super().__init__(*args, actor=actor, **named)
        offer_labels(self, actor)

    def beside(self) -> list[forms.BoundField]:
        return [self[name] for name in ("source", "marking", "audience")]

    def deed(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "content": self.content(),
            "label": Label(Marking(said["marking"]), frozenset({said["audience"]})),
            "source": said["source"],
            "draft_key": said["draft_key"],
        }


class EditForm(ReportForm):
    """A change of a report."""

    reason = forms.CharField(label=_("Why it changes"), max_length=300, required=False)

    def _placed(self, said: dict[str, Any]) -> tuple[float | None, float | None, str]:
        """A point that nobody touched stays as it was found; one that came with another name goes with it."""
        if {"place", "latitude", "longitude"}.isdisjoint(self.changed_data) and self.initial.get("placed_by"):
            return said["latitude"], said["longitude"], self.initial["placed_by"]
        is_of_name = self.initial.get("placed_by") == "gazetteer" and "place" in self.changed_data
        if is_of_name and {"latitude", "longitude"}.isdisjoint(self.changed_data):
            return super()._placed(said | {"latitude": None, "longitude": None})
        return super()._placed(said)

    def beside(self) -> list[forms.BoundField]:
        return [self["reason"]]

    def deed(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "content": self.content(),
            "reason": said["reason"],
            "draft_key": said["draft_key"],
            "expected_version": said["expected_version"] or 1,
        }


# Deeds


class DeedForm(forms.Form):
    """The number of the record that the person saw."""

    expected_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST_NUMBERED)

    def __init__(self, *args: Any, actor: Actor, **named: Any) -> None:
        super().__init__(*args, **named)
        self.actor = actor
        if isinstance(self, LabelFields):
            offer_labels(self, actor)

    def deed(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class PlainForm(DeedForm):
    """A deed that asks for nothing more."""


class ReasonForm(DeedForm):
    reason = forms.CharField(label=_("Why"), max_length=1000, widget=_rows(2))


class ApproveForm(DeedForm):
    """Rows of the table leave: a person looks whether anybody is named in them."""

    names_nobody = forms.BooleanField(label=_("I looked: no person is named among the actors or in the place"))

    def deed(self) -> dict[str, Any]:
        return {"expected_version": self.cleaned_data["expected_version"]}


class GradeForm(DeedForm):
    reliability = forms.ChoiceField(label=_("Reliability of the source"), choices=_choices(words.RELIABILITIES, "–"))
    credibility = forms.ChoiceField(label=_("Credibility of what it says"), choices=_choices(words.CREDIBILITIES, "–"))


class VerifyForm(DeedForm):
    verification = forms.ChoiceField(label=_("Verification"), choices=_choices(words.VERIFICATIONS, "–"))
    reason = forms.CharField(label=_("By what"), max_length=1000, required=False, widget=_rows(2))


class LinkForm(DeedForm):
    counted_as = forms.IntegerField(label=_("Number of the report that counts"), min_value=1, max_value=MOST_NUMBERED)


class ApartForm(DeedForm):
    other = forms.IntegerField(label=_("Number of the other report"), min_value=1, max_value=MOST_NUMBERED)
    reason = forms.CharField(label=_("Why they are two"), max_length=1000)


class LinkThisForm(LinkForm):
    """Where both reports are seen side by side, their numbers need not be typed."""

    counted_as = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST_NUMBERED)


class ApartThisForm(ApartForm):
    """The same for two that are two."""

    other = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST_NUMBERED)


class SourceForm(DeedForm):
    who = forms.CharField(label=_("Who told of it (sealed)"), max_length=300,
                          widget=forms.TextInput(attrs={"autocomplete": "off"}))  # fmt: skip


class FileForm(DeedForm):
    file = forms.FileField(
        label=_("Photo or text"), help_text=_("JPEG, PNG, WebP or text, up to 10 MB. Place and device are taken out.")
    )
    caption = forms.CharField(label=_("What it shows"), max_length=200, required=False)

    def clean_file(self) -> Any:
        try:
            return prepare(self.cleaned_data["file"].read())
        except FileRefusedError as error:
            raise forms.ValidationError(str(error)) from None

    def deed(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        return said | {"prepared": said.pop("file")} if "file" in said else said


class RelabelForm(LabelFields, DeedForm):
    reason = forms.CharField(label=_("Why"), max_length=1000, widget=_rows(2))

    def deed(self) -> dict[str, Any]:
        said = self.cleaned_data
        label = Label(Marking(said["marking"]), frozenset({said["audience"]}))
        return {"expected_version": said["expected_version"], "label": label, "reason": said["reason"]}


class OpenForm(forms.Form):
    """Why somebody needs to know who is behind a report."""

    reason = forms.CharField(label=_("Why you need to know"), max_length=500)


# The desks


class EffortForm(forms.Form):
    on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    patrols = forms.IntegerField(label=_("Patrols"), required=False, min_value=0, max_value=10_000)
    reporters = forms.IntegerField(
        label=_("People who could report"), required=False, min_value=0, max_value=10_000,
        help_text=_("Leave out what is unknown."),
    )  # fmt: skip


class ProductForm(DeedForm):
    text = forms.CharField(label=_("Text"), max_length=60_000, widget=_rows(24))


class AskForm(forms.Form):
    """A request for information."""

    question = forms.CharField(label=_("What you need to know"), max_length=4000, widget=_rows(3))
    to_post = forms.ChoiceField(label=_("Ask"))
    hours = forms.IntegerField(label=_("Answer within hours"), min_value=1, max_value=24 * 30, initial=24)

    def __init__(self, *args: Any, actor: Actor, **named: Any) -> None:
        super().__init__(*args, **named)
        post = actor.post
        others = Post.objects.filter(mission=post.mission, closed_on=None).exclude(pk=post.pk) if post else []
        asked = [(one.code, one.title) for one in others if post and one.clearance >= Marking.CONFIDENTIAL]
        self.fields["to_post"].choices = asked  # type: ignore[attr-defined]


class AnswerForm(DeedForm):
    answer = forms.CharField(label=_("Answer"), max_length=10_000, widget=_rows(3))
    declined = forms.BooleanField(label=_("It cannot be answered; the reason stands above"), required=False)


class FieldFileForm(forms.Form):
    """Submissions of a field form."""

    file = forms.FileField(label=_("Submissions (CSV or XLSX)"))


SPANS = {"1": _("last day"), "7": _("last 7 days"), "30": _("last 30 days"), "365": _("last year"), "0": _("all")}


class FilterForm(forms.Form):
    """What the list is asked for."""

    text = forms.CharField(label=_("Words"), required=False, max_length=100)
    type = forms.ChoiceField(label=_("Type"), required=False)
    sort = forms.ChoiceField(label=_("Sort"), required=False, choices=_choices(words.SORTS, "–"))
    verification = forms.ChoiceField(
        label=_("Verification"), required=False, choices=_choices(words.VERIFICATIONS, "–")
    )
    work = forms.ChoiceField(
        label=_("To do"), required=False,
        choices=[("", "–"), ("grade", _("to grade")), ("verify", _("late to verify")), ("decide", _("two versions"))],
    )  # fmt: skip
    days = forms.ChoiceField(label=_("Time"), required=False, choices=list(SPANS.items()), initial="30")

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["type"].choices = [("", "–"), *words.type_choices()]  # type: ignore[attr-defined]
