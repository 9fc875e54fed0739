"""One change of a shipped row, and the message that it must bring."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.schemas.conftest import ReviewCopy

ORR = {"study_id": "ChenS2023", "outcome": "ORR", "criteria": "mRECIST"}
DCR = {"study_id": "ChenS2023", "outcome": "DCR", "criteria": "mRECIST"}
PFS = {"study_id": "ChenS2023", "outcome": "PFS"}
OS = {"study_id": "ChenS2023", "outcome": "OS"}
CHEN = {"study_id": "ChenS2023"}
ZHOU = {"study_id": "Zhou2025"}
ZHOU_OS = {"study_id": "Zhou2025", "outcome": "OS"}
HYPERTENSION = {"study_id": "Zhou2025", "term_reported": "hypertension"}


@dataclass(frozen=True)
class Case:
    """One change, the place that is reported, and what must be said."""

    table: str
    where: dict[str, str]
    cells: dict[str, str]
    rule: str
    column: str
    words: list[str] = field(default_factory=list)
    severity: str = "error"


def case_id(case: Case) -> str:
    """Name a case by its rule and what is written."""
    return f"{case.rule}-{case.table}-{'-'.join(case.cells.values())}"


def assert_reported(review: ReviewCopy, case: Case) -> None:
    """Make the change, and look for the message with its place."""
    line = review.change(case.table, case.where, **case.cells)
    found = [problem for problem in review.check().problems if problem.rule == case.rule]
    assert found, review.check().problems
    problem = found[0]
    assert problem.file == f"data/{case.table}.csv"
    assert problem.column == case.column
    assert problem.severity == case.severity
    for words in case.words:
        assert words in f"{problem.what} {problem.hint}"
    # Order is a matter of two rows: either may be the one that is reported.
    if case.rule != "outcome-exceeds":
        assert problem.line == line
