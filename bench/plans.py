"""What does a plan's dashboard cost as missions come to share one installation?

    python -m bench.plans [--full]

Each mission has as many indicators, with a value a month for ten years, told by sex in four areas. One dashboard is
asked for while more and more missions stand in the same records; then everything is computed anew for all of them. The
case of one mission alone is what both are held against. Seconds are of the processor, since machines are shared.
`--full` is the promised size: 11 missions of 1,000 indicators, more than ten million values. Results are appended to
bench/plans_history.csv.
"""

import csv
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from bluehelm.workflows.clock import today

HISTORY = Path(__file__).with_name("plans_history.csv")
COLUMNS = (
    "date commit missions indicators values insert_seconds one_seconds all_seconds ratio_one ratio_all "
    "ratio_a_mission stranger_seconds peak_mb"
).split()
YEARS, FIRST = 10, 2017
AREAS, SEXES = ("north", "south", "east", "west"), ("women", "men")
PARTS = [f"area={area}, sex={sex}" for area in AREAS for sex in SEXES]
ON = date(FIRST + YEARS, 1, 1)

INSERT = """
INSERT INTO plans_indicatorvalue
  (mission, indicator, period, part, value, counts, source, note, basis, versions, rows_sha256, entered_at, entered_by,
   post_id, stands, reason, marking, releasable_to_id, row_version)
WITH RECURSIVE
  i(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM i WHERE n + 1 < {indicators}),
  m(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM m WHERE n + 1 < {months}),
  p(part) AS (VALUES {parts})
SELECT %s, 'I' || i.n, printf('%%04d-%%02d', {first} + m.n / 12, m.n %% 12 + 1), p.part,
  abs(i.n * 7 + m.n * (i.n %% 5 - 2) + abs(random()) %% 9) %% 97 + 5, '{{}}', 'Register', '', 'imported', '[]', '',
  printf('%%04d-%%02d-05 00:00:00', {first} + (m.n + 1) / 12, (m.n + 1) %% 12 + 1), 'bench',
  %s, 1, '', 0, %s, 1
FROM i, m, p
"""


def main(words: list[str]) -> int:
    """Measure at each number of missions, and keep a line for each."""
    sizes, indicators = ((1, 4, 11), 1000) if "--full" in words else ((1, 2, 4), 100)
    with tempfile.TemporaryDirectory() as folder:
        for row in _measured(Path(folder), sizes, indicators):
            _keep(row)
            print("  ".join(f"{name} {row[name]}" for name in COLUMNS[2:]), flush=True)
    return 0


def _measured(home: Path, sizes: tuple[int, ...], indicators: int):
    from bluehelm.web.records import open_records

    open_records(home)
    from bluehelm.web.plans.dashboard import dashboard_of
    from bluehelm.web.plans.reads import current_version

    readers: dict[str, object] = {}
    alone = 0.0
    for size in sizes:
        inserting = time.process_time()
        for number in range(len(readers), size):
            name = f"UN{number:02d}"
            readers[name] = _mission(name, indicators)
        inserted = time.process_time() - inserting

        def glance(name: str, *, is_leaving: bool = False) -> int:
            actor = readers[name]
            found = dashboard_of(current_version(name, actor), actor, ON, is_leaving=is_leaving)
            assert len(found.lines) == indicators and found.lines[0].last.value is not None
            return len(found.changed)

        one = min(_seconds(lambda: glance("UN00")) for _ in range(2))
        alone = alone or one
        everything = _seconds(lambda: [glance(name) for name in readers])
        stranger = _seconds(lambda: glance("UN00", is_leaving=True))
        yield {
            "date": today().isoformat(),
            "commit": _commit(),
            "missions": size,
            "indicators": indicators,
            "values": size * indicators * YEARS * 12 * len(PARTS),
            "insert_seconds": f"{inserted:.1f}",
            "one_seconds": f"{one:.2f}",
            "all_seconds": f"{everything:.2f}",
            "ratio_one": f"{one / alone:.2f}",
            "ratio_all": f"{everything / alone:.2f}",
            "ratio_a_mission": f"{everything / alone / size:.2f}",
            "stranger_seconds": f"{stranger:.2f}",
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }  # fmt: skip


def _commit() -> str:
    said = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True)
    return said.stdout.strip()


def _seconds(deed: Callable[[], object]) -> float:
    started = time.process_time()
    deed()
    return time.process_time() - started


def _mission(name: str, indicators: int):
    """A mission with its planner, its plan and its values; the planner as actor."""
    from django.db import connection

    from bluehelm.web.accounts.models import User
    from bluehelm.web.plans.actions import load_plan
    from bluehelm.web.posts.acting import actor_in
    from bluehelm.web.posts.models import Occupancy, Organisation, Post

    house = Organisation.objects.create(code=name, name=name, kind="mission")
    post = Post.objects.create(
        code=f"{name}-planner", title="Planner", role="planner", organisation=house, mission=name, clearance=1
    )
    person = User.objects.create_user(f"{name}-planner", f"{name}@example.org")
    Occupancy.objects.create(post=post, person=person, from_on=date(2020, 1, 1))
    actor = actor_in(person, post)
    plan = load_plan(mission=name, text=_framework(name, indicators), why="The bench.", by=actor, unfinished=True)
    parts = ", ".join(f"('{part}')" for part in PARTS)
    statement = INSERT.format(indicators=indicators, months=YEARS * 12, parts=parts, first=FIRST)
    with connection.cursor() as cursor:
        cursor.execute(statement, [name, post.pk, plan.releasable_to_id])
    return actor


def _framework(mission: str, indicators: int) -> str:
    rows = "\n".join(
        f"          - {{id: I{number}, title: Number {number}, unit: persons, better: higher, people: true, "
        f"by: [sex, area], every: month, roll_up: {('sum', 'latest')[number % 2]}, "
        f"baseline: {{value: 10, period: {FIRST - 1}}}, targets: [{{period: {FIRST + YEARS - 1}, value: 500}}]}}"
        for number in range(indicators)
    )
    last = FIRST + YEARS - 1
    head = f"title: Plan of {mission}\nmissions: [{mission}]\nfirst_month: {FIRST}-01\nlast_month: {last}-12\n"
    outcome = (
        "objectives:\n"
        "  - id: O\n    title: One\n    outcomes:\n      - id: O1\n        title: One\n        indicators:\n"
    )
    return f"{head}{outcome}{rows}\n"


def _keep(row: dict[str, object]) -> None:
    is_new = not HISTORY.exists()
    with HISTORY.open("a", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerow(row)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
