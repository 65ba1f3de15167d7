"""Which entries does the record database of the settings hold, be it SQLite or PostgreSQL?"""

from collections.abc import Iterator

from django.db import connection

from bluehelm.web.audit.chain import COLUMNS, Link
from bluehelm.web.audit.models import Entry

AT_A_TIME = 5_000


def has_entries_table() -> bool:
    """Whether the database has been made ready for records at all."""
    return Entry._meta.db_table in connection.introspection.table_names()


def stored_links(*, since: int = 0) -> Iterator[Link]:
    """The entries after a number, in order; `since` 0 also gives what was put in below the first."""
    asked = Entry.objects.filter(sequence__gt=since) if since else Entry.objects.all()
    for row in asked.order_by("sequence").values_list(*COLUMNS).iterator(chunk_size=AT_A_TIME):
        yield Link(*row)
