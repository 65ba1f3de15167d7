"""Does ACLED's export keep ACLED's own types, and is its permission to read kept secret and fresh?"""

import json
import stat
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from bluehelm.sources import PROVIDERS, IntakeError
from bluehelm.sources.acled import PAGE_ROWS, fetch
from bluehelm.sources.fetching import Asked as Wish
from tests.sources.made_files import acled_event, csv_file, csv_text, read
from tests.sources.serving import Answer, serving

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PERIOD = "2024-01-01:2024-12-31"
ACCOUNT = {"ACLED_USERNAME": "analyst@example.org", "ACLED_PASSWORD": "correct horse"}


def test_events_keep_the_types_of_their_own_scheme(tmp_path):
    rows = [
        acled_event(1),
        acled_event(2, event_type="Protests", sub_event_type="Peaceful protest", fatalities="0"),
        acled_event(3, civilian_targeting="Civilian targeting", event_date="31 January 2024"),
    ]
    intake = read("acled", csv_file(tmp_path, rows), tmp_path)
    intake.table.check(intake.frame())
    frame = intake.frame().sort("event_id")
    assert frame["event_type"].to_list() == ["Battles", "Protests", "Battles"]
    assert frame["targets_civilians"].to_list() == [False, False, True]
    assert frame["event_on"].n_unique() == 1
    assert (intake.table.name, frame["iso3"][0]) == ("reported_events", "SSD")


def test_free_text_that_may_name_people_stays_in_the_raw_file(tmp_path):
    rows = [acled_event(1, notes="It was said that the mayor of Bor fled.")]
    frame = read("acled", csv_file(tmp_path, rows), tmp_path).frame()
    assert "mayor" not in frame.write_csv()


def test_an_export_speaks_only_of_the_countries_in_it(tmp_path):
    coverage = read("acled", csv_file(tmp_path, [acled_event(1)]), tmp_path).coverage
    assert (coverage.first_month, coverage.last_month, coverage.countries) == ("2024-01", "2024-01", ("SSD",))


def test_columns_that_acled_added_later_may_be_missing(tmp_path):
    older = acled_event(1)
    del older["disorder_type"], older["civilian_targeting"]
    frame = read("acled", csv_file(tmp_path, [older]), tmp_path).frame()
    assert frame["disorder_type"].to_list() == [None]


class Acled:
    """A double of ACLED: gives tokens to one account and events to the tokens it gave."""

    def __init__(self, events=3, *, may_read=True):
        self.rows = [acled_event(number) for number in range(events)]
        self.may_read = may_read
        self.valid = set()
        self.grants = []

    def __call__(self, asked):
        path = urlsplit(asked.path)
        if path.path == "/oauth/token":
            return self.grant(parse_qs(asked.body.decode()))
        if asked.headers.get("Authorization", "").removeprefix("Bearer ") not in self.valid:
            return Answer(b"", 401)
        return self.page(parse_qs(path.query)) if self.may_read else Answer(b"", 403)

    def grant(self, form):
        kind = form["grant_type"][0]
        self.grants.append(kind)
        known = {"password": ("password", "correct horse"), "refresh_token": ("refresh_token", "renew-1")}[kind]
        if form.get(known[0], [""])[0] != known[1]:
            return Answer(b'{"error": "invalid_grant"}', 401, content_type="application/json")
        token = f"token-{len(self.grants)}"
        self.valid.add(token)
        said = {"token_type": "Bearer", "expires_in": 86400, "access_token": token, "refresh_token": "renew-1"}
        return Answer(json.dumps(said).encode(), content_type="application/json")

    def page(self, query):
        number, limit = int(query["page"][0]), int(query["limit"][0])
        rows = self.rows[(number - 1) * limit : number * limit]
        return Answer(csv_text(rows, header=list(acled_event(1))).encode())


def ask(server, tmp_path, **changes):
    folder = tmp_path / "out"
    folder.mkdir(exist_ok=True)
    wish = {"release": PERIOD, "url": server.url, "secrets": tmp_path / "secrets", "environment": ACCOUNT, "now": NOW}
    return fetch(Wish(folder=folder, **(wish | changes)))


def kept_token(tmp_path):
    return tmp_path / "secrets" / "acled-token.json"


def test_an_account_gets_a_token_and_the_events_of_the_period(tmp_path):
    acled = Acled()
    with serving(acled) as server:
        found = ask(server, tmp_path)
    assert read("acled", found.path, tmp_path).rows == 3
    query = parse_qs(urlsplit(server.asked[-1].path).query)
    assert query["event_date"] == ["2024-01-01|2024-12-31"]
    assert acled.grants == ["password"]


def test_pages_become_one_file_with_one_header(tmp_path):
    acled = Acled(events=2 * PAGE_ROWS + 7)
    with serving(acled) as server:
        found = ask(server, tmp_path)
    assert read("acled", found.path, tmp_path).rows == 2 * PAGE_ROWS + 7
    assert found.path.read_text().count("event_id_cnty") == 1


def test_the_token_is_kept_for_its_owner_alone_and_used_again_within_a_day(tmp_path):
    acled = Acled()
    with serving(acled) as server:
        ask(server, tmp_path)
        ask(server, tmp_path, now=NOW + timedelta(hours=23), environment={})
    assert acled.grants == ["password"]
    assert stat.S_IMODE(kept_token(tmp_path).stat().st_mode) == 0o600
    assert "correct horse" not in kept_token(tmp_path).read_text()


def test_a_token_of_yesterday_is_renewed_without_the_password(tmp_path):
    acled = Acled()
    with serving(acled) as server:
        ask(server, tmp_path)
        ask(server, tmp_path, now=NOW + timedelta(days=2), environment={})
    assert acled.grants == ["password", "refresh_token"]


def test_after_fourteen_days_the_password_is_needed_again(tmp_path):
    acled = Acled()
    with serving(acled) as server:
        ask(server, tmp_path)
        with pytest.raises(IntakeError) as refused:
            ask(server, tmp_path, now=NOW + timedelta(days=15), environment={})
        assert refused.value.code == "no_credentials"
        ask(server, tmp_path, now=NOW + timedelta(days=15))
    assert acled.grants == ["password", "password"]


def test_a_kept_token_that_acled_no_longer_takes_is_replaced_once(tmp_path):
    acled = Acled()
    with serving(acled) as server:
        ask(server, tmp_path)
        acled.valid.clear()
        ask(server, tmp_path)
    assert acled.grants == ["password", "password"]


def test_a_token_may_still_be_refused_the_data(tmp_path):
    acled = Acled(may_read=False)
    with serving(acled) as server, pytest.raises(IntakeError) as refused:
        ask(server, tmp_path)
    assert refused.value.code == "access_refused"
    assert "profile" in refused.value.next_step
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("code", "environment"),
    [("no_credentials", {}), ("access_refused", ACCOUNT | {"ACLED_PASSWORD": "wrong-secret"})],
)
def test_neither_password_nor_token_is_ever_said(tmp_path, code, environment, caplog):
    with serving(Acled()) as server, pytest.raises(IntakeError) as refused:
        ask(server, tmp_path, environment=environment)
    assert refused.value.code == code
    said = f"{refused.value!r} {refused.value.what} {refused.value.where} {refused.value.next_step} {caplog.text}"
    assert "wrong-secret" not in said
    assert "token-" not in said


@pytest.mark.parametrize("text", ["", "{", '{"access": 1}', "[]"])
def test_a_spoiled_token_file_is_as_good_as_none(tmp_path, text):
    kept_token(tmp_path).parent.mkdir()
    kept_token(tmp_path).write_text(text)
    with serving(Acled()) as server:
        assert ask(server, tmp_path).size > 0


@pytest.mark.parametrize("period", [None, "2024", "2024-02-01:2024-01-01", "2024-01-01|2024-02-01"])
def test_a_period_that_is_none_is_refused(tmp_path, period):
    with serving(Acled()) as server, pytest.raises(IntakeError) as refused:
        ask(server, tmp_path, release=period)
    assert refused.value.code == "bad_release"
    assert server.asked == []


def test_a_password_is_not_sent_in_the_open(tmp_path):
    with pytest.raises(IntakeError) as refused:
        fetch(Wish(folder=tmp_path, now=NOW, release=PERIOD, url="http://example.org", environment=ACCOUNT))
    assert refused.value.code == "unsafe_address"


def test_acled_is_for_nobody_until_somebody_says_for_whom():
    assert PROVIDERS["acled"].note.releasable_to == ()
