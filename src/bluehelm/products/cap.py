"""How does a warning leave in the Common Alerting Protocol, so that any receiver can read it?

CAP 1.2 (OASIS, 1 July 2010). A warning of an exercise keeps its status, one that is not for everybody is Restricted and
says to whom, and every one expires. There is no field here for whoever gave an alert, and none for free XML.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from xml.etree import ElementTree as Xml  # nosec B405  # writes, and parses nothing

from bluehelm.language import ENGLISH, _

MessageType = Literal["Alert", "Update", "Cancel"]
NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
URGENCY = ("Immediate", "Expected", "Future", "Past", "Unknown")
SEVERITY = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
CERTAINTY = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")
_NO_SPACE = re.compile(r"[^\s,<&]+")
_BEYOND_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class CapError(ValueError):
    """The warning would be no sound CAP; `problems` names each element. Nothing was written."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class CapArea:
    """Where it holds: in words, and a point with a radius in km where one is known."""

    description: str
    latitude: float | None = None
    longitude: float | None = None
    radius_km: float | None = None


@dataclass(frozen=True, slots=True)
class Warning12:
    """One warning as it leaves; `restriction` is said where it is not for everybody, `references` where it follows.

    `language` is that of its words, as RFC 3066 writes it.
    """

    identifier: str
    sender: str
    sent: datetime
    exercise: bool
    restriction: str
    event: str
    urgency: str
    severity: str
    certainty: str
    expires: datetime
    headline: str
    description: str
    instruction: str
    area: CapArea
    message: MessageType = "Alert"
    references: str = ""
    language: str = ENGLISH


def reference(warning: Warning12) -> str:
    """How a later message names this one: its sender, identifier and instant."""
    return f"{warning.sender},{warning.identifier},{instant(warning.sent)}"


def problems_of(warning: Warning12) -> list[str]:
    """What the standard would refuse; empty when it is sound."""
    found = [
        _("{name}: is written without spaces, commas, < and &", name=name)
        for name in ("identifier", "sender")
        if not _NO_SPACE.fullmatch(getattr(warning, name))
    ]
    known = (("urgency", URGENCY), ("severity", SEVERITY), ("certainty", CERTAINTY))
    found += [
        _("{name}: is one of {words}", name=name, words=", ".join(words))
        for name, words in known
        if getattr(warning, name) not in words
    ]
    found += [
        _("{name}: is empty", name=name)
        for name in ("event", "headline", "description")
        if not getattr(warning, name).strip()
    ]
    if warning.sent.utcoffset() is None or warning.expires.utcoffset() is None:
        found.append(_("sent and expires: need a time zone"))
    elif warning.expires <= warning.sent:
        found.append(_("expires: comes after sent"))
    if warning.message != "Alert" and not warning.references:
        found.append(_("references: an update or a cancellation names what it follows"))
    if not all(len(one.split(",")) == 3 and all(one.split(",")) for one in warning.references.split()):
        found.append(_("references: each is the sender, the identifier and the instant of a message sent before"))
    return found + _area_problems(warning.area)


def _area_problems(area: CapArea) -> list[str]:
    found = [] if area.description.strip() else [_("{name}: is empty", name="areaDesc")]
    if (area.latitude is None) != (area.longitude is None):
        found.append(_("circle: takes a latitude and a longitude"))
    elif area.latitude is not None and not (-90 <= area.latitude <= 90 and -180 <= (area.longitude or 0) <= 180):
        found.append(_("circle: lies outside the earth"))
    return found


def to_cap(warning: Warning12) -> bytes:
    """The warning as CAP 1.2; CapError when the standard would refuse it."""
    if problems := problems_of(warning):
        raise CapError(problems)
    Xml.register_namespace("", NAMESPACE)
    alert = Xml.Element(f"{{{NAMESPACE}}}alert")
    _add(alert, "identifier", warning.identifier)
    _add(alert, "sender", warning.sender)
    _add(alert, "sent", instant(warning.sent))
    _add(alert, "status", "Exercise" if warning.exercise else "Actual")
    _add(alert, "msgType", warning.message)
    _add(alert, "scope", "Restricted" if warning.restriction else "Public")
    _add(alert, "restriction", warning.restriction)
    _add(alert, "note", "Exercise. No action is called for." if warning.exercise else "")
    _add(alert, "references", warning.references)
    _add_info(alert, warning)
    written: bytes = Xml.tostring(alert, encoding="utf-8", xml_declaration=True)
    return written


def _add_info(alert: Xml.Element, warning: Warning12) -> None:
    info = Xml.SubElement(alert, f"{{{NAMESPACE}}}info")
    _add(info, "language", warning.language)
    _add(info, "category", "Security")
    _add(info, "event", warning.event)
    for name in ("urgency", "severity", "certainty"):
        _add(info, name, getattr(warning, name))
    _add(info, "expires", instant(warning.expires))
    _add(info, "headline", warning.headline)
    _add(info, "description", warning.description)
    _add(info, "instruction", warning.instruction)
    area = Xml.SubElement(info, f"{{{NAMESPACE}}}area")
    _add(area, "areaDesc", warning.area.description)
    if warning.area.latitude is not None:
        _add(area, "circle", f"{warning.area.latitude:g},{warning.area.longitude:g} {warning.area.radius_km or 0:g}")


def _add(parent: Xml.Element, name: str, text: str) -> None:
    """An element that says something; an optional one that is empty is left out."""
    if text:
        Xml.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = _BEYOND_XML.sub("\ufffd", text)


def instant(at: datetime) -> str:
    """An instant as CAP writes it: seconds, and an offset, which is -00:00 and never Z in UTC."""
    said = at.replace(microsecond=0).isoformat()
    return f"{said[:-6]}-00:00" if said.endswith("+00:00") else said
