"""What do a mission's own records say of the cost of options, of teams of observers, and of longer tours?

The records leave as the files that the command takes, so that the page, the command and whoever takes the files along
get one answer. States are not asked: sums over several contributors would tell one of another.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from bluehelm.definitions.force_generation import packaged_tours, packaged_unit_types
from bluehelm.forces import intake_generation as rows
from bluehelm.forces.caveats import written
from bluehelm.forces.intake import Columns
from bluehelm.tables.months import from_ordinal
from bluehelm.web.forces import reads
from bluehelm.web.forces.exchange import as_csv, cell, in_force, strength_of, words
from bluehelm.web.forces.forms import LIST_HELP, Month
from bluehelm.web.forces.held import house
from bluehelm.web.forces.models import Caveat, DeploymentCase, EquipmentLine, Pledge, Requirement, Run
from bluehelm.web.posts.acting import Actor

OBSERVERS = "military-observers"
MOST_PLACES = 2_000
MATCHINGS_COSTED = 3
USUAL, LONGER, SECONDED = "usual", "longer", "seconded"


@dataclass(frozen=True, slots=True)
class Gathered:
    """The files of a question, by field, and the records they were made of."""

    files: dict[str, str]
    records: list[Any]


def may_ask(actor: Actor) -> bool:
    """Whether records are gathered for this reader."""
    return not house(actor) and bool(actor.post) and actor.may("read", "requirement")


class RecordsForm(forms.Form):
    """Which records a question is put to; `on` is the day it is asked."""

    mission = forms.ChoiceField(label=_("Mission"))

    def __init__(self, *args: Any, actor: Actor, on: date, **named: Any) -> None:
        named.setdefault("auto_id", "of-records-%s")
        super().__init__(*args, **named)
        mission: Any = self.fields["mission"]
        mission.choices = [(name, name) for name in reads.missions_asking(actor)]


class CostsOfRecordsForm(RecordsForm):
    first = Month(label=_("From"))
    last = Month(label=_("Until"))
    by_percent = forms.IntegerField(
        label=_("Sensitivity: more or less by percent"), min_value=1, max_value=100, initial=10
    )

    def __init__(self, *args: Any, on: date, **named: Any) -> None:
        super().__init__(*args, on=on, **named)
        month = _month(on)
        self.fields["first"].initial, self.fields["last"].initial = from_ordinal(month), from_ordinal(month + 11)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("last", 0) < said.get("first", 0):
            self.add_error("last", _("This comes before the first month."))
        return said


class ObserversOfRecordsForm(RecordsForm):
    most_of_one = forms.IntegerField(label=_("Most of one nationality in a team"), min_value=1, initial=2)
    needs_area_knowledge = forms.BooleanField(
        label=_("Each team needs somebody who knows its area"), required=False, initial=True
    )
    excluded_nationalities = forms.CharField(
        label=_("Nationalities that do not serve"), max_length=400, required=False, help_text=LIST_HELP
    )


class ToursOfRecordsForm(RecordsForm):
    months = forms.IntegerField(label=_("Over how many months"), min_value=1, max_value=120, initial=24)
    usual_tour = forms.IntegerField(label=_("Months of a usual tour"), min_value=1, max_value=120, initial=6)
    longer_tour = forms.IntegerField(label=_("Months of a longer tour"), min_value=1, max_value=120, initial=12)
    gap_months = forms.IntegerField(
        label=_("Months that pass empty between two tours"), min_value=0, max_value=24, initial=0
    )
    journey_cost = forms.DecimalField(label=_("Cost of a journey"), min_value=0, max_digits=12, required=False)
    long_tour_cost = forms.DecimalField(
        label=_("What each month beyond a usual tour costs more"), min_value=0, max_digits=12, required=False
    )
    against = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_against(self) -> str:
        return USUAL


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _standing(actor: Actor, mission: str, on: date) -> list[Requirement]:
    found = reads.shown(Requirement, actor).filter(mission=mission, withdrawn_on=None, until_on__gte=on)
    return list(found.select_related("releasable_to").prefetch_related("lines"))


def _cases(actor: Actor, mission: str, *states: str) -> list[DeploymentCase]:
    found = reads.case_list(actor, requirement__mission=mission, state__in=states)
    return list(found.prefetch_related("requirement__lines"))


def _written(columns: Columns, listed: Iterable[dict[str, Any]]) -> str:
    names = (*columns.needed, *columns.optional)
    return as_csv(names, [["" if row.get(name) is None else f"{row[name]}" for name in names] for row in listed])


# Cost


@dataclass(frozen=True, slots=True)
class Serving:
    """So many persons in an option, over months, with what of their equipment was counted or else, with
    `equipment_as_asked`, that of their requirement."""

    persons: int
    requirement: Requirement
    counted: tuple[EquipmentLine, ...] = ()
    equipment_as_asked: bool = True


def costs_of_records(actor: Actor, said: dict[str, Any], on: date) -> Gathered:
    """Options of a mission: all it asks for; what is in place; that with what is on its way; and with each of the last
    matchings that this reader may read. Equipment is charged as wet lease: no record says who maintains it."""
    asked = _standing(actor, said["mission"], on)
    arrived, under_way = (_cases(actor, said["mission"], state) for state in ("arrived", "open"))
    serving = _of_cases([*arrived, *under_way])
    in_place, with_open = serving[: len(arrived)], serving
    options = {
        "asked for": [Serving(one.strength, one) for one in asked],
        "in place": in_place,
        "in place and on the way": with_open,
    }
    runs = _matchings(actor)
    for run in runs:
        options[f"matching {run.pk}"] = with_open + list(_matched(actor, run, asked))
    listed = [
        {"option": name, **line}
        for name, serving in options.items()
        for one in serving
        for line in _lines(one, said["first"], said["last"])
    ]
    return Gathered({"options": _written(rows.OPTIONS, listed)}, [*asked, *arrived, *under_way, *runs])


def _of_cases(cases: list[DeploymentCase]) -> list[Serving]:
    """What each case brings; nothing twice where several pledges serve one requirement, or parts of one serve several.

    Equipment goes with the first case: of its pledge where it was counted, else of the requirement that asks for it.
    """
    counted = _counted([case.pledge for case in cases])
    told = {case.requirement_id for case in cases if case.pledge_id in counted}
    serving = []
    for case in cases:
        as_asked, own = case.requirement_id not in told, counted.pop(case.pledge_id, ())
        serving.append(Serving(strength_of(case), case.requirement, own, as_asked))
        told.add(case.requirement_id)
    return serving


def _counted(pledges: Iterable[Pledge]) -> dict[int, tuple[EquipmentLine, ...]]:
    """The lines of the last quarter in which each unit's equipment was counted."""
    found: dict[int, list[EquipmentLine]] = {}
    for line in EquipmentLine.objects.filter(pledge__in=list(pledges)).order_by("pledge", "-quarter", "item"):
        own = found.setdefault(line.pledge_id, [])
        if not own or own[0].quarter == line.quarter:
            own.append(line)
    return {pledge: tuple(own) for pledge, own in found.items()}


def _matchings(actor: Actor) -> list[Run]:
    return list(reads.shown(Run, actor).filter(what="match", state="done").order_by("-pk")[:MATCHINGS_COSTED])


def _matched(actor: Actor, run: Run, asked: Iterable[Requirement]) -> Iterator[Serving]:
    """What a matching proposes for requirements that are still open; a unit in parts serves with the strength asked."""
    filled = {one["requirement"]: one["pledges"] for one in (run.answer or {}).get("filled", [])}
    taken = set(
        DeploymentCase.objects.filter(state__in=("open", "arrived")).values_list("requirement__code", flat=True)
    )
    named = {code for codes in filled.values() for code in codes}
    pledges = {one.code: one for one in reads.shown(Pledge, actor).filter(code__in=named)}
    for one in asked:
        serving = [pledges[code] for code in filled.get(one.code, []) if code in pledges]
        if serving and one.code not in taken:
            in_parts = any(pledge.splits_into > 1 for pledge in serving)
            yield Serving(one.strength if in_parts else sum(pledge.strength for pledge in serving), one)


def _lines(one: Serving, first: int, last: int) -> Iterator[dict[str, Any]]:
    begin, end = max(first, _month(one.requirement.from_on)), min(last, _month(one.requirement.until_on))
    if end < begin:
        return
    over = {"from": from_ordinal(begin), "until": from_ordinal(end)}
    yield {"rate": "personnel", "quantity": one.persons, **over}
    parts = list(one.requirement.lines.all())
    if any(line.part == "self-sustainment" for line in parts):
        yield {"rate": "self-sustainment", "quantity": one.persons, **over}
    if one.counted or not one.equipment_as_asked:
        for line in one.counted:
            works = None if line.serviceable is None or not line.agreed else min(1, line.serviceable / line.agreed)
            share = None if works is None else Decimal(works).quantize(Decimal("0.0001"))
            yield {"rate": "wet-lease", "quantity": line.agreed, "serviceable_share": share, **over}
    else:
        items = sum(line.number or 0 for line in parts if line.part == "equipment")
        if items:
            yield {"rate": "wet-lease", "quantity": items, **over}


# Observers


def observers_of_records(actor: Actor, said: dict[str, Any], on: date) -> Gathered:
    """The roster: a place for each person of the pledges of observers that hold a level and are free, or are in this
    mission's cases. The teams: the mission's requirements of observers, each as large as it is strong."""
    asked = [one for one in _standing(actor, said["mission"], on) if one.capability == OBSERVERS and one.strength]
    own = {case.pledge_id for case in _cases(actor, said["mission"], "open", "arrived")}
    elsewhere = set(DeploymentCase.objects.filter(state__in=("open", "arrived")).values_list("pledge", flat=True)) - own
    standing = reads.shown(Pledge, actor).filter(capability=OBSERVERS, withdrawn_on=None, until_on__gte=on)
    told = Prefetch("caveats", reads.shown(Caveat, actor))
    counted = standing.filter(Q(pk__in=own) | Q(expires_on__gte=on))  # a lapsed one counts for nothing, as in matching
    free = counted.exclude(pk__in=elsewhere).select_related("contributor", "releasable_to")
    offered = list(free.prefetch_related(told))
    roster = [
        {"id": f"{one.code}-{place}", "nationality": one.contributor.code, "available_from": max(one.from_on, on),
         "languages": cell(words(one.languages)), "areas": cell(words(one.areas)),
         "caveats": written(in_force(one.caveats.all(), on)), "available_until": one.until_on, "level": one.level}
        for one in offered
        for place in range(1, one.strength + 1)
    ]  # fmt: skip
    excluded = cell(words(said["excluded_nationalities"]))
    teams = [
        {"id": one.code, "area": one.area or "-", "size": one.strength, "most_of_one": said["most_of_one"],
         "priority": one.priority, "languages": cell(words(one.languages)),
         "needs_area_knowledge": "true" if said["needs_area_knowledge"] and one.area else "false",
         "excluded_nationalities": excluded, "mission": one.mission, "tasks": cell(words(one.tasks)),
         "from": one.from_on, "until": one.until_on, "min_level": one.min_level}
        for one in asked
    ]  # fmt: skip
    files = {"roster": _written(rows.OBSERVERS, roster[:MOST_PLACES]), "teams": _written(rows.TEAMS, teams)}
    return Gathered(files, [*asked, *offered])


# Longer tours


def tours_of_records(actor: Actor, said: dict[str, Any], on: date) -> Gathered:
    """Posts of individuals: each person that the mission's requirements of types without equipment, and of observers,
    ask for. A post costs a month what the unit on its way or in place costs for each of its persons, else unknown."""
    asked = [one for one in _standing(actor, said["mission"], on) if one.capability in _individual()]
    live = _cases(actor, said["mission"], "open", "arrived")
    cases = {one.pk: [case for case in live if case.requirement_id == one.pk] for one in asked}
    posts = [
        {"post": f"{one.code} {function} {place}", "kind": _kind(one.capability, function),
         "monthly_cost": _monthly([case.pledge for case in cases[one.pk]])}
        for one in asked
        for function, number in _functions(one)
        for place in range(1, number + 1)
    ][:MOST_PLACES]  # fmt: skip
    lengths = {USUAL: said["usual_tour"], LONGER: said["longer_tour"], SECONDED: said["months"]}
    listed = [
        {**post, "scenario": name, "months": said["months"], "tour_months": length, "usual_months": said["usual_tour"],
         "gap_months": said["gap_months"], "journey_cost": said["journey_cost"],
         "long_tour_cost": said["long_tour_cost"]}
        for name, length in lengths.items()
        for post in posts
    ]  # fmt: skip
    return Gathered(
        {"posts": _written(rows.POSTS, listed)}, [*asked, *(case for own in cases.values() for case in own)]
    )


def _individual() -> set[str]:
    return {OBSERVERS, *(name for name, one in packaged_unit_types().items() if not one.equipment)}


def _functions(one: Requirement) -> list[tuple[str, int]]:
    """Persons by function, all as one where no function is named."""
    said = [(line.name, line.number or 0) for line in one.lines.all() if line.part == "function"]
    return said or [(one.capability, one.strength)]


def _kind(capability: str, function: str) -> str:
    """The kind of post whose months to learn are defined: the unit type itself, or the first that its words name."""
    kinds = packaged_tours().learning_months
    text = f"{capability} {function}"
    return capability if capability in kinds else next((kind for kind in kinds if kind in text), "other")


def _monthly(pledges: list[Pledge]) -> Decimal | None:
    """What a person of the pledges that serve together costs; None where one does not say."""
    costs, strength = [one.monthly_cost for one in pledges], sum(one.strength for one in pledges)
    known = [cost for cost in costs if cost is not None]
    return (
        (sum(known, Decimal(0)) / strength).quantize(Decimal("0.01")) if strength and len(known) == len(costs) else None
    )


Gather = Callable[[Actor, dict[str, Any], date], Gathered]
