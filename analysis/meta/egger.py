"""Egger's regression test, classical and as a mixed-effects meta-regression.

``lm`` is the test of Egger et al. (1997): a weighted line of the effect on its standard error with
estimated dispersion and t with k − 2 degrees of freedom. Its slope is the "bias" (the intercept of
the regression of y/SE on 1/SE), its intercept the effect as the standard error goes to 0. ``rma``
adds a between-study variance (Thompson and Sharp 1999), as metafor's ``regtest`` does by default.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta import checks
from analysis.meta.distributions import quantile
from analysis.meta.errors import MetaInputError
from analysis.meta.line_fit import fit_line, refuse_constant
from analysis.meta.meta_regression import meta_regression
from analysis.meta.naming import study_name
from analysis.meta.small_study import SmallStudyFlag, heterogeneity_share, small_study_flags
from analysis.meta.tau2 import canonical_method

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

__all__ = ["EGGER_MODELS", "EGGER_PREDICTORS", "EggerTest", "egger"]

EGGER_MODELS = ("lm", "rma")

_FROM_VARIANCE: dict[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "sei": np.sqrt,
    "vi": lambda v: v,
}
_FROM_SIZE: dict[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "ni": lambda n: n,
    "ninv": lambda n: 1.0 / n,
    "sqrtni": np.sqrt,
    "sqrtninv": lambda n: 1.0 / np.sqrt(n),
}
EGGER_PREDICTORS = (*_FROM_VARIANCE, *_FROM_SIZE)

#: Predictors that go to 0 as a study grows, so that the intercept is the effect of such a study.
_VANISHING = {"sei", "vi", "ninv", "sqrtninv"}


@dataclass(frozen=True, slots=True)
class EggerTest:
    """Regression test of funnel-plot asymmetry.

    Attributes
    ----------
    k : int
        Studies.
    model : {"lm", "rma"}
        Weighted regression with estimated dispersion, or mixed-effects meta-regression.
    predictor : str
        ``sei``, ``vi``, ``ni``, ``ninv``, ``sqrtni`` or ``sqrtninv``.
    method, test : str or None, str
        Estimator of τ² (None for ``lm``) and reference distribution.
    statistic, df, p_value : float or None, float or None, float or None
        Test of the slope; `df` is None for z. Without residual degrees of freedom `p_value` is
        None, and so is `statistic` where it needs an estimated dispersion.
    slope, slope_se : float, float or None
        Change of the effect per unit of the predictor; for ``sei`` this is Egger's bias.
    limit, limit_se, limit_ci_low, limit_ci_high : float or None
        Effect as the predictor goes to 0; None for predictors that do not (``ni``, ``sqrtni``).
    tau2 : float or None
        Residual between-study variance (``rma``).
    residual_se : float or None
        Estimated dispersion (``lm``).
    level : float
        Confidence level of the limits.
    flags : tuple of SmallStudyFlag
        Reasons to distrust the test here.
    """

    k: int
    model: str
    predictor: str
    method: str | None
    test: str
    statistic: float | None
    df: float | None
    p_value: float | None
    slope: float
    slope_se: float | None
    limit: float | None
    limit_se: float | None
    limit_ci_low: float | None
    limit_ci_high: float | None
    tau2: float | None
    residual_se: float | None
    level: float
    flags: tuple[SmallStudyFlag, ...]


def egger(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    model: str = "lm",
    predictor: str = "sei",
    n: ArrayLike | None = None,
    method: str = "REML",
    test: str = "z",
    level: float = 0.95,
    measure: str | None = None,
) -> EggerTest:
    """Test whether effects depend on the precision or size of their studies.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effect sizes and sampling variances; ``k >= 3`` for ``rma`` with a τ², else ``k >= 2`` (with
        2 there is a line but no dispersion, hence no t test, which `flags` says).
    model : {"lm", "rma"}
        Classical or mixed-effects regression.
    predictor : {"sei", "vi", "ni", "ninv", "sqrtni", "sqrtninv"}
        Standard error, variance, or a function of the sample size.
    n : array_like, shape (k,), optional
        Sample sizes, for the predictors made of them.
    method, test
        Estimator of τ² and test of the coefficients for ``rma``, as
        `analysis.meta.meta_regression.meta_regression`; ``lm`` always uses t with k − 2.
    level : float
        Confidence level of the limit.
    measure : str, optional
        Effect measure, only for the flags (the test misleads for proportions).

    Raises
    ------
    MetaInputError
        For unusable effects, variances, sizes or options, too few studies, or a predictor that is
        the same in all studies.

    References
    ----------
    Egger et al. (1997), BMJ 315:629. Thompson, Sharp (1999), Stat Med 18:2693. Sterne, Egger
    (2005), in Publication Bias in Meta-Analysis, chapter 6.
    """
    y, v = checks.effects(yi, vi)
    checks.choice("model", model, EGGER_MODELS)
    checks.choice("predictor", predictor, EGGER_PREDICTORS)
    level = checks.level_fraction(level)
    k = y.size
    least = 3 if model == "rma" and canonical_method(method) != "CE" else 2
    if k < least:
        how = f"model={model!r}" + (f" and method={method!r}" if model == "rma" else "")
        msg = f"Egger's test with {how} needs at least {least} studies; there are {k}."
        raise MetaInputError(msg)
    x = _predictor(predictor, v, n)
    refuse_constant(x, predictor)
    if model == "lm":
        return _classical(x, y, v, predictor, level, measure)
    fit = meta_regression(y, v, {predictor: x.tolist()}, method=method, test=test, level=level)
    # Two studies lie on their line: no dispersion to scale the standard errors by, no t quantile.
    scaled = k > 2 or fit.test in {"z", "t"}
    tested = k > 2 or fit.test == "z"
    vanishing = predictor in _VANISHING
    return EggerTest(
        k=k,
        model=model,
        predictor=predictor,
        method=fit.method,
        test=fit.test,
        statistic=float(fit.stat[1]) if scaled else None,
        df=fit.df if tested else 0.0,
        p_value=float(fit.p[1]) if tested else None,
        slope=float(fit.coef[1]),
        slope_se=float(fit.se[1]) if scaled else None,
        limit=float(fit.coef[0]) if vanishing else None,
        limit_se=float(fit.se[0]) if vanishing and scaled else None,
        limit_ci_low=float(fit.ci_low[0]) if vanishing and tested else None,
        limit_ci_high=float(fit.ci_high[0]) if vanishing and tested else None,
        tau2=fit.tau2,
        residual_se=None,
        level=level,
        flags=_flags(y, v, measure),
    )


def _flags(
    y: NDArray[np.float64], v: NDArray[np.float64], measure: str | None
) -> tuple[SmallStudyFlag, ...]:
    i2 = heterogeneity_share(y, v)
    return small_study_flags(y.size, measure, i2=i2, residual_df=y.size - 2)


def _predictor(predictor: str, v: NDArray[np.float64], n: ArrayLike | None) -> NDArray[np.float64]:
    """Return the predictor of every study, shape (k,)."""
    if predictor in _FROM_VARIANCE:
        return _FROM_VARIANCE[predictor](v)
    if n is None:
        msg = f"predictor={predictor!r} is made of sample sizes; pass them as n."
        raise MetaInputError(msg)
    size = checks.vector("n", n)
    checks.same_length(vi=v, n=size)
    if (size <= 0).any():
        msg = f"{study_name(int(np.argmax(size <= 0)))}: n must be positive."
        raise MetaInputError(msg)
    return _FROM_SIZE[predictor](size)


def _classical(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    v: NDArray[np.float64],
    predictor: str,
    level: float,
    measure: str | None,
) -> EggerTest:
    """Return the weighted regression with estimated dispersion."""
    line = fit_line(x, y, 1.0 / v)
    vanishing = predictor in _VANISHING
    low = high = None
    if vanishing and line.intercept_se is not None:
        reach = float(quantile(level, line.df)) * line.intercept_se
        low, high = line.intercept - reach, line.intercept + reach
    return EggerTest(
        k=y.size,
        model="lm",
        predictor=predictor,
        method=None,
        test="t",
        statistic=line.t,
        df=line.df,
        p_value=line.p_value,
        slope=line.slope,
        slope_se=line.slope_se,
        limit=line.intercept if vanishing else None,
        limit_se=line.intercept_se if vanishing else None,
        limit_ci_low=low,
        limit_ci_high=high,
        tau2=None,
        residual_se=line.residual_se,
        level=level,
        flags=_flags(y, v, measure),
    )
