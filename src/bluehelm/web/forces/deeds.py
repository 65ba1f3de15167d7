"""Which deeds are possible for this reader on this record, here and now?

One table of deeds serves the pages and their form handler. What is not possible is not offered; whoever asks for it all
the same is refused by the action itself.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bluehelm.definitions.rights import Deed as Right
from bluehelm.disclosure import may_read
from bluehelm.web.forces import actions, cards, deployments, forms, labels, rotations, visits
from bluehelm.web.forces.exchange import ladder
from bluehelm.web.forces.held import house, is_own, keeps, own_reader
from bluehelm.web.forces.models import (
    Contributor,
    DeploymentCase,
    ForcesRecord,
    MinisterialPledge,
    Pledge,
    Requirement,
    Slot,
    TourOffer,
    UndeclaredCaveat,
    UnitCard,
    Visit,
)
from bluehelm.web.posts.acting import Actor
from bluehelm.workflows.clock import today

Whose = Literal["anybody", "keeper", "own", "asking"]


def _always(record: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing a person can do with a record: its words, what is typed for it, the action it calls, its right.

    `whose` is keeper where the contributor does it for its own and headquarters for all, own where the contributor
    alone does, asking where a post of a mission does for its own mission. `hidden` are parts of the record it is about.
    """

    verb: str
    label: Promise
    form: type[forms.DeedForm]
    act: Callable[..., object]
    fits: Callable[[Any], bool] = _always
    right: Right = "create"
    whose: Whose = "anybody"
    tone: Literal["", "secondary", "danger"] = "secondary"
    hidden: tuple[str, ...] = field(default=())


def _relabelling(model: type[ForcesRecord]) -> Deed:
    def act(**named: Any) -> ForcesRecord:
        return actions.relabel(model=model, **named)

    return Deed("relabel", _("Change who may read it"), forms.RelabelForm, act, right="release")


def _stands(record: Any) -> bool:
    return record.withdrawn_on is None


def _has_lapsed(pledge: Pledge) -> bool:
    return pledge.expires_on is not None and pledge.expires_on < today()


def _may_climb(pledge: Pledge) -> bool:
    return _stands(pledge) and pledge.level != ladder()[-1] and not _has_lapsed(pledge)


def _has_level(pledge: Pledge) -> bool:
    return _stands(pledge) and bool(pledge.level)


def _may_sink(pledge: Pledge) -> bool:
    return _has_level(pledge) and pledge.level != ladder()[0] and not _has_lapsed(pledge)


def _is_open(case: DeploymentCase) -> bool:
    return case.state == "open"


def _is_in_place(case: DeploymentCase) -> bool:
    return case.state == "arrived"


def _is_ahead(visit: Visit) -> bool:
    return not visit.result and not visit.called_off_reason


def _may_advance(announced: MinisterialPledge) -> bool:
    return announced.deployed_on is None and announced.lapsed_on is None


def _is_unclassified(file: UndeclaredCaveat) -> bool:
    return not file.classification


REQUIREMENT = (
    Deed("release", _("Ask the states"), forms.PlainForm, actions.ask_the_states,
         lambda one: _stands(one) and labels.STATES not in one.releasable_to.names, "release", tone=""),
    Deed("edit", _("Edit"), forms.EditRequirementForm, actions.edit_requirement, _stands, whose="asking"),
    _relabelling(Requirement),
    Deed("withdraw", _("Withdraw"), forms.ReasonForm, actions.withdraw_requirement, _stands, whose="asking",
         tone="danger"),
)  # fmt: skip
PLEDGE = (
    Deed("raise", _("Raise by one level"), forms.ClimbForm, actions.raise_readiness, _may_climb, "decide", tone=""),
    Deed("renew", _("Renew"), forms.RenewForm, actions.renew_readiness, _has_level, whose="keeper"),
    Deed("lower", _("Lower"), forms.LowerForm, actions.lower_readiness, _may_sink, "decide"),
    Deed("declare", _("Declare a caveat"), forms.DeclareForm, actions.declare_caveat, _stands, whose="keeper"),
    Deed("edit", _("Edit"), forms.EditPledgeForm, actions.edit_pledge, _stands, whose="keeper"),
    _relabelling(Pledge),
    Deed("withdraw", _("Withdraw"), forms.ReasonForm, actions.withdraw_pledge, _stands, whose="keeper",
         tone="danger"),
)  # fmt: skip
LIFT = Deed("lift", _("Lift"), forms.LiftForm, actions.lift_caveat, _stands, whose="keeper", hidden=("caveat",))
CONTRIBUTOR = (
    Deed("edit", _("Edit"), forms.EditContributorForm, actions.edit_contributor, whose="keeper"),
    _relabelling(Contributor),
)
CASE = (
    Deed("enter", _("Begin a stage"), forms.EnterForm, deployments.enter_stage, _is_open, "decide", tone=""),
    Deed("expect", _("Estimate a step"), forms.StepForm, deployments.expect_step, _is_open, "decide"),
    Deed("redirect", _("Redirect it"), forms.RedirectForm, deployments.redirect, _is_in_place, "decide"),
    Deed("give-up", _("Give up"), forms.LapseForm, deployments.give_up, _is_open, "decide", tone="danger"),
    _relabelling(DeploymentCase),
)
STAGE_DONE = Deed("done", _("Done"), forms.StageForm, deployments.finish_stage, _is_open, "decide", hidden=("stage",))
STAGE_PEN = Deed(
    "pen", _("Hand over the pen"), forms.HandOverForm, deployments.hand_over, _is_open, "decide", hidden=("stage",)
)
VISIT = (
    Deed("answer", _("Answer the checklist"), forms.AnswerForm, visits.answer_visit, _is_ahead, "decide", tone=""),
    Deed("conclude", _("Give the result"), forms.ConcludeForm, visits.conclude_visit,
         lambda one: _is_ahead(one) and bool(one.answers.all()), "decide"),
    Deed("call-off", _("Call off"), forms.ReasonForm, visits.call_off, _is_ahead, "decide", tone="danger"),
)  # fmt: skip
VISIT_RAISE = Deed(
    "raise", _("Raise as a finding"), forms.RaiseItemForm, visits.raise_from_visit, right="decide", hidden=("item",)
)
MINISTERIAL = (
    Deed("advance", _("A step further"), forms.AdvanceForm, actions.advance_announced, _may_advance, "decide", tone=""),
    Deed("lapse", _("It lapsed"), forms.LapseForm, actions.lapse_announced, _may_advance, whose="keeper",
         tone="danger"),
)  # fmt: skip
UNDECLARED = (
    Deed("put", _("Put to the contributor"), forms.PlainForm, actions.put_to_contributor,
         lambda one: f"organisation:{one.pledge.contributor.code}" not in one.releasable_to.names, "release", tone=""),
    Deed("explain", _("Note the explanation"), forms.ExplainForm, actions.explain_undeclared, _is_unclassified, "read",
         whose="keeper"),
    Deed("classify", _("Classify"), forms.ClassifyForm, actions.classify_undeclared, _is_unclassified, "decide"),
    _relabelling(UndeclaredCaveat),
)  # fmt: skip
CARD = (
    Deed("reply", _("Reply"), forms.ReplyForm, cards.reply, whose="own", tone=""),
    Deed("show", _("Show it to the contributor"), forms.PlainForm, cards.show_card, lambda one: not one.shown_on,
         "decide", tone=""),
    Deed("open", _("Open it to the mission"), forms.PlainForm, cards.open_to_mission,
         lambda one: one.shown_on and not one.opened_on and not cards.is_waiting(one), "release", tone=""),
    Deed("evaluate", _("Add a rating"), forms.EvaluateForm, cards.evaluate, right="decide"),
    Deed("equipment", _("Count equipment"), forms.EquipmentForm, cards.count_equipment, right="decide"),
    Deed("role", _("Count a role"), forms.FunctionForm, cards.count_role, right="decide"),
    Deed("certify", _("Certify a training"), forms.CertificateForm, cards.certify, right="decide"),
)  # fmt: skip
SLOT = (
    Deed("edit", _("Edit"), forms.EditSlotForm, rotations.edit_slot, whose="asking"),
    Deed("output", _("Note what it brought"), forms.OutputForm, rotations.note_output, whose="asking"),
    _relabelling(Slot),
)
SLOT_DATES = Deed("dates", _("Change its days"), forms.TourDatesForm, rotations.move_tour, right="create",
                  whose="asking", hidden=("tour",))  # fmt: skip
TOUR_OFFER = (_relabelling(TourOffer),)


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of record with a page of its own: what may be done with one, and how a new one is made."""

    name: str
    model: type[ForcesRecord]
    deeds: tuple[Deed, ...]
    parts: tuple[Deed, ...] = ()
    new_label: Promise | str = ""
    new_form: type[forms.NewForm] | None = None
    make: Callable[..., models.Model] | None = None
    new_right: Right = "create"
    of_states: bool = False

    def deed(self, verb: str) -> Deed | None:
        return next((deed for deed in (*self.deeds, *self.parts) if deed.verb == verb), None)


SUBJECTS = {
    one.name: one
    for one in (
        Subject("requirement", Requirement, REQUIREMENT, (), _("Ask for a unit"), forms.NewRequirementForm,
                actions.make_requirement),
        Subject("pledge", Pledge, PLEDGE, (LIFT,), _("Offer a unit"), forms.NewPledgeForm, actions.offer_pledge,
                of_states=True),
        Subject("contributor", Contributor, CONTRIBUTOR, (), _("Add a contributor"), forms.NewContributorForm,
                actions.add_contributor),
        Subject("case", DeploymentCase, CASE, (STAGE_DONE, STAGE_PEN), _("Begin a deployment"), forms.NewCaseForm,
                deployments.open_case, "decide"),
        Subject("visit", Visit, VISIT, (VISIT_RAISE,), _("Plan a visit"), forms.NewVisitForm, visits.plan_visit,
                "decide"),
        Subject("ministerial", MinisterialPledge, MINISTERIAL, (), _("Note an announcement"),
                forms.NewMinisterialForm, actions.announce, of_states=True),
        Subject("undeclared", UndeclaredCaveat, UNDECLARED, (), _("Open a file"), forms.NewUndeclaredForm,
                actions.open_undeclared),
        Subject("card", UnitCard, CARD, (), _("Begin a card"), forms.NewCardForm, cards.open_card, "decide"),
        Subject("slot", Slot, SLOT, (SLOT_DATES,), _("Ask for a post to be kept filled"), forms.NewSlotForm,
                rotations.ask_slot),
        Subject("tours", TourOffer, TOUR_OFFER, (), _("Offer tours"), forms.NewTourOfferForm, rotations.offer_tours,
                of_states=True),
    )
}  # fmt: skip


def may_make(actor: Actor, name: str) -> bool:
    """Whether the actor is offered to make a record of a kind."""
    subject = SUBJECTS[name]
    if not actor.may(subject.new_right, subject.model.kind):
        return False
    return subject.of_states or not house(actor)


def may(actor: Actor, deed: Deed, record: ForcesRecord) -> bool:
    """Whether the actor may do a deed here: it fits the record, and the post has the right to it."""
    if not deed.fits(record) or not actor.may(deed.right, record.kind, record.marking):
        return False
    if not may_read(own_reader(actor, record.kind), record.label):
        return False
    contributor = contributor_of(record)
    if deed.whose == "own":
        return contributor is not None and is_own(actor, contributor)
    if deed.whose == "asking":
        mission = actor.post.mission if actor.post else ""
        return not mission or mission == getattr(record, "mission", "")
    if deed.whose == "keeper":
        return contributor is not None and keeps(actor, contributor)
    return not house(actor)


def contributor_of(record: ForcesRecord) -> Contributor | None:
    """The contributor that a record belongs to, if it belongs to one."""
    if isinstance(record, Contributor):
        return record
    if isinstance(record, Pledge | MinisterialPledge | TourOffer):
        return record.contributor
    pledge = getattr(record, "pledge", None)
    return pledge.contributor if isinstance(pledge, Pledge) else None
