"""What is a mission's situation, and which place does a name mean? The commands `situation` and `place`."""

from typing import Annotated, Any

import typer

from bluehelm.cli.answers import JSON, Refusal, say, say_json, table
from bluehelm.cli.asking import UNCHANGED, asked_day, mission_refusals
from bluehelm.language import _, figure
from bluehelm.workflows.clock import today


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("situation")(situation_command)
    app.command("place")(place_command)


def situation_command(
    context: typer.Context,
    mission: Annotated[str, typer.Argument(help="The mission's acronym, such as UNMISS.")],
    as_of: Annotated[str | None, typer.Option(help="Cut what happened at this day; default today.")] = None,
    known_on: Annotated[str | None, typer.Option(help="Use the tables retrieved by this day; default now.")] = None,
    as_json: bool = JSON,
) -> None:
    """Say what happened lately beside a mission's own past, where, and how near to its bases."""
    from bluehelm.workflows.roads import RoadsError
    from bluehelm.workflows.situation import measure_situation, situation_json

    day, known = asked_day(as_of, "--as-of") or today(), asked_day(known_on, "--known-on")
    try:
        with mission_refusals(mission):
            answer = situation_json(measure_situation(context.obj, mission, as_of=day, known_on=known))
    except RoadsError as error:
        next_step = _("Mend the file, or take it out of the data folder.")
        raise Refusal("bad_roads", str(error), "roads.geojson", UNCHANGED, next_step) from None
    if as_json:
        say_json(answer)
    else:
        say(_text(answer))


def _text(answer: dict[str, Any]) -> str:
    lines = [f"{answer['mission']}  {answer['name']}{_(' (synthetic)') if answer['synthetic'] else ''}"]
    lines.append(
        _(
            "Measured to {measured_to} (asked: {as_of})",
            measured_to=answer["measured_to"] or _("no day"),
            as_of=answer["as_of"],
        )
    )
    rows = [
        [
            _("{days} days", days=r["days"]),
            *(_number(r[k]) for k in ("count", "certain", "possible", "best", "low", "high")),
        ]
        for r in answer["rolling"]
    ]
    header = [_("last"), _("events"), _("certain"), _("possible"), _("deaths"), _("low"), _("high")]
    lines += ["", table(header, rows, right=range(1, 7)), ""]
    lines += [*_tempo_text(answer["tempo"]), "", *_hotspots_text(answer["hotspots"]), "", *_rings_text(answer["rings"])]
    versions = ", ".join(
        _("{table} version {version}", table=v["table"], version=v["version"]) for v in answer["versions"]
    ) or _("none")
    return "\n".join(
        [
            *lines,
            "",
            _("From  {versions}", versions=versions),
            *(_("Note  {note}", note=note) for note in answer["notes"]),
        ]
    )


def _tempo_text(tempo: dict[str, Any] | None) -> list[str]:
    if tempo is None:
        return [_("Tempo: unknown, too little of the mission's own past is covered.")]
    usual = _(
        "usual is {low:,} to {high:,} ({interval:.0%}, {number} past windows)",
        low=tempo["low"],
        high=tempo["high"],
        interval=tempo["interval"],
        number=len(tempo["past"]),
    )
    days = _("{first} to {last}", first=tempo["window"]["first"], last=tempo["window"]["last"])
    return [
        _(
            "Tempo: {count:,} events from {days}, {verdict} what is usual; {usual}.",
            count=tempo["count"],
            days=days,
            verdict=tempo["verdict"],
            usual=usual,
        )
    ]


def _hotspots_text(spots: dict[str, Any] | None) -> list[str]:
    if spots is None:
        return [_("Hotspots: unknown, too little of the past is covered.")]
    rate = _(
        "of those named about {false_discovery_rate:.0%} at most are chance",
        false_discovery_rate=spots["false_discovery_rate"],
    )
    head = _(
        "Hotspots: {named:,} of {tested:,} cells named ({rate}).",
        named=spots["named"],
        tested=spots["tested"],
        rate=rate,
    )
    rows = [
        [
            str(cell["gid"]),
            f"{cell['latitude']:.2f} {cell['longitude']:.2f}",
            figure(cell["count"]),
            _("{low:,} to {high:,}", low=cell["low"], high=cell["high"]),
            figure(cell["q_value"], ".3f"),
            _km(cell["nearest_base_km"]),
        ]
        for cell in spots["cells"]
        if cell["is_named"]
    ]
    return [
        head,
        *(
            [table([_("cell"), _("centre"), _("events"), _("usual"), _("rate"), _("base at")], rows, right=(2, 4, 5))]
            if rows
            else []
        ),
    ]


def _rings_text(rings: dict[str, Any] | None) -> list[str]:
    known = [month for month in rings["by_month"] if month["rings"]] if rings else []
    if not known:
        return [_("Distance from bases: unknown, no map covers a month of the mission.")]
    last = known[-12:]
    names = [
        _("{from_km:g}-{to_km:g} km", from_km=r["from_km"], to_km=r["to_km"])
        if r["to_km"]
        else _("{from_km:g} km on", from_km=r["from_km"])
        for r in last[0]["rings"]
    ]
    rows = [[of["month"], of["map_month"], *(figure(ring["count"]) for ring in of["rings"])] for of in last]
    return [
        _("Events by distance to the nearest base:"),
        table([_("month"), _("map"), *names], rows, right=range(2, 2 + len(names))),
    ]


def _number(value: int | None) -> str:
    return _("unknown") if value is None else figure(value)


def _km(value: float | None) -> str:
    return _("unknown") if value is None else _("{value:,.0f} km", value=value)


def place_command(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The place's name, in any of its spellings.")],
    country: Annotated[str | None, typer.Option(help="Its country, ISO 3166 alpha-3, such as SSD.")] = None,
    as_json: bool = JSON,
) -> None:
    """Find a place by its name; several of that name are listed, never guessed."""
    from bluehelm.tables.countries import country_name, iso2_by_iso3
    from bluehelm.workflows.places import find_place, place_json

    code = country.upper() if country else None
    if code and code not in iso2_by_iso3():
        next_step = _("Write three letters, such as SSD for South Sudan.")
        raise Refusal(
            "unknown_country", _("There is no country {country!r}.", country=country), "--country", UNCHANGED, next_step
        )
    found = find_place(name, code)
    besides = {"name": name, "country": code, "candidates": [place_json(place) for place in found.candidates]}
    where = _(" in {country_name}", country_name=country_name(code)) if code else ""
    if not found.candidates:
        meant = (
            _("Did you mean {nearest}?", nearest=", ".join(found.nearest))
            if found.nearest
            else _("Give coordinates instead of a name.")
        )
        what = _("The gazetteer knows no place {name!r}{where}.", name=name, where=where)
        raise Refusal(
            "unknown_place", what, name or "NAME", UNCHANGED, meant, besides={**besides, "nearest": list(found.nearest)}
        )
    if len(found.candidates) > 1:
        problems = [
            f"{of.name}, {country_name(of.iso3 or of.iso2)}: {of.latitude:.3f}, {of.longitude:.3f} ({of.geonames_id})"
            for of in found.candidates
        ]
        what = _("{number} places are called {name!r}{where}.", number=len(problems), name=name, where=where)
        next_step = _("Choose one: narrow with --country, or use its coordinates.")
        raise Refusal("ambiguous_place", what, name, UNCHANGED, next_step, problems, besides)
    (place,) = found.candidates
    answer = place_json(place) | {"asked": name}
    if as_json:
        say_json(answer)
    else:
        say(f"{place.name}, {place.iso3 or place.iso2}: {place.latitude}, {place.longitude}")
        say(_("{precision}\nFrom  {source}", precision=answer["precision"], source=answer["source"]))
