"""Does a render name the letters that come out as boxes in the PDF, and no others?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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
    (note,) = render(short, ["pdf"], engine="embedded").notes
    assert "肝癌" in note
    assert render(short, ["html"], engine="embedded").notes == ()
