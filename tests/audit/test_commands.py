"""Do the commands keep the contract, and does an export prove the chain to whoever may not read it?"""

import json
import shutil
import subprocess
import sys

import pytest

from bluehelm.web.audit.chain import Withheld, from_lines, verify
from tests.audit.attacker import attack
from tests.audit.conftest import ENTRIES
from tests.audit.ledgers import command, commands, environment

CAST = """
import django
django.setup()
from django.core.management import call_command
from django.db import transaction
call_command("migrate", interactive=False, verbosity=0)
from bluehelm.web.audit.entries import append_entry
from tests.web.cast import make_cast
with transaction.atomic():
    make_cast()
    for marking, key in enumerate("abc"):
        append_entry(deed="finding.raised", kind="finding", key=key, by="sym-jmac", reason="CANARY", marking=marking)
"""


def test_a_folder_without_records_is_refused_and_not_made(audit, tmp_path):
    for words in (["verify"], ["list"], ["checkpoint", "--out", tmp_path / "a"], ["export", "--out", tmp_path / "b"]):
        code, said = audit(*words, folder=tmp_path / "nothing")
        assert (code, said["error"]["code"]) == (2, "no_records")
    assert not list(tmp_path.glob("[!h]*"))


def test_a_checkpoint_names_the_last_entry(audit, home, tmp_path):
    code, said = audit("checkpoint", "--out", tmp_path / "point.json")
    assert (code, said["sequence"]) == (0, ENTRIES)
    assert {**json.loads((tmp_path / "point.json").read_text()), "written": said["written"]} == said
    code, said = audit("verify", "--checkpoint", tmp_path / "point.json")
    assert (code, said["ok"], said["checkpoint"]["key_is_known"]) == (0, True, True)
    assert f"Up to entry {ENTRIES} the audit is the one that was signed" in said["shown"]


def test_nothing_that_is_broken_is_signed(audit, home, tmp_path):
    attack(home / "bluehelm.sqlite3", "UPDATE audit_entry SET reason = 'x' WHERE sequence = 5")
    code, said = audit("checkpoint", "--out", tmp_path / "point.json")
    assert (code, said["error"]["code"]) == (1, "broken")
    assert not (tmp_path / "point.json").exists()
    assert not (home / "audit.key").exists()


def test_no_file_is_replaced_by_accident(audit, tmp_path):
    (tmp_path / "there").write_text("mine")
    for verb in ("checkpoint", "export"):
        code, said = audit(verb, "--out", tmp_path / "there")
        assert (code, said["error"]["code"]) == (2, "exists")
        assert (tmp_path / "there").read_text() == "mine"
        assert audit(verb, "--out", tmp_path / "no folder" / "file")[1]["error"]["code"] == "no_such_folder"
        assert audit(verb, "--out", tmp_path)[1]["error"]["code"] == "not_a_file"
    assert audit("checkpoint", "--out", tmp_path / "there", "--force")[0] == 0


def test_a_key_may_be_named_on_a_machine_that_has_none(audit, home, tmp_path):
    point = tmp_path / "point.json"
    audit("checkpoint", "--out", point)
    other = tmp_path / "another machine"
    other.mkdir()
    shutil.copy(home / "bluehelm.sqlite3", other)
    code, said = audit("verify", "--checkpoint", point, folder=other)
    assert (code, said["ok"], said["first_bad"]) == (1, False, None)
    assert "key" in said["reason"]
    public = (home / "audit.pub").read_text().strip()
    for named in (public, public.upper(), home / "audit.pub"):
        assert audit("verify", "--checkpoint", point, "--public-key", named, folder=other)[0] == 0
    assert audit("verify", "--checkpoint", point, "--public-key", "00" * 32, folder=other)[0] == 1
    assert audit("verify", "--checkpoint", point, "--public-key", "mine", folder=other)[1]["error"]["code"] == "bad_key"
    assert audit("verify", "--checkpoint", home / "audit.pub", folder=other)[1]["error"]["code"] == "bad_checkpoint"
    assert audit("verify", "--checkpoint", tmp_path / "none", folder=other)[0] == 2


def test_an_export_without_an_account_proves_the_chain_and_says_nothing_else(audit, home, tmp_path):
    out, point = tmp_path / "audit.jsonl", tmp_path / "point.json"
    audit("checkpoint", "--out", point)
    code, said = audit("export", "--out", out)
    assert (code, said["entries"], said["withheld"]) == (0, ENTRIES, ENTRIES - 1)
    assert "seen from the road" not in out.read_text()
    assert len(out.read_text().splitlines()) == ENTRIES
    code, said = audit("verify", "--export", out, folder=tmp_path / "elsewhere")
    assert (code, said["entries"], said["ok"]) == (0, ENTRIES, True)
    public = home / "audit.pub"
    assert audit("verify", "--export", out, "--checkpoint", point, "--public-key", public)[0] == 0


def test_a_changed_export_is_found(audit, tmp_path):
    out = tmp_path / "audit.jsonl"
    audit("export", "--out", out)
    lines = out.read_text().splitlines(keepends=True)
    for changed, first_bad in (
        (lines[:4] + lines[5:], 5),
        ([*lines[:4], lines[4].replace("T", " ", 1), *lines[5:]], 5),
        ([*lines[:3], lines[4], lines[3], *lines[5:]], 4),
        (lines[1:], 1),
    ):
        out.write_text("".join(changed))
        code, said = audit("verify", "--export", out)
        assert (code, said["first_bad"]) == (1, first_bad)
    out.write_text("no entry\n")
    code, said = audit("verify", "--export", out)
    assert (code, said["ok"], said["error"]["what"]) == (1, False, "Line 1 is not an entry of the audit.")


def test_a_part_is_exported_and_verified_from_a_number_on(audit, tmp_path):
    out = tmp_path / "audit.jsonl"
    assert audit("export", "--out", out, "--since", 8)[1]["entries"] == ENTRIES - 8
    assert audit("verify", "--export", out)[1]["first_bad"] == 1
    code, said = audit("verify", "--export", out, "--since", 8)
    assert (code, said["head"]["sequence"]) == (0, ENTRIES)
    assert "What came before entry 9 was not looked at." in said["shown"]


@pytest.fixture(scope="module")
def with_accounts(tmp_path_factory):
    home = tmp_path_factory.mktemp("accounts")
    subprocess.run([sys.executable, "-c", CAST], env=environment(home), check=True)
    return home


def test_entries_are_listed_for_auditors_only(with_accounts):
    asked = ["list", "--json", "--as"]
    *refused, (code, said), (narrowed_code, narrowed) = commands(
        with_accounts,
        ["list", "--json"],
        [*asked, "sym-head"],
        [*asked, "nobody-known"],
        [*asked, "auditor", "--kind", "finding", "--limit", 2],
        [*asked, "auditor", "--key", "a"],
    )
    for refused_code, answer in refused:
        assert (refused_code, json.loads(answer)["error"]["code"]) == (2, "not_allowed")
        assert "CANARY" not in answer
    assert [entry["key"] for entry in json.loads(said)["entries"]] == ["c", "b"]
    assert (code, json.loads(said)["more"]) == (0, True)
    assert [entry["marking"] for entry in json.loads(narrowed)["entries"]] == ["unclassified"]
    assert narrowed_code == 0


def test_the_account_may_be_named_by_the_environment(with_accounts):
    assert command(with_accounts, "list", "--json", BLUEHELM_ACCOUNT="auditor").returncode == 0


def test_an_auditors_export_says_everything_and_is_itself_an_entry(with_accounts, tmp_path):
    out, as_auditor = tmp_path / "audit.jsonl", ["--as", "auditor", "--json"]
    (_, said), (_, listed) = commands(
        with_accounts, ["export", "--out", out, *as_auditor], ["list", "--deed", "audit.exported", *as_auditor]
    )
    assert json.loads(said)["withheld"] == 0
    exported = list(from_lines(out.read_text().splitlines()))
    assert verify(exported).holds
    assert [link.reason for link in exported if link.kind == "finding"] == ["CANARY"] * 3
    assert json.loads(listed)["entries"][0]["by"] == "auditor"


def test_nobody_elses_export_holds_a_word_of_what_is_restricted(with_accounts, tmp_path):
    mine, nobodys = tmp_path / "mine.jsonl", tmp_path / "nobodys.jsonl"
    codes = commands(with_accounts, ["export", "--out", mine, "--as", "sym-head"], ["export", "--out", nobodys])
    assert [code for code, _ in codes] == [2, 0]
    assert not mine.exists()
    assert "CANARY" not in nobodys.read_text()
    assert all(isinstance(entry, Withheld) for entry in list(from_lines(nobodys.read_text().splitlines()))[1:])


def test_people_are_answered_in_words(with_accounts):
    (_, proved), (_, listed) = commands(with_accounts, ["verify"], ["list", "--as", "auditor"])
    assert proved.startswith("Holds ") and "Without a checkpoint" in proved
    assert "finding.raised" in listed
