"""Is a file there whole or not at all, whatever happens to the one who writes it?"""

import subprocess
import sys
import zipfile

import pytest

from bluehelm.workflows.undated_zip import UndatedZip
from bluehelm.workflows.whole_file import FileRefusedError, whole_file


def write(path, text, **options):
    with whole_file(path, **{"force": False} | options) as part:
        part.write_text(text)


def test_a_file_takes_its_name_when_it_is_complete(tmp_path):
    out = tmp_path / "f.txt"
    with whole_file(out, force=False) as part:
        part.write_text("whole")
        assert not out.exists()
        assert part.suffix == ".txt"
    assert out.read_text() == "whole"
    assert list(tmp_path.iterdir()) == [out]


def test_a_file_that_is_there_is_kept_or_replaced_when_forced(tmp_path):
    out = tmp_path / "f.txt"
    write(out, "first")
    with pytest.raises(FileRefusedError) as refused:
        write(out, "second")
    assert (refused.value.code, out.read_text()) == ("exists", "first")
    write(out, "second", force=True)
    assert out.read_text() == "second"


@pytest.mark.parametrize(("name", "code"), [("folder", "not_a_file"), ("nowhere/f.txt", "no_such_folder")])
def test_a_place_that_cannot_hold_a_file_is_refused_with_what_to_do(tmp_path, name, code):
    (tmp_path / "folder").mkdir()
    with pytest.raises(FileRefusedError) as refused:
        write(tmp_path / name, "x", force=True)
    assert refused.value.code == code
    assert refused.value.next_step


def test_what_ends_in_an_error_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    out = tmp_path / "f.txt"
    write(out, "old")
    with pytest.raises(RuntimeError), whole_file(out, force=True) as part:
        part.write_text("half")
        raise RuntimeError
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]


def test_a_killed_writer_leaves_the_old_file_whole(tmp_path):
    out = tmp_path / "f.txt"
    write(out, "old")
    program = (
        "import os, sys; from pathlib import Path; from bluehelm.workflows.whole_file import whole_file\n"
        "with whole_file(Path(sys.argv[1]), force=True) as part:\n"
        "    part.write_text('half')\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    environment = {"PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", program, str(out)], env=environment, check=False)
    assert done.returncode == -9
    assert out.read_text() == "old"


def test_an_undated_zip_keeps_content_and_no_time(tmp_path):
    (tmp_path / "given.txt").write_text("from a file")
    with UndatedZip(tmp_path / "z.zip", "w") as made:
        made.writestr("a.txt", "from a text")
        made.write(tmp_path / "given.txt", "b.txt")
    with zipfile.ZipFile(tmp_path / "z.zip") as read:
        assert read.testzip() is None
        assert [(member.filename, member.date_time) for member in read.infolist()] == [
            ("a.txt", (1980, 1, 1, 0, 0, 0)),
            ("b.txt", (1980, 1, 1, 0, 0, 0)),
        ]
        assert read.read("b.txt") == b"from a file"
