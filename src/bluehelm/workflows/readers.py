"""Which table versions does a reader see?

Joins the one predicate of `disclosure` to the labels that the store keeps beside its versions.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bluehelm.disclosure import NOBODY, Label, Marking, Reader, may_read
from bluehelm.store import Reading, VersionLabel, reading_as


def label_of(kept: VersionLabel) -> Label:
    """A version's label as `disclosure` knows it; one whose marking is unknown is shown to nobody."""
    try:
        return Label(Marking.from_code(kept.marking), frozenset(kept.releasable_to))
    except ValueError:
        return NOBODY


def version_label(label: Label) -> VersionLabel:
    """A label as the store keeps it."""
    return VersionLabel(label.marking.code, tuple(sorted(label.releasable_to)))


@contextmanager
def tables_as_read_by(reader: Callable[[], Reader]) -> Iterator[Reading]:
    """Within this, tables show the versions that the reader may see; who that is, is asked when the first is read."""
    with reading_as(lambda kept: may_read(reader(), label_of(kept))) as reading:
        yield reading
