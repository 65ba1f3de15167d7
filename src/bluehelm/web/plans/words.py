"""What are the words called that a plan is told by: trends, confidences, kinds of evidence, states?

Records and programs keep the word; people read its title, in their language.
"""

from typing import Literal

from bluehelm.definitions.plans import packaged_assessment
from bluehelm.language import _, called, gettext_noop
from bluehelm.web.findings.presenters import titles

List = Literal["trend", "confidence", "evidence", "state"]
TRENDS = {
    "improving": gettext_noop("improving"),
    "worsening": gettext_noop("worsening"),
    "unclear": gettext_noop("unclear"),
    "moving": gettext_noop("moving"),
}


def title_of(word: str, of: List) -> str:
    """The title of a word of a list; the word itself where the list has none."""
    if of == "trend":
        return _(TRENDS[word]) if word in TRENDS else word
    if of == "evidence":
        return next((called(one.title) for one in packaged_assessment().evidence_kinds if one.word == word), word)
    found = titles("confidences" if of == "confidence" else "states").get(word, word)
    return found.lower() if of == "confidence" else found
