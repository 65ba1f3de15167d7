"""What did events do where bases opened, grew and left, by ring, by every estimator, against one and the same chance?

Missions are pooled by adding up: each keeps its own donors, its own months and its own draws.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bluehelm.definitions.presence_effects import PresenceRules
from bluehelm.impact.chance import FEWEST_DRAWS, Judged, Levels, judged_ratio, judged_shift
from bluehelm.impact.comparisons import Cohort, Sums, cohorts
from bluehelm.impact.counts import modelled_path, per_base, rate_ratio
from bluehelm.impact.exposure import Entry, Numbers, Presence, Rings, Whole, bases_when, first_exposure, rings_when
from bluehelm.impact.siting import chances, choices, drawn, features, neighbours
from bluehelm.impact.switching import every_switch, first_openings, first_switch, matched, period_path
from bluehelm.language import _

ESTIMATORS = ("modelled-path", "poisson", "any-event", "did-l", "did-m", "panel-matching", "group-time", "per-base")
FIRST = "modelled-path"


@dataclass(frozen=True, slots=True)
class Moved:
    """A mission with its draws: cells of sites, rings by cell and month, cohorts and the histories they are met by.

    `numbers` (rings, draws, cells, months) counts the bases in each ring.
    """

    presence: Presence
    sited: Whole
    state: Rings
    entry: Entry
    numbers: npt.NDArray[np.float32]
    made: tuple[Cohort, ...]
    histories: tuple[Numbers, ...]


def moved(missions: Sequence[Presence], rules: PresenceRules, *, draws: int, seed: int) -> list[Moved]:
    """Every mission with the cells that its bases might have opened in; one siting model for all."""
    made = []
    asked = [choices(mission, rules.before_months) for mission in missions]
    for number, (mission, chance) in enumerate(zip(missions, chances(asked), strict=True)):
        sited = drawn(chance, draws, mission.bases.cell_of_site, (seed, number))
        state = rings_when(mission, sited)
        entry = first_exposure(state, mission.none)
        found = tuple(cohorts(mission, entry, rules.before_months, rules.after_months, rules.period_months))
        numbers = bases_when(mission, sited)
        made.append(
            Moved(mission, sited, state, entry, numbers, found, _histories(mission, found, mission.panel.events, rules))
        )
    return made


def _histories(
    mission: Presence, found: Iterable[Cohort], events: Numbers, rules: PresenceRules
) -> tuple[Numbers, ...]:
    near = neighbours(mission.panel.apart_km())
    return tuple(features(events, near, cohort.month, rules.before_months) for cohort in found)


def with_outcome(of: Moved, events: Numbers, rules: PresenceRules) -> Moved:
    """The same draws with another outcome, met by its own history."""
    presence = replace(of.presence, panel=replace(of.presence.panel, events=events))
    return replace(of, presence=presence, histories=_histories(presence, of.made, events, rules))


def pooled(name: str, missions: Sequence[Moved], events: Sequence[Numbers], rules: PresenceRules) -> Sums | None:
    """The sums of one estimator over all missions, for one outcome each; None where no mission has any."""
    found: Sums | None = None
    for mission, outcome in zip(missions, events, strict=True):
        sums = _sums(name, mission, outcome, rules)
        if sums is not None:
            found = sums if found is None else found + sums
    return found


def outcomes(missions: Sequence[Moved]) -> list[Numbers]:
    """The outcome of each mission as its panel has it."""
    return [mission.presence.panel.events for mission in missions]


def _sums(name: str, of: Moved, events: Numbers, rules: PresenceRules) -> Sums | None:
    """None where a mission has nothing to say to an estimator."""
    none = of.presence.none
    if name == "did-m":
        return every_switch(events, of.state, none, rules.period_months)
    if name == "group-time":
        return first_openings(events, of.entry, none, rules.period_months)
    if name == "per-base":
        return per_base(events, of.numbers)
    if not of.made:
        return None
    if name == "modelled-path":
        return modelled_path(of.made, events, of.histories, rules.overdispersion)
    if name == "poisson":
        return rate_ratio(of.made, events)
    if name == "any-event":
        return first_switch(of.made, (events > 0).astype(float))
    if name == "did-l":
        return first_switch(of.made, events)
    if name == "panel-matching":
        return matched(of.made, events, of.histories, rules.matches)
    raise ValueError(_("there is no estimator {name!r}", name=name))


def exposed(name: str, of: Moved, ring: int) -> Numbers:
    """(cells, months): where an effect of presence in a ring would be, as the estimator understands it."""
    months = np.arange(of.presence.standing.shape[1])
    if name == "did-m":
        return np.asarray(of.state[0] == ring, dtype=np.float64)
    if name == "per-base":
        return np.asarray(of.numbers[ring, 0], dtype=np.float64)
    entered = (of.entry.ring[0] == ring)[:, None] & (months[None] >= of.entry.month[0][:, None])
    return np.asarray(entered, dtype=np.float64)


def tested(name: str, missions: Sequence[Moved], rules: PresenceRules) -> dict[int, Numbers]:
    """By ring the statistic of the true places and of every draw that has one; rings without enough are left out.

    The share of draws at least as far out as the first number is p (`chance.two_sided`).
    """
    sums = pooled(name, missions, outcomes(missions), rules)
    if sums is None:
        return {}
    kept = {ring: _kept(sums, ring) for ring in range(len(sums.below))}
    return {ring: sums.statistic(ring)[chosen] for ring, chosen in kept.items() if chosen is not None}


def levels_of(name: str, rules: PresenceRules, *, is_pooled: bool = False) -> Levels:
    """The levels of an estimator, or of any other inference by its name, for one mission or for several together."""
    spreads = rules.pooled_spread if is_pooled else rules.standing_spread
    return Levels(rules.level, rules.interval, rules.power, spreads.get(name, 1.0))


def _kept(sums: Sums, ring: int) -> Whole | None:
    """The draws that have a number, the true places first; None where those have none or too few others do."""
    there = sums.below[ring] > 0
    kept = np.flatnonzero(there)
    return kept if there[0] and len(kept) > FEWEST_DRAWS else None


def judge(name: str, missions: Sequence[Moved], ring: int, rules: PresenceRules) -> Judged | None:
    """One ring by one estimator; None where no place joined it in a way that the estimator can use.

    Estimators that the rules give no interval have no bounds.
    """
    found = bounded(name, missions, ring, rules)
    return replace(found, low=None, high=None) if found and name in rules.without_interval else found


def bounded(name: str, missions: Sequence[Moved], ring: int, rules: PresenceRules) -> Judged | None:
    """As `judge`, with the bounds of every estimator."""
    events = outcomes(missions)
    sums = pooled(name, missions, events, rules)
    kept = None if sums is None else _kept(sums, ring)
    if sums is None or kept is None:
        return None
    levels = levels_of(name, rules, is_pooled=len(missions) > 1)
    places = [exposed(name, mission, ring) for mission in missions]
    if sums.kind == "ratio":
        return _judged_ratio(name, missions, (events, places), (sums, ring, kept), rules, levels)
    slopes = _slopes(name, missions, (events, places), (sums, ring, kept), rules)
    return None if slopes is None else judged_shift(sums.kind, sums.statistic(ring)[kept], slopes, levels)


def _slopes(
    name: str,
    missions: Sequence[Moved],
    outcome: tuple[Sequence[Numbers], Sequence[Numbers]],
    at: tuple[Sums, int, Whole],
    rules: PresenceRules,
) -> Numbers | None:
    """What the estimator gives, at the true places and for each draw, of an effect of 1 at the true exposure.

    An effect on events is a share of them: where more happen more is taken off, and 1 is the mean over what the
    estimator looks at. Probabilities, and places where nothing is left, are changed by the same everywhere. None where
    the estimator sees nothing of it.
    """
    (events, places), (sums, ring, kept) = outcome, at
    shares = [y * (place > 0) for y, place in zip(events, places, strict=True)]
    if name == "per-base":  # the effect of one more base on the rate, by the information of the true outcome
        rates = [_base_rate(y) * place for y, place in zip(events, places, strict=True)]
        unit = pooled(name, missions, rates, rules)
        slopes = None if unit is None else unit.above[ring][kept] / sums.below[ring][kept]
        return slopes if slopes is not None and slopes[0] > 0 else None
    for of_one in [places] if name == "any-event" else [shares, places]:
        unit = pooled(name, missions, of_one, rules)
        slopes = None if unit is None else unit.statistic(ring)[kept]
        if slopes is not None and slopes[0] > 0:
            return np.asarray(slopes / slopes[0])
    return None


def _base_rate(events: Numbers) -> Numbers:
    return np.outer(events.sum(axis=1), events.sum(axis=0)) / max(float(events.sum()), 1e-12)


def _judged_ratio(
    name: str,
    missions: Sequence[Moved],
    outcome: tuple[Sequence[Numbers], Sequence[Numbers]],
    at: tuple[Sums, int, Whole],
    rules: PresenceRules,
    levels: Levels,
) -> Judged:
    (events, places), (sums, ring, kept) = outcome, at

    def excess(rate: float) -> Numbers:
        left = [y * np.where(place > 0, 1 / rate, 1.0) for y, place in zip(events, places, strict=True)]
        found = pooled(name, missions, left, rules)
        assert found is not None  # the same places as at a rate of 1
        return found.statistic(ring)[kept]

    less = sums.statistic(ring)[kept] - excess(1 / 0.9)
    overlap = float(np.clip(less[1:].mean() / less[0], 0, 0.999)) if less[0] > 0 else 0.0
    observed, modelled = float(sums.above[ring, 0]), float(sums.below[ring, 0])
    return judged_ratio(excess, modelled, observed, overlap, levels)


def path_of(missions: Sequence[Moved], period: int) -> dict[int, Sums]:
    """The event study: DID_l by period from the opening, over all missions."""
    path: dict[int, Sums] = {}
    for mission in missions:
        for number, sums in period_path(mission.made, mission.presence.panel.events, period).items():
            path[number] = path[number] + sums if number in path else sums
    return dict(sorted(path.items()))


def places_joined(missions: Sequence[Moved], ring: int) -> int:
    """Cells that first came into a ring in a month that makes a cohort."""
    return int(sum(cohort.joined[ring, 0].sum() for mission in missions for cohort in mission.made))


def events_joined(missions: Sequence[Moved], ring: int) -> int:
    """Events of those cells in the months compared after it."""
    return int(
        sum(
            cohort.joined[ring, 0] @ cohort.around(mission.presence.panel.events)[1]
            for mission in missions
            for cohort in mission.made
        )
    )


def earlier_outcome(events: Numbers, months: int) -> Numbers:
    """Events of so many months before: what no later opening can have changed; the first months have none."""
    shifted = np.zeros_like(events)
    shifted[:, months:] = events[:, :-months]
    return shifted
