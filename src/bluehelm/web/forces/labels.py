"""To whom is a new record of forces addressed?

A pledge and what follows from it: to headquarters and to the contributor it belongs to. A requirement: to headquarters
and its mission; the contributing states see it once somebody released it to them.
"""

from bluehelm.disclosure import Label, Marking
from bluehelm.web.posts.models import Organisation
from bluehelm.web.posts.rights import rights

HEADQUARTERS = rights().audience_of("headquarters")
STATES = rights().audience_of("member-state")


def of_contributor(code: str) -> Label:
    return Label(Marking.CONFIDENTIAL, frozenset({HEADQUARTERS, f"organisation:{code}"}))


def of_mission(mission: str) -> Label:
    to_mission = {f"mission:{mission}"} if mission else set()
    return Label(Marking.CONFIDENTIAL, frozenset({HEADQUARTERS, *to_mission}))


def of_headquarters() -> Label:
    return Label(Marking.CONFIDENTIAL, frozenset({HEADQUARTERS}))


def is_a_house(code: str) -> bool:
    """Whether a code names an organisation of this installation that is no member state: it cannot pledge."""
    return Organisation.objects.filter(code=code).exclude(kind="member-state").exists()
