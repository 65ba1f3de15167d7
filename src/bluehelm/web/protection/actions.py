"""Which deeds change alerts, threats, and the work that answers them?

Each is one transaction with one audit entry. Times of a clock are kept in order by `bluehelm.protection`; who called is
sealed apart and opened only with a reason.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeVar, cast

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bluehelm.definitions.protection import packaged_threat_words
from bluehelm.definitions.rights import Deed
from bluehelm.disclosure import Label, Marking
from bluehelm.protection import STEPS, Clock, ClockError, with_step, without_response
from bluehelm.protection.callers import NUMBER
from bluehelm.protection.observers import Observed
from bluehelm.protection.observers import problems_of as problems_of_observation
from bluehelm.protection.threats import AGES_AND_SEXES, LADDERS, TEXTS
from bluehelm.web.audit.entries import append_entry
from bluehelm.web.outlook.held import (
    OutlookDeedError,
    check_audience,
    day_of,
    held,
    label_fields,
    of_mission,
    require_text,
)
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.models import Audience, Post
from bluehelm.web.protection.models import (
    Activity,
    Alert,
    Caller,
    Capability,
    Dialogue,
    Engagement,
    Harm,
    Movements,
    Observation,
    Obstruction,
    Perception,
    Promise,
    ProtectionRecord,
    Threat,
    ThreatProfile,
    ThreatResponse,
)
from bluehelm.web.protection.words import words_of
from bluehelm.web.secrets import conceal, reveal, with_a_key

PROFILE = (*TEXTS, *LADDERS, *AGES_AND_SEXES)
LEAST_REASON = 15
Record = TypeVar("Record", bound=ProtectionRecord)


class ProtectionError(ValueError):
    """The deed was refused as it stands; nothing was changed."""


REFUSED = (ProtectionError, OutlookDeedError, ClockError)
"""What a deed may be refused with, for the page to say."""


def enter(model: type[Record], *, label: Label, by: Actor, **fields: Any) -> Record:
    """Keep a new record of the actor's own mission, addressed as the label says."""
    by.require("create", model.kind, label.marking)
    mission = by.post.mission if by.post else ""
    post = of_mission(by, mission)
    if not mission:
        raise NotAllowedError(_("Only a post of a mission does this."))
    check_audience(label, model.kind, by)
    _check_words(model, fields)
    made = model(mission=mission, entered_post=post, entered_at=timezone.now(), **label_fields(label), **fields)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise ProtectionError(_("This is there already, or its parts do not fit each other.")) from None
    note(made, f"{model._meta.model_name}.entered", by)
    return made


def note(record: ProtectionRecord, deed: str, by: Actor | str, reason: str = "", **detail: Any) -> None:
    """The audit entry of a deed; `by` is a text where the program itself acts. The detail holds words, never texts."""
    account, post = (by, "") if isinstance(by, str) else (by.account, by.post_code)
    append_entry(
        deed=deed, kind=record.kind, key=str(record.pk), by=account, post=post, detail=detail, reason=reason.strip(),
        marking=record.marking, audience=record.releasable_to.text,
    )  # fmt: skip


def changed(
    record: ProtectionRecord, deed: str, by: Actor, version: int, *saved: str, reason: str = "", **detail: Any
) -> None:
    """Keep what changed of a record that is held, and say so in the audit."""
    record.save_changed(*saved, expected_version=version)
    note(record, deed, by, reason, **detail)


def hold(model: type[Record], number: int, version: int, by: Actor, right: Deed = "create") -> Record:
    """A record of the actor's own mission, held for a change."""
    found = held(model, number, version, by, right)
    of_mission(by, found.mission)
    return found


def _check_words(model: type[ProtectionRecord], fields: Mapping[str, Any]) -> None:
    """Refuse words that the vocabularies do not have."""
    wrong = [
        _("%(word)s is no word of %(field)s.") % {"word": repr(value), "field": name}
        for name, value in fields.items()
        if value and (known := words_of(model, name)) and value not in {one.word for one in known}
    ]
    if wrong:
        raise ProtectionError(" ".join(wrong))


def _not_ahead(at: datetime | None) -> datetime:
    now = timezone.now()
    if at and at > now + timedelta(minutes=5):
        raise ProtectionError(_("This has not come yet: say what happened once it did."))
    return at or now


# Alerts


@transaction.atomic
def enter_alert(
    *, label: Label, by: Actor, received_at: datetime | None = None, text: str = "", identity: str = "",
    caller_number: str = "", consent: str = "not-asked", **fields: Any,
) -> Alert:  # fmt: skip
    """Keep an alert; who called goes into the sealed table alone, also by a hand that may not look into it again."""
    place = without_caller(fields.pop("place"))
    if any(part in text for part in name_parts(identity, place) if len(part) > 3 and part[0].isupper()):
        raise ProtectionError(_("What was said holds the caller's name. Write it in its own field alone."))
    said = {"place": place, "text": without_caller(text), "received_at": _not_ahead(received_at)}
    made = enter(Alert, label=label, by=by, **said, **fields)
    if identity.strip() or caller_number.strip():
        seal_caller(made, identity=identity, number=caller_number, words="", consent=consent)
        note(made, "caller.sealed", by)
    return made


def without_caller(text: str) -> str:
    """What was said, if it holds no telephone number; the number of a caller belongs in its own field."""
    if NUMBER.search(text):
        raise ProtectionError(
            _("What was said holds what reads like a telephone number. Write a caller's number in its own field.")
        )
    return text.strip()


def name_parts(name: str, place: str) -> list[str]:
    """The words of a caller's name, the longest first; one that also names the place tells nobody who called."""
    of_place = place.casefold().split()
    return sorted((part for part in set(name.split()) if part.casefold() not in of_place), key=len, reverse=True)


def seal_caller(alert: Alert, *, identity: str, number: str, words: str, consent: str) -> Caller:
    """Keep who called, sealed."""
    with_a_key()
    caller = Caller(alert=alert, consent=consent)
    for column, said in (("identity", identity), ("number", number), ("words", words)):
        conceal(caller, column, said.strip())
    caller.save(force_insert=True)
    return caller


def marking_of_caller(alert: Alert) -> int:
    """A caller is at least confidential, however open the alert."""
    return max(alert.marking, Marking.CONFIDENTIAL.value)


@transaction.atomic
def step_alert(
    *, number: int, expected_version: int, by: Actor, step: str, at: datetime | None = None, decision: str = ""
) -> Alert:
    """Note that a step happened, now or at a time before; the clock refuses an order that cannot be."""
    alert = hold(Alert, number, expected_version, by)
    if step not in STEPS[1:]:
        raise ProtectionError(_("There is no such step."))
    clock = with_step(alert.clock, step, _not_ahead(at))
    setattr(alert, f"{step}_at", clock.at[step])
    alert.decision = without_caller(decision) or alert.decision
    _keep_clock(alert, clock, f"alert.{step}", by, expected_version, f"{step}_at", "decision")
    return alert


@transaction.atomic
def no_response(*, number: int, expected_version: int, by: Actor, reason: str, why: str) -> Alert:
    """Say why nobody goes, or why those who left did not arrive."""
    alert = hold(Alert, number, expected_version, by)
    _check_words(Alert, {"no_response": reason})
    if alert.no_response:
        raise ProtectionError(_("A reason was given already."))
    clock = without_response(alert.clock, reason)
    alert.no_response, alert.why = reason, require_text(without_caller(why), _("Say more about why."))
    _keep_clock(alert, clock, "alert.no_response", by, expected_version, "no_response", "why", reason_given=reason)
    return alert


def _keep_clock(alert: Alert, clock: Clock, deed: str, by: Actor, version: int, *saved: str, **detail: Any) -> None:
    alert.is_open = clock.is_open
    changed(alert, deed, by, version, *saved, "is_open", **detail)


@transaction.atomic
def open_caller(*, number: int, by: Actor, reason: str) -> tuple[Alert, dict[str, str]]:
    """Who called, for whoever needs to know: with a reason that the audit keeps, at every look."""
    alert = Alert.objects.readable_by(by).filter(pk=number).select_related("caller", "releasable_to").first()
    if alert is None or by.viewing or not by.may("read", "caller", marking_of_caller(alert)):
        raise NotAllowedError(_("There is no such record, or it is not addressed to you."))
    of_mission(by, alert.mission)
    caller = getattr(alert, "caller", None)
    if caller is None:
        raise ProtectionError(_("Nobody wrote down who called."))
    if len(reason.strip()) < LEAST_REASON:
        raise ProtectionError(_("Say in a few words why you need to know; the reason stands in the audit."))
    append_entry(
        deed="caller.opened", kind="caller", key=str(alert.pk), by=by.account, post=by.post_code,
        reason=without_caller(reason), marking=marking_of_caller(alert), audience=alert.releasable_to.text,
    )  # fmt: skip
    return alert, {name: reveal(caller, name) for name in ("identity", "number", "words")} | {"consent": caller.consent}


@transaction.atomic
def relabel(*, model: type[Record], number: int, expected_version: int, label: Label, reason: str, by: Actor) -> Record:
    """Change who may read a record. It takes the right to release at both markings."""
    record = hold(model, number, expected_version, by, "release")
    by.require("release", model.kind, label.marking)
    check_audience(label, model.kind, by)
    require_text(reason, _("Say why; the reason stands in the audit."))
    record.marking, record.releasable_to = label.marking.value, Audience.of(label.releasable_to)
    changed(
        record, f"{model._meta.model_name}.relabelled", by, expected_version, "marking", "releasable_to",
        reason=reason, marking=label.marking.code,
    )  # fmt: skip
    return record


# Threats and the work that answers them


@transaction.atomic
def enter_threat(*, label: Label, by: Actor, review_on: date | None = None, **fields: Any) -> Threat:
    """Keep a new threat; without a day of its own it is reviewed as its likelihood asks."""
    _require_post(fields.get("lead", ""), by)
    review = review_on or _next_review(fields["likelihood"])
    made = enter(Threat, label=label, by=by, review_on=review, identified_on=day_of(None), **fields)
    _keep_profile(made, made.identified_on)
    return made


def _next_review(likelihood: str) -> date:
    days = packaged_threat_words().review_days.get(likelihood)
    if days is None:
        raise ProtectionError(_("%(word)s is no word of likelihood.") % {"word": repr(likelihood)})
    return timezone.now().date() + timedelta(days=days)


def _keep_profile(threat: Threat, on: date) -> None:
    ThreatProfile.objects.create(threat=threat, on=on, said=profile_of(threat))


def profile_of(threat: Threat) -> dict[str, Any]:
    """What is said of a threat; a word nobody said is null."""
    return {name: value if (value := getattr(threat, name)) != "" else None for name in PROFILE}


@transaction.atomic
def review_threat(
    *, number: int, expected_version: int, by: Actor, review_on: date | None = None, **fields: Any
) -> Threat:
    """Look at a threat again: what is said of it now, and when it is looked at next."""
    threat = hold(Threat, number, expected_version, by)
    if threat.closed_on:
        raise ProtectionError(_("It is no threat any more; enter a new one if it returned."))
    _check_words(Threat, fields)
    _require_post(fields.get("lead", threat.lead), by)
    for name, value in fields.items():
        setattr(threat, name, value)
    threat.review_on = review_on or _next_review(threat.likelihood)
    if threat.review_on < timezone.now().date():
        raise ProtectionError(_("The next review is not in the past."))
    require_text(threat.rationale, _("Say why it is judged so."))
    changed(threat, "threat.reviewed", by, expected_version, *fields, "review_on", likelihood=threat.likelihood)
    _keep_profile(threat, timezone.now().date())
    return threat


@transaction.atomic
def close_threat(*, number: int, expected_version: int, by: Actor, why: str) -> Threat:
    """Say that it is no threat any more, and why."""
    threat = hold(Threat, number, expected_version, by)
    if threat.closed_on:
        raise ProtectionError(_("This was done already."))
    threat.closed_on, threat.closed_why = timezone.now().date(), require_text(why, _("Say why."))
    changed(threat, "threat.closed", by, expected_version, "closed_on", "closed_why")
    return threat


@transaction.atomic
def plan_response(
    *, number: int, expected_version: int, by: Actor, tier: str, phase: str, text: str, lead: str, due_on: date
) -> ThreatResponse:
    """Say what is to be done about a threat, in which tier and phase, by which post and until when."""
    threat = hold(Threat, number, expected_version, by)
    _require_post(lead, by)
    known = packaged_threat_words()
    if tier not in known.codes("tiers") or phase not in known.codes("phases"):
        raise ProtectionError(_("There is no such tier or phase."))
    said = require_text(text, _("Say what is to be done."))
    made = ThreatResponse.objects.create(threat=threat, tier=tier, phase=phase, text=said, lead=lead, due_on=due_on)
    changed(threat, "threat.response_planned", by, expected_version, tier=tier, phase=phase)
    return made


@transaction.atomic
def finish_response(*, number: int, expected_version: int, by: Actor, response: int, result: str) -> ThreatResponse:
    """Say what came of a planned response."""
    threat = hold(Threat, number, expected_version, by)
    planned = threat.responses.filter(pk=response, done_on=None).first()
    if planned is None:
        raise ProtectionError(_("This was done already, or is not there."))
    planned.done_on, planned.result = timezone.now().date(), require_text(result, _("Say what came of it."))
    planned.save(update_fields=["done_on", "result"])
    changed(threat, "threat.response_done", by, expected_version)
    return planned


@transaction.atomic
def enter_activity(*, label: Label, by: Actor, threat: str = "", on: date | None = None, **fields: Any) -> Activity:
    """Keep an activity with the threat that it answers and the outcome it is meant to have."""
    tied = _own(Threat, threat, by)
    return enter(Activity, label=label, by=by, threat=tied, on=day_of(on), **fields)


def _own(model: type[Record], number: str, by: Actor) -> Record | None:
    """Another record that is named, if the actor may read it and it is of the same mission."""
    if not number:
        return None
    mission = by.post.mission if by.post else ""
    found = model._default_manager.filter(pk=number, mission=mission)
    record = found.readable_by(by).first()
    if record is None:
        raise ProtectionError(_("There is no such record, or it is not addressed to you."))
    return cast("Record", record)


@transaction.atomic
def conclude_activity(
    *, number: int, expected_version: int, by: Actor, became: str, evidence: str, followed_up: str = ""
) -> Activity:
    """Say what became of the intended outcome, on what evidence, and of what was recommended."""
    activity = hold(Activity, number, expected_version, by)
    _check_words(Activity, {"became": became})
    activity.became, activity.evidence = became, require_text(evidence, _("Name the evidence."))
    activity.followed_up = followed_up.strip() or activity.followed_up
    changed(activity, "activity.concluded", by, expected_version, "became", "evidence", "followed_up", became=became)
    return activity


@transaction.atomic
def enter_harm(*, label: Label, by: Actor, activity: str = "", on: date | None = None, **fields: Any) -> Harm:
    """Keep harm that the mission did."""
    return enter(Harm, label=label, by=by, activity=_own(Activity, activity, by), on=day_of(on), **fields)


@transaction.atomic
def follow_harm(*, number: int, expected_version: int, by: Actor, follow_up: str) -> Harm:
    """Say what was done about harm."""
    harm = hold(Harm, number, expected_version, by)
    harm.follow_up, harm.followed_on = require_text(follow_up, _("Say what was done.")), timezone.now().date()
    changed(harm, "harm.followed_up", by, expected_version, "follow_up", "followed_on")
    return harm


# Communities


@transaction.atomic
def enter_engagement(
    *, label: Label, by: Actor, heard: list[str], raised: str, thread: str = "", on: date | None = None, **fields: Any
) -> Engagement:
    """Keep a meeting: who was heard, what was raised, and the national or local thread it belongs to."""
    tied = _own(Engagement, thread, by)
    said = "|".join(sorted(set(heard)))
    return enter(
        Engagement, label=label, by=by, heard=said, raised=without_caller(raised), thread=tied, on=day_of(on), **fields
    )


@transaction.atomic
def give_feedback(*, number: int, expected_version: int, by: Actor, feedback: str) -> Engagement:
    """Say what the community was told about what it raised."""
    met = hold(Engagement, number, expected_version, by)
    met.feedback, met.fed_back_on = require_text(feedback, _("Say what they were told.")), timezone.now().date()
    changed(met, "engagement.fed_back", by, expected_version, "feedback", "fed_back_on")
    return met


@transaction.atomic
def make_promise(*, number: int, expected_version: int, by: Actor, text: str, owner: str, due_on: date) -> Promise:
    """Write down what was promised, who keeps it and until when."""
    met = hold(Engagement, number, expected_version, by)
    _require_post(owner, by)
    if due_on < met.on:
        raise ProtectionError(_("A promise is not due before it was made."))
    said = require_text(text, _("Say what was promised."))
    made = Promise.objects.create(engagement=met, text=said, owner=owner, due_on=due_on)
    changed(met, "promise.made", by, expected_version)
    return made


@transaction.atomic
def keep_promise(*, number: int, expected_version: int, by: Actor, promise: int, evidence: str) -> Promise:
    """Say that a promise was kept, and how that is known."""
    met, made = _promise(number, expected_version, by, promise)
    made.kept_on, made.evidence = timezone.now().date(), require_text(evidence, _("Name the evidence."))
    made.save(update_fields=["kept_on", "evidence"])
    changed(met, "promise.kept", by, expected_version)
    return made


@transaction.atomic
def take_back_promise(*, number: int, expected_version: int, by: Actor, promise: int, why: str) -> Promise:
    """Say that a promise will not be kept, and why."""
    met, made = _promise(number, expected_version, by, promise)
    made.taken_back_on, made.why = timezone.now().date(), require_text(why, _("Say why."))
    made.save(update_fields=["taken_back_on", "why"])
    changed(met, "promise.taken_back", by, expected_version)
    return made


@transaction.atomic
def tell_promise(*, number: int, expected_version: int, by: Actor, promise: int) -> Promise:
    """Say that the people a promise was made to know what became of it."""
    met = hold(Engagement, number, expected_version, by)
    made = met.promises.filter(pk=promise, fed_back_on=None).exclude(kept_on=None, taken_back_on=None).first()
    if made is None:
        raise ProtectionError(_("This was done already, or is not there."))
    made.fed_back_on = timezone.now().date()
    made.save(update_fields=["fed_back_on"])
    changed(met, "promise.told", by, expected_version)
    return made


def _promise(number: int, version: int, by: Actor, promise: int) -> tuple[Engagement, Promise]:
    met = hold(Engagement, number, version, by)
    made = met.promises.filter(pk=promise, kept_on=None, taken_back_on=None).first()
    if made is None:
        raise ProtectionError(_("This was done already, or is not there."))
    return met, made


@transaction.atomic
def enter_perception(*, label: Label, by: Actor, on: date | None = None, **fields: Any) -> Perception:
    """Keep what people answered, with method and sample."""
    sample = fields["sample"]
    if any((fields.get(name) or 0) > sample for name in ("answered", "women")):
        raise ProtectionError(_("No part is larger than the number of people asked."))
    return enter(Perception, label=label, by=by, on=day_of(on), **fields)


# Consent of the host state


@transaction.atomic
def enter_obstruction(*, label: Label, by: Actor, on: date | None = None, **fields: Any) -> Obstruction:
    """Keep an incident in which the mission was hindered."""
    return enter(Obstruction, label=label, by=by, on=day_of(on), **fields)


@transaction.atomic
def resolve_obstruction(*, number: int, expected_version: int, by: Actor, resolution: str) -> Obstruction:
    """Say how an obstruction ended."""
    found = hold(Obstruction, number, expected_version, by)
    found.resolution, found.resolved_on = require_text(resolution, _("Say how it ended.")), timezone.now().date()
    changed(found, "obstruction.resolved", by, expected_version, "resolution", "resolved_on")
    return found


@transaction.atomic
def enter_movements(*, label: Label, by: Actor, **fields: Any) -> Movements:
    """Keep how often the mission moved in a month."""
    return enter(Movements, label=label, by=by, **fields)


@transaction.atomic
def enter_dialogue(
    *, label: Label, by: Actor, obstruction: str = "", on: date | None = None, **fields: Any
) -> Dialogue:
    """Keep a talk with the host state."""
    return enter(Dialogue, label=label, by=by, obstruction=_own(Obstruction, obstruction, by), on=day_of(on), **fields)


# The compact, and observers


@transaction.atomic
def enter_capability(
    *, label: Label, by: Actor, has: str, evidence: str, on: date | None = None, **fields: Any
) -> Capability:
    """Say whether the mission has a capability, on what evidence."""
    said = require_text(evidence, _("Name the evidence."))
    return enter(Capability, label=label, by=by, has=has == "yes", evidence=said, on=day_of(on), **fields)


@transaction.atomic
def enter_observations(*, label: Label, by: Actor, reports: list[Observed]) -> list[Observation]:
    """Keep reports of observers, all of them or none."""
    return [_observation(report, label, by) for report in reports]


def _observation(report: Observed, label: Label, by: Actor) -> Observation:
    if problems := problems_of_observation(report, [one.word for one in words_of(Observation, "violation")]):
        raise ProtectionError("; ".join(problems))
    fields = {
        "report": report.report, "what": report.kind, "day": day_of(report.day), "area": report.area,
        "team": report.team, "nationalities": "|".join(report.nationalities), "hours": report.hours,
        "violation": report.violation, "narrative": report.narrative,
    }  # fmt: skip
    try:
        return enter(Observation, label=label, by=by, **fields)
    except ProtectionError:
        raise ProtectionError(_("Report %(report)s is there already.") % {"report": report.report}) from None


def _require_post(code: str, by: Actor) -> None:
    mission = by.post.mission if by.post else ""
    if not Post.objects.filter(code=code, mission=mission, closed_on=None).exists():
        raise ProtectionError(_("There is no post %(code)s in the mission.") % {"code": repr(code)})
