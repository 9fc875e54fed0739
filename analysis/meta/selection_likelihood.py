"""The log-likelihood of a selection model and its slopes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.distributions import special

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.meta.selection_families import SelectionFamily, Weighting

    FloatArray = NDArray[np.float64]

__all__ = ["ALTERNATIVES", "Likelihood", "p_values"]

ALTERNATIVES = ("greater", "less", "two.sided")
#: Nodes on either side of z = 0, where the two-sided P has a kink.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(80)
#: Beyond this z a P value is 0 or 1 to double precision.
_FURTHEST = 8.3
_ROOT_2PI = float(np.sqrt(2.0 * np.pi))


def p_values(z: FloatArray, alternative: str) -> FloatArray:
    """Return the P values of z statistics on the side of `alternative`."""
    if alternative == "two.sided":
        return 2.0 * special.ndtr(-np.abs(z))
    return special.ndtr(z if alternative == "less" else -z)


@dataclass(frozen=True, slots=True)
class Likelihood:
    """What does not change while the maximum is searched.

    Attributes
    ----------
    y, v : ndarray, shape (k,)
    p : ndarray, shape (k,)
        P values of the studies, as the selection function sees them.
    weighting : callable
    low, high, interval_p : ndarray, shape (a,)
        Intervals of z with one weight each, and a P value in each.
    z, node_weight, node_p : ndarray, shape (b,)
        Quadrature nodes, and their P values.
    """

    y: FloatArray
    v: FloatArray
    p: FloatArray
    weighting: Weighting
    low: FloatArray
    high: FloatArray
    interval_p: FloatArray
    z: FloatArray
    node_weight: FloatArray
    node_p: FloatArray

    @classmethod
    def build(
        cls,
        y: FloatArray,
        v: FloatArray,
        family: SelectionFamily,
        ends: tuple[float, ...],
        alternative: str,
    ) -> Likelihood:
        """Prepare the likelihood; `ends` are those of a step function, else empty."""
        p = np.clip(p_values(y / np.sqrt(v), alternative), family.clip, 1.0 - family.clip)
        if ends:
            low, high = _step_intervals(ends, alternative)
            # The middle of an interval, or just beyond the end of an open one, tells its step.
            inside = np.where(
                np.isinf(low), high - 1.0, np.where(np.isinf(high), low + 1.0, (low + high) / 2.0)
            )
            empty = np.empty(0)
            return cls(y, v, p, family.weighting, low, high, p_values(inside, alternative),
                       empty, empty, empty)  # fmt: skip
        inner, edge = _reach(family.clip, alternative)
        z, node_weight = _nodes(inner, edge, crowded=alternative == "two.sided")
        # Beyond the edge, and within `inner` of 0, the P value is clipped and the weight constant.
        bounds = np.array([-np.inf, edge, -inner]), np.array([-edge, np.inf, inner])
        inside = np.array([-edge, edge, 0.0])

        def seen(at: FloatArray) -> FloatArray:
            return np.clip(p_values(at, alternative), family.clip, 1.0 - family.clip)

        return cls(y, v, p, family.weighting, *bounds, seen(inside), z, node_weight, seen(z))

    def value_and_slope(self, x: FloatArray) -> tuple[float, FloatArray]:
        """Return the log-likelihood and its slopes at (effect, τ², parameters of selection)."""
        mu, tau2, delta = float(x[0]), float(x[1]), x[2:]
        s2 = self.v + tau2
        s = np.sqrt(s2)
        own, own_slope = self.weighting(self.p, delta)
        log_weight, slope = self.weighting(np.concatenate([self.interval_p, self.node_p]), delta)
        weight = np.exp(log_weight)
        mass, by_mu, by_s2 = self._masses(mu, s, s2)
        total = mass @ weight
        residual = self.y - mu
        value = float(np.sum(own - 0.5 * residual**2 / s2 - np.log(s * _ROOT_2PI) - np.log(total)))
        gradient = np.empty_like(x)
        gradient[0] = np.sum(residual / s2 - by_mu @ weight / total)
        gradient[1] = np.sum(0.5 * (residual**2 / s2 - 1.0) / s2 - by_s2 @ weight / total)
        gradient[2:] = own_slope.sum(axis=0) - (
            (mass / total[:, None]) @ (weight[:, None] * slope)
        ).sum(axis=0)
        return value, gradient

    def _masses(
        self, mu: float, s: FloatArray, s2: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the probability of every cell for every study, (k, a + b), and its slopes."""
        sigma = np.sqrt(self.v)[:, None]
        s, s2 = s[:, None], s2[:, None]
        a, b = (sigma * self.low - mu) / s, (sigma * self.high - mu) / s
        # Differences of the smaller tails keep their digits far out.
        right = a > 0
        inside = np.where(
            right, special.ndtr(-a) - special.ndtr(-b), special.ndtr(b) - special.ndtr(a)
        )
        density_a, density_b = _density(a), _density(b)
        finite_a, finite_b = np.where(np.isinf(a), 0.0, a), np.where(np.isinf(b), 0.0, b)
        inside_mu = (density_a - density_b) / s
        inside_s2 = (finite_a * density_a - finite_b * density_b) / (2.0 * s2)
        distance = (sigma * self.z - mu) / s
        at = self.node_weight * sigma / s * _density(distance)
        return (
            np.hstack([inside, at]),
            np.hstack([inside_mu, at * distance / s]),
            np.hstack([inside_s2, at * (distance**2 - 1.0) / (2.0 * s2)]),
        )


def _reach(clip: float, alternative: str) -> tuple[float, float]:
    """Return the |z| between which P is not clipped: from 0 but for a clipped two-sided P."""
    if not clip:
        return 0.0, _FURTHEST
    if alternative == "two.sided":
        return -float(special.ndtri((1.0 - clip) / 2.0)), -float(special.ndtri(clip / 2.0))
    return 0.0, -float(special.ndtri(clip))


def _nodes(inner: float, edge: float, *, crowded: bool) -> tuple[FloatArray, FloatArray]:
    """Return quadrature nodes and weights for ``inner < |z| < edge``, `crowded` towards 0.

    A two-sided P is 1 at z = 0, where weights such as those of the beta function may be steep:
    nodes at the fourth power of Gauss–Legendre nodes follow them.
    """
    u = (_NODES + 1.0) / 2.0
    power = 4 if crowded else 1
    z = inner + (edge - inner) * u**power
    weight = (edge - inner) * power * u ** (power - 1) * _WEIGHTS / 2.0
    return np.concatenate([-z[::-1], z]), np.concatenate([weight[::-1], weight])


def _density(x: FloatArray) -> FloatArray:
    return np.exp(-0.5 * x * x) / _ROOT_2PI


def _step_intervals(ends: tuple[float, ...], alternative: str) -> tuple[FloatArray, FloatArray]:
    """Return the intervals of z of a step function; two for every step if P is two-sided."""
    share = np.array(ends[:-1]) / (2.0 if alternative == "two.sided" else 1.0)
    cut = -special.ndtri(share)  # falling
    if alternative == "two.sided":
        edges = np.concatenate([[-np.inf], -cut, cut[::-1], [np.inf]])
    elif alternative == "greater":
        edges = np.concatenate([[-np.inf], cut[::-1], [np.inf]])
    else:
        edges = np.concatenate([[-np.inf], -cut, [np.inf]])
    return edges[:-1], edges[1:]
