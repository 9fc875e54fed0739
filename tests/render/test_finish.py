"""Are Word and JATS files set right, whichever engine wrote them?"""

from __future__ import annotations

import json
import re
from pathlib import Path

import docx
import pypandoc
import pypdf
import pytest
import typst
from lxml import etree

from analysis.render.finish_docx import finish_docx
from analysis.render.finish_jats import finish_jats
from tests.conftest import ROOT

TABLES = ROOT / "manuscript/filters/tables.lua"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def layout_document(path: Path) -> None:
    """A table inside a layout table of one cell, as Quarto writes a cross-referenced table."""
    document = docx.Document()
    document.add_paragraph("Before")
    outer = document.add_table(rows=1, cols=1)
    cell = outer.cell(0, 0)
    cell.paragraphs[0].text = "Table 1: Caption"
    inner = cell.add_table(rows=2, cols=2)
    inner.cell(0, 0).text = "Head"
    inner.cell(1, 1).text = "Value"
    document.add_paragraph("After")
    plain = document.add_table(rows=1, cols=1)
    plain.cell(0, 0).text = "A table that really has one cell"
    document.save(str(path))


def test_a_layout_table_is_taken_out_and_its_content_kept_in_order(tmp_path: Path) -> None:
    path = tmp_path / "paper.docx"
    layout_document(path)
    finish_docx(path, {})
    body = docx.Document(str(path)).element[0]
    kinds = [str(element.tag).removeprefix(W) for element in body if element.tag != f"{W}sectPr"]
    assert kinds[:4] == ["p", "p", "tbl", "p"]
    text = " ".join(t.text or "" for t in body.iter(f"{W}t"))
    assert text == "Before Table 1: Caption Head Value After A table that really has one cell"
    assert len(docx.Document(str(path)).tables) == 2


def test_finishing_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "paper.docx"
    layout_document(path)
    finish_docx(path, {})
    once = path.read_bytes()
    finish_docx(path, {})
    assert path.read_bytes() == once


def test_no_heading_of_rows_and_no_note_stands_alone_on_a_page(tmp_path: Path) -> None:
    """Word keeps a row with the next one when its paragraphs say so."""
    path = tmp_path / "paper.docx"
    document = docx.Document()
    table = document.add_table(rows=8, cols=2)
    texts = ["head", "Group A", "a1", "a2", "Group B", "b1", "Note 1", "Note 2"]
    for row, text in zip(table.rows, texts, strict=True):
        row.cells[0].text = text
        if text.startswith(("Group", "Note")):
            row.cells[0].merge(row.cells[1])
    etree.SubElement(table.rows[0]._tr.get_or_add_trPr(), f"{W}tblHeader")
    document.save(str(path))
    finish_docx(path, {})
    (found,) = docx.Document(str(path)).tables
    kept = [
        row.cells[0].text.strip()
        for row in found.rows
        if row._tr.find(f".//{W}keepNext") is not None
    ]
    assert kept == ["head", "Group A", "Group B", "b1", "Note 1"]


@pytest.mark.parametrize(
    ("superscript", "read"), [(True, "Smith 2020@"), (False, "Smith 2020\u00a0@")]
)
def test_a_superscript_number_in_a_cell_stands_close_to_its_word(
    tmp_path: Path, superscript: bool, read: str
) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"citation-after-punctuation": superscript}), encoding="utf-8")
    cell = '<td>Smith 2020\u00a0<span data-qmd="[@x]"></span></td>'
    native = pypandoc.convert_text(
        f"```{{=html}}\n<table><tr>{cell}</tr></table>\n```\n",
        "json",
        format="markdown",
        extra_args=[f"--lua-filter={TABLES}", f"--metadata-file={facts}"],
    )
    shown = ""
    for node in re.finditer(r'"t":"(Str|Space|Cite)"(?:,"c":"([^"]*)")?', native):
        kind, text = node.groups()
        shown += {"Space": " ", "Cite": "@"}.get(kind, json.loads(f'"{text}"') if text else "")
    assert read in shown


def test_the_heading_of_a_group_keeps_its_first_row_in_typst(tmp_path: Path) -> None:
    """The rows are those that pandoc 3.9 writes for a table of this review."""
    group = "table.cell(align: left, colspan: 2)[#strong[Overall survival, months]]"
    rows = f"""#figure(align(center)[#table(columns: 2,
    table.header([Study], [Weight],),
    {"[A study], [1]," * 3}
    {group},
    table.cell(align: left)[First of its group], [2],
    table.footer(table.cell(colspan: 2)[† A note.]),
)], kind: table)"""
    style = (ROOT / "manuscript/styles/paper.typ").read_text(encoding="utf-8")
    pages = []
    # The last height at which all fits is one at which the heading would end a page alone.
    for height in range(24, 64, 2):
        source = tmp_path / "table.typ"
        page = f"#set page(width: 8cm, height: {height}mm, margin: 5mm)\n"
        source.write_text(f"{style}\n{page}{rows}\n", encoding="utf-8")
        typst.compile(str(source), output=str(tmp_path / "table.pdf"))
        texts = [page.extract_text() for page in pypdf.PdfReader(tmp_path / "table.pdf").pages]
        for text in texts:
            assert ("Overall survival" in text) <= ("First of its group" in text)
        pages.append(len(texts))
    assert {1, 2} <= set(pages)


@pytest.mark.parametrize("group", [False, True])
def test_notes_of_a_table_never_stand_alone_on_a_page(tmp_path: Path, group: bool) -> None:
    """The last row goes with them, and with it the label of its group."""
    style = (ROOT / "manuscript/styles/paper.typ").read_text(encoding="utf-8")
    label = "table.cell(align: left, colspan: 2)[#strong[Group]]," if group else ""
    rows = f"""#figure(align(center)[#table(columns: 2, table.header([Study], [Weight],),
    {"[A study], [1]," * 12} {label} [The last], [2],
    table.footer(table.cell(colspan: 2)[† A note.], table.cell(colspan: 2)[More of it.]),
)], kind: table)"""
    broken = 0
    for height in range(40, 90, 3):
        source = tmp_path / "table.typ"
        page = f"#set page(width: 8cm, height: {height}mm, margin: 5mm)\n"
        source.write_text(f"{style}\n{page}{rows}\n", encoding="utf-8")
        typst.compile(str(source), output=str(tmp_path / "table.pdf"))
        texts = [page.extract_text() for page in pypdf.PdfReader(tmp_path / "table.pdf").pages]
        (end,) = [text for text in texts if "A note" in text]
        assert "The last" in end
        assert "More of it." in end
        assert ("Group" in end) == group
        assert sum(text.count("A study") for text in texts) == 12
        broken += len(texts) > 1
    assert broken > 3


def test_word_carries_no_date_and_no_front_matter_in_its_properties(tmp_path: Path) -> None:
    path = tmp_path / "paper.docx"
    layout_document(path)
    finish_docx(path, {})
    core = docx.Document(str(path)).core_properties
    assert core.created is None
    assert core.modified is None


def test_a_table_of_quarto_is_no_figure_and_its_page_break_no_paragraph(tmp_path: Path) -> None:
    path = tmp_path / "paper.xml"
    path.write_text(
        "<article><body><sec><title>A</title><p/>"
        '<fig id="tbl-a"><caption><p>Table\u00a01: Pools.</p></caption>'
        "<table-wrap><table><tbody><tr><td><p/></td></tr></tbody></table></table-wrap></fig>"
        '<p>See <xref rid="tbl-a">Table 1</xref></p></sec><p></p></body></article>',
        encoding="utf-8",
    )
    finish_jats(path, {})
    body = etree.parse(path).getroot()[0]
    assert [element.tag for element in body] == ["sec"]
    assert [element.tag for element in body[0]] == ["title", "table-wrap", "p"]
    wrap = body[0][1]
    assert wrap.get("id") == "tbl-a"
    assert [element.tag for element in wrap] == ["label", "caption", "table"]
    assert wrap.find(".//td/p") is not None
    assert [link.get("ref-type") for link in body.iter("xref")] == ["table"]


def references(folder: Path, linked: dict[str, str], listed: str) -> list[tuple[str, str | None]]:
    path = folder / "paper.xml"
    links = ", ".join(f'<xref rid="ref-{key}">{text}</xref>' for key, text in linked.items())
    refs = "".join(f'<ref id="ref-{key}"/>' for key in listed)
    path.write_text(
        f"<article><front><article-meta><history/></article-meta></front><body><p>{links}</p></body>"
        f"<back><ref-list><title/>{refs}</ref-list></back></article>",
        encoding="utf-8",
    )
    finish_jats(path, {})
    article = etree.parse(path).getroot()
    assert article.find(".//history") is None
    entries = article.iterfind(".//ref-list/ref")
    return [(entry.get("id", ""), entry.findtext("label")) for entry in entries]


def test_references_of_quarto_get_the_order_and_numbers_of_the_text(tmp_path: Path) -> None:
    # Quarto lists them as the bibliography's file does; 3 stands within the range 2 to 4 only.
    found = references(tmp_path, {"d": "1", "a": "2", "b": "4"}, "abcd")
    assert found == [("ref-d", "1"), ("ref-a", "2"), ("ref-c", "3"), ("ref-b", "4")]


def test_a_number_that_the_text_does_not_tell_is_not_guessed(tmp_path: Path) -> None:
    found = references(tmp_path, {"d": "1", "a": "4"}, "abcd")
    assert found == [("ref-d", "1"), ("ref-b", None), ("ref-c", None), ("ref-a", "4")]
    assert references(tmp_path, {"a": "1", "d": "4"}, "abcd")[1:3] == [
        ("ref-b", "2"),
        ("ref-c", "3"),
    ]


def test_jats_labels_leave_the_caption_and_pictures_get_their_texts(tmp_path: Path) -> None:
    path = tmp_path / "paper.xml"
    path.write_text(
        '<article xmlns:xlink="http://www.w3.org/1999/xlink"><front><journal-meta><journal-id/>'
        "<issn/></journal-meta></front><body>"
        '<fig id="fig-a"><caption><p>Figure\u00a01: A <italic>flow</italic>.</p></caption>'
        '<graphic xlink:href="_generated/figures/fig-a.png"/></fig>'
        '<table-wrap id="stbl-b"><caption><p>Table\u00a0S2: Pools.</p></caption></table-wrap>'
        '<fig id="fig-c"><caption><p>Without a label.</p></caption></fig>'
        "</body></article>",
        encoding="utf-8",
    )
    pictures = finish_jats(path, {"fig-a": "What it shows"})
    assert pictures == {"fig-a.png": "_generated/figures/fig-a.png"}
    tree = etree.parse(path).getroot()
    assert [label.text for label in tree.iter("label")] == ["Figure\u00a01", "Table\u00a0S2"]
    assert tree.findtext(".//fig/caption/p") == "A "
    graphic = tree.find(".//graphic")
    assert graphic is not None
    assert graphic.get("{http://www.w3.org/1999/xlink}href") == "figures/fig-a.png"
    assert graphic.findtext("alt-text") == "What it shows"
    assert tree.find(".//journal-meta") is None


def test_sections_and_references_of_quarto_get_their_label_and_title(tmp_path: Path) -> None:
    path = tmp_path / "paper.xml"
    path.write_text(
        "<article><front/><body>"
        "<sec><title>1 Introduction</title><p>A</p></sec>"
        "<sec><title>2. Results</title><sec><title>2.1\u00a0Search</title><p>B</p></sec>"
        "<sec><title>3 arms compared</title><p>C</p></sec></sec>"
        '<sec id="sec-references"><title>References</title></sec>'
        '</body><back><ref-list><title></title><ref id="ref-a"/></ref-list></back></article>',
        encoding="utf-8",
    )
    finish_jats(path, {})
    tree = etree.parse(path).getroot()
    found = [(s.findtext("label"), s.findtext("title")) for s in tree.iter("sec")]
    assert found == [
        ("1", "Introduction"),
        ("2", "Results"),
        ("2.1", "Search"),
        (None, "3 arms compared"),
    ]
    listed = tree.find(".//ref-list")
    assert listed is not None
    assert (listed.get("id"), listed.findtext("title")) == ("sec-references", "References")
