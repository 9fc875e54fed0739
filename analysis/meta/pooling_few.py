"""One pooled effect of few studies, number by number; the arrays are in `row_fits`."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, sqrt
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.distributions import special
from analysis.meta.few_studies import MOST, FewTau2, tau2_of_few, weighted_sums
from analysis.meta.mean_intervals import HARTUNG_KNAPP
from analysis.meta.pooled_effect import PooledEffect
from analysis.meta.prediction import prediction_definition
from analysis.meta.tau2_likelihood import Likelihoods

if TYPE_CHECKING:
    from analysis.meta.prediction import PredictionDefinition
    from analysis.meta.projection import Array

__all__ = ["PoolOptions", "pool_few", "pooling_warnings"]

_COMMON = FewTau2(0.0, float("nan"), 0, boundary=True)
_NAN = float("nan")
# Sums of squares below this are rounding noise of equal effects.
_NOISE = float(np.finfo(np.float64).eps)
_TESTS = frozenset({"z", "t", "knha", "adhoc"})


@dataclass(frozen=True, slots=True)
class PoolOptions:
    """What `analysis.meta.models.pool` was asked for."""

    method: str
    test: str
    level: float
    prediction: str | None
    i2: str


def pooling_warnings(
    options: PoolOptions, v: list[float], *, factor: float, converged: bool, local: bool
) -> tuple[str, ...]:
    """Return what a reader should know about a fit of the studies with variances `v`."""
    notes: list[str] = []
    k = len(v)
    scaled = options.test in HARTUNG_KNAPP and k > 1
    if k == 1:
        notes.append("one study: tau2 is set to 0 and the test is normal")
    if options.method == "CE" and scaled:
        notes.append("the Knapp-Hartung adjustment is not meant for a common-effect model")
    if scaled and factor == 0:
        notes.append("all studies have the same effect: the Knapp-Hartung interval has no width")
    if max(v) / min(v) >= 1e7:  # metafor warns at this ratio, too
        notes.append("sampling variances differ by more than 1e7: results may be unstable")
    if not converged:
        notes.append(f"the {options.method} estimate of tau2 did not converge")
    if local:
        notes.append(
            "the likelihood has several maxima and the highest was taken; programs that climb from "
            "one start, such as metafor, may report another"
        )
    return tuple(notes)


def pool_few(y: Array, v: Array, options: PoolOptions) -> PooledEffect | None:
    """Pool two or more studies; None if the arrays have to be used (see `few_studies`).

    Parameters
    ----------
    y, v : ndarray, shape (k,)
        Valid effects and variances.
    options : PoolOptions
        Valid, too.
    """
    k, method, test = y.size, options.method, options.test
    if not 2 <= k <= MOST or test not in _TESTS:
        return None
    values, variances = y.tolist(), v.tolist()
    shift = sum(values) / k
    centred = [a - shift for a in values]
    base = weighted_sums(centred, variances, 0.0)
    traces = base.traces
    if traces is None:
        return None
    found = _COMMON if method == "CE" else tau2_of_few(centred, variances, method, base)
    if found is None:
        return None
    tau2, df = found.tau2, k - 1
    fit = base if tau2 == 0 else weighted_sums(centred, variances, tau2)
    raw = 0.0 if fit.q <= _NOISE else fit.q / df
    factor = {"knha": raw, "adhoc": max(raw, 1.0)}.get(test, 1.0)
    classic = 1.0 / sqrt(fit.total)
    se = classic * sqrt(factor)
    estimate = fit.mean + shift
    test_df = None if test == "z" else float(df)
    half = _reach(options.level, test_df) * se
    stat = estimate / se if se > 0 else (_NAN if estimate == 0 else estimate * float("inf"))
    q, typical = max(base.q, 0.0), df / traces[0]
    if options.i2 == "q" or method == "CE":
        share, ratio = (q - df) / q if q > df else 0.0, q / df
    else:
        share, ratio = tau2 / (tau2 + typical), tau2 / typical + 1.0
    definition = None if method == "CE" else prediction_definition(options.prediction, test)
    ses = {"test": se, "classic": classic, "hartung_knapp": classic * sqrt(raw)}
    if definition is not None and definition.se not in ses:
        return None
    far, error, free = _NAN, _NAN, None
    if definition is not None:
        far, error, free = _prediction(definition, tau2, ses, df, options.level)
    return PooledEffect(
        estimate=estimate,
        se=se,
        stat=stat,
        df=test_df,
        p=_two_sided(stat, test_df),
        ci_low=estimate - half,
        ci_high=estimate + half,
        tau2=tau2,
        se_tau2=found.se,
        tau2_method=None if method == "CE" else method,
        i2=share,
        h2=ratio,
        i2_definition="q" if method == "CE" else options.i2,
        q=q,
        q_df=df,
        q_p=float(special.chdtrc(df, q)),
        typical_v=typical,
        k=k,
        weights=np.array(fit.weights) / fit.total,
        prediction_low=estimate - far,
        prediction_high=estimate + far,
        prediction_definition=None if isnan(far) or definition is None else definition.name,
        method=method,
        test=test,
        level=options.level,
        test_factor=factor,
        likelihoods=Likelihoods(y, v, tau2),
        converged=True,
        iterations=found.iterations,
        boundary=found.boundary and method != "CE",
        fell_back=None,
        warnings=pooling_warnings(options, variances, factor=factor, converged=True, local=False),
        prediction_se=error,
        prediction_df=free,
    )


def _reach(level: float, df: float | None) -> float:
    tail = (1.0 - level) / 2.0
    return float(-special.ndtri(tail) if df is None else -special.stdtrit(df, tail))


def _two_sided(stat: float, df: float | None) -> float:
    size = -abs(stat)
    return float(2.0 * (special.ndtr(size) if df is None else special.stdtr(df, size)))


def _prediction(
    definition: PredictionDefinition, tau2: float, ses: dict[str, float], df: int, level: float
) -> tuple[float, float, float | None]:
    """Return half the width of the prediction interval (NaN without one), its error and df."""
    error = sqrt(tau2 + ses[definition.se] ** 2)
    free = None
    if definition.loss is not None:
        free = float(df + 1 - definition.loss)
        if definition.floor:
            free = max(free, 1.0)
        if free <= 0:
            return _NAN, error, free
    return _reach(level, free) * error, error, free
