"""Over which groups of countries are outlooks scored apart?"""

from typing import Annotated

from pydantic import BaseModel, Field, field_validator

from bluehelm.definitions.header import Header
from bluehelm.definitions.missions import MissionName
from bluehelm.definitions.packaged import packaged_text
from bluehelm.definitions.strict_yaml import STRICT, Text, build, read_mapping
from bluehelm.language import _

WHERE = "outlook/country_groups.yaml"


class CountryGroup(BaseModel):
    """The host countries of these missions, each while its mission was deployed."""

    model_config = STRICT

    name: Text
    meaning: Text
    missions: Annotated[tuple[MissionName, ...], Field(strict=False, min_length=1)]


class CountryGroups(Header):
    """The groups in the order of the file."""

    groups: Annotated[tuple[CountryGroup, ...], Field(strict=False, min_length=1)]

    @field_validator("groups")
    @classmethod
    def _names_differ(cls, groups: tuple[CountryGroup, ...]) -> tuple[CountryGroup, ...]:
        if len({group.name for group in groups}) < len(groups):
            raise ValueError(_("names a group twice"))
        return groups

    def get(self, name: str) -> CountryGroup | None:
        return next((group for group in self.groups if group.name == name), None)


def parse_country_groups(text: str, where: str = WHERE) -> CountryGroups:
    """The groups from YAML; DefinitionError lists all that is wrong with them."""
    content, problems = read_mapping(text, where)
    return build(CountryGroups, content, where, problems)


def packaged_country_groups() -> CountryGroups:
    return parse_country_groups(packaged_text(WHERE))
