"""What is written down about a version of a table?

One `version.json` beside the rows: enough to name the source of every figure, to check that nothing was touched,
and to find what a version was computed from.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bluehelm.store.labels import SHOWN_TO_NOBODY, VersionLabel, read_label
from bluehelm.tables.provenance import Coverage, Reason, SourceNote

ENTRY = "version.json"
SET_ASIDE = "set_aside.parquet"
FLAGGED = "flagged.parquet"


@dataclass(frozen=True, slots=True)
class Version:
    """An immutable version: `sha256` is of the provider's bytes as given, `rows_sha256` of our Parquet file or,
    where there is one a year, of the list of their digests.

    `parents` are (table, version) pairs it was computed from; `retrieved` is when the provider's file was fetched.
    """

    table: str
    version: int
    source: SourceNote
    file_name: str
    sha256: str
    retrieved: date
    imported_at: datetime
    rows: int
    rows_sha256: str
    set_aside: int
    reasons: tuple[Reason, ...]
    flags: tuple[Reason, ...]
    notes: tuple[Reason, ...]
    coverage: Coverage
    parents: tuple[tuple[str, int], ...] = ()
    synthetic: bool = False
    label: VersionLabel = SHOWN_TO_NOBODY

    @property
    def provider(self) -> str:
        return self.source.provider

    def covers(self, iso3: str) -> bool:
        """Does the table speak of this country, be it to say that nothing happened there?"""
        return self.coverage.countries is None or iso3 in self.coverage.countries


def version_json(version: Version) -> dict[str, Any]:
    """A version as plain JSON values."""
    values = asdict(version)
    values["retrieved"] = version.retrieved.isoformat()
    values["imported_at"] = version.imported_at.isoformat(timespec="seconds")
    values["marking"], values["releasable_to"] = version.label.marking, list(version.label.releasable_to)
    del values["label"]
    if not version.coverage.unknown_months:
        del values["coverage"]["unknown_months"]
    return values


def write_entry(version: Version, folder: Path) -> None:
    values = version_json(version)
    del values["marking"], values["releasable_to"]  # they lie beside the entry, which never changes
    text = json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / ENTRY).write_text(text + "\n", encoding="utf-8")


def read_entry(folder: Path) -> Version:
    """Read a version's entry; raises KeyError, TypeError or ValueError when the file is not one."""
    values = json.loads((folder / ENTRY).read_text(encoding="utf-8"))
    source = values["source"]
    values["source"] = SourceNote(**{**source, "releasable_to": tuple(source.get("releasable_to", ()))})
    values["retrieved"] = date.fromisoformat(values["retrieved"])
    values["imported_at"] = datetime.fromisoformat(values["imported_at"])
    for name in ("reasons", "flags", "notes"):
        values[name] = tuple(Reason(**reason) for reason in values[name])
    coverage = values["coverage"]
    countries = coverage["countries"]
    values["coverage"] = Coverage(
        coverage["first_month"],
        coverage["last_month"],
        None if countries is None else tuple(countries),
        tuple(coverage.get("unknown_months", ())),
    )
    values["parents"] = tuple((table, number) for table, number in values["parents"])
    return Version(**values, label=read_label(folder))
