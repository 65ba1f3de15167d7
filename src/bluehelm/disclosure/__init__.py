"""What may leave, and to whom?"""

from bluehelm.disclosure.marking import (
    EVERYONE,
    NOBODY,
    OPEN,
    OUTSIDER,
    Label,
    Marking,
    Pass,
    Reader,
    audience_names,
    combined,
    combined_beside_open,
    may_read,
)

__all__ = [
    "EVERYONE",
    "NOBODY",
    "OPEN",
    "OUTSIDER",
    "Label",
    "Marking",
    "Pass",
    "Reader",
    "audience_names",
    "combined",
    "combined_beside_open",
    "may_read",
]
