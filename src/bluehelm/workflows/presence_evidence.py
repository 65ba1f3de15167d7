"""Which estimates of presence may an assessment cite, in words that claim no more than they can?

Only the newest estimate that speaks of the mission and that the reader may read. What comes back is offered; whether it
speaks for a contribution, against it or of the context is for people to say.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from bluehelm.language import _, figure, gettext_noop
from bluehelm.store import Store, Version
from bluehelm.workflows.presence_words import sayer, verdict_called, violence_called

MOST = 6
NOT_LIVES = gettext_noop("Difference from a modelled path; not lives saved.")


@dataclass(frozen=True, slots=True)
class Offered:
    """One figure as a sentence, and the table version it comes from."""

    text: str
    source: str


def offered_estimates(home: Path, mission: str) -> list[Offered]:
    """The effects by ring of the newest estimate of a mission; an empty list where none was kept."""
    store = Store(home)
    for version in sorted(store.versions("presence_effects"), key=lambda one: -one.version):
        rows = store.scan(version).filter(pl.col("part").is_in(["effect", "wording"])).sort("entry").collect()
        effects = rows.filter(pl.col("part") == "effect")
        mine = effects.filter(pl.col("missions").str.split("|").list.contains(mission))
        if mine.height:
            said = sayer(rows.filter(pl.col("part") == "wording").iter_rows(named=True))
            return list(_sentences(mine.head(MOST), version, said))
    return []


def _sentences(effects: pl.DataFrame, version: Version, said: Callable[[str | None], str]) -> Iterator[Offered]:
    source = _(
        "{table} version {version}, sha256 {sha256}",
        table=version.table,
        version=version.version,
        sha256=version.sha256[:12],
    )
    for row in effects.iter_rows(named=True):
        found = (
            _("{verdict} than modelled", verdict=verdict_called(row["verdict"]))
            if row["verdict"]
            else _("no verdict: {says}", says=said(row["says"]) or _("below what is found"))
        )
        text = _(
            "{outcome}, {ring}, {estimator}: {figure}; {found}. {not_lives}",
            outcome=violence_called(row["outcome"]),
            ring=row["ring"],
            estimator=row["name"],
            figure=_figure(row, said),
            found=found,
            not_lives=_(NOT_LIVES),
        )
        yield Offered(text, source)


def _figure(row: dict[str, Any], said: Callable[[str | None], str]) -> str:
    if row["effect"] is None:
        return _("not estimated")
    between = (
        ""
        if row["low"] is None or row["high"] is None
        else _(" ({low:.3g} to {high:.3g})", low=row["low"], high=row["high"])
    )
    return f"{figure(row['effect'], '.3g')}{between} {said(row['unit'])}".strip()
