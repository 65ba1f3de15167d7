"""Do outlooks reach those they are released to, by a named person, and is what followed told without credit?"""

import json
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bluehelm.disclosure import EVERYONE, OUTSIDER, Label, Marking
from bluehelm.store import Store, StoreError
from bluehelm.web.audit.models import Entry
from bluehelm.web.findings import actions as findings
from bluehelm.web.findings.actions import Texts
from bluehelm.web.outlook import actions
from bluehelm.web.outlook.held import OutlookDeedError
from bluehelm.web.outlook.models import OutlookRelease, OwnProbability, Threshold, Told
from bluehelm.web.outlook.publishing import make_and_keep
from bluehelm.web.outlook.reads import acted_unit_months, past_of, thresholds_on, told_and_silent
from bluehelm.web.posts.acting import NotAllowedError
from bluehelm.web.posts.marked import ChangedMeanwhileError
from bluehelm.workflows.readers import tables_as_read_by
from tests.web.outlook.conftest import DRAFTED, MISSION, ORIGINS, OWN, REASON, RELEASED, WIDER

pytestmark = pytest.mark.django_db


def numbers_shown_to(actor, release) -> bool:
    with tables_as_read_by(lambda: actor.reader_of("table")):
        return actions.numbers_of(release) is not None


# Releasing


def test_a_named_person_releases_and_the_numbers_go_with_it(cast, act, draft):
    assert not numbers_shown_to(cast["hq-forces"], draft)
    released = act(actions.release_outlook, "sym-head", draft, label=WIDER, reason=REASON, on=RELEASED)
    assert (released.state, released.released_by, released.released_post.code) == ("released", "sym-head", "sym-head")
    assert numbers_shown_to(cast["hq-forces"], released)
    assert not numbers_shown_to(cast["state-a"], released)
    entries = list(
        Entry.objects.filter(deed__in=("outlook.released", "table.released")).values_list("deed", "key", "by")
    )
    assert entries == [
        ("outlook.released", str(draft.pk), "sym-head"),
        ("table.released", "outlook_scores/2", "sym-head"),
        ("table.released", "outlook_inputs/2", "sym-head"),
        ("table.released", "outlooks/2", "sym-head"),
    ]


@pytest.mark.parametrize("who", ["sym-viewer", "sym-reporter", "sym-jmac", "sym-planner", "sym-chief", "oth-planner",
                                 "hq-forces", "auditor", "administrator", "nobody"])  # fmt: skip
def test_nobody_else_releases(act, draft, who):
    with pytest.raises(NotAllowedError):
        act(actions.release_outlook, who, draft, label=WIDER, reason=REASON)
    draft.refresh_from_db()
    assert draft.state == "draft"


@pytest.mark.parametrize("who", ["sym-viewer", "sym-reporter", "sym-conduct", "oth-planner", "auditor", "nobody"])
def test_only_posts_of_the_mission_that_may_write_outlooks_draft_them(folder, act, who):
    with pytest.raises(NotAllowedError):
        act(actions.draft_release, who, mission=MISSION, version=2, title="T", assessment="A", label=OWN)
    assert not OutlookRelease.objects.exists()


def test_a_planner_does_not_address_headquarters(folder, act):
    with pytest.raises(NotAllowedError, match="right to release"):
        act(actions.draft_release, "sym-planner", mission=MISSION, version=2, title="T", assessment="A", label=WIDER)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": " "}, "title"),
        ({"assessment": ""}, "numbers alone"),
        ({"version": 9}, "no outlook of this mission"),
        ({"on": date(2999, 1, 1)}, "has not come yet"),
        ({"label": Label(Marking.UNCLASSIFIED, frozenset())}, "addressed to nobody"),
    ],
)
def test_a_draft_that_says_nothing_or_rests_on_nothing_is_refused(folder, act, changed, said):
    asked = {"mission": MISSION, "version": 2, "title": "T", "assessment": "A", "label": OWN} | changed
    with pytest.raises(OutlookDeedError, match=said):
        act(actions.draft_release, "sym-jmac", **asked)


def test_a_version_is_released_once_and_again_only_after_it_was_withdrawn(act, release):
    again = {"mission": MISSION, "version": 2, "title": "Again", "assessment": "A", "label": OWN}
    with pytest.raises(OutlookDeedError, match="already"):
        act(actions.draft_release, "sym-jmac", **again)
    act(actions.withdraw_release, "sym-head", release, reason="Counted twice in the file it was made from.")
    assert act(actions.draft_release, "sym-jmac", **again).state == "draft"


def test_a_withdrawn_release_stays_readable_with_its_reason_and_its_numbers_go_back(cast, act, release, folder):
    act(actions.withdraw_release, "sym-head", release, reason="Counted twice in the file it was made from.")
    release.refresh_from_db()
    assert OutlookRelease.objects.readable_by(cast["hq-forces"]).get().withdrawn_why.startswith("Counted twice")
    assert not numbers_shown_to(cast["hq-forces"], release)
    assert numbers_shown_to(cast["sym-jmac"], release)
    with tables_as_read_by(lambda: OUTSIDER), pytest.raises(StoreError):
        Store(folder).version("outlook_scores", 2)


def test_what_was_released_is_not_edited(act, release):
    with pytest.raises(OutlookDeedError, match="released by now"):
        act(actions.edit_release, "sym-jmac", release, title="Other", assessment="Other")
    with pytest.raises(OutlookDeedError, match="released by now"):
        act(actions.release_outlook, "sym-head", release, label=WIDER, reason=REASON)


def test_of_two_editors_the_second_sees_the_first(act, draft):
    seen = draft.row_version
    act(actions.edit_release, "sym-jmac", draft, title="First", assessment="One")
    with pytest.raises(ChangedMeanwhileError) as clash:
        act(
            actions.edit_release, "sym-planner", None, number=draft.pk, expected_version=seen, title="S", assessment="T"
        )
    assert clash.value.current.title == "First"
    draft.refresh_from_db()
    assert (draft.title, draft.row_version) == ("First", seen + 1)


def test_a_release_that_is_not_addressed_to_a_post_is_as_none_at_all(act, draft):
    refusals = []
    for number in (draft.pk, draft.pk + 999):
        with pytest.raises(NotAllowedError) as refused:
            act(actions.edit_release, "oth-planner", None, number=number, expected_version=1, title="T", assessment="A")
        refusals.append(str(refused.value))
    assert refusals[0] == refusals[1]


def test_what_the_database_can_refuse_it_refuses(draft):
    for broken in (
        {"state": "released"},
        {"state": "withdrawn", "released_on": RELEASED},
        {"title": ""},
        {"marking": 7},
        {"unit_kind": "village"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            OutlookRelease.objects.filter(pk=draft.pk).update(**broken)


# Thresholds


def choose(act, who="sym-chief", **changed):
    asked = {"mission": MISSION, "unit_kind": "country", "target": "all", "unit": "", "deaths": 40, "label": OWN,
             "why": "From here on the reserve moves."}  # fmt: skip
    return act(actions.choose_threshold, who, **(asked | changed))


def test_a_threshold_is_dated_and_the_one_before_ends_where_it_begins(cast, act):
    first = choose(act, on=date(2025, 1, 5))
    second = choose(act, deaths=60, on=date(2025, 6, 1))
    first.refresh_from_db()
    assert (first.until_on, second.until_on) == (date(2025, 6, 1), None)
    for day, deaths in ((date(2025, 1, 4), None), (date(2025, 5, 31), 40), (date(2025, 6, 1), 60)):
        assert thresholds_on(cast["sym-jmac"], MISSION, "country", day).get(("all", "")) == deaths
    assert thresholds_on(cast["oth-planner"], MISSION, "country", date(2025, 7, 1)) == {}
    act(actions.end_threshold, "sym-head", second, reason="The reserve has left.")
    assert thresholds_on(cast["sym-jmac"], MISSION, "country", timezone.now().date()) == {}
    assert Threshold.objects.count() == 2


@pytest.mark.parametrize("who", ["sym-viewer", "sym-jmac", "sym-planner", "oth-planner", "auditor", "nobody"])
def test_only_who_may_decide_chooses_a_threshold(act, who):
    with pytest.raises(NotAllowedError):
        choose(act, who)


@pytest.mark.parametrize("changed", [{"deaths": 0}, {"target": "theft"}, {"unit_kind": "village"}, {"why": " "}])
def test_a_threshold_that_says_nothing_is_refused(act, changed):
    with pytest.raises(OutlookDeedError):
        choose(act, **changed)
    assert not Threshold.objects.exists()


# Who was told, and what they did


def test_a_post_is_told_and_acknowledges_itself(cast, act, release):
    act(actions.tell, "sym-jmac", release, post="sym-chief", how="By a call", on=RELEASED)
    assert [told.release_id for told in told_and_silent(cast["sym-chief"])] == [release.pk]
    with pytest.raises(NotAllowedError, match="Only a post that was told"):
        act(actions.acknowledge, "sym-head", release)
    told = act(actions.acknowledge, "sym-chief", release, answer="Reserve informed.")
    assert (told.acknowledged_by, told.answer) == ("sym-chief", "Reserve informed.")
    assert told_and_silent(cast["sym-chief"]) == []
    with pytest.raises(OutlookDeedError, match="already"):
        act(actions.acknowledge, "sym-chief", release)
    with pytest.raises(OutlookDeedError, match="told already"):
        act(actions.tell, "sym-jmac", release, post="sym-chief", how="Again")


def test_only_who_may_read_it_is_told_and_only_once_it_is_released(act, draft):
    with pytest.raises(OutlookDeedError, match="draft by now"):
        act(actions.tell, "sym-jmac", draft, post="sym-chief", how="By a call")
    act(actions.release_outlook, "sym-head", draft, label=OWN, reason=REASON, on=RELEASED)
    for stranger in ("oth-planner", "state-a", "administrator", "none-such"):
        with pytest.raises(OutlookDeedError, match="no post"):
            act(actions.tell, "sym-jmac", draft, post=stranger, how="By a call")
    assert not Told.objects.exists()


def test_months_in_which_somebody_acted_are_credited_to_nobody_and_not_learnt_from(cast, act, release, unit, folder):
    head = cast["sym-head"]
    before = past_of_as(head)
    act(actions.note_done, "sym-chief", release, unit="", first_month="2025-08", last_month="2025-09", text="A base")
    after = past_of_as(head)
    assert after.counts["all"]["acted"] == 2
    credited = ("hit", "miss", "false alarm", "quiet")
    assert sum(before.counts["all"][one] for one in credited) - sum(after.counts["all"][one] for one in credited) == 2
    assert acted_unit_months(MISSION, "country") == {(unit, "2025-08"), (unit, "2025-09")}
    with tables_as_read_by(lambda: cast["sym-jmac"].reader_of("table")):
        kept = make_and_keep(
            folder, MISSION, "country", by=cast["sym-jmac"], as_of=date(2025, 12, 31), model="conflictology",
            samples=50, past_origins=1,
        )  # fmt: skip
    assert any("action was taken" in note.reason and note.count == 2 for note in kept["outlooks"].notes)


def past_of_as(actor):
    with tables_as_read_by(lambda: actor.reader_of("table")):
        return past_of(actor, MISSION, "country")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"unit": "FRA"}, "does not speak of FRA"),
        ({"last_month": "2025-07"}, "the first before the last"),
        ({"first_month": "2024-01"}, "from 2025-07 to 2026-06"),
        ({"text": " "}, "what was done"),
        ({"finding": 99}, "no finding 99"),
    ],
)
def test_what_was_done_must_fit_the_outlook(act, release, changed, said):
    asked = {"unit": "", "first_month": "2025-08", "last_month": "2025-09", "text": "A base"} | changed
    with pytest.raises(OutlookDeedError, match=said):
        act(actions.note_done, "sym-chief", release, **asked)


def test_a_finding_that_is_hidden_is_not_named_to_who_reads_what_was_done(cast, act, release):
    texts = Texts("Raids by night", "Seen twice.", "protection", "high", "moderate", MISSION)
    secret = Label(Marking.CONFIDENTIAL, frozenset({"section:UNSYM/JMAC"}))
    hidden = findings.raise_finding(texts=texts, evidence=_evidence(), label=secret, by=cast["sym-jmac"])
    act(actions.note_done, "sym-jmac", release, unit="", first_month="2025-08", last_month="2025-08", text="Patrols",
        finding=hidden.pk)  # fmt: skip
    from tests.web.outlook.conftest import client_of

    for who, number in (("sym-jmac", hidden.pk), ("hq-forces", None)):
        said = client_of(who).get(f"/api/outlook/{release.pk}/").json()
        assert [one["finding"] for one in said["done"]] == [number]


def _evidence():
    from bluehelm.spine import RecordRef

    return (RecordRef("document", "Patrol report 1"),)


# Own probabilities


def own(act, release, unit, who="sym-jmac", **changed):
    asked = {"unit": unit, "target": "all", "month": "2025-09", "deaths": 25, "percent": 70, "why": "Patrol reports.",
             "on": date(2025, 8, 30)}  # fmt: skip
    return act(actions.record_probability, who, release, **(asked | changed))


def test_a_probability_is_written_down_before_the_month_and_once(act, release, unit):
    own(act, release, unit)
    with pytest.raises(OutlookDeedError, match="what was said stays said"):
        own(act, release, unit, percent=10)
    own(act, release, unit, who="sym-planner", percent=10)
    assert OwnProbability.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"on": date(2025, 9, 1)}, "has begun"),
        ({"on": None}, "has begun"),
        ({"percent": 101}, "from 0 to 100"),
        ({"month": "2027-01"}, "does not speak of"),
        ({"unit": "FRA"}, "does not speak of"),
        ({"why": ""}, "Say why"),
    ],
)
def test_a_probability_that_comes_too_late_or_of_nothing_is_refused(act, release, unit, changed, said):
    with pytest.raises(OutlookDeedError, match=said):
        own(act, release, **({"unit": unit} | changed))
    assert not OwnProbability.objects.exists()


def test_people_are_scored_beside_the_model_on_what_happened(cast, act, release, unit):
    own(act, release, unit, percent=90)
    own(act, release, unit, who="sym-planner", percent=20)
    past = past_of_as(cast["sym-head"])
    with tables_as_read_by(lambda: cast["sym-head"].reader_of("table")):
        numbers = actions.numbers_of(release)
        observed = past.happened.of("all", unit, "2025-09")
    came, model = float(observed >= 25), numbers.drawn["all", unit, "2025-09"].at_least(25)
    assert past.own_by_post["sym-jmac"].own == pytest.approx((0.9 - came) ** 2)
    assert past.own_by_post["sym-planner"].own == pytest.approx((0.2 - came) ** 2)
    assert past.own.model == pytest.approx((model - came) ** 2)
    assert past.own.cases == 2


def test_who_may_not_write_one_sees_nobodys_probabilities(act, release, unit):
    from tests.web.outlook.conftest import client_of

    own(act, release, unit, why="sapphire reasons")
    assert "sapphire" in client_of("sym-planner").get(f"/outlook/{release.pk}/").content.decode()
    for who in ("sym-viewer", "hq-forces", "hq-training"):
        for address in (f"/outlook/{release.pk}/", f"/api/outlook/{release.pk}/", "/outlook/history/"):
            answer = client_of(who).get(address)
            assert answer.status_code == 200
            assert "sapphire" not in answer.content.decode()


# Making one


@pytest.mark.parametrize("who", ["sym-viewer", "sym-reporter", "oth-planner", "sym-head", "auditor", "nobody"])
def test_only_a_post_of_the_mission_that_may_make_tables_makes_an_outlook(cast, folder, who):
    with pytest.raises(NotAllowedError):
        make_and_keep(folder, MISSION, "country", by=cast[who], as_of=ORIGINS[1], samples=10, past_origins=1)
    assert len(Store(folder).versions("outlooks")) == 2


def test_who_made_it_stands_in_the_audit_and_it_is_the_missions_alone(cast, folder):
    kept = make_and_keep(
        folder, MISSION, "country", by=cast["sym-planner"], as_of=ORIGINS[1], model="conflictology", samples=20,
        past_origins=1,
    )  # fmt: skip
    assert kept["outlooks"].label.releasable_to == ("mission:UNSYM",)
    entry = Entry.objects.get(deed="table.published")
    assert (entry.by, json.loads(entry.detail)["origin"]) == ("sym-planner", "2025-06")
    assert EVERYONE not in kept["outlook_scores"].label.releasable_to
    assert timezone.now().date() - kept["outlooks"].retrieved <= timedelta(days=1)
    assert kept["outlooks"].synthetic and DRAFTED < RELEASED
