"""When tests of small-study effects should not be trusted, said as data.

Every test of funnel-plot asymmetry returns these flags: whether a test is fit for the data at hand
is part of its result, not of a manual.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "DEPENDENT",
    "MAX_HETEROGENEITY",
    "MIN_STUDIES",
    "SmallStudyFlag",
    "heterogeneity_share",
    "small_study_flags",
]

#: Fewer studies give too little power to tell chance from asymmetry: Sterne et al. (2011),
#: BMJ 343:d4002; Cochrane Handbook 6.5, section 13.3.5.4.
MIN_STUDIES = 10

#: I² from which asymmetry says more about heterogeneity than about missing studies: Ioannidis,
#: Trikalinos (2007), CMAJ 176:1091; for trim and fill Terrin et al. (2003), Stat Med 22:2113.
MAX_HETEROGENEITY = 0.5

_PROPORTIONS = "Hunter 2014, Peters 2006"
_BY_COUNTS = "Peters 2006, Sterne 2011"
_BY_VALUE = "Pustejovsky 2019"

#: Measures whose sampling variance is a function of the effect itself, so that asymmetry arises
#: without any bias, with the source: Hunter et al. (2014), J Clin Epidemiol 67:897 (proportions);
#: Peters et al. (2006), JAMA 295:676 (odds ratios); Pustejovsky, Rodgers (2019), Res Synth Methods
#: 10:57 (standardised differences, and effects whose delta-method variance holds the effect).
#: Names as in metafor and, where they differ, in R's meta.
DEPENDENT = {
    "PR": ("proportions", _PROPORTIONS),
    "PRAW": ("proportions", _PROPORTIONS),
    "PLO": ("logit proportions", _PROPORTIONS),
    "PLOGIT": ("logit proportions", _PROPORTIONS),
    "PLN": ("log proportions", _PROPORTIONS),
    "PAS": ("arcsine proportions of unequal size", _PROPORTIONS),
    "PFT": ("double-arcsine proportions", _PROPORTIONS),
    "SENS": ("sensitivities", _PROPORTIONS),
    "SPEC": ("specificities", _PROPORTIONS),
    "OR": ("log odds ratios", _PROPORTIONS),
    "PETO": ("Peto's log odds ratios", _BY_COUNTS),
    "DOR": ("diagnostic log odds ratios", _BY_COUNTS),
    "IR": ("incidence rates", _BY_COUNTS),
    "IRLN": ("log incidence rates", _BY_COUNTS),
    "IRR": ("log rate ratios", _BY_COUNTS),
    "IRD": ("rate differences", _BY_COUNTS),
    "SMD": ("standardised mean differences", _BY_VALUE),
    "SMDH": ("standardised mean differences", _BY_VALUE),
    "SMD1": ("standardised mean differences", _BY_VALUE),
    "PHI": ("phi coefficients", _BY_VALUE),
    "COR": ("raw correlations", _BY_VALUE),
    "UCOR": ("raw correlations", _BY_VALUE),
}


@dataclass(frozen=True, slots=True)
class SmallStudyFlag:
    """One reason to distrust a test of small-study effects.

    Attributes
    ----------
    code : {"few_studies", "heterogeneity", "dependent_variance", "saturated"}
        For programs.
    reason : str
        For readers, with the source.
    """

    code: str
    reason: str


def heterogeneity_share(y: NDArray[np.float64], v: NDArray[np.float64]) -> float:
    """Return I² from Cochran's Q, as a fraction, for effects and variances of shape (k,)."""
    weight = 1.0 / v
    centred = y - np.dot(weight, y) / weight.sum()
    q = float(np.dot(weight, centred * centred))
    return max(0.0, 1.0 - (y.size - 1) / q) if q > 0 else 0.0


def small_study_flags(
    k: int,
    measure: str | None = None,
    *,
    i2: float | None = None,
    residual_df: int | None = None,
) -> tuple[SmallStudyFlag, ...]:
    """Return why a test of funnel-plot asymmetry may mislead for these data.

    Parameters
    ----------
    k : int
        Studies in the test.
    measure : str, optional
        Effect measure in metafor's notation, such as ``"PLO"`` or ``"RR"``.
    i2 : float, optional
        I² of the studies, a fraction.
    residual_df : int, optional
        Residual degrees of freedom of a regression test.
    """
    flags = []
    if k < MIN_STUDIES:
        flags.append(
            SmallStudyFlag(
                "few_studies",
                f"there are only {k} estimates, and with fewer than {MIN_STUDIES} chance cannot be "
                "told from asymmetry (Sterne 2011)",
            )
        )
    if i2 is not None and i2 >= MAX_HETEROGENEITY:
        flags.append(
            SmallStudyFlag(
                "heterogeneity",
                f"I² is {100.0 * i2:.1f}%, and from {100.0 * MAX_HETEROGENEITY:.0f}% asymmetry is "
                "more likely heterogeneity than missing studies (Ioannidis 2007, Terrin 2003)",
            )
        )
    if measure in DEPENDENT:
        words, source = DEPENDENT[measure]
        flags.append(
            SmallStudyFlag(
                "dependent_variance",
                f"the variance of {words} depends on their value, which makes a funnel plot "
                f"asymmetric without bias ({source})",
            )
        )
    if residual_df == 0:
        flags.append(
            SmallStudyFlag(
                "saturated", "as many coefficients as studies: no standard error and no test"
            )
        )
    return tuple(flags)
