"""How small may a count about people be, which tables are about people, and how coarse must a narrative be?"""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, model_validator

from bluehelm.definitions.header import Header
from bluehelm.definitions.strict_yaml import STRICT, Text, build, read_mapping
from bluehelm.language import _

Persons = Annotated[int, Field(ge=2, le=100)]


class Dimension(BaseModel):
    """What persons are counted by: a column as it is, or the month, year or decade of its date."""

    model_config = STRICT

    column: Text
    part: Literal["whole", "month", "year", "decade"]


class RowsArePersons(BaseModel):
    """A table that leaves as counts by its dimensions only, never as rows."""

    model_config = STRICT

    rows_are: Literal["persons"]
    most_dimensions: Annotated[int, Field(ge=1, le=4)]
    dimensions: dict[Text, Dimension]


class RowsAreIncidents(BaseModel):
    """A table whose rows each say how many persons came to harm: it leaves row by row to those it is addressed to, and
    to others as counts of persons by its dimensions, without any words of it."""

    model_config = STRICT

    rows_are: Literal["incidents"]
    persons: Text
    most_dimensions: Annotated[int, Field(ge=1, le=4)]
    dimensions: dict[Text, Dimension]


class RowsAreCounts(BaseModel):
    """A table whose rows split a total into parts."""

    model_config = STRICT

    rows_are: Literal["counts"]
    parts: Annotated[tuple[Text, ...], Field(strict=False, min_length=2)]
    total: Text


PeopleTable = Annotated[RowsArePersons | RowsAreIncidents | RowsAreCounts, Field(discriminator="rows_are")]


class NarrativeRule(BaseModel):
    """Pairs of place level and time, finest first."""

    model_config = STRICT

    fewest: Persons
    steps: Annotated[
        tuple[Annotated[tuple[Text, Literal["day", "month", "quarter", "year"]], Field(strict=False)], ...],
        Field(strict=False, min_length=1),
    ]


class DisclosureRules(Header):
    """What may be shown of counts about people, table by table, and of narratives."""

    smallest: Persons
    interval: Persons
    tables: dict[Text, PeopleTable]
    narratives: NarrativeRule

    @model_validator(mode="after")
    def _the_interval_holds_every_small_count(self) -> "DisclosureRules":
        if self.interval < self.smallest - 1:
            raise ValueError(
                _(
                    "interval {interval} is less than smallest - 1, so that a small count would show",
                    interval=self.interval,
                )
            )
        return self


def parse_disclosure_rules(text: str, where: str) -> DisclosureRules:
    """The rules from YAML; `where` names the file in the problems of a DefinitionError."""
    content, problems = read_mapping(text, where)
    return build(DisclosureRules, content, where, problems)
