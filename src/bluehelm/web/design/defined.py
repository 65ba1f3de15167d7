"""How do templates write what a definition says?"""

from collections.abc import Iterable

from django import template

from bluehelm.language import called, gettext

register = template.Library()
register.filter("called", called)


@register.filter
def each_called(texts: Iterable[str]) -> list[str]:
    """Texts of a list, each as a definition says it, else as the program does."""
    return [said if (said := called(text)) != text or not text else gettext(text) for text in texts]
