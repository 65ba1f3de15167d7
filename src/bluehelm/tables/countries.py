"""Which country does a provider's number mean, and what is a country called?

Countries are ISO 3166 alpha-3. `countries.csv` lists their alpha-2 codes and their ids in the Gleditsch-Ward list
of independent states (Gleditsch and Ward 1999), with the further ids UCDP keeps for states of today: 345 Serbia,
678 Yemen, 816 Viet Nam. Kosovo has the usual user-assigned code XKX. `other_names` are how providers spell a name.
"""

import csv
from functools import cache
from importlib.resources import files

from babel import Locale

from bluehelm.language import ENGLISH, now


@cache
def _rows() -> tuple[dict[str, str], ...]:
    text = files("bluehelm.tables").joinpath("countries.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def iso3_by_gw() -> dict[int, str]:
    """ISO 3166 alpha-3 by Gleditsch-Ward id, UCDP's further ids included."""
    return {int(gw): row["iso3"] for row in _rows() for gw in row["gw_ids"].split("|") if gw}


@cache
def iso3_by_name() -> dict[str, str]:
    """ISO 3166 alpha-3 by country name in lower case: CLDR's English, the UN's and those that providers write.

    Names are matched whole; what is not listed has no code, and nothing is guessed.
    """
    english = Locale.parse("en").territories
    found: dict[str, str] = {}
    for row in _rows():
        names = (english.get(row["iso2"], ""), row["un_name"], *row["other_names"].split("|"))
        found |= {name.lower(): row["iso3"] for name in names if name}
    return found


@cache
def iso2_by_iso3() -> dict[str, str]:
    """ISO 3166 alpha-2 by alpha-3, for every country there is."""
    return {row["iso3"]: row["iso2"] for row in _rows()}


def country_name(iso3: str, language: str = "") -> str:
    """The name of a country in a language, that of now where none is named; the code itself when it has none.

    Names are CLDR's, but in English the UN's own where CLDR's differs and a reader would stumble.
    """
    return _name(iso3, language or now())


@cache
def _name(iso3: str, language: str) -> str:
    row = next((row for row in _rows() if row["iso3"] == iso3), None)
    if row is None:
        return iso3
    if language == ENGLISH and row["un_name"]:
        return row["un_name"]
    return str(Locale.parse(language).territories.get(row["iso2"], iso3))
