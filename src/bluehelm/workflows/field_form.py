"""Which form do field teams fill who already use Kobo or ODK?

An XLSForm: three sheets that those tools turn into a form on a phone that works without a line. Its questions carry the
names under which submissions are taken in again, and are asked in every language of bluehelm: whoever fills the form
chooses one on the device. Who told of it is not asked: such files lie on devices and servers of others.
"""

import io
from collections.abc import Callable, Sequence
from datetime import datetime, time
from typing import Any

from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.writer.excel import ExcelWriter  # type: ignore[import-untyped]

from bluehelm.definitions.report_types import ReportTypes
from bluehelm.language import ENGLISH, FRENCH, _, called, gettext_noop, now, speaking
from bluehelm.situation.reports import CERTAINTIES, GROUPS, OUTCOMES, SOURCE_TYPES
from bluehelm.workflows.undated_zip import UndatedZip

VERSION = "3"
FORM_ID = "bluehelm_report"
WHOLE = "regex(., '^([0-9]+([-+]|-[0-9]+)?)?$')"
SURVEY = ("type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message", "appearance")
SPOKEN = {ENGLISH: "English (en)", FRENCH: "Français (fr)"}
"""What the standard calls a column's language: `label::English (en)`."""
Row = tuple[str, ...]
TOLD = {"label", "hint", "constraint_message"}
"""Columns that are said in every language."""
ASKED = (
    ("select_one report_type", "type", gettext_noop("What it was"), "", "yes", "", "", "", "minimal"),
    ("dateTime", "from_at", gettext_noop("When, or from"), "", "yes", "", "", "", ""),
    (
        "dateTime",
        "until_at",
        gettext_noop("Until"),
        gettext_noop("Leave out when it was one moment."),
        "",
        "",
        ". >= ${from_at}",
        gettext_noop("It cannot end before it began."),
        "",
    ),
    (
        "select_one certainty",
        "certainty",
        gettext_noop("How exactly is the time known?"),
        "",
        "",
        "",
        "",
        "",
        "minimal",
    ),
    ("text", "place", gettext_noop("Where"), gettext_noop("The name of the place."), "yes", "", "", "", ""),
    (
        "geopoint",
        "point",
        gettext_noop("Point on the map"),
        gettext_noop("Where it happened, not where you are."),
        "",
        "",
        "",
        "",
        "placement-map",
    ),
    (
        "text",
        "narrative",
        gettext_noop("What happened"),
        gettext_noop("No names of persons."),
        "yes",
        "",
        "",
        "",
        "multiline",
    ),
    (
        "select_one source_type",
        "source_type",
        gettext_noop("How was it learnt?"),
        gettext_noop("Not by whom: nobody's name."),
        "",
        "",
        "",
        "",
        "minimal",
    ),
    (
        "text",
        "perpetrator",
        gettext_noop("Who did it"),
        gettext_noop("Groups and forces, several between semicolons."),
        "",
        "",
        "",
        "",
        "",
    ),
    ("text", "target", gettext_noop("Against whom"), "", "", "", "", "", ""),
    ("text", "participant", gettext_noop("Who else was part of it"), "", "", "", "", "", ""),
    ("text", "response", gettext_noop("What was done about it"), "", "", "", "", "", "multiline"),
)
TITLES = {
    "killed": gettext_noop("Killed"),
    "injured": gettext_noop("Injured"),
    "abducted": gettext_noop("Abducted"),
    "violated": gettext_noop("Suffered sexual violence"),
    "displaced": gettext_noop("Displaced"),
}
CERTAIN = {
    "exact": gettext_noop("to the minute"),
    "hours": gettext_noop("within some hours"),
    "day": gettext_noop("the day is known"),
    "days": gettext_noop("several days"),
}
GROUP_WORDS = {
    "women": gettext_noop("women"),
    "men": gettext_noop("men"),
    "girls": gettext_noop("girls"),
    "boys": gettext_noop("boys"),
}
LEARNT = {
    "seen": gettext_noop("seen by the mission"),
    "community": gettext_noop("told by people of the place"),
    "partner": gettext_noop("told by another organisation"),
    "authorities": gettext_noop("told by authorities"),
    "media": gettext_noop("press, radio or social media"),
    "other": gettext_noop("another source"),
}


def field_form(types: ReportTypes) -> bytes:
    """The form as an XLSX file after the XLSForm standard; the list of types is the reviewed definition's."""
    book = Workbook()
    survey = book.active
    survey.title = "survey"
    _fill(survey, SURVEY, _questions)
    _fill(book.create_sheet("choices"), ("list_name", "name", "label"), lambda: _choices(types))
    settings = book.create_sheet("settings")
    settings.append(["form_title", "form_id", "version", "default_language"])
    settings.append(["Report", FORM_ID, f"{types.valid_from:%Y%m%d}{VERSION}", SPOKEN[now()]])
    written = io.BytesIO()
    day = datetime.combine(types.valid_from, time())  # the format's dates have no zone
    book.properties.creator, book.properties.created, book.properties.modified = "bluehelm", day, day
    with UndatedZip(written, "w") as archive:
        ExcelWriter(book, archive).save()
    return written.getvalue()


def _questions() -> list[Row]:
    asked = [tuple(_(cell) if name in TOLD else cell for name, cell in zip(SURVEY, row, strict=True)) for row in ASKED]
    return [*asked, *_harm_asked()]


def _harm_asked() -> list[Row]:
    """A group of questions on harm; each number may be a range or left out, which is unknown."""
    rows: list[Row] = [("begin_group", "harm", _("Who came to harm"), *[""] * 5, "field-list")]
    hint, wrong = _("3, 2-5 or 3+; nothing is unknown."), _("3, 2-5 or 3+")
    for outcome in OUTCOMES:
        harm = _(TITLES[outcome])
        numbers = {outcome: _("{harm}: in all", harm=harm)}
        numbers |= {f"{outcome}_{of}": _("{harm}: {group}", harm=harm, group=_(GROUP_WORDS[of])) for of in GROUPS}
        rows += [("text", name, label, hint, "", "", WHOLE, wrong, "") for name, label in numbers.items()]
    return [*rows, ("end_group", "", "", "", "", "", "", "", "")]


def _choices(types: ReportTypes) -> list[Row]:
    return [
        *(("report_type", one.type, called(one.title)) for one in types.types),
        *(("certainty", name, _(CERTAIN[name])) for name in CERTAINTIES),
        *(("source_type", name, _(LEARNT[name])) for name in SOURCE_TYPES),
    ]


def _fill(sheet: Any, header: Sequence[str], rows_of_now: Callable[[], list[Row]]) -> None:
    """Write a sheet whose told columns stand there once in every language."""
    by_language = []
    for language in SPOKEN:
        with speaking(language):
            by_language.append(rows_of_now())
    sheet.append([head for name in header for head in _heads(name)])
    for row in zip(*by_language, strict=True):
        sheet.append([said[place] for place, name in enumerate(header) for said in (row if name in TOLD else row[:1])])


def _heads(name: str) -> list[str]:
    return [f"{name}::{language}" for language in SPOKEN.values()] if name in TOLD else [name]
