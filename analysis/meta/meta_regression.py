"""Meta-regression: effects that depend on moderators, with residual heterogeneity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.checks import choice, effects, level_fraction
from analysis.meta.distributions import chi2_sf, f_sf, quantile, two_sided_p
from analysis.meta.errors import MetaInputError
from analysis.meta.heterogeneity import I2_DEFINITIONS, heterogeneity
from analysis.meta.moderators import ModeratorMatrix, moderator_matrix
from analysis.meta.prediction import (
    prediction_definition,
    prediction_error,
    prediction_quantile,
)
from analysis.meta.projection import Array, Design, fit_weighted
from analysis.meta.tau2 import canonical_method, estimate_tau2

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from numpy.typing import ArrayLike, NDArray

    from analysis.meta.moderators import Term

__all__ = [
    "R2_DEFINITIONS",
    "STUDIES_PER_COEFFICIENT",
    "MetaRegression",
    "RegressionPrediction",
    "meta_regression",
]

R2_DEFINITIONS = ("truncated", "adjusted")
REGRESSION_TESTS = ("z", "t", "knha", "adhoc")
# Cochrane Handbook 6.4, section 10.11.4: about ten studies for each characteristic modelled.
STUDIES_PER_COEFFICIENT = 10


@dataclass(frozen=True, slots=True)
class MetaRegression:
    """A fitted meta-regression with p coefficients on k studies.

    Attributes
    ----------
    terms : tuple of Term, length p
        Names of the coefficients, the intercept first.
    levels : dict of str to tuple of str
        Levels of categorical moderators, the reference first.
    coef, se, stat, p, ci_low, ci_high : ndarray, shape (p,)
    df : float or None
        Residual degrees of freedom of the tests; None for the normal distribution. With 0 of them
        `p` and the limits are NaN, and so are the Knapp-Hartung standard errors.
    vcov : ndarray, shape (p, p)
        Includes the Knapp-Hartung factor.
    tau2, se_tau2, tau2_without : float
        Residual between-study variance, and the one without moderators on the same studies.
    i2, h2, typical_v, q, q_df, q_p
        Residual heterogeneity, as in `PooledEffect`.
    r2 : float
        Share of tau2 the moderators explain (of the variance, for a common effect); NaN where it is
        not defined.
    qm, qm_df1, qm_df2, qm_p
        Joint test of all coefficients but the intercept: chi-squared, or F with `qm_df2` degrees of
        freedom when that is not None.
    test_factor : float
        Knapp-Hartung factor; 1 otherwise.
    index, dropped, redundant
        See `ModeratorMatrix`.
    x : ndarray, shape (k, p)
    """

    terms: tuple[Term, ...]
    levels: dict[str, tuple[str, ...]]
    coef: Array
    se: Array
    stat: Array
    df: float | None
    p: Array
    ci_low: Array
    ci_high: Array
    vcov: Array
    tau2: float
    se_tau2: float
    tau2_without: float
    i2: float
    h2: float
    i2_definition: str
    typical_v: float
    q: float
    q_df: int
    q_p: float
    r2: float
    r2_definition: str
    qm: float
    qm_df1: int
    qm_df2: int | None
    qm_p: float
    test_factor: float
    k: int
    method: str
    test: str
    level: float
    converged: bool
    iterations: int
    boundary: bool
    index: NDArray[np.int_]
    dropped: tuple[tuple[int, str], ...]
    redundant: tuple[str, ...]
    x: Array
    warnings: tuple[str, ...]

    @property
    def coef_names(self) -> tuple[str, ...]:
        """Names of the coefficients."""
        return tuple(term.name for term in self.terms)

    def predict(self, rows: ArrayLike, *, prediction: str | None = "test") -> RegressionPrediction:
        """Return expected effects for rows of the design matrix.

        Parameters
        ----------
        rows : array_like, shape (m, p)
            In the order of `terms`, 1 for the intercept.
        prediction : str or None
            Definition of the prediction interval (see `analysis.meta.prediction`).

        Raises
        ------
        MetaInputError
            If the shape does not fit or a value is not finite.
        """
        new = np.array(rows, dtype=np.float64)
        if new.ndim != 2 or new.shape[1] != self.coef.size or not np.isfinite(new).all():
            msg = f"rows must be finite, of shape (m, {self.coef.size}); the shape is {new.shape}."
            raise MetaInputError(msg)
        fit = new @ self.coef
        se = np.sqrt(np.einsum("mi,ij,mj->m", new, self.vcov, new))
        half = float(quantile(self.level, np.nan if self.df is None else self.df)) * se
        low = high = np.full_like(fit, np.nan)
        definition = prediction_definition(prediction, self.test)
        if definition is not None and self.method != "CE":
            classic = se / np.sqrt(self.test_factor) if self.test_factor > 0 else se
            ses = {"test": se, "classic": classic, "hartung_knapp": se}
            df = np.full_like(fit, self.q_df)
            tau2 = np.full_like(fit, self.tau2)
            error, free = prediction_error(definition, tau2, ses, dict.fromkeys(ses, df))
            reach = prediction_quantile(definition, free, self.level) * error
            low, high = fit - reach, fit + reach
        return RegressionPrediction(fit, se, fit - half, fit + half, low, high)


@dataclass(frozen=True, slots=True)
class RegressionPrediction:
    """Expected effects for m rows of moderators; every array has shape (m,)."""

    estimate: Array
    se: Array
    ci_low: Array
    ci_high: Array
    prediction_low: Array
    prediction_high: Array


def meta_regression(
    yi: ArrayLike,
    vi: ArrayLike,
    moderators: Mapping[str, Iterable[Any]],
    *,
    method: str = "REML",
    test: str = "z",
    level: float = 0.95,
    i2: str = "q",
    r2: str = "truncated",
    categorical: Collection[str] = (),
    references: Mapping[str, str] | None = None,
) -> MetaRegression:
    """Regress effects on moderators by weighted least squares with residual heterogeneity.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effects and positive sampling variances.
    moderators, categorical, references
        See `analysis.meta.moderators.moderator_matrix`; studies with a missing moderator are left
        out and listed.
    method, test, level, i2
        As for `analysis.meta.models.pool`; t and Knapp-Hartung tests have k - p degrees of freedom.
    r2 : {"truncated", "adjusted"}
        ``max(0, (tau2_0 - tau2) / tau2_0)`` and 0 if tau2_0 is 0 (metafor); or not cut at 0, and
        undefined if tau2_0 is 0 (Stata metareg, "adjusted R-squared"). Raudenbush 2009, in Cooper
        et al., Handbook of Research Synthesis, ch. 16. For a common effect, the adjusted R2 of the
        weighted regression.

    Raises
    ------
    MetaInputError
        If the input is refused, a name is unknown, or there are too few studies: a random-effects
        model needs one more than coefficients.
    """
    y, v = effects(yi, vi)
    method = canonical_method(method)
    choice("test", test, REGRESSION_TESTS)
    choice("I2 definition", i2, I2_DEFINITIONS)
    choice("R2 definition", r2, R2_DEFINITIONS)
    level = level_fraction(level)
    matrix = moderator_matrix(moderators, y.size, categorical=categorical, references=references)
    k, p = matrix.x.shape
    needed = p + (method != "CE")
    if k < needed:
        msg = (
            f"{p} {'coefficient needs' if p == 1 else 'coefficients need'} at least {needed} "
            f"studies under {method}; {k} have all moderators: use fewer moderators or merge "
            "levels."
        )
        raise MetaInputError(msg)
    design = Design.columns(matrix.x)
    used, variances = y[matrix.index][None, :], v[matrix.index][None, :]
    shift = used.mean()
    centred, keep = used - shift, np.ones((1, k))
    found = estimate_tau2(design, centred, variances, keep, method)
    tau2 = float(found.tau2[0])
    fit = fit_weighted(design, centred, 1 / (variances + tau2))
    df = k - p
    # Effects on the line leave rounding noise: it is 0, as in `row_fits`.
    squares = float(fit.q[0]) if fit.q[0] > np.finfo(np.float64).eps else 0.0
    # One study is tested with z, as in `pool`. Several that fit exactly because there are as many
    # coefficients have no dispersion and no t distribution: NaN, never a normal test in its place.
    dispersion = squares / df if df > 0 else 1.0 if k == 1 else float("nan")
    factor = {"knha": dispersion, "adhoc": max(dispersion, 1.0)}.get(test, 1.0)
    coef = design.to_coef @ fit.gamma[0] + shift * design.constant
    vcov = factor * design.to_coef @ fit.inverse[0] @ design.to_coef.T
    se = np.sqrt(np.diag(vcov))
    test_df = None if test == "z" or k == 1 else float(df)
    ref = np.nan if test_df is None else test_df
    with np.errstate(divide="ignore", invalid="ignore"):
        stat = coef / se
    half = quantile(level, ref) * se
    het = heterogeneity(design, centred, variances, keep, found.tau2, i2=i2, common=method == "CE")
    plain = estimate_tau2(Design.intercept(k), centred, variances, keep, method)
    tau2_without = float(plain.tau2[0])
    qm, qm_p = _joint_test(coef, vcov, test_df)
    return MetaRegression(
        terms=matrix.terms,
        levels=matrix.levels,
        coef=coef,
        se=se,
        stat=stat,
        df=test_df,
        p=np.asarray(two_sided_p(stat, ref)),
        ci_low=coef - half,
        ci_high=coef + half,
        vcov=vcov,
        tau2=tau2,
        se_tau2=float(found.se_tau2[0]),
        tau2_without=tau2_without,
        i2=float(het.i2[0]),
        h2=float(het.h2[0]),
        i2_definition="q" if method == "CE" else i2,
        typical_v=float(het.typical_v[0]),
        q=float(het.q[0]),
        q_df=df,
        q_p=float(het.p[0]),
        r2=_r2(method, r2, tau2, tau2_without, centred, variances, design),
        r2_definition=r2,
        qm=qm,
        qm_df1=p - 1,
        qm_df2=None if test_df is None else df,
        qm_p=qm_p,
        test_factor=factor,
        k=k,
        method=method,
        test=test,
        level=level,
        converged=bool(found.converged[0]),
        iterations=int(found.iterations[0]),
        boundary=bool(found.boundary[0]) and method != "CE",
        index=matrix.index,
        dropped=matrix.dropped,
        redundant=matrix.redundant,
        x=matrix.x,
        warnings=_warnings(matrix, bool(found.converged[0]), factor, test_df),
    )


def _joint_test(coef: Array, vcov: Array, df: float | None) -> tuple[float, float]:
    """Test all coefficients but the intercept: Wald chi-squared, or F with `df` given.

    NaN without such coefficients, and where the studies fit exactly, so that Knapp-Hartung leaves
    no variance to test against.
    """
    m = coef.size - 1
    if m == 0 or not vcov.any():
        return float("nan"), float("nan")
    wald = float(coef[1:] @ np.linalg.solve(vcov[1:, 1:], coef[1:]))
    if df is None:
        return wald, float(chi2_sf(wald, m))
    return wald / m, f_sf(wald / m, m, df)


def _r2(
    method: str, kind: str, tau2: float, without: float, y: Array, v: Array, design: Design
) -> float:
    undefined = 0.0 if kind == "truncated" else float("nan")
    if method == "CE":
        k, p = y.shape[1], design.p
        total = float(fit_weighted(Design.intercept(k), y, 1 / v).q[0])
        if k <= p:
            return float("nan")
        if total <= 0:
            return undefined
        share = 1 - float(fit_weighted(design, y, 1 / v).q[0]) / total * (k - 1) / (k - p)
    elif without <= 0:
        return undefined
    else:
        share = (without - tau2) / without
    return max(0.0, share) if kind == "truncated" else share


def _warnings(
    matrix: ModeratorMatrix, converged: bool, factor: float, df: float | None
) -> tuple[str, ...]:
    notes: list[str] = []
    k, p = matrix.x.shape
    if k < STUDIES_PER_COEFFICIENT * (p - 1):
        coefficients = "one coefficient" if p == 2 else f"{p - 1} coefficients"
        notes.append(
            f"{k} estimates for {coefficients}: fewer than {STUDIES_PER_COEFFICIENT} for each "
            "(Cochrane Handbook 10.11.4), so chance findings are likely"
        )
    if matrix.dropped:
        studies = "study" if len(matrix.dropped) == 1 else "studies"
        notes.append(f"left out without a value of the moderator: {len(matrix.dropped)} {studies}")
    if matrix.redundant:
        notes.append(f"left out as redundant: {', '.join(matrix.redundant)}")
    if factor == 0:
        notes.append("the studies fit exactly: the Knapp-Hartung intervals have no width")
    if df == 0:
        notes.append("as many coefficients as studies: there is no t test and no interval")
    if not converged:
        notes.append("the estimate of tau2 did not converge")
    return tuple(notes)
