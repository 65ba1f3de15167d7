"""Does a provider's file come whole and unaltered, or not at all?"""

import hashlib
from datetime import UTC, datetime

import pytest

from bluehelm.sources import PROVIDERS, IntakeError
from bluehelm.sources.fetching import MOST_REDIRECTS, PACKED, TABULAR, Address, download, fetcher
from bluehelm.sources.fetching import Asked as Wish
from tests.sources.serving import Answer, serving

NOW = datetime(2026, 11, 21, tzinfo=UTC)
ROWS = b"a,b\n1,2\n" * 1000


def wish(folder, **changes):
    return Wish(folder=folder, now=NOW, **changes)


def fetched(folder, answer, types=TABULAR, path="/file.csv", **changes):
    with serving(answer) as server:
        return download(server.url + path, "file.csv", wish(folder, **changes), types), server


def test_the_file_is_kept_byte_for_byte_with_its_digest(tmp_path):
    heard = []
    found, _ = fetched(tmp_path, lambda _: Answer(ROWS), progress=lambda done, total: heard.append((done, total)))
    assert found.path.read_bytes() == ROWS
    assert (found.sha256, found.size) == (hashlib.sha256(ROWS).hexdigest(), len(ROWS))
    assert heard[-1] == (len(ROWS), len(ROWS))
    assert [path.name for path in tmp_path.iterdir()] == ["file.csv"]


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("not_given", Answer(b"no", 404)),
        ("not_given", Answer(b"no", 401)),
        ("not_given", Answer(b"no", 500)),
        ("wrong_content_type", Answer(b"<p>Sign in", content_type="text/html; charset=utf-8")),
        ("wrong_content_type", Answer(b'{"error": 1}', content_type="application/json")),
        ("empty_file", Answer(b"")),
        ("not_reached", Answer(ROWS, cut=True)),
        ("too_large", Answer(ROWS, headers={"Content-Length": "99999999"}, cut=True)),
        ("unsafe_address", Answer(status=302, headers={"Location": "http://example.org/file.csv"})),
        ("unsafe_address", Answer(status=302, headers={"Location": "file:///etc/passwd"})),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value.status}",
)
def test_what_is_not_the_file_is_refused_and_nothing_is_left(tmp_path, code, answer):
    with pytest.raises(IntakeError) as refused:
        fetched(tmp_path, lambda _: answer, largest_bytes=1_000_000)
    assert refused.value.code == code
    assert refused.value.next_step
    assert list(tmp_path.iterdir()) == []


def test_a_file_larger_than_it_said_is_refused_while_it_comes(tmp_path):
    endless = Answer(ROWS, headers={"Content-Length": "", "Connection": "close"})
    with pytest.raises(IntakeError, match="more than 0 MB") as refused:
        fetched(tmp_path, lambda _: endless, largest_bytes=100)
    assert refused.value.code == "too_large"
    assert list(tmp_path.iterdir()) == []


def test_a_digest_that_was_asked_for_must_be_the_files(tmp_path):
    right = hashlib.sha256(ROWS).hexdigest()
    assert fetched(tmp_path, lambda _: Answer(ROWS), sha256=right.upper())[0].sha256 == right
    (tmp_path / "file.csv").unlink()
    with pytest.raises(IntakeError, match="gave a file with the digest") as refused:
        fetched(tmp_path, lambda _: Answer(ROWS), sha256="0" * 64)
    assert refused.value.code == "wrong_digest"
    assert list(tmp_path.iterdir()) == []


def test_redirects_on_this_machine_are_followed_and_not_for_ever(tmp_path):
    def turn(asked):
        step = int(asked.path.strip("/f"))
        return Answer(ROWS) if step == 0 else Answer(status=302, headers={"Location": f"/f{step - 1}"})

    assert fetched(tmp_path, turn, path=f"/f{MOST_REDIRECTS}")[0].size == len(ROWS)
    with pytest.raises(IntakeError) as refused:
        fetched(tmp_path, turn, path=f"/f{MOST_REDIRECTS + 1}")
    assert refused.value.code == "redirected_too_often"


def test_secrets_do_not_follow_a_redirect_to_another_host(tmp_path):
    with serving(lambda _: Answer(ROWS)) as other:
        leading = Answer(status=302, headers={"Location": f"{other.url}/file.csv"})
        with serving(lambda _: leading) as server:
            secret = {"Authorization": "Bearer secret"}
            download(f"{server.url}/file.csv", "file.csv", wish(tmp_path), TABULAR, secret)
            assert server.asked[0].headers["Authorization"] == "Bearer secret"
        assert "Authorization" not in other.asked[0].headers


@pytest.mark.parametrize("url", ["http://example.org/a.csv", "ftp://example.org/a.csv", "file:///etc/hosts", "a.csv"])
def test_only_https_is_spoken_with_other_machines(tmp_path, url):
    with pytest.raises(IntakeError) as refused:
        download(url, "a.csv", wish(tmp_path), TABULAR)
    assert refused.value.code == "unsafe_address"


def test_what_may_be_secret_in_an_address_is_not_said(tmp_path):
    with serving(lambda _: Answer(b"no", 404)) as server, pytest.raises(IntakeError) as refused:
        download(f"{server.url}/file.csv?token=secret", "a.csv", wish(tmp_path), TABULAR)
    assert "secret" not in refused.value.what + refused.value.where


@pytest.mark.parametrize(
    ("provider", "release", "url"),
    [
        ("ucdp-ged", "25.1", "https://ucdp.uu.se/downloads/ged/ged251-csv.zip"),
        ("ucdp-candidate", "25.0.9", "https://ucdp.uu.se/downloads/candidateged/GEDEvent_v25_0_9.csv"),
        ("ucdp-candidate", "25.01.25.09", "https://ucdp.uu.se/downloads/candidateged/GEDEvent_v25_01_25_09.csv"),
        ("un-missions", None, "https://api.psdata.un.org/public/data/DPPADPOSS-PKO/CSV"),
        ("un-fatalities", None, "https://api.psdata.un.org/public/data/DPPADPOSS-FATALITIES/CSV"),
        ("un-contributions", None, "https://api.psdata.un.org/public/data/DPO-UCHISTORICAL/CSV"),
        ("un-contributions-before-2010", None, "https://api.psdata.un.org/public/data/DPPADPO-UCPre2010/CSV"),
    ],
)
def test_each_provider_is_asked_at_its_own_address(tmp_path, monkeypatch, provider, release, url):
    seen = []

    def note(address, name, asked, types, headers=None):
        seen.append((address, name))

    monkeypatch.setattr("bluehelm.sources.fetching.download", note)
    PROVIDERS[provider].fetch(wish(tmp_path, release=release))
    assert seen[0][0] == url
    assert seen[0][1].endswith((".csv", ".zip"))


@pytest.mark.parametrize("release", [None, "", "25", "25.1/../..", "latest", "25.1\n"])
def test_a_release_that_is_none_is_refused_with_an_example(tmp_path, release):
    with pytest.raises(IntakeError) as refused:
        PROVIDERS["ucdp-ged"].fetch(wish(tmp_path, release=release))
    assert refused.value.code == "bad_release"
    assert "25.1" in refused.value.next_step


def test_another_address_of_the_same_file_may_be_given(tmp_path):
    fetch = fetcher(Address("https://example.org/a.zip", "a.zip", PACKED))
    with serving(lambda _: Answer(b"PK\x03\x04", content_type="application/zip")) as server:
        found = fetch(wish(tmp_path, url=f"{server.url}/mirror/ged251-csv.zip"))
    assert found.path.name == "ged251-csv.zip"


def test_every_provider_can_be_fetched_or_says_why_not():
    for name, provider in PROVIDERS.items():
        assert (provider.fetch is None) == bool(provider.by_hand), name
