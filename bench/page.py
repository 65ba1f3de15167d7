"""How much longer does a mission's page take over ten million events than over ten thousand?

The page as the application answers it, with the events of the whole world around the mission's; the median of pages
after the first, in a process of its own for each size. Limit: three times.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.children import cost_of
from bench.events import published

SMALL, LARGE = 10_000, 10_000_000
ROUNDS, PAGES = 3, 9
LIMIT = 3.0
ASKED_FOR = "/missions/UNMISS/?as_of=2024-12-31"


def seconds_a_page(home: Path) -> Callable[[], float]:
    """Ready to answer with the median seconds of a page; the first page, which loads modules, does not count."""
    from bluehelm.web.records import open_records

    open_records(home)
    from django.test import Client

    client = Client(SERVER_NAME="localhost")

    def page() -> float:
        started = time.perf_counter()
        answer = client.get(ASKED_FOR)
        assert answer.status_code == 200, answer.status_code
        return time.perf_counter() - started

    page()
    return lambda: statistics.median(page() for _ in range(PAGES))


ASKED = {"page": seconds_a_page}


def measure(small: int = SMALL, large: int = LARGE, rounds: int = ROUNDS) -> dict[str, float]:
    """Median seconds of both sizes, and the median of the rounds' ratios."""
    with tempfile.TemporaryDirectory() as folder:
        homes = {rows: Path(folder) / str(rows) for rows in (small, large)}
        for rows, home in homes.items():
            published(home, rows)
        print(f"mission_page: {large:,} events beside {small:,}", flush=True)
        costs: dict[int, list[float]] = {small: [], large: []}
        peak: dict[int, float] = {small: 0.0, large: 0.0}
        for number in range(rounds):
            for rows, home in homes.items():
                cost = cost_of("page", "page", home)
                costs[rows].append(float(cost.answer))
                peak[rows] = max(peak[rows], cost.peak_mb)
            print(f"  round {number + 1}: {costs[large][-1]:.3f} s beside {costs[small][-1]:.3f} s", flush=True)
    ratio = statistics.median(one / other for one, other in zip(costs[large], costs[small], strict=True))
    print(f"  ratio {ratio:.2f} (limit {LIMIT}); peak memory {peak[large]:,.0f} MB beside {peak[small]:,.0f} MB")
    return {
        "rows": large,
        "ratio": round(ratio, 2),
        "limit": LIMIT,
        "seconds": round(statistics.median(costs[large]), 3),
        "baseline_seconds": round(statistics.median(costs[small]), 3),
        "peak_mb": round(peak[large]),
        "baseline_peak_mb": round(peak[small]),
    }
