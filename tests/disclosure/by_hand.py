"""The slow obvious answers on counts about people: try every table of persons, and every way of holding back."""

from itertools import combinations

import numpy as np

from bluehelm.disclosure.figures import Figure, Laid


def figures_that_fit(laid: Laid, most: int) -> np.ndarray:
    """The figures of every table of 0 to `most` persons a cell that agrees with all that is shown, a row each."""
    sums = np.asarray(laid.sums.todense())
    every = np.indices((most + 1,) * sums.shape[1]).reshape(sums.shape[1], -1).T @ sums.T
    for place, figure in enumerate(laid.figures):
        every = every[every[:, place] >= 1 if figure.count is None else every[:, place] == figure.count]
    return every


def intervals(laid: Laid, most: int) -> dict[int, tuple[int, int]]:
    """The least and the most of every figure held back."""
    fitting = figures_that_fit(laid, most)
    hidden = [place for place, figure in enumerate(laid.figures) if figure.count is None]
    return {place: (int(fitting[:, place].min()), int(fitting[:, place].max())) for place in hidden}


def hidden(laid: Laid, places) -> Laid:
    figures = tuple(
        Figure(figure.of, None if place in places else figure.count) for place, figure in enumerate(laid.figures)
    )
    return Laid(figures, laid.sums)


def least_shown_less(laid: Laid, *, smallest: int, interval: int, most: int) -> int | None:
    """The fewest persons that must be held back beside the small figures; None when nothing does."""
    small = [place for place, figure in enumerate(laid.figures) if 0 < figure.count < smallest]
    others = [place for place, figure in enumerate(laid.figures) if place not in small and figure.count]
    costs = {}
    for number in range(len(others) + 1):
        for more in combinations(others, number):
            costs[more] = sum(laid.figures[place].count for place in more)
    for more in sorted(costs, key=costs.get):
        tried = hidden(laid, {*small, *more})
        found = intervals(tried, most)
        if all(found[place][1] - found[place][0] >= interval for place in small):
            return costs[more]
    return None
