"""What do the pages of reports cost with a hundred thousand of them, against a thousand?

    python -m bench.reports_pages

Reports lie over two years, the versions of each beside it, in a data folder of its own. A page's time is the least of
five in seconds of CPU, so that what else runs does not enter, by Django's test client in one process. A row a page is
appended to bench/reports_history.csv.
"""

import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

SIZES = (1_000, 100_000)
PAGES = (
    "/reports/",
    "/reports/?days=0",
    "/reports/?days=0&page=20",
    "/reports/?days=0&after=700",
    "/reports/?days=365&type=attack-on-civilians",
    "/reports/?days=0&sort=activity&verification=verified",
    "/reports/?days=0&work=verify",
    "/reports/?days=0&work=decide",
    "/reports/?days=365&text=market&work=grade",
    "/reports/?days=0&text=market+dawn",
    "/api/reports/?limit=100",
    "/api/reports/?limit=100&days=0&cursor=WyI3MDAiXQ",
    "/reports/map/",
    "/reports/map/?days=90",
    "/api/reports/map/",
    "/api/reports/map/?days=90",
    "/reports/pairs/",
    "/api/reports/pairs/",
    "/reports/effort/",
    "/api/reports/effort/",
    "/reports/1/",
    "/api/reports/1/",
    "/reports/1/edit/",
    "/reports/1/versions/{waiting}/",
    "/reports/new/",
    "/protection/map/",
    "/api/protection/map/",
    "/protection/missed/?days=730",
    "/reports/products/",
    "/api/reports/products/",
    "/reports/requests/",
    "/api/reports/requests/",
    "/reports/field/",
    "/morning/protection/",
)
AGAIN = 5
HISTORY = Path(__file__).with_name("reports_history.csv")


def main() -> int:
    found = {size: _measured(size) for size in SIZES}
    small, large = (found[size] for size in SIZES)
    print(f"{'':<48} {SIZES[0]:>9,} {SIZES[1]:>14,}  ratio")
    with HISTORY.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        if not file.tell():
            writer.writerow(["date", "page", "small_ms", "large_ms", "ratio"])
        for name, seconds in small.items():
            row = (f"{seconds * 1000:.0f}", f"{large[name] * 1000:.0f}", f"{large[name] / seconds:.1f}")
            print(f"{name:<48} {row[0]:>6} ms {row[1]:>11} ms  {row[2]:>5}")
            writer.writerow([datetime.now(UTC).date(), name, *row])
    return 0


def _measured(size: int) -> dict[str, float]:
    """Seconds by page, in a process of its own with an empty data folder."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bench.reports_pages", folder, f"{size}"]
        said = subprocess.run(command, check=True, capture_output=True, text=True, env=dict(os.environ)).stdout
    return {name: float(seconds) for name, _, seconds in (line.rpartition("\t") for line in said.splitlines())}


def _inside(home: Path, size: int) -> None:
    from bluehelm.web.records import open_records

    open_records(home)
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["testserver"]
    from bluehelm.web.accounts.models import User

    _desk()
    _lay_down(size)
    waiting = _written_meanwhile()
    client = Client()
    client.force_login(User.objects.get(username="desk"))
    for page in PAGES:
        times = []
        for _ in range(AGAIN):
            begun = time.process_time()
            answer = client.get(page.format(waiting=waiting))
            assert answer.status_code == 200, (page, answer.status_code)
            times.append(time.process_time() - begun)
        print(f"{page}\t{min(times):.4f}", flush=True)


def _written_meanwhile() -> int:
    """Report 1 changed by two at once: the number of the version that waits beside it."""
    from bluehelm.web.posts.acting import actor_for_command
    from bluehelm.web.reports.actions import edit_report
    from bluehelm.web.reports.content import content_of
    from bluehelm.web.reports.models import Report

    desk, content = actor_for_command("desk"), content_of(Report.objects.get(pk=1))
    for said in ("A patrol went.", "Nobody could go."):
        changed = edit_report(number=1, expected_version=1, content=content | {"response": said}, by=desk)
    return changed.waiting.pk if changed.waiting else 0


def _desk() -> None:
    from bluehelm.web.accounts.models import User
    from bluehelm.web.posts.models import Occupancy, Organisation, Post

    house = Organisation.objects.create(code="UNSYM", name="UNSYM", kind="mission")
    post = Post.objects.create(code="desk", title="Desk", role="analyst", organisation=house, mission="UNSYM",
                               component="staff", section="JMAC", clearance=2)  # fmt: skip
    Occupancy.objects.create(post=post, person=User.objects.create_user("desk", "desk@example.org"),
                             from_on=datetime(2020, 1, 1, tzinfo=UTC).date())  # fmt: skip


def _lay_down(size: int) -> None:
    """So many reports over two years, evenly, graded and verified but for the last tenth."""
    from bench.duplicates import synthetic_reports
    from bluehelm.web.posts.models import Audience
    from bluehelm.web.reports.content import content_of, fields_of, harm_kept
    from bluehelm.web.reports.lookalikes import keep_all
    from bluehelm.web.reports.models import Report, Version

    told, _known = synthetic_reports(1, events=1500)
    chance, audience, now = random.Random(0), Audience.of({"mission:UNSYM"}), datetime.now(UTC)
    names = ("type", "certainty", "place", "placed_by", "precision", "latitude", "longitude", "narrative", "response")
    plain = [
        {name: getattr(one, name) for name in names}
        | {"parties": [[party.name, party.role] for party in one.parties], "harm": harm_kept(one.harm)}
        for one in told
    ]
    made = []
    for number in range(size):
        at = now - timedelta(minutes=int(730 * 1440 * number / size))
        instant = at.isoformat(timespec="minutes")
        fields = fields_of(plain[number % len(plain)] | {"from_at": instant, "until_at": instant})
        is_new = number < size / 10
        made.append(Report(mission="UNSYM", unit=chance.choice(("military", "police", "civilian")), received_at=at,
                           reliability="" if is_new else "B", credibility="" if is_new else "2",
                           verification="unverified" if is_new else "verified", settled_at=None if is_new else at,
                           marking=number % 2, releasable_to=audience, **fields))  # fmt: skip
    Report.objects.bulk_create(made, batch_size=2000)
    keep_all(made)
    Version.objects.bulk_create(
        (Version(report=one, row_version=1, based_on=1, at=one.received_at, deed="report.filed",
                 content=content_of(one), marking=one.marking, releasable_to=audience) for one in made),
        batch_size=2000,
    )  # fmt: skip


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _inside(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        sys.exit(main())
