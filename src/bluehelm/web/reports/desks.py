"""Which deeds do the desks do beside single reports: effort, products, handover, requests for information?"""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bluehelm.disclosure import Marking
from bluehelm.web.audit.entries import append_entry
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.marked import MarkedRecord, readable
from bluehelm.web.posts.models import Audience, Post
from bluehelm.web.reports.actions import OWN_COMPONENT, DeedError
from bluehelm.web.reports.models import Acknowledged, DayEffort, InformationRequest, Product, ProductVersion

MOST_PATROLS = 10_000


@transaction.atomic
def tell_effort(*, on: date, patrols: int | None, reporters: int | None, by: Actor, unit: str = "") -> DayEffort:
    """Tell how much a component looked on a day; told again it takes its place, and the audit has both."""
    post = _of_a_mission(by)
    by.require("create", "report")
    if on > timezone.now().date():
        raise DeedError(_("That day has not come yet."))
    if patrols is None and reporters is None:
        raise DeedError(_("Tell the patrols, the people who could report, or both; leave out what is unknown."))
    if any(number is not None and not 0 <= number <= MOST_PATROLS for number in (patrols, reporters)):
        raise DeedError(_("That is no number of patrols or people."))
    of_unit = unit or post.component or OWN_COMPONENT
    told, _is_new = DayEffort.objects.update_or_create(
        mission=post.mission,
        unit=of_unit,
        on=on,
        defaults={"patrols": patrols, "reporters": reporters},
        create_defaults={
            "patrols": patrols,
            "reporters": reporters,
            "marking": Marking.UNCLASSIFIED.value,
            "releasable_to": _mission_audience(post),
        },
    )
    _audit("report_effort.told", "report_effort", told, by, {"on": f"{on}", "patrols": patrols, "reporters": reporters})
    return told


# Products


@transaction.atomic
def draft_product(
    *,
    sort: str,
    title: str,
    text: str,
    from_at: datetime,
    until_at: datetime,
    rests_on: list[int],
    marking: int,
    by: Actor,
) -> Product:
    """Keep a draft for a person to edit and sign; it is marked as the highest of what it rests on."""
    post = _of_a_mission(by)
    by.require("create", "report", marking)
    made = Product.objects.create(
        mission=post.mission,
        sort=sort,
        title=title,
        text=text,
        from_at=from_at,
        until_at=until_at,
        rests_on=rests_on,
        drafted_post=post,
        marking=marking,
        releasable_to=_mission_audience(post),
    )
    _keep_text(made, post)
    _audit("report_product.drafted", "report_product", made, by, {"sort": sort, "reports": len(rests_on)})
    return made


@transaction.atomic
def edit_product(*, number: int, expected_version: int, text: str, by: Actor) -> Product:
    """Change a draft; what is signed stays as it is."""
    product, post = _held_product(number, by), _of_a_mission(by)
    if product.signed_at:
        raise DeedError(_("It is signed; draft another one."))
    if not text.strip():
        raise DeedError(_("A product says something."))
    if text.strip() == product.text:
        raise DeedError(_("Nothing was changed: the text stands as it did."))
    product.text = text.strip()
    product.save_changed("text", expected_version=expected_version)
    _keep_text(product, post)
    _audit("report_product.edited", "report_product", product, by, {})
    return product


@transaction.atomic
def sign_product(*, number: int, expected_version: int, by: Actor) -> Product:
    """A person stands behind the text as it is; nobody changes it afterwards."""
    product, post = _held_product(number, by), _of_a_mission(by)
    by.require("decide", "report", product.marking)
    if product.signed_at:
        raise DeedError(_("It is signed already."))
    product.signed_at, product.signed_post = timezone.now(), post
    product.save_changed("signed_at", "signed_post", expected_version=expected_version)
    _audit("report_product.signed", "report_product", product, by, {"sort": product.sort})
    return product


@transaction.atomic
def acknowledge_product(*, number: int, by: Actor) -> Acknowledged:
    """A post has taken note of a signed product."""
    product = readable_product(number, by)
    if by.post is None or by.viewing:
        raise NotAllowedError(_("This takes a post."))
    if not product.signed_at:
        raise DeedError(_("It is not signed yet."))
    try:
        with transaction.atomic():
            noted = Acknowledged.objects.create(product=product, post=by.post, at=timezone.now())
    except IntegrityError:
        raise DeedError(_("Your post has acknowledged it already.")) from None
    _audit("report_product.acknowledged", "report_product", product, by, {})
    return noted


def readable_product(number: int, by: Actor) -> Product:
    found = Product.objects.readable_by(by).filter(pk=number).first()
    if found is None:
        raise DeedError(_("There is no such product, or it is not addressed to you."))
    return found


def _held_product(number: int, by: Actor) -> Product:
    readable_product(number, by)
    product = Product.objects.select_for_update().get(pk=number)
    if by.viewing or not by.may("create", "report", product.marking):
        raise NotAllowedError(_("Your post may not change this product."))
    return product


def _keep_text(product: Product, post: Post) -> None:
    ProductVersion.objects.create(
        product=product, row_version=product.row_version, at=timezone.now(), post=post, text=product.text
    )


# Requests for information


@transaction.atomic
def ask_request(*, question: str, to_post: str, hours: int, by: Actor, marking: int = 1) -> InformationRequest:
    """Ask another post of the mission for something, due in so many hours."""
    post = _of_a_mission(by)
    by.require("create", "report", marking)
    if not question.strip():
        raise DeedError(_("Ask something."))
    asked = (
        Post.objects.filter(code=to_post, mission=post.mission, closed_on=None).select_related("organisation").first()
    )
    if asked is None or asked.pk == post.pk:
        raise DeedError(_("Name another post of the mission."))
    if asked.clearance < marking:
        raise DeedError(_("That post may not read this marking."))
    now = timezone.now()
    made = InformationRequest.objects.create(
        mission=post.mission,
        question=question.strip(),
        asked_at=now,
        asked_post=post,
        to_post=asked,
        due_at=now + timedelta(hours=hours),
        marking=marking,
        releasable_to=_mission_audience(post),
    )
    _audit("report_request.asked", "report_request", made, by, {"to": asked.code, "hours": hours})
    return made


@transaction.atomic
def acknowledge_request(*, number: int, expected_version: int, by: Actor) -> InformationRequest:
    """The post that is asked has seen it."""
    request = _asked_of(number, by)
    if request.acknowledged_at:
        raise DeedError(_("It is acknowledged already."))
    request.acknowledged_at = timezone.now()
    request.save_changed("acknowledged_at", expected_version=expected_version)
    _audit("report_request.acknowledged", "report_request", request, by, {})
    return request


@transaction.atomic
def answer_request(
    *, number: int, expected_version: int, answer: str, declined: bool = False, by: Actor
) -> InformationRequest:
    """Answer a request, or say why not; to answer is to acknowledge."""
    request = _asked_of(number, by)
    if request.answered_at:
        raise DeedError(_("It is answered already."))
    if not answer.strip():
        raise DeedError(_("Say what the answer is, or why there is none."))
    now = timezone.now()
    request.acknowledged_at = request.acknowledged_at or now
    request.answered_at, request.answer, request.declined = now, answer.strip(), declined
    fields = ("acknowledged_at", "answered_at", "answer", "declined")
    request.save_changed(*fields, expected_version=expected_version)
    _audit("report_request.answered", "report_request", request, by, {"declined": declined})
    return request


def _asked_of(number: int, by: Actor) -> InformationRequest:
    found = InformationRequest.objects.filter(readable(by.reader_of("report")), pk=number).first()
    if found is None:
        raise DeedError(_("There is no such request, or it is not addressed to you."))
    if by.viewing or by.post is None or by.post.pk != found.to_post_id:
        raise NotAllowedError(_("Only the post that is asked answers."))
    return found


# What they share


def _of_a_mission(by: Actor) -> Post:
    if by.post is None or not by.post.mission or by.viewing:
        raise NotAllowedError(_("This takes a post of a mission."))
    return by.post


def _mission_audience(post: Post) -> Audience:
    return Audience.of({f"mission:{post.mission}"})


def _audit(deed: str, kind: str, record: MarkedRecord, by: Actor, detail: dict[str, str | int | bool | None]) -> None:
    append_entry(
        deed=deed,
        kind=kind,
        key=str(record.pk),
        by=by.account,
        post=by.post_code,
        detail=detail,
        marking=record.marking,
        audience=record.releasable_to.text,
    )
