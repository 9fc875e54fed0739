"""Do the finished files say what was computed, the same in every format, and as real documents?"""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
from docx.oxml.ns import qn
from lxml import etree, html

from tests.render.paper_text import READERS, plain, squeezed

pytestmark = [pytest.mark.rendered, pytest.mark.xdist_group("rendered")]

FORMATS = tuple(READERS)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
MARKUP = re.compile(r"\\(.)|(\*)")


@pytest.fixture(scope="session")
def output(rendered: Path) -> Path:
    return rendered / "_output"


@pytest.fixture(scope="session")
def texts(output: Path) -> dict[str, str]:
    return {name: read(output) for name, read in READERS.items()}


@pytest.fixture(scope="session")
def values(output: Path) -> dict[str, dict[str, str]]:
    return json.loads((output / "results.json").read_text(encoding="utf-8"))["values"]


@pytest.fixture(scope="session")
def items(rendered: Path) -> dict[str, str]:
    """Label and first words of every item, in the order of the manuscript's divs."""
    from analysis.manuscript.sources import read_manuscript

    lines = [line.text for line in read_manuscript(rendered).body]
    names = {"fig": "Figure ", "tbl": "Table ", "sfig": "Figure S", "stbl": "Table S"}
    counted = dict.fromkeys(names, 0)
    found = {}
    for place, line in enumerate(lines):
        if match := re.match(r"::: \{#(s?(?:fig|tbl))-", line):
            counted[match[1]] += 1
            words = re.match(r"[A-Za-z0-9 ,\-]+", lines[place + 2])
            assert words is not None
            found[f"{names[match[1]]}{counted[match[1]]}"] = words[0].strip()
    return found


def of_kind(items: dict[str, str], kind: str) -> list[str]:
    return [label for label in items if label.startswith(kind)]


def printed(text: str) -> str:
    """A value's markdown as a reader sees it."""
    return plain(MARKUP.sub(lambda match: match[1] or "", text))


@pytest.mark.parametrize("name", FORMATS)
def test_every_number_of_the_abstract_is_the_one_that_was_computed(
    rendered: Path, texts: dict[str, str], values: dict[str, dict[str, str]], name: str
) -> None:
    front = (rendered / "manuscript/paper.qmd").read_text(encoding="utf-8").split("\n---\n")[0]
    names = re.findall(r"\{\{< var (\S+) >\}\}", front.split("abstract: |")[1])
    assert {"orr.summary", "dcr.summary", "pfs.summary", "os.summary"} <= set(names)
    start = texts[name].index("Background")
    abstract = squeezed(texts[name][start : texts[name].index("1 Introduction", start)])
    for value in names:
        assert squeezed(printed(values[value]["text"])) in abstract, value


def test_the_text_agrees_with_the_unrounded_numbers(values: dict[str, dict[str, str]]) -> None:
    raw = {name: value["raw"] for name, value in values.items()}
    assert f"{float(raw['orr.estimate']):.1%}" == values["orr.estimate"]["text"]
    assert f"{float(raw['pfs.estimate']):.1f}" in values["pfs.estimate"]["text"]


@pytest.mark.parametrize("name", FORMATS)
def test_all_values_of_the_manuscript_are_in_every_format(
    rendered: Path, texts: dict[str, str], values: dict[str, dict[str, str]], name: str
) -> None:
    used: set[str] = set()
    for path in (rendered / "manuscript").glob("*.qmd"):
        used |= set(re.findall(r"\{\{< var (\S+) >\}\}", path.read_text(encoding="utf-8")))
    used -= {"edition.label"}  # the mark of a draft over the pages of the PDF
    text = squeezed(texts[name])
    for value in sorted(used):
        if "@" in values[value]["text"]:  # a citation becomes a number
            continue
        # A full stop may stand before a citation that follows the value.
        assert squeezed(printed(values[value]["text"])).rstrip(".") in text, value


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_is_left_unresolved(texts: dict[str, str], name: str) -> None:
    for leftover in ("{{<", "?var", "?@", "[@", ":::", "data-qmd", "@fig-", "@tbl-", "@sec-"):
        assert leftover not in texts[name], leftover


@pytest.mark.parametrize("name", FORMATS)
def test_items_have_the_same_numbers_and_captions_in_every_format(
    items: dict[str, str], texts: dict[str, str], name: str
) -> None:
    text = squeezed(texts[name])
    for label, caption in items.items():
        # In the paper a colon stands between label and caption; JATS keeps the label by itself.
        found = re.search(re.escape(squeezed(label)) + ":?" + re.escape(squeezed(caption)), text)
        assert found, f"{label} {caption}"


@pytest.mark.parametrize("name", FORMATS)
def test_the_first_page_says_that_rows_are_reconstructed(
    texts: dict[str, str], values: dict[str, dict[str, str]], name: str
) -> None:
    text = squeezed(texts[name])
    notice = squeezed(printed(values["evidence.notice"]["text"]))
    assert text.index(notice) < text.index("Livercanceristhesixth")
    assert squeezed(printed(values["edition.statement"]["text"])) in text[: text.index(notice)]


def test_the_notice_is_on_the_first_page_of_the_pdf(output: Path) -> None:
    first = pypdf.PdfReader(output / "paper.pdf").pages[0].extract_text()
    assert "Not for clinical use" in plain(first)


@pytest.mark.parametrize("name", FORMATS)
def test_reconstructed_studies_carry_a_dagger_in_the_tables(
    texts: dict[str, str], name: str
) -> None:
    text = squeezed(texts[name])
    for study in ("ReconstructedICI1", "ReconstructedTACE4", "ReconstructedRT2"):
        assert f"{study}†" in text
    assert "Zhou2025(APOLLO)†" not in text


# HTML ----------------------------------------------------------------------------------------


def test_html_asks_for_nothing_from_elsewhere(output: Path) -> None:
    tree = html.parse(str(output / "paper.html")).getroot()
    for element in tree.iter("img", "script", "link", "iframe", "source"):
        address = element.get("src") or element.get("href") or ""
        assert address.startswith(("data:", "#", "")), address
        assert not address.startswith(("http", "//")), address
    assert "@import" not in "".join(tree.xpath("//style/text()"))


def test_html_values_carry_their_names(output: Path, values: dict[str, dict[str, str]]) -> None:
    tree = html.parse(str(output / "paper.html")).getroot()
    spans = tree.xpath("//span[@data-value]")
    assert len(spans) > 100
    assert {span.get("data-value") for span in spans} <= set(values)


def test_html_pictures_have_alternative_texts_made_from_their_numbers(output: Path) -> None:
    tree = html.parse(str(output / "paper.html")).getroot()
    pictures = [image.get("aria-label") or "" for image in tree.iter("svg")]
    texts = [text for text in pictures if not text.endswith("describes them all.")]
    assert len(texts) == len(tree.xpath("//figure[contains(@class, 'float-figure')]")) > 8
    assert all(len(text) > 60 for text in texts)
    assert "366" in texts[0]
    assert "33.9%" in texts[1]
    assert "6.9 months" in texts[2]


def test_html_says_its_language_and_title(output: Path) -> None:
    tree = html.parse(str(output / "paper.html")).getroot()
    assert tree.get("lang") == "en-GB"
    assert (tree.findtext("head/title") or "").startswith("Anlotinib combination")


# PDF -----------------------------------------------------------------------------------------


def test_pdf_is_tagged_with_title_and_language(output: Path) -> None:
    reader = pypdf.PdfReader(output / "paper.pdf")
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert reader.metadata is not None
    assert (reader.metadata.title or "").startswith("Anlotinib combination")


def test_pdf_is_accessible_by_the_check_of_typst_and_has_no_table_in_a_table(output: Path) -> None:
    """Typst writes the mark only where its own check of PDF/UA-1 found nothing."""
    reader = pypdf.PdfReader(output / "paper.pdf")
    facts = reader.xmp_metadata
    assert facts is not None
    assert b"<pdfuaid:part>1</pdfuaid:part>" in facts.stream.get_data()
    assert tags_under(reader.root_object["/StructTreeRoot"].get_object(), ()) > 10


def tags_under(node: Any, above: tuple[str, ...]) -> int:
    """Count the tables of a tag tree, none of which may stand in another."""
    kind = node.get("/S", "")
    assert not (kind == "/Table" and "/Table" in above)
    inner = node.get("/K", [])
    parts = inner if isinstance(inner, list) else [inner]
    known = [part.get_object() for part in parts if not isinstance(part, int)]
    below = [part for part in known if hasattr(part, "get") and "/S" in part]
    return (kind == "/Table") + sum(tags_under(part, (*above, kind)) for part in below)


def test_pdf_draws_its_figures_as_vectors(output: Path) -> None:
    # pypdf's own list of pictures takes every drawing apart, stroke by stroke.
    lengths = []
    for page in pypdf.PdfReader(output / "paper.pdf").pages:
        resources: Any = page["/Resources"]
        assert "/XObject" not in resources
        contents = page.get_contents()
        assert contents is not None
        # What begins a picture inside the text of a page (ISO 32000-1, 8.9.7).
        assert not re.search(rb"(?<!\S)BI\s", contents.get_data())
        lengths.append(len(contents.get_data()))
    # A page of text has at most 85 kB, a figure of many points three times as much.
    assert sum(length > 100_000 for length in lengths) >= 15


def test_pdf_has_only_its_own_fonts_embedded(output: Path) -> None:
    names = set()
    for page in pypdf.PdfReader(output / "paper.pdf").pages:
        resources: Any = page["/Resources"]
        for reference in resources.get("/Font", {}).values():
            font = reference.get_object()
            names.add(font["/BaseFont"].split("+")[-1])
            descendant = font["/DescendantFonts"][0].get_object()
            descriptor = descendant["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)
    assert {name.partition("-")[0] for name in names} == {"LibertinusSerif", "Arimo"}, names


def test_pdf_lists_its_tables_and_figures_before_the_text_with_their_pages(output: Path) -> None:
    pages = [page.extract_text() for page in pypdf.PdfReader(output / "paper.pdf").pages]
    front = "\n".join(pages[:3]).replace("\u00a0", " ")
    front = front[: front.index("1 Introduction")]
    for first, last in (("Table 1", 6), ("Figure 2", 9), ("Table S3", 30), ("Figure S2", 70)):
        listed = re.search(rf"^{first}\s.*?\s(\d+)$", front, re.MULTILINE | re.DOTALL)
        assert listed, first
        # The text may set a colon behind the label, too.
        found = {
            number
            for number, text in enumerate(pages, start=1)
            if f"{first}:" in text.replace("\u00a0", " ")
        }
        assert int(listed[1]) in found
        assert int(listed[1]) <= last
    # Those of the supplement stand apart.
    places = [front.index(f"{title}\n") for title in ("Tables", "Figures", "Supplementary tables")]
    assert places == sorted(places)


def test_no_page_of_the_main_text_is_less_than_three_fifths_full(output: Path) -> None:
    """Wide tables, full pages of figures and notes of long tables have left pages empty."""
    pages = list(pypdf.PdfReader(output / "paper.pdf").pages)
    texts = [page.extract_text() for page in pages]
    end = next(n for n, text in enumerate(texts) if n > 5 and "Supplementary material\n" in text)
    references = max(n for n in range(end) if pages[n].mediabox.height > pages[n].mediabox.width)
    assert references > 10
    # The last page of the text ends where the text ends.
    assert {
        n + 1: filled(page) for n, page in enumerate(pages[:references]) if filled(page) < 0.6
    } == {}


def filled(page: pypdf.PageObject) -> float:
    """The share of a page's text area, from its top to its lowest line."""
    heights: list[float] = []

    def note(text: str, outer: list[float], inner: list[float], *_: object) -> None:
        if text.strip():
            heights.append(inner[4] * outer[1] + inner[5] * outer[3] + outer[5])

    page.extract_text(visitor_text=note)
    margin, height = 65.2, float(page.mediabox.height)  # 2.3 cm, as in _quarto.yml
    return (height - margin - min(h for h in heights if h > margin - 5)) / (height - 2 * margin)


# Word ----------------------------------------------------------------------------------------


def test_word_draws_a_hairline_above_the_label_of_a_group_and_none_below(output: Path) -> None:
    document = docx.Document(str(output / "paper.docx"))
    table = next(t for t in document.tables if t.cell(0, 0).text.startswith("Study"))
    label = next(row for row in table.rows if row.cells[0].text.startswith("Immune checkpoint"))
    borders = label._tr.xpath(".//w:tcBorders/*")
    told = {node.tag.split("}")[1]: node.get(qn("w:val")) for node in borders}
    assert told == {"top": "single", "bottom": "nil"}
    # Notes are no labels, though they are one cell, too.
    assert not table.rows[-1]._tr.xpath(".//w:tcBorders")


def test_word_has_its_tables_as_tables_with_repeating_headers(
    output: Path, items: dict[str, str]
) -> None:
    document = docx.Document(str(output / "paper.docx"))
    assert len(document.tables) == len(of_kind(items, "Table")) >= 16
    for table in document.tables:
        first = table.rows[0]._tr
        assert first.find(f"{W}trPr/{W}tblHeader") is not None
        widths = [int(column.get(f"{W}w") or 0) for column in table._tbl.iter(f"{W}gridCol")]
        assert all(width > 300 for width in widths)  # a fifth of an inch
    text = " ".join(cell.text for row in document.tables[0].rows for cell in row.cells)
    assert "Zhou 2025" in text


def test_word_has_real_headings_captions_and_page_numbers(
    output: Path, items: dict[str, str]
) -> None:
    document = docx.Document(str(output / "paper.docx"))
    styles = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style]
    assert styles.count("Heading 1") >= 7
    assert styles.count("Table Caption") == len(of_kind(items, "Table"))
    assert styles.count("Image Caption") == len(of_kind(items, "Figure"))
    assert "Notice" in styles
    footer = etree.tostring(document.sections[0].footer._element).decode()
    assert "PAGE" in footer


def test_word_pictures_have_300_dpi_and_alternative_texts(output: Path) -> None:
    from PIL import Image

    document = docx.Document(str(output / "paper.docx"))
    shapes = document.inline_shapes
    assert len(shapes) >= 15
    for shape in shapes:
        properties = shape._inline.docPr
        assert len(properties.get("descr") or "") > 60
        relation = str(shape._inline.graphic.graphicData.pic.blipFill.blip.embed)
        with Image.open(io.BytesIO(document.part.related_parts[relation].blob)) as picture:
            assert picture.width / (shape.width / 914400) >= 299


def test_word_parts_are_well_formed(output: Path) -> None:
    with zipfile.ZipFile(output / "paper.docx") as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(name))


# JATS ----------------------------------------------------------------------------------------


def test_jats_is_well_formed_with_tables_figures_and_references(
    output: Path, items: dict[str, str]
) -> None:
    tree = etree.parse(output / "paper.xml").getroot()
    labels = [label.text for label in tree.iterfind(".//table-wrap/label")]
    assert [plain(text or "") for text in labels] == of_kind(items, "Table")
    assert len(tree.findall(".//table-wrap/table/thead")) == len(labels)
    labels = [label.text for label in tree.iterfind(".//fig/label")]
    assert [plain(text or "") for text in labels] == of_kind(items, "Figure")
    assert len(tree.findall(".//abstract/sec")) == 4
    assert len(tree.findall(".//ref-list/ref")) > 15
    # No wrappers that say nothing, nothing empty; statements and supplement behind the text.
    assert tree.find(".//named-content[@content-type='value']") is None
    assert not tree.xpath("//sec[not(*[not(self::title or self::label)])]")
    assert [child.tag for child in tree.findall("back/*")] == ["sec", "ref-list", "app-group"]
    kinds = [sec.get("sec-type") for sec in tree.findall("body/sec")]
    assert kinds == ["intro", "methods", "results", "discussion", "conclusions"]
    assert tree.find(".//contrib-group/contrib") is not None


def test_jats_pictures_exist_beside_it_with_alternative_texts(output: Path) -> None:
    tree = etree.parse(output / "paper.xml").getroot()
    graphics = tree.findall(".//graphic")
    assert len(graphics) >= 15
    for graphic in graphics:
        address = graphic.get("{http://www.w3.org/1999/xlink}href") or ""
        assert (output / address).is_file()
        assert len(graphic.findtext("alt-text") or "") > 60
