"""Can a clinician add and correct references without writing BibTeX?"""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.update.workbook.bibliography import canonical, read_bibliography, with_changes
from analysis.update.workbook.plan import REFERENCES, plan_sheets
from analysis.update.workbook.writing import read_choices
from schemas.references import read_references
from tests.update.workbook.conftest import EDITION

COLUMNS = plan_sheets(read_choices(EDITION))[REFERENCES].columns
ROW = dict.fromkeys(COLUMNS, "") | {
    "citation_key": "Example2026",
    "authors": "Example, Ann; Muster, Ben; others",
    "title": "A study of TACE in China: 100% of patients & carers_2",
    "journal": "Journal of Examples",
    "year": "2026",
    "pages": "1-9",
    "doi": "10.1000/a_b",
}


def written(root: Path, text: str) -> Path:
    path = root / "references.bib"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_shipped_reference_comes_back_as_it_is() -> None:
    for row in read_bibliography(EDITION, COLUMNS).rows:
        assert canonical(row) == row


def test_a_new_entry_is_added_and_nothing_else_changes(tmp_path: Path) -> None:
    before = read_bibliography(EDITION, COLUMNS)
    text, lines = with_changes(before, [ROW], {}, [])
    assert text.startswith(before.text.rstrip("\n"))
    assert text.splitlines()[lines["Example2026"].start - 1] == "@article{Example2026,"
    found = read_references(written(tmp_path, text))
    assert not found.problems
    assert "Example2026" in found.keys
    # Signs of TeX are letters to an extractor; a DOI is never touched.
    assert r"100\% of patients \& carers\_2" in text
    assert "doi = {10.1000/a_b}" in text
    assert "Example, Ann and Muster, Ben and others" in text


@pytest.mark.parametrize(
    ("title", "bibtex"),
    [
        ("A trial of TACE in China", "A trial of {TACE} in {China}"),
        ("Trial of Examples With mRECIST", "Trial of Examples With {mRECIST}"),
    ],
)
def test_capitals_that_are_meant_are_protected(title: str, bibtex: str) -> None:
    """Styles turn titles into sentence case: names and abbreviations must keep their capitals."""
    text, _ = with_changes(read_bibliography(EDITION, COLUMNS), [ROW | {"title": title}], {}, [])
    assert f"title = {{{bibtex}}}" in text


def test_a_correction_changes_one_entry(tmp_path: Path) -> None:
    before = read_bibliography(EDITION, COLUMNS)
    row = next(row for row in before.rows if row["citation_key"] == "Zhou2025")
    changed = row | {"volume": "27"}
    text, lines = with_changes(before, [], {"Zhou2025": (changed, ["volume"])}, [])
    assert not read_references(written(tmp_path, text)).problems
    old, new = before.text.splitlines(), text.splitlines()
    entry = [new[number - 1] for number in lines["Zhou2025"]]
    assert "    volume = {27}," in entry
    # What stood in the entry beside the sheet's columns, and in its title, stays as it was.
    assert any("({APOLLO})" in line for line in entry)
    assert any("annote" in line for line in entry)
    untouched = [line for line in old if not line.startswith("@article{Zhou2025")]
    assert [line for line in new if line in untouched] == untouched


def test_an_entry_can_go(tmp_path: Path) -> None:
    before = read_bibliography(EDITION, COLUMNS)
    text, _ = with_changes(before, [], {}, ["Zhou2025"])
    left = read_references(written(tmp_path, text))
    assert not left.problems
    assert left.keys == {row["citation_key"] for row in before.rows} - {"Zhou2025"}
