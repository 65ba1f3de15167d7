"""How do pages call what reports are made of? The reviewed types come from their definition, the rest from here."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluehelm.definitions.report_types import packaged_report_types
from bluehelm.language import called

Words = dict[str, Any]

SORTS: Words = {"incident": _("Incident"), "event": _("Event"), "activity": _("Activity")}
CERTAINTIES: Words = {
    "exact": _("to the minute"), "hours": _("within some hours"), "day": _("the day is known"),
    "days": _("within several days"),
}  # fmt: skip
SOURCE_TYPES: Words = {
    "seen": _("seen by the mission"), "community": _("told by people of the place"),
    "partner": _("told by another organisation"), "authorities": _("told by authorities"),
    "media": _("press, radio or social media"), "other": _("another source"),
}  # fmt: skip
PLACED_BY: Words = {"gazetteer": _("by its name"), "map": _("by a point"), "description": _("by words alone")}
PRECISIONS: Words = {
    "1": _("the place itself"), "2": _("within 25 km"), "3": _("the district"), "4": _("the region"),
    "5": _("along a line"), "6": _("the country"), "7": _("not known"),
}  # fmt: skip
ROLES: Words = {
    "perpetrator": _("Who did it"), "target": _("Against whom"), "participant": _("Who else was part of it"),
}  # fmt: skip
OUTCOMES: Words = {
    "killed": _("Killed"), "injured": _("Injured"), "abducted": _("Abducted"),
    "violated": _("Suffered sexual violence"), "displaced": _("Displaced"),
}  # fmt: skip
GROUPS: Words = {"women": _("women"), "men": _("men"), "girls": _("girls"), "boys": _("boys")}
RELIABILITIES: Words = {
    "A": _("A: completely reliable"), "B": _("B: usually reliable"), "C": _("C: fairly reliable"),
    "D": _("D: not usually reliable"), "E": _("E: unreliable"), "F": _("F: cannot be judged"),
}  # fmt: skip
CREDIBILITIES: Words = {
    "1": _("1: confirmed by others"), "2": _("2: probably true"), "3": _("3: possibly true"), "4": _("4: doubtful"),
    "5": _("5: improbable"), "6": _("6: cannot be judged"),
}  # fmt: skip
VERIFICATIONS: Words = {
    "unverified": _("unverified"), "being-verified": _("being verified"), "verified": _("verified"),
    "not-confirmed": _("could not be confirmed"), "refuted": _("refuted"),
}  # fmt: skip
TONES = {"verified": "good", "being-verified": "note", "not-confirmed": "care", "refuted": "wrong", "unverified": ""}
UNITS: Words = {
    "military": _("military"), "police": _("police"), "civilian": _("civilian"), "staff": _("headquarters staff"),
    "mission": _("mission"),
}  # fmt: skip
PARTS: Words = {"source": _("Source"), "filed": _("Filed by"), "changed": _("Changed by")}
PRODUCTS: Words = {"daily": _("Daily report"), "handover": _("Handover of the shift")}
FIELDS: Words = {
    "type": _("Type"), "from_at": _("From"), "until_at": _("Until"), "certainty": _("Certainty of the time"),
    "place": _("Place"), "placed_by": _("Placed"), "precision": _("Precision of the place"), "latitude": _("Latitude"),
    "longitude": _("Longitude"), "parties": _("Actors"), "harm": _("Harm to people"), "narrative": _("What happened"),
    "response": _("Response"), "source_type": _("Kind of source"),
}  # fmt: skip
DEEDS: Words = {
    "report.filed": _("filed"), "report.edited": _("changed"), "report.settled": _("two versions settled"),
    "report.written_meanwhile": _("written while another changed it"), "report.withdrawn": _("withdrawn"),
    "report.relabelled": _("other readers"), "report.graded": _("graded"), "report.verified": _("verification"),
    "report.approved": _("approved"), "report.approval_taken_back": _("approval taken back"),
    "report.linked": _("counted as another report"), "report.unlinked": _("counted for itself"),
    "report.told_apart": _("told apart from another report"), "report.file_added": _("file added"),
    "report.source_added": _("source added"),
}  # fmt: skip


def draft_words() -> dict[str, str]:
    """What the script that keeps drafts says, in the reader's language."""
    return {
        "sent": gettext("Sent."),
        "kept": gettext("The line is down. Your text is kept in this browser and is sent when it is back."),
        "refused": gettext("It was not accepted: open it, correct it and send it again."),
        "signin": gettext("Sign in again to send it."),
        "restored": gettext("What you had typed before was put back."),
        "forget": gettext("Throw away"),
        "open": gettext("Open"),
    }


def type_title(name: str) -> str:
    """The title of a type; its own name when the definition has it no more."""
    found = packaged_report_types().get(name)
    return called(found.title) if found else name


def type_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The types by sort, as a list to choose from."""
    types = packaged_report_types()
    return [
        (str(title), [(one.type, called(one.title)) for one in types.of_sort(sort)]) for sort, title in SORTS.items()
    ]
