"""Who is at risk, and what did we do about it?"""

from bluehelm.protection.activities import Done, Pursued, pursued, untied
from bluehelm.protection.clock import COURSE, NOT_CREDIBLE, STEPS, TOLD, Clock, ClockError, problems_of, with_step
from bluehelm.protection.clock import without_response as without_response
from bluehelm.protection.communities import Kept, Promise, Voice, kept, standing, voices
from bluehelm.protection.consent import Hindered, hindered
from bluehelm.protection.coverage import Coverage, CoverageError, Covered, coverage, with_speed
from bluehelm.protection.observers import Looked, ObservationError, Observed, from_csv, looked_at, to_csv
from bluehelm.protection.response import (
    ALERTS,
    Alerted,
    Response,
    band_of,
    by_place,
    distance_band,
    part_of_day,
    response,
    responses,
    responses_counted,
    time_of_day,
)
from bluehelm.protection.threats import Moved, Review, changes, compared, overdue
from bluehelm.protection.warning import GradedEvent, Warned, warned

__all__ = [
    "ALERTS", "COURSE", "NOT_CREDIBLE", "STEPS", "TOLD", "Alerted", "Clock", "ClockError", "Coverage",
    "CoverageError", "Covered", "Done", "GradedEvent", "Hindered", "Kept", "Looked", "Moved", "ObservationError",
    "Observed", "Promise", "Pursued", "Response", "Review", "Voice", "Warned", "band_of", "by_place", "changes",
    "compared", "coverage", "distance_band", "from_csv", "hindered", "kept", "looked_at", "overdue", "part_of_day",
    "problems_of", "pursued", "response", "responses", "responses_counted", "standing", "time_of_day", "to_csv",
    "untied", "voices", "warned", "with_speed", "with_step", "without_response",
]  # fmt: skip
