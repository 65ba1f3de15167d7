"""How are the secrets behind one-time codes and recovery codes kept?

Like every secret in records: AES-256-GCM under a key that is in no backup, bound to its place, here the account and the
kind of factor. Allauth asks for a text to be encrypted before it has a row for it, so that a new secret is bound to no
place until its row is saved; and it asks for a text to be opened without saying whose it is, so that the row is looked
up. A secret that stands in two rows was copied there, and opens in neither.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Q
from django.db.models.signals import pre_save
from django.dispatch import receiver

from bluehelm.web.secrets import PREFIX, SecretError, key_id_of, opened, own_keys, place_of, sealed, with_a_key

PARTS = ("secret", "seed")
"""Of what allauth keeps of a factor: the secret behind one-time codes, the one behind recovery codes."""
UNBOUND = place_of("mfa_authenticator", "data", "new")


def is_sealed(kept: object) -> bool:
    return isinstance(kept, str) and kept.startswith(f"{PREFIX}:")


def place_in(factor: Authenticator) -> str:
    """Where a factor's secret belongs: an account has one of each kind that has a secret."""
    return place_of("mfa_authenticator", "data", f"{factor.user_id}:{factor.type}")


def conceal_new(text: str) -> str:
    """A secret whose row is yet to be saved, sealed; the first one ever makes the first key."""
    return sealed(text, UNBOUND, with_a_key())


def reveal(kept: str) -> str:
    """The secret of the one row that keeps this; SecretError where it was altered, moved or copied."""
    rows = list(Authenticator.objects.filter(Q(data__secret=kept) | Q(data__seed=kept))[:2])
    if len(rows) > 1:
        raise SecretError("The secret of a second factor stands in two places: it was copied there.")
    return opened(kept, place_in(rows[0]) if rows else UNBOUND, own_keys())


@receiver(pre_save, sender=Authenticator)
def bind(instance: Authenticator, **_: Any) -> None:
    """Bind a new secret to the account and the kind of factor it is for."""
    keys = own_keys()
    for part in PARTS:
        kept = instance.data.get(part)
        if not is_sealed(kept) or key_id_of(kept) not in keys:
            continue
        try:
            text = opened(kept, UNBOUND, keys)
        except SecretError:
            continue  # it is bound already
        instance.data[part] = sealed(text, place_in(instance), keys)


def sealed_factors() -> Iterator[str]:
    """What is kept sealed of every factor."""
    for factor in Authenticator.objects.order_by("pk").iterator():
        yield from (factor.data[part] for part in PARTS if is_sealed(factor.data.get(part)))


def seal_anew(keys: Mapping[str, bytes]) -> int:
    """Keep every factor's secrets under the newest key, those too that were kept under the application's key before.

    Returns how many; SecretError, and nothing changed, when one does not open. The caller has a transaction.
    """
    from bluehelm.web.accounts.adapters import opened_before

    count = 0
    for factor in Authenticator.objects.select_for_update().order_by("pk"):
        place, found = place_in(factor), [part for part in PARTS if factor.data.get(part)]
        for part in found:
            kept = factor.data[part]
            text = opened(kept, place, keys) if is_sealed(kept) else opened_before(kept)
            factor.data[part] = sealed(text, place, keys)
            count += 1
        if found:
            factor.save(update_fields=["data"])
    return count
