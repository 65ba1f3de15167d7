"""Does the database leave out exactly what the predicate leaves out?"""

import pytest
from django.apps import apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bluehelm.disclosure import EVERYONE, Label, Marking, Pass, Reader, may_read
from bluehelm.web.posts.marked import ChangedMeanwhileError, MarkedRecord
from bluehelm.web.posts.models import Audience, AudienceName
from bluehelm.web.rhythm.models import MissionDate

NAMES = [EVERYONE, "headquarters", "mission:UNX", "mission:UNXY", "section:UNX/JMAC", "post:unx-jmac"]
audiences = st.frozensets(st.sampled_from(NAMES), max_size=4)
labels = st.builds(Label, st.sampled_from(Marking), audiences)
readers = st.builds(Reader, st.lists(st.builds(Pass, st.sampled_from(Marking), audiences), max_size=3).map(tuple))


class Fixed:
    """An actor whose reading rights are given."""

    def __init__(self, reader):
        self.reader = reader

    def reader_of(self, kind):
        return self.reader


def keep(label, number):
    return MissionDate.objects.create(
        mission="UNX", anchor="mandate-ends", on=f"2026-01-{number + 1:02}", source="x",
        marking=label.marking, releasable_to=Audience.of(label.releasable_to),
    )  # fmt: skip


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(labels, max_size=8), readers)
def test_the_database_reads_what_the_predicate_reads(given_labels, reader):
    MissionDate.objects.all().delete()
    kept = {keep(label, number).pk: label for number, label in enumerate(given_labels)}
    found = set(MissionDate.objects.readable_by(Fixed(reader)).values_list("pk", flat=True))
    assert found == {pk for pk, label in kept.items() if may_read(reader, label)}
    assert MissionDate.objects.readable_by(Fixed(reader)).count() == len(found)


@pytest.mark.django_db
def test_every_record_with_a_marking_starts_addressed_to_nobody():
    marked = [model for model in apps.get_models() if issubclass(model, MarkedRecord)]
    assert marked
    for model in marked:
        assert model._meta.get_field("marking").default == Marking.STRICTLY_CONFIDENTIAL
        assert not model._meta.get_field("releasable_to").null, "a record without an audience could be overlooked"
        assert model.kind


@pytest.mark.django_db
@given(audiences)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_audience_is_kept_once_and_its_names_are_its_text(names):
    first, again = Audience.of(names), Audience.of(sorted(names))
    assert first.pk == again.pk
    assert first.names == names == set(AudienceName.objects.filter(audience=first).values_list("name", flat=True))


@pytest.mark.django_db
def test_of_two_who_change_the_same_version_one_succeeds_and_the_other_sees_the_change():
    mine = keep(Label(Marking.UNCLASSIFIED, frozenset({EVERYONE})), 0)
    theirs = MissionDate.objects.get(pk=mine.pk)
    mine.source = "mine"
    mine.save_changed("source", expected_version=1)
    theirs.source = "theirs"
    with pytest.raises(ChangedMeanwhileError) as refusal:
        theirs.save_changed("source", expected_version=1)
    assert refusal.value.current.source == "mine"
    assert MissionDate.objects.get(pk=mine.pk).row_version == 2


@pytest.mark.parametrize("name", ["mission:A|everyone", "", "mission:", "Nobody"])
@pytest.mark.django_db
def test_an_audience_that_cannot_be_read_back_is_refused(name):
    with pytest.raises(ValueError, match="audience"):
        Audience.of({name})
