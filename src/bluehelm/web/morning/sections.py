"""What does a morning page list, and which deed stands beside each entry?

A section is a function from the actor and the day to what needs that actor now; a page is a row of sections. A domain
adds its own by adding a function to a page. Nothing is listed that the actor may not read, and what cannot be known in
this data folder is left out rather than shown as done.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.forms import Form
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluehelm.disclosure import Marking
from bluehelm.language import called
from bluehelm.store import Store, Version
from bluehelm.web.audit.models import Entry as AuditEntry
from bluehelm.web.findings.models import Evidence, Finding, Recommendation, Wait
from bluehelm.web.findings.reads import findings_shown_to, reminders_for
from bluehelm.web.posts.acting import Actor
from bluehelm.web.posts.actions import glass_to_see
from bluehelm.web.posts.marked import MarkedRecord
from bluehelm.web.posts.reads import posts_shown_to
from bluehelm.web.posts.rights import rights
from bluehelm.web.rhythm.reads import Task, tasks_of

LONGEST = 12
"""Entries a section shows; the page behind it has the rest."""

SOON = timedelta(days=14)
NEW = timedelta(days=31)

REVISED = ("events", "country_months")
"""Tables whose versions can be compared by country and month."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A deed that is done right where it is listed: its words, where it is sent, and what is filled in for it."""

    label: str | Promise
    url: str
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that needs somebody: `deed` is what to do about it and `url` where.

    `task` is a duty with its form, `finding` the number of the finding it speaks of, `record` any other it shows;
    `beside` are the deeds that are done without opening it.
    """

    text: str
    why: str = ""
    url: str = ""
    deed: str = ""
    due_on: date | None = None
    late: bool = False
    task: Task | None = None
    finding: int | None = None
    record: MarkedRecord | None = None
    beside: tuple[Beside, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Some entries under a heading; `nothing` is said when there are none, `more_url` leads to all of them."""

    name: str
    title: str | Promise
    entries: tuple[Entry, ...]
    nothing: str | Promise
    more_url: str = ""
    more: int = 0


Listing = Callable[[Actor, date], Section]


def as_section(
    name: str,
    title: str | Promise,
    entries: list[Entry],
    nothing: str | Promise,
    more_url: str = "",
    total: int | None = None,
) -> Section:
    """The first entries under a heading, and how many more there are; `total` where not all of them were made."""
    number = len(entries) if total is None else total
    return Section(name, title, tuple(entries[:LONGEST]), nothing, more_url, max(0, number - LONGEST))


# The mission calendar


def next_deadlines(actor: Actor, today: date) -> Section:
    """The post's own duties of the next two weeks, and those that are late."""
    tasks = [task for task in tasks_of(actor, today) if task.is_mine and not task.done and task.due_on <= today + SOON]
    entries = [
        Entry(called(task.duty.title), called(task.duty.what), due_on=task.due_on, late=task.is_late, task=task)
        for task in tasks
    ]
    return as_section(
        "deadlines",
        _("Your next deadlines"),
        entries,
        _("Nothing is due in the next two weeks."),
        reverse("rhythm:calendar"),
    )


def late_by_section(actor: Actor, today: date) -> Section:
    """What other posts of the mission owe and have not given, by role."""
    late: dict[str, list[Task]] = {}
    for task in tasks_of(actor, today):
        if task.is_late and not task.is_mine:
            late.setdefault(task.duty.role, []).append(task)
    entries = [
        Entry(
            called(rights().role(role).title),
            "; ".join(sorted({called(task.duty.title) for task in tasks})),
            reverse("rhythm:calendar"),
            _("See the calendar"),
            min(task.due_on for task in tasks),
            late=True,
        )
        for role, tasks in sorted(late.items())
    ]
    return as_section("late", _("Late, by section"), entries, _("No section is late."), reverse("rhythm:calendar"))


# Findings and what follows from them


def waiting_for_you(actor: Actor, today: date) -> Section:
    """What the post has to do about findings, longest overdue first."""
    deeds = {
        "look at a proposal": _("Raise or dismiss it"),
        "decide": _("Decide"),
        "begin": _("Begin"),
        "implement": _("Report what was done"),
        "read the effect": _("Read the effect"),
    }
    entries = [
        Entry(
            one.open.title,
            _("Moved off a closed day: %(day)s.") % {"day": one.moved_because} if one.moved_because else "",
            reverse("findings:page", args=[one.open.finding]),
            deeds[one.open.need],
            one.falls_on,
            one.is_late,
            finding=one.open.finding,
        )
        for one in reminders_for(actor, Path(settings.BLUEHELM_HOME), today)
    ]
    return as_section(
        "waiting", _("Waiting for you"), entries, _("No finding waits for your post."), reverse("findings:mine")
    )


def overdue_decisions(actor: Actor, today: date) -> Section:
    """Recommendations past their day that nobody has decided on, with who may decide."""
    undecided = _open_recommendations(actor).filter(state="recommended", due_on__lt=today).order_by("due_on")
    entries = [_about(one.finding, _deciders(one), _("See it"), one.due_on, late=True) for one in undecided]
    overdue = f"{reverse('findings:list')}?due=overdue"
    return as_section("decisions", _("Overdue decisions"), entries, _("No decision is overdue."), overdue)


def _deciders(asked: Recommendation) -> str:
    able = [called(role.title) for role in rights().roles if role.may("decide", "finding", asked.finding.marking)]
    return _("Asked of %(owner)s. Decided by: %(roles)s.") % {"owner": asked.owner.title, "roles": ", ".join(able)}


def changed_evidence(actor: Actor, today: date) -> Section:
    """Open findings that rest on a table version of which there is a newer one by now."""
    open_findings = findings_shown_to(actor).filter(own_state__in=("proposed", "raised"))
    cited = Evidence.objects.filter(finding__in=open_findings.values("pk"), version__isnull=False)
    newest = _newest()
    entries = [
        _about(
            one.finding,
            _("It rests on %(table)s version %(old)s; version %(new)s is there.")
            % {"table": one.table, "old": one.version, "new": newest[one.table].version},
            _("Look again"),
        )
        for one in cited.select_related("finding").order_by("-finding__found_on", "pk")
        if one.table in newest and (one.version or 0) < newest[one.table].version
    ]
    unchanged = _("No open finding rests on data that has changed since.")
    return as_section("evidence", _("Findings whose evidence has changed"), entries, unchanged)


def nothing_begun(actor: Actor, today: date) -> Section:
    """Accepted, and nothing has begun: who owes it, and what it would cost where that is known."""
    accepted = _open_recommendations(actor).filter(state="accepted").order_by("due_on")
    entries = [_about(one.finding, _owed(one, actor), _("See it"), one.due_on, one.due_on < today) for one in accepted]
    return as_section("unbegun", _("Accepted, and nothing has begun"), entries, _("Everything accepted has begun."))


def _owed(asked: Recommendation, actor: Actor) -> str:
    owed = _("Owed by %(owner)s.") % {"owner": asked.owner.title}
    if asked.cost_usd is None or not actor.sees("finding", "cost"):
        return owed
    return owed + " " + _("Cost: %(cost)s US dollars.") % {"cost": f"{asked.cost_usd:,}"}


def proposals(actor: Actor, today: date) -> Section:
    """What software noticed and no person stands behind yet, gravest first."""
    proposed = findings_shown_to(actor).filter(own_state="proposed").order_by("found_on")
    entries = [_about(one, one.explanation, _("Raise or dismiss it"), one.found_on) for one in proposed]
    return as_section("proposals", _("Noticed by the program, for a person to judge"), entries, _("No proposal waits."))


def about(name: str, title: str | Promise, *domains: str) -> Listing:
    """A listing of the raised findings of these domains that are still open, oldest first."""

    def listing(actor: Actor, today: date) -> Section:
        raised = findings_shown_to(actor).filter(own_state="raised", domain__in=domains).exclude(state="closed")
        entries = [_about(one, one.statement[:240], _("See it")) for one in raised.order_by("found_on")]
        more = f"{reverse('findings:list')}?domain={domains[0]}"
        return as_section(name, title, entries, _("No open finding."), more)

    return listing


def stuck(actor: Actor, today: date) -> Section:
    """What waits on others: for what, on whom and since when, longest first."""
    waits = Wait.objects.filter(
        until_on=None, recommendation__in=_open_recommendations(actor).values("pk")
    ).select_related("recommendation__finding")
    entries = [
        _about(
            wait.recommendation.finding,
            _("Waits on %(party)s; %(days)s.") % {"party": wait.party, "days": _days((today - wait.from_on).days)},
            _("See it"),
            wait.from_on,
        )
        for wait in waits.order_by("from_on")
    ]
    return as_section("stuck", _("Stuck, and on whom"), entries, _("Nothing waits on others."))


def _days(number: int) -> str:
    return ngettext("%(number)d day", "%(number)d days", number) % {"number": number}


def _open_recommendations(actor: Actor) -> QuerySet[Recommendation]:
    readable = findings_shown_to(actor).filter(own_state="raised")
    return Recommendation.objects.filter(finding__in=readable.values("pk")).select_related("finding", "owner")


def _about(finding: Finding, why: str, deed: str, due_on: date | None = None, late: bool = False) -> Entry:
    url = reverse("findings:page", args=[finding.pk])
    return Entry(finding.title, why, url, deed, due_on, late, finding=finding.pk)


# Emergencies


def broken_glass(actor: Actor, today: date) -> Section:
    """Who opened a section of the mission in an emergency, until its head has seen it."""
    entries = [
        Entry(
            _("%(post)s opened %(audience)s") % {"post": glass.post.title, "audience": glass.audience},
            glass.reason,
            reverse("posts:mine"),
            _("Acknowledge"),
            glass.from_at.date(),
            late=True,
        )
        for glass in glass_to_see(actor)
    ]
    return as_section("glass", _("Opened in an emergency"), entries, _("Nothing was opened in an emergency."))


# Posts


def posts_filled(actor: Actor, today: date) -> Section:
    """Who was put on which post in the last week, and which posts are new: an administrator's deeds, seen by others."""
    listed = []
    if actor.may("read", "break_glass", Marking.STRICTLY_CONFIDENTIAL):
        posts = {post.code: post for post in posts_shown_to(actor)}
        since = f"{(today - timedelta(days=7)).isoformat()}T"
        deeds = AuditEntry.objects.filter(deed__in=("post.created", "post.occupied"), key__in=posts, at__gte=since)
        listed = [
            Entry(
                posts[deed.key].title,
                _filling(deed),
                reverse("posts:post", args=[deed.key]),
                _("See it"),
                date.fromisoformat(deed.at[:10]),
            )
            for deed in deeds.order_by("-sequence")
        ]
    return as_section("filled", _("Posts filled"), listed, _("No post was made or filled in the last week."))


def _filling(deed: AuditEntry) -> str:
    if deed.deed == "post.created":
        return _("Made by %(by)s.") % {"by": deed.by}
    account = json.loads(deed.detail)["account"]
    return _("%(account)s, put there by %(by)s.") % {"account": account, "by": deed.by}


# Data


def new_versions(actor: Actor, today: date) -> Section:
    """The table versions of the last month, and what each changed against the one before of its provider."""
    store = Store(Path(settings.BLUEHELM_HOME))
    entries = []
    for version in _recent(store, today):
        before = _before(store, version)
        compared = (
            _("%(rows)s rows; the version before had %(before)s.") if before else _("%(rows)s rows; the first one.")
        )
        entries.append(
            Entry(
                _("%(title)s: %(table)s version %(number)s")
                % {"title": version.source.title, "table": version.table, "number": version.version},
                compared % {"rows": f"{version.rows:,}", "before": f"{before.rows:,}" if before else ""},
                reverse("data:version", args=[version.table, version.version]),
                _("See it"),
                version.retrieved,
            )
        )
    nothing = _("No table has a version of the last month.")
    return as_section("versions", _("New data"), entries, nothing, reverse("data:versions"))


def moved_figures(actor: Actor, today: date) -> Section:
    """Tables whose figures may have moved: two versions of one provider, the newer of the last month."""
    store, entries = Store(Path(settings.BLUEHELM_HOME)), []
    for version in _recent(store, today):
        before = _before(store, version)
        if before is None or version.table not in REVISED:
            continue
        asked = f"?old={before.version}&new={version.version}"
        entries.append(
            Entry(
                _("%(title)s: version %(old)s became %(new)s")
                % {"title": version.source.title, "old": before.version, "new": version.version},
                _("Which country-months changed, and which figures of a mission moved with them."),
                reverse("data:revisions", args=[version.table]) + asked,
                _("What moved"),
                version.retrieved,
            )
        )
    return as_section("moved", _("Estimates that moved"), entries, _("No figure was revised in the last month."))


def coverage(actor: Actor, today: date) -> Section:
    """What each provider's newest version covers."""
    newest: dict[tuple[str, str], Version] = {}
    for version in Store(Path(settings.BLUEHELM_HOME)).versions():
        newest[version.table, version.provider] = version
    entries = [
        Entry(
            f"{version.source.title}: {version.table}",
            _("%(first)s to %(last)s") % {"first": covered.first_month, "last": covered.last_month},
            reverse("data:coverage"),
            _("See the map"),
        )
        for version in newest.values()
        if (covered := version.coverage).first_month
    ]
    return as_section("coverage", _("What the data cover"), entries, _("No table covers any month."))


def _recent(store: Store, today: date) -> list[Version]:
    """The versions of the last month, newest first."""
    found = [version for version in store.versions() if version.retrieved >= today - NEW]
    return sorted(found, key=lambda one: (one.retrieved, one.version), reverse=True)


def _before(store: Store, version: Version) -> Version | None:
    chain = store.known(version.table, provider=version.provider, synthetic=version.synthetic)
    older = [one for one in chain if one.version < version.version]
    return older[-1] if older else None


def _newest() -> dict[str, Version]:
    newest: dict[str, Version] = {}
    for version in Store(Path(settings.BLUEHELM_HOME)).versions():
        if version.table not in newest or version.version > newest[version.table].version:
            newest[version.table] = version
    return newest
