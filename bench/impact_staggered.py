"""How often does `impact staggered` find an effect at 5 per cent where nothing came?

    python -m bench.impact_staggered [--missions 1000]

Countries and months are those of placebo missions (see `placebo_missions`); fifteen countries are said to have been
reached in three waves, drawn by chance (`random`) or the fifteen where most died in the months before the first wave
(`worst`). Each kind of effect, divided by its standard error, is compared with 1.96. Results are appended to
bench/impact_staggered_history.csv.
"""

import argparse
import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bench.impact_single import DATA, _commit
from bench.placebo_missions import LATELY, deaths_by_month, mission
from bluehelm.impact.group_time import Effect, GroupTime, group_time
from bluehelm.impact.panel import Outcomes
from bluehelm.workflows.clock import today

HISTORY = Path(__file__).with_name("impact_staggered_history.csv")
WAVES, REACHED, NORMAL = (24, 30, 36), 15, 1.96
COLUMNS = ("date", "commit", "drawn", "missions", "effect", "of", "found_at_5")


def main() -> int:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--missions", type=int, default=1000)
    missions = asked.parse_args().missions
    deaths = deaths_by_month(DATA)
    for drawn in ("random", "worst"):
        tested, found = Counter[str](), Counter[str]()
        for seed in range(missions):
            for name, effect in _effects(_panel(mission(deaths, seed).outcomes, seed, drawn)):
                if effect.att is not None and effect.standard_error:
                    tested[name] += 1
                    found[name] += abs(effect.att / effect.standard_error) > NORMAL
        for name, number in tested.items():
            said = (today().isoformat(), _commit(), drawn, missions, name, number, f"{found[name] / number:.4f}")
            print(*said, flush=True)
            _keep(said)
    return 0


def _panel(outcomes: np.ndarray, seed: int, drawn: str) -> GroupTime:
    """The effects of three waves that did nothing."""
    units = outcomes.shape[1]
    order = np.random.default_rng([seed, 41]).permutation(units)
    if drawn == "worst":
        order = np.argsort(-outcomes[WAVES[0] - LATELY : WAVES[0]].mean(axis=0), kind="stable")
    times = tuple(f"{2000 + month // 12}-{month % 12 + 1:02d}" for month in range(len(outcomes)))
    first: list[str | None] = [None] * units
    for place, unit in enumerate(order[:REACHED]):
        first[unit] = times[WAVES[place % len(WAVES)]]
    return group_time(Outcomes(tuple(map(str, range(units))), times, outcomes), first)


def _effects(made: GroupTime) -> Iterator[tuple[str, Effect]]:
    yield "simple", made.simple
    yield from (("group", effect) for effect in made.groups)
    yield from (("times since", effect) for effect in made.since if int(effect.label) >= 0)
    yield from (("group and time", effect) for first, time, effect in made.effects if time >= first)


def _keep(said: tuple[object, ...]) -> None:
    fresh = not HISTORY.exists()
    with HISTORY.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if fresh:
            writer.writerow(COLUMNS)
        writer.writerow(said)


if __name__ == "__main__":
    raise SystemExit(main())
