"""What must leadership see of a plan: what changed, what is due, what was decided and is not done?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet

from bluehelm.spine import State
from bluehelm.web.findings.models import Decision, Finding, Recommendation
from bluehelm.web.plans.models import PlanVersion, Round, Worksheet
from bluehelm.web.plans.reads import Line, lines_of
from bluehelm.web.posts.acting import Actor

DECIDED = (State.ACCEPTED, State.UNDER_WAY, State.PARTLY)
CHANGED = ("worsening", "improving", "moving")


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One mission's plan at a glance; nothing is added up over indicators and no unit is ranked."""

    mission: str
    version: PlanVersion
    lines: tuple[Line, ...]
    changed: tuple[Line, ...]
    unclear: int
    targets: tuple[tuple[Line, dict[str, Any]], ...]
    missing: tuple[Line, ...]
    late: tuple[Line, ...]
    worksheets: tuple[Worksheet, ...]
    undecided: tuple[Recommendation, ...]
    not_done: tuple[Recommendation, ...]

    @property
    def held_back(self) -> int:
        return sum(line.held_back for line in self.lines)


def dashboard_of(
    version: PlanVersion, actor: Actor, on: date, *, is_leaving: bool = False, until: str = ""
) -> Dashboard:
    """The dashboard of the plan as a reader may see it; as a stranger would when it is leaving.

    Values of periods that end after the month `until` are left out.
    """
    lines = lines_of(version, actor, on, is_leaving=is_leaving, until=until)
    outcomes = [line for line in lines if line.placed.kind != "output"]
    changed = [line for line in outcomes if line.trend and line.trend.words in CHANGED]
    asked = list(_asked(version.mission, actor))
    return Dashboard(
        mission=version.mission,
        version=version,
        lines=tuple(lines),
        changed=tuple(sorted(changed, key=lambda line: CHANGED.index(line.trend.words if line.trend else ""))),
        unclear=len(outcomes) - len(changed),
        targets=tuple(_targets(outcomes)),
        missing=tuple(line for line in lines if line.owed),
        late=tuple(line for line in lines if line.late),
        worksheets=tuple(_open_worksheets(version.mission, actor)),
        undecided=tuple(one for one in asked if one.state == State.RECOMMENDED),
        not_done=tuple(one for one in asked if one.state in DECIDED),
    )


def _targets(lines: Sequence[Line]) -> list[tuple[Line, dict[str, Any]]]:
    """Targets whose period has a value to hold against them."""
    return [(line, target) for line in lines for target in line.targets if target["met"] is not None]


def _open_worksheets(mission: str, actor: Actor) -> QuerySet[Worksheet]:
    rounds = Round.objects.readable_by(actor).filter(mission=mission, closed_at__isnull=True)
    return Worksheet.objects.filter(round__in=rounds, concluded_at__isnull=True).select_related("round")


def _asked(mission: str, actor: Actor) -> QuerySet[Recommendation]:
    """What was recommended on findings of the mission that the actor may read, the first due first."""
    readable = Finding.objects.readable_by(actor).filter(mission=mission, own_state="raised")
    wanted = [state.value for state in (State.RECOMMENDED, *DECIDED)]
    found = Recommendation.objects.filter(finding__in=readable, state__in=wanted).select_related("owner", "finding")
    return found.prefetch_related(Prefetch("decisions", Decision.objects.order_by("pk"))).order_by("due_on", "pk")
