"""How grades of adverse events are called."""

from __future__ import annotations


def counted(grade: str) -> bool:
    """Return whether a grade is a number, and not a word such as ``serious``."""
    return any(sign.isdecimal() for sign in grade)


def grade_name(grade: str) -> str:
    """Return the grade as it is printed: "Any grade", "Grade ≥3", "Serious"."""
    if grade == "any":
        return "Any grade"
    if not counted(grade):
        return f"{grade[:1].upper()}{grade[1:]}"
    return f"Grade {grade.replace('>=', '≥').replace('<=', '≤')}"


def grade_words(grade: str) -> str:
    """Name a grade within a sentence: ``any grade``, ``grade 3 or worse``, ``mild``."""
    if grade.startswith(">="):
        return f"grade {grade.removeprefix('>=')} or worse"
    return "any grade" if grade == "any" else grade
