"""Does every page say the same to programs, and is what cannot be answered said in one way?"""

import json
import re
from datetime import date

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLPattern

from bluehelm.cli import main
from tests.web.page_reader import read

# Where there is no JSON, and why. Addresses are compared without the names of their parts.
WITHOUT = {
    r"accounts/|demo/|people/": "signing in, accounts and who has one: for people, on pages",
    r"design/": "shows markup to those who write pages",
    r"(missions|tables)/.*\.(json|html|pdf|docx|svg|png)$": "a file or JSON itself",
    r"borders/": "JSON itself",
    r"posts/": "who holds which post is administered by people, on pages",
    r"findings/(new/|<>/<>/)": "forms for deeds",
    r"people/(new/|<>/link/|<>/<>/)": "forms for deeds",
    r"calendar/(done/|dates/)": "deeds",
    r"(healthz|metrics)$": "for machines as they are",
    r"forces/$": "leads to the requirements",
    r"forces/(gaps|files)/.*\.(csv|pdf)$": "a file itself",
    r"plans/<>/papers/<>\.<>$": "a file itself",
    r"plans/<>/indicators/<>/(retire|bring-back)/": "deeds",
    r"forces/(files/.+|new/|rotations/ask/|matching/stress/|matching/<>/<>/|<>/<>/<>/)": "forms for deeds",
    r"plans/<>/(edit/|close/|values/|rounds/)": "forms for deeds; a worksheet stands in the answer of its round",
    r"outlook/(new/|thresholds/<>/end/|<>/<>/)": "forms for deeds",
    r"lens/(new/|<>/<>/)": "forms for deeds",
    r"language/": "a deed",
    r"jobs/<>/(cancel|file)/": "a deed and a file itself",
    r"records/(export/|files/<>/[a-z])": "forms for deeds",
    r"reports/(new/.*|field/|products/draft/<>/|requests/<>/|<>/(edit/|who/|versions/<>/|<>/))": "forms for deeds",
    r"reports/(field/form\.xlsx|reports\.(csv|geojson)|<>/files/<>/)$": "a file itself",
    r"protection/$": "leads to the first list of protection",
    r"protection/(observations/|alerts/<>/)": "a file itself, and who called, which no program is told",
    r"protection/<>/(new/|<>/<>/)": "forms for deeds",
    r"morning/$": "leads to the morning page of one's own post",
}


def addresses(resolver=None, before: str = "") -> list[str]:
    """Every address of the site, the names of its parts left out."""
    found = []
    for part in (resolver or get_resolver()).url_patterns:
        address = before + re.sub(r"<[^>]*>", "<>", str(part.pattern))
        found += [address] if isinstance(part, URLPattern) else addresses(part, address)
    return found


def pages() -> list[str]:
    return [address for address in addresses() if not address.startswith("api/")]


def test_every_page_has_its_json_under_api_or_a_stated_reason_to_have_none():
    answers = {address.removeprefix("api/") for address in addresses() if address.startswith("api/")}
    missing = [page for page in pages() if page not in answers and not re.match("|".join(WITHOUT), page.lstrip("^"))]
    assert missing == []


@pytest.mark.parametrize("exempt", WITHOUT)
def test_a_reason_to_have_no_json_still_has_its_page(exempt):
    assert [page for page in pages() if re.match(exempt, page.lstrip("^"))]


OF_DEMO = [
    "/",
    "/missions/",
    "/missions/UNSYM/?as_of=2026-03-31",
    "/missions/UNSYM/?as_of=2025-06-30&month_rule=spread&since=2025-01",
    "/missions/UNSYM/situation/?as_of=2025-12-31",
    "/missions/compare/?mission=UNSYM&since=2025-01&until=2025-06",
    "/tables/",
    "/tables/events/1/",
    "/coverage/",
    "/quality/",
]


@pytest.mark.parametrize("url", OF_DEMO)
def test_a_page_names_its_json_and_links_to_it(client, demo, url):
    page = read(client.get(url))
    (twin,) = [
        attributes["href"]
        for tag, attributes in page.elements
        if tag == "link" and attributes.get("type") == "application/json"
    ]
    assert twin == f"/api{url}"
    assert page.attributes("a", "href").count(twin) == 1
    answer = client.get(twin)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/json")
    assert answer.json()


def said(capsys, home, *words) -> object:
    """What the command line says."""
    with pytest.raises(SystemExit) as ended:
        main(["--home", str(home), *words, "--json"])
    assert ended.value.code == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def command(capsys, monkeypatch):
    monkeypatch.setenv("BLUEHELM_HOME", "")  # the command sets it; so it is set back
    return lambda home, *words: said(capsys, home, *words)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("/api/missions/", ["missions"]),
        ("/api/tables/", ["tables"]),
        ("/api/missions/UNSYM/?as_of=2025-12-31", ["brief", "UNSYM", "--as-of", "2025-12-31"]),
        (
            "/api/missions/UNSYM/?as_of=2025-12-31&month_rule=exclude",
            ["brief", "UNSYM", "--as-of", "2025-12-31", "--month-rule", "exclude"],
        ),
        ("/api/missions/UNSYM/situation/?as_of=2025-12-31", ["situation", "UNSYM", "--as-of", "2025-12-31"]),
        ("/api/quality/?as_of=2026-11-01", ["quality", "--as-of", "2026-11-01"]),
    ],
)
def test_an_answer_is_that_of_the_command(client, demo, command, url, words):
    assert client.get(url).json() == command(demo, *words)


def test_a_revision_is_that_of_the_command(client, revised, command):
    words = ["revisions", "events", "1", "2", "--mission", "UNMISS", "--as-of", "2017-12-31"]
    answer = client.get("/api/tables/events/revisions/?old=1&new=2&mission=UNMISS&as_of=2017-12-31").json()
    assert answer == command(revised, *words)
    assert answer["changed"] != []


def test_the_two_newest_of_one_provider_are_compared_when_none_are_named(client, revised):
    named = client.get("/api/tables/events/revisions/?old=1&new=2").json()
    assert client.get("/api/tables/events/revisions/").json() == named


def test_a_version_says_which_rows_were_set_aside(client, demo):
    answer = client.get("/api/tables/events/1/").json()
    assert len(answer["rows_set_aside"]) == answer["set_aside"]
    assert answer["sha256"]


@pytest.mark.parametrize(
    ("url", "status", "code"),
    [
        ("/api/missions/UNSYN/", 404, "unknown_mission"),
        ("/api/missions/UNSYM/?as_of=31.12.2017", 400, "bad_date"),
        ("/api/missions/UNSYM/?as_of=1512000000", 400, "bad_date"),
        ("/api/missions/UNSYM/?month_rule=nonsense", 400, "bad_date"),
        ("/api/missions/UNSYM/map/?known_on=soon", 400, "bad_date"),
        ("/api/missions/compare/", 400, "misused"),
        ("/api/missions/compare/?mission=UNSYM&since=2025-13", 400, "bad_comparison"),
        ("/api/missions/compare/?mission=NOSUCH", 404, "unknown_mission"),
        ("/api/tables/events/9/", 404, "no_such_version"),
        ("/api/tables/nonsense/1/", 404, "not_found"),
        ("/api/tables/nonsense/revisions/", 404, "not_found"),
        ("/api/tables/events/revisions/?old=one", 400, "misused"),
        ("/api/tables/events/revisions/?old=1&new=7", 400, "bad_revision"),
        ("/api/tables/deployments/revisions/?old=1&new=1", 400, "not_comparable"),
        ("/api/quality/?as_of=tomorrow", 400, "bad_date"),
        ("/api/nothing/here/", 404, "not_found"),
    ],
)
def test_what_cannot_be_answered_is_a_problem_with_the_error_of_the_command_line(client, demo, url, status, code):
    answer = client.get(url)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["instance"] == url.split("?")[0]
    assert problem["title"] == problem["error"]["what"]
    assert problem["error"]["code"] == code
    assert set(problem["error"]) == {"code", "what", "where", "unchanged", "next", "problems"}


def test_a_failure_of_the_program_is_a_problem_without_its_secrets(client, demo, monkeypatch, caplog):
    def failing(*_):
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr("bluehelm.web.data.api.coverage_json", failing)
    answer = client.get("/api/coverage/")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert "swordfish" not in answer.content.decode()


@pytest.mark.parametrize("url", ["/api/missions/", "/api/missions/UNSYM/", "/api/tables/", "/api/quality/"])
@pytest.mark.parametrize("deed", ["post", "put", "patch", "delete"])
def test_nothing_can_be_changed(client, demo, url, deed):
    assert getattr(client, deed)(url).status_code == 405


def test_the_description_names_every_answer(client, demo):
    described = client.get("/api/openapi.json").json()
    ours = {"/api/missions/", "/api/missions/{mission}/", "/api/missions/{mission}/situation/"}
    ours |= {"/api/missions/compare/", "/api/missions/{mission}/map/", "/api/coverage/", "/api/quality/"}
    ours |= {"/api/tables/", "/api/tables/{table}/{number}/", "/api/tables/{table}/revisions/"}
    assert ours <= set(described["paths"])
    kinds = {tuple(operations) for operations in described["paths"].values()}
    assert (described["openapi"][:3], kinds) == ("3.1", {("get",), ("post",)})
    assert len(described["paths"]) == len(set(addresses_of_programs())), "each address once, and each of them"
    parameters = described["paths"]["/api/missions/{mission}/"]["get"]["parameters"]
    assert {each["name"] for each in parameters} == {"mission", "as_of", "known_on", "month_rule"}


def addresses_of_programs() -> list[str]:
    """Those that are described: neither the description itself nor the second name of the list of missions."""
    return [one for one in addresses() if one.startswith("api/") and one not in ("api/", "api/openapi.json")]


def test_every_answer_has_its_line_in_the_description():
    from bluehelm.web.api.described import ANSWERS
    from bluehelm.web.api.openapi import addresses as named

    plain = {name for _, name in named() if not name.startswith("api:")}
    assert plain == {name for name in ANSWERS if not name.startswith("api:")}
    assert {name for name in ANSWERS if name.startswith("api:")} <= {name for _, name in named()}


@pytest.mark.parametrize("url", ["/api/missions/", "/api/tables/", "/api/coverage/", "/api/quality/"])
def test_an_empty_folder_gives_empty_answers(client, empty, url):
    assert client.get(url).status_code == 200


def test_known_on_gives_programs_what_was_known_then(client, revised):
    def deaths(known_on: date) -> int:
        answer = client.get(f"/api/missions/UNMISS/?as_of=2017-12-31&known_on={known_on}")
        return answer.json()["events"]["best"]

    assert deaths(date(2024, 5, 15)) == 305
    assert deaths(date(2024, 6, 15)) == 307
