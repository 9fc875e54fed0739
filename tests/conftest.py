"""A copy of the review to break, and the paper rendered once for all tests that read it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("data", "published", "manuscript", "_quarto.yml")


def copy_review(target: Path) -> Path:
    """Copy what a team owns of a review: data, manuscript, Quarto's configuration."""
    target.mkdir(parents=True, exist_ok=True)
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(
                source, target / name, ignore=shutil.ignore_patterns("_generated", ".*")
            )
        else:
            shutil.copyfile(source, target / name)
    return target


@pytest.fixture
def review(tmp_path: Path) -> Path:
    """A copy of the shipped review that a test may change."""
    return copy_review(tmp_path / "review")


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped review, rendered into all formats by the embedded engine; its folder."""
    from analysis.render.engine import render
    from analysis.render.formats import FORMATS

    root = copy_review(tmp_path_factory.mktemp("rendered") / "review")
    render(root, list(FORMATS), engine="embedded")
    return root
