"""How grades of adverse events are called."""

from __future__ import annotations


def grade_name(grade: str) -> str:
    """Return the grade as it is printed: "Any grade", "Grade ≥3"."""
    if grade == "any":
        return "Any grade"
    return f"Grade {grade.replace('>=', '≥').replace('<=', '≤')}"
