"""Which models are there, and what must each of them keep?

A model is fitted to a history and draws outcomes from it. Draws of a unit depend on the seed, the unit's id and the
origin, never on which other units are drawn beside it: work may be cut into any parts, on any machine.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from bluehelm.outlook.baselines import Bootstrap, Conflictology, Last, NegativeBinomial, Zero
from bluehelm.outlook.boosting import Boosting
from bluehelm.outlook.forest import Forest
from bluehelm.outlook.history import Floats, History
from bluehelm.outlook.pooling import Decayed, Pool
from bluehelm.outlook.recalibration import Recalibrated

NAIVE = "conflictology"  # what every other model is measured against
DEFAULT = "pool"  # the best of ours over all countries and mission countries
BASELINES = ("zero", "last", "conflictology", "bootstrap", "negative-binomial")
OWN_PAST = (*BASELINES, "decayed")  # these look at nothing but a unit's own past deaths of the kind that is forecast


class Fitted(Protocol):
    """A model that knows its history."""

    def draw(self, units: Sequence[int], draws: int) -> Floats:
        """Outcomes [units, steps, draws] of the units at these places of the history; whole, 0 or more."""
        ...


class Model(Protocol):
    """A way to say what may happen, so many months after the last one observed."""

    @property
    def name(self) -> str:
        """The name under which it is registered."""
        ...

    def fit(self, history: History, steps: Sequence[int], *, seed: int) -> Fitted:
        """The model, fitted to all of a history; step k is the k-th month after its last."""
        ...


MODELS: Mapping[str, Callable[[], Model]] = {
    "zero": Zero,
    "last": Last,
    "conflictology": Conflictology,
    "bootstrap": Bootstrap,
    "negative-binomial": NegativeBinomial,
    "decayed": Decayed,
    "forest": Forest,
    "boosting": Boosting,
    "pool": Pool,
    "recalibrated": Recalibrated,
}
