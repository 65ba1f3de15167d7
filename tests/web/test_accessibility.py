"""Can the pages be read aloud, read without colour, and read in any language?"""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings as configured

from tests.web.page_reader import read

PAGES = [
    "/",
    "/missions/UNSYM/",
    "/missions/UNMISS/",
    "/tables/",
    "/tables/events/1/",
    "/design/",
    "/missions/NOSUCH/",
    "/nowhere/",
    "/missions/",
    "/missions/UNSYM/situation/",
    "/missions/compare/?mission=UNSYM",
    "/tables/events/revisions/?old=1&new=1&mission=UNSYM",
    "/coverage/",
    "/quality/",
]
TOKENS = Path(configured.STATICFILES_DIRS[0]) / "design" / "tokens.css"


@pytest.mark.parametrize("url", PAGES)
def test_headings_begin_with_one_and_skip_no_level(client, demo, url):
    levels = [level for level, _ in read(client.get(url)).headings]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("url", PAGES)
def test_every_table_has_a_caption_and_every_header_a_scope(client, demo, url):
    for table in read(client.get(url)).tables:
        assert table.caption
        assert set(table.scopes) <= {"col", "row"}


@pytest.mark.parametrize("url", PAGES)
def test_the_page_names_its_language_and_direction_and_can_be_skipped_to(client, demo, url):
    page = read(client.get(url))
    assert page.attributes("html", "lang") == ["en-gb"]
    assert page.attributes("html", "dir") == ["ltr"]
    assert page.attributes("a", "href")[0] == "#content"
    assert page.attributes("main", "id") == ["content"]


@pytest.mark.parametrize("url", PAGES)
def test_every_id_occurs_once_and_every_reference_has_its_target(client, demo, url):
    page = read(client.get(url))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    names = ("aria-labelledby", "for", "data-words", "data-option", "data-filters", "aria-describedby")
    wanted = {attributes[name] for _, attributes in page.elements for name in names if attributes.get(name)}
    assert {reference for reference in wanted if re.fullmatch(r"[\w-]+", reference)} <= set(ids)


@pytest.mark.parametrize("url", PAGES)
def test_pictures_have_a_text_or_are_hidden_from_readers(client, demo, url):
    for tag, attributes in read(client.get(url)).elements:
        if tag == "img":
            assert "alt" in attributes
        if tag == "svg":
            assert attributes.get("aria-hidden") == "true"


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def tokens(scheme: str) -> dict[str, str]:
    """Colours by day, or by night: what the dark part of the file does not name stays as it is by day."""
    css = TOKENS.read_text(encoding="utf-8").split("@media print")[0]
    day, night = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part)) for part in css.split("@media"))
    return day if scheme == "day" else day | night


def test_the_contrast_formula_knows_black_from_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


by_day_and_night = pytest.mark.parametrize("scheme", ["day", "night"])


@by_day_and_night
@pytest.mark.parametrize("ground", ["paper", "ground"])
@pytest.mark.parametrize("ink", ["ink", "ink-quiet", "link", "wrong"])
def test_text_stands_out_from_its_ground(ink, ground, scheme):
    assert contrast(tokens(scheme)[ink], tokens(scheme)[ground]) >= 4.5


COLOURED = [
    ("synthetic-ink", "synthetic-ground"),
    ("on-navy", "navy"),
    ("on-navy", "navy-deep"),
    ("on-navy", "masthead"),
    ("masthead-quiet", "masthead"),
    ("ink-quiet", "map-land"),
    ("on-marking", "confidential"),
    ("on-marking", "strictly"),
    *((tone, f"{tone}-ground") for tone in ("good", "care", "wrong", "note")),
    *(("ink", f"{tone}-ground") for tone in ("good", "care", "wrong", "note")),
]


@by_day_and_night
@pytest.mark.parametrize(("ink", "ground"), COLOURED)
def test_text_stands_out_from_a_coloured_ground(ink, ground, scheme):
    assert contrast(tokens(scheme)[ink], tokens(scheme)[ground]) >= 4.5


MARKS = [
    *("deaths", "events", "base", "nearby", "hotspot-edge", "focus", "ring", "line-strong"),
    *("type-state", "type-other", "type-civilians"),
]


@by_day_and_night
@pytest.mark.parametrize("mark", MARKS)
def test_marks_stand_out_from_paper(mark, scheme):
    assert contrast(tokens(scheme)[mark], tokens(scheme)["paper"]) >= 3


TEMPLATES = sorted(Path(configured.STATICFILES_DIRS[0]).parent.rglob("templates/**/*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_word_of_a_template_can_be_translated(template):
    text = template.read_text(encoding="utf-8")
    text = re.sub(
        r"{#.*?#}|{% blocktranslate.*?{% endblocktranslate %}|{%.*?%}|{{.*?}}|<(pre|code|script)\b.*?</\1>",
        " ",
        text,
        flags=re.S,
    )
    text = re.sub(r"\b\w+\.csv\b", " ", re.sub(r"<[^>]*>", " ", text))  # a file's name is the same in every language
    words = re.findall(r"[A-Za-z]{2,}", text)
    assert set(words) <= {"bluehelm", "UTC", "USD", "doctype", "PDF", "CSV", "GeoJSON", "km"}


@pytest.mark.parametrize("sheet", sorted(TOKENS.parent.glob("*.css")), ids=lambda path: path.name)
def test_layout_names_no_left_or_right(sheet):
    css = sheet.read_text(encoding="utf-8")
    assert not re.search(r"(margin|padding|border)-(left|right|top|bottom)|text-align: (left|right)|float:", css)
