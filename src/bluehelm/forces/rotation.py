"""How do several contributors keep posts filled over years, by turns?

A slot is one post for one unit over months; offers fill it by tours, runs of consecutive months. First the fewest
uncovered months count, then cost.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slot:
    """A post to be kept filled, months since year 0, both included."""

    id: str
    capability: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class TourOffer:
    """Tours of `min_tour` to `max_tour` months inside a window; at most `max_tours` over all slots, None any number."""

    id: str
    contributor: str
    capability: str
    first: int
    last: int
    min_tour: int
    max_tour: int
    max_tours: int | None
    monthly_cost: float
