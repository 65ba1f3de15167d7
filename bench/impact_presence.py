"""Do the estimators of presence find what is there, and nothing where nothing is?

    python -m bench.impact_presence [--missions 1000] [--reps 100] [--only CASE,...] [--into FOLDER] [--cluster local]

Every case is a stream of seeds; a mission's result is one line of CASE.jsonl in the folder, and a run that was
stopped goes on where it ended. `--cluster` computes them in a process for each core (`local`) or on a Dask scheduler
(tcp://host:port); a line says the same wherever it was made. What all lines say together is printed and appended to
bench/impact_presence.csv; of placebo missions and pooled designs also what those before CHECKED say, on which
`standing_spread` and `pooled_spread` were found, and those from there on, on which they are checked. `spread` is the
figure that such a definition would be given.

    placebo     bases that do nothing on real violence, opened where violence was: how often is p at most 0.05?
    random      the same, opened anywhere
    power-24    20 sites in 20 regions, at least 24 events in the year before, events halved: how often is it found?
    power-12    the same with at least 12 events
    pooled      20 sites as in power-24 where nothing is done: how often is p at most 0.05?
    covered     one mission whose bases halve events: how often does the 90 % interval hold the truth?
    unreported  nothing is done, but 30 % of events go unreported where no base is near
    spilled     events halved, half of those taken away happen in the next ring
"""

import argparse
import csv
import json
import math
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np

from bench.placebo_bases import changed, placebo_missions
from bluehelm.definitions.presence_effects import packaged_presence_rules
from bluehelm.impact.areas import areas_of
from bluehelm.impact.chance import two_sided
from bluehelm.impact.exposure import Presence
from bluehelm.impact.presence_effect import (
    ESTIMATORS,
    Moved,
    bounded,
    earlier_outcome,
    exposed,
    judge,
    levels_of,
    moved,
    path_of,
    pooled,
    tested,
    with_outcome,
)
from bluehelm.impact.sensitivity import honest_bounds, judged_path, lead_test
from bluehelm.impact.spatial_errors import conley_error, influences
from bluehelm.workflows.spread import spread

RULES = packaged_presence_rules()
DRAWS = 199
CHECKED = {"placebo": 500, "pooled": 200}
HISTORY = Path(__file__).with_name("impact_presence.csv")
Result = dict[str, Any]


def placebo(seed: int, selection: float = 1.0) -> Result:
    """By inference the share of draws beyond the true places (p before `standing_spread`), and p of what is refused."""
    missions = placebo_missions(RULES, seed, 1, selection=selection)
    made = moved(missions, RULES, draws=DRAWS, seed=seed)
    found = whole(made)
    first = next(areas_of(made[0], RULES), None)
    if first is not None:
        found["one area"] = first.p
    return found | refused(made[0])


def whole(made: list[Moved]) -> Result:
    """What is inferred of one mission or of several together: by estimator, by period, before anybody came, bounds."""
    found = shares(made)
    path = path_of(made, RULES.period_months)
    levels = levels_of("period", RULES)
    for ring in range(len(RULES.rings_km)):
        found[f"leads ring {ring}"] = lead_test(path, ring)
        for number, one in judged_path(path, ring, levels).items():
            found[f"period {number} ring {ring}"] = one.p
    earlier = [with_outcome(of, earlier_outcome(of.presence.panel.events, 12), RULES) for of in made]
    for ring, values in tested("modelled-path", earlier, RULES).items():
        found[f"earlier outcome ring {ring}"] = two_sided(float(values[0]), values[1:])
    for times in (0.0, 1.0):
        bounds = honest_bounds(path, 0, [times], RULES.level, 3)
        found[f"bounds {times:g}"] = None if not bounds else float(bounds[0].low <= 0 <= bounds[0].high)
    return found


def shares(made: list[Moved]) -> Result:
    """The share of draws beyond the true places by estimator and ring."""
    return {
        f"{name} ring {ring}": two_sided(float(values[0]), values[1:])
        for name in ESTIMATORS
        for ring, values in tested(name, made, RULES).items()
    }


def refused(of: Moved) -> Result:
    """p of what is not offered: before and after, two-way fixed effects with naive errors, Conley errors."""
    from scipy import stats

    events = of.presence.panel.events
    joined = exposed("did-l", of, 0)
    cells, months = joined.any(axis=1), np.arange(events.shape[1])
    found: Result = {}
    if not cells.any():
        return found
    inside, first = events[cells].sum(axis=0), int(of.entry.month[0][cells].min())
    before, after = inside[max(first - 24, 0) : first], inside[first : first + 24]
    if before.std() + after.std() > 0:
        found["refused: before and after"] = float(stats.ttest_ind(before, after).pvalue)
    residual = _two_way(events), _two_way(joined)
    slope = (residual[0] * residual[1]).sum() / (residual[1] ** 2).sum()
    left = residual[0] - slope * residual[1]
    error = math.sqrt((left**2).sum() / (left.size - sum(events.shape)) / (residual[1] ** 2).sum())
    if error > 0:
        found["refused: two-way fixed effects, naive errors"] = float(2 * stats.norm.sf(abs(slope / error)))
    sums = pooled("did-l", [of], [events], RULES)
    if sums is not None and sums.below[0, 0] > 0:
        effect = float(sums.statistic(0)[0])
        adds = influences(of.made, events, 0, effect, float(sums.below[0, 0]))
        error = conley_error(adds, of.presence.panel.apart_km(), RULES.correlated_km)
        if error > 0:
            found["no verdict: Conley errors"] = float(2 * stats.norm.sf(abs(effect / error)))
    del months
    return found


def _two_way(values: np.ndarray) -> np.ndarray:
    rows, columns = values.mean(axis=1, keepdims=True), values.mean(axis=0, keepdims=True)
    return np.asarray(values - rows - columns + values.mean())


def sites(seed: int, site_events: int, rate: float) -> list[Moved]:
    """Twenty missions of one site each, of whose events in the first ring a share `rate` stays."""
    quiet = placebo_missions(
        RULES, seed, 20, sites=1, site_events=site_events, floor=0.001, fewest_events=24 if site_events < 24 else 100
    )
    random = np.random.default_rng([seed, 77])
    changes = quiet if rate == 1 else [changed(one, random, rate=rate) for one in quiet]
    return moved(changes, RULES, draws=DRAWS, seed=seed)


def power(seed: int, site_events: int) -> Result:
    """The share of draws beyond the true places in the first ring when events are halved there, and the verdict."""
    made = sites(seed, site_events, 0.5)
    found: Result = {name: share for name, share in shares(made).items() if name.endswith(" ring 0")}
    first = judge("modelled-path", made, 0, RULES)
    if first is not None:
        found |= {"detectable": first.detectable, "effect": first.effect}
        found["verdict"] = (
            first.p <= RULES.level and first.detectable is not None and -(first.effect or 0) >= first.detectable
        )
    return found


def known(seed: int, rate: float, reported: float, spilled: float) -> Result:
    """Whether each interval holds the truth, and what was found, when bases do something known."""
    (quiet,) = placebo_missions(RULES, seed, 1, selection=0.6, fewest_events=100)
    random = np.random.default_rng([seed, 78])
    loud = changed(quiet, random, rate=rate, reported=reported, spilled=spilled)
    (of,) = moved([loud], RULES, draws=DRAWS, seed=seed)
    found: Result = {}
    for name in ESTIMATORS:
        for ring in range(2):
            one = bounded(name, [of], ring, RULES)
            if one is None:
                continue
            truth = _truth(name, of, quiet, loud, ring)
            low, high = -math.inf if one.low is None else one.low, math.inf if one.high is None else one.high
            found[f"p {name} ring {ring}"] = one.p
            found[f"effect {name} ring {ring}"] = one.effect
            found[f"holds {name} ring {ring}"] = None if truth is None else low - 1e-9 <= truth <= high + 1e-9
            found[f"held {name} ring {ring}"] = low < high
    return found


def _truth(name: str, of: Moved, quiet: Presence, loud: Presence, ring: int) -> float | None:
    """What presence did to the very cells and months that the estimator looks at, in its own unit."""
    with_, without = loud.panel.events, quiet.panel.events
    if name in ("modelled-path", "poisson"):
        cohort_cells = [
            (cohort.joined[ring, 0] @ cohort.around(with_)[1], cohort.joined[ring, 0] @ cohort.around(without)[1])
            for cohort in of.made
        ]
        seen, expected = (sum(pair[side] for pair in cohort_cells) for side in (0, 1))
        return float(seen / expected - 1) if expected > 0 else None
    if name == "per-base":
        return None
    if name == "any-event":
        change = (with_ > 0).astype(float) - (without > 0).astype(float)
        sums = pooled("did-l", [of], [change], RULES)
    else:
        sums = pooled(name, [of], [with_ - without], RULES)
    return None if sums is None or sums.below[ring, 0] <= 0 else float(sums.statistic(ring)[0])


CASES: dict[str, Callable[[int], Result]] = {
    "placebo": placebo,
    "random": lambda seed: placebo(seed, 0.0),
    "power-24": lambda seed: power(seed, 24),
    "power-12": lambda seed: power(seed, 12),
    "pooled": lambda seed: whole(sites(seed, 24, 1.0)),
    "covered": lambda seed: known(seed, 0.5, 1.0, 0.0),
    "unreported": lambda seed: known(seed, 1.0, 0.7, 0.0),
    "spilled": lambda seed: known(seed, 0.5, 1.0, 0.5),
}
ONLY_MISSIONS = ("placebo",)
POOLED = ("power", "pooled")


def main() -> int:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--missions", type=int, default=1000)
    asked.add_argument("--reps", type=int, default=100)
    asked.add_argument("--cluster", help="local, or tcp://host:port of a Dask scheduler")
    asked.add_argument("--only", default=",".join(CASES))
    asked.add_argument("--into", type=Path, default=Path(tempfile.gettempdir()) / "bluehelm-bench-presence")
    words = asked.parse_args()
    words.into.mkdir(parents=True, exist_ok=True)
    for case in words.only.split(","):
        number = words.missions if case in ONLY_MISSIONS else words.reps
        lines = list(_run(case, number, words.cluster, words.into / f"{case}.jsonl"))
        parts = {case: lines}
        checked = CHECKED.get(case, number)
        if number > checked:
            parts |= {f"{case} to {checked - 1}": lines[:checked], f"{case} from {checked}": lines[checked:]}
        for part, found in parts.items():
            _say(part, found)
    return 0


def _run(case: str, number: int, cluster: str | None, kept: Path) -> Iterator[Result]:
    """The results of the seeds 0 to number - 1; those on file are not computed again."""
    done = {line["seed"]: line for line in map(json.loads, kept.read_text().splitlines())} if kept.is_file() else {}
    missing = [seed for seed in range(number) if seed not in done]
    with kept.open("a") as file:
        for _, line in spread(_one, missing, cluster, shared=case):
            file.write(json.dumps(line, default=float) + "\n")
            file.flush()
            done[line["seed"]] = line
    yield from (done[seed] for seed in range(number))


def _one(case: str, seed: int) -> Result:
    return {"seed": seed, **CASES[case](seed)}


def summary(lines: list[Result], *, is_pooled: bool = False) -> dict[str, tuple[int, float]]:
    """Number and share: of p at most the level, of bounds without 0, of truths held; the mean of other figures.

    `all` puts the rings of an estimator together; `spread` is how far its true places stand out among the draws.
    """
    values: dict[str, list[float]] = defaultdict(list)
    for line in lines:
        for name, value in line.items():
            if name == "seed" or value is None:
                continue
            if name.startswith("bounds"):
                values[name].append(1.0 - value)
            elif name.startswith(("holds", "held", "effect", "detectable", "verdict")):
                values[name].append(float(value))
            else:
                _judge(name, value, values, is_pooled)
    roots = {name: (len(found), math.sqrt(np.mean(found))) for name, found in values.items() if "spread" in name}
    return {name: (len(found), float(np.mean(found))) for name, found in sorted(values.items())} | roots


def _judge(name: str, share: float, values: dict[str, list[float]], is_pooled: bool) -> None:
    """Add whether p is at most the level, by ring and in all."""
    inference, _, ring = name.partition(" ring ")
    kind = "period" if inference.startswith("period") else inference
    p = levels_of(kind, RULES, is_pooled=is_pooled).p(share)
    values[name].append(float(p <= RULES.level))
    if ring:
        values[f"{kind} all"].append(float(p <= RULES.level))
        values[f"{kind} spread"].append(NormalDist().inv_cdf(max(share, 1e-9) / 2) ** 2)


def _say(case: str, lines: list[Result]) -> None:
    new = not HISTORY.is_file()
    with HISTORY.open("a", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if new:
            writer.writerow(["on", "case", "missions", "figure", "of", "value"])
        for name, (number, value) in summary(lines, is_pooled=case.startswith(POOLED)).items():
            print(f"{case:<16} {name:<46} {number:>6,} {value:>8.3f}", flush=True)
            writer.writerow([datetime.now(UTC).date(), case, len(lines), name, number, f"{value:.4f}"])


if __name__ == "__main__":
    raise SystemExit(main())
