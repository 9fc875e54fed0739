"""A review with a first released version; the slow render is stood in for by its results."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analysis.build.building import results
from analysis.build.history.history import with_history
from analysis.paper.passages import written_passages
from analysis.paper.values import named_values
from analysis.render.version_menu import with_menu
from analysis.synthesis.computation import synthesise
from analysis.versions.release import Release, release
from schemas import load_review
from tests.conftest import copy_review

FIRST_DAY = "2026-01-05"
PAGE = '<html><body><main><header id="title-block-header"></header></main></body></html>\n'


def compute(root: Path) -> dict[str, Any]:
    """Give results.json as a build would write it, without figures."""
    data = load_review(root)
    synthesis = with_history(synthesise(data), data)
    values = named_values(synthesis, data)
    content = results(synthesis, values, (), written_passages(root, synthesis, data, values))
    return json.loads(json.dumps(content))


def stand_in(root: Path, formats: list[str], **_: Any) -> None:
    """Write what a render leaves, with real results and pages of one line."""
    found = compute(root)
    output = root / "_output"
    output.mkdir()
    (output / "results.json").write_text(json.dumps(found), encoding="utf-8")
    for name in ("paper.docx", "paper.pdf", "paper.xml"):
        (output / name).write_text(f"{name} of {found['edition']}", encoding="utf-8")
    page = with_menu(PAGE, found["synthesis"]["history"])
    (output / "paper.html").write_text(page, encoding="utf-8")


def empty_papers(root: Path, formats: list[str], **_: Any) -> None:
    """Write only the names of what a render leaves, for tests that read none of it."""
    (root / "_output").mkdir()
    for name in ("results.json", "paper.html", "paper.docx", "paper.pdf", "paper.xml"):
        (root / "_output" / name).write_text("{}", encoding="utf-8")


def quick_release(
    root: Path,
    number: str,
    summary: str,
    date: str = "2026-01-10",
    render: Callable[..., None] = stand_in,
) -> Release:
    """Release a version whose paper is a stand-in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analysis.render.engine.render", render)
        patch.setattr("analysis.render.publish.adopt", lambda *_: False)
        return release(root, number, summary, date)


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Edition 1.0, released; to be read and not changed."""
    root = copy_review(tmp_path_factory.mktemp("versions") / "review")
    quick_release(root, "1.0", "First version", FIRST_DAY)
    return root


@pytest.fixture
def released(first: Path, tmp_path: Path) -> Path:
    """A copy of the review with its released version, to change."""
    root = tmp_path / "released"
    shutil.copytree(first, root)
    return root
