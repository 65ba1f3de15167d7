"""Do missed events, coverage and the map for work show each reader what is addressed to it, and nothing else?"""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bluehelm.disclosure import Label, Marking
from bluehelm.store import Store
from bluehelm.web.audit.models import Entry
from bluehelm.web.protection import actions, desk_map
from bluehelm.web.protection.models import Alert, Threat
from bluehelm.web.reports import reads as report_reads
from bluehelm.web.reports.models import Report
from bluehelm.workflows.readers import tables_as_read_by
from tests.web.protection.test_protection_pages import JMAC, THREAT, called, client_of
from tests.web.protection.test_protection_pages import cast as cast  # a fixture
from tests.web.reports.conftest import filed

pytestmark = pytest.mark.django_db
PLACES = "mission,place,population,latitude,longitude\nUNSYM,Zelleb,1200,4.0,30.0\nUNSYM,Ford,300,4.4,30.3\n"
WAYS = "mission,post,place,minutes,km\nUNSYM,Zelleb,Zelleb,5,\nUNSYM,Zelleb,Ford,,50\n"
LINE = {"type": "LineString", "coordinates": [[30, 4], [30.4, 4.5]]}


def roads(**changed):
    said = {"name": "Ford road", "months_passable": "1|2", "source": "engineers", "seen_on": "2020-01-01"} | changed
    feature = {"type": "Feature", "properties": said, "geometry": LINE}
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


def sent(client, page, provider, name, text, audience="mission:UNSYM", marking="1"):
    file = SimpleUploadedFile(name, text.encode())
    return client.post(page, {"provider": provider, "file": file, "marking": marking, "audience": [audience]})


def graded(cast, hours_ago, place="Zelleb", credibility="2", label=None):
    more = {} if label is None else {"label": label}
    report = filed(cast["sym-reporter" if label is None else "sym-jmac"], hours_ago=hours_ago, place=place, **more)
    Report.objects.filter(pk=report.pk).update(verification="verified", reliability="B", credibility=credibility)
    return report


def test_missed_events_stand_beside_all_events_and_false_alarms_beside_all_alerts(cast):
    now = timezone.now()
    early = called(cast, received_at=now - timedelta(hours=30))
    false = called(cast, place="Hill", received_at=now - timedelta(hours=50))
    Alert.objects.filter(pk=false.pk).update(no_response="not-credible", is_open=False)
    exercise = called(cast, place="Ford", received_at=now - timedelta(hours=6), exercise=True)
    warned, missed = graded(cast, 10), graded(cast, 5, place="Ford")
    graded(cast, 4, place="Ford", credibility="5")
    filed(cast["sym-reporter"], hours_ago=3, place="Ford")
    said = client_of("sym-jmac").get("/api/protection/missed/").json()
    assert (said["events"], said["warned_before"], said["warned_late"], said["alerts"]) == (2, 1, 0, 2)
    assert [one["report"] for one in said["missed"]] == [missed.pk] and said["false_alarms"] == [false.pk]
    assert said["places"][0] == {"place": "Ford", "events": 1, "missed": 1, "alerts": 0, "false_alarms": 0}
    assert said["shares"]["missed"] == {"number": 1, "of": 2, "low": pytest.approx(0.0126, abs=1e-4),
                                        "high": pytest.approx(0.9874, abs=1e-4)}  # fmt: skip
    page = client_of("sym-jmac").get("/protection/missed/").content.decode()
    assert "of 2 graded events: 50% (1%–99%)" in page and "100% (3%–100%)" in page
    assert f"/reports/{missed.pk}/" in page and f"/protection/alerts/{false.pk}/" in page
    assert f"/reports/{warned.pk}/" not in page and f"/alerts/{early.pk}/" not in page
    assert f"/alerts/{exercise.pk}/" not in page


def test_boards_are_about_one_mission_and_never_mix_two(cast):
    called(cast, received_at=timezone.now() - timedelta(hours=30))
    graded(cast, 10)
    foreign = called(cast, place="Hill", received_at=timezone.now() - timedelta(hours=50))
    Alert.objects.filter(pk=foreign.pk).update(mission="UNOTH")
    Report.objects.filter(pk=graded(cast, 9, place="Hill").pk).update(mission="UNOTH")
    for mission in ("UNSYM", "UNOTH"):
        made = actions.enter_threat(label=Label(Marking.CONFIDENTIAL, frozenset({"mission:UNSYM"})),
                                    by=cast["sym-jmac"], review_on=None, **THREAT)  # fmt: skip
        Threat.objects.filter(pk=made.pk).update(mission=mission)
    client = client_of("sym-jmac")
    for asked, mission, place in (
        ("", "UNSYM", "Zelleb"),
        ("?mission=UNOTH", "UNOTH", "Hill"),
        ("?mission=X", "UNSYM", "Zelleb"),
    ):
        response, missed, matrix = (
            client.get(f"/api/protection/{page}/{asked}").json() for page in ("response", "missed", "matrix")
        )
        assert (response["mission"], missed["mission"], matrix["mission"]) == (mission,) * 3
        assert response["whole"]["alerts"] == 1 and (missed["events"], missed["alerts"]) == (1, 1)
        assert [row["place"] for row in missed["places"]] == [place]
        assert [one["mission"] for one in matrix["threats"]] == [mission] and len(matrix["moved"]) == 1
    for page in ("response", "missed", "matrix"):
        text = client.get(f"/protection/{page}/").content.decode()
        assert "<strong>UNSYM</strong>" in text and "?mission=UNOTH" in text


def test_an_event_without_a_name_of_a_place_is_told_and_in_no_count(cast):
    graded(cast, 5, place="")
    graded(cast, 5, place="zelleb ")
    called(cast, received_at=timezone.now() - timedelta(hours=30))
    said = client_of("sym-jmac").get("/api/protection/missed/").json()
    assert (said["events"], said["events_without_a_place"], said["warned_before"]) == (1, 1, 1)
    assert [(row["events"], row["alerts"]) for row in said["places"]] == [(1, 1)]
    assert "1 graded event has no name of a place" in client_of("sym-jmac").get("/protection/missed/").content.decode()


def test_an_alert_from_before_the_period_warns_of_an_event_and_is_in_no_count_of_it(cast):
    now = timezone.now()
    called(cast, received_at=now - timedelta(days=90, hours=20))
    false = called(cast, place="Hill", received_at=now - timedelta(days=91))
    Alert.objects.filter(pk=false.pk).update(no_response="not-credible", is_open=False)
    graded(cast, 24 * 90 - 2)
    said = client_of("sym-jmac").get("/api/protection/missed/").json()
    assert (said["events"], said["warned_before"]) == (1, 1)
    assert (said["alerts"], said["false_alarms"], said["neither"]) == (0, [], 0)
    assert [row["place"] for row in said["places"]] == ["Zelleb"]


def test_the_longest_waiting_alert_is_drawn_before_newer_ones_that_were_answered(cast, monkeypatch):
    now = timezone.now()
    waits = called(cast, received_at=now - timedelta(days=60), latitude=4.0, longitude=30.0)
    for hours in (1, 2, 3):
        done = called(cast, received_at=now - timedelta(hours=hours), latitude=4.0, longitude=30.0)
        Alert.objects.filter(pk=done.pk).update(is_open=False, closed_at=now)
    rules = desk_map.packaged_map_rules().model_copy(update={"most_drawn": 2})
    monkeypatch.setattr(desk_map, "packaged_map_rules", lambda: rules)
    asked = desk_map.Asked(frozenset({"alerts"}), 30, 1)
    marks = desk_map.desk_map(cast["sym-jmac"], asked, now).marks
    assert len(marks) == 2 and marks[0].url.endswith(f"/{waits.pk}/")


def test_an_event_addressed_to_fewer_changes_no_number_of_others(cast):
    graded(cast, 5)
    before = client_of("sym-planner").get("/api/protection/missed/").json() | {"since": ""}
    graded(cast, 5, place="Hidden ford", label=JMAC)
    called(cast, label=JMAC, place="Hidden ford")
    assert client_of("sym-planner").get("/api/protection/missed/").json() | {"since": ""} == before
    assert "Hidden ford" in client_of("sym-jmac").get("/protection/missed/").content.decode()


def test_coverage_says_which_file_it_needs_takes_it_in_and_names_its_method_and_versions(cast):
    client, page = client_of("sym-jmac"), "/protection/coverage/"
    assert client.get("/api/protection/coverage/").json()["needed"] == ["populated_places", "travel_times"]
    assert "What is needed" in client.get(page).content.decode()
    assert sent(client, page, "populated-places", "p.csv", PLACES).status_code == 302
    wrong = sent(client, page, "travel-times", "w.csv", WAYS.replace(",50", ",far"))
    assert wrong.status_code == 400 and "not a number of 0 or more" in wrong.content.decode()
    assert sent(client, page, "travel-times", "w.csv", WAYS).status_code == 302
    said = client.get("/api/protection/coverage/?within=60").json()
    bands = {band["within_minutes"]: band for band in said["bands"]}
    assert (bands[60]["places"], bands[60]["population"], bands[60]["beyond"]) == (1, 1200, 1)
    assert bands[120]["population"] == bands[120]["population_known"] == 1500, "50 km at 25 km an hour"
    assert "1 have km alone" in said["method"] and {one["table"] for one in said["versions"]} == {
        "populated_places", "travel_times",
    }  # fmt: skip
    text = client.get(page + "?within=60").content.decode()
    assert "<svg" in text and "work-map__place--beyond" in text and "Ford" in text
    assert Entry.objects.filter(deed="table.taken_in", by="sym-jmac").count() == 2, "a refused file leaves none"


def test_a_table_of_ways_is_shown_to_nobody_whom_it_is_not_addressed_to(cast):
    client = client_of("sym-jmac")
    sent(client, "/protection/coverage/", "populated-places", "p.csv", PLACES, "section:UNSYM/JMAC")
    sent(client, "/protection/coverage/", "travel-times", "w.csv", WAYS, "section:UNSYM/JMAC")
    hidden = client_of("sym-planner").get("/api/protection/coverage/").json()
    assert hidden["needed"] == ["populated_places", "travel_times"] and hidden["versions"] == []
    assert "Ford" not in client_of("sym-planner").get("/protection/coverage/").content.decode()
    assert client_of("sym-viewer").get("/protection/coverage/").status_code == 404
    refused = sent(client_of("sym-planner"), "/protection/coverage/", "travel-times", "w.csv", WAYS)
    with tables_as_read_by(lambda: cast["sym-jmac"].reader_of("table")):
        assert len(Store(_home()).versions("travel_times")) == 1, refused.status_code


def _home():
    from django.conf import settings

    return settings.BLUEHELM_HOME


def test_the_map_shows_layers_with_their_age_hatches_the_stale_and_says_the_same_in_lists(cast):
    client, page, now = client_of("sym-jmac"), "/protection/map/", timezone.now()
    assert "<svg class" not in client.get(page).content.decode(), "nothing to draw is no map"
    alert = called(cast, latitude=4.123456, longitude=30.2, received_at=now - timedelta(days=12))
    threat = actions.enter_threat(label=Label(Marking.CONFIDENTIAL, frozenset({"mission:UNSYM"})), by=cast["sym-jmac"],
                                  review_on=None, **THREAT)  # fmt: skip
    report = filed(cast["sym-reporter"])
    assert sent(client, page, "road-seasons", "r.geojson", roads(source="")).status_code == 400
    assert sent(client, page, "road-seasons", "r.geojson", roads()).status_code == 302
    said = client.get("/api/protection/map/?month=3").json()
    (mark,) = said["layers"]["alerts"]["features"]
    assert mark["geometry"]["coordinates"] == [30.2, 4.12] and mark["properties"]["stale"] is True
    assert said["layers"]["reports"]["features"][0]["properties"]["stale"] is False
    assert said["layers"]["threats"]["features"][0]["geometry"]["coordinates"] in ([30.0, 4.0], [30.2, 4.12])
    (road,) = said["layers"]["roads"]["features"]
    assert (road["properties"]["standing"], road["properties"]["stale"]) == ("not passable", True)
    text = client.get(page + "?month=2").content.decode()
    for named in (f"/protection/alerts/{alert.pk}/", f"/protection/threats/{threat.pk}/", f"/reports/{report.pk}/"):
        assert named in text
    assert (
        "work-map__road--open" in text
        and 'url(#hatch)"' in text
        and "<script" not in text.split("work-map", 1)[1][:4000]
    )
    only = client.get(page + "?chosen=1&layer=roads").content.decode()
    assert f"/protection/alerts/{alert.pk}/" not in only and "Ford road" in only


def test_the_map_of_another_reader_holds_neither_the_mark_nor_the_layer(cast):
    called(cast, label=JMAC, place="Hidden ford", latitude=4.1, longitude=30.2)
    filed(cast["sym-jmac"], label=JMAC, place="Hidden ford")
    client = client_of("sym-jmac")
    sent(client, "/protection/map/", "road-seasons", "r.geojson", roads(name="Hidden road"), "section:UNSYM/JMAC")
    assert "Hidden ford" in client.get("/protection/map/").content.decode()
    for who in ("sym-planner", "sym-viewer"):
        for page in ("/protection/map/", "/api/protection/map/"):
            body = client_of(who).get(page).content.decode()
            assert "Hidden" not in body
    layers = client_of("sym-viewer").get("/api/protection/map/").json()["layers"]
    assert "alerts" not in layers and "threats" not in layers


@pytest.mark.long
def test_the_map_asks_as_many_questions_of_many_marks_as_of_few(cast):
    client, now = client_of("sym-jmac"), timezone.now()
    first = called(cast, latitude=4.1, longitude=30.2)

    def asked():
        with CaptureQueriesContext(connection) as found:
            assert client.get("/protection/map/").status_code == 200
        return [one["sql"][:160] for one in found]

    asked()
    few = asked()
    fields = {
        field.attname: getattr(first, field.attname) for field in Alert._meta.concrete_fields if field.name != "id"
    }
    Alert.objects.bulk_create(
        Alert(**fields | {"received_at": now - timedelta(minutes=n), "latitude": 3 + n % 50 / 25}) for n in range(2000)
    )
    asked()
    many = asked()
    assert len(many) <= len(few), many
    assert len(client.get("/api/protection/map/").json()["layers"]["alerts"]["features"]) == 300


def test_what_an_invented_mission_takes_in_is_marked_as_invented_and_found_again(cast):
    from django.conf import settings

    from bluehelm.workflows.demo import build_demo

    build_demo(settings.BLUEHELM_HOME, seed=0, progress=lambda step, done, total: None)
    client = client_of("sym-jmac")
    for provider, text in (("populated-places", PLACES), ("travel-times", WAYS)):
        assert sent(client, "/protection/coverage/", provider, "file.csv", text).status_code == 302
    said = client.get("/api/protection/coverage/").json()
    assert said["needed"] == [] and said["bands"]
    with tables_as_read_by(lambda: cast["sym-jmac"].reader_of("table")):
        assert all(version.synthetic for version in Store(_home()).versions("travel_times"))


def test_many_reports_are_drawn_as_groups_with_their_number_and_none_is_lost(cast, monkeypatch):
    for hours in range(5):
        filed(cast["sym-reporter"], hours_ago=3 + hours, place="Zelleb")
    monkeypatch.setattr(report_reads, "MOST_ON_A_MAP", 3)
    client = client_of("sym-jmac")
    marks = client.get("/api/protection/map/").json()["layers"]["reports"]["features"]
    assert sum(one["properties"]["number"] for one in marks) == 5 and len(marks) < 5
    assert "Incident: 5 reports" in client.get("/protection/map/").content.decode()


@pytest.mark.parametrize("most", [3, 200])
def test_one_point_far_from_all_others_is_named_below_the_map_and_does_not_shrink_it(cast, monkeypatch, most):
    for number in range(24):
        filed(cast["sym-reporter"], hours_ago=3 + number, place="Zelleb", latitude=4.0 + number / 20)
    monkeypatch.setattr(report_reads, "MOST_ON_A_MAP", most)
    asked = desk_map.Asked(frozenset({"reports"}), 30, 1)

    def drawn():
        found = desk_map.desk_map(cast["sym-jmac"], asked, timezone.now())
        return desk_map.picture(found.marks), found

    before, _ = drawn()
    far = filed(cast["sym-reporter"], place="Swapped", latitude=30.2, longitude=4.1)
    after, found = drawn()
    assert (after.high, len(after.marks)) == (before.high, len(before.marks)), "the picture stays as it was"
    assert [(one.latitude, one.longitude) for one in after.outside] == [(30.2, 4.1)]
    assert any(mark.latitude == 30.2 for mark in found.marks), "lists and GeoJSON hold it"
    page = client_of("sym-jmac").get("/protection/map/?chosen=1&layer=reports").content.decode()
    told = page.split("Outside this map", 1)[1].split("</p>", 1)[0]
    assert "(30.20, 4.10)" in told and f"/reports/{far.pk}/" in told
