"""Pictures of the authors' own that nobody describes for readers who cannot see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.manuscript.sources import manuscript_problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.lint.facts import Facts
    from analysis.lint.sentences import Sentence
    from schemas.problems import Problem


def undescribed_pictures(facts: Facts, sentences: tuple[Sentence, ...]) -> Iterator[Problem]:
    """Find pictures with neither ``fig-alt`` nor a caption between their brackets.

    A warning while the paper is written: the figure's caption stands in. A journal's package asks
    for a description.
    """
    for picture in facts.pictures:
        if not picture.alt:
            what = "This picture has no description for readers who cannot see it."
            hint = f'Write ![]({picture.file}){{fig-alt="What it shows"}}.'
            yield manuscript_problem(picture.line, picture.file, what, hint, "alt-text", "warning")
