"""Which records may a reader see, in which order, and what is measured of them?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
from django.db.models import BooleanField, Case, Count, ExpressionWrapper, F, IntegerField, Q, QuerySet, TextField, When
from django.db.models.functions import Cast

from bluehelm.definitions.protection import packaged_alert_rules, packaged_compact, packaged_work_words
from bluehelm.protection import (
    ALERTS,
    Alerted,
    Clock,
    Done,
    Hindered,
    Kept,
    Looked,
    Moved,
    Observed,
    Pursued,
    Response,
    Voice,
    band_of,
    compared,
    hindered,
    kept,
    looked_at,
    part_of_day,
    pursued,
    response,
    responses_counted,
    untied,
    voices,
)
from bluehelm.protection import Promise as PurePromise
from bluehelm.web.posts.acting import Actor
from bluehelm.web.protection.deeds import Subject
from bluehelm.web.protection.models import (
    Activity,
    Alert,
    Capability,
    Engagement,
    Movements,
    Observation,
    Obstruction,
    Promise,
    ProtectionRecord,
    Threat,
    ThreatProfile,
)
from bluehelm.web.protection.words import ladders

RELATED: dict[type[ProtectionRecord], tuple[str, ...]] = {
    Activity: ("threat",),
    Threat: (),
    Engagement: ("thread",),
}
MEASURED = timedelta(days=365)
"""How far back the statistics of alerts look."""
HEARD_SINCE = timedelta(days=180)
LOOKED_DAYS = 14


def shown(subject: Subject, actor: Actor) -> QuerySet[Any]:
    """The records of a kind that the actor may read, in the order of its list."""
    found = subject.model._default_manager.readable_by(actor)
    related = RELATED.get(subject.model, ())
    found = found.select_related("releasable_to", *related)
    if subject.model is Alert:
        waiting_since = Case(When(is_open=True, then=F("received_at")))
        return found.order_by("-is_open", waiting_since, "-received_at", "pk")
    if subject.model is Threat:
        return found.order_by(F("closed_on").asc(nulls_first=True), "review_on", "pk")
    return found


def record_of(subject: Subject, actor: Actor, number: int) -> Any:
    """One record; None where there is none or it may not be read."""
    return shown(subject, actor).filter(pk=number).first()


def unanswered(actor: Actor) -> QuerySet[Alert]:
    """Alerts that still call for somebody, oldest first; exercises are left out."""
    return Alert.objects.readable_by(actor).filter(is_open=True, exercise=False).order_by("received_at", "pk")


# One mission at a time


@dataclass(frozen=True, slots=True)
class Chosen:
    """The mission that a board is about, and those that it could be about; empty where nothing may be read."""

    mission: str
    there: tuple[str, ...]


def chosen_mission(actor: Actor, asked: str, *shown: QuerySet[Any]) -> Chosen:
    """The mission asked for of those of which these records may be read, else the post's own, else the first.

    What was measured in several missions says nothing of any of them, so that a board is always about one.
    """
    own = actor.post.mission if actor.post else ""
    named = {own} if own else set()
    for records in shown:
        named.update(records.order_by().values_list("mission", flat=True).distinct())
    there = sorted(named, key=lambda one: (one != own, one))
    return Chosen(asked if asked in named else next(iter(there), ""), tuple(there))


def _of_mission(mission: str) -> Q:
    return Q(mission=mission) if mission else Q()


# Alerts measured


@dataclass(frozen=True, slots=True)
class Statistics:
    """How alerts of a period were answered: all together, then by distance, time of day and place."""

    since: datetime
    whole: Response
    groups: tuple[tuple[str, tuple[Response, ...]], ...]


def alerted(actor: Actor, since: datetime, mission: str = "") -> list[Alerted]:
    """The alerts received since an instant, of one mission where it is named, for the measure.

    Columns alone are read, and none of a caller.

    Of closing and telling only whether they happened is read: to read their instants costs as much as all the rest, and
    the measure asks for no other than those of receipt and arrival.
    """
    found = Alert.objects.readable_by(actor).filter(_of_mission(mission), received_at__gte=since).order_by()
    told = ExpressionWrapper(Q(told_at__isnull=False), BooleanField())
    names = ("pk", "place", "distance_km", "exercise", "no_response", "is_open", "received_at", "arrived_at", "told")
    return [_alerted(row) for row in found.annotate(told=told).values_list(*names).iterator(chunk_size=2000)]


def _alerted(row: tuple[Any, ...]) -> Alerted:
    number, place, distance, exercise, reason, is_open, received, arrived, told = row
    at = {"received": received}
    if arrived is not None:
        at["arrived"] = arrived
    elif not is_open and not reason:
        at["closed"] = received  # at some instant since
    if told:
        at["told"] = received
    return Alerted(f"{number}", Clock(at, reason), place, distance, exercise)


def alert_table(actor: Actor, since: datetime, mission: str = "") -> pl.DataFrame:
    """The same as a table; instants are read as the database writes them, which costs less than one object each."""
    found = Alert.objects.readable_by(actor).filter(_of_mission(mission), received_at__gte=since).order_by()
    columns = found.annotate(
        received=Cast("received_at", TextField()), arrived=Cast("arrived_at", TextField()),
        drill=_flag(Q(exercise=True)), waits=_flag(Q(is_open=True)), told=_flag(Q(told_at__isnull=False)),
    )  # fmt: skip
    names = ("place", "distance_km", "drill", "no_response", "waits", "received", "arrived", "told")
    kinds = (pl.String, pl.Float64, pl.Int8, pl.String, pl.Int8, pl.String, pl.String, pl.Int8)
    rows = list(columns.values_list(*names))
    read = pl.DataFrame(rows, schema=dict(zip(ALERTS, kinds, strict=True)), orient="row")
    utc = pl.col("received", "arrived").str.strip_suffix("+00").str.to_datetime("%F %T%.f", time_unit="us")
    return read.with_columns(utc, pl.col("exercise", "is_open", "told").cast(pl.Boolean))


def _flag(condition: Q) -> Case:
    """Whether a condition holds, as a number: the database's own truth is made an object of row by row."""
    return Case(When(condition, then=1), default=0, output_field=IntegerField())


def statistics(actor: Actor, now: datetime, period: timedelta = MEASURED, mission: str = "") -> Statistics:
    """How the alerts of a period were answered, of those of a mission that the actor may read."""
    rules, since = packaged_alert_rules(), now - period
    found = alert_table(actor, since, mission)
    parts = [(part.name, part.first, part.end) for part in rules.parts_of_day]
    ways = (
        ("distance", band_of(rules.distance_bands_km)), ("time", part_of_day(parts)), ("place", pl.col("place")),
    )  # fmt: skip
    order = [name for name, _first, _end in parts]
    groups = tuple(
        (
            name,
            tuple(
                sorted(responses_counted(found, by, rules.within_minutes, now), key=lambda one: _place_in(order, one))
            ),
        )
        for name, by in ways
    )
    whole = responses_counted(found, pl.lit("all"), rules.within_minutes, now)
    return Statistics(since, whole[0] if whole else response("all", (), rules.within_minutes, now), groups)


def _place_in(order: list[str], one: Response) -> int:
    """Parts of the day come as the day has them; other groups stay as they are."""
    return order.index(one.group) if one.group in order else len(order)


# Threats


def matrix(actor: Actor, mission: str = "") -> list[Threat]:
    """The threats that stand, of one mission where it is named, by place and sector, then by what is due first."""
    standing = Threat.objects.readable_by(actor).filter(_of_mission(mission), closed_on=None)
    standing = standing.select_related("releasable_to")
    return list(standing.order_by("place", "sector", "review_on", "pk").prefetch_related("responses"))


def moved(actor: Actor, first: date, second: date, mission: str = "") -> list[tuple[Threat, Moved]]:
    """What changed of each threat between two days, in words; those that rose come first."""
    threats = {f"{one.pk}": one for one in Threat.objects.readable_by(actor).filter(_of_mission(mission))}
    profiles = list(ThreatProfile.objects.filter(threat__in=[one.pk for one in threats.values()]).order_by("on", "pk"))
    before, after = (_as_of(profiles, threats, day) for day in (first, second))
    return [(threats[one.threat], one) for one in compared(before, after, ladders())]


def _as_of(profiles: Iterable[ThreatProfile], threats: dict[str, Threat], day: date) -> dict[str, dict[str, Any]]:
    """The last profile of each threat by a day, without those closed by then."""
    found = {f"{one.threat_id}": one.said for one in profiles if one.on <= day}
    closed = {key for key, one in threats.items() if one.closed_on and one.closed_on <= day}
    return {key: said for key, said in found.items() if key not in closed}


def work_against(actor: Actor, threat: Threat | None = None) -> tuple[list[Pursued], list[str]]:
    """Activities by threat and intended outcome with what became of them, and those that answer no threat."""
    found = Activity.objects.readable_by(actor)
    if threat is not None:
        found = found.filter(threat=threat)
    done = [
        Done(f"{pk}", what, f"{of or ''}", intended, became)
        for pk, what, of, intended, became in found.values_list("pk", "what", "threat", "intended", "became")
    ]
    return pursued(done, packaged_work_words().codes("outcomes")), untied(done)


# Communities, consent, observers, compact


def promises(actor: Actor) -> QuerySet[Promise]:
    """The promises of the engagements that the actor may read."""
    read = Engagement.objects.readable_by(actor)
    return Promise.objects.filter(engagement__in=read.values("pk")).select_related("engagement")


def promise_of(promise: Promise) -> PurePromise:
    return PurePromise(
        f"{promise.pk}", promise.engagement.on, promise.due_on, promise.kept_on, promise.taken_back_on,
        promise.fed_back_on,
    )  # fmt: skip


def promises_kept(actor: Actor, on: date) -> Kept:
    return kept([promise_of(one) for one in promises(actor)], on)


def overdue_promises(actor: Actor, on: date) -> list[Promise]:
    """Promises past their day that were neither kept nor taken back, longest first."""
    waiting = promises(actor).filter(kept_on=None, taken_back_on=None, due_on__lt=on)
    return list(waiting.order_by("due_on", "pk"))


def voices_heard(actor: Actor, on: date) -> list[Voice]:
    """Which groups were heard in half a year, least heard first."""
    met = Engagement.objects.readable_by(actor).filter(on__gte=on - HEARD_SINCE).values_list("on", "heard")
    listed = [(day, tuple(filter(None, heard.split("|")))) for day, heard in met]
    return voices(listed, packaged_work_words().codes("voices"), on - HEARD_SINCE, on)


def obstruction_rates(actor: Actor, on: date) -> list[tuple[str, Hindered]]:
    """Obstructions of whole months of about a year by mission, month and kind beside the movements of each month."""
    first = (on - MEASURED).replace(day=1)
    told: dict[str, list[tuple[str, str]]] = {}
    for mission, day, what in (
        Obstruction.objects.readable_by(actor).filter(on__gte=first).values_list("mission", "on", "what")
    ):
        told.setdefault(mission, []).append((f"{day:%Y-%m}", what))
    moved_by: dict[str, dict[str, int]] = {}
    for mission, month, number in (
        Movements.objects.readable_by(actor)
        .filter(month__gte=f"{first:%Y-%m}")
        .values_list("mission", "month", "number")
    ):
        moved_by.setdefault(mission, {})[month] = number
    return [(mission, one) for mission in sorted(told) for one in hindered(told[mission], moved_by.get(mission, {}))]


def observed(actor: Actor) -> list[Observed]:
    """The observers' reports as they go out, oldest first."""
    return [observed_of(one) for one in Observation.objects.readable_by(actor).order_by("day", "report")]


def observed_of(one: Observation) -> Observed:
    nationalities = tuple(filter(None, one.nationalities.split("|")))
    return Observed(
        one.report, one.what, one.day, one.area, one.team, nationalities, one.hours, one.violation, one.narrative
    )


def areas_looked_at(actor: Actor, on: date) -> list[Looked]:
    """Every area on each day of two weeks, those on which nobody looked among them."""
    areas = sorted(set(Observation.objects.readable_by(actor).order_by().values_list("area", flat=True)))
    first = on - timedelta(days=LOOKED_DAYS - 1)
    recent = Observation.objects.readable_by(actor).filter(day__gte=first, day__lte=on)
    return looked_at([observed_of(one) for one in recent], areas, first, on)


def compact(actor: Actor) -> list[tuple[str, dict[str, Capability | None]]]:
    """Each mission with what was last said of each capability; None where nothing was."""
    last: dict[str, dict[str, Capability]] = {}
    for one in Capability.objects.readable_by(actor).order_by("on", "pk"):
        last.setdefault(one.mission, {})[one.capability] = one
    codes = packaged_compact().codes("capabilities")
    return [(mission, {code: last[mission].get(code) for code in codes}) for mission in sorted(last)]


def counts(actor: Actor) -> dict[str, int]:
    """How many alerts the actor may read, and how many of them wait."""
    found = Alert.objects.readable_by(actor).aggregate(
        all=Count("pk"), waiting=Count("pk", filter=Q(is_open=True, exercise=False))
    )
    return {name: int(number) for name, number in found.items()}
