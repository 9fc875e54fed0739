"""Ratings of the certainty that are open again, for who has no synthesis at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.problems import Problem
    from schemas.review_data import ReviewData


def open_ratings_of(data: ReviewData) -> tuple[Problem, ...]:
    """Pool the review, where it rates anything, and find ratings of results that have changed."""
    if data.protocol.certainty is None or not data.certainty["result"].notna().to_numpy().any():
        return ()
    from analysis.synthesis.computation import synthesise
    from analysis.synthesis.grading import open_ratings

    return tuple(open_ratings(synthesise(data, pools_only=True).rated))
