"""Do both engines put every item where the protocol wants it, also for a journal?"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from analysis.journal.context import read_submission
from analysis.journal.journal_files import read_journal
from analysis.journal.rendering import render_part
from analysis.render.engine import render
from tests.conftest import ROOT, copy_review
from tests.render.like_quarto import paper_like_quarto, render_like_quarto
from tests.render.paper_text import READERS, first_difference, of_docx, squeezed
from tests.short_review import keep_items

pytestmark = [pytest.mark.rendered, pytest.mark.xdist_group("placement")]

KEPT = {"fig-flow", "sfig-funnel", "tbl-baseline", "tbl-pools", "stbl-terms"}
PLACES = {
    "fig-flow": "placement: supplement",
    "sfig-funnel": "placement: main",
    "tbl-pools": "placement: none",
    "tbl-baseline": "journals: {bmj: supplement}",
    "stbl-terms": "journals: {bmj: main}",
}


def with_places(root: Path, places: dict[str, str]) -> Path:
    protocol = root / "data/protocol.yml"
    text = protocol.read_text(encoding="utf-8")
    for name, words in places.items():
        text, count = re.subn(rf"(\{{id: {name}, )", rf"\g<1>{words}, ", text)
        assert count == 1, name
    protocol.write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def placed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped review with one item moved each way and one left out, from both engines."""
    root = copy_review(tmp_path_factory.mktemp("placed") / "review")
    with_places(keep_items(root, KEPT), PLACES)
    report = render(root, ["html", "pdf", "docx", "jats"], engine="embedded")
    line = "Sentences that only led there went with them: manuscript/_results.qmd, line "
    assert any(note.startswith(line) for note in report.build.notes)
    paper_like_quarto(root, root.parent / "quarto")
    return root


@pytest.mark.parametrize("name", ["html", "docx", "jats"])
def test_both_engines_print_the_same_text(placed: Path, name: str) -> None:
    embedded, quarto = (
        squeezed(READERS[name](folder)) for folder in (placed / "_output", placed.parent / "quarto")
    )
    assert quarto == embedded, first_difference(embedded, quarto)


@pytest.mark.parametrize("name", ["html", "pdf", "docx", "jats"])
@pytest.mark.parametrize("engine", ["embedded", "quarto"])
def test_numbers_and_references_follow(placed: Path, engine: str, name: str) -> None:
    folder = placed / "_output" if engine == "embedded" else placed.parent / "quarto"
    text = squeezed(READERS[name](folder))
    for words in (
        "fulltextswereassessed(FigureS1).",
        "FunnelplotsareshowninFigure1.",
        "receivedananlotinibcombination(Table1).",
        "TableS1showswhichreportedterms",
    ):
        assert words in text
    captions = ("FigureS1:?Flow", "Figure1:?Funnel", "Table1:?Baseline", "TableS1:?Terms")
    for caption in captions:
        assert re.search(caption, text), caption
    # The sentence that only led to the pools went with them.
    assert "hastheresultofeverygroup" not in text
    assert not re.search(r"tbl-pools|sfig-funnel\b(?=[^\"]*\?)|\?@|\?\?", text)


def test_a_journal_gets_items_where_the_protocol_wants_them_for_it(
    placed: Path, tmp_path: Path
) -> None:
    journal = read_journal(placed, "bmj")
    found = read_submission(placed, journal, draft=True, blinded=False, date="2026-11-29")
    shown = {name: label for name, label in found.labels.items() if name in found.items}
    assert shown == {
        "tbl-terms": "Table 1",
        "fig-funnel": "Figure 1",
        "stbl-baseline": "Table S1",
        "sfig-flow": "Figure S1",
    }
    texts = {}
    for part in ("main", "supplement"):
        folder = placed / f".{part}"
        folder.mkdir()
        render_part(found, part, "docx", folder / "paper.docx")
        texts[part] = squeezed(of_docx(folder))
        shutil.rmtree(folder)
    assert "receivedananlotinibcombination(TableS1)." in texts["main"]
    assert "Table1:Terms" in texts["main"]
    assert "Table1showswhichreportedterms" in texts["main"]
    assert "TableS1:Baseline" in texts["supplement"]
    # Cells, not only captions: the table is found under the other id.
    assert "APOLLO" in texts["supplement"]


def test_an_example_moves_its_items_too(tmp_path: Path) -> None:
    root = tmp_path / "review"
    ignored = shutil.ignore_patterns("_generated", "_output", "_variables.yml")
    shutil.copytree(ROOT / "examples/olfactory-loss", root, ignore=ignored)
    kept = {"fig-loss-subgroups", "stbl-pools", "stbl-study-data", "sfig-baujat", "sfig-funnel"}
    places = {
        "fig-loss-subgroups": "placement: supplement",
        "stbl-pools": "placement: main",
        "sfig-baujat": "placement: none",
    }
    with_places(keep_items(root, kept), places)
    render(root, ["html"], engine="embedded")
    # Post-render finishes a page of Quarto; its words are there before.
    render_like_quarto(root, "html", tmp_path / "quarto")
    for folder in (root / "_output", tmp_path / "quarto"):
        text = squeezed(READERS["html"](folder))
        assert "Byhowsmellwastested(FigureS1):" in text
        assert "FunnelplotsareshowninFigureS2." in text
        assert "AllpoolsarelistedinTable1,andtherowsbehindtheminTableS1." in text
        # The generated sentence does not speak of what is left out, here all that it speaks of.
        assert "contributemosttoheterogeneity" not in text
