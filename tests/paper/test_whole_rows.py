"""Is what is too long for a page told as such, kept whole in a file, and nothing of it lost?

Made-up rows, nobody's results. Expected numbers are counted by hand.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree
from matplotlib.text import Text
from openpyxl import load_workbook

from analysis.journal.contents import WRITERS
from analysis.paper.figures import forest
from analysis.paper.figures.forest_content import Block, Mark, Panel, Row, block_of
from analysis.paper.figures.forest_parts import parts_shown, rows_allowed, whole_of_blocks
from analysis.paper.tables.assembly import Column, Line, Table, assemble
from analysis.paper.tables.cells import cite, text
from analysis.paper.tables.first_rows import shortened, whole_of_table
from analysis.paper.whole_rows import (
    FIRST_ROWS,
    FOLDER,
    LONGEST_FIGURE,
    LONGEST_PANEL,
    LONGEST_TABLE,
    Whole,
)
from analysis.render.engine import render
from analysis.render.jats_validity import jats_problems
from tests.large_review import Size, large_review
from tests.paper.figures.synthesis_samples import estimate, pool

_HREF = "{http://www.w3.org/1999/xlink}href"
COLUMNS = (Column("a", "Study"), Column("b", "Value<br>in words"))


def table(rows: int, group: str | None = None) -> Table:
    body = [
        Line((text(f"Study {n}") + cite(f"key{n}"), f"{n}<br>&lt;x&gt;"), group)
        for n in range(rows)
    ]
    return assemble(COLUMNS, body, ["A note."], "Nothing.")


def block(rows: int) -> Block:
    return block_of(Panel("Response", pool([estimate(f"S{n}", 3, 9) for n in range(rows)])), 0.95)


def names(shown: Block) -> list[str]:
    return [row.label[0][0] for row in shown.rows if row.kind == "study"]


def said(shown: Block) -> list[str]:
    return [row.label[0][0] for row in shown.rows if row.kind == "note"]


def test_a_table_of_the_longest_length_stays_as_it_is() -> None:
    whole = table(LONGEST_TABLE)
    assert shortened(whole, "stbl-x") == whole
    assert whole_of_table(whole) is None


def test_a_longer_table_shows_its_first_rows_and_says_where_all_are() -> None:
    shown = shortened(table(LONGEST_TABLE + 1), "stbl-x")
    assert len(shown.body) == FIRST_ROWS
    assert shown.notes == (
        "The first 40 of 201 rows are shown; all stand in stbl-x.csv and stbl-x.xlsx.",
        "A note.",
    )


def test_all_rows_and_their_citations_are_kept() -> None:
    whole = whole_of_table(table(LONGEST_TABLE + 1, "Group <1>"))
    assert whole is not None
    assert whole.heads == ("Group", "Study", "Value; in words")
    assert whole.rows[200] == ("Group <1>", "Study 200", "200; <x>")
    assert len(whole.rows) == 201
    # What the first rows cite is in the paper anyway.
    assert whole.cited == tuple(f"key{n}" for n in range(FIRST_ROWS, 201))
    assert Whole.of_json(json.loads(json.dumps(whole.as_json()))) == whole


def test_both_files_hold_the_same_and_nothing_is_a_formula() -> None:
    whole = Whole(("Study", "Value"), (("=1+1", "−0.5"), ("@x", "-0.5"), ("plain", "")))
    files = whole.files("tbl-x")
    assert files == whole.files("tbl-x")
    rows = list(csv.reader(io.StringIO(files["tbl-x.csv"].decode("utf-8-sig"))))
    assert rows == [["Study", "Value"], ["'=1+1", "−0.5"], ["'@x", "'-0.5"], ["plain", ""]]
    sheet = load_workbook(io.BytesIO(files["tbl-x.xlsx"])).active
    assert sheet is not None
    cells = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    assert cells == [["Study", "Value"], ["=1+1", "−0.5"], ["@x", "-0.5"], ["plain", ""]]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}
    with zipfile.ZipFile(io.BytesIO(files["tbl-x.xlsx"])) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_panel_of_too_many_rows_shows_the_first() -> None:
    whole = block(LONGEST_PANEL + 1)
    (shown,) = parts_shown([whole], "fig-x")
    assert names(shown) == names(whole)[:FIRST_ROWS]
    assert said(shown) == [
        "The first 40 of 101 rows are shown; all stand in fig-x.csv and fig-x.xlsx."
    ]
    # The diamond is that of all.
    assert shown.rows[-1] == whole.rows[-1]
    told = whole_of_blocks([whole])
    assert told is not None
    assert [row[2] for row in told.rows][:101] == names(whole)


def test_a_panel_of_the_most_rows_is_whole() -> None:
    whole = block(LONGEST_PANEL)
    assert parts_shown([whole], "fig-x") == [whole]
    assert whole_of_blocks([whole]) is None


def test_refits_show_the_last_steps_and_those_that_move_the_pool_most() -> None:
    (last,) = parts_shown([replace(block(150), kept="last")], "fig-x")
    assert names(last) == [f"S{n}" for n in range(110, 150)]
    assert said(last)[0].startswith("The last 40 of 150 rows")
    rows = tuple(
        Row("study", ((f"S{n}", "regular"),), (), Mark(100.0 + n * (-1) ** n, 90, 110))
        for n in range(150)
    )
    far = replace(block(1), rows=rows, reference=100.0, kept="farthest", log=False)
    (shown,) = parts_shown([far], "fig-x")
    assert names(shown) == [f"S{n}" for n in range(110, 150)]
    assert said(shown)[0].startswith("The most different 40 of 150 rows")


def test_a_panel_in_groups_keeps_its_pools_alone() -> None:
    group = replace(pool([estimate(f"S{n}", 3, 9) for n in range(101)]), level="a", level_label="A")
    made = block_of(Panel("Response", group, (group,)), 0.95)
    (shown,) = parts_shown([made], "fig-x")
    assert names(shown) == []
    assert said(shown)[0].startswith("None of 101 rows is shown")
    assert [row.kind for row in shown.rows].count("subtotal") == 1


def test_many_panels_share_the_room_of_a_figure() -> None:
    allowed = rows_allowed([block(30)] * 50)
    # 400 rows for 50 panels.
    assert allowed == (8,) * 50
    assert rows_allowed([block(LONGEST_PANEL)] * 4) == (LONGEST_PANEL,) * 4
    assert sum(rows_allowed([block(LONGEST_PANEL)] * 5)) == LONGEST_FIGURE


def test_a_plot_without_a_file_draws_every_row() -> None:
    # `review pool --plot` writes one picture and nothing beside it.
    (figure,) = forest.figures_of_blocks([block(101)], height=float("inf"))
    words = {text.get_text() for text in figure.findobj(Text) if isinstance(text, Text)}
    assert {f"S{n}" for n in range(101)} <= words


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("large") / "review"
    large_review(root, Size(LONGEST_TABLE + 10, outcomes=1, terms=0))
    return root


def test_a_review_of_many_studies_builds_and_loses_nothing(review: Path) -> None:
    """The small one of what `make performance` measures."""
    render(review, ["jats"], engine="embedded")
    output = review / "_output"
    items = json.loads((review / "manuscript/_generated/items.json").read_text("utf-8"))
    parts = {name for name, item in items.items() if "whole" in item}
    assert {"tbl-baseline", "fig-outcome-0", "stbl-study-data", "sfig-quality"} <= parts
    files = {path.name for path in (output / FOLDER).iterdir()}
    assert files == {f"{name}.{end}" for name in parts for end in ("csv", "xlsx")}
    told = (output / FOLDER / "tbl-baseline.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(told.splitlines()))
    assert len(rows) == LONGEST_TABLE + 10 + 1
    paper = output / "paper.xml"
    assert not jats_problems(paper)
    tree = etree.parse(paper)
    # Every study is in the list of references, also those in the file alone.
    titles = {entry.findtext(".//article-title") for entry in tree.iter("ref")}
    assert {f"Report of Made{n:04}" for n in range(LONGEST_TABLE + 10)} <= titles
    named = {entry.get(_HREF) for entry in tree.iter("supplementary-material")}
    assert named == {f"{FOLDER}/{name}" for name in files}
    words = "".join(tree.getroot().itertext())
    assert "The first 40 of 210 rows are shown; all stand in tbl-baseline.csv" in words
    # A second render finds everything in its place.
    assert not render(review, ["jats"], engine="embedded").fresh


def test_the_package_has_a_writer_for_the_files() -> None:
    assert any(writer.module == "whole_tables" and writer.upload for writer in WRITERS)
