"""Reads a revised Word file against the manuscript: comments and edits with their places."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.journal.feedback.additions import additions, notes_of
from analysis.journal.feedback.cautions import number_warnings, table_warning
from analysis.journal.feedback.comments import read_comments
from analysis.journal.feedback.comparison import Alignment, canonical
from analysis.journal.feedback.edits import tracked_edits, untracked_edits
from analysis.journal.feedback.generated_tables import changed_cells, missing_rows
from analysis.journal.feedback.matching import (
    fit_abstract,
    join_legends,
    match_paragraphs,
    without_prefix,
)
from analysis.journal.feedback.records import Edit, Feedback, Place, Remark
from analysis.journal.feedback.structure import (
    join_merged,
    join_split,
    moved_paragraphs,
    new_paragraphs,
    split_place,
)
from analysis.journal.feedback.word_document import read_paragraphs, read_parts
from analysis.journal.feedback.word_text import PARAGRAPH_MARK, PICTURE, TEXT_BOX

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from analysis.journal.feedback.comments import Comment
    from analysis.journal.feedback.edits import RawEdit
    from analysis.journal.feedback.word_text import Cell, Paragraph
    from analysis.manuscript.text import ReadText

_SENTENCE_END = re.compile(r"(?<=[.!?])[)\]\"”’]*\s+(?=[\"“(\[]?[A-Z\d])")
_NUMBER_OF_ITEM = re.compile(r"^\s*(Table|Figure|Fig\.?)\s+(S?\d+)", re.IGNORECASE)
# Nothing in the source stands behind these: they are generated or written by Word.
_GENERATED = ("toc", "bibliography", "table of figures", "title", "subtitle", "author")


def read_feedback(
    path: Path,
    texts: Sequence[ReadText],
    values: Mapping[str, Any],
    labels: Mapping[str, str],
    tables: Mapping[str, tuple[tuple[str, ...], ...]] | None = None,
) -> Feedback:
    """Read a file that came back.

    Parameters
    ----------
    path
        A Word file that was made from this manuscript and edited, in Word or LibreOffice.
    texts
        The manuscript as it is read, as `read_text` gives it.
    values
        The values as ``results.json`` holds them, by name.
    labels
        How a reader finds each item, by id.
    tables
        The rows of the generated tables, as `printed_rows` gives them.

    Raises
    ------
    DataProblems
        If the file is no Word file, or was not made from this manuscript.
    """
    parts = read_parts(path)
    paragraphs = join_legends(read_paragraphs(parts))
    texts = fit_abstract(paragraphs, texts)
    matches = match_paragraphs(paragraphs, texts)
    if (joined := join_split(paragraphs, texts, matches)) is not None:
        paragraphs = joined
        matches = match_paragraphs(paragraphs, texts)
    texts, joins = join_merged(paragraphs, texts, matches)
    if joins:
        matches = match_paragraphs(paragraphs, texts)
    work = _Work(paragraphs, texts, matches, values, labels, joins)
    edits = (
        *work.edits(),
        *work.structure(),
        *work.additions(notes_of(parts)),
        *work.table_edits(tables or {}),
    )
    words = [n for n, p in enumerate(paragraphs) if work.is_prose(n) and len(p.old) > 60]
    missing = tuple(
        (line.file, line.line, text.text[:80])
        for text in _missing(texts, set(matches.values()))
        for line in (text.line_at(0),)
    )
    return Feedback(
        path.name,
        tuple(work.remarks(read_comments(parts))),
        edits,
        missing,
        sum(n in matches for n in words),
        len(words),
    )


def _missing(texts: Sequence[ReadText], found: Collection[int]) -> Iterator[ReadText]:
    """Give passages that the file lacks.

    Sections without a number are moved to a title page or left out for a journal; of those that
    stand in the file a part may be missing.
    """
    there = {(texts[n].chapter, texts[n].section) for n in found}
    for number, text in enumerate(texts):
        expected = text.numbered or (text.chapter, text.section) in there
        if number not in found and text.passage.part == "body" and expected:
            yield text


class _Work:
    """The file and the manuscript while they are compared."""

    def __init__(
        self,
        paragraphs: Sequence[Paragraph],
        texts: Sequence[ReadText],
        matches: Mapping[int, int],
        values: Mapping[str, Any],
        labels: Mapping[str, str],
        joins: Mapping[int, tuple[int, ...]],
    ) -> None:
        self.paragraphs, self.texts, self.matches = paragraphs, texts, matches
        self.joins = joins
        self.values, self.labels = values, labels
        self.sections = _sections(paragraphs)
        self.items = _table_items(paragraphs, labels)

    def is_prose(self, number: int) -> bool:
        """Whether a paragraph should be found in the manuscript."""
        paragraph = self.paragraphs[number]
        return paragraph.cell is None and not paragraph.style.startswith(_GENERATED)

    def edits(self) -> Iterator[Edit]:
        """Give all edits in the order of the file."""
        for number, paragraph in enumerate(self.paragraphs):
            text, skip, alignment = self._source(number)
            raw = list(tracked_edits(paragraph))
            if text is not None:
                raw += untracked_edits(paragraph, text, skip)
            for edit in sorted(raw, key=lambda e: e.start):
                yield self._edit(number, edit, text, skip, alignment)

    def structure(self) -> Iterator[Edit]:
        """Give paragraphs that were added, moved, split or joined without tracking."""
        for number in new_paragraphs(self.paragraphs, self.texts, self.matches, _GENERATED):
            paragraph = self.paragraphs[number]
            is_box = paragraph.style == TEXT_BOX
            what = "text box" if is_box else "heading" if paragraph.level else "paragraph"
            yield self._whole(number, f"{what} inserted", new=paragraph.old.strip())
        for number in moved_paragraphs(self.paragraphs, self.texts, self.matches):
            yield self._whole(number, "paragraph moved", old=self.paragraphs[number].old.strip())
        for number, paragraph in enumerate(self.paragraphs):
            place = split_place(paragraph)
            if place is not None:
                words = f"{PARAGRAPH_MARK} {paragraph.old[place:].strip()}"
                yield self._whole(number, "paragraph split", new=words)
        for number, index in self.matches.items():
            for place in self.joins.get(index, ()):
                words = f"{PARAGRAPH_MARK} {self.texts[index].text[place:].strip()}"
                joined = self._whole(number, "paragraphs joined", old=words)
                line = self.texts[index].line_at(place)
                yield replace(joined, place=replace(joined.place, file=line.file, line=line.line))

    def additions(self, notes: Mapping[str, str]) -> Iterator[Edit]:
        """Give tables, footnotes, formulas and pictures that the manuscript does not have."""
        for number, kind, words in additions(
            self.paragraphs, self.texts, self.matches, self.items, notes
        ):
            yield self._whole(number, kind, new=words)

    def _whole(self, number: int, kind: str, *, old: str = "", new: str = "") -> Edit:
        """Make an edit of a whole paragraph, with the paragraph that it now follows."""
        before = [n for n in self.matches if n < number]
        behind = self.texts[self.matches[max(before)]].text if before else ""
        note = f"behind “{behind[-80:]}”" if behind else ""
        text, _, _ = self._source(number)
        if text is None and before:
            text, _, _ = self._source(max(before))
        line = None if text is None else text.line_at(max(0, len(text.text) - 1))
        place = Place(
            None if line is None else line.file,
            None if line is None else line.line,
            self.sections[number],
            None,
            number,
        )
        return Edit(kind, False, "", "", old, new, note, place, "", None, ())

    def table_edits(self, tables: Mapping[str, tuple[tuple[str, ...], ...]]) -> Iterator[Edit]:
        """Give the untracked changes of tables: their rows and cells."""
        for number, table, row in missing_rows(self.paragraphs, self.items, tables, self.labels):
            item = self.items.get(table)
            place = Place(None, None, self.sections[number], None, number)
            label = self.labels.get(item or "", "") or f"Table no. {table} of the file"
            warnings = (table_warning(item),)
            yield Edit("row deleted", False, "", "", row, "", "", place, "", label, warnings)
        cells = {item: tuple(cell for row in rows for cell in row) for item, rows in tables.items()}
        for changed in changed_cells(self.paragraphs, self.items, cells, self.labels):
            yield Edit(
                "replaced" if changed.old else "inserted",
                False,
                "",
                "",
                changed.old,
                changed.new,
                "",
                Place(None, None, self.sections[changed.number], None, changed.number),
                "",
                self._cell(changed.cell),
                (table_warning(self.items.get(changed.cell.table)),),
            )

    def _source(self, number: int) -> tuple[ReadText | None, int, Alignment | None]:
        index = self.matches.get(number)
        if index is None:
            return None, 0, None
        paragraph, text = self.paragraphs[number], self.texts[index]
        skip = without_prefix(paragraph, text.passage.part == "caption")
        return text, skip, Alignment(paragraph.old[skip:], text.text)

    def _edit(
        self,
        number: int,
        raw: RawEdit,
        text: ReadText | None,
        skip: int,
        alignment: Alignment | None,
    ) -> Edit:
        paragraph = self.paragraphs[number]
        warnings: tuple[str, ...] = ()
        span = None
        if text is not None and alignment is not None:
            span = alignment.second_span(max(0, raw.start - skip), max(0, raw.end - skip))
            warnings = number_warnings(raw, text, span, self.values)
        table = None if paragraph.cell is None else self._cell(paragraph.cell)
        if paragraph.cell is not None:
            warnings = (table_warning(self.items.get(paragraph.cell.table)),)
        if PICTURE in raw.old or PICTURE in raw.new:
            what = "A figure is drawn from the data: change the rows or the protocol instead."
            warnings = (*warnings, what)
        return Edit(
            raw.kind,
            raw.tracked,
            raw.author,
            raw.date,
            raw.old,
            raw.new,
            raw.note,
            self._place(number, text, span),
            _sentence_around(paragraph, raw),
            table,
            warnings,
        )

    def _place(self, number: int, text: ReadText | None, span: tuple[int, int] | None) -> Place:
        if text is None or span is None:
            return Place(None, None, self.sections[number], None, number)
        start, end = _sentences(text.text, *span)
        line = text.line_at(min(span[0], max(0, len(text.text) - 1)))
        section = text.section or ("Abstract" if text.passage.part == "abstract" else "Title")
        return Place(line.file, line.line, section, text.source(start, end), number)

    def _cell(self, cell: Cell) -> str:
        name = self.items.get(cell.table)
        label = self.labels.get(name, "") if name else ""
        row = f" ({cell.row_label})" if cell.row_label and cell.column > 1 else ""
        column = f" ({cell.header})" if cell.header and cell.row > 1 else ""
        table = label or f"Table no. {cell.table} of the file"
        return f"{table}, row {cell.row}{row}, column {cell.column}{column}"

    def remarks(self, comments: Sequence[Comment]) -> Iterator[Remark]:
        """Give the comments in the order of the text; those about no words come last."""
        about: dict[str, tuple[int, int, str]] = {}
        for number, paragraph in enumerate(self.paragraphs):
            place = 0
            for segment in paragraph.segments:
                for comment in segment.comments:
                    start, first, words = about.get(comment, (number, place, ""))
                    about[comment] = (start, first, words + segment.text)
                place += len(segment.text) if segment.was else 0
        last = (len(self.paragraphs), 0, "")
        order = sorted(comments, key=lambda c: (*about.get(c.number, last)[:2], c.date))
        for comment in order:
            if comment.number not in about:
                yield Remark(comment, "", Place(None, None, "", None, len(self.paragraphs)))
                continue
            number, start, words = about[comment.number]
            text, skip, alignment = self._source(number)
            span = None
            if alignment is not None:
                end = start + max(1, min(len(words), len(self.paragraphs[number].old) - start))
                span = alignment.second_span(max(0, start - skip), max(0, end - skip))
            cell = self.paragraphs[number].cell
            table = None if cell is None else self._cell(cell)
            yield Remark(comment, words.strip(), self._place(number, text, span), table)


def _sections(paragraphs: Sequence[Paragraph]) -> list[str]:
    found, section = [], ""
    for paragraph in paragraphs:
        if paragraph.level:
            section = paragraph.old.strip()
        found.append(section)
    return found


def _table_items(paragraphs: Sequence[Paragraph], labels: Mapping[str, str]) -> dict[int, str]:
    """Find which generated table each table of the file is, by the caption above it."""
    by_label = {canonical(label): name for name, label in labels.items()}
    found: dict[int, str] = {}
    caption = None
    for paragraph in paragraphs:
        if paragraph.cell is None:
            if paragraph.old.strip():
                match = _NUMBER_OF_ITEM.match(paragraph.old)
                caption = canonical(f"Table {match[2]}") if match else None
        elif paragraph.cell.table not in found and caption in by_label:
            found[paragraph.cell.table] = by_label[caption]
    return found


def _sentences(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a stretch to whole sentences."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    low = max((e for e in ends if e <= start), default=0)
    high = min((e for e in ends if e >= max(end, start + 1)), default=len(text))
    return low, high


def _sentence_around(paragraph: Paragraph, raw: RawEdit) -> str:
    """Give the sentence of an edit with all changes accepted."""
    alignment = Alignment(paragraph.old, paragraph.new)
    start, end = alignment.second_span(raw.start, raw.end)
    low, high = _sentences(paragraph.new, start, end)
    return paragraph.new[low:high].strip()
