"""A copy of the review to break, and the paper rendered once for all tests that read it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from analysis.storage.cache import PLACE
from tests.short_review import keep_items

ROOT = Path(__file__).resolve().parents[1]
# Numbers are expected of these tables, not of data/, which every update changes.
EDITION = ROOT / "tests" / "edition-1.0"
SOURCES = {"data": EDITION, "published": EDITION, "manuscript": ROOT, "_quarto.yml": ROOT}

# The same commit gives the same answer on every machine, however slow. New examples are looked
# for on purpose: `make explore`.
settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", settings.get_profile("same"), derandomize=False)
settings.load_profile("same")


@pytest.fixture(scope="session", autouse=True)
def shared_drawings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Draw the same figure once for all tests; test_build.py looks at drawing itself."""
    with pytest.MonkeyPatch.context() as patch:
        # Workers of pytest-xdist have folders of their own below one that they share.
        patch.setenv(PLACE, str(tmp_path_factory.getbasetemp().parent / "drawings"))
        yield


def copy_review(target: Path) -> Path:
    """Copy what a team owns of a review, with the tables of edition 1.0."""
    target.mkdir(parents=True, exist_ok=True)
    for name, origin in SOURCES.items():
        source = origin / name
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


@pytest.fixture
def short(review: Path) -> Path:
    """A copy with one flow diagram, one forest plot and one table, for tests of the machinery."""
    return keep_items(review, {"fig-flow", "fig-response", "tbl-baseline"})


@pytest.fixture(scope="session")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Edition 1.0, to be read and not changed."""
    return copy_review(tmp_path_factory.mktemp("edition") / "review")


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped review, rendered into all formats by the embedded engine; its folder."""
    from analysis.render.engine import render
    from analysis.render.formats import FORMATS

    root = copy_review(tmp_path_factory.mktemp("rendered") / "review")
    render(root, list(FORMATS), engine="embedded")
    return root
