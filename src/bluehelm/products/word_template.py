"""How is the Word template of a brief laid out: which text stands where, in which style?

Needs the extra `documents`. The file holds no figures, only names between braces that docxtpl fills.
"""

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from bluehelm.language import FRENCH, _, now
from bluehelm.products.brief_paper import COLUMNS
from bluehelm.products.brief_words import month_names

FONT = "Calibri"
INK, QUIET, HELM = RGBColor(0x16, 0x20, 0x2B), RGBColor(0x4A, 0x58, 0x66), RGBColor(0x0D, 0x3B, 0x66)
WARNING_FILL = "FFF1CC"
RULE = "8FA0AF"


def blank_brief() -> bytes:
    """The template as a .docx file."""
    page = Document()
    set_up_page(page)
    _opening(page)
    _figures(page)
    _own(page)
    _picture(page, "chart", _("Month by month"), "chart_key")
    _scope(page)
    _picture(page, "map", _("Where"), "map_key")
    _places(page)
    _sources(page)
    _months(page)
    written = io.BytesIO()
    page.save(written)
    return written.getvalue()


def set_up_page(page: Any) -> None:
    """A4 with the margins, letters and footer of every paper."""
    section = page.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2.0)
    normal = page.styles["Normal"]
    normal.font.name, normal.font.size, normal.font.color.rgb = FONT, Pt(10), INK
    normal.element.rPr.append(_element("w:lang", val="fr-FR" if now() == FRENCH else "en-GB"))
    normal.paragraph_format.space_after = Pt(4)
    for name, size, colour in (
        ("Title", 22, INK),
        ("Heading 1", 13, HELM),
        ("Heading 2", 11, HELM),
        ("Caption", 8.5, QUIET),
    ):
        style = page.styles[name]
        style.font.name, style.font.size, style.font.color.rgb, style.font.bold = (
            FONT,
            Pt(size),
            colour,
            name != "Caption",
        )
        # The library's own template names theme fonts, which would win over the font named here.
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[theme]
    page.styles["Caption"].paragraph_format.keep_with_next = True
    _footer(section.footer.paragraphs[0])


def _footer(line: Any) -> None:
    line.style = "Caption"
    line.add_run("{% if marking %}{{ marking }} · {% endif %}")
    synthetic = _("Synthetic demonstration data.")
    line.add_run(f"{{% if synthetic %}}{synthetic} {{% endif %}}{{{{ title }}}}   ")
    for text in ("PAGE", "/", "NUMPAGES"):
        line.add_run(f" {text} ") if text == "/" else line._p.append(_field(text))


def _field(name: str) -> Any:
    field = _element("w:fldSimple", instr=name)
    run, shown = OxmlElement("w:r"), OxmlElement("w:t")
    shown.text = "1"
    run.append(shown)
    field.append(run)
    return field


def _element(tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def begin_page(page: Any, title: str) -> None:
    """Marking, the warning of an invented mission, and the title, which is the text of that name."""
    page.add_paragraph("{%p if marking %}")
    page.add_paragraph().add_run("{{ marking }}").bold = True
    page.add_paragraph("{%p endif %}")
    page.add_paragraph("{%p if synthetic %}")
    warning = page.add_paragraph()
    warning.add_run("{{ synthetic }}").bold = True
    warning._p.get_or_add_pPr().append(_element("w:shd", val="clear", color="auto", fill=WARNING_FILL))
    page.add_paragraph("{%p endif %}")
    page.add_paragraph(f"{{{{ {title} }}}}", style="Title")


def _opening(page: Any) -> None:
    begin_page(page, "mission")
    page.add_paragraph().add_run("{{ name }}").font.size = Pt(12)
    page.add_paragraph("{{ dates }}", style="Caption")


def _figures(page: Any) -> None:
    page.add_heading(_("Headline figures"), 1)
    add_table(
        page, "headlines", (_("Figure"), "", _("Qualified by")), COLUMNS["headlines"], (6.0, 3.0, 7.6), right=(1,)
    )
    _each(page, "gap", "gaps")
    page.add_paragraph("{%p if by_type %}")
    page.add_paragraph(_("Events by type"), style="Caption")
    header = (_("Type"), _("Events"), _("Deaths, best estimate"))
    add_table(page, "by_type", header, COLUMNS["by_type"], (8.6, 3.0, 5.0), right=(1, 2))
    page.add_paragraph("{%p endif %}")
    _each(page, "rule", "rules", style="Caption")


def _own(page: Any) -> None:
    page.add_paragraph("{%p if own_lines %}")
    page.add_heading(_("The mission's own incidents beside the provider's events"), 1)
    _each(page, "line", "own_lines")
    own = _("The mission's own incidents by type, with the provider's type each maps to")
    page.add_paragraph(own, style="Caption")
    header = (_("Type"), _("Maps to"), _("Incidents"), _("Killed, at least"), _("At most"), _("Without a count"))
    add_table(page, "own_types", header, COLUMNS["own_types"], (4.4, 3.0, 2.2, 2.4, 2.2, 2.4), right=(2, 3, 4, 5))
    provided = _("The provider's events by type, in the months that both lists cover")
    page.add_paragraph(provided, style="Caption")
    theirs = (_("Type"), _("Events"), _("Deaths, best estimate"))
    add_table(page, "provider_types", theirs, COLUMNS["provider_types"], (8.6, 3.0, 5.0), right=(1, 2))
    caption = _("Month by month, side by side and never added; n/c: not covered by any table; *: part of the month")
    page.add_paragraph(caption, style="Caption")
    beside = (
        _("Month"),
        _("Own incidents"),
        _("Killed, at least"),
        _("At most"),
        _("Provider's events"),
        _("Deaths, best estimate"),
        _("Patrols"),
        _("Reporter-days"),
    )
    add_table(page, "own_months", beside, COLUMNS["own_months"], (2.1, *[2.07] * 7), right=range(1, 8), size=8)
    _each(page, "caveat", "own_caveats", style="List Bullet")
    page.add_paragraph("{%p endif %}")


def _each(page: Any, one: str, many: str, style: str | None = None) -> None:
    page.add_paragraph(f"{{%p for {one} in {many} %}}")
    page.add_paragraph(f"{{{{ {one} }}}}", style=style)
    page.add_paragraph("{%p endfor %}")


def _picture(page: Any, name: str, heading: str, key: str) -> None:
    page.add_paragraph(f"{{%p if {name} %}}")
    page.add_heading(heading, 1)
    page.add_paragraph(f"{{{{ {name} }}}}")
    _each(page, "line", key, style="Caption")
    page.add_paragraph("{%p endif %}")


def _places(page: Any) -> None:
    page.add_paragraph("{%p if hotspots %}")
    page.add_heading(_("Hotspots"), 1)
    centres = _("PRIO-GRID cells of half a degree with the most deaths, by the cell's centre")
    page.add_paragraph(centres, style="Caption")
    header = (_("Cell"), _("Latitude"), _("Longitude"), _("Events"), _("Deaths, best estimate"))
    add_table(page, "hotspots", header, COLUMNS["hotspots"], (3.6, 2.6, 2.6, 2.6, 5.2), right=(1, 2, 3, 4))
    page.add_paragraph("{%p endif %}")
    page.add_paragraph("{%p if bases %}")
    page.add_heading(_("Bases"), 1)
    page.add_paragraph("{{ bases_caption }}", style="Caption")
    names = (_("Place"), _("Troops"), _("Also"), _("Latitude"), _("Longitude"), _("Contributors"))
    add_table(page, "bases", names, COLUMNS["bases"], (3.4, 1.8, 2.8, 1.9, 2.1, 4.6), right=(1, 3, 4))
    page.add_paragraph("{%p endif %}")


def _scope(page: Any) -> None:
    page.add_heading(_("Scope"), 1)
    _each(page, "line", "scope")
    _each(page, "note", "notes", style="List Bullet")


def _sources(page: Any) -> None:
    page.add_heading(_("Sources"), 1)
    page.add_paragraph("{%p if not sources %}")
    page.add_paragraph(_("No table was used: nothing is in the data folder for this mission and these dates."))
    page.add_paragraph("{%p endif %}")
    page.add_paragraph("{%p for source in sources %}")
    add_table(page, "source", ("", ""), ("[0]", "[1]"), (4.6, 12.0))
    page.add_paragraph("{%p endfor %}")
    page.add_paragraph("{%p if definitions %}")
    page.add_paragraph(_("Definitions that the figures rest on"), style="Caption")
    header = (_("Definition"), _("Title"), _("Valid from"), _("Status"))
    add_table(page, "definitions", header, COLUMNS["definitions"], (4.0, 7.0, 3.2, 2.4))
    page.add_paragraph("{%p endif %}")
    page.add_paragraph("{{ program }}", style="Caption")


def _months(page: Any) -> None:
    page.add_paragraph("{%p if deaths_by_year %}")
    page.add_heading(_("Months"), 1)
    header = [_("Year"), *month_names()]
    titles = {"deaths_by_year": _("Deaths (best estimate) by month"), "events_by_year": _("Events by month")}
    for name, title in titles.items():
        page.add_paragraph(f"{title}; {{{{ months_key }}}}", style="Caption")
        add_table(page, name, header, COLUMNS[name], (1.36, *[1.27] * 12), right=range(1, 13), size=7.5)
    page.add_paragraph("{%p endif %}")


def add_table(
    page: Any,
    rows: str,
    header: Sequence[str],
    fields: Sequence[str],
    widths_cm: Sequence[float],
    *,
    right: Sequence[int] = (),
    size: float = 9,
) -> None:
    """A table of one repeated row: a header that is repeated on every page, then a line for each of `rows`."""
    grid = page.add_table(rows=0, cols=len(fields))
    grid.autofit = False
    for column, width in zip(grid.columns, widths_cm, strict=True):
        column.width = Cm(width)
    _rule(grid)
    if any(header):
        _fill(grid, header, widths_cm, right, size, bold=True)
        grid.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader", val="true"))
    _fill(grid, [f"{{%tr for row in {rows} %}}"], widths_cm, (), size)
    _fill(
        grid, [f"{{{{ row{field if field[0] == '[' else '.' + field} }}}}" for field in fields], widths_cm, right, size
    )
    _fill(grid, ["{%tr endfor %}"], widths_cm, (), size)
    page.add_paragraph().paragraph_format.space_after = Pt(2)


def _rule(grid: Any) -> None:
    borders = OxmlElement("w:tblBorders")
    for edge in ("bottom", "insideH"):
        borders.append(_element(f"w:{edge}", val="single", sz="4", space="0", color=RULE))
    # The format wants a table's properties in its own order, and Word refuses a file that has another.
    grid._tbl.tblPr.find(qn("w:tblLayout")).addprevious(borders)


def _fill(
    grid: Any, texts: Sequence[str], widths_cm: Sequence[float], right: Sequence[int], size: float, bold: bool = False
) -> None:
    row = grid.add_row()
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for place, (cell, width) in enumerate(zip(row.cells, widths_cm, strict=True)):
        cell.width = Cm(width)
        line = cell.paragraphs[0]
        line.paragraph_format.space_after = Pt(1)
        if place in right:
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        run = line.add_run(texts[place] if place < len(texts) else "")
        run.font.size, run.font.bold = Pt(size), bold
