"""Two commands decide about the same recommendation at the same moment, on one real file: does exactly one win?"""

import json
import os
import subprocess
import sys

import pytest

from tests.web.conftest import SRC

BUILD = """
import sys
from datetime import date, timedelta
from pathlib import Path
from bluehelm.web.records import open_records
open_records(Path(sys.argv[1]))
from django.utils import timezone
from bluehelm.disclosure import Label, Marking
from bluehelm.spine import Recommendation, RecordRef
from bluehelm.web.accounts.models import User
from bluehelm.web.findings import actions
from bluehelm.web.posts.acting import actor_in
from bluehelm.web.posts.models import Occupancy, Organisation, Post
house = Organisation.objects.create(code="UNSYM", name="UNSYM", kind="mission")
post = Post.objects.create(code="chief", title="Chief", role="component-head", organisation=house, mission="UNSYM",
                           clearance=2)
person = User.objects.create_user("chief", "chief@example.org")
Occupancy.objects.create(post=post, person=person, from_on=date(2020, 1, 1))
chief = actor_in(person, post)
texts = actions.Texts("The road is cut", "Nobody gets through.", "protection", "high", "moderate", "UNSYM")
label = Label(Marking.UNCLASSIFIED, frozenset({"mission:UNSYM"}))
found = actions.raise_finding(texts=texts, evidence=[RecordRef("document", "Report")], label=label, by=chief)
due_on = timezone.now().date() + timedelta(days=30)
actions.recommend(number=found.pk, expected_version=1, what=Recommendation("Open it.", "chief", due_on), by=chief)
"""


@pytest.mark.long
def test_of_two_decisions_at_once_one_stands_and_the_other_is_told(tmp_path):
    home = tmp_path / "home"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BLUEHELM_", "DJANGO_"))}
    environment = kept | {"PYTHONPATH": str(SRC)}
    subprocess.run([sys.executable, "-c", BUILD, str(home)], env=environment, check=True)

    def bluehelm(*words: str) -> subprocess.Popen:
        program = [sys.executable, "-m", "bluehelm", "--home", str(home), "findings", *words, "--as", "chief", "--json"]
        return subprocess.Popen(program, env=environment, stdout=subprocess.PIPE, text=True)

    racing = [
        bluehelm("decide", "1", "accepted", "--why", "The rains come.", "--seen", "2"),
        bluehelm("decide", "1", "rejected", "--why", "No engineers.", "--seen", "2"),
    ]
    said = [json.loads(process.communicate()[0]) for process in racing]
    assert sorted(process.returncode for process in racing) == [0, 2]
    told = next(one["error"] for one in said if "error" in one)
    assert told["code"] == "changed_meanwhile"
    shown = json.loads(bluehelm("show", "1").communicate()[0])
    assert len(shown["recommendations"][0]["decisions"]) == 1
    assert shown["row_version"] == 3
