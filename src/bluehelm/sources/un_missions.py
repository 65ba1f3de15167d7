"""Which operations does the UN list, with which dates and headquarters?

The list (`DPPADPOSS-PKO.csv` on the UN's peace and security data hub) writes coordinates with decimal commas, leaves
out some, and exchanges latitude and longitude in some rows. They are kept as given: only a person who knows where
Luanda lies can say which is which, and the mission registry does.
"""

from dataclasses import replace
from pathlib import Path

import polars as pl

from bluehelm.sources.delivered import Delivered
from bluehelm.sources.intake import Intake
from bluehelm.sources.reading import Layout, Reading, Rule, day, find_columns, number, read_rows, words
from bluehelm.tables import MISSIONS
from bluehelm.tables.provenance import Coverage, SourceNote

NOTE = SourceNote(
    provider="un-missions",
    title="UN peacekeeping operations (DPPADPOSS-PKO)",
    licence="UN open data; attribution",
    citation="United Nations, Peace and Security Data Hub",
    url="https://psdata.un.org/",
)
TABLE = MISSIONS


def _text(name: str) -> str:
    return f'text."{name}"'


def _decimal_comma(name: str) -> str:
    return number(f"replace({_text(name)}, ',', '.')")


LAYOUT = Layout(
    table=MISSIONS,
    provider=NOTE.provider,
    wanted=(
        *("mission_acronym", "mission_name", "lead_department", "mission_isactive", "start_date", "end_date"),
        *("mission_location", "mission_longitude", "mission_latitude", "last_update"),
    ),
    readings=(
        Reading("mission", words(_text("mission_acronym")), "mission_acronym"),
        Reading("name", words(_text("mission_name")), "mission_name"),
        Reading("lead_department", words(_text("lead_department")), "lead_department"),
        Reading(
            "is_active",
            f"case lower(trim({_text('mission_isactive')})) when 'yes' then true when 'no' then false end",
            "mission_isactive",
        ),
        Reading("start_on", day(_text("start_date")), "start_date"),
        Reading("end_on", day(_text("end_date")), "end_date"),
        Reading("headquarters", words(_text("mission_location")), "mission_location"),
        Reading("latitude", _decimal_comma("mission_latitude"), "mission_latitude"),
        Reading("longitude", _decimal_comma("mission_longitude"), "mission_longitude"),
        Reading("updated_on", day(_text("last_update")), "last_update"),
        Reading("_start", words(_text("start_date")), "start_date"),
        Reading("_end", words(_text("end_date")), "end_date"),
        Reading("_latitude", words(_text("mission_latitude")), "mission_latitude"),
        Reading("_longitude", words(_text("mission_longitude")), "mission_longitude"),
    ),
    bad=(
        Rule("mission_acronym", "the mission has no acronym", "mission is null"),
        Rule("mission_name", "the mission has no name", "name is null"),
        Rule("start_date", "the first day cannot be read as a date", "_start is not null and start_on is null"),
        Rule("end_date", "the last day cannot be read as a date", "_end is not null and end_on is null"),
        Rule(
            "mission_latitude",
            "the latitude is not between -90 and 90",
            "_latitude is not null and not coalesce(abs(latitude) <= 90, false)",
        ),
        Rule(
            "mission_longitude",
            "the longitude is not between -180 and 180",
            "_longitude is not null and not coalesce(abs(longitude) <= 180, false)",
        ),
    ),
    doubtful=(
        Rule("end_date", "the mission ends before it starts", "end_on < start_on"),
        Rule("mission_isactive", "called active although it has ended", "is_active and end_on is not null"),
    ),
)


def read(delivered: Delivered, scratch: Path) -> Intake:
    """Read the UN's list; raise IntakeError when it is not one."""
    intake = read_rows(delivered, LAYOUT, scratch, find_columns(delivered, LAYOUT))
    months = intake.frame().select(
        pl.col("start_on").min().dt.strftime("%Y-%m"), pl.col("updated_on").max().dt.strftime("%Y-%m")
    )
    first, last = months.row(0)
    return replace(intake, coverage=Coverage(first, last, None))
