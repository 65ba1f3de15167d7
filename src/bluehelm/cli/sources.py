"""How do providers' files come in: listed, fetched, mapped, imported?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bluehelm.cli.answers import JSON, NO, Refusal, progress_bar, say, say_json
from bluehelm.cli.asking import UNCHANGED, asked_day
from bluehelm.cli.posts import asked_audience, asked_marking
from bluehelm.language import _, called
from bluehelm.sources import PROVIDERS, TAILORED, IntakeError
from bluehelm.store import VersionLabel
from bluehelm.tables import TABLES, Table
from bluehelm.workflows.clock import today
from bluehelm.workflows.import_file import ImportRefusedError, ImportReport, import_file

if TYPE_CHECKING:
    from bluehelm.workflows.fetch_file import FetchReport
    from bluehelm.workflows.map_file import ProposedMapping

Mapping = Annotated[Path | None, typer.Option(help="What the file's columns mean; with `mapped` and `xlsform`.")]
Form = Annotated[Path | None, typer.Option(help="The XLSForm the submissions were made with; with `xlsform`.")]
SetAside = Annotated[bool, typer.Option("--set-aside", help="Keep bad rows apart instead of refusing.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("import")(import_command)
    app.command("fetch")(fetch_command)
    app.command("map")(map_command)
    app.command("providers")(providers_command)
    app.command("dictionary")(dictionary_command)


def import_command(
    context: typer.Context,
    provider: Annotated[str, typer.Argument(help="Whose file it is; `bluehelm providers` lists them.")],
    file: Annotated[Path, typer.Argument(help="The file as the provider gave it; `providers` says in which formats.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and report; change nothing.")] = False,
    set_aside: SetAside = False,
    retrieved: Annotated[str | None, typer.Option(help="The day the file was fetched; default today.")] = None,
    mapping: Mapping = None,
    form: Form = None,
    to: Annotated[
        str | None, typer.Option("--releasable-to", help="Who may see it; else as the provider's terms allow.")
    ] = None,
    marking: Annotated[str, typer.Option(help="Its marking, with --releasable-to.")] = "unclassified",
    as_json: bool = JSON,
) -> None:
    """Take in a provider's file as a new version of its table."""
    fetched = asked_day(retrieved, "--retrieved")
    if fetched and fetched > today():
        raise Refusal(
            "bad_date",
            _("{fetched} has not come yet.", fetched=fetched),
            "--retrieved",
            UNCHANGED,
            _("Give the day of the download."),
        )
    try:
        with progress_bar() as tell:
            report = import_file(
                context.obj,
                provider,
                file,
                dry_run=dry_run,
                set_aside=set_aside,
                retrieved=fetched,
                mapping=mapping,
                form=form,
                label=_label(to, marking),
                progress=tell,
            )
    except ImportRefusedError as refused:
        raise _refused_import(refused) from None
    if as_json:
        say_json(report_json(report))
    else:
        say(report_text(report, dry_run=dry_run))


def _label(to: str | None, marking: str) -> VersionLabel | None:
    """The label that was asked for; None leaves it to the provider's terms."""
    if to is None:
        return None
    return VersionLabel(asked_marking(marking, "--marking").code, tuple(sorted(asked_audience(to, "--releasable-to"))))


def _refused_import(refused: ImportRefusedError) -> Refusal:
    cause, table_name = refused.cause, refused.report.table
    unchanged = _("The {table_name} table is unchanged.", table_name=table_name) if table_name else _(UNCHANGED)
    besides = report_json(refused.report)
    return Refusal(cause.code, cause.what, cause.where, unchanged, cause.next_step, cause.problems, besides)


def _refused(cause: IntakeError, unchanged: str = UNCHANGED) -> Refusal:
    return Refusal(cause.code, cause.what, cause.where, unchanged, cause.next_step, cause.problems)


def report_json(report: ImportReport) -> dict[str, Any]:
    """An import's report as plain JSON values."""

    def shaped(reasons: Any) -> list[dict[str, Any]]:
        return [{"reason": r.reason, "count": r.count, "first_line": r.first_line} for r in reasons]

    return {
        "table": report.table,
        "version": report.version,
        "rows": report.rows,
        "set_aside": report.set_aside,
        "reasons": shaped(report.reasons),
        "flags": shaped(report.flags),
        "notes": shaped(report.notes),
        "sha256": report.sha256,
        "provider": report.provider,
        "asked_for": report.asked_for,
        "same_as": report.same_as,
        "versions_made": list(report.versions_made),
    }


def report_text(report: ImportReport, *, dry_run: bool) -> str:
    """An import's report for people: the answer first, then what to know about it."""
    done = _("Would keep") if dry_run else _("Kept")
    version = (
        _("nothing was changed")
        if dry_run
        else _("{table} version {version}", table=report.table, version=report.version)
    )
    lines = [
        _(
            "{done:<10} {rows:,} rows of {file_name}: {version}",
            done=done,
            rows=report.rows,
            file_name=report.file_name,
            version=version,
        )
    ]
    if len(report.versions_made) > 1:
        lines.append(
            _(
                "Versions   {versions_made}: one for each day it was known",
                versions_made=", ".join(map(str, report.versions_made)),
            )
        )
    for title, reasons in ((_("Set aside"), report.reasons), (_("Doubtful"), report.flags), (_("Note"), report.notes)):
        lines += [
            _(
                "{title:<10} {count:,}: {reason} (first: line {first_line:,})",
                title=title,
                count=r.count,
                reason=_(r.reason),
                first_line=r.first_line,
            )
            for r in reasons
        ]
    if report.same_as:
        lines.append(_("Note       the same bytes were imported before, as version {same_as}", same_as=report.same_as))
    if report.label and not report.label.releasable_to:
        lines.append(_("Shown to   nobody yet: the provider's terms name no audience. `bluehelm release` does."))
    lines.append(_("Next       bluehelm tables, or bluehelm brief MISSION --as-of DATE"))
    return "\n".join(lines)


def fetch_command(
    context: typer.Context,
    provider: Annotated[str, typer.Argument(help="Whose file; `bluehelm providers` says which can be fetched.")],
    release: Annotated[
        str | None, typer.Option(help="Which release, or which period, where there are several.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="Another https address of the same file, such as a mirror.")] = None,
    sha256: Annotated[str | None, typer.Option(help="The digest that the file must have.")] = None,
    then_import: Annotated[bool, typer.Option("--import", help="Import the file when it has come.")] = False,
    set_aside: SetAside = False,
    largest_mb: Annotated[int, typer.Option(min=1, help="Refuse a file larger than this.")] = 4096,
    as_json: bool = JSON,
) -> None:
    """Fetch a provider's file from its public address into the data folder."""
    from bluehelm.workflows.fetch_file import fetch_file

    try:
        with progress_bar() as tell:
            fetched = fetch_file(
                context.obj,
                provider,
                release=release,
                url=url,
                sha256=sha256,
                largest_bytes=largest_mb * 1_000_000,
                progress=tell,
            )
            report = None
            if then_import:
                report = import_file(
                    context.obj, provider, fetched.path, set_aside=set_aside, retrieved=fetched.retrieved, progress=tell
                )
    except IntakeError as cause:
        raise _refused(cause) from None
    except ImportRefusedError as refused:
        refusal = _refused_import(refused)
        refusal.unchanged += _(" The file is kept as {path}.", path=fetched.path)
        refusal.besides |= {"fetched": _fetched_json(fetched)}
        raise refusal from None
    if as_json:
        say_json({**_fetched_json(fetched), "imported": report_json(report) if report else None})
        return
    said = _("the same bytes as fetched before") if fetched.same_as else _("{size:,} bytes", size=fetched.size)
    say(_("Fetched    {name}: {said}, sha256 {sha256}", name=fetched.path.name, said=said, sha256=fetched.sha256[:12]))
    say(
        report_text(report, dry_run=False)
        if report
        else _("Next       bluehelm import {provider} {path}", provider=provider, path=fetched.path)
    )


def _fetched_json(fetched: "FetchReport") -> dict[str, Any]:
    return {
        "provider": fetched.provider,
        "file": str(fetched.path),
        "url": fetched.url,
        "sha256": fetched.sha256,
        "bytes": fetched.size,
        "content_type": fetched.content_type,
        "retrieved": fetched.retrieved.isoformat(),
        "same_as": fetched.same_as,
    }


def map_command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A CSV or XLSX file of any columns.")],
    table: Annotated[str, typer.Option(help="The table it is to become; `bluehelm tables --json` lists them.")],
    out: Annotated[Path | None, typer.Option(help="Write the proposed mapping to this file.")] = None,
    sheet: Annotated[str | None, typer.Option(help="Which sheet of a workbook.")] = None,
    header_row: Annotated[int, typer.Option(min=1, max=1000, help="On which row of a sheet the header stands.")] = 1,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
    as_json: bool = JSON,
) -> None:
    """Propose what a file's columns mean for a table, and try it; exit 1 while something required is missing."""
    from bluehelm.workflows.map_file import propose_mapping

    _refuse_to_write(out, force=force)
    try:
        proposed = propose_mapping(context.obj, file, table, sheet=sheet, header_row=header_row)
    except IntakeError as cause:
        raise _refused(cause) from None
    if out:
        _write(out, proposed.text)
    if as_json:
        say_json(_proposed_json(proposed, out))
    else:
        say(_proposed_text(proposed, out))
    if proposed.missing or proposed.refusal:
        raise typer.Exit(NO)


def _refuse_to_write(out: Path | None, *, force: bool) -> None:
    if out is None:
        return
    if not out.absolute().parent.is_dir():
        raise Refusal(
            "no_such_folder",
            _("There is no folder {parent}.", parent=out.parent),
            str(out),
            UNCHANGED,
            _("Make it first."),
        )
    if out.is_dir() or (out.exists() and not force):
        what = _("{out} is there already.", out=out)
        raise Refusal("file_exists", what, str(out), UNCHANGED, _("Name another file, or add --force."))


def _write(out: Path, text: str) -> None:
    part = out.with_name(out.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(out)


def _proposed_json(proposed: "ProposedMapping", out: Path | None) -> dict[str, Any]:
    refusal = proposed.refusal
    return {
        "file": proposed.file,
        "table": proposed.mapping.table.name,
        "provider": proposed.mapping.note.provider,
        "mapping": proposed.text,
        "proposals": [
            {
                "column": each.column,
                "from": each.mapping.source,
                "date": each.mapping.date,
                "decimal": each.mapping.decimal,
                "values": dict(each.mapping.values),
                "confidence": each.confidence,
                "reasons": list(each.reasons),
            }
            for each in proposed.proposals
        ],
        "unused": list(proposed.unused),
        "missing": [{"column": column.name, "meaning": column.meaning} for column in proposed.missing],
        "dry_run": report_json(proposed.dry_run) if proposed.dry_run else None,
        "refusal": {"code": refusal.code, "what": refusal.what, "next": refusal.next_step} if refusal else None,
        "written": str(out) if out else None,
    }


def _proposed_text(proposed: "ProposedMapping", out: Path | None) -> str:
    lines = [
        _(
            "Proposed   {number} columns of {file} for {name}",
            number=len(proposed.proposals),
            file=proposed.file,
            name=proposed.mapping.table.name,
        )
    ]
    for each in proposed.proposals:
        lines.append(
            f"  {each.column:<18} <- {each.mapping.source}  ({each.confidence:.2f}: {'; '.join(each.reasons)})"
        )
    lines += [
        _("Missing    {name}: {meaning}", name=column.name, meaning=called(column.meaning))
        for column in proposed.missing
    ]
    if proposed.unused:
        lines.append(_("Not used   {unused}", unused=", ".join(proposed.unused)))
    if proposed.dry_run:
        lines.append(report_text(proposed.dry_run, dry_run=True).rsplit("\n", 1)[0])
    if proposed.refusal:
        lines.append(
            _("Refused    {what} {next_step}", what=proposed.refusal.what, next_step=proposed.refusal.next_step)
        )
    if out:
        lines.append(_("Written    {out}", out=out))
        lines.append(
            _("Next       correct it, then bluehelm import mapped {file} --mapping {out}", file=proposed.file, out=out)
        )
    else:
        lines += ["", proposed.text.rstrip(), "", _("Next       write it to a file with --out MAPPING.yaml")]
    return "\n".join(lines)


def providers_command(as_json: bool = JSON) -> None:
    """List the providers: whose files, of which columns, under which licence, and which can be fetched."""
    if as_json:
        say_json([*(_provider_json(name) for name in PROVIDERS), *(_tailored_json(name) for name in TAILORED)])
        return
    for name, provider in PROVIDERS.items():
        say(f"{name}: {provider.note.title} -> {provider.table.name}\n  {provider.note.licence}; {provider.note.url}")
        how = f"bluehelm fetch {name}" if provider.fetch else _("by hand: {by_hand}", by_hand=_(provider.by_hand))
        say(
            _(
                "  {formats}; {how}\n  columns: {columns}",
                formats=_(" or ").join(provider.files.formats),
                how=how,
                columns=", ".join(provider.columns),
            )
        )
    for name, tailored in TAILORED.items():
        needs = " ".join(f"--{need} FILE" for need in tailored.needs)
        say(
            _(
                "{name}: {title}\n  {formats}; bluehelm import {name} FILE {needs}",
                name=name,
                title=_(tailored.title),
                formats=_(" or ").join(tailored.formats),
                needs=needs,
            )
        )


def _provider_json(name: str) -> dict[str, Any]:
    provider = PROVIDERS[name]
    return {
        "provider": name,
        "table": provider.table.name,
        "title": provider.note.title,
        "licence": provider.note.licence,
        "citation": provider.note.citation,
        "url": provider.note.url,
        "formats": list(provider.files.formats),
        "fetchable": provider.fetch is not None,
        "by_hand": provider.by_hand or None,
        "columns": list(provider.columns),
        "needs": [],
    }


def _tailored_json(name: str) -> dict[str, Any]:
    tailored = TAILORED[name]
    return {
        "provider": name,
        "table": None,
        "title": tailored.title,
        "licence": None,
        "citation": None,
        "url": None,
        "formats": list(tailored.formats),
        "fetchable": False,
        "by_hand": _("the file is yours"),
        "columns": [],
        "needs": list(tailored.needs),
    }


def dictionary_command(
    out: Annotated[Path | None, typer.Option(help="Write the page to this file, in place of the one there.")] = None,
    as_json: bool = JSON,
) -> None:
    """Say what every column of every table means."""
    from bluehelm.tables.dictionary import dictionary_text

    _refuse_to_write(out, force=True)
    if out:
        _write(out, dictionary_text())
    if as_json:
        say_json({name: _table_json(table) for name, table in TABLES.items()})
    else:
        say(_("Written    {out}", out=out) if out else dictionary_text().rstrip())


def _table_json(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "grain": table.grain,
        "key": list(table.key),
        "columns": [
            {
                "name": column.name,
                "type": column.type_name,
                "unit": column.unit or None,
                "required": column.required,
                "meaning": column.meaning,
            }
            for column in table.columns
        ],
    }
