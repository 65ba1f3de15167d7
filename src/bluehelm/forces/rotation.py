"""How do several contributors keep posts filled over years, by turns?

A slot is one post for one unit over months; offers fill it by tours, runs of consecutive months. One contributor
holds a slot in a month, an offer serves one slot in a month, two tours of one offer in one slot are not adjacent.
First the fewest uncovered months count, then cost. Months are counted since year 0.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce
from math import ceil, gcd, inf

import numpy as np
from numpy.typing import NDArray

from bluehelm.forces.rotation_paths import Paths, idle_months
from bluehelm.forces.rotation_pool import Pool, pooled
from bluehelm.language import _
from bluehelm.optimise.programs import Best, Clock, Floats, Program, Relaxation, Truths, central, cheapest, least_cost

Numbers = NDArray[np.int64]

FEW_TOURS = 30_000  # among so many the best is found at once; among more the rotation is improved first
AT_A_TIME = 2  # the solver lets go of the interpreter while it works
TOGETHER = (8, 12, 16, 24, 36)  # slots planned anew at a time; few are quick, many find what few miss
NODES = 10  # a group that needs more is left for another
EVERY_SLOT = 1.5  # a round of so many times the slots there are is of all of them at once
DEAR = 20  # a covered month is worth so many of the dearest months; that the most are covered is checked apart


@dataclass(frozen=True, slots=True)
class Slot:
    """A post to be kept filled from the first to the last month, both included."""

    id: str
    capability: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class TourOffer:
    """Tours of `min_tour` to `max_tour` months inside a window; at most `max_tours` over all slots, None any number.

    A cost that nobody named is planned with as that of the dearest, so that it draws no tours, and left out of sums.
    """

    id: str
    contributor: str
    capability: str
    first: int
    last: int
    min_tour: int
    max_tour: int
    max_tours: int | None
    monthly_cost: Decimal
    is_cost_known: bool = True


@dataclass(frozen=True, slots=True)
class Tour:
    """One turn: the offer holds the slot from the first to the last month, both included."""

    slot: Slot
    offer: TourOffer
    first: int
    last: int

    @property
    def months(self) -> int:
        return self.last - self.first + 1

    @property
    def cost(self) -> Decimal:
        return self.months * self.offer.monthly_cost


@dataclass(frozen=True, slots=True)
class Rotation:
    """The tours by slot and month; objective and bound are uncovered months, then cost."""

    tours: tuple[Tour, ...]
    objective: tuple[int, Decimal]
    bound: tuple[int, Decimal]

    @property
    def is_proved(self) -> bool:
        return self.objective == self.bound


def rotate(slots: Iterable[Slot], offers: Iterable[TourOffer], clock: Clock) -> Rotation:
    """The rotation with fewest uncovered months, of these the cheapest; the best found when time ends.

    Capabilities do not compete with each other: each is planned by itself, two at a time. All are planned well before
    any is proved, and the small ones are proved first, so that where time ends it ends for few.
    """
    wanted = sorted(slots, key=lambda slot: slot.id)
    offered = sorted(offers, key=lambda offer: offer.id)
    models = [
        _Tours([one for one in wanted if one.capability == name], [one for one in offered if one.capability == name])
        for name in sorted({slot.capability for slot in wanted})
    ]
    models.sort(key=lambda model: len(model.slot))
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        begun = list(pool.map(lambda model: _begin(model, clock), models))
        parts = list(pool.map(lambda one: _rotate(one, clock), begun))
    tours = sorted((tour for part in parts for tour in part.tours), key=lambda tour: (tour.slot.id, tour.first))
    return Rotation(
        tuple(tours),
        (sum(part.objective[0] for part in parts), sum((part.objective[1] for part in parts), Decimal(0))),
        (sum(part.bound[0] for part in parts), sum((part.bound[1] for part in parts), Decimal(0))),
    )


@dataclass(frozen=True, slots=True)
class _Begun:
    """The tours of a capability with a rotation to improve on, and what no rotation betters."""

    model: "_Tours"
    program: Program
    pool: Pool
    start: Truths
    middle: Relaxation | None = None

    @property
    def room(self) -> float:
        """How much cheaper than the start any rotation could be."""
        return float(self.model.cost()[self.start].sum()) - self.pool.least


def _begin(model: "_Tours", clock: Clock) -> _Begun:
    """The best pool seated: in order of time at first, then some slots at a time, more and more of them together.

    It begins from the pool even where a rotation made in a hurry is better: that one leads to no best pool.
    """
    program, hurried, cost = model.program(), model.with_idle(model.greedy()), model.cost()
    if not len(model.slot):
        return _Begun(model, program, Pool(0, 0, 0.0, np.zeros(0, dtype=bool), np.zeros(0)), hurried)
    tours = (model.offer, model.first, model.months)
    pool = pooled(model.slots, model.offers, tours, model.monthly_worth(), clock)
    begun = _Begun(model, program, pool, model.with_idle(model.seated(pool.best)))
    for allowed, together in (
        *((pool.best, number) for number in TOGETHER[::2]),
        *((pool.cheap, number) for number in TOGETHER),
    ):
        if begun.room >= 1 and together < EVERY_SLOT * len(model.slots):
            begun = replace(begun, start=regrouped(begun, together, clock, allowed))
    return replace(begun, start=min((begun.start, hurried), key=lambda choice: float(cost[choice].sum())))


def _refined(begun: _Begun, clock: Clock) -> _Begun:
    """Where no best pool was seated: with the bound and the excess of the whole program, and improved by these."""
    model, program = begun.model, begun.program
    for together in TOGETHER[:2]:
        begun = replace(begun, start=regrouped(begun, together, clock))
    known = float(model.cost()[begun.start].sum())
    kept = begun.pool.may_better(begun.start, known, program.columns)
    middle = central(program.among(kept), model.cost()[kept], clock)
    if begun.room < 1 or middle.bound <= begun.pool.floor:
        return begun
    shares, reduced = np.zeros(program.columns), np.full(program.columns, inf)
    shares[kept], reduced[kept] = middle.shares, middle.reduced
    least = max(begun.pool.least, ceil(middle.bound - max(1e-3, abs(middle.bound) * 1e-9)))
    excess = np.maximum(reduced[: len(model.slot)], 0.0)
    closer = replace(begun.pool, least=least, floor=middle.bound, excess=excess)
    begun = replace(begun, pool=closer, middle=Relaxation(shares, middle.bound, reduced))
    return replace(begun, start=regrouped(begun, TOGETHER[0], clock))


def _rotate(begun: _Begun, clock: Clock) -> Rotation:
    model = begun.model
    refined = _refined(begun, clock) if len(model.slot) > FEW_TOURS and begun.room >= 1 else begun
    choice, bound = _best_in_two_stages(refined, clock)
    tours = tuple(model.tour(int(place)) for place in np.flatnonzero(choice))
    return Rotation(tours, measured(model.slots, tours), bound)


def measured(slots: Iterable[Slot], tours: Iterable[Tour]) -> tuple[int, Decimal]:
    """Uncovered months and cost."""
    listed = list(tours)
    return _months(slots) - sum(tour.months for tour in listed), sum((tour.cost for tour in listed), Decimal(0))


def known_cost(tours: Iterable[Tour]) -> Decimal:
    """The cost of the tours whose contributor named one."""
    return sum((tour.cost for tour in tours if tour.offer.is_cost_known), Decimal(0))


def as_the_dearest(offers: Sequence[TourOffer]) -> list[TourOffer]:
    """The offers, those of unknown cost at that of the dearest of their capability; 0 where none is known."""
    dearest: dict[str, Decimal] = {}
    for one in offers:
        if one.is_cost_known:
            dearest[one.capability] = max(one.monthly_cost, dearest.get(one.capability, Decimal(0)))
    return [
        one if one.is_cost_known else replace(one, monthly_cost=dearest.get(one.capability, Decimal(0)))
        for one in offers
    ]


def greedy(slots: Iterable[Slot], offers: Iterable[TourOffer]) -> tuple[Tour, ...]:
    """The rotation of someone in a hurry: the longest tour first, the cheaper of equals, whatever it blocks."""
    model = _Tours(sorted(slots, key=lambda slot: slot.id), sorted(offers, key=lambda offer: offer.id))
    return tuple(model.tour(int(place)) for place in np.flatnonzero(model.greedy()))


def faults(tours: Sequence[Tour]) -> list[str]:
    """Every rule that a rotation breaks, found without the solver; empty for a sound one."""
    return [*_alone(tours), *_clashing(tours)]


def _alone(tours: Sequence[Tour]) -> Iterator[str]:
    for tour in tours:
        named = _("{id} in {id_2}", id=tour.offer.id, id_2=tour.slot.id)
        if tour.slot.capability != tour.offer.capability:
            yield _("{named}: another capability", named=named)
        if tour.first < max(tour.slot.first, tour.offer.first) or tour.last > min(tour.slot.last, tour.offer.last):
            yield _("{named}: outside a window", named=named)
        if not tour.offer.min_tour <= tour.months <= tour.offer.max_tour:
            yield _("{named}: {months} months", named=named, months=tour.months)


def _clashing(tours: Sequence[Tour]) -> Iterator[str]:
    number = Counter(tour.offer.id for tour in tours)
    most = {tour.offer.id: tour.offer.max_tours for tour in tours}
    yield from (
        _("{name}: {n} tours", name=name, n=n)
        for name, n in number.items()
        if n > (inf if most[name] is None else most[name] or 0)
    )
    for place, one in enumerate(tours):
        for other in tours[place + 1 :]:
            same_slot, same_offer = one.slot.id == other.slot.id, one.offer.id == other.offer.id
            apart = max(one.first, other.first) - min(one.last, other.last)
            if (same_slot or same_offer) and apart < 1:
                yield _(
                    "{id} and {id_2}, {id_3} and {id_4}: the same month",
                    id=one.slot.id,
                    id_2=other.slot.id,
                    id_3=one.offer.id,
                    id_4=other.offer.id,
                )
            if same_slot and same_offer and apart == 1:
                yield _("{id} in {id_2}: adjacent tours", id=one.offer.id, id_2=one.slot.id)


class _Tours:
    """Every tour that may be made, as the columns of a 0-1 program."""

    def __init__(self, slots: Sequence[Slot], offers: Sequence[TourOffer]) -> None:
        self.slots, self.offers = slots, offers
        self.slot, self.offer, self.first, self.months = _possible(slots, offers)
        self._unit = _common_unit(offers)
        self._monthly = np.array([int(offer.monthly_cost / self._unit) for offer in offers], np.int64)

    def tour(self, place: int) -> Tour:
        slot, offer, first = self.slots[self.slot[place]], self.offers[self.offer[place]], int(self.first[place])
        return Tour(slot, offer, first, first + int(self.months[place]) - 1)

    def program(self) -> Program:
        """Slots and offers as paths through their months, by tours and by idle months; then the rules beside them.

        A path uses a month once, so that no two tours meet. The columns of idle months follow those of tours. An offer
        that may come back to a slot rests there for a month after each tour.
        """
        tours = len(self.slot)
        paths = [Paths(self.slots, self.slot, self.first, self.months, tours)]
        paths.append(Paths(self.offers, self.offer, self.first, self.months, paths[0].columns))
        follows = np.flatnonzero(self._can_follow())
        pair = (self.slot * len(self.offers) + self.offer)[follows]
        begins, ends = self.first[follows], self.first[follows] + self.months[follows]
        meet = _keyed(np.r_[follows, follows], np.r_[pair, pair], np.r_[begins, ends])
        limited = np.array([offer.max_tours is not None for offer in self.offers], dtype=bool)[self.offer]
        places = np.flatnonzero(limited)
        made = _keyed(places, self.offer[places], np.zeros_like(places))
        allowed = [self.offers[number].max_tours for number in np.unique(self.offer[places])]
        entries = [*(path.entries for path in paths), (*meet, np.ones(len(meet[0]))), (*made, np.ones(len(made[0])))]
        starts = np.cumsum([0, *(number for *_rest, number, _last in entries)])
        return Program(
            paths[1].columns,
            np.concatenate([*(path.supply for path in paths), np.ones(meet[2]), np.array(allowed, np.float64)]),
            np.concatenate([row + start for (row, *_rest), start in zip(entries, starts, strict=False)]),
            np.concatenate([column for _more, column, *_rest in entries]),
            np.concatenate([value for *_rest, value in entries]),
            equations=int(starts[2]),
        )

    def with_idle(self, chosen: Truths) -> Truths:
        """A choice of tours with the idle months of slots and offers added."""
        return np.concatenate(
            [
                chosen,
                idle_months(self.slots, self.slot[chosen], self.first[chosen], self.months[chosen]),
                idle_months(self.offers, self.offer[chosen], self.first[chosen], self.months[chosen]),
            ]
        )

    def concerning(self, slots: Numbers) -> Truths:
        """The columns of tours in some slots and of these slots' idle months, and those of all offers."""
        some = np.isin(np.arange(len(self.slots)), slots)
        idle = np.repeat(some, [slot.last - slot.first + 1 for slot in self.slots])
        return np.concatenate([some[self.slot], idle, np.ones(_months(self.offers), dtype=bool)])

    def is_free(self, fixed: Truths) -> Truths:
        """The tours whose offer has neither a month taken by the fixed ones nor used up its number of tours."""
        taken = np.flatnonzero(fixed[: len(self.slot)])
        begin, end = int(self.first.min()), int((self.first + self.months).max())
        busy = np.zeros((len(self.offers), end - begin + 1), np.int64)
        np.add.at(busy, (self.offer[taken], self.first[taken] - begin), 1)
        np.add.at(busy, (self.offer[taken], self.first[taken] + self.months[taken] - begin), -1)
        before = np.pad(np.cumsum(np.cumsum(busy, axis=1), axis=1), ((0, 0), (1, 0)))
        months_taken = before[self.offer, self.first + self.months - begin] - before[self.offer, self.first - begin]
        made = np.bincount(self.offer[taken], minlength=len(self.offers))
        has_left = [offer.max_tours is None or offer.max_tours > made[n] for n, offer in enumerate(self.offers)]
        free: Truths = (months_taken == 0) & np.array(has_left, dtype=bool)[self.offer]
        return free

    def _whole(self, cost: Floats) -> Floats:
        """The cost of tours, and none of idle months."""
        idle = _months(self.slots) + _months(self.offers)
        return np.concatenate([cost, np.zeros(idle)])

    def _can_follow(self) -> NDArray[np.bool_]:
        """Tours of offers that may make a second one right after or before, in the same slot."""
        several = [offer.max_tours is None or offer.max_tours > 1 for offer in self.offers]
        shortest = np.array([offer.min_tour for offer in self.offers], np.int64)[self.offer]
        slot_first = np.array([slot.first for slot in self.slots], np.int64)[self.slot]
        slot_last = np.array([slot.last for slot in self.slots], np.int64)[self.slot]
        begins = np.maximum(slot_first, np.array([offer.first for offer in self.offers], np.int64)[self.offer])
        ends = np.minimum(slot_last, np.array([offer.last for offer in self.offers], np.int64)[self.offer])
        room = (self.first - begins >= shortest) | (ends - (self.first + self.months) + 1 >= shortest)
        can: NDArray[np.bool_] = np.array(several, dtype=bool)[self.offer] & room
        return can

    def covering(self) -> Floats:
        """A cost of -1 for each month covered."""
        return self._whole(-self.months.astype(np.float64))

    def monthly_worth(self) -> Floats:
        """What a month of each offer costs: money in whole units, less a weight for the month covered."""
        return (self._monthly - (DEAR * int(self._monthly.max(initial=0)) + 1)).astype(np.float64)

    def cost(self) -> Floats:
        """The months of each tour."""
        return self._whole(self.monthly_worth()[self.offer] * self.months)

    def money(self, choice: Truths) -> Decimal:
        return int((self._monthly[self.offer] * self.months)[choice].sum()) * self._unit

    def money_at_least(self, bound: float, covered: int) -> Decimal:
        """The least money of any choice that covers so many months, from a bound on `cost`."""
        weight = DEAR * int(self._monthly.max(initial=0)) + 1
        return max(Decimal(0), round(bound + weight * covered) * self._unit) if bound > -inf else Decimal(0)

    def greedy(self) -> Truths:
        """The longest tour first, the cheaper of equals."""
        return self._taken(np.lexsort((self.first, self.offer, self.slot, self._monthly[self.offer], -self.months)))

    def seated(self, wanted: Truths) -> Truths:
        """Tours in order of time, each in the slot that closes first of those that are free."""
        closes = np.array([slot.last for slot in self.slots], np.int64)[self.slot]
        order = np.lexsort((self.slot, closes, self.offer, -self.months, self.first))
        return self._taken(order[wanted[order]])

    def _taken(self, order: Numbers) -> Truths:
        """Each tour in this order that those before leave possible."""
        chosen = np.zeros(len(self.slot), dtype=bool)
        slot_busy, offer_busy, pair_busy = [0] * len(self.slots), [0] * len(self.offers), Counter[tuple[int, int]]()
        left = [inf if offer.max_tours is None else offer.max_tours for offer in self.offers]
        base = int(self.first.min(initial=0)) - 1
        for place in order.tolist():
            slot, offer = int(self.slot[place]), int(self.offer[place])
            mask = ((1 << int(self.months[place])) - 1) << (int(self.first[place]) - base)
            beside = mask << 1 | mask >> 1
            if slot_busy[slot] & mask or offer_busy[offer] & mask or left[offer] < 1 or pair_busy[slot, offer] & beside:
                continue
            chosen[place] = True
            slot_busy[slot] |= mask
            offer_busy[offer] |= mask
            pair_busy[slot, offer] |= mask
            left[offer] -= 1
        return chosen


def _possible(slots: Sequence[Slot], offers: Sequence[TourOffer]) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Slot, offer, first month and months of every tour inside both windows."""
    blocks = [np.zeros((4, 0), np.int64)]
    for i, slot in enumerate(slots):
        for o, offer in enumerate(offers):
            if slot.capability != offer.capability:
                continue
            first, last = max(slot.first, offer.first), min(slot.last, offer.last)
            for months in range(offer.min_tour, min(offer.max_tour, last - first + 1) + 1):
                starts = np.arange(first, last - months + 2)
                blocks.append(
                    np.stack([np.full_like(starts, i), np.full_like(starts, o), starts, np.full_like(starts, months)])
                )
    slot_place, offer_place, first_month, length = np.concatenate(blocks, axis=1)
    return slot_place, offer_place, first_month, length


def _months(owners: Iterable[Slot | TourOffer]) -> int:
    return sum(one.last - one.first + 1 for one in owners)


def _keyed(column: Numbers, owner: Numbers, month: Numbers) -> tuple[Numbers, Numbers, int]:
    """A row for each owner and month: the row and column of each entry, and the number of rows."""
    if not len(column):
        return np.zeros(0, np.int64), column, 0
    span = int(month.max()) + 1
    keys, row = np.unique(owner * span + month, return_inverse=True)
    return row, column, len(keys)


def _common_unit(offers: Sequence[TourOffer]) -> Decimal:
    """The largest amount of which every monthly cost is a multiple; 1 when all are 0."""
    exponent = min((offer.monthly_cost.as_tuple().exponent for offer in offers), default=0)
    smallest = Decimal(1).scaleb(min(int(exponent), 0))
    whole = reduce(gcd, (int(offer.monthly_cost / smallest) for offer in offers), 0)
    return whole * smallest if whole else Decimal(1)


def _best_in_two_stages(begun: _Begun, clock: Clock) -> tuple[Truths, tuple[int, Decimal]]:
    """The best choice, and the fewest uncovered months and the least cost that any could have."""
    model, program, cost = begun.model, begun.program, begun.model.cost()
    months, tours = _months(model.slots), len(model.slot)
    if not tours:
        return np.zeros(0, dtype=bool), (months, Decimal(0))
    best = _cheapest(begun, clock)
    choice, most = _chosen(best), min(months, begun.pool.covered)
    if -model.covering()[choice].sum() < most:
        most = min(most, -int(max(least_cost(program, model.covering(), clock), -months)))
    if -model.covering()[choice].sum() < most:
        widest = cheapest(program, model.covering(), clock, choice)
        most = min(most, -int(max(widest.bound, -months)))
        if -widest.cost < most:  # time ended
            return _chosen(widest)[:tours], (months - most, model.money_at_least(begun.pool.least, most))
        if -widest.cost > -model.covering()[choice].sum():
            fixed = program.and_at_least(-model.covering(), most)
            best = cheapest(fixed, cost, clock, _chosen(widest))
            choice = _chosen(best)
    least = model.money(choice[:tours]) if best.is_proved else model.money_at_least(best.bound, most)
    return choice[:tours], (months - most, least)


def _cheapest(begun: _Begun, clock: Clock) -> Best:
    """The cheapest choice, sought among the tours whose excess fits between the bound and the start."""
    cost, start, least = begun.model.cost(), begun.start, begun.pool.least
    known = float(cost[start].sum())
    if begun.room < 1:
        return Best(start, known, least)
    kept = begun.pool.may_better(start, known, begun.program.columns)
    middle = begun.middle.among(kept) if begun.middle else None
    best = cheapest(begun.program.among(kept), cost[kept], clock, start[kept], middle)
    choice = np.zeros(begun.program.columns, dtype=bool)
    choice[np.flatnonzero(kept)[_chosen(best)]] = True
    return Best(choice, best.cost, max(best.bound, least))


def regrouped(begun: _Begun, together: int, clock: Clock, allowed: Truths | None = None) -> Truths:
    """The rotation improved: some slots at a time are planned anew around what holds the others.

    Slots are drawn with a fixed seed; it ends when as many as there are have been drawn and nothing was gained. The
    tours `allowed` may come in; without them those whose excess leaves room.
    """
    model, program, pool, choice = begun.model, begun.program, begun.pool, begun.start
    chance, cost = np.random.default_rng(0), model.cost()
    without_gain, tours = 0, len(model.slot)
    while without_gain * together < len(model.slots) + together and not clock.is_over():
        known = float(cost[choice].sum())
        if known - pool.least < 1:
            break
        own = model.concerning(chance.permutation(len(model.slots))[:together])
        fixed, kept = choice & ~own, own
        may_come = pool.excess <= known - pool.floor if allowed is None else allowed
        kept[:tours] &= (model.is_free(fixed) & may_come) | choice[:tours]
        best = cheapest(program.among(kept, fixed), cost[kept], clock, choice[kept], most_nodes=NODES)
        gained = float(cost[choice & ~fixed].sum()) - best.cost
        without_gain = 0 if gained >= 1 else without_gain + 1
        if gained >= 1:
            choice = fixed
            choice[np.flatnonzero(kept)[_chosen(best)]] = True
    return choice


def _chosen(best: Best) -> Truths:
    if best.choice is None:
        raise AssertionError("a search that starts from a rotation gave none")
    return best.choice
