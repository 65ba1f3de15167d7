"""What do a PDF and a Word file say to somebody who reads them, rather than to the program that wrote them?"""

import io
import re
import zipfile
import zlib
from xml.etree import ElementTree

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)endobj", re.DOTALL)
MAPPED = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")
# A font is chosen, a letter is escaped, a string in brackets begins or ends, a string is shown or named a property.
TOKEN = re.compile(rb"/(\w+) [\d.]+ Tf|\\([0-7]{1,3}|.)|([()])|(TJ|Tj|BDC)", re.DOTALL)
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pdf_objects(pdf):
    return {int(number): body for number, body in OBJECT.findall(pdf)}


def pdf_text(pdf):
    """The text of every page in the order of drawing, runs parted by blanks, read through the fonts' own tables."""
    objects = pdf_objects(pdf)
    pages = [body for body in objects.values() if re.search(rb"/Type/Page\b", body)]
    return " ".join(" ".join(" ".join(_page_runs(page, objects)).split()) for page in pages)


def _page_runs(page, objects):
    fonts = _fonts(objects[_number(rb"/Resources", page)], objects)
    return _drawn(_stream(objects[_number(rb"/Contents", page)]), fonts)


def _fonts(resources, objects):
    listed = re.search(rb"/Font<<(.*?)>>", resources, re.DOTALL)
    named = re.findall(rb"/(\w+) (\d+) 0 R", listed[1]) if listed else []
    return {name: _letters(objects[int(number)], objects) for name, number in named}


def _letters(font, objects):
    table = _stream(objects[_number(rb"/ToUnicode", font)])
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in MAPPED.findall(table)}


def _drawn(content, fonts):
    """Every run of letters, in the order of drawing; brackets that pair up inside a string belong to it."""
    runs, letters, codes, depth, at = [], {}, bytearray(), 0, 0
    for token in TOKEN.finditer(content):
        font, escaped, bracket, show = token.groups()
        if depth:
            codes += content[at : token.start()]
        at = token.end()
        if depth and escaped:
            codes += bytes([int(escaped, 8)]) if escaped.isdigit() else ESCAPES.get(escaped, escaped)
        elif bracket:
            depth += 1 if bracket == b"(" else -1
            codes += bracket if depth > (bracket == b"(") else b""
        elif depth:
            codes += token[0]
        elif font:
            letters = fonts[font]
        elif show == b"BDC":
            codes.clear()
        elif show:
            runs.append("".join(letters[codes[n] * 256 + codes[n + 1]] for n in range(0, len(codes), 2)))
            codes.clear()
    return runs


def _number(key, body):
    return int(re.search(key + rb" (\d+)", body)[1])


def _stream(body):
    raw = body.split(b"stream\n", 1)[1].rsplit(b"\nendstream", 1)[0]
    return zlib.decompress(raw) if b"/FlateDecode" in body else raw


def word_text(docx):
    """The text of the body, paragraphs and cells parted by blanks."""
    with zipfile.ZipFile(io.BytesIO(docx)) as parts:
        body = ElementTree.fromstring(parts.read("word/document.xml"))
    lines = ("".join(run.text or "" for run in line.iter(f"{WORD}t")) for line in body.iter(f"{WORD}p"))
    return " ".join(" ".join(lines).split())


def word_tables(docx):
    """Every table as rows of cells."""
    with zipfile.ZipFile(io.BytesIO(docx)) as parts:
        body = ElementTree.fromstring(parts.read("word/document.xml"))
    return [
        [["".join(run.text or "" for run in cell.iter(f"{WORD}t")) for cell in row.iter(f"{WORD}tc")] for row in rows]
        for rows in (table.findall(f"{WORD}tr") for table in body.iter(f"{WORD}tbl"))
    ]
