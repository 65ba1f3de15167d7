"""In which language is a text said, and how is it found there?

English is the source and needs no catalogue; the French lies with the French of the pages. Whoever is spoken to sets
the language: a command from its environment, a page from its reader. Everything else is in English.
"""

import gettext as catalogues
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

ENGLISH, FRENCH = "en", "fr"
LANGUAGES = (ENGLISH, FRENCH)
CATALOGUES = Path(__file__).resolve().parent / "web" / "locale"
DOMAIN = "django"
DEFINED = "definition"
"""The context of what definitions say: a word of a list need not be called as the same word on a button is."""

SETTING = "BLUEHELM_LANGUAGE"
SETTINGS = (SETTING, "LC_ALL", "LC_MESSAGES", "LANG")
SIGNS = str.maketrans({",": "\xa0", ".": ","})

_now: ContextVar[str] = ContextVar("language", default=ENGLISH)


def now() -> str:
    """The language that is spoken now: `en` or `fr`."""
    return _now.get()


def known(asked: str) -> str:
    """The language meant by `fr`, `fr-sn` or `fr_SN.UTF-8`; English where it is none of ours."""
    code = re.split("[-_.@]", asked.lower())[0]
    return code if code in LANGUAGES else ENGLISH


def asked_for(environment: Mapping[str, str]) -> str:
    """The language that an environment asks for: of its settings, the first that is not empty."""
    return known(next(filter(None, (environment.get(name) for name in SETTINGS)), ENGLISH))


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say everything in this language; afterwards in the one before."""
    before = _now.set(known(language))
    try:
        yield
    finally:
        _now.reset(before)


def gettext(text: str, /, **values: Any) -> str:
    """A text in the language of now, with its `{named}` places filled; without values it is taken as it is written."""
    said = _catalogue(now()).gettext(text) if text else text
    return _filled(said, values) if values else said


def ngettext(one: str, many: str, number: int, /, **values: Any) -> str:
    """A text whose words follow a number, which fills the place `{number}`."""
    return _filled(_catalogue(now()).ngettext(one, many, number), {"number": number, **values})


def called(text: str) -> str:
    """A text of a definition in the language of now; what a mission or its people wrote stays as they wrote it."""
    return pgettext(DEFINED, text) if text else ""


def pgettext(context: str, text: str, /) -> str:
    """A word in the language of now, by what it is said of: `any` violence is not `any` answer."""
    return _catalogue(now()).pgettext(context, text)


def all_called(texts: Iterable[str]) -> str:
    """Texts of a definition, each in the language of now, between commas."""
    return ", ".join(called(text) for text in texts)


def gettext_noop(text: str) -> str:
    """Mark a text that is kept, or made before anybody is spoken to: `gettext` says it when it is shown."""
    return text


def figure(value: float | Decimal, how: str = ",") -> str:
    """A number as the language writes it: 1,234.5 or 1 234,5; `how` is a format of Python's."""
    said = format(value, how)
    return said.translate(SIGNS).replace("%", "\xa0%") if now() == FRENCH else said


_ = gettext


class _InLanguage(Formatter):
    """Python's own formatting, with numbers as the language writes them."""

    def format_field(self, value: Any, how: str) -> str:
        is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        return figure(value, how) if is_number else str(format(value, how))


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text with its values apart, made before anybody is spoken to; `str` says it in the language of now.

    A value may be a sentence itself. `context` is that of its French: what a definition says has its own.
    """

    pattern: str
    values: Mapping[str, Any] = field(default_factory=dict)
    context: str = ""

    def __str__(self) -> str:
        values = {name: str(one) if isinstance(one, Sentence) else one for name, one in self.values.items()}
        return _filled(self._found(), values) if values else self._found()

    @property
    def english(self) -> str:
        """As it is kept, whoever is spoken to."""
        with speaking(ENGLISH):
            return str(self)

    def kept(self) -> dict[str, Any]:
        """Its parts as plain JSON values, for `said_again`."""
        parts = {name: one.kept() if isinstance(one, Sentence) else one for name, one in self.values.items()}
        return {"pattern": self.pattern, "values": parts, "context": self.context}

    def is_known(self) -> bool:
        """Whether the catalogue of now holds the sentence and every one in it."""
        inner = [one for one in self.values.values() if isinstance(one, Sentence)]
        return self._found() != self.pattern and all(one.is_known() for one in inner)

    def _found(self) -> str:
        return pgettext(self.context, self.pattern) if self.context else gettext(self.pattern)


def said_again(english: str, kept: Mapping[str, Any] | None = None) -> str:
    """A text that is kept in English, said in the language of now; in English where no catalogue knows its parts.

    Only patterns of a catalogue are filled, never one that stands in a file.
    """
    if now() == ENGLISH or not english:
        return english
    if not kept:
        return gettext(english)
    sentence = _read(kept)
    return str(sentence) if sentence.is_known() else english


def in_words(value: Any) -> Any:
    """Plain JSON values with every sentence among them said in the language of now."""
    if isinstance(value, Mapping):
        return {name: in_words(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [in_words(one) for one in value]
    return str(value) if isinstance(value, Sentence) else value


def _read(kept: Mapping[str, Any]) -> Sentence:
    values = {name: _read(one) if isinstance(one, Mapping) else one for name, one in kept["values"].items()}
    return Sentence(kept["pattern"], values, kept["context"])


def _filled(text: str, values: Mapping[str, Any]) -> str:
    return _InLanguage().vformat(text, (), values)


@cache
def _catalogue(language: str) -> catalogues.NullTranslations:
    """The compiled texts of a language; none where set-up has not compiled them."""
    return catalogues.translation(DOMAIN, CATALOGUES, [language], fallback=True)
