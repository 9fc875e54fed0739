"""The studies' quality as the paper shows it, and an outcome without the studies at high risk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.synthesis.pooling import pool_contributions
from analysis.synthesis.row import RowRef
from analysis.synthesis.study_rating import Rating
from schemas.quality_records import fitting
from schemas.quality_tool import OVERALL

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from analysis.measures.conventions import Conventions
    from analysis.synthesis.effects import Contribution, Target
    from analysis.synthesis.results import Pool, Study
    from schemas.protocol import Protocol
    from schemas.quality_records import Assessment
    from schemas.quality_tool import QualityTool
    from schemas.review_data import ReviewData


def ratings(data: ReviewData, studies: Sequence[Study]) -> tuple[Rating, ...]:
    """Give what is judged of the studies, in the order of the studies.

    A study that nobody judged has no rating.
    """
    outcomes = {outcome.code: outcome.id for outcome in data.protocol.outcomes}
    by_study: dict[str, list[Assessment]] = {}
    for each in data.assessments:
        by_study.setdefault(each.study_id, []).append(each)
    return tuple(
        _rating(each, data.quality_tools[each.tool], study, outcomes)
        for study in studies
        for each in by_study.get(study.study_id, ())
    )


def used_tools(tools: Mapping[str, QualityTool], found: Sequence[Rating]) -> dict[str, QualityTool]:
    """Give the tools that studies are judged by, in the order of their first use."""
    return {name: tools[name] for name in dict.fromkeys(rating.tool for rating in found)}


def ratings_for(found: Sequence[Rating], outcome: str) -> dict[str, Rating]:
    """Give each study's rating for an outcome: its own, or else the one for all outcomes.

    Of several tools the first counts.
    """
    chosen: dict[str, Rating] = {}
    for wanted in (outcome, None):
        for rating in found:
            if rating.outcome == wanted:
                chosen.setdefault(rating.study_id, rating)
    return chosen


def at_high_risk(assessments: Sequence[Assessment], tools: Mapping[str, QualityTool]) -> set[str]:
    """Name the studies whose whole is judged as what the tool calls high risk."""
    return {a.study_id for a in assessments if a.overall in tools[a.tool].overall.high}


def without_high_risk(
    found: Sequence[Contribution],
    target: Target,
    data: ReviewData,
    conventions: Conventions,
    code: str,
) -> Pool | None:
    """Pool an outcome again without the studies at high risk of bias.

    Parameters
    ----------
    found
        What was pooled.
    target
        What the pool is about.
    data
        For the judgements and the protocol.
    conventions
        The numerical conventions.
    code
        The outcome in the tables: a judgement of its result stands before one of all results.

    Returns
    -------
    Pool or None
        None where no study of the pool is at high risk, so that nothing would change. A study
        that nobody judged stays in.
    """
    protocol: Protocol = data.protocol
    high: Collection[str] = at_high_risk(fitting(data.assessments, code), data.quality_tools)
    kept = [item for item in found if item.row.study.study_id not in high]
    if len(kept) == len(found):
        return None
    return pool_contributions(kept, (), target, protocol, conventions)


def _rating(
    found: Assessment, tool: QualityTool, study: Study, outcomes: Mapping[str, str]
) -> Rating:
    records = found.records.values()
    rows = tuple(dict.fromkeys(RowRef(f"data/{r.table}.csv", r.line) for r in records))
    supports = {name: r.support for name, r in found.records.items() if r.support is not None}
    assessors = [name for r in records if r.assessor for name in r.assessor.split(";")]
    return Rating(
        study_id=study.study_id,
        label=study.label,
        citation_key=study.citation_key,
        tool=tool.id,
        answers={item.id: found.rules.values.get(item.id) for item in tool.shown},
        row=rows[0],
        rows=rows,
        outcome=None if found.outcome is None else outcomes[found.outcome],
        overall=found.overall,
        by_rule=found.rules.overall,
        score=found.rules.points,
        most=found.rules.most,
        reconstructed=study.reconstructed,
        supports={
            name: supports[name] for name in (*found.rules.values, OVERALL) if name in supports
        },
        assessors=tuple(dict.fromkeys(name.strip() for name in assessors)),
    )
