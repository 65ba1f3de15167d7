"""Which form do field teams fill who already use Kobo or ODK?

An XLSForm: three sheets that those tools turn into a form on a phone that works without a line. Its questions carry the
names under which submissions are taken in again. Who told of it is not asked: such files lie on devices and servers of
others.
"""

import io
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.writer.excel import ExcelWriter  # type: ignore[import-untyped]

from bluehelm.definitions.report_types import ReportTypes
from bluehelm.situation.reports import CERTAINTIES, GROUPS, OUTCOMES, SOURCE_TYPES
from bluehelm.workflows.undated_zip import UndatedZip

VERSION = "2"
FORM_ID = "bluehelm_report"
WHOLE = "regex(., '^([0-9]+([-+]|-[0-9]+)?)?$')"
SURVEY = ("type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message", "appearance")
ASKED = (
    ("select_one report_type", "type", "What it was", "", "yes", "", "", "", "minimal"),
    ("dateTime", "from_at", "When, or from", "", "yes", "", "", "", ""),
    ("dateTime", "until_at", "Until", "Leave out when it was one moment.", "", "", ". >= ${from_at}",
     "It cannot end before it began.", ""),
    ("select_one certainty", "certainty", "How exactly is the time known?", "", "", "", "", "", "minimal"),
    ("text", "place", "Where", "The name of the place.", "yes", "", "", "", ""),
    ("geopoint", "point", "Point on the map", "Where it happened, not where you are.", "", "", "", "", "placement-map"),
    ("text", "narrative", "What happened", "No names of persons.", "yes", "", "", "", "multiline"),
    ("select_one source_type", "source_type", "How was it learnt?", "Not by whom: nobody's name.", "", "", "", "",
     "minimal"),
    ("text", "perpetrator", "Who did it", "Groups and forces, several between semicolons.", "", "", "", "", ""),
    ("text", "target", "Against whom", "", "", "", "", "", ""),
    ("text", "participant", "Who else was part of it", "", "", "", "", "", ""),
    ("text", "response", "What was done about it", "", "", "", "", "", "multiline"),
)  # fmt: skip
TITLES = {
    "killed": "Killed", "injured": "Injured", "abducted": "Abducted", "violated": "Suffered sexual violence",
    "displaced": "Displaced",
}  # fmt: skip
CERTAIN = {"exact": "to the minute", "hours": "within some hours", "day": "the day is known", "days": "several days"}
LEARNT = {
    "seen": "seen by the mission", "community": "told by people of the place",
    "partner": "told by another organisation", "authorities": "told by authorities",
    "media": "press, radio or social media", "other": "another source",
}  # fmt: skip


def field_form(types: ReportTypes) -> bytes:
    """The form as an XLSX file after the XLSForm standard; the list of types is the reviewed definition's."""
    book = Workbook()
    survey = book.active
    survey.title = "survey"
    _fill(survey, SURVEY, [*ASKED, *_harm_asked()])
    choices = [("report_type", one.type, one.title) for one in types.types]
    choices += [("certainty", name, CERTAIN[name]) for name in CERTAINTIES]
    choices += [("source_type", name, LEARNT[name]) for name in SOURCE_TYPES]
    _fill(book.create_sheet("choices"), ("list_name", "name", "label"), choices)
    about = [("Report", FORM_ID, f"{types.valid_from:%Y%m%d}{VERSION}", "en")]
    _fill(book.create_sheet("settings"), ("form_title", "form_id", "version", "default_language"), about)
    written = io.BytesIO()
    day = datetime.combine(types.valid_from, time())  # the format's dates have no zone
    book.properties.creator, book.properties.created, book.properties.modified = "bluehelm", day, day
    with UndatedZip(written, "w") as archive:
        ExcelWriter(book, archive).save()
    return written.getvalue()


def _harm_asked() -> list[tuple[str, ...]]:
    """A group of questions on harm; each number may be a range or left out, which is unknown."""
    rows: list[tuple[str, ...]] = [("begin_group", "harm", "Who came to harm", *[""] * 5, "field-list")]
    for outcome in OUTCOMES:
        for name, people in ((outcome, "in all"), *((f"{outcome}_{group}", group) for group in GROUPS)):
            label = f"{TITLES[outcome]}: {people}"
            rows.append(("text", name, label, "3, 2-5 or 3+; nothing is unknown.", "", "", WHOLE, "3, 2-5 or 3+", ""))
    return [*rows, ("end_group", "", "", "", "", "", "", "", "")]


def _fill(sheet: Any, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    for row in (header, *rows):
        sheet.append(list(row))
