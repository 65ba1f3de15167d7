"""Is a job done once, whoever asks and whoever works, seen by whom it concerns, and ended when that is asked?"""

import shutil
import threading
from contextlib import closing
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bluehelm.store import Store
from bluehelm.web.accounts.models import User
from bluehelm.web.audit.models import Entry
from bluehelm.web.findings.actions import NO_SUCH
from bluehelm.web.jobs import kinds as known
from bluehelm.web.jobs import queue
from bluehelm.web.jobs.actions import JobError, ask, cancel
from bluehelm.web.jobs.kinds import Kind
from bluehelm.web.jobs.models import CANCELLED, DONE, FAILED, RUNNING, WAITING, Job, Reminded
from bluehelm.web.jobs.run import SYSTEM, perform
from bluehelm.web.jobs.worker import huey, run_all
from bluehelm.web.posts.acting import NotAllowedError, keeper
from bluehelm.web.rhythm.models import DutyDone
from tests.web.cast import make_cast

pytestmark = pytest.mark.django_db
FINDINGS_OUT = {"records": "findings", "format": "csv"}


@pytest.fixture
def cast(db, settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    return make_cast()


@pytest.fixture
def work(monkeypatch):
    """A kind of job whose work is given by the test."""

    def put(what, *, at_once=False):
        made = Kind("made", "Made", lambda by, parameters: None, what, at_once)
        monkeypatch.setattr("bluehelm.web.jobs.run.kinds", lambda: {"made": made})
        monkeypatch.setattr("bluehelm.web.jobs.actions.kinds", lambda: {"made": made})

    return put


def asked(by, key="", **parameters):
    return ask(kind="made", parameters=parameters, by=by, key=key)


def page_of(account):
    client = Client()
    client.force_login(User.objects.get(username=account))
    return client


def test_the_same_job_asked_for_twice_is_one_while_it_is_open(cast, work):
    done = []
    work(lambda run: done.append(run.parameters["n"]) or {})
    first, again, other = asked(cast["sym-jmac"], n=1), asked(cast["sym-jmac"], n=1), asked(cast["sym-jmac"], n=2)
    assert first == again != other
    assert asked(cast["sym-planner"], n=1) != first  # another post's
    assert run_all() == 3 and sorted(done) == [1, 1, 2]
    assert asked(cast["sym-jmac"], n=1) not in (first, other)  # it had ended: asked for anew


def test_a_key_that_was_given_means_one_job_for_ever_and_nothing_else(cast, work):
    work(lambda run: {})
    first = asked(cast["sym-jmac"], key="mine", n=1)
    run_all()
    assert asked(cast["sym-jmac"], key="mine", n=1) == first
    with pytest.raises(JobError, match="another job"):
        asked(cast["sym-jmac"], key="mine", n=2)


def test_a_job_taken_by_one_worker_is_not_taken_by_another_until_that_one_is_silent(cast, work):
    work(lambda run: {})
    job = asked(cast["sym-jmac"])
    taken = queue.take("first")
    assert (taken.pk, taken.state, taken.attempts) == (job.pk, RUNNING, 1)
    assert queue.take("second") is None
    Job.objects.update(alive_at=timezone.now() - queue.SILENCE - timedelta(seconds=1))
    again = queue.take("second")
    assert (again.pk, again.attempts) == (job.pk, 2)
    with pytest.raises(queue.LostError):
        queue.end(taken, DONE)
    queue.end(again, DONE)


def test_a_job_cut_short_again_and_again_is_given_up(cast, work):
    work(lambda run: {})
    asked(cast["sym-jmac"])
    for _ in range(queue.MOST_ATTEMPTS):
        assert queue.take("dies")
        Job.objects.update(alive_at=timezone.now() - queue.SILENCE - timedelta(seconds=1))
    run_all("survives")
    job = Job.objects.get()
    assert job.state == FAILED and "cut short" in job.message


def test_work_that_changes_records_and_its_end_are_kept_together_or_not_at_all(cast, work):
    """A worker that was thought dead and comes back finds its job taken: what it did is not kept beside the other's."""

    def change(run):
        DutyDone.objects.filter(pk=0).update(evidence="x")
        run.job.post.organisation.__class__.objects.filter(code="UNSYM").update(name="changed")
        Job.objects.filter(pk=run.job.pk).update(worker="another")
        return {}

    work(change, at_once=True)
    job = asked(cast["sym-jmac"])
    run_all()
    assert Job.objects.get(pk=job.pk).worker != "another"
    assert cast["sym-jmac"].post.organisation.__class__.objects.get(code="UNSYM").name == "UNSYM"


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_at_its_next_step(cast, work):
    steps = []

    def long_work(run):
        for number in range(10):
            run._told_at = 0.0
            run.tell("counting", number, 10)
            steps.append(number)
            if number == 3:
                cancel(number=run.job.pk, by=cast["sym-jmac"])
        return {}

    work(long_work)
    assert cancel(number=asked(cast["sym-jmac"], n=1).pk, by=cast["sym-jmac"]).state == CANCELLED
    running = asked(cast["sym-jmac"], n=2)
    assert run_all() == 1
    assert steps == [0, 1, 2, 3]
    running.refresh_from_db()
    assert (running.state, running.done, running.total) == (CANCELLED, 3, 10)
    with pytest.raises(JobError, match="ended already"):
        cancel(number=running.pk, by=cast["sym-jmac"])
    assert Entry.objects.filter(deed="job.cancelled").count() == 2


def test_a_refusal_ends_the_job_with_its_reason_and_a_fault_without_what_it_held(cast, work, caplog):
    def refuse(run):
        raise NotAllowedError(NO_SUCH)

    def fail(run):
        raise RuntimeError("a secret text")

    work(refuse)
    refused = asked(cast["sym-jmac"], n=1)
    run_all()
    work(fail)
    failed = asked(cast["sym-jmac"], n=2)
    run_all()
    refused.refresh_from_db(), failed.refresh_from_db()
    assert (refused.state, refused.message) == (FAILED, NO_SUCH)
    assert failed.state == FAILED and "RuntimeError" in failed.message
    assert "secret" not in failed.message + caplog.text


def test_a_job_acts_with_the_rights_its_post_has_when_it_is_done(cast):
    job = ask(kind="export", parameters=FINDINGS_OUT, by=cast["sym-jmac"])
    post = cast["sym-jmac"].post
    post.closed_on = timezone.now().date()
    post.save()
    run_all()
    job.refresh_from_db()
    assert job.state == FAILED and "holds the post" in job.message


def test_a_job_is_seen_by_its_post_and_by_whoever_keeps_accounts_who_does_not_get_its_file(cast):
    job = ask(kind="export", parameters=FINDINGS_OUT, by=cast["sym-jmac"])
    run_all()
    for account, page, file in (("sym-jmac", 200, 200), ("administrator", 200, 404), ("sym-planner", 404, 404)):
        client = page_of(account)
        assert client.get(f"/jobs/{job.pk}/").status_code == page, account
        assert client.get(f"/api/jobs/{job.pk}/").status_code == page
        with closing(client.get(f"/jobs/{job.pk}/file/")) as answer:
            assert answer.status_code == file
            assert file == 404 or answer.getvalue().startswith(b"finding,title,")
        listed = client.get("/api/jobs/").json()["jobs"]
        assert [one["job"] for one in listed] == ([job.pk] if page == 200 else [])
        assert all((one["file"] is not None) == (file == 200) for one in listed)
    assert Entry.objects.filter(deed="job.file_fetched").count() == 1


def test_a_file_is_kept_from_a_post_whose_clearance_was_lowered(cast):
    job = ask(kind="export", parameters=FINDINGS_OUT, by=cast["sym-jmac"])
    run_all()
    Job.objects.update(marking=2)
    assert page_of("sym-jmac").get(f"/jobs/{job.pk}/").status_code == 200
    type(cast["sym-jmac"].post).objects.filter(code="sym-jmac").update(clearance=1)
    assert page_of("sym-jmac").get(f"/jobs/{job.pk}/").status_code == 404


def test_the_pages_say_how_far_a_job_is_and_cancel_it(cast, work):
    client = page_of("sym-jmac")
    assert "No job yet" in client.get("/jobs/").content.decode()
    work(lambda run: {})
    job = asked(cast["sym-jmac"])
    queue.take("somebody")
    Job.objects.update(step="Writing rows", done=7, total=20)
    text = client.get(f"/jobs/{job.pk}/").content.decode()
    assert 'value="7" max="20"' in text and "jobs/follow.js" in text
    assert (
        client.get(f"/api/jobs/{job.pk}/").json() | {"done": 7, "total": 20, "state": "running"}
        == client.get(f"/api/jobs/{job.pk}/").json()
    )
    client.post(f"/jobs/{job.pk}/cancel/")
    assert Job.objects.get().cancel_asked
    assert "7 of 20" in client.get("/jobs/").content.decode()


def test_every_kind_refuses_whoever_may_not_ask(cast):
    given = {
        "export": FINDINGS_OUT | {"records": "pledges"},
        "import": {"file": 1, "digest": ""},
        "import-undo": {"file": 1, "reason": "x"},
        "forecast": {"mission": "UNSYM"},
        "reminders": {"on": "2026-11-28"},
    }
    assert set(given) == set(known.kinds())
    for kind, parameters in given.items():
        with pytest.raises(NotAllowedError):
            ask(kind=kind, parameters=parameters, by=cast["sym-viewer"])
    assert not Job.objects.exists() and not Entry.objects.filter(deed="job.asked").exists()


def test_every_post_with_something_due_is_reminded_once_a_day_and_mail_says_no_more_than_how_much(cast, settings):
    from django.core import mail

    settings.MAIL_IS_CONFIGURED = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    today = timezone.now().date()
    for key in ("first", "second"):
        ask(kind="reminders", parameters={"on": f"{today}"}, by=keeper(SYSTEM), key=key)
        run_all()
    assert [job.state for job in Job.objects.all()] == [DONE, DONE]
    told = list(Reminded.objects.all())
    assert told and len({(one.post_id, one.on) for one in told}) == len(told)
    assert len(mail.outbox) == len(told) == sum(one.mailed for one in told)
    assert {message.body.split("\n\n")[1] for message in mail.outbox} == {
        "Sign in to see what. This message says no more, because mail can be read by others."
    }
    first, second = (Job.objects.get(key=key).result["posts"] for key in ("first", "second"))
    assert (first, second) == (len(told), 0)


def test_what_huey_takes_from_its_queue_is_a_job_of_the_records(cast, work):
    done = []
    work(lambda run: done.append(run.job.pk) or {})
    job = asked(cast["sym-jmac"])
    task = huey.dequeue()
    assert huey.dequeue() is None  # taken: nobody else gets it
    huey.execute(task)
    assert done == [job.pk] and Job.objects.get().state == DONE


def test_the_hourly_round_asks_for_the_day_s_reminders_once(cast):
    from bluehelm.web.jobs.worker import every_hour

    every_hour.call_local(), every_hour.call_local()
    assert Job.objects.filter(kind="reminders", post=None).count() == 1


def test_a_worker_that_does_a_job_says_again_and_again_that_it_is_alive(cast, work, monkeypatch):
    monkeypatch.setattr(queue, "BEAT_SECONDS", 0.01)
    beats = []
    monkeypatch.setattr("bluehelm.web.jobs.run.queue.held", lambda job: beats.append(job) or Job.objects.none())
    waited = threading.Event()

    def slow(run):
        waited.wait(0.1)
        raise ValueError("ends here")

    work(slow)
    job = asked(cast["sym-jmac"])
    with pytest.raises(queue.LostError):
        perform(Job.objects.get(pk=job.pk))
    assert len(beats) >= 3
    assert Job.objects.get().state == WAITING


def test_a_program_sees_jobs_and_their_files_with_that_scope_alone(cast):
    from tests.web.test_api_lists import program

    job = ask(kind="export", parameters=FINDINGS_OUT, by=cast["sym-jmac"])
    run_all()
    blind, seeing = program(cast["sym-jmac"], "read:finding"), program(cast["sym-jmac"], "read:job")
    assert (blind.get("/api/jobs/").json()["jobs"], blind.get(f"/api/jobs/{job.pk}/").status_code) == ([], 404)
    assert [one["job"] for one in seeing.get("/api/jobs/").json()["jobs"]] == [job.pk]
    assert blind.get("/api/records/").json()["files"] == []


@pytest.mark.long
def test_an_outlook_is_made_by_a_job_and_kept_for_the_mission_that_asked(cast, settings, demo_home):
    settings.BLUEHELM_HOME = settings.BLUEHELM_HOME / "home"
    shutil.copytree(demo_home, settings.BLUEHELM_HOME)
    quick = {"mission": "UNSYM", "by": "country", "model": "conflictology", "samples": 20, "past_origins": 1}
    job = ask(kind="forecast", parameters=quick, by=cast["sym-jmac"])
    run_all()
    job.refresh_from_db()
    assert (job.state, job.message) == (DONE, "")
    (version,) = Store(settings.BLUEHELM_HOME).versions("outlooks")
    assert {"table": "outlooks", "version": version.version, "sha256": version.sha256} in job.result["versions"]
    assert page_of("sym-jmac").get(job.result["next"]).status_code == 200
    with pytest.raises(NotAllowedError):
        ask(kind="forecast", parameters=quick, by=cast["sym-viewer"])
