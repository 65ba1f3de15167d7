"""How is a report said: to people on a page, to programs as JSON, to others as CSV and GeoJSON?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluehelm.definitions.report_types import LISTS, packaged_report_types
from bluehelm.disclosure import Marking
from bluehelm.products.report_map import Marked
from bluehelm.situation.duplicates import Pair, Sign
from bluehelm.situation.effort import Effort
from bluehelm.situation.reports import GROUPS, SETTLED, Range, is_late
from bluehelm.web.reports import words
from bluehelm.web.reports.content import Content, harm_of
from bluehelm.web.reports.models import InformationRequest, Product, Report, Version
from bluehelm.web.reports.reads import Group


def report_json(report: Report) -> dict[str, Any]:
    """A report as plain values; who is behind it is no part of it."""
    found = packaged_report_types().get(report.type)
    return {
        "report": report.pk,
        "mission": report.mission,
        "unit": report.unit,
        "sort": report.sort,
        "type": report.type,
        "maps_to": {other: found.called(other) if found else None for other in LISTS},
        "from": _instant(report.from_at),
        "until": _instant(report.until_at),
        "certainty": report.certainty,
        "place": report.place or None,
        "placed_by": report.placed_by,
        "place_precision": report.precision,
        "latitude": report.latitude,
        "longitude": report.longitude,
        "actors": [{"name": name, "role": role} for name, role in report.parties],
        "harm": harm_json(report.harm),
        "narrative": report.narrative,
        "response": report.response or None,
        "source_type": report.source_type or None,
        "received": _instant(report.received_at),
        "reliability": report.reliability or None,
        "credibility": report.credibility or None,
        "verification": report.verification,
        "verified_late": late(report, report.received_at) if report.settled_at else None,
        "approved": _instant(report.approved_at),
        "withdrawn": _instant(report.withdrawn_at),
        "counted_as": getattr(report, "counted_as_shown", None),
        "marking": Marking(report.marking).code,
        "releasable_to": sorted(report.releasable_to.names),
        "row_version": report.row_version,
    }


def harm_json(kept: Content) -> dict[str, Any]:
    """Each outcome: least and most persons, null where unknown, in all and by group as far as told apart."""
    return {
        harm.outcome: {
            "persons": _range(harm.persons),
            **{group: _range(harm.groups[group]) for group in GROUPS if group in harm.groups},
        }
        for harm in harm_of(kept)
    }


def _range(found: Range | None) -> dict[str, int | None] | None:
    return None if found is None else {"low": found.low, "high": found.high}


def _instant(at: datetime | None) -> str | None:
    return at.isoformat(timespec="minutes") if at else None


def late(report: Report, now: datetime) -> bool:
    """Whether it was verified late, or is late to be."""
    return is_late(report.received_at, report.settled_at, now, packaged_report_types().verify_within_hours)


def harm_words(kept: Content) -> str:
    """Who came to harm in one line, unknown numbers said as unknown; empty when nothing is said."""
    return "; ".join(_harm_line(harm) for harm in harm_of(kept))


def _harm_line(harm: Any) -> str:
    title = words.OUTCOMES[harm.outcome]
    groups = ", ".join(f"{harm.groups[group]} {words.GROUPS[group]}" for group in GROUPS if group in harm.groups)
    said = _("%(name)s: %(said)s") % {"name": title, "said": f"{harm.persons or _('unknown')}"}
    return said + (f" ({groups})" if groups else "")


def parties_words(parties: Iterable[tuple[str, str]]) -> str:
    return "; ".join(_("%(name)s: %(said)s") % {"name": words.ROLES[role], "said": name} for name, role in parties)


@dataclass(frozen=True, slots=True)
class FieldSaid:
    """One field of a report in words; `now` and `other` where two versions differ."""

    name: str
    label: Any
    now: str
    other: str = ""


def said(name: str, value: Any) -> str:
    """One value of a content as people read it."""
    if value in (None, "", [], {}):
        return _("not said")
    named = {"certainty": words.CERTAINTIES, "placed_by": words.PLACED_BY, "precision": words.PRECISIONS,
             "source_type": words.SOURCE_TYPES}  # fmt: skip
    if name in named:
        return str(named[name].get(f"{value}", value))
    if name in ("from_at", "until_at"):
        return f"{value}".replace("T", " ").replace("+00:00", " UTC")
    if name == "harm":
        return harm_words(value)
    if name == "parties":
        return parties_words(value)
    return words.type_title(value) if name == "type" else f"{value}"


def sides(now: Content, version: Version, differing: Iterable[Any]) -> list[FieldSaid]:
    """The fields in which a waiting version differs, both values in words."""
    return [
        FieldSaid(one.name, words.FIELDS[one.name], said(one.name, one.now), said(one.name, one.other))
        for one in differing
    ]


def version_json(version: Version) -> dict[str, Any]:
    """A version: what was said and when, and neither account nor post."""
    return {
        "version": version.pk,
        "row_version": version.row_version,
        "based_on": version.based_on,
        "standing": version.standing,
        "at": _instant(version.at),
        "deed": version.deed,
        "reason": version.reason or None,
        "content": version.content,
    }


def pair_json(pair: Pair) -> dict[str, Any]:
    signs = [{"sign": sign.name, "strength": round(sign.strength, 2), "words": sign.words} for sign in pair.signs]
    return {"first": pair.first, "second": pair.second, "points": pair.points, "signs": signs}


def sign_words(sign: Sign) -> str:
    """A sign in the reader's language, with how strong it is."""
    strength = f"{sign.strength:.0%}"
    return {
        "time": _("time agrees to %(strength)s"),
        "place": _("place agrees to %(strength)s"),
        "type": _("type agrees to %(strength)s"),
        "actors": _("actors agree to %(strength)s"),
        "toll": _("toll agrees to %(strength)s"),
        "text": _("text agrees to %(strength)s"),
    }[sign.name] % {"strength": strength}


def effort_words(effort: Effort) -> str:
    """A component's reports beside how much it looked at, and the days of which nothing is known."""
    unknown = _("unknown")
    said = _("%(unit)s: %(reports)s reports; patrols %(patrols)s; reporter-days %(days)s; effort told of %(told)s of "
             "%(all)s days") % {
        "unit": words.UNITS.get(effort.unit, effort.unit),
        "reports": effort.reports,
        "patrols": unknown if effort.patrols is None else effort.patrols,
        "days": unknown if effort.reporter_days is None else effort.reporter_days,
        "told": effort.told_days,
        "all": effort.days,
    }  # fmt: skip
    if effort.missing:
        days = ", ".join(date_format(day, "j F") for day in effort.missing)
        said += _("; missing, so that nothing is known: %(days)s") % {"days": days}
    return f"{said}."


def effort_json(effort: Effort) -> dict[str, Any]:
    return {
        "unit": effort.unit,
        "days": effort.days,
        "reports": effort.reports,
        "patrols": effort.patrols,
        "reporter_days": effort.reporter_days,
        "days_told": effort.told_days,
        "missing_days": [day.isoformat() for day in effort.missing],
        "reports_per_10_reporter_days": effort.per_10,
        "standing": effort.words,
    }


def product_json(product: Product) -> dict[str, Any]:
    return {
        "product": product.pk,
        "mission": product.mission,
        "sort": product.sort,
        "title": product.title,
        "from": _instant(product.from_at),
        "until": _instant(product.until_at),
        "signed": _instant(product.signed_at),
        "signed_by": product.signed_post.code if product.signed_post else None,
        "acknowledged": [{"post": one.post.code, "at": _instant(one.at)} for one in product.acknowledged.all()],
        "marking": Marking(product.marking).code,
        "row_version": product.row_version,
    }


def request_json(asked: InformationRequest) -> dict[str, Any]:
    return {
        "request": asked.pk,
        "mission": asked.mission,
        "question": asked.question,
        "asked": _instant(asked.asked_at),
        "asked_by": asked.asked_post.code,
        "asked_of": asked.to_post.code,
        "due": _instant(asked.due_at),
        "acknowledged": _instant(asked.acknowledged_at),
        "answered": _instant(asked.answered_at),
        "answer": asked.answer or None,
        "declined": asked.declined,
        "row_version": asked.row_version,
    }


# The map and what leaves


def age_words(at: datetime, now: datetime) -> str:
    """How old a report is, in hours or days."""
    hours = max(0, int((now - at).total_seconds() // 3600))
    if hours == 0:
        return _("less than an hour old")
    if hours < 48:
        return ngettext("%(number)d hour old", "%(number)d hours old", hours) % {"number": hours}
    return ngettext("%(number)d day old", "%(number)d days old", hours // 24) % {"number": hours // 24}


def marks(reports: Iterable[Report], now: datetime) -> list[Marked]:
    """The reports as the map draws them."""
    stale = packaged_report_types().stale_after_days * 86_400
    return [
        Marked(
            report.pk,
            report.sort,
            report.latitude or 0.0,
            report.longitude or 0.0,
            f"{words.type_title(report.type)}, {report.place}" if report.place else words.type_title(report.type),
            tuple(
                filter(
                    None, (_when(report, now), harm_words(report.harm), str(words.VERIFICATIONS[report.verification]))
                )
            ),
            (now - report.from_at).total_seconds() > stale,
        )
        for report in reports
    ]


def _when(report: Report, now: datetime) -> str:
    return f"{date_format(report.from_at, 'j M Y H:i')} UTC, {age_words(report.from_at, now)}"


def group_marks(groups: Iterable[Group], now: datetime) -> list[Marked]:
    """Groups of reports as the map draws them: the larger the more there are, with their number beside."""
    return [
        Marked(
            0,
            one.sort,
            one.latitude,
            one.longitude,
            _("%(name)s: %(said)s") % {"name": words.SORTS[one.sort], "said": number_format(one.reports)},
            (
                _("Near here, on the average of their points."),
                _("The newest: %(age)s.") % {"age": age_words(one.newest_at, now)},
            ),
            one.is_stale,
            one.reports,
        )
        for one in groups
    ]


def points_json(reports: Iterable[Report]) -> dict[str, Any]:
    """A feature collection of reports after RFC 7946; a report placed by words alone has no geometry."""
    features = []
    for report in reports:
        properties = report_json(report)
        latitude, longitude = properties.pop("latitude"), properties.pop("longitude")
        geometry = None if latitude is None else {"type": "Point", "coordinates": [longitude, latitude]}
        features.append({"type": "Feature", "id": report.pk, "properties": properties, "geometry": geometry})
    return {"type": "FeatureCollection", "features": features}


def settled_words(report: Report) -> str:
    """When it was verified, and whether that was late."""
    if report.verification not in SETTLED or report.settled_at is None:
        return ""
    hours = (report.settled_at - report.received_at).total_seconds() / 3600
    return _("%(hours)s hours after it was received") % {"hours": number_format(round(hours))}
