"""What does every column of every table mean, as a page that a person can read?

The data dictionary is made from the tables' own declarations, so that it cannot say anything else.
"""

from bluehelm.tables import TABLES
from bluehelm.tables.promise import Column, Table

HEAD = """# Data dictionary

Made from `src/bluehelm/tables/` by `bluehelm dictionary --out docs/data-dictionary.md`; a test fails when it is stale.
Unknown is null, never 0 and never an empty text. Coordinates are WGS84; months are written YYYY-MM, days YYYY-MM-DD.

| table | one row per |
|---|---|
"""


def dictionary_text() -> str:
    """The dictionary of all tables, as Markdown."""
    contents = "".join(f"| [{table.name}](#{table.name}) | {table.grain_said} |\n" for table in TABLES.values())
    return HEAD + contents + "".join(_table_text(table) for table in TABLES.values())


def _table_text(table: Table) -> str:
    rows = "".join(_column_text(column) for column in table.columns)
    return (
        f"\n## {table.name}\n\n{table.title}: {table.grain}. Key: {', '.join(table.key)}.\n\n"
        f"| column | type | unit | null | meaning |\n|---|---|---|---|---|\n{rows}"
    )


def _column_text(column: Column) -> str:
    null = "never" if column.required else "may be"
    meaning = column.meaning.replace("|", "\\|")
    return f"| {column.name} | {column.type_name} | {column.unit} | {null} | {meaning} |\n"
