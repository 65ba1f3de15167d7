"""What does the Word template of a plan's papers look like, which a desk may edit and give back?

Made by code, so that it can never name a text that a paper lacks. `{{ name }}` stands for a text, `{%p for ... %}`
repeats a paragraph and `{%tr for row in ... %}` a row.
"""

import io
from functools import cache
from typing import Any

from docx import Document

from bluehelm.language import _, now
from bluehelm.products.brief_docx import same_zip
from bluehelm.products.word_template import add_table, begin_page, set_up_page

WIDTHS = (6.0, 2.6, 3.2, 4.8)
FIGURE_WIDTHS = (5.4, 2.0, 3.2, 6.0)
PLACES = ("[0]", "[1]", "[2]", "[3]")


def plan_template() -> bytes:
    """The template as a .docx file, in the language of now."""
    return _template(now())


@cache
def _template(_language: str) -> bytes:
    page = Document()
    set_up_page(page)
    begin_page(page, "title")
    page.add_paragraph("{{ mission }} · {{ period }} · {{ as_of }}", style="Caption")
    page.add_paragraph("{%p for section in sections %}")
    for level in (1, 2):
        page.add_paragraph(f"{{%p if section.level == {level} %}}")
        page.add_heading("{{ section.title }}", level)
        page.add_paragraph("{%p endif %}")
    page.add_paragraph("{%p for line in section.lines %}")
    page.add_paragraph("{{ line }}")
    page.add_paragraph("{%p endfor %}")
    page.add_paragraph("{%p if section.charts %}")
    page.add_paragraph("{% for chart in section.charts %}{{ chart }} {% endfor %}")
    page.add_paragraph("{%p endif %}")
    page.add_paragraph("{%p for grid in section.grids %}")
    page.add_paragraph("{{ grid.title }}", style="Caption")
    _grid(page, "grid.rows", "grid.header", WIDTHS)
    page.add_paragraph("{%p endfor %}")
    page.add_paragraph("{%p endfor %}")
    page.add_paragraph("{%p if figures %}")
    page.add_heading(_("Figures"), 1)
    _grid(page, "figures", "figure_header", FIGURE_WIDTHS)
    page.add_paragraph("{%p endif %}")
    page.add_heading(_("Sources"), 1)
    page.add_paragraph("{%p for source in sources %}")
    page.add_paragraph("{{ source }}", style="Caption")
    page.add_paragraph("{%p endfor %}")
    written = io.BytesIO()
    page.save(written)
    return same_zip(written.getvalue())


def _grid(page: Any, rows: str, header: str, widths: tuple[float, ...]) -> None:
    names = [f"{{{{ {header}{place} }}}}" for place in PLACES]
    add_table(page, rows, names, PLACES, widths, size=8)
