"""Can the charts be kept as pictures that still say what they show and where it comes from?"""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.web.missions.pictures import MARGIN, Panel, Picture, Shape, as_png, as_svg

SVG = "{http://www.w3.org/2000/svg}"
told = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=200)
shape = st.builds(
    lambda x, y, width, height: Shape(x, y, min(width, 100 - x), min(height, 40 - y), "#000000"),
    *(st.floats(0, 100), st.floats(0, 40), st.floats(0, 100), st.floats(0, 40)),
)
pictures = st.builds(
    Picture,
    heading=told,
    panels=st.lists(st.builds(Panel, heading=told, shapes=st.lists(shape).map(tuple), scale=told), max_size=3).map(
        tuple
    ),
    small_print=st.lists(told, max_size=4).map(tuple),
)


@given(pictures)
def test_whatever_is_told_is_text_and_every_shape_stays_in_the_picture(picture):
    drawn = as_svg(picture)
    root = ElementTree.fromstring(drawn)
    width, height = (float(root.get(name)) for name in ("width", "height"))
    assert root.find(f"{SVG}title").text in (picture.heading, None if picture.heading == "" else picture.heading)
    assert {each.tag.removeprefix(SVG) for each in root} <= {"title", "desc", "rect", "text", "line"}
    for rect in root.findall(f"{SVG}rect")[1:]:
        x, y, wide, high = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
        assert MARGIN - 0.01 <= x <= x + wide <= width - MARGIN + 0.02
        assert 0 <= y <= y + high <= height
    assert as_svg(picture) == drawn


KEPT = {
    "/missions/compare/chart": "?mission=UNSYM&since=2025-01&until=2025-12",
    "/missions/UNSYM/situation/tempo": "?as_of=2025-12-31",
    "/tables/events/revisions/chart": "?old=1&new=1",
}


@pytest.mark.parametrize("address", KEPT)
def test_a_picture_names_its_versions_and_says_that_it_is_invented(client, demo, address):
    answer = client.get(f"{address}.svg{KEPT[address]}")
    said = "".join(ElementTree.fromstring(answer.content.decode()).itertext())
    assert answer["Content-Type"] == "image/svg+xml"
    assert "attachment" in answer["Content-Disposition"]
    assert "events version 1" in said
    assert "Synthetic demonstration data" in said


@pytest.mark.parametrize("address", KEPT)
def test_the_same_picture_is_a_png_and_the_same_bytes_each_time(client, demo, address):
    first, again = (client.get(f"{address}.png{KEPT[address]}").content for _ in range(2))
    assert first.startswith(b"\x89PNG")
    assert first == again


def test_a_page_links_to_its_pictures_with_the_same_question(client, demo):
    for address, query in KEPT.items():
        page = client.get(f"{address.rsplit('/', 1)[0]}/{query}").content.decode()
        if "events/revisions" in address:
            continue  # two equal versions have no bars to keep
        for ending in ("svg", "png"):
            assert f"{address}.{ending}?" in page


def test_a_tempo_that_is_unknown_has_no_picture(client, demo):
    assert client.get("/missions/UNSYM/situation/tempo.svg?as_of=2018-08-01").status_code == 404


def test_without_the_library_that_draws_a_png_the_answer_names_the_extra(client, demo, monkeypatch):
    monkeypatch.setattr("bluehelm.web.missions.pictures.has_pictures", lambda: False)
    answer = client.get("/missions/compare/chart.png?mission=UNSYM")
    assert answer.status_code == 501
    assert "“pictures”" in answer.content.decode()
    assert client.get("/missions/compare/chart.svg?mission=UNSYM").status_code == 200


@pytest.mark.parametrize(("ending", "begins"), [("pdf", b"%PDF"), ("docx", b"PK"), ("html", b"<!doctype html>")])
def test_the_brief_can_be_kept_as_a_file(client, demo, ending, begins):
    answer = client.get(f"/missions/UNSYM/brief.{ending}?as_of=2025-12-31")
    assert answer.content.lower().startswith(begins.lower())
    assert answer["Content-Disposition"] == f'attachment; filename="UNSYM-2025-12-31.{ending}"'


def test_png_needs_no_page():
    assert as_png(Picture("Empty", (), ())).startswith(b"\x89PNG")
