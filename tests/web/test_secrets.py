"""Is a secret in the database unreadable without its key, bound to its place, and never lost by a rotation?"""

import os
import stat
import uuid

import pytest
from django.db import connection, models, transaction
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.web.audit.models import Entry
from bluehelm.web.secrets import (
    SecretError,
    SecretTextField,
    add_key,
    conceal,
    kept_under,
    key_file,
    key_id_of,
    opened,
    read_keys,
    reveal,
    rotate,
    sealed,
)

KEYS = {"old": bytes(32), "new": bytes(range(32))}
texts = st.text(st.characters(codec="utf-8"), max_size=200)


class Case(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    identity = SecretTextField(blank=True)

    class Meta:
        app_label = "tests_of_secrets"
        managed = False  # its table is made by the test that needs one


@given(texts)
def test_what_is_sealed_opens_in_its_place(text):
    kept = sealed(text, "case:identity:1", KEYS)
    assert opened(kept, "case:identity:1", KEYS) == text
    assert key_id_of(kept) == "new"
    assert len(text) < 4 or text not in kept


@given(texts, st.sampled_from(["case:identity:2", "case:alias:1", "other:identity:1"]))
def test_it_opens_nowhere_else(text, place):
    with pytest.raises(SecretError, match="belongs elsewhere"):
        opened(sealed(text, "case:identity:1", KEYS), place, KEYS)


KEPT = sealed("somebody", "p", KEYS)


@given(st.integers(0, len(KEPT) - 1), st.sampled_from("ABCabc019:_-"))
def test_no_character_can_be_altered(place, letter):
    altered = KEPT[:place] + letter + KEPT[place + 1 :]
    try:
        assert opened(altered, "p", KEYS) == "somebody"  # base64 keeps a few bits that say nothing
    except SecretError as error:
        assert "somebody" not in str(error)


def test_the_same_secret_is_never_kept_alike():
    assert len({sealed("somebody", "p", KEYS) for _ in range(200)}) == 200


def test_an_older_key_still_opens_and_a_missing_one_is_named():
    kept = sealed("somebody", "p", {"old": KEYS["old"]})
    assert opened(kept, "p", KEYS) == "somebody"
    with pytest.raises(SecretError, match="old"):
        opened(kept, "p", {"new": KEYS["new"]})
    with pytest.raises(SecretError, match="no key"):
        sealed("somebody", "p", {})


def test_keys_are_readable_by_their_owner_alone_and_damage_is_refused(tmp_path):
    file = tmp_path / "fields.keys"
    first, second = add_key(file), add_key(file)
    assert list(read_keys(file)) == [first, second]
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    for text in ("key\n", "a AAAA\n", file.read_text() + file.read_text(), "?? " + "A" * 43 + "=\n"):
        file.write_text(text)
        os.utime(file, ns=(1, hash(text) % 10**15))
        with pytest.raises(SecretError, match="Line"):
            read_keys(file)


def test_the_field_refuses_what_was_not_sealed():
    with pytest.raises(SecretError):
        Case._meta.get_field("identity").get_prep_value("somebody")


def test_a_model_whose_rows_get_their_key_late_cannot_hold_a_secret():
    class Late(models.Model):
        identity = SecretTextField(db_index=True)

        class Meta:
            app_label = "tests_of_late_secrets"
            managed = False

    said = {error.msg for error in Late._meta.get_field("identity").check()}
    assert said >= {"A secret needs a row whose key is known before it is saved.", "A secret is never searched for."}
    assert Case._meta.get_field("identity").check() == []


@pytest.fixture
def cases(settings, tmp_path, transactional_db):
    settings.BLUEHELM_HOME = tmp_path
    with connection.schema_editor() as editor:
        editor.create_model(Case)
    add_key(key_file(tmp_path))
    made = []
    for number in range(20):
        case = Case()
        conceal(case, "identity", f"person {number}")
        case.save(force_insert=True)
        made.append(case.pk)
    yield made
    with connection.schema_editor() as editor:
        editor.delete_model(Case)


COLUMNS = [(Case, "identity")]


def revealed(pks):
    return [reveal(Case.objects.get(pk=pk), "identity") for pk in pks]


def test_rotation_keeps_every_secret_under_a_new_key_and_drops_the_old(cases, tmp_path):
    file, expected = key_file(tmp_path), [f"person {number}" for number in range(20)]
    (old,) = read_keys(file)
    before = set(Case.objects.values_list("identity", flat=True))
    new, count, dropped = rotate(file, COLUMNS)
    assert (count, dropped, list(read_keys(file))) == (20, [old], [new])
    assert kept_under(COLUMNS) == {new: 20}
    assert revealed(cases) == expected
    assert not before & set(Case.objects.values_list("identity", flat=True))
    assert "person" not in " ".join(before)
    entry = Entry.objects.order_by("-sequence").first()
    assert (entry.deed, entry.key, entry.detail) == ("secrets.rotated", new, '{"secrets":20}')


def test_a_rotation_that_cannot_open_one_changes_none(cases, tmp_path):
    file = key_file(tmp_path)
    first, second = Case.objects.order_by("pk")[:2]
    kept = dict(Case.objects.values_list("pk", "identity"))
    Case.objects.filter(pk=second.pk).update(identity=first.identity)  # moved by hand from another row
    with pytest.raises(SecretError, match="belongs elsewhere"):
        rotate(file, COLUMNS)
    after = dict(Case.objects.values_list("pk", "identity"))
    assert {pk for pk in kept if kept[pk] != after[pk]} == {second.pk}
    assert len(read_keys(file)) == 2, "the old key stays, and opens all that it opened"
    assert len(set(revealed(pk for pk in cases if pk != second.pk))) == 19


@pytest.mark.parametrize(
    "stopped", ["after the key was added", "in the middle of writing", "before the old key is dropped"]
)
def test_a_rotation_stopped_anywhere_loses_nothing(cases, tmp_path, monkeypatch, stopped):
    file = key_file(tmp_path)

    def stop(*_given, **_named):
        raise KeyboardInterrupt

    name = {"after the key was added": "secret_columns", "in the middle of writing": "_note"}.get(stopped, "drop_keys")
    monkeypatch.setattr(f"bluehelm.web.secrets.{name}", stop)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        if name == "secret_columns":
            rotate(file)
        rotate(file, COLUMNS)
    monkeypatch.undo()
    assert sorted(revealed(cases)) == sorted(f"person {number}" for number in range(20))
    _, count, _ = rotate(file, COLUMNS)
    assert count == 20 and len(read_keys(file)) == 1
    assert len(revealed(cases)) == 20
