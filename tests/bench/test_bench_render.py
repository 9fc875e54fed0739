"""How long does a user wait? Whole processes, imports included, on a copy of the review.

Aims of the first paper: a cold render of all four formats under 12 s on two cores, a second run
with nothing changed under 2 s, ``review --help`` under 0.5 s.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from analysis.storage.cache import PLACE
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

pytestmark = pytest.mark.bench


def review_command(root: Path, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "analysis", "--root", str(root), *arguments],
        check=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
    )


def forget(root: Path) -> None:
    for made in ("_output", "manuscript/_generated", ".review"):
        shutil.rmtree(root / made, ignore_errors=True)


def test_render_all_formats_from_cold(
    benchmark: BenchmarkFixture, review: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(PLACE)  # nothing drawn before

    def setup() -> tuple[tuple[Path, str, str, str], dict[str, object]]:
        forget(review)
        return (review, "render", "--engine", "embedded"), {}

    benchmark.pedantic(review_command, setup=setup, rounds=3)


def test_render_with_nothing_changed(benchmark: BenchmarkFixture, review: Path) -> None:
    review_command(review, "render", "--engine", "embedded")
    benchmark.pedantic(review_command, args=(review, "render", "--engine", "embedded"), rounds=5)


def test_check(benchmark: BenchmarkFixture, review: Path) -> None:
    benchmark.pedantic(review_command, args=(review, "check"), rounds=5)


def test_help(benchmark: BenchmarkFixture, review: Path) -> None:
    benchmark.pedantic(review_command, args=(review, "--help"), rounds=5)
