"""From which past months does a model learn what may follow?

An example is a unit at an origin and a month some steps ahead, all of it inside the history. Neighbouring origins and
steps of one unit tell nearly the same story, so only some are taken; of units long at peace only a few, each weighing
as many as it stands for. Outcomes are kept relative to the unit's own level at the origin, so that what followed in a
small war can say something about a large one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bluehelm.language import _
from bluehelm.outlook.features import LONGEST, ahead, features, levels
from bluehelm.outlook.history import Floats, History, OutlookError

DAMPING = 20.0  # deaths a month: units below it are hardly scaled, units far above it in full
STEPS_TAKEN = 6  # of the months ahead of one origin
QUIET_TAKEN = 0.1  # of the examples without deaths, before or after
EVERY, EVERY_OF_MANY = 2, 6  # months between origins; the second with more than a thousand units
MANY = 1_000  # units
AT_MOST = 80_000  # examples
FEWEST = 50


@dataclass(frozen=True)
class Examples:
    """`known` [examples, features] at the origins, `followed` the deaths that came, relative to the level, `weight`."""

    known: Floats
    followed: Floats
    weight: Floats


def relative(deaths: Floats, level: Floats) -> Floats:
    """Deaths as they would be for a unit at peace: 20 / (20 + level) of them."""
    return deaths * DAMPING / (DAMPING + level)


def absolute(relative_deaths: Floats, level: Floats) -> Floats:
    """Whole deaths of a unit at this level; what was some stays at least one."""
    deaths = np.rint(relative_deaths * (DAMPING + level) / DAMPING)
    return np.where(relative_deaths > 0, np.maximum(deaths, 1.0), 0.0)


def examples(history: History, steps: Sequence[int], *, seed: int) -> Examples:
    """The examples of a history, whose outcomes all lie inside it; OutlookError where it holds too few.

    Origins start when ten years have been seen, or a third of a shorter history.
    """
    last = len(history.months) - 1
    first = min(LONGEST, last // 3)
    every = EVERY_OF_MANY if len(history.units) > MANY else EVERY
    origins = range(last - min(steps), first - 1, -every)
    taken = [_at(history, origin, steps, seed) for origin in reversed(origins)]
    found = Examples(*(np.concatenate([getattr(part, name) for part in taken]) for name in _PARTS)) if taken else None
    if found is None or len(found.followed) < FEWEST:
        raise OutlookError(
            [
                _(
                    "the history of {number} months holds too few examples to learn from; use --model "
                    "conflictology, or a longer table",
                    number=len(history.months),
                )
            ]
        )
    return _thinned(found, seed)


_PARTS = ("known", "followed", "weight")


def _at(history: History, origin: int, steps: Sequence[int], seed: int) -> Examples:
    chance = np.random.default_rng([seed, history.months[origin]])
    known, level = features(history, origin), levels(history, origin)
    inside = np.array([step for step in steps if origin + step < len(history.months)])
    parts = [
        _ahead(history, origin, step, known, level, chance) for step in sorted(chance.permutation(inside)[:STEPS_TAKEN])
    ]
    return Examples(*(np.concatenate([getattr(part, name) for part in parts]) for name in _PARTS))


def _ahead(
    history: History, origin: int, step: int, known: Floats, level: Floats, chance: np.random.Generator
) -> Examples:
    deaths = history.deaths[:, origin + step]
    seen = np.isfinite(deaths) & np.isfinite(history.deaths[:, origin])
    before = np.nan_to_num(history.deaths[:, max(0, origin + 1 - LONGEST) : origin + 1]).any(axis=1)
    quiet = ~before & ~(deaths > 0)
    kept = seen & (~quiet | (chance.random(len(deaths)) < QUIET_TAKEN))
    rows = np.column_stack([known[kept], ahead(history, origin, [step])[kept, 0]])
    return Examples(rows, relative(deaths[kept], level[kept]), np.where(quiet[kept], 1 / QUIET_TAKEN, 1.0))


def _thinned(found: Examples, seed: int) -> Examples:
    """At most so many examples: those that were followed by deaths first, the others by chance, weighing more."""
    spare = len(found.followed) - AT_MOST
    if spare <= 0:
        return found
    chance = np.random.default_rng([seed, spare])
    some = found.followed > 0
    share = np.where(some, min(1.0, AT_MOST / 2 / max(int(some.sum()), 1)), 1.0)
    room = AT_MOST - share[some].sum()
    share[~some] = room / max(int((~some).sum()), 1)
    kept = chance.random(len(share)) < share
    return Examples(found.known[kept], found.followed[kept], found.weight[kept] / share[kept])
