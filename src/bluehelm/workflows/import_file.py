"""How does a provider's file become a new version of a table, or a refusal that changes nothing?"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bluehelm.sources import PROVIDERS, Delivered, Intake, IntakeError, Provider, reasons_of, receive
from bluehelm.store import Store, Submission
from bluehelm.tables.provenance import Reason
from bluehelm.workflows.clock import today

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do: `version` is None for a dry run and a refusal, `rows` are those kept."""

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
    progress: Progress | None = None,
) -> ImportReport:
    """Take in a provider's file as the next version of its table.

    Bad rows refuse the file unless `set_aside`; a dry run reads and reports, and changes nothing. `retrieved` is the
    day on which the file was fetched, today when not given. Raises ImportRefusedError or StoreError.
    """
    known = _provider(provider, path)
    tell = progress or _say_nothing
    store, home_is_new = Store(home), not home.exists()
    try:
        with store.scratch() as scratch:
            delivered = receive(path, scratch, lambda done, total: tell("Copying", done, total))
            tell("Reading", 0, 0)
            intake = known.read(delivered, scratch)
            report = _report(known, delivered, intake, _same_bytes(store, known, delivered))
            if report.set_aside and not set_aside:
                raise ImportRefusedError(_bad_rows(delivered, intake), report)
            if dry_run:
                return report
            tell("Keeping", 0, 0)
            version = store.publish(_submission(known, delivered, intake, retrieved or today()))
    except IntakeError as cause:
        raise ImportRefusedError(cause, _nothing_read(known, path)) from cause
    finally:
        if home_is_new:
            _leave_no_empty_folder(home)
    return replace(report, version=version.version)


def _leave_no_empty_folder(home: Path) -> None:
    """A dry run or a refusal changes nothing, and so makes no data folder either."""
    for folder in (home / "staging", home):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _say_nothing(step: str, done: int, total: int) -> None:
    pass


def _provider(name: str, path: Path) -> Provider:
    known = PROVIDERS.get(name)
    if known is None:
        what = f"There is no provider {name!r}; there is: {', '.join(PROVIDERS)}."
        cause = IntakeError(
            "unknown_provider", what, name, "`bluehelm providers` says what each one's file looks like."
        )
        raise ImportRefusedError(cause, ImportReport(name, path.name, None, None, 0, 0, (), (), (), None))
    return known


def _report(known: Provider, delivered: Delivered, intake: Intake, same_as: int | None) -> ImportReport:
    return ImportReport(
        provider=known.note.provider,
        file_name=delivered.name,
        table=known.table.name,
        version=None,
        rows=intake.rows,
        set_aside=intake.set_aside.height,
        reasons=reasons_of(intake.set_aside),
        flags=reasons_of(intake.flagged),
        notes=intake.notes,
        sha256=delivered.sha256,
        same_as=same_as,
    )


def _nothing_read(known: Provider, path: Path) -> ImportReport:
    sha256 = None
    if path.is_file():
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return ImportReport(known.note.provider, path.name, known.table.name, None, 0, 0, (), (), (), sha256)


def _bad_rows(delivered: Delivered, intake: Intake) -> IntakeError:
    bad, total = intake.set_aside.height, intake.rows + intake.set_aside.height
    problems = [
        f"line {row['line']:,}, {row['column']} = {_shortened(row['value'])}: {row['reason']}"
        for row in intake.set_aside.head(20).iter_rows(named=True)
    ]
    if bad > len(problems):
        problems.append(f"and {bad - len(problems):,} more")
    what = f"{delivered.name} was not taken in: {bad:,} of {total:,} rows are bad."
    next_step = "Correct the file, or use --set-aside to keep those rows apart."
    return IntakeError("bad_rows", what, f"{delivered.name}, line {intake.set_aside['line'][0]:,}", next_step, problems)


def _shortened(value: str | None) -> str:
    if value is None:
        return "nothing"
    return repr(value if len(value) <= 60 else value[:57] + "...")


def _same_bytes(store: Store, known: Provider, delivered: Delivered) -> int | None:
    """The earlier version made from the very same bytes, if any: worth saying, not worth refusing."""
    same = [version.version for version in store.versions(known.table.name) if version.sha256 == delivered.sha256]
    return same[-1] if same else None


def _submission(known: Provider, delivered: Delivered, intake: Intake, retrieved: date) -> Submission:
    return Submission(
        table=known.table.name,
        source=known.note,
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
    )
