"""How does a paper of a plan leave: as PDF, as Word from a template a desk can edit, as XLSX, as SDMX-CSV?

The same paper gives the same bytes in each. A number that is not known leaves as an empty cell that says why.
"""

import csv
import io
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any
from zipfile import ZipFile

from bluehelm.language import _
from bluehelm.plans.periods import Frequency, frequency_of
from bluehelm.products.brief_docx import fill_word, inline_picture, needs_word, same_zip
from bluehelm.products.brief_pdf import has_documents, typeset
from bluehelm.products.cells import escaped_text
from bluehelm.products.extras import MissingExtraError
from bluehelm.products.factsheet import MOST_CHARTS, Series, in_words, series_picture
from bluehelm.products.pictures import as_svg
from bluehelm.products.plan_paper import Paper, Section, figure_header, figure_rows
from bluehelm.products.sdmx import ABOUT, AGENCY, INFORMATION, MISSING, NORMAL, STRUCTURE_VERSION

SUPPRESSED = "Q"  # of the standard's list of observation statuses: missing value, suppressed
STATUS = {"known": NORMAL, "missing": MISSING, "unknown": MISSING, "held back": SUPPRESSED}
FREQUENCY: Mapping[Frequency, str] = {"month": "M", "quarter": "Q", "half-year": "S", "year": "A", "budget-year": "A"}
DIMENSIONS = ("FREQ", "MISSION", "INDICATOR", "PART", "TIME_PERIOD")
ATTRIBUTES = (
    "UNIT_MEASURE",
    "OBS_STATUS",
    "LOW",
    "HIGH",
    "KIND",
    "TITLE",
    "COVERAGE",
    "PLAN_VERSION",
    "TABLE_VERSIONS",
)
COLUMNS = (*ABOUT, *DIMENSIONS, "OBS_VALUE", *ATTRIBUTES)
WHOLE = "_T"  # the standard's code of a total
CHART_CM = 5.4  # three beside each other on the width of an A4 page


def paper_csv(paper: Paper) -> bytes:
    """The figures as SDMX-CSV 2.0."""
    written = io.StringIO(newline="")
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(COLUMNS)
    structure = ("dataflow", f"{AGENCY}:PLAN_VALUES({STRUCTURE_VERSION})", INFORMATION)
    for one in paper.figures:
        frequency, part = FREQUENCY[frequency_of(one.period)], escaped_text(one.part) or WHOLE
        texts = (one.kind, one.title, one.coverage, one.plan, one.tables)
        rows.writerow(
            [*structure, frequency, paper.mission, one.indicator, part, sdmx_period(one.period),
             _cell(one.value), escaped_text(one.unit), STATUS[one.status], _cell(one.low), _cell(one.high),
             *map(escaped_text, texts)]
        )  # fmt: skip
    return written.getvalue().encode()


def sdmx_period(period: str) -> str:
    """A period as the standard writes it: half-years are S1 and S2, a budget year is a range from July."""
    frequency = frequency_of(period)
    if frequency == "half-year":
        return period.replace("H", "S")
    return f"{period[:4]}-07-01/P1Y" if frequency == "budget-year" else period


def _cell(number: float | None) -> str:
    return "" if number is None else f"{number:.12g}"


def paper_xlsx(paper: Paper) -> bytes:
    """Figures on the first sheet, what is said of them on the second, where they come from on the third."""
    from openpyxl import Workbook  # type: ignore[import-untyped]
    from openpyxl.writer.excel import ExcelWriter  # type: ignore[import-untyped]

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Figures")
    sheet.freeze_panes = "A2"
    sheet.append([name.lower() for name in (*DIMENSIONS, "VALUE", *ATTRIBUTES)])
    for one in paper.figures:
        texts = (one.kind, one.title, one.coverage, one.plan, one.tables)
        sheet.append(
            [FREQUENCY[frequency_of(one.period)], paper.mission, one.indicator, escaped_text(one.part), one.period,
             one.value, escaped_text(one.unit), one.status, one.low, one.high, *map(escaped_text, texts)]
        )  # fmt: skip
    _text_sheet(book.create_sheet("Text"), paper)
    _about_sheet(book.create_sheet("About"), paper)
    book.properties.creator = "bluehelm"
    book.properties.created = book.properties.modified = _day(paper)
    written = io.BytesIO()
    with ZipFile(written, "w") as archive:
        ExcelWriter(book, archive).save()
    return same_zip(written.getvalue())


def _text_sheet(sheet: Any, paper: Paper) -> None:
    for section in paper.sections:
        sheet.append([escaped_text(section.title)])
        for line in section.lines:
            sheet.append(["", escaped_text(line)])
        for grid in section.grids:
            for row in (grid.header, *grid.rows):
                sheet.append(["", *map(escaped_text, row)])


def _about_sheet(sheet: Any, paper: Paper) -> None:
    told = [("paper", paper.kind), ("title", paper.title), ("mission", paper.mission), ("period", paper.period),
            ("as of", paper.as_of), ("marking", paper.marking), ("values held back", f"{paper.held_back}"),
            ("warning", paper.synthetic), *(("source", source) for source in paper.sources)]  # fmt: skip
    for name, value in told:
        sheet.append([name, escaped_text(value)])


def _day(paper: Paper) -> datetime:
    return datetime.combine(date.fromisoformat(paper.as_of), time())  # the formats' dates have no zone


def paper_pdf(paper: Paper) -> bytes:
    """The paper as a tagged PDF; MissingExtraError without `documents`, and without `pictures` where it has charts."""
    if not has_documents():
        raise MissingExtraError(_("A PDF"), "documents")
    charts = {
        f"chart-{number}-{place}": as_svg(series_picture(series), f"c{number}-{place}")
        for number, section in enumerate(paper.sections)
        for place, series in enumerate(section.charts[:MOST_CHARTS])
    }
    said = _said(paper) | {"figures": [list(row) for row in figure_rows(paper)], "figure_header": list(figure_header())}
    return typeset("plan_paper.typ", said | {"notes": []}, {"as_of": paper.as_of, **charts}, notes="notes")


def _said(paper: Paper) -> dict[str, Any]:
    texts = ("kind", "title", "mission", "period", "as_of", "marking", "synthetic")
    return {
        **{name: getattr(paper, name) for name in texts},
        "sections": [_section(one) for one in paper.sections],
        "sources": list(paper.sources),
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "level": section.level,
        "lines": list(section.lines),
        "grids": [
            {"title": one.title, "header": list(one.header), "rows": [list(row) for row in one.rows]}
            for one in section.grids
        ],
        "charts": [
            {"title": one.title, "alt": in_words(one), "note": one.note} for one in section.charts[:MOST_CHARTS]
        ],
    }


def paper_docx(paper: Paper, template: bytes | None = None) -> bytes:
    """The paper as a Word file; MissingExtraError without `documents`, TemplateProblemError for an unsound template."""
    needs_word()
    from bluehelm.products.plan_word import plan_template

    def context(document: Any) -> dict[str, Any]:
        sections = [_in_word(one, document) for one in paper.sections]
        return _said(paper) | {"sections": sections, "figures": figure_rows(paper), "figure_header": figure_header()}

    given = plan_template() if template is None else template
    return fill_word(given, context, title=paper.title, on=_day(paper), is_own=template is None)


def _in_word(section: Section, document: Any) -> dict[str, Any]:
    def drawn(series: Series) -> Any:
        return inline_picture(document, series_picture(series), in_words(series), CHART_CM)

    return _section(section) | {"charts": [drawn(one) for one in section.charts[:MOST_CHARTS]]}


WRITERS: Mapping[str, Callable[[Paper], bytes]] = {
    "pdf": paper_pdf,
    "docx": paper_docx,
    "xlsx": paper_xlsx,
    "csv": paper_csv,
}
TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
