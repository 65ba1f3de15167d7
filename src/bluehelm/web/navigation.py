"""Which sections does every page lead to, where is its JSON, and who is signed in?

A section is one line in `SECTIONS`; the page that belongs to it gives its template `section`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bluehelm.web.accounts.people import keeps_accounts
from bluehelm.web.audit.readers import is_auditor
from bluehelm.web.posts.acting import Actor

API = "/api"


def anybody(request: HttpRequest) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Section:
    """A link at the top of every page: its words, the name of its address, its own name, and who sees it."""

    label: str | Promise
    url_name: str
    name: str
    shown_to: Callable[[HttpRequest], bool] = anybody


def signed_in(request: HttpRequest) -> bool:
    return request.user.is_authenticated


def reads_forces(request: HttpRequest) -> bool:
    """Whoever reads requirements, pledges or files of undeclared caveats."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by the middleware
    return any(actor.may("read", kind) for kind in ("requirement", "pledge", "undeclared_caveat"))


def reads_protection(request: HttpRequest) -> bool:
    """Whoever reads alerts, threats or the work that answers them."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by the middleware
    return any(actor.may("read", kind) for kind in ("alert", "threat", "community", "consent", "observation"))


SECTIONS = (
    Section(_("Morning"), "morning:mine", "morning", signed_in),
    Section(_("Missions"), "missions:list", "missions"),
    Section(_("Plans"), "plans:list", "plans", signed_in),
    Section(_("Forces"), "forces:home", "forces", reads_forces),
    Section(_("Outlook"), "outlook:list", "outlook", signed_in),
    Section(_("Impact"), "impact:list", "impact"),
    Section(_("Findings"), "findings:list", "findings", signed_in),
    Section(_("Calendar"), "rhythm:calendar", "rhythm", signed_in),
    Section(_("Data"), "data:versions", "data"),
    Section(_("Audit"), "audit:list", "audit", is_auditor),
    Section(_("People"), "people", "people", keeps_accounts),
    Section(_("Records"), "exchange:home", "exchange", signed_in),
    Section(_("Jobs"), "jobs:list", "jobs", signed_in),
    Section(_("Reports"), "reports:list", "reports", signed_in),
    Section(_("Protection"), "protection:home", "protection", reads_protection),
)

# The template of whoever is signed in belongs to the accounts; where there are none, nobody is.
WHO = ["accounts/_who.html", "design/_nobody.html"]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """What every page needs to lead elsewhere (a context processor)."""
    shown = [section for section in SECTIONS if section.shown_to(request)]
    return {"sections": shown, "json_url": json_twin(request), "who": WHO}


def json_twin(request: HttpRequest) -> str:
    """The address of the same answer as JSON, `/api` before the page's own; empty where a page has none."""
    try:
        resolve(API + request.path_info)
    except Resolver404:
        return ""
    return API + request.get_full_path()
