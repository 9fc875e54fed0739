"""How certain the evidence is and what the numbers say for each domain, as plain text."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from analysis.paper.certainty_text import NOT_RATED, signs, statement
from schemas.certainty import DOMAINS
from schemas.problems import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analysis.synthesis.grade import Grade
    from analysis.synthesis.results import Outcome

_WIDTH = 96
_INDENT = "    "


def certainty_text(outcomes: Sequence[Outcome]) -> str:
    """Write what is known of the certainty of outcomes.

    Parameters
    ----------
    outcomes
        Those that the protocol wants rated; others are left out.
    """
    parts = ["\n".join(_lines(x, x.grade)) for x in outcomes if x.grade is not None]
    head = "What the numbers say; people decide, in data/certainty.csv."
    return "\n\n".join([head, *parts])


def _lines(outcome: Outcome, grade: Grade) -> Iterator[str]:
    yield f"{outcome.label} ({outcome.code}): {grade.result}"
    yield _told(f"Begins at: {grade.start or 'no study'}")
    rated = f"{signs(grade.level)} {grade.level}" if grade.level else NOT_RATED
    if grade.earlier is not None:
        rated = f"open again; {grade.earlier} when the result was {grade.rated_result}"
    yield _told(f"Rated: {rated}")
    told = statement(outcome)
    if told:
        yield _told(f"In words: {told}.")
    judged = {rating.domain: rating for rating in grade.domains}
    for proposal in grade.proposals:
        domain = DOMAINS[proposal.domain]
        yield ""
        yield _told(f"{domain.label}: {proposal.level or 'for people alone'}")
        for sentence in proposal.arithmetic:
            yield _told(sentence, 2)
        rating = judged.get(proposal.domain)
        if rating is not None:
            reason = f": {rating.reason}" if rating.reason else ""
            yield _told(f"Judged {rating.level}{reason}", 2)
        else:
            yield _told(f"To be judged: {', '.join(domain.levels)}.", 2)


def _told(text: str, depth: int = 1) -> str:
    indent = _INDENT * depth
    # Word by word: a sentence may be longer than a cell that is quoted.
    words = " ".join(map(printable, text.split()))
    return fill(words, _WIDTH, initial_indent=indent, subsequent_indent=indent)
