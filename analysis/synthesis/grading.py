"""Adds to an outcome how certain its evidence is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.synthesis.certainty import grade_of
from analysis.synthesis.certainty_proposals import proposals
from schemas.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analysis.synthesis.results import Finding, Outcome, Study
    from analysis.synthesis.study_rating import Rating
    from schemas.review_data import ReviewData


def graded(
    outcome: Outcome,
    data: ReviewData,
    studies: Sequence[Study],
    judged: Sequence[Rating],
    findings: Sequence[Finding] = (),
) -> Outcome:
    """Give an outcome with its rating and what the numbers say for one.

    Parameters
    ----------
    outcome
        With its pool and sensitivity analyses.
    data
        For the protocol and data/certainty.csv.
    studies, judged
        For designs and quality.
    findings
        Of an outcome that is brought together without pooling.

    Returns
    -------
    Outcome
        The same where the protocol does not ask for a rating.
    """
    grade = grade_of(outcome.overall, data.protocol.outcome(outcome.id), data, studies, findings)
    plan = data.protocol.certainty
    entry = None if plan is None else plan.outcome(outcome.id)
    if grade is None or entry is None:
        return outcome
    found = proposals(outcome, grade, entry.information, judged, data.quality_tools)
    return replace(outcome, grade=replace(grade, proposals=found))


def open_ratings(outcomes: Sequence[Outcome]) -> Iterator[Problem]:
    """Find ratings whose result has changed since.

    Parameters
    ----------
    outcomes
        Of the synthesis.

    Yields
    ------
    Problem
        A warning at the rating's first row.
    """
    for outcome in outcomes:
        grade = outcome.grade
        if grade is None or grade.earlier is None:
            continue
        yield Problem(
            grade.rows[0].file,
            grade.rows[0].line,
            "result",
            grade.rated_result,
            f"The result of {outcome.code} has changed since it was rated: it is {grade.result} "
            "now. Its rating is open again and is not printed.",
            f"Look at each domain again (review certainty {outcome.id}), then have the new result "
            f"written: review certainty {outcome.id} --sign.",
            "warning",
            "certainty-open",
        )
