"""Do briefs, charts and tables leave by command as files, and say in words when they cannot?"""

import json
import zipfile
from datetime import date

import pytest

from bluehelm.cli import main
from bluehelm.products import brief_docx, brief_pdf, pictures
from bluehelm.tables.provenance import SourceNote
from tests.products.paper_readers import pdf_text, word_text
from tests.workflows.made_tables import NOTE, deployments, publish

LAST_DAY = ("--as-of", "2017-02-28")


@pytest.fixture
def home(tmp_path):
    publish(tmp_path / "home", "deployments", deployments(), synthetic=True)
    (tmp_path / "home" / "definitions").mkdir()
    (tmp_path / "home" / "definitions" / "missions.yaml").write_text(REGISTRY, encoding="utf-8")
    return tmp_path / "home"


REGISTRY = """\
title: Missions of a test
source: made for a test
valid_from: 2024-01-01
status: draft
checked_by: null
review_on: 2030-01-01
missions:
  - mission: UNX
    name: 'Mission "{{ 7 * 7 }}" #panic() <b>&amp;</b>'
    start_on: 2016-01-01
    end_on: null
    kind: peacekeeping
    hosts: [XKA]
    host_names: {XKA: Exland}
    area: whole-country
    headquarters: {place: Midtown, latitude: 5.5, longitude: 30.5}
    synthetic: true
    note: Made for a test.
"""


def run(home, *words):
    with pytest.raises(SystemExit) as end:
        main(["--home", str(home), *map(str, words)])
    return end.value.code


def answer(capsys, home, *words):
    capsys.readouterr()
    code = run(home, *words, "--json")
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("suffix", [".html", ".pdf", ".docx"])
def test_a_brief_is_written_in_the_format_its_name_says(home, tmp_path, suffix):
    out = tmp_path / f"brief{suffix}"
    assert run(home, "brief", "UNX", *LAST_DAY, "--out", out) == 0
    said = {".html": lambda content: content.decode(), ".pdf": pdf_text, ".docx": word_text}[suffix](out.read_bytes())
    assert "no table of events covers" in said.lower()
    assert "Made & rows" in said or "Made &amp; rows" in said
    assert "49" not in said.split("What happened")[0]


def test_the_json_of_a_brief_is_still_one_object_beside_the_file(home, tmp_path, capsys):
    code, brief = answer(capsys, home, "brief", "UNX", *LAST_DAY, "--out", tmp_path / "b.pdf")
    assert (code, brief["mission"]) == (0, "UNX")
    assert (tmp_path / "b.pdf").read_bytes().startswith(b"%PDF")


def test_an_unknown_ending_is_refused_and_nothing_written(home, tmp_path, capsys):
    code, refused = answer(capsys, home, "brief", "UNX", *LAST_DAY, "--out", tmp_path / "b.odt")
    assert (code, refused["error"]["code"]) == (2, "no_such_format")
    assert not (tmp_path / "b.odt").exists()


def test_a_template_is_written_edited_and_filled(home, tmp_path):
    template, edited, out = tmp_path / "mine.docx", tmp_path / "edited.docx", tmp_path / "b.docx"
    assert run(home, "brief-template", "--out", template) == 0
    with zipfile.ZipFile(template) as given, zipfile.ZipFile(edited, "w") as kept:
        for name in given.namelist():
            kept.writestr(name, given.read(name).replace(b"Headline figures", b"From our desk"))
    assert run(home, "brief", "UNX", *LAST_DAY, "--out", out, "--template", edited) == 0
    assert "From our desk" in word_text(out.read_bytes())


def test_a_template_that_is_there_is_kept_unless_forced(home, tmp_path, capsys):
    (tmp_path / "mine.docx").write_text("mine")
    code, refused = answer(capsys, home, "brief-template", "--out", tmp_path / "mine.docx")
    assert (code, refused["error"]["code"]) == (2, "exists")
    assert run(home, "brief-template", "--out", tmp_path / "mine.docx", "--force") == 0


def test_an_unsound_template_is_refused_and_the_old_brief_kept(home, tmp_path, capsys):
    (tmp_path / "t.docx").write_text("no template")
    (tmp_path / "b.docx").write_text("the old one")
    code, refused = answer(
        capsys, home, "brief", "UNX", *LAST_DAY, "--out", tmp_path / "b.docx", "--template", tmp_path / "t.docx"
    )
    assert (code, refused["error"]["code"]) == (2, "bad_template")
    assert (tmp_path / "b.docx").read_text() == "the old one"


@pytest.mark.parametrize(
    ("suffix", "module", "check", "extra"),
    [
        (".pdf", brief_pdf, "has_documents", "documents"),
        (".docx", brief_docx, "has_word", "documents"),
        (".docx", pictures, "has_pictures", "pictures"),
    ],
)
def test_a_missing_extra_is_one_line_that_names_it(home, tmp_path, capsys, monkeypatch, suffix, module, check, extra):
    monkeypatch.setattr(module, check, lambda: False)
    # A place on the map is a picture to draw.
    code = run(home, "brief", "UNX", *LAST_DAY, "--out", tmp_path / f"b{suffix}")
    told = capsys.readouterr().err
    assert code == 2
    assert f'pip install "bluehelm[{extra}]"' in told
    assert "Traceback" not in told
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_a_chart_without_figures_says_no(home, tmp_path, capsys):
    code, refused = answer(capsys, home, "chart", "UNX", *LAST_DAY, "--out", tmp_path / "c.svg")
    assert (code, refused["error"]["code"]) == (1, "nothing_to_draw")


def test_a_chart_of_an_unknown_mission_or_format_is_refused(home, tmp_path, capsys):
    code, refused = answer(capsys, home, "chart", "UNXX", "--out", tmp_path / "c.svg")
    assert (code, refused["error"]["code"]) == (2, "unknown_mission")
    code, refused = answer(capsys, home, "chart", "UNX", "--out", tmp_path / "c.gif")
    assert (code, refused["error"]["code"]) == (2, "no_such_format")


def test_a_table_is_exported_with_its_descriptor(home, tmp_path, capsys):
    out = tmp_path / "d.csv"
    code, told = answer(capsys, home, "export", "deployments", "--to", "csv", "--out", out)
    assert code == 0
    assert (told["table"], told["version"], told["rows"], told["bytes"]) == ("deployments", 1, 4, out.stat().st_size)
    assert told["versions"] == [{"table": "deployments", "version": 1, "sha256": "ab" * 32, "retrieved": "2024-05-01"}]
    assert json.loads((tmp_path / "d.csv.datapackage.json").read_text())["version"] == "1"


def test_an_export_answers_people_in_prose(home, tmp_path, capsys):
    assert run(home, "export", "deployments", "--to", "parquet", "--out", tmp_path / "d.parquet") == 0
    assert "4 rows of deployments version 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("no-such-table", "--to", "csv"), "no_such_table"),
        (("events", "--to", "csv"), "no_such_version"),
        (("deployments", "--to", "ods"), "no_such_format"),
        (("deployments", "--to", "csv", "--version", "7"), "no_such_version"),
        (("deployments", "--to", "csv", "--known-on", "2020-01-01"), "no_such_version"),
        (("deployments", "--to", "csv", "--known-on", "1 May"), "bad_date"),
        (("deployments", "--to", "csv", "--version", "1", "--provider", "maker"), "misused"),
        (("deployments", "--to", "csv", "--provider", "nobody"), "no_such_version"),
        (("missions", "--to", "sdmx-csv"), "no_such_version"),
    ],
)
def test_what_cannot_be_exported_is_refused_with_what_to_do_next(home, tmp_path, capsys, words, code):
    status, refused = answer(capsys, home, "export", *words, "--out", tmp_path / "x.out")
    assert (status, refused["error"]["code"]) == (2, code)
    assert refused["error"]["next"]
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_a_version_that_is_not_open_data_stays_in(home, tmp_path, capsys):
    closed = SourceNote("maker", "Rows", "no redistribution", "x", "", ())
    publish(home, "deployments", deployments(), source=closed, synthetic=True, retrieved=date(2024, 6, 1))
    code, refused = answer(
        capsys, home, "export", "deployments", "--version", "2", "--to", "csv", "--out", tmp_path / "d.csv"
    )
    assert code == 2
    assert refused["error"]["code"] in ("not_releasable", "no_such_version")
    assert not (tmp_path / "d.csv").exists()


def test_several_providers_are_asked_about_not_guessed(home, tmp_path, capsys):
    other = SourceNote("other", NOTE.title, NOTE.licence, NOTE.citation, NOTE.url, NOTE.releasable_to)
    publish(home, "deployments", deployments(), source=other, synthetic=True)
    code, refused = answer(capsys, home, "export", "deployments", "--to", "csv", "--out", tmp_path / "d.csv")
    assert (code, refused["error"]["code"]) == (2, "several_providers")
    assert run(home, "export", "deployments", "--to", "csv", "--provider", "other", "--out", tmp_path / "d.csv") == 0


@pytest.mark.parametrize("where", ["no-such-folder/d.csv", "home"])
def test_a_place_that_cannot_hold_a_file_is_refused(home, tmp_path, capsys, where):
    code, refused = answer(capsys, home, "export", "deployments", "--to", "csv", "--out", tmp_path / where)
    assert code == 2
    assert refused["error"]["code"] in ("no_such_folder", "not_a_file")
