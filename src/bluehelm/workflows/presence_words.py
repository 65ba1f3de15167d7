"""How are the codes of an estimate of presence called by those who read it?

What is kept and what programs read has the codes; pages and commands have these words beside or instead of them.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bluehelm.language import _, pgettext, said_again


def violence_called(outcome: str) -> str:
    """The kind of violence that an estimate counts."""
    words = {
        "any": pgettext("violence", "any"),
        "one-sided": pgettext("violence", "one-sided"),
        "state-based": pgettext("violence", "state-based"),
    }
    return words.get(outcome, outcome)


def verdict_called(verdict: str) -> str:
    """A verdict by itself: fewer events, or more."""
    return {"fewer": pgettext("verdict", "fewer"), "more": pgettext("verdict", "more")}.get(verdict, verdict)


def estimator_called(code: str) -> str:
    """What an estimator compares; empty for one that this release does not know."""
    words = {
        "modelled-path": _("events beside those of a modelled path"),
        "poisson": _("rate after over rate before, beside donors"),
        "any-event": _("probability of any event, beside donors"),
        "did-l": _("events a month, beside donors"),
        "did-m": _("every opening and closing, by half-year"),
        "panel-matching": _("events a month, beside the donors of nearest history"),
        "group-time": _("first openings only, averaged"),
        "per-base": _("rate for each further base"),
    }
    return words.get(code, "")


def sayer(wordings: Iterable[Mapping[str, Any]]) -> Callable[[str | None], str]:
    """What says a text of a kept estimate in the language of now, by the rows of its part `wording`."""
    kept = {row["name"]: json.loads(row["says"]) for row in wordings}
    return lambda text: said_again(text, kept.get(text)) if text else ""
