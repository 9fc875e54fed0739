"""A form of edition 1.0, to be filled in as an extractor would; names say that it is an example."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from analysis.update.workbook.intake import Intake, read_workbook
from analysis.update.workbook.writing import write_workbook

EDITION = Path(__file__).parents[2] / "edition-1.0"
DOI = "10.1000/example"
KNOWN = {"evidence": "verified", "source": DOI, "location": "Table 2"}


class Form:
    """A workbook that is filled in cell by cell and saved beside the review."""

    def __init__(self, content: bytes, path: Path) -> None:
        self.book: Any = openpyxl.load_workbook(io.BytesIO(content))
        self.path = path

    def cell(self, sheet: str, row: int, column: str) -> Any:
        names = {cell.value: cell.column for cell in self.book[sheet][1]}
        return self.book[sheet].cell(row, names[column])

    def put(self, sheet: str, row: int, **cells: object) -> None:
        for column, value in cells.items():
            self.cell(sheet, row, column).value = value

    def example(self) -> Form:
        """Fill in a study with a reference, two results, an adverse event and its judgement."""
        study = "Example2026"
        self.put(
            "references",
            2,
            citation_key=study,
            authors="Example, Ann; Muster, Ben",
            title="A study of examples",
            journal="Journal of Examples",
            year=2026,
            doi=DOI,
        )
        self.put(
            "studies",
            2,
            study_id=study,
            citation_key=study,
            label="Example 2026",
            year=2026,
            design="single_arm_trial",
            timing="prospective",
            therapy="ICI",
            n_arm=30,
            **KNOWN,
        )
        self.put("outcomes", 2, study_id=study, outcome="ORR", n=30, events=12, **KNOWN)
        survival = {"median": 6.5, "ci_low": 5, "ci_high": 9, "ci_level": 0.95}
        self.put("outcomes", 3, study_id=study, outcome="PFS", **survival, **KNOWN)
        self.cell("outcomes", 3, "upper_not_reached").value = "no"
        event = {"term_reported": "hypertension", "grade": ">=3", "n": 30, "events": 3}
        self.put("adverse_events", 2, study_id=study, **event, **KNOWN)
        self.put("quality_jbi", 2, study_id=study, q1="yes", **KNOWN)
        return self

    def save(self) -> Path:
        self.book.save(self.path)
        return self.path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The tables and references of edition 1.0, to be changed."""
    root = tmp_path / "review"
    shutil.copytree(EDITION / "data", root / "data")
    (root / "manuscript").mkdir()
    bib = "manuscript/references.bib"
    shutil.copyfile(EDITION / bib, root / bib)
    return root


@pytest.fixture(scope="session")
def contents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The empty form, the form with one study and the form with all rows."""
    folder = tmp_path_factory.mktemp("forms")
    wanted: dict[str, dict[str, Any]] = {
        "empty": {},
        "one": {"studies": ["ChenS2023"]},
        "all": {"everything": True},
    }
    for name, options in wanted.items():
        write_workbook(EDITION, folder / f"{name}.xlsx", **options)
    return {name: (folder / f"{name}.xlsx").read_bytes() for name in wanted}


@pytest.fixture
def form(contents: dict[str, bytes], tmp_path: Path) -> Callable[..., Form]:
    def make(kind: str = "empty", name: str = "new.xlsx") -> Form:
        return Form(contents[kind], tmp_path / name)

    return make


def files_of(root: Path) -> dict[str, bytes]:
    """Give everything that a review keeps, to see whether it changed."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".review" not in path.parts
    }


def rules(intake: Intake) -> list[str]:
    return sorted(found.problem.rule for found in intake.found)


def read(root: Path, form: Form, **options: Any) -> Intake:
    return read_workbook(root, form.save(), **options)
