"""Counts of the generalised mixed models: each is an exponential family in its linear predictor.

The log-likelihood of a count x is ``x η − b(η)`` up to a constant, and only b and its first two
derivatives are needed. All functions take complex η, so that derivatives of what is built on them
can be had by a complex step (Squire & Trapp 1998, SIAM Review 40:110).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from analysis.meta.distributions import special

if TYPE_CHECKING:
    from typing import Any

    from analysis.meta.projection import Array

__all__ = ["Binomial", "Family", "NoncentralHypergeometric", "Poisson"]


class Family(Protocol):
    """The cumulant function of k x J counts; η has shape (k, nodes, J)."""

    def cumulant(self, eta: Any) -> Any:
        """Return b(η)."""
        ...

    def moments(self, eta: Any) -> tuple[Any, Any]:
        """Return mean and variance, b'(η) and b''(η)."""
        ...


@dataclass(frozen=True, slots=True)
class Binomial:
    """Binomial counts with a logit link.

    Attributes
    ----------
    size : ndarray, shape (k, J)
        Trials.
    """

    size: Array

    def cumulant(self, eta: Any) -> Any:
        """Return n log(1 + e^η), without overflow."""
        positive = eta.real > 0
        return self.size[:, None, :] * (
            np.where(positive, eta, 0.0) + np.log1p(np.exp(np.where(positive, -eta, eta)))
        )

    def moments(self, eta: Any) -> tuple[Any, Any]:
        """Return n p and n p (1 − p)."""
        positive = eta.real > 0
        small = np.exp(np.where(positive, -eta, eta))
        one = 1.0 / (1.0 + small)
        n = self.size[:, None, :]
        return n * np.where(positive, one, small * one), n * small * one * one


@dataclass(frozen=True, slots=True)
class Poisson:
    """Poisson counts with a log link; log person-time belongs to η."""

    def cumulant(self, eta: Any) -> Any:
        """Return e^η."""
        return np.exp(eta)

    def moments(self, eta: Any) -> tuple[Any, Any]:
        """Return e^η twice."""
        mean = np.exp(eta)
        return mean, mean


@dataclass(frozen=True, slots=True)
class NoncentralHypergeometric:
    """Events of the first arm of 2x2 tables given both margins; η is the log odds ratio.

    Attributes
    ----------
    support : ndarray, shape (k, S)
        Values the count can take; padded.
    log_terms : ndarray, shape (k, S)
        log C(n1, s) C(n2, m − s), less its largest value; −∞ where padded.
    """

    support: Array
    log_terms: Array

    @classmethod
    def of_tables(cls, n1: Array, n2: Array, events: Array) -> NoncentralHypergeometric:
        """Return the family of k tables with these margins, each of shape (k,)."""
        low, high = np.maximum(0.0, events - n2), np.minimum(n1, events)
        support = low[:, None] + np.arange(int((high - low).max()) + 1)
        inside = support <= high[:, None]
        s = np.where(inside, support, low[:, None])
        first, second, m = n1[:, None], n2[:, None], events[:, None]
        terms = -sum(special.gammaln(1.0 + v) for v in (s, first - s, m - s, second - m + s))
        terms = np.where(inside, terms, -np.inf)
        return cls(s, terms - terms.max(axis=1, keepdims=True))

    def cumulant(self, eta: Any) -> Any:
        """Return the log of Σ C(n1, s) C(n2, m − s) e^(s η)."""
        return self._terms(eta)[0]

    def moments(self, eta: Any) -> tuple[Any, Any]:
        """Return mean and variance of the noncentral hypergeometric distribution."""
        _, share = self._terms(eta)
        s = self.support[:, None, None, :]
        mean = (share * s).sum(axis=-1)
        return mean, (share * (s - mean[..., None]) ** 2).sum(axis=-1)

    def _terms(self, eta: Any) -> tuple[Any, Any]:
        exponent = self.log_terms[:, None, None, :] + eta[..., None] * self.support[:, None, None]
        top = exponent.real.max(axis=-1, keepdims=True)
        each = np.exp(exponent - top)
        total = each.sum(axis=-1, keepdims=True)
        return (np.log(total) + top)[..., 0], each / total
