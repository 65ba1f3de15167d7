"""Does a real browser, with no internet, draw the pages without a complaint?

The real server is started on the demonstration, and on the real files where they are. Screenshots are kept in
out/screenshots, because a picture shows what no assertion thinks of.
"""

import os
import shutil
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, sync_playwright

from bluehelm.web.missions.presenters import PLACES_LISTED
from tests.web.conftest import free_port, serving

pytestmark = pytest.mark.browser

SCREENSHOTS = Path(__file__).resolve().parents[2] / "out" / "screenshots"
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
SMALL_PHONE = {"width": 320, "height": 640}
PATIENCE_SECONDS = 30
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The browser itself must not call home, and needs no sandbox of its own in a container.
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="module")
def chromium():
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        missing = "no Chromium on this machine; Debian's package is `chromium`"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def demo_site(demo_home):
    with serving(demo_home, free_port()) as served:
        yield served.address.rstrip("/")


@pytest.fixture(scope="module")
def real_site(real_home):
    with serving(real_home, free_port()) as served:
        yield served.address.rstrip("/")


class Visit:
    """A page in the browser, and everything it complained of or asked for."""

    def __init__(self, browser: Browser, url: str, viewport: dict[str, int], **options: object) -> None:
        self.context = browser.new_context(viewport=viewport, reduced_motion="reduce", **options)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).hostname or request.url[:40]))
        self.page.on("requestfailed", lambda request: self.complaints.append(f"{request.url} {request.failure}"))
        self.page.on("response", self._answered)
        self.page.goto(url)

    def _heard(self, message) -> None:
        # The software renderer of a machine without a graphics card remarks on its own speed.
        if message.type in ("error", "warning") and "GL Driver Message" not in message.text:
            self.complaints.append(message.text)

    def _answered(self, response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.url} answered {response.status}")

    def wait_for(self, expression: str) -> None:
        """Wait until a JavaScript expression is true; the browser's own waiting is refused by the policy."""
        until = time.monotonic() + PATIENCE_SECONDS
        while not self.page.evaluate(expression):
            assert time.monotonic() < until, f"{expression} never came true; complaints: {self.complaints}"
            time.sleep(0.1)

    def keep(self, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    def settled(self) -> None:
        self.page.wait_for_load_state("networkidle")
        self.wait_for("!document.getElementById('map') || Boolean(document.getElementById('map').map?.loaded())")


@pytest.fixture
def visit(chromium):
    visits = []

    def see(url: str, viewport: dict[str, int] = DESKTOP, **options: object) -> Visit:
        visits.append(Visit(chromium, url, viewport, **options))
        if options.get("java_script_enabled", True):
            visits[-1].settled()
        return visits[-1]

    yield see
    for one in visits:
        one.context.close()


# Tables that reach out of their panel where nothing can be scrolled to show the rest.
CLIPPED = """[...document.querySelectorAll("table")]
    .filter(table => table.getBoundingClientRect().right > innerWidth + 1)
    .filter(table => !table.closest(".scroll, .scroll--wide"))
    .map(table => table.caption?.textContent)"""
COLOURS_OF_MAP = """() => {
    const map = document.getElementById("map").map;
    map.redraw();  // the drawing is only kept until the end of this turn
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [200, 150];
    const pen = canvas.getContext("2d");
    pen.drawImage(map.getCanvas(), 0, 0, 200, 150);
    return new Set(new Uint32Array(pen.getImageData(0, 0, 200, 150).data.buffer)).size;
}"""
COLOURS_OF_CHART = """() => {
    const canvas = document.querySelector("#chart canvas");
    const pen = canvas.getContext("2d");
    return new Set(new Uint32Array(pen.getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size;
}"""
DRAWN = "layers => document.getElementById('map').map.queryRenderedFeatures({layers}).length"
CHARTED = "name => document.getElementById('chart').chart.getOption().series.find(s => s.id === name).data"


def check_mission(seen: Visit, figures: dict) -> None:
    """The page draws its map and chart, and both say what the brief says."""
    page, events = seen.page, figures["events"]
    assert page.evaluate(COLOURS_OF_MAP) > 20
    for layer in ("events", "nearby", "bases", "cells", "land"):
        assert page.evaluate(DRAWN, [layer]) > 0, layer
    assert page.evaluate(COLOURS_OF_CHART) > 20
    assert page.evaluate(CHARTED, "deaths") == [month["best"] for month in events["by_month"]]
    assert page.evaluate(CHARTED, "events") == [month["count"] for month in events["by_month"]]
    shown = {name: page.inner_text(f"[data-figure={name}]") for name in ("best", "count", "troops")}
    said = {"best": events["best"], "count": events["count"], "troops": figures["presence"]["troops"]}
    assert shown == {name: f"{value:,}" for name, value in said.items()}


def check_quiet(seen: Visit) -> None:
    assert seen.complaints == []
    assert seen.hosts == {"127.0.0.1"}


def test_the_demonstration_mission_is_drawn_as_its_brief_says(visit, demo_site):
    seen = visit(f"{demo_site}/missions/UNSYM/")
    seen.keep("demo-mission-desktop")
    check_mission(seen, seen.page.request.get(f"{demo_site}/missions/UNSYM/brief.json").json())
    check_quiet(seen)


@pytest.mark.long
def test_a_real_mission_is_drawn_as_its_brief_says(visit, real_site):
    seen = visit(f"{real_site}/missions/UNMISS/?as_of=2017-12-31")
    seen.keep("unmiss-2017-desktop")
    check_mission(seen, seen.page.request.get(f"{real_site}/missions/UNMISS/brief.json?as_of=2017-12-31").json())
    check_quiet(seen)


def test_a_drawn_area_is_drawn(visit, real_site):
    seen = visit(f"{real_site}/missions/UNISFA/?as_of=2017-12-31")
    seen.keep("unisfa-2017-desktop")
    assert seen.page.evaluate(DRAWN, ["area"]) > 0
    assert seen.page.evaluate(DRAWN, ["disputed"]) > 0
    check_quiet(seen)


PAGES = {
    "missions": "/missions/",
    "mission": "/missions/UNSYM/?as_of=2026-03-31&since=2025-01",
    "uncovered": "/missions/UNFICYP/",
    "situation": "/missions/UNSYM/situation/?as_of=2025-12-31",
    "compare": "/missions/compare/?mission=UNSYM&since=2025-01&until=2026-03",
    "compare-nothing": "/missions/compare/",
    "tables": "/tables/",
    "version": "/tables/events/1/",
    "revisions": "/tables/events/revisions/?old=1&new=1&mission=UNSYM",
    "coverage": "/coverage/",
    "quality": "/quality/",
    "design": "/design/",
    "unknown": "/missions/UNMIS5/",
    "nowhere": "/nowhere/",
    "wrong-revision": "/tables/events/revisions/?old=1&new=9",
}
REFUSED = {"unknown", "nowhere", "wrong-revision"}  # the browser remarks on such an answer itself


@pytest.mark.long
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_quiet_can_be_used_by_everybody_and_fits_a_phone(visit, demo_site, name):
    seen = visit(demo_site + PAGES[name])
    for size in (DESKTOP, PHONE):
        seen.page.set_viewport_size(size)
        for scheme in ("dark", "light"):
            seen.page.emulate_media(color_scheme=scheme)
            seen.settled()
            assert violations(seen) == [], (size, scheme)
        seen.keep(f"demo-{name}-{size['width']}")
    for phone in (PHONE, SMALL_PHONE):
        seen.page.set_viewport_size(phone)
        seen.wait_for(f"document.documentElement.scrollWidth <= {phone['width']}")
        assert seen.page.evaluate(CLIPPED) == []
    assert seen.hosts == {"127.0.0.1"}
    if name not in REFUSED:
        check_quiet(seen)


@pytest.fixture(scope="module")
def empty_site(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("nothing"), free_port()) as served:
        yield served.address.rstrip("/")


@pytest.mark.long
def test_pages_of_an_empty_folder_are_quiet_and_can_be_used_by_everybody(visit, empty_site):
    for path in ("/missions/", "/missions/UNMISS/", "/coverage/", "/quality/"):
        seen = visit(empty_site + path, PHONE)
        seen.keep(f"empty-{path.strip('/').replace('/', '-')}")
        assert violations(seen) == [], path
        check_quiet(seen)


def violations(seen: Visit) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA and good practice, each rule with the first place it is broken at."""
    if not seen.page.evaluate("'axe' in window"):
        seen.page.evaluate(
            AXE.read_text(encoding="utf-8")
        )  # put in by the browser: the page's policy allows no such script
    found = seen.page.evaluate("options => axe.run(document, options)", {"runOnly": {"type": "tag", "values": RULES}})
    return [f"{rule['id']}: {rule['nodes'][0]['target']}" for rule in found["violations"]]


def test_the_check_finds_what_is_wrong(visit, demo_site):
    seen = visit(f"{demo_site}/nowhere/")
    seen.page.evaluate(
        "document.querySelector('h1').insertAdjacentHTML('afterend', '<input><img src=\"/static/design/icon.svg\">')"
    )
    assert {found.split(":")[0] for found in violations(seen)} >= {"label", "image-alt"}


FOCUSED = """() => {
    const at = document.activeElement, style = getComputedStyle(at), place = at.getBoundingClientRect();
    return {
        tag: at.tagName, name: at.id || at.getAttribute("href") || at.textContent.trim().slice(0, 30),
        ringed: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none",
        top: place.top + scrollY, bottom: place.bottom, seen: place.bottom > 0 && place.top < innerHeight,
    };
}"""


def test_every_stop_of_the_tab_key_is_seen_and_stands_in_the_order_of_the_page(visit, demo_site):
    seen = visit(f"{demo_site}/missions/UNSYM/?as_of=2025-12-31")
    stops = []
    for _ in range(80):
        seen.page.keyboard.press("Tab")
        stops.append(seen.page.evaluate(FOCUSED))
        if stops[-1]["tag"] == "BODY":
            break
    stops = [stop for stop in stops if stop["tag"] != "BODY"]
    assert stops[0]["name"] == "#content"
    assert [stop["name"] for stop in stops if not stop["ringed"]] == []
    assert [stop["name"] for stop in stops if not stop["seen"]] == []
    names = [stop["name"] for stop in stops]
    order = ["id_since", "id_as_of", "id_known_on", "id_month_rule", "slide-since", "slide-until"]
    assert list(dict.fromkeys(name for name in names if name in order)) == order  # a field for days has several stops
    assert "CANVAS" in [stop["tag"] for stop in stops]


def test_links_and_buttons_are_large_enough_for_a_finger(visit, demo_site):
    seen = visit(f"{demo_site}/missions/UNSYM/", PHONE)
    small = seen.page.evaluate(
        """[...document.querySelectorAll("nav a, button, input:not([type=checkbox], [type=range]), select, summary")]
        .filter(each => each.offsetParent && !each.closest(".map, .trail"))
        .filter(each => each.getBoundingClientRect().height < 43.5)
        .map(each => each.outerHTML.slice(0, 80))"""
    )
    assert small == []


@pytest.mark.long
def test_the_sliders_fill_the_form_mark_the_chart_and_leave_the_page_alone(visit, demo_site):
    seen = visit(f"{demo_site}/missions/UNSYM/?as_of=2025-12-31")
    seen.page.focus("#slide-until")
    seen.page.keyboard.press("ArrowLeft")
    assert seen.page.input_value("#id_as_of") == "2025-11-30"
    assert seen.page.get_attribute("#slide-until", "aria-valuetext") == "Nov 2025"
    seen.page.focus("#slide-since")
    seen.page.keyboard.press("End")
    assert seen.page.input_value("#id_since") == seen.page.input_value("#id_as_of")[:7]
    seen.page.keyboard.press("Home")
    seen.page.keyboard.press("ArrowRight")
    assert seen.page.input_value("#id_since") == "2018-08"
    band = "document.getElementById('chart').chart.getOption().series.find(s => s.id === 'not-covered').markArea.data"
    assert seen.page.evaluate(band)[0][0]["xAxis"] == "2018-08"
    assert "as_of=2025-12-31" in seen.page.url
    seen.page.click(".time button")
    seen.settled()
    assert "since=2018-08" in seen.page.url
    check_quiet(seen)


@pytest.mark.long
def test_layers_are_hidden_and_shown_by_keyboard(visit, demo_site):
    seen = visit(f"{demo_site}/missions/UNSYM/?as_of=2025-12-31")
    every = seen.page.evaluate(DRAWN, ["events"])
    seen.page.focus("[data-layer=type][value=one-sided]")
    seen.page.keyboard.press("Space")
    drawn = "document.getElementById('map').map.queryRenderedFeatures({layers: ['events']})"
    seen.wait_for(f"{drawn}.every(event => event.properties.type !== 'one-sided')")
    assert 0 < seen.page.evaluate(DRAWN, ["events"]) < every
    seen.page.check("[data-layer~=ring-100]")
    seen.wait_for(f"({DRAWN})(['ring-100']) > 0")
    seen.page.uncheck("[data-layer=bases]")
    seen.wait_for(f"({DRAWN})(['bases']) === 0")
    check_quiet(seen)


def test_the_map_and_the_chart_change_with_day_and_night_and_keep_the_readers_layers(visit, demo_site):
    seen = visit(f"{demo_site}/missions/UNSYM/?as_of=2025-12-31")
    seen.page.uncheck("[data-layer=bases]")
    seen.page.emulate_media(color_scheme="dark")
    water = "document.getElementById('map').map.getPaintProperty('water', 'background-color')"
    seen.wait_for(f"{water} === getComputedStyle(document.documentElement).getPropertyValue('--map-water').trim()")
    seen.wait_for(f"({DRAWN})(['events']) > 0 && ({DRAWN})(['bases']) === 0")
    check_quiet(seen)


def test_steps_through_time_work_without_scripts(visit, demo_site):
    seen = visit(f"{demo_site}/missions/UNSYM/?as_of=2025-12-31", java_script_enabled=False)
    assert not seen.page.locator("#sliders").is_visible()
    seen.page.click("text=A month back")
    assert "as_of=2025-11-30" in seen.page.url
    assert "Figures up to 30 Nov 2025" in seen.page.inner_text(".standing")


def test_missions_are_found_while_typing(visit, demo_site):
    seen = visit(f"{demo_site}/")
    every = seen.page.locator("tr[data-row]").count()
    for words in ("côte", "COTE", "cote d'ivoire"):
        seen.page.fill("#find", words)
        assert sorted(seen.page.locator("tr[data-row]:visible a").all_inner_texts()) == ["MINUCI", "UNOCI"]
    assert seen.page.inner_text("[data-count-of]") == f"2 of {every} missions"
    assert "find=cote" in seen.page.get_attribute(".choices a >> nth=1", "href")
    for words in ("none", "since"):
        seen.page.fill("#find", words)
        assert seen.page.locator("tr[data-row]:visible").count() == 0
    seen.page.fill("#find", "atlantis")
    assert seen.page.locator("#missions-none").is_visible()
    check_quiet(seen)


def test_the_script_finds_what_the_server_finds_and_clearing_brings_the_others_back(visit, demo_site):
    seen = visit(f"{demo_site}/?find=cote")
    every, found = seen.page.locator("tr[data-row]"), seen.page.locator("tr[data-row]:visible a")
    assert sorted(found.all_inner_texts()) == ["MINUCI", "UNOCI"]
    seen.page.fill("#find", "")
    assert found.count() == every.count() > 80
    seen.page.fill("#find", "sudan")
    typed = found.all_inner_texts()
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url("**/?find=sudan")
    assert found.all_inner_texts() == typed
    check_quiet(seen)


def test_the_map_answers_the_keyboard_and_the_first_tab_skips_to_the_content(visit, demo_site):
    seen = visit(f"{demo_site}/missions/UNSYM/")
    seen.page.keyboard.press("Tab")
    assert seen.page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    zoom = seen.page.evaluate("document.getElementById('map').map.getZoom()")
    seen.page.focus("#map canvas")
    seen.page.keyboard.press("=")
    seen.wait_for(f"document.getElementById('map').map.getZoom() > {zoom}")


def test_pointing_at_a_base_names_it(visit, demo_site):
    seen = visit(f"{demo_site}/missions/UNSYM/")
    figures = seen.page.request.get(f"{demo_site}/missions/UNSYM/brief.json").json()
    largest = max((base for base in figures["bases"] if base["troops"]), key=lambda base: base["troops"])
    at = seen.page.evaluate("p => document.getElementById('map').map.project(p)", [largest["lon"], largest["lat"]])
    seen.page.hover("#map canvas", position=at)
    assert largest["location"] in seen.page.inner_text(".maplibregl-popup-content")
    assert f"{largest['troops']:,}" in seen.page.inner_text(".maplibregl-popup-content")


def test_without_scripts_the_tables_still_say_everything(visit, demo_site):
    seen = visit(f"{demo_site}/missions/UNSYM/", java_script_enabled=False)
    seen.keep("demo-mission-without-scripts")
    assert "The map needs JavaScript" in seen.page.inner_text("#map")
    assert "The chart needs JavaScript" in seen.page.inner_text("main")
    assert not seen.page.locator("#chart").is_visible()
    figures = seen.page.request.get(f"{demo_site}/missions/UNSYM/brief.json").json()
    for summary in seen.page.locator("summary").all():
        summary.click()
    assert seen.page.locator("table.places tbody tr").first.is_visible()
    layers = seen.page.request.get(f"{demo_site}/missions/UNSYM/map.json").json()
    deadliest = sorted((event["properties"]["best"] for event in layers["events"]["features"]), reverse=True)
    assert shown_sum(seen, "table.places td:nth-of-type(4)") == sum(deadliest[:PLACES_LISTED])
    assert shown_sum(seen, "table.months td:nth-of-type(1):not([colspan])") == figures["events"]["count"]
    assert shown_sum(seen, "table.months td:nth-of-type(2)") == figures["events"]["best"]
    troops = seen.page.locator("#bases ~ .scroll tbody td:nth-of-type(1)").all_inner_texts()
    known = [int(cell.replace(",", "")) for cell in troops if cell != "unknown"]
    assert sum(known) == figures["presence"]["troops"]
    assert len(troops) == figures["presence"]["locations"]


def shown_sum(seen: Visit, cells: str) -> int:
    """The sum of the figures that a reader sees in these cells."""
    return sum(int(cell.replace(",", "")) for cell in seen.page.locator(cells).all_inner_texts())


def test_a_form_without_scripts_finds_missions_too(visit, demo_site):
    seen = visit(f"{demo_site}/", java_script_enabled=False)
    seen.page.fill("#find", "mali")
    seen.page.click("button[type=submit]")
    visible = seen.page.locator("tr[data-row]:visible a").all_inner_texts()
    assert "MINUSMA" in visible
    assert "UNMISS" not in visible


@pytest.mark.parametrize("phone", [PHONE, SMALL_PHONE], ids=["390", "320"])
def test_the_mailed_brief_fits_a_phone(visit, demo_site, tmp_path, phone):
    seen = visit(f"{demo_site}/", phone)
    kept = tmp_path / "brief.html"
    kept.write_bytes(seen.page.request.get(f"{demo_site}/missions/UNSYM/brief.html").body())
    seen.page.goto(kept.as_uri())
    seen.keep(f"demo-brief-phone-{phone['width']}")
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= phone["width"]


def test_all_bases_are_printed(visit, real_site):
    seen = visit(f"{real_site}/missions/UNMISS/?as_of=2017-12-31")
    held = "(list => list.scrollHeight - list.clientHeight)(document.querySelector('#bases ~ .scroll'))"
    assert seen.page.evaluate(held) > 0
    seen.page.emulate_media(media="print")
    assert seen.page.evaluate(held) == 0


@pytest.mark.long
def test_dates_asked_for_are_shown(visit, demo_site):
    seen = visit(f"{demo_site}/missions/UNSYM/")
    seen.page.fill("#id_as_of", "2020-06-30")
    seen.page.click(".time button")
    seen.settled()
    assert "Figures up to 30 Jun 2020" in seen.page.inner_text(".standing")
    assert seen.page.input_value("#id_as_of") == "2020-06-30"
    check_quiet(seen)
