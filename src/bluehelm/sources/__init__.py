"""Whose files can be taken in?

One module per provider: `NOTE` says who publishes the file, `TABLE` which promise it keeps, `read` checks it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bluehelm.sources import geopko, ucdp, un_missions
from bluehelm.sources.delivered import Delivered, receive
from bluehelm.sources.intake import Intake, IntakeError, reasons_of
from bluehelm.tables import Table
from bluehelm.tables.provenance import SourceNote


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider: its note, its table and its reader."""

    note: SourceNote
    table: Table
    wanted: tuple[str, ...]
    read: Callable[[Delivered, Path], Intake]


PROVIDERS: dict[str, Provider] = {
    module.NOTE.provider: Provider(module.NOTE, module.TABLE, module.LAYOUT.wanted, module.read)
    for module in (ucdp, geopko, un_missions)
}

__all__ = [
    "PROVIDERS",
    "Delivered",
    "Intake",
    "IntakeError",
    "Provider",
    "reasons_of",
    "receive",
]
