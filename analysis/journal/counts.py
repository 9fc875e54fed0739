"""How long the paper is, counted as journals count."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.manuscript.text import plain

if TYPE_CHECKING:
    from analysis.journal.context import Submission

_SUPPLEMENT = ("stbl-", "sfig-")
_TABLE_MARKDOWN = re.compile(r'data-qmd="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of an edition of the paper.

    Attributes
    ----------
    abstract_words
        With its headings, as Word counts: what stands between spaces.
    main_text_words
        From the introduction to the last numbered chapter, headings included, without title,
        abstract, declarations, references, captions, tables and citation numbers.
    references
        Works that the main text, its captions and its tables cite.
    tables, figures
        Of the main text.
    title_characters, running_head_characters
        Spaces included; the running head is 0 where there is none.
    title_words
        Words of the title.
    keywords
        Number of keywords.
    heading_levels
        Levels of headings in the main text.
    """

    abstract_words: int
    main_text_words: int
    references: int
    tables: int
    figures: int
    title_characters: int
    title_words: int
    running_head_characters: int
    keywords: int
    heading_levels: int

    @property
    def display_items(self) -> int:
        """Tables and figures together."""
        return self.tables + self.figures


def counts_of(submission: Submission) -> Counts:
    """Count the words, characters and items of the paper."""
    from analysis.manuscript.sources import float_kinds

    texts = submission.texts
    kinds = float_kinds(submission.root)
    front = submission.manuscript.front_matter
    resolved = {
        name: _resolved(str(front.get(name) or ""), submission, kinds)
        for name in ("title", "running-head")
    }
    main = [t for t in texts if t.numbered and t.passage.part == "body"]
    keywords = front.get("keywords") or ()
    return Counts(
        abstract_words=sum(_words(t.text) for t in texts if t.passage.part == "abstract"),
        main_text_words=sum(_words(t.text) for t in main),
        references=len(cited_keys(submission)),
        tables=sum(name.startswith("tbl-") for name in submission.labels),
        figures=sum(name.startswith("fig-") for name in submission.labels),
        title_characters=len(resolved["title"]),
        title_words=_words(resolved["title"]),
        running_head_characters=len(resolved["running-head"]),
        keywords=1 if isinstance(keywords, str) else len(keywords),
        heading_levels=max((t.level for t in main), default=0),
    )


def cited_keys(submission: Submission) -> tuple[str, ...]:
    """Name what the main text, its captions and its tables cite, in order, without the supplement.

    Returns
    -------
    tuple of str
        Keys of the reference list; each stands once.
    """
    from analysis.manuscript.passages import is_reference, keys_in
    from analysis.manuscript.sources import float_kinds
    from analysis.storage.fingerprint import GENERATED

    kinds = float_kinds(submission.root)
    found: dict[str, None] = {}
    for text in submission.texts:
        item = text.passage.item
        if item is not None and item.startswith(_SUPPLEMENT):
            continue
        for piece in text.pieces:
            raw = submission.variables.get(piece.name, "") if piece.kind == "value" else ""
            cited = piece.name.split() if piece.kind == "citation" else []
            found |= dict.fromkeys((*cited, *(key for _, key in keys_in(raw))))
    for name in submission.labels:
        file = submission.items.get(name, {}).get("table", name)
        table = submission.root / GENERATED / "tables" / f"{file}.html"
        if name.startswith("tbl-") and table.is_file():
            for markdown in _TABLE_MARKDOWN.findall(table.read_text(encoding="utf-8")):
                found |= dict.fromkeys(key for _, key in keys_in(html.unescape(markdown)))
            # Of rows that stand in a file.
            found |= dict.fromkeys(submission.items.get(name, {}).get("whole", {}).get("cited", ()))
    return tuple(key for key in found if not is_reference(key, kinds))


def _resolved(markdown: str, submission: Submission, kinds: tuple[str, ...]) -> str:
    from analysis.manuscript.sources import SHORTCODE

    def value(match: re.Match[str]) -> str:
        return submission.variables.get(match[2].strip(), "") if match[1] == "var" else ""

    return plain(SHORTCODE.sub(value, markdown), submission.labels, kinds)


def words_in(markdown: str, submission: Submission) -> int:
    """Count the words of a piece of markdown, values filled in."""
    from analysis.manuscript.sources import float_kinds

    return _words(_resolved(markdown, submission, float_kinds(submission.root)))


def _words(text: str) -> int:
    return len(text.split())
