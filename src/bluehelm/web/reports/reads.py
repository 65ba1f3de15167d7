"""What do reports say to this reader?

Everything begins with the reports that the actor may read: list, counts, map, near reports and exports alike. Who is
behind a report is no column of it, so that no filter, order or count can find anybody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

import polars as pl
from django.db.models import (
    Avg,
    Case,
    Count,
    DateField,
    Exists,
    F,
    Func,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Round

from bluehelm.definitions.report_types import packaged_report_types
from bluehelm.disclosure import EVERYONE, Marking, Pass, Reader
from bluehelm.geo.main_area import FAR_DEGREES, Box, Square, main_area
from bluehelm.situation.duplicates import Pair
from bluehelm.situation.effort import COUNTS, EFFORT, Effort, effort_by_unit
from bluehelm.web.posts.acting import Actor
from bluehelm.web.posts.marked import readable
from bluehelm.web.reports import words
from bluehelm.web.reports.lookalikes import as_pair, of_report, shown_among
from bluehelm.web.reports.models import (
    UNGRADED,
    DayEffort,
    InformationRequest,
    Lookalike,
    Product,
    Report,
    Version,
)

MOST_NEAR = 20
"""Reports that are set beside one as perhaps of the same event: those that look most alike."""
MOST_SEARCHED = 3000
"""Reports in which words are looked for at a time, the newest first: a word stands in no index."""
MOST_ON_A_MAP = 200
"""Reports that a map draws one by one; where there are more it draws groups of them."""
MOST_GROUPED = 4000
"""Reports that a map draws in groups: the newest."""
SQUARES, LEAST_SPAN = 6, 0.5
"""Squares along the longer side of what a map's groups lie in, which is at least so many degrees long."""
EVERYTHING = Q()
EXPECTED_SINCE = timedelta(days=28)
"""A component that told its effort so long before is expected to tell it."""
MOST_LOOKED_AT = 90
"""Days of effort that stand beside a list, however far back it goes."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked of the list; what is empty asks for nothing."""

    text: str = ""
    type: str = ""
    sort: str = ""
    verification: str = ""
    work: str = ""
    days: str = "30"
    mission: str = ""

    @property
    def is_default(self) -> bool:
        return self == Filters()


def reports_shown_to(actor: Actor) -> QuerySet[Report]:
    """The reports the actor may read, and no others."""
    return cast("QuerySet[Report]", Report.objects.readable_by(actor))


def with_what_counts(found: QuerySet[Report], actor: Actor) -> QuerySet[Report]:
    """Each with `counted_as_shown`, the report that is counted in its place; None where the actor may not read it."""
    counts = reports_shown_to(actor).filter(pk=OuterRef("counted_as"))
    return found.annotate(counted_as_shown=Subquery(counts.values("pk")[:1]))


def everybody_of(mission: str, marking: int) -> Q:
    """What everybody of a mission may read who reads up to a marking: nothing else goes into what all of them get."""
    return readable(Reader((Pass(Marking(marking), frozenset({f"mission:{mission}", EVERYONE})),)))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is asked for: the reports, newest first, and the last one in which words were looked for.

    `searched_to` is None where words were looked for in all of them, or none was asked for.
    """

    found: QuerySet[Report]
    searched_to: int | None = None


def report_list(
    actor: Actor, asked: Filters, now: datetime, after: int = 0, most_searched: int = MOST_SEARCHED
) -> Asked:
    """The reports asked for, newest first; withdrawn ones are found by their number alone.

    `after` leaves out the report of that number and all that are newer. Words are looked for in the newest
    `most_searched` of what else is asked for; 0 looks in all of them.
    """
    found = with_what_counts(reports_shown_to(actor), actor).filter(withdrawn_at=None)
    for name in ("type", "sort", "verification", "mission"):
        if value := getattr(asked, name):
            found = found.filter(**{name: value})
    if asked.days.isdecimal() and int(asked.days[:5]) > 0:
        found = found.filter(from_at__gte=now - timedelta(days=int(asked.days[:5])))
    found = _older_than(_to_do(found, asked.work, now), actor, after)
    return _with_words(found, asked.text.split(), most_searched)


def _older_than(found: QuerySet[Report], actor: Actor, number: int) -> QuerySet[Report]:
    """Those that come after a report in the list; all of them where the actor may not read that one."""
    last = reports_shown_to(actor).filter(pk=number).values_list("from_at", flat=True).first() if number else None
    if last is None:
        return found
    return found.filter(Q(from_at__lt=last) | Q(pk__lt=number), from_at__lte=last)


def _with_words(found: QuerySet[Report], said: list[str], most: int) -> Asked:
    """Those that say all of it, of the newest `most`."""
    newest = found.values_list("pk", flat=True)
    last = list(newest[most - 1 : most + 1]) if said and most else []
    is_bounded = len(last) > 1
    if is_bounded:
        found = found.filter(pk__in=newest[:most])
    for word in said:
        found = found.filter(Q(narrative__icontains=word) | Q(place__icontains=word) | Q(response__icontains=word))
    return Asked(found, last[0] if is_bounded else None)


def _to_do(found: QuerySet[Report], work: str, now: datetime) -> QuerySet[Report]:
    if work == "grade":
        return found.filter(UNGRADED)
    if work == "verify":
        late = now - timedelta(hours=packaged_report_types().verify_within_hours)
        return found.filter(settled_at=None, received_at__lt=late)
    if work == "decide":
        return found.filter(pk__in=Version.objects.filter(standing="waiting").values("report"))
    return found


def counted(found: QuerySet[Report], shown: QuerySet[Report]) -> QuerySet[Report]:
    """Each event once: without those that are counted as another of the reports that are `shown`.

    Where the report that counts is not shown, the first of those shown that are counted as it stands in its place.
    """
    hidden = ~Exists(shown.filter(pk=OuterRef("counted_as")).order_by())
    earlier = shown.filter(counted_as=OuterRef("counted_as"), pk__lt=OuterRef("pk"), withdrawn_at=None).order_by()
    return found.filter(Q(counted_as=None) | Q(counted_as__isnull=False) & hidden & ~Exists(earlier))


def whole_report(actor: Actor, number: int) -> Report | None:
    """One report with what hangs on it; None when there is none that the actor may read."""
    shown = with_what_counts(reports_shown_to(actor), actor).select_related("releasable_to", "counted_as")
    return shown.filter(pk=number).prefetch_related("versions__releasable_to").first()


def doubles_of(actor: Actor, report: Report) -> QuerySet[Report]:
    return reports_shown_to(actor).filter(counted_as=report)


# Several reports of one event


def near_reports(actor: Actor, report: Report) -> list[tuple[Report, Pair]]:
    """Readable reports that may speak of the same event, most points first, and no more than a page takes."""
    shown = reports_shown_to(actor)
    pairs = of_report(shown_among(counted(shown, shown)), report.pk)[:MOST_NEAR]
    found = [as_pair(one) for one in pairs]
    others = reports_shown_to(actor).in_bulk({pair.first + pair.second - report.pk for pair in found})
    return [(others[pair.first + pair.second - report.pk], pair) for pair in found]


def pairs_to_look_at(actor: Actor, since: datetime, mission: str = "") -> QuerySet[Lookalike]:
    """The pairs whose later report was received since then and that nobody has linked or told apart yet."""
    shown = reports_shown_to(actor)
    stands = counted(shown, shown)
    return shown_among(stands.filter(mission=mission) if mission else stands).filter(latest_at__gte=since)


# Effort


def efforts(actor: Actor, mission: str, first: date, last: date, among: Q = EVERYTHING) -> list[Effort]:
    """Reports of a mission by component, beside patrols and reporter-days; every event once.

    `among` narrows both to what goes into a product. A component that told its effort within `EXPECTED_SINCE` before
    has a row also where it told nothing of these days.
    """
    told = DayEffort.objects.readable_by(actor).filter(among, mission=mission, on__range=(first, last))
    shown = reports_shown_to(actor).filter(among)
    by_day = (
        counted(shown, shown)
        .filter(
            mission=mission,
            withdrawn_at=None,
            from_at__gte=_midnight(first),
            from_at__lt=_midnight(last + timedelta(days=1)),
        )
        .order_by()
        .annotate(on=Func(F("from_at"), function="DATE", output_field=DateField()))  # in UTC, as it is kept
        .values("on", "unit")
        .annotate(reports=Count("pk"))
    )
    effort = pl.DataFrame(list(told.values("on", "unit", "patrols", "reporters")), schema=EFFORT)
    counts = pl.DataFrame([dict(row) for row in by_day], schema=COUNTS)
    expected = DayEffort.objects.readable_by(actor).filter(
        among, mission=mission, on__range=(first - EXPECTED_SINCE, last)
    ).order_by().values_list("unit", flat=True).distinct()  # fmt: skip
    return effort_by_unit(effort, counts, first, last, expected)


@dataclass(frozen=True, slots=True)
class LookedAt:
    """How much a mission looked at from one day to another, by component; without a mission nobody can say."""

    mission: str
    first: date
    last: date
    efforts: tuple[Effort, ...]

    @property
    def rows(self) -> list[tuple[Effort, Any]]:
        """Each component's effort with its title."""
        return [(one, words.UNITS.get(one.unit, one.unit)) for one in self.efforts]


def looked_at(actor: Actor, mission: str, days: int, now: datetime) -> LookedAt:
    """The effort beside the reports of the last days, or of the last `MOST_LOOKED_AT` where more or all are asked."""
    last = now.date()
    first = (now - timedelta(days=days if 0 < days < MOST_LOOKED_AT else MOST_LOOKED_AT)).date()
    return LookedAt(mission, first, last, tuple(efforts(actor, mission, first, last)) if mission else ())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


# The map


@dataclass(frozen=True, slots=True)
class Group:
    """Reports of one sort about one place: where they lie on the average, how many, and when the newest began.

    `only` is the number of the report where it is a single one.
    """

    sort: str
    is_stale: bool
    latitude: float
    longitude: float
    reports: int
    newest_at: datetime
    only: int | None = None


@dataclass(frozen=True, slots=True)
class OnAMap:
    """What a map draws: reports one by one, or groups of the newest `counted` where there are too many for that.

    `more` says that there are older ones of the span which it does not draw.
    """

    points: list[Report]
    groups: list[Group]
    counted: int
    more: bool = False


def mapped(actor: Actor, days: int, now: datetime) -> OnAMap:
    """The reports with a point of the last days, each event once."""
    found = newest_with_point(actor, days, now)
    points = list(found.defer("narrative", "response", "parties")[: MOST_ON_A_MAP + 1])
    return OnAMap(points, [], len(points)) if len(points) <= MOST_ON_A_MAP else _grouped(found, now)


def newest_with_point(actor: Actor, days: int, now: datetime) -> QuerySet[Report]:
    since = now - timedelta(days=days)
    shown = reports_shown_to(actor)
    return counted(shown, shown).filter(withdrawn_at=None, latitude__isnull=False, from_at__gte=since)


def _grouped(found: QuerySet[Report], now: datetime) -> OnAMap:
    """The newest in groups: by sort, by whether they are stale, and by squares of a part of what nearly all lie in.

    What began at the same instant as the last of them is drawn with it.
    """
    last = list(found.values_list("from_at", flat=True)[MOST_GROUPED - 1 : MOST_GROUPED + 1])
    newest = (found.filter(from_at__gte=last[0]) if len(last) > 1 else found).order_by()
    span = main_area(_squares(newest), least=LEAST_KNOWN) or Box(0, 0, 0, 0)
    side = max(span.north - span.south, span.east - span.west, LEAST_SPAN) / SQUARES
    stale = Q(from_at__lt=now - timedelta(days=packaged_report_types().stale_after_days))
    squares = newest.annotate(
        is_stale=Case(When(stale, then=True), default=False), row=Round(F("latitude") / side),
        column=Round(F("longitude") / side),
    ).values("sort", "is_stale", "row", "column")  # fmt: skip
    summed = squares.annotate(
        reports=Count("pk"),
        at=Avg("latitude"),
        across=Avg("longitude"),
        newest_at=Max("from_at"),
        first=Min("pk"),
    ).order_by("-reports", "row", "column", "sort", "is_stale")
    groups = [
        Group(
            one["sort"],
            one["is_stale"],
            one["at"],
            one["across"],
            one["reports"],
            one["newest_at"],
            one["first"] if one["reports"] == 1 else None,
        )
        for one in summed
    ]
    number = sum(one.reports for one in groups)
    return OnAMap([], groups, number, len(last) > 1 and found.filter(from_at__lt=last[0]).exists())


LEAST_KNOWN = 20
"""How many reports make an area beyond which a point is asked about."""


def _squares(found: QuerySet[Report]) -> list[Square]:
    """The reports with a point in squares, as the database counts them."""
    placed = found.filter(latitude__isnull=False, longitude__isnull=False).order_by()
    squares = placed.annotate(
        row=Round(F("latitude") / FAR_DEGREES), column=Round(F("longitude") / FAR_DEGREES)
    ).values("row", "column")  # fmt: skip
    summed = squares.annotate(
        n=Count("pk"), south=Min("latitude"), north=Max("latitude"), west=Min("longitude"), east=Max("longitude")
    )
    return [
        Square(int(one["row"]), int(one["column"]), one["n"],
               Box(one["south"], one["north"], one["west"], one["east"]))
        for one in summed
    ]  # fmt: skip


def usual_area(actor: Actor, mission: str) -> Box | None:
    """Where nearly all reports of a mission lie that the actor may read; None where there are too few to say."""
    squares = _squares(reports_shown_to(actor).filter(mission=mission, withdrawn_at=None))
    return main_area(squares, least=LEAST_KNOWN) if sum(one.points for one in squares) >= LEAST_KNOWN else None


def is_far_off(actor: Actor, mission: str, latitude: float, longitude: float) -> bool:
    """Whether a point lies far from wherever else the mission reports from, as far as the actor may read it."""
    area = usual_area(actor, mission)
    return area is not None and area.beyond(latitude, longitude) > FAR_DEGREES


# The desks


def products_shown_to(actor: Actor) -> QuerySet[Product]:
    found = Product.objects.readable_by(actor).select_related("signed_post", "drafted_post", "releasable_to")
    return cast("QuerySet[Product]", found)


def requests_shown_to(actor: Actor) -> QuerySet[InformationRequest]:
    """Requests of and to the mission's posts that the actor may read, open ones first and the nearest due on top."""
    found = InformationRequest.objects.readable_by(actor).select_related("asked_post", "to_post")
    return cast("QuerySet[InformationRequest]", found)


def highest_marking(records: Iterable[Report | InformationRequest]) -> int:
    return max((record.marking for record in records), default=0)
