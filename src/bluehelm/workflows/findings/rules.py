"""Which reviewed rules do findings go by in this data folder?

The package's own definitions; a data folder may bring working calendars for its own duty stations.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bluehelm.definitions import packaged_text
from bluehelm.definitions.finding_rules import (
    CausesOfDelay,
    FollowThrough,
    Vocabulary,
    WorkingCalendars,
    parse_causes_of_delay,
    parse_follow_through,
    parse_vocabulary,
    parse_working_calendars,
)
from bluehelm.spine import DefinitionRef

FOLDER = "findings"
CALENDARS = "working_calendars.yaml"


@dataclass(frozen=True, slots=True)
class FindingRules:
    """Everything reviewable that the ledger uses."""

    vocabulary: Vocabulary
    causes: CausesOfDelay
    follow_through: FollowThrough

    @property
    def definitions(self) -> tuple[DefinitionRef, ...]:
        named = {"vocabulary": self.vocabulary, "causes_of_delay": self.causes, "follow_through": self.follow_through}
        return tuple(
            DefinitionRef(f"{FOLDER}/{name}.yaml", header.title, header.valid_from, header.status)
            for name, header in named.items()
        )


@cache
def finding_rules() -> FindingRules:
    """The package's vocabulary, causes of delay and thresholds; raises DefinitionError."""
    return FindingRules(
        parse_vocabulary(*_packaged("vocabulary.yaml")),
        parse_causes_of_delay(*_packaged("causes_of_delay.yaml")),
        parse_follow_through(*_packaged("follow_through.yaml")),
    )


def working_calendars(home: Path) -> WorkingCalendars:
    """The data folder's working calendars where it has any, else the package's; raises DefinitionError."""
    own = home / "definitions" / CALENDARS
    if own.is_file():
        return parse_working_calendars(own.read_text(encoding="utf-8"), str(own))
    return _packaged_calendars()


@cache
def _packaged_calendars() -> WorkingCalendars:
    return parse_working_calendars(*_packaged(CALENDARS))


def _packaged(name: str) -> tuple[str, str]:
    return packaged_text(f"{FOLDER}/{name}"), f"{FOLDER}/{name}"
