"""Which version of a table, and which definition, does a figure rest on?"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, order=True)
class VersionRef:
    """One immutable version of a table: `sha256` is of the provider's bytes as given.

    `title`, `licence` and `citation` are the provider's, so that a figure which leaves the house still names it.
    """

    table: str
    version: int
    sha256: str
    retrieved: date
    provider: str = ""
    title: str = ""
    licence: str = ""
    citation: str = ""


@dataclass(frozen=True, slots=True)
class DefinitionRef:
    """A reviewed definition that a figure rests on; `status` is draft until somebody outside the team checked it."""

    name: str
    title: str
    valid_from: date
    status: str
