"""How does an assessment of risk factors read: fourteen words, each with its evidence, and what they mean together?

A profile and a narrative. Nothing is counted here, because a count of factors would be read as a score of a place.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bluehelm.definitions.atrocity_lens import Factor
from bluehelm.web.findings.evidence import VERSION, Sha256Of
from bluehelm.web.outlook.lens_words import factor_sets, factors, lens_words, titles
from bluehelm.web.outlook.models import Escalation, FactorFinding, LensAssessment

TONES = {"strong": "wrong", "present": "care", "signs": "note", "not-found": "good", "not-known": "draft"}


@dataclass(frozen=True, slots=True)
class Cited:
    """A piece of evidence as written, and where it can be looked at; of a hidden version neither row nor address."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class FindingView:
    """What was found of a factor or an indicator."""

    finding: FactorFinding
    found: str
    tone: str
    movement: str
    confidence: str
    evidence: list[Cited]
    indicator: str


@dataclass(frozen=True, slots=True)
class FactorView:
    """One factor of the profile: what was found of it as a whole, and of its indicators."""

    factor: Factor
    whole: FindingView | None
    indicators: list[FindingView]


@dataclass(frozen=True, slots=True)
class OverTime:
    """The words of one factor in every assessment of a place, oldest first; None where nobody said one."""

    factor: Factor
    words: list[tuple[str, str] | None]


def profile(assessment: LensAssessment, sha256_of: Sha256Of) -> list[FactorView]:
    """The fourteen factors in their order, with what was found of each."""
    found = list(assessment.findings.all())
    return [
        _factor_view(factor, [one for one in found if one.factor == factor.number], sha256_of) for factor in factors()
    ]


def _factor_view(factor: Factor, found: list[FactorFinding], sha256_of: Sha256Of) -> FactorView:
    texts = {one.code: one.text for one in factor.indicators}
    views = {one.indicator: _finding_view(one, texts.get(one.indicator, ""), sha256_of) for one in found}
    return FactorView(factor, views.get(""), [views[code] for code in texts if code in views])


def _finding_view(finding: FactorFinding, indicator: str, sha256_of: Sha256Of) -> FindingView:
    words = titles()
    return FindingView(
        finding=finding,
        found=words[finding.found],
        tone=TONES.get(finding.found, ""),
        movement=words.get(finding.movement, ""),
        confidence=words.get(finding.confidence, ""),
        evidence=cited(finding.evidence, sha256_of),
        indicator=indicator,
    )


def cited(evidence: str, sha256_of: Sha256Of) -> list[Cited]:
    """Evidence as this reader sees it, line by line."""
    return [_cited_one(line, sha256_of) for line in evidence.splitlines() if line.strip()]


def _cited_one(line: str, sha256_of: Sha256Of) -> Cited:
    row = VERSION.fullmatch(line)
    if row is None:
        return Cited(line)
    table, version = row["table"], int(row["version"])
    if sha256_of(table, version) is None:
        return Cited(f"{table} version {version}")
    return Cited(line, reverse("data:version", args=[table, version]))


def over_time(assessments: Iterable[LensAssessment]) -> list[OverTime]:
    """Every factor's words in these assessments, in their order."""
    words, listed = titles(), list(assessments)
    said = [{one.factor: one.found for one in each.findings.all() if not one.indicator} for each in listed]
    return [
        OverTime(
            factor,
            [
                (words[of[factor.number]], TONES.get(of[factor.number], "")) if factor.number in of else None
                for of in said
            ],
        )
        for factor in factors()
    ]


def definitions_shown() -> list[dict[str, Any]]:
    """What the page must say of each definition: its title, its source, and whether anybody outside checked it."""
    return [
        {"title": one.title, "source": one.source, "status": one.status, "valid_from": one.valid_from}
        for one in (*factor_sets(), lens_words())
    ]


# JSON: words alone; the only numbers are those that name a factor, a record or its version


def assessment_row(assessment: LensAssessment) -> dict[str, Any]:
    """An assessment as a row of a list."""
    return {
        "number": assessment.pk,
        "mission": assessment.mission,
        "place": assessment.place,
        "assessed": assessment.assessed_on.isoformat(),
        "state": assessment.state,
        "finished": assessment.finished_on.isoformat() if assessment.finished_on else None,
        "marking": assessment.label.marking.code,
        "releasable_to": sorted(assessment.releasable_to.names),
        "row_version": assessment.row_version,
    }


def assessment_json(
    assessment: LensAssessment, earlier: Iterable[LensAssessment], sha256_of: Sha256Of
) -> dict[str, Any]:
    """An assessment: profile, narrative, triggers, escalations, and the words of earlier ones."""
    listed = list(earlier)
    return assessment_row(assessment) | {
        "narrative": assessment.narrative or None,
        "drafted_post": assessment.drafted_post.code,
        "finished_post": assessment.finished_post.code if assessment.finished_post else None,
        "profile": [_factor_json(view) for view in profile(assessment, sha256_of)],
        "over_time": [
            {
                "factor": one.factor.number,
                "words": [
                    {"assessed": each.assessed_on.isoformat(), "found": word[0] if word else None}
                    for each, word in zip(listed, one.words, strict=True)
                ],
            }
            for one in over_time(listed)
        ],
        "triggers": [
            {"on": one.on.isoformat(), "until": one.until_on.isoformat() if one.until_on else None, "text": one.text}
            for one in assessment.triggers.all()
        ],
        "escalations": [escalation_json(one) for one in assessment.escalations.all()],
        "definitions": [
            {"title": one["title"], "status": one["status"], "valid_from": one["valid_from"].isoformat()}
            for one in definitions_shown()
        ],
        "caution": caution(),
        "versions": list(_versions(assessment, sha256_of)),
    }


def caution() -> str:
    """What must stand beside every profile."""
    return _(
        "Factors do not add up, and one alone can be enough. Not found is not the same as not there. "
        "Read the profile with its narrative and evidence."
    )


def _factor_json(view: FactorView) -> dict[str, Any]:
    return {
        "factor": view.factor.number,
        "title": view.factor.title,
        "wording": view.factor.wording,
        "crime": view.factor.crime,
        "whole": _finding_json(view.whole) if view.whole else None,
        "indicators": [
            _finding_json(one) | {"indicator": one.finding.indicator, "text": one.indicator} for one in view.indicators
        ],
    }


def _finding_json(view: FindingView) -> dict[str, Any]:
    finding = view.finding
    return {
        "found": finding.found,
        "movement": finding.movement or None,
        "confidence": finding.confidence or None,
        "evidence": [one.text for one in view.evidence],
        "reasoning": finding.reasoning,
        "mitigation": finding.mitigation or None,
        "looked": finding.looked_on.isoformat(),
        "post": finding.by_post.code,
    }


def escalation_json(escalation: Escalation) -> dict[str, Any]:
    return {
        "to_post": escalation.to_post.code,
        "why": escalation.why,
        "on": escalation.on.isoformat(),
        "by_post": escalation.by_post.code,
        "acknowledged": escalation.acknowledged_on.isoformat() if escalation.acknowledged_on else None,
        "answer": escalation.answer or None,
    }


def _versions(assessment: LensAssessment, sha256_of: Sha256Of) -> Iterable[dict[str, Any]]:
    """The table versions cited, each once; no digest of one hidden from the reader."""
    lines = (line for one in assessment.findings.all() for line in one.evidence.splitlines())
    rows = {(row["table"], int(row["version"])) for line in lines if (row := VERSION.fullmatch(line))}
    for table, version in sorted(rows):
        yield {"table": table, "version": version, "sha256": sha256_of(table, version)}
