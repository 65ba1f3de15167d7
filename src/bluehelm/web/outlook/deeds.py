"""Which deeds are possible for this reader on a release or an assessment, here and now?

One table serves the page and its form handler. What is not possible is not offered; whoever asks for it all the same is
refused by the action itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bluehelm.definitions.rights import Deed as Right
from bluehelm.disclosure import may_read
from bluehelm.web.outlook import actions, forms, lens_actions
from bluehelm.web.outlook.held import own_reader
from bluehelm.web.outlook.models import LensAssessment, OutlookRelease
from bluehelm.web.posts.acting import Actor

Subject = OutlookRelease | LensAssessment


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing a person can do: its words, what is typed for it, the action it calls, the right it takes, and when.

    `whose` is the mission's own posts, or any post with the right.
    """

    verb: str
    label: Promise
    form: type[forms.RecordForm]
    act: Callable[..., object]
    right: Right
    fits: Callable[[Any], bool]
    whose: Literal["mission", "any"] = "mission"
    tone: Literal["", "secondary", "danger"] = "secondary"


def _in(*states: str) -> Callable[[Any], bool]:
    return lambda record: record.state in states


OF_RELEASE = (
    Deed("release", _("Release"), forms.ReleaseForm, actions.release_outlook, "release", _in("draft"), tone=""),
    Deed("edit", _("Edit"), forms.TextsForm, actions.edit_release, "create", _in("draft")),
    Deed("tell", _("Note who was told"), forms.TellForm, actions.tell, "create", _in("released"), tone=""),
    Deed("done", _("Note what was done"), forms.DoneForm, actions.note_done, "create", _in("released", "withdrawn")),
    Deed(
        "probability", _("Write down what you hold likely"), forms.ProbabilityForm, actions.record_probability,
        "create", _in("draft", "released"), whose="any",
    ),
    Deed(
        "withdraw", _("Withdraw"), forms.WithdrawForm, actions.withdraw_release, "release", _in("released"),
        tone="danger",
    ),
)  # fmt: skip
ACKNOWLEDGE = Deed(
    "acknowledge", _("Acknowledge"), forms.AnswerForm, actions.acknowledge, "read", lambda _: True, "any", ""
)

OF_LENS = (
    Deed("judge", _("Say what was found of a factor"), forms.FactorForm, lens_actions.judge_factor, "create",
         _in("draft"), tone=""),
    Deed("narrative", _("Write the narrative"), forms.NarrativeForm, lens_actions.write_narrative, "create",
         _in("draft")),
    Deed("trigger", _("Add a trigger"), forms.TriggerForm, lens_actions.add_trigger, "create", _in("draft")),
    Deed("finish", _("Stand behind it"), forms.PlainForm, lens_actions.finish_assessment, "create", _in("draft")),
    Deed("escalate", _("Put it before a post"), forms.EscalateForm, lens_actions.escalate, "create", lambda _: True),
    Deed("relabel", _("Change who may read it"), forms.RelabelForm, lens_actions.relabel_assessment, "release",
         lambda _: True),
)  # fmt: skip
ANSWER = Deed(
    "answer", _("Acknowledge"), forms.EscalationAnswerForm, lens_actions.acknowledge_escalation, "read",
    lambda _: True, "any", "",
)  # fmt: skip

RELEASE_DEEDS = {deed.verb: deed for deed in (*OF_RELEASE, ACKNOWLEDGE)}
LENS_DEEDS = {deed.verb: deed for deed in (*OF_LENS, ANSWER)}


def may(actor: Actor, deed: Deed, record: Subject) -> bool:
    """Whether the actor may do a deed here: it fits the state, and the post has the right to it."""
    if not deed.fits(record) or not actor.may(deed.right, record.kind, record.marking) or actor.viewing:
        return False
    if not may_read(own_reader(actor, record.kind), record.label):
        return False
    return deed.whose == "any" or (actor.post is not None and actor.post.mission == record.mission)
