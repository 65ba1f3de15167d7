"""One row per recommendation on a finding: when it was asked, decided, begun and done; never what it said or who.

Made of records that people keep, so that follow-through can be measured without reading them.
"""

import polars as pl

from bluehelm.tables.promise import Column, Table

FOLLOW_THROUGH = Table(
    name="follow_through",
    title="What became of findings",
    grain="one row per recommendation, or per finding that has none yet",
    key=("finding", "recommendation"),
    columns=(
        Column("finding", pl.Int64, "number of the finding in the ledger", required=True),
        Column("recommendation", pl.Int64, "number of the recommendation; 0 where there is none yet", required=True),
        Column("mission", pl.String, "mission acronym; null where it concerns none"),
        Column("domain", pl.String, "domain, a word of definitions/findings/vocabulary.yaml", required=True),
        Column("severity", pl.String, "severity, a word of the same file", required=True),
        Column("state", pl.String, "where it stands, a word of the same file", required=True),
        Column("found_on", pl.Date, "day it was found", required=True),
        Column("raised_on", pl.Date, "day a person stood behind it", required=True),
        Column("recommended_on", pl.Date, "day something was asked of a post"),
        Column("due_on", pl.Date, "day it is due"),
        Column("decided_on", pl.Date, "day of the decision that stands"),
        Column("outcome", pl.String, "accepted, modified or rejected"),
        Column("begun_on", pl.Date, "day the action began"),
        Column("done_on", pl.Date, "day it was done, in part or in full"),
        Column("ended_on", pl.Date, "day it ended otherwise: overtaken, superseded or rejected"),
        Column("waited_days", pl.Int64, "days it waited on others up to the day of publishing", unit="days"),
    ),
)
