"""Which outlook of a mission was the newest on a day, and what does it say?

Reads what was kept; nothing is forecast here. A reader meets the versions that are shown to him or her and no others.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from bluehelm.outlook.drawn import Drawn, drawn_by_month
from bluehelm.store import Store, Version
from bluehelm.tables.months import ordinal
from bluehelm.workflows.registry import mission_registry

OUTLOOKS, SCORES, INPUTS = "outlooks", "outlook_scores", "outlook_inputs"
QUARTER = 3  # months
SHOWN = "as shown"
"""The model where it was ahead, else the naive one: what readers met."""


def provider_of(mission: str, unit_kind: str) -> str:
    """The chain of versions that a mission's outlooks of one kind form."""
    return f"own-outlook-{mission.lower()}-{unit_kind}"


@dataclass(frozen=True)
class Outlook:
    """An outlook with its scores and inputs, as rows of the three tables."""

    outlooks: pl.DataFrame
    scores: pl.DataFrame
    inputs: pl.DataFrame
    version: Version | None = None

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What all its rows share: mission, kind of unit, origin, samples and seed."""
        row = self.outlooks.row(0, named=True)
        return {name: row[name] for name in ("mission", "unit_kind", "origin", "samples", "seed")}

    @cached_property
    def drawn(self) -> dict[tuple[str, str, str], Drawn]:
        """The draws by target, unit and month."""
        return drawn_by_month(self.outlooks)

    @cached_property
    def units(self) -> dict[str, str]:
        """The units with their names, in order."""
        return dict(self.outlooks.select("unit", "unit_name").unique().sort("unit").rows())

    @cached_property
    def months(self) -> tuple[str, ...]:
        return tuple(self.outlooks["month"].unique().sort())

    @cached_property
    def models(self) -> dict[tuple[str, str], tuple[str, bool]]:
        """The model shown for a target and month, and whether it is the naive one."""
        shown = self.outlooks.select("target", "month", "model", "is_naive").unique().sort("target", "month")
        return {(target, month): (model, naive) for target, month, model, naive in shown.iter_rows()}


def outlook_chain(
    home: Path, mission: str, unit_kind: str, *, as_of: date | None = None, known_on: date | None = None
) -> list[Version]:
    """The outlooks that the reader may see, by their first month and version.

    With `as_of`, those whose last observed month had ended by that day.
    """
    entry = mission_registry(home).get(mission)
    if entry is None:
        return []
    provider = provider_of(entry.mission, unit_kind)
    chain = Store(home).known(OUTLOOKS, provider=provider, synthetic=entry.synthetic, known_on=known_on)
    ended = [one for one in chain if as_of is None or _first_month(one) <= _month_after(as_of)]
    return sorted(ended, key=lambda one: (_first_month(one), one.version))


def a_quarter_before(chain: Iterable[Version], version: Version) -> Version | None:
    """The outlook of a chain made nearest to a quarter before another; None when none is older."""
    first = ordinal(_first_month(version))
    older = [one for one in chain if ordinal(_first_month(one)) < first]
    return min(older, key=lambda one: (abs(first - ordinal(_first_month(one)) - QUARTER), -one.version), default=None)


def read_outlook(home: Path, version: Version) -> Outlook:
    """An outlook with the scores and inputs that were kept with it; raises StoreError when one is not shown."""
    store, parents = Store(home), dict(version.parents)
    scores, inputs = (store.scan(store.version(name, parents[name])).collect() for name in (SCORES, INPUTS))
    return Outlook(store.scan(version).collect(), scores, inputs, version)


def _first_month(version: Version) -> str:
    return version.coverage.first_month or "9999-12"


def _month_after(as_of: date) -> str:
    """The month that follows the last one which had wholly ended by a day."""
    after = date.fromordinal(as_of.toordinal() + 1)
    return f"{after.year:04d}-{after.month:02d}"
