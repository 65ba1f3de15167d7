"""What does each table promise: which columns, in which units, one row per what?

A source yields a table that keeps its promise; the store keeps versions of it; domains read it.
The data dictionary in the docs is generated from these declarations.
"""

from bluehelm.tables.deployments import DEPLOYMENTS
from bluehelm.tables.events import EVENTS
from bluehelm.tables.missions import MISSIONS
from bluehelm.tables.promise import Column, Table, TableError

TABLES: dict[str, Table] = {table.name: table for table in (EVENTS, DEPLOYMENTS, MISSIONS)}

__all__ = ["DEPLOYMENTS", "EVENTS", "MISSIONS", "TABLES", "Column", "Table", "TableError"]
