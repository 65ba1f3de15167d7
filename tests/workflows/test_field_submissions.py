"""Are submissions read as Kobo and ODK write them, and is what cannot be read told by its line?"""

import io

import pytest
from openpyxl import Workbook

from bluehelm.situation.reports import Range
from bluehelm.workflows.field_submissions import MOST_ROWS, SubmissionsError, read_submissions

HEADS = {
    "kobo": "_uuid,type,from_at,place,_point_latitude,_point_longitude,narrative,harm/killed,harm/killed_women",
    "odk": "KEY,type,from_at,place,point-Latitude,point-Longitude,narrative,harm-killed,harm-killed_women",
    "plain": "_uuid,type,from_at,place,latitude,longitude,narrative,killed,killed_women",
}
ROW = ["u1", "shelling", "2026-11-20T08:00:00.000+03:00", "Zelleb", "4.5", "30.5", "Shells fell.", "2-3", "1"]


def xlsx(*rows) -> bytes:
    book, written = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize("head", HEADS.values(), ids=list(HEADS))
@pytest.mark.parametrize("form", ["csv", "semicolons", "xlsx"])
def test_every_way_of_writing_a_submission_says_the_same(head, form):
    names = head.split(",")
    content = {
        "csv": "\n".join((head, ",".join(ROW))).encode("utf-8-sig"),
        "semicolons": "\n".join((";".join(names), ";".join(ROW))).encode(),
        "xlsx": xlsx(names, ROW),
    }[form]
    (one,) = read_submissions("x.xlsx" if form == "xlsx" else "x.csv", content).rows
    assert (one.key, one.values["latitude"], one.values["longitude"]) == ("u1", 4.5, 30.5)
    assert one.values["from_at"].utcoffset().total_seconds() == 3 * 3600
    (harm,) = one.harm
    assert (harm.total, dict(harm.groups)) == (Range(2, 3), {"women": Range(1, 1)})


def test_a_point_in_one_cell_is_read_and_half_a_point_is_told():
    head = "_uuid,type,from_at,narrative,point\n"
    rows = 'u1,shelling,2026-11-20,x,"4.5 30.5 0 12"\nu2,shelling,2026-11-20,x,north\nu3,shelling,soon,x,\n'
    found = read_submissions("x.csv", (head + rows).encode())
    assert [row.values["latitude"] for row in found.rows] == [4.5]
    assert [problem.split(":")[0] for problem in found.problems] == ["line 3", "line 4"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("x.csv", b""), ("x.csv", b"a,b\n1,2\n"), ("x.csv", b"\xff\xfe\x00"), ("x.xlsx", b"no workbook"),
     ("x.csv", b"type,from_at,narrative\n" + b"a,b,c\n" * (MOST_ROWS + 1))],
    ids=["empty", "another file", "not text", "no workbook", "too long"],
)  # fmt: skip
def test_a_file_that_is_no_file_of_submissions_is_refused(name, content):
    with pytest.raises(SubmissionsError):
        read_submissions(name, content)
