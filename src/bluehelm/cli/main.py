"""Which verb was asked for, and in which data folder?"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import duckdb
import polars
import typer

from bluehelm import __version__
from bluehelm.cli import (
    audit,
    backup,
    db,
    disclosure,
    export,
    findings,
    forces,
    generation,
    impact,
    impact_presence,
    jobs,
    outlook,
    outlook_brief,
    plan,
    posts,
    protection,
    quality,
    records,
    reports,
    revisions,
    secrets,
    situation,
    sources,
    user,
)
from bluehelm.cli.acting import ACCOUNT, read_as
from bluehelm.cli.answers import (
    BUSY,
    DONE,
    JSON,
    NO,
    Refusal,
    end_with,
    progress_bar,
    say,
    say_json,
    speak_utf8,
    table,
)
from bluehelm.cli.asking import UNCHANGED, MonthRuleOption, asked_rule, mission_refusals
from bluehelm.cli.asking import asked_day as _day
from bluehelm.cli.explaining import explain, usage
from bluehelm.language import _, asked_for, called, figure, speaking
from bluehelm.products.brief import brief_json
from bluehelm.products.brief_text import brief_text
from bluehelm.store import Store, StoreError, Version
from bluehelm.store.version import version_json
from bluehelm.tables import TABLES
from bluehelm.web.records import RecordsError
from bluehelm.workflows.clock import today

# Geometry, definitions, pictures and Django take longer to load than an import takes to begin: each command loads
# what it alone needs.

app = typer.Typer(
    help="Bluehelm: the open system for peace operations.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
)

for part in (
    audit,
    backup,
    db,
    disclosure,
    export,
    findings,
    forces,
    impact,
    jobs,
    outlook,
    plan,
    posts,
    protection,
    protection,
    quality,
    records,
    reports,
    revisions,
    secrets,
    situation,
    sources,
    user,
):
    part.register(app)
generation.register(forces.forces)
impact_presence.register(impact.impact)
outlook_brief.register(outlook.outlook)

DEFAULT_HOME = Path.home() / ".bluehelm"
Port = Annotated[int, typer.Option(min=1, max=65535, help="Where to serve.")]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    speak_utf8()
    with speaking(asked_for(os.environ)):
        _run(words, as_json="--json" in words)


def _run(words: list[str], *, as_json: bool) -> NoReturn:
    command = explain(typer.main.get_command(app))
    try:
        code = command.main(args=words, prog_name="bluehelm", standalone_mode=False)
    except Refusal as refusal:
        end_with(refusal, as_json=as_json)
    except StoreError as error:
        exit_code = BUSY if error.code == "busy" else NO if error.code == "damaged" else 2
        end_with(
            Refusal(error.code, error.what, error.where, UNCHANGED, error.next_step, exit_code=exit_code),
            as_json=as_json,
        )
    except RecordsError as error:
        end_with(Refusal(error.code, error.what, "records", UNCHANGED, error.next_step), as_json=as_json)
    except (typer.Abort, KeyboardInterrupt):
        end_with(Refusal("interrupted", _("Interrupted."), "", UNCHANGED, _("Run it again.")), as_json=as_json)
    except typer.TyperException as error:
        next_step = _("`bluehelm --help` lists the commands, `bluehelm VERB --help` their options.")
        end_with(Refusal("misused", _usage(error), _("command line"), UNCHANGED, next_step), as_json=as_json)
    except (polars.exceptions.PolarsError, duckdb.Error) as error:
        what = _("A table cannot be read: {error}", error=str(error).splitlines()[0])
        next_step = _("`bluehelm tables --verify` says which version is damaged.")
        where = os.environ.get("BLUEHELM_HOME", "")
        end_with(Refusal("damaged", what, where, UNCHANGED, next_step, exit_code=NO), as_json=as_json)
    except OSError as error:
        where = str(error.filename or "")
        end_with(
            Refusal("cannot_write_or_read", str(error), where, UNCHANGED, _("Check the path and the disk.")),
            as_json=as_json,
        )
    raise SystemExit(code if isinstance(code, int) else DONE)


def _usage(error: typer.TyperException) -> str:
    said = getattr(error, "format_message", None)
    return usage(str(said() if said else error))


def _version(wanted: bool) -> None:
    if wanted:
        say(f"bluehelm {__version__}")
        raise typer.Exit


@app.callback()
def choose_home(
    context: typer.Context,
    home: Annotated[
        Path, typer.Option(envvar="BLUEHELM_HOME", help="The data folder.", show_default="~/.bluehelm")
    ] = DEFAULT_HOME,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
    account: Annotated[
        str | None, typer.Option("--as", envvar=ACCOUNT, help="Read and act as this account, in its post.")
    ] = None,
    audience: Annotated[
        str | None, typer.Option(help="Read as these: 'mission:UNMISS | headquarters'. Without either: as everyone.")
    ] = None,
) -> None:
    context.obj = home.expanduser().absolute()
    os.environ["BLUEHELM_HOME"] = str(context.obj)
    read_as(context, context.obj, account, audience)


@app.command("brief")
def brief_command(
    context: typer.Context,
    mission: Annotated[str, typer.Argument(help="The mission's acronym, such as UNMISS.")],
    as_of: Annotated[str | None, typer.Option(help="Cut what happened at this day; default today.")] = None,
    known_on: Annotated[str | None, typer.Option(help="Use the tables retrieved by this day; default now.")] = None,
    month_rule: MonthRuleOption = "date_start",
    out: Annotated[Path | None, typer.Option(help="Write it to a file: .html, .pdf or .docx.")] = None,
    template: Annotated[Path | None, typer.Option(help="A Word template of your own, for .docx.")] = None,
    as_json: bool = JSON,
) -> None:
    """Say what happened in a mission's area, month by month, and where its people stood."""
    from bluehelm.workflows.brief_mission import brief_mission

    day, known = _day(as_of, "--as-of") or today(), _day(known_on, "--known-on")
    rule = asked_rule(month_rule)
    with mission_refusals(mission):
        brief = brief_mission(context.obj, mission, as_of=day, known_on=known, month_rule=rule)
    if out:
        export.write_paper(context.obj, brief, out, template)
    if as_json:
        say_json(brief_json(brief))
    elif out:
        say(_("Written    {out}", out=out))
    else:
        say(brief_text(brief))


@app.command("missions")
def missions_command(context: typer.Context, as_json: bool = JSON) -> None:
    """List the missions of the registry."""
    from bluehelm.workflows.registry import mission_registry

    with mission_refusals(""):
        entries = mission_registry(context.obj).missions
    if as_json:
        say_json(
            [
                {
                    "mission": entry.mission,
                    "name": called(entry.name),
                    "start": entry.start_on.isoformat() if entry.start_on else None,
                    "end": entry.end_on.isoformat() if entry.end_on else None,
                    "hosts": list(entry.hosts),
                    "area": entry.area,
                    "synthetic": entry.synthetic,
                }
                for entry in entries
            ]
        )
        return
    rows = [
        [
            entry.mission,
            f"{entry.start_on or _('unknown')}",
            f"{entry.end_on or ''}",
            ",".join(entry.hosts),
            f"{called(entry.name)}{_(' (synthetic)') if entry.synthetic else ''}",
        ]
        for entry in entries
    ]
    say(table([_("mission"), _("from"), _("until"), _("hosts"), _("name")], rows))


@app.command("tables")
def tables_command(
    context: typer.Context,
    verify: Annotated[bool, typer.Option("--verify", help="Check every version against its digest.")] = False,
    as_json: bool = JSON,
) -> None:
    """List the versions of every table."""
    store = Store(context.obj)
    damaged = store.damaged() if verify else []
    if damaged:
        next_step = _("Restore the data folder from a backup, or import the raw file again (it lies in raw/).")
        raise Refusal(
            "damaged",
            _("{number} version(s) are damaged.", number=len(damaged)),
            str(context.obj),
            "",
            next_step,
            damaged,
            exit_code=NO,
        )
    versions = store.versions()
    if as_json:
        tables = [{"table": name, "title": promise.title, "grain": promise.grain} for name, promise in TABLES.items()]
        say_json({"tables": tables, "versions": [version_json(version) for version in versions], "verified": verify})
    elif versions:
        say(_versions_text(versions) + (_("\nAll rows and raw files match their digests.") if verify else ""))
    else:
        say(_("No table that you may see.\nNext  bluehelm import ucdp-ged FILE, or bluehelm demo; --as NAME sees more"))


def _months(version: Version) -> str:
    coverage = version.coverage
    return (
        _("{first_month} to {last_month}", first_month=coverage.first_month, last_month=coverage.last_month)
        if coverage.first_month
        else _("no months")
    )


def _versions_text(versions: Sequence[Version]) -> str:
    rows = [
        [
            version.table,
            str(version.version),
            version.provider,
            figure(version.rows),
            figure(version.set_aside),
            _months(version),
            version.retrieved.isoformat(),
            version.sha256[:12],
        ]
        for version in versions
    ]
    header = [_("table"), _("version"), _("provider"), _("rows"), _("set aside"), _("covers"), _("retrieved"), "sha256"]
    return table(header, rows, right=(1, 3, 4))


@app.command("demo")
def demo_command(
    context: typer.Context,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Build the data folder and stop.")] = False,
    seed: Annotated[int, typer.Option(help="Another seed makes another country.")] = 0,
    port: Port = 8000,
    as_json: bool = JSON,
) -> None:
    """Build a synthetic demonstration mission in the data folder and show it."""
    from bluehelm.web.demo import RECORDS
    from bluehelm.workflows.demo import DemoError, build_demo

    try:
        with progress_bar() as tell:
            demo = build_demo(context.obj, seed=seed, progress=tell, further=RECORDS)
    except DemoError as error:
        raise Refusal("not_a_demo_folder", error.what, str(context.obj), UNCHANGED, error.next_step) from None
    if as_json:
        say_json({"home": str(context.obj), "mission": demo.mission, "seed": demo.seed, "built": demo.built})
    else:
        say(
            _(
                "{built}      the synthetic mission {mission} (seed {seed})",
                built=_("Built") if demo.built else _("Found"),
                mission=demo.mission,
                seed=demo.seed,
            )
        )
    if not no_serve:
        _serve(context.obj, port)


@app.command("serve")
def serve_command(
    context: typer.Context,
    port: Port = 8000,
    address: Annotated[str, typer.Option(help="Where to listen; another than this machine takes a production.")] = (
        "127.0.0.1"
    ),
) -> None:
    """Serve the pages of the data folder, on this machine unless told otherwise."""
    _serve(context.obj, port, address)


def _serve(home: Path, port: int, address: str = "127.0.0.1") -> None:
    from django.core.exceptions import ImproperlyConfigured

    from bluehelm.web.serve import PortError, serve  # Django is not needed by any other command

    try:
        serve(home, port, address)
    except ImproperlyConfigured as error:
        next_step = _("Correct the settings; docs/guides/accounts.md lists them.")
        raise Refusal("bad_settings", str(error), "environment", UNCHANGED, next_step) from None
    except PortError as error:
        next_step = _("Name another with --port, or end the programs that hold them.")
        raise Refusal("no_free_port", str(error), f"--port {port}", UNCHANGED, next_step) from None
