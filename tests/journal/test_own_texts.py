"""Do the abstract and the boxes that one journal wants stand where it prints them?"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from analysis.journal.boxes import box_problems
from analysis.journal.context import Submission, read_submission
from analysis.journal.counts import counts_of
from analysis.journal.manuscript_word import write_manuscript
from analysis.journal.preflight.limits import abstract_form
from analysis.journal.requirements import Journal
from schemas.problems import DataProblems

pytestmark = pytest.mark.xdist_group("submission")
JOURNAL = {
    "id": "boxed",
    "name": "Boxed Journal",
    "figures": "legends",
    "abstract": {"headings": [{"heading": "Objective"}, {"heading": "Results"}]},
    "boxes": [
        {
            "heading": "Key Points",
            "parts": ["Question", "Meaning"],
            "words": 9,
            "place": "before_abstract",
        },
        {"heading": "What this study adds"},
    ],
}
TEXTS = """\
# Abstract

## Objective

To count {{< var studies.included >}} studies.

## Results

None.

# Key Points

## Question

How many?

## Meaning

All {{< var studies.included >}} of them.

# What this study adds

A sentence behind the text.
"""


@pytest.fixture
def read(built: Path, tmp_path: Path) -> Callable[[str | None], Submission]:
    """Read a built review for a journal with boxes, with this text for it."""
    root = tmp_path / "review"
    shutil.copytree(built, root)

    def submission(text: str | None) -> Submission:
        if text is not None:
            (root / "manuscript/journals/boxed.md").write_text(text, encoding="utf-8")
        journal = Journal.model_validate(JOURNAL)
        return read_submission(root, journal, draft=True, blinded=False, date="2026-11-29")

    return submission


def test_abstract_and_boxes_of_a_journal(
    read: Callable[[str | None], Submission], tmp_path: Path
) -> None:
    submission = read(TEXTS)
    assert not [*box_problems(submission), *abstract_form(submission)]
    # Objective. To count 14 studies. Results. None.
    assert counts_of(submission).abstract_words == 7
    (path,) = write_manuscript(submission, tmp_path)
    texts = [block.text for block in docx.Document(str(path)).paragraphs]
    places = [
        next(n for n, text in enumerate(texts) if text.startswith(start))
        for start in (
            *("Key Points", "Question How many?", "Meaning All 14 of them.", "Abstract"),
            *("To count 14 studies.", "Introduction", "What this study adds", "References"),
        )
    ]
    assert places == sorted(places)
    assert texts[places[6] + 1] == "A sentence behind the text."


def test_what_nobody_wrote_is_named(read: Callable[[str | None], Submission]) -> None:
    submission = read(None)
    assert [problem.value for problem in box_problems(submission)] == [
        "Key Points",
        "What this study adds",
    ]
    # The manuscript's own abstract stays whole, and its parts without a place are told.
    assert {problem.value for problem in abstract_form(submission)} == {
        *("Background", "Methods", "Conclusions", "Objective"),
    }


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("## Meaning\n\nAll {{< var studies.included >}} of them.\n", "", "no text for “Meaning”"),
        ("How many?", "How many are there in all the world?", "at most 9 words"),
    ],
)
def test_a_box_that_is_not_as_the_journal_wants_it(
    read: Callable[[str | None], Submission], old: str, new: str, told: str
) -> None:
    (problem,) = box_problems(read(TEXTS.replace(old, new)))
    assert told in problem.what


@pytest.mark.parametrize(
    ("text", "told", "line"),
    [
        ("# Abstract\n\n{{< var no.such >}}\n", "no value called no.such", 3),
        ("# Key Point\n\nA\n", "no place for this text", 1),
    ],
)
def test_mistakes_are_named_with_their_line(
    read: Callable[[str | None], Submission], text: str, told: str, line: int
) -> None:
    with pytest.raises(DataProblems) as refused:
        read(text)
    (problem,) = refused.value.problems
    assert told in problem.what
    assert problem.line == line
