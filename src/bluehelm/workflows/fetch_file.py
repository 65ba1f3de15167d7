"""How does a provider's file come into the data folder, with its day and its digest?

Fetched files lie in `raw/fetched/PROVIDER/DAY-DIGEST/` beside an entry that says where they came from. The folder is
made complete elsewhere and renamed into place. A file that is the same as one fetched before is not kept twice.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from bluehelm.language import _
from bluehelm.sources import PROVIDERS, IntakeError
from bluehelm.sources.fetching import LARGEST_BYTES, Asked, Fetched, from_given_address
from bluehelm.store import Store

Progress = Callable[[str, int, int], None]
ENTRY = "fetched.json"


@dataclass(frozen=True, slots=True)
class FetchReport:
    """A file that came: `same_as` is the day on which the very same bytes came before, if they did."""

    provider: str
    path: Path
    url: str
    sha256: str
    size: int
    content_type: str
    retrieved: date
    same_as: str | None


def fetch_file(
    home: Path,
    provider: str,
    *,
    release: str | None = None,
    url: str | None = None,
    sha256: str | None = None,
    largest_bytes: int = LARGEST_BYTES,
    environment: Mapping[str, str] | None = None,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> FetchReport:
    """Fetch a provider's file from its public address, or from `url`; IntakeError when it does not come whole."""
    known = PROVIDERS.get(provider)
    if known is None:
        what = _(
            "There is no provider {provider!r}; there is: {providers}.",
            provider=provider,
            providers=", ".join(PROVIDERS),
        )
        raise IntakeError("unknown_provider", what, provider, _("`bluehelm providers` says which can be fetched."))
    fetch = known.fetch or (from_given_address if url else None)
    if fetch is None:
        what = _("{provider} cannot be fetched: {by_hand}.", provider=provider, by_hand=_(known.by_hand))
        next_step = _(
            "Name an address with --url, or download it and use `bluehelm import {provider} FILE`.", provider=provider
        )
        raise IntakeError("not_fetchable", what, provider, next_step)
    tell = progress or (lambda step, done, total: None)
    moment, home_is_new = now or datetime.now(UTC), not home.exists()
    try:
        with Store(home).scratch() as scratch:
            folder = scratch / "fetched"
            folder.mkdir()
            asked = Asked(
                folder=folder,
                now=moment,
                release=release,
                url=url,
                sha256=sha256,
                secrets=home / "secrets",
                environment=os.environ if environment is None else environment,
                progress=lambda done, total: tell("Fetching", done, total),
                largest_bytes=largest_bytes,
            )
            return _kept(home, provider, fetch(asked), moment)
    finally:
        if home_is_new:
            _leave_no_empty_folder(home)


def _kept(home: Path, provider: str, fetched: Fetched, moment: datetime) -> FetchReport:
    """Move what came into its place; or find there what came before, when it is the same."""
    place = home / "raw" / "fetched" / provider
    before = sorted(place.glob(f"*-{fetched.sha256[:12]}/{ENTRY}"))
    same_as = None
    if before:
        entry = json.loads(before[0].read_text(encoding="utf-8"))
        same_as, path = str(entry["retrieved"]), before[0].parent / str(entry["file"])
    else:
        entry = {
            "provider": provider,
            "file": fetched.path.name,
            "url": fetched.url,
            "sha256": fetched.sha256,
            "bytes": fetched.size,
            "content_type": fetched.content_type,
            "retrieved": moment.date().isoformat(),
            "retrieved_at": moment.replace(microsecond=0).isoformat(),
        }
        (fetched.path.parent / ENTRY).write_text(json.dumps(entry, indent=1) + "\n", encoding="utf-8")
        target = place / f"{moment.date()}-{fetched.sha256[:12]}"
        target.parent.mkdir(parents=True, exist_ok=True)
        os.rename(fetched.path.parent, target)
        path = target / fetched.path.name
    return FetchReport(
        provider, path, fetched.url, fetched.sha256, fetched.size, fetched.content_type, moment.date(), same_as
    )


def _leave_no_empty_folder(home: Path) -> None:
    for folder in (home / "staging", home):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
