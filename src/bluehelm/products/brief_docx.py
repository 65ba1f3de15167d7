"""What does a mission's brief look like as a Word file that a desk can edit, from a template it can edit too?

`brief_docx` fills a template from the texts of `brief_paper`; `brief_template` is the one used when a desk has none
of its own, and the one to begin from. Names and notes are escaped, a template runs in a sandbox, and the same brief
in the same template gives the same bytes.
"""

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from functools import cache
from html import escape
from importlib.util import find_spec
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bluehelm.language import _, now
from bluehelm.products.brief import Brief
from bluehelm.products.brief_paper import COLUMNS, paper
from bluehelm.products.extras import MissingExtraError
from bluehelm.products.pictures import as_png

PICTURE_CM = 16.5  # the width of text on an A4 page with margins of 2.2 cm
TALLEST_CM = 17.0
LONGEST_TITLE = 255  # characters: what the file format allows
LARGEST_TEMPLATE = 50_000_000  # bytes unpacked: logos and fonts fit, an archive made to swell does not
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


class TemplateProblemError(ValueError):
    """A template of a desk's own cannot be filled; the message says why."""


def has_word() -> bool:
    return find_spec("docxtpl") is not None


def brief_docx(
    brief: Brief,
    *,
    chart: Mapping[str, Any] | None,
    locator: Mapping[str, Any] | None,
    template: bytes | None = None,
) -> bytes:
    """The brief as a Word file; MissingExtraError without `documents`, TemplateProblemError for an unsound template."""
    needs_word()
    said = paper(brief)

    def context(document: Any) -> dict[str, Any]:
        pictures = {
            "chart": _picture(document, chart, said["chart_alt"]),
            "map": _picture(document, locator, said["map_alt"]),
        }
        return _context(said) | pictures

    on = datetime.combine(brief.as_of, time(), UTC).replace(tzinfo=None)  # the format's dates have no zone
    given = brief_template() if template is None else template
    return fill_word(given, context, title=said["title"], on=on, is_own=template is None)


def fill_word(
    template: bytes, context: Callable[[Any], dict[str, Any]], *, title: str, on: datetime, is_own: bool
) -> bytes:
    """A template filled with the texts and pictures that `context` makes for it, dated `on` and never by the clock.

    A template that is not our own may be unsound: TemplateProblemError says why.
    """
    import docxtpl  # type: ignore[import-untyped]  # an extra: the command line works without it

    given = template if is_own else _of_a_sound_size(template)
    try:
        document = docxtpl.DocxTemplate(io.BytesIO(given))
        document.init_docx()
    except (KeyError, ValueError, SyntaxError) as error:
        raise TemplateProblemError(_("it is not a Word file (.docx): {error}", error=error)) from error
    told = context(document)
    sandbox = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    try:
        document.render(told, sandbox, autoescape=True)
    except (TemplateError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise TemplateProblemError(str(error)) from error
    _name(document.docx.core_properties, title, on)
    written = io.BytesIO()
    document.save(written)
    return same_zip(written.getvalue())


def _of_a_sound_size(template: bytes) -> bytes:
    """The template, unless it is no archive or unpacks to more than any page layout needs."""
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as parts:
            unpacked = sum(member.file_size for member in parts.infolist())
    except zipfile.BadZipFile as error:
        raise TemplateProblemError(_("it is not a Word file (.docx): {error}", error=error)) from error
    if unpacked > LARGEST_TEMPLATE:
        raise TemplateProblemError(
            _(
                "it unpacks to {unpacked:,} bytes, more than {largest_template:,}",
                unpacked=unpacked,
                largest_template=LARGEST_TEMPLATE,
            )
        )
    return template


def needs_word() -> None:
    if not has_word():
        raise MissingExtraError(_("A Word file"), "documents")


def _context(said: Mapping[str, Any]) -> dict[str, Any]:
    """The texts by name; each row of a table by the names of its columns."""
    return {
        name: [dict(zip(COLUMNS[name], row, strict=True)) for row in value] if name in COLUMNS else value
        for name, value in said.items()
    }


def _picture(document: Any, specification: Mapping[str, Any] | None, alt: str) -> Any:
    """The picture as a template places it, with the text that is read aloud for it; None where there is none."""
    return None if specification is None else inline_picture(document, specification, alt, PICTURE_CM)


def inline_picture(document: Any, specification: Mapping[str, Any], alt: str, widest_cm: float) -> Any:
    """A picture in a line of text, with the words that are read aloud for it."""
    from docx.image.image import Image
    from docx.shared import Cm, Emu
    from docxtpl import InlineImage

    class DescribedImage(InlineImage):  # type: ignore[misc]  # the library has no types
        def _insert_image(self) -> str:
            return str(super()._insert_image()).replace("<wp:docPr ", f'<wp:docPr descr="{escape(alt)}" ', 1)

    drawn = as_png(specification)
    size = Image.from_blob(drawn)
    scale = min(Cm(widest_cm) / size.px_width, Cm(TALLEST_CM) / size.px_height)
    width, height = Emu(round(size.px_width * scale)), Emu(round(size.px_height * scale))
    return DescribedImage(document, io.BytesIO(drawn), width=width, height=height)


def _name(properties: Any, title: str, on: datetime) -> None:
    """Title and dates in the file's properties: the day the figures stop at, not the day of writing."""
    properties.title, properties.author = title[:LONGEST_TITLE], "bluehelm"
    properties.created = properties.modified = on
    properties.last_modified_by, properties.comments, properties.revision = "bluehelm", "", 1


def same_zip(content: bytes) -> bytes:
    """The same members in the same order, without the time of writing."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as out:
        for member in given.infolist():
            entry = zipfile.ZipInfo(member.filename, ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(entry, given.read(member))
    return kept.getvalue()


def brief_template() -> bytes:
    """The template to begin from in the language of now, made by this code so that it never names a text that no brief
    has.

    In it `{{ name }}` stands for a text of `brief_paper` and `{%tr for row in table %}` repeats a row; the
    library's documentation (docxtpl) tells the rest. MissingExtraError without `documents`.
    """
    needs_word()
    return _template(now())


@cache
def _template(_language: str) -> bytes:
    from bluehelm.products.word_template import blank_brief

    return same_zip(blank_brief())
