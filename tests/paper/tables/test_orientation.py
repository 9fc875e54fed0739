"""Does a table lie only where that is better?"""

from __future__ import annotations

import re

from analysis.paper.tables.assembly import Column, Line, assemble
from analysis.paper.tables.fragment import table_fragment
from analysis.paper.tables.orientation import laid


def fragment(cells: list[str], rows: int = 12) -> str:
    columns = [Column(f"c{number}", f"Column {number}") for number in range(len(cells))]
    return table_fragment(assemble(columns, [Line(tuple(cells), "A group")] * rows, ["Note."], "-"))


def widths(table: str) -> list[int]:
    return [int(found) for found in re.findall(r"width:(\d+)%", table)]


def test_words_that_do_not_fit_side_by_side_turn_the_page() -> None:
    # 12 columns of 9 letters and a gap of 2 are 132 characters; an upright page has 125.
    table = laid(fragment(["considers"] * 12))
    assert table is not None
    assert sum(widths(table)) == 100


def test_a_narrow_table_stays_upright_whatever_the_protocol_says() -> None:
    assert laid(fragment(["Ross 2016", "12/40", "0.52 (0.31 to 0.88)"])) is None


def test_prose_stays_upright_because_it_takes_as_much_paper_either_way() -> None:
    text = "words of a sentence that goes on and on " * 8
    assert laid(fragment(["Results", text, text])) is None


def test_a_table_that_takes_less_paper_lying_turns_the_page() -> None:
    # Four lines a row of 125 characters, or two of 190.
    assert laid(fragment(["a " * 17] * 9)) is not None


def test_a_table_that_says_that_there_is_nothing_stays_upright() -> None:
    columns = [Column("a", "A"), Column("b", "B")]
    assert laid(table_fragment(assemble(columns, [], [], "Nothing has changed."))) is None


def test_a_lying_table_shares_another_width() -> None:
    cells = ["considers"] * 11 + ["words of a sentence that goes on " * 3]
    upright = fragment(cells)
    table = laid(upright)
    assert table is not None
    # The text gets what the wider page has more.
    assert widths(table)[-1] > widths(upright)[-1]
    assert table.split("</colgroup>")[1] == upright.split("</colgroup>")[1]
