"""What reading a workbook came to, for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.problems import count_text, printable, render_problems, sort_problems

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.update.workbook.intake import Intake

_MOST_CHANGES = 200


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
    problems = sort_problems(each.problem for each in intake.found)
    own = [problem for problem in problems if problem.file.startswith(intake.book)]
    others = [problem for problem in problems if problem not in own]
    if own:
        lines += [render_problems(own), ""]
    if others:
        # Who filled the sheets never opened these files.
        lines += ["Not in this workbook, for whoever keeps the review:", ""]
        lines += [render_problems(others), ""]
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
