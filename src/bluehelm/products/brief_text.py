"""How does a brief read in a terminal?

Figures first, then what they rest on: the scope, the notes and the table versions.
"""

from collections.abc import Sequence

from bluehelm import __version__
from bluehelm.language import _, called
from bluehelm.language import figure as figure_of
from bluehelm.products.brief import WHOLE_COUNTRY, Brief, EventFigures, MonthFigure, Presence
from bluehelm.products.brief_words import day, month_rule, number, other_rules
from bluehelm.products.own_incidents import OwnIncidents, own_lines, own_month_rows, own_type_rows, provider_type_rows

BAR_WIDTH = 30
BASES_SHOWN = 10
TITLE = 36
MONTHS_SHOWN = 12


def brief_text(brief: Brief) -> str:
    """The whole brief as plain text, lines of about 100 characters."""
    parts = [_heading(brief), _scope(brief)]
    if brief.marking:
        parts.insert(0, brief.marking)
    if brief.synthetic:
        parts.insert(
            0,
            _("SYNTHETIC DEMONSTRATION DATA: no real country, mission, person or event."),
        )
    parts += [_events(brief.events), _own(brief.own), _hotspots(brief), _presence(brief.presence)]
    if brief.notes:
        parts.append(_("Notes") + "\n" + "\n".join(f"  - {note}" for note in brief.notes))
    parts.append(_sources(brief))
    return "\n\n".join(part for part in parts if part)


def _heading(brief: Brief) -> str:
    known = _(", known on {day}", day=day(brief.known_on)) if brief.known_on else ""
    return f"{brief.mission}  {brief.name}\n{_('As of {day}', day=day(brief.as_of))}{known}"


def _scope(brief: Brief) -> str:
    scope = brief.scope
    until = _(" to {day}", day=day(scope.end_on)) if scope.end_on else _(", not ended")
    draft = _(" (draft)") if scope.area_status == "draft" else ""
    hosts = ", ".join(scope.country_names or scope.countries)
    area = _(scope.area) if scope.area == WHOLE_COUNTRY else scope.area
    return "\n".join(
        [
            _("Where    {hosts}: {area}; {rule}", hosts=hosts, area=f"{area}{draft}", rule=scope.area_rule),
            _(
                "When     {start}{until}, from {source}",
                start=day(scope.start_on),
                until=until,
                source=scope.dates_from,
            ),
        ]
    )


def _events(events: EventFigures | None) -> str:
    if events is None:
        return _("Events   unknown: no table covers them")
    lines = [
        _("Events   {count:,}, {covered}", count=events.count, covered=_covered(events)),
        _(
            "Deaths   {best:,} (best estimate; low {low:,}, high {high:,})",
            best=events.best,
            low=events.low,
            high=events.high,
        ),
    ]
    for kind, figure in events.by_type.items():
        lines.append(
            _("  {kind:<12} {count:>7,} events {best:>9,} deaths", kind=_(kind), count=figure.count, best=figure.best)
        )
    lines += [f"  {line}" for line in (month_rule(events), other_rules(events)) if line]
    if events.doubtful:
        lines.append(
            _("  {doubtful:,} events have a best estimate outside their own low and high", doubtful=events.doubtful)
        )
    if events.nearby_count is not None:
        lines.append(
            _(
                "  nearby, outside the area: {events:,} events, {deaths:,} deaths",
                events=events.nearby_count,
                deaths=events.nearby_best,
            )
        )
    return "\n".join([*lines, "", _years(events.by_month), "", _last_months(events.by_month)])


def _covered(events: EventFigures) -> str:
    """So that a sum over a part of the mission's time does not look whole."""
    first = events.by_month[0].month if events.by_month else events.first_covered_month
    if events.first_covered_month > first:
        return _("covered from {first} to {last}", first=events.first_covered_month, last=events.last_covered_month)
    return _("covered to {last}", last=events.last_covered_month)


def _years(months: Sequence[MonthFigure]) -> str:
    years: dict[str, list[MonthFigure]] = {}
    for figure in months:
        years.setdefault(figure.month[:4], []).append(figure)
    sums = {year: _sum(figures) for year, figures in years.items()}
    most = max((best for _count, best in sums.values() if best), default=0)
    lines = [_("Deaths by year (best estimate)")]
    for year, (count, best) in sums.items():
        if best is None or count is None:
            lines.append(_("  {year}  not covered", year=year))
        else:
            counted = _("{count:,} events", count=count)
            bar = _bar(best, most).ljust(BAR_WIDTH)
            lines.append(f"  {year} {figure_of(best, '>8,')}  {bar}  {counted}{_partly(years[year])}")
    return "\n".join(lines)


def _sum(figures: Sequence[MonthFigure]) -> tuple[int | None, int | None]:
    counts = [figure.count for figure in figures if figure.count is not None]
    deaths = [figure.best for figure in figures if figure.best is not None]
    return (sum(counts), sum(deaths)) if counts else (None, None)


def _partly(figures: Sequence[MonthFigure]) -> str:
    missing = sum(figure.count is None for figure in figures)
    return _(" ({missing} months not covered)", missing=missing) if missing else ""


def _bar(value: int, most: int) -> str:
    return "█" * max(round(value / most * BAR_WIDTH), 1) if value and most else ""


def _last_months(months: Sequence[MonthFigure]) -> str:
    """The last months covered; where none is, nothing that the years do not say already."""
    covered = [figure for figure in months if figure.count is not None][-MONTHS_SHOWN:]
    lines = [_("Last {number} months covered", number=len(covered))] if covered else []
    for figure in covered:
        part = _("  part of the month") if figure.partial else ""
        lines.append(
            _(
                "  {month}  {best:>7,} deaths {count:>6,} events{part}",
                month=figure.month,
                best=figure.best,
                count=figure.count,
                part=part,
            )
        )
    return "\n".join(lines)


def _hotspots(brief: Brief) -> str:
    if not brief.hotspots:
        return ""
    lines = [_("Hotspots (half-degree cells by deaths; events placed only by district or country inflate some)")]
    lines += [
        _(
            "  cell {gid}  {place}  {best:>7,} deaths {count:>6,} events",
            gid=spot.gid,
            place=_place(spot.latitude, spot.longitude),
            best=spot.best,
            count=spot.count,
        )
        for spot in brief.hotspots
    ]
    return "\n".join(lines)


def _own(own: OwnIncidents | None) -> str:
    """The mission's own beside the provider's: two lists of columns, and no sum of them."""
    if own is None:
        return ""
    lines = [_("Own      the mission's incidents beside the provider's events, never added"), *own_lines(own)]
    lines += ["", _("Own incidents by type                 maps to     incidents  killed at least   at most")]
    lines += [
        f"  {title[:TITLE]:<{TITLE}} {maps_to:<11} {count:>9} {low:>16} {high:>9}"
        for title, maps_to, count, low, high, _uncounted in own_type_rows(own)
    ]
    if own.provider_types:
        lines += [_("The provider's events in the months that both cover")]
        lines += [
            _("  {kind:<24} {count:>9} events {best:>9} deaths", kind=kind, count=count, best=best)
            for kind, count, best in provider_type_rows(own)
        ]
    last = _(
        "Last {number} months   own: incidents, killed at least, at most | provider: events, deaths | patrols, "
        "reporter-days",
        number=min(len(own.months), MONTHS_SHOWN),
    )
    lines += ["", last]
    lines += [
        f"  {month:<9} {count:>6} {low:>9} {high:>9} | {events:>7} {deaths:>8} | {patrols:>8} {reporters:>9}"
        for month, count, low, high, events, deaths, patrols, reporters in own_month_rows(own)[-MONTHS_SHOWN:]
    ]
    return "\n".join([*lines, *(f"  - {caveat}" for caveat in own.caveats)])


def _place(latitude: float, longitude: float) -> str:
    north, east = _("N") if latitude >= 0 else _("S"), _("E") if longitude >= 0 else _("W")
    return f"{figure_of(abs(latitude), '5.2f')} {north} {figure_of(abs(longitude), '6.2f')} {east}"


def _presence(presence: Presence | None) -> str:
    if presence is None:
        return _("Presence unknown: no map of this mission")
    unknown = _(", strength unknown at {number}", number=presence.unknown_strength) if presence.unknown_strength else ""
    lines = [
        _(
            "Presence {places} places, {troops} troops{unknown}, map of {month}",
            places=presence.locations,
            troops=number(presence.troops),
            unknown=unknown,
            month=presence.as_of_month,
        )
    ]
    for base in presence.bases[:BASES_SHOWN]:
        lines.append(f"  {number(base.troops):>7}  {base.location}")
    if len(presence.bases) > BASES_SHOWN:
        lines.append(_("  and {number} smaller or unknown", number=len(presence.bases) - BASES_SHOWN))
    return "\n".join(lines)


def _sources(brief: Brief) -> str:
    lines = [_("Sources") if brief.versions else _("Sources  no table was known")]
    for ref in brief.versions:
        lines.append(
            _(
                "  {table} version {version}: {title}; {licence}",
                table=ref.table,
                version=ref.version,
                title=ref.title,
                licence=ref.licence,
            )
        )
        lines.append(
            _(
                "    {citation}; retrieved {retrieved}, sha256 {sha256}…",
                citation=ref.citation,
                retrieved=ref.retrieved.isoformat(),
                sha256=ref.sha256[:12],
            )
        )
    lines += [f"  {called(ref.title)} ({_(ref.status)}, {ref.valid_from.isoformat()})" for ref in brief.definitions]
    return "\n".join([*lines, f"  bluehelm {__version__}"])
