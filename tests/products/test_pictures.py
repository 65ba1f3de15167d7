"""Does a chart that leaves by itself still say what it shows and where it comes from?"""

import struct
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from bluehelm.products import pictures
from bluehelm.products.charts import ChartWords
from bluehelm.products.extras import MissingExtraError
from bluehelm.products.pictures import chart_png, chart_svg, source_lines
from tests.products.made_brief import BRIEF, UNCOVERED

SVG = "{http://www.w3.org/2000/svg}"
TRAP = "<script>alert(1)</script> & \"both' {{x}} ]]>"


def drawn(brief=BRIEF, **told):
    return ElementTree.fromstring(chart_svg(brief, **told))


def words(brief=BRIEF, **told):
    """Everything that is drawn as text; a wrapped line is joined again."""
    return " ".join(" ".join(drawn(brief, **told).itertext()).split())


def texts(brief=BRIEF, **told):
    return [text.text for text in drawn(brief, **told).iter() if text.tag in (f"{SVG}text", f"{SVG}tspan")]


def test_the_picture_names_mission_source_version_licence_retrieval_coverage_and_rule():
    said = " ".join(line for line in texts() if line)
    for fact in (
        "UNX, United Nations Mission in Exland",
        "events version 7",
        "Counter (2024)",
        "CC BY 4.0",
        "2024-05-01",
    ):
        assert fact in said
    for fact in ("covered January 1989 to January 2017", "not covered, which is not zero", "15 March 2017", "bluehelm"):
        assert fact in said


def test_only_the_tables_behind_the_chart_are_named():
    assert "Maps of places" not in words()


def test_invented_data_is_called_so_in_the_picture():
    assert any("Synthetic demonstration data" in (line or "") for line in texts(replace(BRIEF, synthetic=True)))
    assert "Synthetic" not in words()


def test_a_reader_who_cannot_see_the_picture_is_told_the_same():
    picture = drawn()
    assert picture.get("role") == "img"
    assert picture.find(f"{SVG}title").text == "UNX, United Nations Mission in Exland: month by month"
    assert "events version 7" in picture.find(f"{SVG}desc").text


def test_the_words_may_be_in_another_language():
    told = ChartWords("Morts", "Événements", "Non couvert", "mois par mois", "Données inventées")
    said = words(replace(BRIEF, synthetic=True), words=told, sources=["Source : ici."])
    for word in ("Morts", "Événements", "mois par mois", "Données inventées", "Source : ici."):
        assert word in said
    assert "Made with" not in said


def test_a_name_cannot_become_markup_or_load_anything():
    picture = drawn(replace(BRIEF, name=TRAP))
    tags = {element.tag.removeprefix(SVG) for element in picture.iter()}
    assert not tags & {"script", "image", "a", "foreignObject", "style"}
    assert TRAP in picture.find(f"{SVG}title").text


def test_a_long_name_stays_inside_the_picture():
    picture = drawn(replace(BRIEF, name="Stabilisation Mission of many words " * 8))
    heading = [
        text
        for text in texts(replace(BRIEF, name="Stabilisation Mission of many words " * 8))
        if text and "many" in text
    ]
    assert len(heading) > 2
    assert float(picture.get("width")) < 900


def test_the_same_brief_gives_the_same_picture():
    assert chart_svg(BRIEF) == chart_svg(BRIEF)
    assert chart_png(BRIEF) == chart_png(BRIEF)


def test_the_png_is_a_picture_of_twice_the_size_for_print():
    content = chart_png(BRIEF)
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, _height = struct.unpack(">II", content[16:24])
    assert width == pytest.approx(2 * float(drawn().get("width")), abs=2)


def test_a_mission_without_figures_has_no_picture():
    assert chart_svg(UNCOVERED) is None
    assert chart_png(UNCOVERED) is None


def test_several_versions_behind_the_events_are_each_a_source():
    candidate = replace(BRIEF.versions[1], version=8, title="Candidate events")
    lines = source_lines(replace(BRIEF, versions=(*BRIEF.versions, candidate)))
    assert [line.startswith("Source: ") for line in lines].count(True) == 2


def test_without_the_extra_it_is_named(monkeypatch):
    monkeypatch.setattr(pictures, "has_pictures", lambda: False)
    with pytest.raises(MissingExtraError) as refused:
        chart_svg(BRIEF)
    assert refused.value.extra == "pictures"
