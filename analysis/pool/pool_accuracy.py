"""A file of test accuracy: sensitivity and specificity together, by the bivariate model."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.formatting.numbers import number
from analysis.pool.csv_layouts import ACCURACY
from analysis.pool.csv_results import CsvPool, Fit, PoolOptions, Section
from analysis.pool.value_text import FORMS

if TYPE_CHECKING:
    from analysis.meta.accuracy import BivariateAccuracy
    from analysis.meta.profiles import Profile
    from analysis.pool.csv_table import StudyTable

__all__ = ["accuracy_pool"]

_METHODS = ("REML", "ML")


def accuracy_pool(
    path: str, table: StudyTable, conventions: Profile, options: PoolOptions
) -> CsvPool:
    """Pool a table of accuracy by the model of Reitsma et al. 2005, J Clin Epidemiol 58:982.

    Parameters
    ----------
    path, table
        The file and its studies.
    conventions, options
        The profile, and what the user overrides; the method is REML or ML.

    Raises
    ------
    MetaInputError
        If the model does not fit the data; the study is named.
    """
    from analysis.meta.accuracy import bivariate_accuracy
    from analysis.meta.checks import choice
    from analysis.meta.errors import MetaInputError
    from analysis.meta.naming import studies_named

    method = choice("method of the bivariate model", (options.method or "REML").upper(), _METHODS)
    if "by" in table.columns or table.texts or options.small_study or options.leave_one_out:
        msg = (
            "The bivariate model is pooled as a whole: choose --measure SENS, SPEC or OR for that."
        )
        raise MetaInputError(msg)
    cells = [table.values[role] for role in ("tp", "fn", "tn", "fp")]
    with studies_named([table.named(row) for row in range(len(table.lines))]):
        found = bivariate_accuracy(*cells, method=method, level=options.level)
    alone = replace(options, method="CE", measure=None, zero=None)
    fits = tuple(
        _fit(found, table, measure, place, conventions, alone)
        for place, measure in enumerate(("SENS", "SPEC"))
    )
    added = "0.5 was added to every cell."
    corrected = tuple(f"{table.named(row)}: {added}" for row in found.corrected)
    if len(corrected) == found.k:
        corrected = (f"All {found.k} studies: {added}",)
    edge = ("The variances between studies lie at the edge of what they can be.",)
    return CsvPool(
        file=path,
        profile=conventions.name,
        program=conventions.program,
        measure=ACCURACY,
        kind="proportion",
        effect="sensitivity",
        level=options.level,
        overall=fits[0],
        groups=fits,
        by=None,
        q_between=math.nan,
        q_between_df=0,
        q_between_p=math.nan,
        left_out=tuple(table.left_out),
        corrected=corrected,
        warnings=(*table.warnings, *(edge if found.boundary else ())),
        columns=table.columns,
        layout=table.layout,
        sections=(_summary_point(found),),
    )


def _fit(
    found: BivariateAccuracy,
    table: StudyTable,
    measure: str,
    place: int,
    conventions: Profile,
    options: PoolOptions,
) -> Fit:
    """Return one of the two means, with the studies' own shares beside it."""
    from analysis.meta.distributions import two_sided_p
    from analysis.pool.csv_model import Model

    model = Model(table, measure, conventions, options)
    part = model.part(range(model.sizes.k))
    estimate, low, high = (found.sensitivity, found.specificity)[place]
    mean = float(found.mean[place])
    se = float(found.mean_covariance[place, place]) ** 0.5
    none = math.nan
    return Fit(
        name=("sensitivity", "specificity")[place],
        k=found.k,
        method=found.method,
        test="z",
        estimate=estimate,
        ci_low=low,
        ci_high=high,
        prediction_low=none,
        prediction_high=none,
        prediction_definition=None,
        model_estimate=mean,
        se=se,
        stat=mean / se,
        df=None,
        p=float(two_sided_p(mean / se, none)),
        tau2=float(found.between[place, place]),
        tau2_low=none,
        tau2_high=none,
        i2=none,
        i2_low=none,
        i2_high=none,
        q=none,
        q_df=0,
        q_p=none,
        fell_back=None,
        studies=model.shown(part, [None] * part.k),
        warnings=(),
    )


def _summary_point(found: BivariateAccuracy) -> Section:
    ratio = FORMS["ratio"]
    values = {
        "Diagnostic odds ratio": found.diagnostic_odds_ratio,
        "Positive likelihood ratio": found.positive_likelihood_ratio,
        "Negative likelihood ratio": found.negative_likelihood_ratio,
    }
    regions = {
        "confidence_region": found.region(),
        "prediction_region": found.region(prediction=True),
    }
    lines = [
        f"{name}: {ratio.value(middle)} ({ratio.limits(low, high)})"
        for name, (middle, low, high) in values.items()
    ]
    lines.append(f"Correlation of the logits between studies: {number(found.correlation, 2)}")
    for name, points in regions.items():
        spans = [
            f"{what} {FORMS['proportion'].limits(float(axis.min()), float(axis.max()))}%"
            for what, axis in zip(("sensitivity", "specificity"), points.T, strict=True)
        ]
        lines.append(f"{name.replace('_', ' ').capitalize()}: {', '.join(spans)} (whole in --json)")
    data = {
        "sensitivity": list(found.sensitivity),
        "specificity": list(found.specificity),
        "correlation": found.correlation,
        **{name.lower().replace(" ", "_"): list(value) for name, value in values.items()},
        **{name: points.tolist() for name, points in regions.items()},
    }
    return Section("Summary point", tuple(lines), data)
