"""Places of the text that a new review begins with and nobody has written yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from schemas.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.manuscript.source_line import Manuscript

# The words of `analysis/new_review/starter/`.
_STILL_TO_WRITE = re.compile(r"\bWrite here\b")


def unfinished(manuscript: Manuscript) -> Iterator[Problem]:
    """Find sentences that say what is to be written in their place.

    Parameters
    ----------
    manuscript
        The text with its includes.
    """
    for line in manuscript.lines:
        if _STILL_TO_WRITE.search(line.prose):
            what = "This passage is still to be written."
            hint = "Write it, and delete these words."
            yield Problem(
                *(line.file, line.line, None, line.text.strip(), what, hint),
                severity="error",
                rule="text-unfinished",
            )
