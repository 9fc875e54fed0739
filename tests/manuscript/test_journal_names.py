"""Are names of journals abbreviated as the NLM does, and only those that are known?"""

from __future__ import annotations

import csv
import json
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

from analysis.manuscript.citation_style import style_file
from analysis.manuscript.journal_names import abbreviates, abbreviation, abbreviations
from analysis.manuscript.pandoc import pandoc_program
from schemas.references import read_references
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("title", "short"),
    [
        # NLM Catalog, title abbreviations.
        ("New England Journal of Medicine", "N Engl J Med"),
        ("The New England Journal of Medicine", "N Engl J Med"),
        ("N Engl J Med", "N Engl J Med"),
        ("{BMC} Medical Research Methodology", "BMC Med Res Methodol"),
        ("Drug Design, Development and Therapy", "Drug Des Devel Ther"),
        ("The Lancet Oncology", "Lancet Oncol"),
        ("Journal of Nowhere", None),
    ],
)
def test_abbreviation(title: str, short: str | None) -> None:
    assert abbreviation(title) == short


def test_every_title_stands_once_and_is_longer_than_its_short_form() -> None:
    text = files("analysis.manuscript").joinpath("journal_titles.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    titles = [row["title"].casefold() for row in rows]
    assert len(set(titles)) == len(titles) > 100
    assert all(row["abbreviation"] and "." not in row["abbreviation"] for row in rows)


@pytest.mark.parametrize(
    "root", [ROOT, *sorted((ROOT / "examples").iterdir())], ids=lambda root: root.name
)
def test_journals_of_the_reviews_here_are_known(root: Path) -> None:
    path = root / "manuscript/references.bib"
    if not path.is_file():
        pytest.skip("no review")
    journals = read_references(path).journals
    assert not [title for title in journals if abbreviation(title) is None]


@pytest.mark.parametrize(
    ("style", "short"), [("american-medical-association", True), ("apa", False)]
)
def test_a_style_says_whether_it_abbreviates(style: str, short: bool) -> None:
    assert abbreviates(style_file(style)) is short


def test_pandoc_prints_the_short_name(tmp_path: Path) -> None:

    (tmp_path / "a.json").write_text(json.dumps(abbreviations(["{Lancet} Oncology"])))
    (tmp_path / "r.bib").write_text(
        "@article{A, author={Bee, Ann}, title={T}, journal={Lancet Oncology}, year={2020}}"
    )
    command = [
        *(pandoc_program(), "--citeproc", "--to=plain", f"--bibliography={tmp_path}/r.bib"),
        *(f"--citation-abbreviations={tmp_path}/a.json",),
        f"--csl={style_file('american-medical-association')}",
    ]
    done = subprocess.run(command, input="@A", capture_output=True, text=True, check=True)
    assert "Lancet Oncol. Published" in done.stdout
