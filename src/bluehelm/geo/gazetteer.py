"""Which places does a name mean? Two places of one name are two answers: nothing here chooses between them.

A name fits when it is one of a place's names but for case, accents, blanks and hyphens.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

SEPARATORS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Place:
    """A populated place by its centre, in degrees, WGS84; `iso3` is None for a territory without a code."""

    geonames_id: int
    name: str
    names: tuple[str, ...]
    iso2: str
    iso3: str | None
    latitude: float
    longitude: float
    population: int


def spelling(name: str) -> str:
    """A name as it is compared."""
    folded = name.casefold()
    if not folded.isascii():  # most names are, and there are millions
        letters = unicodedata.normalize("NFKD", folded)
        folded = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return SEPARATORS.sub(" ", folded).strip()


def called(name: str, places: Iterable[Place]) -> list[Place]:
    """The places of a name: those whose own name it is before those that are also called so, each largest first."""
    wanted = spelling(name)
    found = [place for place in places if wanted and wanted in map(spelling, (place.name, *place.names))]
    return sorted(found, key=lambda of: (spelling(of.name) != wanted, -of.population, of.geonames_id))
