"""Does everything that docs/manuscript.md promises come out in all four formats?

One document of all its examples is rendered once; each test looks at one promise.
"""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any, cast

import pytest
from lxml import etree, html
from pypdf import PdfReader

from analysis.lint import lint_review
from analysis.manuscript.word_xml import W, text_of
from analysis.render.jats_validity import jats_problems
from tests.render.word_reading import assert_in_order

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"


pytestmark = pytest.mark.xdist_group("own")


@pytest.fixture(scope="session")
def page(own: Path) -> Any:
    return html.fromstring((own / "_output/paper.html").read_bytes())


@pytest.fixture(scope="session")
def word(own: Path) -> Any:
    with zipfile.ZipFile(own / "_output/paper.docx") as archive:
        return etree.fromstring(archive.read("word/document.xml"))


@pytest.fixture(scope="session")
def jats(own: Path) -> Any:
    return etree.fromstring((own / "_output/paper.xml").read_bytes())


@pytest.fixture(scope="session")
def printed(own: Path) -> dict[str, str]:
    """What a reader of each format reads, on one line."""
    pages = PdfReader(own / "_output/paper.pdf").pages
    html_page = html.fromstring((own / "_output/paper.html").read_bytes())
    for hidden in html_page.xpath("//script|//style|//annotation"):
        hidden.drop_tree()
    with zipfile.ZipFile(own / "_output/paper.docx") as archive:
        document = etree.fromstring(archive.read("word/document.xml"))
        notes = etree.fromstring(archive.read("word/footnotes.xml"))
    jats = etree.parse(own / "_output/paper.xml").getroot()
    for label in jats.iter("label"):
        label.tail = f" {label.tail or ''}"
    found = {
        "html": html_page.text_content(),
        "pdf": " ".join(page.extract_text() for page in pages),
        "docx": " ".join(text_of(p) for tree in (document, notes) for p in tree.iter(f"{W}p")),
        "jats": "".join(jats.itertext()),
    }
    return {name: " ".join(text.split()) for name, text in found.items()}


FORMATS = ("html", "pdf", "docx", "jats")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "words",
    [
        "small capitals",
        "The note itself stands anywhere in the file.",
        "A second paragraph of it is indented.",
        "It is written where it is read.",
        "with a point below it",
        "How sure we are that the true effect lies near the estimate.",
        "A quotation stands apart.",
        "Code is printed as it is: 12.5% and @nothing.",
        "How the drug acts.",
        "Second centre",
        "A picture without a number.",
        "What was found.",
        "A grid table may hold lists.",
        "A table written as a list.",
        "A wide table is easier to read on a page that lies.",
        "How to read this",
        "A callout is a note",
        "An own file was included.",
        "Handbook of",
        "The keywords begin with Anlotinib combinations in hepatocellular carcinoma",
    ],
)
def test_nothing_is_lost(printed: dict[str, str], form: str, words: str) -> None:
    assert words in printed[form]


@pytest.mark.parametrize("form", FORMATS)
def test_references_find_the_numbers_of_the_text(printed: dict[str, str], form: str) -> None:
    # Figure 1 and Table 1 are generated and stand in the results.
    text = printed[form].replace("\u00a0", " ")
    assert "The mechanism is shown in Figure 2, and the centres in Figure 3." in text
    assert "Figure 3 (a) shows the first." in text
    assert "Figure 4 and Figure 5 stand beside each other." in text
    assert "Table 2, Table 3 and Table 4 are own tables." in text
    assert "Equation 1 gives the pooled estimate." in text
    assert "As said in Section" in text
    assert not re.search(r"\?@|\{#|\]\(|:::", text)


@pytest.mark.parametrize("form", FORMATS)
def test_captions_carry_their_numbers(printed: dict[str, str], form: str) -> None:
    text = printed[form].replace("\u00a0", " ")
    for label, caption in [
        ("Figure 2", "How the drug acts."),
        ("Figure 3", "The centres."),
        ("Figure 4", "On the left."),
        ("Figure 5", "On the right."),
        ("Table 2", "What was found."),
        ("Table 3", "A grid table may hold lists."),
        ("Table 4", "A table written as a list."),
        ("Figure 6", "A figure in the plainest form"),
        ("Table 5", "A table in the plainest form."),
    ]:
        between = r":?\s*" if form == "jats" else r":\s*"
        assert re.search(re.escape(label) + between + re.escape(caption), text)
    assert "(a) First centre" in text
    assert "(b) Second centre" in text


def test_what_is_for_one_format_stays_out_of_the_others(printed: dict[str, str]) -> None:
    assert [form for form in FORMATS if "For the page only." in printed[form]] == ["html"]
    assert [form for form in FORMATS if "For Word only." in printed[form]] == ["docx"]


def test_every_citation_is_a_link_in_every_format(
    own: Path, page: Any, word: Any, jats: Any
) -> None:
    assert len(page.xpath("//a[@href='#ref-Chen2025review']")) >= 6
    links = [link.get(f"{W}anchor") for link in word.iter(f"{W}hyperlink")]
    assert links.count("ref-Chen2025review") >= 6
    assert len(jats.xpath("//xref[@ref-type='bibr']")) >= 6
    (cited,) = [
        page
        for page in PdfReader(own / "_output/paper.pdf").pages
        if "In brackets" in page.extract_text()
    ]
    links = [mark.get_object() for mark in cast("Any", cited["/Annots"])]
    assert len([link for link in links if "/Dest" in link or "/D" in link.get("/A", {})]) >= 8


def test_pictures_are_described_in_every_format(own: Path, page: Any, word: Any, jats: Any) -> None:
    wanted = {"An arrow from drug to tumour.", "A grey square.", "Another grey square."}
    # A drawing stands in the page itself and has its description as a label.
    drawings = page.xpath("//svg[@role='img']/@aria-label")
    assert wanted <= {*drawings, *(image.get("alt") for image in page.iter("img"))}
    assert wanted <= {node.get("descr") for node in word.iter("{*}docPr")}
    assert wanted <= {node.text for node in jats.iter("alt-text")}
    assert all(image.get("alt") for image in page.iter("img"))


def test_pictures_lie_beside_the_jats_file(own: Path, jats: Any) -> None:
    href = "{http://www.w3.org/1999/xlink}href"
    names = [node.get(href) for node in jats.iter("graphic", "inline-graphic")]
    assert all((own / "_output" / name).is_file() for name in names)
    # Word and JATS take the drawing as pixels.
    assert any(re.fullmatch(r"figures/mechanism-[0-9a-f]{8}\.png", name) for name in names)


def test_the_jats_file_is_valid_and_knows_panels_and_formulas(own: Path, jats: Any) -> None:
    assert jats_problems(own / "_output/paper.xml") == ()
    (group,) = jats.xpath("//fig-group[@id='fig-centres']")
    assert [part.get("id") for part in group.iter("fig")] == ["fig-centres-one", "fig-centres-two"]
    (formula,) = jats.xpath("//disp-formula[@id='eq-pool']")
    assert formula.findtext("label") == "(1)"
    assert jats.xpath("//xref[@rid='eq-pool']/@ref-type") == ["disp-formula"]
    (box,) = jats.xpath("//boxed-text[@content-type='note']")
    assert box.findtext("caption/title") == "How to read this"


def test_formulas_are_words_own(word: Any) -> None:
    formulas = ["".join(node.itertext()) for node in word.iter(f"{M}oMath")]
    assert any("(1)" in text for text in formulas)
    assert any(mark.get(f"{W}name") == "eq-pool" for mark in word.iter(f"{W}bookmarkStart"))


def test_words_pages_lie_where_the_author_wants_it(word: Any) -> None:
    assert_in_order(word)
    body = word.find(f"{W}body")
    blocks = list(body)
    (first,) = [n for n, b in enumerate(blocks) if "A wide table is easier" in text_of(b)]
    ends = [b.find(f"{W}pPr/{W}sectPr/{W}pgSz") for b in blocks]
    after = next(end for end in ends[first:] if end is not None)
    assert after.get(f"{W}orient") == "landscape"
    before = [end for end in ends[:first] if end is not None]
    assert before[-1].get(f"{W}orient") != "landscape"
    assert not [m for m in word.iter(f"{W}bookmarkStart") if m.get(f"{W}name")[:5] == "lands"]


def test_own_items_are_listed_for_the_journals_package(own: Path) -> None:
    items = json.loads((own / "manuscript/_generated/items.json").read_text(encoding="utf-8"))
    listed = {name: item["kind"] for name, item in items.items() if item.get("own")}
    assert listed == {
        "fig-mechanism": "figure",
        "fig-centres": "figure",
        "fig-left": "figure",
        "fig-right": "figure",
        "fig-plain": "figure",
        "tbl-pipe": "table",
        "tbl-grid": "table",
        "tbl-list": "table",
        "tbl-plain": "table",
    }
    # What nobody describes, its caption does.
    assert items["fig-plain"]["images"][0]["alt"] == "A figure in the plainest form, of 14 studies."
    assert [image["alt"] for image in items["fig-centres"]["images"]] == [
        "A grey square.",
        "Another grey square.",
    ]


def test_the_linter_has_nothing_against_the_examples(own: Path) -> None:
    found = [p for p in lint_review(own) if p.file.endswith("_discussion.qmd")]
    assert [f"{p.line}: {p.rule} {p.value}" for p in found if p.severity == "error"] == []
