"""Which day is it?"""

from datetime import UTC, date, datetime


def today() -> date:
    """Today in UTC, as everywhere in bluehelm."""
    return datetime.now(UTC).date()
