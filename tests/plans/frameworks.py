"""A small framework without a fault, to be spoilt one line at a time."""

from bluehelm.plans.framework import Framework, parse_framework

SOUND = """
title: A small plan
missions: [UNSYM]
first_month: 2026-07
last_month: 2028-06
documents:
  - {id: res-1, kind: resolution, title: Resolution of the synthetic Council}
tasks:
  - {id: T1, title: Protect civilians, document: res-1, paragraph: "3 (a)",
     components: [military], resources: one battalion}
context:
  actors:
    - {id: A1, name: Cattle keepers, kind: community}
  drivers:
    - {id: D1, title: Raids along the corridor, of: conflict, actors: [A1]}
    - {id: D2, title: Market committees, of: peace}
  indicators:
    - {id: C1, title: Deaths in the north, unit: deaths, better: lower,
       baseline: {value: 120, period: 2025, source: events},
       source: events, every: month, roll_up: sum, owner: jmac, compute: {table: events, count: deaths}}
objectives:
  - id: O1
    title: People in the north live without fear
    outcomes:
      - id: O1.1
        title: Herders and farmers settle disputes without violence
        change_in: {kind: stakeholder, name: Herders and farmers of the north}
        tasks: [T1]
        drivers: [D1, D2]
        indicators:
          - {id: I1, title: Disputes settled by market committees, unit: disputes, better: higher,
             baseline: {value: 4, period: 2025-H2, source: committees}, targets: [{period: 2027-H2, value: 12}],
             source: committees' registers, every: half-year, roll_up: sum, owner: civil-affairs}
          - {id: I2, title: Young women and men who sit on committees, unit: persons, better: higher, people: true,
             by: [sex, age], baseline: {value: 3, period: 2025-H2, source: committees},
             targets: [{period: 2027-H2, value: 20}],
             source: committees' registers, every: half-year, roll_up: latest, owner: civil-affairs,
             youth: participation}
          - {id: I3, title: Young people who say they dare to go to market, unit: share of those asked, better: higher,
             people: true, by: [sex],
             baseline: {value: 0.4, period: 2025-H2, source: survey}, targets: [{period: 2027-H2, value: 0.6}],
             source: perception survey, every: half-year, roll_up: latest, owner: civil-affairs, youth: effect}
        outputs:
          - id: P1
            title: Patrols along the corridor on market days
            component: military
            tasks: [T1]
            resources: one battalion
            indicators:
              - {id: I4, title: Market days with a patrol, unit: days, better: higher,
                 targets: [{period: 2027-H2, value: 20}], source: patrol reports,
                 every: month, roll_up: sum, owner: force}
            activities:
              - {id: A-1, title: Plan patrols with the committees, component: military}
"""


def sound() -> Framework:
    return parse_framework(SOUND, "plan.yaml")


def spoilt(old: str, new: str, times: int = 1) -> Framework:
    """The sound framework with some of its text replaced, so often as said."""
    assert SOUND.count(old) >= times
    return parse_framework(SOUND.replace(old, new, times), "plan.yaml")
