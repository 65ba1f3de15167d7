"""Who acts, in which post, and what does that post reach?"""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from bluehelm.disclosure import EVERYONE, Label, Marking
from bluehelm.web.accounts.models import User
from bluehelm.web.posts import actions
from bluehelm.web.posts.acting import (
    NOBODY,
    NotAllowedError,
    actor_for_command,
    actor_of,
    audiences_of,
    posts_of,
    viewing_as,
)
from bluehelm.web.posts.models import BrokenGlass, Occupancy, Post

pytestmark = pytest.mark.django_db
REASON = "An attack on the camp is reported and their duty officer does not answer."


def label(marking, *names):
    return Label(marking, frozenset(names))


def entries(deed):
    from bluehelm.web.audit.models import Entry

    return list(Entry.objects.filter(deed=deed))


def again(actor):
    return actor_of(User.objects.get(pk=actor.user_id), actor.post.pk, timezone.now())


def test_a_post_belongs_to_its_organisation_mission_component_and_section(cast):
    assert audiences_of(cast["sym-jmac"].post) == {
        EVERYONE, "missions", "organisation:UNSYM", "mission:UNSYM", "component:UNSYM/staff", "section:UNSYM/JMAC",
        "post:sym-jmac",
    }  # fmt: skip


def test_a_member_state_reads_its_own_and_not_anothers(cast):
    own = label(Marking.CONFIDENTIAL, "organisation:STATE-A", "headquarters")
    assert cast["hq-forces"].may_read("pledge", own)
    assert not cast["state-b"].may_read("pledge", own)
    assert not cast["sym-planner"].may_read("pledge", own)


def test_nobody_reads_open_data_only(cast):
    assert NOBODY.may_read("table", label(Marking.UNCLASSIFIED, EVERYONE))
    assert not NOBODY.may_read("table", label(Marking.UNCLASSIFIED, "headquarters"))
    assert not NOBODY.may("create", "finding")


def test_a_post_reads_no_kind_above_its_roles_reach_whatever_its_clearance(cast):
    conduct = cast["sym-conduct"]
    assert conduct.may_read("finding", label(Marking.STRICTLY_CONFIDENTIAL, "mission:UNSYM"))
    assert not conduct.may_read("table", label(Marking.STRICTLY_CONFIDENTIAL, "mission:UNSYM"))


def test_a_post_does_nothing_above_its_clearance_whatever_its_role(cast):
    Post.objects.filter(code="sym-head").update(clearance=1)
    head = actor_of(User.objects.get(username="sym-head"), None, timezone.now())
    assert head.may("decide", "finding", 1) and not head.may("decide", "finding", 2)


def test_rights_end_with_the_occupancy(cast):
    person = User.objects.get(username="sym-jmac")
    occupancy = Occupancy.objects.get(person=person)
    yesterday = timezone.now().date() - timedelta(days=1)
    actions.vacate(occupancy=occupancy, until_on=yesterday, by=cast["administrator"])
    assert posts_of(person) == []
    assert actor_of(person, occupancy.post_id, timezone.now()).post is None
    assert len(entries("post.vacated")) == 1


def test_the_last_day_of_an_occupancy_counts(cast):
    person = User.objects.get(username="sym-jmac")
    actions.vacate(
        occupancy=Occupancy.objects.get(person=person), until_on=timezone.now().date(), by=cast["administrator"]
    )
    assert [post.code for post in posts_of(person)] == ["sym-jmac"]


def test_a_closed_account_acts_no_more(cast):
    User.objects.filter(username="sym-head").update(is_active=False)
    assert actor_of(User.objects.get(username="sym-head"), None, timezone.now()) == NOBODY
    with pytest.raises(NotAllowedError):
        actor_for_command("sym-head")


def test_a_post_that_one_does_not_hold_is_not_acted_in(cast):
    reporter = User.objects.get(username="sym-reporter")
    assert actor_of(reporter, cast["sym-head"].post.pk, timezone.now()).post_code == "sym-reporter"


def test_an_administrator_looking_through_a_post_does_nothing_and_reads_no_more_than_cleared_for(cast):
    viewing = viewing_as(cast["administrator"], cast["sym-head"].post)
    assert viewing.may_read("finding", label(Marking.UNCLASSIFIED, "mission:UNSYM"))
    assert not viewing.may_read("finding", label(Marking.CONFIDENTIAL, "mission:UNSYM"))
    assert not viewing.may("decide", "finding") and not viewing.may("create", "post")
    with pytest.raises(NotAllowedError):
        actions.break_glass(audience="section:UNSYM/JMAC", reason=REASON, lasting=timedelta(hours=1), by=viewing)


def test_only_administrators_look_through_posts_and_say_why(cast):
    with pytest.raises(NotAllowedError):
        actions.look_through(post=cast["sym-head"].post, reason=REASON, by=cast["sym-head"])
    with pytest.raises(actions.PostError, match="why"):
        actions.look_through(post=cast["sym-head"].post, reason="  test ", by=cast["administrator"])
    actions.look_through(post=cast["sym-head"].post, reason=REASON, by=cast["administrator"])
    assert [(entry.key, entry.reason) for entry in entries("post.viewed_as")] == [("sym-head", REASON)]


def broken(cast, hours=1):
    return actions.break_glass(
        audience="section:UNSYM/JMAC", reason=REASON, lasting=timedelta(hours=hours), by=cast["sym-planner"]
    )


def test_broken_glass_opens_the_section_up_to_ones_own_clearance_and_for_its_time(cast):
    theirs = label(Marking.CONFIDENTIAL, "section:UNSYM/JMAC")
    assert not cast["sym-planner"].may_read("finding", theirs)
    glass = broken(cast)
    assert again(cast["sym-planner"]).may_read("finding", theirs)
    assert not again(cast["sym-planner"]).may_read(
        "finding", label(Marking.STRICTLY_CONFIDENTIAL, "section:UNSYM/JMAC")
    )
    BrokenGlass.objects.filter(pk=glass.pk).update(
        from_at=timezone.now() - timedelta(hours=2), until_at=timezone.now() - timedelta(seconds=1)
    )
    assert not again(cast["sym-planner"]).may_read("finding", theirs)


def test_broken_glass_stands_in_the_audit_with_its_reason_and_its_owner_is_told(cast):
    glass = broken(cast)
    assert [(entry.by, entry.reason) for entry in entries("glass.broken")] == [("sym-planner", REASON)]
    told = [code for code, actor in cast.items() if actions.glass_to_see(actor) == [glass]]
    assert told == ["sym-jmac", "sym-head"]


def test_the_head_of_what_was_opened_sees_it_until_acknowledged(cast):
    glass = broken(cast)
    assert actions.glass_to_see(cast["sym-head"]) == [glass]
    with pytest.raises(NotAllowedError):
        actions.acknowledge_glass(glass=glass, by=cast["oth-planner"])
    actions.acknowledge_glass(glass=glass, by=cast["sym-head"])
    assert actions.glass_to_see(cast["sym-head"]) == []
    assert actions.glass_to_see(cast["sym-jmac"]) == [glass]  # one who has seen it does not silence it for others


@pytest.mark.parametrize(
    "audience", ["headquarters", "organisation:HQ", "section:UNSYM/JMAC|mission:UNOTH", "everyone"]
)
def test_the_glass_is_broken_for_one_part_of_a_mission_at_a_time(cast, audience):
    with pytest.raises(actions.PostError):
        actions.break_glass(audience=audience, reason=REASON, lasting=timedelta(hours=1), by=cast["sym-planner"])


@pytest.mark.parametrize("audience", ["section:UNOTH/planning", "mission:UNOTH"])
def test_the_glass_of_another_mission_stays_whole(cast, audience):
    with pytest.raises(actions.PostError):
        actions.break_glass(audience=audience, reason=REASON, lasting=timedelta(hours=1), by=cast["sym-planner"])


@pytest.mark.parametrize("lasting", [timedelta(), timedelta(hours=-1), timedelta(hours=9)])
def test_an_emergency_is_limited(cast, lasting):
    with pytest.raises(actions.PostError):
        actions.break_glass(audience="section:UNSYM/JMAC", reason=REASON, lasting=lasting, by=cast["sym-planner"])


def test_whoever_broke_the_glass_ends_it_and_nobody_else(cast):
    glass = broken(cast)
    with pytest.raises(NotAllowedError):
        actions.close_glass(glass=glass, by=cast["sym-head"])
    actions.close_glass(glass=glass, by=cast["sym-planner"])
    assert not again(cast["sym-planner"]).may_read("finding", label(Marking.UNCLASSIFIED, "section:UNSYM/JMAC"))


def test_a_command_acts_as_an_account_an_audience_or_an_outsider(cast):
    assert actor_for_command("sym-planner").post_code == "sym-planner"
    assert actor_for_command(None).may_read("table", label(Marking.UNCLASSIFIED, EVERYONE))
    mission = actor_for_command(None, "mission:UNSYM")
    assert mission.may_read("table", label(Marking.UNCLASSIFIED, "mission:UNSYM"))
    assert not mission.may_read("table", label(Marking.CONFIDENTIAL, "mission:UNSYM"))
    assert not mission.may("create", "finding")
    with pytest.raises(NotAllowedError):
        actor_for_command("sym-planner", post="sym-head")
    with pytest.raises(NotAllowedError):
        actor_for_command("unknown")


def test_two_people_may_hold_a_post_in_turn_but_one_not_twice_at_once(cast):
    post, person = cast["sym-jmac"].post, User.objects.get(username="sym-jmac")
    with pytest.raises(actions.PostError, match="already"):
        actions.occupy(post=post, person=person, from_on=date(2026, 1, 1), by=cast["administrator"])
    other = User.objects.get(username="sym-viewer")
    actions.occupy(post=post, person=other, from_on=date(2026, 1, 1), by=cast["administrator"])
    assert len(entries("post.occupied")) == 1
    with pytest.raises(NotAllowedError):
        actions.occupy(post=post, person=other, from_on=date(2030, 1, 1), by=cast["sym-head"])


def test_looking_through_an_auditor_shows_no_audit_and_no_accounts(cast):
    viewing = viewing_as(cast["administrator"], cast["auditor"].post)
    assert not any(viewing.may("read", kind) for kind in ("audit_entry", "account", "break_glass"))
    assert viewing.may("read", "finding") and not viewing.may("read", "finding", 1)
    assert viewing.post_code == "administrator viewing: auditor"


def test_nobody_fills_a_post_with_oneself(cast):
    administrator = User.objects.get(username="administrator")
    with pytest.raises(actions.PostError, match="oneself"):
        actions.occupy(
            post=cast["sym-head"].post, person=administrator, from_on=timezone.now().date(), by=cast["administrator"]
        )


def test_an_end_is_brought_forward_and_never_put_off(cast):
    occupancy = Occupancy.objects.get(person__username="sym-jmac")
    today = timezone.now().date()
    actions.vacate(occupancy=occupancy, until_on=today, by=cast["administrator"])
    with pytest.raises(actions.PostError, match="earlier"):
        actions.vacate(occupancy=occupancy, until_on=today + timedelta(days=1), by=cast["administrator"])


def test_an_occupancy_ends_at_once_and_the_post_can_be_filled_again(cast):
    person, post = User.objects.get(username="sym-jmac"), cast["sym-jmac"].post
    today = timezone.now().date()
    occupancy = Occupancy.objects.get(person=person)
    actions.vacate(occupancy=occupancy, until_on=today, at_once=True, by=cast["administrator"])
    assert posts_of(person) == []
    actions.occupy(post=post, person=person, from_on=today, by=cast["administrator"])
    assert posts_of(person) == [post]


@pytest.mark.parametrize(
    "wrong", [{"code": "a b|c"}, {"mission": "A|everyone"}, {"mission": "UNSYM", "section": "a/b"}]
)
def test_a_post_whose_names_would_break_an_audience_is_refused(cast, wrong):
    from django.core.exceptions import ValidationError

    fields = {"code": "new", "title": "New", "role": "viewer", "organisation": cast["sym-head"].post.organisation}
    with pytest.raises(ValidationError):
        actions.create_post(post=Post(**fields | wrong), by=cast["administrator"])


def test_a_reason_of_any_length_is_not_kept(cast):
    with pytest.raises(actions.PostError, match="at most"):
        actions.look_through(post=cast["sym-head"].post, reason="x" * 2001, by=cast["administrator"])
