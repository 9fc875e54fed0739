"""What sort of number an estimate is, from its unit, its name and its values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.audit.foreign_names import FOREIGN_DIFFERENCES, FOREIGN_RATIOS

if TYPE_CHECKING:
    from analysis.audit.claims import Kind
    from analysis.audit.printed import Printed

# exp(1): what an exponentiated proportion stays below.
_LARGEST_EXPONENTIATED = 2.7182818

_UNITS: dict[Kind, frozenset[str]] = {
    "percent": frozenset(("percent", "%", "pct", "percentage", "per cent", "percents")),
    "fraction": frozenset(("fraction", "probability", "0-1")),
    "count": frozenset(
        (
            *("studies", "study", "trials", "records", "reports", "articles", "patients", "count"),
            *("participants", "subjects", "cases", "events", "people", "n", "estimates", "cohorts"),
        )
    ),
    "unclear": frozenset(("", "unclear", "unknown", "?", "not stated", "na", "n/a", "none")),
}
_NAMED_BY_UNIT: tuple[Kind, ...] = ("percent", "fraction", "count")
_RATIO = re.compile(
    r"\b(?:(?:un)?adj\.? ?|adjusted |pooled |summary |[acspm]|cs)?"
    r"(?:OR|RR|HR|IRR|DOR|SIR|SMR|MRR|GMR|ROM|PRR|ROR|SHR|AOR|AHR)(?:s|adj)?\b|\b[PN]?LR[+-]?(?!\w)"
    r"|\b(?i:(?:odds|hazards?|risk|rate|prevalence|incidence|likelihood|mortality|time|response"
    r"|proportions?|means?|geometric mean)[ -]ratio)s?\b"
    r"|\b(?i:relative (?:risk|odds|hazard|rate)s?)\b(?!(?i:[ -]+(?:reduc|decreas|increas)))"
    rf"|\b(?i:ratios?)\b|{FOREIGN_RATIOS}"
)
_DIFFERENCE = re.compile(
    r"\b(?:W?MD|SMD|RD|ARD)\b|\b(?i:difference|hedges|cohen"
    r"|(?:log|ln)[ -]?(?:OR|RR|HR|odds|haz|risk)"
    rf"|coefficient|slope|beta)|β|{FOREIGN_DIFFERENCES}"
)
_CHANGE = re.compile(
    r"\b(?:VE|RRR|ARR)\b|\b(?i:efficacy|effectiveness|(?:relative |absolute |proportional )?"
    r"(?:risk |rate |hazard |odds )?(?:reduction|decrease|increase|change|decline)s?)\b"
)
_LOGARITHM = re.compile(r"\b(?i:log|ln)\b")
_CORRELATION = re.compile(r"^(?:r|rho)$|\b(?i:correlation)s?\b")
_PROPORTION = re.compile(
    r"\b(?i:proportion|prevalence|incidence|rate|sensitivity|specificity|percent(age)?|risk|ORR)\b"
)
_QUANTITY = re.compile(r"\b(?i:median|mean|months?|weeks?|days?|years?|hours?|minutes?)\b")
# A name decides by the first of these that it fits: "log odds ratio" and "risk difference" are
# differences, "relative risk reduction" is a change.
_BY_NAME: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("difference", _DIFFERENCE),
    ("change", _CHANGE),
    ("ratio", _RATIO),
    ("correlation", _CORRELATION),
)
# Words of a sentence that make a percent more than a proportion.
_COMPARED = re.compile(
    r"reduc|decreas|declin|lower|increas|higher|improv|chang|efficac|effectiv|differen|gain|fewer"
    r"|less\b|greater|excess|percentage[- ]point|\bdrop|\bfell\b|\brose\b|growth|saving|margin"
    r"|attributable|relative|protect|loss|prevent|absolute|worse|better|shorter|longer|\bVE\b|\bRRR\b",
    re.IGNORECASE,
)
# Differences whose intervals are mostly made by ranks or bootstrap, or are of rates.
_SKEWED = re.compile(
    r"\bmedians?\b|\bcosts?\b|[€$£¥]|\b(?:USD|EUR|GBP|QALYs?|ICER)\b"
    r"|per 1(?:0|00|[ ,]?000|00[ ,]?000)\b",
    re.IGNORECASE,
)
_BOUNDED = re.compile(
    r"\b(?i:sensitivity|specificity|prevalence|proportion|probability|AUC|AUROC|c-?statistic|c-?index"
    r"|area under|concordance|accuracy|kappa|ICC)|κ"
)


def names_a_kind(text: str) -> bool:
    """Say whether a heading names an effect measure or a proportion."""
    upper = text.upper() if len(text) <= 4 else text
    return any(pattern.search(upper) or pattern.search(text) for _, pattern in _BY_NAME) or bool(
        _PROPORTION.search(text)
    )


def is_proportion(text: str) -> bool:
    """Say whether words name a proportion of people or studies."""
    return _PROPORTION.search(text) is not None


def is_change(text: str) -> bool:
    """Say whether words name an efficacy, a reduction or another change."""
    return _CHANGE.search(text) is not None


def kind_of(unit: str, words: str, values: tuple[Printed | None, ...]) -> Kind:
    """Recognise the kind of a number.

    Parameters
    ----------
    unit : str
        As printed, may be empty.
    words : str
        The name of statistic and measure.
    values : tuple of Printed or None
        Estimate and limits.

    Returns
    -------
    Kind
        ``unclear`` where neither unit nor name decide, or where the values contradict the name.
    """
    printed = [value for value in values if value is not None]
    if is_change(words) and not _RATIO.search(words):
        return "change"
    if any(value.text.endswith("%") for value in printed):
        return "percent"
    bare = unit.strip().casefold()
    for kind in _NAMED_BY_UNIT:
        if bare in _UNITS[kind]:
            return kind
    known_unit = bare not in _UNITS["unclear"]
    for text in (unit.strip(), words) if known_unit else (words,):
        for named, pattern in _BY_NAME:
            if pattern.search(text):
                return named
        if _PROPORTION.search(text):
            return _proportion(printed)
        if _QUANTITY.search(text):
            return "quantity"
    return "quantity" if known_unit else "unclear"


def kind_in_text(unit: str, measure: str, sentence: str, label: str) -> Kind:
    """Recognise the kind of a number in a sentence.

    Parameters
    ----------
    unit : str
        As printed behind the estimate or a limit.
    measure : str
        Names of measures near the estimate, the nearest last.
    sentence, label : str
        All of it, and the words in front of the number.

    Returns
    -------
    Kind
        ``unclear`` where the words do not decide; on that kind hardly anything is judged.
    """
    bare = unit.strip().casefold()
    if "percentage" in bare or bare == "pp":
        return "change"
    if bare in ("point", "points"):
        return "difference"
    if bare in _UNITS["percent"]:
        return "change" if _COMPARED.search(sentence) or _BOUNDED.search(measure) else "percent"
    kinds: set[Kind] = {kind for kind, pattern in _BY_NAME if pattern.search(measure)}
    kinds.discard("change")
    if _RATIO.search(measure) and _LOGARITHM.search(measure):
        return "difference"
    if len(kinds) == 1:
        kind = kinds.pop()
        if kind == "difference" and _SKEWED.search(sentence):
            return "quantity"
        return "unclear" if bare in ("times", "fold", "-fold") and kind != "ratio" else kind
    if kinds or measure:
        return "unclear"
    if _QUANTITY.search(unit) or _QUANTITY.search(label):
        return "quantity"
    return "unclear"


def _proportion(printed: list[Printed]) -> Kind:
    """Tell percents from fractions by their size."""
    if not printed:
        return "percent"
    largest = max(float(value) for value in printed)
    if largest <= 1:
        return "fraction"
    # Between 1 and e stand small percents and exponentiated proportions.
    return "percent" if largest > _LARGEST_EXPONENTIATED else "unclear"
