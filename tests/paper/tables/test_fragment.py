"""The HTML that every format reads: bare, safe, the same every time."""

from __future__ import annotations

import pytest
from lxml import html as lxml_html

from analysis.formatting.numbers import significant
from analysis.paper.tables.assembly import Column, Line, assemble
from analysis.paper.tables.cells import cite, estimate, lines, ranges, sentence, text
from analysis.paper.tables.fragment import has_data, table_fragment
from analysis.paper.tables.links import doi
from tests.paper.figures.synthesis_samples import HOSTILE, left_out, pool

TWO = (Column("a", "A"), Column("b", "<em>B</em>", "right"))


def fragment(*body: Line, notes: tuple[str, ...] = ()) -> str:
    return table_fragment(assemble(TWO, body, notes, "Nothing."))


def test_structure() -> None:
    table = lxml_html.fromstring(
        fragment(
            Line(("one", "1"), "First"),
            Line(("two", "2"), "First"),
            Line(("three", "3"), "Second"),
            notes=("A note.", "", "Another."),
        )
    )
    assert [child.tag for child in table] == ["colgroup", "thead", "tbody", "tbody", "tfoot"]
    # "three" is the longest word of the first column, "B" and "1" of the second; 2 for the gap.
    assert [col.get("style") for col in table.iter("col")] == ["width:70%", "width:30%"]
    assert [cell.get("scope") for cell in table.iterfind("thead/tr/th")] == ["col", "col"]
    groups = [cell for cell in table.iter("th") if cell.get("scope") == "rowgroup"]
    assert [group.text_content() for group in groups] == ["First", "Second"]
    assert [group.get("colspan") for group in groups] == ["2", "2"]
    rows = [cell for cell in table.iter("th") if cell.get("scope") == "row"]
    assert [cell.text_content() for cell in rows] == ["one", "two", "three"]
    notes = table.findall("tfoot/tr/td")
    assert [(note.text_content(), note.get("colspan")) for note in notes] == [
        ("A note.", "2"),
        ("Another.", "2"),
    ]
    right = [cell for cell in table.iter("td") if "right" in (cell.get("style") or "")]
    assert [cell.text_content() for cell in right] == ["1", "2", "3"]


def test_nothing_that_a_format_would_lose_or_break_on() -> None:
    made = fragment(Line((text("x"), cite("Zhou2025")), "Group"), notes=("Note",))
    assert made.startswith("<table>\n<colgroup>")
    assert made.endswith("</table>")
    for word in (" id=", "class=", "<style", "<div", "<caption", "<svg", "font-family", "http"):
        assert word not in made
    assert made == fragment(Line((text("x"), cite("Zhou2025")), "Group"), notes=("Note",))


@pytest.mark.parametrize("name", HOSTILE)
def test_data_stays_text(name: str) -> None:
    made = fragment(Line((text(name), text(name)), name), notes=(text(name),))
    table = lxml_html.fromstring(made)
    cells = [cell.text_content() for cell in table.iter("th", "td")]
    assert cells.count(name) == 4
    assert not list(table.iter("b", "span", "a"))
    assert "{{" not in made


def test_a_citation_is_all_that_the_document_still_reads() -> None:
    made = fragment(Line((text("Zhou") + cite("Zhou2025:a_b.c-d"), "")))
    assert '<span data-qmd="[@Zhou2025:a_b.c-d]"></span>' in made


@pytest.mark.parametrize("key", ["", "a b", 'a"b', "a]b", "a;@b", "a\n", "<a>", "é"])
def test_no_key_can_be_more_than_a_key(key: str) -> None:
    with pytest.raises(ValueError, match="cannot be a citation key"):
        cite(key)


def test_a_row_of_one_filled_cell_spans_the_table() -> None:
    table = lxml_html.fromstring(fragment())
    (cell,) = table.findall("tbody/tr/td")
    assert (cell.text_content(), cell.get("colspan")) == ("Nothing.", "2")


def test_a_row_needs_a_cell_for_each_column() -> None:
    with pytest.raises(ValueError, match="one cell for each column"):
        assemble(TWO, [Line(("one",))], (), "Nothing.")


def test_a_link_keeps_its_address_and_nothing_else() -> None:
    made = fragment(Line(('<a href="https://doi.org/10.1/a(b)%3Cc" class="x">d</a>', "")))
    assert '<a href="https://doi.org/10.1/a(b)%3Cc">d</a>' in made
    assert 'href="https://doi.org/10.1234/%3Ca%22b"' in fragment(Line((doi('10.1234/<a"b'), "")))


@pytest.mark.parametrize(
    "cell",
    [
        "<svg></svg>",
        "<img src=x>",
        "<a href=x>y</a>",
        "<a href='http://example.org/x'>y</a>",
        "<a href='javascript:alert(1)'>y</a>",
        "<a>y</a>",
        "<!-- x -->",
    ],
)
def test_what_would_not_survive_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="does not survive in every format"):
        fragment(Line((cell, "x")))


def test_markdown_smuggled_into_a_citation_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a citation"):
        fragment(Line(('<span data-qmd="*x* [@y]"></span>', "x")))


def test_cells() -> None:
    assert lines(["a", "", "b"]) == "a<br>b"
    assert text("a\n b  <c>") == "a b &lt;c&gt;"
    assert ranges("0-1, A-B, days 1-14, PD-1, 2020-08-01, 2020-08, 1998-2003, x-y") == (
        "0–1, A–B, days 1–14, PD-1, 2020-08-01, 2020-08, 1998–2003, x-y"
    )
    assert sentence("no interval") == "No interval"
    assert sentence("mRECIST only") == "mRECIST only"
    assert estimate(pool([])) == "No study"
    assert estimate(pool([], left_out=[left_out("A", "no interval")])) == "Not pooled"
    assert [significant(value) for value in (0, 0.014523, -0.0002914, 65.83, 1e-9, 1234.5)] == [
        "0",
        "0.0145",
        "−0.000291",
        "65.8",
        "0.000000",
        "1235",
    ]


def test_a_table_without_rows_is_known_as_such() -> None:
    columns = (Column("a", "What"), Column("b", "Before"))
    empty = table_fragment(assemble(columns, [], ["A note."], "Nothing has changed."))
    filled = table_fragment(assemble(columns, [Line(("x", "y"), "Group")], [], "Nothing."))
    assert not has_data(empty)
    assert has_data(filled)
