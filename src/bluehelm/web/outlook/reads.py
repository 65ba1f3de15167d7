"""What do the releases say to this reader, and what followed?

Everything begins with the releases that the actor may read; numbers come from tables as they are shown to whoever reads
at the moment. What happened is read from the newest tables each time, so that a revision changes a verdict openly.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

from django.conf import settings
from django.db.models import Q, QuerySet

from bluehelm.language import called
from bluehelm.outlook.following import Compared, Said, Verdict, compared, tally, verdict
from bluehelm.outlook.history import OutlookError
from bluehelm.store import Version
from bluehelm.tables.months import month_of, months_between
from bluehelm.web.outlook.actions import numbers_of, unit_kind_of
from bluehelm.web.outlook.models import (
    Done,
    Escalation,
    LensAssessment,
    OutlookRelease,
    OwnProbability,
    Threshold,
    Told,
)
from bluehelm.web.posts.acting import Actor
from bluehelm.workflows.clock import today
from bluehelm.workflows.mission_events import UnknownMissionError
from bluehelm.workflows.outlook_brief import OutlookBrief, threshold_of
from bluehelm.workflows.outlook_history import Observed, observed, outlook_rules
from bluehelm.workflows.outlook_kept import Outlook, a_quarter_before, outlook_chain, read_outlook
from bluehelm.workflows.registry import mission_registry

Thresholds = dict[tuple[str, str], int]


# Releases


def releases_shown_to(actor: Actor) -> QuerySet[OutlookRelease]:
    """The releases the actor may read; a draft only where it may write one too."""
    readable = OutlookRelease.objects.readable_by(actor)
    if not actor.may("create", "outlook"):
        readable = readable.exclude(state="draft")
    return cast("QuerySet[OutlookRelease]", readable)


def whole_release(actor: Actor, number: int) -> OutlookRelease | None:
    """One release with what hangs on it; None when there is none that the actor may read."""
    related = ("releasable_to", "drafted_post", "released_post", "withdrawn_post")
    hanging = ("told__post", "told__by_post", "done__by_post", "done__finding", "own_probabilities__by_post")
    return releases_shown_to(actor).select_related(*related).prefetch_related(*hanging).filter(pk=number).first()


def brief_of(release: OutlookRelease, numbers: Outlook) -> OutlookBrief:
    """The numbers of a release beside those of the outlook a quarter before that the reader may see."""
    home = Path(settings.BLUEHELM_HOME)
    kind, version = unit_kind_of(release.unit_kind), numbers.version
    before = a_quarter_before(outlook_chain(home, release.mission, kind), version) if version else None
    entry = mission_registry(home).get(release.mission)
    return OutlookBrief(
        mission=release.mission,
        name=called(entry.name) if entry else release.mission,
        synthetic=bool(version and version.synthetic),
        as_of=release.released_on or release.drafted_on,
        known_on=None,
        unit_kind=kind,
        outlook=numbers,
        before=read_outlook(home, before) if before else None,
        versions=(version,) if version else (),
        notes=tuple(f"{note.count:,} {note.reason}." for note in version.notes) if version else (),
    )


# Thresholds


def thresholds_shown_to(actor: Actor) -> QuerySet[Threshold]:
    found = Threshold.objects.readable_by(actor).select_related("chosen_post", "releasable_to")
    return cast("QuerySet[Threshold]", found)


def thresholds_on(actor: Actor, mission: str, unit_kind: str, day: date) -> Thresholds:
    """The thresholds that held on a day, by target and unit, as far as the actor may read them."""
    held = thresholds_shown_to(actor).filter(mission=mission, unit_kind=unit_kind, from_on__lte=day)
    in_force = held.filter(Q(until_on=None) | Q(until_on__gt=day)).order_by("from_on", "pk")
    return {(one.target, one.unit): one.deaths for one in in_force}


def thresholds_of(actor: Actor, release: OutlookRelease) -> Thresholds:
    """The thresholds by which a release is read and judged: those of the day it was released."""
    return thresholds_on(actor, release.mission, release.unit_kind, release.released_on or today())


# What followed


@dataclass(frozen=True, slots=True)
class Happened:
    """What was observed of a mission's units by now, and the versions that say so."""

    deaths: Mapping[str, Mapping[tuple[str, str], int | None]]
    versions: tuple[Version, ...]
    last_month: str

    def of(self, target: str, unit: str, month: str) -> int | None:
        return self.deaths[target].get((unit, month))


def happened_to(mission: str, unit_kind: str, units: Iterable[str]) -> Happened | None:
    """What the newest tables say happened in these units; None where none speaks of them."""
    home, kind = Path(settings.BLUEHELM_HOME), unit_kind_of(unit_kind)
    try:
        seen: Observed = observed(home, mission, kind, as_of=today(), units=sorted(set(units)))
    except (OutlookError, UnknownMissionError):
        return None
    deaths: dict[str, dict[tuple[str, str], int | None]] = {
        one.target: seen.deaths(one.target) for one in outlook_rules().targets
    }
    return Happened(deaths, seen.versions, seen.last_month)


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that was said, and what followed."""

    release: OutlookRelease
    target: str
    unit: str
    unit_name: str
    month: str
    said: Said
    verdict: Verdict


def cases_of(
    release: OutlookRelease, numbers: Outlook, happened: Happened | None, thresholds: Thresholds
) -> list[Case]:
    """Everything a release said, in the order of target, unit and month, with what followed."""
    acted = acted_in(release.done.all(), numbers.units)
    kind, this_month = unit_kind_of(release.unit_kind), month_of(today())
    found = []
    for (target, unit, month), drawn in sorted(numbers.drawn.items()):
        deaths = threshold_of(thresholds, target, unit, kind)
        came = happened.of(target, unit, month) if happened else None
        said = Said(drawn.at_least(deaths), deaths, came, month < this_month, (unit, month) in acted)
        judged = verdict(said, outlook_rules().warned_from)
        found.append(Case(release, target, unit, numbers.units[unit], month, said, judged))
    return found


def acted_in(done: Iterable[Done], units: Iterable[str]) -> frozenset[tuple[str, str]]:
    """The units and months in which something was done; without a unit it counts for all of them."""
    known = list(units)
    return frozenset(
        (unit, month)
        for one in done
        for unit in ([one.unit] if one.unit else known)
        for month in months_between(one.first_month, one.last_month)
    )


def acted_unit_months(mission: str, unit_kind: str) -> frozenset[tuple[str, str]]:
    """Where and when the mission acted on any outlook of this kind: models do not learn from these months.

    Not a matter of who reads: what was done on a confidential outlook is left out of the next one as well.
    """
    releases = OutlookRelease.objects.filter(mission=mission, unit_kind=unit_kind, done__isnull=False).distinct()
    found: set[tuple[str, str]] = set()
    for release in releases.prefetch_related("done"):
        numbers = numbers_of(release)
        found |= acted_in(release.done.all(), numbers.units if numbers else [])
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Past:
    """Past outlooks of a mission against what happened."""

    releases: list[OutlookRelease]
    hidden: list[OutlookRelease]
    cases: list[Case]
    counts: dict[str, dict[Verdict, int]]
    own: Compared
    own_by_post: dict[str, Compared]
    happened: Happened | None


def past_of(actor: Actor, mission: str, unit_kind: str) -> Past:
    """What became of every outlook of a mission that was released to the reader, newest first.

    Withdrawn ones count: what was said was said. `hidden` are releases whose numbers are no longer shown.
    """
    releases = releases_shown_to(actor).filter(mission=mission, unit_kind=unit_kind).exclude(state="draft")
    kept = list(releases.prefetch_related("done", "own_probabilities__by_post").select_related("releasable_to"))
    numbers = {release.pk: numbers_of(release) for release in kept}
    shown = {pk: found for pk, found in numbers.items() if found}
    happened = (
        happened_to(mission, unit_kind, {unit for one in shown.values() for unit in one.units}) if shown else None
    )
    cases = [
        case
        for release in kept
        if release.pk in shown
        for case in cases_of(release, shown[release.pk], happened, thresholds_of(actor, release))
    ]
    pairs = [pair for release in kept for pair in own_pairs(actor, release, shown.get(release.pk), happened)]
    posts = sorted({one.by_post.code for one, _said in pairs})
    return Past(
        releases=kept,
        hidden=[release for release in kept if release.pk not in shown],
        cases=cases,
        counts={
            one.target: tally(case.verdict for case in cases if case.target == one.target)
            for one in outlook_rules().targets
        },
        own=_compared(pairs),
        own_by_post={code: _compared(pair for pair in pairs if pair[0].by_post.code == code) for code in posts},
        happened=happened,
    )


def _compared(pairs: Iterable[tuple[OwnProbability, Said]]) -> Compared:
    return compared((own.percent / 100, said) for own, said in pairs)


def own_pairs(
    actor: Actor, release: OutlookRelease, numbers: Outlook | None, happened: Happened | None
) -> list[tuple[OwnProbability, Said]]:
    """People's own probabilities beside what the model said of the same deaths, where the reader may see them."""
    if numbers is None or not sees_own(actor):
        return []
    acted, this_month = acted_in(release.done.all(), numbers.units), month_of(today())
    found = []
    for own in release.own_probabilities.all():
        drawn = numbers.drawn.get((own.target, own.unit, own.month))
        if drawn:
            came = happened.of(own.target, own.unit, own.month) if happened else None
            is_acted = (own.unit, own.month) in acted
            found.append((own, Said(drawn.at_least(own.deaths), own.deaths, came, own.month < this_month, is_acted)))
    return found


def sees_own(actor: Actor) -> bool:
    """Whether people's own probabilities are shown: to those who could write one, and to the auditor."""
    return actor.may("create", "outlook") or (actor.may("read", "outlook") and actor.may("read", "audit_entry"))


# The lens


def assessments_shown_to(actor: Actor) -> QuerySet[LensAssessment]:
    """The assessments the actor may read; a draft only where it may write one too, or where it was put before it."""
    readable = LensAssessment.objects.readable_by(actor)
    if not actor.may("create", "lens"):
        asked = Escalation.objects.filter(to_post=actor.post).values("assessment") if actor.post else ()
        readable = readable.filter(Q(state="final") | Q(pk__in=asked))
    return cast("QuerySet[LensAssessment]", readable)


def whole_assessment(actor: Actor, number: int) -> LensAssessment | None:
    """One assessment with what hangs on it; None when there is none that the actor may read."""
    hanging = ("findings__by_post", "triggers", "escalations__to_post", "escalations__by_post")
    related = ("releasable_to", "drafted_post", "finished_post")
    return assessments_shown_to(actor).select_related(*related).prefetch_related(*hanging).filter(pk=number).first()


def assessments_over_time(actor: Actor, assessment: LensAssessment) -> list[LensAssessment]:
    """The same place's assessments up to this one, oldest first, as far as the actor may read them."""
    same = assessments_shown_to(actor).filter(mission=assessment.mission, place=assessment.place)
    until = same.filter(assessed_on__lte=assessment.assessed_on).exclude(pk=assessment.pk).filter(state="final")
    return [*until.order_by("assessed_on", "pk").prefetch_related("findings"), assessment]


# What waits for a post


def told_and_silent(actor: Actor) -> list[Told]:
    """The outlooks that the actor's post was told of and has not acknowledged, oldest first."""
    if actor.post is None:
        return []
    waiting = Told.objects.filter(
        post=actor.post, acknowledged_on=None, release__in=releases_shown_to(actor).values("pk")
    )
    return list(waiting.select_related("release").order_by("on", "pk"))


def escalated_and_silent(actor: Actor) -> list[Escalation]:
    """The escalations that the actor's post has not acknowledged, oldest first."""
    if actor.post is None:
        return []
    readable = assessments_shown_to(actor).values("pk")
    waiting = Escalation.objects.filter(to_post=actor.post, acknowledged_on=None, assessment__in=readable)
    return list(waiting.select_related("assessment").order_by("on", "pk"))
