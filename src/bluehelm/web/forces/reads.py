"""What do the records of forces say to this reader?

Everything begins with the records that the actor may read: lists, boards, sums and files alike.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When

from bluehelm.definitions.force_generation import packaged_pipeline
from bluehelm.forces import funnel, pipeline, shortages, supply, visits
from bluehelm.forces.calendar import Gap, SlotCalendar, Turn, calendar, uncovered_within
from bluehelm.forces.caveats import Caveat as Limit
from bluehelm.forces.caveats import Uncovered, uncovered
from bluehelm.language import called
from bluehelm.web.forces import exchange
from bluehelm.web.forces.held import LIVE, house
from bluehelm.web.forces.models import (
    CaseStage,
    Caveat,
    Change,
    Contributor,
    DeploymentCase,
    ForcesRecord,
    MinisterialPledge,
    Pledge,
    Requirement,
    Run,
    Slot,
    UndeclaredCaveat,
    UnitCard,
    Visit,
)
from bluehelm.web.forces.rotations import first_day, last_day
from bluehelm.web.posts.acting import Actor
from bluehelm.web.posts.marked import readable

MOST_WORDS = 20
CASE_STATES = {"under-way": "open", "filled": "arrived", "deployed": "arrived"}


def shown(model: type[Any], actor: Actor) -> QuerySet[Any]:
    """The records of a kind that the actor may read, and no others."""
    found: QuerySet[Any] = model._default_manager.readable_by(actor)
    return found


# Lists


def _case_state(of: str, actor: Actor) -> Subquery:
    """In which state the live case of a requirement or a pledge is; NULL where there is none.

    What one state is answered must not change with what another does: it is told of the cases it reads alone. Whoever
    else reads a requirement is told whether it is filled, though not by whom.
    """
    of_all = of == "requirement" and not house(actor)
    cases = DeploymentCase.objects.all() if of_all else shown(DeploymentCase, actor)
    live = cases.filter(LIVE, **{of: OuterRef("pk")})
    if of_all:
        is_whole = Case(When(_lacks_members(), then=Value("open")), default=F("state"))
        return Subquery(live.annotate(of_unit=is_whole).order_by("-of_unit").values("of_unit")[:1])
    # "open" before "arrived": a unit of several cases is under way until the last of them has arrived
    return Subquery(live.order_by("-state").values("state")[:1])


def _lacks_members() -> Exists:
    """Whether the joint group of a case has a pledge without a live case under the same requirement."""
    same = DeploymentCase.objects.filter(LIVE, pledge=OuterRef("pk"), requirement=OuterRef(OuterRef("requirement")))
    members = Pledge.objects.filter(joint_group=OuterRef("pledge__joint_group"), withdrawn_on=None)
    return Exists(members.exclude(joint_group="").exclude(Exists(same)))


def _mentions(text: str, *fields: str) -> list[Q]:
    found = []
    for word in text.split()[:MOST_WORDS]:
        among = Q()
        for field in fields:
            among |= Q(**{f"{field}__icontains": word})
        found.append(among)
    return found


def requirement_list(actor: Actor, asked: dict[str, Any]) -> QuerySet[Requirement]:
    """The requirements asked for, each with `case_state`, as rows of a list."""
    found = shown(Requirement, actor).annotate(case_state=_case_state("requirement", actor))
    found = found.filter(*_mentions(asked.get("text", ""), "code", "mission", "capability", "area", "tasks"))
    if mission := asked.get("mission"):
        found = found.filter(mission=mission)
    if priority := asked.get("priority"):
        found = found.filter(priority=priority)
    found = _in_state(found, asked.get("state") or "open", "open")
    orders = {"priority": ("priority", "from_on", "code"), "code": ("code",)}
    return found.order_by(*orders.get(asked.get("sort", ""), ("from_on", "priority", "code")))


def pledge_list(actor: Actor, asked: dict[str, Any], on: date) -> QuerySet[Pledge]:
    """The pledges asked for, each with `case_state`, as rows of a list."""
    found = shown(Pledge, actor).annotate(case_state=_case_state("pledge", actor))
    found = found.select_related("contributor")
    found = found.filter(*_mentions(asked.get("text", ""), "code", "capability", "contributor__name", "joint_group"))
    if contributor := asked.get("contributor"):
        found = found.filter(contributor__code=contributor)
    if capability := asked.get("capability"):
        found = found.filter(capability=capability)
    if level := asked.get("level"):
        holds = Q(level=level, expires_on__gte=on)
        found = found.filter(Q(level="") | Q(expires_on__lt=on) if level == "none" else holds)
    found = _in_state(found, asked.get("state") or "free", "free")
    expiry = (F("expires_on").asc(nulls_last=True), "code")
    orders: dict[str, tuple[Any, ...]] = {"expiry": expiry, "available": ("from_on", "code")}
    return found.order_by(*orders.get(asked.get("sort", ""), ("code",)))


def _in_state(found: QuerySet[Any], state: str, free: str) -> QuerySet[Any]:
    if state == "all":
        return found
    if state == "withdrawn":
        return found.exclude(withdrawn_on=None)
    standing = found.filter(withdrawn_on=None)
    return standing.filter(case_state=None) if state == free else standing.filter(case_state=CASE_STATES.get(state, ""))


def contributor_names(actor: Actor) -> dict[str, str]:
    """The names of the contributors that the actor may read, by their codes."""
    return dict(shown(Contributor, actor).values_list("code", "name"))


def missions_asking(actor: Actor) -> list[str]:
    return list(shown(Requirement, actor).order_by("mission").values_list("mission", flat=True).distinct())


# One record


def one(model: type[ForcesRecord], actor: Actor, code: str, *related: str) -> Any:
    """A record by its code, a requirement and a pledge with `case_state`; None when the actor may read none."""
    found = shown(model, actor).select_related("releasable_to", *related).filter(code=code)
    if model in (Requirement, Pledge):
        found = found.annotate(case_state=_case_state(model.__name__.lower(), actor))
    return found.first()


def history_of(record: ForcesRecord, actor: Actor) -> list[Change]:
    """What was done with a record, the latest first: deeds before and after which the actor could read it."""
    of = type(record).__name__.lower()
    told, before = [], True
    for change in Change.objects.filter(of=of, code=record.code).select_related("releasable_to").order_by("pk"):
        after = actor.may_read(record.kind, change.label)
        if before and after:
            told.append(change)
        before = after
    return told[::-1]


def caveats_of(pledge: Pledge, actor: Actor) -> list[Caveat]:
    """The declared limits of a pledge that the actor may read."""
    return list(shown(Caveat, actor).filter(pledge=pledge))


def linked(model: type[Any], actor: Actor, **which: Any) -> list[Any]:
    """Records of a kind that hang on another, as far as the actor may read them."""
    return list(shown(model, actor).filter(**which))


# The pipeline


def case_list(actor: Actor, **which: Any) -> QuerySet[DeploymentCase]:
    """Cases with what their cards show; a requirement the actor may not read is named by its code alone."""
    found = shown(DeploymentCase, actor).filter(**which)
    return found.select_related("requirement", "pledge__contributor", "releasable_to").prefetch_related("stages")


def entries_of(cases: Iterable[DeploymentCase]) -> list[pipeline.Entry]:
    """The stages of cases as the library reads them."""
    return [
        pipeline.Entry(case.code, stage.stage, stage.entered_on, stage.left_on, stage.holder)
        for case in cases
        for stage in case.stages.all()
        if stage.left_on or case.state == "open"  # what was redirected arrives without every stage
    ]


@dataclass(frozen=True, slots=True)
class Board:
    """The open cases as they stand, and what each stage takes over all cases that the actor may read."""

    cases: dict[str, DeploymentCase]
    places: list[pipeline.UnitPlace]
    times: list[pipeline.StageTime]


def board(actor: Actor, on: date, mission: str = "") -> Board:
    """The pipeline on a day."""
    which = {"requirement__mission": mission} if mission else {}
    every = list(case_list(actor, **which).exclude(state="given-up"))
    stages = packaged_pipeline().stages
    cases = {case.code: case for case in every if case.state == "open"}
    return Board(
        cases,
        pipeline.board(entries_of(cases.values()), stages, on),
        pipeline.stage_times(entries_of(every), stages, on),
    )


def stuck_of(found: Board) -> list[pipeline.Wait]:
    """What waits longer than its stage usually takes, the longest over first."""
    return pipeline.stuck(found.places)


# Sums


@dataclass(frozen=True, slots=True)
class GapList:
    """What is short by capability, and the records it was made of as the files would say them."""

    gaps: list[shortages.Shortage]
    requirements: list[supply.Requirement]
    pledges: list[supply.Pledge]


def gap_list(actor: Actor, on: date, at_least: str) -> GapList:
    """Need minus available minus deployed by capability, of what the actor may read and needs from a day on."""
    asked = [exchange.asked(one) for one in shown(Requirement, actor).filter(withdrawn_on=None, until_on__gte=on)]
    deployed = shown(DeploymentCase, actor).filter(state="arrived")
    on_their_way = shown(DeploymentCase, actor).filter(state="open").values("requirement")
    whole_units = deployed.exclude(requirement__in=on_their_way)
    if not house(actor):  # what a state is answered must not change with what another does
        whole_units = whole_units.exclude(_lacks_members())
    made = shown(Pledge, actor).filter(withdrawn_on=None, until_on__gte=on, expires_on__gte=on)
    whole, _broken = exchange.whole_groups(made.select_related("contributor").prefetch_related("caveats"), on)
    ready = [exchange.offered(one, on) for one in whole]
    gaps = shortages.shortages(
        asked,
        supply.units_of(ready),
        served=set(whole_units.values_list("requirement__code", flat=True)),
        deployed=set(deployed.values_list("pledge__code", flat=True)),
        ladder=exchange.ladder(),
        at_least=exchange.level_named(at_least),
    )
    return GapList(gaps, asked, ready)


@dataclass(frozen=True, slots=True)
class Announcements:
    """The ministerial pledges of one meeting and their funnel."""

    ministerial: str
    pledges: list[MinisterialPledge]
    funnel: funnel.Funnel


def announcements(actor: Actor, on: date) -> list[Announcements]:
    """Each ministerial with its funnel, the latest first; totals are those of the pledges listed."""
    found: dict[str, list[MinisterialPledge]] = {}
    for pledge in shown(MinisterialPledge, actor).select_related("contributor", "pledge", "releasable_to"):
        found.setdefault(pledge.ministerial, []).append(pledge)
    return [
        Announcements(name, pledges, funnel.funnel([_announced(one) for one in pledges], on))
        for name, pledges in found.items()
    ]


def _announced(one: MinisterialPledge) -> funnel.Announced:
    return funnel.Announced(
        one.code, one.contributor.code, one.category, one.announced_on, one.registered_on, one.verified_on,
        one.deployed_on, one.lapsed_on,
    )  # fmt: skip


# Caveats


@dataclass(frozen=True, slots=True)
class Coverage:
    """What nobody can do in a mission: areas and tasks asked for, units by area, and the hours uncovered."""

    mission: str
    areas: tuple[str, ...]
    tasks: tuple[str, ...]
    units: dict[str, tuple[str, ...]]
    uncovered: dict[tuple[str, str], Uncovered]


def coverage(
    actor: Actor,
    mission: str,
    on: date,
    with_open: bool = False,
    *,
    more_areas: Iterable[str] = (),
    more_tasks: Iterable[str] = (),
) -> Coverage:
    """The map of caveats: units that serve in a mission, and with `with_open` those on their way too.

    Areas and tasks are those its requirements name, and more where somebody asks for them; a unit stands in the area
    of the requirement it serves. The pledges that serve one requirement are one unit: the limits of any are its own.
    """
    asked = list(shown(Requirement, actor).filter(mission=mission, withdrawn_on=None).exclude(area=""))
    areas = sorted({one.area for one in asked} | set(more_areas))
    tasks = sorted({task for one in asked for task in exchange.words(one.tasks)} | set(more_tasks))
    states = ["arrived", "open"] if with_open else ["arrived"]
    cases = case_list(actor, state__in=states, requirement__mission=mission).prefetch_related(
        Prefetch("pledge__caveats", shown(Caveat, actor))
    )
    stationed: dict[str, set[str]] = {area: set() for area in areas}
    units: dict[str, set[str]] = {area: set() for area in areas}
    limits: dict[str, tuple[Limit, ...]] = {}
    for case in cases:
        serves = case.requirement
        if serves.area in stationed:
            stationed[serves.area].add(serves.code)
            units[serves.area].add(case.pledge.code)
            limits[serves.code] = limits.get(serves.code, ()) + exchange.in_force(case.pledge.caveats.all(), on)
    found = uncovered(limits, stationed, tasks, mission)
    return Coverage(
        mission,
        tuple(areas),
        tuple(tasks),
        {area: tuple(sorted(codes)) for area, codes in units.items()},
        {(one.area, one.task): one for one in found},
    )


def undeclared_list(actor: Actor) -> list[UndeclaredCaveat]:
    return list(
        shown(UndeclaredCaveat, actor).select_related("pledge__contributor", "releasable_to").order_by("-ordered_on")
    )


def units_serving(mission: str) -> list[tuple[str, str]]:
    """The units of a mission, for whoever commands them there."""
    return _units(DeploymentCase.objects.filter(LIVE, requirement__mission=mission).select_related("pledge"))


def units_anywhere(actor: Actor) -> list[tuple[str, str]]:
    """The units in place or on their way that the actor may read."""
    return _units(case_list(actor).filter(LIVE))


def _units(cases: Iterable[DeploymentCase]) -> list[tuple[str, str]]:
    """Each unit once, whether or not it serves in parts."""
    return sorted({(case.pledge.code, f"{case.pledge.code}: {case.pledge.capability}") for case in cases})


# Visits


def visit_plan(actor: Actor, on: date, budget: Decimal | None) -> list[visits.Trip]:
    """Whom to visit next: units on offer without a visit ahead of them, one journey a contributor."""
    asked = shown(Requirement, actor).filter(withdrawn_on=None, until_on__gte=on)
    needed: dict[str, int] = {}
    for capability in (
        asked.annotate(case_state=_case_state("requirement", actor))
        .filter(case_state=None)
        .values_list("capability", flat=True)
    ):
        needed[capability] = needed.get(capability, 0) + 1
    ahead = Visit.objects.filter(pledge=OuterRef("pk"), result="", called_off_reason="", planned_on__gte=on)
    last = Visit.objects.filter(pledge=OuterRef("pk")).exclude(result="").order_by("-done_on").values("done_on")[:1]
    units = shown(Pledge, actor).filter(withdrawn_on=None, until_on__gte=on).exclude(level="")
    units = units.annotate(
        case_state=_case_state("pledge", actor), last_visit_on=Subquery(last), is_planned=Exists(ahead)
    )
    candidates = [
        visits.Candidate(
            one.code, one.contributor.code, needed.get(one.capability, 0), one.last_visit_on, one.contributor.visit_cost
        )
        for one in units.filter(case_state=None, is_planned=False).select_related("contributor")
    ]
    return visits.visit_plan(candidates, on, budget)


def visits_ahead(actor: Actor, on: date) -> QuerySet[Visit]:
    """Planned visits that are neither concluded nor called off, those overdue included."""
    found = shown(Visit, actor).filter(result="", called_off_reason="")
    return found.select_related("pledge__contributor", "releasable_to").order_by("planned_on", "code")


def visits_made(actor: Actor) -> QuerySet[Visit]:
    found = shown(Visit, actor).exclude(result="")
    return found.select_related("pledge__contributor", "releasable_to").order_by("-done_on", "code")


# Rotations


def slot_list(actor: Actor) -> list[Slot]:
    return list(
        shown(Slot, actor).prefetch_related("tours__offer__contributor", "outputs").select_related("releasable_to")
    )


def calendar_of(slot: Slot) -> SlotCalendar:
    """How a post is held by the tours that were agreed: gaps, handovers, on whom it hangs, certificates, cost."""
    turns = [
        Turn(
            slot.code, tour.offer.contributor.code, tour.from_on, tour.until_on, tour.offer.monthly_cost,
            tour.offer.certified_until,
        )
        for tour in slot.tours.all()
    ]  # fmt: skip
    return calendar(
        slot.code,
        turns,
        first_day(slot.first),
        last_day(slot.last),
        least_overlap_days=slot.overlap_days,
        framework_nation=slot.framework_nation or None,
        outputs={one.name: one.number for one in slot.outputs.all()},
    )


def uncovered_soon(slots: Iterable[Slot], on: date, within: int) -> list[tuple[str, Gap]]:
    """Days of rotations that nobody holds, from a day on."""
    return uncovered_within([calendar_of(slot) for slot in slots], on, within)


# Cards, runs


def card_list(actor: Actor) -> QuerySet[UnitCard]:
    found = shown(UnitCard, actor).select_related("pledge__contributor", "releasable_to")
    return found.prefetch_related("evaluations", "replies")


def run_list(actor: Actor, *what: str) -> QuerySet[Run]:
    return shown(Run, actor).filter(what__in=what).defer("answer")


# What needs force generation now


def gaps_needed_soon(actor: Actor, on: date, within: int) -> QuerySet[Requirement]:
    """Requirements that begin by then, or have begun, and that nothing is under way for; the earliest first."""
    found = requirement_list(actor, {"state": "open"}).filter(
        from_on__lte=on + timedelta(days=within), until_on__gte=on
    )
    return found


def pledges_to_renew(actor: Actor, on: date, within: int) -> QuerySet[Pledge]:
    """Pledges whose level lapses soon, or lapsed lately; the soonest first."""
    found = shown(Pledge, actor).filter(withdrawn_on=None, until_on__gte=on)
    near = found.filter(expires_on__lte=on + timedelta(days=within), expires_on__gte=on - timedelta(days=within))
    return near.select_related("contributor").order_by("expires_on", "code")


def readable_codes(model: type[Any], actor: Actor, codes: Iterable[str]) -> set[str]:
    """Which of these codes the actor may follow."""
    found = model._default_manager.filter(readable(actor.reader_of(model.kind)), code__in=list(codes))
    return set(found.values_list("code", flat=True))


def contributors(actor: Actor) -> QuerySet[Contributor]:
    found: QuerySet[Contributor] = shown(Contributor, actor).select_related("releasable_to")
    return found


def stage_titles() -> dict[str, str]:
    return {stage.name: called(stage.title) for stage in packaged_pipeline().stages}


def newest_stage(case: DeploymentCase) -> CaseStage | None:
    return max(case.stages.all(), key=lambda stage: (stage.entered_on, stage.pk), default=None)
