"""A panel with more rows than a reader follows: those that are shown, and where all stand."""

from __future__ import annotations

import html
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from analysis.paper.figures.forest_content import Row
from analysis.paper.whole_rows import (
    FEWEST_ROWS,
    FIRST_ROWS,
    LONGEST_FIGURE,
    LONGEST_PANEL,
    Whole,
    plain,
    sentence,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.paper.figures.forest_content import Block

_WORDS: Final = {"first": "first", "last": "last", "farthest": "most different"}


def parts_shown(blocks: Sequence[Block], name: str) -> list[Block]:
    """Take rows out of panels that have too many, and say so in their place.

    A panel in groups keeps its pools alone: a part of each group would look like the whole.

    Parameters
    ----------
    blocks : sequence of Block
        The panels of one figure.
    name : str
        Its id, after which the files with all rows are named.
    """
    return [
        _part(block, allowed, name)
        for block, allowed in zip(blocks, rows_allowed(blocks), strict=True)
    ]


def rows_allowed(blocks: Sequence[Block]) -> tuple[int, ...]:
    """Give how many rows of studies each panel of a figure shows.

    Parameters
    ----------
    blocks
        The panels of one figure.
    """
    there = [_studies(block) for block in blocks]
    shown = [rows if rows <= LONGEST_PANEL else FIRST_ROWS for rows in there]
    if sum(shown) > LONGEST_FIGURE:
        share = max(FEWEST_ROWS, LONGEST_FIGURE // len(shown))
        shown = [min(rows, share) for rows in shown]
    return tuple(shown)


def whole_of_blocks(blocks: Sequence[Block]) -> Whole | None:
    """Give all rows of a figure of which a panel shows a part, None of any other."""
    allowed = rows_allowed(blocks)
    if all(_studies(block) <= rows for block, rows in zip(blocks, allowed, strict=True)):
        return None
    heads: dict[str, None] = {}
    for block in blocks:
        heads |= dict.fromkeys([block.first_heading or "Row", *_heads(block)])
    rows: list[tuple[str, ...]] = []
    for block in blocks:
        group = ""
        for row in block.rows:
            name = "".join(text for text, _ in row.label)
            if row.kind == "heading":
                group = name
            elif row.kind != "note":
                names = [block.first_heading or "Row", *_heads(block)]
                told = dict(zip(names, (name, *row.cells), strict=False))
                cells = (plain(html.escape(told.get(head, ""))) for head in heads)
                rows.append((block.title, group, *cells))
    return Whole(("Panel", "Group", *heads), tuple(rows))


def _part(block: Block, allowed: int, name: str) -> Block:
    places = [place for place, row in enumerate(block.rows) if row.kind == "study"]
    if len(places) <= allowed:
        return block
    grouped = any(row.kind == "heading" for row in block.rows)
    kept = set() if grouped else set(_chosen(block, places, allowed))
    gone = [place for place in places if place not in kept]
    words = sentence(len(kept), len(places), name, _WORDS[block.kept])
    note = Row("note", ((words, "regular"),))
    # Where rows are missing, or above everything where none is left.
    at = 0 if grouped else gone[0] if block.kept == "last" else places[-1] + 1
    rows: list[Row] = []
    for place, row in enumerate((*block.rows, None)):
        if place == at:
            rows.append(note)
        if row is not None and place not in gone:
            rows.append(row)
    return replace(block, rows=tuple(rows))


def _chosen(block: Block, places: Sequence[int], allowed: int) -> Sequence[int]:
    if block.kept == "last":
        return places[-allowed:]
    reference = block.reference
    if block.kept == "first" or reference is None:
        return places[:allowed]

    def distance(place: int) -> float:
        mark = block.rows[place].mark
        if mark is None:
            return 0.0
        if block.log:
            return abs(math.log(mark.estimate / reference))
        return abs(mark.estimate - reference)

    return sorted(places, key=distance, reverse=True)[:allowed]


def _heads(block: Block) -> list[str]:
    return [" ".join((*heading.above, heading.text)) for heading in block.headings]


def _studies(block: Block) -> int:
    return sum(row.kind == "study" for row in block.rows)
