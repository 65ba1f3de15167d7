"""Which deeds carry a requirement and a pledge from being said to a unit in place?

Each checks the actor's right and the record's marking, changes rows in one transaction, and leaves one line of history
and one audit entry. `expected_version` is the number of the record that the person saw; `on` is the day it happened,
today when not given and never in the future.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bluehelm.definitions.forces import packaged_readiness
from bluehelm.disclosure import Label, may_read
from bluehelm.forces import readiness
from bluehelm.forces.caveats import CLASSIFICATIONS, CaveatError, parse_caveats
from bluehelm.forces.supply import contradictions
from bluehelm.web.forces import labels
from bluehelm.web.forces.exchange import ladder, offered
from bluehelm.web.forces.held import (
    LIVE,
    NO_SUCH,
    Held,
    Record,
    RefusedError,
    day_of,
    differing,
    held_record,
    house,
    keeps,
    labelled,
    next_code,
    note,
    own_reader,
    require_text,
)
from bluehelm.web.forces.models import (
    Caveat,
    Contributor,
    DeploymentCase,
    ForcesRecord,
    MinisterialPledge,
    Pledge,
    ReadinessStep,
    Requirement,
    RequirementLine,
    UndeclaredCaveat,
)
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.models import Audience

LAST_DAY = date(2100, 12, 31)
MOST_PERSONS = 100_000
TAKEN_OVER = "taken over"
"""The step of readiness that a file says and nobody here has seen evidence of."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a requirement; `number` None where none was said."""

    part: str
    name: str
    number: int | None


# Contributors


@transaction.atomic
def add_contributor(
    *, code: str, name: str, max_units: int | None = None, visit_cost: Decimal | None = None, by: Actor
) -> Contributor:
    """A state that may pledge; its records are addressed to headquarters and to the organisation of its code."""
    by.require("create", "pledge")
    if house(by) not in ("", code):
        raise NotAllowedError(_(NO_SUCH))
    if labels.is_a_house(code):
        raise RefusedError(_("%(code)s is a mission, a desk or a school here; only a state pledges.") % {"code": code})
    fields = {"code": code, "name": require_text(name, _("Give the state's name.")), "max_units": max_units}
    made: Contributor = new_record(Contributor, labels.of_contributor(code), visit_cost=visit_cost, **fields)
    note(made, "contributor.added", by, day_of(None), fields={"max_units": [None, max_units]})
    return made


@transaction.atomic
def edit_contributor(
    *,
    code: str,
    expected_version: int,
    name: str,
    max_units: int | None,
    visit_cost: Decimal | None,
    by: Actor,
    on: date | None = None,
) -> Contributor:
    """Its name, the most units it gives at a time, and what a journey to its units costs."""
    deed = Held.begin(Contributor, code, expected_version, by, on, right="create")
    deed.require_keeper(deed.record)
    values = {"name": require_text(name, _("Give the state's name.")), "max_units": max_units, "visit_cost": visit_cost}
    return edited(deed, "contributor.edited", values)


def contributor_of(code: str, by: Actor) -> Contributor:
    """The contributor that a record is made for, if the actor may read and write for it."""
    found = held_record(Contributor, code, by)
    if not keeps(by, found):
        raise NotAllowedError(_(NO_SUCH))
    return found


# Requirements


@transaction.atomic
def make_requirement(
    *,
    fields: Mapping[str, Any],
    lines: Iterable[Line] = (),
    code: str = "",
    template: str = "",
    by: Actor,
    on: date | None = None,
) -> Requirement:
    """What a mission asks for; a mission's own post asks for its own mission."""
    by.require("create", "requirement", labels.of_mission(fields["mission"]).marking)
    require_own_mission(by, fields["mission"])
    _check_requirement(fields)
    listed = _checked_lines(lines, fields["strength"])
    named = code or next_code(Requirement, f"{fields['mission']}-R")
    made: Requirement = new_record(
        Requirement, labels.of_mission(fields["mission"]), code=named, template=template, **fields
    )
    RequirementLine.objects.bulk_create(
        RequirementLine(requirement=made, part=one.part, name=one.name, number=one.number) for one in listed
    )
    note(made, "requirement.made", by, day_of(on), fields={"priority": [None, made.priority]})
    return made


@transaction.atomic
def edit_requirement(
    *,
    code: str,
    expected_version: int,
    fields: Mapping[str, Any],
    lines: Iterable[Line] | None = None,
    reason: str,
    by: Actor,
    on: date | None = None,
) -> Requirement:
    """Correct what is asked; its mission stays. `lines` None leaves the lines as they are."""
    deed = Held.begin(Requirement, code, expected_version, by, on, right="create")
    record = deed.record
    require_own_mission(by, record.mission)
    if record.withdrawn_on:
        raise RefusedError(_("It was withdrawn on %(withdrawn_on)s.") % {"withdrawn_on": record.withdrawn_on})
    values = {name: value for name, value in fields.items() if name != "mission"}
    _check_requirement({**values, "mission": record.mission})
    moved: dict[str, list[Any]] = {}
    if lines is not None:
        moved = _replace_lines(record, _checked_lines(lines, values["strength"]))
    return edited(deed, "requirement.edited", values, reason=require_text(reason, _("Say why.")), further=moved)


@transaction.atomic
def withdraw_requirement(
    *, code: str, expected_version: int, reason: str, by: Actor, on: date | None = None
) -> Requirement:
    """It is not asked for any more; what is under way for it is ended first."""
    deed = Held.begin(Requirement, code, expected_version, by, on, right="create")
    record = deed.record
    require_own_mission(by, record.mission)
    if record.withdrawn_on:
        raise RefusedError(_("It was withdrawn on %(withdrawn_on)s already.") % {"withdrawn_on": record.withdrawn_on})
    if record.cases.filter(state="open").exists():
        raise RefusedError(_("A unit is on its way for it; give that case up first."))
    record.withdrawn_on, record.withdrawn_reason = deed.on, require_text(reason, _("Say why."))
    return deed.done("requirement.withdrawn", "withdrawn_on", "withdrawn_reason", reason=reason)


@transaction.atomic
def ask_the_states(*, code: str, expected_version: int, by: Actor, on: date | None = None) -> Requirement:
    """Release a requirement to the contributing states, so that they can pledge for it."""
    deed = Held.begin(Requirement, code, expected_version, by, on, right="release")
    record, names = deed.record, deed.record.releasable_to.names
    if labels.STATES in names:
        raise RefusedError(_("The contributing states see it already."))
    record.releasable_to = Audience.of(names | {labels.STATES})
    return deed.done("requirement.released", "releasable_to", fields={"releasable_to": ["", labels.STATES]})


def _check_requirement(fields: Mapping[str, Any]) -> None:
    problems = [*_window_problems(fields["from_on"], fields["until_on"]), *_strength_problems(fields["strength"])]
    if fields["min_level"] not in ladder():
        problems.append(f"{fields['min_level']!r} is no level; the levels are {', '.join(ladder())}")
    if not 1 <= fields["priority"] <= 5:
        problems.append("a priority is 1 (highest) to 5")
    if not fields["mission"].strip() or not fields["capability"].strip():
        problems.append("name the mission and the capability")
    _refuse(problems)


def _checked_lines(lines: Iterable[Line], strength: int) -> list[Line]:
    """The lines as said, if the persons of all functions add up to the strength."""
    listed = list(lines)
    persons = [one.number for one in listed if one.part == "function"]
    problems = [f"{one.name}: say how many" for one in listed if one.part != "self-sustainment" and one.number is None]
    named = [(one.part, one.name) for one in listed]
    problems += [f"{name} is there twice" for part, name in sorted(set(named)) if named.count((part, name)) > 1]
    total = sum(number or 0 for number in persons)
    if persons and not problems and total != strength:
        problems.append(f"the functions add up to {total:,}, the strength is {strength:,}")
    _refuse(problems)
    return listed


def _replace_lines(record: Requirement, listed: list[Line]) -> dict[str, list[Any]]:
    before = [f"{one.part}: {one.name} {one.number or ''}".strip() for one in record.lines.all()]
    after = [f"{one.part}: {one.name} {one.number or ''}".strip() for one in listed]
    if before == after:
        return {}
    record.lines.all().delete()
    RequirementLine.objects.bulk_create(
        RequirementLine(requirement=record, part=one.part, name=one.name, number=one.number) for one in listed
    )
    return {"lines": ["; ".join(before), "; ".join(after)]}


def require_own_mission(by: Actor, mission: str) -> None:
    if by.post and by.post.mission and by.post.mission != mission:
        raise NotAllowedError(_("A post of a mission asks for its own mission."))


# Pledges


@transaction.atomic
def offer_pledge(
    *,
    contributor: str,
    fields: Mapping[str, Any],
    caveats: str = "",
    source: str = "",
    code: str = "",
    by: Actor,
    on: date | None = None,
) -> Pledge:
    """A state offers a unit; what it may not do is declared with it. It has no level before it is registered."""
    state = contributor_of(contributor, by)
    by.require("create", "pledge", labels.of_contributor(contributor).marking)
    _check_pledge(fields)
    group = fields.get("joint_group", "")
    if group:
        _require_headquarters(by, "Which pledges make one unit together is for headquarters to note.")
    made: Pledge = new_record(
        Pledge,
        labels.of_contributor(contributor),
        code=code or next_code(Pledge, contributor),
        contributor=state,
        **fields,
    )
    _declare(made, caveats, source, day_of(on), None)
    _check_group(made)
    note(made, "pledge.offered", by, day_of(on))
    return made


@transaction.atomic
def edit_pledge(
    *,
    code: str,
    expected_version: int,
    fields: Mapping[str, Any],
    reason: str,
    by: Actor,
    on: date | None = None,
) -> Pledge:
    """Correct what is offered; its level and its caveats change by deeds of their own."""
    deed = _pledge(code, expected_version, by, on)
    _check_pledge(fields)
    if fields.get("joint_group", "") != deed.record.joint_group:
        _require_headquarters(by, "Which pledges make one unit together is for headquarters to note.")
    done = edited(deed, "pledge.edited", fields, reason=require_text(reason, _("Say why.")))
    _check_group(done)
    return done


@transaction.atomic
def withdraw_pledge(*, code: str, expected_version: int, reason: str, by: Actor, on: date | None = None) -> Pledge:
    """A unit is offered no more; a case under way with it is given up first."""
    deed = _pledge(code, expected_version, by, on)
    record = deed.record
    if record.cases.filter(state="open").exists():
        raise RefusedError(_("It is on its way to fill a requirement; give that case up first."))
    record.withdrawn_on, record.withdrawn_reason = deed.on, require_text(reason, _("Say why."))
    return deed.done("pledge.withdrawn", "withdrawn_on", "withdrawn_reason", reason=reason)


def _pledge(code: str, expected_version: int, by: Actor, on: date | None, right: Any = "create") -> Held[Pledge]:
    """A pledge held for a change by whoever writes for its contributor; a withdrawn one changes no more."""
    deed = Held.begin(Pledge, code, expected_version, by, on, right=right)
    deed.require_keeper(deed.record.contributor)
    if deed.record.withdrawn_on:
        raise RefusedError(_("It was withdrawn on %(withdrawn_on)s.") % {"withdrawn_on": deed.record.withdrawn_on})
    return deed


def _check_pledge(fields: Mapping[str, Any]) -> None:
    problems = [*_window_problems(fields["from_on"], fields["until_on"]), *_strength_problems(fields["strength"])]
    women, parts = fields.get("women"), fields.get("splits_into", 1)
    if women is not None and women > fields["strength"]:
        problems.append("there cannot be more women than persons")
    if parts < 1 or parts > max(1, fields["strength"]):
        problems.append("it cannot be split into more parts than it has persons")
    if parts > 1 and fields.get("joint_group"):
        problems.append("a unit of a joint group is not split")
    if not fields["capability"].strip():
        problems.append("name the capability")
    _refuse(problems)


def _check_group(pledge: Pledge) -> None:
    """The pledges of one joint group must make one unit."""
    if not pledge.joint_group:
        return
    together = Pledge.objects.filter(joint_group=pledge.joint_group, withdrawn_on=None).select_related("contributor")
    first = ladder()[0]
    group = [_with_a_level(one, first) for one in together.prefetch_related("caveats")]
    _refuse(contradictions([offered(one, day_of(None)) for one in group]))


def _with_a_level(pledge: Pledge, level: str) -> Pledge:
    pledge.level = pledge.level or level
    return pledge


def _require_headquarters(by: Actor, why: str) -> None:
    if house(by):
        raise NotAllowedError(why)


# Readiness


@transaction.atomic
def raise_readiness(
    *, code: str, expected_version: int, evidence: Mapping[str, str], by: Actor, on: date | None = None
) -> Pledge:
    """One level higher, with the evidence that the ladder names."""
    deed = _pledge(code, expected_version, by, on, right="decide")
    return _step(deed, lambda file: readiness.raised(file, packaged_readiness(), on=deed.on, evidence=evidence))


@transaction.atomic
def renew_readiness(*, code: str, expected_version: int, document: str, by: Actor, on: date | None = None) -> Pledge:
    """The contributor says again that the unit stands; the clock begins anew."""
    deed = _pledge(code, expected_version, by, on)
    said = {"renewal": document.strip()}
    return _step(deed, lambda file: readiness.renewed(file, packaged_readiness(), on=deed.on, evidence=said))


@transaction.atomic
def lower_readiness(
    *, code: str, expected_version: int, to: str, reason: str, by: Actor, on: date | None = None
) -> Pledge:
    """A lower level, for one of the reasons of the ladder."""
    deed = _pledge(code, expected_version, by, on, right="decide")
    return _step(deed, lambda file: readiness.lowered(file, packaged_readiness(), on=deed.on, to=to, reason=reason))


def take_over_level(pledge: Pledge, level: str, source: str, by: Actor, on: date) -> None:
    """Note the level that a file says, as such: nobody here has seen the evidence. The caller saves and notes it.

    A pledge that had lapsed is renewed by it, so that the file's level holds.
    """
    file = readiness_file(pledge)
    lapsed = bool(file.steps) and readiness.level_on(file, packaged_readiness(), on) is None
    _keep_step(pledge, readiness.Step(on, "renewed" if lapsed else TAKEN_OVER, level, {"file": source}), by)


def first_step(pledge: Pledge, level: str, source: str, by: Actor, on: date) -> ReadinessStep:
    """The same for a pledge that is not there yet: neither it nor the step is saved here."""
    step = readiness.Step(on, TAKEN_OVER, level, {"file": source})
    file = readiness.ReadinessFile(pledge.code, (step,))
    pledge.level, pledge.expires_on = level, readiness.expires_on(file, packaged_readiness())
    return ReadinessStep(
        pledge=pledge, number=1, on=on, deed=step.deed, level=level, evidence=dict(step.evidence), post=by.post_code
    )


def level_of_steps(pledge: Pledge) -> tuple[str, date | None]:
    """What the steps of a pledge add up to: its last level, and the last day that it covers."""
    file = readiness_file(pledge)
    return (file.steps[-1].level if file.steps else ""), readiness.expires_on(file, packaged_readiness())


def readiness_file(pledge: Pledge) -> readiness.ReadinessFile:
    """The steps of a pledge as the ladder reads them."""
    steps = [
        readiness.Step(step.on, step.deed, step.level, step.evidence, step.reason or None)
        for step in ReadinessStep.objects.filter(pledge=pledge)
    ]
    return readiness.ReadinessFile(pledge.code, tuple(steps))


def _step(deed: Held[Pledge], climb: Any) -> Pledge:
    pledge, before = deed.record, deed.record.level
    try:
        after = climb(readiness_file(pledge))
    except readiness.ReadinessError as refusal:
        raise RefusedError(str(refusal)) from None
    _keep_step(pledge, after.steps[-1], deed.by)
    return deed.done(
        f"readiness.{after.steps[-1].deed}",
        "level",
        "expires_on",
        reason=after.steps[-1].reason or "",
        fields={"level": [before, pledge.level]},
    )


def _keep_step(pledge: Pledge, step: readiness.Step, by: Actor) -> None:
    """Add a step and let the pledge say what all its steps add up to."""
    ReadinessStep.objects.create(
        pledge=pledge,
        number=ReadinessStep.objects.filter(pledge=pledge).count() + 1,
        on=step.on,
        deed=step.deed,
        level=step.level,
        evidence=dict(step.evidence),
        reason=step.reason or "",
        post=by.post_code,
    )
    pledge.level, pledge.expires_on = level_of_steps(pledge)


# Caveats


@transaction.atomic
def declare_caveat(
    *,
    code: str,
    expected_version: int,
    caveat: str,
    source: str,
    until_on: date | None = None,
    by: Actor,
    on: date | None = None,
) -> Pledge:
    """A contributor says what a unit may not do."""
    deed = _pledge(code, expected_version, by, on)
    by.require("create", "caveat", deed.record.marking)
    if until_on and until_on < deed.on:
        raise RefusedError(_("It cannot end on %(until_on)s, before it was declared.") % {"until_on": until_on})
    made = _declare(deed.record, caveat, source, deed.on, until_on)
    if not made:
        raise RefusedError(_("Say which limit it is, such as area:north or task:night-patrol."))
    return deed.done("caveat.declared", fields={"caveats": ["", "|".join(map(str, made))]})


def _declare(pledge: Pledge, text: str, source: str, on: date, until_on: date | None) -> list[Caveat]:
    try:
        limits = parse_caveats(text)
    except CaveatError as refusal:
        raise RefusedError(str(refusal)) from None
    if not limits:
        return []
    source = require_text(source, _("Say in which document the limit was declared."))
    standing = {str(one) for one in pledge.caveats.filter(lifted_on=None)}
    if repeated := [str(limit) for limit in limits if str(limit) in standing]:
        raise RefusedError(_("%(listed)s is declared already.") % {"listed": ", ".join(repeated)})
    number = pledge.caveats.count()
    return [
        Caveat.objects.create(
            pledge=pledge,
            number=number + place,
            what=limit.kind,
            value=limit.value,
            declared_on=on,
            source=source,
            until_on=until_on,
            marking=pledge.marking,
            releasable_to=pledge.releasable_to,
        )
        for place, limit in enumerate(limits, start=1)
    ]


@transaction.atomic
def lift_caveat(
    *, code: str, expected_version: int, caveat: int, reason: str, by: Actor, on: date | None = None
) -> Pledge:
    """A limit holds no longer; it stays on file."""
    deed = _pledge(code, expected_version, by, on)
    by.require("create", "caveat", deed.record.marking)
    found = deed.record.caveats.filter(number=caveat, lifted_on=None).first()
    if found is None:
        raise RefusedError(_("There is no such caveat, or it was lifted already."))
    found.lifted_on, found.lifted_reason = deed.on, require_text(reason, _("Say who lifted it, and why."))
    found.save_changed("lifted_on", "lifted_reason", expected_version=found.row_version)
    return deed.done("caveat.lifted", reason=reason, fields={"caveats": [str(found), ""]})


@transaction.atomic
def open_undeclared(
    *, pledge: str, mission: str, caveat: str, ordered_on: date, order: str, by: Actor
) -> UndeclaredCaveat:
    """An order was refused for a limit nobody had declared; headquarters and the mission's heads read the file."""
    label = labels.of_mission(mission)
    by.require("create", "undeclared_caveat", label.marking)
    require_own_mission(by, mission)
    unit = _unit_in(pledge, mission)
    if ordered_on > day_of(None):
        raise RefusedError(_("%(ordered_on)s has not come yet.") % {"ordered_on": ordered_on})
    try:
        limits = parse_caveats(caveat)
    except CaveatError as refusal:
        raise RefusedError(str(refusal)) from None
    if len(limits) != 1:
        raise RefusedError(_("Name one limit, such as area:north or task:night-patrol."))
    if any(str(known) == str(limits[0]) for known in unit.caveats.filter(lifted_on=None, declared_on__lte=ordered_on)):
        raise RefusedError(_("This limit had been declared before the order; it is a declared caveat."))
    made: UndeclaredCaveat = new_record(
        UndeclaredCaveat,
        label,
        code=next_code(UndeclaredCaveat, f"{mission}-U"),
        pledge=unit,
        mission=mission,
        what=limits[0].kind,
        value=limits[0].value,
        ordered_on=ordered_on,
        order=require_text(order, _("Say what was ordered, and what was answered.")),
    )
    note(made, "undeclared_caveat.opened", by, day_of(None))
    return made


def _unit_in(code: str, mission: str) -> Pledge:
    """The unit of a mission, whether or not the pledge itself is addressed to whoever commands it there."""
    found = Pledge.objects.filter(
        code=code, cases__in=DeploymentCase.objects.filter(LIVE, requirement__mission=mission)
    )
    unit = found.first()
    if unit is None:
        raise RefusedError(
            _("No unit %(code)s serves in %(mission)s or is on its way there.")
            % {"code": repr(code), "mission": mission}
        )
    return unit


@transaction.atomic
def put_to_contributor(*, code: str, expected_version: int, by: Actor, on: date | None = None) -> UndeclaredCaveat:
    """Let the contributor read the file and explain itself."""
    deed = Held.begin(UndeclaredCaveat, code, expected_version, by, on, right="release")
    record = deed.record
    audience = f"organisation:{record.pledge.contributor.code}"
    if audience in record.releasable_to.names:
        raise RefusedError(_("The contributor reads it already."))
    record.releasable_to = Audience.of(record.releasable_to.names | {audience})
    return deed.done("undeclared_caveat.put", "releasable_to", fields={"releasable_to": ["", audience]})


@transaction.atomic
def explain_undeclared(
    *, code: str, expected_version: int, explanation: str, by: Actor, on: date | None = None
) -> UndeclaredCaveat:
    """What the contributor says about the order; headquarters notes it where the state has no post here."""
    deed = Held.begin(UndeclaredCaveat, code, expected_version, by, on, right="read")
    record = deed.record
    by.require("create", "caveat", record.marking)
    deed.require_keeper(record.pledge.contributor)
    if record.classification:
        raise RefusedError(
            _("It was classified as %(classification)s already.") % {"classification": record.classification}
        )
    record.explanation = require_text(explanation, _("Say what the contributor explains."))
    return deed.done("undeclared_caveat.explained", "explanation")


@transaction.atomic
def classify_undeclared(
    *, code: str, expected_version: int, classification: str, rationale: str, by: Actor, on: date | None = None
) -> UndeclaredCaveat:
    """People decide whether it was discipline, performance or neither, and say why."""
    deed = Held.begin(UndeclaredCaveat, code, expected_version, by, on, right="decide")
    record = deed.record
    if record.classification:
        raise RefusedError(
            _("It was classified as %(classification)s already.") % {"classification": record.classification}
        )
    if classification not in CLASSIFICATIONS:
        raise RefusedError(
            _("%(classification)s is none of %(listed)s.")
            % {"classification": repr(classification), "listed": ", ".join(CLASSIFICATIONS)}
        )
    record.classification, record.classified_by, record.classified_on = classification, by.post_code, deed.on
    record.rationale = require_text(rationale, _("Say why."))
    return deed.done(
        "undeclared_caveat.classified",
        "classification",
        "classified_by",
        "classified_on",
        "rationale",
        reason=rationale,
    )


# Ministerial pledges


@transaction.atomic
def announce(
    *,
    contributor: str,
    ministerial: str,
    category: str,
    text: str,
    conditions: str = "",
    announced_on: date,
    by: Actor,
) -> MinisterialPledge:
    """What a state announced at a ministerial."""
    state = contributor_of(contributor, by)
    label = labels.of_contributor(contributor)
    by.require("create", "pledge", label.marking)
    made: MinisterialPledge = new_record(
        MinisterialPledge,
        label,
        code=next_code(MinisterialPledge, f"{contributor}-M"),
        contributor=state,
        ministerial=require_text(ministerial, _("Name the ministerial.")),
        category=require_text(category, _("Name the category.")),
        text=require_text(text, _("Say what was announced.")),
        conditions=conditions.strip(),
        announced_on=day_of(announced_on),
    )
    note(made, "ministerial.announced", by, made.announced_on)
    return made


ANNOUNCED_STEPS = ("registered", "verified", "deployed")


@transaction.atomic
def advance_announced(
    *, code: str, expected_version: int, to: str, pledge: str = "", by: Actor, on: date | None = None
) -> MinisterialPledge:
    """One step further: registered (as which pledge, where there is one), verified, deployed."""
    deed = Held.begin(MinisterialPledge, code, expected_version, by, on, right="decide")
    record = deed.record
    reached = [name for name in ANNOUNCED_STEPS if getattr(record, f"{name}_on")]
    if record.lapsed_on or len(reached) == len(ANNOUNCED_STEPS) or to != ANNOUNCED_STEPS[len(reached)]:
        raise RefusedError(_("It cannot become %(to)s from where it stands.") % {"to": to})
    before = getattr(record, f"{reached[-1]}_on") if reached else record.announced_on
    if deed.on < before:
        raise RefusedError(
            _("It cannot be %(to)s on %(on)s: its last step was on %(before)s.")
            % {"to": to, "on": deed.on, "before": before}
        )
    if pledge:
        linked = held_record(Pledge, pledge, by)
        if linked.contributor_id != record.contributor_id:
            raise RefusedError(_("%(pledge)s is another contributor's.") % {"pledge": pledge})
        record.pledge = linked
    setattr(record, f"{to}_on", deed.on)
    return deed.done(f"ministerial.{to}", f"{to}_on", "pledge")


@transaction.atomic
def lapse_announced(
    *, code: str, expected_version: int, reason: str, by: Actor, on: date | None = None
) -> MinisterialPledge:
    """It will not come."""
    deed = Held.begin(MinisterialPledge, code, expected_version, by, on, right="create")
    deed.require_keeper(deed.record.contributor)
    record = deed.record
    if record.lapsed_on or record.deployed_on:
        raise RefusedError(_("It has deployed or lapsed already."))
    last = record.verified_on or record.registered_on or record.announced_on
    if deed.on < last:
        raise RefusedError(
            _("It cannot lapse on %(on)s: its last step was on %(last)s.") % {"on": deed.on, "last": last}
        )
    record.lapsed_on, record.lapsed_reason = deed.on, require_text(reason, _("Say why."))
    return deed.done("ministerial.lapsed", "lapsed_on", "lapsed_reason", reason=reason)


# Who may read


@transaction.atomic
def relabel(
    *,
    model: type[ForcesRecord],
    code: str,
    expected_version: int,
    label: Label,
    reason: str,
    by: Actor,
    on: date | None = None,
) -> ForcesRecord:
    """Change who may read a record. It takes the right to release at both markings."""
    deed = Held.begin(model, code, expected_version, by, on, right="release")
    record = deed.record
    by.require("release", record.kind, label.marking)
    reason = require_text(reason, _("Say why; the reason is kept."))
    if not may_read(own_reader(by, record.kind), label):
        raise RefusedError(_("You could not read it any more yourself; keep an audience that you belong to."))
    before = record.label
    record.marking, record.releasable_to = label.marking.value, Audience.of(label.releasable_to)
    if isinstance(record, Pledge):
        record.caveats.update(marking=record.marking, releasable_to=record.releasable_to)
    changed = {
        "marking": [before.marking.code, label.marking.code],
        "releasable_to": ["|".join(sorted(before.releasable_to)), "|".join(sorted(label.releasable_to))],
    }
    return deed.done(
        f"{type(record).__name__.lower()}.relabelled", "marking", "releasable_to", reason=reason, fields=changed
    )


# What every deed here uses


def new_record(model: Any, label: Label, **fields: Any) -> Any:
    """A new record under a label; two of one code at once are refused in words."""
    record = model(**fields, **labelled(label))
    try:
        record.clean_fields(exclude=["releasable_to", "row_version", "marking"])
        with transaction.atomic():
            record.save(force_insert=True)
    except ValidationError as wrong:
        _refuse(f"{name}: {' '.join(said)}" for name, said in wrong.message_dict.items())
    except IntegrityError:
        raise RefusedError(
            _("There is a record %(code)s already, or another rule of the records is broken.") % {"code": record.code}
        ) from None
    return record


def edited(
    deed: Held[Record],
    name: str,
    values: Mapping[str, Any],
    *,
    reason: str = "",
    further: Mapping[str, list[Any]] | None = None,
) -> Record:
    changed = {**differing(deed.record, values), **(further or {})}
    if not changed:
        raise RefusedError(_("Nothing was changed: every field stands as it did."))
    for field, value in values.items():
        setattr(deed.record, field, value)
    return deed.done(name, *values, reason=reason, fields=changed)


def _refuse(problems: Iterable[str]) -> None:
    if found := list(problems):
        raise RefusedError("; ".join(found)[:1].upper() + "; ".join(found)[1:] + ".")


def _window_problems(from_on: date, until_on: date) -> list[str]:
    problems = [f"{until_on} comes before {from_on}"] if until_on < from_on else []
    return problems + [f"{day} is too far ahead" for day in (from_on, until_on) if day > LAST_DAY]


def _strength_problems(strength: int) -> list[str]:
    return [] if 0 <= strength <= MOST_PERSONS else [f"a strength is 0 to {MOST_PERSONS:,} persons"]
