"""How does a word of a definition read in the reader's language?

Definitions are written in English and reviewed so. Their French stands in the catalogue with that of the pages, under a
context of its own: a word of a list need not be called as the same word on a button is.
"""

from collections.abc import Iterator

from django.utils.translation import pgettext
from pydantic import BaseModel

from bluehelm.definitions.finding_rules import Word
from bluehelm.definitions.protection import (
    packaged_alert_rules,
    packaged_compact,
    packaged_threat_words,
    packaged_work_words,
)
from bluehelm.definitions.report_types import packaged_report_types

CONTEXT = "definition"


def called(title: str) -> str:
    """A title of a definition in the reader's language."""
    return pgettext(CONTEXT, title) if title else ""


def defined_texts() -> Iterator[str]:
    """The titles of definitions that pages show."""
    yield from (one.title for one in packaged_report_types().types)
    alerts = packaged_alert_rules()
    yield from (part.name for part in alerts.parts_of_day)
    for rules in (alerts, packaged_threat_words(), packaged_work_words()):
        yield from (word.title for word in _words(rules))
    for word in packaged_compact().capabilities:
        yield from (word.title, word.meaning)


def _words(rules: BaseModel) -> Iterator[Word]:
    for name in type(rules).model_fields:
        listed = getattr(rules, name)
        if isinstance(listed, tuple):
            yield from (one for one in listed if isinstance(one, Word))
