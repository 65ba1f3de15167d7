"""How does one get, keep and renew ACLED's permission to read?

ACLED gives a token for an account's name and password (OAuth 2.0): good for a day, renewable for fourteen. Name and
password come from the environment and are never written down; the token lies in a file that only its owner can read.
Neither appears in an answer, an error or a log. A valid token may still be refused data: the account decides.
"""

import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bluehelm.language import _
from bluehelm.sources.fetching import Asked, check_address, client, not_reached, refused
from bluehelm.sources.intake import IntakeError

API = "https://acleddata.com"
CLIENT = "acled"
NAME, PASSWORD = "ACLED_USERNAME", "ACLED_PASSWORD"
DAY = timedelta(hours=24)
RENEWABLE = timedelta(days=14)
# A token that ends while pages are being read helps nobody.
MARGIN = timedelta(minutes=10)


class AccessRefusedError(IntakeError):
    """ACLED refused the data: `token_was_kept` says whether a fresh token may help."""

    def __init__(self, where: str, status: int, token_was_kept: bool) -> None:
        what = _("{where} answered {status}: this account may not read the data.", where=where, status=status)
        next_step = _(
            "Sign in to ACLED, accept its terms, complete the profile, and see which data the account may read."
        )
        super().__init__("access_refused", what, where, next_step)
        self.token_was_kept = token_was_kept and status == 401


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """A permission to read: it has no printed form, so that it cannot end in a log."""

    access: str
    renewal: str
    ends_at: datetime
    renewable_until: datetime
    was_kept: bool = False


def token_for(asked: Asked, base: str) -> Token:
    """The kept token while it holds, else a renewed one, else a new one for name and password."""
    kept = _kept(asked)
    if kept and asked.now < kept.ends_at - MARGIN:
        return kept
    if kept and asked.now < kept.renewable_until - MARGIN:
        renewed = _asked_for(asked, base, {"grant_type": "refresh_token", "refresh_token": kept.renewal})
        if renewed:
            return renewed
    name, password = asked.environment.get(NAME, ""), asked.environment.get(PASSWORD, "")
    if not name or not password:
        what = _("ACLED gives data to accounts only, and no account was named.")
        raise refused(
            "no_credentials",
            what,
            f"{NAME}, {PASSWORD}",
            _("Set {name} and {password} and try again.", name=NAME, password=PASSWORD),
        )
    new = _asked_for(asked, base, {"grant_type": "password", "username": name, "password": password})
    if new is None:
        what = _("ACLED does not know this account or its password.")
        raise refused("access_refused", what, f"{NAME}, {PASSWORD}", _("Check both by signing in on ACLED's page."))
    return new


def forget_token(asked: Asked) -> None:
    if file := _file(asked):
        file.unlink(missing_ok=True)


def _asked_for(asked: Asked, base: str, grant: dict[str, str]) -> Token | None:
    """A token for a grant, kept for next time; None when the grant is refused."""
    import httpx

    url = f"{base}/oauth/token"
    check_address(url, started_at=url)
    try:
        with client() as connection:
            answer = connection.post(url, data={"client_id": CLIENT, **grant})
    except httpx.HTTPError as error:
        raise not_reached(url, error) from None
    if answer.status_code in (400, 401, 403):
        return None
    try:
        said = answer.json() if answer.is_success else {}
        token = _token(said, asked.now)
    except (ValueError, KeyError, TypeError):
        what = _("{url} answered {status_code} and no token.", url=url, status_code=answer.status_code)
        raise refused("not_given", what, url, _("Try again later.")) from None
    _keep(asked, token)
    return token


def _token(said: dict[str, Any], now: datetime) -> Token:
    lasts = timedelta(seconds=int(said.get("expires_in", DAY.total_seconds())))
    return Token(str(said["access_token"]), str(said.get("refresh_token", "")), now + lasts, now + RENEWABLE)


def _file(asked: Asked) -> Path | None:
    return asked.secrets / "acled-token.json" if asked.secrets else None


def _kept(asked: Asked) -> Token | None:
    """The token of an earlier time; None when there is none or its file cannot be read."""
    file = _file(asked)
    try:
        said = json.loads(file.read_text(encoding="utf-8")) if file else None
        return said and Token(
            said["access"],
            said["renewal"],
            datetime.fromisoformat(said["ends_at"]),
            datetime.fromisoformat(said["renewable_until"]),
            was_kept=True,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(asked: Asked, token: Token) -> None:
    file = _file(asked)
    if file is None:
        return
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    said = {
        "access": token.access,
        "renewal": token.renewal,
        "ends_at": token.ends_at.isoformat(),
        "renewable_until": token.renewable_until.isoformat(),
    }
    # Made for its owner's eyes from the start: to change the mode afterwards would leave a moment in between.
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as writing:
        json.dump(said, writing)
    part.replace(file)
