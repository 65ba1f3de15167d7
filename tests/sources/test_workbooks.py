"""Is a sheet read as what a person sees in it, and refused where what they see would mislead?"""

import zipfile
from datetime import date, datetime

import openpyxl
import polars as pl
import pytest

from bluehelm.sources import IntakeError, Wanted, receive
from tests.sources.made_files import workbook

MOMENT = datetime(2024, 1, 31, 12, 30)  # noqa: DTZ001 - a sheet knows no zone
ROWS = [["a", "b"], [1, "x"], [2.5, "y"]]


def unfolded(tmp_path, path, **wanted):
    folder = tmp_path / f"scratch-{len(list(tmp_path.iterdir()))}"
    folder.mkdir()
    delivered = receive(path, folder, wanted=Wanted(("xlsx",), **wanted))
    return delivered, pl.read_parquet(delivered.plain)


def changed(path, change):
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def test_values_are_written_as_they_would_be_in_csv(tmp_path):
    rows = [
        ["number", "share", "day", "moment", "said", "empty"],
        [12.0, 0.25, date(2024, 1, 31), MOMENT, True, None],
    ]
    delivered, frame = unfolded(tmp_path, workbook(tmp_path, {"Sheet": rows}))
    assert frame.rows() == [("12", "0.25", "2024-01-31", "2024-01-31 12:30:00", "true", None)]
    assert delivered.header == ("number", "share", "day", "moment", "said", "empty")


def test_rows_keep_the_numbers_the_sheet_shows(tmp_path):
    rows = [["Title of the report"], [], ["a", "b"], [1, 2], [], [3, 4]]
    delivered, frame = unfolded(tmp_path, workbook(tmp_path, {"Sheet": rows}), header_row=3)
    assert frame.rows() == [("1", "2"), ("3", "4")]
    assert list(delivered.row_lines) == [4, 6]


def test_a_sheet_is_named_where_there_are_several_and_the_others_are_said(tmp_path):
    path = workbook(tmp_path, {"North": ROWS, "South": ROWS})
    with pytest.raises(IntakeError, match="2 sheets") as refused:
        unfolded(tmp_path, path)
    assert refused.value.code == "which_sheet"
    delivered, _ = unfolded(tmp_path, path, sheet="South")
    assert delivered.notes == ("read from the sheet 'South'; not read: 'North'",)


def test_a_hidden_sheet_is_not_read_and_is_spoken_of(tmp_path):
    path = workbook(tmp_path, {"Seen": ROWS, "Unseen": ROWS})
    changed(path, lambda book: setattr(book["Unseen"], "sheet_state", "hidden"))
    delivered, _ = unfolded(tmp_path, path)
    assert "hidden sheets: 'Unseen'" in delivered.notes
    with pytest.raises(IntakeError, match="is hidden"):
        unfolded(tmp_path, path, sheet="Unseen")


def test_a_formula_counts_by_the_value_that_was_saved(tmp_path):
    path = workbook(tmp_path, {"Sheet": [["a"], ["=1+1"]]})
    with pytest.raises(IntakeError, match="A2 holds a formula whose value was never saved") as refused:
        unfolded(tmp_path, path)
    assert refused.value.code == "bad_cells"
    rewrite(path, "xl/worksheets/sheet1.xml", b"<v></v>", b"<v>2</v>")
    rewrite(path, "xl/worksheets/sheet1.xml", b"<v />", b"<v>2</v>")
    assert unfolded(tmp_path, path)[1].rows() == [("2",)]


def rewrite(path, member, old, new):
    """Change the bytes of one member of a workbook, as only another program would."""
    with zipfile.ZipFile(path) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    held[member] = held[member].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in held.items():
            archive.writestr(name, content)


def test_an_error_cell_is_no_value(tmp_path):
    path = workbook(tmp_path, {"Sheet": [["a"], ["#N/A"], [1]]})
    with pytest.raises(IntakeError, match="A2 holds the error #N/A"):
        unfolded(tmp_path, path)


@pytest.mark.parametrize(("cells", "is_refused"), [("A1:B1", True), ("A2:A3", True)])
def test_merged_cells_over_the_table_are_refused(tmp_path, cells, is_refused):
    path = workbook(tmp_path, {"Sheet": [["a", "b"], [1, 2], [3, 4]]})
    changed(path, lambda book: book["Sheet"].merge_cells(cells))
    with pytest.raises(IntakeError) as refused:
        unfolded(tmp_path, path)
    assert refused.value.code == "merged_cells"
    assert cells in refused.value.what


def test_a_merged_title_above_the_header_does_no_harm(tmp_path):
    path = workbook(tmp_path, {"Sheet": [["Title", None], ["a", "b"], [1, 2]]})
    changed(path, lambda book: book["Sheet"].merge_cells("A1:B1"))
    assert unfolded(tmp_path, path, header_row=2)[1].rows() == [("1", "2")]


def bomb(folder):
    path = folder / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (80 << 20))
    return path


def with_macros(folder):
    path = workbook(folder, {"Sheet": ROWS})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    return path


def no_workbook(folder):
    path = folder / "zip.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "a,b\n")
    return path


def cut_short(folder):
    path = workbook(folder, {"Sheet": ROWS})
    path.write_bytes(path.read_bytes()[:-200])
    return path


def spoiled(folder):
    path = workbook(folder, {"Sheet": ROWS})
    rewrite(path, "xl/worksheets/sheet1.xml", b"<row", b"<<row")
    return path


@pytest.mark.parametrize(
    ("code", "made"),
    [
        ("unsafe_file", bomb),
        ("unsafe_file", with_macros),
        ("mislabelled_file", no_workbook),
        ("truncated_file", cut_short),
        ("truncated_file", spoiled),
        ("bad_header", lambda folder: workbook(folder, {"S": [["a", "a"], [1, 2]]})),
        ("bad_header", lambda folder: workbook(folder, {"S": [["a", None, "b"], [1, 2, 3]]})),
        ("bad_header", lambda folder: workbook(folder, {"S": [[None], [1]]})),
        ("header_does_not_fit", lambda folder: workbook(folder, {"S": [["a"], [1, 2]]})),
        ("empty_file", lambda folder: workbook(folder, {"S": [["a"]]})),
        ("no_such_sheet", lambda folder: workbook(folder, {"S": ROWS})),
    ],
)
def test_a_workbook_that_cannot_be_trusted_is_refused(tmp_path, code, made):
    sheet = "Other" if code == "no_such_sheet" else None
    with pytest.raises(IntakeError) as refused:
        unfolded(tmp_path, made(tmp_path), sheet=sheet)
    assert refused.value.code == code, refused.value.what
    assert refused.value.next_step
