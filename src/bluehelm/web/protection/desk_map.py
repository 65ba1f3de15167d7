"""What does the map for work show this reader: posts, roads by season, alerts, threats and reports, with their age?

Each layer is asked of the records and table versions that the reader may read, the newest first and no more than the
definition says. Alerts lie where they lie to about a kilometre; how strong a post is stands on no map.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Max, Q
from django.templatetags.static import static
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bluehelm.definitions.protection import MapRules, packaged_map_rules
from bluehelm.definitions.report_types import packaged_report_types
from bluehelm.geo.main_area import main_area, square_of
from bluehelm.language import called
from bluehelm.products.work_map import (
    SYMBOL,
    WIDE,
    Line,
    Mark,
    Point,
    View,
    line_feature,
    mark_feature,
    path,
    together,
    view_of,
)
from bluehelm.situation.presence import Place
from bluehelm.store import Version
from bluehelm.tables.months import from_ordinal, ordinal
from bluehelm.web.forces.views import note_read
from bluehelm.web.posts.acting import Actor
from bluehelm.web.protection import presenters
from bluehelm.web.protection.models import Alert, Threat
from bluehelm.web.protection.words import titled
from bluehelm.web.reports import noted as reports_noted
from bluehelm.web.reports import reads as report_reads
from bluehelm.web.reports import words as report_words
from bluehelm.web.reports.models import Report
from bluehelm.web.reports.placing import point_of
from bluehelm.web.reports.reads import Group
from bluehelm.workflows.work_map import Posts, Road, ground, posts_of, roads_of

LAYERS: dict[str, Any] = {
    "posts": gettext_lazy("Posts of the mission"),
    "roads": gettext_lazy("Roads in this month"),
    "alerts": gettext_lazy("Alerts"),
    "threats": gettext_lazy("Threats"),
    "reports": gettext_lazy("Reports"),
}
KINDS = {"alerts": "alert", "threats": "threat", "reports": "report"}
"""The kind of record that a reader must be allowed to read for a layer; the others are tables."""
MAP_DAYS = (7, 30, 90)
ALWAYS_SEEN = frozenset({"posts", "places"})
LEAST_DRAWN = 6
"""From how many marks on one that lies far from all others is left out of the picture and named below it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the map: which layers, how many days back, in which calendar month roads are looked at."""

    layers: frozenset[str]
    days: int
    month: int


@dataclass(frozen=True, slots=True)
class DeskMap:
    """The marks and roads of the layers asked for; `cut` are layers of which more is known than is drawn.

    `unplaced` are threats whose place no point is known of.
    """

    marks: tuple[Mark, ...]
    roads: tuple[Road, ...]
    cut: frozenset[str]
    unplaced: tuple[Threat, ...]
    versions: tuple[Version, ...]
    may: tuple[str, ...]


def allowed(actor: Actor) -> tuple[str, ...]:
    """The layers that there are for this reader."""
    return tuple(layer for layer in LAYERS if layer not in KINDS or actor.may("read", KINDS[layer]))


def desk_map(actor: Actor, asked: Asked, now: datetime) -> DeskMap:
    """The map as the reader may see it."""
    rules, home, may = packaged_map_rules(), Path(settings.BLUEHELM_HOME), allowed(actor)
    wanted, mission, on = asked.layers.intersection(may), actor.post.mission if actor.post else "", now.date()
    posts = posts_of(home, mission, on) if "posts" in wanted and mission else Posts()
    stale_before = on - timedelta(days=rules.stale_after("roads"))
    roads, of_roads = roads_of(home, mission, asked.month, stale_before) if "roads" in wanted else ([], None)
    alerts, more_alerts = _alerts(actor, asked.days, now, rules) if "alerts" in wanted else ([], False)
    reports, more_reports = _reports(actor, asked.days, now) if "reports" in wanted else ([], False)
    threats, unplaced = _threats(actor, now, asked.days, rules, alerts) if "threats" in wanted else ([], [])
    return DeskMap(
        marks=(*_posts(posts, on, rules), *alerts, *threats, *reports),
        roads=tuple(roads[: rules.most_drawn]),
        cut=frozenset(
            layer
            for layer, more in (
                ("alerts", more_alerts), ("reports", more_reports), ("roads", len(roads) > rules.most_drawn),
            )
            if more
        ),
        unplaced=tuple(unplaced),
        versions=tuple(version for version in (posts.version, of_roads) if version),
        may=may,
    )  # fmt: skip


def _posts(posts: Posts, on: date, rules: MapRules) -> list[Mark]:
    """The posts by who stands there; the map's age is counted from the end of its month."""
    if posts.month is None:
        return []
    age = max(0, (on - date.fromisoformat(f"{from_ordinal(ordinal(posts.month) + 1)}-01")).days)
    placed = [(one, one.latitude, one.longitude) for one in posts.places]
    return [
        Mark("posts", _kind_of(one), latitude, longitude, one.location,
             (_("map of %(month)s") % {"month": posts.month},), age, age > rules.stale_after("posts"))
        for one, latitude, longitude in placed
        if latitude is not None and longitude is not None
    ]  # fmt: skip


def _kind_of(place: Place) -> str:
    if place.troops:
        return "troops"
    if place.has_police:
        return "police"
    return "observers" if place.has_observers else "post"


def _alerts(actor: Actor, days: int, now: datetime, rules: MapRules) -> tuple[list[Mark], bool]:
    """Alerts that wait before all others, then the newest of the last days; exercises are left out."""
    shown = Alert.objects.readable_by(actor).filter(latitude__isnull=False, exercise=False)
    recent = shown.filter(Q(is_open=True) | Q(received_at__gte=now - timedelta(days=days)))
    newest = recent.select_related("releasable_to").order_by("-is_open", "-received_at", "-pk")
    found = list(newest.defer("text", "why", "decision")[: rules.most_drawn + 1])
    drawn = found[: rules.most_drawn]
    note_read(actor, drawn)
    return [_alert(one, now, rules) for one in drawn], len(found) > len(drawn)


def _alert(one: Alert, now: datetime, rules: MapRules) -> Mark:
    age = max(0, (now - one.received_at).days)
    said = _("nobody has answered it yet") if one.is_open else _("answered, or closed")
    return Mark(
        "alerts", "alert", round(one.latitude or 0, 2), round(one.longitude or 0, 2),
        f"{titled(Alert, 'what', one.what)}, {one.place}", (said,), age, age > rules.stale_after("alerts"),
        presenters.url_of(one),
    )  # fmt: skip


def _reports(actor: Actor, days: int, now: datetime) -> tuple[list[Mark], bool]:
    """Reports one by one; where there are too many for that, those of a sort and a square as one mark."""
    found, stale = report_reads.mapped(actor, days, now), packaged_report_types().stale_after_days
    reports_noted.note_read(actor, found.points)
    return [_report(one, now, stale) for one in found.points] + [_group(one, now) for one in found.groups], found.more


def _report(one: Report, now: datetime, stale_after_days: int) -> Mark:
    age = max(0, (now - one.from_at).days)
    return Mark(
        "reports", one.sort, one.latitude or 0, one.longitude or 0,
        ", ".join(filter(None, (report_words.type_title(one.type), one.place))),
        (str(report_words.VERIFICATIONS[one.verification]),), age, age > stale_after_days,
        reverse("reports:page", args=[one.pk]),
    )  # fmt: skip


def _group(one: Group, now: datetime) -> Mark:
    """How old it is says the newest of them."""
    number = ngettext("%(n)s report", "%(n)s reports", one.reports) % {"n": number_format(one.reports)}
    return Mark(
        "reports", one.sort, one.latitude, one.longitude, f"{report_words.SORTS[one.sort]}: {number}", (),
        max(0, (now - one.newest_at).days), one.is_stale, number=one.reports,
        url=reverse("reports:page", args=[one.only]) if one.only else "",
    )  # fmt: skip


def _threats(
    actor: Actor, now: datetime, days: int, rules: MapRules, alerts: Iterable[Mark]
) -> tuple[list[Mark], list[Threat]]:
    """The threats that stand at the point of their place, and those whose place has none.

    A place lies where the gazetteer has it, else where an alert or a report of the same name lies.
    """
    on = now.date()
    standing = Threat.objects.readable_by(actor).filter(closed_on=None).select_related("releasable_to")
    said_on = dict(standing.annotate(last_on=Max("profiles__on")).values_list("pk", "last_on"))
    found = list(standing.order_by("review_on", "pk")[: rules.most_drawn])
    note_read(actor, found)
    known = {mark.name.rpartition(", ")[2]: (mark.latitude, mark.longitude) for mark in alerts}
    told = report_reads.newest_with_point(actor, days, now).filter(place__in={one.place for one in found} - set(known))
    known |= {place: (x or 0, y or 0) for place, x, y in told.order_by().values_list("place", "latitude", "longitude")}
    marks: list[Mark] = []
    unplaced: list[Threat] = []
    for one in found:
        point = point_of(one.place, one.mission) or known.get(one.place)
        if point is None:
            unplaced.append(one)
            continue
        age = (on - (said_on.get(one.pk) or one.identified_on)).days
        overdue = [_("review overdue")] if one.review_on < on else []
        says = (titled(Threat, "likelihood", one.likelihood), titled(Threat, "trend", one.trend), *overdue)
        is_stale = bool(overdue) or age > rules.stale_after("threats")
        marks.append(Mark("threats", "threat", *point, f"{one.title}, {one.place}", says, age, is_stale,
                          presenters.url_of(one)))  # fmt: skip
    return marks, unplaced


# Put for the page


@dataclass(frozen=True, slots=True)
class Drawn:
    """A mark on the picture: its symbol, its upper left corner and its middle as the picture writes them."""

    mark: Mark
    symbol: str
    x: str
    y: str
    middle_x: str
    middle_y: str


@dataclass(frozen=True, slots=True)
class Picture:
    """All that is drawn, as paths and corners of a picture that is `wide` and `high`.

    `outside` are marks far from all others: to draw them would shrink the rest to a corner.
    """

    wide: str
    high: str
    size: str
    land: tuple[str, ...]
    borders: tuple[tuple[str, str], ...]
    roads: tuple[tuple[str, Line], ...]
    marks: tuple[Drawn, ...]
    outside: tuple[Mark, ...] = ()


def symbol_url(kind: str) -> str:
    """Where the symbol of a kind lies."""
    return static(f"vendor/symbols/{packaged_map_rules().symbol(kind).sidc}.svg")


def legend(kinds: Collection[str]) -> list[tuple[str, str]]:
    """The symbols of the kinds that are drawn, each with its title."""
    drawn = (one for one in packaged_map_rules().symbols if one.kind in kinds)
    return [(symbol_url(one.kind), called(one.title)) for one in drawn]


def picture(marks: Iterable[Mark], roads: Iterable[Line] = ()) -> Picture | None:
    """The still picture of marks and lines; None where there is nothing to draw."""
    all_marks, all_roads = list(marks), list(roads)
    view = _view(all_marks, [point for one in all_roads for point in one.points])
    if view is None:
        return None
    drawn = [one for one in all_marks if view.holds(one.longitude, one.latitude)]
    under = ground(Path(settings.BLUEHELM_HOME), view)
    return Picture(
        wide=f"{WIDE:.0f}",
        high=f"{view.height:.0f}",
        size=f"{SYMBOL:.0f}",
        land=tuple(path(ring, view) for ring in under.rings),
        borders=tuple((path(line.points, view), line.standing) for line in under.borders),
        roads=tuple((path(line.points, view), line) for line in all_roads),
        marks=tuple(_drawn(mark, middle) for mark, middle in together(drawn, view)),
        outside=tuple(one for one in all_marks if not view.holds(one.longitude, one.latitude)),
    )


def _view(marks: Iterable[Mark], roads: Iterable[Point]) -> View | None:
    """What holds the mission's own posts, places and roads, and all other marks but those far from the rest."""
    squares = [square_of(one.latitude, one.longitude, one.number, one.layer in ALWAYS_SEEN) for one in marks]
    area = main_area([*squares, *(square_of(north, east, 1, True) for east, north in roads)], least=LEAST_DRAWN)
    return None if area is None else view_of([(area.west, area.south), (area.east, area.north)])


def morning_map(actor: Actor, now: datetime) -> Picture | None:
    """Where the alerts that wait, the reports of the last day and the standing threats lie."""
    asked = Asked(frozenset({"alerts", "threats", "reports"}), 1, now.month)
    return picture(desk_map(actor, asked, now).marks)


def _drawn(mark: Mark, middle: Point) -> Drawn:
    x, y = middle
    left, top = (f"{value - SYMBOL / 2:.1f}" for value in (x, y))
    return Drawn(mark, symbol_url(mark.kind), left, top, f"{x:.1f}", f"{y:.1f}")


def map_as_json(found: DeskMap, asked: Asked) -> dict[str, Any]:
    """The layers as GeoJSON, the definition and the versions; layers that a reader may not read are not named."""
    layers = {
        layer: {"type": "FeatureCollection",
                "features": [mark_feature(mark) for mark in found.marks if mark.layer == layer]}
        for layer in found.may
        if layer in asked.layers and layer != "roads"
    }  # fmt: skip
    if "roads" in asked.layers:
        features = [
            line_feature(line, road.name, source=road.source, seen_on=road.seen_on.isoformat())
            for road in found.roads
            for line in road.lines
        ]
        layers["roads"] = {"type": "FeatureCollection", "features": features}
    rules = packaged_map_rules()
    return {
        "days": asked.days,
        "month": asked.month,
        "layers": layers,
        "more_than_drawn": sorted(found.cut),
        "threats_without_a_point": [{"number": one.pk, "place": one.place} for one in found.unplaced],
        "definition": {"title": rules.title, "status": rules.status},
        "versions": [
            {"table": one.table, "version": one.version, "sha256": one.sha256, "retrieved": one.retrieved.isoformat()}
            for one in found.versions
        ],
    }
