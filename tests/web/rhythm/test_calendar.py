"""Does the mission calendar say what is due to whom, and take what was done?"""

from datetime import date, timedelta

import pytest
from django.test import Client

from bluehelm.web.accounts.models import User
from bluehelm.web.audit.models import Entry
from bluehelm.web.posts.acting import NotAllowedError
from bluehelm.web.posts.marked import ChangedMeanwhileError
from bluehelm.web.rhythm import actions
from bluehelm.web.rhythm.models import DutyDone, MissionDate
from bluehelm.web.rhythm.reads import tasks_of
from tests.web.cast import make_cast

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 18)
SOURCE = "Resolution of an invented Council, paragraph 1"


@pytest.fixture
def cast(db, settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    return make_cast()


@pytest.fixture(autouse=True)
def today(monkeypatch):
    for module in ("views", "actions"):
        monkeypatch.setattr(f"bluehelm.web.rhythm.{module}.today", lambda: TODAY)
    return TODAY


@pytest.fixture
def planner_page(cast, today):
    client = Client()
    client.force_login(User.objects.get(username="sym-planner"))
    return client


def set_date(cast, anchor="mandate-ends", on=date(2027, 3, 31), who="sym-planner", **changed):
    fields = {"mission": "UNSYM", "anchor": anchor, "on": on, "source": SOURCE, "by": cast[who]} | changed
    return actions.set_mission_date(**fields)


def test_options_for_renewal_appear_when_the_end_of_the_mandate_is_known(cast):
    ends = TODAY + timedelta(days=130)
    assert "renewal-options" not in {task.duty.duty for task in tasks_of(cast["sym-planner"], TODAY)}
    set_date(cast, on=ends)
    due = [task.due_on for task in tasks_of(cast["sym-planner"], TODAY) if task.duty.duty == "renewal-options"]
    assert due and ends - timedelta(days=124) <= due[0] <= ends - timedelta(days=120)


def test_a_date_that_was_withdrawn_is_owed_nothing(cast):
    kept = set_date(cast, on=TODAY + timedelta(days=130))
    actions.withdraw_mission_date(mission_date=kept, reason="Extended by the Council.", by=cast["sym-planner"])
    assert "renewal-options" not in {task.duty.duty for task in tasks_of(cast["sym-planner"], TODAY)}
    assert MissionDate.objects.get(pk=kept.pk).withdrawn
    assert Entry.objects.get(deed="mission_date.withdrawn").reason == "Extended by the Council."


def test_two_who_withdraw_the_same_date_see_each_other(cast):
    kept = set_date(cast)
    theirs = MissionDate.objects.get(pk=kept.pk)
    actions.withdraw_mission_date(mission_date=kept, reason="Extended.", by=cast["sym-planner"])
    with pytest.raises(ChangedMeanwhileError):
        actions.withdraw_mission_date(mission_date=theirs, reason="Replaced.", by=cast["sym-chief"])


def test_duties_are_a_mission_s_own(cast):
    assert {task.mission for task in tasks_of(cast["oth-planner"], TODAY)} == {"UNOTH"}
    assert tasks_of(cast["hq-forces"], TODAY) == []
    with pytest.raises(NotAllowedError):
        set_date(cast, mission="UNOTH")


@pytest.mark.parametrize("who", ["sym-viewer", "sym-reporter", "auditor", "nobody"])
def test_only_posts_that_keep_the_calendar_set_dates(cast, who):
    with pytest.raises(NotAllowedError):
        set_date(cast, who=who)


@pytest.mark.parametrize("wrong", [{"anchor": "full-moon"}, {"source": " "}])
def test_a_date_hangs_on_something_known_and_names_its_source(cast, wrong):
    with pytest.raises(actions.RhythmError):
        set_date(cast, **wrong)
    assert not MissionDate.objects.exists()


def test_a_date_is_set_once(cast):
    set_date(cast)
    with pytest.raises(actions.RhythmError, match="already"):
        set_date(cast)


def done(cast, who="sym-jmac", duty="daily-report", due_on=TODAY, evidence="Registry 14"):
    return actions.do_duty(mission="UNSYM", duty=duty, due_on=due_on, evidence=evidence, by=cast[who])


def test_a_duty_is_late_until_it_is_done_with_evidence(cast):
    yesterday = TODAY - timedelta(days=1)

    def late():
        return {task.due_on for task in tasks_of(cast["sym-jmac"], TODAY) if task.is_late and task.is_daily}

    assert yesterday in late()
    with pytest.raises(actions.RhythmError, match="found"):
        done(cast, due_on=yesterday, evidence=" ")
    done(cast, due_on=yesterday)
    assert yesterday not in late()
    with pytest.raises(actions.RhythmError, match="already"):
        done(cast, due_on=yesterday)


@pytest.mark.parametrize("who", ["sym-viewer", "sym-reporter", "oth-planner", "hq-forces", "nobody"])
def test_a_duty_is_done_by_the_post_that_owes_it(cast, who):
    with pytest.raises(NotAllowedError):
        done(cast, who=who)
    assert not DutyDone.objects.exists()


def test_duties_stay_with_the_post_when_its_holder_leaves(cast):
    from bluehelm.web.posts.models import Occupancy

    done(cast)
    Occupancy.objects.filter(post__code="sym-jmac").update(until_on=TODAY - timedelta(days=1))
    assert DutyDone.objects.get().post.code == "sym-jmac"


def test_the_page_takes_what_was_done_and_refuses_what_was_not(cast, planner_page):
    due = next(task for task in tasks_of(cast["sym-planner"], TODAY) if task.is_mine and not task.is_daily)
    sent = {"duty": due.duty.duty, "due_on": due.due_on.isoformat(), "evidence": "Registry 15"}
    assert planner_page.post("/calendar/done/", sent, follow=True).context["section"] == "rhythm"
    assert DutyDone.objects.get().evidence == "Registry 15"
    answer = planner_page.post("/calendar/done/", sent | {"due_on": "never"}, follow=True)
    assert "Nothing was changed" in answer.content.decode()
    assert DutyDone.objects.count() == 1


def test_the_page_sets_and_withdraws_a_date(cast, planner_page):
    wrong = planner_page.post("/calendar/dates/", {"anchor": "mandate-ends", "on": "soon", "source": SOURCE})
    assert wrong.status_code == 400 and not MissionDate.objects.exists()
    planner_page.post("/calendar/dates/", {"anchor": "mandate-ends", "on": "2027-03-31", "source": SOURCE})
    kept = MissionDate.objects.get()
    assert SOURCE in planner_page.get("/calendar/").content.decode()
    planner_page.post(f"/calendar/dates/{kept.pk}/withdraw/", {"reason": "Extended."})
    assert MissionDate.objects.get().withdrawn


def test_the_page_and_its_json_say_the_same(cast, planner_page):
    told = planner_page.get("/api/calendar/").json()["due"]
    page = planner_page.get("/calendar/").content.decode()
    assert told and all(one["title"] in page for one in told)


def test_a_data_folder_s_own_rhythm_counts(cast, tmp_path):
    folder = tmp_path / "definitions"
    folder.mkdir()
    (folder / "rhythm.yaml").write_text(
        """title: Our own
source: ourselves
valid_from: 2026-01-01
status: draft
checked_by: null
review_on: 2027-01-01
anchors: []
duties:
  - {duty: coffee, title: Coffee, what: Coffee, asked_by: All, role: planner, rule: FREQ=DAILY, on_a_closed_day: next}
""",
        encoding="utf-8",
    )
    assert {task.duty.duty for task in tasks_of(cast["sym-planner"], TODAY)} == {"coffee"}


@pytest.mark.parametrize("on", [date.min, date(1999, 12, 31), date.max])
def test_a_date_of_a_wrong_century_is_refused(cast, on):
    with pytest.raises(actions.RhythmError, match="lies from"):
        set_date(cast, on=on)


def test_a_date_of_a_wrong_century_that_is_kept_already_breaks_no_page(cast):
    kept = set_date(cast)
    MissionDate.objects.filter(pk=kept.pk).update(on=date.min)
    assert tasks_of(cast["sym-planner"], TODAY)


def test_what_is_not_due_or_another_posts_is_not_done(cast):
    with pytest.raises(actions.RhythmError, match="not due"):
        done(cast, due_on=date(2090, 1, 2))
    with pytest.raises(NotAllowedError):
        done(cast, who="sym-planner")
    assert not DutyDone.objects.exists()


def test_a_deed_that_is_refused_shows_the_calendar_and_leads_nowhere_else(planner_page):
    refused = planner_page.post("/calendar/done/", {"next": "https://elsewhere.example/"})
    assert (refused.status_code, "Say where" in refused.content.decode()) == (400, True)
