"""A review without a search of its own, and rows of invented records."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from analysis.storage.table_files import read_table
from analysis.update.searching.importing import ImportReport, import_export

EXAMPLES = Path(__file__).parent / "examples"
REPOSITORY = Path(__file__).parents[3]
DAY = "2026-01-10"

Row = dict[str, str]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The tables of edition 1.0 and the reference list, to be changed."""
    target = tmp_path / "review"
    shutil.copytree(REPOSITORY / "tests" / "edition-1.0" / "data", target / "data")
    (target / "manuscript").mkdir()
    shutil.copyfile(
        REPOSITORY / "manuscript" / "references.bib", target / "manuscript" / "references.bib"
    )
    return target


def take(root: Path, name: str, database: str, **options: Any) -> ImportReport:
    """Import one of the examples."""
    return import_export(root, EXAMPLES / name, database, options.pop("day", DAY), **options)


def rows(root: Path, table: str) -> list[Row]:
    return read_table(root, table)[1]


def record(number: int, **cells: str) -> Row:
    """A row of records.csv that invents everything not given."""
    plain = {
        "record_id": f"R{number:05d}",
        "search_id": "example",
        "position": str(number),
        "title": "Example trial of drug alpha in patients with a condition",
        "authors": "Example, Anna; Muster, Max",
        "year": "2024",
        "source_title": "Journal of Examples",
        "report_type": "Journal Article",
    }
    empty = ("volume", "issue", "pages", "doi", "pmid", "registry_id", "abstract", "language")
    return dict.fromkeys(empty, "") | plain | cells
