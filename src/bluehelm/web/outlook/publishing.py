"""How does a person make a mission's outlook from its tables?

By name, and without learning from the months in which the mission acted on an earlier one.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from bluehelm.definitions.outlook import Unit
from bluehelm.store import Version
from bluehelm.web.audit.entries import append_entry
from bluehelm.web.outlook.held import of_mission
from bluehelm.web.outlook.reads import acted_unit_months
from bluehelm.web.posts.acting import Actor
from bluehelm.workflows.outlook_brief import usual_unit
from bluehelm.workflows.outlook_publish import first_label, make_outlook, publish_outlook

Progress = Callable[[str, int, int], None]


def make_and_keep(
    home: Path,
    mission: str,
    unit_kind: Unit | None = None,
    *,
    by: Actor,
    as_of: date,
    known_on: date | None = None,
    model: str | None = None,
    seed: int = 0,
    samples: int | None = None,
    past_origins: int | None = None,
    source: str | None = None,
    progress: Progress | None = None,
) -> dict[str, Version]:
    """Make an outlook and keep it for the mission; gives the versions by table.

    Months in which the mission acted on an earlier outlook are not learnt from. Raises NotAllowedError when the
    actor's post is not the mission's or may not create tables, OutlookError when there is nothing to make it from.
    """
    of_mission(by, mission)
    kind = unit_kind or usual_unit(home, mission)
    by.require("create", "table")
    made = make_outlook(
        home, mission, kind, as_of=as_of, known_on=known_on, model=model, seed=seed, samples=samples,
        past_origins=past_origins, acted=acted_unit_months(mission, kind), source=source, progress=progress,
    )  # fmt: skip
    label = first_label(made.observed)
    by.require("create", "table", label.marking)
    with transaction.atomic():
        append_entry(
            deed="table.published",
            kind="table",
            key="outlooks",
            by=by.account,
            post=by.post_code,
            detail={"rows": made.outlooks.height, "mission": mission, "origin": made.origin, "model": made.model},
            marking=label.marking.value,
            audience="|".join(sorted(label.releasable_to)),
        )
        return publish_outlook(home, made)


def publish_for_account(
    home: Path, mission: str, unit_kind: Unit | None, *, account: str | None, **named: Any
) -> dict[str, Any]:
    """The same for a command: what was kept, for whom, and where to go on."""
    from bluehelm.web.posts.acting import actor_for_command

    kept = make_and_keep(home, mission, unit_kind, by=actor_for_command(account), **named)
    versions = [{"table": one.table, "version": one.version, "sha256": one.sha256} for one in kept.values()]
    label = kept["outlooks"].label
    return {
        "mission": mission,
        "kept": versions,
        "marking": label.marking,
        "releasable_to": list(label.releasable_to),
        "notes": [f"{note.count:,} {note.reason}." for note in kept["outlooks"].notes],
        "versions": [{"table": table, "version": number} for table, number in kept["outlook_scores"].parents],
        "next": f"/outlook/new/?version={kept['outlooks'].version}",
    }
