"""How far did one unit's path run from the path modelled without the treatment, and may a verdict rest on that?

The smallest effect this panel would find comes first; it is known before any estimate. The difference is always given;
the verdict only where fit, donors and overlap allow it and the difference is not below that smallest effect.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bluehelm.impact import diagnostics, placebos
from bluehelm.impact.augmented import augmented
from bluehelm.impact.cases import Case, Fit, Floats, Method
from bluehelm.impact.diagnostics import Check, Limits
from bluehelm.impact.did import difference_in_differences
from bluehelm.impact.panel import Panel
from bluehelm.impact.placebos import Placebos, Truths
from bluehelm.impact.power import minimum_detectable
from bluehelm.impact.sdid import synthetic_did
from bluehelm.impact.synthetic_control import synthetic_control
from bluehelm.language import gettext_noop

METHODS: Mapping[str, Method] = {
    "synthetic-control": synthetic_control,
    "augmented": augmented,
    "sdid": synthetic_did,
    "did": difference_in_differences,
}
SHIFTING = ("sdid", "did")  # they move the modelled path up or down, so that levels need not overlap
TAKE_PREDICTORS = ("synthetic-control", "augmented")


@dataclass(frozen=True, slots=True)
class Estimate:
    """One unit's difference from its modelled path; the order of the fields is the order in which they are told."""

    panel: Panel
    minimum_detectable: float | None
    att: float
    interval: tuple[float, float] | None
    p_placebo: float
    p_comparable: float | None
    pre_rmspe: float
    fit: Fit
    margins: list[float | None]
    checks: tuple[Check, ...]
    verdict: str | None
    refused: str | None
    placebos: Placebos
    quiet: Truths
    passing: Truths
    earlier: Placebos | None
    left_out: dict[int, float]

    @property
    def path(self) -> Floats:
        return self.fit.modelled


def estimate(
    panel: Panel,
    case: Case,
    name: str,
    limits: Limits,
    *,
    leaks: bool = False,
    fitting: placebos.Fitting = placebos.one_by_one,
) -> Estimate:
    """The estimate of a method by name; `leaks` says that the fit has seen times at or after T."""
    method, unit = METHODS[name], panel.treated
    found = placebos.in_space(case, method, fitting)
    kinds = diagnostics.kinds(case, found, name in SHIFTING, limits)
    same, passing = kinds.like(unit), kinds.passing
    smallest = minimum_detectable(found, unit, same, limits.level, limits.power)
    att = float(found.mean_after[unit])
    fit = method(case, unit)
    left_out = placebos.without_each(case, method, unit, fit.weights, limits.heaviest_left_out)
    earlier = placebos.in_time(case, method, _pretended(case), fitting)
    checks = diagnostics.checks(kinds, unit, limits, att, smallest, list(left_out.values()), leaks)
    refused = diagnostics.refused(checks)
    p_comparable = placebos.p_between(found.ratio[passing], int(passing[:unit].sum())) if passing[unit] else None
    return Estimate(
        panel,
        smallest,
        att,
        placebos.interval(found, unit, same, limits.interval_level),
        placebos.p_placebo(found, unit),
        p_comparable,
        float(found.pre_rmspe[unit]),
        fit,
        placebos.margins_by_time(found, unit, same, limits.interval_level),
        checks,
        None if refused or p_comparable is None else verdict(att, p_comparable, limits.level),
        refused,
        found,
        kinds.quiet,
        passing,
        earlier,
        left_out,
    )


def _pretended(case: Case) -> int:
    """How much earlier a placebo in time begins: as many times as follow T, at most a third of those before."""
    return max(1, min(len(case.outcomes) - case.before, case.before // 3))


def verdict(att: float, probability: float, level: float) -> str:
    """What the estimate says at a level."""
    if probability > level:
        return gettext_noop("not told apart from chance")
    return gettext_noop("lower than modelled") if att < 0 else gettext_noop("higher than modelled")
