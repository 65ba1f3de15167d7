"""Which forms stand on a page, and which of them was sent and refused?"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from bluehelm.web.findings.evidence import Sha256Of
from bluehelm.web.outlook import forms
from bluehelm.web.outlook.actions import numbers_of
from bluehelm.web.outlook.deeds import Deed, Subject, may
from bluehelm.web.outlook.held import may_be_told
from bluehelm.web.outlook.models import OutlookRelease
from bluehelm.web.posts.acting import Actor
from bluehelm.web.posts.reads import posts_shown_to

Choices = dict[str, list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Differing:
    """A field that somebody else changed: as it stands now, and as this person wrote it."""

    label: str
    now: str
    yours: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that was sent and not accepted; `clash` are fields that another person changed meanwhile."""

    verb: str
    form: forms.RecordForm
    clash: tuple[Differing, ...] | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """A deed with its form, as it stands on the page; open where it was refused."""

    deed: Deed
    form: forms.RecordForm
    url: str
    is_open: bool = False

    @property
    def has_fields(self) -> bool:
        return bool(self.form.visible_fields())


@dataclass(slots=True)
class Offers:
    """Makes the forms of one record's deeds, and puts back the one that was refused."""

    record: Subject
    actor: Actor
    sha256_of: Sha256Of
    typed: Typed | None = None
    choices: Choices = field(default_factory=dict)

    def of(self, deed: Deed, **initial: Any) -> Offered | None:
        """The deed as it is offered here; None when the actor may not do it here and now."""
        if not may(self.actor, deed, self.record):
            return None
        url = reverse(f"{_app(self.record)}-do", args=[self.record.pk, deed.verb])
        if self.typed and self.typed.verb == deed.verb:
            return Offered(deed, self.typed.form, url, is_open=True)
        starting = {"expected_version": self.record.row_version, **self._initial(deed), **initial}
        return Offered(deed, self.form(deed, initial=starting), url)

    def form(self, deed: Deed, data: Any = None, **named: Any) -> forms.RecordForm:
        """The form of a deed, with what may be chosen here."""
        if issubclass(deed.form, forms.FactorForm):
            named["sha256_of"] = self.sha256_of
        return deed.form(data, actor=self.actor, choices=self._choices(deed), auto_id=f"{deed.verb}-%s", **named)

    def all_of(self, among: Iterable[Deed]) -> list[Offered]:
        return [offered for deed in among if (offered := self.of(deed))]

    def _choices(self, deed: Deed) -> Choices:
        found: Choices = dict(self.choices)
        if issubclass(deed.form, forms.LabelForm):
            found["audience"] = forms.audiences_for(self.actor, self.record.kind, self.record.releasable_to.names)
        if issubclass(deed.form, forms.TellForm | forms.EscalateForm):
            shown = posts_shown_to(self.actor).filter(closed_on=None)
            found["post"] = forms.post_choices(post for post in shown if may_be_told(post, self.record))
        if isinstance(self.record, OutlookRelease) and issubclass(deed.form, forms.DoneForm | forms.ProbabilityForm):
            found |= self._places(self.record, with_nothing=issubclass(deed.form, forms.DoneForm))
        return found

    def _places(self, release: OutlookRelease, *, with_nothing: bool) -> Choices:
        numbers = numbers_of(release)
        units = list(numbers.units.items()) if numbers else []
        return {
            "unit": [("", "–"), *units] if with_nothing else units,
            "target": forms.target_choices(),
            "month": [(month, month) for month in (numbers.months if numbers else ())],
        }

    def _initial(self, deed: Deed) -> dict[str, Any]:
        record = self.record
        if issubclass(deed.form, forms.LabelForm):
            return {"marking": record.marking, "audience": sorted(record.releasable_to.names)}
        names = [name for name in deed.form.base_fields if hasattr(record, name)]
        return {name: getattr(record, name) for name in names if name not in ("acting_post", "expected_version")}


def _app(record: Subject) -> str:
    return "outlook:release" if isinstance(record, OutlookRelease) else "outlook:lens"


def differing(form: forms.RecordForm, record: Subject) -> tuple[Differing, ...]:
    """The texts of a form that are not what the record now holds."""
    return tuple(
        Differing(str(form.fields[name].label), str(getattr(record, name)), str(said))
        for name, said in form.cleaned_data.items()
        if name not in ("acting_post", "expected_version") and hasattr(record, name) and getattr(record, name) != said
    )
