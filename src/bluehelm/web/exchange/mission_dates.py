"""How do the dates of a mission's calendar come in and leave as rows?

A date that is not set yet is set; one that is stays. An import is undone by withdrawing what it set.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as said_now
from django.utils.translation import gettext_lazy as _

from bluehelm.web.exchange.kinds import (
    CHANGED,
    NEW,
    SAME,
    Asked,
    Column,
    Kept,
    Out,
    Plan,
    RecordKind,
    Step,
    in_batches,
    on_line,
)
from bluehelm.web.posts.acting import Actor
from bluehelm.web.rhythm.actions import set_mission_date, withdraw_mission_date
from bluehelm.web.rhythm.models import MissionDate
from bluehelm.workflows.record_files import Row

COLUMNS = (
    Column("anchor", _("what happens"), required=True, also=("event",)),
    Column("on", _("on"), required=True, also=("date",)),
    Column("source", _("source"), required=True, also=("resolution",)),
    Column("mission", _("mission"), only_out=True),
)


def plan(rows: Sequence[Row], asked: Asked) -> Plan:
    made = Plan()
    mission = asked.by.post.mission if asked.by.post else ""
    standing = {
        (one.anchor, one.on): one
        for one in MissionDate.objects.readable_by(asked.by).filter(mission=mission, withdrawn=False)
    }
    seen: set[tuple[str, date]] = set()
    for row in rows:
        try:
            on = date.fromisoformat(row.cells.get("on", ""))
        except ValueError:
            made.problems.append(
                on_line(row.line, said_now("This is not a date. Write it as year-month-day, for example 2017-12-31."))
            )
            continue
        anchor, source = row.cells.get("anchor", ""), row.cells.get("source", "")
        if (anchor, on) in seen:
            made.problems.append(on_line(row.line, said_now("this date stands in the file already.")))
        seen.add((anchor, on))
        made.steps.append(_step(row.line, mission, anchor, on, source, standing.get((anchor, on)), asked))
    return made


def _step(line: int, mission: str, anchor: str, on: date, source: str, known: MissionDate | None, asked: Asked) -> Step:
    key = f"{anchor} {on}"

    def make() -> tuple[str, int]:
        if known:
            withdraw_mission_date(mission_date=known, reason=asked.reason, by=asked.by)
        made = set_mission_date(mission=mission, anchor=anchor, on=on, source=source, by=asked.by)
        return str(made.pk), made.row_version

    if known is None:
        return Step(line, key, NEW, {"anchor": [None, anchor], "on": [None, f"{on}"], "source": [None, source]}, make)
    changed = {} if known.source == source.strip() else {"source": [known.source, source]}
    return Step(line, key, CHANGED if changed else SAME, changed, make)


def undo(kept: Kept, asked: Asked) -> str | None:
    known = MissionDate.objects.readable_by(asked.by).filter(pk=int(kept.key), withdrawn=False).first()
    if known is None or known.row_version != kept.version:
        return said_now("Date %(number)s was changed since.") % {"number": kept.key}
    withdraw_mission_date(mission_date=known, reason=asked.reason, by=asked.by)
    if kept.deed == CHANGED:
        set_mission_date(
            mission=known.mission, anchor=known.anchor, on=known.on, source=kept.fields["source"][0], by=asked.by
        )
    return None


def out(by: Actor) -> Out:
    found = MissionDate.objects.readable_by(by).filter(withdrawn=False).order_by("pk")
    facts = found.aggregate(most=Max("marking"))

    def rows(after: int) -> Iterator[tuple[int, Sequence[Any]]]:
        for one in in_batches(found, after):
            yield one.pk, (one.anchor, one.on, one.source, one.mission)

    return Out(found.count(), facts["most"] or 0, rows)


def _may(by: Actor) -> bool:
    return bool(by.post and by.post.mission) and by.may("create", "duty")


MISSION_DATES = RecordKind("mission-dates", _("Dates of the calendar"), "duty", COLUMNS, _may, plan, undo, out)
