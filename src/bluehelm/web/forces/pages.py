"""What stands on the page of one record, and beside each part the deeds that are possible?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from bluehelm.definitions.force_generation import (
    packaged_equipment,
    packaged_evaluation,
    packaged_pipeline,
    packaged_timeline,
)
from bluehelm.definitions.forces import packaged_matching, packaged_readiness
from bluehelm.forces import equipment, pipeline, readiness, unit_card
from bluehelm.forces.supply import ForcesError
from bluehelm.forces.timeline import Timeline, TimelineStep, day_of, timeline
from bluehelm.language import called
from bluehelm.web.findings.models import Finding
from bluehelm.web.findings.reads import findings_shown_to
from bluehelm.web.forces import deeds, forms, reads, runs, visits
from bluehelm.web.forces.actions import TAKEN_OVER
from bluehelm.web.forces.deeds import Deed, Subject
from bluehelm.web.forces.models import (
    CaseStep,
    Change,
    Contributor,
    DeploymentCase,
    ForcesRecord,
    MinisterialPledge,
    Pledge,
    Requirement,
    Slot,
    UndeclaredCaveat,
    UnitCard,
    Visit,
)
from bluehelm.web.forces.presenters import (
    DEED_WORDS,
    change_words,
    day,
    field_words,
    readiness_words,
    renewal_words,
    why_not,
)
from bluehelm.web.posts.acting import Actor


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that was sent and not accepted: it is shown again where it stood; `since` is what others did meanwhile."""

    verb: str
    place: str
    form: forms.DeedForm
    since: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Offered:
    """A deed with its form, ready to be shown; `is_open` when it was sent and refused."""

    deed: Deed
    form: forms.DeedForm
    url: str
    is_open: bool = False

    @property
    def has_fields(self) -> bool:
        return bool(self.form.visible_fields())


class Offers:
    """Makes the forms of one record's deeds, each with ids of its own, and puts back the one that was refused."""

    def __init__(self, subject: Subject, record: ForcesRecord, actor: Actor, typed: Typed | None = None) -> None:
        self.subject, self.record, self.actor, self.typed = subject, record, actor, typed

    def of(self, deed: Deed, **hidden: Any) -> Offered | None:
        """The deed as it is offered here; None when the actor may not do it here and now."""
        if not deeds.may(self.actor, deed, self.record):
            return None
        where = place(deed.verb, hidden)
        url = reverse("forces:do", args=[self.subject.name, self.record.code, deed.verb])
        if self.typed and (self.typed.verb, self.typed.place) == (deed.verb, where):
            return Offered(deed, self.typed.form, url, True)
        initial = {"expected_version": self.record.row_version, **_initial(deed, self.record), **hidden}
        form = deed.form(initial=initial, actor=self.actor, record=self.record, auto_id=f"{where}-%s")
        return Offered(deed, form, url)

    def all(self) -> list[Offered]:
        return [offered for deed in self.subject.deeds if (offered := self.of(deed))]


def place(verb: str, hidden: dict[str, Any]) -> str:
    """Where on the page a form stands: by its deed and by what it hides."""
    return "-".join([verb, *(f"{hidden[name]}" for name in sorted(hidden))])


def _initial(deed: Deed, record: ForcesRecord) -> dict[str, Any]:
    if deed.verb == "edit":
        return forms.initial_of(record)
    if deed.verb == "relabel":
        return {"marking": record.marking, "releasable_to": " | ".join(sorted(record.releasable_to.names))}
    return {}


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a record's history."""

    on: date
    deed: str
    post: str
    fields: dict[str, Any]
    reason: str


def told(changes: Iterable[Change], model: type[ForcesRecord]) -> list[Told]:
    return [
        Told(
            one.on,
            str(DEED_WORDS[one.deed]),
            one.post,
            {field_words(model, name): pair for name, pair in one.fields.items()},
            one.reason,
        )
        for one in changes
    ]


RELATED: dict[type[ForcesRecord], tuple[str, ...]] = {
    Pledge: ("contributor",),
    DeploymentCase: ("requirement", "pledge__contributor"),
    Visit: ("pledge__contributor",),
    MinisterialPledge: ("contributor", "pledge"),
    UndeclaredCaveat: ("pledge__contributor",),
    UnitCard: ("pledge__contributor",),
}


def record_page(subject: Subject, record: Any, actor: Actor, today: date, typed: Typed | None = None) -> dict[str, Any]:
    """Everything on the page of one record as this actor sees it."""
    offers = Offers(subject, record, actor, typed)
    parts = _PARTS.get(type(record))
    return {
        "it": record,
        "what": subject.name,
        "deeds": offers.all(),
        "history": told(reads.history_of(record, actor), type(record)),
        "since": told(typed.since, type(record)) if typed else [],
        "may_relabel": actor.may("release", record.kind, record.marking),
        **(parts(record, offers, actor, today) if parts else {}),
    }


# One function a kind of record


def _requirement(record: Requirement, offers: Offers, actor: Actor, today: date) -> dict[str, Any]:
    lines = list(record.lines.all())
    cases = list(reads.case_list(actor, requirement=record))
    sees_all = actor.may("decide", "pledge") and actor.may("read", "caveat")
    is_open = not record.withdrawn_on and record.until_on >= today and all(one.state == "given-up" for one in cases)
    return {
        **(_nearest(record, actor, today) if sees_all and is_open else {}),
        "parts": [
            (title, found)
            for part, title in record.lines.model.PARTS
            if (found := [one for one in lines if one.part == part])
        ],
        "cases": cases,
        "may_deploy": deeds.may_make(actor, "case"),
    }


def _nearest(record: Requirement, actor: Actor, today: date) -> dict[str, Any]:
    """The offers that come nearest, each with what stands in its way, and the smallest change that would do."""
    found = runs.nearest_offers(actor, record, today)
    return {
        "nearest": [
            (
                one | {"renewals": renewal_words(one.get("expires_before", ()))},
                [why_not(why["code"], why["needed"], why["offered"]) for why in one["reasons"]],
            )
            for one in found["nearest"]
        ],
        "change": change_words(found["smallest_change"]) if found["smallest_change"] else "",
        "not_considered": packaged_matching().not_considered,
    }


@dataclass(frozen=True, slots=True)
class Rung:
    """A level of the ladder as this pledge stands to it."""

    name: str
    state: str
    said: str
    on: date | None


def ladder_of(pledge: Pledge, today: date) -> list[Rung]:
    """The ladder with what the pledge has reached: the words of the step, and the day it holds from."""
    levels = packaged_readiness().levels
    names = [rung.name for rung in levels]
    reached = names.index(pledge.level) if pledge.level in names else -1
    since = {step.level: step.on for step in pledge.steps.all() if step.deed in ("raised", TAKEN_OVER, "lowered")}
    lapsed = pledge.expires_on is not None and pledge.expires_on < today
    found = []
    for number, rung in enumerate(levels):
        state = "done" if number < reached else "now" if number == reached else "waiting"
        state = "stopped" if state == "now" and lapsed else state
        found.append(
            Rung(
                f"{rung.name}: {called(rung.step)}",
                state,
                called(rung.meaning).rstrip("."),
                since.get(rung.name) if number <= reached else None,
            )
        )
    return found


def _pledge(record: Pledge, offers: Offers, actor: Actor, today: date) -> dict[str, Any]:
    level, tone = readiness_words(record, today)
    return {
        "level": level,
        "level_tone": tone,
        "rungs": ladder_of(record, today),
        "steps": list(record.steps.all()),
        "taken_over": TAKEN_OVER,
        "ladder": packaged_readiness(),
        "caveats": [(one, offers.of(deeds.LIFT, caveat=one.number) if one.lifted_on is None else None)
                    for one in reads.caveats_of(record, actor)],
        "sees_caveats": actor.may("read", "caveat", record.marking),
        "group": reads.linked(Pledge, actor, joint_group=record.joint_group, withdrawn_on=None)
        if record.joint_group else [],
        "cases": list(reads.case_list(actor, pledge=record)),
        "visits": reads.linked(Visit, actor, pledge=record),
        "cards": reads.linked(UnitCard, actor, pledge=record),
        "announced": reads.linked(MinisterialPledge, actor, pledge=record),
    }  # fmt: skip


def expired_steps(pledge: Pledge, today: date) -> str | None:
    """The level that the steps give on a day; a page and the list must never differ."""
    from bluehelm.web.forces.actions import readiness_file

    return readiness.level_on(readiness_file(pledge), packaged_readiness(), today)


@dataclass(frozen=True, slots=True)
class StageView:
    """One stage of a case with its days, who holds the pen, and the deeds that belong to it."""

    name: str
    title: str
    days: int | None
    stuck_after_days: int
    entry: Any
    is_stuck: bool
    deeds: list[Offered]


def _case(record: DeploymentCase, offers: Offers, actor: Actor, today: date) -> dict[str, Any]:
    entered = {one.stage: one for one in record.stages.all()}
    stages = []
    for stage in packaged_pipeline().stages:
        entry = entered.get(stage.name)
        until = entry and (entry.left_on or record.ended_on or today)
        days = (until - entry.entered_on).days if entry and until else None
        is_open = entry is not None and entry.left_on is None and record.state == "open"
        found = [offers.of(deeds.STAGE_DONE, stage=stage.name), offers.of(deeds.STAGE_PEN, stage=stage.name)]
        stages.append(
            StageView(
                stage.name,
                stage.title,
                days,
                stage.stuck_after_days,
                entry,
                bool(is_open and days is not None and days > stage.stuck_after_days),
                [one for one in found if one and is_open],
            )
        )
    readable = reads.readable_codes(Requirement, actor, [record.requirement.code])
    return {
        "stages": stages,
        "sees_requirement": record.requirement.code in readable,
        "sees_pledge": record.pledge.code in reads.readable_codes(Pledge, actor, [record.pledge.code]),
        "lines": [_timeline(record, kind, today) for kind in ("new", "redirected")]
        if record.state != "given-up"
        else [],
        "timeline_rules": packaged_timeline(),
    }


SEEN_AS = {"note-verbale": "request", "confirmation": "national-approval"}
"""Stages of the pipeline whose step of the timeline has another name."""


def _timeline(
    case: DeploymentCase, name: str, today: date
) -> tuple[str, Timeline | None, list[dict[str, Any]], list[date], str]:
    """A way of deploying with the case's own days where it has some, and what is known to have happened.

    What is redirected counts from the day its first step began; from today where nothing has.
    """
    rules = packaged_timeline()
    template = next(one for one in rules.templates if one.name == name)
    own = {one.step: one for one in case.steps.all() if one.way == name}
    facts = {SEEN_AS.get(one.stage, one.stage): (one.entered_on, one.left_on) for one in case.stages.all()}
    facts = facts if name == "new" else {}
    happened = {step: (one.began_on, one.ended_on) for step, one in own.items() if one.began_on} | facts
    began = [began_on for began_on, _ in happened.values()]
    started_on = case.opened_on if name == "new" else min((day for day in began if day), default=today)
    steps = [
        TimelineStep(step.name, step.after, *_days_of(step, own.get(step.name)), step.holder,
                     *happened.get(step.name, (None, None)))
        for step in template.steps
    ]  # fmt: skip
    try:
        line = timeline(
            steps,
            started_on,
            within_days=rules.within_days,
            sure_share=float(rules.sure_share),
            on=today,
            runs=2000,
        )
    except ForcesError as error:
        return called(template.title), None, [], [], " ".join(error.problems)
    with_days = {step for step, one in own.items() if one.likely_days is not None}
    rows = [
        {"step": step, "begins": day_of(line, step.begins_day), "ends": day_of(line, step.ends_day),
         "is_critical": step.name in line.critical, "is_own": step.name in with_days}
        for step in line.steps
    ]  # fmt: skip
    return called(template.title), line, rows, [day_of(line, line.quantiles[share]) for share in ("0.5", "0.9")], ""


def _days_of(step: Any, own: CaseStep | None) -> tuple[float, float, float]:
    """Least, likely and most days of a step: the case's own, or those of the template."""
    if own is None or own.least_days is None or own.likely_days is None or own.most_days is None:
        return step.least_days, step.likely_days, step.most_days
    return own.least_days, own.likely_days, own.most_days


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One item of a checklist, what was found, and what was raised from it."""

    asks: str
    is_essential: bool
    answer: str
    note: str
    finding: Finding | None
    hidden_finding: bool
    raising: Offered | None


def _visit(record: Visit, offers: Offers, actor: Actor, today: date) -> dict[str, Any]:
    given = {one.item: one for one in record.answers.select_related("finding")}
    readable = set(
        findings_shown_to(actor)
        .filter(pk__in=[one.finding_id for one in given.values() if one.finding_id])
        .values_list("pk", flat=True)
    )
    checklist = visits.checklist_named(record.checklist)
    answers = []
    for item in checklist.items:
        one = given.get(item.name)
        raised = one.finding if one else None
        may_raise = one is not None and one.answer in visits.MENDED and raised is None
        answers.append(
            AnswerView(
                item.asks,
                item.is_essential,
                one.answer if one else "not seen",
                one.note if one else "",
                raised if raised and raised.pk in readable else None,
                raised is not None and raised.pk not in readable,
                offers.of(deeds.VISIT_RAISE, item=item.name) if may_raise else None,
            )
        )
    return {"checklist": checklist, "answers": answers, "scored": visits.scored(record), "given": len(given)}


def _undeclared(record: UndeclaredCaveat, offers: Offers, actor: Actor, today: date) -> dict[str, Any]:
    return {"sees_pledge": record.pledge.code in reads.readable_codes(Pledge, actor, [record.pledge.code])}


def _contributor(record: Contributor, offers: Offers, actor: Actor, today: date) -> dict[str, Any]:
    asked = {"contributor": record.code, "state": "all"}
    return {"pledges": list(reads.pledge_list(actor, asked, today)[:200]), "words_of": {}}


def _card(record: UnitCard, offers: Offers, actor: Actor, today: date) -> dict[str, Any]:
    rules = packaged_evaluation()
    ratings = [
        unit_card.Rating(
            record.pledge.code, record.component, one.task, one.condition, one.standard, one.on, one.rater, one.rating,
            one.cause or None,
        )
        for one in record.evaluations.all()
    ]  # fmt: skip
    short, quarter = short_lines(record.pledge)
    roles = {one.name: unit_card.WomenInRole(one.women, one.persons) for one in record.functions.all()}
    sees_caveats = actor.may("read", "caveat", record.marking)
    level = expired_steps(record.pledge, today)
    file = unit_card.UnitFile(
        record.pledge.code,
        record.component,
        record.pledge.contributor.code,
        record.pledge.capability,
        level,
        tuple(str(one) for one in reads.caveats_of(record.pledge, actor) if one.lifted_on is None)
        if sees_caveats
        else None,
        tuple({"code": one.code, "on": one.done_on, "result": one.result} for one in
              reads.linked(Visit, actor, pledge=record.pledge) if one.result) or None,
        tuple({"training": one.name, "until": one.valid_until, "has_ended": one.valid_until < today}
              for one in record.certificates.all()) or None,
        tuple({"item": one.item} for one in short) if short is not None else None,
        roles or None,
    )  # fmt: skip
    return {
        "card": unit_card.unit_card(file, ratings, rules),
        "agreements": unit_card.agreements(ratings, rules),
        "short": short,
        "quarter": quarter,
        "roles": list(record.functions.all()),
        "replies": list(record.replies.all()),
        "rules": rules,
        "sees_caveats": sees_caveats,
    }


def short_lines(pledge: Pledge) -> tuple[list[equipment.ShortLine] | None, str]:
    """The lines short in the last quarter counted, and that quarter; None when nothing was ever counted."""
    counted = list(pledge.equipment.all())
    if not counted:
        return None, ""
    lines = [
        equipment.Line(
            pledge.code,
            one.item,
            one.category,
            equipment.quarter_of(one.quarter),
            one.agreed,
            one.present,
            one.serviceable,
        )
        for one in counted
    ]
    last = max(line.quarter for line in lines)
    return list(equipment.equipment(lines, packaged_equipment(), last).short), equipment.quarter_name(last)


def _slot(record: Slot, offers: Offers, actor: Actor, today: date) -> dict[str, Any]:
    return {
        "tours": [
            (tour, offers.of(deeds.SLOT_DATES, tour=tour.pk))
            for tour in record.tours.select_related("offer__contributor")
        ],
        "held": reads.calendar_of(record),
        "names": reads.contributor_names(actor),
    }


_PARTS: dict[type[ForcesRecord], Any] = {
    Requirement: _requirement,
    Pledge: _pledge,
    DeploymentCase: _case,
    Visit: _visit,
    UndeclaredCaveat: _undeclared,
    Contributor: _contributor,
    UnitCard: _card,
    Slot: _slot,
}


# The board


@dataclass(frozen=True, slots=True)
class BoardCard:
    """One open stage of one case on the board."""

    case: DeploymentCase
    wait: pipeline.Wait
    note: str


@dataclass(frozen=True, slots=True)
class Column:
    """One stage of the board with what waits in it, the longest first."""

    name: str
    title: str
    stuck_after_days: int
    cards: list[BoardCard]
    time: pipeline.StageTime


def columns_of(board: reads.Board) -> list[Column]:
    """The board by stages."""
    notes = {(case.code, one.stage): one.note for case in board.cases.values() for one in case.stages.all()}
    cards = [
        BoardCard(board.cases[wait.unit], wait, notes.get((wait.unit, wait.stage), ""))
        for unit in board.places
        for wait in unit.waits
    ]
    times = {one.stage: one for one in board.times}
    return [
        Column(
            stage.name,
            stage.title,
            stage.stuck_after_days,
            sorted(
                (one for one in cards if one.wait.stage == stage.name), key=lambda one: (-one.wait.days, one.case.code)
            ),
            times[stage.name],
        )
        for stage in packaged_pipeline().stages
    ]


# The Gantt of a post


@dataclass(frozen=True, slots=True)
class Bar:
    """A turn or a gap in a picture whose width is 1000: from where, how wide, what it says."""

    x: float
    width: float
    words: str


@dataclass(frozen=True, slots=True)
class GanttRow:
    """One contributor's turns in a post, or the days that nobody holds."""

    name: str
    y: int
    bars: list[Bar]
    is_gap: bool


@dataclass(frozen=True, slots=True)
class Gantt:
    """The picture of one post; the table beside it says the same."""

    rows: list[GanttRow]
    height: int
    years: list[tuple[float, int]]
    today_x: float | None


WIDTH, ROW, HEAD = 1000, 26, 22


def gantt_of(slot: Slot, held: Any, today: date) -> Gantt:
    """A row a contributor in the order of their first turn, then the days uncovered."""
    days = (held.until_on - held.from_on).days + 1

    def bar(first: date, last: date, words: str) -> Bar:
        begin, end = max(first, held.from_on), min(last, held.until_on)
        return Bar((begin - held.from_on).days / days * WIDTH, ((end - begin).days + 1) / days * WIDTH, words)

    by_name: dict[str, list[Bar]] = {}
    for tour in slot.tours.all():
        if tour.until_on >= held.from_on and tour.from_on <= held.until_on:
            words = f"{tour.offer.contributor.name}: {day(tour.from_on)} – {day(tour.until_on)}"
            by_name.setdefault(tour.offer.contributor.code, []).append(bar(tour.from_on, tour.until_on, words))
    rows = [GanttRow(name, HEAD + place * ROW, bars, False) for place, (name, bars) in enumerate(by_name.items())]
    gaps = [bar(gap.from_on, gap.until_on, f"{day(gap.from_on)} – {day(gap.until_on)}") for gap in held.gaps]
    if gaps:
        rows.append(GanttRow("", HEAD + len(rows) * ROW, gaps, True))
    years = [
        ((date(year, 1, 1) - held.from_on).days / days * WIDTH, year)
        for year in range(held.from_on.year, held.until_on.year + 1)
    ]
    inside = held.from_on <= today <= held.until_on
    return Gantt(
        rows,
        HEAD + len(rows) * ROW + 4,
        [(max(0.0, x), year) for x, year in years],
        (today - held.from_on).days / days * WIDTH if inside else None,
    )
