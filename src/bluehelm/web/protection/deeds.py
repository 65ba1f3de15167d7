"""Which kinds of record are there, and what may be done with each, here and now?

One table serves the pages, the API and the tests. What is not possible is not offered; whoever asks for it all the same
is refused by the action itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from bluehelm.definitions.rights import Deed as Right
from bluehelm.disclosure import may_read
from bluehelm.protection import STEPS
from bluehelm.web.outlook.held import own_reader
from bluehelm.web.posts.acting import Actor
from bluehelm.web.protection import actions, forms, models, referrals
from bluehelm.web.protection.models import ProtectionRecord


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing a person can do with a record: its words, what is typed for it, the action, the right, and when."""

    verb: str
    label: Lazy
    form: type[forms.RecordForm]
    act: Callable[..., object]
    fits: Callable[[Any], bool] = lambda _record: True
    right: Right = "create"
    tone: Literal["", "secondary", "danger"] = "secondary"


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of record with a list and a page: its words, its columns and facts, how one is made, what may be done.

    `parts` are deeds on something that hangs on the record; `days` names the field by which lists are read in time.
    """

    name: str
    title: Lazy
    lead: Lazy
    new_label: Lazy
    model: type[ProtectionRecord]
    new_form: type[forms.NewForm]
    make: Callable[..., Any]
    columns: tuple[str, ...]
    facts: tuple[str, ...]
    deeds: tuple[Deed, ...] = ()
    parts: tuple[Deed, ...] = ()

    def deed(self, verb: str) -> Deed | None:
        return next((deed for deed in (*self.deeds, *self.parts) if deed.verb == verb), None)


def _relabelling(model: type[ProtectionRecord]) -> Deed:
    return Deed(
        "relabel", _("Change who may read it"), forms.RelabelForm, partial(actions.relabel, model=model),
        right="release",
    )  # fmt: skip


def _referring(model: type[referrals.Referred], fits: Callable[[Any], bool]) -> tuple[Deed, Deed]:
    """Put a record before a post, for a decision or as a task."""
    return (
        Deed("escalate", _("Put it before a post"), forms.EscalateForm, partial(referrals.escalate, model=model), fits),
        Deed("task", _("Give a post a task"), forms.TaskForm, partial(referrals.give_task, model=model), fits),
    )


def _answering(model: type[referrals.Referred]) -> tuple[Deed, Deed]:
    """What the post that was asked says."""
    return (
        Deed("answer", _("Acknowledge"), forms.ReferralAnswerForm, partial(referrals.answer, model=model),
             right="read", tone=""),
        Deed("report", _("Say what came of it"), forms.TaskDoneForm, partial(referrals.report_task, model=model),
             right="read"),
    )  # fmt: skip


def _tap(verb: str, label: Lazy, step: str, fits: Callable[[Any], bool]) -> Deed:
    """A step that happens now: one tap."""
    return Deed(verb, label, forms.PlainForm, partial(actions.step_alert, step=step), fits, tone="")


def _missing(step: str) -> Callable[[Any], bool]:
    """Whether an alert that is not closed still lacks a step, and nothing came after it."""
    later = STEPS[STEPS.index(step) : -1]
    return lambda alert: not alert.closed_at and not any(getattr(alert, f"{one}_at") for one in later)


ALERT = (
    _tap("verified", _("Verified now"), "verified", _missing("verified")),
    _tap("escalated", _("Escalated now"), "escalated", _missing("escalated")),
    _tap("decided", _("Decided now"), "decided", _missing("decided")),
    _tap("departed", _("Departed now"), "departed",
         lambda one: _missing("departed")(one) and not one.no_response),
    _tap("arrived", _("Arrived now"), "arrived", lambda one: _missing("arrived")(one) and not one.no_response),
    _tap("told", _("Community told now"), "told", lambda one: not one.told_at),
    _tap("closed", _("Close now"), "closed", lambda one: not one.closed_at),
    Deed("no-response", _("Nobody goes, or arrived"), forms.NoResponseForm, actions.no_response,
         lambda one: not one.no_response and not one.arrived_at),
    *_referring(models.Alert, lambda one: not one.closed_at),
    Deed("step", _("Note a step at its own time"), forms.StepForm, actions.step_alert),
    _relabelling(models.Alert),
)  # fmt: skip

FINISH = Deed("finish", _("Say what came of it"), forms.FinishForm, actions.finish_response)
THREAT = (
    Deed("review", _("Review it"), forms.ReviewForm, actions.review_threat, lambda one: not one.closed_on, tone=""),
    Deed("respond", _("Plan a response"), forms.ResponseForm, actions.plan_response, lambda one: not one.closed_on),
    *_referring(models.Threat, lambda one: not one.closed_on),
    Deed("close", _("It is no threat any more"), forms.WhyForm, actions.close_threat, lambda one: not one.closed_on,
         tone="danger"),
    _relabelling(models.Threat),
)  # fmt: skip
ACTIVITY = (
    Deed("conclude", _("Say what became of it"), forms.OutcomeForm, actions.conclude_activity, tone=""),
    _relabelling(models.Activity),
)
HARM = (
    Deed("follow", _("Follow it up"), forms.FollowForm, actions.follow_harm, lambda one: not one.followed_on, tone=""),
    _relabelling(models.Harm),
)
KEEP = Deed("keep", _("It was kept"), forms.KeepForm, actions.keep_promise, tone="")
TAKE_BACK = Deed("take-back", _("Take it back"), forms.TakeBackForm, actions.take_back_promise, tone="danger")
TELL = Deed("tell", _("They were told"), forms.OfPromise, actions.tell_promise)
ENGAGEMENT = (
    Deed("promise", _("Write down a promise"), forms.PromiseForm, actions.make_promise, tone=""),
    Deed("feedback", _("Feedback was given"), forms.FeedbackForm, actions.give_feedback,
         lambda one: not one.fed_back_on),
    _relabelling(models.Engagement),
)  # fmt: skip
OBSTRUCTION = (
    Deed("resolve", _("It ended"), forms.ResolveForm, actions.resolve_obstruction, lambda one: not one.resolved_on,
         tone=""),
    _relabelling(models.Obstruction),
)  # fmt: skip

SUBJECTS = {
    one.name: one
    for one in (
        Subject(
            "alerts", _("Alerts"), _("Calls for help and warnings; those that nobody has answered come first."),
            _("Enter an alert"), models.Alert, forms.AlertForm, actions.enter_alert,
            ("what", "place", "received_at", "verified_at", "decided_at", "arrived_at", "no_response", "told_at"),
            ("what", "place", "text", "channel", "exercise", "distance_km", "latitude", "longitude", "received_at",
             "verified_at", "escalated_at", "decided_at", "decision", "departed_at", "arrived_at", "no_response", "why",
             "closed_at", "told_at"),
            ALERT, _answering(models.Alert),
        ),
        Subject(
            "threats", _("Threats"), _("Who is threatened by whom; those past their review come first."),
            _("Enter a threat"), models.Threat, forms.ThreatForm, actions.enter_threat,
            ("title", "place", "sector", "likelihood", "impact", "trend", "lead", "review_on", "closed_on"),
            ("title", "place", "sector", "perpetrator", "capability", "intent", "civilians", "women", "men", "girls",
             "boys", "vulnerability", "host_capacity", "host_will", "others_capacity", "others_will", "likelihood",
             "impact", "trend", "rationale", "lead", "identified_on", "review_on", "closed_on", "closed_why"),
            THREAT, (FINISH, *_answering(models.Threat)),
        ),
        Subject(
            "activities", _("Activities"),
            _("What was done against which threat, what it was meant to bring, and what became of that."),
            _("Enter an activity"), models.Activity, forms.ActivityForm, actions.enter_activity,
            ("intended", "became", "threat", "what", "place", "on"),
            ("what", "threat", "intended", "became", "evidence", "place", "on", "recommended", "followed_up"), ACTIVITY,
        ),
        Subject(
            "harm", _("Harm"), _("Harm that the mission did to people, and what followed."),
            _("Enter harm done"), models.Harm, forms.HarmForm, actions.enter_harm,
            ("what", "place", "on", "followed_on"),
            ("what", "place", "on", "text", "activity", "follow_up", "followed_on"), HARM,
        ),
        Subject(
            "communities", _("Communities"), _("What people raised, what they were promised, and what they were told."),
            _("Enter an engagement"), models.Engagement, forms.EngagementForm, actions.enter_engagement,
            ("place", "on", "level", "heard", "fed_back_on"),
            ("place", "on", "level", "heard", "raised", "thread", "feedback", "fed_back_on"), ENGAGEMENT,
            (KEEP, TAKE_BACK, TELL),
        ),
        Subject(
            "perception", _("Perception"), _("What people answered; read each with its method and its sample."),
            _("Enter a perception"), models.Perception, forms.PerceptionForm, actions.enter_perception,
            ("question", "place", "on", "method", "sample", "answered"),
            ("question", "place", "on", "method", "sample", "answered", "women", "text"),
            (_relabelling(models.Perception),),
        ),
        Subject(
            "obstructions", _("Consent"), _("Where the host state hindered the mission, out of how often it moved."),
            _("Enter an obstruction"), models.Obstruction, forms.ObstructionForm, actions.enter_obstruction,
            ("what", "place", "on", "authority", "resolved_on"),
            ("what", "place", "on", "authority", "text", "resolved_on", "resolution"), OBSTRUCTION,
        ),
        Subject(
            "movements", _("Movements"), _("How often the mission moved: what obstructions are counted against."),
            _("Enter a month"), models.Movements, forms.MovementsForm, actions.enter_movements,
            ("month", "number", "source"), ("month", "number", "source"), (_relabelling(models.Movements),),
        ),
        Subject(
            "dialogue", _("Dialogue"), _("Talks with the host state about consent."),
            _("Enter a talk"), models.Dialogue, forms.DialogueForm, actions.enter_dialogue,
            ("authority", "on", "agreed"), ("authority", "on", "text", "agreed", "obstruction"),
            (_relabelling(models.Dialogue),),
        ),
        Subject(
            "compact", _("Compact"), _("Which protection capabilities the mission has, and on what evidence."),
            _("Say of a capability"), models.Capability, forms.CapabilityForm, actions.enter_capability,
            ("capability", "has", "on", "evidence"), ("capability", "has", "on", "evidence"),
            (_relabelling(models.Capability),),
        ),
        Subject(
            "observations", _("Observers"), _("Reports of teams of several nationalities."),
            _("Enter reports"), models.Observation, forms.ObservationForm, actions.enter_observations,
            ("report", "what", "day", "area", "violation", "hours"),
            ("report", "what", "day", "area", "team", "nationalities", "hours", "violation", "narrative"),
            (_relabelling(models.Observation),),
        ),
    )
}  # fmt: skip


def may_make(actor: Actor, subject: Subject) -> bool:
    """Whether the actor is offered to make a record of a kind."""
    return bool(actor.post and actor.post.mission) and not actor.viewing and actor.may("create", subject.model.kind)


def may(actor: Actor, deed: Deed, record: ProtectionRecord) -> bool:
    """Whether the actor may do a deed here: it fits the record, and the post of the mission has the right to it."""
    if not deed.fits(record) or actor.viewing or not actor.may(deed.right, record.kind, record.marking):
        return False
    own = actor.post is not None and actor.post.mission == record.mission
    return own and may_read(own_reader(actor, record.kind), record.label)
