"""Can nobody who does not need to know find out who told of something, or who reported it?"""

import pytest
from django.db import connection

from bluehelm.disclosure import Label, Marking
from bluehelm.web.accounts.models import User
from bluehelm.web.audit.models import Entry
from bluehelm.web.posts.acting import NotAllowedError, actor_in
from bluehelm.web.posts.models import Occupancy, Organisation, Post
from bluehelm.web.reports import actions
from bluehelm.web.reports.actions import DeedError
from bluehelm.web.reports.models import Identity, Report
from tests.web.reports.conftest import content

pytestmark = pytest.mark.django_db
SOURCE, ACCOUNT, POST = "zq7-source-canary", "zq7-national-staff", "zq7-language-assistant"
MISSION_WIDE = Label(Marking.UNCLASSIFIED, frozenset({"mission:UNSYM"}))
WAYS = (
    "/reports/", "/api/reports/", "/reports/?text=zq7", "/api/reports/?text={source}", "/api/reports/?text={account}",
    "/reports/{pk}/", "/api/reports/{pk}/", "/reports/{pk}/edit/", "/reports/map/", "/api/reports/map/",
    "/reports/pairs/", "/api/reports/pairs/", "/reports/effort/", "/api/reports/effort/", "/reports/reports.csv",
    "/reports/reports.geojson", "/reports/products/", "/reports/products/1/", "/api/reports/products/1/", "/morning/",
    "/reports/requests/", "/api/reports/?format=csv",
)  # fmt: skip


@pytest.fixture
def reported(cast):
    """A report by a national staff member who names a source, changed by the same, twice told."""
    mission = Organisation.objects.get(code="UNSYM")
    post = Post.objects.create(
        code=POST, title=POST, role="reporter", organisation=mission, mission="UNSYM", component="civilian",
        section="zq7-section", duty_station="Zelleb", clearance=1,
    )  # fmt: skip
    person = User.objects.create_user(ACCOUNT, f"{ACCOUNT}@example.org")
    Occupancy.objects.create(post=post, person=person, from_on="2020-01-01")
    by = actor_in(person, post)
    report = actions.file_report(content=content(), label=MISSION_WIDE, by=by, source=SOURCE)
    changed = content(place="Zelleb market")
    actions.edit_report(number=report.pk, expected_version=1, content=changed, by=by, reason="The place.")
    actions.edit_report(number=report.pk, expected_version=1, content=content(place="Zelleb ford"), by=by)
    actions.file_report(content=content(hours_ago=2), label=MISSION_WIDE, by=by, source=f"{SOURCE} again")
    return report


@pytest.mark.parametrize("who", ["sym-viewer", "sym-planner", "sym-head", "sym-jmac", "sym-reporter"])
def test_no_way_out_names_who_is_behind_a_report(reported, client_of, who):
    client = client_of(who)
    if who == "sym-jmac":
        client.post("/reports/products/draft/daily/")
    told = {}
    for way in WAYS:
        answer = client.get(way.format(pk=reported.pk, source=SOURCE, account=ACCOUNT))
        told[way] = answer.content.decode()
    assert "Armed men" in told["/api/reports/"], "the walk must be able to see the report itself"
    # what was typed comes back; and whoever may be asked stands in a list, whether or not they ever reported
    echoed = {"/reports/requests/", "/reports/?text=zq7", "/api/reports/?text={source}", "/api/reports/?text={account}"}
    assert [way for way, text in told.items() if "zq7-" in text and way not in echoed] == []
    assert (
        '"reports": []' in told["/api/reports/?text={source}"]
        and '"reports": []' in told["/api/reports/?text={account}"]
    )


def test_the_database_holds_who_only_sealed(reported):
    columns = {
        table: [column.name for column in connection.introspection.get_table_description(cursor, table)]
        for cursor in [connection.cursor()]
        for table in connection.introspection.table_names(cursor)
        if table.startswith("reports_")
    }
    with connection.cursor() as cursor:
        for table, names in columns.items():
            for name in names:
                cursor.execute(f'SELECT "{name}" FROM {table}')
                assert not any("zq7-" in f"{row[0]}" for row in cursor.fetchall()), (table, name)
    assert Identity.objects.filter(report=reported).count() == 4


def test_whoever_needs_to_know_says_why_and_each_look_stands_in_the_audit(reported, cast, client_of):
    with pytest.raises(NotAllowedError):
        actions.open_identities(number=reported.pk, reason="I would like to know this.", by=cast["sym-head"])
    with pytest.raises(DeedError, match="why you need"):
        actions.open_identities(number=reported.pk, reason="because", by=cast["sym-jmac"])
    reason = "The source may be in danger after the raid."
    for _ in range(2):
        found = actions.open_identities(number=reported.pk, reason=reason, by=cast["sym-jmac"])
    assert ("source", SOURCE) in found and ("filed", ACCOUNT) in found
    looks = Entry.objects.filter(deed="report_source.opened", key=str(reported.pk))
    assert [look.reason for look in looks] == [reason, reason] and all("zq7-" not in look.detail for look in looks)
    assert client_of("sym-head").post(f"/reports/{reported.pk}/who/", {"reason": reason}).status_code == 404
    page = client_of("sym-jmac").post(f"/reports/{reported.pk}/who/", {"reason": reason})
    assert SOURCE in page.content.decode() and "no-store" in page.headers["Cache-Control"]


def test_a_report_names_the_component_alone(reported):
    assert Report.objects.get(pk=reported.pk).unit == "civilian"
