"""Two workbooks from their files to their comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.update.reconciliation.comparison import Comparison, compare
from analysis.update.workbook.places import errors
from analysis.update.workbook.plan import REFERENCES, Sheet, plan_sheets
from analysis.update.workbook.reading import Book, read_book
from analysis.update.workbook.reference_rows import settle_references
from analysis.update.workbook.writing import offered, read_choices, read_tables, refuse_target
from schemas.problems import DataProblems, Problem, sort_problems

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_ABOUT = """\
Agreed rows: {title}
A = {a}
B = {b}

What both extractors wrote is filled in. A yellow cell that begins with ?? is still to be decided: \
its drop-down offers both values, its comment says where each was read. Choose one, type the right \
value, or empty the cell. Two different notes were joined.
A row that only one of them has waits in its column remove: no takes the row, yes leaves it out.

When nothing is left to decide: review workbook read {name}
A cell that is not decided is refused.
"""


def reconcile(
    root: Path,
    a: Path,
    b: Path,
    out: Path | None = None,
    progress: Callable[[float, str], None] = lambda share, step: None,
) -> Comparison:
    """Compare two extractors' workbooks, and write the agreed rows.

    Parameters
    ----------
    root
        The project's folder; its protocol says which columns there are.
    a, b
        The workbooks.
    out
        Where to write the workbook of agreed rows; None when it is not wanted.
    progress
        Told which share of the work is done, 0 to 1, and what is being done.

    Raises
    ------
    DataProblems
        If a workbook cannot be read or has cells that cannot, if the two are one file under two
        names, or if `out` exists.
    """
    if out is not None:
        refuse_target(out)
    protocol = read_choices(root)
    sheets = plan_sheets(protocol, root)
    progress(0.0, f"reading {a.name}")
    first = _read(a, sheets)
    progress(0.4, f"reading {b.name}")
    second = _read(b, sheets)
    progress(0.8, "comparing them")
    if a.read_bytes() == b.read_bytes():
        what = f"{a.name} and {b.name} are the same file: nothing two people extracted."
        hint = "Give the workbook of the other extractor. An agreement with oneself is none."
        raise DataProblems(
            [Problem(b.name, None, None, None, what, hint, "error", "reconcile-same")]
        )
    comparison = compare(first, second, sheets)
    _note_warnings(comparison, (first, second))
    if out is not None:
        text = _ABOUT.format(title=protocol.review.title, a=a.name, b=b.name, name=out.name)
        _write(root, out, comparison, sheets, text.rstrip("\n").split("\n"))
    progress(1.0, "done")
    return comparison


def _read(path: Path, sheets: Mapping[str, Sheet]) -> Book:
    book = read_book(path, sheets)
    settle_references(book, sheets[REFERENCES])
    found = errors(book.found)
    if found and not book.sheets:
        raise DataProblems([each.problem for each in found])
    if found:
        hint = f"To have the problems next to the cells: review workbook read {path.name} --dry-run"
        what = "The workbook has cells that cannot be compared."
        told = Problem(path.name, None, None, None, what, hint, "error", "reconcile-unread")
        raise DataProblems(sort_problems([told, *(each.problem for each in found)]))
    return book


def _note_warnings(comparison: Comparison, books: Sequence[Book]) -> None:
    for book in books:
        comparison.notes += [f"{book.name}: {note}" for note in book.notes]
        comparison.notes += [
            f"{each.problem.file}, {each.problem.place}: {each.problem.what}" for each in book.found
        ]


def _write(
    root: Path, out: Path, comparison: Comparison, sheets: Mapping[str, Sheet], about: list[str]
) -> None:
    from analysis.storage.atomic import replace_file
    from analysis.update.reconciliation.agreed import agreed_workbook
    from analysis.update.workbook.packing import workbook_bytes

    suggestions = offered(read_tables(root, sheets))
    workbook = agreed_workbook(comparison, sheets, suggestions, about)
    try:
        replace_file(out, workbook_bytes(workbook))
    except OSError as error:
        what = f"The file cannot be written ({error.strerror})."
        problem = Problem(out.name, None, None, None, what, "", "error", "workbook-write")
        raise DataProblems([problem]) from None
