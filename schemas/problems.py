"""What `check_review` found, in words for the people who extract the data."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Severity = Literal["error", "warning"]

_LONGEST_VALUE = 60
_ROWS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in one place of the data.

    Attributes
    ----------
    file
        Path relative to the review's folder, with forward slashes.
    line
        1-based line in the file, None when the whole file is meant.
    column
        Column of a table, or the path of an entry in the protocol.
    value
        What stands there, as written.
    what
        One or two short sentences: what is wrong.
    hint
        What to look at, or what to write instead.
    severity
        An error stops a build, a warning is printed.
    rule
        Short name of the rule, the same for every problem of this kind.
    """

    file: str
    line: int | None
    column: str | None
    value: str | None
    what: str
    hint: str
    severity: Severity
    rule: str

    @property
    def place(self) -> str:
        """Say where: ``line 12, column events: "45"`` with the parts that are known."""
        parts = []
        if self.line is not None:
            parts.append(f"{'row' if ', sheet ' in self.file else 'line'} {self.line}")
        if self.column is not None:
            # The entries of a protocol have a path, the cells of a table have a column.
            is_table = self.file.endswith(".csv") or ".xlsx" in self.file
            parts.append(f"column {self.column}" if is_table else f"entry {self.column}")
        place = ", ".join(parts)
        if self.value is not None:
            place += f': "{printable(self.value)}"' if place else f'"{printable(self.value)}"'
        return place

    def __str__(self) -> str:
        where = f"{self.file}, {self.place}" if self.place else self.file
        return f"{where}\n    {self.severity}: {self.what}\n    {self.hint}".rstrip()


class DataProblems(Exception):  # noqa: N818 - named for what the user reads
    """The data cannot be used; carries every problem found.

    Parameters
    ----------
    problems
        All errors and warnings of all files, sorted by file and line.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(render_problems(self.problems))


def printable(value: str) -> str:
    """Make a cell's text safe for one line of a terminal: no control characters, not endless."""
    shown = "".join(c if c.isprintable() else repr(c)[1:-1] for c in value)
    return shown if len(shown) <= _LONGEST_VALUE else shown[: _LONGEST_VALUE - 1] + "…"


def sort_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort by file and line and drop repetitions, so that the same data give the same report."""
    unique = dict.fromkeys(problems)
    return tuple(
        sorted(unique, key=lambda p: (p.file, p.line or 0, p.severity, p.column or "", p.what))
    )


def count_text(number: int, noun: str) -> str:
    """Write a number with its noun: ``1 error``, ``2 errors``, ``no errors``."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def told_once(problems: Sequence[Problem]) -> list[Problem]:
    """Make one message of what follows from one mistake.

    Parameters
    ----------
    problems
        As `sort_problems` leaves them.

    Returns
    -------
    list of Problem
        The same about one value is one message, whatever tables it stands in; of notes on what was
        read, so is one kind of text in a column; of other warnings, whatever the value. The first
        says where else the same was found.
    """
    in_column: dict[tuple[object, ...], list[Problem]] = {}
    for problem in problems:
        column = _plain_column(problem)
        if problem.severity == "error":
            about = (problem.value, problem.what, problem.hint)
        elif problem.rule.startswith("workbook-"):
            about = (_shape(problem.value),)
        else:
            about = (problem.what, problem.hint)
        key = (problem.file, problem.rule, column, problem.severity, *about)
        if problem.line is None or not column:
            key = (*key, problem.line, problem.what)
        in_column.setdefault(key, []).append(problem)
    everywhere: dict[tuple[object, ...], list[list[Problem]]] = {}
    for number, group in enumerate(in_column.values()):
        first = group[0]
        values = frozenset(problem.value for problem in group)
        about = (number,) if None in values else (values, first.what, first.hint)
        everywhere.setdefault((first.rule, first.severity, *about), []).append(group)
    return [_with_others(groups) for groups in everywhere.values()]


def _plain_column(problem: Problem) -> str:
    """Give a column without its letter in the sheet: `doi (J2)` is doi."""
    return (problem.column or "").partition(" (")[0]


def _shape(value: str | None) -> str:
    """Give the form of a text: addresses, numbers with a sign or words are each one kind."""
    return re.sub(r"\d+", "0", re.sub(r"[^\W\d_]+", "a", value or ""))


def _with_others(groups: Sequence[Sequence[Problem]]) -> Problem:
    """Add to the first problem where the others are, by file and column."""
    (first, *below), *elsewhere = groups
    places = [_lines(below)] if below else []
    for group in elsewhere:
        other = group[0]
        named = [] if other.file == first.file else [other.file.rpartition(", ")[2]]
        if _plain_column(other) != _plain_column(first):
            named.append(f"column {_plain_column(other)}" if other.line else str(other.column))
        places.append(", ".join([*named, _lines(group)]))
    if not places:
        return first
    return replace(first, what=f"{first.what} The same in {'; '.join(places)}.")


def _lines(problems: Sequence[Problem]) -> str:
    lines = [str(problem.line) for problem in problems if problem.line is not None]
    if not lines:
        return ", ".join(f'"{problem.value}"' for problem in problems)
    word = "row" if ", sheet " in problems[0].file else "line"
    more = f" and {len(lines) - _ROWS_SHOWN} more" if len(lines) > _ROWS_SHOWN else ""
    return f"{word}{'' if len(lines) == 1 else 's'} {', '.join(lines[:_ROWS_SHOWN])}{more}"


def render_problems(problems: Sequence[Problem]) -> str:
    """Write the problems as plain text, grouped by file, with a last line that counts them.

    Parameters
    ----------
    problems
        As `sort_problems` leaves them.

    Returns
    -------
    str
        Text that reads well without colour; the last line counts the messages. What follows from
        one mistake is one of them.
    """
    problems = told_once(problems)
    lines: list[str] = []
    for file, group in groupby(problems, key=lambda p: p.file):
        lines.append(file)
        for problem in group:
            mark = problem.severity.upper().ljust(7)
            place = problem.place or "whole file"
            lines.append(f"  {mark}  {place}")
            lines.append(f"           {problem.what}")
            if problem.hint:
                lines.append(f"           → {problem.hint}")
        lines.append("")
    errors = sum(p.severity == "error" for p in problems)
    warnings = len(problems) - errors
    counts = f"{count_text(errors, 'error')}, {count_text(warnings, 'warning')}"
    lines.append(counts[0].upper() + counts[1:] + ".")
    return "\n".join(lines)
