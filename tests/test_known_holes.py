"""What does `check` say of holes in the pinned packages, and when does it fail?"""

import json

import pytest

import dev

SOUND = {"name": "sound", "version": "1.0", "vulns": []}
HOLED = {"name": "holed", "version": "2.1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.2"], "aliases": []}]}
UNREAD = {"name": "unread", "skip_reason": "Dependency not found"}


def answer(*packages):
    return json.dumps({"dependencies": packages, "fixes": []})


def test_packages_without_holes_pass_in_silence():
    assert dev.said_of_holes(answer(SOUND)) == (True, [])


def test_a_hole_fails_and_says_which_package_and_what_mends_it():
    passes, lines = dev.said_of_holes(answer(SOUND, HOLED))
    assert not passes
    assert lines[0] == "holed 2.1: PYSEC-1, mended in 2.2"
    assert "lock --upgrade" in lines[-1]


@pytest.mark.parametrize("said", ["", "no answer", "[]", "{}", answer(), answer(UNREAD, UNREAD)])
def test_a_service_that_cannot_be_reached_is_said_and_fails_nothing(said):
    passes, lines = dev.said_of_holes(said)
    assert passes
    assert "could not be reached" in lines[0]


def test_packages_that_the_service_does_not_know_are_named():
    assert dev.said_of_holes(answer(SOUND, UNREAD)) == (True, ["Not found at the advisory service: unread."])
    assert not dev.said_of_holes(answer(HOLED, UNREAD))[0]
