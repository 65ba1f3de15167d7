"""How does a table get a new version so that a reader sees the old one whole or the new one whole?

A version is a folder, made complete in `staging/` and then renamed to `tables/TABLE/NUMBER`: the rename is the swap.
A lock gives each version its number; it belongs to the operating system and dies with its process, so that a killed
import leaves the old version in place and only a staging folder behind, which the next import sweeps. Numbers count
up within a table, whatever the provider; each provider's versions form a chain of their own.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import polars as pl
from filelock import FileLock, Timeout

from bluehelm.language import _
from bluehelm.store.labels import LABEL, VersionLabel, admitted, note_read, read_label, write_label
from bluehelm.store.version import ENTRY, FLAGGED, SET_ASIDE, Version, read_entry, write_entry
from bluehelm.store.years import MANY_ROWS, ROWS, YEARS, digest_of, file_digest, files_of, split_by_year
from bluehelm.tables import TABLES
from bluehelm.tables.provenance import Coverage, Reason, SourceNote

# Numbering and renaming take milliseconds; a lock held this long is another process in trouble.
PATIENCE_SECONDS = 30.0


MOST_VERSIONS = 10**9
"""A number beyond is nobody's: a folder could not even be named by the longest ones."""


class StoreError(RuntimeError):
    """The store cannot do what was asked; `code` is busy, no_such_version or damaged."""

    def __init__(self, code: str, what: str, where: str, next_step: str) -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.where = where
        self.next_step = next_step


@dataclass(frozen=True, slots=True)
class Submission:
    """What a new version is made of; `rows_file` and `raw` lie in the store's scratch folder and are moved.

    `rows_file` is one Parquet file, or a folder with one a year named for it (`2014.parquet`).
    """

    table: str
    source: SourceNote
    rows_file: Path
    rows: int
    file_name: str
    sha256: str
    retrieved: date
    set_aside: pl.DataFrame
    flagged: pl.DataFrame
    reasons: tuple[Reason, ...]
    flags: tuple[Reason, ...]
    notes: tuple[Reason, ...]
    coverage: Coverage
    raw: Path | None = None
    parents: tuple[tuple[str, int], ...] = ()
    synthetic: bool = False
    label: VersionLabel | None = None

    @property
    def first_label(self) -> VersionLabel:
        """The label it begins with: the one given, else unclassified and for whom the provider's terms allow."""
        return self.label or VersionLabel("unclassified", self.source.releasable_to)


@dataclass(frozen=True, slots=True)
class Store:
    """The tables of one data folder; nothing is written until a version is published."""

    home: Path

    @property
    def _lock(self) -> FileLock:
        self.home.mkdir(parents=True, exist_ok=True)
        return FileLock(self.home / "store.lock", timeout=PATIENCE_SECONDS)

    def folder(self, table: str, number: int) -> Path:
        return self.home / "tables" / table / f"{number:06d}"

    def versions(self, table: str | None = None) -> list[Version]:
        """Every version the reader may see, by table and number; of one table when it is named."""
        names = sorted(TABLES) if table is None else [table]
        found = []
        for name in names:
            for entry in sorted((self.home / "tables" / name).glob(f"[0-9]*/{ENTRY}")):
                if admitted(read_label(entry.parent)):  # asked first: a hidden one that is damaged stays hidden
                    found.append(self._read(entry.parent))
        return found

    def version(self, table: str, number: int) -> Version:
        """One version; raises StoreError when there is none, or none that the reader may see: he cannot tell which."""
        folder = self.folder(table, number)
        if number > MOST_VERSIONS or not (folder / ENTRY).is_file() or not admitted(read_label(folder)):
            numbers = ", ".join(str(version.version) for version in self.versions(table)) or "none"
            what = _(
                "There is no version {number} of the {table} table; there is: {numbers}.",
                number=number,
                table=table,
                numbers=numbers,
            )
            raise StoreError("no_such_version", what, table, _("`bluehelm tables` lists all versions."))
        return self._read(folder)

    def known(
        self, table: str, *, provider: str | None = None, synthetic: bool = False, known_on: date | None = None
    ) -> list[Version]:
        """The versions retrieved by `known_on`, oldest retrieval first; of one provider's chain when it is named."""
        found = [
            version
            for version in self.versions(table)
            if version.synthetic == synthetic
            and (provider is None or version.provider == provider)
            and (known_on is None or version.retrieved <= known_on)
        ]
        return sorted(found, key=lambda version: (version.retrieved, version.version))

    def latest(
        self, table: str, *, provider: str | None = None, synthetic: bool = False, known_on: date | None = None
    ) -> Version | None:
        """The newest version retrieved by `known_on`; None when nothing was known of the table by then."""
        chain = self.known(table, provider=provider, synthetic=synthetic, known_on=known_on)
        return chain[-1] if chain else None

    def rows_path(self, version: Version) -> Path:
        """The file with a version's rows; the folder with one file a year where the version is large."""
        note_read(version.table, version.version, version.label)
        folder = self.folder(version.table, version.version)
        return folder / YEARS if (folder / YEARS).is_dir() else folder / ROWS

    def scan(self, version: Version) -> pl.LazyFrame:
        """The version's rows, read only as far as the question needs."""
        note_read(version.table, version.version, version.label)
        folder = self.folder(version.table, version.version)
        return pl.scan_parquet(files_of(folder) or folder / ROWS)

    def scan_years(self, version: Version) -> Iterator[pl.LazyFrame]:
        """The version's rows one year's file after the other, for answers that need only a year's rows in memory."""
        note_read(version.table, version.version, version.label)
        folder = self.folder(version.table, version.version)
        for path in files_of(folder) or [folder / ROWS]:
            yield pl.scan_parquet(path)

    def noted(self, version: Version) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The rows set aside and the rows flagged: line, column, value and reason of each; StoreError when damaged."""
        note_read(version.table, version.version, version.label)
        folder = self.folder(version.table, version.version)
        try:
            return pl.read_parquet(folder / SET_ASIDE), pl.read_parquet(folder / FLAGGED)
        except (OSError, pl.exceptions.PolarsError) as error:
            what = _(
                "The rows set aside or flagged in {table} version {version} cannot be read: {error}",
                table=version.table,
                version=version.version,
                error=error,
            )
            raise StoreError("damaged", what, str(folder), _("Restore the folder from a backup.")) from error

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder of this process's own inside the data folder, gone when it ends, however it ends."""
        staging = self.home / "staging"
        staging.mkdir(parents=True, exist_ok=True)
        self._sweep(staging)
        folder = staging / uuid4().hex
        try:
            with FileLock(folder.with_suffix(".lock")):
                folder.mkdir()
                yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            folder.with_suffix(".lock").unlink(missing_ok=True)

    def publish(self, submission: Submission) -> Version:
        """Make a submission the table's next version; raises StoreError when the store stays busy."""
        folder = submission.rows_file.parent / "version"
        folder.mkdir()
        _place_rows(submission, folder)
        submission.set_aside.write_parquet(folder / SET_ASIDE)
        submission.flagged.write_parquet(folder / FLAGGED)
        self._keep_raw(submission)
        files = files_of(folder)
        rows_sha256 = digest_of(files)
        _sync(*files, files[0].parent, folder / SET_ASIDE, folder / FLAGGED)
        try:
            with self._lock:
                version = _entry(submission, self._next_number(submission.table), rows_sha256)
                write_entry(version, folder)
                write_label(version.label, folder)
                _sync(folder / ENTRY, folder)
                target = self.folder(version.table, version.version)
                os.rename(folder, target)
                _sync(target.parent)
        except Timeout as error:
            what = _(
                "Another process has held the store for {patience_seconds:.0f} seconds.",
                patience_seconds=PATIENCE_SECONDS,
            )
            raise StoreError("busy", what, str(self.home), _("Try again in a moment.")) from error
        return version

    def relabel(self, version: Version, label: VersionLabel) -> Version:
        """Give a version another label; its rows and its entry stay as they are."""
        with self._lock:
            write_label(label, self.folder(version.table, version.version))
        return replace(version, label=label)

    def damaged(self) -> list[str]:
        """What is wrong on disk: versions or files that are missing, rows or raw files that do not match their digest.

        Of versions that the reader may not see nothing is said, except that a number is missing.

        An entry rewritten together with the files it speaks of is not noticed: that takes a record kept elsewhere.
        """
        problems = self._missing_versions()
        for entry in sorted((self.home / "tables").glob(f"*/[0-9]*/{ENTRY}")):
            if not admitted(read_label(entry.parent)):
                continue
            name = _("{name} version {name_2}", name=entry.parent.parent.name, name_2=int(entry.parent.name))
            try:
                version = self._read(entry.parent)
            except StoreError as error:
                problems.append(error.what)
                continue
            problems += [f"{name}: {problem}" for problem in self._damages(version)]
        return problems

    def _missing_versions(self) -> list[str]:
        """Numbers count up without a gap, so that a gap, or a folder without an entry, is a version that was there."""
        problems = []
        for folder in sorted((self.home / "tables").glob("*")):
            there = {int(entry.parent.name) for entry in folder.glob(f"[0-9]*/{ENTRY}")}
            last = max((int(path.name) for path in folder.glob("[0-9]*")), default=0)
            problems += [
                _("{name} version {number}: is missing", name=folder.name, number=number)
                for number in range(1, last + 1)
                if number not in there
            ]
        return problems

    def _damages(self, version: Version) -> list[str]:
        folder, problems = self.folder(version.table, version.version), []
        for name in (LABEL, SET_ASIDE, FLAGGED):
            if not (folder / name).is_file():
                problems.append(_("{name} is missing", name=name))
        files = files_of(folder)
        if not files:
            problems.append(_("{rows} is missing", rows=ROWS))
        elif digest_of(files) != version.rows_sha256:
            problems.append(_("its rows are not those that were imported"))
        if not version.synthetic:
            raw = next(iter((self.home / "raw").glob(f"{version.sha256}.*")), None)
            if raw is None:
                problems.append(_("the provider's file {sha256}… is missing from raw/", sha256=version.sha256[:12]))
            elif file_digest(raw) != version.sha256:
                problems.append(_("raw/{name} is not the file that was imported", name=raw.name))
        return problems

    def _read(self, folder: Path) -> Version:
        try:
            return read_entry(folder)
        except (KeyError, TypeError, ValueError, OSError) as error:
            what = _(
                "The entry of {name} version {name_2} cannot be read: {error}",
                name=folder.parent.name,
                name_2=int(folder.name),
                error=error,
            )
            raise StoreError("damaged", what, str(folder / ENTRY), _("Restore the folder from a backup.")) from error

    def _next_number(self, table: str) -> int:
        folder = self.home / "tables" / table
        folder.mkdir(parents=True, exist_ok=True)
        return max((int(path.name) for path in folder.glob("[0-9]*")), default=0) + 1

    def _keep_raw(self, submission: Submission) -> None:
        """Keep the provider's bytes: tables are rebuilt from them, never migrated."""
        if submission.raw is None:
            return
        kept = self.home / "raw" / f"{submission.sha256}{submission.raw.suffix}"
        kept.parent.mkdir(parents=True, exist_ok=True)
        if not kept.exists():
            _sync(submission.raw)
            os.replace(submission.raw, kept)

    def _sweep(self, staging: Path) -> None:
        """Remove what killed processes left; a folder whose lock is still held belongs to a live one."""
        for lock_file in staging.glob("*.lock"):
            try:
                with FileLock(lock_file, timeout=0):
                    shutil.rmtree(lock_file.with_suffix(""), ignore_errors=True)
                    lock_file.unlink(missing_ok=True)
            except Timeout:
                continue


def _entry(submission: Submission, number: int, rows_sha256: str) -> Version:
    return Version(
        table=submission.table,
        version=number,
        source=submission.source,
        file_name=submission.file_name,
        sha256=submission.sha256,
        retrieved=submission.retrieved,
        imported_at=datetime.now(UTC).replace(microsecond=0),
        rows=submission.rows,
        rows_sha256=rows_sha256,
        set_aside=submission.set_aside.height,
        reasons=submission.reasons,
        flags=submission.flags,
        notes=submission.notes,
        coverage=submission.coverage,
        parents=submission.parents,
        synthetic=submission.synthetic,
        label=submission.first_label,
    )


def _place_rows(submission: Submission, folder: Path) -> None:
    """Move the rows into a version's folder: as they are, or one file a year when there are many."""
    given = submission.rows_file
    if given.is_dir():
        os.replace(given, folder / YEARS)
    elif submission.rows < MANY_ROWS or not split_by_year(given, TABLES[submission.table], folder / YEARS):
        os.replace(given, folder / ROWS)


def _sync(*paths: Path) -> None:
    """Have the operating system write files and folders to disk, so that a power cut keeps the order of things."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
