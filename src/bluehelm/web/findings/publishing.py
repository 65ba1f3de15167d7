"""How do findings become a table that others can measure?

Dates and states leave, never what a finding says nor who is named in it.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from bluehelm.disclosure import Marking
from bluehelm.store import Version
from bluehelm.tables.follow_through import FOLLOW_THROUGH
from bluehelm.tables.provenance import Coverage, SourceNote
from bluehelm.web.data.actions import Record, ReleaseError, publish_table
from bluehelm.web.findings.models import Finding, Recommendation
from bluehelm.web.findings.reads import measured_findings
from bluehelm.web.posts.acting import Actor

OWN_RECORDS = SourceNote(
    provider="own-findings",
    title="Findings ledger of this installation",
    licence="as its label says",
    citation="the findings ledger of this installation",
    url="",
)


def publish_follow_through(*, audience: str, marking: Marking, by: Actor, today: date) -> Version:
    """Make the findings that may go to an audience, up to a marking, a version of the follow-through table.

    Findings that nobody has raised, or that were merged into others, are left out. Raises NotAllowedError when the
    actor may not create tables at the marking they have together, ReleaseError when there is none.
    """
    found = [
        finding
        for finding in measured_findings(by).select_related("releasable_to").order_by("pk")
        if audience in finding.label.releasable_to and finding.label.marking <= marking
    ]
    if not found:
        raise ReleaseError(_("No finding that you may read may go to %(audience)s.") % {"audience": audience})
    rows = pl.DataFrame([row for one in found for row in _rows(one, today)], schema=FOLLOW_THROUGH.schema)
    records = [Record("finding", str(one.pk), one.row_version, one.label) for one in found]
    months = [one.found_on.strftime("%Y-%m") for one in found]
    covered = Coverage(min(months), max(months), None)
    return publish_table(
        table=FOLLOW_THROUGH.name, rows=rows, records=records, source=OWN_RECORDS, coverage=covered, by=by
    )


def _rows(finding: Finding, today: date) -> Iterator[dict[str, Any]]:
    shared = {
        "finding": finding.pk,
        "mission": finding.mission or None,
        "domain": finding.domain,
        "severity": finding.severity,
        "found_on": finding.found_on,
        "raised_on": finding.raised_on,
    }
    recommendations = list(finding.recommendations.all())
    for asked in recommendations:
        yield shared | _row(asked, today)
    if not recommendations:
        yield shared | {"recommendation": 0, "state": finding.own_state, "ended_on": finding.ended_on}


def _row(asked: Recommendation, today: date) -> dict[str, Any]:
    decision = asked.decision
    action = getattr(decision, "action", None) if decision else None
    waits = [(wait.from_on, wait.until_on or today) for wait in asked.waits.all()]
    return {
        "recommendation": asked.number,
        "state": asked.state,
        "recommended_on": asked.made_on,
        "due_on": asked.due_on,
        "decided_on": decision.decided_on if decision else None,
        "outcome": decision.outcome if decision else None,
        "begun_on": action.started_on if action else None,
        "done_on": action.done_on if action else None,
        "ended_on": asked.ended_on,
        "waited_days": days_waited(waits),
    }


def days_waited(waits: Iterable[tuple[date, date]]) -> int:
    """Days on which at least one of the waits held, each day once: two causes at a time do not count twice."""
    days = {first + timedelta(days=number) for first, last in waits for number in range((last - first).days)}
    return len(days)
