"""A rating of the certainty of evidence, for the small review of two arms."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.schemas.two_arms import TwoArms

PLAN = """\
certainty:
  outcomes:
    - {id: score, importance: critical, thresholds: {small: 0.2, moderate: 0.5, large: 0.8}}
    - {id: response, thresholds: {small: 50, large: 200}}
"""
JUDGED = {
    "risk_of_bias": ("serious", "Patients knew what they were given."),
    "inconsistency": ("not serious", ""),
    "indirectness": ("not serious", ""),
    "imprecision": ("not serious", ""),
    "publication_bias": ("not detected", ""),
}


def rate(review: TwoArms, outcome: str = "SCORE", **changed: tuple[str, str]) -> None:
    for domain, (level, reason) in {**JUDGED, **changed}.items():
        review.tables.setdefault("certainty", []).append(
            {"outcome": outcome, "domain": domain, "level": level, "reason": reason}
        )
