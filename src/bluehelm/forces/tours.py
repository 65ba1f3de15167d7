"""What do longer tours and secondments gain in months of expertise, and what do they cost?

A post is held by one person after another. Each needs some months to learn it, and works fully from then on. A tour
that ends loses what was learned; so does a gap. Longer tours cost an allowance and save journeys.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from bluehelm.forces.supply import ForcesError
from bluehelm.language import _


class TourRules(Protocol):
    """How many months each kind of post takes to learn."""

    @property
    def learning_months(self) -> dict[str, int]: ...


@dataclass(frozen=True, slots=True)
class Post:
    """A post over so many months under one arrangement of tours.

    `gap_months` pass empty between two tours; `monthly_cost` while held, `journey_cost` once a tour, `long_tour_cost`
    for each month held beyond `usual_months`. None is unknown.
    """

    scenario: str
    post: str
    kind: str
    months: int
    tour_months: int
    gap_months: int
    usual_months: int
    monthly_cost: Decimal | None = None
    journey_cost: Decimal | None = None
    long_tour_cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PostMonths:
    """What becomes of a post's months: held, of these fully able, learning; the rest empty. `cost` None is unknown."""

    scenario: str
    post: str
    tours: int
    held: int
    expert: int
    learning: int
    empty: int
    cost: Decimal | None


@dataclass(frozen=True, slots=True)
class ScenarioMonths:
    """All posts of a scenario, and what it gains on the one it is compared with: `gained` expertise-months.

    `more_cost` and `cost_of_a_month` gained are None while a cost is unknown; the latter also where nothing is gained.
    """

    scenario: str
    posts: tuple[PostMonths, ...]
    expert: int
    empty: int
    cost: Decimal | None
    gained: int
    more_cost: Decimal | None
    cost_of_a_month: Decimal | None


def months_of(post: Post, learning: int) -> PostMonths:
    """The months of one post: tours follow each other from the first month, the last is cut at the end."""
    tours = held = expert = beyond = begin = 0
    while begin < post.months:
        length = min(post.tour_months, post.months - begin)
        tours += 1
        held += length
        expert += max(0, length - learning)
        beyond += max(0, length - post.usual_months)
        begin += length + post.gap_months
    return PostMonths(
        post.scenario,
        post.post,
        tours,
        held,
        expert,
        held - expert,
        post.months - held,
        _cost(post, tours, held, beyond),
    )


def _cost(post: Post, tours: int, held: int, beyond: int) -> Decimal | None:
    if post.monthly_cost is None or post.journey_cost is None or (beyond and post.long_tour_cost is None):
        return None
    return held * post.monthly_cost + tours * post.journey_cost + beyond * (post.long_tour_cost or Decimal(0))


def compare_tours(posts: Iterable[Post], rules: TourRules, against: str) -> list[ScenarioMonths]:
    """Each scenario beside the one named; ForcesError when that is missing or scenarios do not hold the same posts."""
    listed = sorted(posts, key=lambda post: (post.scenario, post.post))
    if problems := _problems(listed, rules, against):
        raise ForcesError(problems)
    by_scenario: dict[str, list[PostMonths]] = {}
    for post in listed:
        by_scenario.setdefault(post.scenario, []).append(months_of(post, rules.learning_months[post.kind]))
    return [_scenario(name, own, by_scenario[against]) for name, own in by_scenario.items()]


def _problems(posts: Sequence[Post], rules: TourRules, against: str) -> list[str]:
    asked: dict[str, dict[str, int]] = {}
    problems = []
    for post in posts:
        if post.kind not in rules.learning_months:
            problems.append(
                _(
                    "post {post}: {kind!r} is none of {learning_months}",
                    post=post.post,
                    kind=post.kind,
                    learning_months=", ".join(rules.learning_months),
                )
            )
        if post.tour_months < 1 or post.months < 1 or post.gap_months < 0:
            problems.append(
                _("post {post}: months and tour_months are 1 or more, gap_months 0 or more", post=post.post)
            )
        own = asked.setdefault(post.scenario, {})
        if post.post in own:
            problems.append(
                _("scenario {scenario}: post {post} is there twice", scenario=post.scenario, post=post.post)
            )
        own[post.post] = post.months
    if against not in asked:
        return [
            *problems,
            _(
                "there is no scenario {against!r} to compare with; there is {asked}",
                against=against,
                asked=", ".join(asked) or _("none"),
            ),
        ]
    return problems + [
        _("scenario {name}: holds other posts or months than {against}", name=name, against=against)
        for name, own in asked.items()
        if own != asked[against]
    ]


def _scenario(name: str, own: Sequence[PostMonths], base: Sequence[PostMonths]) -> ScenarioMonths:
    cost, base_cost = _sum(own), _sum(base)
    expert = sum(post.expert for post in own)
    gained = expert - sum(post.expert for post in base)
    more = None if cost is None or base_cost is None else cost - base_cost
    each = None if more is None or gained <= 0 else (more / gained).quantize(Decimal("0.01"))
    return ScenarioMonths(name, tuple(own), expert, sum(post.empty for post in own), cost, gained, more, each)


def _sum(posts: Iterable[PostMonths]) -> Decimal | None:
    costs = [post.cost for post in posts]
    return None if None in costs else sum((cost for cost in costs if cost is not None), Decimal(0))
