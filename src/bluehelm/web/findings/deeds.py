"""Which deeds are possible for this reader, here and now?

One table of deeds serves the page and its form handler. What is not possible is not offered; whoever asks for it all
the same is refused by the action itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bluehelm.definitions.rights import Deed as Right
from bluehelm.disclosure import may_read
from bluehelm.spine.course import FINDING, OPEN, RECOMMENDATION, State
from bluehelm.web.findings import actions, forms
from bluehelm.web.findings.models import Finding, Recommendation
from bluehelm.web.findings.presenters import action_of
from bluehelm.web.posts.acting import Actor

Subject = Finding | Recommendation


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing a person can do: its words, what is typed for it, the action it calls, and the right it takes.

    `whose` is owner or raiser where the owner of the recommendation or the post that raised the finding does it, or
    somebody who may decide.
    """

    verb: str
    label: Promise
    form: type[forms.DeedForm]
    act: Callable[..., object]
    fits: Callable[[Any], bool]
    right: Right = "create"
    whose: Literal["anybody", "owner", "raiser"] = "anybody"
    tone: Literal["", "secondary", "danger"] = "secondary"


def _own(verb: str) -> Callable[[Finding], bool]:
    return lambda finding: (verb, State(finding.own_state)) in FINDING


def _open_and(verb: str) -> Callable[[Finding], bool]:
    return lambda finding: _is_open(finding) and _own(verb)(finding)


def _undecided(finding: Finding) -> bool:
    return State(finding.state) in (State.PROPOSED, State.RAISED, State.RECOMMENDED)


def _asked(verb: str) -> Callable[[Recommendation], bool]:
    return lambda asked: (verb, State(asked.state)) in RECOMMENDATION


def _is_open(finding: Finding) -> bool:
    return State(finding.state) in OPEN


def _not_in_place(asked: Recommendation) -> bool:
    return State(asked.state) in OPEN - {State.IMPLEMENTED}


def _measured(asked: Recommendation) -> bool:
    action = action_of(asked.decision) if asked.decision else None
    return State(asked.state) == State.IMPLEMENTED and action is not None and action.read_on is not None


OF_FINDING = (
    Deed("raise", _("Raise it"), forms.PlainForm, actions.raise_proposal, _own("raise"), tone=""),
    Deed("dismiss", _("Dismiss"), forms.ReasonForm, actions.dismiss_proposal, _own("dismiss")),
    Deed("recommend", _("Recommend"), forms.RecommendForm, actions.recommend, _own("recommend"), tone=""),
    Deed("edit", _("Edit"), forms.EditForm, actions.edit_finding, _is_open, whose="raiser"),
    Deed("cite", _("Add evidence"), forms.EvidenceForm, actions.add_evidence, _is_open),
    Deed("merge", _("Merge into another"), forms.MergeForm, actions.merge_findings, _undecided),
    Deed("unmerge", _("Take out of the other"), forms.ReasonForm, actions.unmerge_finding, _own("unmerge")),
    Deed("relabel", _("Change who may read it"), forms.RelabelForm, actions.relabel_finding, lambda _: True, "release"),
    Deed("end", _("End it"), forms.EndForm, actions.end_finding, _open_and("overtake"), "decide", tone="danger"),
    Deed("reopen", _("Reopen"), forms.ReasonForm, actions.reopen_finding, _own("reopen"), "decide"),
)

OF_RECOMMENDATION = (
    Deed("decide", _("Decide"), forms.DecideForm, actions.decide, _asked("accept"), "decide", tone=""),
    Deed("start", _("Begin"), forms.StartForm, actions.start_action, _asked("start"), whose="owner", tone=""),
    Deed("finish", _("Report done"), forms.FinishForm, actions.finish_action, _asked("finish"), whose="owner", tone=""),
    Deed("read-effect", _("Read the effect"), forms.ReadForm, actions.read_effect, _measured, tone=""),
    Deed("give-up-reading", _("It cannot be read"), forms.WhyForm, actions.give_up_reading, _measured),
    Deed("wait", _("It is waiting"), forms.WaitForm, actions.begin_wait, _not_in_place),
    Deed(
        "reschedule", _("Change day or owner"), forms.RescheduleForm, actions.reschedule, _not_in_place,
        whose="owner",
    ),
    Deed(
        "end-recommendation", _("End it"), forms.EndRecommendationForm, actions.end_recommendation,
        _asked("overtake"), "decide", tone="danger",
    ),
    Deed(
        "reopen-recommendation", _("Reopen"), forms.ReasonForm, actions.reopen_recommendation,
        _asked("reopen"), "decide",
    ),
)  # fmt: skip

STEP_DONE = Deed("step", _("Done"), forms.StepForm, actions.finish_step, _asked("step"), whose="owner")
WAIT_ENDED = Deed("end-wait", _("It has come"), forms.EndWaitForm, actions.end_wait, _not_in_place)
KEPT_APART = Deed("keep-apart", _("They are two"), forms.ApartForm, actions.keep_apart, _is_open)

ALL = {deed.verb: deed for deed in (*OF_FINDING, *OF_RECOMMENDATION, STEP_DONE, WAIT_ENDED, KEPT_APART)}


def may(actor: Actor, deed: Deed, finding: Finding, asked: Recommendation | None = None) -> bool:
    """Whether the actor may do a deed here: it fits the state, and the post has the right to it."""
    if asked is not None and finding.own_state != State.RAISED:
        return False
    if not deed.fits(asked if asked is not None else finding) or not actor.may(deed.right, "finding", finding.marking):
        return False
    if not may_read(actions.own_reader(actor), finding.label):
        return False
    is_owner = asked is not None and actor.post_code == asked.owner.code
    is_whose = {"anybody": True, "owner": is_owner, "raiser": actions.is_raiser(actor, finding)}[deed.whose]
    return is_whose or actor.may("decide", "finding", finding.marking)
