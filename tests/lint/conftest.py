"""The shipped review, computed once, with a manuscript that a test may spoil."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from analysis.lint import lint
from analysis.paper.values import Value
from schemas.problems import Problem
from schemas.review_data import ReviewData
from tests.conftest import copy_review


@dataclass(frozen=True, repr=False)
class Desk:
    """A copy of the manuscript on which sentences can be tried."""

    root: Path
    data: ReviewData
    values: Mapping[str, Value]
    passages: Mapping[str, str]
    shipped: frozenset[tuple[str, ...]]

    def file(self, name: str) -> Path:
        return self.root / "manuscript" / name

    def lint(self) -> tuple[Problem, ...]:
        return lint(self.root, self.data, self.values, self.passages)

    def add(self, name: str, text: str) -> int:
        """Add a paragraph to a file; give the line on which it begins."""
        before = self.file(name).read_text(encoding="utf-8").rstrip("\n")
        self.file(name).write_text(f"{before}\n\n{text}\n", encoding="utf-8")
        return before.count("\n") + 3

    def replace(self, name: str, old: str, new: str) -> None:
        text = self.file(name).read_text(encoding="utf-8")
        assert old in text
        self.file(name).write_text(text.replace(old, new, 1), encoding="utf-8")

    def everywhere(self, old: str, new: str) -> None:
        for path in self.file("").glob("*.qmd"):
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(old, new), encoding="utf-8")

    def first_in(self, name: str, text: str) -> None:
        """Add a paragraph behind the first heading of a file."""
        lines = self.file(name).read_text(encoding="utf-8").split("\n")
        place = next(n for n, line in enumerate(lines, 1) if line.startswith("#"))
        lines[place:place] = ["", text, ""]
        self.file(name).write_text("\n".join(lines), encoding="utf-8")

    def in_abstract(self, text: str) -> None:
        self.replace("paper.qmd", "  ## Conclusions\n\n", f"  ## Conclusions\n\n  {text}\n")

    def allow(self, entry: str) -> None:
        path = self.file("lint.yml")
        listed = path.read_text(encoding="utf-8").rstrip("\n")
        path.write_text(f"{listed}\n  - {entry}\n", encoding="utf-8")

    def new(self, *, errors: bool = False) -> list[Problem]:
        """Give what is found now and not in the manuscript as it is shipped."""
        return [
            problem
            for problem in self.lint()
            if _told(problem) not in self.shipped and not (errors and problem.severity == "warning")
        ]

    def about(self, text: str, name: str = "_results.qmd") -> list[Problem]:
        """Give what is found in a paragraph at the end of a file, and nowhere without it."""
        self.add(name, text)
        return self.new()


def _told(problem: Problem) -> tuple[str, ...]:
    """Tell a finding apart from others, wherever it has moved to."""
    what = re.sub(r"line \d+", "line", problem.what)
    return problem.file, problem.rule, problem.value or "", what


@pytest.fixture(scope="session")
def computed_review(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    from analysis.paper.choices import check
    from analysis.paper.passages import written_passages
    from analysis.paper.values import named_values
    from analysis.synthesis.computation import synthesise

    root = copy_review(tmp_path_factory.mktemp("lint") / "review")
    data = check(root).data
    assert data is not None
    synthesis = synthesise(data)
    values = named_values(synthesis, data)
    passages = written_passages(root, synthesis, data, values)
    shipped = frozenset(map(_told, lint(root, data, values, passages)))
    return Desk(root, data, values, passages, shipped)


@pytest.fixture
def desk(computed_review: Desk, tmp_path: Path) -> Desk:
    root = copy_review(tmp_path / "review")
    return replace(computed_review, root=root)


@pytest.fixture
def rules_of(desk: Desk) -> Callable[[str], list[str]]:
    """Give the rules that object to a paragraph at the end of the results."""
    return lambda text: [problem.rule for problem in desk.about(text)]
