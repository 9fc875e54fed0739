"""Is a label that the figures' font cannot write named once, before somebody sees boxes?"""

from __future__ import annotations

import warnings

from matplotlib.figure import Figure

from analysis.paper.figures.measure import text_width
from analysis.paper.figures.pixels import drawn_pixels
from analysis.paper.figures.signs import unwritten
from analysis.paper.figures.style import font


def test_labels_without_signs_of_their_own_are_named() -> None:
    written = ["Çelik 2020", "חדשה 1962", "Łódź – ≥65 µg"]
    said = unwritten([*written, "北京 1960", "発熱 1961", "دراسة"])
    assert len(said) == 1
    assert "北京 1960; 発熱 1961; دراسة." in said[0]
    assert unwritten(["Nuñez & Søn", "İstanbul", "Женева", "α ≤ 3", "חדשה"]) == ()


def test_many_labels_are_counted() -> None:
    assert "; 57 more." in unwritten([f"研究 {number}" for number in range(60)])[0]


def test_a_missing_sign_prints_no_warning_of_the_library() -> None:
    figure = Figure(figsize=(1, 1))
    figure.text(0.1, 0.5, "研究", fontproperties=font())
    with warnings.catch_warnings(record=True) as met:
        warnings.simplefilter("always")
        drawn_pixels(figure, 50)
        assert text_width("研究二") > text_width("研究")
    assert not [str(entry.message) for entry in met if "Glyph" in str(entry.message)]
