"""Effects as studies grow without bound: limit meta-analysis, and PET-PEESE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta import checks
from analysis.meta.distributions import chi2_sf, quantile, two_sided_p, z_quantile
from analysis.meta.errors import MetaInputError
from analysis.meta.line_fit import Line, fit_line, refuse_constant
from analysis.meta.models import pool

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.float64]

__all__ = ["LimitMetaAnalysis", "PetPeese", "limit_meta_analysis", "pet_peese"]

#: One-sided level at which PET must find an effect for PEESE to be used (Stanley & Doucouliagos
#: 2014, Res Synth Methods 5:60).
PET_LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class LimitMetaAnalysis:
    """Pooled effect adjusted for small-study effects by Rücker et al.

    Attributes
    ----------
    k : int
    estimate, se, ci_low, ci_high, p : float
        Adjusted effect: the expectation of a study without sampling error, ``β + τα``.
    slope, bias : float
        β and α of the line through the generalised radial plot.
    tau2 : float
    method, level : str, float
    limit_effects : ndarray, shape (k,)
        Effects shrunken as if every study were infinitely precise.
    q, q_small, q_residual : float
        Cochran's Q split into small-study effects (1 degree of freedom) and the rest (k − 2).
    q_small_p, q_residual_p : float
    g2 : float or None
        Share of the variation of the limit effects not explained by small-study effects; None where
        they do not vary.
    """

    k: int
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    p: float
    slope: float
    bias: float
    tau2: float
    method: str
    level: float
    limit_effects: FloatArray
    q: float
    q_small: float
    q_residual: float
    q_small_p: float
    q_residual_p: float
    g2: float | None


def limit_meta_analysis(
    yi: ArrayLike, vi: ArrayLike, *, method: str = "REML", level: float = 0.95
) -> LimitMetaAnalysis:
    """Return the effect in the limit of infinite precision.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effects and sampling variances, ``k >= 3``, of at least two precisions.
    method : str
        Estimator of τ², as `analysis.meta.models.pool`.
    level : float

    Raises
    ------
    MetaInputError
        For unusable effects or options, fewer than 3 studies, or equal variances.

    References
    ----------
    Rücker, Schwarzer, Carpenter, Binder, Schumacher (2011), Biostatistics 12:122.
    """
    y, v, se = _checked(yi, vi, "Limit meta-analysis")
    fit = pool(y, v, method=method, level=level)
    total = v + fit.tau2
    line = fit_line(np.sqrt(total), y, 1.0 / total)
    tau = float(np.sqrt(fit.tau2))
    estimate = line.intercept + tau * line.slope
    precision = 1.0 / se
    error = 1.0 / float(np.linalg.norm(precision - precision.mean()))
    reach = z_quantile(level) * error
    common = fit_line(se, y, 1.0 / v)
    k = y.size
    residual = (k - 2) * (common.residual_se or 0.0) ** 2
    limit = line.intercept + tau / np.sqrt(total) * (y - line.intercept)
    return LimitMetaAnalysis(
        k=k,
        estimate=estimate,
        se=error,
        ci_low=estimate - reach,
        ci_high=estimate + reach,
        p=float(two_sided_p(estimate / error, np.nan)),
        slope=line.intercept,
        bias=line.slope,
        tau2=fit.tau2,
        method=fit.method,
        level=level,
        limit_effects=limit,
        q=fit.q,
        q_small=max(0.0, fit.q - residual),
        q_residual=residual,
        q_small_p=float(chi2_sf(max(0.0, fit.q - residual), 1)),
        q_residual_p=float(chi2_sf(residual, k - 2)),
        g2=_unexplained(limit / se, precision),
    )


def _checked(yi: ArrayLike, vi: ArrayLike, what: str) -> tuple[FloatArray, FloatArray, FloatArray]:
    y, v = checks.effects(yi, vi)
    if y.size < 3:
        msg = f"{what} needs at least 3 studies; there are {y.size}."
        raise MetaInputError(msg)
    se = np.sqrt(v)
    refuse_constant(se, "standard error")
    return y, v, se


def _unexplained(response: FloatArray, predictor: FloatArray) -> float | None:
    """Return 1 − R² of the ordinary line of `response` on `predictor`."""
    total = float(np.sum((response - response.mean()) ** 2))
    if total == 0:
        return None
    line = fit_line(predictor, response, np.ones_like(response))
    return (response.size - 2) * (line.residual_se or 0.0) ** 2 / total


@dataclass(frozen=True, slots=True)
class PetPeese:
    """Precision-effect test and estimate with the standard error.

    Attributes
    ----------
    k : int
    pet, pet_se, pet_p : float
        Intercept of the line on the standard error, and its two-sided P (t, k − 2).
    peese, peese_se, peese_p : float
        Intercept of the line on the variance.
    chosen : {"PET", "PEESE"}
        PEESE if PET finds an effect (one-sided 5 %, in the direction of the common effect).
    estimate, se, ci_low, ci_high, p : float
        Those of the chosen line.
    df : int
    level : float
    """

    k: int
    pet: float
    pet_se: float
    pet_p: float
    peese: float
    peese_se: float
    peese_p: float
    chosen: str
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    p: float
    df: int
    level: float


def pet_peese(
    yi: ArrayLike, vi: ArrayLike, *, level: float = 0.95, predictor: ArrayLike | None = None
) -> PetPeese:
    """Return the conditional PET-PEESE estimate.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effects, of which 0 means no effect, and sampling variances; ``k >= 3``.
    level : float
    predictor : array_like, shape (k,), optional
        In place of the standard error, as ``sqrt(1/n1 + 1/n2)`` for standardised mean differences
        (Pustejovsky & Rodgers 2019); PEESE takes its square.

    Raises
    ------
    MetaInputError
        For unusable effects or options, fewer than 3 studies, or effects or a predictor that do
        not vary.

    References
    ----------
    Stanley, Doucouliagos (2014), Res Synth Methods 5:60.
    """
    y, v, se = _checked(yi, vi, "PET-PEESE")
    level = checks.level_fraction(level)
    if predictor is not None:
        se = checks.vector("predictor", predictor)
        checks.same_length(yi=y, predictor=se)
        refuse_constant(se, "predictor")
    if y.min() == y.max():
        msg = "All effects are equal: no line through them has a standard error. Report the pool."
        raise MetaInputError(msg)
    pet, pet_se, pet_p = _intercept(fit_line(se, y, 1.0 / v))
    peese, peese_se, peese_p = _intercept(fit_line(se * se, y, 1.0 / v))
    side = np.sign(np.dot(1.0 / v, y))
    found = side * pet > 0 and pet_p / 2.0 < PET_LEVEL
    estimate, error, p = (peese, peese_se, peese_p) if found else (pet, pet_se, pet_p)
    df = y.size - 2
    reach = float(quantile(level, float(df))) * error
    return PetPeese(
        k=y.size,
        pet=pet,
        pet_se=pet_se,
        pet_p=pet_p,
        peese=peese,
        peese_se=peese_se,
        peese_p=peese_p,
        chosen="PEESE" if found else "PET",
        estimate=estimate,
        se=error,
        ci_low=estimate - reach,
        ci_high=estimate + reach,
        p=p,
        df=df,
        level=level,
    )


def _intercept(line: Line) -> tuple[float, float, float]:
    """Return the intercept, its standard error and two-sided P; `k >= 3` makes sure of them."""
    error = float(line.intercept_se or 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = float(np.divide(line.intercept, error))
    return line.intercept, error, float(two_sided_p(t, float(line.df)))
