"""Which provider speaks of which country in which month, and where does nobody?

Read from what versions say of themselves; no row is counted. The versions of one provider's table are joined: a month
is covered when any of them covers it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bluehelm.store import Version
from bluehelm.tables.countries import country_name
from bluehelm.tables.months import from_ordinal, ordinal

Run = tuple[str, str]
LAST_MARK = 90  # of 100: a year written farther on would be cut off


@dataclass(frozen=True, slots=True)
class Lane:
    """One provider's months on one country; `iso3` is None where the provider states no limit of countries."""

    table: str
    provider: str
    synthetic: bool
    iso3: str | None
    versions: tuple[int, ...]
    covered: tuple[Run, ...]

    @property
    def country(self) -> str:
        return country_name(self.iso3) if self.iso3 else ""

    @property
    def first(self) -> str:
        return self.covered[0][0]

    @property
    def last(self) -> str:
        return self.covered[-1][1]

    @property
    def missing(self) -> tuple[Run, ...]:
        """The runs of months between the first and the last covered that are not."""
        return gaps(self.covered)


def lanes(versions: Iterable[Version], table: str) -> list[Lane]:
    """What is covered of a table, by country and provider; versions that name no months are left out."""
    runs: dict[tuple[str, bool, str | None], list[tuple[int, Run]]] = defaultdict(list)
    for version in versions:
        first, last = version.coverage.first_month, version.coverage.last_month
        if version.table != table or not first or not last:
            continue
        for iso3 in version.coverage.countries if version.coverage.countries is not None else (None,):
            runs[version.provider, version.synthetic, iso3].append((version.version, (first, last)))
    made = [
        Lane(table, provider, synthetic, iso3, tuple(number for number, _ in found), joined(run for _, run in found))
        for (provider, synthetic, iso3), found in runs.items()
    ]
    return sorted(made, key=lambda lane: (lane.iso3 is not None, lane.country, lane.provider, lane.synthetic))


def joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Runs of months in order, those that touch or overlap made one."""
    made: list[Run] = []
    for first, last in sorted(runs):
        if made and ordinal(first) <= ordinal(made[-1][1]) + 1:
            made[-1] = (made[-1][0], max(made[-1][1], last))
        else:
            made.append((first, last))
    return tuple(made)


def gaps(runs: Sequence[Run]) -> tuple[Run, ...]:
    """The runs of months between runs that are in order and do not touch."""
    between = (
        (from_ordinal(ordinal(one[1]) + 1), from_ordinal(ordinal(other[0]) - 1)) for one, other in pairwise(runs)
    )
    return tuple(between)


@dataclass(frozen=True, slots=True)
class Strip:
    """A run of months as a part of a strip 100 units wide."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Axis:
    """The months that all lanes of a table are drawn on."""

    first: str
    last: str

    @property
    def years(self) -> list[tuple[int, float]]:
        """Years to write under the strips and where, at most eight of them."""
        every = [year for year in range(int(self.first[:4]), int(self.last[:4]) + 1) if f"{year}-01" >= self.first]
        step = -(-len(every) // 8) or 1
        marked = [(year, self.strip((f"{year}-01", f"{year}-01")).x) for year in every if year % step == 0]
        return [(year, x) for year, x in marked if x <= LAST_MARK]

    def strip(self, run: Run) -> Strip:
        whole = ordinal(self.last) - ordinal(self.first) + 1
        begin, length = ordinal(run[0]) - ordinal(self.first), ordinal(run[1]) - ordinal(run[0]) + 1
        return Strip(round(100 * begin / whole, 3), round(100 * length / whole, 3))


def axis(of: Sequence[Lane]) -> Axis | None:
    """None where nothing is covered."""
    return Axis(min(lane.first for lane in of), max(lane.last for lane in of)) if of else None
