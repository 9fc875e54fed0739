"""By which models a stranger's CSV can be pooled: one table of names, and what each one needs."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from analysis.pool.csv_effects import engine_columns
from analysis.pool.csv_layouts import LAYOUTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.meta.effect_sizes import EffectSizes
    from analysis.pool.csv_settings import Settings

__all__ = ["METHODS", "Method", "Pooled", "method_for"]

_TABLE = ("ai", "n1i", "ci", "n2i")
_RATES = ("x1i", "t1i", "x2i", "t2i")
_NAN = math.nan


@dataclass(frozen=True, slots=True)
class Pooled:
    """One pooled effect on the scale of the model, whatever the model; NaN for what it has not.

    Names as in `analysis.pool.csv_results.Fit`; `prediction` is on the scale of the model.
    """

    k: int
    method: str
    test: str
    estimate: float
    se: float
    stat: float
    df: float | None
    p: float
    ci_low: float
    ci_high: float
    prediction_low: float = _NAN
    prediction_high: float = _NAN
    prediction_definition: str | None = None
    tau2: float = _NAN
    tau2_low: float = _NAN
    tau2_high: float = _NAN
    i2: float = _NAN
    i2_low: float = _NAN
    i2_high: float = _NAN
    q: float = _NAN
    q_df: int = 0
    q_p: float = _NAN
    fell_back: str | None = None
    weights: tuple[float | None, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Method:
    """A model.

    Attributes
    ----------
    words
        What it is, for a sentence.
    fit
        Pools a part of the studies.
    measures
        Measures it is for; empty for every measure.
    pools_counts
        It takes the counts themselves: corrections of single studies do not enter.
    common
        There is no variance between studies.
    clusters
        It needs a column of clusters.
    needs
        What it pools, for a message.
    """

    words: str
    fit: Callable[[Settings, EffectSizes], Pooled]
    measures: tuple[str, ...] = ()
    pools_counts: bool = False
    common: bool = False
    clusters: bool = False
    needs: str = ""


def method_for(asked: str | None, model: Settings) -> str:
    """Return the name of the method that is asked for, or that the profile or the clusters choose.

    Raises
    ------
    MetaInputError
        If there is none of that name or it is not for the measure.
    """
    from analysis.meta.checks import choice
    from analysis.meta.errors import MetaInputError

    measure, conventions = model.measure, model.profile
    if asked is None:
        if "cluster" in model.table.columns:
            return "3L"
        if measure == "PETO" and conventions.table_method == "mantel_haenszel":
            return "PETO"
        binomial = measure == "PLO" and conventions.proportion_model == "glmm"
        return "GLMM" if binomial else conventions.tau2_method
    name = choice("method", asked.upper(), METHODS)
    method = METHODS[name]
    layout = LAYOUTS[model.table.layout]
    if method.measures and (measure not in method.measures or layout.reported):
        suited = [] if layout.reported else [m for m in method.measures if m in layout.measures]
        hint = " or ".join(f"--measure {m}" for m in suited) or "the file has no such columns"
        msg = f"{name} pools {method.needs}, not {measure}: {hint}."
        raise MetaInputError(msg)
    if method.clusters and "cluster" not in model.table.columns:
        msg = f"{name} ({method.words}) needs to know which rows belong together: --cluster COLUMN."
        raise MetaInputError(msg)
    return name


def _columns(model: Settings, part: EffectSizes, names: tuple[str, ...]) -> list[list[float]]:
    columns = engine_columns(model.table)
    return [[columns[name][int(i)] for i in part.index] for name in names]


def _of_pooled(fit: Any, **further: Any) -> Pooled:
    """Take over what every record of a pooled effect has."""
    shared = {name: getattr(fit, name) for name in _SHARED}
    return Pooled(**{**shared, **further})


_SHARED = ("k", "estimate", "se", "stat", "df", "p", "ci_low", "ci_high")
_HETEROGENEITY = ("tau2", "i2", "q", "q_df", "q_p", "prediction_low", "prediction_high")
_MORE = ("method", "test", "prediction_definition", "fell_back", "warnings")


def _inverse_variance(model: Settings, part: EffectSizes) -> Pooled:
    from analysis.meta.models import pool

    # Stata's metaprop alone has a smallest number of studies.
    few = model.profile.random_from_k if model.share else 1
    fit = pool(
        part.yi,
        part.vi,
        method=model.method if model.method in _INVERSE_VARIANCE else "CE",
        test=model.test,
        level=model.options.level,
        prediction=model.prediction,
        i2=model.profile.i2,
        random_from_k=few,
    )
    return _with_limits(model, part, fit)


def _with_limits(model: Settings, part: EffectSizes, fit: Any) -> Pooled:
    """Add the limits of τ² and I² by the profile's method, NaN where it has none."""
    from analysis.meta.heterogeneity import log_h_interval, q_profile

    found: dict[str, Any] = {}
    if fit.k > 2 and fit.method not in {"MH", "Peto"}:
        if model.profile.i2_interval == "log_h":
            limits = log_h_interval(fit.q, fit.k, level=fit.level)
            found = {"i2_low": limits.i2_low, "i2_high": limits.i2_high}
        elif fit.method != "CE":
            limits = q_profile(part.yi, part.vi, level=fit.level)
            names = ("tau2_low", "tau2_high", "i2_low", "i2_high")
            found = {name: getattr(limits, name) for name in names}
    further = {name: getattr(fit, name) for name in (*_HETEROGENEITY, *_MORE)}
    return _of_pooled(fit, **further, **found, weights=tuple(fit.weights.tolist()))


def _mantel_haenszel(model: Settings, part: EffectSizes) -> Pooled:
    from analysis.meta.mantel_haenszel import mantel_haenszel
    from analysis.meta.mantel_haenszel_rates import mantel_haenszel_rates

    level = model.options.level
    if model.measure in {"IRR", "IRD"}:
        columns = _columns(model, part, _RATES)
        fit = mantel_haenszel_rates(*columns, measure=model.measure, level=level)
    else:
        fit = mantel_haenszel(
            *_columns(model, part, _TABLE),
            measure=model.measure,
            zero=model.options.zero or model.profile.mantel_haenszel_zero,
            level=level,
            rd_variance=model.profile.rd_variance,
        )
    return _with_limits(model, part, fit)


def _peto(model: Settings, part: EffectSizes) -> Pooled:
    from analysis.meta.mantel_haenszel import peto

    fit = peto(*_columns(model, part, _TABLE), level=model.options.level)
    return _with_limits(model, part, fit)


def _logistic(model: Settings, part: EffectSizes) -> Pooled:
    """Fit the random-intercept model of a measure of counts."""
    from analysis.meta.glmm import fit_glmm
    from analysis.meta.mixed_models import mixed_log_rates, mixed_odds_ratios, mixed_rate_ratios

    if part.k < 2:
        note = f"common effect instead of {METHODS[model.method].words}: there is one study"
        return replace(_inverse_variance(model, part), fell_back=note)
    shared = {"test": model.test, "level": model.options.level}
    if model.measure == "PLO":
        fit = fit_glmm(*_columns(model, part, ("events", "n")), **shared)
        return _of_mixed(model, fit, stat=fit.statistic, p=fit.p_value)
    if model.measure == "IRLN":
        fit = mixed_log_rates(*_columns(model, part, ("xi", "ti")), **shared)
        return _of_mixed(model, fit, stat=fit.stat, p=fit.p)
    kind = "UM.FS" if model.method == "GLMM" else model.method
    many = mixed_odds_ratios if model.measure == "OR" else mixed_rate_ratios
    names = _TABLE if model.measure == "OR" else _RATES
    fit = many(*_columns(model, part, names), model=kind, **shared)
    labels = [model.table.named(int(part.index[i])) for i in fit.dropped]
    notes = tuple(f"{label}: without events its counts say nothing here" for label in labels)
    return _of_mixed(model, fit, stat=fit.stat, p=fit.p, notes=notes)


def _of_mixed(
    model: Settings, fit: Any, *, stat: float, p: float, notes: tuple[str, ...] = ()
) -> Pooled:
    from analysis.meta.mixed_conventions import mixed_i2, mixed_prediction

    level = model.options.level
    i2, i2_low, i2_high = mixed_i2(
        *(fit.q_wald, fit.q_df, fit.i2),
        i2=model.profile.glmm_i2,
        interval_two=model.profile.i2_interval_two,
        level=level,
    )
    low, high, *_, definition = mixed_prediction(
        *(fit.estimate, fit.se, fit.tau2, fit.k),
        prediction=model.options.prediction or model.profile.glmm_prediction,
        test=fit.test,
        level=level,
    )
    if not getattr(fit, "converged", True):
        notes = (*notes, "the logistic model did not converge")
    return Pooled(
        k=fit.k,
        method=model.method,
        test=fit.test,
        estimate=fit.estimate,
        se=fit.se,
        stat=stat,
        df=None if fit.df is None else float(fit.df),
        p=p,
        ci_low=fit.ci_low,
        ci_high=fit.ci_high,
        prediction_low=low,
        prediction_high=high,
        prediction_definition=definition,
        tau2=fit.tau2,
        i2=i2,
        i2_low=i2_low,
        i2_high=i2_high,
        q=fit.q_wald,
        q_df=fit.q_df,
        q_p=fit.q_wald_p,
        warnings=notes,
    )


def _beta_binomial(model: Settings, part: EffectSizes) -> Pooled:
    from analysis.meta.beta_binomial import beta_binomial, beta_binomial_odds_ratio

    level = model.options.level
    if model.measure == "PLO":
        fit = beta_binomial(*_columns(model, part, ("events", "n")), level=level)
    else:
        fit = beta_binomial_odds_ratio(*_columns(model, part, _TABLE), level=level)
    shared = {name: getattr(fit, name) for name in _SHARED if name != "df"}
    note = f"correlation of the events within a study {fit.correlation:.4f}"
    return Pooled(**shared, df=None, method="BB", test="z", warnings=(note,))


def _three_level(model: Settings, part: EffectSizes) -> Pooled:
    from analysis.meta.three_level import three_level
    from analysis.pool.csv_shared import sampling_covariance

    clusters = model.clusters(part)
    covariance, notes = sampling_covariance(model, part, clusters)
    fit = three_level(
        part.yi,
        part.vi,
        clusters,
        covariance=covariance,
        test=model.options.test or "z",
        level=model.options.level,
    )
    between, within = fit.sigma2
    note = (
        f"{fit.k} rows in {fit.clusters} clusters: variance between clusters {between:.4f} (I² "
        f"{fit.i2[0]:.1%}), between rows of a cluster {within:.4f} (I² {fit.i2[1]:.1%})"
    )
    return _of_pooled(
        fit,
        method="3L",
        test=fit.test,
        prediction_low=fit.prediction_low,
        prediction_high=fit.prediction_high,
        prediction_definition="z" if fit.test == "z" else "t_k_minus_1",
        tau2=between + within,
        i2=sum(fit.i2),
        q=fit.q,
        q_df=fit.q_df,
        q_p=fit.q_p,
        weights=tuple(fit.weights.tolist()),
        warnings=(note, *notes),
    )


_COMMON = "common effect, inverse variance"
_INVERSE_VARIANCE = {
    **dict.fromkeys(("CE", "FE", "EE"), _COMMON),
    "DL": "random effects, DerSimonian–Laird",
    "HE": "random effects, Hedges",
    "HS": "random effects, Hunter–Schmidt",
    "SJ": "random effects, Sidik–Jonkman",
    "PM": "random effects, Paule–Mandel",
    "ML": "random effects, ML",
    "REML": "random effects, REML",
    "EB": "random effects, empirical Bayes",
}
_MIXED = {
    "UM.FS": "mixed model, fixed study effects",
    "UM.RS": "mixed model, random study effects",
    "CM.EL": "conditional mixed model, exact",
    "CM.AL": "conditional mixed model, approximate",
}
METHODS: dict[str, Method] = {
    **{
        name: Method(words, _inverse_variance, common=words == _COMMON)
        for name, words in _INVERSE_VARIANCE.items()
    },
    "MH": Method(
        "common effect, Mantel–Haenszel",
        _mantel_haenszel,
        ("RR", "OR", "RD", "IRR", "IRD"),
        pools_counts=True,
        common=True,
        needs="2x2 tables, or events and person-time of two arms",
    ),
    "PETO": Method(
        "common effect, Peto",
        _peto,
        ("OR", "PETO"),
        pools_counts=True,
        common=True,
        needs="2x2 tables, as odds ratios",
    ),
    "GLMM": Method(
        "random-intercept model of the counts",
        _logistic,
        ("PLO", "IRLN", "OR", "IRR"),
        pools_counts=True,
        needs="counts on the logit or log scale",
    ),
    **{
        name: Method(
            words,
            _logistic,
            ("OR",) if name == "CM.AL" else ("OR", "IRR"),
            pools_counts=True,
            needs="counts of two arms, as odds or rate ratios",
        )
        for name, words in _MIXED.items()
    },
    "BB": Method(
        "beta-binomial model",
        _beta_binomial,
        ("PLO", "OR"),
        pools_counts=True,
        needs="counts, as proportions or odds ratios",
    ),
    "3L": Method("three-level model, REML", _three_level, clusters=True),
}  # fmt: skip
