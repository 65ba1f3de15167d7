"""Which deeds take a pledge through the stages of deployment, with somebody holding the pen at each?

A case may be in several stages at once, since a visit need not wait for a signature. It has arrived when every stage
is done; a unit that was in the theatre and is redirected has arrived when every step of redirecting is.
"""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from bluehelm.definitions.force_generation import packaged_pipeline, packaged_timeline
from bluehelm.disclosure import Label
from bluehelm.web.forces.actions import contributor_of, new_record
from bluehelm.web.forces.exchange import is_ready, parts_needed, parts_of
from bluehelm.web.forces.held import LIVE, Held, RefusedError, day_of, held_record, next_code, note, require_text
from bluehelm.web.forces.models import CaseStage, CaseStep, DeploymentCase, Pledge, Requirement
from bluehelm.web.posts.acting import Actor

REDIRECTED = "redirected"


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
        raise RefusedError(_("The requirement or the pledge was withdrawn."))
    if not is_ready(unit, day):
        raise RefusedError(
            _("%(code)s holds no level on %(day)s: it was never registered, or it lapsed.")
            % {"code": unit.code, "day": day}
        )
    _require_free(unit, asked)
    _require_parts_left(asked, unit)
    if live := _in_the_way(asked, unit):
        raise RefusedError(_("%(code)s is in case %(code_2)s already.") % {"code": asked.code, "code_2": live.code})
    made = _new_case(asked, unit, day)
    first = packaged_pipeline().stages[0]
    CaseStage.objects.create(case=made, stage=first.name, entered_on=day, holder=holder.strip() or first.holder)
    note(made, "case.opened", by, day, fields={"stage": ["", first.name]})
    return made


def _in_the_way(asked: Requirement, unit: Pledge) -> DeploymentCase | None:
    """A live case of a requirement that is of another unit: neither of this pledge nor of its joint group."""
    group = unit.joint_group
    others = asked.cases.filter(LIVE).exclude(pledge=unit).select_related("pledge")
    return next((case for case in others if not group or case.pledge.joint_group != group), None)


def _require_free(unit: Pledge, asked: Requirement) -> None:
    """A joint group serves one requirement, a unit that stays whole has one case, a pledge in parts one of each."""
    if unit.joint_group:
        together = Pledge.objects.select_for_update().filter(joint_group=unit.joint_group)
        taken = DeploymentCase.objects.filter(LIVE, pledge__in=list(together)).exclude(requirement=asked)
    else:
        taken = unit.cases.filter(LIVE) if unit.splits_into == 1 else unit.cases.none()
    if live := (unit.cases.filter(LIVE, requirement=asked) | taken).select_related("pledge").first():
        raise RefusedError(
            _("%(code)s is in case %(code_2)s already.") % {"code": live.pledge.code, "code_2": live.code}
        )


def _require_parts_left(asked: Requirement, unit: Pledge) -> None:
    """All parts of a pledge serve the same mission, and never more of them than it has."""
    live = list(unit.cases.filter(LIVE).select_related("requirement", "pledge"))
    if elsewhere := [one for one in live if one.requirement.mission != asked.mission]:
        raise RefusedError(
            _("%(code)s serves %(mission)s in case %(code_2)s: all its parts serve one mission.")
            % {"code": unit.code, "mission": elsewhere[0].requirement.mission, "code_2": elsewhere[0].code}
        )
    left, needed = unit.splits_into - sum(parts_of(one) for one in live), parts_needed(asked, unit)
    if needed > left:
        raise RefusedError(
            _("%(code)s takes %(needed)s of the %(parts)s parts of %(pledge)s, of which %(left)s are free.")
            % {"code": asked.code, "needed": needed, "parts": unit.splits_into, "pledge": unit.code, "left": left}
        )


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
        raise RefusedError(
            _("%(stage)s is no stage; the stages are %(listed)s.") % {"stage": repr(stage), "listed": ", ".join(known)}
        )
    if deed.record.stages.filter(stage=stage).exists():
        raise RefusedError(_("It entered this stage already."))
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
        raise RefusedError(
            _("It cannot be done on %(on)s, before it began on %(entered_on)s.")
            % {"on": deed.on, "entered_on": found.entered_on}
        )
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
    before, found.holder = found.holder, require_text(holder, _("Say who holds the pen now."))
    found.note = note.strip()
    found.save(update_fields=["holder", "note"])
    return deed.done("case.handed_over", fields={"holder": [before, found.holder]})


@transaction.atomic
def expect_step(
    *,
    code: str,
    expected_version: int,
    step: str,
    days: tuple[int, int, int] | None = None,
    began_on: date | None = None,
    ended_on: date | None = None,
    by: Actor,
    on: date | None = None,
) -> DeploymentCase:
    """What is expected of a step, `way:step`, of this case: least, likely and most days; and what really happened.

    It replaces what was said before; days left out are those of the template again.
    """
    deed = _case(code, expected_version, by, on)
    way, _colon, name = step.partition(":")
    known = {f"{one.name}:{each.name}" for one in packaged_timeline().templates for each in one.steps}
    if step not in known:
        raise RefusedError(
            _("“%(step)s” is no step; the steps are %(known)s.") % {"step": step, "known": ", ".join(sorted(known))}
        )
    if days and not days[0] <= days[1] <= days[2]:
        raise RefusedError(_("The least days are at most the likely ones, and these at most the most."))
    if ended_on and (began_on is None or ended_on < began_on):
        raise RefusedError(_("A step that ended began before: say on which day."))
    if late := [day for day in (began_on, ended_on) if day and day > deed.on]:
        raise RefusedError(_("%(day)s is still to come: it cannot have happened.") % {"day": late[0]})
    said = dict(zip(("least_days", "likely_days", "most_days"), days or (None,) * 3, strict=True))
    CaseStep.objects.update_or_create(
        case=deed.record, way=way, step=name, defaults={**said, "began_on": began_on, "ended_on": ended_on}
    )
    if way == REDIRECTED and (in_place_on := _redirected_on(deed.record)):
        deed.on = in_place_on  # the day of which the history tells, not the day on which it was noted
        deed.record.state, deed.record.ended_on = "arrived", in_place_on
        fields = {"state": ["open", "arrived"], "step": ["", step]}
        return deed.done("case.arrived", "state", "ended_on", fields=fields)
    return deed.done("case.step_expected", fields={"step": ["", step]})


def _redirected_on(case: DeploymentCase) -> date | None:
    """The day on which the last step of redirecting ended; None while one has not."""
    template = next(one for one in packaged_timeline().templates if one.name == REDIRECTED)
    ended = {one.step: one.ended_on for one in case.steps.filter(way=REDIRECTED) if one.ended_on}
    return max(ended.values()) if ended.keys() == {step.name for step in template.steps} else None


@transaction.atomic
def redirect(
    *, code: str, expected_version: int, requirement: str, reason: str, by: Actor, on: date | None = None
) -> DeploymentCase:
    """A unit in place is taken from its requirement, which is open again, to fill another: a new case begins.

    The decision is the first step of redirecting; what is left of it is noted step by step, and no stage of the
    pipeline is needed but the consent of the contributor.
    """
    held = Held.begin(DeploymentCase, code, expected_version, by, on, right="decide")
    record, asked = held.record, held_record(Requirement, requirement, by)
    if record.state != "arrived" or held.on < (record.ended_on or held.on):
        raise RefusedError(_("Only a unit that is in place is redirected."))
    if asked.withdrawn_on or _in_the_way(asked, record.pledge) or asked.cases.filter(LIVE, pledge=record.pledge):
        raise RefusedError(_("%(code)s was withdrawn, or something is under way for it.") % {"code": asked.code})
    record.state, record.ended_on, record.ended_reason = "given-up", held.on, require_text(reason, _("Say why."))
    held.done(
        "case.redirected", "state", "ended_on", "ended_reason", reason=reason,
        fields={"state": ["arrived", "given-up"], "requirement": [record.requirement.code, asked.code]},
    )  # fmt: skip
    _require_parts_left(asked, Pledge.objects.select_for_update().get(pk=record.pledge_id))
    made = _new_case(asked, record.pledge, held.on)
    stages = {one.name: one for one in packaged_pipeline().stages}
    consent = stages.get("confirmation", packaged_pipeline().stages[0])
    CaseStage.objects.create(case=made, stage=consent.name, entered_on=held.on, holder=consent.holder)
    CaseStep.objects.create(case=made, way=REDIRECTED, step=_first_step(), began_on=held.on)
    note(made, "case.opened", by, held.on, fields={"stage": ["", consent.name]})
    return made


def _first_step() -> str:
    template = next(one for one in packaged_timeline().templates if one.name == REDIRECTED)
    return next(step.name for step in template.steps if not step.after)


def _new_case(asked: Requirement, unit: Pledge, day: date) -> DeploymentCase:
    """A case that headquarters, the contributor and the mission read."""
    audience = unit.label.releasable_to | {f"mission:{asked.mission}"}
    label = Label(max(asked.label.marking, unit.label.marking), audience)
    made: DeploymentCase = new_record(
        DeploymentCase, label, code=next_code(DeploymentCase, asked.code), requirement=asked, pledge=unit, opened_on=day
    )
    return made


@transaction.atomic
def give_up(*, code: str, expected_version: int, reason: str, by: Actor, on: date | None = None) -> DeploymentCase:
    """It will not come of it; the requirement and the pledge are free again."""
    deed = _case(code, expected_version, by, on)
    _not_before_opening(deed)
    record = deed.record
    record.state, record.ended_on, record.ended_reason = "given-up", deed.on, require_text(reason, _("Say why."))
    record.stages.filter(left_on=None).update(left_on=deed.on)
    return deed.done(
        "case.given_up", "state", "ended_on", "ended_reason", reason=reason, fields={"state": ["open", "given-up"]}
    )


def _case(code: str, expected_version: int, by: Actor, on: date | None) -> Held[DeploymentCase]:
    deed = Held.begin(DeploymentCase, code, expected_version, by, on, right="decide")
    if deed.record.state != "open":
        raise RefusedError(_("It ended on %(ended_on)s.") % {"ended_on": deed.record.ended_on})
    return deed


def _open_stage(deed: Held[DeploymentCase], stage: str) -> CaseStage:
    found = deed.record.stages.filter(stage=stage, left_on=None).first()
    if found is None:
        raise RefusedError(_("It is not in this stage."))
    return found


def _not_before_opening(deed: Held[DeploymentCase]) -> None:
    if deed.on < deed.record.opened_on:
        raise RefusedError(
            _("This cannot have happened on %(on)s: the case was opened on %(opened_on)s.")
            % {"on": deed.on, "opened_on": deed.record.opened_on}
        )
