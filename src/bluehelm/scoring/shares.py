"""Between which shares may the truth lie, when so many of so few were counted?

None of eleven is no proof of never, and eleven of eleven none of always. The interval of Clopper and Pearson (1934) is
exact: it covers the truth at least as often as it says, also at nought and at all.
"""


def exact_interval(hits: int, cases: int, level: float = 0.95) -> tuple[float, float]:
    """The lowest and highest share that `hits` of `cases` speak for; all shares from 0 to 1 where there is no case."""
    from scipy.stats import beta

    tail = (1 - level) / 2
    low = float(beta.ppf(tail, hits, cases - hits + 1)) if hits else 0.0
    high = float(beta.ppf(1 - tail, hits + 1, cases - hits)) if hits < cases else 1.0
    return low, high
