"""Do the desks get their daily report, handover, requests, effort and files, and is all of it kept?"""

import io
import json
from datetime import date, timedelta

import polars as pl
import pytest
from django.utils import timezone
from openpyxl import load_workbook

from bluehelm.definitions.report_types import packaged_report_types
from bluehelm.disclosure import Label, Marking
from bluehelm.language import speaking
from bluehelm.plans.compute import computed
from bluehelm.plans.framework import Filter
from bluehelm.store import Store
from bluehelm.web.audit.models import Entry
from bluehelm.web.data.actions import ReleaseError
from bluehelm.web.posts.acting import NotAllowedError
from bluehelm.web.posts.marked import ChangedMeanwhileError
from bluehelm.web.reports import actions, daily, desks, morning, reads
from bluehelm.web.reports.actions import DeedError
from bluehelm.web.reports.models import Report
from bluehelm.web.reports.publishing import publish_incidents
from bluehelm.workflows.field_form import field_form
from bluehelm.workflows.readers import tables_as_read_by
from tests.web.reports.conftest import filed

pytestmark = pytest.mark.django_db
CONFIDENTIAL = Label(Marking.CONFIDENTIAL, frozenset({"mission:UNSYM"}))


def test_the_daily_report_takes_one_click_and_is_edited_signed_and_acknowledged(cast, client_of):
    filed(cast["sym-reporter"], harm={"killed": {"all": [2, None]}})
    filed(cast["sym-planner"], hours_ago=5, harm={}, narrative="A quiet handover of the post.")
    client = client_of("sym-jmac")
    at = client.post("/reports/products/draft/daily/").headers["Location"]
    text = client.get(at).content.decode()
    assert "2 incidents were reported, 0 of them verified so far." in text
    assert "Killed: 2+ as reported; 1 incident does not tell." in text and "Injured: unknown" in text
    product = reads.products_shown_to(cast["sym-jmac"]).get()
    client.post(at, {"verb": "edit", "expected_version": 1, "text": f"{product.text}\nPressure goes on."})
    stale = client.post(at, {"verb": "edit", "expected_version": 1, "text": "My own words."})
    assert stale.status_code == 400 and "My own words." in stale.content.decode()
    assert client.post(at, {"verb": "sign", "expected_version": 2}).status_code == 302
    with pytest.raises(DeedError, match="signed"):
        desks.edit_product(number=product.pk, expected_version=3, text="x", by=cast["sym-jmac"])
    assert client_of("sym-planner").post(at, {"verb": "acknowledge"}).status_code == 302
    said = json.loads(client.get(f"/api{at}").content)
    assert [one["post"] for one in said["acknowledged"]] == ["sym-planner"] and len(said["history"]) == 2


def test_what_was_refuted_is_in_no_toll_of_the_daily_report(cast):
    filed(cast["sym-reporter"], harm={"killed": {"all": [2, 2]}})
    wrong = filed(cast["sym-reporter"], harm={"killed": {"all": [40, 40]}}, place="Ford")
    Report.objects.filter(pk=wrong.pk).update(verification="refuted", settled_at=timezone.now())
    text = daily.draft_daily(cast["sym-jmac"], timezone.now()).text
    assert "1 incident was reported, 0 verified so far." in text
    assert "1 more report was refuted and is not counted." in text
    assert "Killed: 2 as reported." in text


def test_the_toll_of_the_day_holds_who_died_at_events_and_warns_of_one_event_told_twice(cast):
    first = filed(cast["sym-reporter"], harm={"killed": {"all": [3, 3]}})
    again = filed(cast["sym-jmac"], harm={"killed": {"all": [3, 4]}})
    filed(cast["sym-jmac"], type="violent-demonstration", harm={"killed": {"all": [1, 1]}}, place="Ford",
          latitude=8.0, narrative="A crowd burnt tyres.")  # fmt: skip
    text = daily.draft_daily(cast["sym-jmac"], timezone.now()).text
    assert "Killed: 7-8 as reported." in text
    assert f"counted twice until somebody decides: {first.pk}/{again.pk}." in text
    actions.link_reports(number=again.pk, expected_version=1, counted_as=first.pk, by=cast["sym-jmac"])
    once = daily.draft_daily(cast["sym-jmac"], timezone.now()).text
    assert "Killed: 4 as reported." in once and "counted twice" not in once


def test_a_handover_counts_what_lacks_either_grade(cast):
    half = filed(cast["sym-reporter"])
    Report.objects.filter(pk=half.pk).update(reliability="B", credibility="")
    filed(cast["sym-reporter"], place="Ford")
    assert "to grade: 2." in daily.draft_handover(cast["sym-jmac"], timezone.now()).text


def test_the_daily_report_names_the_days_of_which_effort_is_told(cast):
    now = timezone.now()
    text = daily.draft_daily(cast["sym-jmac"], now).text
    assert f"from {now - timedelta(days=1):%-d %B} to {now:%-d %B}, in UTC" in text


def test_what_came_in_overnight_is_to_be_graded_however_long_ago_it_happened(cast):
    late = filed(cast["sym-reporter"], hours_ago=100)
    old = filed(cast["sym-reporter"], hours_ago=100, place="Ford")
    Report.objects.filter(pk=old.pk).update(received_at=timezone.now() - timedelta(hours=90))
    listed = morning.to_grade(cast["sym-jmac"], timezone.now().date()).entries
    assert [one.record.pk for one in listed] == [late.pk]


def test_a_pair_is_to_be_looked_at_since_it_was_received_however_long_ago_it_happened(cast, client_of):
    first = filed(cast["sym-reporter"], hours_ago=24 * 20)
    Report.objects.filter(pk=first.pk).update(received_at=timezone.now() - timedelta(days=19))
    second = filed(cast["sym-planner"], hours_ago=24 * 20)
    (pair,) = morning.to_link(cast["sym-jmac"], timezone.now().date()).entries
    assert pair.record.pk == second.pk
    assert f"/reports/{second.pk}/" in client_of("sym-jmac").get("/reports/pairs/").content.decode()


def test_a_reader_of_less_gets_a_daily_report_of_less(cast):
    filed(cast["sym-jmac"], label=Label(Marking.STRICTLY_CONFIDENTIAL, frozenset({"mission:UNSYM"})), place="Hidden")
    made = daily.draft_daily(cast["sym-planner"], timezone.now())
    assert "Hidden" not in made.text and made.rests_on == []
    assert daily.draft_daily(cast["sym-jmac"], timezone.now()).marking == Marking.STRICTLY_CONFIDENTIAL


def test_a_request_is_answered_by_the_post_that_is_asked_and_by_no_other(cast):
    asked = desks.ask_request(question="Is the ford open?", to_post="sym-reporter", hours=6, by=cast["sym-jmac"])
    with pytest.raises(NotAllowedError):
        desks.answer_request(number=asked.pk, expected_version=1, answer="Yes.", by=cast["sym-planner"])
    with pytest.raises(DeedError):
        desks.acknowledge_request(number=asked.pk, expected_version=1, by=cast["oth-planner"])
    seen = desks.acknowledge_request(number=asked.pk, expected_version=1, by=cast["sym-reporter"])
    with pytest.raises(ChangedMeanwhileError):
        desks.answer_request(number=asked.pk, expected_version=1, answer="Yes.", by=cast["sym-reporter"])
    done = desks.answer_request(number=asked.pk, expected_version=2, answer="Yes.", by=cast["sym-reporter"])
    assert seen.acknowledged_at and done.answered_at
    with pytest.raises(DeedError, match="may not read"):
        desks.ask_request(question="And you?", to_post="sym-viewer", hours=6, by=cast["sym-jmac"])


def test_a_day_without_effort_and_reports_is_missing_and_never_quiet(cast):
    today = timezone.now().date()
    filed(cast["sym-reporter"], hours_ago=0)
    desks.tell_effort(on=today, patrols=4, reporters=10, by=cast["sym-reporter"])
    desks.tell_effort(on=today - timedelta(days=1), patrols=None, reporters=10, by=cast["sym-reporter"])
    (one,) = reads.efforts(cast["sym-jmac"], "UNSYM", today - timedelta(days=2), today)
    assert (one.reports, one.patrols, one.reporter_days, one.per_10) == (1, 4, 20, 0.5)
    assert one.missing == (today - timedelta(days=2),)


def test_effort_stands_beside_what_is_listed_mapped_and_drafted_and_says_what_is_unknown(cast, client_of):
    now = timezone.now()
    filed(cast["sym-reporter"], hours_ago=0)
    desks.tell_effort(on=now.date(), patrols=47, reporters=None, by=cast["sym-reporter"])
    desks.tell_effort(on=now.date() - timedelta(days=20), patrols=9, reporters=9, by=cast["sym-planner"])
    client = client_of("sym-jmac")
    for page in ("/reports/?days=7", "/reports/map/?days=7", "/protection/map/?days=7"):
        text = " ".join(client.get(page).content.decode().split())
        assert "Days with effort told" in text and '<td class="amount">47</td>' in text and "1 of 8" in text
        assert '<span class="none">unknown</span>' in text and "0 of 8" in text, (
            "who told nothing of these days is there"
        )
    text = daily.draft_daily(cast["sym-jmac"], now).text
    yesterday = f"{now - timedelta(days=1):%-d %B}"
    assert "patrols 47; reporter-days unknown; effort told of 1 of 2 days; missing, so that nothing is known" in text
    assert "0 reports; patrols unknown; reporter-days unknown; effort told of 0 of 2 days; missing" in text
    assert f"nothing is known: {yesterday}." in text and f"nothing is known: {yesterday}, {now:%-d %B}." in text


def test_effort_is_unknown_where_no_mission_is_chosen(cast, client_of):
    from bluehelm.web.posts.models import Post

    Post.objects.filter(code=cast["sym-viewer"].post_code).update(mission="")
    text = client_of("sym-viewer").get("/reports/").content.decode()
    assert "how much was looked at is unknown" in text


def approved(cast, **changed) -> Report:
    report, jmac = filed(cast["sym-reporter"], label=CONFIDENTIAL, **changed), cast["sym-jmac"]
    actions.verify_report(number=report.pk, expected_version=1, verification="verified", reason="Seen.", by=jmac)
    return actions.approve_report(number=report.pk, expected_version=2, by=jmac)


def test_approved_incidents_become_a_table_that_names_no_person(cast):
    one = approved(cast)
    double = filed(cast["sym-planner"], label=CONFIDENTIAL, hours_ago=2)
    actions.link_reports(number=double.pk, expected_version=1, counted_as=one.pk, by=cast["sym-jmac"])
    filed(cast["sym-reporter"], label=CONFIDENTIAL, hours_ago=40)  # not approved
    version = publish_incidents(
        mission="UNSYM", audience="mission:UNSYM", marking=Marking.CONFIDENTIAL, by=cast["sym-jmac"]
    )
    rows = Store(reads_home()).scan(version).collect()
    (row,) = rows.to_dicts()
    assert (row["type"], row["low"], row["high"], row["reports"]) == ("one-sided", 2, 3, 2)
    assert "Armed men" not in str(rows.to_dicts()) and version.provider == "own-reports"
    with pytest.raises(ReleaseError):
        publish_incidents(mission="UNSYM", audience="everyone", marking=Marking.CONFIDENTIAL, by=cast["sym-jmac"])


def reads_home():
    from django.conf import settings

    return settings.BLUEHELM_HOME


def test_a_report_that_is_approved_must_be_verified_and_a_refuted_one_loses_it(cast):
    jmac, report = cast["sym-jmac"], filed(cast["sym-reporter"])
    with pytest.raises(DeedError, match="verified"):
        actions.approve_report(number=report.pk, expected_version=1, by=jmac)
    report = approved(cast)
    report = actions.verify_report(number=report.pk, expected_version=3, verification="refuted", reason="No.", by=jmac)
    assert report.approved_at is None


def test_csv_and_geojson_carry_what_was_entered_and_the_audit_says_who_took_it(cast, client_of):
    report = filed(cast["sym-reporter"], narrative="=1+1 is what the note said", latitude=None, longitude=None)
    client = client_of("sym-jmac")
    rows = pl.read_csv(io.BytesIO(client.get("/reports/reports.csv").content))
    assert rows["narrative"].to_list() == ["'=1+1 is what the note said"] and rows["report"].to_list() == [report.pk]
    (point,) = json.loads(client.get("/reports/reports.geojson").content)["features"]
    assert point["geometry"] is None and point["properties"]["harm"]["killed"]["persons"] == {"low": 2, "high": 3}
    assert Entry.objects.filter(deed="report.exported").count() == 2


FIELD = "_uuid,type,from_at,place,_point_latitude,_point_longitude,narrative,harm/killed,harm/killed_women\n"


def test_submissions_of_the_field_form_come_in_once_and_bad_rows_are_told(cast, client_of):
    rows = (
        "u1,shelling,2026-11-20T08:00:00.000+03:00,Zelleb,4.5,30.5,Shells fell.,2-3,1\n"
        "u2,shelling,2026-11-20T08:00:00Z,Zelleb,,,Shells fell.,some,\n"
        "u3,gossip,2026-11-20T08:00:00Z,Zelleb,,,A rumour.,,\n"
    )
    client = client_of("sym-reporter")
    for _ in range(2):
        sent = io.BytesIO((FIELD + rows).encode())
        sent.name = "submissions.csv"
        answer = client.post("/reports/field/", {"file": sent}).content.decode()
        assert "line 3" in answer and "line 4" in answer
    (report,) = Report.objects.all()
    assert f"{report.from_at:%H:%M}" == "05:00" and report.harm == {"killed": {"all": [2, 3], "women": [1, 1]}}


def test_a_row_of_the_field_form_with_a_far_point_is_taken_in_and_told_as_doubtful(cast, client_of):
    for number in range(reads.LEAST_KNOWN):
        filed(cast["sym-reporter"], latitude=4.0 + number / 100, longitude=30.0)
    filed(cast["sym-reporter"], latitude=30.3, longitude=4.3)  # one that was meant makes no room for others
    rows = (
        "u1,shelling,2026-11-20T08:00:00Z,Zelleb,4.5,30.5,Shells fell.,,\n"
        "u2,shelling,2026-11-20T08:00:00Z,Zelleb,30.5,4.5,Shells fell again.,,\n"
        "u3,shelling,2026-11-20T08:00:00Z,Zelleb,4.5,30.5,Call +999 55 123 4567.,,\n"
    )
    sent = io.BytesIO((FIELD + rows).encode())
    sent.name = "submissions.csv"
    answer = client_of("sym-reporter").post("/reports/field/", {"file": sent}).content.decode()
    assert "2 rows were taken in and are doubtful" in answer and "line 3: the point 30.5, 4.5" in answer
    assert "line 4: what was said holds what reads like a telephone number" in answer
    assert "line 2:" not in answer and Report.objects.filter(latitude=30.5).count() == 1


def test_the_field_form_is_an_xlsform_whose_names_come_back():
    from pyxform.xls2xform import convert

    made = field_form(packaged_report_types())
    assert made == field_form(packaged_report_types())
    form = convert(io.BytesIO(made), file_type=".xlsx", validate=False)
    assert "bluehelm_report" in form.xform and "killed_women" in form.xform
    types = [row[1] for row in load_workbook(io.BytesIO(made))["choices"].iter_rows(values_only=True)]
    assert {one.type for one in packaged_report_types().types} <= set(types)


def test_the_field_form_asks_in_every_language_and_opens_in_that_of_who_took_it():
    from pyxform.xls2xform import convert

    def made(language):
        with speaking(language):
            return field_form(packaged_report_types())

    book = load_workbook(io.BytesIO(made("fr")))
    survey = [dict(zip(row_0, row, strict=True)) for row_0, *rows in [list(book["survey"].values)] for row in rows]
    asked = {row["name"]: row for row in survey}
    assert asked["narrative"]["label::English (en)"] == "What happened"
    assert asked["narrative"]["label::Français (fr)"] == "Ce qui s’est passé"
    assert asked["killed_women"]["label::Français (fr)"] == "Tués : femmes"
    assert all(row["label::Français (fr)"] for row in survey if row["label::English (en)"])
    for language, title in (("en", "English (en)"), ("fr", "Français (fr)")):
        form = convert(io.BytesIO(made(language)), file_type=".xlsx", validate=False)
        assert form.warnings == []
        assert f'<translation lang="{title}" default="true()">' in form.xform


def test_strictly_confidential_reports_and_products_are_read_and_each_read_is_noted(cast, client_of):
    secret = Label(Marking.STRICTLY_CONFIDENTIAL, frozenset({"mission:UNSYM"}))
    report = filed(cast["sym-jmac"], label=secret)
    client = client_of("sym-jmac")
    at = client.post("/reports/products/draft/daily/").headers["Location"]
    desks.ask_request(question="Who holds the ford?", to_post="sym-jmac", hours=6, by=cast["sym-head"])
    for page in (
        "/reports/",
        f"/reports/{report.pk}/",
        at,
        "/reports/products/",
        "/reports/requests/",
        "/morning/protection/",
    ):
        assert client.get(page).status_code == 200, page
    assert "Who holds the ford?" in client.get("/morning/protection/").content.decode()
    read = Entry.objects.filter(deed="record.read", by="sym-jmac").values_list("kind", flat=True)
    assert {"report", "report_product", "report_request"} <= set(read)


def test_indicators_are_counted_from_the_mission_s_own_incidents_beside_the_provider_s(cast):
    from bluehelm.workflows.own_incidents import own_incidents

    approved(cast)
    approved(cast, hours_ago=4, harm={}, place="Elsewhere", type="robbery-or-hijack")
    publish_incidents(mission="UNSYM", audience="mission:UNSYM", marking=Marking.CONFIDENTIAL, by=cast["sym-jmac"])
    reader = cast["sym-jmac"].reader_of("table")
    with tables_as_read_by(lambda: reader):
        found = own_incidents(reads_home(), "UNSYM", as_of=timezone.now().date(), known_on=None)
        assert own_incidents(reads_home(), "UNOTH", as_of=timezone.now().date(), known_on=None) is None
    assert found is not None
    rows, months, version = found
    (month,) = months
    count = computed(rows, Filter(table="events", count="events", types=("one-sided",)), [month], months)[0]
    deaths = computed(rows, Filter(table="events", count="deaths", types=("one-sided",)), [month], months)[0]
    unknown = computed(rows, Filter(table="events", count="deaths"), [month], months)[0]
    assert (count.value, deaths.value, deaths.low, deaths.high) == (1, None, 2, 3)
    assert (unknown.low, unknown.high) == (None, None), "one toll is unknown, so the sum is"
    assert version.table == "mission_incidents"
    with tables_as_read_by(lambda: cast["oth-planner"].reader_of("table")):
        assert own_incidents(reads_home(), "UNSYM", as_of=timezone.now().date(), known_on=None) is None


JMAC_ALONE = Label(Marking.CONFIDENTIAL, frozenset({"section:UNSYM/JMAC"}))


def test_what_is_addressed_to_fewer_than_the_mission_is_in_no_product_and_no_count_of_one(cast):
    jmac, now = cast["sym-jmac"], timezone.now()
    filed(cast["sym-reporter"])
    alone = daily.draft_daily(jmac, now), daily.draft_handover(jmac, now)
    filed(jmac, label=JMAC_ALONE, place="Hidden ford", narrative="Only for the desk.")
    with_it = daily.draft_daily(jmac, now), daily.draft_handover(jmac, now)
    for before, after in zip(alone, with_it, strict=True):
        assert after.text == before.text and after.rests_on == before.rests_on and after.marking == before.marking


def test_a_product_counts_nothing_above_its_own_marking(cast):
    jmac, now = cast["sym-jmac"], timezone.now()
    filed(cast["sym-reporter"], hours_ago=2)
    before = daily.draft_handover(jmac, now)
    filed(jmac, label=Label(Marking.CONFIDENTIAL, frozenset({"mission:UNSYM"})), hours_ago=100)
    desks.ask_request(question="A confidential question?", to_post="sym-reporter", hours=6, by=jmac)
    after = daily.draft_handover(jmac, now)
    assert after.marking >= before.marking
    if after.marking == Marking.UNCLASSIFIED:
        assert after.text == before.text
    else:  # then it says so, and whoever reads less does not read it
        assert not reads.products_shown_to(cast["sym-viewer"]).filter(pk=after.pk).exists()


def test_a_double_that_the_audience_may_not_read_is_not_counted_in_the_table(cast):
    one = approved(cast)
    hidden = filed(cast["sym-jmac"], label=JMAC_ALONE, hours_ago=2)
    actions.link_reports(number=hidden.pk, expected_version=1, counted_as=one.pk, by=cast["sym-jmac"])
    version = publish_incidents(
        mission="UNSYM", audience="mission:UNSYM", marking=Marking.CONFIDENTIAL, by=cast["sym-jmac"]
    )
    assert Store(reads_home()).scan(version).collect()["reports"].to_list() == [1]


def test_the_report_that_counts_is_not_named_to_who_may_not_read_it(cast, client_of):
    hidden = filed(cast["sym-jmac"], label=JMAC_ALONE)
    seen = filed(cast["sym-reporter"], hours_ago=2)
    actions.link_reports(number=seen.pk, expected_version=1, counted_as=hidden.pk, by=cast["sym-jmac"])
    for who, named in (("sym-jmac", hidden.pk), ("sym-planner", None)):
        client = client_of(who)
        assert client.get(f"/api/reports/{seen.pk}/").json()["counted_as"] == named
        listed = {one["report"]: one for one in client.get("/api/reports/").json()["reports"]}
        assert listed[seen.pk]["counted_as"] == named


def test_an_event_whose_counting_report_is_hidden_is_counted_once_by_one_that_may_be_read(cast, client_of):
    jmac, planner, today = cast["sym-jmac"], cast["sym-planner"], timezone.now().date()
    hidden = filed(jmac, label=JMAC_ALONE)
    seen = [filed(cast["sym-reporter"], hours_ago=hours) for hours in (2, 1)]
    for one in seen:
        actions.link_reports(number=one.pk, expected_version=1, counted_as=hidden.pk, by=jmac)
    for actor, counts in ((jmac, hidden.pk), (planner, seen[0].pk)):
        assert [one.pk for one in reads.newest_with_point(actor, 30, timezone.now())] == [counts]
        assert sum(one.reports for one in reads.efforts(actor, "UNSYM", today - timedelta(days=1), today)) == 1
    made = daily.draft_daily(planner, timezone.now())
    assert made.rests_on == [seen[0].pk] and "1 incident was reported" in made.text
    page = client_of("sym-planner").get(f"/reports/{seen[1].pk}/").content.decode()
    assert f"/reports/{hidden.pk}/" not in page and f"/reports/{seen[1].pk}/unlink/" not in page


def test_a_link_to_a_hidden_report_is_neither_offered_for_unlinking_nor_told_of(cast, client_of):
    hidden, seen = filed(cast["sym-jmac"], label=JMAC_ALONE), filed(cast["sym-reporter"], hours_ago=2)
    other = filed(cast["sym-reporter"], hours_ago=40, place="Elsewhere")
    actions.link_reports(number=seen.pk, expected_version=1, counted_as=hidden.pk, by=cast["sym-jmac"])
    head = cast["sym-head"]
    assert head.may("decide", "report", seen.marking) and not reads.whole_report(head, hidden.pk)
    page = client_of("sym-head").get(f"/reports/{seen.pk}/").content.decode()
    assert f"/reports/{seen.pk}/unlink/" not in page
    assert f"/reports/{seen.pk}/unlink/" in client_of("sym-jmac").get(f"/reports/{seen.pk}/").content.decode()
    with pytest.raises(DeedError, match="counted for itself"):
        actions.unlink_report(number=seen.pk, expected_version=2, reason="Why not.", by=head)
    actions.verify_report(number=seen.pk, expected_version=2, verification="verified", reason="Seen.", by=head)
    for deed in (
        lambda: actions.approve_report(number=seen.pk, expected_version=3, by=head),
        lambda: actions.link_reports(number=seen.pk, expected_version=3, counted_as=other.pk, by=head),
    ):
        with pytest.raises(DeedError) as refused:
            deed()
        assert "counted" not in str(refused.value) and f"{hidden.pk}" not in str(refused.value)
    with pytest.raises(DeedError, match="unlink it first"):
        actions.link_reports(number=seen.pk, expected_version=3, counted_as=other.pk, by=cast["sym-jmac"])


def test_a_month_in_which_nobody_looked_is_unknown_in_the_table_and_not_nought(cast):
    from bluehelm.workflows.own_incidents import own_incidents

    jmac, now = cast["sym-jmac"], timezone.now()
    days = {ago: months_back(now.date(), ago) for ago in range(1, 7)}
    hours = {ago: (now.date() - day).days * 24.0 for ago, day in days.items()}
    for ago in (1, 6):
        approved(cast, hours_ago=hours[ago])
    filed(cast["sym-reporter"], hours_ago=hours[3], label=CONFIDENTIAL, type="tension", harm={})  # somebody reported
    filed(jmac, hours_ago=hours[4], label=JMAC_ALONE)  # which is not for those whom the table is for
    desks.tell_effort(on=days[5], patrols=3, reporters=None, by=jmac)
    version = publish_incidents(mission="UNSYM", audience="mission:UNSYM", marking=Marking.CONFIDENTIAL, by=jmac)
    month = {ago: f"{day:%Y-%m}" for ago, day in days.items()}
    assert version.coverage.unknown_months == (month[4], month[2])
    with tables_as_read_by(lambda: jmac.reader_of("table")):
        found = own_incidents(reads_home(), "UNSYM", as_of=now.date(), known_on=None)
    assert found is not None
    rows, months, kept = found
    assert kept.coverage == version.coverage and months == {month[ago] for ago in (1, 3, 5, 6)}
    counts = computed(rows, Filter(table="events", count="events"), sorted(month.values()), months)
    assert [one.value for one in counts] == [1, 0, None, 0, None, 1]


def months_back(day: date, number: int) -> date:
    """The 15th of the month so many months before."""
    year, month = divmod(day.year * 12 + day.month - 1 - number, 12)
    return date(year, month + 1, 15)


def test_the_few_of_an_incident_cannot_be_found_in_what_leaves_to_a_wider_audience(cast):
    """Whoever knows of one incident looks for it: in cells, in their margins, and in what two versions differ by."""
    from bluehelm.web.disclosure.actions import release_counts
    from bluehelm.web.disclosure.models import Release
    from bluehelm.workflows.release_counts import LinkedError, check_files, write_counts

    def published():
        return publish_incidents(mission="UNSYM", audience="mission:UNSYM", marking=Marking.CONFIDENTIAL, by=jmac)

    def released(version, *by):
        return release_counts(table="mission_incidents", number=version.version, by_dimensions=by, by=releaser,
                              to=frozenset({"everyone"}), reason="For the public report of the year")  # fmt: skip

    jmac, folder = cast["sym-jmac"], reads_home()
    releaser = cast["sym-head"]
    for place, killed in (("Zelleb", 1), ("Amar", 9), ("Borun", 14), ("Kado", 22), ("Lemba", 3), ("Kado", 6)):
        approved(cast, place=place, harm={"killed": {"all": [killed, None]}}, narrative=f"What was seen in {place}.")
    first = published()
    by_place, safe = released(first, "place")
    shown = {figure.words: figure.count for figure in safe.figures}
    assert shown["place Zelleb"] is None and shown["place Lemba"] is None and shown["place Kado"] == 28
    assert (
        "seen in" not in by_place.figures and by_place.releasable_to.names == {"everyone"} and by_place.held_back >= 2
    )
    write_counts(safe.figures, ["place"], folder / "place.csv")
    _again, safe_type = released(first, "place", "type")
    write_counts(safe_type.figures, ["place", "type"], folder / "type.csv")
    assert check_files([folder / "place.csv", folder / "type.csv"]).problems == []
    approved(cast, place="Borun", harm={"killed": {"all": [2, 2]}})
    with pytest.raises(LinkedError) as refused:  # subtracting would show two killed in Borun
        released(published(), "place")
    assert any("Borun" in one for one in refused.value.problems) and Release.objects.count() == 2
    approved(cast, place="Borun", harm={"killed": {"all": [30, None]}})
    released(published(), "place")
    with pytest.raises(NotAllowedError):
        releaser = cast["sym-reporter"]
        released(first, "place")


def test_a_file_that_is_cut_says_so_and_names_for_whom_it_is(cast, client_of, monkeypatch):
    from bluehelm.web.reports import desk_views

    filed(cast["sym-reporter"])
    filed(cast["sym-jmac"], label=JMAC_ALONE)
    client = client_of("sym-jmac")
    rows = pl.read_csv(io.BytesIO(client.get("/reports/reports.csv").content))
    assert set(rows["releasable_to"]) == {"mission:UNSYM", "section:UNSYM/JMAC"}
    assert Entry.objects.get(deed="report.exported").audience == "", "nobody may have both but who took them"
    monkeypatch.setattr(desk_views, "MOST_OUT", 1)
    answer = client.get("/reports/reports.csv", follow=True)
    assert "at most 1 reports" in answer.content.decode()


def workbook_of(*sheets: tuple[str, list[list[object]]]) -> io.BytesIO:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept


HEADER = ["_uuid", "type", "from_at", "place", "narrative"]


def data(place: str = "Zelleb", narrative: str = "Shells fell."):
    return [("data", [HEADER, ["u1", "shelling", "2026-11-20T08:00:00Z", place, narrative]])]


@pytest.mark.parametrize(
    ("sheets", "macro", "said", "filed_then"),
    [
        (data(narrative="x" * 10_000_000), False, "longer than 10,000", 0),
        (data(place="Z" * 201), False, "longer than 200", 0),
        (data(narrative="=HYPERLINK(1)"), False, "line 2", 0),
        (data(), True, "1 reports were filed", 1),
        ([("settings", [["form_title"], ["Report"]]), *data()], False, "no file of the field form", 0),
        ([("empty", [])], False, "is empty", 0),
    ],
    ids=["ten megabytes in a cell", "a long place", "a formula", "a macro", "the wrong sheet", "an empty sheet"],
)
def test_a_hostile_file_of_the_field_form_is_told_what_is_wrong_and_changes_nothing(
    cast, client_of, sheets, macro, said, filed_then
):
    import zipfile

    sent = workbook_of(*sheets)
    if macro:  # carried along by some tools; it is neither run nor kept
        with zipfile.ZipFile(sent, "a") as packed:
            packed.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 Sub Workbook_Open")
    sent.seek(0)
    sent.name = "submissions.xlsx"
    answer = client_of("sym-reporter").post("/reports/field/", {"file": sent}, follow=True)
    assert answer.status_code in (200, 400) and said in answer.content.decode()
    assert Report.objects.count() == filed_then
    if filed_then:
        assert Report.objects.get().files.count() == 0


def test_two_that_look_alike_are_counted_once_or_told_apart_where_they_stand_side_by_side(cast, client_of):
    first, second, third = (filed(cast["sym-reporter"], hours_ago=3 + 0.1 * n) for n in range(3))
    client = client_of("sym-jmac")
    page = client.get("/reports/pairs/").content.decode()
    assert f"/reports/{second.pk}/link/" in page and f"Count {second.pk} as {first.pk}" in page
    said = {"expected_version": second.row_version, "counted_as": first.pk, "next": "/reports/pairs/"}
    assert client.post(f"/reports/{second.pk}/link/", said)["Location"] == "/reports/pairs/"
    apart = {
        "expected_version": third.row_version,
        "other": first.pk,
        "reason": "Two markets.",
        "next": "/reports/pairs/",
    }
    assert client.post(f"/reports/{third.pk}/apart/", apart)["Location"] == "/reports/pairs/"
    second.refresh_from_db()
    assert second.counted_as_id == first.pk
    assert "/link/" not in client.get("/reports/pairs/").content.decode()
    assert "/link/" not in client_of("sym-reporter").get("/reports/pairs/").content.decode()


def test_the_kind_of_source_is_typed_changed_and_shown_and_an_older_version_does_not_say_it(cast, client_of):
    report = filed(cast["sym-reporter"])
    kept = report.versions.get(row_version=1).content
    before_it_was_asked_for = {name: value for name, value in kept.items() if name != "source_type"}
    report.versions.update(content=before_it_was_asked_for)
    client = client_of("sym-jmac")
    page = client.get(f"/reports/{report.pk}/edit/")
    sent = {name: value for name, value in page.context["form"].initial.items() if value is not None}
    for name in ("from_at", "until_at"):
        sent[name] = f"{sent[name]:%Y-%m-%dT%H:%M}"
    assert client.post(f"/reports/{report.pk}/edit/", sent | {"source_type": "community"}).status_code == 302
    assert client.get(f"/api/reports/{report.pk}/").json()["source_type"] == "community"
    assert "told by people of the place" in client.get(f"/reports/{report.pk}/").content.decode()
    wrong = client.post(f"/reports/{report.pk}/edit/", sent | {"expected_version": 2, "source_type": "a-name"})
    assert wrong.status_code == 400
