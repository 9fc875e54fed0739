"""Does a record become an entry of the reference list that every reader reads alike?"""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.update.searching.bibtex import parse
from analysis.update.searching.citing import bibtex, cite
from schemas.problems import DataProblems
from schemas.references import read_references
from tests.update.searching.conftest import record, take


def test_entry_is_appended_and_nothing_else_changes(root: Path) -> None:
    take(root, "pubmed.nbib", "PubMed")
    path = root / "manuscript" / "references.bib"
    before = path.read_bytes()
    done = cite(root, "R00001")
    assert done.key == "Example2025"
    assert path.read_bytes() == before + b"\n" + done.entry.encode()
    found = read_references(path)
    assert "Example2025" in found.keys
    assert found.problems == []


def test_known_report_is_refused_with_its_line(root: Path) -> None:
    take(root, "pubmed.nbib", "PubMed")
    take(root, "embase.ris", "Embase")
    cite(root, "R00001")
    # A duplicate of it, without the DOI in its own row, is the same report.
    with pytest.raises(DataProblems, match="reference list already"):
        cite(root, "R00004")


def test_keys(root: Path) -> None:
    take(root, "pubmed.nbib", "PubMed")
    with pytest.raises(DataProblems, match="taken"):
        cite(root, "R00002", "zhou2025")
    with pytest.raises(DataProblems, match="cannot be a citation key"):
        cite(root, "R00002", "Zhou 2025")
    assert cite(root, "R00002", "MusterB").key == "MusterB"
    assert cite(root, "R00001").key == "Example2025"
    assert cite(root, "R00003").key == "Example2025a"


@pytest.mark.parametrize(
    "title",
    [
        'Effect of "A" & B: 50% of PD-1 and $5, a_b #3 in hepatitis B (mRECIST), β-blockers II',
        'He said "yes',
        "Étude ≥ 3 – “cité” ~ here",
    ],
)
def test_any_sign_survives(title: str) -> None:
    row = record(1, title=title, doi="10.1000/a_b%28x", authors="de la Cruz, Ana; WHO Study Group")
    (found,) = parse(bibtex("Key2024", row), "entry.bib").records
    assert found.fields["title"] == title
    assert found.fields["authors"] == "de la Cruz, Ana; WHO Study Group"
    assert found.fields["doi"] == "10.1000/a_b%28x"


def test_capitals_that_a_style_must_keep_stand_in_braces() -> None:
    row = record(1, title="Anti-PD-1 with mRECIST in phase II of hepatitis B: Example trial")
    entry = bibtex("Key2024", row)
    for kept in ("Anti-{PD-1}", "{mRECIST}", "{II}", "{B}"):
        assert kept in entry
    assert "{Example}" not in entry


def test_pandoc_reads_the_entry(tmp_path: Path) -> None:
    """The reader of both engines: are title, DOI and first author what they were?"""
    import json

    import pypandoc

    row = record(1, title="Cost of $5 & more in PD-1", doi="10.1000/a_b", pages="1-9")
    found = json.loads(pypandoc.convert_text(bibtex("Key2024", row), "csljson", format="bibtex"))
    assert found[0]["DOI"] == "10.1000/a_b"
    assert "$5 &" in found[0]["title"]
    assert found[0]["author"][0]["family"] == "Example"
    assert found[0]["page"] == "1-9"
