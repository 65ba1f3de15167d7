"""What is a mission's situation, and which place does a name mean? The commands `situation` and `place`."""

from typing import Annotated, Any

import typer

from bluehelm.cli.answers import JSON, Refusal, say, say_json, table
from bluehelm.cli.asking import UNCHANGED, asked_day, mission_refusals
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
        next_step = "Mend the file, or take it out of the data folder."
        raise Refusal("bad_roads", str(error), "roads.geojson", UNCHANGED, next_step) from None
    if as_json:
        say_json(answer)
    else:
        say(_text(answer))


def _text(answer: dict[str, Any]) -> str:
    lines = [f"{answer['mission']}  {answer['name']}{' (synthetic)' if answer['synthetic'] else ''}"]
    lines.append(f"Measured to {answer['measured_to'] or 'no day'} (asked: {answer['as_of']})")
    rows = [
        [f"{r['days']} days", *(_number(r[k]) for k in ("count", "certain", "possible", "best", "low", "high"))]
        for r in answer["rolling"]
    ]
    header = ["last", "events", "certain", "possible", "deaths", "low", "high"]
    lines += ["", table(header, rows, right=range(1, 7)), ""]
    lines += [*_tempo_text(answer["tempo"]), "", *_hotspots_text(answer["hotspots"]), "", *_rings_text(answer["rings"])]
    versions = ", ".join(f"{v['table']} version {v['version']}" for v in answer["versions"]) or "none"
    return "\n".join([*lines, "", f"From  {versions}", *(f"Note  {note}" for note in answer["notes"])])


def _tempo_text(tempo: dict[str, Any] | None) -> list[str]:
    if tempo is None:
        return ["Tempo: unknown, too little of the mission's own past is covered."]
    usual = (
        f"usual is {tempo['low']:,} to {tempo['high']:,} ({tempo['interval']:.0%}, {len(tempo['past'])} past windows)"
    )
    days = f"{tempo['window']['first']} to {tempo['window']['last']}"
    return [f"Tempo: {tempo['count']:,} events from {days}, {tempo['verdict']} what is usual; {usual}."]


def _hotspots_text(spots: dict[str, Any] | None) -> list[str]:
    if spots is None:
        return ["Hotspots: unknown, too little of the past is covered."]
    rate = f"of those named about {spots['false_discovery_rate']:.0%} at most are chance"
    head = f"Hotspots: {spots['named']:,} of {spots['tested']:,} cells named ({rate})."
    rows = [
        [
            str(cell["gid"]),
            f"{cell['latitude']:.2f} {cell['longitude']:.2f}",
            f"{cell['count']:,}",
            f"{cell['low']:,} to {cell['high']:,}",
            f"{cell['q_value']:.3f}",
            _km(cell["nearest_base_km"]),
        ]
        for cell in spots["cells"]
        if cell["is_named"]
    ]
    return [
        head,
        *([table(["cell", "centre", "events", "usual", "rate", "base at"], rows, right=(2, 4, 5))] if rows else []),
    ]


def _rings_text(rings: dict[str, Any] | None) -> list[str]:
    known = [month for month in rings["by_month"] if month["rings"]] if rings else []
    if not known:
        return ["Distance from bases: unknown, no map covers a month of the mission."]
    last = known[-12:]
    names = [
        f"{r['from_km']:g}-{r['to_km']:g} km" if r["to_km"] else f"{r['from_km']:g} km on" for r in last[0]["rings"]
    ]
    rows = [[of["month"], of["map_month"], *(f"{ring['count']:,}" for ring in of["rings"])] for of in last]
    return [
        "Events by distance to the nearest base:",
        table(["month", "map", *names], rows, right=range(2, 2 + len(names))),
    ]


def _number(value: int | None) -> str:
    return "unknown" if value is None else f"{value:,}"


def _km(value: float | None) -> str:
    return "unknown" if value is None else f"{value:,.0f} km"


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
        next_step = "Write three letters, such as SSD for South Sudan."
        raise Refusal("unknown_country", f"There is no country {country!r}.", "--country", UNCHANGED, next_step)
    found = find_place(name, code)
    besides = {"name": name, "country": code, "candidates": [place_json(place) for place in found.candidates]}
    where = f" in {country_name(code)}" if code else ""
    if not found.candidates:
        meant = f"Did you mean {', '.join(found.nearest)}?" if found.nearest else "Give coordinates instead of a name."
        what = f"The gazetteer knows no place {name!r}{where}."
        raise Refusal(
            "unknown_place", what, name or "NAME", UNCHANGED, meant, besides={**besides, "nearest": list(found.nearest)}
        )
    if len(found.candidates) > 1:
        problems = [
            f"{of.name}, {country_name(of.iso3 or of.iso2)}: {of.latitude:.3f}, {of.longitude:.3f} ({of.geonames_id})"
            for of in found.candidates
        ]
        what = f"{len(problems)} places are called {name!r}{where}."
        next_step = "Choose one: narrow with --country, or use its coordinates."
        raise Refusal("ambiguous_place", what, name, UNCHANGED, next_step, problems, besides)
    (place,) = found.candidates
    answer = place_json(place) | {"asked": name}
    if as_json:
        say_json(answer)
    else:
        say(f"{place.name}, {place.iso3 or place.iso2}: {place.latitude}, {place.longitude}")
        say(f"{answer['precision']}\nFrom  {answer['source']}")
