"""What do the rows of pipelines, visits, steps, equipment, options, rosters, posts, turns and ratings say?

As in `intake`: every problem is gathered and names file, line and column, and a file with any problem gives nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from bluehelm.forces.calendar import Turn
from bluehelm.forces.cost import CostLine
from bluehelm.forces.equipment import Line, quarter_of
from bluehelm.forces.intake import Columns, Row, money, records
from bluehelm.forces.observers import Observer, TeamNeed
from bluehelm.forces.pipeline import Entry
from bluehelm.forces.timeline import TimelineStep
from bluehelm.forces.tours import Post
from bluehelm.forces.unit_card import Rating, WomenInRole
from bluehelm.forces.visits import Candidate
from bluehelm.language import _

Record = TypeVar("Record")

ENTRIES = Columns("", ("unit", "stage", "entered_on"), ("done_on", "holder"))
ANSWERS = Columns("item", ("item", "answer"))
CANDIDATES = Columns("unit", ("unit", "trip", "need"), ("last_visit_on", "cost"))
STEPS = Columns("step", ("step", "least_days", "likely_days", "most_days"), ("after", "holder", "began_on", "ended_on"))
EQUIPMENT = Columns("", ("unit", "item", "category", "quarter", "agreed"), ("present", "serviceable"))
OPTIONS = Columns("", ("option", "rate", "quantity", "from", "until"), ("serviceable_share",))
OUTPUTS = Columns("output", ("output", "number"))
OBSERVERS = Columns(
    "id", ("id", "nationality", "available_from"), ("languages", "areas", "caveats", "available_until", "level")
)
TEAMS = Columns(
    "id",
    ("id", "area", "size", "most_of_one", "priority"),
    ("languages", "needs_area_knowledge", "excluded_nationalities", "mission", "tasks", "from", "until", "min_level"),
)
POSTS = Columns(
    "",
    ("scenario", "post", "kind", "months", "tour_months", "usual_months"),
    ("gap_months", "monthly_cost", "journey_cost", "long_tour_cost"),
)
TURNS = Columns("", ("slot", "contributor", "from", "until"), ("monthly_cost", "certified_until"))
RATINGS = Columns("", ("unit", "component", "task", "on", "rater", "rating"), ("condition", "standard", "cause"))
VISITS = Columns("", ("unit", "checklist", "visited_on"), ("share", "passes"))
CERTIFICATES = Columns("", ("unit", "certificate", "valid_until"))
WOMEN = Columns("", ("unit", "role"), ("women", "people"))
STATIONED = Columns("", ("unit", "area"))
DEPLOYED = Columns("pledge", ("pledge", "requirement"))


def _read(
    lines: Iterable[str],
    columns: Columns,
    where: str,
    make: Callable[..., Record],
    fields: Callable[[Row], dict[str, Any]],
) -> list[Record]:
    """A record made of each row's fields; a row with a problem makes none."""

    def made(row: Row) -> Record | None:
        before = len(row.problems)
        given = fields(row)
        return make(**given) if len(row.problems) == before else None

    return records(lines, columns, where, made)[0]


def _number(text: str) -> float:
    value = float(text)
    if not 0 <= value < float("inf") or "_" in text:
        raise ValueError(text)
    return value


def _days(row: Row, column: str) -> float | None:
    return row.read(column, _number, _("is not a number of 0 or more"))


def _share(text: str) -> Decimal:
    value = money(text)
    if value > 1:
        raise ValueError(text)
    return value


def _maybe_share(row: Row, column: str) -> Decimal | None:
    return row.maybe(column, _share, _("is not a share from 0 to 1"))


def read_entries(lines: Iterable[str], where: str) -> list[Entry]:
    """Units in stages."""

    def fields(row: Row) -> dict[str, Any]:
        entered, done = row.day("entered_on"), row.maybe_day("done_on")
        row.in_order(entered, done, "done_on", "entered_on")
        holder = row.cells.get("holder") or None
        return {
            "unit": row.text("unit"),
            "stage": row.text("stage"),
            "entered_on": entered,
            "done_on": done,
            "holder": holder,
        }

    return _read(lines, ENTRIES, where, Entry, fields)


def read_answers(lines: Iterable[str], where: str) -> dict[str, str]:
    """A checklist's answers by item."""

    def fields(row: Row) -> dict[str, Any]:
        return {"item": row.text("item"), "answer": row.text("answer")}

    return {one["item"]: one["answer"] for one in _read(lines, ANSWERS, where, dict[str, str], fields)}


def read_candidates(lines: Iterable[str], where: str) -> list[Candidate]:
    """Units that might be visited."""

    def fields(row: Row) -> dict[str, Any]:
        return {
            "unit": row.text("unit"),
            "trip": row.text("trip"),
            "need": row.whole("need"),
            "last_visit_on": row.maybe_day("last_visit_on"),
            "cost": row.maybe_amount("cost"),
        }

    return _read(lines, CANDIDATES, where, Candidate, fields)


def read_steps(lines: Iterable[str], where: str) -> list[TimelineStep]:
    """Steps of a deployment; `after` lists the steps followed."""

    def fields(row: Row) -> dict[str, Any]:
        return {
            "name": row.text("step"),
            "after": tuple(sorted(row.words("after"))),
            "least_days": _days(row, "least_days"),
            "likely_days": _days(row, "likely_days"),
            "most_days": _days(row, "most_days"),
            "holder": row.cells.get("holder") or None,
            "began_on": row.maybe_day("began_on"),
            "ended_on": row.maybe_day("ended_on"),
        }

    return _read(lines, STEPS, where, TimelineStep, fields)


def read_equipment(lines: Iterable[str], where: str) -> list[Line]:
    """Lines of equipment by quarter."""

    def fields(row: Row) -> dict[str, Any]:
        return {
            "unit": row.text("unit"),
            "item": row.text("item"),
            "category": row.text("category"),
            "quarter": row.read("quarter", quarter_of, _("is not a quarter written YYYY-Q1")),
            "agreed": row.whole("agreed"),
            "present": row.maybe_whole("present"),
            "serviceable": row.maybe_whole("serviceable"),
        }

    return _read(lines, EQUIPMENT, where, Line, fields)


def read_options(lines: Iterable[str], where: str) -> list[CostLine]:
    """What options are made of, by rate and months."""

    def fields(row: Row) -> dict[str, Any]:
        first, last = row.month("from"), row.month("until")
        row.in_order(first, last, "until", "from")
        works = _maybe_share(row, "serviceable_share")
        return {
            "option": row.text("option"),
            "rate": row.text("rate"),
            "quantity": row.amount("quantity"),
            "first": first,
            "last": last,
            "serviceable_share": Decimal(1) if works is None else works,
        }

    return _read(lines, OPTIONS, where, CostLine, fields)


def read_outputs(lines: Iterable[str], where: str) -> dict[str, Decimal]:
    """Output, such as sorties or passengers, by its name."""

    def fields(row: Row) -> dict[str, Any]:
        return {"output": row.text("output"), "number": row.amount("number")}

    return {one["output"]: one["number"] for one in _read(lines, OUTPUTS, where, dict[str, Any], fields)}


def read_observers(lines: Iterable[str], where: str, ladder: Sequence[str] = ()) -> list[Observer]:
    """A roster of posts, never of names; `ladder` names the levels of readiness from the lowest."""

    def fields(row: Row) -> dict[str, Any]:
        from_on, until_on = row.day("available_from"), row.maybe_day("available_until")
        row.in_order(from_on, until_on, "available_until", "available_from")
        return {
            "id": row.text("id"),
            "nationality": row.text("nationality"),
            "languages": row.words("languages"),
            "areas": row.words("areas"),
            "from_on": from_on,
            "caveats": row.caveats("caveats"),
            "until_on": until_on,
            "level": row.level("level", ladder) if row.cells.get("level") else None,
        }

    return _read(lines, OBSERVERS, where, Observer, fields)


def read_team_needs(lines: Iterable[str], where: str, ladder: Sequence[str] = ()) -> list[TeamNeed]:
    """Teams asked for; a team without days or without a level takes whoever else fits."""

    def fields(row: Row) -> dict[str, Any]:
        from_on, until_on = row.maybe_day("from"), row.maybe_day("until")
        row.in_order(from_on, until_on, "until", "from")
        return {
            "id": row.text("id"),
            "area": row.text("area"),
            "size": row.whole("size", 1),
            "languages": row.words("languages"),
            "most_of_one": row.whole("most_of_one", 1),
            "needs_area_knowledge": row.truth("needs_area_knowledge"),
            "priority": row.whole("priority", 1),
            "excluded_nationalities": row.words("excluded_nationalities"),
            "mission": row.cells.get("mission", ""),
            "tasks": row.words("tasks"),
            "from_on": from_on,
            "until_on": until_on,
            "min_level": row.level("min_level", ladder) if row.cells.get("min_level") else None,
        }

    return _read(lines, TEAMS, where, TeamNeed, fields)


def read_posts(lines: Iterable[str], where: str) -> list[Post]:
    """Posts under arrangements of tours."""

    def fields(row: Row) -> dict[str, Any]:
        return {
            "scenario": row.text("scenario"),
            "post": row.text("post"),
            "kind": row.text("kind"),
            "months": row.whole("months", 1),
            "tour_months": row.whole("tour_months", 1),
            "gap_months": row.maybe_whole("gap_months") or 0,
            "usual_months": row.whole("usual_months", 1),
            "monthly_cost": row.maybe_amount("monthly_cost"),
            "journey_cost": row.maybe_amount("journey_cost"),
            "long_tour_cost": row.maybe_amount("long_tour_cost"),
        }

    return _read(lines, POSTS, where, Post, fields)


def read_turns(lines: Iterable[str], where: str) -> list[Turn]:
    """Turns in posts, by day."""

    def fields(row: Row) -> dict[str, Any]:
        first, last = row.day("from"), row.day("until")
        row.in_order(first, last, "until", "from")
        return {
            "slot": row.text("slot"),
            "contributor": row.text("contributor"),
            "from_on": first,
            "until_on": last,
            "monthly_cost": row.maybe_amount("monthly_cost"),
            "certified_until": row.maybe_day("certified_until"),
        }

    return _read(lines, TURNS, where, Turn, fields)


def read_ratings(
    lines: Iterable[str], where: str, standards: Mapping[tuple[str, str], tuple[str, str]]
) -> list[Rating]:
    """Ratings of tasks; condition and standard of a known (component, task) where the row names none."""

    def fields(row: Row) -> dict[str, Any]:
        component, task = row.text("component"), row.text("task")
        condition, standard = standards.get((component, task), ("", ""))
        if not (row.cells.get("condition") or condition) or not (row.cells.get("standard") or standard):
            row.tell(
                "task",
                _(
                    "{task!r} of {component!r} is no known task; name its condition and standard",
                    task=task,
                    component=component,
                ),
            )
        return {
            "unit": row.text("unit"),
            "component": component,
            "task": task,
            "condition": row.cells.get("condition") or condition,
            "standard": row.cells.get("standard") or standard,
            "on": row.day("on"),
            "rater": row.text("rater"),
            "rating": row.text("rating"),
            "cause": row.cells.get("cause") or None,
        }

    return _read(lines, RATINGS, where, Rating, fields)


@dataclass(frozen=True, slots=True)
class VisitResult:
    """How a visit ended; `share` and `passes` None are unknown."""

    unit: str
    checklist: str
    visited_on: date
    share: Decimal | None
    passes: bool | None


def read_visits(lines: Iterable[str], where: str) -> list[VisitResult]:
    """Visits made."""

    def fields(row: Row) -> dict[str, Any]:
        return {
            "unit": row.text("unit"),
            "checklist": row.text("checklist"),
            "visited_on": row.day("visited_on"),
            "share": _maybe_share(row, "share"),
            "passes": row.truth("passes") if row.cells.get("passes") else None,
        }

    return _read(lines, VISITS, where, VisitResult, fields)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A training certificate of a unit."""

    unit: str
    certificate: str
    valid_until: date


def read_certificates(lines: Iterable[str], where: str) -> list[Certificate]:
    """Certificates with the last day they hold."""

    def fields(row: Row) -> dict[str, Any]:
        return {
            "unit": row.text("unit"),
            "certificate": row.text("certificate"),
            "valid_until": row.day("valid_until"),
        }

    return _read(lines, CERTIFICATES, where, Certificate, fields)


def read_women(lines: Iterable[str], where: str) -> dict[str, dict[str, WomenInRole]]:
    """Women and people by role, by unit."""

    def fields(row: Row) -> dict[str, Any]:
        women, people = row.maybe_whole("women"), row.maybe_whole("people")
        row.in_order(women, people, "people", "women")
        return {"unit": row.text("unit"), "role": row.text("role"), "in_role": WomenInRole(women, people)}

    by_unit: dict[str, dict[str, WomenInRole]] = {}
    for one in _read(lines, WOMEN, where, dict[str, Any], fields):
        by_unit.setdefault(one["unit"], {})[one["role"]] = one["in_role"]
    return by_unit


def read_stationed(lines: Iterable[str], where: str) -> dict[str, list[str]]:
    """The units of each area; a unit may be stationed in several."""

    def fields(row: Row) -> dict[str, Any]:
        return {"unit": row.text("unit"), "area": row.text("area")}

    by_area: dict[str, list[str]] = {}
    for one in _read(lines, STATIONED, where, dict[str, str], fields):
        by_area.setdefault(one["area"], []).append(one["unit"])
    return by_area


def read_deployed(lines: Iterable[str], where: str) -> dict[str, str]:
    """The requirement each deployed pledge serves."""

    def fields(row: Row) -> dict[str, Any]:
        return {"pledge": row.text("pledge"), "requirement": row.text("requirement")}

    return {one["pledge"]: one["requirement"] for one in _read(lines, DEPLOYED, where, dict[str, str], fields)}
