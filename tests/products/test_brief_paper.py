"""Do the PDF and the Word file say what the brief says, alike, inert and always in the same bytes?"""

import io
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from bluehelm.products import brief_docx as word
from bluehelm.products import brief_pdf as printed
from bluehelm.products import pictures
from bluehelm.products.brief import TypeFigure, brief_json
from bluehelm.products.brief_docx import TemplateProblemError, brief_docx, brief_template
from bluehelm.products.brief_paper import COLUMNS, paper
from bluehelm.products.brief_pdf import brief_pdf
from bluehelm.products.charts import monthly_picture
from bluehelm.products.extras import MissingExtraError
from bluehelm.products.locator import locator_picture
from tests.products.made_brief import BRIEF, COUNTRIES, OWN, UNCOVERED, drawn_brief
from tests.products.paper_readers import pdf_objects, pdf_text, word_tables, word_text
from tests.products.test_brief_html import LINES

TRAPS = [
    '#panic("typst") $x$ *bold* @cite // comment',
    '#read("/etc/passwd") \\u{41} `raw` <label>',
    "{{ 7 * 7 }} {% for x in range(9) %}x{% endfor %} {# gone #}",
    "{{ mission.__class__.__mro__ }} {%p if 1 %}",
    "</w:t></w:r><w:r><w:t>& &amp; <script>alert(1)</script> ]]>",
    '=HYPERLINK("http://example.org") "quoted" \'single\'',
]


def pdf(brief=BRIEF):
    return brief_pdf(brief, chart=monthly_picture(brief), locator=locator_picture(brief, [], COUNTRIES, LINES))


def docx(brief=BRIEF, template=None):
    if template is not None:  # drawing takes longest, and a template of a desk's own does not change the pictures
        return brief_docx(brief, chart=None, locator=None, template=template)
    locator = locator_picture(brief, [], COUNTRIES, LINES)
    return brief_docx(brief, chart=monthly_picture(brief), locator=locator)


def said_in_pdf(brief=None):
    return _plain_pdf_text() if brief is None else pdf_text(pdf(brief))


def said_in_word(brief=None):
    return _plain_word_text() if brief is None else word_text(docx(brief))


@cache
def _plain_pdf_text():
    return pdf_text(pdf())


@cache
def _plain_word_text():
    return word_text(docx())


PAPERS = pytest.mark.parametrize("said", [said_in_pdf, said_in_word])


def renamed(*traps):
    """The brief with texts of somebody else's as its name, its notes and its places."""
    bases = tuple(replace(BRIEF.presence.bases[0], location=trap) for trap in traps)
    return replace(BRIEF, name=traps[0], notes=traps, presence=replace(BRIEF.presence, bases=bases))


def template_with(text):
    """The packaged template with its first text replaced."""
    return rewritten(brief_template(), lambda body: body.replace("{{ mission }}", text, 1))


def rewritten(docx_file, change):
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx_file)) as given, zipfile.ZipFile(kept, "w") as out:
        for name in given.namelist():
            part = given.read(name)
            out.writestr(name, change(part.decode()).encode() if name == "word/document.xml" else part)
    return kept.getvalue()


@PAPERS
def test_every_figure_of_the_json_stands_on_the_paper(said):
    text, figures = said(), brief_json(BRIEF)
    events, presence = figures["events"], figures["presence"]
    assert f"Deaths, best estimate {events['best']:,} low {events['low']:,}, high {events['high']:,}" in text
    assert f"Events {events['count']:,} covered January 1989 to January 2017" in text
    assert f"map of February 2017 {presence['troops']:,} {presence['locations']} places, strength unknown at 1" in text
    for kind, figure in events["by_type"].items():
        assert f"{kind} {figure['count']:,} {figure['best']:,}" in text
    nearby = events["nearby"]
    assert f"{nearby['count']} events, {nearby['best']} deaths within {nearby['within_km']} km" in text
    for spot in BRIEF.hotspots:
        assert f"{spot.gid} {spot.latitude:.2f} {spot.longitude:.2f} {spot.count} {spot.best}" in text


@PAPERS
def test_sources_versions_coverage_and_caveats_stand_on_the_paper(said):
    text = said()
    for ref in BRIEF.versions:
        for fact in (f"{ref.table}, version {ref.version}", ref.title, ref.citation, ref.licence, ref.sha256):
            assert fact in text
    assert "A note that the reader needs." in text
    assert "1 lasted into another month" in text
    assert "what happened in them is unknown, not zero" in text
    assert "express no opinion on the status of any territory" in text
    assert "missions.yaml Missions 1 January 2026 draft" in text


@PAPERS
def test_a_month_that_no_table_covers_is_never_a_zero_on_paper(said):
    assert "2016 120* 0 2017 5 n/c n/c" in said()


@PAPERS
def test_unknown_strength_and_place_are_said_to_be_unknown(said):
    text = said()
    assert "Farpost unknown unknown 5.20 30.90" in text
    assert "Nowhere 0 unknown unknown unknown State C" in text


@PAPERS
def test_a_brief_that_nothing_covers_is_still_a_paper(said):
    text = said(UNCOVERED)
    assert "No table of events covers this mission up to this date." in text
    assert "No map of deployments covers this mission up to this date." in text
    assert "No table was used" in text
    assert "Headline figures 0" not in text


@PAPERS
def test_synthetic_data_is_called_so_on_every_page(said):
    assert "Synthetic demonstration data" in said(replace(BRIEF, synthetic=True))
    assert "Synthetic" not in said()


@PAPERS
def test_a_draft_area_is_called_a_draft_on_paper(said):
    assert "Buffer zone (draft)" in said(drawn_brief())


@PAPERS
def test_the_other_rules_for_long_events_are_told_beside_the_one_used(said):
    rules = {"date_start": TypeFigure(5, 125), "spread": TypeFigure(6, 131), "exclude": TypeFigure(4, 90)}
    text = said(replace(BRIEF, events=replace(BRIEF.events, by_rule=rules)))
    assert (
        "By another rule it would be 6 events, 131 deaths under spread and 4 events, 90 deaths under exclude." in text
    )


@PAPERS
def test_names_are_printed_as_they_are_and_never_obeyed(said):
    # Long words break over lines, so that blanks tell nothing.
    text = "".join(said(renamed(*TRAPS)).split())
    for trap in TRAPS:
        assert text.count("".join(trap.split())) >= 2, trap


@pytest.mark.parametrize("paper_of", [pdf, docx])
def test_control_characters_and_overrides_cannot_break_a_paper(paper_of):
    assert paper_of(renamed("a\x00b\x0cc\u202ed\ud800e\ufffef\u2028g"))


@pytest.mark.parametrize("paper_of", [pdf, docx])
def test_the_same_brief_gives_the_same_bytes_now_and_in_another_process(paper_of, tmp_path):
    program = (
        "import sys, time; from tests.products import test_brief_paper as t; "
        f"sys.stdout.buffer.write(t.{paper_of.__name__}())"
    )
    words = [sys.executable, "-c", program]
    # Another day of writing and another time zone: neither may show in the file.
    environment = {"PYTHONPATH": ":".join(sys.path), "TZ": "Pacific/Auckland", "SOURCE_DATE_EPOCH": "86400"}
    elsewhere = subprocess.run(words, capture_output=True, check=True, env=environment)
    assert paper_of() == paper_of() == elsewhere.stdout


def test_no_member_of_the_word_file_carries_the_time_of_writing():
    with zipfile.ZipFile(io.BytesIO(docx())) as parts:
        assert {member.date_time for member in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = parts.read("docProps/core.xml").decode()
    assert core.count("2017-03-15T00:00:00Z") == 2
    assert f"<dc:title>{paper(BRIEF)['title']}</dc:title>" in core


def test_the_pdf_claims_both_standards_is_tagged_and_embeds_every_font():
    content = pdf()
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content
    assert b"<pdfaid:part>2</pdfaid:part>" in content
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in content
    assert b"/MarkInfo<</Marked true" in content
    objects = pdf_objects(content).values()
    descriptors = [body for body in objects if b"/Type/FontDescriptor" in body]
    assert descriptors
    assert all(b"/FontFile" in body for body in descriptors)


def test_every_picture_is_described_for_those_who_cannot_see_it():
    assert pdf().count(b"/Alt(") == 2
    with zipfile.ZipFile(io.BytesIO(docx())) as parts:
        body = parts.read("word/document.xml").decode()
        media = [name for name in parts.namelist() if name.startswith("word/media/")]
    assert len(media) == 2
    assert body.count('descr="Deaths and events by month') == 1
    assert body.count('descr="Map of the area of operations') == 1


def test_letters_that_no_font_draws_are_written_by_their_number_and_the_reader_is_told():
    lost = "\U000f0000"  # private use: no font has a letter for it
    text = said_in_pdf(renamed(f"Port {lost} of call"))
    assert "Port [U+F0000] of call" in text
    assert "installing a font for their script mends it" in text
    assert "Unicode" not in said_in_pdf()


def test_the_word_file_keeps_the_rows_of_each_table():
    tables = {tuple(rows[0]): rows[1:] for rows in word_tables(docx())}
    assert tables[("Type", "Events", "Deaths, best estimate")] == paper(BRIEF)["by_type"]
    assert tables[("Place", "Troops", "Also", "Latitude", "Longitude", "Contributors")] == paper(BRIEF)["bases"]


def test_a_desk_fills_a_template_of_its_own():
    text = word_text(docx(template=template_with("Our desk on {{ mission }}: {{ headlines[0].figure }} deaths")))
    assert "Our desk on UNX: 125 deaths" in text


def test_a_template_that_names_an_unknown_text_is_refused_with_that_name():
    with pytest.raises(TemplateProblemError, match="troop_strength"):
        docx(template=template_with("{{ troop_strength }}"))


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ notes.append('x') }}",
        "{{ self.__init__.__globals__ }}",
        "{% for x in range(1000000000) %}x{% endfor %}",
    ],
)
def test_a_template_runs_in_a_sandbox(attack):
    with pytest.raises(TemplateProblemError):
        docx(template=template_with(attack))


@pytest.mark.parametrize("broken", ["{% if %}", "{% for x in notes %}", "{{ name"])
def test_a_template_that_does_not_read_as_one_is_refused(broken):
    with pytest.raises(TemplateProblemError):
        docx(template=template_with(broken))


@pytest.mark.parametrize("content", [b"", b"plain text", brief_template()[:900], b"PK\x05\x06" + bytes(18)])
def test_what_is_no_word_file_is_refused_as_a_template(content):
    with pytest.raises(TemplateProblemError, match="not a Word file"):
        docx(template=content)


def test_a_template_that_swells_is_refused_before_it_does():
    swollen = io.BytesIO(brief_template())
    with zipfile.ZipFile(swollen, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("word/media/blank.bmp", bytes(60_000_000))
    with pytest.raises(TemplateProblemError, match="unpacks to"):
        docx(template=swollen.getvalue())


def test_the_template_uses_every_text_and_every_column_there_is():
    with zipfile.ZipFile(io.BytesIO(brief_template())) as parts:
        body = parts.read("word/document.xml").decode() + parts.read("word/footer1.xml").decode()
    aside = {"month_names", "chart_alt", "map_alt"}  # for the PDF, and for the pictures' descriptions
    assert not [name for name in paper(BRIEF) if name not in body and name not in aside]
    assert not [column for columns in COLUMNS.values() for column in columns if f"row.{column} " not in body]


def test_the_template_is_always_the_same_file():
    made_again = word._template.__wrapped__("en")
    assert made_again == brief_template()


def test_a_missing_extra_is_named(monkeypatch):
    monkeypatch.setattr(printed, "has_documents", lambda: False)
    monkeypatch.setattr(word, "has_word", lambda: False)
    for paper_of in (pdf, docx, brief_template):
        with pytest.raises(MissingExtraError) as refused:
            paper_of()
        assert refused.value.extra == "documents"


def test_a_paper_with_pictures_names_the_extra_that_draws_them(monkeypatch):
    monkeypatch.setattr(pictures, "has_pictures", lambda: False)
    for paper_of in (pdf, docx):
        with pytest.raises(MissingExtraError) as refused:
            paper_of()
        assert refused.value.extra == "pictures"


def test_a_long_brief_breaks_over_pages_and_keeps_every_row():
    bases = tuple(replace(BRIEF.presence.bases[0], location=f"Place {number}", troops=number) for number in range(700))
    text = said_in_pdf(replace(BRIEF, presence=replace(BRIEF.presence, bases=bases)))
    assert not [number for number in range(700) if f"Place {number} {number} " not in text]


def test_years_before_the_year_1000_and_long_titles_do_not_stop_a_paper():
    old = replace(BRIEF, as_of=date(987, 6, 5), mission="M" * 400)
    assert pdf(old)
    assert docx(old)


def test_paper_texts_are_plain_json():
    assert json.loads(json.dumps(paper(BRIEF))) == paper(BRIEF)


@PAPERS
def test_papers_set_the_mission_s_own_incidents_beside_the_provider_s_without_a_sum(said):
    text = said(replace(BRIEF, own=OWN))
    for part in ("mission_incidents version 3", "reporting_effort version 1", "events version 7", "never added"):
        assert part in text
    assert "2017-01 5,791 31 unknown 2 5 246 802" in text, "both columns, and the denominators"
    assert "2017-02* 2,851 0 0 n/c n/c unknown unknown" in text, "a month that the provider does not cover is unknown"
    assert "8,647" not in text and "5,793" not in text, "nothing is added"
