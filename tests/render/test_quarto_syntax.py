"""Does everything that docs/manuscript.md promises come out of Quarto's filters alike?

`like_quarto` stands for them: own figures, panels, formulas, tables, callouts and landscape pages
are rendered by it in four formats, and compared with the embedded engine's.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import pypdf
import pytest
from lxml import etree, html

from analysis.manuscript.word_xml import W, style_of, text_of
from analysis.render.jats_validity import jats_problems
from tests.render.like_quarto import paper_like_quarto
from tests.render.paper_text import READERS, first_difference, plain, squeezed
from tests.render.word_reading import assert_in_order

pytestmark = pytest.mark.xdist_group("own")


@pytest.fixture(scope="module")
def quartos(own: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return paper_like_quarto(own, tmp_path_factory.mktemp("own-quarto"))


@pytest.mark.parametrize("name", ["html", "docx", "jats"])
def test_both_engines_print_the_same_text(own: Path, quartos: Path, name: str) -> None:
    embedded, quarto = (squeezed(READERS[name](folder)) for folder in (own / "_output", quartos))
    assert quarto == embedded, first_difference(embedded, quarto)


def test_the_pdf_has_the_same_words(own: Path, quartos: Path) -> None:
    # Figures float, so the order of the text is no sign; and Quarto's PDF writes "Figure 3a".
    embedded, quarto = (
        READERS["pdf"](folder).replace("Figure 3 (a)", "Figure 3a")
        for folder in (own / "_output", quartos)
    )
    assert sorted(quarto.split()) == sorted(embedded.split())
    assert "A picture without a number." in quarto
    assert not re.search(r"(Figure|Table) \d+: (A picture without a number|A wide table)", quarto)


def test_pictures_of_the_pdf_are_described(quartos: Path) -> None:
    source = (quartos / "typst/paper.typ").read_text(encoding="utf-8")
    for words in ("An arrow from drug to tumour.", "A grey square.", "Another grey square."):
        assert f'alt: "{words}"' in source
    assert source.count("#set figure(placement: auto)") >= 3  # fig-flow, fig-mechanism, fig-plain


def test_wide_pages_of_the_pdf_lie(own: Path, quartos: Path) -> None:
    for folder in (own / "_output", quartos):
        (lying,) = [
            page
            for page in pypdf.PdfReader(folder / "paper.pdf").pages
            if "A wide table is easier" in page.extract_text()
        ]
        assert lying.mediabox.width > lying.mediabox.height


def test_the_jats_file_is_valid_and_alike(own: Path, quartos: Path) -> None:
    assert jats_problems(quartos / "paper.xml") == ()
    embedded, quarto = (
        etree.parse(folder / "paper.xml").getroot() for folder in (own / "_output", quartos)
    )
    for path in (
        "//fig-group[@id='fig-centres']/fig/label",
        "//disp-formula[@id='eq-pool']/label",
        "//boxed-text[@content-type='note']/caption/title",
        "//table-wrap[@id]/label",
        "//graphic/alt-text",
        "//xref[@ref-type]",
        "//back/ref-list/title",
        "//back/app-group/app",
    ):
        found = [
            [plain(node.xpath("string()")) for node in tree.xpath(path)]
            for tree in (embedded, quarto)
        ]
        assert found[0] == found[1] != [], path
    # A figure in a figure, a panel as a table: what Quarto makes of them alone.
    assert not quarto.xpath("//fig//fig | //fig//table | //named-content[@content-type='value']")


def test_the_page_has_boxes_panels_and_numbers_at_the_end_of_formulas(
    own: Path, quartos: Path
) -> None:
    embedded, quarto = (
        html.fromstring((folder / "paper.html").read_bytes())
        for folder in (own / "_output", quartos)
    )
    for path in (
        "//div[@class='box box-note'][@role='note'][@aria-label='How to read this']",
        "//span[@id='eq-pool'][@class='equation']/span[@class='number'][.='(1)']",
        "//figure[contains(@class, 'part')]/figcaption",
        "//img[@alt='Another grey square.']",
        "//figure[@class='float float-figure']/figcaption[contains(., 'without a number')]",
        "//div[@class='scroll float-table'][@role='region']/table",
    ):
        assert 0 < len(embedded.xpath(path)) == len(quarto.xpath(path)), path
    assert len(quarto.xpath("//div[@class='quarto-layout-row']/div")) == 4
    assert not quarto.xpath("//*[contains(@class, 'callout')]")


def word(folder: Path) -> Any:
    with zipfile.ZipFile(folder / "paper.docx") as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def test_words_pages_panels_and_formulas_are_alike(own: Path, quartos: Path) -> None:
    embedded, quarto = word(own / "_output"), word(quartos)
    assert_in_order(quarto)
    assert all(len(p.findall(f"{W}jc")) <= 1 for p in quarto.iter(f"{W}pPr"))
    for tag in ("tbl", "sectPr", "footnoteReference", "drawing"):
        assert len(list(quarto.iter(f"{W}{tag}"))) == len(list(embedded.iter(f"{W}{tag}"))), tag
    lying = [
        [size.get(f"{W}orient") for size in tree.iter(f"{W}pgSz")] for tree in (embedded, quarto)
    ]
    assert lying[0] == lying[1]
    described = [[n.get("descr") for n in tree.iter("{*}docPr")] for tree in (embedded, quarto)]
    assert described[0] == described[1]
    for tree in (embedded, quarto):
        panels = [t for t in tree.iter(f"{W}tbl") if "centre" in _pictures(t)]
        styles = {t.find(f"{W}tblPr/{W}tblStyle").get(f"{W}val") for t in panels}
        assert styles == {"Panel"}


@pytest.mark.parametrize("engine", ["embedded", "quarto"])
def test_word_looks_as_written_by_hand(own: Path, quartos: Path, engine: str) -> None:
    folder = own / "_output" if engine == "embedded" else quartos
    tree = word(folder)
    body = tree.find(f"{W}body")
    (keywords,) = [p for p in body.iter(f"{W}p") if text_of(p).startswith("Keywords:")]
    assert "anlotinib, hepatocellular carcinoma" in text_of(keywords)
    # Pictures stay with their captions, panels included.
    pictures = [p for p in body.iter(f"{W}p") if p.find(f".//{W}drawing") is not None]
    assert {style_of(p) for p in pictures} == {"CaptionedFigure"}
    with zipfile.ZipFile(folder / "paper.docx") as archive:
        styles = etree.fromstring(archive.read("word/styles.xml"))
    assert styles.find(f"{W}style[@{W}styleId='CaptionedFigure']/{W}pPr/{W}keepNext") is not None
    for caption in body.iter(f"{W}p"):
        if not re.match(r"(Table|Figure) S?\d+: ", text_of(caption)) or not style_of(caption):
            continue
        bold = [r for r in caption.findall(f"{W}r") if r.find(f"{W}rPr/{W}b") is not None]
        if style_of(caption).endswith("Caption"):
            assert re.fullmatch(r"(Table|Figure) S?\d+:\s?", "".join(map(text_of, bold)))
    # Headings count themselves: nobody has typed a number.
    headings = [p for p in body.iter(f"{W}p") if re.match(r"Heading\d$", style_of(p))]
    assert sum(p.find(f"{W}pPr/{W}numPr") is not None for p in headings) > 10
    assert not [text_of(p) for p in headings if text_of(p)[:1].isdigit()]
    # Text behind a table keeps away from it; a caption, a heading has a distance of its own.
    for table in body.findall(f"{W}tbl"):
        after = next(node for node in table.itersiblings() if node.tag == f"{W}p")
        apart = after.find(f"{W}pPr/{W}spacing") is not None
        assert apart or re.match(r"(Table|Image)Caption|Heading", style_of(after))
    assert not re.search(r'w:jc w:val="let"', etree.tostring(tree).decode())


def _pictures(table: Any) -> str:
    return " ".join(node.get("descr", "") for node in table.iter("{*}cNvPr")) + text_of(table)
