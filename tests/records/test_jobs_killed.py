"""Is every job done once, by many workers at once and when a worker is killed in the midst of it?"""

import csv
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.audit.ledgers import ROOT
from tests.records.folder import environment
from tests.records.test_load import ran

pytestmark = pytest.mark.long
FINDINGS, ROWS, JOBS, WORKERS = 8_000, 1_500, 30, 5

MANY = f"""
import django
django.setup()
from bluehelm.web.findings.models import Finding
one = Finding.objects.order_by("pk").first()
Finding.objects.bulk_create([Finding(**{{f.attname: getattr(one, f.attname) for f in Finding._meta.concrete_fields
    if f.name not in ("id", "title")}}, title=f"Finding {{n}}") for n in range({FINDINGS})], batch_size=500)
"""
ASK = """
import django, json, sys
django.setup()
from bluehelm.web.exchange.actions import give
from bluehelm.web.jobs.actions import ask
from bluehelm.web.posts.acting import actor_for_command
by = actor_for_command("sym-jmac")
KIND
print(job.pk)
"""
EXPORT = 'job = ask(kind="export", parameters={"records": "findings", "format": "csv"}, by=by, key="KEY")'
IMPORT = f"""
head = "title,statement,domain,severity,confidence,mission,evidence\\n"
text = head + "".join(f"Taken {{n}},Seen,protection,high,moderate,UNSYM,document: D\\n" for n in range({ROWS}))
file = give(kind="findings", file_name="f.csv", content=text.encode(), by=by)
assert file.found["problems"] == [], file.found["problems"]
job = ask(kind="import", parameters={{"file": file.pk, "digest": file.found["digest"]}}, by=by)
"""
HOW = """
import django, json
django.setup()
from bluehelm.web.findings.models import Finding
from bluehelm.web.jobs.models import Job
from bluehelm.web.moving import audit_of
said = ("pk", "state", "attempts", "done", "checkpoint", "result", "message")
jobs = list(Job.objects.exclude(pk=1).order_by("pk").values(*said))
print(json.dumps([jobs, Finding.objects.filter(title__startswith="Taken").count(), audit_of("default").holds]))
"""
LAPSE = """
import django, datetime
django.setup()
from django.utils import timezone
from bluehelm.web.jobs.models import Job
from bluehelm.web.jobs.queue import SILENCE
# so that the test need not wait half a minute; the rest is as it happens
Job.objects.filter(state="running").update(alive_at=timezone.now() - SILENCE - datetime.timedelta(seconds=1))
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request, home, say):
    """The folder and what its programs are told: where the records are kept."""
    worker(home, {}).communicate(timeout=300)  # the job that the folder comes with, the first
    if request.param == "sqlite":
        return home, {}
    there = request.getfixturevalue("address")()
    assert say(home, "db", "move", "--to", there)[0] == 0
    return home, {"BLUEHELM_DATABASE": there}


def worker(home, besides):
    words = [sys.executable, "-m", "bluehelm", "--home", str(home), "jobs", "run", "--json"]
    return subprocess.Popen(words, cwd=ROOT, env=environment(home, **besides), stdout=subprocess.PIPE, text=True)


def how(home, besides):
    return json.loads(ran(HOW, home, besides))


def killed_when(home, besides, is_reached):
    """Start a worker and kill it once what the records say has come that far."""
    process, until = worker(home, besides), time.monotonic() + 120
    try:
        while not is_reached() and process.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        assert process.poll() is None, "it was done before it could be killed"
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait(30)
        process.stdout.close()


def finished(home, besides):
    ran(LAPSE, home, besides)
    process = worker(home, besides)
    said = process.communicate(timeout=300)[0]
    assert process.returncode == 0, said
    return json.loads(said)["done"]


def test_an_export_whose_worker_is_killed_goes_on_and_is_the_file_it_would_have_been(kept):
    home, besides = kept
    ran(MANY, home, besides)
    first = int(ran(ASK.replace("KIND", EXPORT.replace("KEY", "first")), home, besides))
    part = home / "jobs" / str(first) / ".findings.csv.part"
    killed_when(home, besides, lambda: part.is_file() and part.stat().st_size > 300_000)
    (job,), _taken, _holds = how(home, besides)
    assert job["state"] == "running" and 0 < job["checkpoint"]["rows"] < FINDINGS
    second = int(ran(ASK.replace("KIND", EXPORT.replace("KEY", "second")), home, besides))
    assert finished(home, besides) == 2
    jobs, _taken, holds = how(home, besides)
    assert [(one["state"], one["attempts"]) for one in jobs] == [("done", 2), ("done", 1)] and holds
    files = [(home / "jobs" / str(number) / "findings.csv").read_bytes() for number in (first, second)]
    assert files[0] == files[1]
    rows = list(csv.DictReader(files[0].decode().splitlines()))
    assert len({row["finding"] for row in rows}) == len(rows) == jobs[0]["result"]["file"]["rows"] > FINDINGS


def test_an_import_whose_worker_is_killed_changes_nothing_and_then_everything_once(kept):
    home, besides = kept
    ran(ASK.replace("KIND", IMPORT), home, besides)
    began = time.monotonic()

    def is_under_way():
        if time.monotonic() - began < 0.5:
            return False
        jobs, taken, _holds = how(home, besides)
        assert taken in (0, ROWS)
        return jobs[0]["state"] == "running"

    killed_when(home, besides, is_under_way)
    (job,), taken, holds = how(home, besides)
    assert (job["state"], taken, holds) == ("running", 0, True)
    assert finished(home, besides) == 1
    (job,), taken, holds = how(home, besides)
    assert (job["state"], job["attempts"], taken, holds) == ("done", 2, ROWS, True)


def test_many_workers_at_once_do_every_job_once(kept):
    home, besides = kept
    asked = "\n".join(EXPORT.replace("KEY", f"job {number}") for number in range(JOBS))
    ran(ASK.replace("KIND", asked), home, besides)
    workers = [worker(home, besides) for _ in range(WORKERS)]
    done = [json.loads(each.communicate(timeout=300)[0])["done"] for each in workers]
    jobs, _taken, holds = how(home, besides)
    assert sum(done) == len(jobs) == JOBS and holds
    assert {(one["state"], one["attempts"]) for one in jobs} == {("done", 1)}
