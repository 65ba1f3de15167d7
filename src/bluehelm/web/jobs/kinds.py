"""Which kinds of jobs are there, who may ask for one, and what does each do?

A kind is one line in `kinds`. Its work gets a `Run` and gives the result as JSON can hold it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bluehelm.web.posts.acting import Actor

if TYPE_CHECKING:
    from bluehelm.web.jobs.run import Run

Parameters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job. `check` raises when the actor may not ask for it so, or the parameters cannot be used.

    `at_once` changes records: its work and its end are one transaction, so that it is done once whatever is killed.
    """

    name: str
    title: str | Promise
    check: Callable[[Actor, Parameters], None]
    work: "Callable[[Run], dict[str, Any]]"
    at_once: bool = False


@cache
def kinds() -> dict[str, Kind]:
    from bluehelm.web.exchange import carrying
    from bluehelm.web.jobs import reminding
    from bluehelm.web.outlook import asking

    listed = (
        Kind("export", _("Export of records"), carrying.check_export, carrying.export),
        Kind("import", _("Import of records"), carrying.check_import, carrying.take_in, at_once=True),
        Kind("import-undo", _("Undoing an import"), carrying.check_undo, carrying.undo, at_once=True),
        Kind("forecast", _("Outlook from the mission's tables"), asking.check, asking.make),
        Kind("reminders", _("Reminders of what is due"), reminding.check, reminding.remind),
    )
    return {kind.name: kind for kind in listed}
