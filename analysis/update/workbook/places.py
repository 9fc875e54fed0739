"""Where in a workbook something is wrong: for the message, and for the mark beside the cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Place:
    """A sheet, a row or a cell of a workbook; what is not known is None.

    Attributes
    ----------
    sheet
        Name of the sheet as it stands in the file.
    row
        1-based row as Excel counts.
    letter
        Letter of the column.
    column
        Name of the column.
    """

    sheet: str | None = None
    row: int | None = None
    letter: str | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A problem and where in the workbook it is; the place is None when it is elsewhere."""

    problem: Problem
    place: Place | None


def found_at(
    book: str,
    place: Place,
    rule: str,
    what: str,
    hint: str,
    *,
    value: str | None = None,
    severity: Severity = "error",
) -> Found:
    """Make a problem of a workbook.

    Parameters
    ----------
    book
        Name of the file.
    place
        Where.
    rule, what, hint, value, severity
        As in `schemas.problems.Problem`.
    """
    file = book if place.sheet is None else f"{book}, sheet {place.sheet}"
    column = place.column
    if column is not None and place.letter is not None and place.row is not None:
        column = f"{column} ({place.letter}{place.row})"
    return Found(Problem(file, place.row, column, value, what, hint, severity, rule), place)


def errors(found: Sequence[Found]) -> list[Found]:
    """Give those that stop the reading."""
    return [each for each in found if each.problem.severity == "error"]
