"""What has a verification shown, and what has it not?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bluehelm.web.audit.chain import Entry, Verdict, verify
from bluehelm.web.audit.checkpoint import Checkpoint, against, is_signed


@dataclass(frozen=True, slots=True)
class Proof:
    """A walk along a chain, and the checkpoint it was held against.

    A checkpoint counts when its signature fits (`signed`) and its key is the one that was named by another way, or
    the data folder's own (`known`).
    """

    verdict: Verdict
    since: int = 0
    checkpoint: Checkpoint | None = None
    signed: bool = False
    known: bool = False

    @property
    def ok(self) -> bool:
        return self.verdict.holds and (self.checkpoint is None or (self.signed and self.known))

    @property
    def reason(self) -> str:
        """Why the answer is no; empty when it is yes."""
        if self.verdict.holds and self.checkpoint:
            if not self.signed:
                return "the checkpoint's signature does not fit what it says"
            if not self.known:
                return "the checkpoint fits, but is signed with a key that nothing here vouches for: name it"
        return self.verdict.reason

    @property
    def shown(self) -> str:
        """What this proves, in a sentence or two."""
        if not self.ok:
            return ""
        if self.verdict.head is None and self.checkpoint is None:
            return "There are no entries. Whether there were any, only a checkpoint can show."
        sentences = ["Every entry is what was written, and follows the one before it."]
        if self.since:
            sentences.append(f"What came before entry {self.since + 1} was not looked at.")
        point = self.checkpoint
        reached = self.verdict.noted is not None
        if point and reached:
            sentences.append(f"Up to entry {point.sequence} the audit is the one that was signed at {point.at}.")
        elif point:
            sentences.append(f"Entry {point.sequence}, which the checkpoint speaks of, was not among them.")
        after = f"After entry {point.sequence}" if point and reached else "Without a checkpoint"
        sentences.append(f"{after} it is not shown that nothing was cut off at the end or written anew as a whole.")
        return " ".join(sentences)

    @property
    def json(self) -> dict[str, Any]:
        head = self.verdict.head
        return {
            "entries": self.verdict.entries,
            "ok": self.ok,
            "first_bad": self.verdict.first_bad,
            "reason": self.reason,
            "shown": self.shown,
            "ledger": self.verdict.ledger,
            "since": self.since,
            "head": head and {"sequence": head.sequence, "at": head.at, "hash": head.hash},
            "checkpoint": self.checkpoint
            and {**self.checkpoint.json, "signature_fits": self.signed, "key_is_known": self.known},
        }


def prove(
    entries: Iterable[Entry],
    *,
    since: int = 0,
    checkpoint: Checkpoint | None = None,
    known_key: str | None = None,
) -> Proof:
    """Walk along a chain, or the part of it after a number, and hold it against a checkpoint.

    `known_key` is the public key, in hex, that the checkpoint must be signed with; None when nobody named one.
    """
    if checkpoint is None:
        return Proof(verify(entries, since=since), since)
    walked = verify(entries, since=since, note=checkpoint.sequence)
    signed, known = is_signed(checkpoint), checkpoint.public_key == known_key
    return Proof(against(walked, checkpoint, since=since), since, checkpoint, signed, known)
