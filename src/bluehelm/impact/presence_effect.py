"""What did events do where bases opened, grew and left, by ring, by every estimator, against one and the same chance?

Missions are pooled by adding up: each keeps its own donors, its own months and its own draws.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bluehelm.definitions.presence_effects import PresenceRules
from bluehelm.impact.chance import Judged, judged
from bluehelm.impact.comparisons import Cohort, Sums, cohorts
from bluehelm.impact.counts import modelled_path, per_base, rate_ratio
from bluehelm.impact.exposure import Entry, Numbers, Presence, Rings, Whole, bases_when, first_exposure, rings_when
from bluehelm.impact.siting import chances, choices, drawn, features, neighbours
from bluehelm.impact.switching import every_switch, first_openings, first_switch, matched, period_path

ESTIMATORS = ("modelled-path", "poisson", "any-event", "did-l", "did-m", "panel-matching", "group-time", "per-base")
FIRST = "modelled-path"


@dataclass(frozen=True, slots=True)
class Moved:
    """A mission with its draws: cells of sites, rings by cell and month, cohorts and the histories they are met by."""

    presence: Presence
    sited: Whole
    state: Rings
    entry: Entry
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
        made.append(Moved(mission, sited, state, entry, found, _histories(mission, found, mission.panel.events, rules)))
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


def estimated(missions: Sequence[Moved], rules: PresenceRules, names: Iterable[str] = ESTIMATORS) -> dict[str, Sums]:
    """The sums of every estimator over all missions."""
    found: dict[str, Sums] = {}
    for mission in missions:
        for name in names:
            sums = _sums(name, mission, rules)
            if sums is not None:
                found[name] = found[name] + sums if name in found else sums
    return found


def _sums(name: str, of: Moved, rules: PresenceRules) -> Sums | None:
    """None where a mission has nothing to say to an estimator."""
    events, none = of.presence.panel.events, of.presence.none
    if name == "did-m":
        return every_switch(events, of.state, none, rules.period_months)
    if name == "group-time":
        return first_openings(events, of.entry, none, rules.period_months)
    if name == "per-base":
        return per_base(events, bases_when(of.presence, of.sited))
    if not of.made:
        return None
    if name == "modelled-path":
        return modelled_path(of.made, events, of.histories, rules.overdispersion)[0]
    if name == "poisson":
        return rate_ratio(of.made, events)
    if name == "any-event":
        return first_switch(of.made, (events > 0).astype(float))
    if name == "did-l":
        return first_switch(of.made, events)
    if name == "panel-matching":
        return matched(of.made, events, of.histories, rules.matches)
    raise ValueError(f"there is no estimator {name!r}")


def path_of(missions: Sequence[Moved], period: int) -> dict[int, Sums]:
    """The event study: DID_l by period from the opening, over all missions."""
    path: dict[int, Sums] = {}
    for mission in missions:
        for number, sums in period_path(mission.made, mission.presence.panel.events, period).items():
            path[number] = path[number] + sums if number in path else sums
    return dict(sorted(path.items()))


def judge(sums: Sums, ring: int, rules: PresenceRules) -> Judged | None:
    """One ring by the rules' levels."""
    return judged(sums, ring, interval=rules.interval, level=rules.level, power=rules.power)


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
