"""What do several missions that share a framework say together, indicator by indicator?

The missions are the parts of the whole: their values are put together where the roll-up rule says so, and refused where
it does not. Nothing is added where one mission's value is missing, and no mission is ranked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bluehelm.language import _
from bluehelm.plans.framework import Placed
from bluehelm.plans.values import Reading, RollUpError, over_parts, reads_as_share


@dataclass(frozen=True, slots=True)
class Together:
    """One indicator of a period: each mission's reading, None where it has none, and the whole or why there is none."""

    placed: Placed
    period: str
    by_mission: Mapping[str, Reading | None]
    whole: Reading | None
    why_not: str

    @property
    def readings(self) -> list[Reading | None]:
        return list(self.by_mission.values())


def together(placed: Placed, period: str, by_mission: Mapping[str, Reading | None]) -> Together:
    """The missions' values of one indicator and period, put together where that may be done."""
    missing = [mission for mission, reading in by_mission.items() if reading is None]
    held = [mission for mission, reading in by_mission.items() if reading is not None and reading.held_back]
    if missing:
        return Together(placed, period, by_mission, None, _("No value of {missing}.", missing=", ".join(missing)))
    if held:
        return Together(placed, period, by_mission, None, _("Held back: {held}.", held=", ".join(held)))
    known = {mission: reading for mission, reading in by_mission.items() if reading is not None}
    try:
        whole = _whole(placed, known)
    except RollUpError as refused:
        return Together(placed, period, by_mission, None, str(refused))
    return Together(placed, period, by_mission, whole, "" if whole.value is not None or whole.counts else _("Unknown."))


def _whole(placed: Placed, known: Mapping[str, Reading]) -> Reading:
    rule = placed.indicator.roll_up
    if rule is None:
        raise RollUpError(_("The plan names no roll-up rule."))
    parts: Sequence[Reading] = [replace(one, parts={"mission": mission}) for mission, one in known.items()]
    is_share = reads_as_share(placed.indicator.unit) or any(one.is_share for one in parts)
    return replace(over_parts(parts, rule, is_share=is_share), parts={})
