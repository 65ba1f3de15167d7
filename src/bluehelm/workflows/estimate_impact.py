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
from bluehelm.impact.cases import Case, Fit, Method
from bluehelm.impact.diagnostics import Limits
from bluehelm.impact.estimate import METHODS, TAKE_PREDICTORS, Estimate, estimate
from bluehelm.impact.panel import LINE, Columns, Panel, PanelError, panel_of, plain_time
from bluehelm.impact.placebos import Fitting, p_placebo
from bluehelm.impact.predictors import Wanted, predictor_values
from bluehelm.language import _
from bluehelm.sources.delivered import receive
from bluehelm.sources.lines import lines_of_rows
from bluehelm.workflows.plain_text import ReadFile
from bluehelm.workflows.spread import spread


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
    path: Path,
    columns: Columns,
    *,
    treated: str,
    first: str,
    method: str,
    predictors: Path | None = None,
    cluster: str | None = None,
) -> Estimated:
    """The estimate from a CSV panel; PanelError, IntakeError, DefinitionError or MethodError say why there is none.

    `cluster` says where placebos are fitted, as in `spread`, and changes no figure; raises ClusterError.
    """
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
    found = estimate(panel, case, method, limits_of(rules), leaks=bool(leaking), fitting=_fitting_on(cluster))
    return Estimated(method, plain_time(first), found, rules, tuple(files), tuple(_notes(found, rules, leaking)))


def _fitting_on(cluster: str | None) -> Fitting:
    """Each unit is one item of work."""

    def fitting(method: Method, case: Case) -> list[Fit]:
        units = range(case.outcomes.shape[1])
        found = dict(spread(method, units, cluster, shared=case))
        return [found[unit] for unit in units]

    return fitting


def check_method(method: str, rules: EstimateRules, *, with_predictors: bool) -> None:
    """MethodError for a method that is refused by name, does not exist or takes no predictors."""
    instead = _("Use {methods}.", methods=", ".join(METHODS))
    for one in rules.refused_methods:
        if method in (one.name, *one.also_called):
            raise MethodError("refused_method", _("{name} is refused. {says}", name=one.name, says=one.says), instead)
    if method not in METHODS:
        raise MethodError("no_such_method", _("There is no method {method!r}.", method=method), instead)
    if with_predictors and method not in TAKE_PREDICTORS:
        instead = _(
            "Leave --predictors out, or use {take_predictors}.", take_predictors=_(" or ").join(TAKE_PREDICTORS)
        )
        raise MethodError("takes_no_predictors", _("{method} takes no predictors.", method=method), instead)


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
            raise PanelError([_("the rows do not fit the header: {error}", error=str(error).splitlines()[0])]) from None
        lines = lines_of_rows(delivered, list(range(1, rows.height + 1)), rows.height)
    return rows.with_columns(pl.Series(LINE, lines, dtype=pl.Int64)), ReadFile(delivered.name, delivered.sha256)


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PanelError([_("{name} is not UTF-8 text", name=name)]) from None


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
        span = _(
            "{fit_from} to {fit_to}",
            fit_from=wanted.fit_from or panel.times[0],
            fit_to=wanted.fit_to or panel.times[panel.before - 1],
        )
        raise PanelError([_("fit_from and fit_to: fewer than two times of the panel lie in {span}", span=span)])
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
    windows = [
        (_("{column} to {last}", column=one.column, last=one.last), one.last)
        for part in parts
        for one in part.predictors
    ]
    windows += [(_("fit_to {fit_to}", fit_to=part.fit_to), part.fit_to) for part in parts if part.fit_to]
    return [
        _("{name} reaches beyond {last}, the last time before T", name=name, last=last)
        for name, end in windows
        if end > last
    ]


def _notes(found: Estimate, rules: EstimateRules, leaking: Sequence[str]) -> list[str]:
    panel = found.panel
    units = len(panel.units)
    quiet = int(found.quiet.sum() - found.quiet[panel.treated])
    size = np.floor(rules.level * units + 1e-9) / units
    notes = [rules.not_lives_saved, *leaking]
    notes.append(
        _(
            "p_placebo is at or below {level:g} for {size:.1%} of units without effect, among {units}",
            level=rules.level,
            size=size,
            units=units,
        )
    )
    if quiet:
        notes.append(
            _(
                "{quiet} donors never moved before T: p_placebo counts them too, which flatters a "
                "place at war; p_comparable and the interval leave them out",
                quiet=quiet,
            )
        )
    if sum(found.fit.weights < -1e-9):
        notes.append(_("negative weights: the modelled path reaches beyond what the donors span"))
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
    """Every unit, the largest ratio first; `comparable` are those that pass the same checks."""
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
    ]
    order = {unit: -float(ratio) for unit, ratio in zip(found.panel.units, ratios, strict=True)}
    return sorted(listed, key=lambda one: (order[one["unit"]], one["unit"]))


def _earlier_json(found: Estimate) -> dict[str, Any] | None:
    """The placebo in time: the difference that a T without any treatment would have been given."""
    if found.earlier is None:
        return None
    earlier, treated = found.earlier, found.panel.treated
    return {
        "from": found.panel.times[earlier.before],
        "att": float(earlier.mean_after[treated]),
        "pre_rmspe": float(earlier.pre_rmspe[treated]),
        "p_placebo": p_placebo(earlier, treated),
    }
