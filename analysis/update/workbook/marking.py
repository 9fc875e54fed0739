"""A copy of a workbook with its problems next to the cells."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from analysis.update.workbook.cell_text import put_text
from analysis.update.workbook.form import FONT, text_height
from analysis.update.workbook.opening import open_workbook
from analysis.update.workbook.plan import PROBLEMS
from analysis.update.workbook.reading import existing_cells

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from analysis.update.workbook.places import Found

_AUTHOR = "review check"
_SUFFIX = "-checked"
_ERROR_FILL, _WARNING_FILL = "FFFFC7CE", "FFFFEB9C"
_FILLS = frozenset({_ERROR_FILL, _WARNING_FILL})
_HEADINGS = ("sheet", "cell", "severity", "what stands there", "what is wrong", "what to look at")
_WIDTHS = (22, 10, 10, 24, 60, 60)


def checked_path(path: Path) -> Path:
    """Give the name of the copy: new.xlsx becomes new-checked.xlsx, which keeps its name."""
    return path.with_name(f"{path.stem.removesuffix(_SUFFIX)}{_SUFFIX}.xlsx")


def write_checked(path: Path, found: Sequence[Found]) -> Path | None:
    """Write the copy with comments, colours and a sheet of all problems.

    Parameters
    ----------
    path
        The workbook as it was filled in; it is changed only if it is such a copy itself.
    found
        Problems with their places.

    Returns
    -------
    Path or None
        The copy; None where none could be written, because it is open in Excel for instance.
    """
    from analysis.storage.atomic import replace_file
    from analysis.update.workbook.packing import workbook_bytes

    workbook, _ = open_workbook(path)
    if PROBLEMS in workbook.sheetnames:
        del workbook[PROBLEMS]
    for page in workbook.worksheets:
        _clear(page)
    by_cell: dict[tuple[str, str], list[Found]] = defaultdict(list)
    for each in found:
        place = each.place
        if place is not None and place.sheet in workbook.sheetnames and place.row is not None:
            cell = _visible(workbook[place.sheet], f"{place.letter or 'A'}{place.row}")
            by_cell[place.sheet, cell].append(each)
    for (sheet, cell), here in by_cell.items():
        _mark(workbook[sheet][cell], here)
    _list(workbook.create_sheet(PROBLEMS, 0), found)
    workbook.active = 0
    for page in workbook.worksheets:
        page.sheet_view.tabSelected = page.title == PROBLEMS
    target = checked_path(path)
    try:
        replace_file(target, workbook_bytes(workbook))
    except OSError:
        return None
    return target


def _visible(page: Any, cell: str) -> str:
    """Give the cell itself, or the first cell of the merged ones that it is part of."""
    for area in page.merged_cells.ranges:
        if cell in area:
            return area.coord.split(":")[0]
    return cell


def _clear(page: Any) -> None:
    """Take away the marks of an earlier check."""
    from openpyxl.styles import PatternFill

    for cell in existing_cells(page):
        if cell.comment is not None and cell.comment.author == _AUTHOR:
            cell.comment = None
        if cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb in _FILLS:
            cell.fill = PatternFill()


def _mark(cell: Any, found: Sequence[Found]) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    serious = any(each.problem.severity == "error" for each in found)
    text = "\n\n".join(
        f"{each.problem.severity.upper()}: {each.problem.what}\n{each.problem.hint}".strip()
        for each in found
    )
    earlier = cell.comment.text if cell.comment is not None else ""
    # A column name has a comment that explains it: that stays readable.
    full = f"{text}\n\n{earlier}" if earlier else text
    height = 40 + 18 * sum(len(line) // 45 + 1 for line in full.split("\n"))
    cell.comment = Comment(full, _AUTHOR, width=340, height=height)
    cell.fill = PatternFill("solid", fgColor=_ERROR_FILL if serious else _WARNING_FILL)


def _list(page: Any, found: Sequence[Found]) -> None:
    from openpyxl.styles import Alignment, Font

    for number, (heading, width) in enumerate(zip(_HEADINGS, _WIDTHS, strict=True), start=1):
        put_text(page.cell(1, number), heading)
        page.cell(1, number).font = Font(name=FONT, bold=True)
        page.column_dimensions[page.cell(1, number).column_letter].width = width
    for line, each in enumerate(found, start=2):
        problem, place = each.problem, each.place
        sheet, cell = problem.file, "" if problem.line is None else f"line {problem.line}"
        if place is not None:
            sheet = place.sheet or problem.file
            cell = f"{place.letter or 'A'}{place.row}" if place.row is not None else ""
        texts = (sheet, cell, problem.severity, problem.value or "", problem.what, problem.hint)
        page.row_dimensions[line].height = max(
            text_height(text, width) for text, width in zip(texts, _WIDTHS, strict=True)
        )
        for number, text in enumerate(texts, start=1):
            put_text(page.cell(line, number), text)
            page.cell(line, number).alignment = Alignment(wrap_text=True, vertical="top")
        if place is not None and place.sheet is not None and place.row is not None:
            link = page.cell(line, 2)
            name = place.sheet.replace("'", "''")
            # A place in this file, not an address: it only moves the cursor.
            link.hyperlink = f"#'{name}'!{cell}"
            link.font = Font(name=FONT, color="FF0563C1", underline="single")
    page.freeze_panes = "A2"
