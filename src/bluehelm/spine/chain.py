"""What are a finding, a recommendation, a decision, an action and its effect?

    Finding  ->  Recommendation  ->  Decision  ->  Action  ->  Effect
    (evidence)   (owner, due)        (who, why)    (done?)     (measured)

Values that cannot be made wrong: a finding without evidence, a decision without decider and reason, an action begun
before anybody said how its effect will be seen, and a change called done without evidence each raise `ChainError`.
A domain returns a Finding without knowing where findings are kept.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from bluehelm.language import _

SHA256 = re.compile(r"[0-9a-f]{64}")
Outcome = Literal["accepted", "modified", "rejected"]
Extent = Literal["in part", "in full"]


class ChainError(ValueError):
    """A link of the chain lacks what it must say; the message says what."""


def _said(**texts: str) -> None:
    """Refuse texts that say nothing; each is named by what it is."""
    missing = [name.replace("_", " ") for name, text in texts.items() if not text.strip()]
    if missing:
        raise ChainError(_("This must be said: {missing}.", missing=", ".join(missing)))


@dataclass(frozen=True, slots=True, order=True)
class RecordRef:
    """Evidence that is a record or a document: its kind, and its id or title among its kind."""

    kind: str
    id: str

    def __post_init__(self) -> None:
        _said(kind_of_evidence=self.kind, id_of_evidence=self.id)

    def __str__(self) -> str:
        return f"{self.kind}: {self.id}"


@dataclass(frozen=True, slots=True, order=True)
class RowRef:
    """Evidence that is a row of a table's version, or, where `key` is empty, the whole version."""

    table: str
    version: int
    key: str
    sha256: str

    def __post_init__(self) -> None:
        _said(table=self.table)
        if self.version < 1:
            raise ChainError(_("Versions are counted from 1; {version} is none.", version=self.version))
        if not SHA256.fullmatch(self.sha256):
            raise ChainError(_("A version is cited with its SHA-256 digest: 64 hexadecimal digits."))

    def __str__(self) -> str:
        row = f", {self.key}" if self.key else ""
        return _("{table} version {version}{row}", table=self.table, version=self.version, row=row)


EvidenceRef = RecordRef | RowRef


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person holds to be so. Software proposes findings; it never fills in a judgement."""

    by: str
    on: date
    rationale: str
    confidence: str
    evidence: tuple[EvidenceRef, ...] = ()

    def __post_init__(self) -> None:
        _said(judge=self.by, rationale=self.rationale, confidence=self.confidence)
        if is_software(self.by):
            raise ChainError(_("A judgement is a person's; {by} is software.", by=self.by))


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a result came about: the rule that was used and the evidence it was used on."""

    text: str
    rule: str
    evidence: tuple[EvidenceRef, ...] = ()
    versions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that somebody should know and perhaps act on.

    `proposed_by` is the software that noticed it (`system:quality`), `raised_by` the person who stands behind it; at
    least one of the two is known. `severity`, `confidence` and `domain` are words of the findings vocabulary.
    """

    title: str
    statement: str
    domain: str
    severity: str
    confidence: str
    evidence: tuple[EvidenceRef, ...]
    on: date
    mission: str = ""
    proposed_by: str = ""
    raised_by: str = ""
    explanation: Explanation | None = None

    def __post_init__(self) -> None:
        _said(title=self.title, statement=self.statement, domain=self.domain, severity=self.severity)
        _said(confidence=self.confidence)
        if not self.evidence:
            raise ChainError(_("A finding rests on evidence: name a record, a document or a row of a table."))
        if bool(self.proposed_by) and not is_software(self.proposed_by):
            raise ChainError(
                _("Software proposes and people raise; {proposed_by} is no software.", proposed_by=self.proposed_by)
            )
        if is_software(self.raised_by):
            raise ChainError(
                _("Software may propose a finding, not raise it; {raised_by} is software.", raised_by=self.raised_by)
            )
        if not (self.proposed_by or self.raised_by):
            raise ChainError(_("A finding is proposed by software or raised by a person: say by whom."))


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What should be done about a finding, by which post and until when; `cost_usd` is None when not known."""

    text: str
    owner: str
    due_on: date
    cost_usd: int | None = None
    capability: Literal["", "new", "redirected"] = ""

    def __post_init__(self) -> None:
        _said(recommendation=self.text, owner_post=self.owner)
        if self.cost_usd is not None and self.cost_usd < 0:
            raise ChainError(_("A cost is not negative; leave it out when it is not known."))


@dataclass(frozen=True, slots=True)
class Decision:
    """Who answered a recommendation, how and why; `modified_to` says what was decided instead."""

    outcome: Outcome
    by: str
    why: str
    on: date
    modified_to: str = ""

    def __post_init__(self) -> None:
        _said(decider=self.by, reason=self.why)
        if is_software(self.by):
            raise ChainError(_("A decision is a person's; {by} is software.", by=self.by))
        if (self.outcome == "modified") != bool(self.modified_to.strip()):
            raise ChainError(_("A modified recommendation says what it was modified to, and only a modified one does."))


@dataclass(frozen=True, slots=True)
class Measurement:
    """How an effect will be seen: what is measured, in which source, and on which day it is to be read."""

    what: str
    source: str
    read_on: date
    before: str = ""

    def __post_init__(self) -> None:
        _said(measurement=self.what, source_of_the_measurement=self.source)


@dataclass(frozen=True, slots=True)
class NotObservable:
    """Nobody will be able to see this effect, and why."""

    why: str

    def __post_init__(self) -> None:
        _said(why_the_effect_cannot_be_seen=self.why)


@dataclass(frozen=True, slots=True)
class Step:
    """A part of an action; `done_on` is None until there is evidence that it was done."""

    text: str
    done_on: date | None = None
    evidence: tuple[EvidenceRef, ...] = ()

    def __post_init__(self) -> None:
        _said(step=self.text)
        if self.done_on and not self.evidence:
            raise ChainError(_("A step is done when there is evidence of it: name the evidence."))


@dataclass(frozen=True, slots=True)
class Action:
    """What is done after a decision; `look_for` was named before it began."""

    steps: tuple[Step, ...]
    look_for: Measurement | NotObservable
    named_on: date
    started_on: date
    done: Extent | None = None
    done_on: date | None = None
    evidence: tuple[EvidenceRef, ...] = field(default=())

    def __post_init__(self) -> None:
        if not self.steps:
            raise ChainError(_("An action has steps: say at least one."))
        if self.named_on > self.started_on:
            raise ChainError(_("Say how the effect will be seen before the action begins, not afterwards."))
        if (self.done is None) != (self.done_on is None):
            raise ChainError(_("What is done has a day, and only what is done has one."))
        if self.done and not self.evidence:
            raise ChainError(_("Nothing is called done without evidence: name the evidence."))
        if self.done == "in full" and any(step.done_on is None for step in self.steps):
            raise ChainError(_("Steps are still open: finish them, or call the action done in part."))
        if self.done_on and self.done_on < self.started_on:
            raise ChainError(
                _(
                    "It cannot be done on {done_on}, before it began on {started_on}.",
                    done_on=self.done_on,
                    started_on=self.started_on,
                )
            )


@dataclass(frozen=True, slots=True)
class Effect:
    """What the measurement named beforehand showed, and what a person makes of it."""

    measurement: Measurement
    reading: str
    judgement: Judgement
    evidence: tuple[EvidenceRef, ...]

    def __post_init__(self) -> None:
        _said(reading=self.reading)
        if not self.evidence:
            raise ChainError(_("A reading comes from somewhere: name the evidence."))


def is_software(name: str) -> bool:
    """Whether a name is that of a program, written `system:quality`."""
    return name.startswith("system:")
