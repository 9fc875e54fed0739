"""Intervals of one count out of n that are symmetric on no scale: Wilson, Clopper–Pearson and kin.

Wilson 1927, J Am Stat Assoc 22:209; Clopper & Pearson 1934, Biometrika 26:404; Agresti & Coull
1998, Am Stat 52:119; Jeffreys: Brown, Cai & DasGupta 2001, Stat Sci 16:101.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

    from analysis.audit.printed import Span

_LARGEST_N = 3000


def binomial_interval(
    estimate: Span, low: Span, high: Span, *, level: Fraction, n: int | None, events: int | None
) -> str | None:
    """Find a count whose interval prints as given.

    Parameters
    ----------
    estimate, low, high : Span
        Fractions.
    level : Fraction
        Of the interval.
    n, events : int or None
        What is printed of the count; whatever is missing is searched, n up to 3000.

    Returns
    -------
    str or None
        Method and count: ``Wilson, 15 of 32``; None if no count fits.
    """
    import numpy as np

    sizes = np.arange(1, _LARGEST_N + 1) if n is None else np.array([n])
    if events is not None:
        x = np.full(sizes.shape, events)
        keep = (
            (x <= sizes) & (x >= float(estimate.low) * sizes) & (x <= float(estimate.high) * sizes)
        )
        counts, totals = x[keep], sizes[keep]
    else:
        first = np.maximum(0, np.ceil(float(estimate.low) * sizes))
        last = np.minimum(sizes, np.floor(float(estimate.high) * sizes))
        # A percent with decimals leaves few counts per n; more than these repeat the same limits.
        offsets = np.arange(8)[:, None]
        grid = first + offsets
        keep = grid <= last
        counts = grid[keep].astype(int)
        totals = np.broadcast_to(sizes, grid.shape)[keep]
    if counts.size == 0:
        return None
    for name, lower, upper in _intervals(counts, totals, float(level)):
        fits = (
            (lower >= float(low.low))
            & (lower <= float(low.high))
            & (upper >= float(high.low))
            & (upper <= float(high.high))
        )
        if fits.any():
            found = int(np.argmax(fits))
            return f"{name}, {int(counts[found])} of {int(totals[found])}"
    return None


def _intervals(x, n, level: float):
    import numpy as np
    from scipy.special import betaincinv, ndtri

    z = float(ndtri(0.5 + level / 2))
    tail = (1 - level) / 2
    p = x / n
    centre = (x + z * z / 2) / (n + z * z)
    half = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    yield "Wilson", centre - half, centre + half
    none, every = x == 0, x == n
    lower = np.where(none, 0.0, betaincinv(np.maximum(x, 1), n - x + 1, tail))
    upper = np.where(every, 1.0, betaincinv(x + 1, np.maximum(n - x, 1), 1 - tail))
    yield "Clopper–Pearson", lower, upper
    lower = np.where(none, 0.0, betaincinv(x + 0.5, n - x + 0.5, tail))
    upper = np.where(every, 1.0, betaincinv(x + 0.5, n - x + 0.5, 1 - tail))
    yield "Jeffreys", lower, upper
    half = z * np.sqrt(centre * (1 - centre) / (n + z * z))
    yield "Agresti–Coull", np.maximum(0, centre - half), np.minimum(1, centre + half)
