"""How is an answer or a refusal said, to people and to programs?"""

import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bluehelm.language import _

DONE, NO, REFUSED, BUSY = 0, 1, 2, 3


@dataclass
class Refusal(Exception):
    """Ends a command: what, where, what is unchanged and what to do next; `besides` are further JSON keys."""

    code: str
    what: str
    where: str
    unchanged: str
    next_step: str
    problems: Sequence[str] = ()
    besides: dict[str, Any] = field(default_factory=dict)
    exit_code: int = REFUSED


def prose() -> Console:
    """The terminal for prose and progress; made anew so that it follows a redirected stderr."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def speak_utf8() -> None:
    """Answer in UTF-8 whatever the terminal's language; what no text can hold is written as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def say_json(answer: Any) -> None:
    print(json.dumps(answer, ensure_ascii=False, indent=None, allow_nan=False))


def say(text: str) -> None:
    print(text)


def end_with(refusal: Refusal, *, as_json: bool) -> NoReturn:
    """Say a refusal and end the process with its exit code."""
    unchanged = _(refusal.unchanged)
    if as_json:
        error = {
            "code": refusal.code,
            "what": refusal.what,
            "where": refusal.where,
            "unchanged": unchanged,
            "next": refusal.next_step,
            "problems": list(refusal.problems),
        }
        say_json({**refusal.besides, "error": error})
    else:
        lines = [refusal.what, *(f"  {problem}" for problem in refusal.problems)]
        print("\n".join([*lines, " ".join(filter(None, (unchanged, refusal.next_step)))]), file=sys.stderr)
    raise SystemExit(refusal.exit_code)


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on a terminal's stderr, nothing elsewhere: call it with the step, what is done and the total."""
    console = prose()
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task: TaskID | None = None

        def tell(step: str, done: int, total: int) -> None:
            nonlocal task
            if task is None:
                task = bar.add_task(step, total=None)
            bar.update(task, description=step, completed=done, total=total or None)

        yield tell


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """Rows as aligned text; `right` are the columns set flush right."""
    widths = [max(len(row[place]) for row in [header, *rows]) for place in range(len(header))]
    lines = []
    for row in [header, *rows]:
        cells = [
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


JSON = typer.Option(False, "--json", help="Print one JSON object for programs.")
