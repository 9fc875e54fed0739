"""Does the shipped review pass, and does it load in the promised form?"""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from schemas import DataProblems, check_review, load_review, render_report
from schemas.dictionary import data_dictionary
from schemas.tables import MODELS, table_schemas
from tests.schemas.conftest import REPOSITORY, TABLES, ReviewCopy

if TYPE_CHECKING:
    import pandas as pd


def test_shipped_tables_have_no_error() -> None:
    report = check_review(REPOSITORY)
    assert report.errors == ()
    assert report.data is not None


def test_report_without_problems_ends_with_its_counts() -> None:
    assert render_report(check_review(REPOSITORY)).splitlines()[-1] == "No errors, no warnings."


@pytest.mark.parametrize("table", list(MODELS))
def test_frames_have_the_documented_types_and_the_line(table: str) -> None:
    """Text is str, whole numbers Int64, other numbers float64, in every table, filled or not."""
    frame: pd.DataFrame = getattr(load_review(REPOSITORY), table)
    types = {str(dtype) for name, dtype in frame.dtypes.items() if name != "line"}
    assert types <= {"str", "Int64", "float64"}
    assert str(frame.dtypes["line"]) == "int64"
    assert list(frame["line"]) == sorted(frame["line"])


def test_columns_of_the_protocol_are_loaded() -> None:
    data = load_review(REPOSITORY)
    for subgroup in data.protocol.subgroups:
        levels = {level.id for level in subgroup.levels}
        assert set(data.studies[subgroup.column].dropna()) <= levels
    for characteristic in data.protocol.characteristics:
        assert characteristic.column in data.studies.columns


def test_dictionary_is_not_stale() -> None:
    """Is data/README.md what `make dictionary` would write now?"""
    written = (REPOSITORY / "data" / "README.md").read_text(encoding="utf-8")
    assert written == data_dictionary(load_review(REPOSITORY).protocol), "run: make dictionary"


def test_dictionary_explains_every_column() -> None:
    protocol = load_review(REPOSITORY).protocol
    text = data_dictionary(protocol)
    for table, schema in table_schemas(protocol).items():
        section = text.split(f"## {table}.csv")[1].split("\n## ")[0]
        for name, column in schema.columns.items():
            assert column.description, f"{table}.{name} has no description"
            assert f"| `{name}` |" in section


def test_schemas_do_not_know_the_subject_of_this_review() -> None:
    """Could another team start by replacing data/ alone?"""
    data = load_review(REPOSITORY)
    words = {word.lower() for word in re.findall(r"\w{5,}", str(data.protocol.review.intervention))}
    words |= {word.lower() for word in re.findall(r"\w{5,}", data.protocol.review.condition)}
    words -= {"combination", "therapy", "advanced"}
    words |= {level.id for s in data.protocol.subgroups for level in s.levels if level.id.isupper()}
    for file in (REPOSITORY / "schemas").rglob("*.py"):
        found = set(re.findall(r"\w+", file.read_text(encoding="utf-8")))
        assert not found & words, f"{file} mentions {found & words}"
        assert not {word.lower() for word in found} & {w for w in words if w.islower()}


def test_import_is_fast_because_pandera_waits() -> None:
    code = "import sys, schemas; print('pandera' in sys.modules, 'pandas' in sys.modules)"
    done = subprocess.run(  # the state of a fresh interpreter is what counts
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY
    )
    assert done.stdout.split() == ["False", "False"]


def test_load_review_raises_all_problems_of_all_files(review: ReviewCopy) -> None:
    review.change("outcomes", {"study_id": "ChenS2023", "outcome": "ORR"}, events="many")
    review.change("studies", {"study_id": "Zhou2025"}, design="trial")
    review.path("flow").write_bytes(b"")
    with pytest.raises(DataProblems) as caught:
        load_review(review.root)
    files = [problem.file for problem in caught.value.problems]
    assert files == ["data/flow.csv", "data/outcomes.csv", "data/studies.csv"]
    assert str(caught.value).splitlines()[-1] == "3 errors, no warnings."


def test_same_data_give_the_same_report(review: ReviewCopy) -> None:
    for table in TABLES:
        rows = review.rows(table)
        review.write(table, [*rows, *rows])
    first, second = render_report(review.check()), render_report(review.check())
    assert first == second
    assert "Delete one of the two rows." in first
