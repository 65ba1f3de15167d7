"""Does the data dictionary say what the tables promise?"""

from pathlib import Path

from bluehelm.tables import TABLES
from bluehelm.tables.dictionary import dictionary_text

PAGE = Path(__file__).resolve().parents[2] / "docs" / "data-dictionary.md"


def test_the_page_is_the_one_the_tables_make():
    made_anew = "it is stale: `bluehelm dictionary --out docs/data-dictionary.md` writes it anew"
    assert PAGE.read_text(encoding="utf-8") == dictionary_text(), made_anew


def test_every_column_of_every_table_is_on_it():
    text = dictionary_text()
    for table in TABLES.values():
        section = text.split(f"\n## {table.name}\n")[1].split("\n## ")[0]
        assert all(f"| {column.name} |" in section for column in table.columns)
