"""How does a chart of bars leave as a picture that still says what it shows and where that comes from?

The same shapes as on the page, in fixed colours on white, with a heading, the value at the top of the scale and the
sources drawn into the picture. PNG needs the extra `pictures`. The same figures give the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from django.utils.html import escape

from bluehelm.products.charts import INK
from bluehelm.products.extras import MissingExtraError
from bluehelm.products.pictures import has_pictures
from bluehelm.web.missions.charts import HEIGHT, WIDTH

ACROSS, HIGH, MARGIN, LINE = 760, 180, 24, 15  # pixels
LETTERS = 120  # of small print on a line
PNG_SCALE = 2.0


@dataclass(frozen=True, slots=True)
class Shape:
    """A rectangle in the units of the page's pictures, and its colour."""

    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A picture of bars under its own heading; `scale` says what its height stands for."""

    heading: str
    shapes: tuple[Shape, ...]
    scale: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Panels under a heading, over what a reader of the picture alone must know."""

    heading: str
    panels: tuple[Panel, ...]
    small_print: tuple[str, ...]


def as_svg(picture: Picture) -> str:
    """One SVG file."""
    drawn = [_text(MARGIN, MARGIN + 4, picture.heading, size=16, weight=600)]
    down = MARGIN + 22
    for panel in picture.panels:
        drawn += [_text(MARGIN, down + 14, panel.heading, size=13, weight=600), _panel(panel, down + 24)]
        down += 24 + HIGH + 20
        drawn.append(_text(MARGIN, down - 4, panel.scale, size=11))
        down += 14
    for line in _lines(picture.small_print):
        down += LINE
        drawn.append(_text(MARGIN, down, line, size=10))
    height, width = down + MARGIN, ACROSS + 2 * MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif">'
        f"<title>{escape(picture.heading)}</title><desc>{escape(' '.join(picture.small_print))}</desc>"
        f'<rect width="{width}" height="{height}" fill="white"/>{"".join(drawn)}</svg>'
    )


def as_png(picture: Picture) -> bytes:
    """One PNG file; MissingExtraError without `pictures`."""
    if not has_pictures():
        raise MissingExtraError("A picture", "pictures")
    import vl_convert  # an extra: pages work without it

    return bytes(vl_convert.svg_to_png(as_svg(picture), scale=PNG_SCALE))


def _lines(small_print: Sequence[str]) -> list[str]:
    return [line for said in small_print for line in wrap(said, LETTERS)]


def _text(x: int, y: int, text: str, *, size: int, weight: int = 400) -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" fill="{INK}">{escape(text)}</text>'


def _panel(panel: Panel, down: int) -> str:
    wide, tall = ACROSS / WIDTH, HIGH / HEIGHT
    shapes = "".join(
        f'<rect x="{MARGIN + shape.x * wide:.2f}" y="{down + shape.y * tall:.2f}" width="{shape.width * wide:.2f}" '
        f'height="{shape.height * tall:.2f}" fill="{shape.colour}"/>'
        for shape in panel.shapes
    )
    base = down + HIGH
    return f'{shapes}<line x1="{MARGIN}" x2="{MARGIN + ACROSS}" y1="{base}" y2="{base}" stroke="{INK}"/>'
