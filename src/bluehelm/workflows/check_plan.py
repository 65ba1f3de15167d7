"""Does a file hold a sound results framework, and what does one file change against another?"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from bluehelm.definitions.plans import Checks, packaged_checks
from bluehelm.language import _
from bluehelm.plans.differences import differences
from bluehelm.plans.framework import Framework, FrameworkError, Problem, indicators_of, outcomes_of, parse_framework
from bluehelm.plans.logic import problems

MOST_BYTES = 5_000_000  # a thousand indicators take about half a megabyte


class PlanFileError(ValueError):
    """A file could not be read as text; the message says why."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in a file; `framework` is None where nothing could be read."""

    name: str
    sha256: str
    framework: Framework | None
    problems: tuple[Problem, ...]
    checks: Checks

    @property
    def is_sound(self) -> bool:
        return not self.problems


def check_plan(path: Path) -> Checked:
    """Everything that is wrong with a file; PlanFileError when it is no text that could be a framework."""
    content = _content(path)
    checks = packaged_checks()
    try:
        framework = parse_framework(content.decode("utf-8-sig"), path.name)
    except UnicodeDecodeError as error:
        raise PlanFileError(_("byte {start:,} is not UTF-8", start=error.start)) from None
    except FrameworkError as error:
        return Checked(path.name, sha256(content).hexdigest(), None, tuple(error.problems), checks)
    return Checked(path.name, sha256(content).hexdigest(), framework, tuple(problems(framework, checks)), checks)


def _content(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise PlanFileError(_("it is larger than {most_bytes:,} bytes", most_bytes=MOST_BYTES))
    return path.read_bytes()


def checked_json(checked: Checked) -> dict[str, Any]:
    """The answer of `plan check`."""
    remedies = {code.code: code.remedy for code in checked.checks.codes}
    return {
        "ok": checked.is_sound,
        "problems": [
            {"code": one.code, "where": one.where, "message": one.message, "remedy": remedies[one.code]}
            for one in checked.problems
        ],
        "counts": counts_of(checked.framework) if checked.framework else None,
        "inputs": [{"name": checked.name, "sha256": checked.sha256}],
        "rules": rules_json(checked.checks),
    }


def counts_of(framework: Framework) -> dict[str, int]:
    """How many parts of each kind a framework holds."""
    kinds = [placed.kind for placed in indicators_of(framework)]
    outcomes = [outcome for _rest, outcome in outcomes_of(framework)]
    return {
        "objectives": len(framework.objectives),
        "outcomes": len(outcomes),
        "outputs": sum(len(outcome.outputs) for outcome in outcomes),
        "context_indicators": kinds.count("context"),
        "outcome_indicators": kinds.count("outcome"),
        "output_indicators": kinds.count("output"),
    }


def rules_json(checks: Checks) -> dict[str, str]:
    return {"title": checks.title, "valid_from": checks.valid_from.isoformat(), "status": checks.status}


@dataclass(frozen=True, slots=True)
class Said:
    """A framework that can be read, with the name and digest of what said so: a file, or a version that is kept."""

    name: str
    sha256: str
    framework: Framework


def differences_json(before: Said, after: Said) -> dict[str, Any]:
    """The answer of `plan diff`: what the second changes against the first, in words and by part."""
    return {
        "differences": [
            {**{name: getattr(one, name) for name in ("kind", "part", "id", "field", "was", "now")}, "words": str(one)}
            for one in differences(before.framework, after.framework)
        ],
        "inputs": [{"name": one.name, "sha256": one.sha256} for one in (before, after)],
    }
