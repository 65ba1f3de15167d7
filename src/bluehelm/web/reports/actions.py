"""Which deeds file a report, change it, grade it, and settle what it is?

Each checks the right and the marking, changes rows in one transaction, keeps the version it made and appends one audit
entry. Who did it stands in the audit, which auditors read, and sealed beside the report; the version that every reader
sees names neither account nor post. A deed sent twice with the same `draft_key` is done once, so that a browser whose
line dropped may send again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bluehelm.definitions.rights import Deed as Right
from bluehelm.disclosure import EVERYONE, Label, may_read
from bluehelm.situation.reports import SETTLED, VERIFICATIONS, ReportError, is_grade
from bluehelm.web.audit.chain import JSON
from bluehelm.web.audit.entries import append_entry
from bluehelm.web.outlook.held import own_reader
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.models import Audience
from bluehelm.web.posts.rights import rights
from bluehelm.web.reports.content import Content, checked, content_of, differing, fields_of
from bluehelm.web.reports.files import Prepared
from bluehelm.web.reports.lookalikes import keep_lookalikes
from bluehelm.web.reports.models import File, Identity, Report, ToldApart, Version
from bluehelm.web.secrets import conceal, reveal, with_a_key

NO_SUCH = gettext_noop("There is no such report, or it is not addressed to you.")
MOST_FILES = 6
SHORTEST_REASON = 15
OWN_COMPONENT = "mission"
"""What a report names as its origin where the post that files it belongs to no component."""


class DeedError(ValueError):
    """The deed was refused as it stands; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A report after a change, and the version that waits beside it when somebody else had changed it meanwhile."""

    report: Report
    waiting: Version | None = None


# Filing and changing


@transaction.atomic
def file_report(
    *,
    content: Content,
    label: Label,
    by: Actor,
    draft_key: UUID | None = None,
    source: str = "",
    mission: str = "",
    received_at: datetime | None = None,
) -> Report:
    """File a report; the same draft sent again gives the report it made the first time."""
    by.require("create", "report", label.marking)
    known = Report.objects.filter(draft_key=draft_key).first() if draft_key else None
    if known:
        return _sent_again(known, by)
    _check_audience(label, by)
    now = timezone.now()
    said = checked(content, now)
    of_mission = mission or (by.post.mission if by.post else "")
    if not of_mission:
        raise DeedError(_("Say which mission the report is of."))
    report = Report.objects.create(
        draft_key=draft_key or uuid4(),
        mission=of_mission,
        unit=_component(by),
        received_at=received_at or now,
        marking=label.marking.value,
        releasable_to=Audience.of(label.releasable_to),
        **fields_of(said),
    )
    keep_lookalikes(report)
    _keep(report, "report.filed", by, part="filed", detail={"type": report.type})
    if source.strip():
        _keep_identity(report, "source", source.strip())
    return report


def _sent_again(known: Report, by: Actor) -> Report:
    if not by.may_read("report", known.label):
        raise DeedError(_(NO_SUCH))
    return known


@transaction.atomic
def edit_report(
    *, number: int, expected_version: int, content: Content, reason: str = "", by: Actor, draft_key: UUID | None = None
) -> Changed:
    """Change what a report says. What was written against an older version waits beside it, and nothing is lost."""
    report = held_report(number, by)
    _require_standing(report)
    if draft_key and (sent := Version.objects.filter(draft_key=draft_key).first()):
        if sent.report_id != report.pk:
            raise DeedError(_("This draft was sent for another report."))
        return Changed(report, sent if sent.standing == "waiting" else None)
    said = checked(content, timezone.now())
    if not differing(content_of(report), said):
        raise DeedError(_("Nothing was changed: every field stands as it did."))
    if expected_version != report.row_version:
        return Changed(report, _wait(report, expected_version, said, reason, by, draft_key))
    _take(report, said)
    _keep(report, "report.edited", by, reason=reason, draft_key=draft_key)
    return Changed(report)


def _wait(report: Report, based_on: int, content: Content, reason: str, by: Actor, draft_key: UUID | None) -> Version:
    """Keep what somebody wrote against an older version, for a person to decide about."""
    if not report.versions.filter(row_version=based_on, standing="kept").exists():
        raise DeedError(_("There is no version %(number)s of this report.") % {"number": based_on})
    made = Version.objects.create(
        report=report,
        row_version=report.row_version,
        based_on=based_on,
        standing="waiting",
        draft_key=draft_key or uuid4(),
        at=timezone.now(),
        deed="report.written_meanwhile",
        reason=reason.strip(),
        content=dict(content),
        marking=report.marking,
        releasable_to=report.releasable_to,
    )
    _keep_identity(report, "changed", by.account)
    _audit(report, "report.written_meanwhile", by, detail={"based_on": based_on})
    return made


@transaction.atomic
def settle_version(
    *, number: int, version: int, expected_version: int, taken: Mapping[str, Literal["now", "other"]], by: Actor
) -> Report:
    """Decide field by field between the report as it stands and a version that waits beside it; both are kept."""
    report = held_report(number, by)
    _require_standing(report)
    waiting = report.versions.select_for_update().filter(pk=version, standing="waiting").first()
    if waiting is None:
        raise DeedError(_("This version was decided about already."))
    now = content_of(report)
    fields = {one.name for one in differing(now, waiting.content)}
    if undecided := sorted(fields - set(taken)):
        raise DeedError(_("Choose for every field: %(listed)s.") % {"listed": ", ".join(undecided)})
    merged = {name: waiting.content[name] if name in fields and taken[name] == "other" else now[name] for name in now}
    _take(report, checked(merged, timezone.now()), expected_version=expected_version)
    waiting.standing = "settled"
    waiting.save(update_fields=["standing"])
    chosen: dict[str, JSON] = {name: taken[name] for name in sorted(fields)}
    _keep(report, "report.settled", by, detail={"version": version, "taken": chosen})
    return report


@transaction.atomic
def withdraw_report(*, number: int, expected_version: int, reason: str, by: Actor) -> Report:
    """Take back a report that was filed in error: it stays, and is counted no more."""
    report = held_report(number, by, right="decide")
    _require_standing(report)
    _require_reason(reason)
    if report.approved_at:
        raise DeedError(_("It is approved; take the approval back first."))
    if report.doubles.exists():
        raise DeedError(_("Other reports are counted as this one; unlink them first."))
    report.withdrawn_at = timezone.now()
    return _changed(report, "report.withdrawn", by, expected_version, "withdrawn_at", reason=reason)


@transaction.atomic
def relabel_report(*, number: int, expected_version: int, label: Label, reason: str, by: Actor) -> Report:
    """Change who may read a report; it takes the right to release at both markings."""
    report = held_report(number, by, right="release")
    by.require("release", "report", label.marking)
    _require_reason(reason)
    if not label.releasable_to or not may_read(by.reader_of("report"), label):
        raise DeedError(_("You could not read it any more yourself; keep an audience that you belong to."))
    report.marking, report.releasable_to = label.marking.value, Audience.of(label.releasable_to)
    detail: dict[str, JSON] = {"marking": label.marking.code}
    fields = ("marking", "releasable_to")
    return _changed(report, "report.relabelled", by, expected_version, *fields, reason=reason, detail=detail)


# Grading and verification


@transaction.atomic
def grade_report(*, number: int, expected_version: int, reliability: str, credibility: str, by: Actor) -> Report:
    """Grade the source and what it says apart."""
    report = held_report(number, by, right="decide")
    _require_standing(report)
    if not is_grade(reliability, credibility):
        raise DeedError(_("Reliability runs from A to F and credibility from 1 to 6."))
    report.reliability, report.credibility = reliability, credibility
    detail: dict[str, JSON] = {"reliability": reliability, "credibility": credibility}
    return _changed(report, "report.graded", by, expected_version, "reliability", "credibility", detail=detail)


@transaction.atomic
def verify_report(*, number: int, expected_version: int, verification: str, reason: str, by: Actor) -> Report:
    """Say whether it is so, and by what; a later word takes the place of an earlier one, which stays in the history."""
    report = held_report(number, by, right="decide")
    _require_standing(report)
    if verification not in VERIFICATIONS:
        raise DeedError(_("%(said)s is no state of verification.") % {"said": repr(verification)})
    if verification == report.verification:
        raise DeedError(_("It stands so already."))
    if verification in SETTLED:
        _require_reason(reason)
    report.verification = verification
    report.settled_at = timezone.now() if verification in SETTLED else None
    if verification != "verified":
        report.approved_at = None
    fields, detail = ("verification", "settled_at", "approved_at"), {"verification": verification}
    return _changed(report, "report.verified", by, expected_version, *fields, reason=reason, detail=detail)


@transaction.atomic
def approve_report(*, number: int, expected_version: int, by: Actor) -> Report:
    """Approve a verified report for the mission's own table of incidents."""
    report = held_report(number, by, right="decide")
    _require_standing(report)
    if report.verification != "verified":
        raise DeedError(_("Only a verified report is approved."))
    if report.counted_as_id:
        _refuse_double(report, by, _("It is counted as another report; approve that one."))
    if report.approved_at:
        raise DeedError(_("It is approved already."))
    report.approved_at = timezone.now()
    return _changed(report, "report.approved", by, expected_version, "approved_at")


def _refuse_double(report: Report, by: Actor, why: str) -> None:
    """Refuse a deed on what is counted as another: why to whom may read that one, and no more to others."""
    if Report.objects.readable_by(by).filter(pk=report.counted_as_id or 0).exists():
        raise DeedError(why)
    raise DeedError(_("This cannot be done to it as it stands; ask who verifies reports."))


@transaction.atomic
def take_back_approval(*, number: int, expected_version: int, reason: str, by: Actor) -> Report:
    """Take back an approval; tables made before keep what they held."""
    report = held_report(number, by, right="decide")
    _require_reason(reason)
    if not report.approved_at:
        raise DeedError(_("It is not approved."))
    report.approved_at = None
    return _changed(report, "report.approval_taken_back", by, expected_version, "approved_at", reason=reason)


# Several reports of one event


@transaction.atomic
def link_reports(*, number: int, expected_version: int, counted_as: int, by: Actor) -> Report:
    """Count a report as another one of the same event; both stay as they are, and the event is counted once."""
    report, other = held_report(number, by, right="decide"), held_report(counted_as, by, right="decide")
    _require_standing(report)
    _require_standing(other)
    if report.counted_as_id:
        _refuse_double(report, by, _("It is counted as another report; unlink it first."))
    if other.counted_as_id:
        _refuse_double(other, by, _("Report %(number)s is itself counted as another one.") % {"number": other.pk})
    if report.pk == other.pk or report.mission != other.mission:
        raise DeedError(_("Two reports of one mission can be of one event."))
    if report.doubles.exists():
        raise DeedError(_("Other reports are counted as this one; unlink them first."))
    if report.approved_at:
        raise DeedError(_("It is approved; take the approval back first."))
    report.counted_as = other
    detail: dict[str, JSON] = {"counted_as": other.pk}
    return _changed(report, "report.linked", by, expected_version, "counted_as", detail=detail)


@transaction.atomic
def unlink_report(*, number: int, expected_version: int, reason: str, by: Actor) -> Report:
    """Count a report for itself again."""
    report = held_report(number, by, right="decide")
    _require_reason(reason)
    if not Report.objects.readable_by(by).filter(pk=report.counted_as_id or 0).exists():
        raise DeedError(_("It is counted for itself."))
    report.counted_as = None
    return _changed(report, "report.unlinked", by, expected_version, "counted_as", reason=reason)


@transaction.atomic
def tell_apart(*, number: int, expected_version: int, other: int, reason: str, by: Actor) -> Report:
    """Two reports that look alike are of two events; they are not proposed again."""
    report, second = held_report(number, by, right="decide"), held_report(other, by)
    _require_reason(reason)
    if report.pk == second.pk:
        raise DeedError(_("Name another report."))
    low, high = sorted((report, second), key=lambda one: one.pk)
    _made, is_new = ToldApart.objects.get_or_create(
        first=low, second=high, defaults={"reason": reason.strip(), "at": timezone.now()}
    )
    if not is_new:
        raise DeedError(_("This was said already."))
    return _changed(report, "report.told_apart", by, expected_version, reason=reason, detail={"other": second.pk})


# Files


@transaction.atomic
def add_file(*, number: int, expected_version: int, prepared: Prepared, caption: str = "", by: Actor) -> Report:
    """Add a photo or text that was prepared by `files.prepare`."""
    report = held_report(number, by)
    _require_standing(report)
    taken = report.files.count()
    if taken >= MOST_FILES:
        raise DeedError(_("A report has at most %(most)s files.") % {"most": MOST_FILES})
    if report.files.filter(sha256=prepared.sha256).exists():
        raise DeedError(_("This file is there already."))
    File.objects.create(
        report=report,
        number=taken + 1,
        media_type=prepared.media_type,
        sha256=prepared.sha256,
        content=prepared.content,
        caption=caption.strip(),
    )
    return _changed(report, "report.file_added", by, expected_version, detail={"sha256": prepared.sha256})


# Who is behind a report


@transaction.atomic
def add_source(*, number: int, expected_version: int, who: str, by: Actor) -> Report:
    """Seal who told of it, apart from the report."""
    report = held_report(number, by)
    if not who.strip():
        raise DeedError(_("Say who told of it."))
    _keep_identity(report, "source", who.strip())
    return _changed(report, "report.source_added", by, expected_version)


@transaction.atomic
def open_identities(*, number: int, reason: str, by: Actor) -> list[tuple[str, str]]:
    """Who is behind a report, for those who need to know, each look with its reason in the audit."""
    report = readable_report(number, by)
    _require_own(report, by)
    if not by.may("read", "report_source", 2) or by.viewing:
        raise NotAllowedError(_("Your post may not see who is behind a report."))
    if len(reason.strip()) < SHORTEST_REASON:
        raise DeedError(_("Say in a few words why you need to know; the reason stands in the audit."))
    _audit(report, "report_source.opened", by, reason=reason, kind="report_source", marking=2)
    return [(one.part, reveal(one, "who")) for one in report.identities.all()]


def _keep_identity(report: Report, part: str, who: str) -> None:
    with_a_key()
    kept = Identity(report=report, part=part, row_version=report.row_version)
    conceal(kept, "who", who)
    kept.save(force_insert=True)


# What they share


def readable_report(number: int, by: Actor) -> Report:
    """A report that the actor may read; one that it may not read is as one that does not exist."""
    report = Report.objects.readable_by(by).select_related("releasable_to").filter(pk=number).first()
    if report is None:
        raise DeedError(_(NO_SUCH))
    return report


def held_report(number: int, by: Actor, right: Right = "create") -> Report:
    """A report that the actor may read and change, held until the transaction ends."""
    readable_report(number, by)
    report = Report.objects.select_for_update().get(pk=number)
    _require_own(report, by)
    if by.viewing or not by.may(right, "report", report.marking):
        raise NotAllowedError(_("Your post may not do this to a report."))
    return report


def _require_own(report: Report, by: Actor) -> None:
    if not may_read(own_reader(by, "report"), report.label):
        raise NotAllowedError(_("This was opened in an emergency: it may be read, and not changed."))


def own_audiences(actor: Actor) -> frozenset[str]:
    """Whom the actor may address by its post alone: its own people, not everyone nor every house of its kind."""
    named = frozenset(name for held in actor.reader.passes[:1] for name in held.audiences)
    return named - {EVERYONE} - {kind.audience for kind in rights().organisations}


def _check_audience(label: Label, by: Actor) -> None:
    if not label.releasable_to:
        raise DeedError(_("Say to whom it may be released."))
    beyond = sorted(label.releasable_to - own_audiences(by))
    if beyond and not by.may("release", "report", label.marking):
        raise NotAllowedError(_("To address %(listed)s takes the right to release.") % {"listed": ", ".join(beyond)})


def _take(report: Report, content: Content, expected_version: int | None = None) -> None:
    """Put the content into the report and move its version on."""
    fields = fields_of(content)
    for name, value in fields.items():
        setattr(report, name, value)
    expected = report.row_version if expected_version is None else expected_version
    report.save_changed(*fields, expected_version=expected)
    keep_lookalikes(report)


def _changed(
    report: Report,
    deed: str,
    by: Actor,
    expected_version: int,
    *fields: str,
    reason: str = "",
    detail: Mapping[str, JSON] | None = None,
) -> Report:
    report.save_changed(*fields, expected_version=expected_version)
    _keep(report, deed, by, reason=reason, detail=detail)
    return report


def _keep(
    report: Report,
    deed: str,
    by: Actor,
    *,
    part: str = "changed",
    reason: str = "",
    detail: Mapping[str, JSON] | None = None,
    draft_key: UUID | None = None,
) -> None:
    """Keep the version that a deed made, who did it, and its audit entry."""
    Version.objects.create(
        report=report,
        row_version=report.row_version,
        based_on=report.row_version,
        draft_key=draft_key or uuid4(),
        at=timezone.now(),
        deed=deed,
        reason=reason.strip(),
        content=content_of(report),
        marking=report.marking,
        releasable_to=report.releasable_to,
    )
    _keep_identity(report, part, by.account)
    _audit(report, deed, by, detail=detail)


def _audit(
    report: Report,
    deed: str,
    by: Actor,
    *,
    reason: str = "",
    detail: Mapping[str, JSON] | None = None,
    kind: str = "report",
    marking: int | None = None,
) -> None:
    """The entry of a deed. A reason may say what a report says, so it stands in the report's version, and here only
    where somebody looked at who is behind a report."""
    append_entry(
        deed=deed,
        kind=kind,
        key=str(report.pk),
        by=by.account,
        post=by.post_code,
        detail=detail,
        reason=reason.strip(),
        marking=report.marking if marking is None else marking,
        audience=report.releasable_to.text,
    )


def _component(by: Actor) -> str:
    return (by.post.component if by.post else "") or OWN_COMPONENT


def _require_standing(report: Report) -> None:
    if report.withdrawn_at:
        raise DeedError(_("It was withdrawn."))


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise DeedError(_("Say why; the reason is kept."))


REFUSED = (DeedError, ReportError)
