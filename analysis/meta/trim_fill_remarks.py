"""What has to be said about the studies that trim and fill imputed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["impossible_effects", "model_in_words"]

_RIGHT_ANGLE = float(np.pi / 2.0)

#: Limits of what a study can observe, on the scale of the model, with the words for either limit.
#: Names as in metafor and, where they differ, in R's meta.
_LIMITS: dict[str, tuple[str, tuple[float, str], tuple[float, str]]] = {
    **dict.fromkeys(("PR", "PRAW"), ("proportions", (0.0, "0%"), (1.0, "100%"))),
    **dict.fromkeys(("PAS", "PFT"), ("proportions", (0.0, "0%"), (_RIGHT_ANGLE, "100%"))),
    "PLN": ("proportions", (-np.inf, "0%"), (0.0, "100%")),
    "RD": ("risk differences", (-1.0, "−100 percentage points"), (1.0, "100 percentage points")),
    **dict.fromkeys(("AS", "ASD"), ("arcsine differences", (-_RIGHT_ANGLE, "that of 0% and 100%"),
                                    (_RIGHT_ANGLE, "that of 100% and 0%"))),
    **dict.fromkeys(("COR", "UCOR"), ("correlations", (-1.0, "−1"), (1.0, "1"))),
    **dict.fromkeys(("IR", "IRS", "IRFT"), ("rates", (0.0, "0"), (np.inf, ""))),
}  # fmt: skip


def impossible_effects(filled: NDArray[np.float64], measure: str | None) -> tuple[str, ...]:
    """Return a sentence for each limit of the measure that imputed effects lie beyond.

    Parameters
    ----------
    filled : ndarray, shape (k0,)
        Imputed effects on the scale of the model.
    measure : str or None
        Effect measure; without one, and for measures without limits, nothing is said.
    """
    if measure not in _LIMITS:
        return ()
    words, (low, low_words), (high, high_words) = _LIMITS[measure]
    beyond = (
        (int(np.count_nonzero(filled < low)), f"below {low_words}"),
        (int(np.count_nonzero(filled > high)), f"above {high_words}"),
    )
    return tuple(
        f"{count} of the {filled.size} imputed {words} {'lies' if count == 1 else 'lie'} {where}, "
        "which no study can report"
        for count, where in beyond
        if count
    )


def model_in_words(method: str) -> str:
    """Return how a reader calls a model: a common effect, or random effects and the estimator."""
    return "common effect" if method == "CE" else f"random effects ({method})"
