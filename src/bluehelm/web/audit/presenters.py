"""How are an entry and the state of the chain shown, to people and to programs?"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.utils.translation import gettext as _

from bluehelm.disclosure import Marking
from bluehelm.web.audit.guards import missing
from bluehelm.web.audit.models import Entry
from bluehelm.web.audit.proof import Proof, prove
from bluehelm.web.audit.stored import stored_links

VERIFIED_AT_MOST = 300_000
"""Entries that a page verifies while its reader waits; the command takes any number."""


def row_json(entry: Entry) -> dict[str, Any]:
    """An entry in a list: what was done to which record, without the reason and the detail."""
    return {
        "sequence": entry.sequence,
        "at": entry.at,
        "deed": entry.deed,
        "by": entry.by,
        "post": entry.post or None,
        "kind": entry.kind,
        "key": entry.key or None,
        "marking": Marking(entry.marking).code,
    }


def entry_json(entry: Entry) -> dict[str, Any]:
    """All that an entry says."""
    return {
        **row_json(entry),
        "detail": _detail(entry),
        "reason": entry.reason or None,
        "audience": entry.audience or None,
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }


def list_json(pages: Page[Entry], chain: "ChainState") -> dict[str, Any]:
    """A page of the list, as `bluehelm audit list --json` gives it, and the state of the chain."""
    return {
        "entries": [row_json(entry) for entry in pages],
        "more": pages.has_next(),
        "page": pages.number,
        "pages": pages.paginator.num_pages,
        "count": pages.paginator.count,
        "chain": chain.json,
    }


def part_json(entries: Iterable[Entry], chain: "ChainState") -> dict[str, Any]:
    """A part of the list that begins where a cursor says."""
    return {"entries": [row_json(entry) for entry in entries], "chain": chain.json}


@dataclass(frozen=True, slots=True)
class ChainState:
    """How long the chain is, how it ends, whether the database guards it, and what a verification found if one ran."""

    length: int
    head: Entry | None
    unguarded: list[str]
    proof: Proof | None

    @property
    def may_verify(self) -> bool:
        return 0 < self.length <= VERIFIED_AT_MOST

    @property
    def facts(self) -> list[tuple[str, Any]]:
        facts: list[tuple[str, Any]] = [(_("Entries in the chain"), self.length)]
        if self.head:
            facts += [(_("Ends (UTC)"), self.head.at), (_("Ends with the hash"), self.head.hash)]
        guards = _("refuses every change") if not self.unguarded else ", ".join(self.unguarded)
        facts.append((_("The database") if not self.unguarded else _("Guards that are missing"), guards))
        return facts

    @property
    def json(self) -> dict[str, Any]:
        return {
            "entries": self.length,
            "head": self.head and {"sequence": self.head.sequence, "at": self.head.at, "hash": self.head.hash},
            "guards_missing": self.unguarded,
            "verification": self.proof and self.proof.json,
        }


def chain_state(*, verified: bool) -> ChainState:
    """The state of the chain; `verified` walks along it, unless it is too long for a page."""
    length, head = Entry.objects.count(), Entry.objects.order_by("sequence").last()
    state = ChainState(length, head, missing(), None)
    if verified and state.may_verify:
        return ChainState(length, head, state.unguarded, prove(stored_links()))
    return state


def entry_facts(entry: Entry) -> list[tuple[str, Any]]:
    """Each thing an entry says, in words; what it does not say is left out."""
    said = [
        (_("When (UTC)"), entry.at),
        (_("Deed"), entry.deed),
        (_("By"), entry.by),
        (_("In the post"), entry.post),
        (_("Record"), f"{entry.kind} {entry.key}".strip()),
        (_("Reason"), entry.reason),
        *((_("Detail: %(name)s") % {"name": name}, _plain(value)) for name, value in _detail(entry).items()),
        (_("The record is addressed to"), entry.audience.replace("|", ", ")),
        (_("Hash of the entry before"), entry.previous_hash),
        (_("Hash"), entry.hash),
    ]
    return [(name, value) for name, value in said if value != ""]


def _detail(entry: Entry) -> dict[str, Any]:
    """The detail as it was written; what somebody made unreadable is shown as it stands."""
    try:
        return dict(json.loads(entry.detail))
    except (ValueError, TypeError):
        return {"unreadable": entry.detail}


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_plain(inner)}" for name, inner in value.items()) or _("none")
    if isinstance(value, list):
        return ", ".join(map(_plain, value)) or _("none")
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
