"""Does a release change to whom a table is shown, and does publishing keep what its records may show?"""

from datetime import date

import polars as pl
import pytest

from bluehelm.disclosure import EVERYONE, OPEN, Label, Marking
from bluehelm.store import Store, StoreError, reading_as
from bluehelm.tables import MISSIONS
from bluehelm.tables.provenance import Coverage, SourceNote
from bluehelm.web.audit.models import Entry
from bluehelm.web.data.actions import Record, ReleaseError, publish_table, release_version
from bluehelm.web.posts.acting import NotAllowedError
from bluehelm.workflows.readers import label_of, version_label
from tests.web.cast import make_cast
from tests.web.conftest import publish_events

REASON = "Asked for by the Council's report, cleared by the legal adviser."
OWN = SourceNote("unsym", "Records of an invented mission", "internal", "none", "")
NO_MONTHS = Coverage(None, None, None)
ROWS = pl.DataFrame([{"mission": "UNSYM", "name": "An invented mission"}], schema=MISSIONS.schema)


@pytest.fixture
def cast(db):
    return make_cast()


@pytest.fixture
def store(settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    publish_events(tmp_path, date(2026, 1, 5))
    return Store(tmp_path)


def label(marking, *names):
    return Label(marking, frozenset(names))


def kept(store):
    return label_of(store.version("events", 1).label)


def test_a_release_changes_the_label_keeps_the_rows_and_says_why(cast, store):
    before = store.version("events", 1)
    mine = label(Marking.CONFIDENTIAL, "mission:UNSYM")
    release_version(table="events", number=1, label=mine, reason=REASON, by=cast["sym-head"])
    after = store.version("events", 1)
    assert kept(store) == mine
    assert after.rows_sha256 == before.rows_sha256
    entry = Entry.objects.get(deed="table.released")
    assert (entry.key, entry.reason, entry.by) == ("events/1", REASON, "sym-head")


@pytest.mark.parametrize("who", ["sym-viewer", "sym-planner", "sym-jmac", "sym-chief", "hq-forces", "nobody"])
def test_only_who_may_release_does(cast, store, who):
    with pytest.raises(NotAllowedError):
        release_version(table="events", number=1, label=OPEN, reason=REASON, by=cast[who])
    assert Entry.objects.filter(deed="table.released").count() == 0
    assert kept(store) == OPEN


def test_what_one_may_not_read_is_not_there_to_release(cast, store):
    theirs = label(Marking.CONFIDENTIAL, "mission:UNOTH")
    store.relabel(store.version("events", 1), version_label(theirs))
    with pytest.raises(StoreError, match="no version 1"):
        release_version(table="events", number=1, label=OPEN, reason=REASON, by=cast["sym-head"])
    assert kept(store) == theirs


def test_a_release_says_why(cast, store):
    with pytest.raises(ReleaseError, match="why"):
        release_version(table="events", number=1, label=OPEN, reason=" as asked ", by=cast["sym-head"])


@pytest.mark.parametrize("names", [(), ("mission:TYPO",), ("mission:UNOTH",)])
def test_a_label_under_which_it_could_not_be_taken_back_is_refused(cast, store, names):
    with pytest.raises(ReleaseError, match="take it back"):
        release_version(
            table="events", number=1, label=label(Marking.UNCLASSIFIED, *names), reason=REASON, by=cast["sym-head"]
        )
    assert kept(store) == OPEN


def test_a_version_without_a_readable_label_is_shown_to_nobody(store):
    (store.folder("events", 1) / "label.json").write_text("{", encoding="utf-8")
    with reading_as(lambda found: bool(found.releasable_to)):
        assert store.versions("events") == []
        with pytest.raises(StoreError):
            store.version("events", 1)


def records(*labels):
    return [Record("incident", str(number), 3, one) for number, one in enumerate(labels)]


def test_published_records_are_a_version_with_what_they_have_in_common(cast, store):
    by = cast["sym-jmac"]
    first = label(Marking.UNCLASSIFIED, "mission:UNSYM", "headquarters")
    second = label(Marking.CONFIDENTIAL, "mission:UNSYM", EVERYONE)

    def may(kind, given):
        return True

    class Whole:
        account, post_code, require = by.account, by.post_code, by.require
        may_read = staticmethod(may)

    version = publish_table(
        table="missions", rows=ROWS, records=records(first, second), source=OWN, coverage=NO_MONTHS, by=Whole()
    )
    assert label_of(version.label) == label(Marking.CONFIDENTIAL, "mission:UNSYM")
    assert store.scan(store.version("missions", 1)).collect().height == 1
    lineage = pl.read_csv(next((store.home / "raw").glob(f"{version.sha256}.*")))
    assert lineage.rows() == [("incident", 0, 3), ("incident", 1, 3)]
    assert Entry.objects.get(deed="table.published").kind == "table"


def test_nobody_publishes_records_that_he_may_not_read(cast, store):
    hidden = records(label(Marking.UNCLASSIFIED, "mission:UNOTH"))
    with pytest.raises(NotAllowedError):
        publish_table(table="missions", rows=ROWS, records=hidden, source=OWN, coverage=NO_MONTHS, by=cast["sym-jmac"])
    assert Store(store.home).versions("missions") == []
    assert Entry.objects.filter(deed="table.published").count() == 0


def test_rows_that_do_not_keep_the_table_s_promise_are_refused(cast, store):
    with pytest.raises((ReleaseError, NotAllowedError)):
        publish_table(
            table="missions", rows=ROWS.drop("name"), records=records(), source=OWN, coverage=NO_MONTHS,
            by=cast["sym-head"],
        )  # fmt: skip
    assert Store(store.home).versions("missions") == []
