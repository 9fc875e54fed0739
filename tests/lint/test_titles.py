"""Is a title said that differs between protocol and paper?"""

from __future__ import annotations

from tests.lint.conftest import Desk


def test_another_title_than_the_protocols_is_a_warning(desk: Desk) -> None:
    desk.replace("paper.qmd", "Anlotinib combination therapy", "Combinations with anlotinib")
    (problem,) = desk.new()
    assert (problem.severity, problem.rule, problem.line) == ("warning", "title", 2)
    assert "Anlotinib combination therapy for advanced" in problem.what


def test_the_same_title_with_its_subtitle_or_other_capitals_passes(desk: Desk) -> None:
    desk.replace("paper.qmd", "Anlotinib combination therapy", "ANLOTINIB Combination Therapy")
    assert desk.new() == []
