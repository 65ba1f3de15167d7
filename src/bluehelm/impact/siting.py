"""Where else might these bases have opened, on the days on which they did, given where violence was?

Peacekeepers go where violence is. A conditional logit (McFadden 1974) says how the chance that a cell was chosen goes
with the events in and around it in the months before; drawing from it moves every site to another cell and keeps its
dates, strengths and overlaps. What an estimator gives for bases so moved is what it gives when presence does nothing:
chance, selection and the return to the usual after a peak included (Candès and others 2018; Borusyak and Hull 2023).
"""

from collections.abc import Sequence

import numpy as np

from bluehelm.impact.exposure import Numbers, Presence, Whole

NEAR_KM = 100.0
PULL = 1.0  # towards no selection, where few openings say little
ROUNDS = 60


def features(events: Numbers, near: Numbers, month: int, before: int) -> Numbers:
    """(cells, 5): what the `before` months up to a month say of every cell; `near` (cells, cells) marks neighbours."""
    year = events[:, max(month - 12, 0) : month].sum(axis=1)
    long = events[:, max(month - before, 0) : month].sum(axis=1)
    quarter = events[:, max(month - 3, 0) : month].sum(axis=1)
    around = near @ year
    return np.column_stack((year > 0, np.log1p(year), np.log1p(long), np.log1p(around), np.log1p(quarter)))


def neighbours(apart_km: Numbers) -> Numbers:
    """1 for two different cells no farther apart than NEAR_KM."""
    return ((apart_km <= NEAR_KM) & (apart_km > 0)).astype(float)


def choices(presence: Presence, before: int) -> tuple[Numbers, Whole]:
    """(sites, cells, features) at each site's opening, and the cell that was chosen."""
    near = neighbours(presence.panel.apart_km())
    openings = presence.bases.opening_of_site
    at = {
        int(month): features(presence.panel.history, near, max(int(month), 1), before) for month in np.unique(openings)
    }
    return np.stack([at[int(month)] for month in openings]), presence.bases.cell_of_site


def chances(missions: Sequence[tuple[Numbers, Whole]]) -> list[Numbers]:
    """(sites, cells) for each mission: the chance of each cell, by one logit fitted to all missions together."""
    weights = _fitted(missions)
    return [_shares(offered @ weights) for offered, _ in missions]


def _shares(utility: Numbers) -> Numbers:
    powers = np.exp(utility - utility.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _fitted(missions: Sequence[tuple[Numbers, Whole]]) -> Numbers:
    """Newton's method with halved steps; concave, so that it ends at the one maximum."""
    width = missions[0][0].shape[2]
    weights: Numbers = np.zeros(width)
    step: Numbers = np.zeros(width)
    best = -np.inf
    for _ in range(ROUNDS):
        now = _log_chance(missions, weights + step)
        while now < best and np.abs(step).max() > 1e-9:
            step = step / 2
            now = _log_chance(missions, weights + step)
        weights = weights + step
        if now - best < 1e-8:
            break
        best = now
        slope, curve = _slope_and_curve(missions, weights)
        step = np.asarray(np.linalg.solve(curve, slope), dtype=np.float64)
    return weights


def _log_chance(missions: Sequence[tuple[Numbers, Whole]], weights: Numbers) -> float:
    total = -PULL / 2 * float(weights @ weights)
    for offered, chosen in missions:
        shares = _shares(offered @ weights)
        total += float(np.log(np.maximum(shares[np.arange(len(chosen)), chosen], 1e-300)).sum())
    return total


def _slope_and_curve(missions: Sequence[tuple[Numbers, Whole]], weights: Numbers) -> tuple[Numbers, Numbers]:
    slope, curve = -PULL * weights, PULL * np.eye(len(weights))
    for offered, chosen in missions:
        shares = _shares(offered @ weights)
        mean = np.einsum("sc,scf->sf", shares, offered)
        slope = slope + (offered[np.arange(len(chosen)), chosen] - mean).sum(axis=0)
        weighted = offered * np.sqrt(shares)[:, :, None]
        flat = weighted.reshape(-1, len(weights))
        curve = curve + flat.T @ flat - mean.T @ mean
    return slope, curve


def drawn(chance: Numbers, draws: int, chosen: Whole, seed: Sequence[int]) -> Whole:
    """(draws + 1, sites): the true cells first, then draws without two sites in one cell; the seed decides all."""
    random = np.random.default_rng(list(seed))
    sites, cells = chance.shape
    found = np.empty((draws + 1, sites), dtype=np.int64)
    found[0] = chosen
    free = np.ones((draws, cells), dtype=bool)
    for site in random.permutation(sites):
        with np.errstate(divide="ignore"):
            utility = np.log(chance[site])[None] + random.gumbel(size=(draws, cells))
        taken = np.where(free, utility, -np.inf).argmax(axis=1)
        found[1:, site] = taken
        free[np.arange(draws), taken] = False
    return found
