"""What reading a workbook came to, for the terminal."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from schemas.problems import count_text, printable, render_problems, sort_problems

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from analysis.update.workbook.intake import Intake
    from schemas.problems import Problem

_MOST_CHANGES = 200
_ROWS_SHOWN = 10


def intake_text(intake: Intake, checked: Path | None, *, dry_run: bool) -> str:
    """Write the report.

    Parameters
    ----------
    intake
        What came of it.
    checked
        The copy with the problems next to the cells; None if it could not be written.
    dry_run
        Whether nothing was to be changed.
    """
    lines: list[str] = []
    problems = told_once(sort_problems(each.problem for each in intake.found))
    if problems:
        lines += [render_problems(problems), ""]
    lines += [f"Note: {note}" for note in intake.notes]
    if intake.notes:
        lines.append("")
    if intake.refused:
        lines.append(f"{intake.book} was not read: the review is as it was.")
        lines.append(
            "A copy with the problems next to the cells could not be written: is it open in Excel?"
            if checked is None
            else f"{checked.name} is a copy with the problems next to the cells."
        )
        return "\n".join(lines)
    lines += _changes(intake)
    if intake.earlier:
        lines.append(
            f"The review itself has {count_text(len(intake.earlier), 'error')} that this workbook "
            "did not bring: run review check."
        )
    if intake.rows == 0:
        lines.append(f"There are no rows in {intake.book}; nothing was changed.")
    elif not intake.tables:
        lines.append(f"Everything in {intake.book} is in the review already; nothing was changed.")
    elif dry_run:
        lines.append("Nothing was written: this was a dry run.")
    else:
        lines.append(f"{intake.book} was read into the review. Next: review check.")
    return "\n".join(lines)


def told_once(problems: Sequence[Problem]) -> list[Problem]:
    """Make one message of what is the same mistake in several rows of a column.

    Parameters
    ----------
    problems
        As `sort_problems` leaves them. The copy of the workbook marks each cell all the same.

    Returns
    -------
    list of Problem
        Of notes on what was read, one for each column and kind of text; of others, one for each
        column and value.
        The first says in which other rows the same was found.
    """
    groups: dict[tuple[object, ...], list[Problem]] = {}
    for problem in problems:
        column = (problem.column or "").partition(" (")[0]
        read = problem.severity == "warning" and problem.rule.startswith("workbook-")
        about = (_shape(problem.value),) if read else (problem.value, problem.what, problem.hint)
        key = (problem.file, problem.rule, column, problem.severity, *about)
        if problem.line is None or not column:
            key = (*key, problem.line, problem.what)
        groups.setdefault(key, []).append(problem)
    return [_with_others(first, more) for first, *more in groups.values()]


def _shape(value: str | None) -> str:
    """Give the form of a text: addresses, numbers with a sign or words are each one kind."""
    return re.sub(r"\d+", "0", re.sub(r"[^\W\d_]+", "a", value or ""))


def _with_others(first: Problem, others: Sequence[Problem]) -> Problem:
    rows = [str(other.line) for other in others]
    if not rows:
        return first
    shown = ", ".join(rows[:_ROWS_SHOWN])
    more = f" and {len(rows) - _ROWS_SHOWN} more" if len(rows) > _ROWS_SHOWN else ""
    word = "row" if len(rows) == 1 else "rows"
    return replace(first, what=f"{first.what} The same in {word} {shown}{more}.")


def _changes(intake: Intake) -> list[str]:
    lines = []
    for one in intake.tables:
        counts = [
            f"{number} {word}"
            for number, word in (
                (one.added, "added"),
                (one.changed, "changed"),
                (one.removed, "removed"),
            )
            if number
        ]
        lines.append(f"{one.table}: {', '.join(counts)}")
        for change in [c for c in intake.changes if c.table == one.table][:_MOST_CHANGES]:
            before, after = (printable(t) or "(empty)" for t in (change.before, change.after))
            lines.append(f"  {printable(change.row)}, {change.column}: {before} → {after}")
        lines += [
            f"  removed: {printable(name)}" for table, name in intake.removed if table == one.table
        ]
    if lines:
        lines.append("")
    return lines
