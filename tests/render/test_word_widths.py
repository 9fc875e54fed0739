"""Does every word in a cell of a Word table fit its column, so that none breaks inside?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from PIL import ImageFont

from analysis.manuscript.word_xml import W
from analysis.render.word_widths import CellFont, fit_words, longest_words
from tests.render.office import LIBERATION, needs_widths
from tests.render.word_reading import too_wide, widths_of

ARIAL = CellFont("Arial", 8)


def table(widths: list[int], *rows: list[str]) -> Any:
    """A table of Word; cells that begin with * are bold."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    body = "".join(f"<w:tr>{''.join(cell(text) for text in row)}</w:tr>" for row in rows)
    namespace = W.strip("{}")
    return etree.fromstring(
        f'<w:tbl xmlns:w="{namespace}"><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>'
    )


def cell(text: str) -> str:
    bold = "<w:rPr><w:b/></w:rPr>" if text.startswith("*") else ""
    return f"<w:tc><w:p><w:r>{bold}<w:t>{text.lstrip('*')}</w:t></w:r></w:p></w:tc>"


@needs_widths
@pytest.mark.parametrize(
    ("font", "file", "bold"),
    [
        ("Arial", "LiberationSans-Regular", ""),
        ("Arial", "LiberationSans-Bold", "*"),
        ("Times New Roman", "LiberationSerif-Regular", ""),
        ("Times New Roman", "LiberationSerif-Bold", "*"),
    ],
)
@pytest.mark.parametrize("word", ["Retrospective", "(cabozantinib,", "Größe†", "12.5%"])
def test_words_are_as_wide_as_in_the_fonts(font: str, file: str, bold: str, word: str) -> None:
    # The Liberation fonts have the widths of Arial and Times New Roman.
    (found,) = [w for _, w in longest_words(table([900], [bold + word]), CellFont(font, 8))]
    drawn = ImageFont.truetype(str(LIBERATION / f"{file}.ttf"), 1000).getlength(word)
    # 120 is left and right of the text; 20 units are a point.
    assert found.width == pytest.approx(120 + drawn * 8 * 20 / 1000, rel=0.03)


@pytest.mark.parametrize(
    ("text", "longest"),
    [
        ("two words", "words"),
        ("non-randomised", "randomised"),
        ("no\u00a0break here", "no\u00a0break"),
        ("0.1–0.345", "0.345"),
        ("grade -3", "grade"),
        ("晚期肝细胞癌 ab", "ab"),
    ],
)
def test_where_a_word_ends(text: str, longest: str) -> None:
    (found,) = [w for _, w in longest_words(table([900], [text]), ARIAL)]
    assert found.text == longest


def test_a_narrow_column_gets_what_its_word_needs_from_the_others() -> None:
    found = table([3000, 500, 1000], ["*Study", "*Retrospective", "*n"], ["A 2020", "yes", "12"])
    fit_words(found, ARIAL)
    widths = widths_of(found)
    assert sum(widths) == 4500
    assert all(word.width <= widths[c.start] + 1 for c, word in longest_words(found, ARIAL))
    # What is left is shared as before, three to one.
    assert widths[0] == pytest.approx(3 * widths[2], abs=2)
    assert not list(found.iter(f"{W}sz"))


def test_columns_that_fit_stay() -> None:
    found = table([1000, 2000], ["Study", "Retrospective"])
    fit_words(found, ARIAL)
    assert widths_of(found) == [1000, 2000]


def test_type_gets_smaller_where_the_page_has_no_room() -> None:
    found = table([1000] * 4, ["Retrospective"] * 4)
    fit_words(found, ARIAL)
    sizes = {int(size.get(f"{W}val")) for size in found.iter(f"{W}sz")}
    assert len(sizes) == 1
    assert 12 <= sizes.pop() < 16
    assert all(word.width <= 1001 for _, word in longest_words(found, ARIAL))


def test_a_word_without_end_takes_nothing_from_the_others() -> None:
    found = table([1000, 3000], ["a" * 200, "Retrospective"])
    fit_words(found, ARIAL)
    assert widths_of(found) == [1000, 3000]
    assert not list(found.iter(f"{W}sz"))


def test_too_many_columns_share_what_there_is() -> None:
    found = table([200] * 20, ["Retrospective"] * 20)
    fit_words(found, ARIAL)
    assert sum(widths_of(found)) == 4000
    assert min(widths_of(found)) > 0


@pytest.mark.rendered
@pytest.mark.xdist_group("rendered")
def test_no_word_of_the_paper_is_wider_than_its_column(rendered: Path) -> None:
    assert too_wide(rendered / "_output/paper.docx") == []
