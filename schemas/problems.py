"""What `check_review` found, in words for the people who extract the data."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Severity = Literal["error", "warning"]

_LONGEST_VALUE = 60


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


def render_problems(problems: Sequence[Problem]) -> str:
    """Write the problems as plain text, grouped by file, with a last line that counts them.

    Parameters
    ----------
    problems
        As `sort_problems` leaves them.

    Returns
    -------
    str
        Text that reads well without colour; the last line holds the counts.
    """
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
