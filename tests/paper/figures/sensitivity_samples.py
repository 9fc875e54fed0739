"""Syntheses with everything that shows how firm a pool stands, made by hand.

The numbers are only plausible: the figures under test have to show what they are given.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.synthesis.rating import used_tools
from analysis.synthesis.results import AdverseEvent, Outcome, StudyEstimate, Synthesis
from analysis.synthesis.sensitivity_results import (
    Comparison,
    FunnelPoint,
    InfluencePoint,
    Refit,
    RegressionLine,
    Sensitivity,
    SmallStudyEffects,
    Specified,
)
from analysis.synthesis.study_rating import Rating
from schemas.protocol import DisplayItem
from schemas.quality_files import shipped_tools
from tests.paper.figures.review_sample import review
from tests.paper.figures.synthesis_samples import ROW, estimate, pool

if TYPE_CHECKING:
    from collections.abc import Sequence

METHODS = ("CE", "DL", "PM", "REML", "ML", "SJ", "HE", "HS")


def item(kind: str, outcomes: Sequence[str] = (), by: Sequence[str] = ()) -> DisplayItem:
    return DisplayItem(id="fig-any", kind=kind, outcomes=tuple(outcomes), by=tuple(by))


def refits(studies: Sequence[StudyEstimate], *, cumulative: bool = False) -> tuple[Refit, ...]:
    made = []
    for index, study in enumerate(studies):
        others = studies[: index + 1] if cumulative else [s for s in studies if s is not study]
        part = pool(others)
        assert part.estimate is not None
        made.append(
            Refit(
                label=study.label,
                row=ROW,
                reconstructed=study.reconstructed,
                year=2000 + index if cumulative else None,
                k=part.k,
                estimate=part.estimate,
                ci_low=part.ci_low or 0.0,
                ci_high=part.ci_high or part.estimate,
                i2=part.i2 or 0.0,
                q_p=part.q_p or 1.0,
                tau2=part.tau2 or 0.0,
                switches=index % 5 == 2,
            )
        )
    return tuple(made)


def sensitivity(outcome: Outcome, *, dated: int | None = None) -> Sensitivity | None:
    """Give an outcome's records; ``dated`` is how many of its studies have a year."""
    studies = outcome.overall.studies
    k = len(studies)
    if k < 2:
        return None
    whole = outcome.overall.estimate or 0.0
    spread = [0.02 + 0.13 * (index * 7 % k) / k for index in range(k)]
    proportion = outcome.measure == "proportion"
    points = [
        FunnelPoint(s.label, s.estimate, se, s.reconstructed, imputed=False)
        for s, se in zip(studies, spread, strict=True)
    ]
    points += [
        FunnelPoint(None, 2 * whole - s.estimate, se, reconstructed=False, imputed=True)
        for s, se in list(zip(studies, spread, strict=True))[: k // 4]
    ]
    return Sensitivity(
        model=outcome.overall.model,
        leave_one_out=refits(studies),
        cumulative=refits(studies[: k if dated is None else dated], cumulative=True),
        influence=tuple(
            InfluencePoint(
                s.label,
                ROW,
                s.reconstructed,
                heterogeneity=abs(s.estimate - whole) * 9,
                influence=(s.estimate - whole) ** 2,
                cook_d=0.1,
                rstudent=1.0,
                hat=1 / k,
                influential=index == k // 2,
            )
            for index, s in enumerate(studies)
        )
        if k > 2
        else (),
        small_study=SmallStudyEffects(
            k=k,
            begg_p=0.0021,
            begg_method="exact",
            egger_p=None,
            egger_method="linear regression",
            imputed=k // 4,
            side="left",
            estimator="L0",
            filled_estimate=whole * 0.9,
            filled_ci_low=whole * 0.8,
            filled_ci_high=whole,
            centre=whole,
            scale="proportion" if proportion else "months",
            points=tuple(points),
            flags=(),
        ),
        comparisons={name: comparison(name) for name in outcome.subgroups},
        regressions={"n_arm": line(studies)} if k > 2 else {},
        specifications=specifications(outcome),
        i2_low=0.1,
        i2_high=0.9,
        tau2_low=0.0,
        tau2_high=None,
    )


def comparison(variable: str, reason: str | None = None) -> Comparison:
    q = None if reason else 3.814
    return Comparison(
        variable, ("a", "b"), 9, q, None if reason else 1, None if reason else 0.0508,
        regression_p=0.2, r2=None, residual_i2=None, notes=(), reason=reason,
    )  # fmt: skip


def line(studies: Sequence[StudyEstimate]) -> RegressionLine:
    x = tuple(float(study.n or 10 * index) for index, study in enumerate(studies))
    y = tuple(study.estimate for study in studies)
    first, last = min(x), max(x)
    grid = tuple(first + (last - first) * step / 10 for step in range(11))
    middle = sum(y) / len(y)
    return RegressionLine(
        column="n_arm",
        x=x,
        y=y,
        size=tuple(study.weight or 0.0 for study in studies),
        labels=tuple(study.label for study in studies),
        reconstructed=tuple(study.reconstructed for study in studies),
        line_x=grid,
        line_y=tuple(middle for _ in grid),
        line_low=tuple(middle - 0.1 - 0.02 * abs(step - 5) for step in range(11)),
        line_high=tuple(middle + 0.1 + 0.02 * abs(step - 5) for step in range(11)),
        slope=0.01,
        slope_p=0.03,
        r2=-0.09,
        k=len(x),
        notes=("few studies",),
    )


def specifications(outcome: Outcome) -> tuple[Specified, ...]:
    whole = outcome.overall.estimate or 0.0
    measures = ("PR, drop", "PLO, only0", "PFT") if outcome.measure == "proportion" else ("MEDRAW",)
    made = []
    for measure in measures:
        for index, method in enumerate(METHODS):
            for test in ("z",) if method == "CE" else ("z", "knha", "adhoc"):
                refused = measure == "PLO, only0" and method == "SJ"
                shift = 0.01 * index * (1 if measure == "PFT" else -1)
                value = None if refused else whole + shift
                made.append(
                    Specified(
                        measure, method, test,
                        value,
                        None if value is None else value - 0.07,
                        None if value is None else value + 0.07,
                        None, None, 0.01, 0.5, outcome.overall.k,
                        "no result" if refused else None,
                    )
                )  # fmt: skip
    paper = outcome.overall
    reported = Specified(
        "PR, only0", "DL", "z", paper.estimate, paper.ci_low, paper.ci_high,
        None, None, 0.01, 0.5, paper.k, None,
    )  # fmt: skip
    return (*made, reported)


def firm(outcome: Outcome, *, dated: int | None = None) -> Outcome:
    return replace(outcome, sensitivity=sensitivity(outcome, dated=dated))


def outcome_of(studies: Sequence[StudyEstimate], outcome_id: str = "orr") -> Outcome:
    """An outcome of these studies, half of them in each of two groups, none in a third."""
    half = (len(studies) + 1) // 2
    groups = (
        pool(studies[:half], level="First"),
        pool(studies[half:], level="Second"),
        pool([], level="Third"),
    )
    plain = Outcome(
        outcome_id,
        outcome_id.upper(),
        "Objective response rate",
        "proportion",
        "percent",
        pool(studies),
        {"therapy": groups},
    )
    return firm(plain)


def many(k: int, name: str = "Study {}") -> list[StudyEstimate]:
    return [
        estimate(name.format(i), 3 + i * 7 % 40, 50 + i * 13 % 400, reconstructed=i % 3 == 0)
        for i in range(1, k + 1)
    ]


def synthesis_of(
    *outcomes: Outcome, events: Sequence[AdverseEvent] = (), ratings: Sequence[Rating] = ()
) -> Synthesis:
    return replace(
        review(),
        outcomes=outcomes,
        adverse_events=tuple(events),
        ratings=tuple(ratings),
        quality_tools=used_tools(shipped_tools(), ratings),
        subgroup_labels={"therapy": "Type of combination"},
        moderator_labels={"n_arm": "Number of patients"},
    )


def event(term: str, grade: str, studies: Sequence[StudyEstimate]) -> AdverseEvent:
    pooled = len(studies) > 1
    whole = pool(studies)
    if not pooled:
        whole = replace(whole, model="none", estimate=None, ci_low=None, ci_high=None)
    return AdverseEvent(
        f"{term}, {grade}",
        term,
        grade,
        whole,
        pooled,
        leave_one_out=refits(studies) if pooled else (),
    )


def rating(
    label: str, answer: str = "yes", *, tool: str = "jbi_case_series", reconstructed: bool = False
) -> Rating:
    scored = tool == "jadad_items"
    points = 4 if answer == "yes" else 0
    return Rating(
        label,
        label,
        None,
        tool,
        {item.id: answer for item in shipped_tools()[tool].shown},
        ROW,
        score=points if scored else None,
        most=4 if scored else None,
        reconstructed=reconstructed,
    )


def firm_review() -> Synthesis:
    """The review of the other samples with all its sensitivity records, ratings and events."""
    plain = review()
    events = [
        event("Hypertension", "any", many(5)),
        event("Fatigue", "any", many(3)),
        event("Rash", "any", many(1)),
        event("Hypertension", ">=3", many(4)),
    ]
    answers = ("yes", "no", "unclear", "not applicable")
    ratings = [
        rating(study.label, answers[index % 4], reconstructed=study.reconstructed)
        for index, study in enumerate(plain.studies)
    ]
    ratings[0] = rating(plain.studies[0].label, "yes", tool="jadad_items")
    return replace(
        synthesis_of(*(firm(o, dated=2) for o in plain.outcomes), events=events, ratings=ratings),
        subgroup_labels={"therapy": "Type of combination", "timing": "Timing of the study"},
    )
