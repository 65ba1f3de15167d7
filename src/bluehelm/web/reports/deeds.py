"""Which deeds are possible for this reader on a report, here and now?

One table serves the page and its form handler. What is not possible is not offered; whoever asks for it all the same is
refused by the action itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bluehelm.definitions.rights import Deed as Right
from bluehelm.web.posts.acting import Actor
from bluehelm.web.reports import actions, forms
from bluehelm.web.reports.models import Report


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing a person can do: its words, what is typed for it, the action it calls, the right it takes, and when."""

    verb: str
    label: Promise
    form: type[forms.DeedForm]
    act: Callable[..., object]
    right: Right
    fits: Callable[[Report], bool]
    tone: Literal["", "secondary", "danger"] = "secondary"


def _stands(report: Report) -> bool:
    return report.withdrawn_at is None


def _may_be_approved(report: Report) -> bool:
    is_free = report.counted_as_id is None and report.approved_at is None
    return _stands(report) and report.verification == "verified" and is_free


def _may_be_linked(report: Report) -> bool:
    return _stands(report) and report.counted_as_id is None and report.approved_at is None


OF_REPORT = (
    Deed("grade", _("Grade"), forms.GradeForm, actions.grade_report, "decide", _stands, tone=""),
    Deed("verify", _("Verify"), forms.VerifyForm, actions.verify_report, "decide", _stands, tone=""),
    Deed("approve", _("Approve"), forms.ApproveForm, actions.approve_report, "decide", _may_be_approved, tone=""),
    Deed("file", _("Add a photo or text"), forms.FileForm, actions.add_file, "create", _stands),
    Deed("source", _("Seal who told of it"), forms.SourceForm, actions.add_source, "create", _stands),
    Deed("link", _("Count it as another report"), forms.LinkForm, actions.link_reports, "decide", _may_be_linked),
    Deed("unlink", _("Count it for itself"), forms.ReasonForm, actions.unlink_report, "decide",
         lambda report: getattr(report, "counted_as_shown", None) is not None),
    Deed("apart", _("They are two"), forms.ApartForm, actions.tell_apart, "decide", _stands),
    Deed("take-back", _("Take the approval back"), forms.ReasonForm, actions.take_back_approval, "decide",
         lambda report: report.approved_at is not None),
    Deed("relabel", _("Change who may read it"), forms.RelabelForm, actions.relabel_report, "release", _stands),
    Deed("withdraw", _("Withdraw"), forms.ReasonForm, actions.withdraw_report, "decide",
         lambda report: _stands(report) and report.approved_at is None, tone="danger"),
)  # fmt: skip
BY_PROGRAM = ("grade", "verify", "approve", "source", "link", "unlink", "apart", "take-back", "relabel", "withdraw")
"""What a program may do; files are sent by people."""
ALL = {deed.verb: deed for deed in OF_REPORT}


def may(actor: Actor, deed: Deed, report: Report) -> bool:
    return not actor.viewing and deed.fits(report) and actor.may(deed.right, "report", report.marking)
