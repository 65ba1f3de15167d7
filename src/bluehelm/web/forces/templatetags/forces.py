"""How do templates write lists of words, states and amounts?"""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from bluehelm.web.forces.presenters import CASE_WORDS, SAID, day, listed, month, unit_type_words
from bluehelm.web.forces.presenters import named as with_names

register = template.Library()


@register.filter
def words_of(cell: str) -> str:
    """The words of a list cell, joined by commas."""
    return listed(cell)


@register.filter
def unit_type(code: str) -> str:
    """The type of a unit as people say it."""
    return unit_type_words(code)


@register.filter
def case_words(state: str) -> str:
    return str(CASE_WORDS.get(state, state))


@register.filter
def said(word: str) -> str:
    """A step, result or answer in the reader's language."""
    return str(SAID.get(word, word))


@register.filter
def of(words: Mapping[str, Any], word: str) -> Any:
    """What a word stands for, or nothing where it stands for nothing."""
    return words.get(word, "")


@register.filter
def share(value: float | None) -> str:
    """A share from 0 to 1 in per cent; unknown stays unknown."""
    return _("unknown") if value is None else f"{number_format(round(100 * value), 0)}%"


@register.filter
def amount(value: Any) -> str:
    """A sum of money without its cents; unknown stays unknown."""
    return _("unknown") if value is None else number_format(round(value), 0)


@register.filter
def iso_day(text: str | None) -> str:
    """A day that an answer writes YYYY-MM-DD, as people write it; nothing where there is none."""
    return day(text) if text else ""


@register.filter
def iso_month(text: str) -> str:
    """A month that an answer writes YYYY-MM, as people write it."""
    return month(text)


@register.filter
def named(text: str, names: Mapping[str, str] | None) -> str:
    """A text with the name of each contributor beside its code."""
    return with_names(str(text), names or {})
