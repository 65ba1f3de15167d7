"""How does a brief become a file, as a page, a PDF or a Word document, with its map drawn from the borders in use?"""

from pathlib import Path
from typing import Any

from bluehelm.definitions.drawn_areas import Area
from bluehelm.language import _
from bluehelm.products.brief import Brief
from bluehelm.products.brief_docx import brief_docx, brief_template
from bluehelm.products.brief_html import brief_page
from bluehelm.products.brief_pdf import brief_pdf
from bluehelm.products.charts import monthly_picture
from bluehelm.products.locator import locator_picture
from bluehelm.products.pictures import chart_png, chart_svg
from bluehelm.workflows.borders import border_layer, lines_with_disputes
from bluehelm.workflows.registry import area_polygons, mission_registry
from bluehelm.workflows.whole_file import whole_file, writable

PAPERS = (".html", ".pdf", ".docx")
CHARTS = (".svg", ".png")


class UnknownFormatError(ValueError):
    """A file's ending names none of the formats that can be written; `known` are those that can."""

    def __init__(self, path: Path, known: tuple[str, ...]) -> None:
        super().__init__(
            _(
                "{name} does not end in {known} or {known_2}.",
                name=path.name,
                known=", ".join(known[:-1]),
                known_2=known[-1],
            )
        )
        self.known = known


def write_brief(home: Path, brief: Brief, out: Path, *, template: bytes | None = None) -> None:
    """Write the brief in the format that the file's ending names; `template` is a desk's own, for Word only.

    Raises UnknownFormatError, FileRefusedError, MissingExtraError or TemplateProblemError; then nothing is written.
    """
    writable(out, force=True)
    kind = _kind(out, PAPERS)
    with whole_file(out, force=True) as part:
        if kind == ".html":
            part.write_text(page_of(home, brief), encoding="utf-8")
        elif kind == ".pdf":
            part.write_bytes(pdf_of(home, brief))
        else:
            part.write_bytes(word_of(home, brief, template=template))


def page_of(home: Path, brief: Brief) -> str:
    """The brief as HTML that needs nothing else: no network, no script, no second file."""
    return brief_page(
        brief,
        borders=border_layer(home, "countries"),
        areas=areas_of(home, brief),
        lines=lines_with_disputes(home),
    )


def pdf_of(home: Path, brief: Brief) -> bytes:
    """The brief as PDF; MissingExtraError without the extras."""
    return brief_pdf(brief, chart=monthly_picture(brief), locator=_locator(home, brief))


def word_of(home: Path, brief: Brief, *, template: bytes | None = None) -> bytes:
    """The brief as a Word file; MissingExtraError without the extras, TemplateProblemError for an unsound template."""
    return brief_docx(brief, chart=monthly_picture(brief), locator=_locator(home, brief), template=template)


def _locator(home: Path, brief: Brief) -> dict[str, Any] | None:
    areas = areas_of(home, brief)
    return locator_picture(brief, areas, border_layer(home, "countries"), lines_with_disputes(home))


def write_chart(brief: Brief, out: Path) -> bool:
    """Write the monthly chart as SVG or PNG; False, with nothing written, when the mission has no figures by month.

    Raises UnknownFormatError, FileRefusedError or MissingExtraError; then nothing is written.
    """
    writable(out, force=True)
    kind = _kind(out, CHARTS)
    drawn = chart_svg(brief) if kind == ".svg" else chart_png(brief)
    if drawn is None:
        return False
    with whole_file(out, force=True) as part:
        part.write_bytes(drawn.encode() if isinstance(drawn, str) else drawn)
    return True


def write_template(out: Path, *, force: bool) -> None:
    """Write the Word template to begin from; raises FileRefusedError or MissingExtraError."""
    template = brief_template()
    with whole_file(out, force=force) as part:
        part.write_bytes(template)


def _kind(path: Path, known: tuple[str, ...]) -> str:
    kind = path.suffix.lower()
    if kind not in known:
        raise UnknownFormatError(path, known)
    return kind


def areas_of(home: Path, brief: Brief) -> list[Area]:
    """The drawn areas that held on the last day of a brief's figures; empty for a whole-country mission."""
    entry = mission_registry(home).get(brief.mission)
    end_on = brief.scope.end_on
    return area_polygons(home, entry, min(brief.as_of, end_on) if end_on else brief.as_of) if entry else []
