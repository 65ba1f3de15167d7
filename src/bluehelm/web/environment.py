"""What does the environment say, and is what it says readable?

A word that cannot be read is refused: a misspelt `BLUEHELM_PRODUCTION=ture` must not open what production shuts.
"""

import os

from django.core.exceptions import ImproperlyConfigured

YES, NO = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


def flag(name: str) -> bool:
    """Whether a variable says yes; ImproperlyConfigured when it says neither yes nor no."""
    said = os.environ.get(name, "").strip().lower()
    if said not in YES + NO:
        raise ImproperlyConfigured(f"{name}={said!r} is neither yes nor no. Nothing was started. Write 1 or 0.")
    return said in YES


def number(name: str, default: int) -> int:
    """A whole number of at least 1; ImproperlyConfigured when something else stands there."""
    said = os.environ.get(name, "").strip()
    if not said:
        return default
    if not said.isdecimal() or int(said) < 1:
        raise ImproperlyConfigured(f"{name}={said!r} is not a whole number above 0. Nothing was started. Correct it.")
    return int(said)


def text(name: str) -> str:
    return os.environ.get(name, "").strip()


def words(name: str, default: str = "") -> list[str]:
    """The words between commas."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]
