"""Which deeds fill a unit's card, show it to its contributor first, and open it to others?

The same form serves contingents, police and civilian components. A contributor reads its card once it is shown, and may
reply; others read it after the reply, or after the days that a definition gives for one.
"""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bluehelm.definitions.force_generation import packaged_equipment, packaged_evaluation
from bluehelm.definitions.forces import packaged_attention
from bluehelm.forces.equipment import quarter_of
from bluehelm.forces.unit_card import COMPONENTS
from bluehelm.web.forces import labels
from bluehelm.web.forces.actions import contributor_of, new_record
from bluehelm.web.forces.held import Held, RefusedError, day_of, held_record, is_own, next_code, note, require_text
from bluehelm.web.forces.models import (
    CardReply,
    EquipmentLine,
    Evaluation,
    FunctionStrength,
    Pledge,
    TrainingCertificate,
    UnitCard,
)
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.models import Audience


@transaction.atomic
def open_card(*, pledge: str, mission: str, component: str, by: Actor) -> UnitCard:
    """Begin a card; headquarters alone reads it until it is shown."""
    unit = held_record(Pledge, pledge, by)
    contributor_of(unit.contributor.code, by)
    by.require("decide", "pledge", unit.marking)
    if component not in COMPONENTS:
        raise RefusedError(
            _("%(component)s is none of %(listed)s.") % {"component": repr(component), "listed": ", ".join(COMPONENTS)}
        )
    if UnitCard.objects.filter(pledge=unit).exists():
        raise RefusedError(_("%(code)s has a card already.") % {"code": unit.code})
    made: UnitCard = new_record(
        UnitCard, labels.of_headquarters(), code=next_code(UnitCard, f"{unit.code}-K"), pledge=unit,
        mission=require_text(mission, _("Name the mission.")), component=component,
    )  # fmt: skip
    note(made, "card.begun", by, day_of(None))
    return made


@transaction.atomic
def evaluate(
    *,
    code: str,
    expected_version: int,
    task: str,
    condition: str,
    standard: str,
    rater: str,
    rating: str,
    cause: str = "",
    by: Actor,
    on: date | None = None,
) -> UnitCard:
    """One rating of one task; another rater's of the same day is compared with it."""
    deed = _card(code, expected_version, by, on)
    rules = packaged_evaluation()
    if rating not in rules.scale:
        raise RefusedError(
            _("%(rating)s is none of %(listed)s.") % {"rating": repr(rating), "listed": ", ".join(rules.scale)}
        )
    if cause and (cause not in rules.causes or rating == rules.scale[-1]):
        raise RefusedError(_("A cause is one of the definition's, and only what was not fully met has one."))
    said = {"task": task, "condition": condition, "standard": standard, "rater": rater}
    words = {name: require_text(value, _("Say the %(name)s.") % {"name": name}) for name, value in said.items()}
    if deed.record.evaluations.filter(task=words["task"], on=deed.on, rater=words["rater"]).exists():
        raise RefusedError(_("This rater rated this task on that day already."))
    Evaluation.objects.create(card=deed.record, on=deed.on, rating=rating, cause=cause, **words)
    return deed.done("card.evaluated", fields={"rating": ["", rating]})


@transaction.atomic
def count_equipment(
    *,
    code: str,
    expected_version: int,
    quarter: str,
    item: str,
    category: str,
    agreed: int,
    present: int | None,
    serviceable: int | None,
    by: Actor,
) -> UnitCard:
    """One line of a quarter: agreed, present, serviceable; counted again, the last count holds."""
    deed = _card(code, expected_version, by, None)
    try:
        quarter_of(quarter)
    except ValueError as error:
        raise RefusedError(_("%(error)s.") % {"error": error}) from None
    if category not in packaged_equipment().effects:
        raise RefusedError(_("%(category)s is no category of the definition.") % {"category": repr(category)})
    if serviceable is not None and present is not None and serviceable > present:
        raise RefusedError(_("More cannot be serviceable than are present."))
    counted = {"category": category, "agreed": agreed, "present": present, "serviceable": serviceable}
    EquipmentLine.objects.update_or_create(
        pledge=deed.record.pledge, quarter=quarter, item=require_text(item, _("Name the equipment.")), defaults=counted
    )
    return deed.done("card.equipment_counted", fields={"quarter": ["", quarter]})


@transaction.atomic
def count_role(
    *, code: str, expected_version: int, name: str, persons: int | None, women: int | None, by: Actor
) -> UnitCard:
    """Persons and women in a role; counted again, the last count holds."""
    deed = _card(code, expected_version, by, None)
    if persons is not None and women is not None and women > persons:
        raise RefusedError(_("There cannot be more women than persons."))
    FunctionStrength.objects.update_or_create(
        card=deed.record, name=require_text(name, _("Name the role.")), defaults={"persons": persons, "women": women}
    )
    return deed.done("card.role_counted")


@transaction.atomic
def certify(*, code: str, expected_version: int, name: str, valid_until: date, by: Actor) -> UnitCard:
    """The last day for which a unit is certified in a training; certified again, the new day holds."""
    deed = _card(code, expected_version, by, None)
    training = require_text(name, _("Name the training."))
    TrainingCertificate.objects.update_or_create(card=deed.record, name=training, defaults={"valid_until": valid_until})
    return deed.done("card.certified", fields={training: [None, valid_until.isoformat()]})


@transaction.atomic
def show_card(*, code: str, expected_version: int, by: Actor) -> UnitCard:
    """Show a card to its contributor, before anybody else reads it."""
    deed = _card(code, expected_version, by, None)
    record = deed.record
    if record.shown_on:
        raise RefusedError(_("It was shown on %(shown_on)s already.") % {"shown_on": record.shown_on})
    record.shown_on = deed.on
    record.releasable_to = Audience.of(record.releasable_to.names | {f"organisation:{record.pledge.contributor.code}"})
    return deed.done("card.shown", "shown_on", "releasable_to")


@transaction.atomic
def reply(*, code: str, expected_version: int, text: str, by: Actor) -> UnitCard:
    """What the contributor says about its own unit's card; nobody else says it."""
    deed = Held.begin(UnitCard, code, expected_version, by, None, right="create")
    record = deed.record
    if not is_own(by, record.pledge.contributor):
        raise NotAllowedError(_("Only the contributor replies to its unit's card."))
    CardReply.objects.create(card=record, on=deed.on, post=by.post_code, text=require_text(text, _("Say something.")))
    return deed.done("card.replied")


@transaction.atomic
def open_to_mission(*, code: str, expected_version: int, by: Actor) -> UnitCard:
    """Open a card to the mission it serves, once the contributor has replied or had its days to."""
    deed = _card(code, expected_version, by, None, right="release")
    record = deed.record
    if record.opened_on:
        raise RefusedError(_("It was opened on %(opened_on)s already.") % {"opened_on": record.opened_on})
    opens_on = may_open_on(record)
    if opens_on is None or deed.on < opens_on:
        raise RefusedError(
            f"Its contributor has until {opens_on} to reply." if opens_on else "Show it to its contributor first."
        )
    record.opened_on = deed.on
    record.releasable_to = Audience.of(record.releasable_to.names | {f"mission:{record.mission}"})
    return deed.done("card.opened", "opened_on", "releasable_to")


def may_open_on(card: UnitCard) -> date | None:
    """From which day a card may be opened to others: at once after a reply; None before it was shown."""
    if card.shown_on is None:
        return None
    if card.replies.exists():
        return card.shown_on
    return card.shown_on + timedelta(days=packaged_attention().reply_days)


def is_waiting(card: UnitCard) -> bool:
    """Whether the contributor may still reply before others read it."""
    opens_on = may_open_on(card)
    return card.opened_on is None and opens_on is not None and timezone.now().date() < opens_on


def _card(code: str, expected_version: int, by: Actor, on: date | None, right: str = "decide") -> Held[UnitCard]:
    return Held.begin(UnitCard, code, expected_version, by, on, right=right)  # type: ignore[arg-type]  # one of the rights
