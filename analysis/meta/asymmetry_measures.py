"""Which effect measures a test of funnel-plot asymmetry suits, and why not the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.meta.small_study import DEPENDENT

if TYPE_CHECKING:
    from analysis.meta.asymmetry_test import AsymmetryTest

__all__ = [
    "NO_GUIDANCE",
    "ODDS_RATIOS",
    "PROPORTIONS",
    "STANDARDISED",
    "TWO_ARM_COUNTS",
    "measure_fit",
]

# Names as in metafor and, where they differ, in R's meta.
ODDS_RATIOS = frozenset({"OR", "PETO"})
TWO_ARM_COUNTS = ODDS_RATIOS | {"RR", "RD", "AS", "ASD"}
PROPORTIONS = frozenset({"PR", "PRAW", "PLO", "PLOGIT", "PLN", "PAS", "PFT"})
STANDARDISED = frozenset({"SMD", "SMDH", "SMD1"})

#: Measures for which the recommendations say that they cannot recommend a test.
NO_GUIDANCE = {
    measure: (
        f"there is no firm guidance on testing {words} for asymmetry, and a test of the log odds "
        "ratios is an alternative (Sterne 2011)"
    )
    for measure, words in (("RR", "risk ratios"), ("RD", "risk differences"))
}


def measure_fit(test: AsymmetryTest, measure: str | None) -> tuple[str, str | None]:
    """Return whether a test suits a measure, and the reason if it does not quite.

    Returns
    -------
    tuple of str and (str or None)
        ``"suited"``, ``"caution"`` or ``"unsuited"``, and why. A measure without a name is taken
        as an effect whose variance does not depend on it.
    """
    name = measure or "GEN"
    if test.suits is not None:
        if name in test.suits:
            return "suited", None
        if name in test.caution:
            return "caution", test.caution[name]
        return "unsuited", test.otherwise
    # Tests on any effect with its standard error: caution where the two are tied to each other.
    if name in DEPENDENT:
        words, source = DEPENDENT[name]
        return "caution", (
            f"the variance of {words} depends on their value, which makes a funnel plot "
            f"asymmetric without bias ({source})"
        )
    if name in NO_GUIDANCE:
        return "caution", NO_GUIDANCE[name]
    return "suited", None
