"""What does a page hold, as a reader or a browser's security policy would see it?"""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "img", "input", "br", "rect", "circle", "line", "path"}


@dataclass
class Table:
    caption: str = ""
    rows: list[list[str]] = field(default_factory=list)
    scopes: list[str | None] = field(default_factory=list)


class Page(HTMLParser):
    """A page taken apart: elements in order, tables as rows of text, headings, links, text; hidden rows left out."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[Table] = []
        self.headings: list[tuple[int, str]] = []
        self._open: list[str] = []
        self._text: list[str] = []
        self._hidden: list[list[str]] = []
        self.feed(markup)
        for table in self.tables:
            table.rows = [row for row in table.rows if not any(row is hidden for hidden in self._hidden)]
        self.text = _plain(" ".join(self._text))

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "table":
            self.tables.append(Table())
        elif tag == "tr":
            self.tables[-1].rows.append([])
            if "hidden" in dict(attrs):
                self._hidden.append(self.tables[-1].rows[-1])
        elif tag in ("td", "th"):
            self.tables[-1].rows[-1].append("")
            if tag == "th":
                self.tables[-1].scopes.append(dict(attrs).get("scope"))
        elif tag in ("h1", "h2", "h3", "h4"):
            self.headings.append((int(tag[1]), ""))

    def handle_endtag(self, tag):
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data):
        if "script" in self._open or "style" in self._open:
            return
        self._text.append(data)
        if "caption" in self._open:
            self.tables[-1].caption = _plain(f"{self.tables[-1].caption} {data}")
        elif "td" in self._open or "th" in self._open:
            cell = self.tables[-1].rows[-1]
            cell[-1] = _plain(f"{cell[-1]} {data}")
        if self.headings and any(tag in self._open for tag in ("h1", "h2", "h3", "h4")):
            level, text = self.headings[-1]
            self.headings[-1] = (level, _plain(f"{text} {data}"))

    def table(self, caption: str) -> list[list[str]]:
        """The rows, header first, of the one table whose caption begins so."""
        (found,) = [table for table in self.tables if table.caption.startswith(caption)]
        return found.rows

    def attributes(self, tag: str, name: str) -> list[str]:
        return [attrs[name] for element, attrs in self.elements if element == tag and attrs.get(name) is not None]


def _plain(text: str) -> str:
    return " ".join(text.split())


def read(response) -> Page:
    return Page(response.content.decode())
