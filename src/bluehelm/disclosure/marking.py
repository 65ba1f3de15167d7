"""May this reader read this record?

A record carries a marking and a list of those it may be released to. The list decides who is addressed, the marking
how much trust that takes; both must be satisfied. An empty list addresses nobody. `may_read` is the one predicate:
every list, count, search, export, map layer, error message and command passes through it or through its form for the
database, which a test holds equal to it.

The three levels are those of the Secretary-General's bulletin on information sensitivity, ST/SGB/2007/6.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from bluehelm.language import _, gettext_noop

EVERYONE = "everyone"
"""The audience of open data: whoever reaches this system, signed in or not."""

_NAME = re.compile(r"[a-z][a-z-]*(:[A-Za-z0-9][A-Za-z0-9 ._-]*(/[A-Za-z0-9][A-Za-z0-9 ._-]*)?)?")


_ALL_OF_A_KIND = {
    EVERYONE: gettext_noop("everyone"),
    "headquarters": gettext_noop("headquarters"),
    "missions": gettext_noop("all missions"),
    "member-states": gettext_noop("all member states"),
    "training-providers": gettext_noop("all training providers"),
    "researchers": gettext_noop("all researchers"),
}


_LEVELS = {
    "unclassified": gettext_noop("unclassified"),
    "confidential": gettext_noop("confidential"),
    "strictly-confidential": gettext_noop("strictly confidential"),
}


class Marking(IntEnum):
    """How sensitive a record is; a higher level takes more trust."""

    UNCLASSIFIED = 0
    CONFIDENTIAL = 1
    STRICTLY_CONFIDENTIAL = 2

    @property
    def code(self) -> str:
        """The level as files and commands write it: `strictly-confidential`."""
        return self.name.lower().replace("_", "-")

    @property
    def words(self) -> str:
        """The level in a sentence of the language of now: `strictly confidential`."""
        return _(_LEVELS[self.code])

    @classmethod
    def from_code(cls, code: str) -> "Marking":
        """The level of a code; ValueError names the levels there are."""
        for marking in cls:
            if marking.code == code:
                return marking
        raise ValueError(
            _(
                "{code!r} is no marking; the markings are {cls}",
                code=code,
                cls=", ".join(marking.code for marking in cls),
            )
        )


@dataclass(frozen=True, slots=True)
class Label:
    """What a record carries: its marking, and the audiences it may be released to."""

    marking: Marking
    releasable_to: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pass:
    """Reading rights of one kind: up to this marking, what is addressed to one of these audiences."""

    clearance: Marking
    audiences: frozenset[str]

    def admits(self, label: Label) -> bool:
        return label.marking <= self.clearance and not self.audiences.isdisjoint(label.releasable_to)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who asks to read. Breaking the glass adds a pass of its own and widens no other."""

    passes: tuple[Pass, ...]


NOBODY = Label(Marking.STRICTLY_CONFIDENTIAL, frozenset())
"""The label of what was given none."""

OPEN = Label(Marking.UNCLASSIFIED, frozenset({EVERYONE}))
"""The label of open data."""

OUTSIDER = Reader((Pass(Marking.UNCLASSIFIED, frozenset({EVERYONE})),))
"""The reader nobody knows: a visitor who has not signed in, a command that names no account."""


def may_read(reader: Reader, label: Label) -> bool:
    """Whether one of the reader's passes admits the label; nothing else ever opens a record."""
    return any(held.admits(label) for held in reader.passes)


def combined(labels: Iterable[Label]) -> Label:
    """The label of what is made from several records: the highest marking, and only the audiences they share.

    Made from nothing it is addressed to nobody.
    """
    known = list(labels)
    if not known:
        return NOBODY
    audiences = frozenset.intersection(*(label.releasable_to for label in known))
    return Label(max(label.marking for label in known), audiences)


def combined_beside_open(labels: Iterable[Label]) -> Label:
    """The label of closed records shown beside open data, which every reader may read: that of the closed ones.

    Nothing but open data stays open; nothing at all is open too, because nothing is shown of anybody.
    """
    closed = [label for label in labels if label != OPEN]
    return combined(closed) if closed else OPEN


def audience_names(text: str) -> frozenset[str]:
    """The audiences of a list as people write it, `everyone | mission:UNMISS`; ValueError names the unreadable ones.

    An audience is a kind, or a kind and who exactly: `headquarters`, `mission:UNMISS`, `section:UNMISS/JMAC`.
    """
    names = [name for part in text.split("|") if (name := part.strip())]
    wrong = [name for name in names if not _NAME.fullmatch(name)]
    if wrong:
        raise ValueError(
            _("{wrong}: an audience is written like mission:UNMISS or headquarters", wrong=", ".join(map(repr, wrong)))
        )
    return frozenset(names)


def audience_words(names: Iterable[str]) -> str:
    """To whom something is addressed, in the words of a sentence: `section JMAC of UNSYM, headquarters`."""
    return ", ".join(_audience_word(name) for name in sorted(names))


def _audience_word(name: str) -> str:
    kind, _colon, of = name.partition(":")
    whole, _slash, part = of.partition("/")
    match kind:
        case "mission":
            return _("mission {mission}", mission=of)
        case "organisation":
            return _("organisation {organisation}", organisation=of)
        case "component":
            return _("component {component} of {mission}", component=part, mission=whole)
        case "section":
            return _("section {section} of {mission}", section=part, mission=whole)
        case "post":
            return _("post {post}", post=of)
    return _(_ALL_OF_A_KIND.get(name, name))
