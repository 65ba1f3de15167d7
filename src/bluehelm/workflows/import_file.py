"""How does a provider's file become a new version of a table, or a refusal that changes nothing?"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from bluehelm.definitions import DefinitionError
from bluehelm.language import _
from bluehelm.sources import (
    PROVIDERS,
    TAILORED,
    Delivered,
    Intake,
    IntakeError,
    Provider,
    mapped,
    reasons_of,
    receive,
    xlsform,
)
from bluehelm.store import Store, Submission, VersionLabel
from bluehelm.tables.provenance import Reason
from bluehelm.workflows.clock import today
from bluehelm.workflows.mapping import load_mapping

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do: `version` is None for a dry run and a refusal, `rows` are those kept.

    A file of several dated states makes several versions; `version` is the last of them and `rows` are its rows.
    `asked_for` names the provider that was said, where the file turned out to be another's.
    """

    provider: str
    file_name: str
    table: str | None
    version: int | None
    rows: int
    set_aside: int
    reasons: tuple[Reason, ...]
    flags: tuple[Reason, ...]
    notes: tuple[Reason, ...]
    sha256: str | None
    same_as: int | None = None
    versions_made: tuple[int, ...] = ()
    asked_for: str | None = None
    label: VersionLabel | None = None


class ImportRefusedError(Exception):
    """A file was not taken in: `report` says how far reading came, `cause` why it ended."""

    def __init__(self, cause: IntakeError, report: ImportReport) -> None:
        super().__init__(cause.what)
        self.cause = cause
        self.report = report


def import_file(
    home: Path,
    provider: str,
    path: Path,
    *,
    dry_run: bool = False,
    set_aside: bool = False,
    retrieved: date | None = None,
    mapping: Path | None = None,
    form: Path | None = None,
    label: VersionLabel | None = None,
    synthetic: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Take in a provider's file as the next version of its table.

    Bad rows refuse the file unless `set_aside`; a dry run reads and reports, and changes nothing. `retrieved` is the
    day on which the file was fetched, today when not given. `mapping` and `form` go with providers that need them.
    `synthetic` marks what was invented for a demonstration. `label` says who may see the version; else the provider's
    terms do, and where those allow nobody, nobody.
    Raises ImportRefusedError or StoreError.
    """
    known = _provider(provider, path, mapping, form)
    return import_with(
        home,
        known,
        path,
        dry_run=dry_run,
        set_aside=set_aside,
        retrieved=retrieved,
        label=label,
        synthetic=synthetic,
        progress=progress,
    )


def import_with(
    home: Path,
    known: Provider,
    path: Path,
    *,
    dry_run: bool = False,
    set_aside: bool = False,
    retrieved: date | None = None,
    label: VersionLabel | None = None,
    synthetic: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """`import_file` with a provider in hand rather than its name."""
    tell = progress or _say_nothing
    store, home_is_new = Store(home), not home.exists()
    try:
        with store.scratch() as scratch:
            delivered = receive(path, scratch, lambda done, total: tell("Copying", done, total), known.files)
            tell("Reading", 0, 0)
            states = _states(known, delivered, scratch, retrieved or today())
            report = _report(known, delivered, states, store)
            if report.set_aside and not set_aside:
                raise ImportRefusedError(_bad_rows(delivered, [intake for _rest, intake in states]), report)
            if dry_run:
                return report
            tell("Keeping", 0, 0)
            made = _publish(store, known, delivered, states, label, synthetic)
    except IntakeError as cause:
        raise ImportRefusedError(cause, _nothing_read(known, path)) from cause
    finally:
        if home_is_new:
            _leave_no_empty_folder(home)
    kept = label or VersionLabel("unclassified", known.note.releasable_to)
    return replace(report, version=made[-1], versions_made=made, label=kept)


def _states(known: Provider, delivered: Delivered, scratch: Path, retrieved: date) -> list[tuple[date, Intake]]:
    """The file's tables with the day each was known: one, but for files that hold several dated states."""
    if known.states:
        return known.states(delivered, scratch)
    return [(retrieved, known.read(delivered, scratch))]


def _publish(
    store: Store,
    known: Provider,
    delivered: Delivered,
    states: list[tuple[date, Intake]],
    label: VersionLabel | None,
    synthetic: bool,
) -> tuple[int, ...]:
    """Keep each state as a version, oldest first; one that a cut-short import of this file already kept stays as it is.

    Returns the numbers of the versions the file now stands for.
    """
    kept: dict[date, int] = {}
    if known.states:
        versions = store.versions(known.table.name)
        kept = {version.retrieved: version.version for version in versions if version.sha256 == delivered.sha256}
    numbers = []
    for day, intake in states:
        if day not in kept:
            kept[day] = store.publish(
                replace(_submission(known, delivered, intake, day, label), synthetic=synthetic)
            ).version
        numbers.append(kept[day])
    return tuple(numbers)


def _leave_no_empty_folder(home: Path) -> None:
    """A dry run or a refusal changes nothing, and so makes no data folder either."""
    for folder in (home / "staging", home):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _say_nothing(step: str, done: int, total: int) -> None:
    pass


def _provider(name: str, path: Path, mapping: Path | None, form: Path | None) -> Provider:
    """The provider of a name: one of the package, or one that a mapping (and a form) makes for this file."""
    try:
        if name in TAILORED:
            return _tailored(name, mapping, form)
        if name not in PROVIDERS:
            what = _(
                "There is no provider {name!r}; there is: {value}.", name=name, value=", ".join([*PROVIDERS, *TAILORED])
            )
            next_step = _("`bluehelm providers` says what each one's file looks like.")
            raise IntakeError("unknown_provider", what, name, next_step)
        if mapping or form:
            what = _("{name} knows its own columns and takes no mapping and no form.", name=name)
            raise IntakeError("misused", what, "--mapping, --form", _("Leave them out, or import it as `mapped`."))
    except IntakeError as cause:
        table = PROVIDERS[name].table.name if name in PROVIDERS else None
        raise ImportRefusedError(cause, ImportReport(name, path.name, table, None, 0, 0, (), (), (), None)) from cause
    return PROVIDERS[name]


def _tailored(name: str, mapping: Path | None, form: Path | None) -> Provider:
    missing = {"--mapping": mapping, "--form": form if "form" in TAILORED[name].needs else mapping}
    for option, given in missing.items():
        if given is None:
            what = _("{name} needs {option}.", name=name, option=option)
            raise IntakeError("misused", what, option, _("`bluehelm map FILE --table TABLE` proposes a mapping."))
    assert mapping is not None  # said above
    try:
        said = load_mapping(mapping)
    except DefinitionError as error:
        what = _("{where} is not a mapping: {number} problem(s).", where=error.where, number=len(error.problems))
        raise IntakeError("bad_mapping", what, error.where, _("Correct it and try again."), error.problems) from error
    return xlsform.provider_of(said, xlsform.read_form(form)) if form else mapped.provider_of(said)


def _report(known: Provider, delivered: Delivered, states: list[tuple[date, Intake]], store: Store) -> ImportReport:
    latest = states[-1][1]
    intakes = [intake for _rest, intake in states]
    note = latest.note or known.note
    return ImportReport(
        provider=note.provider,
        file_name=delivered.name,
        table=known.table.name,
        version=None,
        rows=latest.rows,
        set_aside=sum(intake.set_aside.height for intake in intakes),
        reasons=reasons_of(pl.concat([intake.set_aside for intake in intakes])),
        flags=reasons_of(pl.concat([intake.flagged for intake in intakes])),
        notes=latest.notes,
        sha256=delivered.sha256,
        same_as=_same_bytes(store, known, delivered),
        asked_for=known.name if latest.note else None,
    )


def _nothing_read(known: Provider, path: Path) -> ImportReport:
    sha256 = None
    if path.is_file():
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return ImportReport(known.note.provider, path.name, known.table.name, None, 0, 0, (), (), (), sha256)


def _bad_rows(delivered: Delivered, intakes: list[Intake]) -> IntakeError:
    apart = pl.concat([intake.set_aside for intake in intakes]).sort("line")
    bad, total = apart.height, sum(intake.rows for intake in intakes) + apart.height
    problems = [
        _(
            "line {line:,}, {column} = {shortened}: {reason}",
            line=row["line"],
            column=row["column"],
            shortened=_shortened(row["value"]),
            reason=_(row["reason"]),
        )
        for row in apart.head(20).iter_rows(named=True)
    ]
    if bad > len(problems):
        problems.append(_("and {bad:,} more", bad=bad - len(problems)))
    what = _("{name} was not taken in: {bad:,} of {total:,} rows are bad.", name=delivered.name, bad=bad, total=total)
    next_step = _("Correct the file, or use --set-aside to keep those rows apart.")
    return IntakeError(
        "bad_rows", what, _("{name}, line {line:,}", name=delivered.name, line=apart["line"][0]), next_step, problems
    )


def _shortened(value: str | None) -> str:
    if value is None:
        return "nothing"
    return repr(value if len(value) <= 60 else value[:57] + "...")


def _same_bytes(store: Store, known: Provider, delivered: Delivered) -> int | None:
    """The earlier version made from the very same bytes, if any: worth saying, not worth refusing."""
    same = [version.version for version in store.versions(known.table.name) if version.sha256 == delivered.sha256]
    return same[-1] if same else None


def _submission(
    known: Provider, delivered: Delivered, intake: Intake, retrieved: date, label: VersionLabel | None
) -> Submission:
    return Submission(
        table=known.table.name,
        source=intake.note or known.note,
        rows_file=intake.rows_file,
        rows=intake.rows,
        file_name=delivered.name,
        sha256=delivered.sha256,
        retrieved=retrieved,
        set_aside=intake.set_aside,
        flagged=intake.flagged,
        reasons=reasons_of(intake.set_aside),
        flags=reasons_of(intake.flagged),
        notes=intake.notes,
        coverage=intake.coverage,
        raw=delivered.raw,
        label=label,
    )
