"""How long does one question take in a process of its own, and how much memory does it take at most?

`python -m bench.children ENGINE QUESTION HOME` answers a question of `bench.questions` or `bench.page` and prints
seconds, peak megabytes and a digest of the answer; importing modules is not counted.
"""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds and peak memory of one answer, and the answer's digest or summary."""

    seconds: float
    peak_mb: float
    answer: str


def cost_of(engine: str, question: str, home: Path) -> Cost:
    """Ask in a process of its own; raises CalledProcessError when it fails."""
    words = [sys.executable, "-m", "bench.children", engine, question, str(home)]
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True)
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def main(engine: str, question: str, home: str) -> None:
    from bench import page, questions

    asked = {"page": page.ASKED, "ours": questions.OURS, "duckdb": questions.DUCKDB}[engine][question]
    ready = asked(Path(home))
    started = time.perf_counter()
    answer = ready()
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "peak_mb": _peak_mb(), "answer": str(answer)}))


def _peak_mb() -> float:
    """The most memory this process ever held; what `getrusage` says begins with that of its parent."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
