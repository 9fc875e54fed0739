"""A reconstructed study added to the shipped review."""

from __future__ import annotations

from tests.schemas.conftest import ReviewCopy

RECONSTRUCTED = {
    "study_id": "Stand_in",
    "label": "Reconstructed, other",
    "design": "single_arm_trial",
    "therapy": "ICI",
    "timing": "prospective",
    "n_arm": "20",
    "evidence": "reconstructed",
}


def add_reconstructed(review: ReviewCopy, **cells: str) -> int:
    """Add a reconstructed study with a result, and let the flow know of it."""
    study = {**RECONSTRUCTED, **cells}
    line = review.append("studies", **study)
    review.append(
        "outcomes",
        study_id=study["study_id"],
        outcome="DCR",
        n="20",
        events="10",
        evidence="reconstructed",
    )
    rows = [row for row in review.rows("flow") if row["stage"] != "full texts excluded"]
    included = next(row for row in rows if row["stage"] == "included")
    included["records"] = str(len(review.rows("studies")))
    review.write("flow", rows)
    return line
