"""How are findings put for a reader, on a page and as JSON?

One function makes the JSON of a finding for pages, the API and the command line. What a role does not see of a record
it may read, who reported it or what it costs, is null there, like anything unknown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bluehelm.disclosure import Marking
from bluehelm.language import called
from bluehelm.spine import RecordRef, State
from bluehelm.spine.course import CHAIN, IN_PLACE, OPEN
from bluehelm.spine.reminders import Reminder
from bluehelm.web.findings.models import Action, Change, Decision, Effect, Evidence, Finding, Recommendation
from bluehelm.web.findings.sight import Sight, sight_of, versions_seen
from bluehelm.web.posts.acting import Actor
from bluehelm.workflows.findings.rules import finding_rules

DEED_LABELS = {
    "finding.proposed": gettext_lazy("proposed"),
    "finding.proposed_again": gettext_lazy("proposed again with newer evidence"),
    "finding.raised": gettext_lazy("raised"),
    "finding.dismissed": gettext_lazy("dismissed"),
    "finding.edited": gettext_lazy("edited"),
    "finding.evidence_added": gettext_lazy("evidence added"),
    "finding.relabelled": gettext_lazy("marking or audience changed"),
    "finding.overtaken": gettext_lazy("overtaken by events"),
    "finding.superseded": gettext_lazy("superseded"),
    "finding.reopened": gettext_lazy("reopened"),
    "finding.merged": gettext_lazy("merged into another"),
    "finding.unmerged": gettext_lazy("taken out of the other"),
    "finding.kept_apart": gettext_lazy("found to be another"),
    "recommendation.made": gettext_lazy("recommended"),
    "recommendation.rescheduled": gettext_lazy("due day or owner changed"),
    "recommendation.overtaken": gettext_lazy("recommendation overtaken by events"),
    "recommendation.superseded": gettext_lazy("recommendation superseded"),
    "recommendation.reopened": gettext_lazy("recommendation reopened"),
    "decision.accepted": gettext_lazy("accepted"),
    "decision.modified": gettext_lazy("accepted with changes"),
    "decision.rejected": gettext_lazy("rejected"),
    "action.started": gettext_lazy("action begun"),
    "action.implemented": gettext_lazy("implemented"),
    "action.implemented_in_part": gettext_lazy("implemented in part"),
    "step.done": gettext_lazy("step done"),
    "effect.read": gettext_lazy("effect read"),
    "effect.not_observable": gettext_lazy("effect cannot be observed"),
    "wait.began": gettext_lazy("waiting"),
    "wait.ended": gettext_lazy("no longer waiting"),
}
NEED_LABELS = {
    "look at a proposal": gettext_lazy("Look at a proposal"),
    "decide": gettext_lazy("Decide"),
    "begin": gettext_lazy("Begin"),
    "implement": gettext_lazy("Implement"),
    "read the effect": gettext_lazy("Read the effect"),
}
OUTCOME_LABELS = {
    "accepted": gettext_lazy("Accepted"),
    "modified": gettext_lazy("Accepted with changes"),
    "rejected": gettext_lazy("Rejected"),
}
TONES = {
    "critical": "wrong",
    "high": "care",
    "closed": "good",
    "implemented": "good",
    "rejected": "wrong",
    "proposed": "draft",
    "accepted": "note",
    "under-way": "note",
    "partially-implemented": "note",
}


def titles(vocabulary: str) -> dict[str, str]:
    """The words of a part of the vocabulary with their titles: domains, severities, confidences, states, causes."""
    rules = finding_rules()
    words = rules.causes.causes if vocabulary == "causes" else getattr(rules.vocabulary, vocabulary)
    return {word.word: called(word.title) for word in words}


# JSON


def finding_row(finding: Finding) -> dict[str, Any]:
    """One finding of a list; `due` is the earliest day on which something open of it is due."""
    due_on: date | None = getattr(finding, "due_on", None)
    owners: list[Recommendation] = getattr(finding, "open_recommendations", [])
    return {
        "finding": finding.pk,
        "title": finding.title,
        "domain": finding.domain,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "mission": finding.mission or None,
        "state": finding.state,
        "found": finding.found_on.isoformat(),
        "due": _iso(due_on),
        "owners": sorted({one.owner.code for one in owners}),
        "marking": Marking(finding.marking).code,
        "releasable_to": sorted(finding.releasable_to.names),
        "row_version": finding.row_version,
    }


def finding_json(finding: Finding, actor: Actor) -> dict[str, Any]:
    """One finding with everything that hangs on it, as far as the actor sees it."""
    sight = sight_of(finding, actor)
    return {
        **finding_row(finding),
        "due": _iso(_due(finding)),
        "owners": sorted({one.owner.code for one in finding.recommendations.all() if State(one.state) in OPEN}),
        "statement": finding.statement,
        "explanation": finding.explanation or None,
        "proposed_by": finding.proposed_by or None,
        **_raised(finding, actor),
        "ended": _ended(finding),
        "evidence": [evidence_json(one, sight) for one in own_evidence(finding)],
        "recommendations": [_recommendation_json(one, sight) for one in finding.recommendations.all()],
        "history": [_change_json(one, sight) for one in finding.changes.all()],
    }


def _raised(finding: Finding, actor: Actor) -> dict[str, Any]:
    seen = actor.sees("finding", "raised_by") and finding.raised_by
    return {
        "raised_by": finding.raised_by if seen else None,
        "raised_post": finding.raised_post.code if seen and finding.raised_post else None,
        "raised": _iso(finding.raised_on),
    }


def _ended(finding: Finding) -> dict[str, Any] | None:
    if finding.ended_on is None:
        return None
    return {
        "as": finding.own_state,
        "on": finding.ended_on.isoformat(),
        "post": finding.ended_post.code if finding.ended_post else None,
        "reason": finding.ended_reason,
    }


def _recommendation_json(asked: Recommendation, sight: Sight) -> dict[str, Any]:
    return {
        "number": asked.number,
        "text": asked.text,
        "owner": asked.owner.code,
        "due": asked.due_on.isoformat(),
        "cost_usd": asked.cost_usd if sight.actor.sees("finding", "cost") else None,
        "capability": asked.capability or None,
        "state": asked.state,
        "made": asked.made_on.isoformat(),
        "ended": _iso(asked.ended_on),
        "ended_reason": asked.ended_reason or None,
        "decisions": [_decision_json(one, sight) for one in asked.decisions.all()],
        "waits": [
            {
                "cause": wait.cause,
                "party": wait.party,
                "note": wait.note or None,
                "from": wait.from_on.isoformat(),
                "until": _iso(wait.until_on),
            }
            for wait in asked.waits.all()
        ],
    }


def _decision_json(decision: Decision, sight: Sight) -> dict[str, Any]:
    action = action_of(decision)
    return {
        "outcome": decision.outcome,
        "by": decision.decided_by if sight.names else None,
        "post": decision.decided_post.code,
        "on": decision.decided_on.isoformat(),
        "why": sight.why(decision) or None,
        "modified_to": sight.modified_to(decision) or None,
        "action": _action_json(action, sight) if action else None,
    }


def _action_json(action: Action, sight: Sight) -> dict[str, Any]:
    effect = effect_of(action)
    return {
        "started": action.started_on.isoformat(),
        "measurement_named": action.named_on.isoformat(),
        "measurement": action.measurement or None,
        "source": action.source or None,
        "before": action.before or None,
        "read_on": _iso(action.read_on),
        "not_observable_why": action.not_observable_why or None,
        "done": action.extent or None,
        "done_on": _iso(action.done_on),
        "steps": [
            {
                "number": step.number,
                "text": step.text,
                "done_on": _iso(step.done_on),
                "evidence": [evidence_json(one, sight) for one in step.evidence.all()],
            }
            for step in action.steps.all()
        ],
        "evidence": [evidence_json(one, sight) for one in action_evidence(action)],
        "effect": _effect_json(effect, sight) if effect else None,
    }


def _effect_json(effect: Effect, sight: Sight) -> dict[str, Any]:
    return {
        "on": effect.read_on.isoformat(),
        "post": effect.read_post.code,
        "reading": effect.reading or None,
        "judgement": effect.judgement or None,
        "confidence": effect.confidence or None,
        "not_observable_why": effect.not_observable_why or None,
        "evidence": [evidence_json(one, sight) for one in effect.evidence.all()],
    }


def evidence_json(evidence: Evidence, sight: Sight) -> dict[str, Any]:
    """A piece of evidence: a record by kind and id, or a row by table, version, key and digest.

    Key and digest are null where the version is hidden from the reader.
    """
    ref = evidence.ref
    if isinstance(ref, RecordRef):
        return {"kind": ref.kind, "id": ref.id}
    key, sha256 = (ref.key or None, ref.sha256) if sight.sees(evidence) else (None, None)
    return {"table": ref.table, "version": ref.version, "key": key, "sha256": sha256}


def _change_json(change: Change, sight: Sight) -> dict[str, Any]:
    by, post = sight.who_of(change)
    return {
        "version": change.row_version,
        "on": change.on.isoformat(),
        "at": change.at.isoformat(timespec="seconds"),
        "deed": change.deed,
        "by": by or None,
        "post": post or None,
        "reason": sight.reason_of(change) or None,
        "fields": sight.fields_of(change),
    }


def cited_refs(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Every table version that these findings' chains cite, once, in order; no digest of one hidden from the reader."""
    findings = list(findings)
    seen = versions_seen(findings)
    cited = {
        (one.table, one.version, one.sha256 if (one.table, one.version) in seen else None)
        for finding in findings
        for one in finding.evidence.all()
        if one.version is not None
    }
    in_order = sorted(cited, key=lambda one: (one[0], one[1], one[2] or ""))
    return [{"table": table, "version": version, "sha256": sha256} for table, version, sha256 in in_order]


def reminder_json(reminder: Reminder) -> dict[str, Any]:
    """What a post has to do: `due` as agreed, `falls_on` the working day that counts."""
    return {
        "finding": reminder.open.finding,
        "title": reminder.open.title,
        "need": reminder.open.need,
        "post": reminder.open.post,
        "due": reminder.open.due_on.isoformat(),
        "falls_on": reminder.falls_on.isoformat(),
        "moved_because": reminder.moved_because or None,
        "working_days_left": reminder.working_days_left,
        "late": reminder.is_late,
        "say_today": reminder.say_today,
        "holidays_known": reminder.holidays_known,
    }


# The parts of a chain


def own_evidence(finding: Finding) -> list[Evidence]:
    """What the finding itself rests on, apart from the evidence of what was done about it."""
    return [one for one in finding.evidence.all() if not (one.action_id or one.step_id or one.effect_id)]


def action_of(decision: Decision) -> Action | None:
    """The action that followed a decision; None when none has begun."""
    return getattr(decision, "action", None)


def effect_of(action: Action) -> Effect | None:
    """What was read of an action's effect; None when nothing was yet."""
    return getattr(action, "effect", None)


def action_evidence(action: Action) -> list[Evidence]:
    """The evidence that the whole action is done, apart from that of its steps and its effect."""
    return [one for one in action.evidence.all() if not (one.step_id or one.effect_id)]


def _due(finding: Finding) -> date | None:
    days = [one.due_on for one in finding.recommendations.all() if State(one.state) in OPEN - {State.IMPLEMENTED}]
    return min(days, default=None)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


# Pages


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the chain, as the stepper shows it: state is done, now, waiting or stopped."""

    name: str
    state: str
    said: str
    on: date | None = None


LINKS = (
    (State.RAISED, gettext_lazy("Finding")),
    (State.RECOMMENDED, gettext_lazy("Recommendation")),
    (State.ACCEPTED, gettext_lazy("Decision")),
    (State.IMPLEMENTED, gettext_lazy("Action")),
    (State.CLOSED, gettext_lazy("Effect")),
)


def stepper(finding: Finding, asked: Recommendation | None) -> list[Link]:
    """How far one recommendation has come, or the finding itself where there is none."""
    state = State(asked.state) if asked else State(finding.own_state)
    reached = _reached(finding, asked)
    stopped = state not in CHAIN
    links = []
    for place, (_state, name) in enumerate(LINKS):
        if place < len(reached):
            links.append(Link(str(name), "done", _done_word(place, finding, asked), reached[place]))
        elif place == len(reached) and stopped:
            links.append(Link(str(name), "stopped", titles("states")[state.value], _stopped_on(finding, asked)))
        elif place == len(reached):
            links.append(Link(str(name), "now", _now_word(place, state)))
        else:
            links.append(Link(str(name), "waiting", _("not yet") if not stopped else "–"))
    return links


def _reached(finding: Finding, asked: Recommendation | None) -> list[date | None]:
    """The days of the links that are behind it, in order."""
    if finding.raised_on is None:
        return []
    days: list[date | None] = [finding.raised_on]
    if asked is None:
        return days
    days.append(asked.made_on)
    decision = asked.decision
    if decision is None or decision.outcome == "rejected":
        return days
    days.append(decision.decided_on)
    action = action_of(decision)
    if action and State(asked.state) in IN_PLACE:
        days.append(action.done_on)
        effect = effect_of(action)
        if State(asked.state) == State.CLOSED:
            days.append(effect.read_on if effect else action.done_on)
    return days


def _done_word(place: int, finding: Finding, asked: Recommendation | None) -> str:
    decision = asked.decision if asked else None
    words = (
        _("raised"),
        _("made"),
        str(OUTCOME_LABELS[decision.outcome]) if decision else "",
        _("implemented"),
        _effect_word(decision),
    )
    return words[place]


def _effect_word(decision: Decision | None) -> str:
    action = action_of(decision) if decision else None
    effect = effect_of(action) if action else None
    return _("read") if effect and effect.reading else _("not observable")


def _now_word(place: int, state: State) -> str:
    if place == 3:
        return titles("states")[state.value] if state != State.ACCEPTED else _("to begin")
    return (_("to be raised"), _("to be made"), _("to be taken"), "", _("to be read"))[place]


def _stopped_on(finding: Finding, asked: Recommendation | None) -> date | None:
    return asked.ended_on if asked else finding.ended_on


def evidence_link(evidence: Evidence) -> str:
    """The address of the version that a piece of evidence cites; empty where there is no page of it."""
    if evidence.version is None:
        return ""
    try:
        return reverse("data:version", args=[evidence.table, evidence.version])
    except NoReverseMatch:
        return ""
