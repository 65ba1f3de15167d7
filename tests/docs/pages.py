"""What stands on a page of the docs: its tables, its code blocks, its links?"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
METHODS = DOCS / "methods"
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def pages() -> list[Path]:
    """Every page, those at the root included."""
    return sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])


def table(page: Path, before: str) -> list[dict[str, str]]:
    """The rows of the first table after a line that begins so, by the names of its columns; "" is an empty cell."""
    lines = page.read_text(encoding="utf-8").splitlines()
    (start,) = [number for number, line in enumerate(lines) if line.startswith(before)]
    rows = []
    for line in lines[start + 1 :]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
        elif rows:
            break
    header, _, *cells = rows
    return [dict(zip(header, row, strict=True)) for row in cells]


def anchors(page: Path) -> set[str]:
    """The names that links to a page's headings use."""
    found = HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in found}


def links(page: Path) -> list[str]:
    return [first or second for first, second in LINK.findall(page.read_text(encoding="utf-8"))]
