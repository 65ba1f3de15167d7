"""What would a mission's data look like if its country did not exist?

Everything here is made from a seed, so that the system can be shown, taught and tested without touching a real
conflict. The land lies in open ocean, where no real land is; every party and conflict is marked as synthetic.
The violence has a story: raids, a war, the mission's arrival, a ceasefire, a relapse in one border region, a calmer
end. Events excite further events nearby and soon after (a branching process, Hawkes 1971; Ogata 1988).
Numbers without a named source are chosen to look plausible; nothing here estimates anything.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import shapely
from shapely.geometry import LineString, MultiLineString, MultiPoint, Polygon
from shapely.geometry.base import BaseGeometry

from bluehelm.tables import DEPLOYMENTS, EVENTS, MISSIONS
from bluehelm.tables.events import TYPES
from bluehelm.tables.grid import cell_of, cells_of
from bluehelm.tables.months import from_ordinal, ordinal

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
# A structured array: one element per event, or per campaign, with named fields.
Records = npt.NDArray[np.void]

# South Atlantic, between Trindade, Saint Helena and Tristan da Cunha: degrees west, south, east, north.
BOX = (-22.8, -28.9, -15.2, -23.0)
KM_NORTH = 6371.0088 * math.pi / 180
# Kilometres per degree of longitude at 26 degrees south; good to 3 per cent over the box, for placing things only.
KM_EAST = KM_NORTH * math.cos(math.radians(26))

HOST, STATE_BASED, NON_STATE, ONE_SIDED = 0, 0, 1, 2
# Host first, then its two neighbours. Codes XAA to XZZ are free for users in ISO 3166; no state has a
# Gleditsch-Ward id above 990.
ISO3 = ("XKA", "XTL", "XVL")
COUNTRY_NAMES = ("Karuvia", "Tolmera", "Velunda")
GW_IDS = (9001, 9002, 9003)
MISSION = "UNSYM"
MISSION_NAME = "United Nations Synthetic Mission in Karuvia"
NOTE = "Invented for demonstration and training: no place, party or event in it is real."

# From gulfs to coves: lengths of the waves that crumple the land, where 1 is about 350 km.
WAVE_LENGTHS = (1.6, 1.2, 0.9, 0.68, 0.5, 0.38, 0.28, 0.21, 0.16, 0.12, 0.09, 0.065)
TOWNS = 36
VILLAGES = 260
NEIGHBOUR_SETTLEMENTS = 24

LEAST_MONTHS = 24
MOST_SPAN_DAYS = 150
BACKGROUND_SHARE = 0.2
NEIGHBOUR_SHARE = 0.08
DOUBTFUL_SHARE = 0.005
# Each event brings on 0.7 further events, on average 5 days later.
CHILDREN_PER_EVENT = 0.7
CHILD_LAG_DAYS = 5.0
CHILD_DISTANCE_KM = 5.0

# Shares of precisions 1, 2, 3 ... close to those of 8,431 events of UCDP GED 23.1 (Central African Republic, Ethiopia,
# Sierra Leone, South Sudan, Sudan, to 2017): places 42, 25, 13, 10, 7, 1 and dates 64, 12, 2, 16, 6 per cent.
PLACE_PRECISION = (0.44, 0.26, 0.13, 0.10, 0.06, 0.01)
DATE_PRECISION = (0.64, 0.12, 0.02, 0.16, 0.06)
# By type of violence: share of events without a death, then mean and spread of the logarithm of the others' deaths.
# Zeros from the same events (34, 5 and 10 per cent); the tails are lighter, as in a war of middling size.
ZERO_DEATHS = (0.33, 0.05, 0.10)
LOG_DEATHS = ((1.15, 1.30), (1.45, 1.20), (0.80, 1.25))
MOST_DEATHS = 900

# Chosen so that none of their names is that of a place in CLDR (country, language, city of a time zone).
STARTS = (
    "Bel Bor Cal Cor Del Dor Dral Fal Fen Fir Gal Gren Hal Hol Ilm Jar Jen Kel Kor Kur Lor Lum Mel Mor Nar Nor Obr "
    "Or Pel Prel Quel Ran Rul Sel Sil Sor Tal Tor Tul Ul Urn Ven Vol Wen Yal Zel Zol"
).split()
MIDDLES = ("", "", "a", "e", "i", "o")
ENDS = (
    "bek dak dosh dra dur fen gash gim gor ket kun leb lek lun mak mesh mus nesh nok pol rak ruk sed shol tel tesh "
    "tuk vash vek vok vol zar zim"
).split()


@dataclass(frozen=True, slots=True)
class Town:
    """A town of the host country; degrees WGS84, population in persons."""

    name: str
    latitude: float
    longitude: float
    population: int


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticCountry:
    """A country, its conflict and its mission, all invented.

    `events`, `deployments` and `missions` keep the promises of the tables of those names. `borders`, `lines` and
    `regions` are GeoJSON feature collections in WGS84 degrees: three countries {iso3, name, synthetic}, the lines
    between them {between, disputed}, and the host's first-level areas {iso3, name, synthetic}. `disputed_pairs` names
    the disputed lines by their `between`, such as "XKA-XTL". `mission` has the keys of a mission definition. Outer
    rings run counter-clockwise (RFC 7946); Vega and D3 want them clockwise.
    """

    events: pl.DataFrame
    deployments: pl.DataFrame
    missions: pl.DataFrame
    towns: tuple[Town, ...]
    borders: dict[str, Any]
    lines: dict[str, Any]
    regions: dict[str, Any]
    disputed_pairs: tuple[str, ...]
    mission: dict[str, Any]


def synthetic_country(
    seed: int = 0, *, first_month: str = "2016-01", months: int = 120, events: int = 4000
) -> SyntheticCountry:
    """Make a country from a seed: the same arguments give the same bytes, another seed another country.

    `first_month` is YYYY-MM, `months` the length of the period, at least 24, and `events` the exact number of event
    rows. The land and its towns depend on the seed alone. The mission starts a quarter into the period. Raises
    ValueError naming the argument that cannot be used.
    """
    _refuse_bad(seed, months, events)
    names = _place_names(_stream(seed, "names"))
    land = _land(_stream(seed, "land"), names)
    places = _places(_stream(seed, "places"), land, names)
    period = _Period(ordinal(first_month), months)
    story = _story(_stream(seed, "story"), land, places, period)
    world = _World(land, places, story, period)
    happened = _happened(_stream(seed, "events"), world, events)
    mission = _mission(places, period)
    return SyntheticCountry(
        events=_events_table(_stream(seed, "reports"), world, happened),
        deployments=_deployments(_stream(seed, "deployments"), world),
        missions=_missions_table(mission, period),
        towns=tuple(places.town(place) for place in range(TOWNS)),
        borders=_features(land.countries, [_country_properties(country) for country in range(3)]),
        lines=_features(list(land.lines.values()), _line_properties(land, story.disputed)),
        regions=_features(land.regions, [_region_properties(name) for name in land.region_names]),
        disputed_pairs=(story.disputed,),
        mission=mission,
    )


def _refuse_bad(seed: int, months: int, events: int) -> None:
    if seed < 0:
        raise ValueError(f"No country was made: seed is {seed}. Give a whole number from 0 up.")
    if months < LEAST_MONTHS:
        raise ValueError(f"No country was made: months is {months}. Give {LEAST_MONTHS} or more.")
    if events < 1:
        raise ValueError(f"No country was made: events is {events}. Give 1 or more.")


def _stream(seed: int, subject: str) -> np.random.Generator:
    # A stream for each subject, so that asking for more events leaves the land and the towns as they were.
    return np.random.default_rng([seed, *subject.encode()])


def _place_names(rng: np.random.Generator) -> Iterator[str]:
    """Names in random order, none with the start and the end of another: a map with Talatel and Talitel confuses."""
    pairs = list(product(STARTS, ENDS))
    return (pairs[number][0] + str(rng.choice(MIDDLES)) + pairs[number][1] for number in rng.permutation(len(pairs)))


@dataclass(frozen=True, slots=True)
class _Period:
    first: int
    months: int

    @property
    def first_day(self) -> date:
        return self.day_of(0)

    @property
    def last_day(self) -> int:
        """The number of the last day, where the first is 0."""
        return (self.day_of(self.months) - self.first_day).days - 1

    @property
    def mission_start(self) -> int:
        """The mission's first month, counted from the period's first, which is 0."""
        return self.months // 4

    def day_of(self, month: int) -> date:
        return date.fromisoformat(f"{from_ordinal(self.first + month)}-01")


# The land. A rounded convex island is cut by straight lines and then crumpled as a whole. Convex pieces cannot fall
# apart, and the crumpling never folds, so borders meet exactly and no country has gaps, overlaps or exclaves.


@dataclass(frozen=True, slots=True)
class _Plan:
    """The uncrumpled island: a rounded shape about the origin, three straight borders that meet in one point."""

    coast: Polygon
    meeting: Floats
    headings: Floats

    def country_of(self, points: Floats) -> Ints:
        """0 host, 1 and 2 neighbours, for an array of n points by 2."""
        east, north = (points - self.meeting).T
        turned = (np.arctan2(north, east) - self.headings[0]) % (2 * np.pi)
        limits = (self.headings - self.headings[0]) % (2 * np.pi)
        return np.where(turned < limits[1], 0, np.where(turned < limits[2], 1, 2)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Land:
    countries: list[Polygon]
    regions: list[Polygon]
    region_names: list[str]
    province_names: list[str]
    lines: dict[str, BaseGeometry]

    def region_of(self, lon: Floats, lat: Floats) -> Ints:
        """The host region each point lies in, -1 for none."""
        inside = np.array([shapely.intersects_xy(region, lon, lat) for region in self.regions])
        return np.where(inside.any(axis=0), inside.argmax(axis=0), -1).astype(np.int64)


def _land(rng: np.random.Generator, names: Iterator[str]) -> _Land:
    plan, flat, crumple, arcs = _drawing(rng)
    pieces = _polygons(arcs)
    countries: list[list[Polygon]] = [[], [], []]
    for piece in _polygons(flat):
        middle = shapely.get_coordinates(piece.representative_point())
        home = shapely.Point(crumple.place(middle)[0])
        countries[int(plan.country_of(middle)[0])] += [other for other in pieces if other.contains(home)]
    whole = [_one_polygon(parts) for parts in countries]
    return _Land(
        countries=whole,
        regions=[_one_polygon([part]) for part in countries[HOST]],
        region_names=[next(names) for _ in countries[HOST]],
        province_names=[next(names), next(names)],
        lines={f"{ISO3[a]}-{ISO3[b]}": _shared_line(whole[a], whole[b]) for a, b in ((0, 1), (0, 2), (1, 2))},
    )


def _drawing(rng: np.random.Generator) -> tuple[_Plan, list[LineString], "_Crumple", list[LineString]]:
    """A plan, its arcs, the crumpling and the arcs crumpled, where arcs meet only at their ends."""
    while True:
        plan = _plan(rng)
        flat = _network(plan, _region_centres(rng, plan, int(rng.integers(4, 7))))
        crumple = _Crumple.onto_box(rng, plan.coast)
        arcs = [shapely.transform(arc, crumple.place) for arc in flat]
        # Lines of 2 km steps are not quite curves: in one drawing of a thousand, two cross next to where they meet.
        if MultiLineString(arcs).is_simple:
            return plan, flat, crumple, arcs


def _plan(rng: np.random.Generator) -> _Plan:
    around = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    # Convex as long as 3 times the first plus 8 times the second amplitude stays below 1.
    radius = 1 + 0.12 * np.cos(2 * around + rng.uniform(0, 6.3)) + 0.05 * np.cos(3 * around + rng.uniform(0, 6.3))
    inland = rng.uniform(0, 2 * np.pi)
    # The host is a wedge of about 130 degrees that looks away from `inland`; less than 180 keeps it convex.
    half = np.radians(rng.uniform(60, 70, 2))
    headings = np.array([inland + np.pi - half[0], inland + np.pi + half[1], inland + rng.uniform(-0.3, 0.3)])
    return _Plan(
        coast=Polygon(np.column_stack([radius * np.cos(around), radius * np.sin(around)])),
        meeting=0.34 * np.array([np.cos(inland), np.sin(inland)]),
        headings=headings,
    )


def _region_centres(rng: np.random.Generator, plan: _Plan, count: int) -> Floats:
    """Centres of regions of similar size: the means of their own neighbourhoods (Lloyd 1982)."""
    points = rng.uniform(-1.2, 1.2, (4000, 2))
    inside = shapely.contains_xy(plan.coast, points) & (plan.country_of(points) == HOST)
    points = points[inside]
    centres: Floats = points[:count]
    for _ in range(6):
        nearest = np.linalg.norm(points[:, None] - centres[None], axis=2).argmin(axis=1)
        centres = np.array([points[nearest == number].mean(axis=0) for number in range(count)])
    return centres


def _network(plan: _Plan, centres: Floats) -> list[LineString]:
    """Coast, borders and region lines as arcs that meet only at their ends."""
    ends = plan.meeting + 2 * np.column_stack([np.cos(plan.headings), np.sin(plan.headings)])
    borders = [LineString([plan.meeting, end]).intersection(plan.coast) for end in ends]
    reach = plan.meeting + 8 * np.column_stack([np.cos(plan.headings[:2]), np.sin(plan.headings[:2])])
    host = Polygon([plan.meeting, *reach]).intersection(plan.coast)
    within = shapely.voronoi_polygons(MultiPoint(centres), extend_to=plan.coast, only_edges=True).intersection(host)
    # The grid joins line ends to the borders they should touch, which plain arithmetic misses by a hair.
    joined = shapely.union_all([plan.coast.exterior, *borders, within], grid_size=1e-7)
    merged = shapely.get_parts(shapely.line_merge(joined))
    # About 2 km between vertices.
    return [LineString(arc) for arc in shapely.segmentize(merged, 0.006)]


@dataclass(frozen=True, slots=True)
class _Crumple:
    """A map from the plan to degrees that never folds: each layer of waves is too gentle to reverse any line."""

    layers: list[tuple[Floats, Floats, Floats]]
    offset: Floats
    scale: Floats

    @classmethod
    def onto_box(cls, rng: np.random.Generator, coast: Polygon) -> "_Crumple":
        layers = [_waves(rng, length) for length in WAVE_LENGTHS]
        bare = cls(layers, np.zeros(2), np.ones(2))
        shore = bare.place(shapely.get_coordinates(shapely.segmentize(coast, 0.006)))
        low, high = shore.min(axis=0), shore.max(axis=0)
        scale = (np.array(BOX[2:]) - np.array(BOX[:2])) / (high - low)
        return cls(layers, np.array(BOX[:2]) - low * scale, scale)

    def place(self, points: Floats) -> Floats:
        """Longitude and latitude of plan points, to 4 decimals (11 m)."""
        for fronts, phases, pushes in self.layers:
            points = points + np.sin(points @ fronts.T + phases) @ pushes
        placed: Floats = np.round(points * self.scale + self.offset, 4)
        return placed


def _waves(rng: np.random.Generator, length: float, count: int = 4) -> tuple[Floats, Floats, Floats]:
    """Sine waves of one length whose slopes add up to at most 0.9; below 1 the layer cannot fold."""
    ways, pushes = rng.uniform(0, 2 * np.pi, (2, count))
    front = 2 * np.pi / length
    fronts = front * np.column_stack([np.cos(ways), np.sin(ways)])
    push = 0.9 / (front * count) * np.column_stack([np.cos(pushes), np.sin(pushes)])
    return fronts, rng.uniform(0, 2 * np.pi, count), push


def _polygons(arcs: list[LineString]) -> list[Polygon]:
    return [Polygon(face) for face in shapely.get_parts(shapely.polygonize(arcs))]


def _one_polygon(parts: list[Polygon]) -> Polygon:
    # GeoJSON wants outer rings counter-clockwise.
    whole = shapely.orient_polygons(shapely.coverage_union_all(parts))
    assert isinstance(whole, Polygon)  # the parts are one connected piece before crumpling, and so after it
    return whole


def _shared_line(one: Polygon, other: Polygon) -> BaseGeometry:
    shared = shapely.get_parts(one.boundary.intersection(other.boundary))
    line: BaseGeometry = shapely.line_merge(shapely.multilinestrings([part for part in shared if part.length > 0]))
    return line


# The towns, villages and roads.


@dataclass(frozen=True, slots=True)
class _Places:
    """Settlements by number: the capital is 0, the host's towns come first, then its villages, then the neighbours'.

    `seat` is the number of the settlement that names the district; `region` is -1 in the neighbours. `roads` are
    points every few kilometres along the roads between the host's towns: n by 2, longitude and latitude.
    """

    names: list[str]
    lon: Floats
    lat: Floats
    population: Ints
    country: Ints
    region: Ints
    seat: Ints
    roads: Floats

    def town(self, place: int) -> Town:
        lat, lon = float(self.lat[place]), float(self.lon[place])
        return Town(self.names[place], lat, lon, int(self.population[place]))

    def km_to(self, lon: Floats, lat: Floats) -> Floats:
        """Kilometres from n points to all m settlements, n by m."""
        km: Floats = _km(lon[:, None], lat[:, None], self.lon[None], self.lat[None])
        return km

    def of_country(self, country: int) -> Ints:
        return np.flatnonzero(self.country == country)


def _km(lon: Any, lat: Any, other_lon: Any, other_lat: Any) -> Any:
    return np.hypot((lon - other_lon) * KM_EAST, (lat - other_lat) * KM_NORTH)


def _places(rng: np.random.Generator, land: _Land, names: Iterator[str]) -> _Places:
    towns = _town_points(rng, land)
    roads = _road_points(towns, land.countries[HOST])
    villages = _village_points(rng, land, roads)
    abroad = [_border_points(rng, land, country) for country in (1, 2)]
    points = np.concatenate([towns, villages, *abroad])
    country = np.repeat([0, 1, 2], [TOWNS + VILLAGES, NEIGHBOUR_SETTLEMENTS, NEIGHBOUR_SETTLEMENTS])
    region = land.region_of(points[:, 0], points[:, 1])
    population = _populations(rng, len(points))
    return _Places(
        names=[next(names) for _ in points],
        lon=points[:, 0],
        lat=points[:, 1],
        population=population,
        country=country.astype(np.int64),
        region=region,
        seat=_seats(points, 10 * country + region, population),
        roads=roads,
    )


def _inside(rng: np.random.Generator, area: BaseGeometry, count: int) -> Floats:
    """Random points inside an area, to 4 decimals: count by 2."""
    west, south, east, north = area.bounds
    found: Floats = np.empty((0, 2))
    while len(found) < count:
        tried = np.round(rng.uniform((west, south), (east, north), (4 * count, 2)), 4)
        found = np.concatenate([found, tried[shapely.contains_xy(area, tried)]])
    return found[:count]


def _scattered(rng: np.random.Generator, area: BaseGeometry, points: Floats, km: Any) -> Floats:
    """Points moved at random by about `km` each way, but never out of the area; those that fail stay where they are."""
    moved, waiting = points.copy(), np.arange(len(points))
    spread = np.broadcast_to(np.asarray(km, dtype=np.float64), len(points))
    for _ in range(8):
        shift = rng.standard_normal((len(waiting), 2)) * spread[waiting, None] / (KM_EAST, KM_NORTH)
        tried = np.round(points[waiting] + shift, 4)
        inside = shapely.contains_xy(area, tried)
        moved[waiting[inside]] = tried[inside]
        waiting = waiting[~inside]
    return moved


def _town_points(rng: np.random.Generator, land: _Land) -> Floats:
    """The capital by the sea and far from the borders, then towns that keep their distance from each other."""
    away_from_edges = land.countries[HOST].buffer(-0.06)
    candidates = _inside(rng, away_from_edges, TOWNS * 8)
    borders = shapely.union_all([land.lines["XKA-XTL"], land.lines["XKA-XVL"]])
    spots = shapely.points(candidates[:60])
    to_border, to_coast = shapely.distance(spots, borders), shapely.distance(spots, land.countries[HOST].boundary)
    chosen = [candidates[int(np.argmax(np.minimum(to_border, 2.0) - to_coast))]]
    for number in range(1, TOWNS):
        tried = candidates[number * 8 : number * 8 + 8]
        gaps = [_km(tried[:, 0], tried[:, 1], *town) for town in chosen]
        chosen.append(tried[int(np.argmax(np.min(gaps, axis=0)))])
    return np.array(chosen)


def _road_points(towns: Floats, host: Polygon, step_km: float = 5.0) -> Floats:
    """Points along the roads, which join each town to the network by the shortest way (Prim 1957)."""
    km = _km(towns[:, None, 0], towns[:, None, 1], towns[None, :, 0], towns[None, :, 1])
    joined, points = [0], []
    while len(joined) < len(towns):
        apart = np.setdiff1d(np.arange(len(towns)), joined)
        from_town, to_town = np.unravel_index(km[joined][:, apart].argmin(), (len(joined), len(apart)))
        start, end = joined[int(from_town)], int(apart[to_town])
        steps = np.linspace(0, 1, max(2, int(km[start, end] / step_km)))[:, None]
        points.append(towns[start] * (1 - steps) + towns[end] * steps)
        joined.append(end)
    along = np.concatenate(points)
    on_land: Floats = along[shapely.contains_xy(host, along)]
    return on_land


def _village_points(rng: np.random.Generator, land: _Land, roads: Floats) -> Floats:
    host = land.countries[HOST].buffer(-0.02)
    by_road = roads[rng.integers(0, len(roads), VILLAGES * 6 // 10)]
    by_road = by_road[shapely.contains_xy(host, by_road)]
    return np.concatenate([_scattered(rng, host, by_road, 5.0), _inside(rng, host, VILLAGES - len(by_road))]).round(4)


def _border_points(rng: np.random.Generator, land: _Land, country: int) -> Floats:
    line = land.lines[f"{ISO3[HOST]}-{ISO3[country]}"]
    band = land.countries[country].buffer(-0.03).intersection(line.buffer(0.8))
    return _inside(rng, band, NEIGHBOUR_SETTLEMENTS)


def _populations(rng: np.random.Generator, count: int) -> Ints:
    """Persons: one large capital, towns by rank and size (Zipf 1949), villages of some hundreds to a few thousand."""
    people = np.exp(rng.normal(7.2, 0.7, count)).clip(200, 7000)
    ranks = rng.permutation(np.arange(1, TOWNS))
    people[1:TOWNS] = 260_000 / ranks**0.85 * np.exp(rng.normal(0, 0.12, TOWNS - 1))
    people[0] = rng.uniform(650_000, 1_100_000)
    # A few places over the borders are towns too.
    for first in (TOWNS + VILLAGES, TOWNS + VILLAGES + NEIGHBOUR_SETTLEMENTS):
        people[first : first + 4] *= 12
    return (np.ceil(people / 100) * 100).astype(np.int64)


def _seats(points: Floats, area: Ints, population: Ints, most: int = 4) -> Ints:
    """For each settlement the nearest of the largest settlements of its region: the seat of its district."""
    seats = np.zeros(len(points), dtype=np.int64)
    for number in np.unique(area):
        members = np.flatnonzero(area == number)
        largest = members[np.argsort(-population[members], kind="stable")[:most]]
        km = _km(*points[members, None].transpose(2, 0, 1), *points[None, largest].transpose(2, 0, 1))
        seats[members] = largest[km.argmin(axis=1)]
    return seats


# The story: which campaigns shake which region, and when.


@dataclass(frozen=True, slots=True)
class _Phase:
    """Part of the period from `start` to `end` (shares of it); `weight` is its share of the clusters of events.

    `where` names the roles of regions it reaches; `kinds` are the shares of state-based and non-state violence.
    """

    start: float
    end: float
    weight: float
    campaigns: int
    where: tuple[str, ...]
    kinds: tuple[float, float]
    rebels: int


FRONT, LEAGUE = 0, 1
WAR, RELAPSE = 1, 3
PHASES = (
    _Phase(0.00, 0.10, 0.05, 4, ("home",), (0.40, 0.15), FRONT),
    _Phase(0.08, 0.30, 0.47, 24, ("home", "home", "second", "relapse", "capital"), (0.60, 0.07), FRONT),
    _Phase(0.30, 0.58, 0.14, 20, ("home", "second", "relapse"), (0.22, 0.28), FRONT),
    _Phase(0.57, 0.80, 0.26, 14, ("relapse",), (0.47, 0.15), LEAGUE),
    _Phase(0.80, 1.00, 0.08, 8, ("relapse", "home"), (0.28, 0.27), LEAGUE),
)
CAMPAIGN = np.dtype([("place", "i8"), ("start", "f8"), ("end", "f8"), ("weight", "f8"), ("km", "f8"), ("phase", "i8")])


@dataclass(frozen=True, slots=True)
class _Story:
    """`roles` gives the region's number for home, second, relapse and capital; parties are without their mark."""

    roles: dict[str, int]
    disputed: str
    campaigns: Records
    government: tuple[str, ...]
    rebels: tuple[str, str]
    militias: tuple[str, str]
    relapse_region: str


def _story(rng: np.random.Generator, land: _Land, places: _Places, period: _Period) -> _Story:
    roles, neighbour = _roles(land, places)
    campaigns = [
        _campaign(rng, phase, order == 0, roles, places, period)
        for phase in range(len(PHASES))
        for order in range(PHASES[phase].campaigns)
    ]
    drawn = np.array(campaigns, dtype=CAMPAIGN)
    for number, phase in enumerate(PHASES):
        mine = drawn["phase"] == number
        drawn["weight"][mine] *= phase.weight / drawn["weight"][mine].sum()
    home, relapse = land.region_names[roles["home"]], land.region_names[roles["relapse"]]
    return _Story(
        roles=roles,
        disputed=f"{ISO3[HOST]}-{ISO3[neighbour]}",
        campaigns=drawn,
        government=tuple(f"Government of {name}" for name in COUNTRY_NAMES),
        rebels=(f"{home} Front", f"{relapse} Defence League"),
        militias=("Upland Companies", "River Guard"),
        relapse_region=relapse,
    )


def _roles(land: _Land, places: _Places) -> tuple[dict[str, int], int]:
    """Which region plays which part, and the neighbour whose border with the relapse region is disputed."""
    capital = int(places.region[0])
    others = [number for number in range(len(land.regions)) if number != capital]
    borders = [land.lines[f"{ISO3[HOST]}-{ISO3[country]}"] for country in (1, 2)]
    lengths = {number: [land.regions[number].intersection(line).length for line in borders] for number in others}
    relapse = max(others, key=lambda number: max(lengths[number]))
    others.remove(relapse)
    home = max(others, key=lambda number: land.regions[number].centroid.distance(land.regions[capital].centroid))
    others.remove(home)
    second = min(others, key=lambda number: land.regions[number].centroid.distance(land.regions[home].centroid))
    roles = {"home": home, "second": second, "relapse": relapse, "capital": capital}
    return roles, 1 + int(np.argmax(lengths[relapse]))


def _campaign(
    rng: np.random.Generator, number: int, opens: bool, roles: dict[str, int], places: _Places, period: _Period
) -> tuple[int, float, float, float, float, int]:
    """The fields of CAMPAIGN; one that `opens` its phase starts with it, so that no phase begins in silence."""
    phase, days = PHASES[number], period.last_day + 1
    region = roles[phase.where[rng.integers(len(phase.where))]]
    reach = np.flatnonzero(places.region == region)
    draw = places.population[reach] ** 0.3
    place = int(rng.choice(reach, p=draw / draw.sum()))
    start = phase.start if opens else rng.uniform(phase.start, phase.end - 0.02)
    length = float(np.exp(rng.normal(math.log(0.045), 0.5)))
    end = min(start + length, phase.end)
    return place, start * days, end * days, rng.gamma(2.0), rng.uniform(8, 30), number


@dataclass(frozen=True, slots=True)
class _World:
    land: _Land
    places: _Places
    story: _Story
    period: _Period


# The events.

EVENT = np.dtype(
    [("lon", "f8"), ("lat", "f8"), ("day", "i8"), ("country", "i8"), ("kind", "i8"), ("rebels", "i8"), ("luck", "f8")]
)


def _happened(rng: np.random.Generator, world: _World, count: int) -> Records:
    """Exactly `count` events in order of day: clusters of a first event, those it brings on, and theirs in turn."""
    gathered, total = [], 0
    while total < count:
        generation = _first_events(rng, world, max(60, count // 3))
        while len(generation):
            gathered.append(generation)
            total += len(generation)
            generation = _brought_on(rng, world, generation)
    every = np.concatenate(gathered)
    kept = every[rng.choice(len(every), count, replace=False)]
    return kept[np.lexsort((kept["lat"], kept["lon"], kept["day"]))]


def _spared_by_rain(rng: np.random.Generator, days: Ints, period: _Period) -> Flags:
    """Chance keeps all events of late July and a third fewer at the height of the rains in late January."""
    since_january = (days + period.first_day.timetuple().tm_yday - 1) % 365.25
    rain = (1 + np.cos(2 * np.pi * (since_january - 25) / 365.25)) / 2
    spared: Flags = rng.random(len(days)) > 0.33 * rain
    return spared


def _first_events(rng: np.random.Generator, world: _World, count: int) -> Records:
    """Most belong to a campaign; the others happen at any settlement on any day."""
    campaigns, days = world.story.campaigns, world.period.last_day + 1
    campaign = campaigns[rng.choice(len(campaigns), count, p=campaigns["weight"] / campaigns["weight"].sum())]
    stray = rng.random(count) < BACKGROUND_SHARE
    centre = np.where(stray, rng.integers(0, TOWNS + VILLAGES, count), campaign["place"])
    day = np.where(stray, rng.uniform(0, days, count), rng.uniform(campaign["start"], campaign["end"]))
    ends = [phase.end * days for phase in PHASES[:-1]]
    phase = np.where(stray, np.searchsorted(ends, day), campaign["phase"])
    events = np.zeros(count, dtype=EVENT)
    events["day"] = day
    events["kind"] = _kinds(rng, phase)
    events["rebels"] = np.array([part.rebels for part in PHASES])[phase]
    events["luck"] = rng.random(count)
    events["country"] = np.where(rng.random(count) < NEIGHBOUR_SHARE, rng.integers(1, 3, count), HOST)
    events["lon"], events["lat"] = _first_points(rng, world, events, centre, campaign["km"]).T
    return events[_spared_by_rain(rng, events["day"], world.period)]


def _kinds(rng: np.random.Generator, phase: Ints) -> Ints:
    shares = np.array([part.kinds for part in PHASES])[phase]
    luck = rng.random(len(phase))
    return np.where(luck < shares[:, 0], STATE_BASED, np.where(luck < shares.sum(axis=1), NON_STATE, ONE_SIDED))


def _first_points(rng: np.random.Generator, world: _World, events: Records, centre: Ints, km: Floats) -> Floats:
    """Fighting spreads around a campaign's centre; civilians are killed in settlements and on the roads."""
    places = world.places
    points = np.column_stack([places.lon[centre], places.lat[centre]])
    spread = km.copy()
    one_sided = events["kind"] == ONE_SIDED
    on_road = one_sided & (rng.random(len(events)) < 0.6)
    points[on_road] = _near_road(rng, places.roads, points[on_road])
    spread[one_sided] = 2.5
    for country in (1, 2):
        abroad = np.flatnonzero(events["country"] == country)
        points[abroad] = _over_the_border(rng, places, country, points[abroad])
        spread[abroad] = 6.0
    for country in range(3):
        mine = events["country"] == country
        points[mine] = _scattered(rng, world.land.countries[country], points[mine], spread[mine])
    return points


def _near_road(rng: np.random.Generator, roads: Floats, points: Floats, choice: int = 12) -> Floats:
    """One of the 12 road points nearest to each point."""
    km = _km(points[:, None, 0], points[:, None, 1], roads[None, :, 0], roads[None, :, 1])
    nearest = np.argpartition(km, choice, axis=1)[:, :choice]
    return roads[nearest[np.arange(len(points)), rng.integers(0, choice, len(points))]]


def _over_the_border(rng: np.random.Generator, places: _Places, country: int, points: Floats) -> Floats:
    """A settlement of the neighbour for each point, the nearer the likelier."""
    abroad = places.of_country(country)
    km = places.km_to(points[:, 0], points[:, 1])[:, abroad]
    # The largest of weights with Gumbel noise is a draw by weight.
    drawn = (-km / 40 + rng.gumbel(size=km.shape)).argmax(axis=1)
    return np.column_stack([places.lon[abroad[drawn]], places.lat[abroad[drawn]]])


def _brought_on(rng: np.random.Generator, world: _World, parents: Records) -> Records:
    """The events that other events bring on: near, soon after, in the same country, mostly of the same type."""
    children = np.repeat(parents, rng.poisson(CHILDREN_PER_EVENT, len(parents)))
    children["day"] += rng.exponential(CHILD_LAG_DAYS, len(children)).astype(np.int64)
    children = children[children["day"] <= world.period.last_day]
    # A heavy tail, so that some fighting jumps to the next valley.
    km = CHILD_DISTANCE_KM * np.abs(rng.standard_t(3, len(children))).clip(0.1, 8)
    other = rng.random(len(children)) < 0.2
    children["kind"][other] = rng.integers(0, 3, other.sum())
    for country in range(3):
        mine = np.flatnonzero(children["country"] == country)
        points = np.column_stack([children["lon"][mine], children["lat"][mine]])
        points = _scattered(rng, world.land.countries[country], points, km[mine])
        children["lon"][mine], children["lat"][mine] = points.T
    return children[_spared_by_rain(rng, children["day"], world.period)]


# What a provider would write down of them.


def _events_table(rng: np.random.Generator, world: _World, happened: Records) -> pl.DataFrame:
    period = world.period
    first, last, date_precision = _dates(rng, happened["day"], period)
    columns = {
        "date_start": _calendar(first, period),
        "date_end": _calendar(last, period),
        "date_precision": date_precision,
        "iso3": [ISO3[country] for country in happened["country"]],
        "gw_id": np.array(GW_IDS)[happened["country"]],
        "type": [TYPES[kind] for kind in happened["kind"]],
        **_where(rng, world, happened),
        **_who(happened, world.story),
        **_deaths(rng, happened["kind"]),
        "clarity": np.where(rng.random(len(happened)) < np.where(date_precision >= 4, 0.55, 0.04), 2, 1),
        "coding_status": _coding_status(rng, last, period),
    }
    rows = pl.DataFrame(columns).sort("date_start", "date_end", "latitude", "longitude", maintain_order=True)
    rows = rows.with_columns(
        pl.format("SYN{}", pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(6)).alias("event_id"),
        cells_of(pl.col("latitude"), pl.col("longitude")).alias("gid"),
        _sources(rng, rows["best"].to_numpy()),
    )
    rows = _with_doubts(rng, rows).cast(EVENTS.schema).select(EVENTS.column_names)
    EVENTS.check(rows)
    return rows


def _calendar(days: Ints, period: _Period) -> pl.Series:
    return pl.Series(np.datetime64(period.first_day, "D") + days)


def _dates(rng: np.random.Generator, day: Ints, period: _Period) -> tuple[Ints, Ints, Ints]:
    """First and last possible day and the precision; a vague date is a span around the true day."""
    precision = rng.choice(np.arange(1, 6), len(day), p=DATE_PRECISION)
    shortest, longest = np.array([[0, 1, 6, 8, 32], [0, 5, 6, 30, MOST_SPAN_DAYS]])[:, precision - 1]
    span = rng.integers(shortest, longest + 1)
    first = day - (rng.random(len(day)) * (span + 1)).astype(np.int64)
    first = first.clip(0, period.last_day - span)
    last = first + span
    # "In June" is how most reports of this precision put it.
    whole_month = (precision == 4) & (rng.random(len(day)) < 0.75)
    starts = np.array([(period.day_of(month) - period.first_day).days for month in range(period.months + 1)])
    month = np.searchsorted(starts, day[whole_month], side="right")
    first[whole_month], last[whole_month] = starts[month - 1], starts[month] - 1
    return first, last, precision


def _coding_status(rng: np.random.Generator, last: Ints, period: _Period) -> list[str]:
    """Some rows of the last 60 days are not yet settled."""
    unsettled = (last > period.last_day - 60) & (rng.random(len(last)) < 0.2)
    return ["Check deaths" if unsure else "Clear" for unsure in unsettled]


def _where(rng: np.random.Generator, world: _World, happened: Records) -> dict[str, Any]:
    """Place columns: the coarser the precision, the larger the area whose point stands for the place."""
    land, places = world.land, world.places
    precision = rng.choice(np.arange(1, 7), len(happened), p=PLACE_PRECISION)
    # The provider watches the host: over the border it names settlements, never a whole region or country.
    precision = np.where((happened["country"] != HOST) & (precision > 3), 2, precision)
    two = _two_nearest(places, happened)
    seat = places.seat[two[:, 0]]
    named = (precision == 1) | (precision == 3)
    region = np.where(named, places.region[two[:, 0]], land.region_of(happened["lon"], happened["lat"]))
    lon, lat = _standing_points(land, places, happened, precision, two[:, 0], region)
    # Near a region's edge the nearest settlement may lie beyond it, and so may its district.
    no_district = (precision >= 4) | (places.region[seat] != region) | (rng.random(len(happened)) < 0.06)
    districts = np.array([f"{name} district" for name in places.names], dtype=object)[seat]
    districts[no_district] = None
    return {
        "longitude": lon,
        "latitude": lat,
        "place_precision": precision,
        "admin_1": _admin_1(land, happened["country"], precision, region),
        "admin_2": districts.tolist(),
        "place": _places_as_written(land, places, precision, two, region),
    }


def _two_nearest(places: _Places, happened: Records, block: int = 4096) -> Ints:
    """The two nearest settlements of its country for each event, nearest first: n by 2."""
    found = [np.empty((0, 2), dtype=np.int64)]
    # In blocks, so that a million events do not need gigabytes of distances.
    for start in range(0, len(happened), block):
        part = happened[start : start + block]
        km = places.km_to(part["lon"], part["lat"])
        km[places.country[None] != part["country"][:, None]] = np.inf
        found.append(np.argsort(km, axis=1, kind="stable")[:, :2])
    return np.concatenate(found)


def _standing_points(
    land: _Land, places: _Places, happened: Records, precision: Ints, nearest: Ints, region: Ints
) -> tuple[Floats, Floats]:
    """Longitude and latitude of the settlement, the seat of the district, or the middle of the region or country."""
    lon, lat = happened["lon"].copy(), happened["lat"].copy()
    settlement = np.where(precision == 3, places.seat[nearest], nearest)
    named = (precision == 1) | (precision == 3)
    lon[named], lat[named] = places.lon[settlement[named]], places.lat[settlement[named]]
    whole = precision == 4
    lon[whole], lat[whole] = _middles(land.regions)[region[whole]].T
    lon[precision == 6], lat[precision == 6] = _middles(land.countries[:1])[0]
    return lon, lat


def _middles(areas: list[Polygon]) -> Floats:
    """A point well inside each area, to 4 decimals."""
    middles: Floats = np.round(shapely.get_coordinates(shapely.point_on_surface(areas)), 4)
    return middles


def _admin_1(land: _Land, country: Ints, precision: Ints, region: Ints) -> list[str | None]:
    return [
        None if vague == 6 else land.region_names[part] if where == HOST else land.province_names[where - 1]
        for where, vague, part in zip(country, precision, region, strict=True)
    ]


def _places_as_written(land: _Land, places: _Places, precision: Ints, two: Ints, region: Ints) -> list[str]:
    written = []
    for vague, (nearest, second), part in zip(precision, two, region, strict=True):
        name = places.names[nearest]
        written.append(
            {
                1: f"{name} {'town' if places.population[nearest] > 7000 else 'village'}",
                2: f"near {name}",
                3: f"{places.names[places.seat[nearest]]} district",
                4: f"{land.region_names[part]} region",
                5: f"between {name} and {places.names[second]}",
                6: COUNTRY_NAMES[HOST],
            }[int(vague)]
        )
    return written


def _who(happened: Records, story: _Story) -> dict[str, list[str]]:
    parties = [_parties(event, story) for event in happened]
    marked = [(f"{a} (synthetic)", b if b == "Civilians" else f"{b} (synthetic)") for a, b, _ in parties]
    return {
        "side_a": [a for a, _ in marked],
        "side_b": [b for _, b in marked],
        "conflict": [f"{conflict} (synthetic)" for _, _, conflict in parties],
    }


def _parties(event: Any, story: _Story) -> tuple[str, str, str]:
    """Both parties and the conflict, without the mark; an event's luck is its cluster's, so clusters keep parties."""
    government, rebels = story.government[event["country"]], story.rebels[event["rebels"]]
    if event["kind"] == STATE_BASED:
        over = "Government" if event["rebels"] == FRONT else story.relapse_region
        return government, rebels, f"{COUNTRY_NAMES[HOST]}: {over}"
    if event["kind"] == ONE_SIDED:
        side = government if event["luck"] < 0.25 else rebels if event["luck"] < 0.8 else story.militias[0]
        return side, "Civilians", f"{side} - Civilians"
    a, b = (rebels, story.militias[0]) if event["luck"] < 0.45 else story.militias
    return a, b, f"{a} - {b}"


def _deaths(rng: np.random.Generator, kind: Ints) -> dict[str, Ints]:
    """Deaths by party that add up to the best estimate, with low and high around it."""
    mean, spread = np.array(LOG_DEATHS)[kind].T
    best = np.ceil(np.exp(rng.normal(mean, spread)) - 0.5).clip(1, MOST_DEATHS).astype(np.int64)
    best[rng.random(len(kind)) < np.array(ZERO_DEATHS)[kind]] = 0
    parts = rng.multinomial(best, _death_shares(rng, kind))
    low, high = best.copy(), best.copy()
    lower, higher = rng.random(len(kind)) < 0.08, rng.random(len(kind)) < 0.27
    low[lower] = (best[lower] * rng.uniform(0.3, 0.9, lower.sum())).astype(np.int64)
    high[higher] = best[higher] + np.ceil((best[higher] + 1) * rng.exponential(0.5, higher.sum())).astype(np.int64)
    by_party = dict(zip(("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown"), parts.T, strict=True))
    return {**by_party, "best": best, "low": low, "high": high}


def _death_shares(rng: np.random.Generator, kind: Ints) -> Floats:
    """Expected shares of the parties, civilians and unknown for each event; often no report tells who died."""
    counted = np.array([(0.27, 0.38, 0.15, 0.2), (0.32, 0.33, 0.15, 0.2), (0.0, 0.0, 0.96, 0.04)])[kind]
    untold = rng.random(len(kind)) < np.array([0.35, 0.5, 0.03])[kind]
    return np.where(untold[:, None], (0.0, 0.0, 0.0, 1.0), counted)


def _sources(rng: np.random.Generator, best: Ints) -> pl.Series:
    """Reports behind each row, more for more deaths; null where they were not counted."""
    reports = pl.Series("sources", 1 + rng.poisson(0.35 * np.log1p(best)))
    return reports.set(pl.Series(rng.random(len(best)) < 0.12), None)


def _with_doubts(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Half a per cent of rows contradict themselves, as real files do: best above high, or below low."""
    best, low, high = (rows[name].to_numpy().copy() for name in ("best", "low", "high"))
    doubtful = rng.choice(rows.height, round(rows.height * DOUBTFUL_SHARE), replace=False)
    above = doubtful[(best[doubtful] > 0) & (rng.random(len(doubtful)) < 0.5)]
    below = np.setdiff1d(doubtful, above)
    high[above] = best[above] - 1
    low[above] = np.minimum(low[above], high[above])
    low[below] = best[below] + rng.integers(1, 6, len(below))
    high[below] = np.maximum(high[below], low[below])
    return rows.with_columns(pl.Series("low", low), pl.Series("high", high))


# The mission and its bases.


@dataclass(frozen=True, slots=True)
class _Base:
    """`opens` and `closes` are months since the mission's start; `closes` is None while the base stands.

    `headquarters` is 0 none, 1 sector, 2 battalion, 3 mission headquarters; `strength` is in troops.
    """

    place: int
    opens: int
    closes: int | None
    strength: int
    headquarters: int
    contributors: tuple[str, ...]
    police: bool
    observers: bool
    liaison: bool
    entry: int = 1
    comment: str | None = None


def _mission(places: _Places, period: _Period) -> dict[str, Any]:
    capital = places.town(0)
    return {
        "mission": MISSION,
        "name": MISSION_NAME,
        "start_on": period.day_of(period.mission_start),
        "end_on": None,
        "hosts": [ISO3[HOST]],
        "host_names": {ISO3[HOST]: COUNTRY_NAMES[HOST]},
        "headquarters": {"place": capital.name, "latitude": capital.latitude, "longitude": capital.longitude},
        "kind": "peacekeeping",
        "area": "whole-country",
        "synthetic": True,
        "note": NOTE,
    }


def _missions_table(mission: dict[str, Any], period: _Period) -> pl.DataFrame:
    row = {
        "mission": mission["mission"],
        "name": mission["name"],
        "lead_department": None,
        "is_active": True,
        "start_on": mission["start_on"],
        "end_on": None,
        "headquarters": mission["headquarters"]["place"],
        "latitude": mission["headquarters"]["latitude"],
        "longitude": mission["headquarters"]["longitude"],
        "updated_on": period.first_day + timedelta(days=period.last_day),
    }
    rows = pl.DataFrame([row], schema=MISSIONS.schema)
    MISSIONS.check(rows)
    return rows


def _deployments(rng: np.random.Generator, world: _World) -> pl.DataFrame:
    period = world.period
    bases = _bases(rng, world.places, world.story, period.months - period.mission_start)
    rows: list[dict[str, Any]] = []
    month, sheet = 1, 1
    while period.mission_start + month < period.months:
        standing = [base for base in bases if base.opens <= month and (base.closes is None or month < base.closes)]
        rows += [_map_row(rng, world, base, month, sheet) for base in standing]
        month, sheet = month + int(rng.integers(3, 5)), sheet + 1
    table = pl.DataFrame(rows, schema=DEPLOYMENTS.schema).sort("month", "location", "entry")
    DEPLOYMENTS.check(table)
    return table


def _bases(rng: np.random.Generator, places: _Places, story: _Story, months: int) -> list[_Base]:
    """Headquarters, sectors, then bases where the war was, and, once it has come, where the relapse is."""
    # The mission starts a quarter into the period, so phases fall this much later in its own time.
    calm, relapse_opens = (
        round((share - 0.25) / 0.75 * months) for share in (PHASES[WAR].end + 0.06, PHASES[RELAPSE].start)
    )
    sectors = _sector_seats(places)
    first = _exposed(places, story, WAR, taken=[0, *sectors], count=11)
    later = _exposed(places, story, RELAPSE, taken=[0, *sectors, *first], count=6)
    bases = [_base(rng, 0, 0, None, 850, 3), _base(rng, 0, 4, None, 420, 0, entry=2, comment="Engineers and hospital")]
    bases += [_base(rng, seat, int(rng.integers(0, 5)), None, int(rng.integers(500, 850)), 1) for seat in sectors]
    for number, place in enumerate(first):
        opens = int(rng.integers(1, 15))
        leaves = max(opens + 6, int(rng.integers(calm, relapse_opens))) if rng.random() < 0.35 else None
        bases.append(_field_base(rng, place, opens, leaves, number))
    for number, place in enumerate(later):
        bases.append(_field_base(rng, place, relapse_opens + int(rng.integers(2, 14)), None, number))
    return bases


def _sector_seats(places: _Places) -> list[int]:
    """The largest town of every region but the capital's."""
    regions = [int(number) for number in np.unique(places.region[:TOWNS]) if number != places.region[0]]
    members = [np.flatnonzero(places.region[:TOWNS] == region) for region in regions]
    return [int(towns[places.population[towns].argmax()]) for towns in members]


def _exposed(places: _Places, story: _Story, phase: int, taken: list[int], count: int) -> list[int]:
    """Settlements of the host near a phase's campaigns, the larger and nearer first, none within 25 km of another."""
    mine = story.campaigns[story.campaigns["phase"] == phase]
    km = places.km_to(places.lon[mine["place"]], places.lat[mine["place"]])
    score = (mine["weight"][:, None] * np.exp(-km / 45)).sum(axis=0) * places.population**0.25
    chosen: list[int] = []
    for place in np.argsort(-score[: TOWNS + VILLAGES], kind="stable"):
        near = _km(places.lon[place], places.lat[place], places.lon[taken + chosen], places.lat[taken + chosen])
        if near.min() > 25 and len(chosen) < count:
            chosen.append(int(place))
    return chosen


def _field_base(rng: np.random.Generator, place: int, opens: int, closes: int | None, number: int) -> _Base:
    """A battalion, a company, a platoon or an observers' team site without troops."""
    size = ("battalion", "company", "company", "platoon", "company", "team site")[number % 6]
    least, most = {"battalion": (450, 700), "company": (130, 240), "platoon": (35, 60), "team site": (0, 0)}[size]
    strength = int(rng.integers(least, most + 1))
    return _base(rng, place, opens, closes, strength, 2 if size == "battalion" else 0)


def _base(
    rng: np.random.Generator,
    place: int,
    opens: int,
    closes: int | None,
    strength: int,
    headquarters: int,
    entry: int = 1,
    comment: str | None = None,
) -> _Base:
    several = 1 + (strength > 300) * int(rng.integers(0, 3))
    states = sorted(int(number) for number in rng.choice(np.arange(1, 17), several if strength else 0, replace=False))
    central = headquarters in (1, 3)
    return _Base(
        place=place,
        opens=opens,
        closes=closes,
        strength=strength,
        headquarters=headquarters,
        contributors=tuple(f"Contributing state {number:02d}" for number in states),
        police=entry == 1 and bool(central or rng.random() < 0.3),
        observers=entry == 1 and bool(central or strength == 0 or rng.random() < 0.3),
        liaison=entry == 1 and bool(headquarters == 3 or rng.random() < 0.1),
        entry=entry,
        comment=comment,
    )


def _map_row(rng: np.random.Generator, world: _World, base: _Base, month: int, sheet: int) -> dict[str, Any]:
    places, period = world.places, world.period
    lat, lon = float(places.lat[base.place]), float(places.lon[base.place])
    troops = _strength(rng, world, base, month)
    unknown = rng.random() < (0.06 if base.strength < 300 else 0.015)
    return {
        "mission": MISSION,
        "month": from_ordinal(period.first + period.mission_start + month),
        "source_map": f"Synthetic map {sheet:02d}",
        "location": places.names[base.place],
        "entry": base.entry,
        "iso3": ISO3[HOST],
        "latitude": lat,
        "longitude": lon,
        "gid": cell_of(lat, lon),
        "troops": None if unknown else troops,
        "contributors": "|".join(base.contributors) or None,
        "has_police": base.police,
        "has_observers": base.observers,
        "headquarters": base.headquarters,
        "has_liaison": base.liaison,
        "comment": "Strength not stated on the map" if unknown else base.comment,
    }


def _strength(rng: np.random.Generator, world: _World, base: _Base, month: int) -> int:
    """Troops at a base: it fills over ten months, shrinks after the ceasefire, and grows again where war returns."""
    share = (world.period.mission_start + month) / world.period.months
    calm, relapse = ((share - start) / 0.1 for start in (PHASES[WAR].end + 0.05, PHASES[RELAPSE].start))
    level = min(1.0, 0.5 + 0.05 * (month - base.opens)) * (1 - 0.2 * min(max(calm, 0.0), 1.0))
    if world.places.region[base.place] == world.story.roles["relapse"]:
        level *= 1 + 0.5 * min(max(relapse, 0.0), 1.0)
    return 5 * round(base.strength * level * rng.uniform(0.95, 1.05) / 5)


# GeoJSON.


def _features(shapes: list[Any], properties: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": about, "geometry": _plain(shapely.geometry.mapping(shape))}
            for shape, about in zip(shapes, properties, strict=True)
        ],
    }


def _plain(value: Any) -> Any:
    """Lists instead of tuples, so that the collection equals what is read back from its JSON."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, tuple | list) else value


def _country_properties(country: int) -> dict[str, Any]:
    return {"iso3": ISO3[country], "name": COUNTRY_NAMES[country], "synthetic": True}


def _region_properties(name: str) -> dict[str, Any]:
    return {"iso3": ISO3[HOST], "name": name, "synthetic": True}


def _line_properties(land: _Land, disputed: str) -> list[dict[str, Any]]:
    return [{"between": pair, "disputed": pair == disputed, "synthetic": True} for pair in land.lines]
