"""Sheets to decide on: one row for each open record, as an Excel workbook or a CSV file."""

from __future__ import annotations

import csv
import io
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.update.screening.openings import conflicts, open_records
from schemas.problems import DataProblems, Problem
from schemas.screening_log import FULL_TEXT
from schemas.screening_verdicts import EXCLUDE, INCLUDE, UNSURE
from schemas.vocabulary import NOT_RETRIEVED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from analysis.synthesis.screening_state import Desk, Rows

SHEET = "screening"
HELP = "how to"
LISTS = "lists"
KEYS = ("record_id", "stage", "reviewer")
ANSWERS = ("decision", "reason", "note")
# Of records.csv; the names are those of its columns.
SHOWN = ("title", "abstract", "authors", "year", "source_title", "doi")
DECIDED = "decided so far"
_WIDTHS = {
    "record_id": 11,
    "decision": 13,
    "reason": 28,
    "note": 28,
    DECIDED: 40,
    "title": 50,
    "abstract": 90,
    "authors": 26,
    "source_title": 24,
    "doi": 24,
}
_HELP = """\
Screening: {stage}, {reviewer}
One row for each record. Choose a decision from the list in each row; what stays empty stays open.
{decisions}
{reasons}
The note is free. Everything else is locked and is not read, whatever is changed in it.
You may filter, save in between, and hand in the file more than once.
Save, close the file, and have it read: review screen read {name}
"""
_MEANING = {
    INCLUDE: "include: goes on",
    EXCLUDE: "exclude: does not belong to the review",
    UNSURE: "unsure: the arbiter decides",
    NOT_RETRIEVED: "not retrieved: the full text could not be obtained",
}


@dataclass(frozen=True, slots=True)
class SheetReport:
    """What was written: whose sheet, for which stage, and how many records it has."""

    reviewer: str
    stage: str
    records: int


def allowed_decisions(desk: Desk, reviewer: str, stage: str) -> tuple[str, ...]:
    """Give the decisions that a person can take at a stage."""
    if reviewer == desk.choices.arbiter:
        return (INCLUDE, EXCLUDE)
    return (INCLUDE, EXCLUDE, UNSURE, *((NOT_RETRIEVED,) if stage == FULL_TEXT else ()))


def write_sheet(
    desk: Desk, target: Path, reviewer: str, stage: str, *, again: bool = False
) -> SheetReport:
    """Write the records that are open for a reviewer, without anything others decided.

    Parameters
    ----------
    desk
        The tables of the screening.
    target
        The file; its ending is .xlsx or .csv.
    reviewer
        One of the protocol's reviewers.
    stage
        ``title_abstract`` or ``full_text``.
    again
        Whether full texts that this reviewer could not get are offered again.

    Raises
    ------
    DataProblems
        If the file exists or cannot be written, or if this is the arbiter.
    """
    found = open_records(desk, reviewer, stage, again=again)
    rows = [_row(desk, record, reviewer, stage) for record in found]
    _write(desk, target, rows, reviewer, stage, (*ANSWERS, *SHOWN))
    return SheetReport(reviewer, stage, len(rows))


def write_conflicts(desk: Desk, target: Path, stage: str) -> SheetReport:
    """Write the records that are in conflict, with what was decided, for the arbiter.

    Raises
    ------
    DataProblems
        If the protocol names no arbiter, or the file exists or cannot be written.
    """
    arbiter = desk.choices.arbiter
    if arbiter is None:
        what = "The protocol names no arbiter."
        hint = "Add to the section screening who decides, such as: arbiter: EF, or consensus."
        raise DataProblems(
            [
                Problem(
                    "data/protocol.yml",
                    *(None, "screening, arbiter", None, what, hint),
                    severity="error",
                    rule="screening-arbiter",
                )
            ]
        )
    rows = []
    for record in conflicts(desk, stage):
        decided = "\n".join(decided_lines(desk, record, stage))
        rows.append({**_row(desk, record, arbiter, stage), DECIDED: decided})
    _write(desk, target, rows, arbiter, stage, (*ANSWERS, DECIDED, *SHOWN))
    return SheetReport(arbiter, stage, len(rows))


def decided_lines(desk: Desk, record: str, stage: str) -> list[str]:
    """Say what each person decided; only for records on which all have decided."""
    lines = []
    for decision in desk.log.decisions.get((record, stage), ()):
        line = f"{decision.reviewer}: {decision.decision}"
        if decision.reason is not None:
            line += f" ({desk.choices.reason_label(decision.reason)})"
        lines.append(line + ("" if decision.note is None else f" – {decision.note}"))
    return lines


def _row(desk: Desk, record: str, reviewer: str, stage: str) -> Rows:
    shown = {column: desk.records[record][column] for column in SHOWN}
    return {**shown, "record_id": record, "stage": stage, "reviewer": reviewer}


def _write(
    desk: Desk,
    target: Path,
    rows: Sequence[Rows],
    reviewer: str,
    stage: str,
    columns: Sequence[str],
) -> None:
    from analysis.storage.atomic import replace_file

    _refuse_target(target)
    names = ("record_id", *columns, "stage", "reviewer")
    if target.suffix.lower() == ".csv":
        content = _csv_bytes(rows, names)
    else:
        content = _workbook(desk, target.name, rows, names, reviewer, stage)
    try:
        replace_file(target, content)
    except OSError as error:
        what = f"The file cannot be written ({error.strerror})."
        hint = "Does the folder exist, and is the file closed in Excel?"
        raise _refused(target, what, hint) from None


def _refuse_target(target: Path) -> None:
    if target.suffix.lower() not in {".xlsx", ".csv"}:
        what, hint = "The name of a sheet ends with .xlsx or .csv.", f"Write {target.stem}.xlsx."
    elif target.exists():
        what = "There is a file of this name already; somebody's decisions may be in it."
        hint = "Have it read first, then choose another name or delete it."
    else:
        return
    raise _refused(target, what, hint)


def _refused(target: Path, what: str, hint: str) -> DataProblems:
    return DataProblems(
        [Problem(target.name, None, None, None, what, hint, "error", "screening-sheet")]
    )


def _csv_bytes(rows: Sequence[Rows], names: Sequence[str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(names), restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _harmless(row.get(name, "")) for name in names} for row in rows)
    # With this mark, Excel reads the file as UTF-8.
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    """Keep a spreadsheet from taking a text for a formula (OWASP, "CSV injection")."""
    return f"'{cell}" if cell[:1] in set("=+-@\t\r") else cell


def _workbook(
    desk: Desk,
    name: str,
    rows: Sequence[Rows],
    names: Sequence[str],
    reviewer: str,
    stage: str,
) -> bytes:
    from openpyxl import Workbook

    from analysis.update.workbook.cell_text import put_text
    from analysis.update.workbook.packing import workbook_bytes

    workbook = Workbook()
    page: Any = workbook.active
    page.title = SHEET
    decisions = allowed_decisions(desk, reviewer, stage)
    reasons = [reason.label for reason in desk.choices.reasons]
    _fill(page, rows, names, {"decision": len(decisions), "reason": len(reasons)})
    guide = workbook.create_sheet(HELP)
    meanings = "\n".join(_MEANING[decision] for decision in decisions)
    needed = "An excluded full text needs a reason; otherwise it is free."
    text = _HELP.format(
        stage="full text" if stage == FULL_TEXT else "title and abstract",
        reviewer=reviewer,
        decisions=meanings,
        reasons=needed,
        name=name,
    )
    guide.column_dimensions["A"].width = 100
    for line, words in enumerate(text.splitlines(), start=1):
        put_text(guide.cell(line, 1), words)
    guide.protection.sheet = True
    lists = workbook.create_sheet(LISTS)
    for column, values in enumerate((decisions, reasons), start=1):
        for line, value in enumerate(values, start=1):
            put_text(lists.cell(line, column), value)
    lists.sheet_state = "hidden"
    workbook.properties.creator = "review"
    return workbook_bytes(workbook)


def _fill(
    page: Worksheet, rows: Sequence[Rows], names: Sequence[str], listed: dict[str, int]
) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill, Protection
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    from analysis.update.workbook.cell_text import put_text

    last = len(rows) + 1
    for number, name in enumerate(names, start=1):
        letter = get_column_letter(number)
        head: Any = page.cell(1, number)
        put_text(head, name)
        answer = name in ANSWERS
        head.font = Font(bold=True, color="FFFFFFFF")
        head.fill = PatternFill("solid", fgColor="FF1F4E79" if answer else "FF7F7F7F")
        page.column_dimensions[letter].width = _WIDTHS.get(name, 12)
        page.column_dimensions[letter].hidden = name in ("stage", "reviewer")
        style: Any = None
        for line, row in enumerate(rows, start=2):
            cell: Any = page.cell(line, number)
            if style is None:
                cell.number_format = "@"
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                cell.protection = Protection(locked=not answer)
                # Looking up three properties for each cell takes most of the time.
                style = copy(cell._style)
            cell._style = copy(style)
            if row.get(name):
                put_text(cell, row[name])
        if rows and listed.get(name):
            column = get_column_letter([*listed].index(name) + 1)
            page.add_data_validation(
                DataValidation(
                    type="list",
                    formula1=f"{LISTS}!${column}$1:${column}${listed[name]}",
                    allow_blank=True,
                    showErrorMessage=True,
                    errorTitle=name,
                    error="Choose one of the list.",
                    sqref=f"{letter}2:{letter}{last}",
                )
            )
    page.freeze_panes = "C2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(names))}{last}"
    page.protection.sheet = True
    for allowed in ("formatCells", "formatColumns", "formatRows", "autoFilter"):
        setattr(page.protection, allowed, False)  # False: not protected against
