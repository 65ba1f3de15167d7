"""Does the command do what the pages do, as a named account, and refuse in one object what it cannot do?"""

import json
from datetime import timedelta

import pytest

from bluehelm.cli.main import main
from bluehelm.disclosure import Label, Marking
from bluehelm.web.findings import actions
from bluehelm.web.findings.models import Finding
from bluehelm.workflows.clock import today
from tests.web.findings.conftest import DAY, MISSION, ROW, TEXTS

SECRET = "zirkonblau"
DUE = (today() + timedelta(days=60)).isoformat()


@pytest.fixture
def bluehelm(empty, cast, capsys, monkeypatch):
    """Run a command on the records of this test; the exit code and the one object that it answers."""
    monkeypatch.setenv("BLUEHELM_HOME", str(empty))
    monkeypatch.delenv("BLUEHELM_ACCOUNT", raising=False)

    def run(*words: str, account: str | None = "unsym-planner") -> tuple[int, dict]:
        named = ["--as", account] if account else []
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--home", str(empty), "findings", *words, *named, "--json"])
        return ended.value.code or 0, json.loads(capsys.readouterr().out)

    return run


def test_a_finding_is_carried_to_its_effect_by_commands(bluehelm):
    code, made = bluehelm("add", "The road is cut", "--evidence", "document: Patrol report 114", "--severity", "high")
    assert (code, made["state"], made["releasable_to"], made["raised_by"]) == (
        0,
        "raised",
        ["mission:UNSYM"],
        "unsym-planner",
    )
    number = str(made["finding"])
    bluehelm("recommend", number, "--text", "Open it.", "--owner", "unsym-engineers", "--due", DUE)
    decided = bluehelm("decide", number, "accepted", "--why", "The rains come.", account="unsym-chief")[1]
    assert decided["recommendations"][0]["decisions"][0]["why"] == "The rains come."
    bluehelm("start", number, "--step", "Clear it", "--measurement", "patrols", "--source", "reports",
             "--read-on", DUE, account="unsym-engineers")  # fmt: skip
    bluehelm("step", number, "1", "--evidence", "document: Photographs", account="unsym-engineers")
    bluehelm("done", number, "--evidence", "document: Hand-over", account="unsym-engineers")
    code, shown = bluehelm("effect", number, "--reading", "12", "--judgement", "It held.", "--evidence", "document: R")
    assert (code, shown["state"]) == (0, "closed")
    assert bluehelm("list")[1] == {"findings": [], "versions": []}
    assert [one["finding"] for one in bluehelm("list", "--state", "closed")[1]["findings"]] == [made["finding"]]


def test_nothing_is_done_as_nobody(bluehelm):
    code, answer = bluehelm("add", "The road is cut", account=None)
    assert (code, answer["error"]["code"]) == (2, "no_account")
    code, answer = bluehelm("list", account="stranger")
    assert (code, answer["error"]["code"]) == (2, "not_allowed")
    assert not Finding.objects.exists()


def test_without_a_reader_the_list_is_everyone_s(bluehelm, chain):
    code, answer = bluehelm("list", account=None)
    assert (code, answer["findings"]) == (0, [])


def test_the_account_may_come_from_the_environment(bluehelm, monkeypatch, chain):
    monkeypatch.setenv("BLUEHELM_ACCOUNT", "unsym-planner")
    assert len(bluehelm("list", account=None)[1]["findings"]) == 1


def test_an_audience_sees_what_may_go_to_it_and_nothing_else(bluehelm, cast, chain, capsys):
    open_to_all = Label(Marking.UNCLASSIFIED, frozenset({"everyone"}))
    shown = actions.raise_finding(texts=TEXTS, evidence=[ROW], label=open_to_all, by=cast["unsym-head"], on=DAY)
    found = bluehelm("list", "--audience", "everyone", account=None)[1]["findings"]
    assert [one["finding"] for one in found] == [shown.pk]
    with pytest.raises(SystemExit):
        main(["--audience", "everyone", "findings", "list", "--json"])
    assert [one["finding"] for one in json.loads(capsys.readouterr().out)["findings"]] == [shown.pk]
    assert bluehelm("show", str(shown.pk), "--audience", "everyone", account=None)[1]["raised_by"] is None
    assert bluehelm("show", str(chain.finding.pk), "--audience", "everyone", account=None)[0] == 2
    assert bluehelm("list", "--audience", "no such:thing:x", account=None)[0] == 2


def test_hidden_findings_are_neither_listed_nor_counted_nor_told_apart_from_none(bluehelm, cast):
    label = Label(Marking.STRICTLY_CONFIDENTIAL, frozenset({"section:UNSYM/JMAC"}))
    hidden = actions.raise_finding(texts=TEXTS, evidence=[ROW], label=label, by=cast["unsym-jmac"], on=DAY)
    assert bluehelm("list", "--state", "all")[1] == {"findings": [], "versions": []}
    assert bluehelm("measures")[1]["adaptiveness"]["cases"] == 0
    there, not_there = (bluehelm("show", str(number))[1]["error"] for number in (hidden.pk, hidden.pk + 1))
    assert there == not_there
    told = bluehelm("decide", str(hidden.pk), "rejected", "--why", "No.", account="unsym-chief")[1]["error"]
    assert told["what"] == there["what"]


def test_refusals_say_what_is_wrong_and_change_nothing(bluehelm, chain):
    number = str(chain.finding.pk)
    refused = [
        bluehelm("add", "x", "--domain", "weather", "--evidence", "document: a"),
        bluehelm("add", "x"),
        bluehelm("add", "x", "--evidence", "events version 9"),
        bluehelm("add", "x", "--evidence", "document: a", "--marking", "secret"),
        bluehelm("decide", number, "accepted", "--why", "Yes.", account="unsym-chief"),
        bluehelm("decide", number, "perhaps", "--why", "Yes.", account="unsym-chief"),
        bluehelm("recommend", number, "--text", "a", "--owner", "unsym-engineers", "--due", "tomorrow"),
        bluehelm("start", number, "--step", "a"),
        bluehelm("list", "--severity", "huge"),
        bluehelm("reopen", number, "--why", "Again."),
    ]
    for code, answer in refused:
        assert code == 2
        assert all(answer["error"][name] for name in ("code", "what", "where", "unchanged", "next"))
    assert (Finding.objects.count(), chain.version) == (1, 1)


def test_a_version_that_was_seen_must_still_stand(bluehelm, chain):
    chain.recommend()
    number = str(chain.finding.pk)
    code, answer = bluehelm("decide", number, "accepted", "--why", "Yes.", "--seen", "1", account="unsym-chief")
    assert (code, answer["error"]["code"]) == (2, "changed_meanwhile")
    assert bluehelm("decide", number, "accepted", "--why", "Yes.", "--seen", "2", account="unsym-chief")[0] == 0


def test_what_waits_is_listed_for_the_post(bluehelm, chain):
    chain.recommend()
    assert bluehelm("mine")[1] == {"waiting": [], "versions": []}
    waiting = bluehelm("mine", account="unsym-chief")[1]["waiting"]
    assert [(one["need"], one["late"]) for one in waiting] == [("decide", True)]


def test_two_findings_are_merged_and_a_rejected_one_reopened(bluehelm, chain, planner):
    other = actions.raise_finding(texts=TEXTS, evidence=[ROW], label=MISSION, by=planner, on=DAY)
    merged = bluehelm("merge", str(other.pk), str(chain.finding.pk), "--kept", "The second report.")[1]
    assert (merged["state"], merged["ended"]["reason"]) == ("merged", "The second report.")
    chain.recommend()
    number = str(chain.finding.pk)
    bluehelm("decide", number, "rejected", "--why", "No.", account="unsym-chief")
    reopened = bluehelm("reopen", number, "--recommendation", "1", "--why", "Engineers came.", account="unsym-chief")[1]
    assert reopened["state"] == "recommended"


def test_people_are_answered_in_lines(empty, chain, capsys, monkeypatch):
    monkeypatch.setenv("BLUEHELM_HOME", str(empty))
    chain.recommend()
    said = []
    for words in (["list"], ["show", str(chain.finding.pk)], ["mine"], ["measures"]):
        with pytest.raises(SystemExit):
            main(["--home", str(empty), "findings", *words, "--as", "unsym-chief"])
        said.append(capsys.readouterr().out)
    assert TEXTS.title in said[0]
    assert "recommended" in said[1]
    assert "decide" in said[2]
    assert "1 cases, 1 open, median not reached (few cases)" in said[3]
