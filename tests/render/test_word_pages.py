"""Do wide tables get wide pages, in Word and in the PDF?"""

from __future__ import annotations

import re
from pathlib import Path

import docx
import pypdf
import pytest
from lxml import etree

from analysis.manuscript.word_xml import W, style_of
from analysis.paper.tables import orientation
from analysis.render.engine import render
from tests.conftest import copy_review
from tests.render.word_reading import assert_in_order, document_of
from tests.short_review import keep_items


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The paper with wide tables in the text, below a heading, and at the very end."""
    root = copy_review(tmp_path_factory.mktemp("wide") / "review")
    keep_items(root, {"tbl", "stbl", "fig-response"})
    protocol = root / "data/protocol.yml"
    text = protocol.read_text(encoding="utf-8")
    last = re.findall(r"stbl-[\w-]+", (root / "manuscript/_supplement.qmd").read_text("utf-8"))[-1]
    for item in ("tbl-baseline", "stbl-searches", "tbl-pools", last):
        entry = re.search(rf"\{{id: {item}, [^}}]*", text)
        assert entry is not None
        if "landscape" not in entry[0]:
            text = text.replace(entry[0], f"{entry[0]}, landscape: true")
    protocol.write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        # As if no word had room beside another on an upright page.
        patch.setattr(orientation, "_WORD", 1)
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
