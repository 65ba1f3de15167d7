"""Which ring holds a cell, and when did a base open, by the maps and by an obvious reckoning?"""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluehelm.geo.areas import distance_km
from bluehelm.impact.exposure import bases_of, bases_when, counted, first_exposure, rings_when, standing_of, stays
from tests.impact.made_presence import MONTHS, bases_at, grid, mission, panel_of

COLUMNS = ("month", "location", "latitude", "longitude", "troops")
TYPES = (pl.String, pl.String, pl.Float64, pl.Float64, pl.Int64)


def maps(*rows: tuple[str, str, int | None]) -> pl.DataFrame:
    """Month, location, troops; every location at one place of its own."""
    place = {name: number for number, name in enumerate(sorted({name for _, name, _ in rows}))}
    return pl.DataFrame(
        [(month, name, 6.0 + place[name], 21.0, troops) for month, name, troops in rows],
        schema=dict(zip(COLUMNS, TYPES, strict=True)),
        orient="row",
    )  # fmt: skip


SHOWN = maps(
    ("2000-06", "A", 100), ("2000-09", "A", 300), ("2001-01", "A", None), ("2001-06", "A", 100),
    ("2000-09", "B", 50), ("2001-06", "B", 50), ("2001-01", "C", 10),
)  # fmt: skip


def dated(dating: str, gap: int = 1) -> dict[str, tuple[int, int]]:
    found = stays(SHOWN, "2000-01", "2000-03", "2002-12", dating=dating, gap_maps=gap)
    return {row["location"]: (row["opens"], row["closes"]) for row in found.iter_rows(named=True)}


def test_an_opening_lies_between_the_map_without_the_base_and_the_first_with_it():
    latest, earliest = dated("latest"), dated("earliest")
    assert latest["A"][0] == 5 and earliest["A"][0] == 2  # the first map, the mission's beginning
    assert latest["C"] == (12, 17) and earliest["C"] == (9, 13)
    assert all(earliest[name][0] <= latest[name][0] for name in latest)
    assert all(earliest[name][1] <= latest[name][1] for name in latest)


def test_one_missing_map_is_a_gap_and_two_stays_where_gaps_are_not_allowed():
    assert dated("latest")["B"] == (8, 36)
    both = stays(SHOWN, "2000-01", "2000-03", "2002-12", dating="latest", gap_maps=0).filter(pl.col("location") == "B")
    assert both.select("opens", "closes").rows() == [(8, 12), (17, 36)]


def test_unknown_strength_is_null_and_no_zero():
    found = stays(SHOWN, "2000-01", "2000-03", None, dating="latest", gap_maps=1)
    assert found.filter(pl.col("location") == "A")["troops"][0] == pytest.approx(500 / 3)
    bases, outside = bases_of(found, grid())
    assert outside == 0
    unknown = stays(maps(("2000-06", "A", None)), "2000-01", "2000-03", None, dating="latest", gap_maps=1)
    assert np.isnan(bases_of(unknown, grid())[0].troops).all()
    assert bases.opening_of_site.tolist() == [5, 8, 12]


def by_hand(presence, cell: int, month: int) -> int:
    panel, bases = presence.panel, presence.bases
    best = presence.none
    for number, site in enumerate(bases.site):
        if bases.opens[number] <= month < bases.closes[number]:
            at = bases.cell_of_site[site]
            points = (panel.latitude[[at]], panel.longitude[[at]], panel.latitude[[cell]], panel.longitude[[cell]])
            km = distance_km(*points)[0]
            best = min(best, next((ring for ring, edge in enumerate(presence.edges) if km < edge), presence.none))
    return best


def test_rings_come_out_as_by_hand():
    presence = mission()
    state = rings_when(presence, presence.bases.cell_of_site[None])[0]
    for cell in range(0, 168, 13):
        assert [int(state[cell, month]) for month in (0, 30, 39, 69, 70, 83)] == [
            by_hand(presence, cell, month) for month in (0, 30, 39, 69, 70, 83)
        ]


@settings(max_examples=20)
@given(st.integers(0, 167), st.integers(0, 83), st.integers(1, 40))
def test_a_further_base_never_takes_a_cell_out_of_a_ring(cell, opens, lasts):
    less = mission()
    presence = mission(cells=(15, 60, 109))
    bases = bases_at([15, 60, 109, cell], [30, 36, 40, opens], [84, 84, 70, opens + lasts])
    more = type(presence)("MADE", presence.panel, bases, presence.edges, presence.standing)
    one, other = (rings_when(of, of.bases.cell_of_site[None])[0] for of in (less, more))
    assert (other <= one).all()


def test_bases_that_overlap_are_counted_each():
    presence = mission(cells=(15, 16, 17))
    numbers = bases_when(presence, presence.bases.cell_of_site[None])
    assert numbers[:, 0, 16, 50].sum() == 3
    assert numbers[:, 0, 16, 83].sum() == 2  # the third left in month 70
    by_troops = bases_when(presence, presence.bases.cell_of_site[None], presence.bases.troops)
    assert by_troops[:, 0, 16, 83].sum() == 600


def test_others_stand_still_and_count_as_presence():
    panel = panel_of(np.zeros((168, 84)), grid())
    others = pl.DataFrame({"latitude": [5.25], "longitude": [20.25], "opens": [-3], "closes": [10]})
    ring = standing_of(panel, others, (50.0, 100.0))
    assert ring[0, 0] == 0 and ring[0, 9] == 0 and ring[0, 10] == 2
    entry = first_exposure(ring[None], 2)
    assert entry.month[0, 0] == 0 and entry.month[0, 167] == 84


def test_events_are_counted_in_the_month_they_began_and_others_are_left_out():
    gids = grid()
    events = pl.DataFrame({"gid": [gids[3], gids[3], gids[3], 1], "low": [4, 1, 9, 7]}).with_columns(
        date_start=pl.Series(["2000-02-29", "2000-02-01", "1999-12-31", "2000-02-01"]).str.to_date()
    )
    counts = counted(events, gids, MONTHS)
    assert counts[3, 1] == 2 and counts.sum() == 2
    assert counted(events, gids, MONTHS, pl.col("low"))[3, 1] == 5
