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

from tests.web.conftest import free_port, serving

pytestmark = pytest.mark.browser

SCREENSHOTS = Path(__file__).resolve().parents[2] / "out" / "screenshots"
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
SMALL_PHONE = {"width": 320, "height": 640}
PATIENCE_SECONDS = 30
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


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("missions", "/"),
        ("mission", "/missions/UNSYM/"),
        ("tables", "/tables/"),
        ("version", "/tables/events/1/"),
        ("uncovered", "/missions/UNFICYP/"),
        ("unknown", "/missions/UNMIS5/"),
    ],
)
@pytest.mark.parametrize("phone", [PHONE, SMALL_PHONE], ids=["390", "320"])
def test_no_page_scrolls_sideways_on_a_phone(visit, demo_site, name, path, phone):
    seen = visit(demo_site + path, phone)
    seen.keep(f"demo-{name}-phone-{phone['width']}")
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= phone["width"]
    assert seen.page.evaluate(CLIPPED) == []
    if name != "unknown":  # the browser remarks on the answer 404 itself
        check_quiet(seen)


@pytest.mark.parametrize(
    ("name", "path"), [("missions", "/"), ("tables", "/tables/"), ("version", "/tables/events/1/")]
)
def test_the_other_pages_are_quiet_too(visit, demo_site, name, path):
    seen = visit(demo_site + path)
    seen.keep(f"demo-{name}-desktop")
    check_quiet(seen)


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
    deadliest = sorted((event["properties"]["best"] for event in layers["events"]["features"]), reverse=True)[:500]
    assert shown_sum(seen, "table.places td:nth-of-type(4)") == sum(deadliest)
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


def test_dates_asked_for_are_shown(visit, demo_site):
    seen = visit(f"{demo_site}/missions/UNSYM/")
    seen.page.fill("#id_as_of", "2020-06-30")
    seen.page.click(".dates button")
    seen.settled()
    assert "Figures up to 30 Jun 2020" in seen.page.inner_text(".standing")
    assert seen.page.input_value("#id_as_of") == "2020-06-30"
    check_quiet(seen)
