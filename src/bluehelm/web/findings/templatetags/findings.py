"""How do templates look words up and write shares?"""

from collections.abc import Mapping

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def of(words: Mapping[str, str], word: str) -> str:
    """The title of a word, or nothing where it has none."""
    return words.get(word, "")


@register.filter
def percent(share: float) -> str:
    """A share from 0 to 1 in per cent, to a whole number."""
    return f"{number_format(round(100 * share), 0)}%"


@register.filter
def gone(left: float) -> float:
    """The share that is no longer left."""
    return 1 - left
