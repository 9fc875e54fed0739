"""Do release, changes, redline, trace and status work on a review of two groups?

The example of psilocybin is released, two of its rows are changed, and every command looks at it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis.cli import main

EXAMPLE = Path(__file__).parents[2] / "examples/psilocybin-depression"


def run(root: Path, *arguments: str) -> str:
    result = CliRunner().invoke(main, ["--root", str(root), *arguments])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("review") / "psilocybin"
    shutil.copytree(EXAMPLE, root, ignore=shutil.ignore_patterns("_output", "_generated"))
    run(root, "release", "1.0", "First", "--date", "2026-01-10", "--engine", "embedded")
    table = root / "data/outcomes.csv"
    text = table.read_text(encoding="utf-8")
    control = "Davis2021,,wl,DEPRESSION,grid-ham-d,4,weeks,Week 8,yes,first,11,,,23.5,"
    assert text.count(control) == 1
    table.write_text(text.replace(control, control.replace("23.5", "20.5")), encoding="utf-8")
    arms = root / "data/arms.csv"
    lines = arms.read_text(encoding="utf-8").splitlines(keepends=True)
    arms.write_text("".join(lines).replace("Waiting list", "Waiting-list"), encoding="utf-8")
    return root


def test_changes_name_the_row_of_the_control_group_and_what_moved(changed: Path) -> None:
    told = run(changed, "changes")
    assert "mean: 23.5 → 20.5" in told
    assert "rows corrected (Davis 2021)" in told
    # The frozen tables are computed again with their arms.
    assert "cannot be computed by the present program" not in told
    assert "the program and rows" not in told
    assert "Begg" not in told.partition("Sentences")[0]


def test_a_redline_is_written(changed: Path) -> None:
    assert "tracked changes against version 1.0" in run(changed, "redline")
    assert (changed / "_output/redline-1.0.docx").stat().st_size > 10_000


def test_a_value_rests_on_the_rows_of_both_groups(changed: Path) -> None:
    """Fourteen comparisons of two arms each."""
    told = run(changed, "trace", "severity.estimate")
    assert "Rests on 28 rows" in told
    assert "arm wl" in told


def test_the_status_does_not_speak_of_single_groups(changed: Path) -> None:
    assert "single groups" not in run(changed, "status")
