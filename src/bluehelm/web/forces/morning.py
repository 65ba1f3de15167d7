"""What needs force generation this morning: gaps by the day needed, what is stuck and on whom, what ends soon?

Each is a listing of the morning page; a contributor sees the same of its own.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bluehelm.definitions.force_generation import packaged_visits
from bluehelm.definitions.forces import packaged_attention
from bluehelm.language import called
from bluehelm.web.forces import reads
from bluehelm.web.forces.held import house
from bluehelm.web.forces.models import Pledge, TourOffer, TrainingCertificate, UnitCard, Visit
from bluehelm.web.forces.presenters import days, unit_type_words
from bluehelm.web.morning.sections import LONGEST, Entry, Section, as_section
from bluehelm.web.posts.acting import Actor

NOT_TOLD = gettext_lazy("This is not told to your post.")


def gaps_by_date(actor: Actor, today: date) -> Section:
    """Requirements needed soon, or already, that nothing is under way for; the earliest first."""
    entries, told, number = [], actor.may("read", "requirement"), 0
    if told:
        found = reads.gaps_needed_soon(actor, today, packaged_attention().gaps_within_days)
        if house(actor):  # whether another state fills what has begun is not told to a state
            found = found.filter(from_on__gte=today)
        number = found.count()
        for one in found.select_related("releasable_to")[:LONGEST]:
            why = _("%(strength)s for %(mission)s, priority %(priority)s, at least %(level)s.") % {
                "strength": f"{one.strength:,}", "mission": one.mission, "priority": one.priority,
                "level": one.min_level,
            }  # fmt: skip
            url = reverse("forces:page", args=["requirement", one.code])
            text = f"{unit_type_words(one.capability)} ({one.code})"
            entries.append(Entry(text, why, url, _("See it"), one.from_on, one.from_on < today, record=one))
    nothing = _("Nothing that is needed soon stays open.") if told else NOT_TOLD
    return as_section(
        "force-gaps", _("Needed soon, and open"), entries, nothing, reverse("forces:requirements"), number
    )


def stuck_deployments(actor: Actor, today: date) -> Section:
    """What waits longer than its stage usually takes: who holds the pen, and for how long."""
    entries, told = [], actor.may("read", "pledge")
    if told:
        board, titles = reads.board(actor, today), reads.stage_titles()
        for wait in reads.stuck_of(board):
            case = board.cases[wait.unit]
            why = _("%(stage)s, %(days)s; the pen is with %(holder)s.") % {
                "stage": titles[wait.stage], "days": days(wait.days), "holder": called(wait.holder),
            }  # fmt: skip
            text = f"{case.pledge.contributor.name}: {unit_type_words(case.pledge.capability)} ({case.code})"
            url = reverse("forces:page", args=["case", case.code])
            entries.append(Entry(text, why, url, _("See it"), wait.since, record=case))
    nothing = _("No deployment waits longer than usual.") if told else NOT_TOLD
    return as_section("force-stuck", _("Deployments stuck, and on whom"), entries, nothing, reverse("forces:pipeline"))


def ending_soon(actor: Actor, today: date) -> Section:
    """Levels that lapse or have lately lapsed, certificates that end, and visits due; the soonest first."""
    entries: list[Entry] = []
    told, number = actor.may("read", "pledge"), 0
    if told:
        found = [_renewals(actor, today), _certificates(actor, today), _trainings(actor, today), _visits(actor, today)]
        entries, number = [entry for first, _all in found for entry in first], sum(every for _, every in found)
    entries.sort(key=lambda entry: (entry.due_on or today, entry.text))
    title, nothing = _("Renewals, certificates and visits"), _("Nothing ends soon.") if told else NOT_TOLD
    more_url = reverse("forces:pledges") + "?sort=expiry&state=all"
    return as_section("force-ending", title, entries, nothing, more_url, number)


Listed = tuple[list[Entry], int]
"""The first entries, and how many there are."""


def _listed(found: QuerySet[Any], entry_of: Callable[[Any], Entry]) -> Listed:
    return [entry_of(one) for one in found.select_related("releasable_to")[:LONGEST]], found.count()


def _renewals(actor: Actor, today: date) -> Listed:
    def entry_of(one: Pledge) -> Entry:
        lapsed = one.expires_on is not None and one.expires_on < today
        why = (
            _("%(level)s lapsed; it counts for nothing until it is renewed.")
            if lapsed
            else _("%(level)s lapses unless it is renewed.")
        )
        text = f"{one.contributor.name}: {unit_type_words(one.capability)} ({one.code})"
        url = reverse("forces:page", args=["pledge", one.code])
        return Entry(text, why % {"level": one.level}, url, _("Renew it"), one.expires_on, lapsed, record=one)

    return _listed(reads.pledges_to_renew(actor, today, packaged_attention().renewals_within_days), entry_of)


def _certificates(actor: Actor, today: date) -> Listed:
    def entry_of(one: TourOffer) -> Entry:
        text = f"{one.contributor.name}: {unit_type_words(one.capability)} ({one.code})"
        url, over = (
            reverse("forces:page", args=["tours", one.code]),
            bool(one.certified_until and one.certified_until < today),
        )
        return Entry(text, _("Its certificate ends."), url, _("See it"), one.certified_until, over, record=one)

    until = today + timedelta(days=packaged_attention().renewals_within_days)
    found = reads.shown(TourOffer, actor).filter(certified_until__lte=until).select_related("contributor")
    return _listed(found.order_by("certified_until", "code"), entry_of)


def _trainings(actor: Actor, today: date) -> Listed:
    """Certificates of training of the units whose cards the actor may read."""
    until = today + timedelta(days=packaged_attention().renewals_within_days)
    found = TrainingCertificate.objects.filter(card__in=reads.shown(UnitCard, actor), valid_until__lte=until)
    listed = found.select_related("card__pledge__contributor", "card__releasable_to").order_by("valid_until", "pk")

    def entry_of(one: TrainingCertificate) -> Entry:
        card = one.card
        text = f"{card.pledge.contributor.name}: {unit_type_words(card.pledge.capability)} ({card.pledge.code})"
        why = _("Its certificate of training ends: %(training)s.") % {"training": one.name}
        url = reverse("forces:page", args=["card", card.code])
        return Entry(text, why, url, _("See it"), one.valid_until, one.valid_until < today, record=card)

    return [entry_of(one) for one in listed[:LONGEST]], listed.count()


def _visits(actor: Actor, today: date) -> Listed:
    titles = {one.name: called(one.title) for one in packaged_visits().checklists}

    def entry_of(one: Visit) -> Entry:
        over = one.planned_on < today
        why = _("Planned, and no result was given.") if over else _("A visit is planned.")
        text = f"{one.pledge.contributor.name}: {titles.get(one.checklist, one.checklist)}"
        url = reverse("forces:page", args=["visit", one.code])
        return Entry(text, why, url, _("See it"), one.planned_on, over, record=one)

    until = today + timedelta(days=packaged_attention().visits_within_days)
    return _listed(reads.visits_ahead(actor, today).filter(planned_on__lte=until), entry_of)


def rotations_uncovered(actor: Actor, today: date) -> Section:
    """Days of the half year ahead on which nobody holds a post that is kept filled by turns."""
    entries, told = [], actor.may("decide", "pledge")
    if told:
        slots = {slot.code: slot for slot in reads.slot_list(actor)}
        for code, gap in reads.uncovered_soon(slots.values(), today, packaged_attention().rotations_within_days):
            why = _("Nobody holds it for %(days)s.") % {"days": days(gap.days)}
            text = f"{unit_type_words(slots[code].capability)} ({code})"
            url = reverse("forces:page", args=["slot", code])
            entries.append(Entry(text, why, url, _("See it"), gap.from_on, gap.from_on < today, record=slots[code]))
    nothing = _("Every rotation is covered for half a year.") if told else NOT_TOLD
    return as_section("force-turns", _("Rotations uncovered"), entries, nothing, reverse("forces:rotations"))
