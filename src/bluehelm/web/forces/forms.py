"""What does a person type for each deed?

Every form carries the number of the record that the person saw, and the post it was opened in. What comes out of
`deed()` is what the action takes beside the record and the actor.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from bluehelm.definitions.force_generation import (
    packaged_evaluation,
    packaged_pipeline,
    packaged_timeline,
    packaged_visits,
)
from bluehelm.definitions.forces import packaged_readiness
from bluehelm.disclosure import Label, Marking, audience_names
from bluehelm.forces.caveats import CLASSIFICATIONS
from bluehelm.forces.visits import ANSWERS
from bluehelm.language import called
from bluehelm.tables.months import ordinal
from bluehelm.web.findings.presenters import titles
from bluehelm.web.forces.actions import ANNOUNCED_STEPS, Line
from bluehelm.web.forces.exchange import ladder, words
from bluehelm.web.forces.held import house
from bluehelm.web.forces.models import Contributor, MinisterialPledge, Pledge, Requirement, Slot, Visit
from bluehelm.web.posts.acting import Actor
from bluehelm.web.posts.models import MARKINGS

MOST = 2**31 - 1
LONGEST_STEP = 3650
EVIDENCE = "evidence_"
MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
LIST_HELP = _("Several are joined by |, such as: en|fr")
CAVEAT_HELP = _("Such as: mission:UNSYM · area:north · task:night-patrol · time:18:00-06:00; several are joined by |")


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def _long(label: Any, rows: int = 2, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), max_length=4000, **more)


def _whole(label: Any, least: int = 0, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=MOST, **more)


class DeedForm(forms.Form):
    """Fields that every deed has. `on` stays empty for today."""

    expected_version = _whole("", 1, widget=forms.HiddenInput)
    acting_post = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    takes_on: ClassVar[bool] = False

    def __init__(self, *args: Any, actor: Actor, record: Any = None, **named: Any) -> None:
        super().__init__(*args, **named)
        self.actor, self.record = actor, record
        self.fields["acting_post"].initial = actor.post_code
        if self.takes_on:
            self.fields["on"] = _day(_("On"), required=False, help_text=_("Today when left out."))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        opened_in, now_in = said.get("acting_post"), self.actor.post_code
        if opened_in and opened_in != now_in:
            sent = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
            sent["acting_post"] = now_in  # so that it can be sent again on purpose
            self.data = sent
            raise forms.ValidationError(
                _("You opened this as %(before)s and now act as %(now)s. Send it again if you mean it as %(now)s.")
                % {"before": opened_in, "now": now_in}
            )
        return said

    def deed(self) -> dict[str, Any]:
        return {
            name: value for name, value in self.cleaned_data.items() if name not in ("expected_version", "acting_post")
        }


class NewForm(DeedForm):
    """The form of a record that is not there yet."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        del self.fields["expected_version"]


class PlainForm(DeedForm):
    """Nothing but the deed itself."""


class ReasonForm(DeedForm):
    reason = _long(_("Why"))


class RelabelForm(ReasonForm):
    """Another marking or another audience."""

    marking = forms.TypedChoiceField(label=_("Marking"), coerce=int, choices=MARKINGS)
    releasable_to = forms.CharField(
        label=_("Releasable to"), max_length=1000, help_text=_("Such as: mission:UNSYM | headquarters"),
    )  # fmt: skip
    field_order = ("marking", "releasable_to", "reason")

    def clean_releasable_to(self) -> frozenset[str]:
        try:
            names = audience_names(self.cleaned_data["releasable_to"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None
        if not names:
            raise forms.ValidationError(_("Name at least one audience."))
        return names

    def deed(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"label": Label(Marking(said["marking"]), said["releasable_to"]), "reason": said["reason"]}


# Requirements


class _WindowFields(forms.Form):
    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = said.get("from_on"), said.get("until_on")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("until_on", _("This comes before the first day."))
        return said


class RequirementFields(_WindowFields):
    """What is asked."""

    capability = forms.CharField(label=_("Capability"), max_length=80)
    strength = _whole(_("Strength"))
    from_on = _day(_("From"))
    until_on = _day(_("Until"))
    min_level = forms.ChoiceField(label=_("Least level"))
    priority = forms.TypedChoiceField(
        label=_("Priority"), coerce=int, choices=[(n, f"{n}") for n in range(1, 6)], help_text=_("1 is the highest.")
    )
    languages = forms.CharField(label=_("Languages"), max_length=200, required=False, help_text=LIST_HELP)
    area = forms.CharField(label=_("Area"), max_length=80, required=False)
    tasks = forms.CharField(label=_("Tasks"), max_length=400, required=False, help_text=LIST_HELP)
    accepts_parts = forms.BooleanField(label=_("May be filled by several parts of one unit"), required=False)
    lines = forms.CharField(
        label=_("Functions, equipment, self-sustainment"),
        widget=forms.Textarea(attrs={"rows": 8}),
        required=False,
        max_length=8000,
        help_text=_(
            "One a line, such as: function: riflemen 90 · equipment: water truck 4 · self-sustainment: catering"
        ),
    )
    NAMES: ClassVar = (
        "capability", "strength", "from_on", "until_on", "min_level", "priority", "languages", "area", "tasks",
        "accepts_parts",
    )  # fmt: skip

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        _choose(self, "min_level", ((name, name) for name in ladder()))

    def clean_languages(self) -> str:
        return "|".join(sorted(words(self.cleaned_data["languages"])))

    def clean_tasks(self) -> str:
        return "|".join(sorted(words(self.cleaned_data["tasks"])))

    def clean_lines(self) -> list[Line]:
        lines, problems = [], []
        for number, text in enumerate(self.cleaned_data["lines"].splitlines(), start=1):
            if text.strip():
                found = _LINE.fullmatch(text.strip())
                if found is None:
                    problems.append(_("line %(number)s: %(text)s") % {"number": number, "text": text.strip()[:60]})
                else:
                    part, name, many = found.groups()
                    lines.append(Line(part, name.strip(), int(many) if many else None))
        if problems:
            raise forms.ValidationError([_("These lines could not be read."), *problems])
        return lines

    def fields_said(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in RequirementFields.NAMES}


_LINE = re.compile(r"(function|equipment|self-sustainment)\s*:\s*(.+?)(?:\s+([0-9]{1,6}))?")


def lines_as_typed(lines: Iterable[Any]) -> str:
    """The lines of a requirement as the form takes them."""
    return "\n".join(f"{one.part}: {one.name}" + (f" {one.number}" if one.number is not None else "") for one in lines)


class NewRequirementForm(RequirementFields, NewForm):
    mission = forms.CharField(label=_("Mission"), max_length=60)
    field_order = ("mission", *RequirementFields.NAMES, "lines")

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        post = self.actor.post
        self.fields["mission"].initial = post.mission if post else ""

    def deed(self) -> dict[str, Any]:
        fields = self.fields_said() | {"mission": self.cleaned_data["mission"].strip()}
        template = (self.data.get("template") or "")[:80]
        return {"fields": fields, "lines": self.cleaned_data["lines"], "template": template}


class EditRequirementForm(RequirementFields, ReasonForm):
    field_order = (*RequirementFields.NAMES, "lines", "reason")

    def deed(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"fields": self.fields_said(), "lines": said["lines"], "reason": said["reason"]}


# Pledges


class PledgeFields(_WindowFields):
    """What is offered."""

    capability = forms.CharField(label=_("Capability"), max_length=80)
    strength = _whole(_("Strength"))
    from_on = _day(_("Available from"))
    until_on = _day(_("Available until"))
    languages = forms.CharField(label=_("Languages"), max_length=200, required=False, help_text=LIST_HELP)
    areas = forms.CharField(
        label=_("Knows the areas"), max_length=200, required=False,
        help_text=_("Areas that those offered know, for teams of observers; several are joined by |."),
    )  # fmt: skip
    splits_into = _whole(_("May be split into"), 1, initial=1, help_text=_("Parts of equal strength; 1 stays whole."))
    women = _whole(_("Women"), required=False)
    monthly_cost = forms.DecimalField(
        label=_("Monthly cost"), min_value=0, max_digits=16, decimal_places=2, required=False
    )
    joint_group = forms.CharField(
        label=_("Joint group"), max_length=60, required=False,
        help_text=_("Pledges of one group are one unit. Headquarters notes it."),
    )  # fmt: skip
    NAMES: ClassVar = (
        "capability", "strength", "from_on", "until_on", "languages", "areas", "splits_into", "women",
        "monthly_cost", "joint_group",
    )  # fmt: skip

    def clean_languages(self) -> str:
        return "|".join(sorted(words(self.cleaned_data["languages"])))

    def clean_areas(self) -> str:
        return "|".join(sorted(words(self.cleaned_data["areas"])))

    def fields_said(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in PledgeFields.NAMES}


class NewPledgeForm(PledgeFields, NewForm):
    contributor = forms.ChoiceField(label=_("Contributor"))
    caveats = forms.CharField(label=_("Caveats"), max_length=400, required=False, help_text=CAVEAT_HELP)
    source = forms.CharField(label=_("Declared in"), max_length=300, required=False)
    field_order = ("contributor", *PledgeFields.NAMES, "caveats", "source")

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        _choose(self, "contributor", contributors_written_by(self.actor))

    def deed(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"fields": self.fields_said(), **{name: said[name] for name in ("contributor", "caveats", "source")}}


class EditPledgeForm(PledgeFields, ReasonForm):
    field_order = (*PledgeFields.NAMES, "reason")

    def deed(self) -> dict[str, Any]:
        return {"fields": self.fields_said(), "reason": self.cleaned_data["reason"]}


def contributors_written_by(actor: Actor) -> list[tuple[str, str]]:
    """The contributors that an actor writes for: a state its own, headquarters all it reads."""
    found = Contributor.objects.readable_by(actor)
    own = house(actor)
    return [(one.code, f"{one.name} ({one.code})") for one in (found.filter(code=own) if own else found)]


class ContributorFields(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    max_units = _whole(_("Most units at a time"), required=False)
    visit_cost = forms.DecimalField(
        label=_("Cost of a journey to its units"), min_value=0, max_digits=12, decimal_places=2, required=False
    )


class NewContributorForm(ContributorFields, NewForm):
    code = forms.SlugField(label=_("Code"), max_length=50, help_text=_("The code of the state's organisation here."))
    field_order = ("code", "name", "max_units", "visit_cost")


class EditContributorForm(ContributorFields, DeedForm):
    pass


class ClimbForm(DeedForm):
    """The evidence that the next level asks for, one field a document."""

    takes_on = True

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for place, kind in enumerate(self._asked()):
            label = called(kind)
            self.fields[f"{EVIDENCE}{place}"] = forms.CharField(label=label[:1].upper() + label[1:], max_length=300)
        self._suggest()
        self.order_fields([*(name for name in self.fields if name.startswith(EVIDENCE)), "on"])

    def _asked(self) -> tuple[str, ...]:
        levels = packaged_readiness().levels
        names = [rung.name for rung in levels]
        place = names.index(self.record.level) + 1 if self.record.level else 0
        return levels[place].evidence if place < len(levels) else ()

    def _suggest(self) -> None:
        """Where a visit has passed the unit, its report is at hand."""
        visit = Visit.objects.filter(pledge=self.record, result="passed").order_by("-done_on").first()
        for place, kind in enumerate(self._asked()):
            if visit and "visit" in kind:
                self.fields[f"{EVIDENCE}{place}"].initial = visit.report

    def deed(self) -> dict[str, Any]:
        said = self.cleaned_data
        named = {kind: said[f"{EVIDENCE}{place}"] for place, kind in enumerate(self._asked())}
        return {"evidence": named, "on": said["on"]}


class RenewForm(DeedForm):
    takes_on = True
    document = forms.CharField(label=_("Document that says so"), max_length=300)


class LowerForm(DeedForm):
    takes_on = True
    to = forms.ChoiceField(label=_("To"))
    reason = forms.ChoiceField(label=_("Because"))

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        names = ladder()
        lower = names[: names.index(self.record.level)] if self.record.level in names else ()
        _choose(self, "to", ((name, name) for name in lower))
        _choose(self, "reason", ((reason, called(reason)) for reason in packaged_readiness().downgrade_reasons))


class DeclareForm(DeedForm):
    takes_on = True
    caveat = forms.CharField(label=_("Caveat"), max_length=200, help_text=CAVEAT_HELP)
    source = forms.CharField(label=_("Declared in"), max_length=300)
    until_on = _day(_("Until"), required=False)


class LiftForm(ReasonForm):
    takes_on = True
    caveat = _whole("", 1, widget=forms.HiddenInput)


class NewUndeclaredForm(NewForm):
    pledge = forms.ChoiceField(label=_("Unit"))
    mission = forms.CharField(label=_("Mission"), max_length=60)
    caveat = forms.CharField(label=_("The limit that showed itself"), max_length=100, help_text=CAVEAT_HELP)
    ordered_on = _day(_("Ordered on"))
    order = _long(_("What was ordered, and what was answered"), 4)

    def __init__(self, *args: Any, units: Iterable[tuple[str, str]] = (), **named: Any) -> None:
        super().__init__(*args, **named)
        post = self.actor.post
        self.fields["mission"].initial = post.mission if post else ""
        _choose(self, "pledge", units)


class ExplainForm(DeedForm):
    explanation = _long(_("What the contributor says"), 4)


class ClassifyForm(DeedForm):
    classification = forms.ChoiceField(
        label=_("What it was"), widget=forms.RadioSelect, choices=[(word, word) for word in CLASSIFICATIONS]
    )
    rationale = _long(_("Why"), 3)


# Visits


class NewVisitForm(NewForm):
    pledge = forms.SlugField(label=_("Pledge"), max_length=60)
    checklist = forms.ChoiceField(label=_("Checklist"))
    planned_on = _day(_("Planned on"))

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        _choose(self, "checklist", ((one.name, called(one.title)) for one in packaged_visits().checklists))


class AnswerForm(DeedForm):
    """One answer and one note for each item of the checklist."""

    takes_on = False

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        given = {one.item: one for one in self.record.answers.all()}
        for place, item in enumerate(self._items()):
            known = given.get(item.name)
            self.fields[f"answer_{place}"] = forms.ChoiceField(
                label=item.asks,
                choices=[(word, word) for word in ANSWERS],
                initial=known.answer if known else "not seen",
            )
            self.fields[f"note_{place}"] = forms.CharField(
                label=_("Note"), required=False, max_length=500, initial=known.note if known else ""
            )

    def _items(self) -> tuple[Any, ...]:
        return next(one.items for one in packaged_visits().checklists if one.name == self.record.checklist)

    def deed(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "answers": {
                item.name: (said[f"answer_{place}"], said[f"note_{place}"]) for place, item in enumerate(self._items())
            }
        }


class ConcludeForm(DeedForm):
    takes_on = True
    result = forms.ChoiceField(
        label=_("Result"), widget=forms.RadioSelect, choices=[("passed", _("passed")), ("failed", _("failed"))]
    )
    report = forms.CharField(label=_("Report"), max_length=300)


class RaiseItemForm(DeedForm):
    item = forms.CharField(widget=forms.HiddenInput, max_length=80)
    severity = forms.ChoiceField(label=_("Severity"), initial="medium")

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        _choose(self, "severity", titles("severities").items())


# Ministerials


class NewMinisterialForm(NewForm):
    contributor = forms.ChoiceField(label=_("Contributor"))
    ministerial = forms.CharField(label=_("Ministerial"), max_length=80)
    category = forms.CharField(label=_("Category"), max_length=80)
    text = _long(_("What was announced"))
    conditions = forms.CharField(label=_("Conditions"), max_length=500, required=False)
    announced_on = _day(_("Announced on"))

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        _choose(self, "contributor", contributors_written_by(self.actor))


class AdvanceForm(DeedForm):
    takes_on = True
    to = forms.ChoiceField(label=_("It is now"))
    pledge = forms.SlugField(label=_("As pledge"), max_length=60, required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        record: MinisterialPledge = self.record
        ahead = [(name, name) for name in ANNOUNCED_STEPS if getattr(record, f"{name}_on") is None][:1]
        _choose(self, "to", ahead)


class LapseForm(ReasonForm):
    takes_on = True
    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 2}), max_length=300)


class RedirectForm(LapseForm):
    """Another open requirement that a unit in place shall fill."""

    requirement = forms.SlugField(label=_("Requirement it shall fill instead"), max_length=60)
    field_order = ("requirement", "reason", "on")


# Deployment


class NewCaseForm(NewForm):
    takes_on = True
    requirement = forms.SlugField(label=_("Requirement"), max_length=60)
    pledge = forms.SlugField(label=_("Pledge"), max_length=60)
    holder = forms.CharField(label=_("Who holds the pen"), max_length=200, required=False)


class EnterForm(DeedForm):
    takes_on = True
    stage = forms.ChoiceField(label=_("Stage"))
    holder = forms.CharField(
        label=_("Who holds the pen"),
        max_length=200,
        required=False,
        help_text=_("As usual at this stage when left out."),
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        entered = {one.stage for one in self.record.stages.all()}
        _choose(
            self,
            "stage",
            ((one.name, called(one.title)) for one in packaged_pipeline().stages if one.name not in entered),
        )


class StageForm(DeedForm):
    takes_on = True
    stage = forms.CharField(widget=forms.HiddenInput, max_length=60)


class HandOverForm(DeedForm):
    stage = forms.CharField(widget=forms.HiddenInput, max_length=60)
    holder = forms.CharField(label=_("Who holds the pen now"), max_length=200)
    note = forms.CharField(label=_("Why it waits"), max_length=300, required=False)


class StepForm(DeedForm):
    """A case's own estimate of a step, and what really happened where no stage says so."""

    step = forms.ChoiceField(label=_("Step"))
    least_days = _whole(_("Least days"), required=False)
    likely_days = _whole(_("Likely days"), required=False)
    most_days = _whole(_("Most days"), required=False, help_text=_("All three, or none: then those of the template."))
    began_on = _day(_("Really began on"), required=False)
    ended_on = _day(_("Really ended on"), required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        templates = packaged_timeline().templates
        steps = [
            (f"{one.name}:{step.name}", f"{called(one.title)}: {called(step.name)}")
            for one in templates
            for step in one.steps
        ]
        _choose(self, "step", steps)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        given = [said.get(name) for name in ("least_days", "likely_days", "most_days")]
        if None in given and any(one is not None for one in given):
            raise forms.ValidationError(_("Give the least, the likely and the most days, or none of them."))
        if any(one is not None and one > LONGEST_STEP for one in given):
            raise forms.ValidationError(_("A step lasts %(most)s days at most.") % {"most": LONGEST_STEP})
        return said

    def deed(self) -> dict[str, Any]:
        said = super().deed()
        days = tuple(said.pop(name) for name in ("least_days", "likely_days", "most_days"))
        return said | {"days": None if None in days else days}


# Unit cards


class NewCardForm(NewForm):
    pledge = forms.SlugField(label=_("Pledge"), max_length=60)
    mission = forms.CharField(label=_("Mission"), max_length=60)
    component = forms.ChoiceField(
        label=_("Component"),
        choices=[("military", _("military")), ("police", _("police")), ("civilian", _("civilian"))],
    )


class EvaluateForm(DeedForm):
    takes_on = True
    task = forms.CharField(label=_("Task"), max_length=120)
    condition = forms.CharField(label=_("Condition"), max_length=300)
    standard = forms.CharField(label=_("Standard"), max_length=300)
    rater = forms.CharField(label=_("Rater"), max_length=120, help_text=_("A role, never a person's name."))
    rating = forms.ChoiceField(label=_("Rating"))
    cause = forms.ChoiceField(label=_("Cause of a shortfall"), required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        rules = packaged_evaluation()
        _choose(self, "rating", ((word, word) for word in rules.scale))
        _choose(self, "cause", [("", "—"), *((word, word) for word in rules.causes)])


class EquipmentForm(DeedForm):
    quarter = forms.RegexField(r"^[0-9]{4}-Q[1-4]$", label=_("Quarter"), help_text=_("Such as: 2026-Q3"))
    item = forms.CharField(label=_("Equipment"), max_length=120)
    category = forms.ChoiceField(label=_("Category"))
    agreed = _whole(_("In the memorandum"))
    present = _whole(_("Present"), required=False)
    serviceable = _whole(_("Serviceable"), required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        from bluehelm.definitions.force_generation import packaged_equipment

        _choose(self, "category", ((name, name) for name in packaged_equipment().effects))


class FunctionForm(DeedForm):
    name = forms.CharField(label=_("Role"), max_length=120)
    persons = _whole(_("Persons"), required=False)
    women = _whole(_("Women"), required=False)


class CertificateForm(DeedForm):
    name = forms.CharField(label=_("Training"), max_length=120, help_text=_("Such as: pre-deployment training, core"))
    valid_until = _day(_("Certified until"))


class ReplyForm(DeedForm):
    text = _long(_("Reply"), 4)


# Rotations


class Month(forms.CharField):
    """A month written YYYY-MM, as months since year 0."""

    def __init__(self, **named: Any) -> None:
        super().__init__(max_length=7, widget=forms.TextInput(attrs={"placeholder": "2027-01"}), **named)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not MONTH.fullmatch(text or ""):
            raise forms.ValidationError(_("Write a month as YYYY-MM."))
        try:
            return ordinal(text)
        except ValueError:
            raise forms.ValidationError(_("Write a month as YYYY-MM.")) from None


class NewSlotForm(NewForm):
    mission = forms.CharField(label=_("Mission"), max_length=60, required=False)
    capability = forms.CharField(label=_("Capability"), max_length=80)
    first = Month(label=_("From"))
    last = Month(label=_("Until"))


class EditSlotForm(DeedForm):
    framework_nation = forms.CharField(
        label=_("Framework nation"), max_length=60, required=False, help_text=_("The contributor that all rely on.")
    )
    overlap_days = _whole(_("Days of handover asked"), 0)


class OutputForm(DeedForm):
    """What the post brought over the whole time: sorties, passengers, tonnes."""

    name = forms.CharField(label=_("Output"), max_length=60, help_text=_("Such as: sorties"))
    number = forms.DecimalField(label=_("Number"), min_value=0, max_digits=14, decimal_places=2)


class TourDatesForm(DeedForm):
    tour = _whole("", 1, widget=forms.HiddenInput)
    from_on = _day(_("From"))
    until_on = _day(_("Until"))


class NewTourOfferForm(NewForm):
    contributor = forms.ChoiceField(label=_("Contributor"))
    capability = forms.CharField(label=_("Capability"), max_length=80)
    first = Month(label=_("Available from"))
    last = Month(label=_("Available until"))
    min_tour = _whole(_("Shortest tour, months"), 1)
    max_tour = _whole(_("Longest tour, months"), 1)
    max_tours = _whole(_("Most tours"), required=False)
    monthly_cost = forms.DecimalField(label=_("Monthly cost"), min_value=0, max_digits=16, decimal_places=2)
    certified_until = _day(_("Certified until"), required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        _choose(self, "contributor", contributors_written_by(self.actor))


# Matching, and files


class ScenarioForm(forms.Form):
    """What if: pledges dropped, late, without a limit; contributors that leave."""

    drop = forms.CharField(label=_("Without these pledges"), max_length=2000, required=False, help_text=LIST_HELP)
    leaving = forms.CharField(label=_("Without these contributors"), max_length=2000, required=False)
    delay = forms.CharField(
        label=_("Late by days"), max_length=2000, required=False, help_text=_("Such as: STATE-NORTH-2=30; joined by |")
    )
    lift = forms.CharField(
        label=_("Without these limits"), max_length=2000, required=False,
        help_text=_("Such as: STATE-NORTH-2=area:north; joined by ;"),
    )  # fmt: skip

    add = forms.CharField(
        label=_("With these pledges more"), max_length=20_000, required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Rows as in pledges.csv, its header first."),
    )  # fmt: skip

    def clean_delay(self) -> dict[str, int]:
        return self._pairs(self.cleaned_data["delay"], "|", _days)

    def clean_lift(self) -> dict[str, str]:
        return self._pairs(self.cleaned_data["lift"], ";", str)

    def _pairs(self, text: str, between: str, read: Callable[[str], Any]) -> dict[str, Any]:
        pairs = {}
        for part in filter(None, (one.strip() for one in text.split(between))):
            code, equals, value = part.partition("=")
            try:
                pairs[code.strip()] = read(value.strip())
            except ValueError:
                equals = ""
            if not equals:
                raise forms.ValidationError(_("%(part)s cannot be read.") % {"part": part[:60]})
        return pairs

    def asked(self) -> dict[str, Any]:
        said = self.cleaned_data
        listed = {name: sorted(words(said[name])) for name in ("drop", "leaving")}
        more = {"delay": said["delay"], "lift": said["lift"], "add": said["add"].strip()}
        return {name: value for name, value in (listed | more).items() if value}


class StressForm(forms.Form):
    """Scenarios a person sets, each on its own: pledges late, contributors that leave. Nothing estimates a chance."""

    late_days = _whole(_("Each pledge late by days"), 1, required=False, help_text=_("Left out: none is late."))
    pledges = forms.CharField(
        label=_("Only these pledges"), max_length=2000, required=False, help_text=_("All when left out.")
    )
    leaves = forms.BooleanField(label=_("Each contributor leaves"), required=False)
    contributors = forms.CharField(
        label=_("Only these contributors"), max_length=2000, required=False, help_text=_("All when left out.")
    )

    def clean_late_days(self) -> int | None:
        days: int | None = self.cleaned_data["late_days"]
        if days is not None and days > LONGEST_STEP:
            raise forms.ValidationError(_("At most %(most)s days.") % {"most": LONGEST_STEP})
        return days

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not said.get("late_days") and not said.get("leaves"):
            raise forms.ValidationError(_("Say by how many days pledges are late, or that contributors leave."))
        return said

    def asked(self) -> dict[str, Any]:
        said = self.cleaned_data
        listed = {name: sorted(words(said[name])) for name in ("pledges", "contributors")}
        more = {"late_days": said["late_days"], "leaves": said["leaves"]}
        return {name: value for name, value in (listed | more).items() if value}


def _days(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise ValueError(text)
    return int(text)


class FileForm(forms.Form):
    """A file to be taken in."""

    what = forms.ChoiceField(
        label=_("Rows are"),
        choices=[
            ("requirements", _("requirements")),
            ("pledges", _("pledges")),
            ("contributors", _("contributors and their ceilings")),
        ],
    )
    file = forms.FileField(label=_("File"), help_text=_("CSV, as forces match takes it."))


# Which ones a list shows


class RequirementFilter(forms.Form):
    text = forms.CharField(label=_("Words"), max_length=200, required=False)
    mission = forms.CharField(label=_("Mission"), max_length=60, required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("open", _("open")),
            ("under-way", _("under way")),
            ("filled", _("filled")),
            ("withdrawn", _("withdrawn")),
            ("all", _("all")),
        ],
    )
    priority = forms.ChoiceField(
        label=_("Priority"), required=False, choices=[("", _("any")), *((f"{n}", f"{n}") for n in range(1, 6))]
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("needed", _("needed first")), ("priority", _("priority")), ("code", _("code"))],
    )


class PledgeFilter(forms.Form):
    text = forms.CharField(label=_("Words"), max_length=200, required=False)
    contributor = forms.CharField(label=_("Contributor"), max_length=60, required=False)
    capability = forms.CharField(label=_("Capability"), max_length=80, required=False)
    level = forms.ChoiceField(label=_("Level"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("free", _("free")),
            ("under-way", _("under way")),
            ("deployed", _("deployed")),
            ("withdrawn", _("withdrawn")),
            ("all", _("all")),
        ],
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("code", _("code")), ("expiry", _("to be renewed first")), ("available", _("available first"))],
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        levels = [("", _("any")), *((name, name) for name in ladder()), ("none", _("none or lapsed"))]
        _choose(self, "level", levels)


def _choose(form: forms.BaseForm, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    field = form.fields.get(name)
    if isinstance(field, forms.ChoiceField):
        field.choices = list(choices)


def initial_of(record: Any) -> dict[str, Any]:
    """What a form that edits a record begins with."""
    if isinstance(record, Requirement):
        names = RequirementFields.NAMES
        return {name: getattr(record, name) for name in names} | {"lines": lines_as_typed(record.lines.all())}
    if isinstance(record, Pledge):
        return {name: getattr(record, name) for name in PledgeFields.NAMES}
    if isinstance(record, Contributor):
        return {name: getattr(record, name) for name in ("name", "max_units", "visit_cost")}
    if isinstance(record, Slot):
        return {name: getattr(record, name) for name in ("framework_nation", "overlap_days")}
    return {}
