"""Do the example reviews render as they stand, with nothing empty and nothing unwritten?"""

from __future__ import annotations

import re
import shutil

import pytest

from analysis.new_review.program_copy import files_for
from analysis.render.engine import render
from tests.conftest import ROOT

NAMES = ("psilocybin-depression", "tofacitinib-colitis", "olfactory-loss")


@pytest.fixture(scope="module", params=NAMES)
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The web page of an example, rendered in a copy."""
    place = tmp_path_factory.mktemp("example") / request.param
    made = shutil.ignore_patterns("_output", "_generated", ".review", "_variables.yml")
    shutil.copytree(ROOT / "examples" / request.param, place, ignore=made)
    render(place, engine="embedded", formats=["html"])
    return (place / "_output/paper.html").read_text(encoding="utf-8")


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
