"""Which posts are there, who occupies them, and to whom may a record be released?

Rights and duties belong to posts, since staff rotate; a person holds those of the posts that he or she occupies today.
"""

import re
from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bluehelm.disclosure import Marking, audience_names

MARKINGS = [
    (Marking.UNCLASSIFIED.value, _("Unclassified")),
    (Marking.CONFIDENTIAL.value, _("Confidential")),
    (Marking.STRICTLY_CONFIDENTIAL.value, _("Strictly Confidential")),
]


CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
UNIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]*")
"""What audiences and addresses are made of: no separator of theirs may stand in it."""


def _require_plain(record: models.Model, form: re.Pattern[str], *fields: str) -> None:
    wrong = [name for name in fields if (value := getattr(record, name)) and not form.fullmatch(value)]
    if wrong:
        said = (
            _("Only letters, digits, hyphens and underscores.")
            if form is CODE
            else _("Only letters, digits, blanks, full stops, hyphens and underscores.")
        )
        raise ValidationError(dict.fromkeys(wrong, said))


class Organisation(models.Model):
    """A mission, a desk at headquarters, a member state, a training provider or a researcher's institute."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=40)

    class Meta:
        ordering = ("code",)
        verbose_name = _("organisation")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        _require_plain(self, CODE, "code")


class Post(models.Model):
    """A post: its role says what it may do, its organisation, mission and section what is addressed to it."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=200)
    role = models.CharField(_("role"), max_length=40)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="posts", verbose_name=_("organisation"))
    mission = models.CharField(_("mission"), max_length=60, blank=True)
    component = models.CharField(_("component"), max_length=60, blank=True)
    section = models.CharField(_("section"), max_length=60, blank=True)
    duty_station = models.CharField(_("duty station"), max_length=120, blank=True)
    clearance = models.PositiveSmallIntegerField(_("clearance"), choices=MARKINGS, default=Marking.UNCLASSIFIED.value)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        ordering = ("code",)
        verbose_name = _("post")
        constraints = (
            models.CheckConstraint(condition=Q(clearance__lte=2), name="post_clearance_is_a_marking"),
            models.CheckConstraint(condition=Q(section="") | ~Q(mission=""), name="post_section_belongs_to_a_mission"),
        )

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        _require_plain(self, CODE, "code")
        _require_plain(self, UNIT, "mission", "component", "section")


class OccupancyQuerySet(models.QuerySet["Occupancy"]):
    def on(self, day: date) -> "OccupancyQuerySet":
        """The occupancies that hold on a day and were not ended at once; the last day counts."""
        return self.filter(
            Q(ended_at__isnull=True),
            Q(until_on__isnull=True) | Q(until_on__gte=day),
            Q(post__closed_on__isnull=True) | Q(post__closed_on__gt=day),
            from_on__lte=day,
        )


class Occupancy(models.Model):
    """A person on a post, from one day until another."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="occupancies", verbose_name=_("post"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="occupancies", verbose_name=_("person")
    )
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at once"), null=True, blank=True, editable=False)

    objects = OccupancyQuerySet.as_manager()

    class Meta:
        ordering = ("-from_on", "pk")
        verbose_name = _("occupancy")
        constraints = (
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")), name="occupancy_ends_after_it_began"
            ),
        )

    def __str__(self) -> str:
        return f"{self.post_id}: {self.from_on}"


class Audience(models.Model):
    """A list of those a record may be released to, kept once however many records carry it."""

    text = models.CharField(max_length=1000, unique=True)

    class Meta:
        verbose_name = _("audience")

    def __str__(self) -> str:
        return self.text

    @property
    def names(self) -> frozenset[str]:
        return frozenset(filter(None, self.text.split("|")))

    @classmethod
    def of(cls, names: Iterable[str]) -> "Audience":
        """The audience of these names, made when it is the first; ValueError for a name that cannot be read back."""
        wanted = sorted(set(names))
        if unreadable := [name for name in wanted if audience_names(name) != {name}]:
            raise ValueError(f"{', '.join(map(repr, unreadable))}: more than one audience, or none")
        audience, is_new = cls.objects.get_or_create(text="|".join(wanted))
        if is_new:
            AudienceName.objects.bulk_create(AudienceName(audience=audience, name=name) for name in wanted)
        return audience


class AudienceName(models.Model):
    """One name of an audience, for the database to look up."""

    audience = models.ForeignKey(Audience, models.CASCADE, related_name="members")
    name = models.CharField(max_length=200, db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("audience", "name"), name="audience_names_a_reader_once"),)

    def __str__(self) -> str:
        return self.name


class BrokenGlass(models.Model):
    """Access to one audience that a person opened in an emergency, for a limited time and with a reason."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name=_("post"))
    audience = models.CharField(_("audience"), max_length=200)
    marking = models.PositiveSmallIntegerField(_("marking"), choices=MARKINGS)
    reason = models.TextField(_("reason"))
    from_at = models.DateTimeField(_("from"))
    until_at = models.DateTimeField(_("until"))
    seen_by = models.JSONField(_("seen by these posts"), default=list, blank=True)

    class Meta:
        ordering = ("-from_at",)
        verbose_name = _("broken glass")
        constraints = (
            models.CheckConstraint(condition=Q(until_at__gt=F("from_at")), name="broken_glass_ends_after_it_began"),
            models.CheckConstraint(condition=~Q(reason=""), name="broken_glass_has_a_reason"),
        )

    def __str__(self) -> str:
        return f"{self.audience} until {self.until_at:%Y-%m-%d %H:%M}"
