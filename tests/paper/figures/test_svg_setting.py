"""Are pixels and pages set from a drawing lettered as the drawing is?"""

from __future__ import annotations

import re
import zlib

from matplotlib.figure import Figure

from analysis.paper.figures.saving import figure_content
from analysis.paper.figures.style import font
from analysis.paper.figures.svg_setting import pdf_of


def test_letters_are_those_of_the_drawing() -> None:
    figure = Figure(figsize=(2, 1))
    figure.text(0.1, 0.5, "Studies", fontproperties=font(8))
    page = pdf_of(figure_content(figure, "svg", "word"))
    parts = re.findall(rb"stream\r?\n(.*?)endstream", page, re.DOTALL)
    unpacked = [zlib.decompressobj().decompress(part) for part in parts if part[:1] == b"x"]
    names = b" ".join([page, *unpacked])
    assert b"Arimo" in names
    assert b"Libertinus" not in names
