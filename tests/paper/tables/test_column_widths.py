"""How do the columns of a table share its width?"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.paper.tables.column_widths import column_widths

_CELL = st.text(alphabet="ab <br>&;–0", max_size=60)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 9).flatmap(
        lambda columns: st.tuples(
            st.lists(_CELL, min_size=columns, max_size=columns),
            st.lists(st.lists(_CELL, min_size=columns, max_size=columns), max_size=5),
        )
    )
)
def test_whatever_stands_in_it_the_shares_are_whole_and_add_up(
    table: tuple[list[str], list[list[str]]],
) -> None:
    headings, rows = table
    shares = column_widths(headings, rows)
    assert len(shares) == len(headings)
    assert sum(shares) == 100
    assert min(shares) >= 1


def test_long_text_takes_the_room_that_short_cells_do_not_need() -> None:
    rows = [["Ross 2016", "29", "Anxiety and depression with a life-threatening cancer " * 2]] * 5
    study, patients, condition = column_widths(["Study", "Patients", "Condition"], rows)
    assert condition > 60
    assert study > patients


def test_a_short_line_is_not_broken_where_there_is_room() -> None:
    # 125 characters fit: "Men 44.5%" needs 9 and a gap of 2, that is 9 percent.
    rows = [["Griffiths 2016", "52.3<br>Men 44.5%", "Patients: healthy, with " + "words " * 9]] * 4
    assert column_widths(["Study", "Age", "Condition"], rows)[1] >= 9


def test_marks_and_entities_of_html_take_no_room() -> None:
    plain = column_widths(["A", "B"], [["x & y", "some more words"]])
    marked = column_widths(
        ["<em>A</em>", "B"], [["<a href='long'>x</a> &amp; y", "some more words"]]
    )
    assert plain == marked


def test_a_long_address_does_not_take_the_whole_table() -> None:
    rows = [["Study", "https://example.org/" + "x" * 200, "text " * 30]]
    shares = column_widths(["Study", "Address", "Text"], rows)
    assert shares[2] > 30
