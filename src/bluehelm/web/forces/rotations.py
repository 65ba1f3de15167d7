"""Which deeds keep a post filled by turns: the post, the offers, and the tours that were agreed?

A rotation is computed by a run; nothing of it holds before a person takes it over. A turn that has begun stands: it is
neither planned anew nor replaced.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bluehelm.forces import rotation
from bluehelm.tables.months import from_ordinal, ordinal
from bluehelm.web.forces import exchange, labels
from bluehelm.web.forces.actions import contributor_of, edited, new_record, require_own_mission
from bluehelm.web.forces.held import Held, RefusedError, day_of, held_record, next_code, note, require_text
from bluehelm.web.forces.models import Run, Slot, SlotOutput, Tour, TourOffer
from bluehelm.web.posts.acting import Actor, NotAllowedError

LAST_MONTH = ordinal("2100-12")


@transaction.atomic
def ask_slot(*, mission: str, capability: str, first: int, last: int, code: str = "", by: Actor) -> Slot:
    """A post to be kept filled from the first to the last month."""
    label = labels.of_mission(mission)
    by.require("create", "requirement", label.marking)
    require_own_mission(by, mission)
    _check_months(first, last)
    named = code or next_code(Slot, f"{mission or 'HQ'}-S")
    made: Slot = new_record(
        Slot, label, code=named, mission=mission, capability=capability.strip(), first=first, last=last
    )
    note(made, "slot.asked", by, day_of(None))
    return made


@transaction.atomic
def offer_tours(
    *,
    contributor: str,
    capability: str,
    first: int,
    last: int,
    min_tour: int,
    max_tour: int,
    max_tours: int | None,
    monthly_cost: Decimal,
    certified_until: date | None = None,
    code: str = "",
    by: Actor,
) -> TourOffer:
    """Tours of so many months that a state offers inside a window."""
    state = contributor_of(contributor, by)
    label = labels.of_contributor(contributor)
    by.require("create", "pledge", label.marking)
    _check_months(first, last)
    if not 1 <= min_tour <= max_tour:
        raise RefusedError(_("The shortest tour is at least a month and no longer than the longest."))
    made: TourOffer = new_record(
        TourOffer, label, code=code or next_code(TourOffer, f"{contributor}-T"), contributor=state,
        capability=capability.strip(), first=first, last=last, min_tour=min_tour, max_tour=max_tour,
        max_tours=max_tours, monthly_cost=monthly_cost, certified_until=certified_until,
    )  # fmt: skip
    note(made, "tours.offered", by, day_of(None))
    return made


@transaction.atomic
def take_over(*, run: Run, slot: str, by: Actor) -> Slot:
    """Agree the tours that a run found for a post, in place of those agreed before that have not begun."""
    by.require("decide", "pledge", run.marking)
    if run.what != "rotate" or run.state != "done" or not by.may_read("pledge", run.label):
        raise NotAllowedError(_("There is no such rotation, or it is not addressed to you."))
    post = held_record(Slot, slot, by)
    answer: dict[str, Any] = run.answer or {}
    found = [tour for tour in answer.get("tours", []) if tour["slot"] == slot]
    offers = {code: held_record(TourOffer, code, by) for code in sorted({tour["offer"] for tour in found})}
    if not found:
        raise RefusedError(_("This rotation has no tours for that post."))
    free_from = max((_free_from(tour) for tour in _begun(post, day_of(None))), default=0)
    if min(ordinal(tour["from"]) for tour in found) < free_from:
        raise RefusedError(_("A turn that this rotation would replace has begun: plan the turns anew."))
    post.tours.filter(from_on__gt=day_of(None)).delete()
    Tour.objects.bulk_create(
        Tour(slot=post, offer=offers[tour["offer"]], from_on=first_day(ordinal(tour["from"])),
             until_on=last_day(ordinal(tour["until"])))
        for tour in found
    )  # fmt: skip
    post.save_changed(expected_version=post.row_version)
    note(post, "slot.tours_agreed", by, day_of(None), fields={"tours": [None, len(found)]})
    return post


def still_to_plan(
    slots: Iterable[Slot], offers: Iterable[TourOffer], on: date
) -> tuple[list[rotation.Slot], list[rotation.TourOffer]]:
    """Posts and offers as planning takes them on a day: what comes after the turns that have begun by then.

    An offer that has had a turn rests for a month, since two of its tours never follow each other in one post.
    """
    listed = list(slots)
    begun = [tour for slot in listed for tour in _begun(slot, on)]
    free_from: dict[int, int] = {}
    rested_from: dict[int, int] = {}
    for tour in begun:
        free_from[tour.slot_id] = max(_free_from(tour), free_from.get(tour.slot_id, 0))
        rested_from[tour.offer_id] = max(_month_of(tour.until_on) + 2, rested_from.get(tour.offer_id, 0))
    made = [tour.offer_id for tour in begun]
    wanted = [replace(exchange.slot(one), first=max(one.first, free_from.get(one.pk, 0))) for one in listed]
    given = [
        replace(
            exchange.tour_offer(one),
            first=max(one.first, rested_from.get(one.pk, 0)),
            max_tours=None if one.max_tours is None else max(0, one.max_tours - made.count(one.pk)),
        )
        for one in offers
    ]
    return [one for one in wanted if one.first <= one.last], [one for one in given if one.first <= one.last]


def _free_from(tour: Tour) -> int:
    """The first month of which somebody else may hold the post: that of the day after a turn, days of handover too."""
    return _month_of(tour.until_on + timedelta(days=1))


def _month_of(day: date) -> int:
    return day.year * 12 + day.month - 1


def _begun(slot: Slot, on: date) -> list[Tour]:
    return [tour for tour in slot.tours.all() if tour.from_on <= on]


@transaction.atomic
def edit_slot(*, code: str, expected_version: int, framework_nation: str, overlap_days: int, by: Actor) -> Slot:
    """On whom all contributors of a post rely, and how many days of handover are asked."""
    deed = Held.begin(Slot, code, expected_version, by, None, right="create")
    require_own_mission(by, deed.record.mission)
    values = {"framework_nation": framework_nation.strip(), "overlap_days": overlap_days}
    return edited(deed, "slot.edited", values)


@transaction.atomic
def move_tour(*, code: str, expected_version: int, tour: int, from_on: date, until_on: date, by: Actor) -> Slot:
    """Other days for an agreed tour, so that one hands over to the next."""
    deed = Held.begin(Slot, code, expected_version, by, None, right="create")
    require_own_mission(by, deed.record.mission)
    found = deed.record.tours.filter(pk=tour).first()
    if found is None:
        raise RefusedError(_("There is no such tour."))
    if until_on < from_on:
        raise RefusedError(_("%(until_on)s comes before %(from_on)s.") % {"until_on": until_on, "from_on": from_on})
    before = f"{found.from_on} to {found.until_on}"
    found.from_on, found.until_on = from_on, until_on
    found.save(update_fields=["from_on", "until_on"])
    return deed.done("slot.tour_moved", fields={"tour": [before, f"{from_on} to {until_on}"]})


@transaction.atomic
def note_output(*, code: str, expected_version: int, name: str, number: Decimal, by: Actor) -> Slot:
    """What a post brought, over all the time it is to be held; said again, the new number holds."""
    deed = Held.begin(Slot, code, expected_version, by, None, right="create")
    require_own_mission(by, deed.record.mission)
    output = require_text(name, _("Name the output."))
    SlotOutput.objects.update_or_create(slot=deed.record, name=output, defaults={"number": number})
    return deed.done("slot.output_noted", fields={output: [None, f"{number}"]})


def first_day(month: int) -> date:
    return date.fromisoformat(f"{from_ordinal(month)}-01")


def last_day(month: int) -> date:
    return first_day(month + 1) - timedelta(days=1)


def _check_months(first: int, last: int) -> None:
    if last < first or last > LAST_MONTH:
        raise RefusedError(_("The last month comes before the first, or is too far ahead."))
