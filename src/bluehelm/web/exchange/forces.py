"""How do requirements, pledges and contributors come in and leave as rows?

The columns are those of the files that `forces match` takes, and the steps those of `web/forces/imports.py`: the rows
are laid out as such a file. A contributor that no record knows is reference data: it is made only when that was asked.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bluehelm.web.exchange.kinds import Asked, Column, Kept, Out, Plan, RecordKind, Step, in_batches
from bluehelm.web.forces import exchange, imports
from bluehelm.web.forces.models import Contributor, Pledge, Requirement
from bluehelm.web.posts.acting import Actor
from bluehelm.workflows.record_files import Row

REQUIRED = {
    "requirements": {"id", "mission", "capability", "strength", "from", "until", "min_level"},
    "pledges": {"id", "contributor", "capability", "strength", "level", "available_from", "available_until"},
    "contributors": {"contributor"},
}
TITLES = {
    "id": _("identifier"), "mission": _("mission"), "capability": _("capability"), "strength": _("strength"),
    "from": _("from"), "until": _("until"), "min_level": _("lowest level"), "languages": _("languages"),
    "priority": _("priority"), "accepts_parts": _("accepts parts"), "area": _("area"), "tasks": _("tasks"),
    "contributor": _("contributor"), "level": _("level"), "available_from": _("available from"),
    "available_until": _("available until"), "caveats": _("caveats"), "joint_group": _("joint group"),
    "splits_into": _("splits into"), "women": _("women"), "monthly_cost": _("monthly cost in US dollars"),
    "max_units": _("most units at once"), "expires_on": _("to be renewed by"),
}  # fmt: skip
NAMES = {
    "requirements": exchange.REQUIREMENT_COLUMNS,
    "pledges": exchange.PLEDGE_COLUMNS,
    "contributors": exchange.CONTRIBUTOR_COLUMNS,
}


def plan(what: str, rows: Sequence[Row], asked: Asked) -> Plan:
    names = [name for name in NAMES[what] if all(name in row.cells for row in rows)]
    steps, problems = imports.plan_of(what, asked.source, _laid_out(names, rows), asked.by, timezone.now().date())
    made = Plan(problems=[_in_file(problem, rows) for problem in problems])
    lines = {row.cells.get("contributor" if what == "contributors" else "id", ""): row.line for row in rows}
    for step in steps:
        made.steps.append(
            Step(lines.get(step.code, 0), step.code, step.deed, step.fields, partial(_applied, step.code, step.apply))
        )
    if what == "pledges":
        named = {row.cells.get("contributor", "") for row in rows} - {""}
        known = set(Contributor.objects.filter(code__in=named).values_list("code", flat=True))
        made.reference = sorted(named - known)
    return made


def _applied(code: str, apply: Callable[[], int]) -> tuple[str, int]:
    return code, apply()


def _laid_out(names: Sequence[str], rows: Sequence[Row]) -> str:
    """The rows as a file of one line a row, so that a row's place says its line."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([" ".join(row.cells[name].split()) for name in names] for row in rows)
    return text.getvalue()


def _in_file(problem: str, rows: Sequence[Row]) -> str:
    """A problem with the line of the person's own file in the place of the laid-out one's."""
    head, found, tail = problem.partition("line ")
    number, colon, rest = tail.partition(":")
    if not (found and colon and number.strip().isdecimal() and 2 <= int(number) <= len(rows) + 1):
        return problem
    return f"{head}line {rows[int(number) - 2].line}:{rest}"


def undo(what: str, kept: Kept, asked: Asked) -> str | None:
    said = {"code": kept.key, "deed": kept.deed, "fields": kept.fields, "version": kept.version}
    problems = imports.put_back(what, said, asked.source, asked.by)
    return " ".join(problems) or None


Leaving = tuple[QuerySet[Any], Callable[[Any], Sequence[Any]]]


def out(what: str, by: Actor) -> Out:
    asked, row = OUT[what](by)

    def rows(after: int) -> Iterator[tuple[int, Sequence[Any]]]:
        return ((one.pk, row(one)) for one in in_batches(asked, after))

    return Out(asked.count(), asked.aggregate(most=Max("marking"))["most"] or 0, rows)


def _requirements(by: Actor) -> Leaving:
    asked = Requirement.objects.readable_by(by).filter(withdrawn_on=None)
    return asked, lambda one: exchange.requirement_row(exchange.asked(one))


def _pledges(by: Actor) -> Leaving:
    """Those that hold a level today: the file has no word for the others."""
    today = timezone.now().date()
    made = Pledge.objects.readable_by(by).filter(withdrawn_on=None, level__gt="", expires_on__gte=today)
    made = made.select_related("contributor").prefetch_related("caveats")
    return made, lambda one: exchange.pledge_row(exchange.offered(one, today))


def _contributors(by: Actor) -> Leaving:
    return Contributor.objects.readable_by(by), lambda one: (one.code, one.max_units)


OUT: dict[str, Callable[[Actor], Leaving]] = {
    "requirements": _requirements, "pledges": _pledges, "contributors": _contributors
}  # fmt: skip


def _may(what: str, by: Actor) -> bool:
    return imports.may_take_in(by, what)


def _kind(what: str, title: Any, right: str) -> RecordKind:
    columns = tuple(Column(name, TITLES[name], name in REQUIRED[what]) for name in NAMES[what])
    return RecordKind(
        what, title, right, columns, partial(_may, what), partial(plan, what), partial(undo, what), partial(out, what)
    )


FORCES = (
    _kind("requirements", _("Requirements"), "requirement"),
    _kind("pledges", _("Pledges"), "pledge"),
    _kind("contributors", _("Contributors"), "pledge"),
)
