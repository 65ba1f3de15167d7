"""Does the invented country keep its promises for every seed, and would a planner take its data for real?"""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import time
from datetime import date
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import shapely
from babel import Locale
from babel.core import get_global
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from shapely.geometry import shape

from bluehelm.sources import synthetic
from bluehelm.sources.synthetic import SyntheticCountry, synthetic_country
from bluehelm.tables import DEPLOYMENTS, EVENTS, MISSIONS
from bluehelm.tables.countries import iso3_by_gw
from bluehelm.tables.grid import cell_of
from bluehelm.tables.months import ordinal

few_seeds = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
seeds = st.integers(0, 2**32 - 1)
DEATHS = ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")


@pytest.fixture(scope="module")
def country() -> SyntheticCountry:
    return synthetic_country()


def by_name(collection: dict[str, Any], key: str) -> dict[str, Any]:
    return {feature["properties"][key]: shape(feature["geometry"]) for feature in collection["features"]}


def points(rows: pl.DataFrame) -> np.ndarray:
    """Longitude and latitude, n by 2."""
    return rows.select("longitude", "latitude").to_numpy()


def doubtful() -> pl.Expr:
    return (pl.col("best") < pl.col("low")) | (pl.col("best") > pl.col("high"))


def monthly(events: pl.DataFrame, first: str, last: str) -> float:
    """Mean number of events a month that began from the first month to the last, both included."""
    month = pl.col("date_start").dt.strftime("%Y-%m")
    return events.filter(month.is_between(pl.lit(first), pl.lit(last))).height / (ordinal(last) - ordinal(first) + 1)


# Laws that hold for every seed.


@few_seeds
@given(seed=seeds, months=st.integers(24, 130), events=st.integers(1, 900))
def test_every_country_keeps_the_tables_promises(seed: int, months: int, events: int) -> None:
    made = synthetic_country(seed, months=months, events=events)
    EVENTS.check(made.events)
    DEPLOYMENTS.check(made.deployments)
    MISSIONS.check(made.missions)
    assert made.events.height == events
    assert made.deployments.height > 0
    assert made.missions.height == 1


@few_seeds
@given(seed=seeds)
def test_every_event_lies_in_the_country_it_names(seed: int) -> None:
    made = synthetic_country(seed, events=700)
    borders = by_name(made.borders, "iso3")
    for (iso3,), rows in made.events.group_by("iso3"):
        assert shapely.contains_xy(borders[iso3], points(rows)).all()


@few_seeds
@given(seed=seeds)
def test_every_event_lies_in_the_region_it_names(seed: int) -> None:
    made = synthetic_country(seed, events=700)
    host = made.events.filter((pl.col("iso3") == "XKA") & pl.col("admin_1").is_not_null())
    regions = by_name(made.regions, "name")
    for (name,), rows in host.group_by("admin_1"):
        assert shapely.intersects_xy(regions[name], points(rows)).all()


@few_seeds
@given(seed=seeds)
def test_towns_and_bases_lie_in_the_host_country(seed: int) -> None:
    made = synthetic_country(seed, events=50)
    host = by_name(made.borders, "iso3")["XKA"]
    assert all(host.contains(shapely.Point(town.longitude, town.latitude)) for town in made.towns)
    assert shapely.contains_xy(host, points(made.deployments)).all()
    assert set(made.deployments["iso3"]) == {"XKA"}


@few_seeds
@given(seed=seeds)
def test_grid_cells_match_coordinates(seed: int) -> None:
    made = synthetic_country(seed, events=300)
    for table in (made.events, made.deployments):
        for row in table.iter_rows(named=True):
            assert row["gid"] == cell_of(row["latitude"], row["longitude"])


@few_seeds
@given(seed=seeds, months=st.integers(24, 130))
def test_nothing_happens_outside_the_period(seed: int, months: int) -> None:
    made = synthetic_country(seed, first_month="2003-05", months=months, events=400)
    events = made.events
    end = ordinal("2003-05") + months
    assert events["date_start"].min() >= date(2003, 5, 1)
    assert events["date_end"].max() < date(end // 12, end % 12 + 1, 1)
    assert (events["date_start"] <= events["date_end"]).all()
    assert (events["date_start"] == events["date_end"]).to_list() == (events["date_precision"] == 1).to_list()
    assert {ordinal(month) < end for month in made.deployments["month"]} == {True}


@few_seeds
@given(seed=seeds)
def test_deaths_by_party_add_up_and_half_a_per_cent_of_rows_contradict_themselves(seed: int) -> None:
    events = synthetic_country(seed, events=1000).events
    assert (events.select(pl.sum_horizontal(DEATHS)).to_series() == events["best"]).all()
    assert events.select(pl.min_horizontal(*DEATHS, "low")).to_series().min() >= 0
    assert (events["low"] <= events["high"]).all()
    assert events.filter(doubtful()).height == 5


@few_seeds
@given(seed=seeds)
@example(seed=3822).via("its first drawing has two lines that cross")
@example(seed=10022).via("its first drawing has two lines that cross")
def test_countries_and_regions_fit_without_gap_or_overlap(seed: int) -> None:
    made = synthetic_country(seed, events=1)
    countries, regions = by_name(made.borders, "iso3"), by_name(made.regions, "name")
    land = shapely.union_all(list(countries.values()))
    assert all(area.is_valid and area.geom_type == "Polygon" for area in (*countries.values(), *regions.values()))
    assert not any(area.interiors for area in countries.values())
    assert land.geom_type == "Polygon" and not land.interiors
    assert land.area == pytest.approx(sum(area.area for area in countries.values()), abs=1e-9)
    assert 3 <= len(regions) <= 6
    assert shapely.union_all(list(regions.values())).equals(countries["XKA"])
    assert sum(area.area for area in regions.values()) == pytest.approx(countries["XKA"].area, abs=1e-9)


@few_seeds
@given(seed=seeds)
def test_lines_run_along_both_their_countries_borders(seed: int) -> None:
    made = synthetic_country(seed, events=1)
    countries = by_name(made.borders, "iso3")
    lines = by_name(made.lines, "between")
    assert set(lines) == {"XKA-XTL", "XKA-XVL", "XTL-XVL"}
    for pair, line in lines.items():
        assert line.geom_type == "LineString"
        assert line.length > (1.0 if "XKA" in pair else 0.1)
        assert all(countries[iso3].boundary.covers(line) for iso3 in pair.split("-"))


@few_seeds
@given(seed=seeds)
def test_one_border_of_the_host_is_disputed(seed: int) -> None:
    made = synthetic_country(seed, events=1)
    dashed = [line["properties"]["between"] for line in made.lines["features"] if line["properties"]["disputed"]]
    assert tuple(dashed) == made.disputed_pairs
    assert made.disputed_pairs in {("XKA-XTL",), ("XKA-XVL",)}


@few_seeds
@given(seed=seeds)
def test_the_land_is_where_the_open_ocean_is_and_the_host_is_a_middling_country(seed: int) -> None:
    made = synthetic_country(seed, events=1)
    countries = by_name(made.borders, "iso3")
    west, south, east, north = shapely.union_all(list(countries.values())).bounds
    assert west >= -24 and south >= -30 and east <= -14 and north <= -22
    square_km = countries["XKA"].area * synthetic.KM_EAST * synthetic.KM_NORTH
    assert 120_000 < square_km < 300_000


@few_seeds
@given(seed=seeds)
def test_every_map_shows_mission_headquarters_in_the_largest_town(seed: int) -> None:
    made = synthetic_country(seed, events=1)
    capital = max(made.towns, key=lambda town: town.population)
    headquarters = made.deployments.filter(pl.col("headquarters") == 3)
    assert set(headquarters["location"]) == {capital.name}
    assert sorted(headquarters["source_map"]) == sorted(set(made.deployments["source_map"]))
    assert made.mission["headquarters"] == {
        "place": capital.name,
        "latitude": capital.latitude,
        "longitude": capital.longitude,
    }
    assert made.missions["headquarters"].to_list() == [capital.name]


@few_seeds
@given(seed=seeds)
def test_maps_follow_each_other_every_three_or_four_months_from_the_missions_start(seed: int) -> None:
    made = synthetic_country(seed, events=1)
    months = [ordinal(month) for month in sorted(set(made.deployments["month"]))]
    assert made.mission["start_on"] == date(2018, 7, 1)
    assert months[0] == ordinal("2018-08")
    assert {later - earlier for earlier, later in pairwise(months)} <= {3, 4}
    assert months[-1] >= ordinal("2025-09")


@few_seeds
@given(seed=seeds)
def test_an_unknown_strength_is_null_and_says_so(seed: int) -> None:
    rows = synthetic_country(seed, events=1).deployments
    unknown = rows["troops"].is_null()
    assert (rows["comment"].fill_null("").str.contains("not stated") == unknown).all()
    team_sites = rows.filter(pl.col("troops") == 0)
    assert team_sites["has_observers"].all()
    assert team_sites["contributors"].is_null().all()
    assert rows.filter(pl.col("troops") > 0)["contributors"].is_not_null().all()


@few_seeds
@given(seed=seeds)
def test_everything_invented_says_so(seed: int) -> None:
    made = synthetic_country(seed, events=300)
    events, states = made.events, made.deployments["contributors"].drop_nulls().str.split("|").explode()
    parties = {*events["side_a"], *events["side_b"]} - {"Civilians"}
    assert all(name.endswith(" (synthetic)") for name in parties | set(events["conflict"]))
    assert set(events.filter(pl.col("type") == "one-sided")["side_b"]) == {"Civilians"}
    assert "Civilians" not in set(events.filter(pl.col("type") != "one-sided")["side_b"])
    assert states.str.contains(r"^Contributing state \d\d$").all()
    assert made.mission["synthetic"] is True
    for collection in (made.borders, made.lines, made.regions):
        assert all(feature["properties"]["synthetic"] is True for feature in collection["features"])


@few_seeds
@given(seed=seeds)
def test_place_names_are_used_once(seed: int) -> None:
    made = synthetic_country(seed, events=1)
    names = [*(town.name for town in made.towns), *by_name(made.regions, "name")]
    assert len(names) == len(set(names))


# The same seed, another seed.


def digest(made: SyntheticCountry) -> str:
    """sha256 of everything in a country: Arrow bytes and CSV text of its tables, its shapes and its mission."""
    total = hashlib.sha256()
    for table in (made.events, made.deployments, made.missions):
        written = io.BytesIO()
        table.write_ipc(written)
        total.update(written.getvalue())
        total.update(table.write_csv().encode())
    rest = [made.borders, made.lines, made.regions, made.mission, made.disputed_pairs, repr(made.towns)]
    total.update(json.dumps(rest, default=str).encode())
    return total.hexdigest()


def test_the_same_seed_gives_the_same_frames(country: SyntheticCountry) -> None:
    again = synthetic_country(0)
    assert again.events.equals(country.events)
    assert again.deployments.equals(country.deployments)
    assert again.towns == country.towns
    assert again.borders == country.borders


def test_another_process_writes_the_same_bytes(country: SyntheticCountry) -> None:
    program = f"import sys; sys.path[:0] = {[str(Path(__file__).parent)]!r}; import test_synthetic as t; "
    program += "print(t.digest(t.synthetic_country(0)))"
    # Another hash seed, so that the order of a set or a dictionary of names cannot hide in the answer.
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "77"}
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=surroundings, check=True)
    assert ran.stdout.strip() == digest(country)


def test_another_seed_gives_another_country(country: SyntheticCountry) -> None:
    other = synthetic_country(1)
    assert other.borders != country.borders
    assert other.regions != country.regions
    assert {town.name for town in other.towns} != {town.name for town in country.towns}
    assert not other.events.equals(country.events)
    assert not other.deployments.equals(country.deployments)


def test_more_events_leave_the_land_the_towns_and_the_bases_as_they_were(country: SyntheticCountry) -> None:
    fuller = synthetic_country(0, events=4500)
    assert fuller.borders == country.borders
    assert fuller.towns == country.towns
    assert fuller.deployments.equals(country.deployments)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"seed": -1}, "seed is -1"),
        ({"months": 23}, "months is 23"),
        ({"events": 0}, "events is 0"),
        ({"first_month": "2016-13"}, "'2016-13'"),
    ],
)
def test_an_argument_that_cannot_be_used_is_named(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=re.escape(named)):
        synthetic_country(**wrong)


def test_the_default_country_takes_less_than_a_second_and_a_half() -> None:
    def seconds() -> float:
        started = time.process_time()
        synthetic_country()
        return time.process_time() - started

    assert min(seconds() for _ in range(3)) < 1.5


# What a planner would look for.


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_the_war_ends_in_a_ceasefire_and_returns_in_one_region(seed: int) -> None:
    events = synthetic_country(seed).events
    war, ceasefire = monthly(events, "2016-11", "2018-12"), monthly(events, "2019-03", "2021-08")
    relapse, end = monthly(events, "2021-12", "2023-12"), monthly(events, "2024-01", "2025-12")
    assert war > 2 * ceasefire
    assert relapse > 1.3 * ceasefire
    assert end < 0.7 * relapse
    during = events.filter(pl.col("date_start").is_between(date(2021, 12, 1), date(2023, 12, 31)))
    of_regions = during.filter(pl.col("iso3") == "XKA")["admin_1"].drop_nulls().value_counts(normalize=True)
    assert of_regions["proportion"].max() > 0.6


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_the_rains_slow_the_fighting(seed: int) -> None:
    month = synthetic_country(seed).events["date_start"].dt.month()
    assert month.is_in([12, 1, 2]).sum() < 0.8 * month.is_in([6, 7, 8]).sum()


def close_pairs(events: pl.DataFrame, days: np.ndarray) -> int:
    """Pairs of events at most 10 km and 3 days apart, the statistic of Knox (1964)."""
    east = events["longitude"].to_numpy() * synthetic.KM_EAST
    north = events["latitude"].to_numpy() * synthetic.KM_NORTH
    near = np.hypot(east[:, None] - east, north[:, None] - north) <= 10
    return int(np.triu(near & (np.abs(days[:, None] - days) <= 3), k=1).sum())


def on_any_day_of_their_month(rows: pl.DataFrame) -> np.ndarray:
    month = rows["date_start"].dt.truncate("1mo").dt.epoch("d").to_numpy()
    return month + np.random.default_rng(1).integers(0, 30, rows.height)


def test_events_bring_on_others_beyond_what_places_and_months_explain() -> None:
    found, expected = 0, 0
    for seed in range(5):
        events = synthetic_country(seed).events
        exact = events.filter((pl.col("date_precision") == 1) & (pl.col("place_precision") <= 2))
        found += close_pairs(exact, exact["date_start"].dt.epoch("d").to_numpy())
        expected += close_pairs(exact, on_any_day_of_their_month(exact))
    assert found > 1.2 * expected


def test_most_events_kill_few_and_few_kill_many(country: SyntheticCountry) -> None:
    best = country.events["best"].sort(descending=True)
    assert 0.1 < (best == 0).mean() < 0.35
    assert best.median() <= 4
    assert best.head(40).sum() > 0.1 * best.sum()
    assert best.max() > 100


def test_about_one_event_in_twelve_happens_over_the_border_and_near_it(country: SyntheticCountry) -> None:
    host = by_name(country.borders, "iso3")["XKA"]
    abroad = country.events.filter(pl.col("iso3") != "XKA")
    assert 0.05 < abroad.height / country.events.height < 0.11
    # 1.5 degrees are 167 km at most.
    assert shapely.distance(shapely.points(points(abroad)), host).max() < 1.5
    assert dict(abroad.select("iso3", "gw_id").unique().iter_rows()) == {"XTL": 9002, "XVL": 9003}


def test_one_sided_violence_keeps_closer_to_towns_than_battles_do(country: SyntheticCountry) -> None:
    towns = np.array([(town.longitude, town.latitude) for town in country.towns])
    placed = country.events.filter((pl.col("iso3") == "XKA") & (pl.col("place_precision") <= 2))
    east = (placed["longitude"].to_numpy()[:, None] - towns[:, 0]) * synthetic.KM_EAST
    north = (placed["latitude"].to_numpy()[:, None] - towns[:, 1]) * synthetic.KM_NORTH
    nearest = placed.select("type", pl.Series("km", np.hypot(east, north).min(axis=1)))
    median = dict(nearest.group_by("type").agg(pl.col("km").median()).iter_rows())
    assert median["one-sided"] < 0.9 * median["state-based"]


def test_precisions_vary_as_in_a_real_file(country: SyntheticCountry) -> None:
    events = country.events
    spans_months = events["date_start"].dt.strftime("%Y-%m") != events["date_end"].dt.strftime("%Y-%m")
    assert 0.05 < spans_months.mean() < 0.15
    assert set(events["date_precision"]) == {1, 2, 3, 4, 5}
    assert set(events["place_precision"]) == {1, 2, 3, 4, 5, 6}
    whole_country = events.filter(pl.col("place_precision") == 6)
    assert 5 < whole_country.height < 80
    assert whole_country.select("latitude", "longitude").n_unique() == 1
    assert set(whole_country["place"]) == {"Karuvia"}
    assert set(events["type"]) == {"state-based", "non-state", "one-sided"}
    assert 0 < events["sources"].null_count() < events.height


def test_bases_open_grow_shrink_and_close(country: SyntheticCountry) -> None:
    maps = country.deployments.partition_by("month", maintain_order=True)
    places = [set(rows["location"]) for rows in maps]
    troops = [rows["troops"].sum() for rows in maps]
    assert len(places[0]) < len(places[-1])
    assert any(earlier - later for earlier, later in pairwise(places))
    assert troops[0] < 0.5 * max(troops)
    assert min(troops[6:12]) < 0.85 * max(troops)
    assert country.deployments["troops"].null_count() > 0
    assert set(country.deployments["headquarters"]) == {0, 1, 2, 3}
    assert 2 in set(country.deployments["entry"])


def test_the_mission_entry_has_the_keys_of_a_mission_definition(country: SyntheticCountry) -> None:
    assert country.mission == {
        "mission": "UNSYM",
        "name": "United Nations Synthetic Mission in Karuvia",
        "start_on": country.missions["start_on"].item(),
        "end_on": None,
        "hosts": ["XKA"],
        "host_names": {"XKA": "Karuvia"},
        "headquarters": country.mission["headquarters"],
        "kind": "peacekeeping",
        "area": "whole-country",
        "synthetic": True,
        "note": synthetic.NOTE,
    }


def test_the_shapes_are_geojson(country: SyntheticCountry) -> None:
    for collection in (country.borders, country.lines, country.regions):
        assert json.loads(json.dumps(collection)) == collection
        assert collection["type"] == "FeatureCollection"
    for feature in (*country.borders["features"], *country.regions["features"]):
        assert shapely.LinearRing(feature["geometry"]["coordinates"][0]).is_ccw


def test_codes_are_free_for_users_and_no_real_state_has_them() -> None:
    assert all(re.fullmatch("X[A-Z]{2}", code) for code in synthetic.ISO3)
    assert not set(synthetic.ISO3) & set(iso3_by_gw().values())
    assert not set(synthetic.GW_IDS) & set(iso3_by_gw())


def test_no_name_the_syllables_can_make_is_a_known_place() -> None:
    english, zones = Locale.parse("en"), get_global("zone_territories")
    known = {
        word.lower()
        for name in (*english.territories.values(), *english.languages.values(), *zones)
        for word in re.findall(r"[^\W_]+", name)
    }
    assert {"bamako", "bangui", "mali"} <= known
    names = {"".join(parts) for parts in product(synthetic.STARTS, synthetic.MIDDLES, synthetic.ENDS)}
    assert not {name.lower() for name in (*names, *synthetic.COUNTRY_NAMES)} & known
