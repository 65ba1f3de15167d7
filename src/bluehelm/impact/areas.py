"""Around one base: how many events were there, how many would places of the same history have had, how surely?

The difference from a modelled path is not a number of lives saved.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bluehelm.definitions.presence_effects import PresenceRules
from bluehelm.impact.chance import quantile, two_sided
from bluehelm.impact.counts import expected
from bluehelm.impact.exposure import Numbers, between_km, ring_at
from bluehelm.impact.presence_effect import Moved
from bluehelm.language import Sentence

DIFFERENCE = Sentence("difference from a modelled path; not lives saved")


@dataclass(frozen=True, slots=True)
class Step:
    """Events of one period around a base; `modelled` is of places with the same history and no base near."""

    month: str
    observed: float
    modelled: float


@dataclass(frozen=True, slots=True)
class Area:
    """The cells of the first ring around one site; `low` and `high` bound the difference, observed less modelled."""

    mission: str
    name: str
    latitude: float
    longitude: float
    opened: str
    cells: int
    path: tuple[Step, ...]
    difference: float
    low: float
    high: float
    p: float


def areas_of(of: Moved, rules: PresenceRules) -> Iterator[Area]:
    """Every site whose first ring held a cell that no base had come near before, in order of opening."""
    opened = of.presence.bases.opening_of_site
    for site in np.lexsort((np.arange(len(opened)), opened)):
        area = _area(of, int(site), rules)
        if area is not None:
            yield area


def _area(of: Moved, site: int, rules: PresenceRules) -> Area | None:
    panel, bases = of.presence.panel, of.presence.bases
    month = int(bases.opening_of_site[site])
    at = next((number for number, cohort in enumerate(of.made) if cohort.month == month), None)
    if at is None:
        return None
    cohort, history = of.made[at], of.histories[at]
    base = int(np.flatnonzero((bases.site == site) & (bases.opens == month))[0])
    members = cohort.joined[0] * _near(of, site, base)
    if not members[0].any():
        return None
    joined = np.minimum(cohort.donors + cohort.joined.sum(axis=0), 1.0)
    after = cohort.around(panel.events)[1]
    modelled = expected(history, after, joined)
    observed_sum, modelled_sum = members @ after, (members * modelled).sum(axis=1)
    size = np.sqrt(modelled_sum + rules.overdispersion * (members * modelled**2).sum(axis=1) + 0.25)
    there = members.any(axis=1)
    scaled = ((observed_sum - modelled_sum) / size)[there]
    outer = (1 - rules.interval) / 2
    low, high = quantile(scaled[1:], outer), quantile(scaled[1:], 1 - outer)
    difference = float(observed_sum[0] - modelled_sum[0])
    place = int(bases.cell_of_site[site])
    names = sorted({bases.names[number] for number in np.flatnonzero(bases.site == site)})
    return Area(
        of.presence.mission,
        ", ".join(names),
        float(panel.latitude[place] + bases.north[base]),
        float(panel.longitude[place] + bases.east[base]),
        panel.months[month],
        int(members[0].sum()),
        tuple(_path(of, at, members[0], joined[:1], rules)),
        difference,
        float(difference - high * size[0]),
        float(difference - low * size[0]),
        two_sided(float(scaled[0]), scaled[1:]),
    )


def _near(of: Moved, site: int, base: int) -> Numbers:
    """(draws, cells): which cells lie in the first ring of the site's first base, wherever it lay."""
    panel, bases = of.presence.panel, of.presence.bases
    moved = panel.latitude + bases.north[base], panel.longitude + bases.east[base]
    ring = ring_at(between_km(*moved, panel.latitude, panel.longitude), of.presence.edges)
    return np.asarray((ring == 0)[of.sited[:, site]], dtype=np.float64)


def _path(of: Moved, at: int, members: Numbers, joined: Numbers, rules: PresenceRules) -> list[Step]:
    """Periods before the opening as observed, after it beside the model of each."""
    panel, cohort, period = of.presence.panel, of.made[at], rules.period_months
    steps = []
    for number in range(-(cohort.before // period), cohort.after // period):
        start = cohort.month + number * period
        counts = panel.events[:, start : start + period].sum(axis=1)
        modelled = counts if number < 0 else expected(of.histories[at], counts, joined)[0]
        steps.append(Step(panel.months[start], float(members @ counts), float(members @ modelled)))
    return steps
