"""Do counts about people leave only safely, one release beside the other, and is each written down?"""

import json
import os
import subprocess
import sys
from datetime import date

import polars as pl
import pytest

from bluehelm.cli import main
from bluehelm.disclosure import EVERYONE, OUTSIDER
from bluehelm.disclosure.figures import DisclosureError, Figure, with_margins
from bluehelm.store import Store
from bluehelm.tables import TABLES
from bluehelm.web.audit.models import Entry
from bluehelm.web.data.actions import ReleaseError
from bluehelm.web.disclosure.actions import figures_of, release_counts
from bluehelm.web.disclosure.models import Release
from bluehelm.web.posts.acting import NotAllowedError
from bluehelm.workflows.export_table import ExportRefusedError, export_table
from bluehelm.workflows.readers import tables_as_read_by
from bluehelm.workflows.release_counts import LinkedError, check_files, counted_by, write_counts
from tests.audit.ledgers import ROOT
from tests.web.cast import make_cast
from tests.workflows.made_tables import publish

WHY = "For the annual report on safety"


def fatalities(*groups):
    """Deaths: groups of mission, year, sex, cause and how many."""
    rows = [
        {
            "fatality_id": f"{number}-{one}",
            "incident_on": date(year, 3, 1),
            "mission": mission,
            "personnel": "Military",
            "cause": cause,
            "sex": sex,
        }
        for number, (mission, year, sex, cause, count) in enumerate(groups)
        for one in range(count)
    ]
    return pl.DataFrame(rows, schema=TABLES["fatalities"].schema)


DEATHS = fatalities(
    ("UNX", 2015, "M", "Accident", 14), ("UNX", 2015, "F", "Accident", 2), ("UNX", 2016, "M", "Illness", 22),
    ("UNX", 2016, "F", "Illness", 9), ("UNY", 2015, "M", "Illness", 31), ("UNY", 2016, "M", "Accident", 18),
    ("UNY", 2016, "F", "Accident", 7), ("UNY", 2015, "F", "Illness", 3), ("UNZ", 2016, "M", "Accident", 40),
    ("UNZ", 2016, "F", "Illness", 12),
)  # fmt: skip

CONTRIBUTIONS = pl.DataFrame(
    [
        {"month": "2017-01", "mission": "UNX", "contributor": "State A", "provider_type": "Troops"}
        | {"personnel": "troops", "persons": persons, "female": female, "male": male, "iso3": iso3}
        for iso3, persons, female, male in [
            ("AAA", 120, 2, 118),
            ("BBB", 66, 6, 60),
            ("CCC", 3, 1, 2),
            ("DDD", 9, None, None),
        ]
    ],
    schema=TABLES["contributions"].schema,
).with_columns(pl.col("iso3").alias("contributor"))


@pytest.fixture
def home(settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path / "home"
    publish(settings.BLUEHELM_HOME, "fatalities", DEATHS)
    publish(settings.BLUEHELM_HOME, "contributions", CONTRIBUTIONS)
    return settings.BLUEHELM_HOME


@pytest.fixture
def cast(db):
    return make_cast()


def release(actor, *dimensions, **changed):
    given = {"table": "fatalities", "number": 1, "to": frozenset({"headquarters"}), "reason": WHY}
    with tables_as_read_by(lambda: actor.reader_of("table")):
        return release_counts(**(given | changed), by_dimensions=dimensions, by=actor)


def test_a_release_is_a_record_and_an_audit_entry_with_its_audience(home, cast):
    made, safe = release(cast["sym-head"], "mission", "sex")
    kept = Release.objects.get()
    assert (kept.pk, kept.dimensions, kept.label.releasable_to) == (made.pk, "mission, sex", {"headquarters"})
    assert tuple(figures_of(kept.figures)) == safe.figures
    entry = Entry.objects.order_by("-sequence").first()
    assert (entry.deed, entry.kind, entry.key, entry.audience) == (
        "counts.released",
        "release",
        str(kept.pk),
        "headquarters",
    )
    assert entry.reason == WHY


def test_no_small_count_leaves(home, cast):
    _, safe = release(cast["sym-head"], "mission", "sex", "year")
    assert safe.small
    assert all(figure.count is None or figure.count >= 5 for figure in safe.figures)


def test_who_may_not_release_writes_nothing(home, cast):
    for actor in ("sym-planner", "researcher", "sym-viewer"):
        with pytest.raises(NotAllowedError):
            release(cast[actor], "mission", "sex")
    with pytest.raises(ReleaseError):
        release(cast["sym-head"], "mission", "sex", reason="why not")
    assert not Release.objects.exists()


def test_the_same_counts_may_leave_again(home, cast):
    first, _ = release(cast["sym-head"], "mission", "sex")
    again, _ = release(cast["sym-head"], "mission", "sex", to=frozenset({EVERYONE}))
    assert first.sha256 == again.sha256 and Release.objects.count() == 2


def test_a_release_that_reveals_a_count_together_with_an_earlier_one_is_refused(settings, tmp_path, cast):
    """Two cells held back for one another in one table stand apart in the next."""
    settings.BLUEHELM_HOME = tmp_path / "linked"
    groups = [("UNX", 2015, "F", "Accident", 3), ("UNX", 2015, "M", "Illness", 20), ("UNY", 2015, "F", "Accident", 20),
              ("UNY", 2015, "M", "Illness", 21)]  # fmt: skip
    publish(settings.BLUEHELM_HOME, "fatalities", fatalities(*groups))
    by_sex, safe = release(cast["sym-head"], "mission", "sex")
    hidden = {figure.of for figure in safe.figures if figure.count is None}
    assert (("mission", "UNX"), ("sex", "F")) in hidden
    # every woman died of an accident and every man of an illness: by cause the same persons are counted again
    _, by_cause = release(cast["sym-head"], "mission", "cause")
    assert any(figure.count is None for figure in by_cause.figures)
    # an earlier, careless release of one more figure makes the same counts unsafe
    careless = json.dumps([[[["mission", "UNX"], ["cause", "Illness"]], 20]])
    Release.objects.filter(pk=by_sex.pk).update(figures=careless)
    Release.objects.exclude(pk=by_sex.pk).delete()
    before = Release.objects.count(), Entry.objects.count()
    with pytest.raises(LinkedError) as refused:
        release(cast["sym-head"], "mission", "cause")
    assert any("cause Accident, mission UNX" in problem for problem in refused.value.problems)
    assert (Release.objects.count(), Entry.objects.count()) == before


@pytest.mark.parametrize("dimensions", [(), ("rank",), ("mission", "mission"), ("mission", "sex", "year", "cause")])
def test_counts_leave_only_by_the_dimensions_of_the_definition(home, cast, dimensions):
    with pytest.raises(DisclosureError):
        release(cast["sym-head"], *dimensions)


def attacked(home, tmp_path, format="csv"):
    written = export_table(
        Store(home), Store(home).version("contributions", 1), format, tmp_path / f"c.{format}", allowed=lambda _: True
    )
    return written, (tmp_path / f"c.{format}")


def test_small_parts_are_held_back_in_every_format(home, tmp_path):
    with tables_as_read_by(make_reader):
        for format in ("csv", "parquet", "xlsx", "sdmx-csv"):
            written, _ = attacked(home, tmp_path, format)
            assert written.held_back == {"female": 2, "male": 2, "persons": 1}, format
            package = json.loads((tmp_path / f"c.{format}.datapackage.json").read_text(encoding="utf-8"))
            assert "counts of 1 to 4 persons" in json.dumps(package)
        rows = pl.read_csv(tmp_path / "c.csv")
    assert rows.select("persons", "female", "male").rows() == [
        (120, None, None), (66, 6, 60), (None, None, None), (9, None, None),
    ]  # fmt: skip


def make_reader():
    return OUTSIDER


def test_rows_that_are_persons_do_not_leave(home, tmp_path):
    with tables_as_read_by(make_reader), pytest.raises(ExportRefusedError) as refused:
        export_table(
            Store(home), Store(home).version("fatalities", 1), "csv", tmp_path / "f.csv", allowed=lambda _: True
        )
    assert refused.value.code == "rows_are_persons"
    assert list(tmp_path.glob("f.csv*")) == []


def test_whoever_reads_a_released_file_identifies_nobody(home, cast, tmp_path):
    """The re-identification test: an attacker with the file alone finds no small count, and the check knows one."""
    by = ["mission", "sex", "year"]
    _, safe = release(cast["sym-head"], *by)
    file, leaky = tmp_path / "counts.csv", tmp_path / "leaky.csv"
    write_counts(safe.figures, by, file)
    assert check_files([file]).problems == []
    every = with_margins(counted_by(DEATHS, "fatalities", by))
    truth = {shown: true.count for shown, true in zip(safe.figures, every, strict=True)}
    assert all(figure.count in (None, count) for figure, count in truth.items()), "what is shown is true"
    (first, *others) = [figure for figure in safe.figures if figure.count is None]
    told = [Figure(figure.of, truth[figure]) if figure in others else figure for figure in safe.figures]
    write_counts(told, by, leaky)
    assert first.words in " ".join(check_files([leaky]).problems)


CHECKED = "mission,sex,persons\nA,F,\nA,M,\nB,F,\nB,M,\nA,all,43\nB,all,29\nall,F,12\nall,M,60\nall,all,72\n"


def check(capsys, *words):
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(["disclosure", "check", *map(str, words), "--json"])
    return ended.value.code, json.loads(capsys.readouterr().out)


def test_the_command_checks_files_and_says_no(tmp_path, capsys):
    safe, small, other, broken = (tmp_path / f"{name}.csv" for name in ("safe", "small", "other", "broken"))
    safe.write_text(CHECKED)
    code, answer = check(capsys, safe)
    assert (code, answer["ok"], answer["rules"]["smallest"]) == (0, True, 5)
    small.write_text(CHECKED.replace("A,F,\n", "A,F,3\n"))
    code, answer = check(capsys, small)
    assert (code, answer["shown"][0]) == (1, {"of": {"mission": "A", "sex": "F"}, "persons": 3})
    other.write_text("mission,cause,persons\nA,x,41\nA,y,\nA,all,43\nB,x,29\n")
    code, answer = check(capsys, safe, "--with", other)
    assert code == 1
    assert {"of": {"cause": "y", "mission": "A"}, "least": 2, "most": 2} in answer["computed"]
    assert {"of": {"mission": "A"}, "less": {"cause": "x", "mission": "A"}, "persons": 2} in answer["subtracted"]
    for text in (
        "mission,sex\nA,F\n",
        "mission,persons\nA,-3\n",
        "mission,persons\nA,3\nA,4\n",
        "mission,persons\n",
        CHECKED + "A\n",
    ):
        broken.write_text(text)
        code, answer = check(capsys, broken)
        assert (code, answer["error"]["code"]) == (2, "not_safe")
    contradicting = CHECKED.replace("A,all,43", "A,all,44")
    broken.write_text(contradicting)
    assert check(capsys, broken)[0] == 2


def command(home, *words):
    given = {name: value for name, value in os.environ.items() if not name.startswith(("BLUEHELM_", "DJANGO_"))}
    spoken = [sys.executable, "-m", "bluehelm", "--home", str(home), *map(str, words)]
    ran = subprocess.run(
        spoken, env=given | {"PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True, check=False
    )
    return ran.returncode, json.loads(ran.stdout)


@pytest.mark.long
def test_an_export_by_command_is_logged_with_whoever_it_was_for(home, tmp_path):
    code, answer = command(home, "export", "contributions", "--to", "csv", "--out", tmp_path / "c.csv", "--json")
    assert (code, answer["held_back"]) == (0, {"female": 2, "male": 2, "persons": 1})
    code, log = command(home, "disclosure", "log", "--json")
    (kept,) = log["releases"]
    assert (kept["table"], kept["to"], kept["sha256"], kept["held_back"]) == (
        "contributions",
        ["everyone"],
        answer["sha256"],
        5,
    )
