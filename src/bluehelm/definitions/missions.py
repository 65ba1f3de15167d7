"""Which peace operations has the United Nations had, when, in which countries and with which headquarters?

Facts only. Host countries are named as a provider of conflict events (UCDP) names the places, because the registry
decides which events count as a mission's. A mission made up for a demonstration says `synthetic: true`.
"""

import difflib
import re
from collections import Counter
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints, ValidationInfo, field_validator

from bluehelm.definitions.header import Header
from bluehelm.definitions.strict_yaml import STRICT, Text, build, read_mapping
from bluehelm.language import _
from bluehelm.tables.countries import country_name

MissionName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9-]*( [A-Z0-9-]+)*$")]
"""A mission's acronym as the UN list writes it: UNMISS, UNEF I."""

Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]

USER_ASSIGNED = re.compile(r"X[A-Z]{2}")
"""ISO 3166 leaves XAA to XZZ to its users: synthetic countries, and by custom XKX for Kosovo."""


class Headquarters(BaseModel):
    """Where a mission was led from, in degrees, WGS84; of two places the first."""

    model_config = STRICT

    place: Text
    latitude: Latitude
    longitude: Longitude


class MissionEntry(BaseModel):
    """One operation: `start_on` and `end_on` are as the UN list gives them, None when it gives none.

    `hosts` are ISO 3166 alpha-3; `host_names` names the countries of a synthetic mission, whose codes no list knows.
    """

    model_config = STRICT

    mission: MissionName
    name: Text
    synthetic: bool = False
    start_on: date | None
    end_on: date | None
    hosts: Annotated[tuple[str, ...], Field(strict=False)]
    host_names: dict[str, Text] = Field(default_factory=dict, validate_default=True)
    headquarters: Headquarters | None
    kind: Literal["peacekeeping", "joint-entry", "other"]
    area: Literal["whole-country", "drawn"]
    note: Text | None = None

    @field_validator("end_on")
    @classmethod
    def _ends_after_it_began(cls, end_on: date | None, info: ValidationInfo) -> date | None:
        start_on = info.data.get("start_on")
        if end_on and start_on and end_on < start_on:
            raise ValueError(_("{end_on} comes before start_on {start_on}", end_on=end_on, start_on=start_on))
        return end_on

    @field_validator("hosts")
    @classmethod
    def _hosts_are_countries(cls, hosts: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        unknown = [code for code in hosts if not _is_country(code, info.data.get("synthetic") is True)]
        if unknown:
            raise ValueError(
                _("{unknown}: no ISO 3166 alpha-3 code (XAA to XZZ only when synthetic)", unknown=", ".join(unknown))
            )
        if not hosts or len(set(hosts)) < len(hosts):
            raise ValueError(_("is empty or names a country twice"))
        return hosts

    @field_validator("host_names")
    @classmethod
    def _invented_hosts_are_named(cls, names: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        invented = {code for code in info.data.get("hosts", ()) if not _is_listed(code)}
        if "hosts" in info.data and invented != set(names):
            raise ValueError(
                _(
                    "names {names}; the hosts whose names no list knows are {invented}",
                    names=", ".join(sorted(names)) or _("nothing"),
                    invented=", ".join(sorted(invented)) or _("none"),
                )
            )
        return names


def _is_country(code: str, is_synthetic: bool) -> bool:
    return _is_listed(code) or (is_synthetic and USER_ASSIGNED.fullmatch(code) is not None)


def _is_listed(code: str) -> bool:
    return country_name(code) != code  # a code that no list knows is its own name


class MissionRegistry(Header):
    """The missions in the order of the file."""

    missions: Annotated[tuple[MissionEntry, ...], Field(strict=False)]

    def get(self, mission: str) -> MissionEntry | None:
        """The entry of an acronym, whatever its case and blanks; None when the registry has none."""
        wanted = _spelling(mission)
        return next((entry for entry in self.missions if entry.mission == wanted), None)

    def nearest(self, name: str) -> list[str]:
        """Up to three acronyms spelt most like a name, the closest first; empty when none comes near."""
        return difflib.get_close_matches(_spelling(name), [entry.mission for entry in self.missions])


def _spelling(mission: str) -> str:
    return " ".join(mission.upper().split())


def parse_missions(text: str, where: str) -> MissionRegistry:
    """The registry from YAML; `where` names the file in the problems of a DefinitionError."""
    content, problems = read_mapping(text, where)
    return build(MissionRegistry, content, where, problems + _listed_twice(content, where))


def _listed_twice(content: dict[str, Any], where: str) -> list[str]:
    entries = content.get("missions")
    names = [entry.get("mission") for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    counts = Counter(name for name in names if isinstance(name, str))
    return [
        _("{where}: missions, {name}: is listed {count} times", where=where, name=name, count=count)
        for name, count in counts.items()
        if count > 1
    ]
