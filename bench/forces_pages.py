"""What do the pages of forces cost with many records, against few?

    python -m bench.forces_pages

Records are taken in from the files that `forces_instances` makes, in a data folder of its own: 60 requirements and 200
pledges, then 1,000 and 3,000. A page's time is the best of five, by Django's test client, in one process.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.forces_instances import (
    PLEDGE_COLUMNS,
    REQUIREMENT_COLUMNS,
    contributors,
    demand,
    offers,
    write,
)

SIZES = ((60, 200), (1000, 3000))
PAGES = (
    "/forces/requirements/",
    "/forces/requirements/?text=police&sort=priority",
    "/forces/pledges/",
    "/forces/pledges/?level=L2&sort=expiry",
    "/forces/contributors/",
    "/forces/pipeline/",
    "/forces/caveats/?mission=MISSION-A",
    "/forces/visits/",
    "/forces/gaps/",
    "/forces/matching/",
    "/morning/forces/",
)
AGAIN = 5


def main() -> int:
    found = {size: _measured(size) for size in SIZES}
    small, large = (found[size] for size in SIZES)
    print(f"{'':<48} {SIZES[0]!s:>12} {SIZES[1]!s:>14}  ratio")
    for name, seconds in small.items():
        print(f"{name:<48} {seconds * 1000:>9.0f} ms {large[name] * 1000:>11.0f} ms  {large[name] / seconds:5.1f}")
    return 0


def _measured(size: tuple[int, int]) -> dict[str, float]:
    """Seconds by page, in a process of its own with an empty data folder."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bench.forces_pages", folder, *map(str, size)]
        said = subprocess.run(command, check=True, capture_output=True, text=True, env=dict(os.environ)).stdout
    return {name: float(seconds) for name, _, seconds in (line.rpartition("\t") for line in said.splitlines())}


def _inside(home: Path, asked: int, offered: int) -> None:
    from bluehelm.web.records import open_records

    open_records(home)
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["testserver"]
    from bluehelm.web.accounts.models import User
    from bluehelm.web.forces import exchange, imports, runs
    from bluehelm.web.posts.acting import actor_for_command

    _desk()
    by, chance = actor_for_command("desk"), random.Random(0)
    files = {
        "contributors": (contributors(80, chance), "contributor max_units"),
        "requirements": (demand(asked, chance), REQUIREMENT_COLUMNS),
        "pledges": (offers(offered, chance, joint=0.05, split=0.05), PLEDGE_COLUMNS),
    }
    for what, (rows, columns) in files.items():
        text = write(home / f"{what}.csv", rows, columns).read_text(encoding="utf-8")
        began = time.perf_counter()
        imports.take_in(what=what, file_name=what, text=text, expected_sha256=exchange.sha256_of(text), by=by)
        _say(f"taking in {what}", time.perf_counter() - began)
    client = Client()
    client.force_login(User.objects.get())
    for path in PAGES:
        assert client.get(path).status_code == 200
        _say(path, min(_seconds(client, path) for _ in range(AGAIN)))
    began = time.perf_counter()
    run = runs.ask_run(what="match", by=by)
    _say("asking for a matching", time.perf_counter() - began)
    began = time.perf_counter()
    done = runs.carry_out(run.pk)
    _say("carrying it out, beside the pages", time.perf_counter() - began)
    assert done.state == "done", done.said
    _say(f"/forces/matching/{'N'}/", min(_seconds(client, f"/forces/matching/{run.pk}/") for _ in range(AGAIN)))


def _seconds(client: object, path: str) -> float:
    began = time.perf_counter()
    client.get(path)  # type: ignore[attr-defined]  # Django's client
    return time.perf_counter() - began


def _say(name: str, seconds: float) -> None:
    print(f"{name}\t{seconds}", flush=True)


def _desk() -> None:
    from datetime import date

    from bluehelm.web.accounts.models import User
    from bluehelm.web.posts.models import Occupancy, Organisation, Post

    house = Organisation.objects.create(code="HQ", name="Headquarters", kind="headquarters")
    post = Post.objects.create(code="desk", title="Desk", role="force-generation", organisation=house, clearance=2)
    person = User.objects.create_user("desk", "desk@example.org")
    Occupancy.objects.create(post=post, person=person, from_on=date(2020, 1, 1))


if __name__ == "__main__":
    if len(sys.argv) == 4:
        _inside(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    else:
        raise SystemExit(main())
