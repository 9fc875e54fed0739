"""Does a Word file that Quarto wrote get the same fields and pages?"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import docx
import pytest

from analysis.manuscript.reference_docx import write_reference_docx
from analysis.manuscript.word_xml import W, text_of
from analysis.render.finish_docx import finish_docx
from analysis.render.word_captions import WordCaption
from analysis.render.word_sections import turn_pages
from tests.render.word_reading import assert_in_order, bookmarked, document_of, fields

# Quarto 1.9 puts a float into a table of one cell, with a second pPr in no order before the caption
# (its filters floatreftarget.lua and layout/docx.lua).
QUARTO_FILTER = """
local properties = '<w:pPr><w:jc w:val="let"/><w:spacing w:before="200"/>' ..
  '<w:pStyle w:val="ImageCaption"/></w:pPr>'
function Div(div)
  local words = div.content:remove()
  local caption = pandoc.Para({ pandoc.RawInline("openxml", properties) })
  caption.content:extend(words.content)
  local cell = pandoc.Div(div.content, pandoc.Attr(div.identifier))
  cell.content:insert(div.identifier:match("tbl") and 1 or #cell.content + 1, caption)
  return pandoc.utils.from_simple_table(pandoc.SimpleTable(
    pandoc.List(), { pandoc.AlignCenter }, { 1 }, pandoc.List(), { { { cell } } }))
end
"""
QUARTO_TEXT = """
# First {#sec-x}

See [Table 1](#tbl-a), [Section 1](#sec-x), [Tables S1](#stbl-b) and [Figure 1](#fig-c).

::: {#tbl-a}
| Head | Head |
|------|-----:|
| Cell | Cell |

Table 1: First. More of it.
:::

::: {#fig-c}
![](picture.png)

Figure 1: A picture of Fig. no. 2. Its legend.
:::

# Second

::: {#stbl-b}
| Head | Head |
|------|------|
| Cell | Cell |

Table S1: In vs. Out of it
:::
"""
QUARTO_ITEMS = {
    "stbl-b": {"kind": "table", "landscape": True},
    "fig-c": {"kind": "figure", "images": [{"name": "picture", "alt": "What it shows"}]},
}


@pytest.fixture
def quarto_document(tmp_path: Path) -> Path:
    """Captions, links and pictures as Quarto leaves them in a Word file."""
    import pypandoc
    from PIL import Image

    Image.new("RGB", (8, 8)).save(tmp_path / "picture.png")
    (tmp_path / "quarto.lua").write_text(QUARTO_FILTER, encoding="utf-8")
    path = tmp_path / "paper.docx"
    text = re.sub(r"(Table|Tables|Figure|Section) (S?\d)", "\\1\u00a0\\2", QUARTO_TEXT)
    # The project's _quarto.yml names it, and Quarto hands it on.
    write_reference_docx(tmp_path / "reference.docx")
    command = [pypandoc.get_pandoc_path(), "--lua-filter=quarto.lua", f"--output={path}"]
    command.append("--reference-doc=reference.docx")
    subprocess.run(command, input=text, text=True, encoding="utf-8", cwd=tmp_path, check=True)
    return path


def test_what_quarto_writes_gets_the_same_fields(quarto_document: Path) -> None:
    finish_docx(quarto_document, QUARTO_ITEMS)
    tree = document_of(quarto_document)
    assert sorted(bookmarked(tree).values()) == ["1", "Figure 1", "Table 1", "Table S1"]
    assert [(kind, shown) for kind, _, shown in fields(tree) if kind in ("REF", "SEQ")] == [
        ("REF", "Table\u00a01"),
        ("REF", "1"),
        ("REF", "Figure\u00a01"),
        *[("SEQ", "1")] * 3,
    ]
    text = [text_of(block) for block in tree.iter(f"{W}p")]
    assert "See Table 1, Section 1, Tables S1 and Figure 1." in text
    titles = ["Table 1: First.", "Figure 1: A picture of Fig. no. 2.", "Table S1: In vs. Out of it"]
    # An entry ends with a tab, behind which the page stands.
    listed = ["Tables", titles[0], "Figures", titles[1], "Supplementary tables", titles[2]]
    start = text.index("Tables")
    assert [line.rstrip() for line in text[start : start + 6]] == listed
    assert {*titles, "More of it.", "Its legend."} <= set(text[start + 6 :])
    anchors = [link.get(f"{W}anchor", "") for link in tree.iter(f"{W}hyperlink")]
    assert [anchor for anchor in anchors if not anchor.startswith("_Ref")] == ["sec-x"]
    for properties in tree.iter(f"{W}pPr"):
        assert len(properties.getparent().findall(f"{W}pPr")) == 1


def test_what_quarto_writes_is_laid_out_for_word(quarto_document: Path) -> None:
    finish_docx(quarto_document, QUARTO_ITEMS)
    document = docx.Document(str(quarto_document))
    # The wide table is the last of the document.
    assert [section.orientation for section in document.sections] == [0, 1]
    assert len(document.tables) == 2
    styles = {block.text: block.style.name for block in document.paragraphs if block.style}
    assert styles["Table\u00a01: First."] == "Table Caption"
    assert styles["Figure\u00a01: A picture of Fig. no. 2."] == "Image Caption"
    (picture,) = document.inline_shapes
    assert picture._inline.docPr.get("descr") == "What it shows"
    # The heading above the wide table stands on its page: behind the end of the first section.
    words = [block.text for block in document.paragraphs]
    assert words[words.index("Second") - 1] == ""


def test_a_wide_table_at_the_very_end_ends_the_document_lying(quarto_document: Path) -> None:
    finish_docx(quarto_document, {})
    tree = document_of(quarto_document)
    body = tree.find(f"{W}body")
    table = body.findall(f"{W}tbl")[-1]
    for block in [block for block in table.itersiblings() if block.tag == f"{W}p"]:
        body.remove(block)
    caption = WordCaption("stbl-b", True, "", "", "", "", _caption_above(table))
    turn_pages(tree, [caption], {"stbl-b"})
    sizes = [section.find(f"{W}pgSz") for section in tree.iter(f"{W}sectPr")]
    assert [None if size is None else size.get(f"{W}orient") for size in sizes] == [
        None,
        "landscape",
    ]
    assert_in_order(tree)


def _caption_above(table: Any) -> Any:
    return next(block for block in table.itersiblings(preceding=True) if block.tag == f"{W}p")


def test_cells_keep_their_own_alignment(quarto_document: Path) -> None:
    # Quarto's layout table is centred, and pandoc writes that into every paragraph inside.
    before = document_of(quarto_document)
    assert any(len(p.findall(f"{W}jc")) > 1 for p in before.iter(f"{W}pPr"))
    finish_docx(quarto_document, QUARTO_ITEMS)
    tree = document_of(quarto_document)
    assert all(len(p.findall(f"{W}jc")) <= 1 for p in tree.iter(f"{W}pPr"))
    cells = [cell.find(f".//{W}jc") for cell in next(tree.iter(f"{W}tbl")).iter(f"{W}tc")]
    assert [None if jc is None else jc.get(f"{W}val") for jc in cells] == [None, "right"] * 2
    assert_in_order(tree)


def test_pictures_labels_and_text_behind_tables_look_as_in_the_embedded_file(
    quarto_document: Path,
) -> None:
    finish_docx(quarto_document, QUARTO_ITEMS)
    document = docx.Document(str(quarto_document))
    (picture,) = [p for p in document.paragraphs if p._p.findall(f".//{W}drawing")]
    assert picture.style is not None
    assert picture.style.name == "Captioned Figure"
    caption = next(p for p in document.paragraphs if p.text.startswith("Table\u00a01"))
    bold = "".join(r.text for r in caption.runs if r.bold)
    assert " ".join(bold.replace("\u00a0", " ").split()) == "Table 1:"
    assert "First." in "".join(r.text for r in caption.runs if not r.bold)
    tree = document_of(quarto_document)
    table = next(tree.iter(f"{W}tbl"))
    after = next(block for block in table.itersiblings() if block.tag == f"{W}p")
    assert after.find(f"{W}pPr/{W}spacing") is not None


def test_finishing_a_paper_twice_changes_nothing(quarto_document: Path) -> None:
    finish_docx(quarto_document, QUARTO_ITEMS)
    once = quarto_document.read_bytes()
    finish_docx(quarto_document, QUARTO_ITEMS)
    assert quarto_document.read_bytes() == once
