"""Does the demonstration's plan hold what a planner must be able to try, and is it made of deeds like any other?"""

from datetime import date

import pytest

from bluehelm.plans.framework import indicators_of, outcomes_of
from bluehelm.web.audit.models import Entry
from bluehelm.web.findings.models import Decision, Recommendation
from bluehelm.web.plans import reads
from bluehelm.web.plans.demo import build_demo_plan
from bluehelm.web.plans.models import IndicatorValue, PlanVersion, Round, Worksheet
from tests.web.cast import make_cast

pytestmark = [pytest.mark.django_db, pytest.mark.long]
TODAY = date(2026, 11, 28)


def test_the_demonstration_s_plan_is_whole(db, settings, tmp_path, monkeypatch):
    settings.BLUEHELM_HOME = tmp_path
    cast = make_cast()
    planner = cast["sym-planner"]
    monkeypatch.setattr("bluehelm.web.plans.actions.today", lambda: TODAY)
    build_demo_plan("UNSYM", planner, cast["sym-head"], TODAY)
    version = reads.current_version("UNSYM", planner)
    framework = reads.framework_of(version)
    outcomes = list(outcomes_of(framework))
    placed = [one for one in indicators_of(framework) if one.kind == "outcome"]
    assert len(framework.objectives) >= 4 and len(outcomes) >= 12 and len(placed) >= 36
    months = {value.period for value in IndicatorValue.objects.all()}
    assert len(months) == 24
    assert IndicatorValue.objects.filter(part="sex=women").exists()
    assert set(IndicatorValue.objects.filter(indicator="women-in-local-bodies").values_list("part", flat=True)) == {""}
    assert reads.owners_without_post_of(version) == []
    assert IndicatorValue.objects.exclude(reason="").count() == 1
    assert Round.objects.filter(closed_at__isnull=False).count() == 2
    assert Worksheet.objects.filter(concluded_at__isnull=False).count() == 24
    assert set(Decision.objects.values_list("outcome", flat=True)) == {"accepted", "modified", "rejected"}
    assert Recommendation.objects.filter(state="overtaken").exists()
    assert version.number == 2 and version.decision.outcome == "accepted"
    assert PlanVersion.objects.get(number=1).problems == 0
    assert Entry.objects.filter(deed="plan_round.closed").count() == 2
    lines = reads.lines_of(version, planner, TODAY)
    assert any(line.missing for line in lines) and any(line.trend for line in lines)
    stranger = reads.lines_of(version, cast["hq-training"], TODAY)
    assert any(line.held_back for line in stranger) and not any(line.held_back for line in lines)
