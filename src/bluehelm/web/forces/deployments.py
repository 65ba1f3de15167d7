"""Which deeds take a pledge through the stages of deployment, with somebody holding the pen at each?

A case may be in several stages at once, since a visit need not wait for a signature. It has arrived when every stage
is done.
"""

from datetime import date

from django.db import transaction

from bluehelm.definitions.force_generation import packaged_pipeline
from bluehelm.disclosure import Label
from bluehelm.web.forces.actions import contributor_of, new_record
from bluehelm.web.forces.exchange import is_ready
from bluehelm.web.forces.held import LIVE, Held, RefusedError, day_of, held_record, next_code, note, require_text
from bluehelm.web.forces.models import CaseStage, DeploymentCase, Pledge, Requirement
from bluehelm.web.posts.acting import Actor


@transaction.atomic
def open_case(*, requirement: str, pledge: str, holder: str = "", by: Actor, on: date | None = None) -> DeploymentCase:
    """Headquarters asks a contributor for a pledged unit: the first stage begins.

    The contributor reads the case, and with it the code of the requirement and its mission; the mission's head reads it
    too, and with it the code of the pledge.
    """
    day = day_of(on)
    asked, unit = held_record(Requirement, requirement, by), held_record(Pledge, pledge, by)
    contributor_of(unit.contributor.code, by)
    by.require("decide", "pledge", unit.marking)
    if asked.withdrawn_on or unit.withdrawn_on:
        raise RefusedError("The requirement or the pledge was withdrawn.")
    if not is_ready(unit, day):
        raise RefusedError(f"{unit.code} holds no level on {day}: it was never registered, or it lapsed.")
    for record in (asked, unit):
        if live := record.cases.filter(LIVE).first():
            raise RefusedError(f"{record.code} is in case {live.code} already.")
    audience = unit.label.releasable_to | {f"mission:{asked.mission}"}
    label = Label(max(asked.label.marking, unit.label.marking), audience)
    made: DeploymentCase = new_record(
        DeploymentCase, label, code=next_code(DeploymentCase, asked.code), requirement=asked, pledge=unit, opened_on=day
    )
    first = packaged_pipeline().stages[0]
    CaseStage.objects.create(case=made, stage=first.name, entered_on=day, holder=holder.strip() or first.holder)
    note(made, "case.opened", by, day, fields={"stage": ["", first.name]})
    return made


@transaction.atomic
def enter_stage(
    *,
    code: str,
    expected_version: int,
    stage: str,
    holder: str = "",
    note: str = "",
    by: Actor,
    on: date | None = None,
) -> DeploymentCase:
    """A stage begins; others may still be open."""
    deed = _case(code, expected_version, by, on)
    known = {one.name: one for one in packaged_pipeline().stages}
    if stage not in known:
        raise RefusedError(f"{stage!r} is no stage; the stages are {', '.join(known)}.")
    if deed.record.stages.filter(stage=stage).exists():
        raise RefusedError("It entered this stage already.")
    _not_before_opening(deed)
    CaseStage.objects.create(
        case=deed.record,
        stage=stage,
        entered_on=deed.on,
        holder=holder.strip() or known[stage].holder,
        note=note.strip(),
    )
    return deed.done("case.stage_entered", fields={"stage": ["", stage]})


@transaction.atomic
def finish_stage(*, code: str, expected_version: int, stage: str, by: Actor, on: date | None = None) -> DeploymentCase:
    """A stage is done; when it was the last one missing, the unit has arrived."""
    deed = _case(code, expected_version, by, on)
    found = _open_stage(deed, stage)
    if deed.on < found.entered_on:
        raise RefusedError(f"It cannot be done on {deed.on}, before it began on {found.entered_on}.")
    found.left_on = deed.on
    found.save(update_fields=["left_on"])
    done = set(deed.record.stages.exclude(left_on=None).values_list("stage", flat=True))
    if done != {one.name for one in packaged_pipeline().stages}:
        return deed.done("case.stage_done", fields={"stage": [stage, ""]})
    deed.record.state, deed.record.ended_on = "arrived", deed.on
    return deed.done("case.arrived", "state", "ended_on", fields={"state": ["open", "arrived"], "stage": [stage, ""]})


@transaction.atomic
def hand_over(
    *, code: str, expected_version: int, stage: str, holder: str, note: str = "", by: Actor, on: date | None = None
) -> DeploymentCase:
    """Somebody else holds the pen now; the days of the stage go on."""
    deed = _case(code, expected_version, by, on)
    found = _open_stage(deed, stage)
    before, found.holder = found.holder, require_text(holder, "Say who holds the pen now.")
    found.note = note.strip()
    found.save(update_fields=["holder", "note"])
    return deed.done("case.handed_over", fields={"holder": [before, found.holder]})


@transaction.atomic
def give_up(*, code: str, expected_version: int, reason: str, by: Actor, on: date | None = None) -> DeploymentCase:
    """It will not come of it; the requirement and the pledge are free again."""
    deed = _case(code, expected_version, by, on)
    _not_before_opening(deed)
    record = deed.record
    record.state, record.ended_on, record.ended_reason = "given-up", deed.on, require_text(reason, "Say why.")
    record.stages.filter(left_on=None).update(left_on=deed.on)
    return deed.done(
        "case.given_up", "state", "ended_on", "ended_reason", reason=reason, fields={"state": ["open", "given-up"]}
    )


def _case(code: str, expected_version: int, by: Actor, on: date | None) -> Held[DeploymentCase]:
    deed = Held.begin(DeploymentCase, code, expected_version, by, on, right="decide")
    if deed.record.state != "open":
        raise RefusedError(f"It ended on {deed.record.ended_on}.")
    return deed


def _open_stage(deed: Held[DeploymentCase], stage: str) -> CaseStage:
    found = deed.record.stages.filter(stage=stage, left_on=None).first()
    if found is None:
        raise RefusedError("It is not in this stage.")
    return found


def _not_before_opening(deed: Held[DeploymentCase]) -> None:
    if deed.on < deed.record.opened_on:
        raise RefusedError(f"This cannot have happened on {deed.on}: the case was opened on {deed.record.opened_on}.")
