"""How is a small version of any table put into a store for a test?"""

from datetime import date

import polars as pl

from bluehelm.sources.intake import NOTED_ROWS
from bluehelm.store import Store, Submission
from bluehelm.tables import TABLES
from bluehelm.tables.provenance import OPEN_DATA, Coverage, Reason, SourceNote

NOTE = SourceNote("maker", "Made & rows", "CC BY 4.0", "Maker (2024)", "https://example.org/data", OPEN_DATA)

DEPLOYMENTS = [
    ("UNX", "2017-01", "map 1", "=cmd|'/c calc'!A0", 1, "XEX", 5.5, 30.5, 137942, 400, "State A|State B", True),
    ("UNX", "2017-01", "map 1", 'Zoë, "North"\nCamp', 1, "XEX", -5.25, -0.5, 121680, None, "+1-800", None),
    ("UNX", "2017-02", "map 2", "'=already", 1, None, None, None, None, 0, "", False),
    ("UNX", "2017-02", "map 2", "@home 水", 2, "XEX", 5.5, 180.0, 137942, 2**40, "-", True),
]


def deployments(rows=DEPLOYMENTS):
    """Texts that spreadsheets would run, quotes, breaks, unknowns, a zero that is no unknown, an edge of the world."""
    table = TABLES["deployments"]
    unsaid = [None] * (len(table.columns) - len(DEPLOYMENTS[0]))
    return pl.DataFrame([(*row, *unsaid) for row in rows], schema=table.schema, orient="row")


def publish(home, table, rows, **changes):
    """The rows as the table's next version."""
    TABLES[table].check(rows)
    store, nothing = Store(home), pl.DataFrame(schema=NOTED_ROWS)
    with store.scratch() as scratch:
        rows.write_parquet(scratch / "rows.parquet")
        said = {
            "table": table,
            "source": NOTE,
            "rows_file": scratch / "rows.parquet",
            "rows": rows.height,
            "file_name": "made.csv",
            "sha256": "ab" * 32,
            "retrieved": date(2024, 5, 1),
            "set_aside": nothing,
            "flagged": nothing,
            "reasons": (),
            "flags": (Reason("troops of a town", 1, 5),),
            "notes": (),
            "coverage": Coverage("2017-01", "2017-02", ("XEX",)),
            "parents": (("missions", 3),),
        }
        return store.publish(Submission(**(said | changes)))
