"""Which decisions used a number of the plan?

A decision used it where its finding cites the indicator as evidence: `indicator: MISSION/ID`. Only findings that the
reader may read are counted, so that nobody learns of others by a number that is used.
"""

from collections import defaultdict

from bluehelm.definitions.plans import packaged_checks
from bluehelm.plans.framework import indicators_of
from bluehelm.plans.reporting import ReportingMap, reporting_map
from bluehelm.web.findings.models import Decision, Evidence, Finding
from bluehelm.web.plans.models import PlanVersion
from bluehelm.web.plans.reads import framework_of
from bluehelm.web.posts.acting import Actor


def reports_of(version: PlanVersion, actor: Actor) -> ReportingMap:
    """The reporting map of a version, with the decisions the actor may read."""
    return reporting_map(framework_of(version), _used_by(version, actor), packaged_checks().alike_from)


def _used_by(version: PlanVersion, actor: Actor) -> dict[str, list[str]]:
    ids = {placed.indicator.id for placed in indicators_of(framework_of(version))}
    prefix = f"{version.mission}/"
    readable = Finding.objects.readable_by(actor)
    cited = Evidence.objects.filter(record_kind="indicator", finding__in=readable, record_id__startswith=prefix)
    findings = defaultdict(set)
    for finding, key in cited.values_list("finding_id", "record_id"):
        findings[finding].add(key.removeprefix(prefix))
    decided = Decision.objects.filter(recommendation__finding_id__in=findings).values_list(
        "recommendation__finding_id", "pk"
    )
    used: dict[str, list[str]] = {}
    for finding, decision in sorted(decided):
        for name in sorted(findings[finding] & ids):
            used.setdefault(name, []).append(f"finding {finding}, decision {decision}")
    return used
