"""What in a unit's past says something about its months to come?

Everything is read from the history up to one month, so a feature cannot know what came later. Levels (deaths, and
means and peaks of deaths) are cut at 100 a month: above it a tree learns from how a war moves, not from how large it
is, because the largest war of a history has no precedent in it. The size comes back when outcomes are drawn: they are
scaled to the unit's own level.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from bluehelm.outlook.history import Floats, History

LONGEST = 120  # months; nothing older is read, save how long ago it happened
SINCE_AT_MOST = 240  # months
LARGEST_LEVEL = np.log1p(100.0)
LEVEL_MONTHS = 6  # a unit's own level is its mean over so many months

MEANS = (3, 6, 12, 24, 60, 120)
PEAKS = (6, 12, 36)
HALF_LIVES = (1.5, 4.0, 12.0, 40.0)
TURNS = ((1, 3), (3, 6), (6, 12), (6, 24), (3, 12), (12, 60))  # mean of the first against mean of the second
MIX = (3, 12)
SEASONS, YEAR = 5, 12
BATTLES = (1, 25, 100)  # deaths in a month: any, what UCDP counts as a conflict in a year, a war's month

GROUPS = {
    "level": "how many died in the last months and years",
    "spread": "how much it varied, and its peaks",
    "frequency": "in how many months people died",
    "since": "how long ago people last died",
    "turn": "whether it was rising or falling",
    "everywhere": "how many other units saw deaths",
    "neighbours": "what happened in neighbouring units",
    "mix": "what other kinds of violence there were",
    "season": "what the same months of past years saw",
    "covariates": "what the added columns say",
    "ahead": "how far ahead",
}


def feature_names(history: History) -> list[str]:
    """The names of the columns of `features`, each `group:what`."""
    return list(dict(_all_features(history, len(history.months) - 1)))


def features(history: History, month: int) -> Floats:
    """What was known of every unit at one place of `history.months`: [units, features], finite.

    A month not observed is left out of means, counts as no deaths in peaks and in how long ago.
    """
    return np.column_stack([column for _, column in _all_features(history, month)])


def levels(history: History, month: int) -> Floats:
    """Each unit's mean deaths a month over the last six months observed: [units]."""
    return _mean(_recent(history.deaths, month), LEVEL_MONTHS)


def _all_features(history: History, month: int) -> Iterator[tuple[str, Floats]]:
    recent = _recent(history.deaths, month)
    means = {months: np.log1p(_mean(recent, months)) for months in {1, *MEANS}}
    yield from _level(recent, means)
    yield from _spread(recent)
    yield from _frequency(recent)
    yield from _since(history.deaths[:, max(0, month + 1 - SINCE_AT_MOST) : month + 1])
    yield from ((f"turn:{short}/{long}", means[short] - means[long]) for short, long in TURNS)
    yield "everywhere:12", np.full(len(recent), (_mean(recent, 12) > 0).mean())
    yield from _neighbours(history, means)
    yield from _mix(history, month)
    yield from _covariates(history, month)


def _recent(values: Floats, month: int) -> Floats:
    return values[:, max(0, month + 1 - LONGEST) : month + 1]


def _mean(values: Floats, months: int) -> Floats:
    """The mean of the months observed among the last so many; 0 where none was."""
    last = values[:, -months:]
    seen = np.isfinite(last)
    total: Floats = np.where(seen, last, 0.0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    return total


def _level(recent: Floats, means: dict[int, Floats]) -> Iterator[tuple[str, Floats]]:
    logs = np.log1p(recent)
    for back in (1, 2, 3):
        yield f"level:month-{back}", _cut(np.nan_to_num(logs[:, -back])) if logs.shape[1] >= back else means[1] * 0
    for months in MEANS:
        yield f"level:mean-{months}", _cut(means[months])
    for half_life in HALF_LIVES:
        yield f"level:decay-{half_life:g}", _cut(_decayed(logs, half_life))


def _cut(level: Floats) -> Floats:
    return np.minimum(level, LARGEST_LEVEL)


def _decayed(values: Floats, half_life: float) -> Floats:
    """The mean of the months observed, each weighing half as much as one `half_life` months younger."""
    weights = 0.5 ** (np.arange(values.shape[1])[::-1] / half_life)
    seen = np.isfinite(values)
    decayed: Floats = np.where(seen, values, 0.0) @ weights / np.maximum(seen @ weights, 1e-9)
    return decayed


def _spread(recent: Floats) -> Iterator[tuple[str, Floats]]:
    logs = np.log1p(recent)
    for months in PEAKS:
        last = np.nan_to_num(logs[:, -months:])
        mean, square = _mean(logs, months), _mean(logs**2, months)
        yield f"spread:peak-{months}", _cut(last.max(axis=1))
        yield f"spread:deviation-{months}", np.sqrt(np.maximum(square - mean**2, 0.0))


def _frequency(recent: Floats) -> Iterator[tuple[str, Floats]]:
    for deaths, spans in ((1, MEANS), (25, PEAKS)):
        happened = np.where(np.isfinite(recent), recent >= deaths, np.nan)
        for months in spans:
            yield f"frequency:{deaths}-in-{months}", _mean(happened, months)


def _since(deaths: Floats) -> Iterator[tuple[str, Floats]]:
    for at_least in BATTLES:
        happened = np.nan_to_num(deaths)[:, ::-1] >= at_least
        ago = np.where(happened.any(axis=1), happened.argmax(axis=1), SINCE_AT_MOST)
        yield f"since:{at_least}", np.log1p(ago)


def _neighbours(history: History, means: dict[int, Floats]) -> Iterator[tuple[str, Floats]]:
    """Mean and largest level among a unit's neighbours; none without neighbours in the history."""
    if history.neighbours is None:
        return
    owner = np.repeat(np.arange(len(history.units)), [len(near) for near in history.neighbours])
    near = np.array([place for places in history.neighbours for place in places], dtype=np.int64)
    count = np.maximum(np.bincount(owner, minlength=len(history.units)), 1)
    for months in (3, 12, 60):
        level = _cut(means[months])
        largest = np.zeros(len(history.units))
        np.maximum.at(largest, owner, level[near])
        yield f"neighbours:mean-{months}", np.bincount(owner, level[near], len(history.units)) / count
        yield f"neighbours:largest-{months}", largest


def _mix(history: History, month: int) -> Iterator[tuple[str, Floats]]:
    """The levels of other kinds of deaths and of numbers of events."""
    for name in sorted(history.kinds):
        recent = _recent(history.kinds[name], month)
        yield from ((f"mix:{name}-{months}", _cut(np.log1p(np.maximum(_mean(recent, months), 0.0)))) for months in MIX)


def _covariates(history: History, month: int) -> Iterator[tuple[str, Floats]]:
    """The last value of each added column and its mean over a year, as signed logarithms."""
    for name in sorted(history.covariates):
        recent = _recent(history.covariates[name], month)
        recent = np.sign(recent) * np.log1p(np.abs(recent))
        yield f"covariates:{name}-3", _mean(recent, 3)
        yield f"covariates:{name}-12", _mean(recent, 12)


def ahead_names() -> list[str]:
    """The names of the columns of `ahead`."""
    return ["ahead:step", "season:same-month"]


def ahead(history: History, month: int, steps: Sequence[int]) -> Floats:
    """What differs between the months ahead of one origin: [units, steps, 2].

    `same-month` is by how much logarithms lay higher in that calendar month than in all months, five years back.
    """
    logs = np.log1p(_recent(history.deaths, month))[:, -SEASONS * YEAR :]
    usual = _mean(logs, logs.shape[1])
    above = [_mean(logs[:, _same_month(logs.shape[1], step)], SEASONS) - usual for step in steps]
    return np.stack(
        [np.broadcast_to(np.asarray(steps, dtype=np.float64), (len(logs), len(steps))), np.column_stack(above)], 2
    )


def _same_month(months: int, step: int) -> slice:
    """The places, of so many last months, that lie whole years before the month so far ahead."""
    last = months - 1 + step - YEAR * -(-step // YEAR)
    return slice(last % YEAR, last + 1, YEAR) if last >= 0 else slice(0, 0)
