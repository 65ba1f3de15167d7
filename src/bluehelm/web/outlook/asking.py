"""How is an outlook made by a job, for the post that asked?"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from bluehelm.outlook.history import OutlookError
from bluehelm.web.outlook.held import OutlookDeedError, of_mission
from bluehelm.web.posts.acting import Actor
from bluehelm.workflows.clock import today
from bluehelm.workflows.outlook_brief import UNITS

if TYPE_CHECKING:
    from bluehelm.web.jobs.run import Run


def check(by: Actor, parameters: Mapping[str, Any]) -> None:
    """An outlook is made by a post of the mission that may create tables."""
    of_mission(by, str(parameters.get("mission", "")))
    by.require("create", "table")
    unit = parameters.get("by")
    if unit is not None and unit not in UNITS:
        raise OutlookDeedError(_("There is no unit %(unit)s.") % {"unit": repr(unit)})


def make(run: "Run") -> dict[str, Any]:
    """Make the outlook and keep it for the mission; gives the versions by table."""
    from bluehelm.web.outlook.publishing import make_and_keep

    named = {name: run.parameters.get(name) for name in ("model", "samples", "past_origins")}
    try:
        kept = make_and_keep(
            run.home, run.parameters["mission"], run.parameters.get("by"), by=run.by, as_of=today(),
            seed=int(run.parameters.get("seed", 0)), progress=run.tell, **named,
        )  # fmt: skip
    except OutlookError as error:
        raise OutlookDeedError(str(error)) from None
    version = kept["outlooks"].version
    versions = [{"table": one.table, "version": one.version, "sha256": one.sha256} for one in kept.values()]
    return {"versions": versions, "next": f"/outlook/new/?version={version}"}
