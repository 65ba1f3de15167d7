"""How is what a session holds kept so that a copy of the database does not tell it?

A session holds, among other things, the secret of an authenticator app that is being set up. It is sealed (AES-256-GCM)
under a key made from the application's, which is in no backup. Whoever replaces that key keeps sessions by naming the
old one, as for everything else that is signed.
"""

import json
import secrets
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE_BYTES = 12
PLACE = b"django_session:session_data"


class SealedSessions:
    """A serializer of sessions, as Django's SESSION_SERIALIZER names it."""

    def dumps(self, held: dict[str, Any]) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        text = json.dumps(held, separators=(",", ":")).encode("latin-1")
        return nonce + _sealing(settings.SECRET_KEY).encrypt(nonce, text, PLACE)

    def loads(self, kept: bytes) -> dict[str, Any]:
        """What a session holds; ValueError, on which Django begins a new one, when no key opens it."""
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            try:
                text = _sealing(key).decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], PLACE)
            except InvalidTag:
                continue
            held: dict[str, Any] = json.loads(text)
            return held
        raise ValueError("No key of this installation opens the session.")


@lru_cache(maxsize=8)
def _sealing(key: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), length=32, salt=None, info=b"bluehelm sessions").derive(key.encode()))
