"""Does a render name the letters that come out as boxes in the PDF, and no others?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from analysis.render.embedded import _compile_typst
from analysis.render.engine import render
from analysis.render.pdf_letters import letters_without_a_font

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "text",
    ["", "plain", "É ø ß ğ ş – — ’ “ ” … † ‡ × − ± ≥ ≤ ² ³ τ β χ κ ° µ • ‑", "Привет שלום مرحبا"],
)
def test_letters_with_a_font_are_not_named(text: str) -> None:
    assert letters_without_a_font(text) == ""


def test_each_letter_without_a_font_is_named_once() -> None:
    assert letters_without_a_font("肝 A 肝é癌 한 ไ †") == "肝癌한ไ"


def test_spaces_and_invisible_signs_are_no_boxes() -> None:
    assert letters_without_a_font("a\u00a0b\u202fc\u2009d\u200be\u00adf\u2060g\u0301\ufeff") == ""


def test_a_render_names_them(short: Path) -> None:
    paper = short / "manuscript" / "_introduction.qmd"
    paper.write_text(paper.read_text(encoding="utf-8") + "\n\n肝癌 is the name.\n", "utf-8")
    boxes, refused = render(short, ["pdf"], engine="embedded").notes
    assert "肝癌" in boxes
    # Who listens to the file would hear nothing either.
    assert "PDF/UA-1" in refused
    assert render(short, ["html"], engine="embedded").notes == ()


@pytest.mark.parametrize(("heading", "told"), [("== B", 0), ("=== B", 1)])
def test_a_pdf_that_is_not_accessible_is_written_and_named(
    tmp_path: Path, heading: str, told: int
) -> None:
    """A heading that skips a level is the author's; the paper is rendered all the same."""
    source = tmp_path / "paper.pdf.typ"
    source.write_text(f'#set document(title: "T")\n= A\nText.\n{heading}\nText.\n', "utf-8")
    notes = _compile_typst(tmp_path, source, tmp_path / "paper.pdf")
    assert (tmp_path / "paper.pdf").is_file()
    assert len(notes) == told
    assert all("PDF/UA-1" in note and "heading" in note for note in notes)
