"""Can a road be used in a month, as far as anybody has said?"""

from typing import Literal

Standing = Literal["passable", "not passable", "unknown"]


def standing(months_passable: str | None, month: int) -> Standing:
    """What was said of a calendar month (1 to 12); a road of which nobody told the months is unknown."""
    if months_passable is None:
        return "unknown"
    return "passable" if str(month) in months_passable.split("|") else "not passable"
