"""Marginal likelihood of counts with normal random effects, study by study, with derivatives.

``η_i = offset_i + fixed effects + L u_i``, ``u_i ~ N(0, I)``. One random effect is integrated by
adaptive Gauss–Hermite quadrature (Liu & Pierce 1994, Biometrika 81:624), two by the Laplace
approximation; with the same number of nodes these are the likelihoods that lme4 maximises.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.errors import MetaInputError
from analysis.meta.glmm_quadrature import gauss_hermite

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.meta.mixed_families import Family
    from analysis.meta.projection import Array

__all__ = ["Curvature", "MarginalLikelihood", "Maximum", "curvature", "maximise"]

_COMPLEX_STEP = 1e-30
# The central difference of exact gradients errs by the square of its step.
_STEP = 1e-4
_MODE_ITERATIONS = 100
_MODE_STEP = 1e-13
_MAX_ITERATIONS = 200
_DECREMENT = 1e-16
_LONGEST_STEP = 3.0


@dataclass(frozen=True, slots=True)
class MarginalLikelihood:
    """Log marginal likelihoods of k studies with J counts each.

    Attributes
    ----------
    counts : ndarray, shape (k, J)
    family : Family
    loading : callable
        From the standard deviations of the random effects to L, shape (J, d).
    nodes : int
        Quadrature points; used with one random effect.
    """

    counts: Array
    family: Family
    loading: Callable[[Any], Any]
    nodes: int

    def __call__(self, fixed: Any, deviations: Any) -> Any:
        """Return the log-likelihood of each study, without constants, shape (k,).

        Parameters
        ----------
        fixed : ndarray, shape (k, J)
            Linear predictors without random effects; may be complex.
        deviations : sequence of float or complex
            Standard deviations of the random effects.
        """
        loading = self.loading(deviations)
        mode = self._modes(fixed.real, loading.real)
        # One Newton step with the complex numbers carries the derivative to the mode itself.
        slope, information = self._slope(fixed, loading, mode)
        mode = mode + np.linalg.solve(information, slope[..., None])[..., 0]
        if loading.shape[1] > 1 or self.nodes == 1:
            _, information = self._slope(fixed, loading, mode)
            value = self._joint(fixed, loading, mode[:, None, :])[:, 0]
            return value - 0.5 * np.log(np.linalg.det(information))
        information = self._slope(fixed, loading, mode)[1][:, 0, 0]
        points, log_weights = gauss_hermite(self.nodes)
        u = mode + points / np.sqrt(information)[:, None]
        exponent = self._joint(fixed, loading, u[:, :, None]) + log_weights
        top = exponent.real.max(axis=1, keepdims=True)
        total = np.log(np.exp(exponent - top).sum(axis=1)) + top[:, 0]
        return total - 0.5 * np.log(information)

    def _joint(self, fixed: Any, loading: Any, u: Any) -> Any:
        """Return the log density of counts and u at u of shape (k, nodes, d)."""
        eta = fixed[:, None, :] + u @ loading.T
        inner = (self.counts[:, None, :] * eta - self.family.cumulant(eta)).sum(axis=2)
        return inner - 0.5 * (u * u).sum(axis=2)

    def _slope(self, fixed: Any, loading: Any, u: Any) -> tuple[Any, Any]:
        """Return gradient (k, d) and negative Hessian (k, d, d) of the log density in u."""
        mean, variance = self.family.moments((fixed + u @ loading.T)[:, None, :])
        gradient = (self.counts - mean[:, 0]) @ loading - u
        information = np.einsum("ja,kj,jb->kab", loading, variance[:, 0], loading)
        return gradient, information + np.eye(loading.shape[1])

    def _modes(self, fixed: Array, loading: Array) -> Array:
        """Conditional modes of u, (k, d): damped Newton on a strictly concave function."""
        u = np.zeros((fixed.shape[0], loading.shape[1]))
        value = self._joint(fixed, loading, u[:, None, :])[:, 0]
        for _ in range(_MODE_ITERATIONS):
            gradient, information = self._slope(fixed, loading, u)
            step = np.linalg.solve(information, gradient[..., None])[..., 0]
            if np.abs(step).max() <= _MODE_STEP * (1.0 + np.abs(u).max()):
                break
            reach = np.abs(step @ loading.T).max(axis=1, keepdims=True)
            step = step * np.minimum(1.0, _LONGEST_STEP / np.maximum(reach, 1e-300))
            trial = value
            for _ in range(40):
                trial = self._joint(fixed, loading, (u + step)[:, None, :])[:, 0]
                worse = trial < value - 1e-12 * np.abs(value)
                if not worse.any():
                    break
                step = np.where(worse[:, None], 0.5 * step, step)
            u, value = u + step, trial
        return u


@dataclass(frozen=True, slots=True)
class Curvature:
    """Log-likelihood with derivatives, its studies' own parameters kept apart.

    Attributes
    ----------
    value : float
    gradient : ndarray, shape (p,)
        With respect to the global parameters.
    local_gradient : ndarray, shape (k,)
    hessian : ndarray, shape (p, p)
    cross : ndarray, shape (p, k)
    local : ndarray, shape (k,)
        Second derivatives with respect to the local parameters; empty without any.
    """

    value: float
    gradient: Array
    local_gradient: Array
    hessian: Array
    cross: Array
    local: Array

    def profiled(self) -> Array:
        """Return the Hessian of the global parameters with the local ones maximised out."""
        if not self.local.size:
            return self.hessian
        return self.hessian - (self.cross / self.local) @ self.cross.T


@dataclass(frozen=True, slots=True)
class Maximum:
    """Where a log-likelihood is largest."""

    parameters: Array
    local: Array
    curvature: Curvature
    iterations: int


def curvature(objective: Callable[[Any, Any], Any], x: Array, local: Array) -> Curvature:
    """Differentiate: gradients by a complex step, second derivatives by central differences."""
    p = x.size
    directions = p + (1 if local.size else 0)

    def gradients(at: Array, own: Array) -> Array:
        out = []
        for a in range(directions):
            gx, gl = at.astype(complex), own.astype(complex)
            if a < p:
                gx[a] += 1j * _COMPLEX_STEP
            else:
                gl += 1j * _COMPLEX_STEP
            out.append(objective(gx, gl).imag / _COMPLEX_STEP)
        return np.array(out)

    base = gradients(x, local)
    second = np.empty((directions, directions, base.shape[1]))
    for b in range(directions):
        moved = []
        for sign in (1, -1):
            gx, gl = x.copy(), local.copy()
            if b < p:
                gx[b] += sign * _STEP
            else:
                gl += sign * _STEP
            moved.append(gradients(gx, gl))
        second[b] = (moved[0] - moved[1]) / (2 * _STEP)
    second = 0.5 * (second + second.transpose(1, 0, 2))
    return Curvature(
        value=float(objective(x.astype(complex), local.astype(complex)).real.sum()),
        gradient=base[:p].sum(axis=1),
        local_gradient=base[p] if local.size else local,
        hessian=second[:p, :p].sum(axis=2),
        cross=second[:p, p] if local.size else np.empty((p, 0)),
        local=second[p, p] if local.size else local,
    )


def maximise(
    objective: Callable[[Any, Any], Any],
    start: Array,
    local: Array,
    *,
    limit: Callable[[Array], bool],
) -> Maximum:
    """Maximise a sum of study log-likelihoods by Newton's method, linear in the studies.

    Parameters
    ----------
    objective : callable
        From global parameters (p,) and local ones (k,) to log-likelihoods (k,); complex.
    start, local : ndarray, shape (p,) and (k,) or (0,)
    limit : callable
        Whether the parameters have run away.

    Raises
    ------
    MetaInputError
        If the parameters run away or the iteration does not end.
    """
    x, own = start, local
    here = curvature(objective, x, own)
    for iteration in range(_MAX_ITERATIONS):
        bend = np.minimum(here.local, -1e-10)
        right = here.gradient
        profile = here.hessian
        if own.size:
            right = right - (here.cross / bend) @ here.local_gradient
            profile = profile - (here.cross / bend) @ here.cross.T
        values, vectors = np.linalg.eigh(-profile)
        # Where the surface is not concave, the absolute curvature still gives an uphill step.
        size = np.maximum(np.abs(values), 1e-8 * max(1.0, float(np.abs(values).max())))
        step = vectors @ ((vectors.T @ right) / size)
        own_step = -(here.local_gradient + here.cross.T @ step) / bend if own.size else own
        gain = float(step @ here.gradient) + float(own_step @ here.local_gradient)
        if abs(gain) < _DECREMENT * max(1.0, abs(here.value)):
            return Maximum(x, own, here, iteration)
        longest = max(float(np.abs(step).max(initial=0.0)), float(np.abs(own_step).max(initial=0)))
        length = min(1.0, _LONGEST_STEP / longest)
        moved, moved_own = x, own
        for _ in range(60):
            moved, moved_own = x + length * step, own + length * own_step
            value = float(objective(moved.astype(complex), moved_own.astype(complex)).real.sum())
            # The allowance is rounding: at the maximum the value no longer tells two points apart.
            if value >= here.value - 1e-12 * abs(here.value):
                break
            length *= 0.5
        x, own = moved, moved_own
        if limit(x):
            break
        here = curvature(objective, x, own)
    msg = (
        "The mixed model has no finite estimate, or its likelihood is too flat to find it: look "
        "for studies with no events, or only events, or use method='FE'."
    )
    raise MetaInputError(msg)
