"""Kendall's rank correlation: S, its variance with ties, and its p value three ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.distributions import special
from analysis.meta.errors import MetaInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["KENDALL_METHODS", "Kendall", "kendall", "variance_of_s"]

KENDALL_METHODS = ("exact", "normal", "continuity")

#: The exact distribution is built by k convolutions of up to k²/2 terms.
MAX_EXACT_K = 1000
#: Largest block of pairwise comparisons held at once, in entries.
BLOCK = 4_000_000


@dataclass(frozen=True, slots=True)
class Kendall:
    """Kendall's rank correlation of two variables.

    Attributes
    ----------
    tau : float or None
        τ-b; None if either variable is constant.
    s, var_s : int, float
        Concordant minus discordant pairs and its variance under independence.
    z : float or None
        ``S/√var``, or ``(|S| − 1)/√var`` (never below 0) for ``continuity``.
    p_value : float or None
        Two-sided; None if every pair is tied, and for the normal approximations with two rows.
    method : {"exact", "normal", "continuity"}
    ties : bool
    fell_back : str or None
        Why another method than the one asked for was used.
    """

    tau: float | None
    s: int
    var_s: float
    z: float | None
    p_value: float | None
    method: str
    ties: bool
    fell_back: str | None


def kendall(
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    *,
    method: str = "normal",
    tie_correction: bool = True,
) -> Kendall:
    """Return Kendall's rank correlation of two variables of shape (k,), ``k >= 2``.

    Parameters
    ----------
    method : {"exact", "normal", "continuity"}
        ``exact`` exists without ties only; with them ``normal`` is used and `fell_back` says so.
    tie_correction : bool
        Allow for ties in the variance of S. False gives ``k(k − 1)(2k + 5)/18`` always.

    Raises
    ------
    MetaInputError
        If ``exact`` is asked for with more than 1,000 rows.

    References
    ----------
    Kendall, Gibbons (1990), Rank Correlation Methods, 5th edition.
    """
    k = a.size
    if method == "exact" and k > MAX_EXACT_K:
        msg = f"The exact test goes up to {MAX_EXACT_K} studies; use method='normal' for {k}."
        raise MetaInputError(msg)
    s = _concordance(a, b)
    pairs = k * (k - 1) // 2
    tied_a, tied_b = _tie_sizes(a), _tie_sizes(b)
    ties = bool(tied_a.size or tied_b.size)
    open_a = pairs - float(np.sum(tied_a * (tied_a - 1.0)) / 2.0)
    open_b = pairs - float(np.sum(tied_b * (tied_b - 1.0)) / 2.0)
    all_tied = open_a == 0 or open_b == 0
    tau = None if all_tied else s / float(np.sqrt(open_a) * np.sqrt(open_b))
    var_s = (
        variance_of_s(k, tied_a, tied_b) if tie_correction else k * (k - 1.0) * (2.0 * k + 5.0) / 18
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
    return Kendall(tau, s, var_s, z, p_value, used, ties, fell_back)


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


def variance_of_s(k: int, t: NDArray[np.float64], u: NDArray[np.float64]) -> float:
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
