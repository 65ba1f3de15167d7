"""How often do intervals of 90 per cent hold the effect that was made, and where do they not?

    python -m bench.impact_simulated [--panels 500] [--methods did,sdid]

Counts of incidents in places with levels and courses of their own, 36 months before and 12 after; the mission halves
what would have been. Worlds:

    fair        the mission's place is one of all, drawn at random
    peaked      it is the one with most incidents in the last six months before: selection
    spilling    a third of the halved incidents happen with the donors instead
    reporting   the mission halves nothing and sees a half more of what there is
"""

import argparse
import sys
from collections.abc import Sequence

import numpy as np

from bluehelm.definitions.impact_estimate import packaged_estimate_rules
from bluehelm.impact import placebos
from bluehelm.impact.cases import Case, Floats
from bluehelm.impact.diagnostics import kinds
from bluehelm.impact.estimate import METHODS, SHIFTING
from bluehelm.workflows.estimate_impact import limits_of

BEFORE, AFTER, LATELY = 36, 12, 6
WORLDS = ("fair", "peaked", "spilling", "reporting")


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--panels", type=int, default=500)
    parser.add_argument("--methods", default=",".join(METHODS))
    asked = parser.parse_args(words)
    for world in WORLDS:
        for method in asked.methods.split(","):
            for donors in (12, 39):
                told = [holds(method, world, donors, seed) for seed in range(asked.panels)]
                known = [one for one in told if one is not None]
                share = float(np.mean([holding for holding, _ in known]))
                false = float(np.mean([excludes for _, excludes in known]))
                print(f"{world:<10} {method:<18} {donors} donors: holds the effect {share:.3f}, excludes 0 {false:.3f}")
    return 0


def panel(world: str, donors: int, seed: int) -> tuple[Floats, int, float]:
    """Observed incidents by month and place, the mission's place, and the mean effect that was made."""
    chance = np.random.default_rng([seed, donors, WORLDS.index(world)])
    level = chance.gamma(2.0, 10.0, donors + 1)
    common = 0.3 * chance.normal(size=(BEFORE + AFTER, 2)).cumsum(axis=0) / 3
    own = 0.25 * chance.normal(size=(BEFORE + AFTER, donors + 1))
    for month in range(1, len(own)):
        own[month] += 0.8 * own[month - 1]
    rate = level * np.exp(common @ chance.uniform(0, 1, (2, donors + 1)) + own)
    counts = chance.poisson(rate).astype(float)
    lately = counts[BEFORE - LATELY : BEFORE].mean(axis=0)
    place = int(lately.argmax()) if world == "peaked" else int(chance.integers(donors + 1))
    if world == "reporting":
        counts[BEFORE:, place] += chance.binomial(counts[BEFORE:, place].astype(int), 0.5)
        return counts, place, 0.0
    prevented = chance.binomial(counts[BEFORE:, place].astype(int), 0.5)
    counts[BEFORE:, place] -= prevented
    if world == "spilling":
        moved = chance.binomial(prevented, 1 / 3)
        rest = np.delete(np.arange(donors + 1), place)
        for month, number in enumerate(moved):
            np.add.at(counts[BEFORE + month], chance.choice(rest, number), 1)
    return counts, place, -float(prevented.mean())


def holds(method: str, world: str, donors: int, seed: int) -> tuple[bool, bool] | None:
    """Whether the interval holds the effect made, and whether it leaves out 0; None where there is none."""
    outcomes, place, effect = panel(world, donors, seed)
    case, limits = Case(outcomes, BEFORE), limits_of(packaged_estimate_rules())
    found = placebos.in_space(case, METHODS[method])
    same = kinds(case, found, method in SHIFTING, limits).like(place)
    between = placebos.interval(found, place, same, limits.interval_level)
    if between is None:
        return None
    return between[0] <= effect <= between[1], not between[0] <= 0 <= between[1]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
