"""The ways back from the scale of a model to that of the data.

Freeman-Tukey has no inverse without a sample size; for a pooled effect the harmonic mean is taken
(Miller 1978, Am Stat 32:138), as metafor and Stata metaprop do, and values beyond what that sample
size can reach become exactly 0 or 1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.checks import choice, vector
from analysis.meta.distributions import special
from analysis.meta.errors import MetaInputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["IDENTITY", "TRANSFORMS", "Transform"]


@dataclass(frozen=True, slots=True)
class Transform:
    """A named way back from the scale of the model.

    Attributes
    ----------
    name : str
        A key of `TRANSFORMS`.
    n : float or None
        The sample size, or person-time, of the Freeman-Tukey inverses.
    convention : {"halved", "full"}
        Whether Freeman-Tukey values are the mean or the sum of the two arcsines.
    low, high : float
        Smallest and largest value the parameter can have; what lies beyond is cut to them.
    """

    name: str
    n: float | None = None
    convention: str = "halved"
    low: float = -np.inf
    high: float = np.inf

    @classmethod
    def freeman_tukey(cls, n: ArrayLike, *, convention: str = "halved") -> Transform:
        """Return the Freeman-Tukey inverse at the harmonic mean of the sample sizes `n`."""
        sizes = vector("n", n)
        if (sizes <= 0).any():
            msg = "Sample sizes must be positive for the Freeman-Tukey back-transformation."
            raise MetaInputError(msg)
        choice("Freeman-Tukey convention", convention, ("halved", "full"))
        return cls("freeman_tukey", float(1 / np.mean(1 / sizes)), convention)

    def at(self, n: float) -> Transform:
        """Return the same Freeman-Tukey inverse at another sample size or person-time."""
        return replace(self, n=float(n))

    def unbounded(self) -> Transform:
        """Return the same inverse without cutting what lies beyond the bounds."""
        return replace(self, low=-np.inf, high=np.inf)

    def apply(self, values: ArrayLike) -> Any:
        """Return `values` on the scale of the data; NaN stays NaN, scalars give floats."""
        x = np.array(values, dtype=np.float64)
        # Beyond the largest float is infinite, which is what it means.
        with np.errstate(over="ignore"):
            out = _INVERSES[choice("transform", self.name, TRANSFORMS)](x, self)
        out = np.clip(out, self.low, self.high)
        return float(out) if x.ndim == 0 else out


IDENTITY = Transform("identity")


def _arcsine(x: Any, _: Transform) -> Any:
    return np.sin(np.clip(x, 0.0, np.pi / 2)) ** 2


def _size(transform: Transform) -> float:
    if transform.n is None:
        msg = "The Freeman-Tukey back-transformation needs a sample size: use Transform.at(n)."
        raise MetaInputError(msg)
    return transform.n


def _freeman_tukey_rate(x: Any, transform: Transform) -> Any:
    t = _size(transform)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = (x - 1 / (4 * t * x)) ** 2
    # No event gives half the root of 1/t, the lowest value there is.
    return np.where(x <= 0.5 / np.sqrt(t), 0.0, rate)


def _freeman_tukey(x: Any, transform: Transform) -> Any:
    n = _size(transform)
    t = x if transform.convention == "full" else 2 * x
    lowest = np.arcsin(np.sqrt(1 / (n + 1)))
    # Next to 0 the reciprocal overflows; such values are below `lowest` and become 0.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        sine = np.sin(t)
        root = np.sqrt(np.maximum(1 - (sine + (sine - 1 / sine) / n) ** 2, 0.0))
        p = 0.5 * (1 - np.sign(np.cos(t)) * root)
    p = np.where(t < lowest, 0.0, p)
    return np.where(t > np.arcsin(np.sqrt(n / (n + 1))) + np.pi / 2, 1.0, p)


_INVERSES = {
    "identity": lambda x, _: x,
    "exp": lambda x, _: np.exp(x),
    "expit": lambda x, _: special.expit(x),
    "arcsine": _arcsine,
    "square": lambda x, _: np.maximum(x, 0.0) ** 2,
    "tanh": lambda x, _: np.tanh(x),
    "freeman_tukey": _freeman_tukey,
    "freeman_tukey_rate": _freeman_tukey_rate,
}
TRANSFORMS = tuple(_INVERSES)
