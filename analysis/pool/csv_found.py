"""A stranger's table as it was found, written as one line of names and one row a study.

Titles above the names, names in two lines, `4/123` and `5.1 (2.0)` in one cell, footnote marks,
thousands with blanks: each can be read in one way only, and what was done is said.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from schemas.found_tables import below_title, one_heading
from schemas.problems import count_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from schemas.csv_text import Records

__all__ = ["as_table"]

_NUMBER = r"[+\-−–]?\d+(?:[.,]\d+)?"
_COUNT_OF = re.compile(r"(\d+)\s*(?:/|of|von|de)\s*(\d+)(?:\s*[(\[]\s*[\d.,]+\s*%\s*[)\]])?", re.I)
_WITH_SPREAD = re.compile(
    rf"({_NUMBER})\s*(?:[(\[]\s*(?:±\s*)?({_NUMBER})\s*[)\]]|(?:±|\+/-|\+-)\s*({_NUMBER}))"
)
_SPREAD_NAMED = re.compile(r"\b(sd|se|sem|standard (?:deviation|error)s?)\b|±", re.IGNORECASE)
_MEAN_WORDS = re.compile(
    r"[(\[]?(?:±|\+/-)?\s*\b(?:means?|sd|se|sem|standard (?:deviation|error)s?)\b[)\]]?|±"
    r"|[(\[]\s*[)\]]",
    re.IGNORECASE,
)
_COUNT_WORDS = re.compile(r"[(\[]?\s*\bn\s*/\s*n\b\s*(?:\(%\))?[)\]]?|[(\[]\s*%\s*[)\]]", re.I)
_MIDDLE_DOT = re.compile(r"(?<=\d)[·∙](?=\d)")
_THOUSANDS = re.compile(r"\d{1,3}(?:[ '’\u00a0\u2009\u202f]\d{3})+")
_MARK = re.compile(
    r"(\d)\s?(?:[*†‡§¶‖#]+|[\u00aa\u00b2\u00b3\u00b9\u00ba\u1d43-\u1dbf\u2070-\u209f]+)$"
)
_A_NUMBER = re.compile(rf"\s*{_NUMBER}\s*%?\s*")


def as_table(records: Records) -> tuple[Records, list[str]]:
    """Write a table in the form that can be pooled.

    Parameters
    ----------
    records
        Rows of the file with the lines on which they begin, none of them empty.

    Returns
    -------
    records, notes
        The names of the columns, then the rows; and what was read in spite of its form.
    """
    notes: list[str] = []
    records = list(below_title(records, notes))
    if not records:
        return records, notes
    records = one_heading(records, notes, lambda name, above: f"{name} {above}")
    header = records[0][1]
    rows = [(line, _whole_cells(cells, len(header))) for line, cells in records[1:]]
    marks: Counter[str] = Counter()
    rows = [(line, [_plain(cell, marks) for cell in cells]) for line, cells in rows]
    notes += [
        f"The {what} {count_text(n, 'number')} was read as such." for what, n in marks.items()
    ]
    header, rows = _split_cells(header, rows, notes)
    return [(records[0][0], header), *rows], notes


def _whole_cells(cells: Sequence[str], width: int) -> list[str]:
    """Join cells of which one opens a bracket and the next closes it: `0,70 [0,52; 0,95]`."""
    cells = list(cells)
    while len(cells) > width:
        opened = next((i for i, c in enumerate(cells[:-1]) if re.search(r"[(\[][^)\]]*$", c)), None)
        if opened is None or not re.match(r"[^(\[]*[)\]]", cells[opened + 1]):
            break
        cells[opened : opened + 2] = [f"{cells[opened]}; {cells[opened + 1].strip()}"]
    return cells


def _plain(cell: str, marks: Counter[str]) -> str:
    text = cell.strip()
    if _MIDDLE_DOT.search(text):
        text = _MIDDLE_DOT.sub(".", text)
    if _THOUSANDS.fullmatch(text):
        marks["blank or mark between thousands in"] += 1
        text = re.sub(r"\D", "", text)
    if _A_NUMBER.fullmatch(bare := _MARK.sub(r"\1", text)) and bare != text:
        marks["footnote mark behind"] += 1
        text = bare
    return text if text != cell.strip() else cell


def _split_cells(
    header: Sequence[str], rows: Records, notes: list[str]
) -> tuple[list[str], Records]:
    """Give counts and means that share a cell with their sizes and spreads columns of their own."""
    names: list[str] = []
    takes: list[tuple[int, Callable[[str], tuple[str, ...]]]] = []
    counts = [place for place, _ in enumerate(header) if _mostly(rows, place, _COUNT_OF)]
    for place, name in enumerate(header):
        spread = _SPREAD_NAMED.search(name)
        if place in counts:
            arm = _COUNT_WORDS.sub(" ", name).strip() if len(counts) > 1 else ""
            made = (f"events {arm}".strip(), f"n {arm}".strip())
            pattern = _COUNT_OF
        elif spread is not None and _mostly(rows, place, _WITH_SPREAD):
            arm = " ".join(_MEAN_WORDS.sub(" ", name).split())
            kind = "se" if (spread[1] or "sd").casefold() in ("se", "sem") else "sd"
            made = (f"mean {arm}".strip(), f"{kind} {arm}".strip())
            pattern = _WITH_SPREAD
        else:
            made, pattern = (), _COUNT_OF
        if not made or set(made) & set(header):
            names.append(name)
            takes.append((place, lambda cell: (cell,)))
            continue
        names += made
        takes.append((place, _taken_apart(pattern)))
        notes.append(f"The column {name} was read as {made[0]} and {made[1]}.")
    if len(names) == len(header):
        return list(header), rows
    apart = [
        (line, [part for place, take in takes for part in take(cells[place])])
        if len(cells) == len(header)
        else (line, cells)
        for line, cells in rows
    ]
    return names, apart


def _taken_apart(pattern: re.Pattern[str]) -> Callable[[str], tuple[str, ...]]:
    def take(cell: str) -> tuple[str, ...]:
        match = pattern.fullmatch(cell.strip())
        if match is None:
            return cell, ""
        return match[1], next(part for part in match.groups()[1:] if part)

    return take


def _mostly(rows: Records, place: int, pattern: re.Pattern[str]) -> bool:
    """Whether most cells of a column have a form; one may be missing or mistyped."""
    filled = [cells[place].strip() for _, cells in rows if len(cells) > place]
    filled = [cell for cell in filled if cell]
    return bool(filled) and sum(map(bool, map(pattern.fullmatch, filled))) * 2 > len(filled)
