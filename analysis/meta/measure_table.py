"""The table of effect measures: what each one needs, how it is computed, and how it is read.

Names are metafor's where metafor has the measure.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta import correlation_effects, mean_effects, rate_effects
from analysis.meta.effect_computation import (
    UNUSABLE,
    from_formula,
    from_rates,
    of_accuracy,
    of_medians,
)
from analysis.meta.effect_sizes import (
    FREEMAN_TUKEY,
    PROPORTION_MEASURES,
    ZERO_RULES,
    EffectSizes,
    proportion,
)
from analysis.meta.generic import generic_effects
from analysis.meta.measure_definition import MeasureDefinition
from analysis.meta.medians import DIVISORS, medians
from analysis.meta.transforms import IDENTITY, Transform
from analysis.meta.two_arm import CORRECTED, two_arm
from analysis.meta.zero_cells import CONTINUITY, DENOMINATORS, RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from analysis.meta.projection import Array

__all__ = ["MEASURES"]

_ZERO = {"zero": RULES, "add": None}
_DROPPING = {"unusable": UNUSABLE}
_MEANS = ("n1i", "m1i", "sd1i", "n2i", "m2i", "sd2i")
_TABLE = ("ai", "n1i", "ci", "n2i")
_EXP = Transform("exp")
_POSITIVE = Transform("identity", low=0.0)
_CORRELATION = Transform("identity", low=-1.0, high=1.0)
_SMD_VARIANCES = ("LS", "LS2", "UB", "RevMan", "d")


def _formula(
    name: str,
    label: str,
    columns: tuple[str, ...],
    formula: Callable[..., tuple[Array, Array]],
    *,
    transform: Transform = IDENTITY,
    options: Mapping[str, tuple[str, ...]] = {},
    **rest: Any,
) -> MeasureDefinition:
    """Return an entry whose options default to the first of their values."""
    first = {option: allowed[0] for option, allowed in options.items()}
    compute = partial(
        from_formula,
        measure=name,
        columns=columns,
        formula=formula,
        transform=transform,
        **first,
    )
    return MeasureDefinition(
        name,
        label,
        columns,
        compute,
        arms=2 if "n2i" in columns else 1,
        transform=transform,
        options={**options, **_DROPPING},
        **rest,
    )


def _proportion(name: str, label: str, transform: Transform, **rest: Any) -> MeasureDefinition:
    return MeasureDefinition(
        name,
        label,
        ("events", "n"),
        partial(proportion, measure=name),
        arms=1,
        transform=transform,
        options={
            "zero": ZERO_RULES,
            "add": None,
            "freeman_tukey": FREEMAN_TUKEY,
            "denominator": DENOMINATORS,
        },
        **rest,
    )


def _table(
    name: str, label: str, transform: Transform, null: float | None, **rest: Any
) -> MeasureDefinition:
    return MeasureDefinition(
        name,
        label,
        _TABLE,
        partial(two_arm, measure=name),
        arms=2,
        transform=transform,
        null=null,
        options={
            **_ZERO,
            "drop_double_zero": None,
            "drop_all_events": None,
            "continuity": CONTINUITY,
            "denominator": DENOMINATORS,
            "corrected": CORRECTED,
        },
        **rest,
    )


def _rates(
    name: str, label: str, columns: tuple[str, ...], zero: str, transform: Transform, **rest: Any
) -> MeasureDefinition:
    formulas: dict[str, Any] = {**rate_effects.RATES, **rate_effects.RATE_CONTRASTS}
    return MeasureDefinition(
        name,
        label,
        columns,
        partial(
            from_rates,
            measure=name,
            columns=columns,
            formula=formulas[name],
            transform=transform,
            zero=zero,
        ),
        arms=len(columns) // 2,
        transform=transform,
        options={**_ZERO, "corrected": CORRECTED, **_DROPPING},
        **rest,
    )


def _reported(name: str, label: str, *, ratio: bool, null: float, **rest: Any) -> MeasureDefinition:
    return MeasureDefinition(
        name,
        label,
        ("estimate",),
        partial(generic_effects, ratio=ratio),
        arms=2,
        transform=_EXP if ratio else IDENTITY,
        null=null,
        options={"level": None},
        optional=("se", "ci_low", "ci_high", "p"),
        **rest,
    )


def _accuracy(name: str, label: str, columns: tuple[str, str], **rest: Any) -> MeasureDefinition:
    return MeasureDefinition(
        name,
        label,
        columns,
        of_accuracy,
        arms=1,
        transform=Transform("expit"),
        options={"scale": PROPORTION_MEASURES, "zero": ZERO_RULES, "add": None},
        **rest,
    )


def _medians(
    name: str,
    label: str,
    columns: tuple[str, ...],
    compute: Callable[..., EffectSizes],
    **rest: Any,
) -> MeasureDefinition:
    return MeasureDefinition(
        name,
        label,
        columns,
        compute,
        arms=len(columns) // 3,
        options={"level": None, "divisor": DIVISORS},
        **rest,
    )


_MEDIAN = ("median", "lower", "upper")
_TWO_MEDIANS = tuple(f"{name}_{arm}" for arm in (1, 2) for name in _MEDIAN)
_RATE, _TWO_RATES = ("xi", "ti"), ("x1i", "t1i", "x2i", "t2i")

MEASURES: dict[str, MeasureDefinition] = {
    entry.name: entry
    for entry in (
        _proportion("PR", "proportion", Transform("identity", low=0, high=1), names=("PRAW",)),
        _proportion("PLO", "logit of a proportion", Transform("expit"), names=("PLOGIT",)),
        _proportion("PAS", "arcsine of the root of a proportion", Transform("arcsine")),
        _proportion("PFT", "double arcsine of a proportion", Transform("freeman_tukey")),
        _proportion("PLN", "log proportion", Transform("exp", high=1.0)),
        _accuracy("SENS", "sensitivity", ("tp", "fn"), names=("sensitivity",)),
        _accuracy("SPEC", "specificity", ("tn", "fp"), names=("specificity",)),
        _table("RR", "risk ratio", _EXP, 1.0),
        _table("OR", "odds ratio", _EXP, 1.0, names=("DOR",)),
        _table("RD", "risk difference", _CORRELATION, 0.0),
        _table(
            "AS",
            "arcsine difference",
            Transform("identity", low=-np.pi / 2, high=np.pi / 2),
            0.0,
            names=("ASD",),
        ),
        _table("PETO", "Peto odds ratio", _EXP, 1.0),
        _table("OR2DL", "standardised difference from an odds ratio (logistic)", IDENTITY, 0.0),
        _table("OR2DN", "standardised difference from an odds ratio (normal)", IDENTITY, 0.0),
        _table("PHI", "phi coefficient", _CORRELATION, 0.0),
        _formula("MN", "mean", ("mi", "sdi", "ni"), mean_effects.mean, names=("MRAW",)),
        _formula(
            "MNLN",
            "log mean",
            ("mi", "sdi", "ni"),
            mean_effects.log_mean,
            transform=_EXP,
            names=("MLN",),
        ),
        _formula(
            "MD",
            "mean difference",
            _MEANS,
            mean_effects.mean_difference,
            null=0.0,
            options={"variance": ("LS", "HO")},
        ),
        _formula(
            "SMD",
            "standardised mean difference",
            _MEANS,
            mean_effects.standardised_difference,
            null=0.0,
            options={"correction": mean_effects.SMD_CORRECTIONS, "variance": _SMD_VARIANCES},
            names=("Hedges", "g"),
        ),
        _formula(
            "SMD1",
            "mean difference in standard deviations of one group (Glass)",
            _MEANS,
            mean_effects.standardised_difference_one_sd,
            null=0.0,
            options={
                "deviation": ("control", "treated"),
                "correction": mean_effects.SMD_CORRECTIONS,
                "variance": ("LS", "df"),
            },
            names=("Glass",),
        ),
        _formula(
            "SMDH",
            "standardised mean difference, unequal variances",
            _MEANS,
            mean_effects.standardised_difference_mean_variance,
            null=0.0,
        ),
        _formula(
            "ROM",
            "ratio of means",
            _MEANS,
            mean_effects.log_mean_ratio,
            transform=_EXP,
            null=1.0,
            options={"variance": ("LS", "HO")},
        ),
        _formula(
            "VR",
            "ratio of standard deviations",
            ("n1i", "sd1i", "n2i", "sd2i"),
            mean_effects.log_deviation_ratio,
            transform=_EXP,
            null=1.0,
        ),
        _formula(
            "CVR",
            "ratio of coefficients of variation",
            _MEANS,
            mean_effects.log_coefficient_ratio,
            transform=_EXP,
            null=1.0,
        ),
        _formula(
            "COR",
            "correlation",
            ("ri", "ni"),
            correlation_effects.correlation,
            transform=_CORRELATION,
            null=0.0,
        ),
        _formula(
            "UCOR",
            "unbiased correlation",
            ("ri", "ni"),
            correlation_effects.unbiased_correlation,
            transform=_CORRELATION,
            null=0.0,
        ),
        _formula(
            "ZCOR",
            "Fisher's z of a correlation",
            ("ri", "ni"),
            correlation_effects.fisher_z,
            transform=Transform("tanh"),
            null=0.0,
        ),
        _rates("IR", "incidence rate", _RATE, "only0", _POSITIVE),
        _rates("IRLN", "log incidence rate", _RATE, "only0", _EXP),
        _rates("IRS", "root of an incidence rate", _RATE, "none", Transform("square")),
        _rates(
            "IRFT",
            "Freeman-Tukey incidence rate",
            _RATE,
            "none",
            Transform("freeman_tukey_rate", low=0.0),
        ),
        _rates("IRR", "rate ratio", _TWO_RATES, "only0", _EXP, null=1.0),
        _rates("IRD", "rate difference", _TWO_RATES, "only0", IDENTITY, null=0.0),
        _rates("IRSD", "difference of root rates", _TWO_RATES, "none", IDENTITY, null=0.0),
        _reported("GEN", "difference as reported", ratio=False, null=0.0, names=("DIFF",)),
        _reported("LOGCI", "ratio as reported", ratio=True, null=1.0, names=("RATIO",)),
        _reported("HR", "hazard ratio", ratio=True, null=1.0),
        _medians("MEDRAW", "median", _MEDIAN, partial(medians, scale="natural")),
        _medians("MEDLOG", "log median", _MEDIAN, partial(medians, scale="log"), transform=_EXP),
        _medians(
            "MEDDIFF",
            "difference of medians",
            _TWO_MEDIANS,
            partial(of_medians, contrast="difference"),
            null=0.0,
        ),
        _medians(
            "MEDRATIO",
            "ratio of medians",
            _TWO_MEDIANS,
            partial(of_medians, contrast="ratio"),
            transform=_EXP,
            null=1.0,
        ),
    )
}
