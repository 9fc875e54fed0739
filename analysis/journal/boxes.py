"""The boxes that a journal prints beside the text: Key Points, What this study adds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.journal.counts import words_in
from schemas.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.journal.context import Submission
    from analysis.journal.requirements import Box


def boxes_before_abstract(submission: Submission) -> str:
    """Give the boxes that stand on a page of their own before the abstract, as markdown."""
    return "\n\n".join(
        _markdown(box, parts, submission)
        for box in submission.journal.boxes
        if box.place == "before_abstract" and (parts := submission.own.box(box))
    )


def _markdown(box: Box, parts: dict[str, str], submission: Submission) -> str:
    from analysis.journal.templates import filled_in

    front = submission.manuscript.front_matter
    blocks = [f'::: {{custom-style="Abstract Title"}}\n{box.heading}\n:::']
    for name, text in parts.items():
        words = filled_in(text, submission.own.file, submission.variables, front)
        blocks.append(words if name == box.heading else f"**{name}** {words}")
    return "\n\n".join(blocks)


def box_problems(submission: Submission) -> Iterator[Problem]:
    """Find boxes that the journal prints and nobody has written, in whole or in part."""
    journal, own = submission.journal, submission.own
    for box in journal.boxes:
        parts = own.box(box)
        headings = " and ".join((f"# {box.heading}", *(f"## {name}" for name in box.parts)))
        if parts is None:
            what = f"{journal.name} prints a box “{box.heading}”, and nobody has written it."
            hint = f"Write it in this file, below {headings}."
            yield _problem(own.file, None, box.heading, what, hint)
            continue
        for name in box.parts or (box.heading,):
            if name not in parts:
                what = f"The box “{box.heading}” has no text for “{name}”."
                yield _problem(own.file, None, name, what, f"Write it below ## {name}.")
        count = words_in("\n\n".join(parts.values()), submission)
        if box.words is not None and count > box.words:
            what = f"{journal.name} allows at most {box.words} words in the box “{box.heading}”."
            yield _problem(own.file, None, str(count), what, f"Shorten by {count - box.words}.")


def _problem(file: str, line: int | None, value: str | None, what: str, hint: str) -> Problem:
    return Problem(file, line, None, value, what, hint, "error", "journal-box")
