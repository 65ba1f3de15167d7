"""Which morning pages are there, for whom, and what does each list?"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bluehelm.web.forces import morning as forces
from bluehelm.web.morning import sections
from bluehelm.web.morning.sections import Listing
from bluehelm.web.outlook import morning as outlook
from bluehelm.web.plans import morning as plans
from bluehelm.web.protection import morning as protection
from bluehelm.web.reports import morning as reports


@dataclass(frozen=True, slots=True)
class MorningPage:
    """One of the four mornings: the roles it opens for, its listings in order, and whether it shows where."""

    name: str
    title: str | Promise
    roles: tuple[str, ...]
    listings: tuple[Listing, ...]
    has_map: bool = False


PAGES = (
    MorningPage(
        "planning",
        _("Planning and leadership"),
        ("planner", "component-head", "mission-leadership", "administrator", "auditor"),
        (
            sections.broken_glass,
            sections.posts_filled,
            sections.waiting_for_you,
            sections.next_deadlines,
            sections.overdue_decisions,
            outlook.told_of_an_outlook,
            outlook.escalated_to_you,
            protection.put_before_you,
            plans.missing_values,
            plans.open_worksheets,
            sections.changed_evidence,
            sections.late_by_section,
            sections.nothing_begun,
        ),
    ),
    MorningPage(
        "protection",
        _("Situation and protection"),
        ("analyst", "reporter", "conduct-officer"),
        (
            protection.unanswered_alerts,
            protection.put_before_you,
            protection.not_acknowledged,
            sections.broken_glass,
            protection.threats_to_look_at,
            reports.to_settle,
            reports.to_grade,
            reports.to_link,
            reports.daily_report,
            reports.asked_of_you,
            protection.promises_overdue,
            outlook.told_of_an_outlook,
            outlook.escalated_to_you,
            sections.waiting_for_you,
            sections.proposals,
            sections.next_deadlines,
            sections.about("protection", _("Open: protection, safety, situation"), "protection", "safety", "situation"),
            sections.stuck,
        ),
        has_map=True,
    ),
    MorningPage(
        "forces",
        _("Forces and training"),
        ("force-generation", "contributor", "training"),
        (
            sections.waiting_for_you,
            forces.gaps_by_date,
            forces.stuck_deployments,
            forces.ending_soon,
            forces.rotations_uncovered,
            sections.next_deadlines,
            sections.stuck,
            sections.about("forces", _("Open: forces and training"), "forces", "training"),
            sections.nothing_begun,
        ),
    ),
    MorningPage(
        "research",
        _("Data and research"),
        ("viewer",),
        (
            outlook.latest_outlooks,
            sections.new_versions,
            sections.moved_figures,
            sections.changed_evidence,
            sections.coverage,
            sections.about("data", _("Open: data, outlook, impact"), "data", "outlook", "impact"),
        ),
    ),
)


def page_of(role: str) -> MorningPage:
    """The morning of a role; whoever has none of the four sees the data."""
    return next((page for page in PAGES if role in page.roles), PAGES[-1])


def page_named(name: str) -> MorningPage | None:
    return next((page for page in PAGES if page.name == name), None)
