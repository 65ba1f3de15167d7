"""How do approved reports become a table that briefs, indicators and outlooks can ask?

The day, the place, the sides and the toll leave; what a report tells in words, and everybody behind it, do not.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from bluehelm.definitions.report_types import packaged_report_types
from bluehelm.disclosure import Marking, Pass, Reader
from bluehelm.store import Version
from bluehelm.tables.grid import cell_of
from bluehelm.tables.mission_incidents import MISSION_INCIDENTS
from bluehelm.tables.months import months_between
from bluehelm.tables.provenance import Coverage, SourceNote
from bluehelm.tables.reporting_effort import REPORTING_EFFORT
from bluehelm.web.data.actions import Record, ReleaseError, publish_table
from bluehelm.web.posts.acting import Actor
from bluehelm.web.posts.marked import readable
from bluehelm.web.reports.content import harm_of
from bluehelm.web.reports.models import DayEffort, Report
from bluehelm.web.reports.presenters import late
from bluehelm.web.reports.reads import reports_shown_to
from bluehelm.workflows.own_incidents import is_synthetic

OWN_REPORTS = SourceNote(
    provider="own-reports",
    title="Reports of this installation's missions, approved",
    licence="as its label says",
    citation="the reports of this installation",
    url="",
)


def publish_incidents(*, mission: str, audience: str, marking: Marking, by: Actor) -> Version:
    """Make a mission's approved incidents that may go to an audience, up to a marking, a version of their table.

    Raises NotAllowedError when the actor may not create tables at the marking they have together, ReleaseError when
    there is none.
    """
    approved = reports_shown_to(by).filter(
        mission=mission, sort="incident", approved_at__isnull=False, withdrawn_at=None, marking__lte=marking.value
    )
    chosen = approved.select_related("releasable_to").order_by("pk")
    found = [report for report in chosen if audience in report.label.releasable_to]
    if not found:
        raise ReleaseError(_("No approved incident that you may read may go to %(audience)s.") % {"audience": audience})
    doubles = _doubles_of(found, audience, marking, by)
    rows = pl.DataFrame([_row(report, doubles[report.pk]) for report in found], schema=MISSION_INCIDENTS.schema)
    months = {report.from_at.strftime("%Y-%m") for report in found}
    first, last = min(months), max(months)
    watched = months | _months_watched(mission, Pass(marking, frozenset({audience})))
    unknown = tuple(month for month in months_between(first, last) if month not in watched)
    return publish_table(
        table=MISSION_INCIDENTS.name,
        rows=rows,
        records=[Record("report", str(report.pk), report.row_version, report.label) for report in found],
        source=OWN_REPORTS,
        coverage=Coverage(first, last, None, unknown),
        by=by,
        synthetic=is_synthetic(Path(settings.BLUEHELM_HOME), mission),
    )


def publish_effort(*, mission: str, audience: str, marking: Marking, by: Actor) -> Version:
    """Make a mission's told effort that may go to an audience a version of its table, months by component.

    Raises NotAllowedError like `publish_incidents`, ReleaseError when there is none.
    """
    told = DayEffort.objects.readable_by(by).filter(mission=mission, marking__lte=marking.value)
    chosen = told.select_related("releasable_to").order_by("pk")
    found = [day for day in chosen if audience in day.label.releasable_to]
    if not found:
        raise ReleaseError(_("No effort that you may read may go to %(audience)s.") % {"audience": audience})
    days = pl.DataFrame(
        [(day.mission, day.unit, day.on.strftime("%Y-%m"), day.patrols, day.reporters) for day in found],
        schema={
            "mission": pl.String,
            "unit": pl.String,
            "month": pl.String,
            "patrols": pl.Int64,
            "reporters": pl.Int64,
        },
        orient="row",
    )
    summed = [
        pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(kept)
        for name, kept in (("patrols", "patrols"), ("reporters", "reporter_days"))
    ]
    rows = days.group_by("mission", "unit", "month").agg(pl.len().cast(pl.Int64).alias("days_told"), *summed)
    return publish_table(
        table=REPORTING_EFFORT.name,
        rows=rows.select(REPORTING_EFFORT.column_names).sort(REPORTING_EFFORT.key),
        records=[Record("report", f"effort/{day.pk}", day.row_version, day.label) for day in found],
        source=OWN_REPORTS,
        coverage=Coverage(str(days["month"].min()), str(days["month"].max()), None),
        by=by,
        synthetic=is_synthetic(Path(settings.BLUEHELM_HOME), mission),
    )


def _months_watched(mission: str, addressed: Pass) -> set[str]:
    """The months of which effort was told or anything reported, as far as that may go to whom it is published."""
    among = readable(Reader((addressed,)))
    told = DayEffort.objects.filter(among, mission=mission).exclude(patrols=None, reporters=None)
    made = Report.objects.filter(among, mission=mission, withdrawn_at=None).order_by()
    by_month = made.annotate(month=TruncMonth("from_at")).values_list("month", flat=True).distinct()
    return {f"{month:%Y-%m}" for month in by_month} | {f"{day:%Y-%m}" for day in told.values_list("on", flat=True)}


def _doubles_of(found: list[Report], audience: str, marking: Marking, by: Actor) -> Counter[int]:
    """How many further reports of each event may go to the audience: no others are counted either."""
    doubles = reports_shown_to(by).filter(counted_as__in=found, withdrawn_at=None, marking__lte=marking.value)
    return Counter(
        one.counted_as_id or 0 for one in doubles.select_related("releasable_to") if audience in one.label.releasable_to
    )


def _row(report: Report, doubles: int) -> dict[str, Any]:
    kind = packaged_report_types().get(report.type)
    killed = next((harm.persons for harm in harm_of(report.harm) if harm.outcome == "killed"), None)
    has_point = report.latitude is not None and report.longitude is not None
    return {
        "event_id": f"{report.mission}-{report.pk}",
        "mission": report.mission,
        "report_type": report.type,
        "type": kind.ucdp if kind else None,
        "acled_type": kind.acled if kind else None,
        "date_start": report.from_at.date(),
        "date_end": report.until_at.date(),
        "date_precision": 2 if report.certainty == "days" else 1,
        "place": report.place or None,
        "place_precision": report.precision,
        "latitude": report.latitude,
        "longitude": report.longitude,
        "gid": cell_of(report.latitude or 0, report.longitude or 0) if has_point else None,
        "side_a": _side(report, "perpetrator"),
        "side_b": _side(report, "target"),
        "low": killed.low if killed else None,
        "high": killed.high if killed else None,
        "reliability": report.reliability or None,
        "credibility": report.credibility or None,
        "verified_late": late(report, report.received_at),
        "reports": 1 + doubles,
    }


def _side(report: Report, role: str) -> str | None:
    return "; ".join(name for name, part in report.parties if part == role) or None
