"""How are the figures of a brief written for people, alike on every kind of paper?

Plain English text; None is written as the word unknown, never as 0.
"""

import re
from datetime import date

from bluehelm.products.brief import NEARBY_KM, WHOLE_COUNTRY, Base, Brief, EventFigures, MonthFigure
from bluehelm.products.charts import ENGLISH
from bluehelm.spine import VersionRef

SYNTHETIC = ENGLISH.synthetic
NOT_COVERED = "n/c"
MONTH_RULES = {
    "date_start": "An event belongs to the month in which it began",
    "spread": "An event of several months is shared among them, its deaths by its days in each",
    "exclude": "Events of several months are left out",
}


def number(value: float | None) -> str:
    """Thousands set off by commas, decimals only where there are any; the word `unknown` for None."""
    if value is None:
        return "unknown"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


def degrees(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.2f}"


def day(value: date | None) -> str:
    return "unknown" if value is None else f"{value.day} {value:%B %Y}"


def month(value: str) -> str:
    """`2017-12` as December 2017."""
    if not re.fullmatch(r"\d{4}-\d{2}", value):
        return value
    return f"{date(int(value[:4]), int(value[5:]), 1):%B %Y}"


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
    known = f", as known on {day(brief.known_on)}" if brief.known_on else ""
    return f"What happened up to {day(brief.as_of)}{known}."


def covered(events: EventFigures) -> str:
    return f"covered {month(events.first_covered_month)} to {month(events.last_covered_month)}"


def month_rule(events: EventFigures) -> str:
    """How an event that lasts into another month is counted, and how many do."""
    return f"{MONTH_RULES[events.month_rule]}; {number(events.spanning_months)} lasted into another month."


def other_rules(events: EventFigures) -> str:
    """What the other rules for events of several months make of the same events; empty where nobody computed it."""
    others = [
        f"{number(figure.count)} events, {number(figure.best)} deaths under {rule}"
        for rule, figure in events.by_rule.items()
        if rule != events.month_rule
    ]
    return f"By another rule it would be {' and '.join(others)}." if others else ""


def nearby(events: EventFigures) -> str:
    return (
        f"Nearby, outside the area: {number(events.nearby_count)} events, {number(events.nearby_best)} deaths within "
        f"{NEARBY_KM} km; they are not in the figures above."
    )


def doubtful(events: EventFigures) -> str:
    """Empty when no event contradicts itself."""
    if not events.doubtful:
        return ""
    kept = "Events whose best estimate lies outside low and high, kept as the provider gave them"
    return f"{kept}: {number(events.doubtful)}."


def rules(brief: Brief) -> list[str]:
    """What a reader must know of how the events were counted; empty without events."""
    said = (month_rule, other_rules, nearby, doubtful)
    return [rule for rule in (say(brief.events) for say in said) if rule] if brief.events else []


def area_line(brief: Brief) -> str:
    scope = brief.scope
    registry = ", as the mission registry says" if scope.area == WHOLE_COUNTRY else ""
    draft = " (draft)" if scope.area_status == "draft" else ""
    hosts = ", ".join(scope.country_names or scope.countries)
    return f"Area of operations: {scope.area}{registry}{draft}; {scope.area_rule}. Host: {hosts}."


def mission_dates_line(brief: Brief) -> str:
    scope = brief.scope
    until = day(scope.end_on) if scope.end_on else "no end given"
    return f"Mission dates: {day(scope.start_on)} to {until}, from {scope.dates_from}."


def source_line(ref: VersionRef) -> str:
    """One version of a table in a line: what it is, whose, under which licence, when retrieved, which bytes."""
    return (
        f"{ref.title or ref.table} ({ref.table} version {ref.version}; {ref.citation or 'citation not stated'}); "
        f"licence: {ref.licence or 'not stated'}; retrieved {ref.retrieved.isoformat()}; sha256 {ref.sha256[:12]}…"
    )
