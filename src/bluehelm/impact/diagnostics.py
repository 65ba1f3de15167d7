"""May a verdict rest on this fit, and which placebos may it be compared with?

Each check is asked of the treated unit and of every placebo alike. A unit that is fitted no better than by its own
mean has a small ratio for that reason alone, and placebos of a kind that the treated unit is not make its rank too
good: so the verdict compares it with those that pass the same checks, and only if it passes itself. A refusal
withholds the verdict and never the estimate.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bluehelm.impact.cases import Case, Floats
from bluehelm.impact.placebos import Placebos, Truths, over
from bluehelm.language import _, gettext_noop

FEWEST_TO_COMPARE = 9  # other units from which on nine in ten of them and one more can be counted


@dataclass(frozen=True, slots=True)
class Limits:
    """When a verdict is refused; misfit in spreads of the unit's own outcome before T, `outside` a share of times."""

    level: float
    power: float
    interval_level: float
    misfit: float
    outside: float
    heaviest_left_out: int


@dataclass(frozen=True, slots=True)
class Check:
    """One diagnostic: its value, the limit it must keep (None: it is only told) and whether it does."""

    name: str
    value: float | None
    limit: float | None
    passed: bool
    says: str


@dataclass(frozen=True, slots=True)
class Kinds:
    """Units that pass the checks of fit and overlap, those that do not, and quiet ones that never moved before T."""

    misfit: Floats
    outside: Floats
    quiet: Truths
    passing: Truths

    def moving(self, treated: int) -> Truths:
        """The treated unit and all that moved before T; all there are where so few would be left."""
        moving = ~self.quiet
        moving[treated] = True
        return moving if moving.sum() > 2 else np.ones_like(moving)

    def like(self, treated: int) -> Truths:
        """Units of the treated one's kind, itself among them; all that move where so few would be left.

        One that never moved before T cannot show how often paths part, and would only flatter a rank or a margin.
        """
        same = ~self.quiet & (self.passing == self.passing[treated])
        same[treated] = True
        enough = same.sum() > FEWEST_TO_COMPARE and not self.quiet[treated]
        return same if enough else self.moving(treated)


def kinds(case: Case, placebos: Placebos, shifts: bool, limits: Limits) -> Kinds:
    """The kind of every unit; `shifts` says that the method moves paths up or down."""
    misfits, outsides = misfit(placebos), outside(case, shifts)
    quiet = np.ptp(case.outcomes[: case.before], axis=0) == 0
    return Kinds(misfits, outsides, quiet, ~quiet & (misfits < limits.misfit) & (outsides <= limits.outside))


def misfit(placebos: Placebos) -> Floats:
    """Root mean squared gap before T over the outcome's own spread then; without spread there is none."""
    return np.where(placebos.spread == 0, np.inf, over(placebos.pre_rmspe, placebos.spread))


def outside(case: Case, shifts: bool) -> Floats:
    """Share of times before T at which a unit lies outside the range of all others; means are taken off first where
    the method `shifts` paths, for only movements must overlap then."""
    before = case.outcomes[: case.before]
    if shifts:
        before = before - before.mean(axis=0)
    ordered = np.sort(before, axis=1)
    is_top, is_bottom = before >= ordered[:, [-1]], before <= ordered[:, [0]]
    top = np.where(is_top, ordered[:, [-2]], ordered[:, [-1]])
    bottom = np.where(is_bottom, ordered[:, [1]], ordered[:, [0]])
    return np.asarray(((before > top) | (before < bottom)).mean(axis=0))


def fewest_units(level: float) -> int:
    """The number of units from which on a rank can reach the level: 20 at 5 per cent."""
    return int(np.ceil(1 / level - 1e-9))


def checks(
    kinds: Kinds,
    treated: int,
    limits: Limits,
    att: float,
    smallest: float | None,
    left_out: Sequence[float],
    leaks: bool,
) -> tuple[Check, ...]:
    """Every check of the treated unit; one that fails says why no verdict is given."""
    needed, donors = fewest_units(limits.level) - 1, len(kinds.quiet) - 1
    alike = int(kinds.passing.sum() - kinds.passing[treated])
    misfits, outsides = float(kinds.misfit[treated]), float(kinds.outside[treated])
    found = [
        Check("donors", donors, needed, donors >= needed, _few(donors, "donors", needed, limits)),
        Check(
            "fit",
            misfits if np.isfinite(misfits) else None,
            limits.misfit,
            misfits < limits.misfit,
            _no_fit(misfits, limits),
        ),
        Check(
            "overlap",
            outsides,
            limits.outside,
            outsides <= limits.outside,
            _(
                "at {outsides:.0%} of the times before T the unit lies outside the range of all donors",
                outsides=outsides,
            ),
        ),
        Check(
            gettext_noop("comparable placebos"),
            alike,
            needed,
            alike >= needed,
            _few(alike, _("placebos that pass the same checks"), needed, limits),
        ),
        _against_smallest(att, smallest),
    ]
    if leaks:
        found.append(Check(gettext_noop("clean fit"), None, None, False, _("the fit has seen times at or after T")))
    if left_out:
        found.append(_left_out(att, left_out))
    return tuple(found)


def _few(number: int, what: str, needed: int, limits: Limits) -> str:
    return _(
        "{number} {what}: a rank among fewer than {needed} units cannot reach {level:g}",
        number=number,
        what=what,
        needed=needed + 1,
        level=limits.level,
    )


def _no_fit(misfits: float, limits: Limits) -> str:
    if not np.isfinite(misfits):
        return _("before T the unit never moved, so that no fit can be judged")
    return _(
        "before T the modelled path misses by {misfits:.0%} of the unit's own spread, {misfit:.0%} or more",
        misfits=misfits,
        misfit=limits.misfit,
    )


def _against_smallest(att: float, smallest: float | None) -> Check:
    """No verdict below the minimum detectable effect."""
    if smallest is None:
        says = _("no effect, however large, would be found with so few placebos")
        return Check(gettext_noop("minimum detectable effect"), abs(att), None, False, says)
    says = _(
        "the difference is smaller than the {smallest:,.4g} that this panel would find in four of five cases",
        smallest=smallest,
    )
    return Check(gettext_noop("minimum detectable effect"), abs(att), smallest, abs(att) >= smallest, says)


def _left_out(att: float, left_out: Sequence[float]) -> Check:
    turned = [one for one in left_out if one * att <= 0 and att != 0]
    says = _(
        "without one donor the difference would be {left_out:,.4g} to {left_out_2:,.4g}: its sign turns",
        left_out=min(left_out),
        left_out_2=max(left_out),
    )
    return Check(gettext_noop("leave one out"), float(len(turned)), 0.0, not turned, says)


def refused(checks: Sequence[Check]) -> str | None:
    """Why no verdict is given, every reason together; None when it may be."""
    reasons = [check.says for check in checks if not check.passed]
    return "; ".join(reasons) or None
