"""With which key does a data folder sign its checkpoints?

Made at first use and readable by its owner alone. The public half lies beside it, for whoever verifies and must not
sign. An installation that keeps secrets elsewhere names the file in BLUEHELM_AUDIT_KEY.
"""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bluehelm.web.audit.checkpoint import CheckpointError, parse_public_key, public_text


class KeyFileError(RuntimeError):
    """The file of the key holds something else."""


def key_file(home: Path) -> Path:
    return Path(os.environ.get("BLUEHELM_AUDIT_KEY") or home / "audit.key")


def signing_key(home: Path) -> Ed25519PrivateKey:
    """The folder's private key, made when there is none; raises KeyFileError, and OSError when it may not be read."""
    file = key_file(home)
    if not file.exists():
        _write_once(file, _new_key(), 0o600)
    key = _read(file)
    public = file.with_suffix(".pub")
    if not public.exists():
        _write_once(public, f"{public_text(key)}\n".encode(), 0o644)
    return key


def folder_public_key(home: Path) -> str | None:
    """The folder's public key in hex; None when it never signed. Raises KeyFileError."""
    public = key_file(home).with_suffix(".pub")
    if public.exists():
        try:
            return parse_public_key(public.read_text(encoding="ascii"))
        except (CheckpointError, UnicodeDecodeError):
            raise KeyFileError(f"{public.name} is no public key.") from None
    return public_text(_read(key_file(home))) if key_file(home).exists() else None


def _new_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _read(file: Path) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"{file.name} is no Ed25519 private key in PEM.")
    return key


def _write_once(file: Path, content: bytes, mode: int) -> None:
    """Write a whole file or nothing; of two processes at once the first one's file stays."""
    with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.") as part:
        os.fchmod(part.fileno(), mode)
        part.write(content)
        part.flush()
        os.fsync(part.fileno())
        try:
            os.link(part.name, file)
        except FileExistsError:
            return
