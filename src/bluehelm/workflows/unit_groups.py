"""Which units of a table belong to a group of countries, at each origin?

Groups come from the definitions or are listed by hand. Hosts of missions change: who was one on the last day of an
origin belongs to its group there.
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from bluehelm.definitions.country_groups import packaged_country_groups
from bluehelm.language import _
from bluehelm.outlook.history import OutlookError
from bluehelm.workflows.outlook_tables import Columns, scan_table
from bluehelm.workflows.registry import mission_registry


@dataclass(frozen=True, slots=True)
class Group:
    """Units looked at apart: a name, what it means, and its members at each origin."""

    name: str
    meaning: str
    members: Mapping[int, frozenset[Any]]


def named_group(
    home: Path, asked: str, table: Path, columns: Columns, group_column: str | None, origins: Sequence[int]
) -> Group:
    """A group of the definitions or a list of values, by the units whose group column holds them.

    The column is `group_column`, else `iso3` for a defined group where the table has one, else the unit itself.
    OutlookError when no unit is a member.
    """
    rows = scan_table(table, columns.month)
    defined = packaged_country_groups().get(asked)
    column = group_column or ("iso3" if defined and "iso3" in rows.collect_schema() else columns.unit)
    if column not in rows.collect_schema():
        raise OutlookError([_("--group-column: the table has no column {column}", column=column)])
    values = rows.select(pl.col(columns.unit).alias("unit"), pl.col(column).cast(pl.String).alias("value"))
    unit_of = values.unique().drop_nulls().collect()
    wanted = {
        origin: _hosts(home, defined.missions, origin) if defined else frozenset(map(str.strip, asked.split(",")))
        for origin in origins
    }
    members = {
        origin: frozenset(unit_of.filter(pl.col("value").is_in(sorted(names)))["unit"])
        for origin, names in wanted.items()
    }
    if not any(members.values()):
        known = ", ".join(group.name for group in packaged_country_groups().groups)
        raise OutlookError(
            [
                _(
                    "--group: no unit's {column} is in {asked}; defined groups are {known}",
                    column=column,
                    asked=asked,
                    known=known,
                )
            ]
        )
    return Group(asked, defined.meaning if defined else _("units whose {column} is listed", column=column), members)


def hosts_of_group(home: Path, name: str, origins: Sequence[int]) -> dict[int, frozenset[str]]:
    """The ISO codes of a defined group's countries at each origin; empty for a group that is not defined."""
    defined = packaged_country_groups().get(name)
    return {origin: _hosts(home, defined.missions, origin) if defined else frozenset() for origin in origins}


def _hosts(home: Path, missions: Sequence[str], origin: int) -> frozenset[str]:
    """Host countries of those missions that were deployed on the last day of the origin."""
    year, month = divmod(origin - 1, 12)
    day = date(1980 + year, month + 1, monthrange(1980 + year, month + 1)[1])
    registry = mission_registry(home)
    entries = [entry for name in missions if (entry := registry.get(name))]
    deployed = [e for e in entries if e.start_on and e.start_on <= day and (e.end_on is None or day <= e.end_on)]
    return frozenset(host for entry in deployed for host in entry.hosts)
