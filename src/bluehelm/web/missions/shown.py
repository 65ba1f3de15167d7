"""Which table versions may a reader see, and which figures may be made of them?

Every page and every JSON answer asks here, so that what a reader may not see is left out in one place.
"""

from datetime import date

from django.conf import settings
from django.http import HttpRequest

from bluehelm.products.brief import Brief
from bluehelm.situation.month_rules import MonthRule
from bluehelm.store import Store, Version
from bluehelm.web.missions.dates import AskedDates
from bluehelm.workflows.brief_mission import brief_mission


def store_for(request: HttpRequest) -> Store:
    """The data folder as this reader may see it."""
    return Store(settings.BLUEHELM_HOME)


def visible_versions(request: HttpRequest, table: str | None = None) -> list[Version]:
    """Every version that the reader may see, by table and number; of one table when it is named."""
    return store_for(request).versions(table)


def brief_for(request: HttpRequest, mission: str, dates: AskedDates, *, with_own: bool = True) -> Brief:
    """A mission's brief as this reader may see it; raises UnknownMissionError."""
    return brief_between(request, mission, dates.as_of, dates.known_on, dates.month_rule, with_own=with_own)


def brief_between(
    request: HttpRequest, mission: str, as_of: date, known_on: date | None, rule: MonthRule, *, with_own: bool = True
) -> Brief:
    """The same, for dates that stand in another form than that of the mission's page."""
    home = store_for(request).home
    return brief_mission(home, mission, as_of=as_of, known_on=known_on, month_rule=rule, with_own=with_own)
