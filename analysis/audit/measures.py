"""What sort of number an estimate is, from its unit, its name and its values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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
    r"\b(?:a|adjusted |pooled |s|c)?(?:OR|RR|HR|IRR|DOR|SIR|SMR)s?\b"
    r"|\b(?i:odds|hazards?|risk|rate|prevalence|incidence|likelihood)[ -](?i:ratio)s?\b"
    r"|\b(?i:relative risk)s?\b|^(?i:ratio)$"
)
_DIFFERENCE = re.compile(
    r"\b(?:W?MD|SMD|RD|ARD)\b|\b(?i:difference|hedges|cohen|log[ -]?(?:OR|RR|HR|odds))"
)
_CORRELATION = re.compile(r"^(?:r|rho)$|\b(?i:correlation)\b")
_PROPORTION = re.compile(
    r"\b(?i:proportion|prevalence|incidence|rate|sensitivity|specificity|percent(age)?|risk)\b"
)
_QUANTITY = re.compile(r"\b(?i:median|mean|months?|weeks?|days?|years?|hours?|minutes?)\b")


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
    if any(value.text.endswith("%") for value in printed):
        return "percent"
    bare = unit.strip().casefold()
    for kind in _NAMED_BY_UNIT:
        if bare in _UNITS[kind]:
            return kind
    known_unit = bare not in _UNITS["unclear"]
    for text in (unit.strip(), words) if known_unit else (words,):
        # "Log odds ratio" and "risk difference" are differences, so these are looked for first.
        if _DIFFERENCE.search(text):
            return "difference"
        if _RATIO.search(text):
            return "ratio"
        if _CORRELATION.search(text):
            return "correlation"
        if _PROPORTION.search(text):
            return _proportion(printed)
        if _QUANTITY.search(text):
            return "quantity"
    return "quantity" if known_unit else "unclear"


def _proportion(printed: list[Printed]) -> Kind:
    """Tell percents from fractions by their size."""
    if not printed:
        return "percent"
    largest = max(float(value) for value in printed)
    if largest <= 1:
        return "fraction"
    # Between 1 and e stand small percents and exponentiated proportions.
    return "percent" if largest > _LARGEST_EXPONENTIATED else "unclear"
