"""Does a file change what it was shown to change, and nothing else; can that be undone; does only what may leave?"""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from bluehelm.disclosure import Label, Marking
from bluehelm.spine import RecordRef
from bluehelm.web.accounts.models import User
from bluehelm.web.audit.models import Entry
from bluehelm.web.exchange.actions import ExchangeError, give, leave, look, take_in, undo
from bluehelm.web.exchange.carrying import BATCH
from bluehelm.web.exchange.kinds import record_kinds
from bluehelm.web.exchange.models import RecordFile
from bluehelm.web.findings.actions import Texts, raise_finding
from bluehelm.web.findings.models import Finding
from bluehelm.web.forces.models import Contributor, Pledge, Requirement
from bluehelm.web.jobs.actions import ask
from bluehelm.web.jobs.models import DONE, Job
from bluehelm.web.jobs.run import CancelledError, Run, folder_of
from bluehelm.web.jobs.worker import run_all
from bluehelm.web.moving import audit_of
from bluehelm.web.plans.actions import load_plan
from bluehelm.web.plans.models import IndicatorValue
from bluehelm.web.posts.acting import NotAllowedError
from bluehelm.web.posts.marked import ChangedMeanwhileError
from bluehelm.web.rhythm.models import MissionDate
from tests.plans.frameworks import SOUND
from tests.web.cast import make_cast

pytestmark = pytest.mark.django_db
OPEN = Label(Marking.UNCLASSIFIED, frozenset({"mission:UNSYM"}))
FINDING = {
    "title": "Patrols stop at the river",
    "statement": "No patrol crossed since May.",
    "domain": "protection",
    "severity": "high",
    "confidence": "moderate",
    "mission": "UNSYM",
    "evidence": "document: Patrol report 114",
}


@pytest.fixture
def cast(db, settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    return make_cast()


def as_csv(*rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def as_xlsx(*rows):
    book = openpyxl.Workbook()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append(list(row.values()))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def given(by, content, kind="findings", name="f.csv", **said):
    made = give(kind=kind, file_name=name, content=content, by=by)
    if said:
        made = look(number=made.pk, expected_version=made.row_version, by=by, **{"mapping": made.mapping} | said)
    return made


def raised(by, title="Known", label=OPEN, **changed):
    texts = Texts(
        **{name: FINDING[name] for name in ("statement", "domain", "severity", "confidence", "mission")}
        | {"title": title}
        | changed
    )
    return raise_finding(texts=texts, evidence=[RecordRef("document", "D")], label=label, by=by)


def everything():
    return sorted(Finding.objects.values_list()), sorted(Requirement.objects.values_list()), MissionDate.objects.count()


# In


@pytest.mark.parametrize(("write", "name"), [(as_csv, "f.csv"), (as_xlsx, "f.xlsx")])
def test_a_file_changes_nothing_until_it_is_taken_in_and_then_what_was_shown(cast, write, name):
    by = cast["sym-jmac"]
    known = raised(by)
    rows = [
        {"finding": "", **FINDING},
        {"finding": str(known.pk), **FINDING, "title": "Known better"},
    ]
    before, entries = everything(), Entry.objects.count()
    file = given(by, write(*rows), name=name)
    assert everything() == before and Entry.objects.count() == entries + 1  # that a file was given
    assert (file.found["new"], file.found["changed"], file.found["problems"]) == (1, 1, [])
    assert file.found["differences"][1]["fields"]["title"] == ["Known", "Known better"]
    take_in(number=file.pk, digest=file.found["digest"], by=by)
    known.refresh_from_db()
    assert known.title == "Known better" and known.row_version == 2
    made = Finding.objects.exclude(pk=known.pk).get()
    assert (made.title, made.state, made.releasable_to.text) == (FINDING["title"], "raised", "mission:UNSYM")
    assert [str(one.ref) for one in made.evidence.all()] == ["document: Patrol report 114"]
    assert {"finding.raised", "finding.edited", "records.taken_in"} <= set(Entry.objects.values_list("deed", flat=True))
    file.refresh_from_db()
    assert (file.state, file.content) == ("taken", None)


def test_an_import_is_undone_by_deeds_or_not_at_all_where_a_record_was_changed_since(cast):
    by = cast["sym-chief"]
    known = raised(by)
    rows = [{"finding": "", **FINDING}, {"finding": str(known.pk), **FINDING, "title": "Known better"}]
    file = given(by, as_csv(*rows))
    take_in(number=file.pk, digest=file.found["digest"], by=by)
    undo(number=file.pk, reason="The wrong file.", by=by)
    known.refresh_from_db()
    assert (known.title, known.statement) == ("Known", FINDING["statement"])
    assert Finding.objects.exclude(pk=known.pk).get().state == "overtaken"
    again = given(by, as_csv({"finding": str(known.pk), **FINDING, "title": "Third"}))
    take_in(number=again.pk, digest=again.found["digest"], by=by)
    from bluehelm.web.findings.actions import add_evidence

    known.refresh_from_db()
    add_evidence(number=known.pk, expected_version=known.row_version, evidence=[RecordRef("document", "E")], by=by)
    with pytest.raises(ExchangeError) as refused:
        undo(number=again.pk, reason="x", by=by)
    assert refused.value.problems == (f"Finding {known.pk} was changed since.",)
    assert RecordFile.objects.get(pk=again.pk).state == "taken"


def test_one_bad_row_keeps_the_whole_file_out_and_every_problem_is_told_with_its_line(cast):
    rows = [
        {"finding": "", **FINDING},
        {"finding": "", **FINDING, "severity": "dreadful"},
        {"finding": "999", **FINDING},
        {"finding": "", **FINDING, "marking": "purple"},
    ]
    rows = [{"marking": "", **row} for row in rows]
    by = cast["sym-jmac"]
    file = given(by, as_csv(*rows))
    assert any("line 4: there is no finding 999" in one for one in file.found["problems"])
    assert any("line 5" in one and "purple" in one for one in file.found["problems"])
    with pytest.raises(ExchangeError, match="cannot be taken in"):
        take_in(number=file.pk, digest=file.found["digest"], by=by)
    only = given(by, as_csv(rows[0], rows[1]))
    assert len(only.found["problems"]) == 1 and only.found["problems"][0].startswith("line 3:")
    assert not Finding.objects.exists()


def test_a_file_is_not_taken_in_once_the_records_are_no_longer_those_that_were_shown(cast):
    by = cast["sym-jmac"]
    known = raised(by)
    file = given(by, as_csv({"finding": str(known.pk), **FINDING}))
    Finding.objects.update(title="Meanwhile", row_version=7)
    with pytest.raises(ExchangeError, match="look at them again"):
        take_in(number=file.pk, digest=file.found["digest"], by=by)
    assert Finding.objects.get().title == "Meanwhile"


def test_columns_are_guessed_said_once_and_remembered_for_the_organisation(cast):
    rows = [{"Titre": FINDING["title"], "Texte": FINDING["statement"], "Domain": "protection", "SEVERITY": "high",
             "con-fidence": "moderate", "evidence": FINDING["evidence"]}]  # fmt: skip
    file = given(cast["sym-jmac"], as_csv(*rows))
    assert file.found == {} and file.mapping == {
        "domain": "Domain", "severity": "SEVERITY", "confidence": "con-fidence", "evidence": "evidence"
    }  # fmt: skip
    by = cast["sym-jmac"]
    with pytest.raises(ExchangeError) as refused:
        look(number=file.pk, expected_version=1, mapping=file.mapping | {"title": "Nowhere"}, by=by)
    assert any("no column 'Nowhere'" in one for one in refused.value.problems)
    said = file.mapping | {"title": "Titre", "statement": "Texte"}
    assert look(number=file.pk, expected_version=1, mapping=said, by=by).found["new"] == 1
    assert given(cast["sym-planner"], as_csv(*rows)).found["new"] == 1  # the same organisation
    assert given(cast["oth-planner"], as_csv(*rows)).found == {}


def test_two_people_of_a_post_do_not_overwrite_each_other_and_nobody_else_sees_the_file(cast):
    by = cast["sym-jmac"]
    file = given(by, as_csv({"finding": "", **FINDING}))
    with pytest.raises(ChangedMeanwhileError):
        look(number=file.pk, expected_version=file.row_version - 1, mapping=file.mapping, by=by)
    for other in ("sym-planner", "administrator", "auditor", "nobody"):
        with pytest.raises(NotAllowedError):
            take_in(number=file.pk, digest=file.found["digest"], by=cast[other])
    with pytest.raises(NotAllowedError):
        give(kind="findings", file_name="f.csv", content=as_csv(FINDING), by=cast["sym-viewer"])
    assert leave(number=file.pk, expected_version=file.row_version, by=by).content is None


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "f.csv", "empty"),
        (b"\xff\xfeboth", "f.csv", "UTF-16"),
        (b"a,b\n1\n", "f.csv", "cannot be read as a table"),
        (b"a,a\n1,2\n", "f.csv", "repeats"),
        (b"PK\x03\x04 not a workbook", "f.xlsx", "damaged"),
        (b"title\n" + b"x\n" * 5001, "f.csv", "more than 5,000"),
        (b"x" * 10_000_001, "f.csv", "too large"),
        (b"title,note\n\"x,y\n", "f.csv", "cannot be read as a table"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_trusted_is_refused_whole_and_not_kept(cast, content, name, said):
    with pytest.raises(ExchangeError, match=said):
        give(kind="findings", file_name=name, content=content, by=cast["sym-jmac"])
    assert not RecordFile.objects.exists()


def test_values_of_a_plan_are_entered_corrected_and_put_back(cast):
    by = cast["sym-planner"]
    load_plan(mission="UNSYM", text=SOUND, why="first", label=OPEN, by=by)
    indicator = "C1"
    row = {"indicator": indicator, "period": "2026-01", "value": "3", "source": "Log"}
    first = given(by, as_csv(row), kind="plan-values")
    if first.found["problems"]:
        pytest.fail(str(first.found["problems"]))
    take_in(number=first.pk, digest=first.found["digest"], by=by)
    again = given(by, as_csv(row | {"value": "4"}), kind="plan-values", reason="Recounted.")
    assert again.found["differences"][0]["fields"] == {"value": [3.0, 4.0]}
    take_in(number=again.pk, digest=again.found["digest"], by=by)
    standing = IndicatorValue.objects.get(stands=True)
    assert (standing.value, standing.reason) == (4.0, "Recounted.")
    undo(number=again.pk, reason="The first count was right.", by=by)
    assert IndicatorValue.objects.get(stands=True).value == 3.0
    with pytest.raises(ExchangeError):  # corrected since
        undo(number=first.pk, reason="x", by=by)
    assert IndicatorValue.objects.count() == 3


def test_dates_of_the_calendar_are_set_and_withdrawn_again(cast):
    by = cast["sym-planner"]
    day = timezone.now().date() + timedelta(days=90)
    file = given(
        by, as_csv({"event": "mandate-ends", "date": f"{day}", "source": "Resolution 1"}), kind="mission-dates"
    )
    take_in(number=file.pk, digest=file.found["digest"], by=by)
    assert MissionDate.objects.get(withdrawn=False).on == day
    undo(number=file.pk, reason="Not adopted.", by=by)
    assert not MissionDate.objects.filter(withdrawn=False).exists()


PLEDGE = {
    "id": "NEW-1", "contributor": "STATE-N", "capability": "infantry", "strength": "400", "level": "level-2",
    "available_from": "2027-01-01", "available_until": "2027-12-31",
}  # fmt: skip


def test_reference_data_is_made_only_when_that_was_asked_and_pledges_can_be_put_back(cast):
    from bluehelm.web.forces.exchange import ladder

    by = cast["hq-forces"]
    rows = as_csv(PLEDGE | {"level": ladder()[1]})
    file = given(by, rows, kind="pledges")
    assert any("STATE-N" in one for one in file.found["problems"]) and not Contributor.objects.exists()
    file = look(number=file.pk, expected_version=file.row_version, mapping=file.mapping, by=by, with_reference=True)
    assert (file.found["problems"], file.found["new"]) == ([], 1)
    assert not Contributor.objects.exists()
    take_in(number=file.pk, digest=file.found["digest"], by=by)
    assert Pledge.objects.get().contributor.code == "STATE-N"
    undo(number=file.pk, reason="Withdrawn by letter.", by=by)
    assert not Pledge.objects.exists()


def test_the_pages_take_a_file_from_giving_to_undoing_by_jobs(cast):
    client = Client()
    client.force_login(User.objects.get(username="sym-chief"))
    sent = {"kind": "findings", "file": SimpleUploadedFile("f.csv", as_csv({"finding": "", **FINDING}))}
    answer = client.post("/records/", sent)
    assert answer.status_code == 302, answer.content.decode()
    file = RecordFile.objects.get()
    page = client.get(answer.url).content.decode()
    assert "Patrols stop at the river" in page and "Take it in" in page
    for _ in range(2):  # a second click is the same job
        assert client.post(f"/records/files/{file.pk}/take-in/", {"digest": file.found["digest"]}).status_code == 302
    assert run_all() == 1
    assert Finding.objects.get().title == FINDING["title"]
    job = Job.objects.get()
    assert (job.state, job.result["records"]) == (DONE, 1)
    assert f"/records/files/{file.pk}/" in client.get(f"/jobs/{job.pk}/").content.decode()
    client.post(f"/records/files/{file.pk}/undo/", {"reason": "The wrong file."})
    run_all()
    assert Finding.objects.get().state == "overtaken"
    assert client.get(f"/api/records/files/{file.pk}/").json()["state"] == "undone"
    assert audit_of("default").holds


# Out


def exported(by, records="findings", form="csv"):
    job = ask(kind="export", parameters={"records": records, "format": form}, by=by)
    run_all()
    job.refresh_from_db()
    assert job.state == DONE, job.message
    return job, folder_of(job.pk) / job.file["name"]


def test_what_leaves_is_what_the_post_may_read_harmless_in_a_spreadsheet_and_noted(cast):
    raised(cast["sym-jmac"], "=HYPERLINK(1)")
    raised(cast["sym-jmac"], "Secret", Label(Marking.CONFIDENTIAL, frozenset({"section:UNSYM/JMAC"})))
    _, all_of_it = exported(cast["sym-jmac"])
    job, some = exported(cast["sym-viewer"])
    titles = [row["title"] for row in csv.DictReader(io.StringIO(some.read_text(encoding="utf-8")))]
    assert titles == ["'=HYPERLINK(1)"]
    assert "Secret" in all_of_it.read_text(encoding="utf-8")
    assert Job.objects.order_by("pk").first().marking == Marking.CONFIDENTIAL and job.marking == 0
    noted = Entry.objects.filter(deed="records.exported").order_by("sequence").last()
    assert job.file["sha256"] in noted.detail and noted.post == "sym-viewer"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_that_left_and_comes_back_changes_nothing(cast, form):
    by = cast["sym-jmac"]
    for title in ("+one", 'two, "quoted"', "'three", "four\nlines", "ünï"):
        raised(by, title, statement="a|b = c")
    _, path = exported(by, form=form)
    file = given(by, path.read_bytes(), name=path.name)
    assert (file.found["problems"], file.found["changed"], file.found["same"]) == ([], 0, 5)


def test_an_export_cut_short_goes_on_where_its_last_sure_batch_ended_and_is_the_same_file(cast, monkeypatch):
    by = cast["sym-jmac"]
    monkeypatch.setattr("bluehelm.web.exchange.carrying.BATCH", 4)
    for number in range(11):
        raised(by, f"Number {number}")
    _, whole = exported(by)
    ask(kind="export", parameters={"records": "findings", "format": "csv"}, by=by)
    reached, calls = Run.reached, []

    def cut(run, checkpoint, *said):
        reached(run, checkpoint, *said)
        calls.append(checkpoint["rows"])
        if calls == [4]:
            raise KeyboardInterrupt  # as a kill: nothing is tidied up

    monkeypatch.setattr(Run, "reached", cut)
    with pytest.raises(KeyboardInterrupt):
        run_all()
    job = Job.objects.order_by("pk").last()
    Job.objects.filter(pk=job.pk).update(alive_at=timezone.now() - timedelta(minutes=5))
    run_all("another")
    job.refresh_from_db()
    assert (job.state, job.attempts, calls) == (DONE, 2, [4, 8])
    assert (folder_of(job.pk) / "findings.csv").read_bytes() == whole.read_bytes()


def test_an_export_that_is_cancelled_leaves_no_file(cast, monkeypatch):
    raised(cast["sym-jmac"])

    def cancelled(run, *said):
        raise CancelledError

    monkeypatch.setattr(Run, "tell", cancelled)
    job = ask(kind="export", parameters={"records": "findings", "format": "csv"}, by=cast["sym-jmac"])
    run_all()
    job.refresh_from_db()
    assert job.state == "cancelled" and not (folder_of(job.pk) / "findings.csv").exists()
    assert BATCH > 0


def test_every_kind_says_its_columns_and_lets_its_own_rows_out(cast):
    for kind in record_kinds().values():
        assert any(column.required for column in kind.columns)
        leaving = kind.out(cast["sym-head"])
        assert all(len(row) == len(kind.columns) for _number, row in leaving.rows(0))
