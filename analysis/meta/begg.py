"""Begg and Mazumdar's rank correlation between standardised effects and their variances.

The effects are centred at the common-effect mean and divided by the standard error of that
difference; Kendall's rank correlation with the sampling variances is the test (Begg and Mazumdar
1994, Biometrics 50:1088). Programs differ in how they get the p value: exactly (metafor, small k),
from the normal approximation (meta), or from it with a continuity correction (Stata's metabias).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta import checks
from analysis.meta.distributions import special
from analysis.meta.errors import MetaInputError
from analysis.meta.small_study import SmallStudyFlag, heterogeneity_share, small_study_flags

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["BEGG_METHODS", "BeggTest", "begg"]

BEGG_METHODS = ("exact", "normal", "continuity")

#: The exact distribution is built by k convolutions of up to k²/2 terms.
MAX_EXACT_K = 1000
#: Largest block of pairwise comparisons held at once, in entries.
BLOCK = 4_000_000


@dataclass(frozen=True, slots=True)
class BeggTest:
    """Rank correlation test of funnel-plot asymmetry.

    Attributes
    ----------
    k : int
        Studies.
    tau : float or None
        Kendall's τ-b between standardised effects and variances; None if either is constant.
    s, var_s : int, float
        Concordant minus discordant pairs and its variance under independence.
    z : float or None
        Statistic of the method: ``S/√var``, or ``(|S| − 1)/√var`` (never below 0) for
        ``continuity``. Also given for ``exact``, where the p value does not come from it.
    p_value : float or None
        Two-sided; None if every pair is tied, and for the normal approximations with k = 2.
    method : {"exact", "normal", "continuity"}
        How the p value was obtained.
    ties : bool
        Whether standardised effects or variances are tied.
    tie_correction : bool
        Whether ``var_s`` allows for ties.
    fell_back : str or None
        Why another method than the one asked for was used.
    standardised : ndarray, shape (k,)
        The standardised effects.
    flags : tuple of SmallStudyFlag
        Reasons to distrust the test here.
    """

    k: int
    tau: float | None
    s: int
    var_s: float
    z: float | None
    p_value: float | None
    method: str
    ties: bool
    tie_correction: bool
    fell_back: str | None
    standardised: NDArray[np.float64]
    flags: tuple[SmallStudyFlag, ...]


def begg(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    method: str = "exact",
    tie_correction: bool = True,
    measure: str | None = None,
) -> BeggTest:
    """Test for a rank correlation between effects and their sampling variances.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effect sizes and sampling variances, ``k >= 2``.
    method : {"exact", "normal", "continuity"}
        ``exact``: from the distribution of Kendall's S, as metafor; it exists without ties only,
        otherwise ``normal`` is used and `fell_back` says so. ``normal``: ``S/√var``, as meta.
        ``continuity``: ``(|S| − 1)/√var``, as Stata's metabias reports it.
    tie_correction : bool
        Allow for ties in the variance of S. False gives ``k(k − 1)(2k + 5)/18`` always.
    measure : str, optional
        Effect measure, only for the flags (the test misleads for proportions).

    Raises
    ------
    MetaInputError
        For unusable effects or variances, fewer than 2 studies, an unknown method, or ``exact``
        with more than 1,000 studies.

    References
    ----------
    Begg, Mazumdar (1994), Biometrics 50:1088. Exact distribution and variance with ties: Kendall,
    Gibbons (1990), Rank Correlation Methods, 5th edition.
    """
    y, v = checks.effects(yi, vi)
    checks.choice("method", method, BEGG_METHODS)
    k = y.size
    if k < 2:
        msg = "Begg's test compares studies with each other: it needs at least 2, there is 1."
        raise MetaInputError(msg)
    if method == "exact" and k > MAX_EXACT_K:
        msg = f"The exact test goes up to {MAX_EXACT_K} studies; use method='normal' for {k}."
        raise MetaInputError(msg)

    weight = 1.0 / v
    # Relative to the first study, so that equal effects are tied rather than apart by rounding.
    centred = y - y[0]
    mean = float(np.dot(weight, centred) / weight.sum())
    standardised = (centred - mean) / np.sqrt(v - 1.0 / weight.sum())
    s = _concordance(standardised, v)
    pairs = k * (k - 1) // 2
    tied_y, tied_v = _tie_sizes(standardised), _tie_sizes(v)
    ties = bool(tied_y.size or tied_v.size)
    open_y = pairs - float(np.sum(tied_y * (tied_y - 1.0)) / 2.0)
    open_v = pairs - float(np.sum(tied_v * (tied_v - 1.0)) / 2.0)
    all_tied = open_y == 0 or open_v == 0
    tau = None if all_tied else s / float(np.sqrt(open_y) * np.sqrt(open_v))
    var_s = (
        _variance(k, tied_y, tied_v) if tie_correction else k * (k - 1.0) * (2.0 * k + 5.0) / 18.0
    )

    used, fell_back = method, None
    if method == "exact" and ties:
        used = "normal"
        fell_back = "the exact distribution does not allow for ties; normal approximation used"
    z, p_value = None, None
    if not all_tied and var_s > 0:
        root = float(np.sqrt(var_s))
        z = max(0.0, abs(s) - 1.0) / root if used == "continuity" else s / root
        if used == "exact":
            p_value = _exact_p(k, s)
        elif k > 2:  # S is ±1 for two studies: nothing a normal distribution could approximate
            p_value = min(1.0, float(2.0 * special.ndtr(-abs(z))))
    return BeggTest(
        k=k,
        tau=tau,
        s=s,
        var_s=var_s,
        z=z,
        p_value=p_value,
        method=used,
        ties=ties,
        tie_correction=tie_correction,
        fell_back=fell_back,
        standardised=standardised,
        flags=small_study_flags(k, measure, i2=heterogeneity_share(y, v)),
    )


def _concordance(a: NDArray[np.float64], b: NDArray[np.float64]) -> int:
    """Return concordant minus discordant pairs, comparing blocks of rows to bound the memory."""
    k = a.size
    rows = max(1, BLOCK // k)
    total = 0
    for start in range(0, k, rows):
        stop = min(k, start + rows)
        da = np.sign(a[start:stop, None] - a[None, start:]).astype(np.int8)
        db = np.sign(b[start:stop, None] - b[None, start:]).astype(np.int8)
        da *= db
        total += int(da.sum(dtype=np.int64))
        # The square on the diagonal holds its pairs twice.
        total -= int(da[:, : stop - start].sum(dtype=np.int64)) // 2
    return total


def _tie_sizes(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sizes of groups of equal values that have more than one member."""
    _, sizes = np.unique(values, return_counts=True)
    return sizes[sizes > 1].astype(np.float64)


def _variance(k: int, t: NDArray[np.float64], u: NDArray[np.float64]) -> float:
    """Return the variance of S with ties of sizes `t` and `u` (Kendall and Gibbons 1990)."""

    def spread(n: NDArray[np.float64] | float) -> float:
        return float(np.sum(n * (n - 1.0) * (2.0 * n + 5.0)))

    value = (spread(float(k)) - spread(t) - spread(u)) / 18.0
    value += float(np.sum(t * (t - 1.0)) * np.sum(u * (u - 1.0))) / (2.0 * k * (k - 1.0))
    if k > 2:
        triples_t = np.sum(t * (t - 1.0) * (t - 2.0))
        triples_u = np.sum(u * (u - 1.0) * (u - 2.0))
        value += float(triples_t * triples_u) / (9.0 * k * (k - 1.0) * (k - 2.0))
    return value


def _exact_p(k: int, s: int) -> float:
    """Return ``min(1, 2 P(S at least as far from 0 on its side))`` under independence, no ties.

    The number of concordant pairs of n studies is that of n − 1 plus a uniform 0, …, n − 1.
    """
    probability = np.ones(1)
    for n in range(2, k + 1):
        wide = np.zeros(probability.size + n)
        wide[: probability.size] = probability
        wide[n:] -= probability
        # A running sum of the difference is the convolution with n equal steps.
        probability = np.cumsum(wide)[:-1] / n
    discordant_side = (k * (k - 1) // 2 - abs(s)) // 2
    # The distribution is symmetric; the smaller tail is summed for its relative accuracy.
    return min(1.0, 2.0 * float(probability[: discordant_side + 1].sum()))
