"""Do a passkey, a code and a click work in a real browser, under the strict policy and without a complaint?"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.web.accounts.conftest import PASSWORD
from tests.web.conftest import SRC, free_port, serving
from tests.web.test_browser import DESKTOP, PHONE, Visit, chromium, visit  # noqa: F401  # fixtures

pytestmark = [pytest.mark.browser, pytest.mark.long]

AXE = Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"
BUILD = """
import json, sys
from pathlib import Path
home = Path(sys.argv[1])
from bluehelm.web.records import open_records
from bluehelm.web.serve import keep_secret_key
home.mkdir(); keep_secret_key(home); open_records(home)
from bluehelm.web.accounts.actions import create_demo_people, open_account
from bluehelm.web.posts.acting import keeper
from bluehelm.web.posts.models import Organisation, Post
mission = Organisation.objects.create(code="UNSYM", name="United Nations Mission in Symmetria", kind="mission")
state = Organisation.objects.create(code="NORLAND", name="Norland", kind="member-state")
def post(code, title, role, organisation=mission, clearance=1):
    return Post.objects.create(code=code, title=title, role=role, organisation=organisation, clearance=clearance)
create_demo_people([
    post("UNSYM-PLN-1", "Chief of planning", "planner"),
    post("UNSYM-JMAC-1", "Analyst, joint analysis cell", "analyst"),
    post("UNSYM-ADM-1", "Administrator of records", "administrator"),
    post("NOR-MIL-1", "Military adviser", "viewer", state, 0),
])
password = sys.stdin.readline().strip()
open_account(name="anna", email="anna@example.org", post="UNSYM-PLN-1", password=password, by=keeper("t"))
(home / "demo.json").write_text(json.dumps({"seed": 0, "mission": "UNSYM", "complete": True}))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A served demonstration with four posts and one account that has a password; its port."""
    home = tmp_path_factory.mktemp("browser") / "home"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BLUEHELM_")}
    environment = kept | {"PYTHONPATH": str(SRC)}
    subprocess.run([sys.executable, "-c", BUILD, str(home)], env=environment, input=PASSWORD, text=True, check=True)
    with serving(home, free_port(), BLUEHELM_LOCKOUT_FAILURES="100") as served:
        yield int(served.address.rstrip("/").rsplit(":", 1)[1])


@pytest.fixture
def see(visit, site):  # noqa: F811
    """Opens a page of the site by name: browsers keep passkeys for names, not for numbers."""

    def open_page(path, viewport=DESKTOP, **options) -> Visit:
        return visit(f"http://localhost:{site}{path}", viewport, **options)

    return open_page


def fill_and_send(seen, button, **fields):
    for name, value in fields.items():
        seen.page.fill(f"[name={name}]", value)
    seen.page.click(f"main button:has-text('{button}')")
    seen.page.wait_for_load_state("networkidle")


def sign_in(seen):
    fill_and_send(seen, "Sign in", login="anna", password=PASSWORD)


def confirm(seen):
    fill_and_send(seen, "Confirm", password=PASSWORD)


def where(seen) -> str:
    return re.sub(r"^http://localhost:\d+", "", seen.page.url)


@pytest.fixture
def authenticator():
    """Gives a page a key that answers by itself, as a telephone with a thumb on it would."""

    def give(seen):
        session = seen.context.new_cdp_session(seen.page)
        session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        added = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return session, added["authenticatorId"]

    return give


def test_a_passkey_is_added_asked_for_and_replaces_the_password(see, authenticator):
    seen = see("/accounts/login/")
    session, key = authenticator(seen)
    sign_in(seen)
    seen.page.goto(
        seen.page.url.split("/", 3)[0] + "//" + seen.page.url.split("/")[2] + "/accounts/second-factor/webauthn/add/"
    )
    confirm(seen)
    seen.page.check("[name=passwordless]")
    seen.page.fill("[name=name]", "My telephone")
    seen.page.click("#add_passkey")
    seen.page.wait_for_url("**/recovery-codes/")
    assert len(seen.page.locator(".codes code").all()) == 10
    [kept] = session.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
    assert (kept["rpId"], kept["isResidentCredential"]) == ("localhost", True)

    seen.page.click(".masthead button")  # sign out
    seen.page.wait_for_url("**/accounts/login/")
    seen.page.click("#passkey_login")
    seen.page.wait_for_url(re.compile(r"localhost:\d+/morning/"))

    seen.page.click(".masthead button")
    seen.page.wait_for_url("**/accounts/login/")
    sign_in(seen)
    assert where(seen) == "/accounts/second-factor/authenticate/"
    seen.page.click("#use_passkey")
    seen.page.wait_for_url(re.compile(r"localhost:\d+/morning/"))
    assert seen.complaints == []

    # a browser without the key is told so in words
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})
    seen.page.click(".masthead button")
    seen.page.wait_for_url("**/accounts/login/")
    empty = seen.context.new_cdp_session(seen.page)
    empty.send("WebAuthn.enable")
    _, other = authenticator(seen)
    seen.page.click("#passkey_login")
    seen.page.wait_for_selector("[data-passkey-failed]:visible")
    sign_in(seen)
    seen.page.wait_for_url("**/authenticate/")
    assert other


def test_one_click_in_the_demonstration(see):
    seen = see("/demo/sign-in/")
    seen.keep("accounts-demo-sign-in")
    seen.page.click("[aria-label='Sign in as Chief of planning']")
    seen.page.wait_for_url(re.compile(r"localhost:\d+/"))
    assert "demo-unsym-pln-1" in seen.page.inner_text(".masthead__who")
    seen.page.click(".masthead__who a")
    assert "Chief of planning" in seen.page.inner_text("#posts ~ ul")
    assert seen.complaints == []


PAGES = {
    "login": "/accounts/login/",
    "demo": "/demo/sign-in/",
    "forgotten": "/accounts/password/reset/",
    "signup": "/accounts/signup/",
}
OWN_PAGES = {
    "account": "/accounts/",
    "password": "/accounts/password/set/",
    "factor": "/accounts/second-factor/",
    "app": "/accounts/second-factor/totp/activate/",
    "passkey": "/accounts/second-factor/webauthn/add/",
    "passkeys": "/accounts/second-factor/webauthn/",
    "sessions": "/accounts/sessions/",
    "tokens": "/accounts/tokens/",
    "new-token": "/accounts/tokens/new/",
    "logout": "/accounts/logout/",
    "people": "/people/",
    "new-person": "/people/new/",
    "person": "/people/2/",
}
WIDER = "document.documentElement.scrollWidth > innerWidth"


def violations(seen) -> list[str]:
    """What axe finds, by rule and place."""
    if not seen.page.evaluate("Boolean(window.axe)"):
        seen.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = seen.page.evaluate("axe.run()")["violations"]
    return [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"]]


LOOKS = (("390-light", PHONE, "light"), ("1280-dark", DESKTOP, "dark"))


def look_at(seen, pages) -> list[str]:
    """What is wrong with these pages on a phone by day and on a desk by night."""
    wrong = []
    for name, path in pages.items():
        seen.page.goto(re.match(r"http://[^/]+", seen.page.url).group() + path)
        assert where(seen) == path
        for look, viewport, colours in LOOKS:
            seen.page.set_viewport_size(viewport)
            seen.page.emulate_media(color_scheme=colours)
            seen.keep(f"accounts-{name}-{look}")
            wrong += [f"{name}: {one}" for one in violations(seen)]
            wrong += [f"{name} is wider than the screen"] if seen.page.evaluate(WIDER) else []
    return wrong + seen.complaints


@pytest.mark.long
def test_every_page_is_quiet_reachable_for_all_and_as_wide_as_the_screen(see):
    seen = see("/demo/sign-in/")
    wrong = look_at(seen, PAGES)
    seen.page.goto(re.match(r"http://[^/]+", seen.page.url).group() + "/demo/sign-in/")
    seen.page.click("[aria-label='Sign in as Administrator of records']")
    seen.page.wait_for_selector(".masthead__who form")
    assert wrong + look_at(seen, OWN_PAGES) == []


def test_without_scripts_one_signs_in_and_out(see):
    seen = see("/accounts/login/?next=/accounts/", java_script_enabled=False)
    assert "needs JavaScript" in seen.page.inner_text("main")
    fill_and_send(seen, "Sign in", login="anna", password="not the right one at all")
    assert "not correct" in seen.page.inner_text("main")
    assert json.dumps(seen.complaints) == "[]"
