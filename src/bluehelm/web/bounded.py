"""How is a long list counted, so that its first page costs the same however long it is?

To count a hundred thousand records takes longer than to show fifty of them, and nobody reads the exact number. A list
is counted to a bound; beyond it the page says that there are more, and its last page leads on to what comes after.
"""

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

if TYPE_CHECKING:
    Pages = Paginator[Any]
else:
    Pages = Paginator  # takes no type at run time

MOST_COUNTED = 1000


class BoundedPaginator(Pages):
    """Pages of the first `MOST_COUNTED` records; `is_more` where there are others after them."""

    def __init__(self, records: QuerySet[Any], per_page: int) -> None:
        super().__init__(records, per_page)
        self._records = records

    @cached_property
    def _counted(self) -> int:
        return self._records.values("pk")[: MOST_COUNTED + 1].count()

    @property
    def is_more(self) -> bool:
        return self._counted > MOST_COUNTED

    @cached_property
    def count(self) -> int:
        return min(self._counted, MOST_COUNTED)
