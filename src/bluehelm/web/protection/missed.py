"""Of the violence that the mission itself verified, what had anybody warned of, and which warnings had no ground?

Verified incidents against civilians, graded as the definition asks, beside the alerts of the same place. Each number
stands beside what it is a part of; places are listed by name and not ranked, and no person is counted.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bluehelm.definitions.protection import AlertRules, packaged_alert_rules
from bluehelm.definitions.report_types import packaged_report_types
from bluehelm.protection import Alerted, GradedEvent, Warned, warned
from bluehelm.protection.warning import same_place
from bluehelm.scoring.shares import exact_interval
from bluehelm.web.posts.acting import Actor
from bluehelm.web.protection import reads
from bluehelm.web.reports import reads as report_reads


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, and between which shares the truth may lie by the exact interval of 95 %."""

    number: int
    of: int

    @property
    def interval(self) -> tuple[float, float]:
        return exact_interval(self.number, self.of)

    @property
    def words(self) -> str:
        """The share with its interval; empty where there is nothing of which it could be a share."""
        low, high = self.interval
        return f"{self.number / self.of:.0%} ({low:.0%}–{high:.0%})" if self.of else ""


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One place: its graded events and how many of them nobody warned of; its alerts and how many had no ground."""

    place: str
    events: int
    missed: int
    alerts: int
    false_alarms: int

    @property
    def missed_share(self) -> Share:
        return Share(self.missed, self.events)

    @property
    def false_share(self) -> Share:
        return Share(self.false_alarms, self.alerts)


@dataclass(frozen=True, slots=True)
class Missed:
    """What was warned of since an instant; events and alerts by their numbers.

    `unnamed` events have no name of a place: nobody can say whether anybody warned of them, and they are in no count.
    """

    since: datetime
    found: Warned
    events: dict[str, GradedEvent]
    alerts: dict[str, Alerted]
    places: tuple[PlaceRow, ...]
    rules: AlertRules
    unnamed: int

    @property
    def shares(self) -> dict[str, Share]:
        """Missed events, and those warned of, of all events; false alarms of all alerts."""
        of, events, alerts = self.found, len(self.events), len(self.alerts)
        return {
            "missed": Share(len(of.missed), events), "before": Share(len(of.before), events),
            "late": Share(len(of.late), events), "false_alarms": Share(len(of.false_alarms), alerts),
        }  # fmt: skip


def missed(actor: Actor, now: datetime, period: timedelta, mission: str = "") -> Missed:
    """The events and alerts of a period that the actor may read, matched by the definition's hours.

    Where a mission is named, of that one alone.
    """
    rules, since = packaged_alert_rules(), now - period
    of_all = graded(actor, since, rules, mission)
    events = [one for one in of_all if one.place.strip()]
    ahead = timedelta(hours=rules.warned_before_hours)
    alerts = [one for one in reads.alerted(actor, since - ahead, mission) if not one.exercise]
    matched = warned(alerts, events, before_hours=rules.warned_before_hours, after_hours=rules.warned_after_hours)
    of_events = {one.id: one for one in events}
    of_alerts = {one.id: one for one in alerts if one.clock.at["received"] >= since}
    found = _of_period(matched, of_alerts)
    places = _by_place(found, of_events, of_alerts)
    return Missed(since, found, of_events, of_alerts, places, rules, len(of_all) - len(events))


def _of_period(found: Warned, alerts: Collection[str]) -> Warned:
    """The same with no alert in its counts that came before the period: it may warn of an event, and is no more."""
    false, rest = (tuple(one for one in listed if one in alerts) for listed in (found.false_alarms, found.unmatched))
    return replace(found, alerts=len(alerts), false_alarms=false, unmatched=rest)


def graded(actor: Actor, since: datetime, rules: AlertRules, mission: str = "") -> list[GradedEvent]:
    """Verified incidents of the graded kinds since an instant that the actor may read, each event once."""
    kinds = [one.type for one in packaged_report_types().types if one.ucdp == rules.graded_events.maps_to]
    readable = report_reads.reports_shown_to(actor)
    shown = report_reads.counted(readable, readable).filter(
        sort="incident", type__in=kinds, verification="verified", withdrawn_at=None, from_at__gte=since,
        credibility__in=rules.graded_events.credibilities,
    )  # fmt: skip
    if mission:
        shown = shown.filter(mission=mission)
    rows = shown.order_by().values_list("pk", "from_at", "place")
    return [GradedEvent(f"{number}", began, place) for number, began, place in rows]


def _by_place(found: Warned, events: dict[str, GradedEvent], alerts: dict[str, Alerted]) -> tuple[PlaceRow, ...]:
    spelt = {same_place(place): place for place in [one.place for one in events.values()]
             + [one.place for one in alerts.values()]}  # fmt: skip
    happened, called = _counted(events.values()), _counted(alerts.values())
    unwarned = _counted(events[one] for one in found.missed)
    groundless = _counted(alerts[one] for one in found.false_alarms)
    return tuple(
        PlaceRow(spelt[place], happened[place], unwarned[place], called[place], groundless[place])
        for place in sorted(spelt)
    )


def _counted(found: Iterable[GradedEvent | Alerted]) -> Counter[str]:
    return Counter(same_place(one.place) for one in found)


def missed_json(one: Missed) -> dict[str, Any]:
    """The same for programs: every number beside what it is a part of."""
    return {
        "since": one.since.isoformat(timespec="minutes"),
        "events": len(one.events),
        "warned_before": len(one.found.before),
        "warned_late": len(one.found.late),
        "missed": [_event(one.events[number]) for number in one.found.missed],
        "alerts": len(one.alerts),
        "false_alarms": [int(number) for number in one.found.false_alarms],
        "events_without_a_place": one.unnamed,
        "neither": len(one.found.unmatched),
        "shares": {name: _share(share) for name, share in one.shares.items()},
        "places": [asdict(row) for row in one.places],
        "rule": {
            "before_hours": one.rules.warned_before_hours, "after_hours": one.rules.warned_after_hours,
            "maps_to": one.rules.graded_events.maps_to, "credibilities": list(one.rules.graded_events.credibilities),
        },
        "definition": {"title": one.rules.title, "status": one.rules.status},
        "versions": [],
    }  # fmt: skip


def _share(share: Share) -> dict[str, Any]:
    low, high = share.interval
    return {
        "number": share.number,
        "of": share.of,
        "low": low if share.of else None,
        "high": high if share.of else None,
    }


def _event(event: GradedEvent) -> dict[str, Any]:
    return {"report": int(event.id), "began": event.began.isoformat(timespec="minutes"), "place": event.place}
