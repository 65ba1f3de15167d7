"""Do the examples of the API run as they stand, against a server?"""

import json
import os
import runpy

import pytest

from tests.docs.pages import DOCS

EXAMPLES = DOCS / "examples" / "api"


@pytest.fixture
def url(live_server, settings, demo_home):
    settings.BLUEHELM_HOME = demo_home
    return live_server.url


@pytest.fixture
def cast(url):
    from tests.web.cast import make_cast

    return make_cast()


def token_of(actor, *scopes):
    from bluehelm.web.accounts.models import User
    from bluehelm.web.accounts.tokens import make_token

    owner = User.objects.get(username=actor.account)
    return make_token(owner=owner, name="example", post=actor.post, scopes=scopes, days=1)[1]


def test_the_client_asks_pages_watches_and_does(url, cast, monkeypatch, capsys):
    client = runpy.run_path(str(EXAMPLES / "client.py"))
    token = token_of(cast["sym-jmac"], "read:finding", "create:finding", "read:table")
    typed = {
        "statement": "Seen.", "evidence": "document: D", "domain": "protection", "severity": "high",
        "confidence": "high", "mission": "UNSYM", "marking": 0, "audience": ["mission:UNSYM"],
    }  # fmt: skip
    with client["connected"](url, token) as there:
        watched = client["Watched"](there, "/api/findings/")
        assert watched.changed()["findings"] == []
        for number in range(5):
            assert client["done"](there, "/api/findings/new/", title=f"finding {number}", **typed).startswith("/api/")
        assert len(watched.changed()["findings"]) == 5 and watched.changed() is None
        listed = list(client["rows"](there, "/api/findings/", "findings", limit=2))
        assert {row["title"] for row in listed} == {f"finding {number}" for number in range(5)}
        with pytest.raises(SystemExit, match="title"):
            client["done"](there, "/api/findings/new/", title="", **typed)
    monkeypatch.setenv("BLUEHELM_URL", url)
    monkeypatch.setenv("BLUEHELM_TOKEN", token)
    client["main"]("UNSYM")
    assert "finding 4" in capsys.readouterr().out


def test_the_notebook_reads_the_tables_of_a_mission(url, cast, monkeypatch):
    monkeypatch.setenv("BLUEHELM_URL", url)
    monkeypatch.setenv("BLUEHELM_TOKEN", token_of(cast["sym-planner"], "read:table"))
    notebook = json.loads((EXAMPLES / "mission-tables.ipynb").read_text(encoding="utf-8"))
    space: dict = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), space)
            assert cell["outputs"] == [], "a notebook is kept without what it printed"
    space["there"].close()
    brief, by_month = space["brief"], space["by_month"]
    assert by_month["best"].sum() == brief["events"]["best"] > 0
    assert by_month["events"].sum() == brief["events"]["count"]
    assert set(space["tables"]) >= {"events", "deployments"} and os.environ["BLUEHELM_URL"] == url
