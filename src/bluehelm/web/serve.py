"""How are the pages of a data folder served on this machine?

Two processes with four threads each, on the loopback address only. Each does jobs in one thread more, unless
BLUEHELM_JOBS=elsewhere leaves them to `bluehelm jobs run`.
"""

import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from bluehelm.web.records import make_ready

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler

ADDRESS = "127.0.0.1"
WORKERS = 2
THREADS = 4
PORTS_TRIED = 10
PATIENCE_SECONDS = 300.0


class PortError(OSError):
    """None of the ports tried is free."""


def serve(home: Path, port: int = 8000, address: str = ADDRESS) -> None:
    """Serve the data folder's pages until Ctrl-C, on this machine alone unless a production names another address.

    Makes the records database and the secret key where they are missing. A port that is taken is passed over for
    the next ten; PortError when all are taken. The address is written to stderr as soon as it answers.
    """
    os.environ["BLUEHELM_HOME"] = str(home)
    os.environ["BLUEHELM_SERVED_AT"] = address
    os.environ["DJANGO_SETTINGS_MODULE"] = "bluehelm.web.settings"
    _refuse_open(address)
    home.mkdir(parents=True, exist_ok=True)
    keep_secret_key(home)
    migrate(home)
    chosen = free_port(port)
    if chosen != port:
        say(f"Port {port} is taken by another program; using {chosen}.")
    threading.Thread(target=_announce, args=(f"http://{address}:{chosen}/",), daemon=True).start()
    _run(chosen, address)


def _refuse_open(address: str) -> None:
    """ImproperlyConfigured when others could reach what is not shut as a production is."""
    from django.core.exceptions import ImproperlyConfigured

    if address not in ("127.0.0.1", "::1") and os.environ.get("BLUEHELM_PRODUCTION", "") in ("", "0"):
        what = f"At {address} others reach the pages, but BLUEHELM_PRODUCTION is not set. Nothing was started."
        raise ImproperlyConfigured(what)


def keep_secret_key(home: Path) -> None:
    """Make the data folder's secret key once, readable by its owner alone."""
    from django.core.management.utils import get_random_secret_key

    kept = home / "secret.key"
    with FileLock(home / "secret.key.lock"):
        if kept.exists():
            return
        part = kept.with_suffix(".part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(get_random_secret_key())
        part.replace(kept)


def migrate(home: Path) -> None:
    """Make the records database where it is missing; RecordsError when it is of another release."""
    import django

    django.setup()
    make_ready(home)
    from django.db import connections

    connections.close_all()  # this process only waits: its workers have connections of their own


def free_port(wanted: int) -> int:
    """The first free port from `wanted` on; PortError when it and the next ten are taken."""
    for port in range(wanted, wanted + PORTS_TRIED + 1):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            # Without this a port stays "taken" for a minute after the last server on it has ended.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((ADDRESS, port))
            except OSError:
                continue
            return port
    raise PortError(f"Ports {wanted} to {wanted + PORTS_TRIED} are all taken. Choose another with --port.")


def application() -> "WSGIHandler":
    """The application of one worker process; the server calls this once in each."""
    # Ctrl-C reaches every process in the terminal's group. A worker that heard of the end twice, from the terminal
    # and from the process that started it, would hang; in a group of its own it hears of it once.
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    from bluehelm.web.wsgi import application as made

    if os.environ.get("BLUEHELM_JOBS") != "elsewhere":
        from bluehelm.web.jobs.worker import start_beside

        start_beside()
    return made


def _end_with_parent(parent: int) -> None:
    """End this worker when the process that started it was killed and could not say so."""
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGKILL)


def _run(port: int, address: str) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    # A forked worker would inherit the locks of threads it does not have: after `demo` has built tables in this
    # process, every page would wait for ever.
    multiprocessing.set_start_method("spawn", force=True)
    server = Granian(
        "bluehelm.web.serve:application",
        factory=True,
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.error,
    )

    def end_with_the_terminal() -> None:
        # The server would take a closed terminal as a wish to start anew, and go on holding the port.
        if hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, server.signal_handler_interrupt)

    server.on_startup(end_with_the_terminal)
    server.serve()
    say("Stopped.")


def _announce(address: str) -> None:
    """Say the address once it answers: an address that does not answer yet looks like a failure."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{address.replace('0.0.0.0', ADDRESS)}healthz", timeout=10).close()  # nosec B104, B310  # our own address, asked and not bound
        except urllib.error.HTTPError:
            break  # it answers, if only to say what is wrong
        except OSError:
            time.sleep(0.1)
            continue
        break
    else:
        return
    say(f"Bluehelm   {address}   (Ctrl-C ends it)")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
