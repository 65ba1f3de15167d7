"""What does a mission's brief look like as a PDF that can be printed, filed and read aloud?

Typeset by typst from the texts of `brief_paper`: a tagged file after PDF/UA-1 and PDF/A-2a, with its fonts inside.
Letters come from the fonts that typst carries; a script they lack comes from the machine's own fonts. Names and
notes reach the layout as data, never as its language. The same brief gives the same bytes on the same machine.
"""

import json
import re
from collections.abc import Mapping
from importlib.resources import files
from importlib.util import find_spec
from typing import Any, Literal

from bluehelm.language import _, gettext_noop, now
from bluehelm.products.brief import Brief
from bluehelm.products.brief_paper import paper
from bluehelm.products.extras import MissingExtraError
from bluehelm.products.pictures import as_svg

STANDARDS: list[Literal["ua-1", "a-2a"]] = ["ua-1", "a-2a"]
FONT = "Libertinus Serif"
UNDRAWN = gettext_noop(
    "Letters that no font on the machine could draw are written by their number in Unicode, such as [U+6C34]; "
    "installing a font for their script mends it."
)
SAID = re.compile(r'say\("([^"]+)"\)')
COMPLAINT = re.compile(r'(?:the text|the codepoint) `"(.*?)"`', re.DOTALL)
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


def has_documents() -> bool:
    return find_spec("typst") is not None


def brief_pdf(brief: Brief, *, chart: Mapping[str, Any] | None, locator: Mapping[str, Any] | None) -> bytes:
    """The brief as PDF; MissingExtraError without `documents`, or without `pictures` where a picture is given.

    A character that no font at hand can draw is written by its number in Unicode, and the brief says so.
    """
    if not has_documents():
        raise MissingExtraError(_("A PDF"), "documents")
    pictures = {"chart": _drawn(chart, "chart"), "map": _drawn(locator, "map")}
    inputs = {"as_of": brief.as_of.isoformat(), **pictures}
    return typeset("brief.typ", paper(brief), inputs, notes="gaps")


def typeset(layout: str, said: Mapping[str, Any], inputs: Mapping[str, str], *, notes: str) -> bytes:
    """A layout's PDF of texts and tables, given as `paper` beside the other inputs.

    A letter that no font at hand can draw is written by its number in Unicode; the list `notes` of the texts says so.
    """
    undrawable = dict[str, str]()
    while True:
        told = {**said, notes: [*said[notes], _(UNDRAWN)]} if undrawable else said
        given = {"paper": json.dumps(told, ensure_ascii=False), **inputs}
        pdf, missing = _typeset(layout, {name: _spelt(text, undrawable) for name, text in given.items()})
        if pdf is not None:
            return pdf
        undrawable |= {letter: f"[U+{ord(letter):04X}]" for letter in missing}


def _typeset(name: str, inputs: Mapping[str, str]) -> tuple[bytes | None, set[str]]:
    """The PDF, or the letters that no font could draw."""
    import typst  # an extra: the command line works without it

    layout = files("bluehelm.products").joinpath("templates", name).read_text(encoding="utf-8")
    words = {word: _(word) for word in words_of(layout)}
    told = {**inputs, "words": json.dumps(words, ensure_ascii=False), "language": now()}
    try:
        return bytes(typst.compile(layout.encode(), format="pdf", sys_inputs=told, pdf_standards=[*STANDARDS])), set()
    except typst.TypstError as error:
        missing = _undrawable(error.diagnostic, inputs)
        if not missing:
            raise
        return None, missing


def words_of(layout: str) -> list[str]:
    """The words that a layout says of its own: headings, and names of columns."""
    return SAID.findall(layout)


def _undrawable(complaints: str, inputs: Mapping[str, str]) -> set[str]:
    """The letters beyond ASCII that the typesetter says it cannot draw and that the inputs really hold."""
    told = "".join(ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) for text in COMPLAINT.findall(complaints))
    return {letter for letter in told if ord(letter) > 127 and any(letter in text for text in inputs.values())}


def _spelt(text: str, spellings: Mapping[str, str]) -> str:
    return text.translate({ord(letter): spelling for letter, spelling in spellings.items()})


def _drawn(specification: Mapping[str, Any] | None, name: str) -> str:
    if specification is None:
        return ""
    config = {**specification.get("config", {}), "font": FONT}
    return as_svg({**specification, "config": config}, name)
