"""Does what is not open data carry its marking on every paper it leaves on?"""

from dataclasses import replace

from bluehelm.disclosure import OPEN, Label, Marking
from bluehelm.products.brief import brief_json
from bluehelm.products.brief_html import brief_page
from bluehelm.products.brief_text import brief_text
from bluehelm.products.pictures import chart_picture
from tests.products.made_brief import BRIEF
from tests.products.paper_readers import pdf_text, word_text
from tests.products.test_brief_paper import docx, pdf

SECRET = replace(BRIEF, label=Label(Marking.STRICTLY_CONFIDENTIAL, frozenset({"mission:UNSYM", "headquarters"})))
CARRIED = "STRICTLY CONFIDENTIAL, for headquarters, mission UNSYM"


def test_every_paper_of_a_restricted_brief_carries_its_marking():
    assert SECRET.marking == CARRIED
    assert CARRIED in brief_text(SECRET)[:300]
    assert CARRIED in brief_page(SECRET, borders=None, areas=[])
    assert CARRIED.replace(" ", "") in pdf_text(pdf(SECRET)).replace(" ", "").replace("\n", "")
    assert CARRIED in word_text(docx(SECRET))
    assert CARRIED in str(chart_picture(SECRET))
    assert brief_json(SECRET)["releasable_to"] == ["headquarters", "mission:UNSYM"]


def test_a_brief_for_nobody_says_so():
    assert replace(BRIEF, label=Label(Marking.CONFIDENTIAL, frozenset())).marking == "CONFIDENTIAL, for nobody"


def test_open_data_carries_none():
    assert BRIEF.label == OPEN and BRIEF.marking == ""
    assert "CONFIDENTIAL" not in brief_text(BRIEF) + brief_page(BRIEF, borders=None, areas=[])
