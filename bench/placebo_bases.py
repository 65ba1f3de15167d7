"""Which missions that did nothing are estimators tried on?

Violence is real (UCDP events placed within 25 km, countries and years without the bases set here); bases are made up.
A region of up to 250 cells and nine years is drawn where violence was; bases open, close and open again in it, more
often where violence was in the year before, by a rule that is not the one the siting model fits. Nothing they do
changes an event, until `changed` takes events away, adds reports or sends violence elsewhere by a known amount.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import polars as pl

from bluehelm.definitions.presence_effects import PresenceRules
from bluehelm.impact.exposure import Bases, CellPanel, Numbers, Presence, between_km, rings_when
from bluehelm.tables.months import from_ordinal, ordinal

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "ucdp"
EVENTS, LAND = DATA / "ged211_precise_events_to_2017.parquet", DATA / "pgm_skeleton.parquet"
FIRST, MONTHS = "1989-01", 348
SPAN, BEFORE, CELLS = 108, 24, 250
# Countries with violence and, in the years of the file, without a UN mission that Geo-PKO maps.
COUNTRIES = (
    *("AFG", "BGD", "COL", "DZA", "EGY", "IDN", "IND", "IRQ", "KEN", "LKA", "MEX", "MMR", "NGA", "NPL", "PAK", "PER"),
    *("PHL", "RUS", "SYR", "THA", "TJK", "TUR", "UGA", "UKR", "VEN", "YEM", "ZAF"),
)


@dataclass(frozen=True, slots=True)
class Country:
    """A country's land cells and all events of each month, (cells, months)."""

    gids: np.ndarray
    latitude: Numbers
    longitude: Numbers
    events: Numbers


@lru_cache(maxsize=1)
def countries() -> tuple[Country, ...]:
    number = pl.col("date_start").dt.year() * 12 + pl.col("date_start").dt.month() - 1 - ordinal(FIRST)
    counts = (
        pl.scan_parquet(EVENTS)
        .select("priogrid_gid", number.cast(pl.Int64).alias("month"))
        .group_by("priogrid_gid", "month")
        .len()
        .collect()
    )
    land = pl.read_parquet(LAND).select("priogrid_gid", "iso3", "lat", "lon").sort("priogrid_gid")
    return tuple(_country(land.filter(pl.col("iso3") == iso3), counts) for iso3 in COUNTRIES)


def _country(land: pl.DataFrame, counts: pl.DataFrame) -> Country:
    order = land.select("priogrid_gid").with_row_index("cell")
    here = counts.join(order, on="priogrid_gid").filter(pl.col("month").is_between(0, MONTHS - 1))
    events = np.zeros((land.height, MONTHS))
    events[here["cell"].to_numpy(), here["month"].to_numpy()] = here["len"].to_numpy()
    return Country(land["priogrid_gid"].to_numpy(), land["lat"].to_numpy(), land["lon"].to_numpy(), events)


def placebo_mission(
    rules: PresenceRules,
    random: np.random.Generator,
    *,
    sites: int | None = None,
    selection: float = 1.0,
    floor: float = 0.05,
    fewest_events: int = 24,
    site_events: int = 0,
) -> Presence:
    """A region and bases drawn for it; `selection` 0 lets violence count for nothing, 1 makes chances go with events.

    `site_events` is how many events in the year before a site must have had within 50 km.
    """
    while True:
        panel = _region(random, fewest_events)
        apart = panel.apart_km()
        number = sites or int(random.integers(5, 21))
        opens = np.where(random.random(number) < 0.5, BEFORE, BEFORE + random.integers(0, 48, number))
        opens[0] = BEFORE
        cells = _sited(panel, apart, opens, random, selection, floor, site_events)
        if cells is not None:
            return Presence("PLACEBO", panel, _bases(cells, opens, random), rules.rings_km, _nobody(panel, rules))


def _nobody(panel: CellPanel, rules: PresenceRules) -> np.ndarray:
    return np.full(panel.events.shape, len(rules.rings_km), dtype=np.uint8)


def _region(random: np.random.Generator, fewest_events: int) -> CellPanel:
    while True:
        country = countries()[random.integers(len(COUNTRIES))]
        start = int(random.integers(0, MONTHS - SPAN))
        past = country.events[:, start : start + BEFORE].sum(axis=1)
        if past.sum() < fewest_events:
            continue
        centre = random.choice(len(past), p=past / past.sum())
        here = [np.array([values[centre]]) for values in (country.latitude, country.longitude)]
        near = np.argsort(between_km(*here, country.latitude, country.longitude)[0], kind="stable")[:CELLS]
        events = country.events[near, start : start + SPAN]
        if len(near) >= 40 and events[:, :BEFORE].sum() >= fewest_events:
            months = tuple(from_ordinal(ordinal(FIRST) + start + number) for number in range(SPAN))
            places = country.latitude[near], country.longitude[near]
            return CellPanel(country.gids[near], *places, months, events, events)


def _sited(
    panel: CellPanel,
    apart: Numbers,
    opens: np.ndarray,
    random: np.random.Generator,
    selection: float,
    floor: float,
    site_events: int,
) -> np.ndarray | None:
    """The cells of the sites; None where too few had the violence that was asked for."""
    taken: list[int] = []
    for month in opens:
        year = panel.events[:, month - 12 : month].sum(axis=1)
        around = (apart <= 100) @ year - year
        chance = (floor + year + 0.2 * around) ** selection * (((apart < 50) @ year) >= site_events)
        chance[taken] = 0
        if chance.sum() <= 0:
            return None
        taken.append(int(random.choice(len(chance), p=chance / chance.sum())))
    return np.array(taken)


def _bases(cells: np.ndarray, opens: np.ndarray, random: np.random.Generator) -> Bases:
    number = len(cells)
    closes = np.where(random.random(number) < 0.7, SPAN, np.minimum(opens + random.integers(6, 60, number), SPAN))
    order = np.argsort(cells)
    site = np.empty(number, dtype=np.int64)
    site[order] = np.arange(number)
    offsets = random.uniform(-0.25, 0.25, (2, number))
    names = tuple(f"site {number}" for number in range(number))
    return Bases(names, site, *offsets, opens, closes, np.full(number, 200.0), cells[order])


def changed(
    presence: Presence, random: np.random.Generator, *, rate: float, reported: float = 1.0, spilled: float = 0.0
) -> Presence:
    """The same mission if bases do something: a share `rate` of events within the first ring stays after they opened.

    `reported` is the share of events known where no base is near, all being known in the first ring; `spilled` is the
    share of the events taken away that happens in the second ring instead.
    """
    state = rings_when(presence, presence.bases.cell_of_site[None])[0]
    events = presence.panel.events.astype(np.int64)
    inside = state == 0
    stays = np.where(inside, random.binomial(events, rate), events)
    gone = events - stays
    if spilled:
        stays = stays + _spilled(presence, gone, state, random, spilled)
    if reported < 1:
        stays = np.where(inside, stays, random.binomial(stays, reported))
    counts = stays.astype(float)
    return replace(presence, panel=replace(presence.panel, events=counts, history=counts))


def _spilled(
    presence: Presence, gone: np.ndarray, state: np.ndarray, random: np.random.Generator, share: float
) -> np.ndarray:
    """Events that moved from the first ring to cells of the second, 50 to 100 km away from where they were."""
    apart = presence.panel.apart_km()
    arrived = np.zeros_like(gone)
    for cell, month in zip(*np.nonzero(gone), strict=True):
        near = np.flatnonzero((apart[cell] < 110) & (state[:, month] == 1))
        if len(near):
            arrived[random.choice(near), month] += random.binomial(gone[cell, month], share)
    return arrived


def placebo_missions(rules: PresenceRules, seed: int, number: int, **asked: float) -> Sequence[Presence]:
    """So many missions to be pooled, all from one seed."""
    random = np.random.default_rng([seed, number])
    return [placebo_mission(rules, random, **asked) for _ in range(number)]  # type: ignore[arg-type]
