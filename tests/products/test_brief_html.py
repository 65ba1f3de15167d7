"""Is the printed brief one file that says what the brief says, always in the same bytes?"""

import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from bluehelm import __version__
from bluehelm.products import brief_html
from bluehelm.products.brief import brief_json
from bluehelm.products.brief_html import brief_page
from bluehelm.products.brief_words import months_by_year, sorted_bases
from bluehelm.products.locator import locator_picture
from tests.products.made_brief import BRIEF, COUNTRIES, MONTHS, UNCOVERED, drawn_brief

LINES = {
    "features": [
        {
            "properties": {"between": "UGA-XEX", "disputed": True},
            "geometry": {"type": "LineString", "coordinates": [[31, 4], [31, 7]]},
        }
    ]
}


def page(brief=BRIEF):
    return brief_page(brief, borders=COUNTRIES, areas=[], lines=LINES)


class Elements(HTMLParser):
    """Every element with its attributes, and all text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += f" {data} "


def words(brief=BRIEF):
    return " ".join(Elements(page(brief)).text.split())


def test_the_page_needs_no_script_no_other_file_and_no_network():
    elements = Elements(page())
    assert not {"script", "link", "img", "iframe", "object", "image", "base"} & set(elements.tags)
    assert not [value for name, value in elements.attributes if name in ("src", "href", "xlink:href", "action")]
    assert not [name for name, _ in elements.attributes if name.startswith("on")]
    assert not re.search(r"@import|url\((?!#)", page())


def test_every_figure_of_the_brief_stands_on_the_page():
    said, figures = words(), brief_json(BRIEF)
    assert "Deaths, best estimate 125 low 101, high 1,234" in said
    assert "Events 5 covered January 1989 to January 2017" in said
    assert "Troops on the map of February 2017 1,600 5 places, strength unknown at 1" in said
    assert "state-based 3 100 non-state 2 25 one-sided 0 0" in said
    assert "2 events, 7 deaths within 100 km" in said
    for spot in BRIEF.hotspots:
        assert f"{spot.gid} {spot.latitude:.2f} {spot.longitude:.2f} {spot.count} {spot.best}" in said
    for version in figures["versions"]:
        assert version["sha256"] in said


def test_a_month_that_no_table_covers_is_never_a_zero():
    rows = re.findall(r'<tr><th scope="row">2017</th>(.*?)</tr>', page())
    for row, january in zip(rows, ("5", "2"), strict=True):
        cells = [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]
        assert cells == [january, "n/c", "n/c"] + [""] * 9


def test_an_unknown_strength_is_said_to_be_unknown_and_comes_last():
    assert [base.location for base in sorted_bases(BRIEF)] == ["Hilltop", "Midtown", "Lookout", "Nowhere", "Farpost"]
    assert "Farpost unknown" in words()


def test_the_same_brief_gives_the_same_bytes_twice_and_in_another_process():
    program = "from tests.products.test_brief_html import page; print(page(), end='')"
    elsewhere = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert page() == page() == elsewhere.stdout


def test_with_the_extra_the_page_carries_a_chart_and_a_map():
    assert Elements(page()).tags.count("svg") == 2


def test_without_the_extra_the_tables_stand_alone_and_the_page_names_the_extra(monkeypatch):
    monkeypatch.setattr(brief_html, "has_pictures", lambda: False)
    elements = Elements(page())
    assert "svg" not in elements.tags
    assert elements.tags.count("table") == 8
    assert "bluehelm[pictures]" in elements.text


def test_synthetic_data_is_called_so_and_real_data_is_not():
    assert "Synthetic demonstration data" in words(replace(BRIEF, synthetic=True))
    assert "Synthetic" not in words()


def test_a_brief_that_nothing_covers_says_so_and_shows_no_zero():
    said = words(UNCOVERED)
    assert "No table of events covers this mission up to this date." in said
    assert "No map of deployments covers this mission up to this date." in said
    assert "No table was used" in said


def test_text_from_a_provider_cannot_become_markup():
    trap = "<script>alert(1)</script>"
    bases = (replace(BRIEF.presence.bases[0], location=trap),)
    elements = Elements(page(replace(BRIEF, name=trap, presence=replace(BRIEF.presence, bases=bases))))
    assert "script" not in elements.tags
    assert elements.text.count(trap) >= 2


def test_the_map_dashes_disputed_lines_and_draws_no_line_it_was_not_given():
    given = locator_picture(BRIEF, [], COUNTRIES, LINES)["layer"]
    land, firm, dashed = given[:3]
    assert land["mark"]["stroke"] is None
    assert (len(firm["data"]["values"]), len(dashed["data"]["values"])) == (0, 1)
    assert dashed["mark"]["strokeDash"] != firm["mark"]["strokeDash"]
    assert not locator_picture(BRIEF, [], COUNTRIES)["layer"][2]["data"]["values"]


def test_a_draft_area_is_dashed_and_called_a_draft():
    assert "Buffer zone (draft)" in words(drawn_brief())
    assert "(draft)" not in words()
    assert area_edge(drawn_brief())["strokeDash"] != [1, 0]


def area_edge(brief):
    """How the edge of the area is drawn: the layer after the land, two kinds of lines and the cells."""
    return locator_picture(brief, [], COUNTRIES, LINES)["layer"][4]["mark"]


def test_a_whole_country_named_by_a_draft_registry_is_called_so_and_not_dashed():
    draft = replace(BRIEF, scope=replace(BRIEF.scope, area_status="draft"))
    assert "whole country, as the mission registry says (draft)" in words(draft)
    assert area_edge(draft) == area_edge(BRIEF)
    assert "strokeDash" not in area_edge(draft)


def test_a_mailed_page_names_provider_citation_licence_digest_and_program_of_every_source():
    said = words()
    for ref in BRIEF.versions:
        assert (
            f"{ref.table}, version {ref.version} Title {ref.title} Provider {ref.provider} Cite as {ref.citation} "
            f"Licence {ref.licence} Retrieved {ref.retrieved.day} May 2024 SHA-256 of the provider's file {ref.sha256}"
        ) in said
    assert f"Made with bluehelm {__version__}." in said


def test_the_definitions_behind_the_figures_are_named_with_their_status():
    assert "missions.yaml Missions 1 January 2026 draft" in words()
    assert "areas/unx.yaml Area of UNX 1 February 2026 checked" in words()


def test_a_page_without_figures_claims_no_source_for_them():
    nothing = replace(BRIEF, events=None, presence=None)
    assert "Every figure on this page" in words()
    assert "Every figure on this page" not in words(nothing)
    assert "Counter (2024)" in words(nothing)


def test_a_post_without_troops_is_drawn_apart_from_bases_and_from_unknown_strength():
    post, unknown, base = locator_picture(BRIEF, [], COUNTRIES, LINES)["layer"][7:10]
    assert [len(layer["data"]["values"]) for layer in (post, unknown, base)] == [1, 1, 2]
    assert (post["mark"]["shape"], unknown["mark"]["shape"], base["mark"]["shape"]) == ("circle", "square", "square")


def test_the_table_of_bases_says_who_else_stands_there_and_where():
    said = words()
    assert "Lookout 0 police, observers 5.90 30.80 State D" in said
    assert "Midtown 400 none 5.50 30.50 State A, State B" in said
    assert "Farpost unknown unknown 5.20 30.90" in said
    assert "Nowhere 0 unknown unknown unknown State C" in said


def test_a_part_of_a_month_is_marked_in_the_tables_and_whole_months_are_not():
    rows = re.findall(r'<tr><th scope="row">2016</th>(.*?)</tr>', page())
    for row, november in zip(rows, ("120*", "3*"), strict=True):
        cells = [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]
        assert cells[10:] == [november, "0"]
    assert "*: part of the month" in words()
    whole = replace(BRIEF, events=replace(BRIEF.events, by_month=MONTHS[1:]))
    assert "part of the month" not in words(whole)


def test_months_outside_the_mission_are_blank_and_years_are_complete():
    years = months_by_year(BRIEF)
    assert list(years) == ["2016", "2017"]
    assert years["2016"] == [None] * 10 + list(MONTHS[:2])
    assert years["2017"] == [*MONTHS[2:], *[None] * 9]


@pytest.mark.parametrize("nothing", ["events", "presence"])
def test_either_half_may_be_missing(nothing):
    assert BRIEF.mission in words(replace(BRIEF, **{nothing: None}))
