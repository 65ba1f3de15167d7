"""How is a data folder kept in one file, and made again from it, the same by digest?

The file is a ZIP: the records as one SQLite file, whatever database kept them, every other file of the folder, and last
a manifest with the SHA-256 of each and of the records as the application reads them. Nothing is restored before all of
it was checked. Keys stay out: whoever has the backup alone reads no secret field, signs no checkpoint and forges no
session. Keep them elsewhere, and put them back by hand.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from bluehelm import __version__
from bluehelm.web.databases import DATABASE, database, named_database

if TYPE_CHECKING:
    from bluehelm.web.moving import Moved

# What reads records is imported where it is needed: a restore says where they lie before Django asks.
Tell = Callable[[str, int, int], None]

MANIFEST = "manifest.json"
FORMAT = 1
KEYS = ("secret.key", "audit.key", "fields.keys")
"""Files of a data folder that are never in a backup."""
PASSING = ("staging",)
LARGEST_MANIFEST = 64 * 1024 * 1024
CHUNK = 1 << 20

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,  # says that a member is encrypted, or packed in a way that is not known
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    OverflowError,
)
"""What reading a file raises that is no whole ZIP with a manifest of ours."""


class BackupError(RuntimeError):
    """A backup cannot be made or restored; `code` says why. What was there before is as it was."""

    def __init__(self, code: str, what: str, next_step: str, problems: list[str] | None = None) -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.next_step = next_step
        self.problems = problems or []


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup, or what was restored from one: how many files, their bytes, and the digest of the records."""

    file: Path
    sha256: str
    files: int
    bytes: int
    records: str
    audit_entries: int
    release: str
    left_out: tuple[str, ...] = ()

    @property
    def json(self) -> dict[str, Any]:
        return {
            "file": str(self.file),
            "sha256": self.sha256,
            "files": self.files,
            "bytes": self.bytes,
            "records": {"sha256": self.records, "audit_entries": self.audit_entries},
            "release": self.release,
            "left_out": list(self.left_out),
        }


def back_up(home: Path, out: Path, tell: Tell) -> BackedUp:
    """Write the data folder to `out`, which does not exist yet; it appears whole or not at all."""
    if out.absolute().is_relative_to(home.absolute()):
        what = "A backup inside the data folder would be lost with it, and would be in the next one."
        raise BackupError("inside", what, "Name a file elsewhere.")
    part, records = out.with_name(f".{out.name}.part"), out.with_name(f".{out.name}.records")
    for left in (part, records):  # by a backup that was killed
        left.unlink(missing_ok=True)
    try:
        moved = _copied(records, tell)  # first: a table version that a record names is in the folder by then
        members = {DATABASE: records} | {str(path.relative_to(home).as_posix()): path for path in _files(home)}
        with zipfile.ZipFile(part, "x", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            listed = {}
            for number, (name, path) in enumerate(members.items(), start=1):
                tell(f"Backing up {name}", number, len(members))
                listed[name] = _put(archive, name, path)
            manifest = {
                "format": FORMAT,
                "release": __version__,
                "made_at": datetime.now(UTC).replace(microsecond=0).isoformat(),
                "records": {"sha256": moved.sha256, "audit_entries": moved.audit_entries},
                "left_out": [name for name in KEYS if (home / name).exists()],
                "files": listed,
            }
            archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        _sync(part)
        checked = check(part)
        os.link(part, out)  # refuses to take the place of another file
    finally:
        part.unlink(missing_ok=True)
        records.unlink(missing_ok=True)
    return _said(out, checked)


def _copied(records: Path, tell: Tell) -> "Moved":
    """The records as one SQLite file; BackupError when something would be lost."""
    from bluehelm.web.moving import MoveError, move_to_file

    try:
        return move_to_file(records, tell)
    except MoveError as error:
        raise BackupError(error.code, error.what, error.next_step, error.problems) from None


def _files(home: Path) -> Iterator[Path]:
    """What is kept of the folder beside its records: no keys, nothing that passes."""
    for path in sorted(home.rglob("*")):
        inner = path.relative_to(home)
        if path.is_symlink() or not path.is_file() or inner.parts[0] in PASSING:
            continue
        if str(inner) in KEYS or inner.name.startswith((DATABASE, ".")) or path.suffix in (".lock", ".part"):
            continue
        yield path


def _put(archive: zipfile.ZipFile, name: str, path: Path) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as given, archive.open(name, "w", force_zip64=True) as kept:
        while piece := given.read(CHUNK):
            digest.update(piece)
            size += len(piece)
            kept.write(piece)
    return {"sha256": digest.hexdigest(), "bytes": size}


def check(file: Path) -> dict[str, Any]:
    """The manifest of a backup of which every byte is as it was written; BackupError otherwise."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _manifest(archive)
            problems = _problems(archive, manifest)
    except BackupError:
        raise
    except UNREADABLE as error:
        raise _damaged([str(error)]) from None
    if problems:
        raise _damaged(problems)
    return manifest


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    if archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
        raise ValueError("the manifest is larger than any of ours")
    manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
    if manifest.get("format") != FORMAT:
        what = f"The backup is of format {manifest.get('format')!r}; this release reads {FORMAT}."
        raise BackupError("other_format", what, f"Restore it with release {manifest.get('release')}.")
    return manifest


def _problems(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> list[str]:
    listed, there = manifest["files"], [name for name in archive.namelist() if name != MANIFEST]
    problems = [f"{name}: is missing" for name in listed if name not in there]
    problems += [f"{name}: is not in the manifest" for name in there if name not in listed]
    problems += [f"{name}: is there twice" for name in set(there) if there.count(name) > 1]
    problems += [f"{name}: is no place in a data folder" for name in there if not _is_inside(name)]
    for name in sorted(listed.keys() & set(there)):
        digest, size = hashlib.sha256(), 0
        with archive.open(name) as member:
            while (piece := member.read(CHUNK)) and size <= listed[name]["bytes"]:
                digest.update(piece)
                size += len(piece)
        if (digest.hexdigest(), size) != (listed[name]["sha256"], listed[name]["bytes"]):
            problems.append(f"{name}: is not what was backed up")
    return problems


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return (
        not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in name and "\0" not in name
    )


def _damaged(problems: list[str]) -> BackupError:
    what = "The file is no whole backup: it was cut off or altered."
    return BackupError("damaged", what, "Take another copy of it.", problems[:10])


def restore(file: Path, home: Path, tell: Tell) -> BackedUp:
    """Make the data folder again in an empty place, in the database that the environment names; BackupError.

    Everything is checked first and made beside the place; the folder appears whole or not at all. The records of a
    named PostgreSQL must be empty too.
    """
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise BackupError("not_empty", f"{home} is not empty.", "Name an empty folder with --home.")
    manifest = check(file)
    part = home.with_name(f".{home.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir(parents=True, mode=0o700)
        with zipfile.ZipFile(file) as archive:
            for number, name in enumerate(manifest["files"], start=1):
                tell(f"Restoring {name}", number, len(manifest["files"]))
                _take(archive, name, part / name, manifest["files"][name]["sha256"])
        _open_restored(part, manifest, tell)
        if home.exists():
            home.rmdir()
        os.replace(part, home)
    except OSError as error:
        what = f"The folder could not be made: {error}."
        raise BackupError("cannot_write", what, "Check the disk and its rights.") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return _said(file, manifest)


def _take(archive: zipfile.ZipFile, name: str, target: Path, sha256: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with archive.open(name) as kept, target.open("xb") as written:
        while piece := kept.read(CHUNK):
            digest.update(piece)
            written.write(piece)
        written.flush()
        os.fsync(written.fileno())
    if digest.hexdigest() != sha256:
        raise _damaged([f"{name}: changed while it was restored"])


def _open_restored(part: Path, manifest: dict[str, Any], tell: Tell) -> None:
    """Compare the restored records with the manifest, walk the audit, and move them where the environment says."""
    address = named_database()
    os.environ["BLUEHELM_HOME"], os.environ["BLUEHELM_DATABASE"] = str(part), ""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bluehelm.web.settings")
    import django
    from django.db import connection

    django.setup()
    from bluehelm.web.digests import digest_of_all, digests
    from bluehelm.web.moving import MoveError, audit_of, move_to

    if digest_of_all(digests("default")) != manifest["records"]["sha256"] or not audit_of("default").holds:
        raise _damaged([f"{DATABASE}: the records are not those of the manifest"])
    if address:
        try:
            move_to(database(part, address), tell)
        except MoveError as error:
            raise BackupError(error.code, error.what, error.next_step, error.problems) from None
        connection.close()
    connection.close()
    os.environ["BLUEHELM_DATABASE"] = address
    if address:
        (part / DATABASE).unlink()
    else:
        with closing(sqlite3.connect(part / DATABASE)) as plain:
            plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            plain.execute("PRAGMA journal_mode=DELETE")


def _said(file: Path, manifest: dict[str, Any]) -> BackedUp:
    with file.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    records = manifest["records"]
    return BackedUp(
        file,
        sha256,
        len(manifest["files"]),
        file.stat().st_size,
        records["sha256"],
        records["audit_entries"],
        manifest["release"],
        tuple(manifest["left_out"]),
    )


def _sync(file: Path) -> None:
    with file.open("rb") as written:
        os.fsync(written.fileno())
