"""Outcomes that are brought together without pooling, by the methods that the protocol names.

Campbell M and others. Synthesis without meta-analysis (SWiM) in systematic reviews: reporting
guideline. BMJ 2020;368:l6890.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from analysis.measures.registry import measure
from analysis.synthesis.effects import contributions, scale_of
from analysis.synthesis.pooling import listed_only
from analysis.synthesis.results import Finding, Narrative

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.measures.conventions import Conventions
    from analysis.synthesis.effects import Contribution, Target
    from analysis.synthesis.results import Direction, LeftOut, Outcome, Pool
    from analysis.synthesis.rows import Row
    from schemas.protocol_outcomes import Outcome as OutcomeChoice

_RECORDED: dict[str, Direction] = {"experimental": "experimental", "control": "control"}
METHOD = "synthesis without meta-analysis"


def unpooled(
    kept: Sequence[Row],
    passed_over: Sequence[LeftOut],
    target: Target,
    choice: OutcomeChoice,
    conventions: Conventions,
) -> tuple[Pool, tuple[Finding, ...]]:
    """List the studies of an outcome that is not pooled, with direction and P of each.

    Parameters
    ----------
    kept
        Rows of the outcome, one for each study and cohort.
    passed_over
        What the rules of the protocol left out.
    target, choice, conventions
        The outcome, and under which rules its effects are computed.
    """
    found, left = contributions(kept, target, conventions)
    by_row = {item.row.ref: item for item in found}
    findings = tuple(
        _finding(row, by_row.get(row.ref), target, choice, conventions) for row in kept
    )
    # A study whose direction or P is known has its part in the synthesis: it is not left out.
    known = {entry.row for entry in findings if entry.direction or entry.p is not None}
    left = [entry for entry in left if entry.row not in known]
    pool = listed_only(found, [*left, *passed_over], target, METHOD)
    return pool, findings


def synthesised(
    outcome: Outcome, findings: tuple[Finding, ...], choice: OutcomeChoice, level: float
) -> Narrative:
    """Apply the ways that the protocol names to the findings of an outcome."""
    from analysis.meta.combined_p import combine_p, one_sided
    from analysis.meta.effect_distribution import effect_distribution
    from analysis.meta.vote_counting import count_votes

    ways = choice.synthesis
    if ways is None:
        raise ValueError(f"{choice.id} is pooled")
    votes, combined, effects = None, None, None
    sides = [entry.direction for entry in findings]
    if "direction" in ways.by and findings:
        votes = count_votes(
            *(sides.count(side) for side in ("experimental", "control", "none")),
            interval=ways.interval,
            level=level,
        )
    p_values = [
        one_sided(entry.p, entry.direction == "experimental")
        for entry in findings
        if entry.p and entry.direction in {"experimental", "control"}
    ]
    if "p_values" in ways.by and p_values:
        combined = combine_p(p_values, method=ways.combination)
    estimates = [entry.estimate.estimate for entry in findings if entry.estimate is not None]
    if "effects" in ways.by and estimates:
        effects = effect_distribution(estimates)
    return Narrative(outcome, ways.by, ways.why, findings, votes, combined, effects)


def _finding(
    row: Row,
    item: Contribution | None,
    target: Target,
    choice: OutcomeChoice,
    conventions: Conventions,
) -> Finding:
    sizes = [group.n for group in row.groups]
    yi, vi = None, None
    if item is not None:
        scale = scale_of([item], target.measure, conventions)
        yi, vi = scale.yi[0], scale.vi[0]
    return Finding(
        study_id=row.study.study_id,
        label=row.label,
        direction=_direction(row, item, target, choice),
        p=_p(yi, vi, target) if row.p is None else row.p,
        n=sum(size or 0 for size in sizes) if sizes and None not in sizes else None,
        estimate=None if item is None else item.shown,
        yi=yi,
        vi=vi,
        row=row.ref,
    )


def _direction(
    row: Row, item: Contribution | None, target: Target, choice: OutcomeChoice
) -> Direction | None:
    """Read the direction from the effect, from a printed one without precision, or as recorded."""
    null = measure(target.measure).null
    if null is None:
        return None
    estimate = None if item is None else item.shown.estimate
    if estimate is None and row.reported is not None:
        estimate = row.reported.estimate
    if estimate is None or choice.better == "none":
        return _RECORDED.get(row.direction or "", "none")
    if estimate == null:
        return "none"
    return "experimental" if (estimate > null) == (choice.better == "higher") else "control"


def _p(yi: float | None, vi: float | None, target: Target) -> float | None:
    """Test the effect against none by Wald's z on the scale of the model, where none is 0."""
    from analysis.meta.distributions import two_sided_p

    if yi is None or not vi or measure(target.measure).null is None:
        return None
    return float(two_sided_p(yi / vi**0.5, math.nan))
