"""What does the page of a mission's situation ask for?"""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from bluehelm.web.missions.charts import UsualStrip, usual_strip
from bluehelm.web.missions.dates import AskedDates
from bluehelm.web.missions.refusals import Refusal, RefusedError
from bluehelm.web.missions.shown import store_for
from bluehelm.workflows.roads import RoadsError
from bluehelm.workflows.situation import Situation, measure_situation, situation_json


def situation_for(request: HttpRequest, mission: str, dates: AskedDates) -> Situation:
    """A mission's situation as this reader may see it; raises UnknownMissionError, RefusedError for broken roads."""
    try:
        return measure_situation(store_for(request).home, mission, as_of=dates.as_of, known_on=dates.known_on)
    except RoadsError as error:
        next_step = _("Mend the file, or take it out of the data folder.")
        raise RefusedError(Refusal(500, "bad_roads", str(error), "roads.geojson", next_step)) from error


def situation_answer(request: HttpRequest, mission: str, dates: AskedDates) -> dict[str, Any]:
    """What `bluehelm situation MISSION --json` says."""
    return situation_json(situation_for(request, mission, dates))


def situation_page(answer: dict[str, Any]) -> dict[str, Any]:
    """The same answer put for the page: a day, shares in percent, the strip of windows, the months with a map."""
    tempo, spots, rings = answer["tempo"], answer["hotspots"], answer["rings"]
    return {
        "answer": answer,
        "measured_on": date.fromisoformat(answer["measured_to"]) if answer["measured_to"] else None,
        "tempo_percent": round(100 * tempo["interval"]) if tempo else None,
        "tempo_strip": tempo_strip(tempo) if tempo else None,
        "discovery_percent": round(100 * spots["false_discovery_rate"]) if spots else None,
        "rings_shown": [of for of in reversed(rings["by_month"]) if of["rings"]] if rings else [],
    }


def tempo_strip(tempo: dict[str, Any]) -> UsualStrip:
    """Past windows, oldest first, and the last one."""
    return usual_strip([*reversed(tempo["past"]), tempo["count"]], tempo["low"], tempo["high"])
