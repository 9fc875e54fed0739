"""Cells of generated tables that were changed without tracking."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.journal.feedback.comparison import canonical
from analysis.journal.feedback.structure import deleted_rows
from analysis.manuscript.text import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from analysis.journal.feedback.word_text import Cell, Paragraph

_SPAN = re.compile(r'<span data-qmd="([^"]*)">.*?</span>', re.DOTALL)
# A cell is called changed, and not new, if it is alike to one that is missing.
_ALIKE = 40.0
# Stands for a citation, whose number the citation style writes. Of Unicode's private use area.
_CITED = "\ue001"
_CITATION = re.compile(r"[\[(]\d[\d,–-]*[\])]")
_NUMBERED = re.compile(r"^[\d.]+ ")
# Marks of notes are signs that programs set in their own way.
_NOTE = re.compile(r"\s*[†‡§*¶]+")


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """A cell that is not in the generated table; ``old`` is the most alike that is missing."""

    number: int
    cell: Cell
    old: str
    new: str


def printed_rows(
    folder: Path, items: Collection[str], labels: Mapping[str, str], kinds: Collection[str]
) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Read the rows of generated tables as readers see them.

    Parameters
    ----------
    folder
        Where the build wrote the tables.
    items
        Ids of tables.
    labels, kinds
        As in `read_text`.

    Returns
    -------
    dict
        Texts of the cells by id; a character of the private use area stands for a citation.
    """
    from lxml import html as markup

    found = {}
    for item in items:
        path = folder / f"{item}.html"
        if not path.is_file():
            continue
        source = _SPAN.sub(
            lambda match: _shown(html.unescape(match[1]), labels, kinds),
            path.read_text(encoding="utf-8"),
        )
        tree = markup.fragment_fromstring(source, create_parent=True)
        for line in tree.iter("br"):
            line.tail = f" {line.tail or ''}"
        found[item] = tuple(
            tuple(" ".join(cell.text_content().split()) for cell in row.iter("td", "th"))
            for row in tree.iter("tr")
        )
    return found


def _shown(markdown: str, labels: Mapping[str, str], kinds: Collection[str]) -> str:
    mark = _CITED if "[@" in markdown else ""
    return html.escape(plain(markdown, labels, kinds)) + mark


def changed_cells(
    paragraphs: Sequence[Paragraph],
    tables: Mapping[int, str],
    printed: Mapping[str, tuple[str, ...]],
    labels: Mapping[str, str],
) -> Iterator[ChangedCell]:
    """Find cells whose text, tracked changes rejected, is in no cell of the generated table.

    Parameters
    ----------
    paragraphs
        Of the Word file.
    tables
        Id of each table of the file, by its number there.
    printed
        Cells of each table, as `printed_rows` gives them.
    labels
        How a reader finds each item; journals may print headings without their numbers.
    """
    from rapidfuzz import fuzz, process

    numbered = [label for label in labels.values() if _NUMBERED.match(label)]
    for table, item in tables.items():
        if item not in printed:
            continue
        left: dict[str, list[str]] = {}
        for text in printed[item]:
            left.setdefault(_key(_without_numbers(text, numbered)), []).append(text)
        strange = []
        for number, cell, text in _cells_of(paragraphs, table):
            shown = _without_numbers(text, numbered)
            keys = (_key(shown), _key(_CITATION.sub(" ", shown)))
            cited = left.get(keys[1])
            if left.get(keys[0]):
                left[keys[0]].pop()
            elif cited and _CITED in cited[-1]:
                cited.pop()
            elif keys[0]:
                strange.append((number, cell, text, keys[0]))
        missing = {key: texts[0] for key, texts in left.items() if texts and key}
        for number, cell, text, key in strange:
            best = process.extractOne(key, list(missing), scorer=fuzz.ratio, score_cutoff=_ALIKE)
            old = missing.pop(best[0]).replace(_CITED, "") if best else ""
            yield ChangedCell(number, cell, old, text)


def missing_rows(
    paragraphs: Sequence[Paragraph],
    tables: Mapping[int, str],
    printed: Mapping[str, tuple[tuple[str, ...], ...]],
    labels: Mapping[str, str],
) -> Iterator[tuple[int, int, str]]:
    """Find rows of generated tables that the file does not have, tracked changes rejected.

    Parameters
    ----------
    paragraphs, tables, labels
        As for `changed_cells`.
    printed
        As `printed_rows` gives them.

    Yields
    ------
    number, table, row
        The first paragraph of the table in the file, the table's number there, and the cells of
        the row.
    """
    numbered = [label for label in labels.values() if _NUMBERED.match(label)]
    for table, item in tables.items():
        cells = _cells_of(paragraphs, table)
        rows: dict[int, list[str]] = {}
        for _, cell, text in cells:
            rows.setdefault(cell.row, []).append(text)
        shown = [_row_key(row, numbered) for row in rows.values()]
        told = {_row_key(row, numbered): row for row in printed.get(item, ())}
        for key in deleted_rows(shown, [k for k in told if k]):
            words = ", ".join(cell.replace(_CITED, "") for cell in told[key] if cell)
            yield cells[0][0], table, words


def _row_key(cells: Sequence[str], numbered: Sequence[str]) -> str:
    keys = (_key(_CITATION.sub(" ", _without_numbers(cell, numbered))) for cell in cells)
    return " ".join(key for key in keys if key)


def _without_numbers(text: str, numbered: Sequence[str]) -> str:
    for label in numbered:
        if label in text:
            text = text.replace(label, label.partition(" ")[2])
    return text


def _key(text: str) -> str:
    return canonical(_NOTE.sub("", text.replace(_CITED, "")))


def _cells_of(paragraphs: Sequence[Paragraph], table: int) -> list[tuple[int, Cell, str]]:
    """Give the cells of a table with the number of their first paragraph and their whole text."""
    found: dict[tuple[int, int], tuple[int, Cell, str]] = {}
    for number, paragraph in enumerate(paragraphs):
        cell = paragraph.cell
        if cell is None or cell.table != table:
            continue
        first, place, text = found.get((cell.row, cell.column), (number, cell, ""))
        found[cell.row, cell.column] = (first, place, f"{text} {paragraph.old}".strip())
    return list(found.values())
