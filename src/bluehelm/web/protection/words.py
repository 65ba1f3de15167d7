"""Which words does a field of a record take, and what are their titles?"""

from functools import cache

from django.db import models

from bluehelm.definitions.finding_rules import Word
from bluehelm.definitions.protection import (
    ThreatWords,
    packaged_alert_rules,
    packaged_compact,
    packaged_threat_words,
    packaged_work_words,
)
from bluehelm.language import called
from bluehelm.protection.threats import LADDERS
from bluehelm.web.protection.models import (
    Activity,
    Alert,
    Caller,
    Capability,
    Harm,
    Observation,
    Obstruction,
    Perception,
    Threat,
    ThreatResponse,
)

Words = tuple[Word, ...]


@cache
def vocabularies() -> dict[tuple[type[models.Model], str], Words]:
    """The words of each field that takes some."""
    alerts, threats, work = packaged_alert_rules(), packaged_threat_words(), packaged_work_words()
    return {
        (Alert, "what"): alerts.kinds,
        (Alert, "channel"): alerts.channels,
        (Alert, "no_response"): alerts.reasons,
        (Caller, "consent"): alerts.consents,
        **{(Threat, name): threats.words(name) for name in LADDERS},
        (ThreatResponse, "tier"): threats.tiers,
        (ThreatResponse, "phase"): threats.phases,
        (Activity, "what"): work.activities,
        (Activity, "became"): work.outcomes,
        (Harm, "what"): work.harms,
        (Perception, "method"): work.methods,
        (Obstruction, "what"): work.obstructions,
        (Capability, "capability"): packaged_compact().capabilities,
        (Observation, "violation"): work.violations,
    }


def words_of(model: type[models.Model], field: str) -> Words:
    """The words of a field; none where it takes free text."""
    return vocabularies().get((model, field), ())


def titled(model: type[models.Model], field: str, word: str) -> str:
    """The title of a word; the word itself where no vocabulary has it."""
    return next((called(one.title) for one in words_of(model, field) if one.word == word), word)


def choices(model: type[models.Model], field: str, nothing: bool = False) -> list[tuple[str, str]]:
    """What a form offers for a field, with an empty line where it may be left out."""
    listed = [(one.word, called(one.title)) for one in words_of(model, field)]
    return [("", "–"), *listed] if nothing else listed


def ladders() -> dict[str, tuple[str, ...]]:
    """The ladders of the matrix by name."""
    found: ThreatWords = packaged_threat_words()
    return {name: found.codes(name) for name in LADDERS}
