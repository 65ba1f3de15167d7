"""How do submissions of the field form become reports of whoever takes them in, each once?"""

import hashlib
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from bluehelm.disclosure import Label, Marking
from bluehelm.geo.main_area import FAR_DEGREES
from bluehelm.protection.callers import numbers_in
from bluehelm.situation.reports import ReportError
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.reports.actions import DeedError, file_report
from bluehelm.web.reports.content import harm_kept
from bluehelm.web.reports.models import Report
from bluehelm.web.reports.reads import usual_area
from bluehelm.workflows.field_submissions import Submission, SubmissionsError, read_submissions


@dataclass(frozen=True, slots=True)
class Taken:
    """The numbers of the reports filed, how many were there already, and what is wrong with the other rows.

    `doubtful` tells of rows that were taken in and whose point is to be looked at.
    """

    filed: list[int] = field(default_factory=list)
    known: int = 0
    problems: list[str] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)


@transaction.atomic
def take_in(name: str, content: bytes, *, by: Actor) -> Taken:
    """File the submissions of a file, confidential and for the mission; those taken in before are left as they are."""
    if by.post is None or not by.post.mission:
        raise NotAllowedError(_("This takes a post of a mission."))
    try:
        read = read_submissions(name, content)
    except SubmissionsError as error:
        raise DeedError(str(error)) from None
    label = Label(Marking.CONFIDENTIAL, frozenset({f"mission:{by.post.mission}"}))
    filed, known, problems, taken = [], 0, list(read.problems), []
    for row in read.rows:
        key = _draft_key(row)
        if Report.objects.filter(draft_key=key).exists():
            known += 1
            continue
        try:
            filed.append(file_report(content=_content(row), label=label, by=by, draft_key=key).pk)
        except (ReportError, DeedError) as error:
            problems.append(f"line {row.line}: {error}")
        else:
            taken.append(row)
    return Taken(filed, known, problems, [*_far_off(taken, by), *_with_numbers(taken)])


def _far_off(rows: list[Submission], by: Actor) -> list[str]:
    """Which rows have a point far from wherever else the mission reports from, these rows among it."""
    area = usual_area(by, by.post.mission if by.post else "")
    placed = [row for row in rows if row.values["latitude"] is not None and row.values["longitude"] is not None]
    return [
        _("line %(line)s: the point %(latitude)s, %(longitude)s lies hundreds of km from wherever else the mission "
          "reports from. The row was taken in; look whether latitude and longitude are swapped, or a sign lost.")
        % {"line": row.line, "latitude": f"{row.values['latitude']:g}", "longitude": f"{row.values['longitude']:g}"}
        for row in placed
        if area is not None and area.beyond(row.values["latitude"], row.values["longitude"]) > FAR_DEGREES
    ]  # fmt: skip


def _with_numbers(rows: list[Submission]) -> list[str]:
    """Which rows hold what reads like a telephone number; nothing is changed of it."""
    return [
        _("line %(line)s: what was said holds what reads like a telephone number. The row was taken in; take it out of "
          "the report, unless all who read the report may read it.")
        % {"line": row.line}
        for row in rows
        if numbers_in(f"{row.values.get('narrative') or ''}\n\n\n{row.values.get('response') or ''}")
    ]  # fmt: skip


def _draft_key(row: Submission) -> UUID:
    """The submission's own number, or one made of what it says where it brings none."""
    told = {name: value for name, value in row.values.items() if (name, value) != ("source_type", "")}
    said = row.key or repr((sorted(told.items(), key=lambda pair: pair[0]), row.harm))
    return UUID(bytes=hashlib.sha256(f"field-form {said}".encode()).digest()[:16])


def _content(row: Submission) -> dict[str, Any]:
    values = dict(row.values)
    has_point = values["latitude"] is not None
    return values | {
        "from_at": values["from_at"].isoformat(timespec="minutes"),
        "until_at": values["until_at"].isoformat(timespec="minutes"),
        "placed_by": "map" if has_point else "description",
        "precision": 1 if has_point else 3,
        "harm": harm_kept(row.harm),
    }
