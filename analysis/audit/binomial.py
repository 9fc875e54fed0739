"""Intervals of one count out of n that are symmetric on no scale: Wilson, Clopper–Pearson and kin.

Wilson 1927, J Am Stat Assoc 22:209; Clopper & Pearson 1934, Biometrika 26:404; Agresti & Coull
1998, Am Stat 52:119; Jeffreys: Brown, Cai & DasGupta 2001, Stat Sci 16:101.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    import numpy as np
    from numpy.typing import NDArray

    from analysis.audit.printed import Span

_LARGEST_N = 3000
_LARGEST_SEARCHED = 1_000_000
_MOST_PER_N = 12


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
        What is printed of the count; whatever is missing is searched, n up to a million.

    Returns
    -------
    str or None
        Method and count: ``Wilson, 15 of 32``; None if no count fits.
    """
    import numpy as np

    pairs = list(_candidates(estimate, n, events))
    if not pairs:
        return None
    counts, totals = np.array(pairs).T
    for name, lower, upper in _intervals(counts, totals, float(level)):
        fits = _inside(lower, low) & _inside(upper, high)
        if fits.any():
            found = int(np.argmax(fits))
            return f"{name}, {int(counts[found])} of {int(totals[found])}"
    return None


def _candidates(estimate: Span, n: int | None, events: int | None) -> Iterator[tuple[int, int]]:
    """Go through counts that print as the estimate; of many for one n, through some of them.

    Intervals change slowly with a large n, so beyond 3000 every hundredth part is enough.
    """
    sizes: list[int] = [n] if n is not None else list(range(1, _LARGEST_N + 1))
    while n is None and sizes[-1] < _LARGEST_SEARCHED:
        sizes.append(sizes[-1] + sizes[-1] // 100)
    for size in sizes:
        first = max(0, math.ceil(estimate.low * size))
        last = min(size, math.floor(estimate.high * size))
        if events is not None:
            if first <= events <= last:
                yield events, size
        else:
            step = max(1, (last - first) // _MOST_PER_N)
            yield from ((count, size) for count in range(first, last + 1, step))


def _inside(values: NDArray[np.float64], span: Span) -> NDArray[np.bool_]:
    # The quantiles are right to far less than 1 part in 2**40.
    room = 2.0**-40
    return (values >= float(span.low) - room) & (values <= float(span.high) + room)


def _intervals(
    x: NDArray[np.int_], n: NDArray[np.int_], level: float
) -> Iterator[tuple[str, NDArray[np.float64], NDArray[np.float64]]]:
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
