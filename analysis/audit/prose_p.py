"""Whose P a sentence says it is."""

from __future__ import annotations

import re
from typing import Literal

Owner = Literal[
    "effect", "of the effect", "heterogeneity", "adjusted", "one-sided", "other", "unassigned"
]

# The first that fits is taken; a test of something else is compared with nothing.
_WORDS: tuple[tuple[Owner, str], ...] = (
    (
        "other",
        (
            r"interaction|trend|non-?inferior|equivalen|linear|subgroup|egger|begg|peters|bias"
            r"|asymmetr|between[- ]group|moderat(?:or|ion)|proportional|schoenfeld|normality"
            r"|wilcoxon|mann|whitney|kruskal|permutation|_int|\bint\b|difference between|ranks?\b"
        ),
    ),
    ("of the effect", r"overall|\beffect|superior|\bZ\b"),
    ("heterogeneity", r"\bhet(?:ero\w*)?\b|_het|heterogen|cochran|\bfor Q\b|\bQ\b|\(Q\)"),
    (
        "adjusted",
        (
            r"bonferroni|holm\b|hochberg|\bFDR\b|false discovery|tukey|corrected|benjamini|\badj"
            r"|multiplicity|sidak|šidák|q-?value"
        ),
    ),
    ("one-sided", r"\b(?:one|1)[- ]?(?:sided|tailed)"),
    ("effect", r""),
)
_OWNERS: tuple[tuple[Owner, re.Pattern[str]], ...] = tuple(
    (owner, re.compile(words, re.IGNORECASE)) for owner, words in _WORDS
)


def owner_of(words: str, before: str) -> Owner:
    """Say what a P belongs to.

    Parameters
    ----------
    words : str
        The P with the words about it.
    before : str
        The role of the statistic in front of it: behind z it is that of the effect.
    """
    if before == "z":
        return "effect"
    return next(owner for owner, pattern in _OWNERS if pattern.search(words))
