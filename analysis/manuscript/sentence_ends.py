"""Where the sentences of a passage end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.manuscript.passages import CITATION

if TYPE_CHECKING:
    from collections.abc import Iterator

# A citation behind the full stop still belongs to the sentence before it.
_END = re.compile(rf"[.!?…][)\]\"'”’*_]*(?:[ \n]?{CITATION}+)?(?=\s|$)")
_SHORTENED = re.compile(
    r"\b(?:e\.g|i\.e|et al|vs|cf|ca|approx|resp|incl|figs?|tab|nos?|suppl|dr|prof|st|eds?|vol|pp?)"
    r"\.$",
    re.IGNORECASE,
)
_INITIAL = re.compile(r"\b[A-Z]\.$")


def sentence_spans(words: str) -> Iterator[tuple[int, int]]:
    """Give the places at which each sentence begins and ends, without the blanks before it.

    Parameters
    ----------
    words
        The text of a passage, with everything hidden that is not prose.
    """
    start = 0
    ends = [match.end() for match in _END.finditer(words) if _ends(words, match)]
    for end in (*ends, len(words)):
        while start < end and words[start].isspace():
            start += 1
        if start < end:
            yield start, end
        start = end


def _ends(words: str, match: re.Match[str]) -> bool:
    # The longest shortened word has six letters: a long paragraph is not searched again each time.
    upto = words[max(0, match.start() - 12) : match.start() + 1]
    if _SHORTENED.search(upto):
        return False
    if words.startswith("\n", match.end()):
        return True
    follows = words[match.end() : match.end() + 12].lstrip()[:1]
    return not follows.islower() and not _INITIAL.search(upto)
