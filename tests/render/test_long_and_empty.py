"""Does the paper survive many studies, long names, and items with nothing in them?"""

from __future__ import annotations

from pathlib import Path

import pypdf
import pytest

from analysis.render.engine import render
from tests.render.conftest import ADDED
from tests.render.paper_text import of_html, plain
from tests.short_review import keep_items

pytestmark = pytest.mark.rendered

# Figures that show overall survival among other outcomes.
OF_OUTCOMES = {
    *("fig-survival", "sfig-timing", "sfig-leave-one-out", "sfig-funnel", "sfig-baujat"),
    *("sfig-cumulative", "sfig-sequential", "sfig-bubble", "sfig-specification"),
}


# A long paper is made once for two files of tests.
@pytest.mark.xdist_group("long")
def test_fifty_studies_with_long_names_fill_several_pages_and_repeat_the_header(
    long_paper: Path,
) -> None:
    reader = pypdf.PdfReader(long_paper / "_output/paper.pdf")
    pages = [plain(page.extract_text()) for page in reader.pages]
    spread = [page for page in pages if "Single-arm trial" in page]
    assert len(spread) >= 3
    assert all("Design" in page and "Patients" in page for page in spread)
    pictures = list((long_paper / "manuscript/_generated/figures").glob("fig-response*.png"))
    assert len(pictures) >= 2
    assert f"{15 + ADDED} estimates" in " ".join(pages)


def keep_header(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")


def test_no_adverse_events_and_no_searches_say_so(review: Path) -> None:
    keep_items(review, {"tbl", "stbl", "fig-flow", "fig-adverse-events"})
    keep_header(review / "data/adverse_events.csv")
    render(review, ["html", "pdf", "docx", "jats"], engine="embedded")
    assert "none that could be pooled" in of_html(review / "_output")


def test_an_outcome_without_rows_says_so(review: Path) -> None:
    keep_items(review, {"tbl", "stbl", *OF_OUTCOMES})
    outcomes = review / "data/outcomes.csv"
    rows = outcomes.read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if ",OS," not in row]
    outcomes.write_text("\n".join(kept) + "\n", encoding="utf-8")
    render(review, ["html", "pdf", "docx", "jats"], engine="embedded")
    text = of_html(review / "_output")
    assert "the pooled median overall survival was not available (no study)" in text


def test_a_review_without_reconstructed_rows_carries_no_warning(review: Path) -> None:
    for name in ("studies", "outcomes", "adverse_events"):
        path = review / f"data/{name}.csv"
        rows = path.read_text(encoding="utf-8").splitlines()
        kept = [row for row in rows if "reconstructed" not in row and not row.startswith("R11")]
        path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    flow = review / "data/flow.csv"
    text = flow.read_text(encoding="utf-8")
    flow.write_text(
        text.replace("included,,14,", "included,,2,").replace("assessed,,43,", "assessed,,31,"),
        encoding="utf-8",
    )
    render(review, ["html", "pdf", "docx", "jats"], engine="embedded")
    text = of_html(review / "_output")
    assert "Not for clinical use" not in text
    assert "Every row of results in this version was read in" in text
    assert "Reconstructed ICI" not in text
