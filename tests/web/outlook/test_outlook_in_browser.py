"""Are the pages of outlooks and of the lens quiet, narrow enough and usable by everybody, by day and by night?"""

import pytest

from tests.web.built_demo import copied_demo
from tests.web.conftest import free_port, serving
from tests.web.test_browser import (  # noqa: F401  # fixtures
    CLIPPED,
    DESKTOP,
    DRAWN,
    PHONE,
    SMALL_PHONE,
    check_quiet,
    chromium,
    violations,
    visit,
)

pytestmark = [pytest.mark.browser, pytest.mark.long]

PAGES = {
    "demo-head": ["/outlook/", "/outlook/4/", "/outlook/history/", "/lens/", "/lens/2/"],
    "demo-jmac": ["/outlook/3/", "/outlook/new/", "/lens/new/", "/lens/factors/"],
    "demo-chief-of-staff": ["/outlook/thresholds/"],
    "demo-researcher": ["/outlook/4/?target=one-sided", "/outlook/2/"],
}


@pytest.fixture(scope="module")
def outlooks(tmp_path_factory):
    """The address of the demonstration that the command builds."""
    with serving(copied_demo(tmp_path_factory, "outlooks"), free_port()) as served:
        yield served.address.rstrip("/")


@pytest.fixture
def sign_in(visit, outlooks):  # noqa: F811
    def signed_in(person: str):
        seen = visit(f"{outlooks}/demo/sign-in/")
        seen.page.click(f"button[value='{person}']")
        seen.page.wait_for_url(f"{outlooks}/morning/**")
        seen.settled()
        return seen

    return signed_in


@pytest.mark.parametrize("person", PAGES)
def test_pages_are_quiet_and_can_be_used_by_everybody(sign_in, outlooks, person):
    seen = sign_in(person)
    for path in PAGES[person]:
        seen.page.set_viewport_size(DESKTOP)
        seen.page.goto(outlooks + path)
        seen.settled()
        for size, scheme in ((DESKTOP, "light"), (PHONE, "dark")):
            seen.page.set_viewport_size(size)
            seen.page.emulate_media(color_scheme=scheme)
            seen.settled()
            assert violations(seen) == [], (path, size, scheme)
            seen.keep(f"outlook-{person}{path.split('?')[0].replace('/', '-')}{size['width']}")
        seen.page.set_viewport_size(SMALL_PHONE)
        seen.wait_for(f"document.documentElement.scrollWidth <= {SMALL_PHONE['width']}")
        assert seen.page.evaluate(CLIPPED) == [], path
    assert seen.hosts == {"127.0.0.1"}
    check_quiet(seen)


def test_the_map_draws_every_place_of_the_table_and_says_the_same_on_pointing(sign_in, outlooks):
    seen = sign_in("demo-head")
    seen.page.goto(f"{outlooks}/outlook/4/?target=all")
    seen.settled()
    places = seen.page.locator("table:has(#by-place) tbody tr").count()
    seen.wait_for(f"document.getElementById('map').map.queryRenderedFeatures({{layers: ['cells']}}).length >= {places}")
    assert seen.page.evaluate(DRAWN, ["cells"]) >= places > 10
    seen.page.locator("#map").scroll_into_view_if_needed()
    point = seen.page.evaluate(
        """() => { const map = document.getElementById('map').map;
        const cell = map.queryRenderedFeatures({layers: ['cells']})[0];
        const ring = cell.geometry.coordinates[0];
        const at = map.project([(ring[0][0] + ring[2][0]) / 2, (ring[0][1] + ring[2][1]) / 2]);
        const box = document.getElementById('map').getBoundingClientRect();
        return [box.x + at.x, box.y + at.y, cell.properties.name]; }"""
    )
    seen.page.mouse.move(point[0], point[1])
    seen.wait_for("Boolean(document.querySelector('.maplibregl-popup'))")
    said = seen.page.inner_text(".maplibregl-popup")
    row = seen.page.locator("table:has(#by-place) tbody tr", has_text=point[2]).inner_text()
    assert point[2] in said
    chances = next(line for line in said.splitlines() if "or more deaths" in line).split(": ")[1]
    assert chances in row
