"""How far did one place's path run from the path modelled without the mission, what does that rest on?

Reads a panel and a person's predictors, asks `impact`, and shapes the answer that the command gives.
"""

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from bluehelm.definitions.impact_estimate import EstimateRules, packaged_estimate_rules
from bluehelm.definitions.predictors import Learning, Predictor, Predictors, parse_predictors
from bluehelm.impact.cases import Case
from bluehelm.impact.diagnostics import Limits
from bluehelm.impact.estimate import METHODS, TAKE_PREDICTORS, Estimate, estimate
from bluehelm.impact.panel import LINE, Columns, Panel, PanelError, panel_of, plain_time
from bluehelm.impact.predictors import Wanted, predictor_values
from bluehelm.sources.delivered import receive
from bluehelm.sources.lines import lines_of_rows
from bluehelm.workflows.plain_text import ReadFile


class MethodError(ValueError):
    """There is no such method, or it is refused by name; `next_step` says what there is."""

    def __init__(self, code: str, what: str, next_step: str) -> None:
        super().__init__(what)
        self.code, self.next_step = code, next_step


@dataclass(frozen=True, slots=True)
class Estimated:
    """An estimate, the method's name, T, the files and rules that made it, and what a reader must be told."""

    method: str
    first: str
    estimate: Estimate
    rules: EstimateRules
    files: tuple[ReadFile, ...]
    notes: tuple[str, ...]


def estimate_impact(
    path: Path, columns: Columns, *, treated: str, first: str, method: str, predictors: Path | None = None
) -> Estimated:
    """The estimate from a CSV panel; PanelError, IntakeError, DefinitionError or MethodError say why there is none."""
    rules = packaged_estimate_rules()
    check_method(method, rules, with_predictors=predictors is not None)
    rows, file = read_rows(path)
    panel = panel_of(rows, columns, treated, first)
    files, wanted = [file], None
    if predictors:
        content = predictors.read_bytes()
        files.append(ReadFile(predictors.name, hashlib.sha256(content).hexdigest()))
        wanted = parse_predictors(_decoded(content, predictors.name), predictors.name)
    case = _case(rows, columns, panel, wanted)
    leaking = _leaking(panel, wanted)
    found = estimate(panel, case, method, limits_of(rules), leaks=bool(leaking))
    return Estimated(method, plain_time(first), found, rules, tuple(files), tuple(_notes(found, rules, leaking)))


def check_method(method: str, rules: EstimateRules, *, with_predictors: bool) -> None:
    """MethodError for a method that is refused by name, does not exist or takes no predictors."""
    instead = f"Use {', '.join(METHODS)}."
    for one in rules.refused_methods:
        if method in (one.name, *one.also_called):
            raise MethodError("refused_method", f"{one.name} is refused. {one.says}", instead)
    if method not in METHODS:
        raise MethodError("no_such_method", f"There is no method {method!r}.", instead)
    if with_predictors and method not in TAKE_PREDICTORS:
        instead = f"Leave --predictors out, or use {' or '.join(TAKE_PREDICTORS)}."
        raise MethodError("takes_no_predictors", f"{method} takes no predictors.", instead)


def limits_of(rules: EstimateRules) -> Limits:
    return Limits(
        rules.level,
        rules.power,
        rules.interval_level,
        rules.largest_misfit,
        rules.largest_share_outside,
        rules.heaviest_left_out,
    )


def read_rows(path: Path) -> tuple[pl.DataFrame, ReadFile]:
    """A CSV file's cells as text, and in LINE the line each row begins on; PanelError when rows do not fit."""
    with tempfile.TemporaryDirectory() as folder:
        delivered = receive(path, Path(folder))
        try:
            rows = pl.read_csv(delivered.plain, infer_schema=False)
        except pl.exceptions.PolarsError as error:
            raise PanelError([f"the rows do not fit the header: {str(error).splitlines()[0]}"]) from None
        lines = lines_of_rows(delivered, list(range(1, rows.height + 1)), rows.height)
    return rows.with_columns(pl.Series(LINE, lines, dtype=pl.Int64)), ReadFile(delivered.name, delivered.sha256)


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PanelError([f"{name} is not UTF-8 text"]) from None


def _case(rows: pl.DataFrame, columns: Columns, panel: Panel, wanted: Predictors | None) -> Case:
    if wanted is None:
        return Case(panel.outcomes, panel.before)
    learned = _learning(rows, columns, panel, wanted.importances) if wanted.importances else None
    case = _learning(rows, columns, panel, wanted)
    return Case(case.outcomes, case.before, case.fit_from, case.fit_to, case.predictors, learned)


def _learning(rows: pl.DataFrame, columns: Columns, panel: Panel, wanted: Learning) -> Case:
    """The case in which predictors and the times fitted on are those of a person's file."""
    fit_from = sum(time < wanted.fit_from for time in panel.times) if wanted.fit_from else 0
    fit_to = sum(time <= wanted.fit_to for time in panel.times) if wanted.fit_to else panel.before
    if fit_to - fit_from < 2:
        span = f"{wanted.fit_from or panel.times[0]} to {wanted.fit_to or panel.times[panel.before - 1]}"
        raise PanelError([f"fit_from and fit_to: fewer than two times of the panel lie in {span}"])
    values = predictor_values(rows, columns, panel, [_wanted(one) for one in wanted.predictors])
    return Case(panel.outcomes, panel.before, fit_from, fit_to, values)


def _wanted(one: Predictor) -> Wanted:
    return Wanted(one.column, one.first, one.last, one.op)


def _leaking(panel: Panel, wanted: Predictors | None) -> list[str]:
    """Which windows reach T or later, so that the fit has seen what it is to be compared with."""
    if wanted is None:
        return []
    last = panel.times[panel.before - 1]
    parts: Sequence[Learning] = (wanted, *([wanted.importances] if wanted.importances else []))
    windows = [(f"{one.column} to {one.last}", one.last) for part in parts for one in part.predictors]
    windows += [(f"fit_to {part.fit_to}", part.fit_to) for part in parts if part.fit_to]
    return [f"{name} reaches beyond {last}, the last time before T" for name, end in windows if end > last]


def _notes(found: Estimate, rules: EstimateRules, leaking: Sequence[str]) -> list[str]:
    panel = found.panel
    quiet = [unit for place, unit in enumerate(panel.units) if not found.ranked[place]]
    ranked = int(found.ranked.sum())
    size = np.floor(rules.level * ranked + 1e-9) / ranked
    notes = [rules.not_lives_saved, *leaking]
    notes.append(f"p_placebo is at or below {rules.level:g} for {size:.1%} of units without effect, among {ranked}")
    if quiet:
        notes.append(f"{len(quiet)} donors never moved before T; they may carry weight and are not ranked")
    if sum(found.fit.weights < -1e-9):
        notes.append("negative weights: the modelled path reaches beyond what the donors span")
    return notes


def estimated_json(estimated: Estimated) -> dict[str, Any]:
    """The answer of `impact estimate`; the smallest effect that would be found stands first."""
    found = estimated.estimate
    panel = found.panel
    return {
        "minimum_detectable": found.minimum_detectable,
        "method": estimated.method,
        "treated": panel.units[panel.treated],
        "from": estimated.first,
        "att": found.att,
        "interval": list(found.interval) if found.interval else None,
        "interval_level": estimated.rules.interval_level,
        "p_placebo": found.p_placebo,
        "p_comparable": found.p_comparable,
        "pre_rmspe": found.pre_rmspe,
        "weights": _weights_json(found),
        "path": _path_json(found),
        "diagnostics": [_check_json(check) for check in found.checks],
        "verdict": found.verdict,
        "refused": found.refused,
        "leave_one_out": {panel.units[place]: att for place, att in found.left_out.items()},
        "placebos": _placebos_json(found),
        "placebo_in_time": _earlier_json(found),
        "notes": list(estimated.notes),
        "inputs": [{"name": file.name, "sha256": file.sha256} for file in estimated.files],
        "rules": {
            "title": estimated.rules.title,
            "valid_from": estimated.rules.valid_from.isoformat(),
            "status": estimated.rules.status,
        },
    }


def _weights_json(found: Estimate) -> dict[str, float]:
    """Every donor's weight, the largest first."""
    pairs = [(unit, float(found.fit.weights[place])) for place, unit in enumerate(found.panel.units)]
    donors = [pair for place, pair in enumerate(pairs) if place != found.panel.treated]
    return dict(sorted(donors, key=lambda pair: (-pair[1], pair[0])))


def _path_json(found: Estimate) -> list[dict[str, Any]]:
    panel = found.panel
    margins = [None] * panel.before + found.margins
    rows = zip(panel.times, panel.outcomes[:, panel.treated].tolist(), found.path.tolist(), margins, strict=True)
    return [
        {
            "time": time,
            "observed": observed,
            "modelled": modelled,
            "difference": observed - modelled,
            "interval": None if margin is None else [observed - modelled - margin, observed - modelled + margin],
        }
        for time, observed, modelled, margin in rows
    ]


def _check_json(check: Any) -> dict[str, Any]:
    says = None if check.passed else check.says
    return {"name": check.name, "value": check.value, "limit": check.limit, "passed": check.passed, "says": says}


def _placebos_json(found: Estimate) -> list[dict[str, Any]]:
    """Every unit that is ranked, the largest ratio first."""
    ratios = found.placebos.ratio
    listed = [
        {
            "unit": unit,
            "att": float(found.placebos.mean_after[place]),
            "pre_rmspe": float(found.placebos.pre_rmspe[place]),
            "ratio": float(ratios[place]) if np.isfinite(ratios[place]) else None,
            "comparable": bool(found.passing[place]),
        }
        for place, unit in enumerate(found.panel.units)
        if found.ranked[place]
    ]
    order = {unit: -float(ratio) for unit, ratio in zip(found.panel.units, ratios, strict=True)}
    return sorted(listed, key=lambda one: (order[one["unit"]], one["unit"]))


def _earlier_json(found: Estimate) -> dict[str, Any] | None:
    """The placebo in time: the difference that a T without any treatment would have been given."""
    if found.earlier is None:
        return None
    earlier, treated = found.earlier, found.panel.treated
    ratios = earlier.ratio[found.ranked]
    own = int(found.ranked[:treated].sum())
    return {
        "from": found.panel.times[earlier.before],
        "att": float(earlier.mean_after[treated]),
        "pre_rmspe": float(earlier.pre_rmspe[treated]),
        "p_placebo": float((ratios >= ratios[own]).sum() / len(ratios)),
    }
