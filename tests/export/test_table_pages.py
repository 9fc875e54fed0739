"""Is a table's page the table of the paper: its rows, its caption, its notes, with real links?"""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html as lxml_html

from analysis.export.table_pages import linked, table_pages
from analysis.paper.choices import check
from analysis.synthesis.computation import synthesise

_EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    import shutil

    root = tmp_path_factory.mktemp("tables") / "review"
    kept = shutil.ignore_patterns("_output", "_generated", ".review", "_variables.yml")
    shutil.copytree(_EXAMPLES / "tofacitinib-colitis", root, ignore=kept)
    data = check(root).data
    assert data is not None
    return root, table_pages(synthesise(data), data, "made from: nothing")


def _cells(page: bytes) -> list[str]:
    root = lxml_html.fromstring(page.decode("utf-8"))
    return [cell.text_content().strip() for cell in root.findall(".//tbody/tr/*")]


def test_every_table_has_its_page_and_every_cell_is_there(
    pages: tuple[Path, dict[str, bytes]],
) -> None:
    """Does each page hold each cell of the table that the paper shows?"""
    root, made = pages
    tables = {path.stem: path for path in (root / "manuscript/_generated/tables").glob("*.html")}
    assert tables
    assert set(made) == {f"{name}.html" for name in tables}
    for name, path in tables.items():
        fragment = lxml_html.fromstring(path.read_text(encoding="utf-8"))
        wanted = [cell.text_content().strip() for cell in fragment.findall("./tbody/tr/*")]
        found = _cells(made[f"{name}.html"])
        for cell in filter(None, wanted):
            assert any(cell in other for other in found), (name, cell)


def test_number_caption_and_notes_stand_with_it(pages: tuple[Path, dict[str, bytes]]) -> None:
    """Can a page be read alone: which table it is, what it shows, what its signs mean?"""
    root, made = pages
    text = made["tbl-baseline.html"].decode("utf-8")
    assert "<title>Table 1</title>" in text
    assert "Table 1. " in text
    assert 'content="made from: nothing"' in text
    path = root / "manuscript/_generated/tables/tbl-baseline.html"
    note = lxml_html.fromstring(path.read_text(encoding="utf-8")).find("./tfoot/tr/td")
    assert note is not None
    assert note.text_content().strip() in lxml_html.fromstring(text).text_content()


def test_citations_lead_to_the_reports(pages: tuple[Path, dict[str, bytes]]) -> None:
    """Is no citation left without its target, outside a paper that has a reference list?"""
    assert not any(b"data-qmd" in page for page in pages[1].values())
    cited = 'A <span data-qmd="[@Known2020]"></span><span data-qmd="[@Other2021]"></span>'
    assert linked(cited, {"Known2020": "https://doi.org/10.1000/x"}) == (
        'A <a href="https://doi.org/10.1000/x">Known2020</a>(Other2021)'
    )
