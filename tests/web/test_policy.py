"""May anything on a page run, load or send what the project did not put there?"""

import re

import pytest
from django.test import Client

from tests.web.page_reader import Page, read

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "font-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}

PAGES = [
    "/",
    "/missions/UNSYM/",
    "/missions/UNOSOM%20II/",
    "/tables/",
    "/tables/events/1/",
    "/missions/NOSUCH/",
    "/nowhere/",
    "/missions/",
    "/missions/UNSYM/situation/",
    "/missions/compare/?mission=UNSYM",
    "/tables/events/revisions/?old=1&new=1&mission=UNSYM",
    "/coverage/",
    "/quality/",
    "/design/",
]
EVERYTHING = [
    *PAGES,
    "/missions/UNSYM/brief.json",
    "/missions/UNSYM/brief.html",
    "/missions/UNSYM/map.json",
    "/api/missions/UNSYM/",
    "/api/nothing/",
    "/missions/UNSYM/chart.svg",
    "/borders/countries.geojson",
    "/borders/lines.geojson",
    "/static/design/page.css",
    "/static/design/map.js",
    "/static/vendor/maplibre-gl-worker.mjs",
]


def got(client, url, **asked):
    """An answer read to its end, as a browser reads it: only then is a static file closed."""
    answer = client.get(url, **asked)
    b"".join(answer)
    return answer


@pytest.mark.parametrize("url", EVERYTHING)
def test_every_answer_carries_the_whole_policy_and_nothing_else(client, demo, url):
    header = got(client, url)["Content-Security-Policy"]
    assert dict(part.strip().split(" ", 1) for part in header.split(";")) == POLICY


@pytest.mark.parametrize("url", EVERYTHING)
def test_every_answer_forbids_guessing_framing_and_telling_others(client, demo, url):
    answer = got(client, url)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer
    assert "Set-Cookie" not in answer
    if not url.startswith("/static/"):
        assert answer["X-Frame-Options"] == "DENY"


def unsafe_parts(page: Page) -> list[str]:
    found = []
    for tag, attributes in page.elements:
        if tag == "style" or (
            tag == "script" and not attributes.get("src") and attributes.get("type") != "application/json"
        ):
            found.append(tag)
        found += [name for name in attributes if name == "style" or re.match(r"on[a-z]+$", name)]
        for name in ("src", "href", "action"):
            if re.match(r"\w+:|//", attributes.get(name) or "") and tag != "a":
                found.append(attributes[name])
    return found


@pytest.mark.parametrize("url", PAGES)
def test_no_page_holds_script_style_or_addresses_of_other_machines(client, demo, url):
    assert unsafe_parts(read(client.get(url))) == []


def test_the_check_sees_what_is_unsafe():
    bad = '<p style="x"><a onclick="y">z</a><script>1</script><style></style><img src="//other.org/i.png">'
    assert unsafe_parts(Page(bad)) == ["style", "onclick", "script", "style", "//other.org/i.png"]


@pytest.mark.parametrize("url", EVERYTHING)
def test_nothing_can_be_sent_to_the_site(client, demo, url):
    answer = client.post(url)
    b"".join(answer)
    assert answer.status_code in (404, 405)


def test_what_is_sent_without_the_pages_key_is_refused_on_a_plain_page_of_our_own(demo):
    answer = Client(enforce_csrf_checks=True).post("/")
    page = read(answer)
    assert answer.status_code == 403
    assert page.headings == [(1, "What was sent here was not accepted.")]
    assert "Nothing was changed." in page.text
    assert unsafe_parts(page) == []


def test_a_page_asked_for_under_another_name_is_refused(client, demo):
    assert client.get("/", headers={"host": "other.example.org"}).status_code == 400


def test_modules_are_served_as_scripts(client, demo):
    assert got(client, "/static/vendor/maplibre-gl-worker.mjs")["Content-Type"].startswith("text/javascript")
    assert got(client, "/static/design/map.js")["Content-Type"].startswith("text/javascript")


def test_the_worker_that_shows_reports_without_a_line_may_do_so_for_their_pages_alone(client, demo):
    assert got(client, "/static/reports/worker.js")["Service-Worker-Allowed"] == "/reports/"
    assert "Service-Worker-Allowed" not in got(client, "/static/reports/drafts.js")


def test_static_files_are_asked_for_again_by_their_date(client, demo):
    first = got(client, "/static/design/page.css")
    assert "max-age=0" in first["Cache-Control"]
    again = got(client, "/static/design/page.css", headers={"if-modified-since": first["Last-Modified"]})
    assert again.status_code == 304
