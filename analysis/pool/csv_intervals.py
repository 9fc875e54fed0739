"""Estimates that stand with their interval in one cell: `0.80 (0.60–1.07)`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.pool.csv_found import as_table
from schemas.reading import read_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["PARTS", "interval_columns", "interval_parts", "without_interval"]

#: The roles that such a cell holds, in the order in which it holds them.
PARTS = ("estimate", "ci_low", "ci_high")
_NUMBER = r"[+\-−–‐‑—]?(?:\d+(?:[.,·]\d+)?|[.,·]\d+)"
_CELL = re.compile(
    rf"({_NUMBER})\s*%?\s*[(\[{{]?\s*(?:95\s?%\s*(?:CI|KI)\s*[:,=]?\s*)?[(\[]\s*"
    rf"(?:95\s?%\s*(?:CI|KI)\s*[:,=]?\s*)?({_NUMBER})\s*%?\s*(?:to|bis|[-−–—;,]|\.\.)\s*"
    rf"({_NUMBER})\s*%?\s*[)\]]+",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"[\s_,;:]*[(\[]?\s*(?:(?:M-?H|I-?V|Peto|random|fixed|common)[\s,.;]*)*"
    r"(?:(?:with\s+)?\d{2}(?:\.\d)?\s?%?[\s_.]*)?(?<![A-Za-z])(?:CI|KI|confidence interval)s?\b.*$",
    re.IGNORECASE,
)


def interval_parts(cell: str) -> tuple[str, str, str] | None:
    """Take an estimate and its limits out of a cell; None when it has another form."""
    match = _CELL.fullmatch(cell.strip())
    if match is None:
        return None
    return match[1], match[2], match[3]


def without_interval(name: str) -> str:
    """Give the name of a column without what it says of the interval: `RR (M-H, 95% CI)` is RR."""
    shorter = _HEADING.sub("", name)
    return shorter if shorter.strip() else name


def interval_columns(path: Path, header: Sequence[str]) -> tuple[str, ...]:
    """Find the columns whose cells hold an estimate with its interval.

    Parameters
    ----------
    path
        The file.
    header
        Names of its columns.
    """
    names = [name for name in header if name]
    source = read_file(path, str(path), names, strict=False, arrange=as_table)
    place = {name: index for index, name in enumerate(source.header)}
    cells = {
        name: [row[place[name]].strip() for _, row in source.rows if len(row) > place[name]]
        for name in names
        if name in place
    }
    filled = {name: [cell for cell in column if cell] for name, column in cells.items()}
    # Most of them: one may be missing or mistyped, and is then named.
    return tuple(
        name
        for name, column in filled.items()
        if column and sum(interval_parts(cell) is not None for cell in column) * 2 > len(column)
    )
