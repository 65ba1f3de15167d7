"""How do submissions of the field form become reports of whoever takes them in, each once?"""

import hashlib
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from bluehelm.disclosure import Label, Marking
from bluehelm.situation.reports import ReportError
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.reports.actions import DeedError, file_report
from bluehelm.web.reports.content import harm_kept
from bluehelm.web.reports.models import Report
from bluehelm.workflows.field_submissions import Submission, SubmissionsError, read_submissions


@dataclass(frozen=True, slots=True)
class Taken:
    """The numbers of the reports filed, how many were there already, and what is wrong with the other rows."""

    filed: list[int] = field(default_factory=list)
    known: int = 0
    problems: list[str] = field(default_factory=list)


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
    filed, known, problems = [], 0, list(read.problems)
    for row in read.rows:
        key = _draft_key(row)
        if Report.objects.filter(draft_key=key).exists():
            known += 1
            continue
        try:
            filed.append(file_report(content=_content(row), label=label, by=by, draft_key=key).pk)
        except (ReportError, DeedError) as error:
            problems.append(f"line {row.line}: {error}")
    return Taken(filed, known, problems)


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
