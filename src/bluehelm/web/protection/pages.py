"""Which forms stand on the page of a record, and what may be chosen in them?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from bluehelm.disclosure import Marking
from bluehelm.web.outlook.forms import LabelForm, audiences_for
from bluehelm.web.posts.acting import Actor
from bluehelm.web.posts.models import Post
from bluehelm.web.protection import forms
from bluehelm.web.protection.deeds import Deed, Subject, may
from bluehelm.web.protection.models import Activity, Engagement, Obstruction, ProtectionRecord, Threat

MOST_OFFERED = 200
PARTS = ("promise", "response", "referral")
"""The fields that name what hangs on a record."""
OTHERS: dict[str, tuple[type[ProtectionRecord], dict[str, Any]]] = {
    "threat": (Threat, {"closed_on": None}),
    "activity": (Activity, {}),
    "thread": (Engagement, {}),
    "obstruction": (Obstruction, {}),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that was sent and not accepted."""

    verb: str
    form: forms.RecordForm
    part: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """A deed with its form as it stands on the page; open where it was refused."""

    deed: Deed
    form: forms.RecordForm
    url: str
    is_open: bool = False

    @property
    def has_fields(self) -> bool:
        return bool(self.form.visible_fields())


def choices_for(actor: Actor, form: type[forms.RecordForm], kind: str, held: Iterable[str] = ()) -> dict[str, Any]:
    """What may be chosen: audiences, posts of the mission, other records that the actor may read."""
    found: dict[str, Any] = {}
    mission = actor.post.mission if actor.post else ""
    for name in ("lead", "owner", "to_post"):
        if name in form.base_fields:
            posts = Post.objects.filter(mission=mission, closed_on=None).order_by("title")
            found[name] = [(post.code, post.title) for post in posts]
    for name, (model, only) in OTHERS.items():
        if name in form.base_fields:
            records = model._default_manager.readable_by(actor).filter(mission=mission, **only)
            found[name] = [("", "–"), *((f"{one.pk}", f"{one.pk} · {one}") for one in records[:MOST_OFFERED])]
    if issubclass(form, LabelForm):
        found["audience"] = audiences_for(actor, kind, held)
    return found


def form_of(deed: Deed, record: ProtectionRecord, actor: Actor, data: Any = None, part: str = "") -> forms.RecordForm:
    """The form of a deed on a record, as it begins or as it was sent."""
    initial = {"expected_version": record.row_version, **_initial(deed, record)}
    if part:
        initial |= {name: part for name in PARTS if name in deed.form.base_fields}
    choices = choices_for(actor, deed.form, record.kind, record.releasable_to.names)
    where = f"{deed.verb}-{record.pk}-{part}"
    return deed.form(data, actor=actor, choices=choices, initial=initial, auto_id=f"{where}-%s")


def _initial(deed: Deed, record: ProtectionRecord) -> dict[str, Any]:
    if issubclass(deed.form, LabelForm):
        return {"marking": record.marking, "audience": sorted(record.releasable_to.names)}
    if issubclass(deed.form, forms.ReviewForm):
        return {name: getattr(record, name) for name in deed.form.base_fields if hasattr(record, name)} | {
            "review_on": None
        }
    return {}


def offered(
    deed: Deed, subject: Subject, record: ProtectionRecord, actor: Actor, typed: Typed | None = None, part: str = ""
) -> Offered | None:
    """A deed as it is offered here; None when the actor may not do it here and now."""
    if not may(actor, deed, record):
        return None
    url = reverse("protection:do", args=[subject.name, record.pk, deed.verb])
    if typed and (typed.verb, typed.part) == (deed.verb, part):
        return Offered(deed, typed.form, url, is_open=True)
    return Offered(deed, form_of(deed, record, actor, part=part), url)


def new_form(subject: Subject, actor: Actor, data: Any = None, initial: Any = None) -> forms.NewForm:
    """The form of a new record: confidential and for the mission, as far as nothing else is said."""
    mission = actor.post.mission if actor.post else ""
    starting = {"marking": Marking.CONFIDENTIAL.value, "audience": [f"mission:{mission}"], **(initial or {})}
    choices = choices_for(actor, subject.new_form, subject.model.kind)
    return subject.new_form(data, actor=actor, choices=choices, initial=starting)


def next_tap(subject: Subject, record: ProtectionRecord, actor: Actor) -> Offered | None:
    """The first deed of one tap that fits an alert now, for its line in a list."""
    taps = (deed for deed in subject.deeds if deed.form is forms.PlainForm)
    return next((one for deed in taps if (one := offered(deed, subject, record, actor))), None)
