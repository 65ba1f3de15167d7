"""How does a provider's file come from its public address, whole, unaltered, or not at all?

A download goes to a file of its own and is renamed when it is complete, so that nothing half-fetched is ever taken
for a provider's file. Only https is spoken, redirects included; plain http only with this machine.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from bluehelm import __version__
from bluehelm.language import _, gettext_noop
from bluehelm.sources.intake import IntakeError

if TYPE_CHECKING:
    import httpx

# The library that speaks HTTP takes longer to load than an import takes to begin: only fetching loads it.

PIECE = 1 << 20
LARGEST_BYTES = 4 << 30
MOST_REDIRECTS = 5
CONNECT_SECONDS, READ_SECONDS = 30.0, 120.0
TABULAR = ("text/csv", "text/plain", "application/csv", "application/vnd.ms-excel")
OF_OTHER_FORMATS = (
    "application/geo+json",
    "application/json",
    "application/vnd.apache.parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
PACKED = ("application/zip", "application/x-zip-compressed", "application/gzip", "application/x-gzip")
# Servers that do not know a file's type say one of these.
UNSAID = ("", "application/octet-stream", "binary/octet-stream", "application/x-download")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What to fetch and where to put it: `release` and `url` as the user gave them, `secrets` a folder for tokens."""

    folder: Path
    now: datetime
    release: str | None = None
    url: str | None = None
    sha256: str | None = None
    secrets: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    progress: Progress | None = None
    largest_bytes: int = LARGEST_BYTES


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file as it came: `url` is the address that gave it in the end."""

    path: Path
    url: str
    sha256: str
    size: int
    content_type: str


Fetch = Callable[[Asked], Fetched]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a provider's file lies. `release` is a pattern that a release must match, empty where there is only one;
    {release} in `url` and `file_name` stands for it with everything but its signs' replacement by `joint`.
    """

    url: str
    file_name: str
    content_types: tuple[str, ...] = TABULAR
    release: str = ""
    example: str = ""
    joint: str = ""

    def at(self, release: str | None) -> tuple[str, str]:
        """The address and the file's name for a release; IntakeError when the release is missing or misspelled."""
        if not self.release:
            if release:
                raise refused(
                    "bad_release", _("This provider's file has no releases."), release, _("Leave out --release.")
                )
            return self.url, self.file_name
        if not release or not re.fullmatch(self.release, release):
            what = _("{release!r} is not a release.", release=release) if release else _("Which release?")
            raise refused(
                "bad_release", what, "--release", _("Name one, for example --release {example}.", example=self.example)
            )
        written = re.sub(r"\W", self.joint, release)
        return self.url.format(release=written), self.file_name.format(release=written)


def fetcher(address: Address) -> Fetch:
    """The fetch of a provider whose file lies at a public address."""

    def fetch(asked: Asked) -> Fetched:
        url, name = address.at(asked.release) if not asked.url else (asked.url, _name_in(asked.url, address))
        return download(url, name, asked, address.content_types)

    return fetch


def from_given_address(asked: Asked) -> Fetched:
    """The fetch of a provider without a public address of its own: from where the user says, an own mirror say."""
    assert asked.url
    return fetcher(Address(asked.url, "fetched.dat", content_types=TABULAR + OF_OTHER_FORMATS))(asked)


def _name_in(url: str, address: Address) -> str:
    """The file's name at an address the user gave; the provider's own name where it shows none."""
    name = re.sub(r"[^\w.+-]", "_", urlsplit(url).path.rsplit("/", 1)[-1])
    return name if "." in name.strip(".") else address.file_name.format(release="")


def refused(code: str, what: str, where: str, next_step: str) -> IntakeError:
    return IntakeError(code, what, where, next_step)


def download(
    url: str,
    name: str,
    asked: Asked,
    content_types: tuple[str, ...],
    headers: Mapping[str, str] | None = None,
) -> Fetched:
    """Stream the file at an address into the folder; IntakeError when it does not come whole and as promised."""
    import httpx

    try:
        with client() as connection, opened(connection, url, headers or {}) as answer:
            content_type = check_type(answer, content_types)
            said = answer.headers.get("content-length", "")
            promised = int(said) if said.isdigit() else 0
            return keep(answer.iter_bytes(PIECE), name, str(answer.url), asked, content_type, promised)
    except httpx.HTTPError as error:
        raise not_reached(url, error) from error


def keep(pieces: Iterable[bytes], name: str, url: str, asked: Asked, content_type: str, promised: int = 0) -> Fetched:
    """Write what comes into the folder under its name, once it is whole and has the digest asked for.

    More bytes than allowed are refused as soon as that is seen; `promised` is how many the server announced.
    """
    shown, part, size, sha256 = _shown(url), asked.folder / f"{name}.part", 0, hashlib.sha256()
    if promised > asked.largest_bytes:
        raise _too_large(shown, asked)
    try:
        with part.open("wb") as file:
            for piece in pieces:
                size += len(piece)
                if size > asked.largest_bytes:
                    raise _too_large(shown, asked)
                sha256.update(piece)
                file.write(piece)
                if asked.progress:
                    asked.progress(size, promised)
        if not size:
            raise refused("empty_file", _("{shown} gave an empty file.", shown=shown), shown, _(LATER))
        _check_digest(asked, sha256.hexdigest(), shown)
        part.replace(asked.folder / name)
    finally:
        part.unlink(missing_ok=True)
    return Fetched(asked.folder / name, shown, sha256.hexdigest(), size, content_type)


def client() -> "httpx.Client":
    """A connection that follows no redirect by itself and gives up after a while."""
    import httpx

    patience = httpx.Timeout(CONNECT_SECONDS, read=READ_SECONDS)
    return httpx.Client(timeout=patience, headers={"User-Agent": f"bluehelm/{__version__}"}, follow_redirects=False)


@contextmanager
def opened(
    connection: "httpx.Client", url: str, headers: Mapping[str, str], also: tuple[int, ...] = ()
) -> "Iterator[httpx.Response]":
    """The answer that an address gives in the end; secrets in `headers` never go to another host.

    IntakeError unless it is a success or one of the statuses in `also`.
    """
    here, sent = url, dict(headers)
    for _round in range(MOST_REDIRECTS + 1):
        check_address(here, started_at=url)
        with connection.stream("GET", here, headers=sent) as answer:
            if not answer.has_redirect_location:
                if answer.status_code not in also:
                    _check_status(answer)
                yield answer
                return
            there = urljoin(here, answer.headers["location"])
        if urlsplit(there).netloc != urlsplit(here).netloc:
            sent = {}
        here = there
    raise refused(
        "redirected_too_often",
        _("{url} leads on more than {most_redirects} times.", url=_shown(url), most_redirects=MOST_REDIRECTS),
        _shown(url),
        _(LATER),
    )


LATER = gettext_noop("Try again later, or download the file by hand and use `bluehelm import`.")


def check_address(url: str, started_at: str) -> None:
    address = urlsplit(url)
    is_own = _is_this_machine(address.hostname) and _is_this_machine(urlsplit(started_at).hostname)
    if address.scheme == "https" or (address.scheme == "http" and is_own):
        return
    what = _("{url} is not an https address, and anybody on the way could alter what it gives.", url=_shown(url))
    raise refused("unsafe_address", what, _shown(url), _("Give an https address."))


def _is_this_machine(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


def _check_status(answer: "httpx.Response") -> None:
    if answer.is_success:
        return
    shown = _shown(str(answer.url))
    said = {
        401: _("it wants a sign-in"),
        403: _("it refuses access"),
        404: _("there is no such file"),
        410: _("it is gone"),
    }
    why = said.get(answer.status_code, "it failed")
    next_step = _("Check the release or the address.") if answer.status_code in (404, 410) else _(LATER)
    raise refused(
        "not_given",
        _("{shown} answered {status_code}: {why}.", shown=shown, status_code=answer.status_code, why=why),
        shown,
        next_step,
    )


def check_type(answer: "httpx.Response", content_types: tuple[str, ...]) -> str:
    """The answer's content type, when it is one of those wanted or says nothing; IntakeError otherwise."""
    found: str = answer.headers.get("content-type", "").split(";")[0].strip().lower()
    if found not in (*content_types, *UNSAID):
        shown = _shown(str(answer.url))
        what = _(
            "{shown} gives {found}, not {content_types}: perhaps a sign-in or an error page.",
            shown=shown,
            found=found,
            content_types=_(" or ").join(content_types[:2]),
        )
        raise refused("wrong_content_type", what, shown, _("Open the address in a browser and see what it says."))
    return found


def _too_large(shown: str, asked: Asked) -> IntakeError:
    what = _(
        "{shown} gives more than {largest_bytes:,.0f} MB.", shown=shown, largest_bytes=asked.largest_bytes / 1000000.0
    )
    return refused("too_large", what, shown, _("Download it by hand if you trust it, and use `bluehelm import`."))


def _check_digest(asked: Asked, sha256: str, shown: str) -> None:
    if asked.sha256 and asked.sha256.lower() != sha256:
        what = _(
            "{shown} gave a file with the digest {sha256}…, not {sha256_2}…",
            shown=shown,
            sha256=sha256[:16],
            sha256_2=asked.sha256[:16],
        )
        raise refused("wrong_digest", what, shown, _("Ask the provider which is right; nothing was kept."))


def not_reached(url: str, error: "httpx.HTTPError") -> IntakeError:
    shown = _shown(url)
    why = str(error) or type(error).__name__
    return refused(
        "not_reached", _("{shown} could not be read to the end ({why}).", shown=shown, why=why), shown, _(LATER)
    )


def _shown(url: str) -> str:
    """An address without what may be secret in it: user, password, query."""
    address = urlsplit(url)
    return f"{address.scheme}://{address.hostname or ''}{f':{address.port}' if address.port else ''}{address.path}"
