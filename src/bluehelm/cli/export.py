"""How do briefs, charts and tables leave as files?"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bluehelm.cli.answers import JSON, NO, Refusal, progress_bar, say, say_json
from bluehelm.cli.asking import UNCHANGED, MonthRuleOption, asked_day, asked_rule, mission_refusals
from bluehelm.language import _
from bluehelm.workflows.clock import today

if TYPE_CHECKING:
    from bluehelm.products.brief import Brief
    from bluehelm.store import Version
    from bluehelm.workflows.export_table import Exported

# Pictures, documents and geometry take seconds to load; only these commands need them.

Force = Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("chart")(chart_command)
    app.command("brief-template")(template_command)
    app.command("export")(export_command)


def write_paper(home: Path, brief: "Brief", out: Path, template: Path | None) -> None:
    """Write a brief as the file that `out` names; refuses what cannot be written."""
    from bluehelm.workflows.brief_page import write_brief

    with _refusals():
        write_brief(home, brief, out, template=template.read_bytes() if template else None)


def chart_command(
    context: typer.Context,
    mission: Annotated[str, typer.Argument(help="The mission's acronym, such as UNMISS.")],
    out: Annotated[Path, typer.Option(help="The file to write: .svg or .png.")],
    as_of: Annotated[str | None, typer.Option(help="Cut what happened at this day; default today.")] = None,
    known_on: Annotated[str | None, typer.Option(help="Use the tables retrieved by this day; default now.")] = None,
    month_rule: MonthRuleOption = "date_start",
    as_json: bool = JSON,
) -> None:
    """Draw a mission's deaths and events by month as a picture that names its sources."""
    from bluehelm.products.brief import versions_json
    from bluehelm.workflows.brief_mission import brief_mission
    from bluehelm.workflows.brief_page import write_chart

    day, known, rule = asked_day(as_of, "--as-of") or today(), asked_day(known_on, "--known-on"), asked_rule(month_rule)
    with mission_refusals(mission):
        brief = brief_mission(context.obj, mission, as_of=day, known_on=known, month_rule=rule, with_own=False)
    with _refusals():
        drawn = write_chart(brief, out)
    if not drawn:
        what = _(
            "No table covers a month of {mission} up to {day}: there is nothing to draw.", mission=mission, day=day
        )
        raise Refusal(
            "nothing_to_draw",
            what,
            mission,
            UNCHANGED,
            _("`bluehelm brief {mission}` says why.", mission=mission),
            exit_code=NO,
        )
    if as_json:
        say_json(
            {"mission": brief.mission, "as_of": day.isoformat(), "out": str(out), "versions": versions_json(brief)}
        )
    else:
        say(_("Written    {out}", out=out))


def template_command(
    out: Annotated[Path, typer.Option(help="The Word file to write.")],
    force: Force = False,
    as_json: bool = JSON,
) -> None:
    """Write the Word template of the brief, to be edited and given to `brief --template`."""
    from bluehelm.workflows.brief_page import write_template

    with _refusals():
        write_template(out, force=force)
    if as_json:
        say_json({"out": str(out)})
    else:
        say(
            _(
                "Written    {out}\nNext       edit it, then bluehelm brief MISSION --out brief.docx --template {out}",
                out=out,
            )
        )


def export_command(
    context: typer.Context,
    table: Annotated[str, typer.Argument(help="The table, such as events; `bluehelm tables` lists them.")],
    to: Annotated[str, typer.Option(help="csv, parquet, xlsx, geojson, gpkg or sdmx-csv.")],
    out: Annotated[Path, typer.Option(help="The file to write; FILE.datapackage.json is written beside it.")],
    version: Annotated[int | None, typer.Option(min=1, help="Which version; default the newest.")] = None,
    provider: Annotated[str | None, typer.Option(help="Whose versions, where several give the table.")] = None,
    known_on: Annotated[str | None, typer.Option(help="The newest version retrieved by this day.")] = None,
    force: Force = False,
    as_json: bool = JSON,
) -> None:
    """Write a version of a table as a file that others can open, with what it means beside it."""
    from bluehelm.store import Store
    from bluehelm.workflows.export_table import export_table, version_to_export

    known = asked_day(known_on, "--known-on")
    if version is not None and (provider or known):
        what = _("--version names one version; --provider and --known-on would choose another.")
        raise Refusal("misused", what, "--version", UNCHANGED, _("Leave one of them out."))
    store = Store(context.obj)
    with _refusals(), progress_bar() as tell:
        chosen = version_to_export(store, table, number=version, provider=provider, known_on=known)
        read = 0

        def show(more: int) -> None:
            nonlocal read
            read += more
            tell(_("Writing {name}", name=out.name), read, chosen.rows)

        written = export_table(store, chosen, to, out, allowed=_shown_to_reader, force=force, progress=show)
    if written.held_back is not None:
        note_export(context, written)
    if as_json:
        say_json(written.as_json())
    else:
        say(
            _(
                "Written    {out}: {rows:,} rows of {table} version {version}",
                out=written.out,
                rows=written.rows,
                table=table,
                version=chosen.version,
            )
        )
        say(_("Beside it  {descriptor}", descriptor=written.descriptor))
        if written.held_back:
            cells = ", ".join(
                _("{count:,} of {name}", count=count, name=name) for name, count in written.held_back.items()
            )
            say(_("Held back  {cells}: counts of few persons, and what would give them away", cells=cells))


def note_export(context: typer.Context, written: "Exported") -> None:
    """Note in the log of releases that counts about people left, and to whom."""
    from bluehelm.cli.acting import ACCOUNT, AUDIENCE
    from bluehelm.disclosure import EVERYONE, audience_names
    from bluehelm.web.records import open_records

    open_records(context.obj)
    from bluehelm.web.disclosure.actions import note_export as note
    from bluehelm.web.posts.acting import NOBODY, actor_for_command

    meta = context.find_root().meta
    account, audience = meta.get(ACCOUNT), meta.get(AUDIENCE)
    actor = actor_for_command(account) if account else NOBODY
    to = audience_names(audience) if audience else frozenset({f"post:{actor.post_code}" if account else EVERYONE})
    held_back = sum((written.held_back or {}).values())
    note(version=written.version, to=to, held_back=held_back, sha256=written.sha256, by=actor)


def _shown_to_reader(version: "Version") -> bool:
    """The gate of the command's file: whoever the command reads as may have what it is shown."""
    from bluehelm.store.labels import admitted

    return admitted(version.label)


@contextmanager
def _refusals() -> Iterator[None]:
    """Say in a line why a file was not written."""
    from bluehelm.products.brief_docx import TemplateProblemError
    from bluehelm.products.extras import MissingExtraError
    from bluehelm.workflows.brief_page import UnknownFormatError
    from bluehelm.workflows.table_files import ExportRefusedError
    from bluehelm.workflows.whole_file import FileRefusedError

    try:
        yield
    except FileRefusedError as error:
        raise Refusal(error.code, error.what, error.where, UNCHANGED, error.next_step) from None
    except ExportRefusedError as error:
        raise Refusal(error.code, error.what, "export", UNCHANGED, error.next_step) from None
    except UnknownFormatError as error:
        next_step = _("Name a file that ends in one of: {known}.", known=", ".join(error.known))
        raise Refusal("no_such_format", str(error), "--out", UNCHANGED, next_step) from None
    except MissingExtraError as error:
        next_step = _('Install it: pip install "bluehelm[{extra}]".', extra=error.extra)
        raise Refusal("missing_extra", str(error), "--out", UNCHANGED, next_step) from None
    except TemplateProblemError as error:
        next_step = _("`bluehelm brief-template --out mine.docx` writes one to begin from.")
        raise Refusal(
            "bad_template",
            _("The template cannot be filled: {error}.", error=error),
            "--template",
            UNCHANGED,
            next_step,
        ) from None
