"""Do files become records and records files, with nothing lost, nothing hidden and a way back?"""

import pytest
from dateutil.relativedelta import relativedelta
from django.core.files.uploadedfile import SimpleUploadedFile

from bluehelm.definitions.forces import packaged_readiness
from bluehelm.web.audit.models import Entry
from bluehelm.web.forces import actions, exchange, imports, runs
from bluehelm.web.forces.held import RefusedError
from bluehelm.web.forces.models import Caveat, Contributor, FileImport, Pledge, ReadinessStep, Requirement
from bluehelm.web.posts.acting import NotAllowedError
from bluehelm.workflows.clock import today
from tests.web.forces.conftest import asked, client_of

pytestmark = pytest.mark.django_db

REQUIREMENTS = f"""{",".join(exchange.REQUIREMENT_COLUMNS)}
R1,UNSYM,police,120,2027-01-01,2027-12-31,L2,en|fr,1,true,north,convoy|guard
R2,UNOTH,engineers,80,2027-03-01,2028-02-29,L1,,3,false,,
"""
YEAR_ON = today() + relativedelta(months=packaged_readiness().first_renewal_months)
PLEDGES = f"""{",".join(exchange.PLEDGE_COLUMNS)}
P1,STATE-A,police,150,L2,2026-01-01,2029-12-31,fr,task:night-patrol|area:south,,3,12,1000.5,{YEAR_ON}
P2,STATE-B,engineers,40,L1,2026-01-01,2029-12-31,en,,J1,1,,,{YEAR_ON}
P3,STATE-A,engineers,45,RDL,2026-06-01,2029-12-31,ar|en,time:18:00-06:00,J1,1,0,9000,{YEAR_ON}
"""
CONTRIBUTORS = """contributor,max_units
STATE-A,2
STATE-B,
"""
FILES = {"requirements": REQUIREMENTS, "pledges": PLEDGES, "contributors": CONTRIBUTORS}


def take(what: str, by, text: str | None = None) -> FileImport:
    text = FILES[what] if text is None else text
    digest = exchange.sha256_of(text)
    return imports.take_in(what=what, file_name=f"{what}.csv", text=text, expected_sha256=digest, by=by)


def records() -> list:
    """Everything that an import may change, as plain values."""
    return [
        list(Requirement.objects.values_list("code", "strength", "languages", "withdrawn_on").order_by("code")),
        list(Pledge.objects.values_list("code", "strength", "level", "expires_on", "monthly_cost").order_by("code")),
        list(Caveat.objects.values_list("pledge__code", "what", "value", "lifted_on").order_by("pk")),
        list(Contributor.objects.values_list("code", "max_units").order_by("code")),
        list(ReadinessStep.objects.values_list("pledge__code", "deed", "level").order_by("pk")),
    ]


def test_what_goes_in_comes_out_the_same(desk):
    for what in FILES:
        take(what, desk)
    assert runs.everything(desk) == {f"{what}.csv": text for what, text in FILES.items()}
    for what, text in FILES.items():
        again = imports.dry_run(what=what, file_name="again.csv", text=text, by=desk)
        assert (again.problems, again.number(imports.SAME)) == ((), len(text.splitlines()) - 1)


def test_a_dry_run_shows_every_difference_and_changes_nothing(desk):
    take("pledges", desk)
    before = (records(), Entry.objects.count())
    text = PLEDGES.replace("P1,STATE-A,police,150,L2", "P1,STATE-A,police,170,L3").replace("|area:south", "")
    found = imports.dry_run(what="pledges", file_name="new.csv", text=text, by=desk)
    (changed,) = [one for one in found.differences if one.deed == imports.CHANGED]
    assert changed.code == "P1"
    assert changed.fields == {
        "strength": [150, 170],
        "level": ["L2", "L3"],
        "caveats": ["task:night-patrol|area:south", "task:night-patrol"],
    }
    assert (records(), Entry.objects.count()) == before


def test_a_level_of_a_file_is_noted_as_taken_over_and_holds(desk):
    take("pledges", desk)
    (step,) = Pledge.objects.get(code="P3").steps.all()
    assert (step.deed, step.level) == (actions.TAKEN_OVER, "RDL")
    assert "pledges.csv" in step.evidence["file"]


@pytest.mark.parametrize("what", FILES)
def test_an_import_is_undone_as_if_it_had_never_been(desk, what):
    before = records()
    made = take(what, desk)
    assert records() != before
    imports.undo(number=made.pk, expected_version=1, reason="The wrong file", by=desk)
    after = records()
    if what == "pledges":  # the states that the file named stay: others may hang on them by now
        before[3], after[3] = [], []
    assert after == before
    with pytest.raises(RefusedError, match="already"):
        imports.undo(number=made.pk, expected_version=2, reason="Again", by=desk)


def test_a_change_by_a_file_is_undone_to_what_stood_before(desk):
    take("pledges", desk)
    before = records()
    text = PLEDGES.replace("150,L2", "170,L3").replace("|area:south", "|area:east")
    made = take("pledges", desk, text)
    imports.undo(number=made.pk, expected_version=1, reason="Too early", by=desk)
    after = records()
    assert after[:2] == before[:2] and after[4] == before[4]
    assert runs.everything(desk)["pledges.csv"] == PLEDGES


def test_an_import_is_not_undone_over_what_was_done_since(desk):
    made = take("requirements", desk)
    actions.edit_requirement(
        code="R1", expected_version=1, fields=asked(strength=90), reason="Smaller", by=desk, lines=None
    )
    before = records()
    with pytest.raises(RefusedError, match="R1 was changed since"):
        imports.undo(number=made.pk, expected_version=1, reason="Back", by=desk)
    assert records() == before


@pytest.mark.parametrize(
    ("what", "old", "new", "said"),
    [
        ("requirements", "R2,", "R1,", "already on line 2"),
        ("requirements", "2027-12-31,L2", "2026-12-31,L2", "comes before"),
        ("requirements", "R2,", "R 2!,", "letters, digits"),
        ("pledges", "150,L2", "150,L7", "not a level"),
        ("pledges", "fr,task", "fr,nights:task", "is not a caveat"),
        ("pledges", ",3,12,", ",3,151,", "more women"),
        ("pledges", "1000.5", "1000.555", "two decimals"),
        ("pledges", "P1,STATE-A", "P1,HQ", "no state"),
        ("pledges", "P2,STATE-B,engineers", "P2,STATE-B,police", "capabilities differ"),
        ("contributors", "STATE-A,2", "STATE-A,-2", "whole number"),
    ],
)
def test_a_file_with_any_problem_changes_nothing_and_says_where(desk, what, old, new, said):
    text = FILES[what].replace(old, new)
    assert text != FILES[what]
    found = imports.dry_run(what=what, file_name="bad.csv", text=text, by=desk)
    assert said in " ".join(found.problems)
    before = records()
    with pytest.raises(RefusedError):
        take(what, desk, text)
    assert records() == before


def test_only_the_file_that_was_looked_at_is_taken_in(desk):
    with pytest.raises(RefusedError, match="not the file"):
        imports.take_in(what="requirements", file_name="r.csv", text=REQUIREMENTS, expected_sha256="0" * 64, by=desk)


@pytest.mark.parametrize("who", ["state-a", "sym-planner", "sym-head"])
def test_files_are_taken_in_at_headquarters_alone(cast, who):
    with pytest.raises(NotAllowedError):
        imports.dry_run(what="pledges", file_name="p.csv", text=PLEDGES, by=cast[who])


def test_a_file_is_looked_at_taken_in_and_undone_on_its_page(desk, empty):
    client = client_of("hq-forces")
    file = SimpleUploadedFile("pledges.csv", PLEDGES.encode())
    looked = client.post("/forces/files/", {"what": "pledges", "file": file})
    assert looked.status_code == 200 and not Pledge.objects.exists()
    found = looked.context["found"]
    said = {"what": "pledges", "file_name": "pledges.csv", "text": PLEDGES, "expected_sha256": found.sha256}
    client.post("/forces/files/apply/", said)
    assert Pledge.objects.count() == 3
    assert client.get("/forces/files/pledges.csv").content.decode() == PLEDGES
    made = FileImport.objects.get()
    client.post(f"/forces/files/{made.pk}/undo/", {"expected_version": 1, "reason": "Wrong"})
    assert not Pledge.objects.exists()


def test_a_file_that_is_no_text_is_refused_in_words(desk, empty):
    client = client_of("hq-forces")
    answer = client.post("/forces/files/", {"what": "pledges", "file": SimpleUploadedFile("p.csv", b"\xff\xfe\x00")})
    assert answer.status_code == 400 and "no text" in answer.content.decode()
