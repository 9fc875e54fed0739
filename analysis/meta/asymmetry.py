"""Every test of funnel-plot asymmetry as one row of a table: what it suits, needs and computes.

Three families: a weighted line with estimated dispersion (t with k − 2), a mixed-effects line (τ²
added to the variances, t with k − 2), and Kendall's rank correlation (normal). A test names the
measures it was made for; for others it says why it may mislead, or is refused unless asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta import checks
from analysis.meta.asymmetry_measures import measure_fit
from analysis.meta.asymmetry_table import ASYMMETRY_TESTS
from analysis.meta.errors import MetaInputError
from analysis.meta.line_fit import fit_line, refuse_constant
from analysis.meta.meta_regression import meta_regression
from analysis.meta.rank_correlation import kendall
from analysis.meta.small_study import (
    MIN_STUDIES,
    SmallStudyFlag,
    heterogeneity_share,
    small_study_flags,
)

if TYPE_CHECKING:
    from analysis.meta.asymmetry_test import AsymmetryTest
    from analysis.meta.funnel_data import FunnelData

__all__ = ["ALPHA", "AsymmetryResult", "asymmetry_test", "default_test", "suited_tests"]

#: Tests of asymmetry have little power, and are read at 10 % (Egger et al. 1997, BMJ 315:629).
ALPHA = 0.10
_LEAST = 3


@dataclass(frozen=True, slots=True)
class AsymmetryResult:
    """One test of funnel-plot asymmetry.

    Attributes
    ----------
    test, label, source : str
        Name in the table, words for a reader, and the paper that proposed it.
    k, left_out : int
        Studies in the test, and studies that carry no information for it (no events, say).
    statistic, df, p_value : float or None
        ``df`` is None for z. All None where nothing remains to test.
    bias, bias_se : float, float or None
        Slope, or Kendall's S (less 1 towards 0 with `correct`) with its standard deviation.
    intercept, intercept_se : float or None
        Effect as the predictor goes to 0; None for rank tests.
    dispersion : float or None
        Root of the residual variance of a line with estimated dispersion.
    tau2 : float or None
        Residual between-study variance of a mixed-effects line.
    suits : {"suited", "caution", "unsuited"}
        Whether the test was made for this measure.
    reason : str or None
        Why it may mislead for this measure, with the source.
    flags : tuple of SmallStudyFlag
        Reasons to distrust the test for these data.
    verdict : {"asymmetry", "no asymmetry shown"} or None
        At `ALPHA`; None if withheld.
    withheld : str or None
        Why there is no verdict.
    """

    test: str
    label: str
    source: str
    k: int
    left_out: int
    statistic: float | None
    df: float | None
    p_value: float | None
    bias: float
    bias_se: float | None
    intercept: float | None
    intercept_se: float | None
    dispersion: float | None
    tau2: float | None
    suits: str
    reason: str | None
    flags: tuple[SmallStudyFlag, ...]
    verdict: str | None
    withheld: str | None


@dataclass(frozen=True, slots=True)
class _Fit:
    """What the three families have in common."""

    k: int
    bias: float
    bias_se: float | None
    statistic: float | None
    df: float | None
    p_value: float | None
    intercept: float | None = None
    intercept_se: float | None = None
    dispersion: float | None = None
    tau2: float | None = None


def suited_tests(measure: str | None) -> tuple[str, ...]:
    """Return the names of the tests made for a measure, in the order of the table."""
    return tuple(
        name for name, row in ASYMMETRY_TESTS.items() if measure_fit(row, measure)[0] == "suited"
    )


def default_test(measure: str | None) -> str:
    """Return R's meta's choice: Harbord's test for odds ratios, Egger's otherwise."""
    return "harbord" if measure == "OR" else "egger"


def asymmetry_test(
    name: str,
    data: FunnelData,
    *,
    method: str = "REML",
    correct: bool = False,
    insist: bool = False,
    verdict_below_ten: bool = False,
) -> AsymmetryResult:
    """Run one test of the table.

    Parameters
    ----------
    name : str
        A key of `analysis.meta.asymmetry_table.ASYMMETRY_TESTS`.
    data : FunnelData
        Effects and counts of the pooled studies, ``k >= 3``.
    method : str
        Estimator of τ² for mixed-effects lines; Thompson and Sharp (1999) use moments (``"DL"``),
        R's meta the estimator of the pool.
    correct : bool
        Continuity correction of rank tests.
    insist : bool
        Run the test also for a measure it does not suit; the result says so.
    verdict_below_ten : bool
        Give a verdict also for fewer than ten studies.

    Raises
    ------
    MetaInputError
        If the test is unknown, does not suit the measure, lacks its columns, or has fewer than 3
        studies or a predictor that does not vary.
    """
    row = ASYMMETRY_TESTS[checks.choice("test of asymmetry", name, ASYMMETRY_TESTS)]
    suits, reason = measure_fit(row, data.measure)
    if suits == "unsuited" and not insist:
        msg = f"{row.label} does not suit {data.measure}: {reason}."
        raise MetaInputError(msg)
    missing = [column for column in row.needs if not data.has(column)]
    if missing:
        msg = f"{row.label} needs {', '.join(missing)} of every study; hand them in as well."
        raise MetaInputError(msg)
    if data.k < _LEAST:
        msg = f"{row.label} needs at least {_LEAST} studies; there are {data.k}."
        raise MetaInputError(msg)
    fit = _FAMILIES[row.family](row, data, method, correct)
    flags = small_study_flags(
        fit.k, None, i2=heterogeneity_share(data.yi, data.vi), residual_df=_residual_df(fit)
    )
    verdict, withheld = _verdict(fit, verdict_below_ten)
    return AsymmetryResult(
        test=name,
        label=row.label,
        source=row.source,
        k=fit.k,
        left_out=data.k - fit.k,
        statistic=fit.statistic,
        df=fit.df,
        p_value=fit.p_value,
        bias=fit.bias,
        bias_se=fit.bias_se,
        intercept=fit.intercept,
        intercept_se=fit.intercept_se,
        dispersion=fit.dispersion,
        tau2=fit.tau2,
        suits=suits,
        reason=reason,
        flags=flags,
        verdict=verdict,
        withheld=withheld,
    )


def _residual_df(fit: _Fit) -> int | None:
    return None if fit.df is None else int(fit.df)


def _verdict(fit: _Fit, below_ten: bool) -> tuple[str | None, str | None]:
    if fit.p_value is None:
        return None, "nothing remains to test"
    if fit.k < MIN_STUDIES and not below_ten:
        return None, (
            f"there are only {fit.k} estimates, and with fewer than {MIN_STUDIES} chance cannot be "
            "told from asymmetry (Sterne 2011)"
        )
    return ("asymmetry" if fit.p_value < ALPHA else "no asymmetry shown"), None


def _line(row: AsymmetryTest, data: FunnelData, _method: str, _correct: bool) -> _Fit:
    x, y, weight = row.inputs(data)
    used = (weight > 0) & np.isfinite(x) & np.isfinite(y) & np.isfinite(weight)
    k = int(np.count_nonzero(used))
    if k < _LEAST:
        msg = (
            f"{row.label} needs at least {_LEAST} studies with events and non-events; there are "
            f"{k}."
        )
        raise MetaInputError(msg)
    refuse_constant(x[used], row.predictor)
    line = fit_line(x[used], y[used], weight[used])
    return _Fit(
        k=k,
        bias=line.slope,
        bias_se=line.slope_se,
        statistic=line.t,
        df=float(line.df),
        p_value=line.p_value,
        intercept=line.intercept,
        intercept_se=line.intercept_se,
        dispersion=line.residual_se,
    )


def _mixed(row: AsymmetryTest, data: FunnelData, method: str, _correct: bool) -> _Fit:
    x, y, weight = row.inputs(data)
    refuse_constant(x, row.predictor)
    fit = meta_regression(y, 1.0 / weight, {row.predictor: x.tolist()}, method=method, test="t")
    return _Fit(
        k=y.size,
        bias=float(fit.coef[1]),
        bias_se=float(fit.se[1]),
        statistic=float(fit.stat[1]),
        df=float(y.size - 2),
        p_value=float(fit.p[1]),
        intercept=float(fit.coef[0]),
        intercept_se=float(fit.se[0]),
        tau2=fit.tau2,
    )


def _rank(row: AsymmetryTest, data: FunnelData, _method: str, correct: bool) -> _Fit:
    first, second, weight = row.inputs(data)
    used = (weight > 0) & np.isfinite(first) & np.isfinite(second)
    k = int(np.count_nonzero(used))
    if k < _LEAST:
        msg = f"{row.label} needs at least {_LEAST} studies that carry information; there are {k}."
        raise MetaInputError(msg)
    refuse_constant(second[used], row.predictor)
    rank = kendall(first[used], second[used], method="continuity" if correct else "normal")
    # The correction brings S one nearer to 0; it does not change sides.
    bias = float(np.sign(rank.s) * max(0, abs(rank.s) - 1)) if correct else float(rank.s)
    deviation = float(np.sqrt(rank.var_s)) if rank.var_s > 0 else None
    return _Fit(
        k=k,
        bias=bias,
        bias_se=deviation,
        statistic=None if deviation is None else bias / deviation,
        df=None,
        p_value=rank.p_value,
    )


_FAMILIES = {"line": _line, "mixed": _mixed, "rank": _rank}
