"""Does the command say what a clinician needs, and never print a traceback for a user's mistake?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analysis.cli import main
from tests.conftest import ROOT


def run(review: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--root", str(review), *arguments], catch_exceptions=False)


def test_check_passes_on_the_shipped_data() -> None:
    result = run(ROOT, "check")
    assert result.exit_code == 0
    assert "No errors" in result.output


def test_check_names_file_line_column_and_exits_with_1(review: Path) -> None:
    outcomes = review / "data/outcomes.csv"
    text = outcomes.read_text(encoding="utf-8")
    outcomes.write_text(text.replace("R01,,ORR,,32,10,", "R01,,ORR,,32,99,"), encoding="utf-8")
    result = run(review, "check")
    assert result.exit_code == 1
    assert "data/outcomes.csv" in result.output
    assert "line 12" in result.output
    assert "events" in result.output


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("profile: stata14", "profile: stata", "stata14"),
        ("study_interval: wald", "study_interval: walt", "wald"),
        ("kind: baseline", "kind: base", "baseline"),
        ("{DL: DerSimonianLaird1986}", "{DL: DerSimonian}", "DerSimonianLaird1986"),
        ("subgroup_forest, outcomes: [orr, dcr], by: [therapy]", "forest", "at least one outcome"),
    ],
)
def test_a_choice_that_does_not_exist_is_named_with_the_nearest(
    review: Path, old: str, new: str, said: str
) -> None:
    protocol = review / "data/protocol.yml"
    text = protocol.read_text(encoding="utf-8")
    assert old in text
    protocol.write_text(text.replace(old, new, 1), encoding="utf-8")
    for command in ("check", "build"):
        result = run(review, command)
        assert result.exit_code == 1
        assert "data/protocol.yml" in result.output
        assert said in result.output


def test_render_says_what_is_noteworthy_and_where_the_files_are(short: Path) -> None:
    result = run(short, "render", "--engine", "embedded", "--to", "html")
    assert result.exit_code == 0
    assert "79 of 95 rows of results and 12 of 14 studies are reconstructed" in result.output
    assert "Not pooled: Chen S 2023" in result.output
    assert result.output.rstrip().splitlines()[-1] == (
        "The paper is in _output/: paper.html, results.json (embedded engine)."
    )
    again = run(short, "render", "--engine", "embedded", "--to", "html")
    assert "Nothing has changed" in again.output
    assert "79 of 95 rows" in again.output


def test_an_unknown_format_is_refused_with_the_known_ones(review: Path) -> None:
    result = run(review, "render", "--to", "html,word")
    assert result.exit_code == 2
    assert "html, pdf, docx, jats" in result.output


def test_quarto_is_refused_with_a_way_out_where_it_is_missing(
    review: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from analysis.render import quarto_program

    quarto_program.quarto_version.cache_clear()
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    result = run(review, "render", "--engine", "quarto")
    quarto_program.quarto_version.cache_clear()
    assert result.exit_code == 1
    assert "review render --engine embedded" in result.output


def test_a_missing_data_folder_is_a_message_not_a_traceback(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "analysis", "--root", str(tmp_path), "render"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "data/protocol.yml" in done.stderr
