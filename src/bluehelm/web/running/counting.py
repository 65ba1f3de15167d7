"""How many requests were answered, how and how fast, without a word on who asked?

Counted by the pattern of the address (`findings/<int:number>/`), never the address itself: numbers, searches, names,
cookies and addresses of machines stay out. Each process counts its own and says which it is; a collector adds them up.
"""

import bisect
import json
import logging
import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

from django.http import HttpRequest, HttpResponse

Answer: TypeAlias = Callable[[HttpRequest], HttpResponse]

BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper limits of the classes of time, in seconds."""

NO_ADDRESS = "none"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

access = logging.getLogger("bluehelm.access")


class Tally:
    """What this process has answered since it began."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.answers: Counter[tuple[str, str, int]] = Counter()
        self.classes: Counter[int] = Counter()
        self.seconds = 0.0
        self.busy = 0

    def begin(self) -> None:
        with self._lock:
            self.busy += 1

    def end(self, method: str, route: str, status: int, seconds: float) -> None:
        with self._lock:
            self.busy -= 1
            self.answers[method, route, status] += 1
            self.classes[bisect.bisect_left(BOUNDS, seconds)] += 1
            self.seconds += seconds

    def text(self) -> str:
        """The counts in the text format of Prometheus, version 0.0.4."""
        with self._lock:
            answers, classes, seconds, busy = dict(self.answers), dict(self.classes), self.seconds, self.busy
        process = f'process="{os.getpid()}"'
        lines = [
            "# HELP bluehelm_answers_total Requests answered, by pattern of the address and status.",
            "# TYPE bluehelm_answers_total counter",
        ]
        for (method, route, status), count in sorted(answers.items()):
            said = f'{process},method="{method}",route="{_quoted(route)}",status="{status}"'
            lines.append(f"bluehelm_answers_total{{{said}}} {count}")
        lines += [
            "# HELP bluehelm_answer_seconds Time until the answer was ready.",
            "# TYPE bluehelm_answer_seconds histogram",
        ]
        below = 0
        for place, bound in enumerate((*BOUNDS, "+Inf")):
            below += classes.get(place, 0)
            lines.append(f'bluehelm_answer_seconds_bucket{{{process},le="{bound}"}} {below}')
        lines += [
            f"bluehelm_answer_seconds_sum{{{process}}} {seconds:.6f}",
            f"bluehelm_answer_seconds_count{{{process}}} {below}",
            "# HELP bluehelm_busy Requests being answered now.",
            "# TYPE bluehelm_busy gauge",
            f"bluehelm_busy{{{process}}} {busy}",
        ]
        return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


TALLY = Tally()


def counted(answer: Answer) -> Answer:
    """Count every answer and write one line of it to the log."""

    def with_count(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        method, status = request.method if request.method in METHODS else "OTHER", 500
        TALLY.begin()
        try:
            response = answer(request)
            status = response.status_code
            return response
        finally:
            seconds, route = time.perf_counter() - began, route_of(request)
            TALLY.end(str(method), route, status, seconds)
            said = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
            access.info("answered", extra={"said": said})

    return with_count


def route_of(request: HttpRequest) -> str:
    """The pattern that the address fits; one that fits none is not repeated."""
    match = request.resolver_match
    return (match.route or "/") if match else NO_ADDRESS


class PlainJson(logging.Formatter):
    """One JSON object a line, of what holds no personal data: no message, since messages repeat what was asked.

    Of an error it says its kind and where in the program it arose, not what it said.
    """

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {"at": at, "level": record.levelname.lower(), "from": record.name}
        line |= getattr(record, "said", {})
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _where(record.exc_info[2])
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            line["route"] = route_of(request)
        return json.dumps(line, ensure_ascii=True)


def _where(traceback: object) -> list[str]:
    """The program's own places on the way to an error, the last one first."""
    places: list[str] = []
    while traceback is not None:
        frame = traceback.tb_frame  # type: ignore[attr-defined]
        module = frame.f_globals.get("__name__", "")
        if module.startswith("bluehelm"):
            places.append(f"{module}:{traceback.tb_lineno}")  # type: ignore[attr-defined]
        traceback = traceback.tb_next  # type: ignore[attr-defined]
    return places[::-1][:5]
