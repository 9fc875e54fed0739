"""The title of the paper against the one that the protocol names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.manuscript.sources import SHORTCODE, manuscript_problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.lint.facts import Facts
    from analysis.lint.sentences import Sentence
    from schemas.problems import Problem


def titles(facts: Facts, sentences: tuple[Sentence, ...]) -> Iterator[Problem]:
    """Find a title that does not hold the words of the protocol's.

    Exports and registries take the protocol's, readers see the paper's. A subtitle may stand in
    either; capitals and marks do not count.
    """
    printed = str(facts.manuscript.front_matter.get("title") or "")
    wanted = facts.protocol.review.title
    allowed = any(entry.rule == "title" for entry in facts.allowed.entries)
    if not printed or allowed or SHORTCODE.search(printed) or _words(wanted) in _words(printed):
        return
    lines = facts.manuscript.front_matter_lines
    line = next((line for line in lines if line.text.startswith("title:")), None)
    what = f"The protocol calls the review “{wanted}”."
    hint = "Write the same title in data/protocol.yml and in manuscript/paper.qmd."
    yield manuscript_problem(line, printed, what, hint, "title", "warning")


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
