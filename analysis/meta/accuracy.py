"""Sensitivity and specificity together: the bivariate model, its summary point and its curve.

Reitsma et al. 2005, J Clin Epidemiol 58:982 (normal approximation within studies); Chu & Cole 2006,
J Clin Epidemiol 59:1331 (binomial within studies); the hierarchical curve by Harbord et al. 2007,
Biostatistics 8:239.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.checks import choice, level_fraction, same_length, vector
from analysis.meta.distributions import special, z_quantile
from analysis.meta.errors import MetaInputError
from analysis.meta.mixed_families import Binomial
from analysis.meta.mixed_marginal import MarginalLikelihood, Maximum, maximise
from analysis.meta.naming import study_name

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from analysis.meta.projection import Array

__all__ = ["ACCURACY_ZERO_RULES", "LIKELIHOODS", "BivariateAccuracy", "bivariate_accuracy"]

LIKELIHOODS = ("normal", "binomial")
#: Who gets ½ in every cell before logits are taken: all studies if any has a zero (R's mada), the
#: studies with a zero, or all.
ACCURACY_ZERO_RULES = ("if0all", "only0", "all")
_START = 0.7


@dataclass(frozen=True, slots=True)
class BivariateAccuracy:
    """A bivariate meta-analysis of logit sensitivity and logit specificity.

    Attributes
    ----------
    mean : ndarray, shape (2,)
        Mean logits of sensitivity and specificity.
    mean_covariance : ndarray, shape (2, 2)
        Sampling covariance of `mean`.
    between : ndarray, shape (2, 2)
        Covariance of the two logits between studies.
    log_likelihood : float
        Restricted with REML; without the constants of the counts for binomial studies.
    k : int
    corrected : tuple of int
        Studies to whose cells ½ was added.
    likelihood, method : str
    boundary : bool
        The covariance between studies is singular (a variance of 0 or a correlation of ±1).
    level : float
    """

    mean: Array
    mean_covariance: Array
    between: Array
    log_likelihood: float
    k: int
    corrected: tuple[int, ...]
    likelihood: str
    method: str
    boundary: bool
    level: float

    @property
    def sensitivity(self) -> tuple[float, float, float]:
        """Summary sensitivity with its confidence limits, fractions."""
        return self._proportion(0)

    @property
    def specificity(self) -> tuple[float, float, float]:
        """Summary specificity with its confidence limits, fractions."""
        return self._proportion(1)

    @property
    def correlation(self) -> float:
        """Correlation of the logits between studies; NaN if a variance is 0."""
        scale = float(self.between[0, 0] * self.between[1, 1]) ** 0.5
        return float(self.between[0, 1]) / scale if scale > 0 else float("nan")

    @property
    def diagnostic_odds_ratio(self) -> tuple[float, float, float]:
        """Diagnostic odds ratio at the summary point with its confidence limits."""
        return self._ratio(np.array([1.0, 1.0]), float(self.mean.sum()))

    @property
    def positive_likelihood_ratio(self) -> tuple[float, float, float]:
        """Sensitivity / (1 - specificity) at the summary point; limits by the delta method."""
        se, sp = (float(p) for p in special.expit(self.mean))
        return self._ratio(np.array([1 - se, sp]), float(np.log(se / (1 - sp))))

    @property
    def negative_likelihood_ratio(self) -> tuple[float, float, float]:
        """(1 - sensitivity) / specificity at the summary point; limits by the delta method."""
        se, sp = (float(p) for p in special.expit(self.mean))
        return self._ratio(np.array([-se, -(1 - sp)]), float(np.log((1 - se) / sp)))

    def _proportion(self, which: int) -> tuple[float, float, float]:
        half = z_quantile(self.level) * float(self.mean_covariance[which, which]) ** 0.5
        centre = float(self.mean[which])
        low, middle, high = (float(special.expit(centre + d)) for d in (-half, 0.0, half))
        return middle, low, high

    def _ratio(self, slope: Array, log: float) -> tuple[float, float, float]:
        half = z_quantile(self.level) * float(slope @ self.mean_covariance @ slope) ** 0.5
        return float(np.exp(log)), float(np.exp(log - half)), float(np.exp(log + half))

    def region(
        self, *, prediction: bool = False, level: float | None = None, quantile: str = "chi2"
    ) -> Array:
        """Return the boundary of the confidence or prediction region, (sensitivity, specificity).

        Parameters
        ----------
        prediction : bool
            For a new study instead of the mean.
        level : float, optional
            The model's own if left out.
        quantile : {"chi2", "f"}
            Chi-squared with 2 (R's mada), or 2 F(2, k - 2) (Stata's metandi; Harbord 2007).

        Returns
        -------
        ndarray, shape (201, 2)
            Fractions; the first point is also the last.
        """
        level = self.level if level is None else level_fraction(level)
        choice("quantile", quantile, ("chi2", "f"))
        if quantile == "f" and self.k < 3:
            msg = f"A region by F(2, k - 2) needs at least 3 studies; there are {self.k}."
            raise MetaInputError(msg)
        square = (
            -2 * np.log1p(-level)
            if quantile == "chi2"
            else 2 * float(special.fdtri(2.0, self.k - 2.0, level))
        )
        covariance = self.mean_covariance + (self.between if prediction else 0.0)
        values, vectors = np.linalg.eigh(covariance)
        angle = np.linspace(0.0, 2 * np.pi, 201)
        circle = np.column_stack([np.cos(angle), np.sin(angle)])
        circle[-1] = circle[0]
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        return special.expit(self.mean + square**0.5 * circle @ root.T)

    def curve(self, specificity: ArrayLike) -> Array:
        """Return the sensitivity of the summary ROC curve at given specificities.

        The curve of Rutter and Gatsonis (2001) in the parameters of the bivariate model (Harbord
        2007): logit(sensitivity) = Λ e^(-β/2) + e^(-β) logit(1 - specificity), β = log(σ_sp/σ_se).

        Parameters
        ----------
        specificity : array_like
            Fractions strictly between 0 and 1.

        Raises
        ------
        MetaInputError
            If a specificity is out of range or a variance between studies is 0, which leaves the
            curve without a shape.
        """
        sp = np.asarray(specificity, dtype=np.float64)
        if not ((sp > 0) & (sp < 1)).all():
            msg = "The curve needs specificities strictly between 0 and 1."
            raise MetaInputError(msg)
        first, second = self.between[0, 0], self.between[1, 1]
        if not (first > 0 and second > 0):
            msg = (
                "A summary ROC curve needs both variances between studies above 0; report the "
                "summary point."
            )
            raise MetaInputError(msg)
        ratio = (second / first) ** 0.5
        location = ratio**0.5 * self.mean[0] + self.mean[1] / ratio**0.5
        return special.expit(location / ratio**0.5 - special.logit(sp) / ratio)


def bivariate_accuracy(
    tp: ArrayLike,
    fn: ArrayLike,
    tn: ArrayLike,
    fp: ArrayLike,
    *,
    likelihood: str = "normal",
    method: str = "REML",
    zero: str = "if0all",
    level: float = 0.95,
) -> BivariateAccuracy:
    """Pool sensitivity and specificity with their correlation between studies.

    Parameters
    ----------
    tp, fn, tn, fp : array_like, shape (k,)
        True positives, false negatives, true negatives and false positives.
    likelihood : {"normal", "binomial"}
        Within studies: logits with variance 1/a + 1/b, or the counts themselves (integrated by
        Laplace, always maximum likelihood, no correction).
    method : {"REML", "ML"}
        For normal studies.
    zero : {"if0all", "only0", "all"}
        For normal studies: who gets ½ in every cell.
    level : float

    Raises
    ------
    MetaInputError
        If counts are impossible, a study lacks people with or without the disease, fewer than two
        studies are left, or there is no finite estimate.
    """
    choice("likelihood", likelihood, LIKELIHOODS)
    choice("method", method, ("REML", "ML"))
    choice("zero rule", zero, ACCURACY_ZERO_RULES)
    level = level_fraction(level)
    cells = _cells(tp, fn, tn, fp)
    hit = cells[:, [0, 2]]
    size = cells[:, [0, 2]] + cells[:, [1, 3]]
    k = cells.shape[0]
    if k < 2:
        msg = "A bivariate model needs at least 2 studies; there is 1. Report that study."
        raise MetaInputError(msg)
    has_zero = (cells == 0).any(axis=1)
    changed = {
        "only0": has_zero,
        "if0all": np.full(k, has_zero.any()),
        "all": np.ones(k, dtype=bool),
    }[zero]
    add = 0.5 * (changed if likelihood == "normal" else has_zero)[:, None]
    logits = np.log((hit + add) / (size - hit + add))
    if likelihood == "normal":
        variances = 1 / (hit + add) + 1 / (size - hit + add)
        best, mean, covariance = _fit_normal(logits, variances, restricted=method == "REML")
        factor = best.parameters
    else:
        method, changed = "ML", np.zeros(k, dtype=bool)
        best, mean, covariance = _fit_binomial(hit, size, logits)
        factor = best.parameters[2:]
    root = _lower(factor)
    between = root @ root.T
    edge = abs(float(np.linalg.det(root))) <= 1e-6 * max(1e-6, float(np.trace(between)))
    return BivariateAccuracy(
        mean=mean,
        mean_covariance=covariance,
        between=between,
        log_likelihood=best.curvature.value,
        k=k,
        corrected=tuple(int(i) for i in np.flatnonzero(changed)),
        likelihood=likelihood,
        method=method,
        boundary=edge,
        level=level,
    )


def _cells(tp: ArrayLike, fn: ArrayLike, tn: ArrayLike, fp: ArrayLike) -> Array:
    columns = {
        name: vector(name, values)
        for name, values in (("tp", tp), ("fn", fn), ("tn", tn), ("fp", fp))
    }
    same_length(**columns)
    for name, column in columns.items():
        bad = np.flatnonzero((column < 0) | (column != np.floor(column)))
        if bad.size:
            i = bad[0]
            msg = f"{study_name(i)}: {name} is {column[i]:g}; counts are whole numbers, 0 or more."
            raise MetaInputError(msg)
    for one, two, who in (("tp", "fn", "with"), ("tn", "fp", "without")):
        bad = np.flatnonzero(columns[one] + columns[two] == 0)
        if bad.size:
            msg = (
                f"{study_name(bad[0])} has nobody {who} the disease ({one} = {two} = 0): it cannot "
                "take part in the bivariate model."
            )
            raise MetaInputError(msg)
    return np.column_stack(list(columns.values()))


def _lower(factor: Any) -> Any:
    """Return the lower triangular root of the covariance between studies."""
    zero = 0 * factor[0]
    return np.array([[factor[0], zero], [factor[1], factor[2]]])


def _starts(logits: Array) -> tuple[Array, ...]:
    """Return starting values (l11, l21, l22), for either sign of the correlation."""
    first, second = (max(0.1, _START * float(s)) for s in logits.std(axis=0))
    return tuple(np.array([first, c * second, 0.8 * second]) for c in (-0.5, 0.0, 0.5))


def _ran_away(parameters: Array) -> bool:
    return bool(np.abs(parameters).max() > 100.0)


def _highest(objective: Any, starts: tuple[Array, ...]) -> Maximum:
    found: list[Maximum] = []
    refusal: MetaInputError | None = None
    for start in starts:
        try:
            found.append(maximise(objective, start, np.empty(0), limit=_ran_away))
        except MetaInputError as error:
            refusal = error
    if not found:
        msg = f"The bivariate model has no finite estimate for these studies. {refusal}"
        raise MetaInputError(msg)
    return max(found, key=lambda maximum: maximum.curvature.value)


def _fit_normal(
    logits: Array, variances: Array, *, restricted: bool
) -> tuple[Maximum, Array, Array]:
    k = logits.shape[0]
    within = variances[:, :, None] * np.eye(2)

    def solved(factor: Any) -> tuple[Any, Any, Any, Any]:
        root = _lower(factor)
        v = within + root @ root.T
        inverse = np.linalg.inv(v)
        precision = inverse.sum(axis=0)
        right = (inverse @ logits[:, :, None])[:, :, 0].sum(axis=0)
        return v, inverse, precision, np.linalg.solve(precision, right)

    def objective(factor: Any, _: Any) -> Any:
        v, inverse, precision, mean = solved(factor)
        residual = logits - mean
        quadratic = np.einsum("ki,kij,kj->", residual, inverse, residual)
        value = np.log(np.linalg.det(v)).sum() + quadratic
        value += 2 * (k - restricted) * np.log(2 * np.pi)
        if restricted:
            value += np.log(np.linalg.det(precision)) - 2 * np.log(k)
        return np.array([-0.5 * value])

    best = _highest(objective, _starts(logits))
    _, _, precision, mean = solved(best.parameters)
    return best, mean, np.linalg.inv(precision)


def _fit_binomial(hit: Array, size: Array, logits: Array) -> tuple[Maximum, Array, Array]:
    likelihood = MarginalLikelihood(hit, Binomial(size), _lower, 1)

    def objective(parameters: Any, _: Any) -> Any:
        fixed = np.broadcast_to(parameters[:2], hit.shape)
        return likelihood(fixed, parameters[2:])

    centre = logits.mean(axis=0)
    starts = tuple(np.concatenate([centre, start]) for start in _starts(logits))
    best = _highest(objective, starts)
    covariance = np.asarray(np.linalg.inv(-best.curvature.hessian)[:2, :2], np.float64)
    return best, best.parameters[:2], covariance
