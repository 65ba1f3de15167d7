"""How does a record of protection read on a page and in an answer, and which tables stand above a list?

What a record says is the same on a page and as JSON: the facts that its subject names, and nothing else. A panel is a
table with its sentence, so that no number stands without saying what it is a number of.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import models as django_models
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _

from bluehelm.definitions.finding_rules import Word
from bluehelm.definitions.protection import packaged_alert_rules, packaged_compact, packaged_work_words
from bluehelm.language import called
from bluehelm.protection import Response
from bluehelm.protection.threats import AGES_AND_SEXES, Change, Moved
from bluehelm.web.posts.acting import Actor
from bluehelm.web.protection import reads
from bluehelm.web.protection.deeds import SUBJECTS, Subject
from bluehelm.web.protection.models import (
    Activity,
    Alert,
    Capability,
    Engagement,
    ProtectionRecord,
    Referral,
    Threat,
    ThreatResponse,
)
from bluehelm.web.protection.words import titled, words_of

TONES = {
    "imminent": "wrong", "likely": "care", "grave": "wrong", "serious": "care", "rising": "care", "worse": "wrong",
    "not-seen": "care", "as-intended": "good", "not-yet-known": "draft",
}  # fmt: skip


NONE = "–"
BAND, MORE = re.compile(r"^0*(\d+)-0*(\d+) km$"), re.compile(r"^0*(\d+) km and more$")
NOT_YET = frozenset({
    "no_response", "why", "decision", "closed_at", "told_at", "closed_on", "closed_why", "thread", "threat", "activity",
    "obstruction", "violation", "feedback", "fed_back_on", "follow_up", "followed_on", "followed_up", "recommended",
    "resolved_on", "resolution", "agreed", "evidence",
})  # fmt: skip
"""Fields in which nothing means that there is none, or not yet; in all others it means that it is not known."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell of a table; empty is shown as unknown."""

    text: str | Lazy = ""
    url: str = ""
    tone: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """A table with its title, what must be said with it, and what is said when it is empty."""

    name: str
    title: str | Lazy
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    said: str | Lazy = ""
    nothing: str | Lazy = ""


def cells(*texts: Any) -> tuple[Cell, ...]:
    return tuple(text if isinstance(text, Cell) else Cell(shown(text)) for text in texts)


def shown(value: Any) -> str:
    """A value as a person reads it; unknown is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(value, "j M Y H:i")
    if isinstance(value, date):
        return date_format(value, "j M Y")
    if isinstance(value, int | float):
        return number_format(value, use_l10n=True)
    return f"{value}"


def label_of(model: type[django_models.Model], field: str) -> str:
    return str(getattr(model._meta.get_field(field), "verbose_name", field)).capitalize()


def cell_of(record: ProtectionRecord, field: str) -> Cell:
    """One field of a record: words by their titles, lists of words too, other records with their address."""
    value = getattr(record, field)
    if value in (None, "") and field in NOT_YET:
        return Cell(NONE)
    if isinstance(value, ProtectionRecord):
        return Cell(str(value), url_of(value))
    if isinstance(record, Engagement) and field == "heard":
        titles = {one.word: called(one.title) for one in packaged_work_words().voices}
        return Cell(", ".join(titles.get(word, word) for word in record.heard_words))
    if isinstance(record, Engagement) and field == "level":
        return Cell(str(record.get_level_display()))
    if words_of(type(record), field):
        return Cell(titled(type(record), field, value), tone=TONES.get(value, ""))
    return Cell(shown(value))


def url_of(record: ProtectionRecord) -> str:
    return reverse("protection:page", args=[subject_of(record).name, record.pk])


def subject_of(record: ProtectionRecord) -> Subject:
    return next(one for one in SUBJECTS.values() if isinstance(record, one.model))


def visible(record: ProtectionRecord, actor: Actor, fields: Iterable[str]) -> list[str]:
    """The fields without those that lead to a record which the actor may not read."""
    return [name for name in fields if _may_follow(getattr(record, name), actor)]


def _may_follow(value: Any, actor: Actor) -> bool:
    return not isinstance(value, ProtectionRecord) or actor.may_read(value.kind, value.label)


def facts_of(record: ProtectionRecord, actor: Actor) -> list[tuple[str, Cell]]:
    names = visible(record, actor, subject_of(record).facts)
    return [(label_of(type(record), name), cell_of(record, name)) for name in names]


def row_of(record: ProtectionRecord, actor: Actor) -> tuple[Cell, ...]:
    """A line of a list: its first column leads to the record."""
    columns = subject_of(record).columns
    seen = set(visible(record, actor, columns))
    first, *rest = [cell_of(record, name) if name in seen else Cell() for name in columns]
    return (Cell(first.text or f"{record.pk}", url_of(record), first.tone), *rest)


# JSON


def record_json(record: ProtectionRecord, actor: Actor) -> dict[str, Any]:
    """A record as a row: its facts as stored, what is unknown as null; no writer, no caller."""
    seen = set(visible(record, actor, subject_of(record).facts))
    said = {name: plain(getattr(record, name)) if name in seen else None for name in subject_of(record).facts}
    return (
        {"number": record.pk, "mission": record.mission}
        | said
        | {
            "marking": record.label.marking.code,
            "releasable_to": sorted(record.releasable_to.names),
            "row_version": record.row_version,
        }
    )


def listed_json(record: ProtectionRecord, actor: Actor) -> dict[str, Any]:
    """A record as a row of a list or a file; an alert lies to about a kilometre there, so that no house is told."""
    row = record_json(record, actor)
    if isinstance(record, Alert) and record.longitude is not None:
        row["longitude"], row["latitude"] = _about_a_kilometre(record)
    return row


def plain(value: Any) -> Any:
    """A value as JSON has it: another record by its number, nothing where it is unknown."""
    if isinstance(value, ProtectionRecord):
        return value.pk
    if isinstance(value, datetime | date):
        return value.isoformat()
    return None if value == "" else value


def parts_json(record: ProtectionRecord) -> dict[str, Any]:
    """What hangs on a record."""
    asked = [_referral_json(one) for one in record.referrals.all()] if isinstance(record, Alert | Threat) else []
    return _own_parts(record) | ({"referrals": asked} if isinstance(record, Alert | Threat) else {})


def _referral_json(one: Referral) -> dict[str, Any]:
    said = _named(one, ("sort", "text", "at", "due_at", "acknowledged_at", "answer", "done_at", "outcome"))
    return said | {"to_post": one.to_post.code, "from_post": one.from_post.code}


def _own_parts(record: ProtectionRecord) -> dict[str, Any]:
    if isinstance(record, Threat):
        profiles = [{"on": one.on.isoformat(), "said": one.said} for one in record.profiles.all()]
        names = ("tier", "phase", "text", "lead", "due_on", "done_on", "result")
        return {"profiles": profiles, "responses": [_named(one, names) for one in record.responses.all()]}
    if isinstance(record, Engagement):
        said = ("text", "owner", "due_on", "kept_on", "evidence", "taken_back_on", "why", "fed_back_on")
        return {"promises": [_named(one, said) for one in record.promises.all()]}
    return {}


def _named(one: django_models.Model, names: Sequence[str]) -> dict[str, Any]:
    return {"number": one.pk} | {name: plain(getattr(one, name)) for name in names}


def versions() -> list[dict[str, str]]:
    """The rules behind the figures, as every answer names them: these are records, so that no table has a version."""
    rules = packaged_alert_rules()
    return [{"rule": rules.title, "status": rules.status, "valid_from": rules.valid_from.isoformat()}]


def response_json(one: Response) -> dict[str, Any]:
    return asdict(one) | {
        "reasons": [{"reason": reason, "alerts": number} for reason, number in one.reasons],
        "median": {"minutes": one.median.days, "low": one.median.low, "high": one.median.high},
    }


def statistics_json(found: reads.Statistics) -> dict[str, Any]:
    return {
        "since": found.since.date().isoformat(),
        "whole": response_json(found.whole),
        "groups": [{"by": name} | response_json(one) for name, each in found.groups for one in each],
        "rules": versions(),
        "versions": [],
    }


def moved_json(pairs: Iterable[tuple[Threat, Moved]]) -> list[dict[str, Any]]:
    return [
        {"threat": threat.pk, "title": threat.title, "how": one.how, "rose": one.rose,
         "changes": [asdict(change) for change in one.changes]}
        for threat, one in pairs
    ]  # fmt: skip


# Panels


def how_groups() -> dict[str, str]:
    return {"distance": _("By distance"), "time": _("By time of day (UTC)"), "place": _("By place")}


def response_panels(found: reads.Statistics) -> list[Panel]:
    said = _(
        "Share reached counts every alert that called for a response: those nobody answered, and those still open for "
        "as long as they have been watched. The interval is of 95 %; a wide one says that there were few."
    )
    groups = [("whole", _("All together"), (found.whole,)), *((n, how_groups()[n], each) for n, each in found.groups)]
    return [_response_panel(name, title, each, said if name == "whole" else "") for name, title, each in groups]


def _response_panel(name: str, title: str, each: Iterable[Response], said: str) -> Panel:
    within = packaged_alert_rules().within_minutes
    header = (
        _("Group"), _("Called for a response"), _("Reached"), _("Nobody arrived"), _("Still open"), _("Not credible"),
        _("Half reached within"), *(_("Within %(n)s minutes") % {"n": n} for n in within), _("Told"), _("Why nobody"),
    )  # fmt: skip
    return Panel(name, title, header, tuple(_response_row(one) for one in each), said, _("No alert was received."))


def _response_row(one: Response) -> tuple[Cell, ...]:
    open_end = _("never") if one.is_half_lost else _("not yet")
    median = _("%(n)s minutes") % {"n": one.median.days} if one.median.days is not None else open_end
    reasons = tuple(f"{titled(Alert, 'no_response', reason)}: {number}" for reason, number in one.reasons)
    return cells(
        group_name(one.group), one.alerts, one.arrived, one.unanswered, one.still_open, one.not_credible,
        median if one.alerts else "", *(_share(share.share, share.low, share.high) for share in one.reached),
        one.told, Cell(lines=reasons),
    )  # fmt: skip


def group_name(group: str) -> str:
    """A group as people read it; groups of distance are named so that they sort."""
    if group in ("all", "unknown"):
        return _("All") if group == "all" else _("not known")
    if group in {part.name for part in packaged_alert_rules().parts_of_day}:
        return called(group)
    more = MORE.fullmatch(group)
    return _("%(km)s km and more") % {"km": more[1]} if more else BAND.sub(r"\1–\2 km", group)


def _share(share: float | None, low: float | None, high: float | None) -> str:
    if share is None:
        return ""
    interval = f" ({low:.0%}–{high:.0%})" if low is not None and high is not None else ""
    return f"{share:.0%}{interval}"


def clock_panel(alert: Alert) -> Panel:
    """Each step with its time and the minutes since the alert was received."""
    clock = alert.clock
    rows = [
        cells(called(step.title), clock.at.get(step.word), clock.minutes("received", step.word))
        for step in packaged_alert_rules().steps
    ]
    header = (_("Step"), _("At (UTC)"), _("Minutes after it was received"))
    return Panel(
        "clock", _("Clock"), header, tuple(rows), _("What is unknown is left open, and is never taken as nought.")
    )


def work_panel(actor: Actor, threat: Threat | None) -> Panel:
    """Activities by threat and intended outcome, with what became of it; never as a number of activities."""
    found, loose = reads.work_against(actor, threat)
    titles = (
        {f"{one.pk}": one for one in Threat.objects.readable_by(actor)} if threat is None else {f"{threat.pk}": threat}
    )
    rows = [
        cells(
            Cell(titles[one.threat].title, url_of(titles[one.threat])) if one.threat in titles else "",
            one.intended,
            Cell(lines=tuple(f"{titled(Activity, 'became', word)}: {', '.join(ids)}" for word, ids in one.became)),
        )
        for one in found
    ]
    if loose and threat is None:
        rows.append(cells(Cell(_("no threat named"), tone="care"), "", Cell(lines=(", ".join(loose),))))
    said = _("Activities by their numbers. What was done is not what was achieved: read what became of each outcome.")
    header = (_("Threat"), _("Intended outcome"), _("What became of it, by activity"))
    return Panel("work", _("What became of what was intended"), header, tuple(rows), said, _("Nothing was done yet."))


def community_panels(actor: Actor, on: date) -> list[Panel]:
    words = {"overdue": _("overdue"), "open": _("open"), "kept-late": _("kept late"), "kept": _("kept in time"),
             "taken-back": _("taken back")}  # fmt: skip
    promises = reads.promises_kept(actor, on)
    said = _("%(told)s of %(ended)s promises that ended were told to those they were made to.") % {
        "told": promises.fed_back, "ended": promises.ended,
    }  # fmt: skip
    standing = tuple(cells(words[how], number) for how, number in promises.by_standing)
    titles = {one.word: called(one.title) for one in packaged_work_words().voices}
    heard = tuple(
        cells(titles[one.group], one.heard, one.engagements_said, one.last_heard)
        for one in reads.voices_heard(actor, on)
    )
    half_year = _("In the last half year. Engagements that do not say who was heard are left out.")
    overdue = tuple(
        cells(Cell(one.text, url_of(one.engagement)), one.owner, one.due_on)
        for one in reads.overdue_promises(actor, on)[:20]
    )
    return [
        Panel("overdue", _("Promises past their day"), (_("Promise"), _("Owner post"), _("Due on")), overdue, "",
              _("No promise is past its day.")),
        Panel("promises", _("Promises"), (_("How they stand"), _("Promises")), standing, said),
        Panel("voices", _("Whose voices are missing"), (_("Who"), _("Heard in"), _("Of engagements"), _("Last heard")),
              heard, half_year),
    ]  # fmt: skip


def consent_panels(actor: Actor, on: date) -> list[Panel]:
    titles = {one.word: called(one.title) for one in packaged_work_words().obstructions}
    rates = [pair for pair in reads.obstruction_rates(actor, on) if pair[1].incidents]
    rates.sort(key=lambda pair: pair[1].month, reverse=True)
    rows = tuple(
        cells(mission, one.month, titles.get(one.kind, one.kind), one.incidents, one.movements, _rate(one.per_hundred))
        for mission, one in rates
    )
    header = (_("Mission"), _("Month"), _("Kind"), _("Incidents"), _("Movements"), _("Per hundred movements"))
    said = _("A month without movements counted has incidents and no rate. No incident reported is not consent.")
    return [Panel("rates", _("Out of how often the mission moved"), header, rows[:60], said, _("None in a year."))]


def _rate(rate: float | None) -> str:
    return "" if rate is None else number_format(rate, 1)


def observer_panels(actor: Actor, on: date) -> list[Panel]:
    looked = reads.areas_looked_at(actor, on)
    days = sorted({one.day for one in looked})
    by_area: dict[str, dict[date, Any]] = {}
    for one in looked:
        by_area.setdefault(one.area, {})[one.day] = one
    rows = tuple((Cell(area), *(_looked_cell(of[day]) for day in days)) for area, of in sorted(by_area.items()))
    header = (_("Area"), *(date_format(day, "j M") for day in days))
    said = _("Reports a day, violations in brackets. A day without a report is a day on which nobody looked.")
    return [Panel("areas", _("Which areas were looked at"), header, rows, said, _("No area was ever reported on."))]


def _looked_cell(one: Any) -> Cell:
    if not one.reports:
        return Cell(_("not looked at"), tone="draft")
    return Cell(f"{len(one.reports)} ({one.violations})" if one.violations else f"{len(one.reports)}")


def compact_panels(actor: Actor, on: date) -> list[Panel]:
    rows = [
        _capability_row(mission, one, last[one.word])
        for mission, last in reads.compact(actor)
        for one in packaged_compact().capabilities
    ]
    header = (_("Mission"), _("Capability"), _("The mission has it"), _("As of"), _("Evidence"))
    said = _("Yes or no, on evidence; the answers are not added up.")
    return [Panel("capabilities", _("The compact"), header, tuple(rows), said, _("Nothing was said yet."))]


def _capability_row(mission: str, asked: Word, last: Capability | None) -> tuple[Cell, ...]:
    what = Cell(called(asked.title), lines=(called(asked.meaning),))
    if last is None:
        return cells(mission, what, Cell(_("not said"), tone="draft"), "", "")
    return cells(mission, what, Cell(shown(last.has), tone="good" if last.has else "care"), last.on, last.evidence)


PANELS: dict[str, Callable[[Actor, date], list[Panel]]] = {
    "activities": lambda actor, on: [work_panel(actor, None)],
    "communities": community_panels,
    "obstructions": consent_panels,
    "observations": observer_panels,
    "compact": compact_panels,
}


def panels_of(what: str, actor: Actor, on: date) -> list[Panel]:
    """What stands above the list of a kind."""
    return PANELS[what](actor, on) if what in PANELS else []


def matrix_panel(actor: Actor, on: date, mission: str = "") -> Panel:
    """The threats that stand by place and sector, each with its response by tier and phase."""
    rows = [
        (
            Cell(one.place, lines=(one.sector,) if one.sector else ()),
            Cell(one.title, url_of(one), lines=tuple(filter(None, (one.perpetrator, one.civilians, _at_risk(one))))),
            cell_of(one, "likelihood"),
            cell_of(one, "impact"),
            cell_of(one, "trend"),
            Cell(lines=tuple(_planned(each, on) for each in one.responses.all())),
            Cell(one.lead),
            Cell(shown(one.review_on), tone="wrong" if one.review_on < on else ""),
        )
        for one in reads.matrix(actor, mission)
    ]
    header = (_("Place and sector"), _("Threat"), _("Likelihood"), _("Impact"), _("Trend"),
              _("Response by tier and phase"), _("Lead post"), _("Review on"))  # fmt: skip
    said = _("Words, each with its reason on the threat's own page; they are not multiplied, and no place is ranked.")
    return Panel("matrix", _("Threat matrix"), header, tuple(rows), said, _("No threat is addressed to you."))


def _at_risk(one: Threat) -> str:
    """How many are at risk by sex and age, as far as anybody knows; empty where nobody does."""
    known = [(name, number) for name in AGES_AND_SEXES if (number := getattr(one, name)) is not None]
    return ", ".join(f"{label_of(Threat, name)} {shown(number)}" for name, number in known)


def _planned(one: ThreatResponse, on: date) -> str:
    tier = titled(type(one), "tier", one.tier)
    phase = titled(type(one), "phase", one.phase)
    open_until = _("overdue since %(day)s") if one.due_on < on else _("until %(day)s")
    when = _("done %(day)s") % {"day": shown(one.done_on)} if one.done_on else open_until % {"day": shown(one.due_on)}
    return f"{tier}, {phase}: {one.text} ({one.lead}, {when})"


def moved_panel(pairs: Iterable[tuple[Threat, Moved]]) -> Panel:
    words = {"new": _("new"), "closed": _("no threat any more"), "changed": _("changed"), "same": _("unchanged")}
    rows = tuple(
        (
            Cell(threat.title, url_of(threat)),
            Cell(_("rose") if one.rose else words[one.how], tone="wrong" if one.rose else ""),
            Cell(lines=tuple(change_words(change) for change in one.changes)),
        )
        for threat, one in pairs
    )
    header = (_("Threat"), _("How"), _("What is said differently"))
    nothing = _("Nothing is said differently on the two days.")
    return Panel("moved", _("What changed between the two days"), header, rows, "", nothing)


def change_words(one: Change) -> str:
    """What is said differently of a threat, by the names that its form and its words have."""
    moved = {"rose": _("rose"), "fell": _("fell")}.get(one.moved, "")
    before, after = (titled(Threat, one.field, word) if word else _("unknown") for word in (one.before, one.after))
    return f"{label_of(Threat, one.field)}{f' ({moved})' if moved else ''}: {before} → {after}"


def geojson(records: Iterable[Alert]) -> dict[str, Any]:
    """Alerts with a point, to about a kilometre so that no house is told; without words, callers and distances."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": _about_a_kilometre(one)},
                "properties": {
                    "number": one.pk, "what": one.what, "place": one.place, "exercise": one.exercise,
                    "received_at": one.received_at.isoformat(), "is_open": one.is_open,
                    "no_response": one.no_response or None, "marking": one.label.marking.code,
                },
            }
            for one in records
        ],
    }  # fmt: skip


def _about_a_kilometre(alert: Alert) -> list[float]:
    return [round(alert.longitude or 0, 2), round(alert.latitude or 0, 2)]
