"""Which texts of the definitions are shown to people, so that they need their words in every language?

A text is shown where its key says that it is prose, or where its place in one of the files is listed here. Codes that
the program goes by are said by their own titles and are not shown themselves.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from bluehelm.definitions.packaged import packaged_names, packaged_text
from bluehelm.definitions.strict_yaml import read_mapping

PROSE = frozenset(
    "asked_by asks cannot_say caution condition denominator meaning numerator remedy reporting_note says standard "
    "subject title unit what why".split()
)
PLACES = (
    ("*", "status"),
    ("areas/*", "areas.name"),
    ("atrocity/*", "source"),
    ("atrocity/*", "factors.crime"),
    ("atrocity/*", "factors.indicators.text"),
    ("findings/working_calendars.yaml", "calendars.holidays.name"),
    ("forces/equipment.yaml", "effects.*"),
    ("forces/evaluation.yaml", "causes"),
    ("forces/evaluation.yaml", "scale"),
    ("forces/evaluation.yaml", "tasks.task"),
    ("forces/matching.yaml", "not_considered"),
    ("forces/rates.yaml", "rates.basis"),
    ("forces/readiness.yaml", "downgrade_reasons"),
    ("forces/readiness.yaml", "levels.evidence"),
    ("forces/readiness.yaml", "levels.step"),
    ("forces/timeline.yaml", "templates.steps.name"),
    ("forces/timeline.yaml", "templates.steps.holder"),
    ("forces/unit_types/*", "component"),
    ("forces/unit_types/*", "equipment.category"),
    ("forces/unit_types/*", "equipment.item"),
    ("forces/unit_types/*", "functions.name"),
    ("forces/unit_types/*", "name"),
    ("forces/unit_types/*", "self_sustainment"),
    ("forces/unit_types/*", "tasks"),
    ("impact/estimate.yaml", "not_lives_saved"),
    ("impact/presence.yaml", "without_interval.*"),
    ("indicators/*", "measures.by"),
    ("indicators/*", "measures.source"),
    ("missions.yaml", "missions.name"),
    ("missions.yaml", "missions.note"),
    ("plans/people.yaml", "told_by"),
    ("protection/alerts.yaml", "parts_of_day.name"),
)


def shown_texts() -> Iterator[str]:
    """Every text of the packaged definitions that is shown, each once, in the order of the files."""
    told = (
        text
        for file in packaged_names()
        for place, text in _texts(read_mapping(packaged_text(file), file)[0], "")
        if is_shown(file, place)
    )
    return iter(dict.fromkeys(told))


def is_shown(file: str, place: str) -> bool:
    """Whether the texts at a place of a file, `missions.name` of `missions.yaml`, are for people."""
    if place.rpartition(".")[2] in PROSE:
        return True
    return any(fnmatchcase(file, files) and fnmatchcase(place, places) for files, places in PLACES)


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _texts(part, f"{place}.{key}".lstrip("."))
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part, place)
