"""Which reads of records are written into the audit, and before which is a reason asked?"""

from typing import Annotated

from pydantic import BaseModel, Field

from bluehelm.definitions.header import Header
from bluehelm.definitions.rights import LEVELS, Level
from bluehelm.definitions.strict_yaml import STRICT, build, read_mapping


class ReadRule(BaseModel):
    """From which marking on; `reason_from` is None where no reason is asked."""

    model_config = STRICT

    written_from: Level
    reason_from: Level | None

    def writes(self, marking: int) -> bool:
        return marking >= LEVELS.index(self.written_from)

    def asks(self, marking: int) -> bool:
        return self.reason_from is not None and marking >= LEVELS.index(self.reason_from)


class ReadRules(Header):
    """The rule of each kind of record, and of those not named."""

    again_after_minutes: Annotated[int, Field(ge=0)]
    other_kinds: ReadRule
    kinds: dict[str, ReadRule]

    def of(self, kind: str) -> ReadRule:
        return self.kinds.get(kind, self.other_kinds)


def parse_read_rules(text: str, where: str) -> ReadRules:
    """The rules from YAML; `where` names the file in the problems of a DefinitionError."""
    content, problems = read_mapping(text, where)
    return build(ReadRules, content, where, problems)
