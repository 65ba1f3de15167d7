"""Which deeds carry a finding from evidence to effect?

Each checks the actor's right and the record's marking, asks the course whether the deed fits, changes rows in one
transaction, and leaves one line of history and one audit entry. Every change anywhere in the chain moves the finding's
number on, so that of two people who opened the same finding the second sees what the first did.

`on` is the day it happened, today when not given and never in the future; `expected_version` is the number of the
finding that the person saw.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bluehelm import spine
from bluehelm.disclosure import EVERYONE, Label, Marking, Pass, Reader, may_read
from bluehelm.spine import EvidenceRef, RecordRef, State, next_state, standing
from bluehelm.spine.course import FINDING, OPEN, RECOMMENDATION
from bluehelm.web.audit.entries import append_entry, changes
from bluehelm.web.findings.models import (
    Action,
    Apart,
    Change,
    Decision,
    Effect,
    Evidence,
    Finding,
    Recommendation,
    Step,
    Wait,
)
from bluehelm.web.posts.acting import Actor, NotAllowedError, audiences_of
from bluehelm.web.posts.marked import ChangedMeanwhileError, readable
from bluehelm.web.posts.models import Audience, Post
from bluehelm.web.posts.rights import rights
from bluehelm.workflows.findings.rules import finding_rules

NO_SUCH = gettext_noop("There is no such finding, or it is not addressed to you.")
READ_ONLY = gettext_noop("This was opened in an emergency: it may be read, and not changed.")
MOST_USD = 10**12
LAST_DAY = date(2100, 12, 31)
PLAIN = (
    "state",
    "own_state",
    "domain",
    "severity",
    "confidence",
    "mission",
    "marking",
    "due_on",
    "outcome",
    "cause",
    "merged_into",
    "superseded_by",
    "recommendation",
)
"""Fields whose values the audit may hold: neither free text nor anything about a person."""


class FindingError(ValueError):
    """The deed was refused as it stands; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What a person writes of a finding."""

    title: str
    statement: str
    domain: str
    severity: str
    confidence: str
    mission: str = ""


# Raising


@transaction.atomic
def propose_finding(*, found: spine.Finding, key: str, label: Label) -> Finding:
    """What software noticed, for a person to raise or dismiss; the same key gives the same finding again.

    Evidence that is new is added to a finding that is still open; nothing else changes the second time.
    """
    if not found.proposed_by:
        raise FindingError(_("Only software proposes; a person raises."))
    if not key.strip():
        raise FindingError(_("A proposal needs a key of its own, so that it is made once."))
    _check_words(found.domain, found.severity, found.confidence)
    known = Finding.objects.select_for_update().filter(proposed_by=found.proposed_by, stable_key=key).first()
    if known:
        return _proposed_again(known, found)
    finding = _finding(found, label, stable_key=key, own_state=State.PROPOSED)
    _note_new(finding, "finding.proposed", by=found.proposed_by, post="", on=found.on)
    return finding


def _proposed_again(known: Finding, found: spine.Finding) -> Finding:
    cited = {one.ref for one in known.evidence.all()}
    fresh = [ref for ref in found.evidence if ref not in cited]
    if not fresh or State(known.state) not in OPEN:
        return known
    _cite(known, fresh)
    deed = _Deed(known, known.row_version, found.proposed_by, "", found.on, own=State(known.own_state))
    return deed.done("finding.proposed_again", fields={"evidence": ["", ", ".join(map(str, fresh))]})


@transaction.atomic
def raise_finding(
    *,
    texts: Texts,
    evidence: Iterable[EvidenceRef],
    label: Label,
    by: Actor,
    on: date | None = None,
) -> Finding:
    """A person raises a finding and stands behind it."""
    by.require("create", "finding", label.marking)
    _check_audience(label, by)
    day = _day(on)
    _check_words(texts.domain, texts.severity, texts.confidence)
    found = spine.Finding(
        title=texts.title,
        statement=texts.statement,
        domain=texts.domain,
        severity=texts.severity,
        confidence=texts.confidence,
        evidence=tuple(evidence),
        on=day,
        mission=texts.mission,
        raised_by=by.account,
    )
    finding = _finding(found, label, own_state=State.RAISED, raised_post=by.post, raised_on=day)
    _note_new(finding, "finding.raised", by=by.account, post=by.post_code, on=day)
    return finding


@transaction.atomic
def raise_proposal(*, number: int, expected_version: int, by: Actor, on: date | None = None) -> Finding:
    """A person looked at what software proposed and stands behind it."""
    deed = _Deed.begin(number, expected_version, by, on)
    deed.move("raise")
    deed.finding.raised_by, deed.finding.raised_post, deed.finding.raised_on = by.account, by.post, deed.on
    return deed.done("finding.raised", "raised_by", "raised_post", "raised_on")


@transaction.atomic
def dismiss_proposal(*, number: int, expected_version: int, reason: str, by: Actor, on: date | None = None) -> Finding:
    """A person looked at what software proposed and does not raise it."""
    deed = _Deed.begin(number, expected_version, by, on)
    deed.move("dismiss")
    return deed.end("finding.dismissed", reason)


@transaction.atomic
def edit_finding(
    *, number: int, expected_version: int, texts: Texts, reason: str = "", by: Actor, on: date | None = None
) -> Finding:
    """Correct what is said of a finding; the post that raised it does, or somebody who may decide."""
    deed = _Deed.begin(number, expected_version, by, on)
    deed.require_raiser()
    _check_words(texts.domain, texts.severity, texts.confidence)
    if not (texts.title.strip() and texts.statement.strip()):
        raise FindingError(_("A finding has a title and says what was found."))
    if State(deed.finding.state) not in OPEN:
        raise FindingError(
            _("It is %(state)s; reopen it before you change what it says.") % {"state": deed.finding.state}
        )
    changed = {
        name: [getattr(deed.finding, name), value]
        for name, value in _text_fields(texts).items()
        if getattr(deed.finding, name) != value
    }
    if not changed:
        raise FindingError(_("Nothing was changed: every field stands as it did."))
    for name, (_before, after) in changed.items():
        setattr(deed.finding, name, after)
    return deed.done("finding.edited", *changed, reason=reason, fields=changed)


@transaction.atomic
def add_evidence(
    *, number: int, expected_version: int, evidence: Iterable[EvidenceRef], by: Actor, on: date | None = None
) -> Finding:
    """Cite something more that the finding rests on."""
    deed = _Deed.begin(number, expected_version, by, on)
    cited = {one.ref for one in deed.finding.evidence.all()}
    fresh = [ref for ref in evidence if ref not in cited]
    if not fresh:
        raise FindingError(_("This evidence is cited already."))
    _cite(deed.finding, fresh)
    return deed.done("finding.evidence_added", fields={"evidence": ["", ", ".join(map(str, fresh))]})


@transaction.atomic
def relabel_finding(
    *, number: int, expected_version: int, label: Label, reason: str, by: Actor, on: date | None = None
) -> Finding:
    """Change who may read a finding. It takes the right to release at both markings."""
    deed = _Deed.begin(number, expected_version, by, on, right="release")
    by.require("release", "finding", label.marking)
    _require_reason(reason)
    if not may_read(own_reader(by), label):
        raise FindingError(_("You could not read it any more yourself; keep an audience that you belong to."))
    before = deed.finding.label
    owners = [one.owner for one in _open_recommendations(deed.finding).select_related("owner__organisation")]
    if shut_out := sorted({post.code for post in owners if not may_own(post, label)}):
        raise FindingError(
            _("%(listed)s could not read any more what it owns; give it another owner first.")
            % {"listed": ", ".join(shut_out)}
        )
    changed = {
        "marking": [before.marking.code, label.marking.code],
        "releasable_to": ["|".join(sorted(before.releasable_to)), "|".join(sorted(label.releasable_to))],
    }
    deed.finding.marking, deed.finding.releasable_to = label.marking.value, Audience.of(label.releasable_to)
    return deed.done("finding.relabelled", "marking", "releasable_to", reason=reason, fields=changed)


# Recommending and deciding


@transaction.atomic
def recommend(
    *, number: int, expected_version: int, what: spine.Recommendation, by: Actor, on: date | None = None
) -> Recommendation:
    """Ask a post to do something about a finding by a day."""
    deed = _Deed.begin(number, expected_version, by, on)
    deed.move("recommend")
    if what.due_on < deed.on:
        raise FindingError(
            _("It cannot be due on %(due_on)s, before it is recommended on %(on)s.")
            % {"due_on": what.due_on, "on": deed.on}
        )
    _check_ahead(what.due_on)
    if what.cost_usd is not None and what.cost_usd > MOST_USD:
        raise FindingError(
            _("A cost of more than %(most_usd)s US dollars is a slip of the pen.") % {"most_usd": f"{MOST_USD:,}"}
        )
    made = Recommendation.objects.create(
        finding=deed.finding,
        number=deed.finding.recommendations.count() + 1,
        text=what.text.strip(),
        owner=_owner(what.owner, deed.finding),
        due_on=what.due_on,
        cost_usd=what.cost_usd,
        capability=what.capability,
        made_by=by.account,
        made_post=_post(by),
        made_on=deed.on,
    )
    deed.done("recommendation.made", fields={"recommendation": ["", made.number], "due_on": ["", f"{made.due_on}"]})
    return made


@transaction.atomic
def reschedule(
    *,
    number: int,
    recommendation: int,
    expected_version: int,
    due_on: date,
    owner: str,
    reason: str,
    by: Actor,
    on: date | None = None,
) -> Recommendation:
    """Give a recommendation another due day or another owner; the old ones stay in the history."""
    deed = _Deed.begin(number, expected_version, by, on)
    asked = deed.recommendation(recommendation)
    deed.require_owner(asked)
    _require_reason(reason)
    _check_ahead(due_on)
    if State(asked.state) not in OPEN - {State.IMPLEMENTED}:
        raise FindingError(_("It is %(state)s; there is nothing left to be due.") % {"state": asked.state})
    if due_on < asked.made_on:
        raise FindingError(
            _("It cannot be due on %(due_on)s, before it was recommended on %(made_on)s.")
            % {"due_on": due_on, "made_on": asked.made_on}
        )
    new_owner = _owner(owner, deed.finding)
    changed = {"due_on": [f"{asked.due_on}", f"{due_on}"], "owner": [asked.owner.code, new_owner.code]}
    changed = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
    if not changed:
        raise FindingError(_("Nothing was changed: the day and the owner stand as they did."))
    asked.due_on, asked.owner = due_on, new_owner
    asked.save(update_fields=["due_on", "owner"])
    deed.done("recommendation.rescheduled", reason=reason, fields={"recommendation": ["", asked.number], **changed})
    return asked


@transaction.atomic
def decide(
    *,
    number: int,
    recommendation: int,
    expected_version: int,
    outcome: spine.chain.Outcome,
    why: str,
    modified_to: str = "",
    by: Actor,
    on: date | None = None,
) -> Decision:
    """Accept, modify or reject a recommendation; nothing is decided without a decider and a reason."""
    deed = _Deed.begin(number, expected_version, by, on, right="decide")
    asked = deed.recommendation(recommendation)
    said = spine.Decision(outcome, by.account, why.strip(), deed.on, modified_to.strip())
    deed.not_before(asked.reopened_on or asked.made_on, "it was recommended")
    if said.outcome == "rejected":
        deed.end_of(asked, "reject", why)
    else:
        deed.advance(asked, "accept" if said.outcome == "accepted" else "modify")
    made = Decision.objects.create(
        recommendation=asked,
        outcome=said.outcome,
        decided_by=said.by,
        decided_post=_post(by),
        decided_on=said.on,
        why=said.why,
        modified_to=said.modified_to,
    )
    deed.done(
        f"decision.{outcome}", reason=why, fields={"recommendation": ["", asked.number], "outcome": ["", outcome]}
    )
    return made


# Acting


@transaction.atomic
def start_action(
    *,
    number: int,
    recommendation: int,
    expected_version: int,
    steps: Iterable[str],
    look_for: spine.Measurement | spine.NotObservable,
    by: Actor,
    on: date | None = None,
) -> Action:
    """Begin what was decided, having said in which steps and how its effect will be seen."""
    deed = _Deed.begin(number, expected_version, by, on)
    asked = deed.recommendation(recommendation)
    deed.require_owner(asked)
    deed.advance(asked, "start")
    decision = _standing_decision(asked)
    deed.not_before(decision.decided_on, "it was decided")
    planned = tuple(spine.Step(text.strip()) for text in steps if text.strip())
    spine.Action(steps=planned, look_for=look_for, named_on=deed.on, started_on=deed.on)
    if isinstance(look_for, spine.Measurement) and look_for.read_on < deed.on:
        raise FindingError(
            _("The effect cannot be read on %(read_on)s, before the action begins.") % {"read_on": look_for.read_on}
        )
    if isinstance(look_for, spine.Measurement):
        _check_ahead(look_for.read_on)
    action = Action.objects.create(
        decision=decision,
        started_on=deed.on,
        started_by=by.account,
        started_post=_post(by),
        named_on=deed.on,
        **_look_for_fields(look_for),
    )
    Step.objects.bulk_create(
        Step(action=action, number=place, text=step.text) for place, step in enumerate(planned, start=1)
    )
    deed.done("action.started", fields={"recommendation": ["", asked.number]})
    return action


@transaction.atomic
def finish_step(
    *,
    number: int,
    recommendation: int,
    step: int,
    expected_version: int,
    evidence: Iterable[EvidenceRef],
    by: Actor,
    on: date | None = None,
) -> Step:
    """A step is done, and there is evidence of it."""
    deed = _Deed.begin(number, expected_version, by, on)
    asked = deed.recommendation(recommendation)
    deed.require_owner(asked)
    deed.advance(asked, "step")
    action = _standing_decision(asked).action
    taken = action.steps.filter(number=step).first()
    if taken is None:
        raise FindingError(_("There is no step %(step)s.") % {"step": step})
    if taken.done_on:
        raise FindingError(
            _("Step %(step)s was done on %(done_on)s already.") % {"step": step, "done_on": taken.done_on}
        )
    deed.not_before(action.started_on, "the action began")
    refs = tuple(evidence)
    spine.Step(taken.text, deed.on, refs)
    taken.done_on = deed.on
    taken.save(update_fields=["done_on"])
    _cite(deed.finding, refs, action=action, step=taken)
    deed.done("step.done", fields={"recommendation": ["", asked.number], "step": ["", step]})
    return taken


@transaction.atomic
def finish_action(
    *,
    number: int,
    recommendation: int,
    expected_version: int,
    extent: spine.chain.Extent,
    evidence: Iterable[EvidenceRef],
    by: Actor,
    on: date | None = None,
) -> Action:
    """What was decided is done, in part or in full, and there is evidence of it.

    Where the effect cannot be observed, which was said before the action began, the recommendation is closed.
    """
    deed = _Deed.begin(number, expected_version, by, on)
    asked = deed.recommendation(recommendation)
    deed.require_owner(asked)
    deed.advance(asked, "finish" if extent == "in full" else "finish-part")
    action = _standing_decision(asked).action
    refs = tuple(evidence)
    look_for = _look_for(action)
    spine.Action(
        steps=tuple(_step_as_said(step) for step in action.steps.all()),
        look_for=look_for,
        named_on=action.named_on,
        started_on=action.started_on,
        done=extent,
        done_on=deed.on,
        evidence=refs,
    )
    action.extent, action.done_on = extent, deed.on
    action.save(update_fields=["extent", "done_on"])
    _cite(deed.finding, refs, action=action)
    if extent == "in full":
        deed.close_waits(asked)
        if isinstance(look_for, spine.NotObservable):
            deed.advance(asked, "settle")
    deed.done(
        "action.implemented" if extent == "in full" else "action.implemented_in_part",
        fields={"recommendation": ["", asked.number]},
    )
    return action


@transaction.atomic
def read_effect(
    *,
    number: int,
    recommendation: int,
    expected_version: int,
    reading: str,
    judgement: str,
    confidence: str,
    evidence: Iterable[EvidenceRef],
    by: Actor,
    on: date | None = None,
) -> Effect:
    """What the measurement named beforehand shows now, and what a person makes of it."""
    deed = _Deed.begin(number, expected_version, by, on)
    asked = deed.recommendation(recommendation)
    deed.advance(asked, "read-effect")
    action = _standing_decision(asked).action
    look_for = _look_for(action)
    if not isinstance(look_for, spine.Measurement):
        raise FindingError(_("No measurement was named for this action."))
    if confidence not in {word.word for word in finding_rules().vocabulary.confidences}:
        raise FindingError(_("%(confidence)s is no word for confidence.") % {"confidence": repr(confidence)})
    deed.not_before(action.done_on or action.started_on, "the action was done")
    refs = tuple(evidence)
    spine.Effect(look_for, reading, spine.Judgement(by.account, deed.on, judgement, confidence, refs), refs)
    effect = Effect.objects.create(
        action=action,
        read_on=deed.on,
        read_by=by.account,
        read_post=_post(by),
        reading=reading.strip(),
        judgement=judgement.strip(),
        confidence=confidence,
    )
    _cite(deed.finding, refs, action=action, effect=effect)
    deed.done("effect.read", fields={"recommendation": ["", asked.number]})
    return effect


@transaction.atomic
def give_up_reading(
    *, number: int, recommendation: int, expected_version: int, why: str, by: Actor, on: date | None = None
) -> Effect:
    """The measurement named beforehand cannot be read after all, and why."""
    deed = _Deed.begin(number, expected_version, by, on)
    asked = deed.recommendation(recommendation)
    deed.advance(asked, "settle")
    spine.NotObservable(why)
    effect = Effect.objects.create(
        action=_standing_decision(asked).action,
        read_on=deed.on,
        read_by=by.account,
        read_post=_post(by),
        not_observable_why=why.strip(),
    )
    deed.done("effect.not_observable", reason=why, fields={"recommendation": ["", asked.number]})
    return effect


# Waiting


@transaction.atomic
def begin_wait(
    *,
    number: int,
    recommendation: int,
    expected_version: int,
    cause: str,
    party: str,
    note: str = "",
    by: Actor,
    on: date | None = None,
) -> Wait:
    """A recommendation waits for something, and on whom."""
    deed = _Deed.begin(number, expected_version, by, on)
    asked = deed.recommendation(recommendation)
    if State(asked.state) not in OPEN - {State.IMPLEMENTED}:
        raise FindingError(_("It is %(state)s; it waits for nothing.") % {"state": asked.state})
    known = {word.word for word in finding_rules().causes.causes}
    if cause not in known:
        raise FindingError(
            _("%(cause)s is no cause of delay; the causes are %(listed)s.")
            % {"cause": repr(cause), "listed": ", ".join(sorted(known))}
        )
    if not party.strip():
        raise FindingError(_("Say on whom it waits."))
    wait = Wait.objects.create(
        recommendation=asked, cause=cause, party=party.strip(), note=note.strip(), from_on=deed.on
    )
    deed.done("wait.began", fields={"recommendation": ["", asked.number], "cause": ["", cause]})
    return wait


@transaction.atomic
def end_wait(*, number: int, wait: int, expected_version: int, by: Actor, on: date | None = None) -> Wait:
    """What it waited for has come."""
    deed = _Deed.begin(number, expected_version, by, on)
    ended = Wait.objects.filter(pk=wait, recommendation__finding=deed.finding).select_related("recommendation").first()
    if ended is None:
        raise FindingError(_("There is no such wait."))
    if ended.until_on:
        raise FindingError(_("This wait ended on %(until_on)s already.") % {"until_on": ended.until_on})
    deed.not_before(ended.from_on, "the wait began")
    ended.until_on = deed.on
    ended.save(update_fields=["until_on"])
    asked = ended.recommendation
    deed.done("wait.ended", fields={"recommendation": ["", asked.number], "cause": ["", ended.cause]})
    return ended


# Other endings, and beginning again


@transaction.atomic
def end_finding(
    *,
    number: int,
    expected_version: int,
    how: str,
    reason: str,
    superseded_by: int | None = None,
    by: Actor,
    on: date | None = None,
) -> Finding:
    """A finding is `overtaken` by events or `superseded` by another, and with it whatever of it is still open."""
    deed = _Deed.begin(number, expected_version, by, on, right="decide")
    verb = _verb_of(how)
    if State(deed.finding.state) not in OPEN:
        raise FindingError(_("It is %(state)s; there is nothing left to end.") % {"state": deed.finding.state})
    deed.move(verb)
    if (how == "superseded") != (superseded_by is not None):
        raise FindingError(_("A superseded finding names the one that took its place, and only a superseded one does."))
    if superseded_by is not None:
        deed.finding.superseded_by = _other(superseded_by, deed.finding, by)
    for asked in _open_recommendations(deed.finding).exclude(state=State.IMPLEMENTED.value):
        deed.end_of(asked, verb, reason)
    return deed.end(f"finding.{how}", reason, "superseded_by")


@transaction.atomic
def end_recommendation(
    *,
    number: int,
    recommendation: int,
    expected_version: int,
    how: str,
    reason: str,
    by: Actor,
    on: date | None = None,
) -> Recommendation:
    """A recommendation is `overtaken` by events or `superseded` by another."""
    deed = _Deed.begin(number, expected_version, by, on, right="decide")
    asked = deed.recommendation(recommendation)
    deed.end_of(asked, _verb_of(how), reason)
    deed.done(f"recommendation.{how}", reason=reason, fields={"recommendation": ["", asked.number]})
    return asked


@transaction.atomic
def reopen_finding(*, number: int, expected_version: int, reason: str, by: Actor, on: date | None = None) -> Finding:
    """Begin again with a finding that was dismissed, overtaken or superseded, and with what ended along with it."""
    deed = _Deed.begin(number, expected_version, by, on, right="decide")
    _require_reason(reason)
    ended_as, ended_on = deed.finding.own_state, deed.finding.ended_on
    deed.move("reopen")
    finding = deed.finding
    if not finding.raised_by:
        finding.raised_by, finding.raised_post, finding.raised_on = by.account, by.post, deed.on
    for asked in finding.recommendations.filter(state=ended_as, ended_on=ended_on):
        deed.reopen(asked)
    finding.superseded_by = None
    _forget_ending(finding)
    return deed.done(
        "finding.reopened", *ENDING, "superseded_by", "raised_by", "raised_post", "raised_on", reason=reason
    )


@transaction.atomic
def reopen_recommendation(
    *, number: int, recommendation: int, expected_version: int, reason: str, by: Actor, on: date | None = None
) -> Recommendation:
    """Put an ended recommendation up for decision again; what was decided and done before is kept."""
    deed = _Deed.begin(number, expected_version, by, on, right="decide")
    _require_reason(reason)
    if deed.finding.own_state != State.RAISED:
        raise FindingError(
            _("The finding itself is %(own_state)s; reopen that first.") % {"own_state": deed.finding.own_state}
        )
    asked = deed.recommendation(recommendation)
    deed.reopen(asked)
    deed.done("recommendation.reopened", reason=reason, fields={"recommendation": ["", asked.number]})
    return asked


@transaction.atomic
def merge_findings(
    *,
    number: int,
    into: int,
    expected_version: int,
    kept: str,
    by: Actor,
    on: date | None = None,
) -> Finding:
    """A person found two findings to be one: `number` is merged into the other, and `kept` says what of it is kept.

    Both stay as they are, readable by whoever could read them; neither text is joined to the other.
    """
    deed = _Deed.begin(number, expected_version, by, on)
    deed.move("merge")
    if not kept.strip():
        raise FindingError(_("Say what of it is kept in the other finding."))
    decided = Decision.objects.filter(recommendation__finding=deed.finding).exists()
    undecided_only = not deed.finding.recommendations.exclude(state="recommended").exists()
    if decided or not undecided_only or State(deed.finding.state) not in OPEN:
        raise FindingError(
            _("Something was decided about it already; decide about both, or supersede one by the other.")
        )
    other = _other(into, deed.finding, by)
    if other.own_state not in ("proposed", "raised"):
        raise FindingError(
            _("Finding %(into)s is %(own_state)s; nothing can be merged into it.")
            % {"into": into, "own_state": other.own_state}
        )
    deed.finding.merged_into = other
    return deed.end("finding.merged", kept, "merged_into")


@transaction.atomic
def unmerge_finding(*, number: int, expected_version: int, reason: str, by: Actor, on: date | None = None) -> Finding:
    """Take a finding out of the one it was merged into; it stands again as it stood before."""
    deed = _Deed.begin(number, expected_version, by, on)
    _require_reason(reason)
    deed.move("unmerge")
    if not deed.finding.raised_by:
        deed.own = State.PROPOSED  # it was a proposal when it was merged, and nobody has raised it since
    deed.finding.merged_into = None
    _forget_ending(deed.finding)
    return deed.done("finding.unmerged", *ENDING, "merged_into", reason=reason)


@transaction.atomic
def keep_apart(
    *, number: int, other: int, expected_version: int, reason: str, by: Actor, on: date | None = None
) -> Apart:
    """A person found two findings that read alike to be two; they are not proposed as one again.

    Neither history names the other or why: the two may have different readers.
    """
    deed = _Deed.begin(number, expected_version, by, on)
    _require_reason(reason)
    second = _other(other, deed.finding, by)
    first, last = sorted((deed.finding.pk, second.pk))
    apart, _is_new = Apart.objects.get_or_create(
        first_id=first, second_id=last, defaults={"by": by.account, "on": deed.on, "reason": reason.strip()}
    )
    deed.done("finding.kept_apart")
    return apart


def may_own(post: Post, label: Label) -> bool:
    """Whether whoever holds a post may read a finding of this label, and so act on it."""
    reach = rights().role(post.role).reaches("read", "finding")
    if reach is None:
        return False
    return may_read(Reader((Pass(Marking(min(reach, post.clearance)), audiences_of(post)),)), label)


def cited_versions() -> set[tuple[str, int]]:
    """The table versions that any finding's chain cites; none of them may be deleted."""
    cited = Evidence.objects.values_list("table", "version").distinct()
    return {(table, version) for table, version in cited if version is not None}


# How every deed begins and ends


ENDING = ("ended_on", "ended_by", "ended_post", "ended_reason")


@dataclass(slots=True)
class _Deed:
    """A finding held for one change: which version was seen, who changes it, on which day."""

    finding: Finding
    expected_version: int
    account: str
    post: str
    on: date
    own: State
    actor: Actor | None = None

    @classmethod
    def begin(cls, number: int, expected_version: int, by: Actor, on: date | None, *, right: Any = "create") -> "_Deed":
        """Hold a finding that the actor may read and change; the refusal is the same whether it exists or not."""
        finding = held_finding(number, by)
        by.require(right, "finding", finding.marking)
        if finding.row_version != expected_version:
            raise ChangedMeanwhileError(finding)
        deed = cls(finding, expected_version, by.account, by.post_code, _day(on), State(finding.own_state), by)
        deed.not_before(finding.found_on, "it was found")
        return deed

    def move(self, verb: str) -> None:
        """Take the finding itself to where the verb leads."""
        self.own = next_state(FINDING, verb, self.own)

    def recommendation(self, number: int) -> Recommendation:
        found = self.finding.recommendations.select_related("owner").filter(number=number).first()
        if found is None:
            raise FindingError(
                _("Finding %(pk)s has no recommendation %(number)s.") % {"pk": self.finding.pk, "number": number}
            )
        return found

    def require_owner(self, asked: Recommendation) -> None:
        """The owner acts, or somebody who may decide."""
        actor = self.actor
        if actor is None or actor.post_code == asked.owner.code or actor.may("decide", "finding", self.finding.marking):
            return
        raise NotAllowedError(
            _("Only %(title)s, the owner, or somebody who may decide does this.") % {"title": asked.owner.title}
        )

    def require_raiser(self) -> None:
        """Who raised it corrects it, in whatever hands the post is now, or somebody who may decide."""
        actor, finding = self.actor, self.finding
        if actor is None or is_raiser(actor, finding) or actor.may("decide", "finding", finding.marking):
            return
        raise NotAllowedError(_("Only the post that raised it, or somebody who may decide, changes what it says."))

    def advance(self, asked: Recommendation, verb: str, *saved: str) -> None:
        """Take one recommendation to where the verb leads, and keep the other fields named."""
        if self.own in (State.MERGED, State.DISMISSED):
            raise FindingError(_("The finding is %(value)s; take it out of that first.") % {"value": self.own.value})
        asked.state = next_state(RECOMMENDATION, verb, State(asked.state)).value
        asked.save(update_fields=["state", *saved])

    def end_of(self, asked: Recommendation, verb: str, reason: str) -> None:
        """End one recommendation otherwise than by doing it."""
        _require_reason(reason)
        asked.ended_on, asked.ended_reason, asked.ended_by = self.on, reason.strip(), self.account
        self.advance(asked, verb, "ended_on", "ended_reason", "ended_by")
        self.close_waits(asked)

    def close_waits(self, asked: Recommendation) -> None:
        asked.waits.filter(until_on=None, from_on__lte=self.on).update(until_on=self.on)

    def reopen(self, asked: Recommendation) -> None:
        asked.reopened_on, asked.ended_on, asked.ended_reason, asked.ended_by = self.on, None, "", ""
        self.advance(asked, "reopen", "reopened_on", "ended_on", "ended_reason", "ended_by")

    def not_before(self, day: date, what: str) -> None:
        if self.on < day:
            raise FindingError(
                _("This cannot have happened on %(on)s: %(what)s on %(day)s.")
                % {"on": self.on, "what": what, "day": day}
            )

    def end(self, deed: str, reason: str, *fields: str) -> Finding:
        """Close the finding itself, with who, when and why."""
        _require_reason(reason)
        self.finding.ended_on, self.finding.ended_by = self.on, self.account
        self.finding.ended_post = self.actor.post if self.actor else None
        self.finding.ended_reason = reason.strip()
        return self.done(deed, *ENDING, *fields, reason=reason)

    def done(self, deed: str, *saved: str, reason: str = "", fields: Mapping[str, list[Any]] | None = None) -> Finding:
        """Keep the change, its line of history and its audit entry, or none of them."""
        finding, before = self.finding, {"own_state": self.finding.own_state, "state": self.finding.state}
        finding.own_state = self.own.value
        states = finding.recommendations.values_list("state", flat=True)
        finding.state = standing(self.own, map(State, states)).value
        finding.save_changed("own_state", "state", *saved, expected_version=self.expected_version)
        moved = {"state": [before["state"], finding.state]} if before["state"] != finding.state else {}
        noted = {**(fields or {}), **moved}
        _note(finding, deed, self.account, self.post, self.on, reason, noted)
        return finding


def held_finding(number: int, by: Actor) -> Finding:
    """The finding for a change, if the actor's own post may read it; NotAllowedError says the same of all others."""
    found = Finding.objects.select_for_update(of=("self",)).filter(readable(own_reader(by)), pk=number).first()
    if found is None:
        only_opened = Finding.objects.readable_by(by).filter(pk=number).exists()
        raise NotAllowedError(READ_ONLY if only_opened else NO_SUCH)
    return found


def own_reader(actor: Actor) -> Reader:
    """The actor without what was opened in an emergency, which is there to be read and never to be changed."""
    return Reader(actor.reader_of("finding").passes[:1])


def is_raiser(actor: Actor, finding: Finding) -> bool:
    return actor.post is not None and actor.post.pk == finding.raised_post_id


def _finding(found: spine.Finding, label: Label, *, own_state: State, **more: Any) -> Finding:
    finding = Finding.objects.create(
        title=found.title.strip(),
        statement=found.statement.strip(),
        domain=found.domain,
        severity=found.severity,
        confidence=found.confidence,
        mission=found.mission,
        found_on=found.on,
        own_state=own_state.value,
        state=own_state.value,
        explanation=found.explanation.text if found.explanation else "",
        proposed_by=found.proposed_by,
        raised_by=found.raised_by,
        marking=label.marking.value,
        releasable_to=Audience.of(label.releasable_to),
        **more,
    )
    _cite(finding, found.evidence)
    return finding


def _note_new(finding: Finding, deed: str, *, by: str, post: str, on: date) -> None:
    _note(finding, deed, by, post, on, "", {"state": ["", finding.state]})


def _note(
    finding: Finding, deed: str, by: str, post: str, on: date, reason: str, fields: Mapping[str, list[Any]]
) -> None:
    Change.objects.create(
        finding=finding,
        row_version=finding.row_version,
        at=timezone.now(),
        on=on,
        deed=deed,
        by=by,
        post=post,
        reason=reason.strip(),
        fields=dict(fields),
        marking=finding.marking,
        releasable_to=finding.releasable_to,
    )
    before = {name: pair[0] for name, pair in fields.items()}
    after = {name: pair[1] for name, pair in fields.items()}
    append_entry(
        deed=deed,
        kind="finding",
        key=str(finding.pk),
        by=by,
        post=post,
        detail=changes(before, after, plain=PLAIN),
        reason=reason.strip(),
        marking=finding.marking,
        audience=finding.releasable_to.text,
    )


def _cite(
    finding: Finding,
    refs: Iterable[EvidenceRef],
    *,
    action: Action | None = None,
    step: Step | None = None,
    effect: Effect | None = None,
) -> None:
    Evidence.objects.bulk_create(
        Evidence(finding=finding, action=action, step=step, effect=effect, **_ref_fields(ref)) for ref in refs
    )


def _ref_fields(ref: EvidenceRef) -> dict[str, Any]:
    if isinstance(ref, RecordRef):
        return {"record_kind": ref.kind, "record_id": ref.id}
    return {"table": ref.table, "version": ref.version, "key": ref.key, "sha256": ref.sha256}


def _look_for_fields(look_for: spine.Measurement | spine.NotObservable) -> dict[str, Any]:
    if isinstance(look_for, spine.NotObservable):
        return {"not_observable_why": look_for.why.strip()}
    return {
        "measurement": look_for.what.strip(),
        "source": look_for.source.strip(),
        "before": look_for.before.strip(),
        "read_on": look_for.read_on,
    }


def _look_for(action: Action) -> spine.Measurement | spine.NotObservable:
    if action.read_on is None:
        return spine.NotObservable(action.not_observable_why)
    return spine.Measurement(action.measurement, action.source, action.read_on, action.before)


def _step_as_said(step: Step) -> spine.Step:
    return spine.Step(step.text, step.done_on, tuple(one.ref for one in step.evidence.all()))


def _open_recommendations(finding: Finding) -> QuerySet[Recommendation]:
    return finding.recommendations.filter(state__in=sorted(state.value for state in OPEN))


def _verb_of(how: str) -> str:
    try:
        return {"overtaken": "overtake", "superseded": "supersede"}[how]
    except KeyError:
        raise FindingError(_("%(how)s is no ending; it is overtaken or superseded.") % {"how": repr(how)}) from None


def _standing_decision(asked: Recommendation) -> Decision:
    decision = asked.decision
    if decision is None:
        raise FindingError(_("Nothing has been decided about this recommendation."))
    return decision


def _text_fields(texts: Texts) -> dict[str, str]:
    return {
        "title": texts.title.strip(),
        "statement": texts.statement.strip(),
        "domain": texts.domain,
        "severity": texts.severity,
        "confidence": texts.confidence,
        "mission": texts.mission.strip(),
    }


def _forget_ending(finding: Finding) -> None:
    finding.ended_on, finding.ended_by, finding.ended_post, finding.ended_reason = None, "", None, ""


def _other(number: int, finding: Finding, by: Actor) -> Finding:
    other = held_finding(number, by)
    if other.pk == finding.pk:
        raise FindingError(_("A finding cannot stand in its own place."))
    return other


def _owner(code: str, finding: Finding) -> Post:
    """The post of a code, if it may read what it is to act on."""
    post = Post.objects.filter(code=code, closed_on=None).select_related("organisation").first()
    if post is None or not may_own(post, finding.label):
        raise FindingError(
            _("There is no post %(code)s that may read this finding; an owner must.") % {"code": repr(code)}
        )
    return post


def _post(by: Actor) -> Post:
    if by.post is None:
        raise NotAllowedError(_("This takes a post."))
    return by.post


def _day(on: date | None) -> date:
    today = timezone.now().date()
    if on and on > today:
        raise FindingError(
            _("%(on)s has not come yet: say what happened on the day it happened, or later.") % {"on": on}
        )
    return on or today


def _check_words(domain: str, severity: str, confidence: str) -> None:
    """Refuse words that the vocabulary does not have; all of them are told at once."""
    words = finding_rules().vocabulary
    asked = (
        ("domain", domain, words.domains),
        ("severity", severity, words.severities),
        ("confidence", confidence, words.confidences),
    )
    wrong = [
        f"{said!r} is no {name}; use one of {', '.join(word.word for word in known)}"
        for name, said, known in asked
        if said not in {word.word for word in known}
    ]
    if wrong:
        raise FindingError("; ".join(wrong) + ".")


def _check_audience(label: Label, by: Actor) -> None:
    """Address a new finding to one's own audiences; to address others, or everyone, takes the right to release."""
    if not label.releasable_to:
        raise FindingError(_("Say to whom it may be released; a finding addressed to nobody is read by nobody."))
    beyond = sorted(label.releasable_to - own_audiences(by))
    if beyond and not by.may("release", "finding", label.marking):
        raise NotAllowedError(_("To address %(listed)s takes the right to release.") % {"listed": ", ".join(beyond)})


def own_audiences(actor: Actor) -> frozenset[str]:
    """Whom the actor may address by its post alone: its own people, not everyone nor every house of its kind."""
    named = frozenset(name for held in actor.reader.passes[:1] for name in held.audiences)
    return named - {EVERYONE} - {kind.audience for kind in rights().organisations}


def _check_ahead(day: date) -> None:
    if day > LAST_DAY:
        raise FindingError(
            _("%(day)s is too far ahead; the last day is %(last_day)s.") % {"day": day, "last_day": LAST_DAY}
        )


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise FindingError(_("Say why; the reason is kept."))
