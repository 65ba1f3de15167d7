"""What does every test have: real data if it is there, and no network beyond this machine?"""

import ipaddress
import os
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# Laws are about answers; how long one takes depends on what else the machine is doing.
settings.register_profile("bluehelm", deadline=None)
settings.load_profile("bluehelm")

# Whatever language the machine speaks, commands answer tests in English.
os.environ["BLUEHELM_LANGUAGE"] = "en"

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real provider files beside the project; without it the test is skipped, on CI it fails."""
    if SHARED_DATA.is_dir():
        return SHARED_DATA
    missing = f"the real data is not there: no folder {Path(*SHARED_DATA.parts[-2:])} beside the project's"
    if os.environ.get("CI"):
        pytest.fail(f"{missing}. CI is set, so that this is a failure: give the runner the folder.")
    pytest.skip(missing)


class NetworkRefused(Exception):
    """A test asked for another machine."""

    def __init__(self, address: object) -> None:
        super().__init__(
            f"This test asked the network for {address!r}. Tests reach this machine only: use a local file or server."
        )


def _is_this_machine(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(name).split("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def only_this_machine() -> Any:
    """Refuse every connection and every name look-up that leaves this machine."""
    with pytest.MonkeyPatch.context() as patch:
        for deed in ("connect", "connect_ex"):
            patch.setattr(socket.socket, deed, _guarded(getattr(socket.socket, deed)))
        patch.setattr(socket, "getaddrinfo", _guarded_lookup(socket.getaddrinfo))
        yield


def _guarded(connect: Any) -> Any:
    def connect_here(own: socket.socket, address: Any) -> Any:
        if own.family in (socket.AF_INET, socket.AF_INET6) and not _is_this_machine(address[0]):
            raise NetworkRefused(address)
        return connect(own, address)

    return connect_here


def _guarded_lookup(look_up: Any) -> Any:
    def look_up_here(host: Any, *rest: Any, **named: Any) -> Any:
        if not _is_this_machine(host):
            raise NetworkRefused(host)
        return look_up(host, *rest, **named)

    return look_up_here
