"""Which findings does the reader ask for?"""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable, OrderBy

from bluehelm.spine.course import OPEN, State
from bluehelm.web.findings.models import Finding, Recommendation
from bluehelm.workflows.findings.rules import finding_rules

STILL_DUE = tuple(sorted(state.value for state in OPEN - {State.IMPLEMENTED, State.PROPOSED, State.RAISED}))
"""States in which a recommendation has a due day ahead of it, or behind it."""

DUE = ("", "overdue", "week", "month")
SORTS = ("due", "newest", "severity")
STATES = ("open", "ended", "all")
MOST_WORDS, MOST_CHARACTERS = 20, 200
WITHIN_DAYS = {"week": 7, "month": 30}


@dataclass(frozen=True, slots=True)
class Filters:
    """What was asked for; an empty text asks for everything. `state` is a state, or open, ended or all."""

    text: str = ""
    state: str = "open"
    domain: str = ""
    severity: str = ""
    mission: str = ""
    owner: str = ""
    due: str = ""
    sort: str = "due"

    def problems(self) -> list[str]:
        """What cannot be understood; empty when all can."""
        words = finding_rules().vocabulary
        if self._is_too_long():
            return [f"that is too long; ask for at most {MOST_WORDS} words and {MOST_CHARACTERS} characters"]
        known = {
            "state": {*STATES, *(state.value for state in State)},
            "domain": {"", *(word.word for word in words.domains)},
            "severity": {"", *(word.word for word in words.severities)},
            "due": set(DUE),
            "sort": set(SORTS),
        }
        return [
            f"{getattr(self, name)!r} is no {name}; use {', '.join(sorted(filter(None, choices)))}"
            for name, choices in known.items()
            if getattr(self, name) not in choices
        ]

    def _is_too_long(self) -> bool:
        asked = [getattr(self, field.name) for field in fields(self)]
        return len(self.text.split()) > MOST_WORDS or any(len(one) > MOST_CHARACTERS or "\x00" in one for one in asked)

    @property
    def is_default(self) -> bool:
        return all(getattr(self, field.name) == field.default for field in fields(self) if field.name != "sort")


def chosen(findings: QuerySet[Finding], asked: Filters, today: date) -> QuerySet[Finding]:
    """Those asked for, each with `due_on`, the earliest day on which one of its recommendations is due, or None."""
    found = findings.filter(_state(asked.state), *(_mentions(word) for word in asked.text.split()))
    for name in ("domain", "severity", "mission"):
        if wanted := getattr(asked, name):
            found = found.filter(**{name: wanted})
    open_ones = Recommendation.objects.filter(finding=OuterRef("pk"), state__in=STILL_DUE)
    if asked.owner:
        open_ones = open_ones.filter(owner__code=asked.owner)
        found = found.filter(Exists(Recommendation.objects.filter(finding=OuterRef("pk"), owner__code=asked.owner)))
    found = found.annotate(due_on=Subquery(open_ones.order_by("due_on").values("due_on")[:1]))
    return _due(found, asked.due, today).order_by(*_order(asked.sort))


def _state(asked: str) -> Q:
    if asked == "all":
        return Q()
    if asked in ("open", "ended"):
        among = Q(state__in=sorted(state.value for state in OPEN))
        return among if asked == "open" else ~among
    return Q(state=asked)


def _mentions(word: str) -> Combinable:
    asked = Recommendation.objects.filter(finding=OuterRef("pk"), text__icontains=word)
    return Q(title__icontains=word) | Q(statement__icontains=word) | Exists(asked)


def _due(found: QuerySet[Any], asked: str, today: date) -> QuerySet[Any]:
    if asked == "overdue":
        return found.filter(own_state="raised", due_on__lt=today)
    if asked:
        return found.filter(
            own_state="raised", due_on__gte=today, due_on__lte=today + timedelta(days=WITHIN_DAYS[asked])
        )
    return found


def _order(sort: str) -> tuple[str | OrderBy, ...]:
    if sort == "newest":
        return ("-found_on", "-pk")
    gravest = (F("severity_rank").asc(), F("due_on").asc(nulls_last=True))
    by_due = (F("due_on").asc(nulls_last=True), F("severity_rank").asc())
    return (*(gravest if sort == "severity" else by_due), "pk")


def ranked(findings: QuerySet[Finding]) -> QuerySet[Finding]:
    """With `severity_rank`, 0 for the gravest, in the order of the vocabulary."""
    severities = finding_rules().vocabulary.severities
    ranks = [When(severity=word.word, then=Value(rank)) for rank, word in enumerate(severities)]
    return findings.annotate(severity_rank=Case(*ranks, default=Value(len(severities)), output_field=IntegerField()))
