"""Is every component shown with what one writes to have it, and does it keep its promises?"""

from pathlib import Path

import pytest
from django.conf import settings as configured
from django.template import Context, Template
from django.urls import reverse

from bluehelm.web.design.views import SAMPLES, TITLES, SampleForm
from bluehelm.web.navigation import SECTIONS
from tests.web.page_reader import Page, read

COMPONENTS = sorted(SAMPLES.parent.glob("_*.html"))
# Parts of others, and what stands only where nobody can sign in.
WITHIN_OTHERS = {"_field_notes", "_field", "_messages", "_nobody"}


def test_every_sample_has_a_title_and_every_title_a_sample():
    assert {path.stem for path in SAMPLES.glob("*.html")} == set(TITLES)


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda path: path.stem)
def test_every_component_is_in_a_sample(component):
    written = "".join(path.read_text(encoding="utf-8") for path in SAMPLES.glob("*.html"))
    assert f"design/{component.name}" in written or component.stem in WITHIN_OTHERS


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda path: path.stem)
def test_every_component_says_what_it_expects(component):
    assert component.read_text(encoding="utf-8").startswith("{# ")


def test_the_page_shows_each_component_as_drawn_and_as_written(client, demo):
    answer = client.get("/design/")
    for name in TITLES:
        assert f'id="{name}"' in answer.content.decode()
    assert answer.content.decode().count("<pre") == len(TITLES)


def test_every_class_that_a_component_names_is_laid_out(client, demo):
    design = Path(configured.STATICFILES_DIRS[0]) / "design"
    css = "".join(path.read_text(encoding="utf-8") for path in design.glob("*.css"))
    page = read(client.get("/design/"))
    named = {name for _, attributes in page.elements for name in (attributes.get("class") or "").split()}
    assert {"field", "pages", "steps", "notice--wrong"} <= named
    assert {name for name in named if f".{name}" not in css} == set()


def bad_form() -> SampleForm:
    form = SampleForm({"count": "-1", "kind": "patrol"})
    form.is_valid()
    return form


def drawn_form() -> Page:
    return Page(Template('{% include "design/_form.html" %}').render(Context({"form": bad_form()})))


def test_a_field_names_its_help_and_its_errors_and_both_are_there():
    page = drawn_form()
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    described = {name for _, attributes in page.elements for name in (attributes.get("aria-describedby") or "").split()}
    assert {"id_place_helptext", "id_place_error", "id_count_error"} <= described
    assert described <= ids


def test_what_is_wrong_is_said_above_the_form_with_a_way_to_the_field():
    page = drawn_form()
    assert {"#id_place", "#id_count"} <= set(page.attributes("a", "href"))
    assert "Nothing was changed." in page.text


def test_every_section_of_the_navigation_has_its_page_and_a_name_of_its_own():
    for section in SECTIONS:
        assert reverse(section.url_name)
    assert len({section.name for section in SECTIONS}) == len(SECTIONS)


@pytest.mark.parametrize(("url", "here"), [("/missions/", "Missions"), ("/tables/", "Data"), ("/quality/", "Data")])
def test_the_navigation_says_where_the_reader_is(client, demo, url, here):
    text = client.get(url).content.decode()
    assert f'aria-current="page">{here}</a>' in text


def test_pages_of_a_long_list_keep_the_rest_of_the_address(client, demo):
    page = read(client.get("/design/?state=open&page=2"))
    ways = [attributes["href"] for _, attributes in page.elements if attributes.get("rel") in ("prev", "next")]
    assert ways == ["?state=open&page=1", "?state=open&page=3"]
    assert "26 to 50 of 100" in page.text


def test_an_empty_fact_is_unknown_and_a_zero_is_not():
    facts = [("Troops", 0), ("Police", None), ("Note", "")]
    text = Page(Template('{% include "design/_facts.html" %}').render(Context({"facts": facts}))).text
    assert text == "Troops 0 Police unknown Note unknown"


def test_what_was_done_is_said_with_its_tone(client):
    messages = [{"level_tag": "success"}, {"level_tag": "error"}]
    page = Page(Template('{% include "design/_messages.html" %}').render(Context({"messages": messages})))
    classes = [attributes.get("class") for tag, attributes in page.elements if tag == "li"]
    assert classes == ["notice notice--good", "notice notice--wrong"]


def test_an_address_that_nothing_has_is_a_page_to_people(client, demo):
    answer = client.get("/nothing/here/")
    assert answer.status_code == 404
    assert read(answer).headings[0] == (1, "No such page")
