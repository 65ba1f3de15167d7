"""How is a deed done from a page, and what comes back when it is refused?

The page comes back with what was typed, and says why; where somebody else changed the record meanwhile, both texts
stand side by side.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from bluehelm.disclosure import Marking
from bluehelm.store import StoreError
from bluehelm.web.accounts.token_auth import act_with_token, refusal, shown_secret
from bluehelm.web.accounts.tokens import TokenRefusedError
from bluehelm.web.audit.reads import append_read
from bluehelm.web.data.actions import ReleaseError
from bluehelm.web.findings.evidence import Sha256Of
from bluehelm.web.missions.shown import visible_versions
from bluehelm.web.outlook.deeds import Deed, Subject
from bluehelm.web.outlook.held import OutlookDeedError
from bluehelm.web.outlook.offers import Offers, Typed, differing
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.marked import ChangedMeanwhileError, MarkedRecord
from bluehelm.web.posts.views import actor_from

REFUSED = (OutlookDeedError, ReleaseError, StoreError)
Shown = TypeVar("Shown", bound=MarkedRecord)


@dataclass(frozen=True, slots=True)
class Done:
    """A deed that was asked for: the record as the reader may see it, how to look it up again, how to show it."""

    record: Subject
    again: Callable[[Actor, int], Subject | None]
    show: Callable[[HttpRequest, Any, Typed | None, int], HttpResponse]
    address: str


def do_deed(request: HttpRequest, deed: Deed, asked: Done) -> HttpResponse:
    """Do it and go back to the page, or show the page with what was refused."""
    actor, record = actor_from(request), asked.record
    offers = Offers(record, actor, sha256_of(request))
    form = offers.form(deed, request.POST)
    if not form.is_valid():
        return asked.show(request, record, Typed(deed.verb, form), 400)
    try:
        deed.act(number=record.pk, expected_version=form.cleaned_data["expected_version"], by=actor, **form.deed())
    except ChangedMeanwhileError:
        return _changed_meanwhile(request, deed, asked, form)
    except NotAllowedError as refused:
        form.add_error(None, str(refused))
        return asked.show(request, record, Typed(deed.verb, form), 403)
    except REFUSED as refused:
        form.add_error(None, str(refused))
        return asked.show(request, record, Typed(deed.verb, form), 400)
    messages.success(request, _("Done: %(deed)s.") % {"deed": deed.label})
    return redirect(asked.address, record.pk)


def _changed_meanwhile(request: HttpRequest, deed: Deed, asked: Done, form: Any) -> HttpResponse:
    """The page as it stands now, with what the person typed beside what the other wrote; nothing is lost."""
    actor = actor_from(request)
    now = asked.again(actor, asked.record.pk)
    if now is None:
        raise Http404  # the change was that it is no longer addressed to this reader
    clash = differing(form, now)
    sent = request.POST.copy()
    sent["expected_version"] = str(now.row_version)
    again = Offers(now, actor, sha256_of(request)).form(deed, sent)
    again.is_valid()
    return asked.show(request, now, Typed(deed.verb, again, clash), 409)


def sha256_of(request: HttpRequest) -> Sha256Of:
    """The digests of the versions that this reader may see."""

    def found(table: str, number: int) -> str | None:
        return next((one.sha256 for one in visible_versions(request, table) if one.version == number), None)

    return found


def note_read(actor: Actor, shown: Iterable[Shown]) -> None:
    """Reads of restricted records stand in the audit."""
    restricted = [record for record in shown if record.marking > Marking.UNCLASSIFIED.value]
    if restricted and actor.account:
        append_read(
            kind=restricted[0].kind,
            keys=[str(record.pk) for record in restricted],
            by=actor.account,
            post=actor.post_code,
            marking=max(record.marking for record in restricted),
        )


def with_token(scope: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view that a program may also ask with a token; without one it is asked by whoever is signed in, or nobody."""

    def wrapped(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
            if shown_secret(request) is not None:
                try:
                    act_with_token(request, scope)
                except TokenRefusedError as refused:
                    return refusal(request, refused)
            return view(request, *args, **named)

        return answered

    return wrapped
