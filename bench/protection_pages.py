"""What do the pages of protection cost with many alerts, against few?

    python -m bench.protection_pages

Alerts are written in bulk as the demonstration writes them, in a data folder of its own: 1,000, then 10,000. A page's
time is the least of five in seconds of CPU, so that what else runs does not enter, by Django's test client in one
process. Each page's ratio is kept in `protection_pages_history.csv`.
"""

import csv
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

SIZES = (1_000, 10_000)
KINDS = ("threats", "activities", "harm", "communities", "perception", "obstructions", "movements", "dialogue",
         "compact", "observations")  # fmt: skip
PAGES = (
    "/protection/alerts/",
    "/protection/alerts/?page=7",
    "/protection/alerts/1/",
    "/protection/alerts/new/",
    "/api/protection/alerts/?limit=100",
    "/api/protection/alerts/?limit=100&cursor=WyI3MDAiXQ",
    "/api/protection/alerts/1/",
    "/api/protection/alerts/map/",
    "/protection/response/",
    "/protection/response/?days=365",
    "/protection/response/?days=730",
    "/api/protection/response/",
    "/api/protection/response/?days=730",
    "/protection/matrix/",
    "/api/protection/matrix/",
    *(f"/protection/{kind}/" for kind in KINDS),
    *(f"/api/protection/{kind}/" for kind in KINDS),
    "/protection/threats/1/",
    "/protection/communities/1/",
    "/morning/protection/",
)
AGAIN = 5
HISTORY = Path(__file__).with_name("protection_pages_history.csv")


def main() -> int:
    small, large = (_measured(size) for size in SIZES)
    print(f"{'':<40} {SIZES[0]:>9,} {SIZES[1]:>12,}  ratio")
    for name, seconds in small.items():
        print(f"{name:<40} {seconds * 1000:>6.0f} ms {large[name] * 1000:>9.0f} ms  {large[name] / seconds:5.1f}")
    _keep(small, large)
    return 0


def _keep(small: dict[str, float], large: dict[str, float]) -> None:
    is_new = not HISTORY.exists()
    with HISTORY.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if is_new:
            writer.writerow(["on", "page", "ms_1000", "ms_10000", "ratio"])
        on = f"{datetime.now(UTC):%Y-%m-%d}"
        for name, seconds in small.items():
            ratio = large[name] / seconds
            writer.writerow([on, name, round(seconds * 1000), round(large[name] * 1000), round(ratio, 2)])


def _measured(size: int) -> dict[str, float]:
    """Seconds by page, in a process of its own with an empty data folder."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bench.protection_pages", folder, str(size)]
        said = subprocess.run(command, check=True, capture_output=True, text=True, env=dict(os.environ)).stdout
    return {name: float(seconds) for name, _, seconds in (line.rpartition("\t") for line in said.splitlines())}


def _inside(home: Path, alerts: int) -> None:
    from bluehelm.web.records import open_records

    open_records(home)
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["testserver"]
    from bluehelm.web.accounts.models import User
    from bluehelm.web.posts.acting import actor_for_command
    from bluehelm.web.protection import demo

    _desk()
    demo.ALERTS = alerts
    towns = {f"Town {number}": (3.0 + number / 10, 30.0) for number in range(8)}
    demo.build_demo_protection("UNSYM", towns, actor_for_command("jmac"), datetime.now(UTC).date())
    client = Client()
    client.force_login(User.objects.get())
    for path in PAGES:
        assert client.get(path).status_code == 200, path
        print(f"{path}\t{min(_seconds(client, path) for _ in range(AGAIN))}", flush=True)


def _seconds(client: object, path: str) -> float:
    began = time.process_time()
    client.get(path)  # type: ignore[attr-defined]  # Django's client
    return time.process_time() - began


def _desk() -> None:
    from bluehelm.web.accounts.models import User
    from bluehelm.web.posts.models import Occupancy, Organisation, Post

    house = Organisation.objects.create(code="UNSYM", name="UNSYM", kind="mission")
    post = Post.objects.create(
        code="jmac", title="Analyst", role="analyst", organisation=house, mission="UNSYM", clearance=2
    )
    person = User.objects.create_user("jmac", "jmac@example.org")
    Occupancy.objects.create(post=post, person=person, from_on=date(2020, 1, 1))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        _inside(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        raise SystemExit(main())
