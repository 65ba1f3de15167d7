"""How is a secret kept in a record so that a copy of the database does not tell it?

AES-256-GCM: what is kept is the key's id, a nonce and the ciphertext. The place it belongs to (`table:column:pk`) is
bound in as associated data, so that a ciphertext moved to another row or column does not open. Keys live in a file that
is never in a backup (`fields.keys` of the data folder, or where BLUEHELM_FIELD_KEYS says): one line a key, the last one
encrypts, all of them open. Rotation adds a key, writes every secret anew under it, and only then drops the old ones.
"""

import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core import checks
from django.db import models
from filelock import FileLock

FILE = "fields.keys"
PREFIX = "aes256gcm"
KEY_BYTES, NONCE_BYTES = 32, 12


class SecretError(RuntimeError):
    """A secret cannot be opened or kept: its key is not there, or it is not in its place. Never says the secret."""


def key_file(home: Path) -> Path:
    return Path(os.environ.get("BLUEHELM_FIELD_KEYS") or home / FILE)


def read_keys(file: Path) -> dict[str, bytes]:
    """The keys by id, the one that encrypts last; none without a file. SecretError when it holds other things."""
    if not file.exists():
        return {}
    return dict(_keys_of(file, file.stat().st_mtime_ns))


@lru_cache(maxsize=8)
def _keys_of(file: Path, _changed: int) -> Mapping[str, bytes]:
    found: dict[str, bytes] = {}
    for number, line in enumerate(file.read_text(encoding="ascii", errors="replace").splitlines(), start=1):
        key_id, _, text = line.strip().partition(" ")
        try:
            key = urlsafe_b64decode(text)
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES or not key_id.isalnum() or key_id in found:
            raise SecretError(f"Line {number} of {file.name} is no key.")
        found[key_id] = key
    return found


def add_key(file: Path) -> str:
    """Add a new key, which encrypts from now on; its id. The file is made readable by its owner alone."""
    keys = read_keys(file)
    key_id = secrets.token_hex(4)
    _write(file, keys | {key_id: secrets.token_bytes(KEY_BYTES)})
    return key_id


def drop_keys(file: Path, kept: str) -> list[str]:
    """Drop every key but one; the ids dropped."""
    keys = read_keys(file)
    _write(file, {kept: keys[kept]})
    return [key_id for key_id in keys if key_id != kept]


def _write(file: Path, keys: Mapping[str, bytes]) -> None:
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    lines = "".join(f"{key_id} {urlsafe_b64encode(key).decode()}\n" for key_id, key in keys.items())
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as written:
        written.write(lines)
        written.flush()
        os.fsync(written.fileno())
    os.replace(part, file)
    _keys_of.cache_clear()


def place_of(table: str, column: str, pk: object) -> str:
    """Where a secret belongs, as it is bound into the ciphertext."""
    return f"{table}:{column}:{pk}"


def sealed(text: str, place: str, keys: Mapping[str, bytes]) -> str:
    """The text as it is kept in its place, under the newest key; SecretError when there is no key."""
    if not keys:
        raise SecretError("There is no key for secrets: `bluehelm secrets rotate` makes the first one.")
    key_id = list(keys)[-1]
    nonce = secrets.token_bytes(NONCE_BYTES)
    kept = AESGCM(keys[key_id]).encrypt(nonce, text.encode(), place.encode())
    return ":".join((PREFIX, key_id, urlsafe_b64encode(nonce + kept).decode()))


def opened(kept: str, place: str, keys: Mapping[str, bytes]) -> str:
    """The text of what is kept; SecretError without its key, or when it was altered or moved here."""
    key_id = key_id_of(kept)
    if key_id not in keys:
        raise SecretError(f"The key {key_id} that opens {place} is not here.")
    try:
        content = urlsafe_b64decode(kept.split(":", 2)[2])
        return AESGCM(keys[key_id]).decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], place.encode()).decode()
    except (InvalidTag, ValueError):
        raise SecretError(f"What is kept in {place} does not open: it was altered, or belongs elsewhere.") from None


def key_id_of(kept: str) -> str:
    """Under which key something was kept; SecretError when it is nothing that `sealed` made."""
    parts = kept.split(":", 2)
    if len(parts) != 3 or parts[0] != PREFIX:
        raise SecretError("What is kept is no sealed secret.")
    return parts[1]


class SecretTextField(models.TextField):  # type: ignore[type-arg]  # Django's fields take no types when run
    """A text that is sealed in the database and never searched for.

    A secret is bound to its row, so that the row needs its key first: models that hold one take a UUID as primary key,
    which a check demands. Read and write it by `reveal` and `conceal`; the attribute itself holds what is kept.
    """

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = list(super().check(**kwargs))
        if not self.model._meta.abstract and not self.model._meta.pk.has_default():
            hint = "Give the model a UUIDField(primary_key=True, default=uuid4)."
            found.append(checks.Error("A secret needs a row whose key is known before it is saved.", hint, self))
        if getattr(self, "db_index", False) or self.unique:
            found.append(checks.Error("A secret is never searched for.", "Take the index away.", self))
        return found

    def get_prep_value(self, value: Any) -> Any:
        """Refuse what was not sealed, so that no secret reaches the database by an oversight."""
        if value not in (None, ""):
            key_id_of(value)
        return super().get_prep_value(value)


def conceal(record: models.Model, column: str, text: str) -> None:
    """Set a secret of a record; the caller saves it. An empty text is kept as one."""
    place = place_of(record._meta.db_table, column, record.pk)
    setattr(record, column, sealed(text, place, own_keys()) if text else "")


def reveal(record: models.Model, column: str) -> str:
    """A secret of a record, for whoever was found to have the right to it; SecretError."""
    kept = getattr(record, column)
    return opened(kept, place_of(record._meta.db_table, column, record.pk), own_keys()) if kept else ""


def own_keys() -> dict[str, bytes]:
    """The keys of this installation."""
    return read_keys(key_file(Path(settings.BLUEHELM_HOME)))


def with_a_key() -> dict[str, bytes]:
    """The keys of this installation; the first one is made where there is none."""
    file = key_file(Path(settings.BLUEHELM_HOME))
    if not read_keys(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(file.with_name(f"{file.name}.lock")):
            if not read_keys(file):
                add_key(file)
    return read_keys(file)


def secret_columns() -> list[tuple[type[models.Model], str]]:
    """Every column that holds secrets."""
    from django.apps import apps

    return [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, SecretTextField)
    ]


def kept_under(columns: list[tuple[type[models.Model], str]] | None = None) -> dict[str, int]:
    """How many secrets are kept under each key."""
    counted: dict[str, int] = {}
    for model, column in secret_columns() if columns is None else columns:
        for kept in _sealed_rows(model, column).values_list(column, flat=True).iterator():
            counted[key_id_of(kept)] = counted.get(key_id_of(kept), 0) + 1
    if columns is None:
        from bluehelm.web.accounts.factor_secrets import sealed_factors

        for kept in sealed_factors():
            counted[key_id_of(kept)] = counted.get(key_id_of(kept), 0) + 1
    return counted


def _sealed_rows(model: type[models.Model], column: str) -> models.QuerySet[Any, Any]:
    return model._base_manager.exclude(**{column: ""}).exclude(**{f"{column}__isnull": True}).order_by("pk")


def rotate(file: Path, columns: list[tuple[type[models.Model], str]] | None = None) -> tuple[str, int, list[str]]:
    """Add a key, write every secret anew under it, drop the old keys: the new key's id, how many, the ids dropped.

    All secrets change in one transaction or none does. Whenever it is stopped, every secret opens with a key that is in
    the file: the new key is there before it is used, the old ones until nothing needs them. SecretError when one does
    not open; then nothing was changed but that a key was added.
    """
    from django.db import transaction

    key_id, count = add_key(file), 0
    keys = read_keys(file)
    with transaction.atomic():
        for model, column in secret_columns() if columns is None else columns:
            for pk, kept in _sealed_rows(model, column).select_for_update().values_list("pk", column):
                place = place_of(model._meta.db_table, column, pk)
                anew = sealed(opened(kept, place, keys), place, keys)
                model._base_manager.filter(pk=pk, **{column: kept}).update(**{column: anew})
                count += 1
        if columns is None:
            from bluehelm.web.accounts.factor_secrets import seal_anew

            count += seal_anew(keys)
        _note(key_id, count)
    if any(other != key_id for other in kept_under(columns)):
        return key_id, count, []  # somebody wrote under the old key meanwhile: it stays until the next rotation
    return key_id, count, drop_keys(file, key_id)


def _note(key_id: str, count: int) -> None:
    from bluehelm.web.audit.entries import append_entry

    append_entry(
        deed="secrets.rotated", kind="key", key=key_id, by="system:bluehelm secrets", detail={"secrets": count}
    )
