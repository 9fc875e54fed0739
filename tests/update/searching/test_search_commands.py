"""Do the commands say what a person needs, in plain words?"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analysis.cli import main
from tests.update.searching.conftest import EXAMPLES


def run(root: Path, *words: str, code: int = 0) -> str:
    result: Result = CliRunner().invoke(main, ["--root", str(root), "search", *words])
    assert result.exit_code == code, result.output
    return result.output


def imported(root: Path) -> None:
    for name, database in (("pubmed.nbib", "PubMed"), ("embase.ris", "Embase")):
        words = ("--database", database, "--date", "2026-01-10")
        run(root, "import", str(EXAMPLES / name), *words)


def test_a_session(root: Path) -> None:
    imported(root)
    same = ("--database", "Embase", "--date", "2026-01-10")
    again = run(root, "import", str(EXAMPLES / "embase.ris"), *same)
    assert "Nothing was changed" in again
    assert "2026-01-10-embase" in run(root, "list")
    assert "R00004 → R00001  same PubMed number 99000001 (program)" in run(root, "merges")
    assert "NCT90000001: 2 reports" in run(root, "studies")
    assert "PMID- 99000001" in run(root, "show", "R00001")
    assert "No pair" in run(root, "possible")
    assert "no longer merged with R00001" in run(root, "undo", "R00004", "--by", "Anna")
    assert "R00001 stands for it" in run(root, "merge", "R00004", "R00001")
    assert "report of NCT90000001" in run(
        root, "group", "R00003", "R00002", "--study", "NCT90000001"
    )
    assert "no study now" in run(root, "ungroup", "R00003")
    assert "Write Example2025 as citation_key" in run(root, "reference", "R00001")
    assert "removed with 3 records" in run(root, "remove", "2026-01-10-embase", "--yes")


def test_query_from_a_file(root: Path, tmp_path: Path) -> None:
    query = tmp_path / "query.txt"
    query.write_bytes("example AND\r\n“invented”".encode("utf-8-sig"))
    name = str(EXAMPLES / "scopus.csv")
    run(root, "import", name, "--database", "Scopus", "--query-file", str(query))
    searches = (root / "data" / "searches.csv").read_text(encoding="utf-8")
    assert "example AND “invented”" in searches
    both = ("--query", "x", "--query-file", str(query))
    run(root, "import", name, "--database", "Scopus", *both, code=2)


@pytest.mark.parametrize(
    "words", [("show", "R00001"), ("undo", "R00001"), ("reference", "R00001"), ("show", "x")]
)
def test_without_records_every_command_says_so(root: Path, words: tuple[str, ...]) -> None:
    assert "No search has been imported yet" in run(root, *words, code=1)


def test_lists_without_records(root: Path) -> None:
    assert "not reported" in run(root, "list")
    assert "No record has been merged" in run(root, "merges")
    assert "No pair" in run(root, "possible")
    assert "No studies" in run(root, "studies")
