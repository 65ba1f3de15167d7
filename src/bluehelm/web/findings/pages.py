"""What stands on the page of one finding, and beside each part the deeds that are possible?"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Q
from django.urls import reverse

from bluehelm.web.findings import deeds
from bluehelm.web.findings.actions import may_own
from bluehelm.web.findings.clash import Clash
from bluehelm.web.findings.deeds import Deed
from bluehelm.web.findings.evidence import Sha256Of
from bluehelm.web.findings.forms import DeedForm, texts_of
from bluehelm.web.findings.models import Action, Change, Decision, Effect, Evidence, Finding, Recommendation, Step, Wait
from bluehelm.web.findings.presenters import (
    DEED_LABELS,
    OUTCOME_LABELS,
    TONES,
    Link,
    action_evidence,
    action_of,
    effect_of,
    evidence_link,
    own_evidence,
    stepper,
    titles,
)
from bluehelm.web.findings.reads import near_duplicates, related
from bluehelm.web.findings.sight import Sight, sight_of
from bluehelm.web.posts.acting import Actor
from bluehelm.web.posts.models import Post
from bluehelm.web.posts.reads import posts_shown_to


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that was sent and not accepted: it is shown again where it stood."""

    verb: str
    place: str
    form: DeedForm
    clash: Clash | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """A deed with its form, ready to be shown; `is_open` when it was sent and refused."""

    deed: Deed
    form: DeedForm
    url: str
    is_open: bool = False
    clash: Clash | None = None

    @property
    def has_fields(self) -> bool:
        return bool(self.form.visible_fields())


@dataclass(frozen=True, slots=True)
class Cited:
    """A piece of evidence, and where it can be looked at."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class StepView:
    step: Step
    evidence: list[Cited]
    done: Offered | None


@dataclass(frozen=True, slots=True)
class WaitView:
    wait: Wait
    cause: str
    ended: Offered | None


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision and what followed from it."""

    decision: Decision
    why: str
    modified_to: str
    outcome: str
    stands: bool
    action: Action | None
    steps: list[StepView]
    evidence: list[Cited]
    effect: Effect | None
    effect_evidence: list[Cited]
    confidence: str


@dataclass(frozen=True, slots=True)
class RecommendationView:
    """A recommendation, its chain, and what can be done about it now."""

    asked: Recommendation
    state: str
    tone: str
    links: list[Link]
    decisions: list[DecisionView]
    waits: list[WaitView]
    deeds: list[Offered]
    shows_cost: bool


@dataclass(frozen=True, slots=True)
class ChangeView:
    change: Change
    deed: str
    by: str
    post: str
    fields: dict[str, Any]
    reason: str


@dataclass(frozen=True, slots=True)
class FindingPage:
    """Everything on the page of one finding."""

    finding: Finding
    state: str
    tone: str
    severity: str
    severity_tone: str
    domain: str
    confidence: str
    shows_who: bool
    evidence: list[Cited]
    links: list[Link]
    recommendations: list[RecommendationView]
    deeds: list[Offered]
    near: list[tuple[Finding, float, Offered | None]]
    related: dict[str, list[Finding]]
    history: list[ChangeView]
    clash: Clash | None
    clashing: list[ChangeView]


class Offers:
    """Makes the forms of one finding's deeds, each with ids of its own, and puts back the one that was refused."""

    def __init__(self, finding: Finding, actor: Actor, sha256_of: Sha256Of, typed: Typed | None) -> None:
        self.finding, self.actor, self.sha256_of, self.typed = finding, actor, sha256_of, typed
        self.sight = sight_of(finding, actor)
        self.owners = possible_owners(finding, actor)

    def of(self, deed: Deed, asked: Recommendation | None = None, **initial: Any) -> Offered | None:
        """The deed as it is offered here; None when the actor may not do it here and now."""
        if not deeds.may(self.actor, deed, self.finding, asked):
            return None
        where = place(asked.number if asked else 0, initial)
        url = reverse("findings:do", args=[self.finding.pk, deed.verb])
        if self.typed and (self.typed.verb, self.typed.place) == (deed.verb, where):
            return Offered(deed, self.typed.form, url, True, self.typed.clash)
        starting = {"expected_version": self.finding.row_version, "recommendation": asked.number if asked else None}
        form = deed.form(
            initial=starting | _initial(deed, self.finding, asked) | initial,
            actor=self.actor,
            sha256_of=self.sha256_of,
            owners=self.owners,
            auto_id=f"{deed.verb}-{where}-%s",
        )
        return Offered(deed, form, url)

    def all_of(self, among: Iterable[Deed], asked: Recommendation | None = None) -> list[Offered]:
        return [offered for deed in among if (offered := self.of(deed, asked))]


def possible_owners(finding: Finding, actor: Actor) -> Callable[[], list[Post]]:
    """The posts that may read a finding and hence own what is recommended about it, looked up when first asked for.

    Only those that the actor is shown anyway: in the list of posts, or as an owner of the finding.
    """

    @cache
    def found() -> list[Post]:
        shown = Q(pk__in=posts_shown_to(actor).values("pk")) | Q(recommendations__finding=finding)
        posts = Post.objects.filter(shown, closed_on=None).select_related("organisation").distinct()
        return [post for post in posts if may_own(post, finding.label)]

    return found


def place(recommendation: int, hidden: dict[str, Any]) -> str:
    """Where on the page a form stands: by its recommendation and by what it hides."""
    return "-".join([f"{recommendation}", *(f"{hidden[name]}" for name in sorted(hidden))])


def _initial(deed: Deed, finding: Finding, asked: Recommendation | None) -> dict[str, Any]:
    if deed.verb == "edit":
        return texts_of(finding)
    if deed.verb == "relabel":
        return {"marking": finding.marking, "releasable_to": " | ".join(sorted(finding.releasable_to.names))}
    if deed.verb == "reschedule" and asked:
        return {"due_on": asked.due_on, "owner": asked.owner.code}
    return {}


def finding_page(finding: Finding, actor: Actor, sha256_of: Sha256Of, typed: Typed | None = None) -> FindingPage:
    """The page of a finding as this actor sees it, with the refused form in its place if there is one."""
    offers = Offers(finding, actor, sha256_of, typed)
    asked = list(finding.recommendations.all())
    return FindingPage(
        finding=finding,
        state=titles("states")[finding.state],
        tone=TONES.get(finding.state, ""),
        severity=titles("severities").get(finding.severity, finding.severity),
        severity_tone=TONES.get(finding.severity, ""),
        domain=titles("domains").get(finding.domain, finding.domain),
        confidence=titles("confidences").get(finding.confidence, finding.confidence),
        shows_who=offers.sight.names,
        evidence=_cited(own_evidence(finding), offers.sight),
        links=[] if asked else stepper(finding, None),
        recommendations=[_recommendation(finding, one, offers, actor) for one in asked],
        deeds=offers.all_of(deeds.OF_FINDING),
        near=[
            (other, likeness, offers.of(deeds.KEPT_APART, other=other.pk))
            for other, likeness in near_duplicates(actor, finding)
        ],
        related=related(actor, finding),
        history=[_change(one, offers.sight) for one in reversed(finding.changes.all())],
        clash=typed.clash if typed else None,
        clashing=[_change(one, offers.sight) for one in typed.clash.changes] if typed and typed.clash else [],
    )


def _recommendation(finding: Finding, asked: Recommendation, offers: Offers, actor: Actor) -> RecommendationView:
    return RecommendationView(
        asked=asked,
        state=titles("states")[asked.state],
        tone=TONES.get(asked.state, ""),
        links=stepper(finding, asked),
        decisions=[_decision(decision, asked, offers) for decision in asked.decisions.all()],
        waits=[_wait(wait, asked, offers) for wait in asked.waits.all()],
        deeds=offers.all_of(deeds.OF_RECOMMENDATION, asked),
        shows_cost=actor.sees("finding", "cost"),
    )


def _decision(decision: Decision, asked: Recommendation, offers: Offers) -> DecisionView:
    action = action_of(decision)
    effect = effect_of(action) if action else None
    return DecisionView(
        decision=decision,
        why=offers.sight.why(decision),
        modified_to=offers.sight.modified_to(decision),
        outcome=str(OUTCOME_LABELS[decision.outcome]),
        stands=decision == asked.decision,
        action=action,
        steps=[_step(step, asked, offers, decision) for step in action.steps.all()] if action else [],
        evidence=_cited(action_evidence(action), offers.sight) if action else [],
        effect=effect,
        effect_evidence=_cited(effect.evidence.all(), offers.sight) if effect else [],
        confidence=titles("confidences").get(effect.confidence, "") if effect else "",
    )


def _step(step: Step, asked: Recommendation, offers: Offers, decision: Decision) -> StepView:
    can_be_done = step.done_on is None and decision == asked.decision
    done = offers.of(deeds.STEP_DONE, asked, step=step.number) if can_be_done else None
    return StepView(step, _cited(step.evidence.all(), offers.sight), done)


def _wait(wait: Wait, asked: Recommendation, offers: Offers) -> WaitView:
    ended = offers.of(deeds.WAIT_ENDED, asked, wait=wait.pk) if wait.until_on is None else None
    return WaitView(wait, titles("causes").get(wait.cause, wait.cause), ended)


def _change(change: Change, sight: Sight) -> ChangeView:
    by, post = sight.who_of(change)
    label = str(DEED_LABELS.get(change.deed, change.deed))
    return ChangeView(change, label, by, post, sight.fields_of(change), sight.reason_of(change))


def _cited(evidence: Iterable[Evidence], sight: Sight) -> list[Cited]:
    return [_cited_one(one, sight) for one in evidence]


def _cited_one(evidence: Evidence, sight: Sight) -> Cited:
    if sight.sees(evidence):
        return Cited(str(evidence.ref), evidence_link(evidence))
    return Cited(f"{evidence.table} version {evidence.version}", "")
