"""Did the audit stand so at a certain moment, and who says so?

A checkpoint is a few lines to be kept elsewhere: how far the audit reached, the hash it ended with, and a signature
(Ed25519). With it even a chain that was written anew or cut off is found, up to the entry it names. It proves as much
as its key: whose key that is, somebody must have said by another way.
"""

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bluehelm.web.audit.chain import Entry, Verdict, canonical

FORMAT = "bluehelm audit checkpoint 1"


class CheckpointError(ValueError):
    """A file is no checkpoint, or a text no public key."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The ledger, its last entry's number and hash, when it was signed (UTC, ISO text), and by which key (hex)."""

    format: str
    ledger: str
    sequence: int
    hash: str
    at: str
    public_key: str
    signature: str = ""

    @property
    def json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def signed_text(self) -> bytes:
        columns = asdict(self)
        del columns["signature"]
        return canonical(columns).encode()


def public_text(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def sign(ledger: str, head: Entry, *, at: str, key: Ed25519PrivateKey) -> Checkpoint:
    """The checkpoint of a ledger that ends with `head`."""
    unsigned = Checkpoint(FORMAT, ledger, head.sequence, head.hash, at, public_text(key))
    return replace(unsigned, signature=key.sign(unsigned.signed_text).hex())


def as_text(checkpoint: Checkpoint) -> str:
    return json.dumps(checkpoint.json, indent=2) + "\n"


def parse(text: str) -> Checkpoint:
    """A checkpoint from its file's text; raises CheckpointError."""
    try:
        checkpoint = Checkpoint(**json.loads(text))
    except (ValueError, TypeError, RecursionError):
        raise CheckpointError("This file is no checkpoint of an audit.") from None
    kinds = {name: int if name == "sequence" else str for name in asdict(checkpoint)}
    if checkpoint.format != FORMAT or any(type(getattr(checkpoint, name)) is not kind for name, kind in kinds.items()):
        raise CheckpointError(f"This file is no {FORMAT}.")
    return checkpoint


def parse_public_key(text: str) -> str:
    """A public key written in hex, in one spelling; raises CheckpointError."""
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(text.strip())).public_bytes_raw().hex()
    except ValueError:
        raise CheckpointError("A public key is 64 hexadecimal characters.") from None


def is_signed(checkpoint: Checkpoint) -> bool:
    """Whether the signature belongs to this text and this key."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(checkpoint.public_key))
        key.verify(bytes.fromhex(checkpoint.signature), checkpoint.signed_text)
    except (InvalidSignature, ValueError):
        return False
    return True


def against(verdict: Verdict, checkpoint: Checkpoint, *, since: int = 0) -> Verdict:
    """What a walk found, and what the checkpoint adds to it; the walk must have noted the checkpoint's number.

    The number given for a chain written anew is the checkpoint's: that an earlier entry is another cannot be shown.
    """
    if not verdict.holds:
        return verdict
    last = verdict.head.sequence if verdict.head else since
    if verdict.ledger not in (None, checkpoint.ledger):
        return replace(verdict, first_bad=1, reason="this is another ledger than the checkpoint speaks of")
    if last < checkpoint.sequence:
        missing = f"entry {last + 1} and what follows it to {checkpoint.sequence}" if last else "every entry"
        return replace(verdict, first_bad=last + 1, reason=f"{missing} is missing: the audit was cut off")
    if verdict.noted not in (None, checkpoint.hash):
        reason = f"entry {checkpoint.sequence} is not the one that was signed: the audit was written anew"
        return replace(verdict, first_bad=checkpoint.sequence, reason=reason)
    return verdict
