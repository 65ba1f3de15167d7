"""Which texts does bluehelm say, which of them lack their French, and how are they compiled?

    python -m bluehelm.web.catalogue            list what lacks French; 1 when anything does
    python -m bluehelm.web.catalogue update     write the texts as they are now into the catalogue, old French kept
    python -m bluehelm.web.catalogue compile    make the file that Django reads

One catalogue holds the texts of pages, commands and papers. Babel reads, writes and compiles; no gettext of the system
is needed. English is the source, so it has no catalogue.
"""

import ast
import inspect
import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize
from jinja2.ext import babel_extract

from bluehelm.definitions.shown import shown_texts
from bluehelm.language import CATALOGUES, DEFINED, DOMAIN
from bluehelm.language import FRENCH as LANGUAGE
from bluehelm.products.brief_pdf import words_of
from bluehelm.tables import TABLES

PACKAGE = Path(__file__).resolve().parents[1]
CATALOGUE = CATALOGUES / LANGUAGE / "LC_MESSAGES" / f"{DOMAIN}.po"
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", "said_now"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
KEPT = {"Rule": 1, "Reason": 0, "_BadAreaError": 2, "_BadRoadError": 2, "OutlineError": 1, "Sentence": 0}
"""Where among what is given to these stands a text that a table version keeps in English; it is shown in French."""
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*(?:![rs])?(?::[^{}]*)?\}|%%")
Key = tuple[str | tuple[str, str], str | None]


def extracted() -> dict[Key, list[str]]:
    """Every marked text of programs and templates, and the words of definitions, with the files they stand in."""
    found: dict[Key, list[str]] = {}
    for path in sorted(PACKAGE.rglob("*")):
        place = path.relative_to(PACKAGE)
        if path.suffix in (".py", ".html", ".txt", ".typ") and not {"vendor", "migrations"} & set(place.parts):
            for key in _marked(path, place):
                found.setdefault(key, []).append(str(place))
    for text in (*shown_texts(), *table_texts()):
        found.setdefault((text, DEFINED), []).append("definitions")
    return found


def table_texts() -> Iterator[str]:
    """What tables are called, what a row of them is and what their columns mean."""
    for table in TABLES.values():
        yield from (table.title, table.grain_said, *(column.meaning for column in table.columns))


def _marked(path: Path, place: Path) -> Iterator[Key]:
    text = path.read_text(encoding="utf-8")
    if place.parts[0] == "cli":
        yield from ((said, None) for said in explained(text))
    if path.suffix == ".typ":
        yield from ((said, None) for said in words_of(text))
    elif path.suffix == ".py":
        for name, said in _calls(text):
            yield from _keys(name, said)
    else:
        for one in _of_template(text, path, is_page=place.parts[0] != "products"):
            yield from _keys(one[1], one[2])


def _calls(program: str) -> Iterator[tuple[str, tuple[str | None, ...]]]:
    """The calls that say a text, by name, with their texts; those inside an f-string too."""
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in KEPT and len(node.args) > KEPT[name]:
                kept = node.args[KEPT[name]]
                if isinstance(kept, ast.Constant) and isinstance(kept.value, str) and " " in kept.value:
                    yield "gettext", (kept.value,)
            elif name in KEYWORDS:
                given = [one.value if isinstance(one, ast.Constant) else None for one in node.args]
                yield name, tuple(one if isinstance(one, str) else None for one in given)


def _of_template(text: str, path: Path, *, is_page: bool) -> Iterable[Any]:
    """The same of a template: Django's in the pages, Jinja's on paper."""
    if not is_page:
        return babel_extract(io.BytesIO(text.encode()), tuple(KEYWORDS), (), {})
    lines = templatize(text, origin=str(path)).splitlines()
    marked = "\n".join(line.lstrip() for line in lines)  # calls one below the other, whatever stood around them
    return extract_python(io.BytesIO(marked.encode()), KEYWORDS, (), {})


def explained(program: str) -> Iterator[str]:
    """What a program of the command line says of its commands: every `help`, and what its commands begin with."""
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.keyword) and node.arg == "help" and isinstance(node.value, ast.Constant):
            yield inspect.cleandoc(str(node.value.value))
        elif isinstance(node, ast.FunctionDef) and node.name.endswith("_command") and (said := ast.get_docstring(node)):
            yield said


def _keys(name: str, said: str | tuple[str | None, ...] | None) -> Iterator[Key]:
    words = [said] if isinstance(said, str) else list(said or ())
    context = words.pop(0) if "pgettext" in name else None
    if not words or not words[0]:
        return
    if name.startswith(("ngettext", "npgettext")):
        if words[1:] and words[1]:
            yield (words[0], words[1]), context
    else:
        yield words[0], context


def catalogue() -> Catalog:
    """The French as it is kept."""
    if not CATALOGUE.is_file():
        return Catalog(locale=LANGUAGE)
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def lacking() -> list[str]:
    """What is wrong with the catalogue, a line each: texts without French, doubtful or with other placeholders."""
    kept, wrong = catalogue(), []
    texts = extracted()
    for key, files in texts.items():
        message = _of(kept, key)
        if message is None or not _is_whole(message):
            wrong.append(f"{files[0]}: no French for {key[0]!r}")
        elif message.fuzzy:
            wrong.append(f"{files[0]}: doubtful French for {key[0]!r}")
        elif different := _placeholders_differ(message):
            wrong.append(f"{files[0]}: {key[0]!r} and its French differ in {different}")
    known = {(_text(key[0]), key[1]) for key in texts}
    wrong += [f"the catalogue holds a text that nothing says: {one.id!r}" for one in kept
              if one.id and (_text(one.id), one.context) not in known]  # fmt: skip
    return wrong


def _words(said: str | Iterable[str] | None) -> list[str]:
    return [said] if isinstance(said, str) else list(said or ())


def _text(said: str | tuple[str, ...] | list[str]) -> str:
    return said if isinstance(said, str) else said[0]


def _of(kept: Catalog, key: Key) -> Message | None:
    message = kept.get(_text(key[0]), key[1])
    is_plural = not isinstance(key[0], str)
    return message if message is not None and message.pluralizable == is_plural else None


def _is_whole(message: Message) -> bool:
    words = _words(message.string)
    return len(words) == (2 if message.pluralizable else 1) and all(words)


def _placeholders_differ(message: Message) -> str:
    """The placeholders that only one of a text and its French holds; a singular may leave its number out."""
    english, french = _words(message.id), _words(message.string)
    asked = set(PLACEHOLDER.findall(english[-1]))
    wrong = asked ^ set(PLACEHOLDER.findall(french[-1]))
    wrong |= set(PLACEHOLDER.findall(french[0])) - asked
    return ", ".join(sorted(wrong))


def update() -> int:
    """Write the texts as they are now, each with its French where it has any; how many lack it."""
    kept = catalogue()
    made = Catalog(locale=LANGUAGE, project="bluehelm", charset="utf-8", fuzzy=False)
    for said, context in sorted(extracted(), key=lambda key: (_text(key[0]), key[1] or "")):
        message = _of(kept, (said, context))
        made.add(said, message.string if message is not None else "", context=context)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    text = io.BytesIO()
    write_po(text, made, width=120, no_location=True, omit_header=True)
    CATALOGUE.write_bytes(HEADER.encode() + text.getvalue())
    return sum(not _is_whole(message) for message in made if message.id)


HEADER = """\
# The French of bluehelm, in the usage of the United Nations. Written by `python3 dev.py french update`.
msgid ""
msgstr ""
"Language: fr\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

"""


def compile_catalogue() -> None:
    """Make `django.mo` beside the catalogue."""
    with CATALOGUE.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue())


def main(words: list[str]) -> int:
    """List, update or compile; 1 when French is lacking."""
    if words == ["compile"]:
        compile_catalogue()
        return 0
    if words == ["update"]:
        number = update()
        compile_catalogue()
        sys.stderr.write(f"{number} texts lack their French.\n")
        return 1 if number else 0
    wrong = lacking()
    sys.stderr.write("\n".join(wrong or ["Every text has its French."]) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
