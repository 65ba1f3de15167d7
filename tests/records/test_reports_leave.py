"""Is a folder that holds reports backed up, its copy's tables made without a look at the records they come from?"""

import subprocess
import sys

from tests.audit.ledgers import ROOT
from tests.records.conftest import given
from tests.records.folder import environment

FILE_TWO = """
import sys
from pathlib import Path
from bluehelm.web.records import open_records
open_records(Path(sys.argv[1]))
from bluehelm.disclosure import Label, Marking
from bluehelm.web.accounts.models import User
from bluehelm.web.posts.acting import actor_in
from bluehelm.web.posts.models import Post
from bluehelm.web.reports.actions import file_report
from tests.web.reports.conftest import content
post = Post.objects.get(code="sym-reporter")
by = actor_in(User.objects.get(username="sym-reporter"), post)
for hours_ago in (2, 3):
    file_report(content=content(hours_ago=hours_ago), label=Label(Marking(0), frozenset({"mission:UNSYM"})), by=by)
"""


def test_a_folder_that_holds_reports_is_backed_up(home, tmp_path):
    subprocess.run([sys.executable, "-c", FILE_TWO, str(home)], cwd=ROOT, env=environment(home), check=True)
    code, made = given(home, "backup", tmp_path / "whole.backup")
    assert code == 0, made
    code, restored = given(tmp_path / "again", "restore", tmp_path / "whole.backup", "--sha256", made["sha256"])
    assert code == 0 and restored["records"] == made["records"], restored
