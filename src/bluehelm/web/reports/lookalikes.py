"""Which reports may speak of the same event: found when one is filed or changed, kept, and shown to whom it may be?

To compare all with all whenever somebody looks costs more the more is reported. So a report is compared once with those
near it in time and place, by `bluehelm.situation.duplicates`, whoever may read them; a reader is shown a pair when it
may read both, when neither was withdrawn or is counted as another, and when nobody told them apart.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from math import cos, radians
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from bluehelm.definitions.report_types import DuplicateRules, packaged_duplicate_rules
from bluehelm.situation.duplicates import Pair, Sign, candidate_pairs, candidates_of
from bluehelm.situation.reports import Report as Told
from bluehelm.web.reports.content import as_report, content_of
from bluehelm.web.reports.models import Lookalike, Report, ToldApart

LONGEST = timedelta(days=31)
"""What began longer before another report than this, and the hours of the rule, is not compared with it."""
KM_A_DEGREE = 110.0
"""Kilometres of a degree of latitude, rounded down, so that no near report is left out."""


def keep_lookalikes(report: Report) -> None:
    """Compare a report that was filed or changed with those near it, in place of what was found before."""
    Lookalike.objects.filter(Q(first=report) | Q(second=report)).delete()
    rules = packaged_duplicate_rules()
    others = {one.pk: one for one in _near(report, rules)}
    pairs = candidates_of(told(report), map(told, others.values()), rules)
    received = {number: one.received_at for number, one in others.items()} | {report.pk: report.received_at}
    Lookalike.objects.bulk_create(_kept(pairs, received))


def keep_all(reports: Iterable[Report], kept: type[Lookalike] = Lookalike) -> None:
    """The same for many reports at once, of which none was compared before; a migration gives its own model."""
    by_mission: dict[str, list[Report]] = {}
    for report in reports:
        by_mission.setdefault(report.mission, []).append(report)
    rules = packaged_duplicate_rules()
    for of_mission in by_mission.values():
        received = {one.pk: one.received_at for one in of_mission}
        pairs = candidate_pairs(map(told, of_mission), rules)
        kept.objects.bulk_create(_kept(pairs, received, kept), batch_size=2000)


def told(report: Report) -> Told:
    return as_report(report.pk, content_of(report))


def _near(report: Report, rules: DuplicateRules) -> QuerySet[Report]:
    """Reports of the mission that the rule may find near: by time, and by a box about the point where both have one."""
    span = timedelta(hours=rules.within_hours)
    found = Report.objects.filter(
        mission=report.mission, withdrawn_at=None, until_at__gte=report.from_at - span,
        from_at__range=(report.from_at - span - LONGEST, report.until_at + span),
    )  # fmt: skip
    return found.exclude(pk=report.pk).filter(_box(report, rules.within_km))


def _box(report: Report, km: float) -> Q:
    latitude, longitude = report.latitude, report.longitude
    if latitude is None or longitude is None:
        return Q()
    high = km / KM_A_DEGREE
    box = Q(latitude__range=(latitude - high, latitude + high))
    wide = high / max(cos(radians(min(89.0, abs(latitude) + high))), 0.01)
    if abs(longitude) + wide < 180:
        box &= Q(longitude__range=(longitude - wide, longitude + wide))
    return Q(latitude=None) | box


def _kept(
    pairs: Iterable[Pair], received: dict[int, datetime], kept: type[Lookalike] = Lookalike
) -> Iterator[Lookalike]:
    for pair in pairs:
        signs = [[sign.name, sign.strength, sign.words] for sign in pair.signs]
        latest = max(received[pair.first], received[pair.second])
        yield kept(first_id=pair.first, second_id=pair.second, latest_at=latest, points=pair.points, signs=signs)


# Shown to a reader


def shown_among(reports: QuerySet[Report]) -> QuerySet[Lookalike]:
    """The pairs of which both are among these reports, which are counted for themselves; the most points first."""
    stands = reports.filter(withdrawn_at=None).order_by()
    apart = ToldApart.objects.filter(first=OuterRef("first"), second=OuterRef("second"))
    both = [Exists(stands.filter(pk=OuterRef(side))) for side in ("first", "second")]
    return Lookalike.objects.filter(*both, ~Exists(apart)).order_by("-points", "pk")


def of_report(pairs: QuerySet[Lookalike], number: int) -> QuerySet[Lookalike]:
    return pairs.filter(Q(first=number) | Q(second=number))


def as_pair(kept: Lookalike) -> Pair:
    signs: list[list[Any]] = kept.signs
    return Pair(kept.first_id, kept.second_id, kept.points, tuple(Sign(*sign) for sign in signs))
