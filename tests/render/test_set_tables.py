"""Is a table that passed pandoc by itself the one that pandoc writes within the paper?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from analysis.build.building import build
from analysis.render import set_tables
from analysis.render.embedded import render_embedded
from analysis.render.formats import FORMATS
from analysis.storage.cache import PLACE
from tests.short_review import keep_items

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from analysis.render.formats import OutputFormat


def test_a_table_set_by_itself_is_that_of_the_paper(
    review: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Groups of rows, links, headings of rows, changed words, and one with citations."""
    kept = {"tbl-pools", "tbl-baseline", "stbl-study-data", "stbl-statistics", "stbl-searches"}
    root = keep_items(review, {*kept, "fig-flow"})
    build(root, pixels=False)
    monkeypatch.delenv(PLACE)
    target = root / "made"
    target.mkdir()
    formats = {"html": "paper.html", "pdf": "paper.pdf"}
    written: list[int] = []

    def count(tables: Sequence[bytes], form: OutputFormat) -> list[str]:
        written.append(len(tables))
        return original(tables, form)

    original = set_tables._written
    monkeypatch.setattr(set_tables, "_written", count)

    def made() -> dict[str, bytes]:
        render_embedded(root, list(formats), target)
        return {name: (target / name).read_bytes() for name in formats.values()}

    first, again = made(), made()
    # Four of five in each format, once; the baseline table has citations in its cells.
    assert written == [4, 4]
    for name in formats:
        monkeypatch.setitem(FORMATS, name, replace(FORMATS[name], takes_set_tables=False))
    assert made() == first == again


def test_two_tables_of_one_run_are_told_apart(tmp_path: Path) -> None:
    cells = [f"<table><tr><td>cell {number}</td></tr></table>".encode() for number in range(3)]
    for form in ("html", "pdf"):
        words = set_tables._written(cells, FORMATS[form])
        assert len(words) == 3
        assert [f"cell {number}" in each for number, each in enumerate(words)] == [True] * 3
