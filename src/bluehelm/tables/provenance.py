"""Where does a table's content come from, and what does it speak of?

Plain types that a source fills and the store keeps with every version.
"""

from dataclasses import dataclass

OPEN_DATA = ("everyone",)
"""The audience of what its provider publishes for all."""


@dataclass(frozen=True, slots=True)
class SourceNote:
    """Who publishes a provider's file, under what licence, and how it asks to be cited.

    `releasable_to` are the audiences its terms let it be shown to: `everyone` for open data, nobody unless said.
    """

    provider: str
    title: str
    licence: str
    citation: str
    url: str
    releasable_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rows were set aside, flagged or noted, how many, and the physical line of the first (header = 1)."""

    reason: str
    count: int
    first_line: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which months and countries a table speaks of; `countries` is None when it speaks of the whole world.

    `unknown_months` lie between the first and the last, and nobody looked in them: no row of theirs is no nought.
    """

    first_month: str | None
    last_month: str | None
    countries: tuple[str, ...] | None
    unknown_months: tuple[str, ...] = ()
