"""Do the example reviews render as they stand, with nothing empty and nothing unwritten?"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from analysis.cli import main
from analysis.new_review.program_copy import files_for
from analysis.render.engine import render
from tests.conftest import ROOT
from tests.journal.feedback.edited import Reviewed, parts_of

TWO_ARMS = "psilocybin-depression"
NAMES = (TWO_ARMS, "tofacitinib-colitis", "olfactory-loss")


@pytest.fixture(scope="module", params=NAMES)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of an example with its web page, that of two arms with its Word file."""
    place = tmp_path_factory.mktemp("example") / request.param
    made = shutil.ignore_patterns("_output", "_generated", ".review", "_variables.yml")
    shutil.copytree(ROOT / "examples" / request.param, place, ignore=made)
    formats = ["html", "docx"] if request.param == TWO_ARMS else ["html"]
    render(place, engine="embedded", formats=formats)
    return place


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    """The web page of an example."""
    return (folder / "_output/paper.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", [TWO_ARMS], indirect=True)
def test_a_returned_word_file_of_two_arms_is_read(folder: Path, tmp_path: Path) -> None:
    """Nothing is found in the file as it went out; in words and numbers, what was changed."""

    def read(path: Path) -> dict[str, Any]:
        words = ["--root", str(folder), "feedback", "read", str(path), "--json"]
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    sent = folder / "_output/paper.docx"
    untouched = read(sent)
    assert (untouched["edits"], untouched["remarks"], untouched["missing"]) == ([], [], [])
    assert untouched["matched"] >= 0.95 * untouched["paragraphs"] > 30
    back = Reviewed(parts_of(sent))
    back.replace("3.97), with little", "3.99), with little", tracked=True)
    back.replace("a waiting list is not a placebo", "a waiting list is no placebo", tracked=False)
    number, words = read(back.save(tmp_path / "back.docx"))["edits"]
    assert any("review trace response.ci" in told for told in number["warnings"]), number
    assert number["place"]["file"] == "manuscript/_results.qmd"
    assert (words["place"]["file"], words["warnings"]) == ("manuscript/_discussion.qmd", [])


def test_nothing_is_left_unwritten_or_unnamed(page: str) -> None:
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert "Write here" not in text
    assert "?var" not in text
    assert "No search is recorded" not in text
    assert "reconstructed" not in text.replace("† Reconstructed", "")


def test_an_example_is_not_called_living(page: str) -> None:
    assert "Living review, version" not in page
    assert "Living review:" not in page


def test_the_main_result_stands_in_the_page(page: str) -> None:
    expected = {
        # examples/README.md; tests/examples/test_numbers.py holds the unrounded numbers.
        "Psilocybin": ("−0.93", "2.77", "4.04"),
        "Tofacitinib": ("35.9%", "56.3%", "34.0%"),
        "Loss of smell": ("76.7%",),
    }
    (numbers,) = (numbers for title, numbers in expected.items() if f"<title>{title}" in page)
    assert all(number in page for number in numbers)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_has_what_quarto_reads_of_the_program(name: str) -> None:
    """Copies grow old: does each example hold what the repository holds?"""
    wanted = files_for(whole=False)
    root = ROOT / "examples" / name
    for file, content in wanted.items():
        if file.startswith("manuscript/"):
            assert (root / file).read_bytes() == content, file
    for folder in ("filters", "styles"):
        held = {
            path.relative_to(root).as_posix() for path in (root / "manuscript" / folder).iterdir()
        }
        assert held <= set(wanted)
