"""What the protocol has and the paper does not say: an outcome, or the title."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.manuscript.generated_text import passage_id
from analysis.manuscript.sources import PAPER, SHORTCODE, manuscript_problem, read_manuscript

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from analysis.manuscript.source_line import Manuscript
    from schemas.problems import Problem
    from schemas.protocol import Protocol


def untold(manuscript: Manuscript, protocol: Protocol) -> Iterator[Problem]:
    """Find outcomes without a passage or value in the text, and another title than the protocol's.

    Parameters
    ----------
    manuscript
        As `read_manuscript` gives it; what passages fill in does not count.
    protocol
        The choices of the review.

    Returns
    -------
    iterator of Problem
        Warnings.
    """
    typed = [line for line in manuscript.lines if not line.generated]
    values = {
        match[2].strip().partition(".")[0]
        for line in typed
        for match in SHORTCODE.finditer(line.prose)
        if match[1] == "var"
    }
    divs = tuple(filter(None, map(passage_id, typed)))
    for outcome in protocol.outcomes:
        if outcome.id not in values and not any(name.startswith(f"{outcome.id}-") for name in divs):
            yield _warning(
                outcome.id,
                f"The paper says nothing of the outcome {outcome.label}.",
                f"Put ::: {{#passage-{outcome.id}-results}} and ::: where its result is to stand, "
                f"or print one of its values, such as {{{{< var {outcome.id}.summary >}}}}.",
                "outcome-untold",
            )
    title = str(manuscript.front_matter.get("title", ""))
    review = protocol.review
    allowed = (review.title, f"{review.title}: {review.subtitle}")
    if "{{<" not in title and _plain(title) not in map(_plain, allowed):
        yield _warning(
            title,
            f"The paper's title is not that of the protocol: {review.title}",
            "Correct title in manuscript/paper.qmd, or the title in data/protocol.yml.",
            "title-differs",
        )


def untold_of(root: Path, protocol: Protocol) -> tuple[Problem, ...]:
    """Read a review's manuscript and give what `untold` finds; nothing where there is no paper."""
    return tuple(untold(read_manuscript(root), protocol)) if (root / PAPER).exists() else ()


def _plain(title: str) -> str:
    return " ".join(title.replace("\\", "").replace("*", "").split()).casefold()


def _warning(value: str, what: str, hint: str, rule: str) -> Problem:
    return replace(manuscript_problem(None, value, what, hint, rule), severity="warning")
