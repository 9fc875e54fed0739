"""Does the paper survive many studies, long names, and items with nothing in them?"""

from __future__ import annotations

from pathlib import Path

import pypdf
import pytest

from analysis.render.engine import render
from tests.render.paper_text import of_pdf, plain

pytestmark = pytest.mark.rendered

LONG = "A reconstructed study with a name of sixty characters, no {:02d}"


def add_studies(review: Path, number: int) -> None:
    """Add studies with one response each; they are reconstructed, so they may be made up."""
    studies = review / "data/studies.csv"
    header = studies.read_text(encoding="utf-8").splitlines()[0].split(",")
    outcomes = review / "data/outcomes.csv"
    columns = outcomes.read_text(encoding="utf-8").splitlines()[0].split(",")
    source = {"evidence": "reconstructed", "source": "10.1177/10732748251390032"}
    with studies.open("a", encoding="utf-8") as file, outcomes.open("a", encoding="utf-8") as other:
        for index in range(number):
            row = source | {
                "study_id": f"X{index:02d}",
                "label": f'"{LONG.format(index)}"',
                "design": "single_arm_trial",
                "timing": "prospective",
                "therapy": "ICI",
                "n_total": "40",
                "n_arm": "40",
                "note": "made for a test",
            }
            file.write(",".join(row.get(name, "") for name in header) + "\n")
            for outcome, events in (("ORR", 4 + index % 20), ("DCR", 26 + index % 13)):
                row = source | {
                    "study_id": f"X{index:02d}",
                    "outcome": outcome,
                    "n": "40",
                    "events": str(events),
                }
                other.write(",".join(row.get(name, "") for name in columns) + "\n")
    flow = review / "data/flow.csv"
    text = flow.read_text(encoding="utf-8")
    text = text.replace("included,,14,", f"included,,{14 + number},")
    text = text.replace("full texts assessed,,43,", f"full texts assessed,,{43 + number},")
    flow.write_text(text, encoding="utf-8")


def test_sixty_studies_with_long_names_fill_several_pages_and_repeat_the_header(
    review: Path,
) -> None:
    add_studies(review, 60)
    render(review, ["html", "pdf", "docx", "jats"], engine="embedded")
    reader = pypdf.PdfReader(review / "_output/paper.pdf")
    pages = [plain(page.extract_text()) for page in reader.pages]
    spread = [page for page in pages if "Single-arm trial" in page]
    assert len(spread) >= 3
    assert all("Design" in page and "Patients" in page for page in spread)
    pictures = list((review / "manuscript/_generated/figures").glob("fig-response*.png"))
    assert len(pictures) >= 2
    assert "75 estimates" in of_pdf(review / "_output")


def keep_header(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")


def test_no_adverse_events_and_no_searches_say_so(review: Path) -> None:
    keep_header(review / "data/adverse_events.csv")
    render(review, ["html", "pdf", "docx", "jats"], engine="embedded")
    assert "none that could be pooled" in of_pdf(review / "_output")


def test_an_outcome_without_rows_says_so(review: Path) -> None:
    outcomes = review / "data/outcomes.csv"
    rows = outcomes.read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if ",OS," not in row]
    outcomes.write_text("\n".join(kept) + "\n", encoding="utf-8")
    render(review, ["html", "pdf", "docx", "jats"], engine="embedded")
    text = of_pdf(review / "_output")
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
    text = of_pdf(review / "_output")
    assert "Not for clinical use" not in text
    assert "Every row of results in this edition was read in" in text
    assert "Reconstructed ICI" not in text
