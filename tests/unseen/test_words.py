"""Is what came back in a Word file named as its answer, written beforehand, says?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from analysis.journal.feedback.report import render_text
from tests.journal.feedback.conftest import original, reviewed, texts
from tests.journal.feedback.edited import Reviewed, read
from tests.journal.feedback.test_other_programs import ROWS
from tests.unseen.cases import cases_of, named
from tests.unseen.word_changes import change

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.manuscript.text import ReadText

__all__ = ["original", "reviewed", "texts"]


@pytest.mark.parametrize("case", cases_of("words"), ids=named)
def test_file(
    case: dict[str, Any], reviewed: Reviewed, texts: tuple[ReadText, ...], tmp_path: Path
) -> None:
    change(reviewed, case)
    found = read(reviewed.save(tmp_path / "back.docx"), texts, ROWS)
    if "edits" in case:
        told = sorted((edit.kind, f"{edit.old} {edit.new}") for edit in found.edits)
        wanted = sorted(map(tuple, case["edits"]))
        assert [kind for kind, _ in told] == [kind for kind, _ in wanted], told
        assert all(words in said for (_, said), (_, words) in zip(told, wanted, strict=True)), told
    assert [remark.comment.text for remark in found.remarks] == case.get("remarks", [])
    report = render_text(found)
    for words in case.get("said", ()):
        assert any(word in report for word in words.split("|")), words
