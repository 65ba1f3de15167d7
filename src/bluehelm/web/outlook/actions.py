"""Which deeds take an outlook from a table to those who act on it?

Each checks the actor's right and the record's marking, changes rows in one transaction and leaves one audit entry. `on`
is the day it happened, today when not given and never in the future.
"""

from datetime import date
from pathlib import Path
from typing import cast

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bluehelm.definitions.outlook import Unit
from bluehelm.disclosure import Label, Marking
from bluehelm.store import Store, StoreError, Version
from bluehelm.tables.months import MONTH
from bluehelm.web.data.actions import release_version
from bluehelm.web.findings.models import Finding
from bluehelm.web.outlook.held import (
    OutlookDeedError,
    check_audience,
    day_of,
    held,
    label_fields,
    note,
    of_mission,
    post_of,
    post_that_reads,
    require_text,
)
from bluehelm.web.outlook.models import UNIT_KINDS, Done, OutlookRelease, OwnProbability, Threshold, Told
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.models import Audience
from bluehelm.workflows.outlook_history import outlook_rules
from bluehelm.workflows.outlook_kept import INPUTS, OUTLOOKS, SCORES, Outlook, outlook_chain, read_outlook

MOST_DEATHS = 1_000_000

# Releases


@transaction.atomic
def draft_release(
    *, mission: str, version: int, title: str, assessment: str, label: Label, by: Actor, on: date | None = None
) -> OutlookRelease:
    """Say what an outlook that was kept means here; nobody else learns of it until it is released."""
    by.require("create", "outlook", label.marking)
    post, day = of_mission(by, mission), day_of(on)
    check_audience(label, "outlook", by)
    kept = kept_version(mission, version)
    if OutlookRelease.objects.filter(version=version).exclude(state="withdrawn").exists():
        raise OutlookDeedError(_("There is a draft or release of this version already."))
    facts = read_outlook(_home(), kept).facts
    said = {
        "title": require_text(title, _("Give it a title.")),
        "assessment": require_text(assessment, _("Say what it means here: numbers alone are not released.")),
    }
    try:
        with transaction.atomic():
            made = OutlookRelease.objects.create(
                mission=mission, unit_kind=facts["unit_kind"], origin=facts["origin"], version=version,
                sha256=kept.sha256, drafted_on=day, drafted_by=by.account, drafted_post=post, **said,
                **label_fields(label),
            )  # fmt: skip
    except IntegrityError:
        raise OutlookDeedError(_("Somebody else drafted a release of this version at this moment.")) from None
    note(made, "outlook.drafted", by, fields={"version": version, "state": "draft"})
    return made


@transaction.atomic
def edit_release(*, number: int, expected_version: int, title: str, assessment: str, by: Actor) -> OutlookRelease:
    """Correct a draft; what was released is withdrawn and drafted again."""
    release = held(OutlookRelease, number, expected_version, by, "create")
    of_mission(by, release.mission)
    _require_state(release, "draft")
    release.title = require_text(title, _("Give it a title."))
    release.assessment = require_text(assessment, _("Say what it means here: numbers alone are not released."))
    release.save_changed("title", "assessment", expected_version=expected_version)
    note(release, "outlook.edited", by, fields={"title": release.title, "assessment": release.assessment})
    return release


@transaction.atomic
def release_outlook(
    *, number: int, expected_version: int, label: Label, reason: str, by: Actor, on: date | None = None
) -> OutlookRelease:
    """A named person gives the outlook, its numbers and its scores to these audiences, in the name of a post."""
    release = held(OutlookRelease, number, expected_version, by, "release")
    post, day = of_mission(by, release.mission), day_of(on)
    _require_state(release, "draft")
    by.require("release", "outlook", label.marking)
    check_audience(label, "outlook", by)
    if day < release.drafted_on:
        raise OutlookDeedError(_("It cannot have been released before it was drafted."))
    release.state, release.released_on, release.released_by, release.released_post = "released", day, by.account, post
    release.marking, release.releasable_to = label.marking.value, Audience.of(label.releasable_to)
    release.save_changed(
        *("state", "released_on", "released_by", "released_post", "marking", "releasable_to"),
        expected_version=expected_version,
    )
    note(release, "outlook.released", by, reason=reason, fields={"state": "released", "version": release.version})
    _relabel_tables(release, label, reason, by)
    return release


@transaction.atomic
def withdraw_release(
    *, number: int, expected_version: int, reason: str, by: Actor, on: date | None = None
) -> OutlookRelease:
    """Take a release back: it stays readable with its reason, and the numbers go back to the mission alone."""
    release = held(OutlookRelease, number, expected_version, by, "release")
    post, day = of_mission(by, release.mission), day_of(on)
    _require_state(release, "released")
    release.state, release.withdrawn_on, release.withdrawn_by = "withdrawn", day, by.account
    release.withdrawn_post, release.withdrawn_why = post, require_text(reason, _("Say why it no longer holds."))
    release.save_changed(
        *("state", "withdrawn_on", "withdrawn_by", "withdrawn_post", "withdrawn_why"),
        expected_version=expected_version,
    )
    note(release, "outlook.withdrawn", by, reason=reason, fields={"state": "withdrawn"})
    _relabel_tables(release, Label(Marking(release.marking), frozenset({f"mission:{release.mission}"})), reason, by)
    return release


def _relabel_tables(release: OutlookRelease, label: Label, reason: str, by: Actor) -> None:
    """The numbers go where the release goes: the outlook's version, and the scores and inputs kept with it."""
    version = kept_version(release.mission, release.version)
    parents = dict(version.parents)
    for table, number in ((SCORES, parents[SCORES]), (INPUTS, parents[INPUTS]), (OUTLOOKS, version.version)):
        release_version(table=table, number=number, label=label, reason=reason, by=by)


def kept_version(mission: str, number: int) -> Version:
    """A version of the outlooks table that is this mission's and that the reader may see."""
    chains = (outlook_chain(_home(), mission, kind) for kind in UNIT_KINDS)
    found = next((one for chain in chains for one in chain if one.version == number), None)
    if found is None:
        raise OutlookDeedError(_("There is no outlook of this mission with that version."))
    return found


def numbers_of(release: OutlookRelease) -> Outlook | None:
    """The numbers of a release; None where they are not shown to the reader."""
    try:
        return read_outlook(_home(), Store(_home()).version(OUTLOOKS, release.version))
    except (StoreError, KeyError):
        return None


def _require_state(release: OutlookRelease, state: str) -> None:
    if release.state != state:
        raise OutlookDeedError(_("It is %(state)s by now.") % {"state": release.state})


def _home() -> Path:
    return Path(settings.BLUEHELM_HOME)


# Thresholds


@transaction.atomic
def choose_threshold(
    *, mission: str, unit_kind: str, target: str, unit: str, deaths: int, why: str, label: Label, by: Actor,
    on: date | None = None,
) -> Threshold:  # fmt: skip
    """Say how many deaths in a month matter to the mission, from a day on; the one that held before ends there."""
    by.require("decide", "outlook", label.marking)
    post, day = of_mission(by, mission), day_of(on)
    check_audience(label, "outlook", by)
    if unit_kind not in UNIT_KINDS or target not in {one.target for one in outlook_rules().targets}:
        raise OutlookDeedError(_("There is no such unit or kind of violence."))
    if not 1 <= deaths <= MOST_DEATHS:
        raise OutlookDeedError(_("A threshold is a number of deaths from 1 on."))
    why = require_text(why, _("Say why this number; it is kept."))
    before = Threshold.objects.select_for_update(of=("self",)).filter(
        mission=mission, unit_kind=unit_kind, target=target, unit=unit, until_on=None
    )
    for one in before:
        if one.from_on > day:
            raise OutlookDeedError(_("Another threshold was chosen from a later day on."))
        _end(one, why, by, day)
    try:
        with transaction.atomic():
            made = Threshold.objects.create(
                mission=mission, unit_kind=unit_kind, target=target, unit=unit, deaths=deaths, why=why, from_on=day,
                chosen_by=by.account, chosen_post=post, **label_fields(label),
            )  # fmt: skip
    except IntegrityError:
        raise OutlookDeedError(_("Somebody else chose a threshold at this moment; look again.")) from None
    fields = {"unit_kind": unit_kind, "target": target, "unit": unit, "deaths": deaths}
    note(made, "threshold.chosen", by, reason=why, fields=fields)
    return made


@transaction.atomic
def end_threshold(*, number: int, expected_version: int, reason: str, by: Actor, on: date | None = None) -> Threshold:
    """Let a threshold end; the usual one holds from then on."""
    threshold = held(Threshold, number, expected_version, by, "decide")
    of_mission(by, threshold.mission)
    if threshold.until_on is not None:
        raise OutlookDeedError(_("It has ended already."))
    day = day_of(on)
    if day < threshold.from_on:
        raise OutlookDeedError(_("It cannot have ended before it began."))
    return _end(threshold, require_text(reason, _("Say why it no longer holds.")), by, day)


def _end(threshold: Threshold, reason: str, by: Actor, day: date) -> Threshold:
    threshold.until_on, threshold.ended_by, threshold.ended_why = day, by.account, reason
    threshold.save_changed("until_on", "ended_by", "ended_why", expected_version=threshold.row_version)
    note(threshold, "threshold.ended", by, reason=reason, fields={"target": threshold.target})
    return threshold


# Who was told, and what was done


@transaction.atomic
def tell(*, number: int, expected_version: int, post: str, how: str, by: Actor, on: date | None = None) -> Told:
    """Note that a post was told; it is asked to acknowledge."""
    release = held(OutlookRelease, number, expected_version, by, "create")
    own, day = of_mission(by, release.mission), day_of(on)
    _require_state(release, "released")
    whom = post_that_reads(post, release)
    if release.told.filter(post=whom).exists():
        raise OutlookDeedError(_("This post was told already."))
    if release.released_on and day < release.released_on:
        raise OutlookDeedError(_("Nobody was told before it was released."))
    made = Told.objects.create(
        release=release, post=whom, how=require_text(how, _("Say how: in a meeting, by a call, in writing.")), on=day,
        by=by.account, by_post=own,
    )  # fmt: skip
    release.save_changed(expected_version=expected_version)
    note(release, "outlook.told", by, fields={"post": whom.code})
    return made


@transaction.atomic
def acknowledge(*, number: int, expected_version: int, answer: str = "", by: Actor, on: date | None = None) -> Told:
    """The post that was told says that it has heard; nobody else can say it for that post."""
    release = held(OutlookRelease, number, expected_version, by, "read")
    post, day = post_of(by), day_of(on)
    told = release.told.filter(post=post).first()
    if told is None:
        raise NotAllowedError(_("Only a post that was told acknowledges."))
    if told.acknowledged_on:
        raise OutlookDeedError(_("Your post acknowledged this already."))
    if day < told.on:
        raise OutlookDeedError(_("It cannot have been acknowledged before the post was told."))
    told.acknowledged_on, told.acknowledged_by, told.answer = day, by.account, answer.strip()
    told.save(update_fields=["acknowledged_on", "acknowledged_by", "answer"])
    release.save_changed(expected_version=expected_version)
    note(release, "outlook.acknowledged", by, fields={"post": post.code})
    return told


@transaction.atomic
def note_done(
    *, number: int, expected_version: int, unit: str, first_month: str, last_month: str, text: str,
    finding: int | None = None, by: Actor, on: date | None = None,
) -> Done:  # fmt: skip
    """Note what was done on an outlook: those months are credited to nobody, and models do not learn from them."""
    release = held(OutlookRelease, number, expected_version, by, "create")
    own, day = of_mission(by, release.mission), day_of(on)
    if release.state == "draft":
        raise OutlookDeedError(_("It was not released yet."))
    numbers = _require_numbers(release)
    if unit and unit not in numbers.units:
        raise OutlookDeedError(_("The outlook does not speak of %(unit)s.") % {"unit": unit})
    if not (numbers.months[0] <= first_month <= last_month <= numbers.months[-1]):
        span = {"first": numbers.months[0], "last": numbers.months[-1]}
        raise OutlookDeedError(_("Months lie from %(first)s to %(last)s, the first before the last.") % span)
    hangs_on = None
    if finding is not None:
        hangs_on = Finding.objects.readable_by(by).filter(pk=finding).first()
        if hangs_on is None:
            raise OutlookDeedError(_("There is no finding %(number)s that you may read.") % {"number": finding})
    made = Done.objects.create(
        release=release, unit=unit, first_month=first_month, last_month=last_month,
        text=require_text(text, _("Say what was done.")), finding=hangs_on, on=day,
        by=by.account, by_post=own,
    )  # fmt: skip
    release.save_changed(expected_version=expected_version)
    note(release, "outlook.acted_on", by, fields={"month": first_month})
    return made


@transaction.atomic
def record_probability(
    *, number: int, expected_version: int, unit: str, target: str, month: str, deaths: int, percent: int, why: str,
    by: Actor, on: date | None = None,
) -> OwnProbability:  # fmt: skip
    """Write down what one holds likely, before the month begins: later it would be no forecast."""
    release = held(OutlookRelease, number, expected_version, by, "create")
    post, day = post_of(by), day_of(on)
    numbers = _require_numbers(release)
    if not MONTH.fullmatch(month) or (target, unit, month) not in numbers.drawn:
        raise OutlookDeedError(_("The outlook does not speak of this place, kind of violence and month."))
    if day >= date.fromisoformat(f"{month}-01"):
        raise OutlookDeedError(
            _("%(month)s has begun: a probability is written down before, or it is no forecast.") % {"month": month}
        )
    if not 0 <= percent <= 100 or not 1 <= deaths <= MOST_DEATHS:
        raise OutlookDeedError(_("Give chances from 0 to 100, of 1 death or more."))
    same = {"unit": unit, "target": target, "month": month, "deaths": deaths, "by_post": post}
    if release.own_probabilities.filter(**same).exists():
        raise OutlookDeedError(_("Your post wrote this down already; what was said stays said."))
    made = OwnProbability.objects.create(
        release=release, **same, percent=percent, why=require_text(why, _("Say why.")), on=day, by=by.account
    )
    release.save_changed(expected_version=expected_version)
    note(release, "outlook.own_probability", by, fields={"target": target, "month": month, "deaths": deaths})
    return made


def _require_numbers(release: OutlookRelease) -> Outlook:
    numbers = numbers_of(release)
    if numbers is None:
        raise OutlookDeedError(_("Its numbers are not shown to you."))
    return numbers


def unit_kind_of(text: str) -> Unit:
    """A kind of unit as the library knows it."""
    if text not in UNIT_KINDS:
        raise OutlookDeedError(_("There is no such unit."))
    return cast("Unit", text)
