"""How does a brief read in a terminal?

Figures first, then what they rest on: the scope, the notes and the table versions.
"""

from collections.abc import Sequence
from datetime import date

from bluehelm import __version__
from bluehelm.products.brief import Brief, EventFigures, MonthFigure, Presence
from bluehelm.products.brief_words import month_rule, other_rules

BAR_WIDTH = 30
BASES_SHOWN = 10
MONTHS_SHOWN = 12


def brief_text(brief: Brief) -> str:
    """The whole brief as plain text, lines of about 100 characters."""
    parts = [_heading(brief), _scope(brief)]
    if brief.marking:
        parts.insert(0, brief.marking)
    if brief.synthetic:
        parts.insert(
            0,
            "SYNTHETIC DEMONSTRATION DATA: no real country, mission, person or event.",
        )
    parts += [_events(brief.events), _hotspots(brief), _presence(brief.presence)]
    if brief.notes:
        parts.append("Notes\n" + "\n".join(f"  - {note}" for note in brief.notes))
    parts.append(_sources(brief))
    return "\n\n".join(part for part in parts if part)


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else "unknown"


def _heading(brief: Brief) -> str:
    known = f", known on {_day(brief.known_on)}" if brief.known_on else ""
    return f"{brief.mission}  {brief.name}\nAs of {_day(brief.as_of)}{known}"


def _scope(brief: Brief) -> str:
    scope = brief.scope
    until = f" to {_day(scope.end_on)}" if scope.end_on else ", not ended"
    draft = " (draft)" if scope.area_status == "draft" else ""
    hosts = ", ".join(scope.country_names or scope.countries)
    return "\n".join(
        [
            f"Where    {hosts}: {scope.area}{draft}; {scope.area_rule}",
            f"When     {_day(scope.start_on)}{until}, from {scope.dates_from}",
        ]
    )


def _events(events: EventFigures | None) -> str:
    if events is None:
        return "Events   unknown: no table covers them"
    lines = [
        f"Events   {events.count:,}, {_covered(events)}",
        f"Deaths   {events.best:,} (best estimate; low {events.low:,}, high {events.high:,})",
    ]
    for kind, figure in events.by_type.items():
        lines.append(f"  {kind:<12} {figure.count:>7,} events {figure.best:>9,} deaths")
    lines += [f"  {line}" for line in (month_rule(events), other_rules(events)) if line]
    if events.doubtful:
        lines.append(f"  {events.doubtful:,} events have a best estimate outside their own low and high")
    if events.nearby_count is not None:
        lines.append(f"  nearby, outside the area: {events.nearby_count:,} events, {events.nearby_best:,} deaths")
    return "\n".join([*lines, "", _years(events.by_month), "", _last_months(events.by_month)])


def _covered(events: EventFigures) -> str:
    """So that a sum over a part of the mission's time does not look whole."""
    first = events.by_month[0].month if events.by_month else events.first_covered_month
    since = f"from {events.first_covered_month} " if events.first_covered_month > first else ""
    return f"covered {since}to {events.last_covered_month}"


def _years(months: Sequence[MonthFigure]) -> str:
    years: dict[str, list[MonthFigure]] = {}
    for figure in months:
        years.setdefault(figure.month[:4], []).append(figure)
    sums = {year: _sum(figures) for year, figures in years.items()}
    most = max((best for _, best in sums.values() if best), default=0)
    lines = ["Deaths by year (best estimate)"]
    for year, (count, best) in sums.items():
        if best is None or count is None:
            lines.append(f"  {year}  not covered")
        else:
            lines.append(
                f"  {year} {best:>8,}  {_bar(best, most):<{BAR_WIDTH}}  {count:,} events{_partly(years[year])}"
            )
    return "\n".join(lines)


def _sum(figures: Sequence[MonthFigure]) -> tuple[int | None, int | None]:
    counts = [figure.count for figure in figures if figure.count is not None]
    deaths = [figure.best for figure in figures if figure.best is not None]
    return (sum(counts), sum(deaths)) if counts else (None, None)


def _partly(figures: Sequence[MonthFigure]) -> str:
    missing = sum(figure.count is None for figure in figures)
    return f" ({missing} months not covered)" if missing else ""


def _bar(value: int, most: int) -> str:
    return "█" * max(round(value / most * BAR_WIDTH), 1) if value and most else ""


def _last_months(months: Sequence[MonthFigure]) -> str:
    """The last months covered; where none is, nothing that the years do not say already."""
    covered = [figure for figure in months if figure.count is not None][-MONTHS_SHOWN:]
    lines = [f"Last {len(covered)} months covered"] if covered else []
    for figure in covered:
        part = "  part of the month" if figure.partial else ""
        lines.append(f"  {figure.month}  {figure.best:>7,} deaths {figure.count:>6,} events{part}")
    return "\n".join(lines)


def _hotspots(brief: Brief) -> str:
    if not brief.hotspots:
        return ""
    lines = ["Hotspots (half-degree cells by deaths; events placed only by district or country inflate some)"]
    lines += [
        f"  cell {spot.gid}  {_place(spot.latitude, spot.longitude)}  {spot.best:>7,} deaths {spot.count:>6,} events"
        for spot in brief.hotspots
    ]
    return "\n".join(lines)


def _place(latitude: float, longitude: float) -> str:
    north, east = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "W"
    return f"{abs(latitude):5.2f} {north} {abs(longitude):6.2f} {east}"


def _presence(presence: Presence | None) -> str:
    if presence is None:
        return "Presence unknown: no map of this mission"
    troops = "unknown" if presence.troops is None else f"{presence.troops:,}"
    unknown = f", strength unknown at {presence.unknown_strength}" if presence.unknown_strength else ""
    lines = [f"Presence {presence.locations} places, {troops} troops{unknown}, map of {presence.as_of_month}"]
    for base in presence.bases[:BASES_SHOWN]:
        strength = "unknown" if base.troops is None else f"{base.troops:,}"
        lines.append(f"  {strength:>7}  {base.location}")
    if len(presence.bases) > BASES_SHOWN:
        lines.append(f"  and {len(presence.bases) - BASES_SHOWN} smaller or unknown")
    return "\n".join(lines)


def _sources(brief: Brief) -> str:
    lines = ["Sources" if brief.versions else "Sources  no table was known"]
    for ref in brief.versions:
        lines.append(f"  {ref.table} version {ref.version}: {ref.title}; {ref.licence}")
        lines.append(f"    {ref.citation}; retrieved {ref.retrieved.isoformat()}, sha256 {ref.sha256[:12]}…")
    lines += [f"  {ref.title} ({ref.status}, {ref.valid_from.isoformat()})" for ref in brief.definitions]
    return "\n".join([*lines, f"  bluehelm {__version__}"])
