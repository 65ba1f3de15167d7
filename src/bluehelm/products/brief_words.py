"""How are the figures of a brief written for people, alike on every kind of paper?

Plain text in the language of now; None is written as the word unknown, never as 0.
"""

import re
from datetime import date

from babel.dates import format_date

from bluehelm.language import _, figure, gettext_noop, now
from bluehelm.products.brief import NEARBY_KM, WHOLE_COUNTRY, Base, Brief, EventFigures, MonthFigure
from bluehelm.spine import VersionRef

MONTH_RULES = {
    "date_start": gettext_noop("An event belongs to the month in which it began"),
    "spread": gettext_noop("An event of several months is shared among them, its deaths by its days in each"),
    "exclude": gettext_noop("Events of several months are left out"),
}

TYPES = (gettext_noop("state-based"), gettext_noop("non-state"), gettext_noop("one-sided"))
"""Types of events as tables have them; a paper says them in its language."""


def number(value: float | None) -> str:
    """Thousands set off, decimals only where there are any; the word `unknown` for None."""
    if value is None:
        return _("unknown")
    return figure(value) if isinstance(value, int) else figure(value, ",.1f")


def degrees(value: float | None) -> str:
    return _("unknown") if value is None else figure(value, ".2f")


def day(value: date | None) -> str:
    return _("unknown") if value is None else format_date(value, "d MMMM y", locale=now())


def month(value: str) -> str:
    """`2017-12` as December 2017."""
    if not re.fullmatch(r"\d{4}-\d{2}", value):
        return value
    return format_date(date(int(value[:4]), int(value[5:]), 1), "MMMM y", locale=now())


def month_names() -> list[str]:
    """The twelve months in short."""
    return [format_date(date(2001, number, 1), "MMM", locale=now()) for number in range(1, 13)]


def not_covered() -> str:
    """What stands in a table for a month that no table covers."""
    return _("n/c")


def sorted_bases(brief: Brief) -> list[Base]:
    """Bases from the largest to the smallest, unknown strengths last, ties by name."""
    bases = brief.presence.bases if brief.presence else ()
    return sorted(bases, key=lambda base: (base.troops is None, -(base.troops or 0), base.location))


def months_by_year(brief: Brief) -> dict[str, list[MonthFigure | None]]:
    """Twelve figures a year, January first; None for months outside the mission's dates."""
    figures = {figure.month: figure for figure in (brief.events.by_month if brief.events else ())}
    years = sorted({month[:4] for month in figures})
    return {year: [figures.get(f"{year}-{number:02d}") for number in range(1, 13)] for year in years}


def dates_line(brief: Brief) -> str:
    if brief.known_on:
        return _(
            "What happened up to {day}, as known on {known_on}.", day=day(brief.as_of), known_on=day(brief.known_on)
        )
    return _("What happened up to {day}.", day=day(brief.as_of))


def covered(events: EventFigures) -> str:
    return _(
        "covered {first} to {last}", first=month(events.first_covered_month), last=month(events.last_covered_month)
    )


def month_rule(events: EventFigures) -> str:
    """How an event that lasts into another month is counted, and how many do."""
    return _(
        "{rule}; {number} lasted into another month.",
        rule=_(MONTH_RULES[events.month_rule]),
        number=number(events.spanning_months),
    )


def other_rules(events: EventFigures) -> str:
    """What the other rules for events of several months make of the same events; empty where nobody computed it."""
    others = [
        _(
            "{events} events, {deaths} deaths under {rule}",
            events=number(counted.count),
            deaths=number(counted.best),
            rule=rule,
        )
        for rule, counted in events.by_rule.items()
        if rule != events.month_rule
    ]
    return _("By another rule it would be {others}.", others=_(" and ").join(others)) if others else ""


def nearby(events: EventFigures) -> str:
    return _(
        "Nearby, outside the area: {events} events, {deaths} deaths within {km} km; they are not in the figures above.",
        events=number(events.nearby_count),
        deaths=number(events.nearby_best),
        km=NEARBY_KM,
    )


def doubtful(events: EventFigures) -> str:
    """Empty when no event contradicts itself."""
    if not events.doubtful:
        return ""
    return _(
        "Events whose best estimate lies outside low and high, kept as the provider gave them: {number}.",
        number=number(events.doubtful),
    )


def rules(brief: Brief) -> list[str]:
    """What a reader must know of how the events were counted; empty without events."""
    said = (month_rule, other_rules, nearby, doubtful)
    return [rule for rule in (say(brief.events) for say in said) if rule] if brief.events else []


def area_line(brief: Brief) -> str:
    scope = brief.scope
    hosts = ", ".join(scope.country_names or scope.countries)
    host = _("Host: {hosts}.", hosts=hosts)
    return f"{area_of(brief)} {host}"


def area_of(brief: Brief) -> str:
    """What the area of operations is and by what events are in it."""
    scope = brief.scope
    is_whole = scope.area == WHOLE_COUNTRY
    registry = _(", as the mission registry says") if is_whole else ""
    draft = _(" (draft)") if scope.area_status == "draft" else ""
    return _(
        "Area of operations: {area}; {rule}.",
        area=f"{_(scope.area) if is_whole else scope.area}{registry}{draft}",
        rule=scope.area_rule,
    )


def mission_dates_line(brief: Brief) -> str:
    scope = brief.scope
    until = day(scope.end_on) if scope.end_on else _("no end given")
    return _(
        "Mission dates: {start} to {until}, from {source}.",
        start=day(scope.start_on),
        until=until,
        source=scope.dates_from,
    )


def source_line(ref: VersionRef) -> str:
    """One version of a table in a line: what it is, whose, under which licence, when retrieved, which bytes."""
    return _(
        "{title} ({table} version {version}; {citation}); licence: {licence}; retrieved {retrieved}; sha256 {sha256}…",
        title=ref.title or ref.table,
        table=ref.table,
        version=ref.version,
        citation=ref.citation or _("citation not stated"),
        licence=ref.licence or _("not stated"),
        retrieved=ref.retrieved.isoformat(),
        sha256=ref.sha256[:12],
    )
