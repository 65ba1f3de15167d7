"""Of the violence that happened, what had anybody warned of; and of the warnings, which had no ground?

An event is graded and known; an alert came before it, came too late, or never came. That nothing happened after an
alert does not make it false: somebody may have gone. Only a person who looked into it calls it not credible.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bluehelm.protection.clock import NOT_CREDIBLE
from bluehelm.protection.response import Alerted


@dataclass(frozen=True, slots=True)
class GradedEvent:
    """An event against civilians that was graded as credible: when it began, and where."""

    id: str
    began: datetime
    place: str


@dataclass(frozen=True, slots=True)
class Warned:
    """What was warned of and what was not, by id. `events` = `before` + `late` + `missed`.

    `unmatched` are alerts, neither false nor followed by a known event: answered in time, wrong, or unreported.
    """

    events: int
    alerts: int
    before: tuple[str, ...]
    late: tuple[str, ...]
    missed: tuple[str, ...]
    false_alarms: tuple[str, ...]
    unmatched: tuple[str, ...]


def warned(alerts: Iterable[Alerted], events: Sequence[GradedEvent], *, before_hours: int, after_hours: int) -> Warned:
    """Match alerts and events of one place: from `before_hours` before an event began to `after_hours` after.

    Capitals and spaces make no other place of a name.
    """
    real = sorted((one for one in alerts if not one.exercise), key=lambda one: (one.clock.at["received"], one.id))
    by_place: dict[str, list[Alerted]] = {}
    for alert in real:
        by_place.setdefault(same_place(alert.place), []).append(alert)
    found: dict[str, list[str]] = {"before": [], "late": [], "missed": []}
    matched: set[str] = set()
    for event in sorted(events, key=lambda one: one.id):
        near = [
            one for one in by_place.get(same_place(event.place), []) if _is_near(one, event, before_hours, after_hours)
        ]
        matched |= {one.id for one in near}
        found[_when(near, event)].append(event.id)
    false = tuple(one.id for one in real if one.clock.no_response == NOT_CREDIBLE and one.id not in matched)
    rest = tuple(one.id for one in real if one.id not in matched and one.id not in set(false))
    return Warned(
        len(events), len(real), tuple(found["before"]), tuple(found["late"]), tuple(found["missed"]), false, rest
    )


def same_place(name: str) -> str:
    """A name by which two people who write it with other capitals or spaces mean one place."""
    return " ".join(name.casefold().split())


def _is_near(alert: Alerted, event: GradedEvent, before_hours: int, after_hours: int) -> bool:
    ahead = event.began - alert.clock.at["received"]
    return -timedelta(hours=after_hours) <= ahead <= timedelta(hours=before_hours)


def _when(near: Sequence[Alerted], event: GradedEvent) -> str:
    if not near:
        return "missed"
    return "before" if any(one.clock.at["received"] <= event.began for one in near) else "late"
