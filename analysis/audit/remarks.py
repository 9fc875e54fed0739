"""What a text says of its methods that changes what may be concluded from a number."""

from __future__ import annotations

import re
from typing import Literal

Remark = Literal[
    "own interval", "one-sided", "multiplicity", "corrected df", "estimated", "other test"
]

_WORDS: dict[Remark, str] = {
    # Intervals that need be symmetric on no scale.
    "own interval": (
        r"bootstrap|bayes|uncertainty interval|\b(?-i:UI)\b"
        r"|credible|credibility|\b(?-i:CrIs?|HDI|HPDI)\b|posterior|BCa\b|fieller"
        r"|profile[- ]likelihood|exact (?:conditional|logistic|poisson|(?:95 ?% )?confidence)"
        r"|conditional (?:exact|maximum)|newcombe|miettinen|farrington|simulation|monte carlo"
        r"|jackknife|penali[sz]ed|firth|median unbiased|hodges|repeated confidence|delta method"
        r"|non-?parametric|quantile regression|percentile (?:method|interval)|likelihood-based"
    ),
    "one-sided": r"\b(?:one|1)[- ]?(?:sided|tailed)|directional hypothes",
    "multiplicity": (
        r"bonferroni|\bholm\b|hochberg|\bFDR\b|false discovery|tukey|benjamini|sidak|šidák"
        r"|multipl(?:e (?:comparison|testing|test)|icity)|scheff[eé]|corrected p|post[- ]hoc"
    ),
    "corrected df": (
        r"greenhouse|huynh|sphericity|satterthwaite|welch|unequal variance"
        r"|kenward|permutation|randomi[sz]ation test"
    ),
    "estimated": (
        r"kaplan|cumulative|weighted|standardi[sz]ed|adjusted|imputed|imputation|actuarial"
        r"|estimated|model(?:led|ed|-based)|product[- ]limit|at \d+[ -](?:years?|months?|days?)"
        r"|\d+-(?:year|month|day)|event[- ]free|survival|per[- ]protocol|mitt|missing|evaluable"
    ),
    "other test": (
        r"fisher|log-?rank|\bexact\b|yates|continuity|mcnemar|likelihood[- ]ratio|score test"
    ),
}
# What says of a whole paper that its percents are no plain ones: "adjusted" or "survival"
# somewhere in it says nothing of the percent in another sentence.
_ESTIMATED_THROUGHOUT = re.compile(
    r"(?:survey|sampling|population|inverse[- ]probability)[- ]weight|weighted (?:percent|%"
    r"|proportion|prevalence|frequenc|data|sample|number|estimates? of (?:the )?percent)"
    r"|(?:percent\w*|proportions|frequencies) (?:are|were) (?:\w+ ){0,3}(?:weighted|imputed"
    r"|adjusted|standardi[sz]ed|estimated)|imputation|\bimputed",
    re.IGNORECASE,
)
_REMARKS: dict[Remark, re.Pattern[str]] = {
    remark: re.compile(words, re.IGNORECASE) for remark, words in _WORDS.items()
}


def remarks_of(sentence: str) -> frozenset[Remark]:
    """Find what a sentence says of the numbers in it."""
    return frozenset(remark for remark, pattern in _REMARKS.items() if pattern.search(sentence))


def remarks_on_all(text: str) -> frozenset[Remark]:
    """Find what a text says of every number in it."""
    patterns: dict[Remark, re.Pattern[str]] = {**_REMARKS, "estimated": _ESTIMATED_THROUGHOUT}
    return frozenset(remark for remark, pattern in patterns.items() if pattern.search(text))
