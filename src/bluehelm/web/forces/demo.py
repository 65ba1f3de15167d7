"""What does a force generation desk's register look like after two years of use?

Invented states, missions and numbers, written by the same deeds as any others. Words are drawn with the unevenness of
the field: infantry is offered in plenty, helicopters, hospitals and river units are not. The same day gives the same
register.
"""

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bluehelm.definitions.force_generation import packaged_evaluation, packaged_pipeline, packaged_unit_types
from bluehelm.definitions.forces import packaged_readiness
from bluehelm.web.forces import actions, cards, deployments, rotations, runs, visits
from bluehelm.web.forces.models import (
    Contributor,
    DeploymentCase,
    MinisterialPledge,
    Pledge,
    Requirement,
    UnitCard,
    Visit,
)
from bluehelm.web.posts.acting import Actor

STATES = (
    ("STATE-NORTH", "Northland"), ("STATE-SOUTH", "Southland"), ("ARV", "Arvenia"), ("BEL", "Belmora"),
    ("CAS", "Castovia"), ("DOR", "Dorvale"), ("ELB", "Elbaria"), ("FEN", "Fenland"), ("GAR", "Garundia"),
    ("HAL", "Halmark"), ("ILV", "Ilvania"), ("JOR", "Jorveth"), ("KEL", "Keldonia"), ("LUM", "Lumeria"),
    ("MIR", "Mirandola"), ("NOV", "Novasia"), ("ORE", "Oregund"), ("PAL", "Palmyra-Sur"), ("QUE", "Questonia"),
    ("RUV", "Ruvania"), ("SAR", "Sarmund"), ("TAL", "Talvinia"), ("UMB", "Umbria-Nord"), ("VES", "Vestara"),
    ("WEN", "Wendonia"), ("XAN", "Xandria"), ("YLV", "Ylvaria"), ("ZOR", "Zorland"), ("ASH", "Ashkar"),
    ("BRI", "Brimora"), ("CYR", "Cyrania"), ("DUN", "Dunmark"), ("ERI", "Eriador-Est"), ("FAL", "Falconia"),
)  # fmt: skip
OTHERS = ("UNMIV", "UNOLK", "UNAFEL", "UNISTAR")
"""Missions beside the demonstration's own, as invented as it is."""
# unit type: share of requirements, share of pledges
WANTED = {
    "infantry-battalion": (12, 34), "formed-police": (9, 18), "engineer-company": (7, 10), "hospital-level-2": (5, 4),
    "utility-helicopter": (6, 3), "riverine-unit": (4, 2), "quick-reaction-force": (5, 7), "transport-company": (4, 9),
    "signals-company": (3, 6), "explosive-ordnance-disposal": (3, 4), "unmanned-aircraft": (3, 1),
    "military-police": (2, 5),
}  # fmt: skip
AREAS = ("north", "south", "east", "west", "centre")
LANGUAGES = ("en", "fr", "ar", "es")
REQUIREMENTS, PLEDGES = 60, 200
MINISTERIALS = (("Zelleb 2024", 800), ("Port Aurel 2026", 190))
CATEGORIES = ("unit", "unit", "training", "technology", "women", "safety")


def build_demo_forces(actors: Mapping[str, Actor], mission: str, today: date) -> None:
    """Write the whole register; the deeds are those of the force generation desk and of two states' advisers."""
    _Register(actors, mission, today).write()


class _Register:
    """The register as it is written, chapter by chapter."""

    def __init__(self, actors: Mapping[str, Actor], mission: str, today: date) -> None:
        self.desk, self.today, self.mission = actors["force-generation"], today, mission
        self.actors = actors
        self.chance = random.Random(19480529)  # nosec B311  # invents a demonstration
        self.types = packaged_unit_types()
        self.missions = (mission, *OTHERS)

    def write(self) -> None:
        self._contributors()
        self._requirements()
        self._pledges()
        self._ministerials()
        self._deployments()
        self._visits()
        self._undeclared()
        self._cards()
        self._rotation()
        self._observers()
        run = runs.ask_run(what="match", by=self.desk, on=self.today)
        runs.carry_out(run.pk)

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def ahead(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def _drawn(self, column: int) -> str:
        names = [name for name in WANTED if name in self.types]
        return self.chance.choices(names, [WANTED[name][column] for name in names])[0]

    def _contributors(self) -> None:
        for code, name in STATES:
            cost = Decimal(self.chance.randrange(18, 95) * 1000) if self.chance.random() < 0.9 else None
            most = self.chance.choice([None, None, 2, 4, 6, 9])
            actions.add_contributor(code=code, name=name, max_units=most, visit_cost=cost, by=self.desk)

    # What is asked

    def _requirements(self) -> None:
        for number in range(REQUIREMENTS):
            template = self.types[self._drawn(0)]
            share = self.chance.choice([0.6, 0.8, 1.0, 1.0])
            lines = [
                *(
                    actions.Line("function", one.name, max(1, round(one.strength * share)))
                    for one in template.functions
                ),
                *(actions.Line("equipment", one.item, one.number) for one in template.equipment),
                *(actions.Line("self-sustainment", one, None) for one in template.self_sustainment),
            ]
            begins = self.ahead(self.chance.randrange(-120, 330))
            fields = {
                "mission": self.missions[0] if number % 3 == 0 else self.chance.choice(self.missions[1:]),
                "capability": template.name,
                "strength": sum(line.number or 0 for line in lines if line.part == "function"),
                "from_on": begins,
                "until_on": begins + timedelta(days=self.chance.choice([364, 364, 729])),
                "min_level": self.chance.choices(["L1", "L2", "L3", "RDL"], [1, 6, 3, 1])[0],
                "languages": "|".join(sorted(self.chance.sample(LANGUAGES, self.chance.choice([0, 1, 1, 2])))),
                "priority": self.chance.choices([1, 2, 3, 4, 5], [3, 5, 6, 4, 2])[0],
                "accepts_parts": template.accepts_parts,
                "area": self.chance.choice(AREAS),
                "tasks": "|".join(
                    sorted(
                        {
                            task.replace(" ", "-")
                            for task in self.chance.sample(template.tasks, min(2, len(template.tasks)))
                        }
                    )
                ),
            }
            asked_on = self.ago(self.chance.randrange(150, 420))
            made = actions.make_requirement(
                fields=fields, lines=lines, template=template.name, by=self.desk, on=asked_on
            )
            if number % 4:
                actions.ask_the_states(code=made.code, expected_version=1, by=self.desk)

    # What is offered

    def _pledges(self) -> None:
        codes = [code for code, _ in STATES]
        weights = [self.chance.choice([1, 2, 3, 6]) for _ in codes]
        for number in range(PLEDGES):
            template = self.types[self._drawn(1)]
            owner = codes[number] if number < len(codes) else self.chance.choices(codes, weights)[0]
            self._pledge(owner, template)
        self._join()

    def _pledge(self, owner: str, template: Any) -> None:
        chance = self.chance
        strength = max(10, round(template.strength * chance.choice([0.5, 0.7, 0.9, 1.0, 1.1])))
        offered_on = self.ago(chance.randrange(60, 700))
        begins = self.ahead(chance.randrange(-400, 160))
        fields = {
            "capability": template.name,
            "strength": strength,
            "from_on": begins,
            "until_on": begins + timedelta(days=chance.choice([729, 1095, 1460])),
            "languages": "|".join(sorted(chance.sample(LANGUAGES, chance.choice([1, 1, 2, 3])))),
            "splits_into": 4 if template.accepts_parts and chance.random() < 0.5 else 1,
            "women": round(strength * chance.choice([0.04, 0.08, 0.12, 0.2])) if chance.random() < 0.7 else None,
            "monthly_cost": Decimal(strength * chance.randrange(1900, 2700)) if chance.random() < 0.85 else None,
            "joint_group": "",
        }
        limits = self._limits(template)
        source = f"Note verbale of {offered_on:%d %B %Y}" if limits else ""
        by = {"STATE-NORTH": self.actors["northland"], "STATE-SOUTH": self.actors["southland"]}.get(owner, self.desk)
        made = actions.offer_pledge(
            contributor=owner, fields=fields, caveats=limits, source=source, by=by, on=offered_on
        )
        self._climb(made, offered_on)

    def _limits(self, template: Any) -> str:
        chance, found = self.chance, []
        if chance.random() < 0.22:
            found.append(f"area:{chance.choice(AREAS)}")
        if chance.random() < 0.18:
            found.append(f"task:{chance.choice(template.tasks).replace(' ', '-')}")
        if chance.random() < 0.12:
            found.append("time:18:00-06:00")
        if chance.random() < 0.08:
            found.append(f"mission:{chance.choice(self.missions)}")
        return "|".join(found)

    def _climb(self, pledge: Pledge, offered_on: date) -> None:
        """Some stay unregistered; others climb, are renewed, lapse or are lowered, as in life."""
        reached, day, version = self.chance.choices([0, 1, 2, 3, 4], [8, 34, 38, 16, 6])[0], offered_on, 1
        levels = packaged_readiness().levels
        for rung in levels[:reached]:
            day = min(self.today, day + timedelta(days=self.chance.randrange(10, 80)))
            named = {kind: f"{kind.capitalize()}, {pledge.code}" for kind in rung.evidence}
            actions.raise_readiness(code=pledge.code, expected_version=version, evidence=named, by=self.desk, on=day)
            version += 1
        keeps_up = self.chance.random() < 0.9
        while reached and keeps_up:
            pledge.refresh_from_db()
            if pledge.expires_on is None or pledge.expires_on > self.ahead(self.chance.randrange(10, 60)):
                break
            renewed_on = max(day, min(self.today, pledge.expires_on - timedelta(days=5)))
            if renewed_on > self.today or (self.today - renewed_on).days < 30:
                break
            actions.renew_readiness(
                code=pledge.code, expected_version=pledge.row_version, document=f"Letter of {renewed_on}",
                by=self.desk, on=renewed_on,
            )  # fmt: skip
            day = renewed_on
        pledge.refresh_from_db()
        lapsed = pledge.expires_on is not None and pledge.expires_on < self.today
        if reached >= 2 and not lapsed and self.chance.random() < 0.06:
            actions.lower_readiness(
                code=pledge.code, expected_version=pledge.row_version, to=levels[0].name, reason="equipment withdrawn",
                by=self.desk,
            )  # fmt: skip

    def _join(self) -> None:
        """Two hospitals offered together by two states each."""
        found = list(Pledge.objects.filter(capability="hospital-level-2", splits_into=1).order_by("code"))
        for group, pair in enumerate(zip(found[::2], found[1::2], strict=False), start=1):
            if pair[0].contributor_id == pair[1].contributor_id:
                continue
            window = {"from_on": min(one.from_on for one in pair), "until_on": max(one.until_on for one in pair)}
            for one in pair:
                names = (
                    "capability", "strength", "languages", "splits_into", "women", "monthly_cost",
                )  # fmt: skip
                fields = {name: getattr(one, name) for name in names} | window | {"joint_group": f"HOSPITAL-{group}"}
                one.refresh_from_db()
                actions.edit_pledge(
                    code=one.code, expected_version=one.row_version, fields=fields,
                    reason="Offered as one hospital by both states", by=self.desk,
                )  # fmt: skip

    # What was announced

    def _ministerials(self) -> None:
        chance = self.chance
        for name, days_ago in MINISTERIALS:
            for code, _state in chance.sample(STATES, 24):
                made = actions.announce(
                    contributor=code, ministerial=name, category=chance.choice(CATEGORIES),
                    text=f"{chance.choice(['A', 'One', 'Another'])} {self._drawn(1).replace('-', ' ')}",
                    conditions=chance.choice(["", "", "subject to parliament", "from next year"]),
                    announced_on=self.ago(days_ago), by=self.desk,
                )  # fmt: skip
                self._follow(made, days_ago)

    def _follow(self, made: MinisterialPledge, days_ago: int) -> None:
        chance, left, version = self.chance, days_ago, 1
        for step in actions.ANNOUNCED_STEPS[: chance.choices([0, 1, 2, 3], [5, 6, 5, 4])[0]]:
            left -= chance.randrange(20, 200)
            if left < 0:
                return
            own = Pledge.objects.filter(contributor=made.contributor, announced=None).order_by("code").first()
            pledge = own.code if own and step == "registered" else ""
            actions.advance_announced(
                code=made.code, expected_version=version, to=step, pledge=pledge, by=self.desk, on=self.ago(left)
            )
            version += 1
        if chance.random() < 0.2 and version < 4:
            actions.lapse_announced(
                code=made.code, expected_version=version, reason="No longer funded", by=self.desk,
                on=self.ago(max(0, left - 30)),
            )  # fmt: skip

    # Under way and in place

    def _deployments(self) -> None:
        stages = packaged_pipeline().stages
        plan = [*range(len(stages)), *range(len(stages)), *[len(stages)] * 11, 2, 4]
        asked = list(Requirement.objects.order_by("from_on", "code"))
        for number, reached in enumerate(plan):
            pair = self._fitting(asked)
            if pair is None:
                return
            self._deploy(*pair, reached, gives_up=number >= len(plan) - 2)

    def _fitting(self, asked: list[Requirement]) -> tuple[Requirement, Pledge] | None:
        """The next requirement with a pledge of its capability that holds a level and is free."""
        while asked:
            one = asked.pop(0)
            free = Pledge.objects.filter(
                capability=one.capability, cases=None, expires_on__gte=self.ago(0), joint_group=""
            ).exclude(level="L1")
            pledge = free.order_by("-strength", "code").first()
            if pledge:
                return one, pledge
        return None

    def _deploy(self, asked: Requirement, pledge: Pledge, reached: int, *, gives_up: bool) -> None:
        chance, stages = self.chance, packaged_pipeline().stages
        lasted = [chance.randrange(6, 70) for _ in stages[: reached + 1]]
        day = self.ago(sum(lasted) + chance.randrange(1, 40))
        case = deployments.open_case(requirement=asked.code, pledge=pledge.code, by=self.desk, on=day)
        version = 1
        for number, stage in enumerate(stages[: reached + 1]):
            if number:
                holder = {"headquarters": "Force generation desk", "mission": f"{asked.mission}: mission support"}.get(
                    stage.holder, f"Permanent mission of {pledge.contributor.name}"
                )
                deployments.enter_stage(
                    code=case.code, expected_version=version, stage=stage.name, holder=holder, by=self.desk, on=day
                )
                version += 1
            if number < reached:
                day += timedelta(days=lasted[number])
                deployments.finish_stage(
                    code=case.code, expected_version=version, stage=stage.name, by=self.desk, on=day
                )
                version += 1
        if gives_up:
            deployments.give_up(
                code=case.code, expected_version=version, reason="No lift could be found in time", by=self.desk
            )

    # What visits found

    def _visits(self) -> None:
        held = Pledge.objects.exclude(level="").exclude(level="L1").order_by("code")
        for number, pledge in enumerate(held[:26]):
            done_on = self.ago(self.chance.randrange(20, 500))
            checklist = "verification" if pledge.level == "RDL" else "assessment-and-advisory"
            made = visits.plan_visit(pledge=pledge.code, checklist=checklist, planned_on=done_on, by=self.desk)
            self._conclude(made, done_on, fails=number % 7 == 3)
        for number, pledge in enumerate(Pledge.objects.filter(level="L1").order_by("code")[:7]):
            visits.plan_visit(
                pledge=pledge.code, checklist="assessment-and-advisory",
                planned_on=self.ahead((number * 9) - 6), by=self.desk,
            )  # fmt: skip

    def _conclude(self, visit: Visit, done_on: date, *, fails: bool) -> None:
        items = visits.checklist_named(visit.checklist).items
        answers = {item.name: ("met", "") for item in items}
        weak = items[2] if fails else items[-2]
        if fails or self.chance.random() < 0.4:
            answers[weak.name] = ("not met" if fails else "partly", "Seen on the second day; spare parts are ordered")
        visits.answer_visit(code=visit.code, expected_version=1, answers=answers, by=self.desk, on=done_on)
        visits.conclude_visit(
            code=visit.code, expected_version=2, result="failed" if fails else "passed",
            report=f"Visit report {visit.code}", by=self.desk, on=done_on,
        )  # fmt: skip
        if answers[weak.name][0] != "met" and (fails or self.chance.random() < 0.5):
            visits.raise_from_visit(
                code=visit.code, expected_version=3, item=weak.name, severity="high" if fails else "medium",
                by=self.desk,
            )  # fmt: skip

    def _undeclared(self) -> None:
        serving = DeploymentCase.objects.filter(state="arrived", requirement__mission=self.mission).order_by("code")
        orders = (
            ("task:night-patrol", "Patrol the market road after dark. The commander asked his capital; no.", 40),
            ("area:east", "A platoon to the eastern base for a week. The unit does not go there, was the answer.", 12),
        )  # fmt: skip
        commander = self.actors["force-commander"]
        for case, (caveat, order, days_ago) in zip(serving, orders, strict=False):
            known = {str(one) for one in case.pledge.caveats.all()}
            if caveat in known:
                continue
            made = actions.open_undeclared(
                pledge=case.pledge.code, mission=self.mission, caveat=caveat, ordered_on=self.ago(days_ago),
                order=order, by=commander,
            )  # fmt: skip
            if days_ago > 30:
                actions.put_to_contributor(code=made.code, expected_version=1, by=self.desk)
                actions.explain_undeclared(
                    code=made.code, expected_version=2, by=self.desk,
                    explanation="The vehicles' night sights were at the workshop; the limit was meant to be temporary.",
                )  # fmt: skip

    # Cards

    def _cards(self) -> None:
        cases = DeploymentCase.objects.filter(state="arrived").select_related("pledge", "requirement").order_by("code")
        for number, case in enumerate(cases[:8]):
            card = self._card(case.pledge, case.requirement)
            if number % 3:
                cards.show_card(code=card.code, expected_version=card.row_version, by=self.desk)
        own = (
            Pledge.objects.filter(contributor__code="STATE-NORTH", card=None).exclude(level="").order_by("code").first()
        )
        asked = own and Requirement.objects.filter(capability=own.capability).order_by("code").first()
        if own and asked:  # the adviser of a state finds a card of its own to reply to
            card = self._card(own, asked)
            cards.show_card(code=card.code, expected_version=card.row_version, by=self.desk)

    def _card(self, pledge: Pledge, asked: Requirement) -> UnitCard:
        card = cards.open_card(
            pledge=pledge.code, mission=asked.mission, component=self.types[pledge.capability].component, by=self.desk
        )
        self._fill(card, asked)
        card.refresh_from_db()
        return card

    def _fill(self, card: UnitCard, asked: Requirement) -> None:
        rules, version = packaged_evaluation(), 1
        tasks = [one for one in rules.tasks if one.component == card.component]
        for days_ago in (200, 110, 30):
            for task in tasks[:3]:
                for rater in ("force evaluation officer", "sector evaluation officer")[: 1 + (days_ago == 110)]:
                    rating = self.chance.choices(rules.scale, [1, 3, 8])[0]
                    cards.evaluate(
                        code=card.code, expected_version=version, task=task.task, condition=task.condition,
                        standard=task.standard, rater=rater, rating=rating,
                        cause=self.chance.choice(rules.causes) if rating != rules.scale[-1] else "",
                        by=self.desk, on=self.ago(days_ago),
                    )  # fmt: skip
                    version += 1
        for line in self.types[card.pledge.capability].equipment[:4]:
            works = self.chance.choice([1.0, 1.0, 0.8, 0.6])
            for back in (2, 1):
                cards.count_equipment(
                    code=card.code, expected_version=version, quarter=self._quarter(back), item=line.item,
                    category=line.category, agreed=line.number, present=line.number,
                    serviceable=round(line.number * works), by=self.desk,
                )  # fmt: skip
                version += 1
        cards.certify(
            code=card.code, expected_version=version, name="pre-deployment training, core",
            valid_until=self.ahead(self.chance.choice([25, 200, 400])), by=self.desk,
        )  # fmt: skip
        version += 1
        for role in asked.lines.filter(part="function")[:4]:
            women = round((role.number or 0) * 0.1) if self.chance.random() < 0.7 else None
            cards.count_role(
                code=card.code, expected_version=version, name=role.name, persons=role.number, women=women,
                by=self.desk,
            )  # fmt: skip
            version += 1

    def _quarter(self, back: int) -> str:
        number = self.today.year * 4 + (self.today.month - 1) // 3 - back
        return f"{number // 4:04d}-Q{number % 4 + 1}"

    # Turns

    def _rotation(self) -> None:
        first = self.today.year * 12 + self.today.month - 1 - 14
        post = rotations.ask_slot(
            mission=self.mission, capability="transport-aircraft", first=first, last=first + 29, by=self.desk
        )
        takers: Sequence[str] = ("STATE-NORTH", "DOR", "FEN", "HAL", "VES")
        for place, code in enumerate(takers):
            begins = first + place * 5
            rotations.offer_tours(
                contributor=code, capability="transport-aircraft", first=begins, last=begins + 6, min_tour=4,
                max_tour=6, max_tours=1, monthly_cost=Decimal(640_000 + place * 35_000),
                certified_until=self.ahead(40 if place == 2 else 700), by=self.desk,
            )  # fmt: skip
        run = runs.ask_run(what="rotate", by=self.desk)
        run = runs.carry_out(run.pk)
        rotations.take_over(run=run, slot=post.code, by=self.desk)
        post.refresh_from_db()
        rotations.edit_slot(
            code=post.code, expected_version=post.row_version, framework_nation="STATE-NORTH", overlap_days=7,
            by=self.desk,
        )  # fmt: skip

    def _observers(self) -> None:
        """Two teams of observers asked for; five states offer some, of whom some know the area."""
        for area, language in (("north", "fr"), ("east", "ar")):
            fields = {
                "mission": self.mission, "capability": "military-observers", "strength": 6,
                "from_on": self.ahead(60), "until_on": self.ahead(60 + 364), "min_level": "L1", "languages": language,
                "priority": 2, "accepts_parts": False, "area": area, "tasks": "patrol|observation",
            }  # fmt: skip
            lines = [actions.Line("function", "team leader", 1), actions.Line("function", "observer", 5)]
            actions.make_requirement(fields=fields, lines=lines, by=self.desk)
        offers = (("DOR", "fr", "north", 20), ("FEN", "en|fr", "", 45), ("HAL", "ar", "east", 10),
                  ("VES", "ar|en", "", 70), ("MIR", "en", "north|east", 30))  # fmt: skip
        for code, languages, areas, in_days in offers:
            fields = {
                "capability": "military-observers", "strength": 3, "from_on": self.ahead(in_days),
                "until_on": self.ahead(in_days + 729), "languages": languages, "areas": areas, "splits_into": 1,
                "women": 1, "monthly_cost": None, "joint_group": "",
            }  # fmt: skip
            made = actions.offer_pledge(contributor=code, fields=fields, by=self.desk, on=self.ago(15))
            named = {kind: f"{kind.capitalize()}, {made.code}" for kind in packaged_readiness().levels[0].evidence}
            actions.raise_readiness(code=made.code, expected_version=1, evidence=named, by=self.desk, on=self.ago(10))


def is_built() -> bool:
    """Whether the register is there already."""
    return Contributor.objects.exists()
