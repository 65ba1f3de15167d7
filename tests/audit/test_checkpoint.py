"""Whom does a checkpoint convince, and what is its key?"""

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.web.audit.chain import verify
from bluehelm.web.audit.checkpoint import (
    Checkpoint,
    CheckpointError,
    against,
    as_text,
    is_signed,
    parse,
    parse_public_key,
    public_text,
    sign,
)
from bluehelm.web.audit.keys import KeyFileError, folder_public_key, signing_key
from bluehelm.web.audit.proof import prove
from tests.audit.ledgers import ledger

CHAIN = ledger(9)
KEY = Ed25519PrivateKey.from_private_bytes(b"\7" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"\10" * 32)


def checkpoint_of(length: int, key: Ed25519PrivateKey = KEY) -> Checkpoint:
    return sign(CHAIN[0].key, CHAIN[length - 1], at="2026-11-21T09:00:00Z", key=key)


def test_a_checkpoint_survives_its_file():
    point = checkpoint_of(6)
    assert parse(as_text(point)) == point
    assert is_signed(point)


@given(st.sampled_from(["ledger", "hash", "at", "public_key", "signature"]), st.text(max_size=70))
def test_no_part_of_a_checkpoint_can_be_changed(name, text):
    point = checkpoint_of(6)
    changed = replace(point, **{name: text})
    assert is_signed(changed) == (changed == point)


def test_a_checkpoint_signed_by_another_who_puts_in_the_first_ones_key_is_not_signed():
    assert not is_signed(replace(checkpoint_of(6, OTHER), public_key=public_text(KEY)))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "7", "{}", "no", json.dumps({**asdict(checkpoint_of(6)), "sequence": "6"}),
     json.dumps({**asdict(checkpoint_of(6)), "sequence": True}), json.dumps({**asdict(checkpoint_of(6)), "more": 1}),
     json.dumps({**asdict(checkpoint_of(6)), "format": "bluehelm audit checkpoint 2"}), "[" * 100_000],
)  # fmt: skip
def test_a_file_that_is_no_checkpoint_is_refused(text):
    with pytest.raises(CheckpointError):
        parse(text)


@given(st.integers(1, 9), st.integers(0, 9))
def test_a_chain_reaches_its_checkpoint_or_was_cut_off(signed, left):
    found = against(verify(CHAIN[:left], note=signed), checkpoint_of(signed))
    assert found.first_bad == (None if left >= signed else left + 1)


@given(st.integers(2, 9), st.integers(0, 9))
def test_a_part_is_held_against_a_checkpoint_inside_it_or_at_its_border(signed, since):
    point, known = checkpoint_of(signed), public_text(KEY)
    proof = prove(CHAIN[since:], since=since, checkpoint=point, known_key=known)
    is_reached = since < signed or since == signed < 9
    assert proof.ok
    assert (f"Up to entry {signed} the audit is the one that was signed" in proof.shown) == is_reached
    forged = ledger(9, CHAIN[0].key, by="somebody-else")
    assert prove(forged[since:], since=since, checkpoint=point, known_key=known).ok != is_reached


@pytest.mark.parametrize(
    ("signed_with", "known", "ok"),
    [(KEY, KEY, True), (OTHER, KEY, False), (KEY, None, False)],
    ids=["the known key", "another key", "no key is known"],
)
def test_a_checkpoint_convinces_only_with_a_key_that_is_known(signed_with, known, ok):
    proof = prove(CHAIN, checkpoint=checkpoint_of(6, signed_with), known_key=known and public_text(known))
    assert (proof.ok, proof.verdict.holds) == (ok, True)
    assert ("Up to entry 6" in proof.shown) == ok
    assert bool(proof.reason) != ok


def test_a_checkpoint_whose_signature_does_not_fit_is_no_proof():
    proof = prove(CHAIN, checkpoint=replace(checkpoint_of(6), at="2027"), known_key=public_text(KEY))
    assert (proof.ok, proof.json["first_bad"]) == (False, None)
    assert "signature" in proof.reason


def test_a_key_is_made_once_and_its_owner_alone_reads_it(tmp_path):
    assert folder_public_key(tmp_path) is None
    key = signing_key(tmp_path)
    assert public_text(signing_key(tmp_path)) == public_text(key) == folder_public_key(tmp_path)
    assert stat.S_IMODE((tmp_path / "audit.key").stat().st_mode) == 0o600
    assert sorted(os.listdir(tmp_path)) == ["audit.key", "audit.pub"]


def test_processes_that_sign_at_once_sign_with_one_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: public_text(signing_key(tmp_path)), range(16)))
    assert set(keys) == {folder_public_key(tmp_path)}


def test_the_environment_may_keep_the_key_elsewhere(tmp_path, monkeypatch):
    elsewhere = tmp_path / "secrets"
    elsewhere.mkdir()
    monkeypatch.setenv("BLUEHELM_AUDIT_KEY", str(elsewhere / "signing.key"))
    home = tmp_path / "home"
    home.mkdir()
    assert public_text(signing_key(home)) == folder_public_key(home)
    assert sorted(os.listdir(elsewhere)) == ["signing.key", "signing.pub"]
    assert not os.listdir(home)


def test_whoever_has_only_the_public_half_verifies(tmp_path):
    key = signing_key(tmp_path)
    (tmp_path / "audit.key").unlink()
    assert folder_public_key(tmp_path) == public_text(key)


@pytest.mark.parametrize("content", [b"", b"\xff", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_file_that_is_no_key_is_said_and_left(tmp_path, content):
    (tmp_path / "audit.key").write_bytes(content)
    with pytest.raises(KeyFileError, match=r"audit\.key"):
        signing_key(tmp_path)
    assert (tmp_path / "audit.key").read_bytes() == content
    (tmp_path / "audit.pub").write_bytes(content)
    with pytest.raises(KeyFileError, match=r"audit\.pub"):
        folder_public_key(tmp_path)


@pytest.mark.parametrize("text", ["", "00", "zz" * 32, "00" * 33])
def test_a_text_that_is_no_public_key_is_refused(text):
    with pytest.raises(CheckpointError):
        parse_public_key(text)
