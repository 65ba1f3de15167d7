"""Can the page on operations be followed on an empty machine without a network, and do its files fit it?"""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.audit.ledgers import ROOT
from tests.web.conftest import free_port, serving

PAGE = ROOT / "docs" / "operations.md"
DEPLOY = ROOT / "deploy"


def steps() -> str:
    """What the page tells to run, in order."""
    return "\n".join(re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL))


def test_every_command_of_the_page_and_the_files_is_one_of_the_program():
    from tests.cli.test_every_command import commands

    known = set(commands())
    told = PAGE.read_text(encoding="utf-8") + "".join(path.read_text(encoding="utf-8") for path in DEPLOY.iterdir())
    named = re.findall(r"(?:^|`|bin/)bluehelm(?: --home \S+)? ([a-z]+(?: [a-z]+)?)", told, re.MULTILINE)
    assert len(named) > 12
    for words in named:
        first = words.split()[0]
        assert words in known or first in known, words


def test_every_variable_of_the_files_is_told_on_a_page():
    told = PAGE.read_text(encoding="utf-8") + (ROOT / "docs/guides/accounts.md").read_text(encoding="utf-8")
    told += (ROOT / "docs/README.md").read_text(encoding="utf-8")
    used = set(re.findall(r"BLUEHELM_[A-Z_]+[A-Z]", "".join(path.read_text() for path in DEPLOY.iterdir())))
    assert used and not [name for name in used if f"`{name}" not in told and f"{name}=" not in told]


def test_the_service_is_one_that_systemd_takes(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not here")
    unit = (DEPLOY / "bluehelm.service").read_text(encoding="utf-8").replace("/opt/bluehelm/bin/bluehelm", "/bin/true")
    (tmp_path / "bluehelm.service").write_text(unit)
    words = ["systemd-analyze", "verify", "--man=no", str(tmp_path / "bluehelm.service")]
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    assert [line for line in ran.stderr.splitlines() if "bluehelm.service" in line] == []
    broken = tmp_path / "broken.service"
    broken.write_text(unit.replace("ExecStart=/bin/true", "ExecStart=bin/true"))
    ran = subprocess.run([*words[:-1], str(broken)], capture_output=True, text=True, check=False)
    assert "broken.service" in ran.stderr, "the check can fail"


@pytest.mark.long
def test_the_container_s_health_check_says_what_the_server_says(home):
    """Its command, run against a server shut as the container's is: it passes while the server answers."""
    told = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    words = json.loads(re.search(r"^  CMD (\[.*\])$", told, re.MULTILINE).group(1))
    production = dict(re.findall(r"(BLUEHELM_(?:PRODUCTION|BEHIND_PROXY|LOG))=(\S+)", told))
    production |= {"BLUEHELM_SECRET_KEY": "k" * 50, "BLUEHELM_ALLOWED_HOSTS": "desk.example.org"}
    port = free_port()
    command = [sys.executable, words[1], words[2].replace(":8000/", f":{port}/")]
    assert len(production) == 5 and command[2] != words[2]

    def passes() -> bool:
        return not subprocess.run(
            command, env={**os.environ, **production}, capture_output=True, check=False
        ).returncode

    with serving(home, port, **production):
        assert passes()
    assert not passes()


def without_network(*words: str) -> list[str]:
    """The words of a program in a network of its own, which has no way out; skipped where that cannot be made."""
    alone = ["unshare", "--map-root-user", "--net"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no network of its own can be made here")
    return [*alone, *words]


@pytest.mark.long
def test_the_page_can_be_followed_from_a_bundle_without_a_network(tmp_path):
    """The bundle is made with the network, unpacked, and everything after that happens without one."""
    archive = Path(os.environ.get("BLUEHELM_TEST_BUNDLE") or tmp_path / "bluehelm.tar")
    if not archive.exists():
        made = subprocess.run(
            [sys.executable, "dev.py", "bundle", archive], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if "package registry" in made.stderr:
            pytest.skip("the package registry is not reached from here")
        assert made.returncode == 0, made.stderr[-3000:]
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path / "unpacked", filter="data")
    (bundle,) = (tmp_path / "unpacked").iterdir()
    (tmp_path / "backups").mkdir()
    given = {
        "PATH": f"{Path(sys.executable).resolve().parent}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "BLUEHELM_HOME": str(tmp_path / "data"),
        "BUNDLE": str(bundle),
        "TARGET": str(tmp_path / "program"),
        "BACKUPS": str(tmp_path / "backups"),
    }
    asked = "python3 -c \"import socket; socket.create_connection(('192.0.2.1', 9), 2)\" 2>/dev/null && exit 9\n"
    words = without_network("sh", "-e", "-c", asked + steps())
    ran = subprocess.run(words, env=given, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-3000:]
    digests = re.findall(r"^([0-9a-f]{12})  all together$", ran.stdout, re.MULTILINE)
    assert len(digests) == 2 and digests[0] == digests[1], "what was restored is what was backed up"
    (bundle / "LICENSE").write_text("altered")
    again = without_network("sh", str(bundle / "install.sh"), str(tmp_path / "other"))
    refused = subprocess.run(again, env=given, capture_output=True, text=True, check=False)
    assert refused.returncode == 2 and "not whole" in refused.stderr and not (tmp_path / "other").exists()
