"""Is the paper from Quarto's filters and template the embedded engine's paper, but for page breaks?

Quarto itself cannot be installed here: `like_quarto` stands for it. What the project adds to Quarto
(filters, page, partials, finishing) is what the genuine program gets.
"""

from __future__ import annotations

from pathlib import Path

import pypdf
import pytest
import yaml
from lxml import html

from analysis.render.quarto_page import with_floats
from tests.conftest import ROOT
from tests.render.like_quarto import paper_like_quarto
from tests.render.paper_text import READERS, first_difference, squeezed

pytestmark = [pytest.mark.rendered, pytest.mark.xdist_group("rendered")]


@pytest.fixture(scope="module")
def quartos(rendered: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped review from Quarto's filters, finished as after Quarto."""
    return paper_like_quarto(rendered, tmp_path_factory.mktemp("quarto"))


@pytest.mark.parametrize("name", ["html", "docx", "jats"])
def test_both_engines_print_the_same_text(rendered: Path, quartos: Path, name: str) -> None:
    embedded, quarto = (
        squeezed(READERS[name](folder)) for folder in (rendered / "_output", quartos)
    )
    assert quarto == embedded, first_difference(embedded, quarto)


def test_the_page_has_the_same_parts_and_nothing_of_quarto(rendered: Path, quartos: Path) -> None:
    embedded, quarto = (
        html.parse(str(folder / "paper.html"), html.HTMLParser(encoding="utf-8")).getroot()
        for folder in (rendered / "_output", quartos)
    )
    for path in (
        "//a[@class='skip']",
        "//main/div[@class='notice'][following::nav[@id='toc']]",
        "//nav[@id='toc']//a",
        "//div[@class='scroll'][@tabindex='0'][starts-with(@aria-label, 'Table')]",
        "//figure[contains(@class, 'float-figure')]/div[@class='scroll']",
        "//figure[contains(@class, 'float-table')]/figcaption/strong",
        "//details[@class='rows']//tr",
        "//*[@class='value']",
    ):
        assert 0 < len(embedded.xpath(path)) == len(quarto.xpath(path)), path
    assert not quarto.xpath("//link | //script[not(@id)]")


def test_the_pdf_has_head_draft_mark_and_pages_of_pages(rendered: Path, quartos: Path) -> None:
    embedded, quarto = (
        pypdf.PdfReader(folder / "paper.pdf") for folder in (rendered / "_output", quartos)
    )
    assert quarto.metadata == embedded.metadata
    assert quarto.metadata is not None
    assert quarto.metadata.creation_date is None
    first, second = (quarto.pages[n].extract_text().splitlines() for n in (0, 1))
    assert second[0].startswith("Anlotinib combinations in hepatocellular carcinoma")
    assert second[0].endswith("Version 1.0, draft with reconstructed rows")
    assert second[-1] == f"2 / {len(quarto.pages)}"
    assert "draft" not in first[0]
    # The first page is the same: title, subtitle, authors, abstract, keywords, the whole notice.
    assert "\n".join(first[:-1]) == "\n".join(embedded.pages[0].extract_text().splitlines()[:-1])


def test_a_page_of_quarto_with_bootstraps_classes_is_read_as_well() -> None:
    # As its own post-processing writes a float: other order of attributes, no-break spaces named.
    page = (
        '<div id="stbl-x" class="anchored"><figure class="quarto-float quarto-float-stbl figure">'
        '<figcaption class="quarto-float-caption-top quarto-float-caption quarto-float-stbl" '
        'id="stbl-x-caption-0ceaefa1">\nTable&nbsp;S1: Words</figcaption>'
        '<div aria-describedby="stbl-x-caption-0ceaefa1"><table></table></div></figure></div>'
        '<p>Table&nbsp;S2: no caption</p><div aria-describedby="other"></div>'
    )
    found = with_floats(page)
    assert 'class="float float-table quarto-float quarto-float-stbl figure"' in found
    assert "<strong>Table&nbsp;S1:</strong> Words" in found
    assert 'class="scroll" role="region" tabindex="0" aria-label="Table&nbsp;S1"' in found
    assert found.endswith('<p>Table&nbsp;S2: no caption</p><div aria-describedby="other"></div>')


def test_what_quarto_reads_is_named_by_paths_that_exist() -> None:
    config = yaml.safe_load((ROOT / "_quarto.yml").read_text(encoding="utf-8"))
    partials = config["format"]["typst"]["template-partials"]
    # Quarto takes the place of its own parts by the name of the file.
    assert {Path(path).name for path in partials} == {"page.typ", "typst-show.typ"}
    for path in (*partials, config["format"]["html"]["template"]):
        assert (ROOT / path).is_file()
