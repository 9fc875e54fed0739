"""What is too long for a page: how much of it is shown, and the file that holds all of it.

The limits stand here and nowhere else. A table or figure beyond them shows its first or most
telling rows, says how many there are, and names a CSV and an XLSX file with every row.
"""

from __future__ import annotations

import csv
import html
import io
import re
from dataclasses import asdict, dataclass
from typing import Any, Final

from analysis.formatting.numbers import count

#: Rows of a table that is shown whole: about six pages.
LONGEST_TABLE: Final = 200
#: Rows of one panel of a figure that is shown whole: about two pages.
LONGEST_PANEL: Final = 100
#: Rows of all panels of a figure together: about eight pages.
LONGEST_FIGURE: Final = 400
#: How many are shown of more: about a page.
FIRST_ROWS: Final = 40
#: Of a figure with many panels each shows at least so many.
FEWEST_ROWS: Final = 5
#: The folder of the files, beside the paper and inside a package.
FOLDER: Final = "whole-tables"

_BREAK: Final = re.compile(r"<br ?/?>")
#: A citation in a cell, with its key.
CITATION: Final = re.compile(r'<span data-qmd="\[@([^\]"]+)\]"></span>')
_TAG: Final = re.compile(r"<[^>]*>")
# What a spreadsheet would take for a formula, even from a CSV file.
_SIGNS_OF_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Whole:
    """All rows of a table or figure that shows a part of them.

    Attributes
    ----------
    heads
        Names of the columns.
    rows
        Cells as plain text, one for each column.
    cited
        Keys of what the rows cite: it belongs into the reference list although not shown.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    cited: tuple[str, ...] = ()

    def facts(self, name: str) -> dict[str, Any]:
        """Give what items.json says of it."""
        return {"rows": len(self.rows), "files": file_names(name), "cited": list(self.cited)}

    def as_json(self) -> dict[str, Any]:
        """Give it as `of_json` reads it."""
        return asdict(self)

    @classmethod
    def of_json(cls, given: dict[str, Any]) -> Whole:
        """Read what `as_json` gave."""
        rows = tuple(map(tuple, given["rows"]))
        return cls(tuple(given["heads"]), rows, tuple(given["cited"]))

    def files(self, name: str) -> dict[str, bytes]:
        """Give the files with every row, by their names."""
        first, second = file_names(name)
        return {first: _csv(self), second: _xlsx(self, name)}


def file_names(name: str) -> list[str]:
    """Give the names of the files with all rows of an item."""
    return [f"{name}.csv", f"{name}.xlsx"]


def sentence(shown: int, rows: int, name: str, how: str = "first") -> str:
    """Say how much of something is shown, and where the rest is.

    Parameters
    ----------
    shown, rows
        How many rows there are here, and in all.
    name
        The id of the item, or whatever its files are called.
    how
        Which ones are shown.
    """
    files = " and ".join(file_names(name))
    what = f"The {how} {count(shown)} of {count(rows)} rows are shown"
    return f"{what if shown else f'None of {count(rows)} rows is shown'}; all stand in {files}."


def plain(cell: str) -> str:
    """Give a cell of HTML as plain text: lines apart by semicolons, without citations."""
    text = _TAG.sub("", _BREAK.sub("; ", CITATION.sub("", cell)))
    return " ".join(html.unescape(text).split())


def _csv(whole: Whole) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(whole.heads)
    for row in whole.rows:
        # An apostrophe before it: a spreadsheet shows the text and computes nothing.
        writer.writerow([f"'{x}" if x.startswith(_SIGNS_OF_FORMULAS) else x for x in row])
    return text.getvalue().encode("utf-8-sig")


def _xlsx(whole: Whole, name: str) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    from analysis.update.workbook.cell_text import put_text
    from analysis.update.workbook.packing import workbook_bytes

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(name[:31])
    sheet.freeze_panes = "A2"

    def cell(text: str) -> Any:
        made = WriteOnlyCell(sheet)
        put_text(made, text)
        return made

    for row in (whole.heads, *whole.rows):
        sheet.append([cell(text) for text in row])
    return workbook_bytes(workbook)
