"""What does the ledger say to this reader?

Everything begins with the findings that the actor may read: lists, counts, near-duplicates and measures alike.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import cast

from django.db.models import Prefetch, Q, QuerySet

from bluehelm.definitions.finding_rules import WorkingCalendars
from bluehelm.spine.course import IN_PLACE, OPEN, State
from bluehelm.spine.reminders import Ladder, Need, Open, Reminder, reminders
from bluehelm.spine.working_days import WorkingCalendar
from bluehelm.web.findings.filters import STILL_DUE, Filters, chosen, ranked
from bluehelm.web.findings.models import Apart, Decision, Finding, Recommendation
from bluehelm.web.posts.acting import Actor
from bluehelm.workflows.findings.alike import alike
from bluehelm.workflows.findings.measures import IN_PLACE as IMPLEMENTED
from bluehelm.workflows.findings.measures import Case, Wait
from bluehelm.workflows.findings.rules import finding_rules, working_calendars


def findings_shown_to(actor: Actor) -> QuerySet[Finding]:
    """The findings the actor may read, and no others."""
    return cast("QuerySet[Finding]", Finding.objects.readable_by(actor))


def finding_list(actor: Actor, asked: Filters, today: date) -> QuerySet[Finding]:
    """The findings asked for, as rows of a list."""
    asked_of = Recommendation.objects.filter(state__in=STILL_DUE).select_related("owner").order_by("due_on", "number")
    found = chosen(ranked(findings_shown_to(actor)), asked, today)
    return found.select_related("releasable_to").prefetch_related(
        Prefetch("recommendations", asked_of, to_attr="open_recommendations")
    )


def whole_finding(actor: Actor, number: int) -> Finding | None:
    """One finding with everything that hangs on it; None when there is none that the actor may read."""
    recommendations = Recommendation.objects.select_related("owner", "made_post").prefetch_related(
        "decisions__decided_post",
        "decisions__action__started_post",
        "decisions__action__steps__evidence",
        "decisions__action__evidence",
        "decisions__action__effect__read_post",
        "decisions__action__effect__evidence",
        "waits",
    )
    return (
        findings_shown_to(actor)
        .select_related("releasable_to", "raised_post", "ended_post")
        .prefetch_related(Prefetch("recommendations", recommendations), "evidence", "changes__releasable_to")
        .filter(pk=number)
        .first()
    )


def related(actor: Actor, finding: Finding) -> dict[str, list[Finding]]:
    """The findings merged into this one and those it took the place of, as far as the actor may read them."""
    readable = findings_shown_to(actor)
    return {
        "merged": list(readable.filter(merged_into=finding)),
        "supersedes": list(readable.filter(superseded_by=finding)),
        "into": list(readable.filter(pk=finding.merged_into_id)) if finding.merged_into_id else [],
        "superseded_by": list(readable.filter(pk=finding.superseded_by_id)) if finding.superseded_by_id else [],
    }


def near_duplicates(actor: Actor, finding: Finding) -> list[tuple[Finding, float]]:
    """Findings of the same mission that read alike, most alike first: only what the actor may read is compared."""
    if State(finding.own_state) not in (State.PROPOSED, State.RAISED):
        return []
    kept_apart = {
        second if first == finding.pk else first
        for first, second in Apart.objects.filter(first=finding)
        .values_list("first", "second")
        .union(Apart.objects.filter(second=finding).values_list("first", "second"))
    }
    others = findings_shown_to(actor).filter(mission=finding.mission, own_state__in=("proposed", "raised"))
    texts = {
        number: f"{title} {statement}"
        for number, title, statement in others.exclude(pk=finding.pk).values_list("pk", "title", "statement")
        if number not in kept_apart
    }
    found = alike(f"{finding.title} {finding.statement}", texts, least=finding_rules().follow_through.alike_from)
    by_number = findings_shown_to(actor).in_bulk([one.finding for one in found])
    return [(by_number[one.finding], one.likeness) for one in found if one.finding in by_number]


# Measures


def measured_findings(actor: Actor) -> QuerySet[Finding]:
    """What the measures are made of: findings a person stands or stood behind, each once, with what hangs on it."""
    whole = Recommendation.objects.prefetch_related("decisions__action", "waits")
    counted = findings_shown_to(actor).exclude(raised_on=None).exclude(own_state="merged")
    return counted.prefetch_related(Prefetch("recommendations", whole))


def adaptiveness_cases(findings: Iterable[Finding]) -> list[Case]:
    """From the day a finding was raised: one case a recommendation, or one a finding that has none yet."""
    return [case for finding in findings for case in _cases_of(finding)]


def _cases_of(finding: Finding) -> Iterable[Case]:
    asked = list(finding.recommendations.all())
    start_on = finding.raised_on
    if start_on is None:
        return
    if not asked:
        ended = finding.own_state != State.RAISED
        yield Case(
            finding.mission,
            finding.domain,
            start_on,
            max(finding.ended_on, start_on) if ended and finding.ended_on else None,
            finding.own_state if ended else "",
        )
    for one in asked:
        yield _case(finding, one, start_on)


def _case(finding: Finding, asked: Recommendation, start_on: date) -> Case:
    end_on, ended_as = _ending(asked)
    waits = tuple(Wait(wait.cause, wait.party, wait.from_on, wait.until_on) for wait in asked.waits.all())
    return Case(finding.mission, finding.domain, start_on, end_on and max(end_on, start_on), ended_as, waits)


def _ending(asked: Recommendation) -> tuple[date | None, str]:
    state = State(asked.state)
    if state in IN_PLACE:
        return _done_on(asked.decision), IMPLEMENTED
    return (None, "") if state in OPEN else (asked.ended_on, asked.state)


def _done_on(decision: Decision | None) -> date | None:
    return decision.action.done_on if decision else None


def nimbleness_cases(findings: Iterable[Finding]) -> list[Case]:
    """From the decision to the capability in place: one case a recommendation that asks for one and was accepted."""
    return [
        _case(finding, asked, decision.decided_on)
        for finding in findings
        for asked in finding.recommendations.all()
        if asked.capability and (decision := asked.decision) and decision.outcome != "rejected"
    ]


# What waits for whom


def reminders_for(actor: Actor, home: Path, today: date) -> list[Reminder]:
    """What the actor's post has to do about findings, the longest overdue first; nothing for an outsider."""
    if actor.post is None:
        return []
    calendars = working_calendars(home)
    rules = finding_rules().follow_through
    ladder = Ladder(rules.remind_before, rules.remind_again_every)
    waiting = list(_waiting_for(actor, calendars))
    return reminders(waiting, calendars.by_place(), ladder, today, elsewhere=calendars.elsewhere)


def _waiting_for(actor: Actor, calendars: WorkingCalendars) -> Iterable[Open]:
    by_place, rules = calendars.by_place(), finding_rules().follow_through
    place = actor.post.duty_station if actor.post else ""
    calendar = by_place.get(place) or by_place[calendars.elsewhere]
    if actor.may("create", "finding"):
        for finding in findings_shown_to(actor).filter(own_state="proposed"):
            due_on = calendar.plus(finding.found_on, rules.look_at_a_proposal_within)
            yield Open(finding.pk, finding.title, "look at a proposal", actor.post_code, place, due_on)
    for asked in _asked_of(actor):
        if need := _need(asked, actor, calendar):
            yield Open(asked.finding_id, asked.finding.title, need[0], actor.post_code, place, need[1])


def _asked_of(actor: Actor) -> QuerySet[Recommendation]:
    """What is open and the post's own, and what waits for a decision where it may decide."""
    readable = findings_shown_to(actor).filter(own_state="raised")
    mine = Q(owner=actor.post)
    if actor.may("decide", "finding"):
        mine |= Q(state=State.RECOMMENDED.value)
    still_open = Recommendation.objects.filter(
        mine, finding__in=readable.values("pk"), state__in=sorted(state.value for state in OPEN)
    )
    return still_open.select_related("finding", "owner").prefetch_related("decisions__action")


def _need(asked: Recommendation, actor: Actor, calendar: WorkingCalendar) -> tuple[Need, date] | None:
    """What this post has to do about a recommendation and until when; None when another post has."""
    rules, state, decision = finding_rules().follow_through, State(asked.state), asked.decision
    if state == State.RECOMMENDED:
        if not actor.may("decide", "finding", asked.finding.marking):
            return None
        decide_by = calendar.plus(asked.reopened_on or asked.made_on, rules.decide_within)
        return "decide", min(decide_by, asked.due_on)
    if asked.owner.code != actor.post_code or decision is None:
        return None
    if state == State.ACCEPTED:
        return "begin", min(calendar.plus(decision.decided_on, rules.begin_within), asked.due_on)
    if state == State.IMPLEMENTED:
        return ("read the effect", decision.action.read_on) if decision.action.read_on else None
    return "implement", asked.due_on
