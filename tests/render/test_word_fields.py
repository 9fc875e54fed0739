"""Are numbers in Word fields that follow a moved table, and do wide tables get wide pages?"""

from __future__ import annotations

import re
import subprocess
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
from lxml import etree

from analysis.render.docx_zip import write_docx
from analysis.render.engine import render
from analysis.render.finish_docx import finish_docx
from analysis.render.word_captions import WordCaption
from analysis.render.word_sections import turn_pages
from analysis.render.word_xml import (
    W,
    paragraph,
    run,
    split_at,
    style_of,
    text_of,
)
from tests.conftest import copy_review
from tests.render.office import needs_office, pages_of
from tests.render.paper_text import squeezed
from tests.short_review import keep_items

# CT_PPr and CT_TrPr (ECMA-376 part 1, 17.3.1.26 and 17.4.79), as far as this paper has them.
PARAGRAPH_ORDER = "pStyle keepNext keepLines pageBreakBefore numPr pBdr shd tabs spacing ind jc"
SECTION_ORDER = "headerReference footerReference footnotePr endnotePr type pgSz pgMar cols titlePg"
FIELD = re.compile(r"(SEQ|REF|TOC) (.*)")


def document_of(path: Path) -> Any:
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def fields(tree: Any) -> list[tuple[str, str, str]]:
    """Kind, arguments and shown result of every field; fields inside a list are its result."""
    found, open_fields = [], []
    for node in tree.iter(f"{W}fldChar", f"{W}instrText", f"{W}t"):
        if node.tag == f"{W}fldChar":
            kind = node.get(f"{W}fldCharType")
            if kind == "begin":
                open_fields.append(["", ""])
            elif kind == "end":
                instruction, shown = open_fields.pop()
                match = FIELD.match(instruction.strip())
                if match:
                    found.append((match[1], match[2], shown))
        elif open_fields:
            open_fields[-1][0 if node.tag == f"{W}instrText" else 1] += node.text or ""
    assert not open_fields, "a field has no end"
    return found


def bookmarked(tree: Any) -> dict[str, str]:
    """What stands inside each bookmark of a caption's number."""
    found = {}
    for start in tree.iter(f"{W}bookmarkStart"):
        name = start.get(f"{W}name")
        if name.startswith("_Ref"):
            pieces = []
            for after in start.itersiblings():
                if after.tag == f"{W}bookmarkEnd" and after.get(f"{W}id") == start.get(f"{W}id"):
                    break
                pieces.append(text_of(after))
            found[name] = "".join(pieces)
    return found


@pytest.fixture(scope="session")
def tree(rendered: Path) -> Any:
    return document_of(rendered / "_output/paper.docx")


@pytest.mark.rendered
@pytest.mark.xdist_group("rendered")
class TestThePaper:
    def test_every_caption_is_numbered_by_a_field_in_order(self, tree: Any) -> None:
        sequences: dict[str, list[str]] = {}
        for kind, arguments, shown in fields(tree):
            if kind == "SEQ":
                sequences.setdefault(arguments.split()[0], []).append(shown)
        assert set(sequences) >= {"Table", "Figure", "Table_S"}
        for numbers in sequences.values():
            assert numbers == [str(number) for number in range(1, len(numbers) + 1)]

    def test_every_reference_shows_what_its_bookmark_holds(self, tree: Any) -> None:
        targets = bookmarked(tree)
        references = [
            (arguments, shown) for kind, arguments, shown in fields(tree) if kind == "REF"
        ]
        assert len(references) > 5
        for arguments, shown in references:
            name, *switches = arguments.split()
            assert targets[name] == shown.replace("\u00a0", " ")
            assert "\\h" in switches

    def test_no_plain_link_to_a_numbered_item_is_left(self, tree: Any) -> None:
        left = [link.get(f"{W}anchor", "") for link in tree.iter(f"{W}hyperlink")]
        assert not [anchor for anchor in left if re.match(r"s?(tbl|fig)-", anchor)]

    def test_the_lists_name_every_item_once_and_stand_before_the_supplement(
        self, tree: Any
    ) -> None:
        lists = [entry for entry in fields(tree) if entry[0] == "TOC"]
        assert len(lists) == len({arguments for _, arguments, _ in lists})
        shown = "".join(text for _, _, text in lists).replace("\u00a0", " ")
        for label in bookmarked(tree).values():
            assert shown.count(f"{label}: ") == 1
        text = "\n".join(text_of(block) for block in tree.iter(f"{W}p"))
        assert text.index("Tables and figures\n") < text.index("Supplementary material\n")

    def test_opening_the_file_asks_nothing(self, rendered: Path) -> None:
        with zipfile.ZipFile(rendered / "_output/paper.docx") as archive:
            assert b"updateFields" not in archive.read("word/settings.xml")
            assert b"w:dirty" not in archive.read("word/document.xml")

    def test_bookmarks_have_names_and_numbers_of_their_own(self, tree: Any) -> None:
        starts = list(tree.iter(f"{W}bookmarkStart"))
        ends = [mark.get(f"{W}id") for mark in tree.iter(f"{W}bookmarkEnd")]
        numbers = [mark.get(f"{W}id") for mark in starts]
        assert len(set(numbers)) == len(numbers)
        assert sorted(numbers) == sorted(ends)
        names = [mark.get(f"{W}name") for mark in starts]
        assert len(set(names)) == len(names)
        assert all(len(name) <= 40 for name in names)

    def test_titles_and_legends_are_paragraphs_of_their_own(self, rendered: Path) -> None:
        document = docx.Document(str(rendered / "_output/paper.docx"))
        blocks = document.paragraphs
        pairs = [(block, after) for block, after in pairwise(blocks) if is_title(block)]
        assert pairs
        for block, after in pairs:
            if after.style is not None and after.style.name == "Caption Legend":
                assert block.text.endswith(".")
                assert ". " not in block.text.split(": ", 1)[1]


def is_title(block: Any) -> bool:
    return block.style is not None and block.style.name in ("Image Caption", "Table Caption")


def assert_in_order(tree: Any) -> None:
    for properties in tree.iter(f"{W}pPr"):
        assert properties.getparent().index(properties) == 0
        names = [child.tag.removeprefix(W) for child in properties]
        ranks = [(*PARAGRAPH_ORDER.split(), "rPr", "sectPr").index(name) for name in names]
        assert ranks == sorted(set(ranks)), names
    for section in tree.iter(f"{W}sectPr"):
        names = [child.tag.removeprefix(W) for child in section]
        ranks = [SECTION_ORDER.split().index(name) for name in names]
        assert ranks == sorted(ranks), names
    for properties in tree.iter(f"{W}trPr"):
        names = [child.tag.removeprefix(W) for child in properties]
        assert names in (["cantSplit"], ["cantSplit", "tblHeader"]), names


@pytest.mark.rendered
@pytest.mark.xdist_group("rendered")
def test_header_rows_are_bold_in_every_program(tree: Any) -> None:
    for row in tree.iter(f"{W}tr"):
        runs = list(row.iter(f"{W}r"))
        if row.find(f"{W}trPr/{W}tblHeader") is not None:
            assert runs
            assert all(run.find(f"{W}rPr/{W}b") is not None for run in runs)


@pytest.mark.rendered
@pytest.mark.xdist_group("rendered")
def test_properties_stand_in_the_order_of_the_schema(tree: Any) -> None:
    assert_in_order(tree)


# Landscape pages -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The paper with wide tables in the text, below a heading, and at the very end."""
    root = copy_review(tmp_path_factory.mktemp("wide") / "review")
    keep_items(root, {"tbl", "stbl", "fig-response"})
    protocol = root / "data/protocol.yml"
    text = protocol.read_text(encoding="utf-8")
    last = re.findall(r"stbl-[\w-]+", (root / "manuscript/_supplement.qmd").read_text("utf-8"))[-1]
    for item in ("tbl-baseline", "stbl-searches", "stbl-pools", last):
        entry = re.search(rf"\{{id: {item}, [^}}]*", text)
        assert entry is not None
        if "landscape" not in entry[0]:
            text = text.replace(entry[0], f"{entry[0]}, landscape: true")
    protocol.write_text(text, encoding="utf-8")
    render(root, ["pdf", "docx"], engine="embedded")
    return root / "_output"


@pytest.mark.rendered
@pytest.mark.xdist_group("rendered")
class TestWideTables:
    def test_word_turns_their_pages_and_keeps_the_footer(self, wide: Path) -> None:
        sections = list(docx.Document(str(wide / "paper.docx")).sections)
        turned = [bool(section.page_width > section.page_height) for section in sections]  # type: ignore[operator]
        # Upright and lying in turn: tables that follow each other share their pages.
        assert turned == [number % 2 == 1 for number in range(len(turned))]
        assert len(turned) >= 5
        for section in sections:
            assert "PAGE" in etree.tostring(section.footer._element).decode()

    def test_headings_go_along_and_no_page_stays_empty(self, wide: Path) -> None:
        tree = document_of(wide / "paper.docx")
        body = tree.find(f"{W}body")
        blocks = [block for block in body if block.tag in (f"{W}p", f"{W}tbl")]
        for at, block in enumerate(blocks):
            if block.find(f"{W}pPr/{W}sectPr") is None:
                continue
            assert "Heading" not in style_of(blocks[at - 1])
            for near in blocks[at - 1 : at + 2]:
                assert near.find(f'{W}r/{W}br[@{W}type="page"]') is None
        assert_in_order(tree)

    def test_word_tables_fill_the_width_of_their_page(self, wide: Path) -> None:
        widths = []
        for table in docx.Document(str(wide / "paper.docx")).tables:
            columns = table._tbl.iter(f"{W}gridCol")
            widths.append(sum(int(column.get(f"{W}w") or 0) for column in columns))
        assert max(widths) > 14000  # 25 cm
        assert all(9200 < width < 9400 or width > 14000 for width in widths)

    def test_pdf_turns_their_pages_and_counts_on(self, wide: Path) -> None:
        pages = pypdf.PdfReader(wide / "paper.pdf").pages
        turned = [page for page in pages if page.mediabox.width > page.mediabox.height]
        assert turned
        assert any("Table 1:" in page.extract_text().replace("\u00a0", " ") for page in turned)
        for number, page in enumerate(pages, start=1):
            text = page.extract_text()
            assert f"{number} / {len(pages)}" in text
            # A page that a break has left empty has nothing but head and foot: about 100 letters
            # and 3,000 bytes. A page with a picture alone draws far more.
            contents = page.get_contents()
            assert contents is not None
            assert len(text) > 120 or len(contents.get_data()) > 10_000


# Moving a table ------------------------------------------------------------------------------


def caption_and_table(tree: Any, label: str) -> list[Any]:
    body = list(tree.find(f"{W}body"))
    start = next(
        at
        for at, block in enumerate(body)
        if text_of(block).startswith(f"{label}:") and block.find(f"{W}bookmarkStart") is not None
    )
    end = next(at for at in range(start, len(body)) if body[at].tag == f"{W}tbl")
    return body[start : end + 1]


@pytest.mark.rendered
@pytest.mark.xdist_group("rendered")
@needs_office
def test_numbers_and_references_follow_a_table_that_is_moved(
    rendered: Path, tmp_path: Path
) -> None:
    paper = rendered / "_output/paper.docx"
    tree = document_of(paper)
    first, second = (caption_and_table(tree, label) for label in ("Table S1", "Table S2"))
    words = {
        label: text_of(block[0]).split(": ", 1)[1]
        for label, block in (("S1", first), ("S2", second))
    }
    for block in second:
        first[0].addprevious(block)
    # Nothing is asked about pictures, and LibreOffice takes long over them.
    etree.strip_elements(tree, f"{W}drawing", with_tail=False)
    moved = tmp_path / "moved.docx"
    write_docx(paper.read_bytes(), moved, {"word/document.xml": etree.tostring(tree)})
    pages = pages_of(moved, tmp_path)
    text = squeezed(" ".join(page.extract_text() for page in pages))
    # What each table is called behind the list, which is updated on request only.
    supplement = text[text.index("Supplementarymaterial") :]
    assert squeezed(f"Table S1: {words['S2']}") in supplement
    assert squeezed(f"Table S2: {words['S1']}") in supplement
    before = [shown for kind, _, shown in fields(document_of(paper)) if kind == "REF"]
    swapped = {"1": "2", "2": "1"}
    for shown in before:
        label = shown.replace("\u00a0", " ")
        if label in ("Table S1", "Table S2"):
            new = label[:-1] + swapped[label[-1]]
            sentence = sentence_with(tree, label)
            assert squeezed(sentence.replace(label, new)) in text


def sentence_with(tree: Any, label: str) -> str:
    """The words around the first reference to an item, a few characters on either side."""
    for block in tree.iter(f"{W}p"):
        text = text_of(block)
        at = text.find(label)
        if at >= 0 and not text.startswith(label + ":"):
            return text[max(at - 12, 0) : at + len(label) + 12]
    raise AssertionError(f"nothing refers to {label}")


# As Quarto writes it -------------------------------------------------------------------------

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
    pandoc.List(), { pandoc.AlignDefault }, { 1 }, pandoc.List(), { { { cell } } }))
end
"""
QUARTO_TEXT = """
# First {#sec-x}

See [Table 1](#tbl-a), [Section 1](#sec-x), [Tables S1](#stbl-b) and [Figure 1](#fig-c).

::: {#tbl-a}
| Head | Head |
|------|------|
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
    command = [pypandoc.get_pandoc_path(), "--lua-filter=quarto.lua", f"--output={path}"]
    subprocess.run(command, input=text, text=True, encoding="utf-8", cwd=tmp_path, check=True)
    return path


def test_what_quarto_writes_gets_the_same_fields(quarto_document: Path) -> None:
    finish_docx(quarto_document, QUARTO_ITEMS)
    tree = document_of(quarto_document)
    assert sorted(bookmarked(tree).values()) == ["1", "Figure 1", "Table 1", "Table S1"]
    assert [(kind, shown) for kind, _, shown in fields(tree) if kind != "TOC"] == [
        ("REF", "Table\u00a01"),
        ("REF", "1"),
        ("REF", "Figure\u00a01"),
        *[("SEQ", "1")] * 3,
    ]
    text = [text_of(block) for block in tree.iter(f"{W}p")]
    assert "See Table 1, Section 1, Tables S1 and Figure 1." in text
    titles = ["Table 1: First.", "Figure 1: A picture of Fig. no. 2.", "Table S1: In vs. Out of it"]
    start = text.index("Tables and figures")
    assert text[start + 1 :] == [titles[0], titles[1], titles[2]]
    assert {*titles, "More of it.", "Its legend."} <= set(text[:start])
    assert next(link.get(f"{W}anchor") for link in tree.iter(f"{W}hyperlink")) == "sec-x"
    for properties in tree.iter(f"{W}pPr"):
        assert len(properties.getparent().findall(f"{W}pPr")) == 1


def test_what_quarto_writes_is_laid_out_for_word(quarto_document: Path) -> None:
    finish_docx(quarto_document, QUARTO_ITEMS)
    document = docx.Document(str(quarto_document))
    assert [section.orientation for section in document.sections] == [0, 1, 0]
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


def test_finishing_a_paper_twice_changes_nothing(quarto_document: Path) -> None:
    finish_docx(quarto_document, QUARTO_ITEMS)
    once = quarto_document.read_bytes()
    finish_docx(quarto_document, QUARTO_ITEMS)
    assert quarto_document.read_bytes() == once


def test_a_paragraph_is_cut_inside_and_between_runs() -> None:
    for position, expected in (
        (0, ["", "abcdef"]),
        (2, ["ab", "cdef"]),
        (3, ["abc", "def"]),
        (6, ["abcdef", ""]),
    ):
        block = paragraph("Normal", run("abc"), run("def"))
        cut = split_at(block, position)
        assert cut is not None
        assert ["".join(map(text_of, block[:cut])), "".join(map(text_of, block[cut:]))] == expected
