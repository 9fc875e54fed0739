"""Tests between subgroups and meta-regression, by the protocol's variables."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.synthesis.groupings import moderators
from analysis.synthesis.sensitivity_results import Comparison, RegressionLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.measures.conventions import Conventions
    from analysis.measures.scale import Scale
    from analysis.synthesis.effects import Contribution
    from analysis.synthesis.results import Pool
    from schemas.protocol import Protocol
    from schemas.protocol_groups import Moderator

_NO_REGRESSION = "too few estimates for a meta-regression"
# Points at which a fitted line is drawn; its interval is curved.
_LINE_POINTS = 41


def comparisons(
    found: Sequence[Contribution], scale: Scale, protocol: Protocol, conventions: Conventions
) -> dict[str, Comparison]:
    """Compare the levels of every subgroup variable.

    Parameters
    ----------
    found, scale
        The rows of a pool and their effects.
    protocol
        Names the variables.
    conventions
        Models of the levels, of the test and of the meta-regression.
    """
    made = {}
    for entry in (*protocol.subgroups, *protocol.judgement_groups):
        levels = [item.row.study.levels.get(entry.id) for item in found]
        made[entry.id] = _comparison(entry.id, levels, scale, protocol, conventions)
    return made


def _comparison(
    variable: str,
    levels: list[str | None],
    scale: Scale,
    protocol: Protocol,
    conventions: Conventions,
) -> Comparison:
    from analysis.meta.errors import MetaInputError
    from analysis.meta.meta_regression import meta_regression
    from analysis.meta.subgroups import subgroups

    known = [place for place, level in enumerate(levels) if level is not None]
    yi, vi = [scale.yi[place] for place in known], [scale.vi[place] for place in known]
    groups = [levels[place] for place in known]
    present = tuple(dict.fromkeys(str(level) for level in groups))
    absent = Comparison(variable, present, len(known), *[None] * 6, notes=(), reason=None)
    if len(present) < 2:
        return _because(absent, "fewer than two groups have a study")
    try:
        between = subgroups(
            yi,
            vi,
            groups,
            tau2=conventions.profile.subgroup_tau2,
            dispersion=conventions.profile.subgroup_dispersion,
            method=conventions.profile.tau2_method,
            test=conventions.profile.test,
            level=protocol.confidence_level,
            i2=conventions.profile.i2,
            prediction=None,
        )
    except MetaInputError as error:
        return _because(absent, str(error))
    tested = replace(
        absent,
        q_between=real(between.q_between),
        q_between_df=int(between.q_between_df),
        q_between_p=real(between.q_between_p),
        notes=tuple(dict.fromkeys(between.warnings)),
    )
    try:
        # It needs more estimates than the test between the groups.
        regression = meta_regression(
            yi,
            vi,
            {variable: groups},
            method=conventions.profile.regression_method,
            test=conventions.profile.regression_test,
            r2=conventions.profile.regression_r2,
            level=protocol.confidence_level,
            categorical=[variable],
        )
    except MetaInputError:
        return _because(tested, _NO_REGRESSION)
    return replace(
        tested,
        regression_p=real(regression.qm_p),
        r2=real(regression.r2),
        residual_i2=real(regression.i2),
        notes=tuple(dict.fromkeys((*between.warnings, *regression.warnings))),
    )


def _because(absent: Comparison, reason: str) -> Comparison:
    return replace(absent, reason=reason)


def regressions(
    found: Sequence[Contribution],
    scale: Scale,
    pool: Pool,
    protocol: Protocol,
    conventions: Conventions,
) -> dict[str, RegressionLine]:
    """Regress the effects on every numeric moderator that enough studies report.

    Parameters
    ----------
    found, scale, pool
        The rows of a pool, their effects, and the pool (for its weights).
    protocol
        Names the columns, and the judgements whose order is a number.
    conventions
        Method, test and R² of the meta-regression.

    Returns
    -------
    dict
        By column; a moderator that cannot be fitted (too few values, or all the same) is absent.
    """
    weights = [study.weight or 0.0 for study in pool.studies]
    lines = {}
    for moderator in moderators(protocol):
        line = _line(moderator, found, weights, scale, protocol, conventions)
        if line is not None:
            lines[moderator.column] = line
    return lines


def _line(
    moderator: Moderator,
    found: Sequence[Contribution],
    weights: Sequence[float],
    scale: Scale,
    protocol: Protocol,
    conventions: Conventions,
) -> RegressionLine | None:
    import numpy as np

    from analysis.meta.errors import MetaInputError
    from analysis.meta.meta_regression import meta_regression

    values = [_number(item.row.study.characteristics.get(moderator.column)) for item in found]
    known = [place for place, value in enumerate(values) if value is not None]
    x = [values[place] or 0.0 for place in known]
    if len(known) < 3 or len(set(x)) < 2:
        return None
    try:
        fit = meta_regression(
            [scale.yi[place] for place in known],
            [scale.vi[place] for place in known],
            {moderator.column: x},
            method=conventions.profile.regression_method,
            test=conventions.profile.regression_test,
            r2=conventions.profile.regression_r2,
            level=protocol.confidence_level,
        )
    except MetaInputError:
        return None
    grid = np.linspace(min(x), max(x), _LINE_POINTS)
    drawn = fit.predict(np.column_stack([np.ones_like(grid), grid]), prediction=None)
    back = scale.transform.apply
    return RegressionLine(
        column=moderator.column,
        x=tuple(x),
        y=tuple(found[place].shown.estimate for place in known),
        size=tuple(weights[place] for place in known),
        labels=tuple(found[place].row.label for place in known),
        reconstructed=tuple(found[place].row.reconstructed for place in known),
        line_x=tuple(map(float, grid)),
        line_y=tuple(map(float, back(drawn.estimate))),
        line_low=tuple(map(float, back(drawn.ci_low))),
        line_high=tuple(map(float, back(drawn.ci_high))),
        slope=float(fit.coef[1]),
        slope_p=float(fit.p[1]),
        r2=real(fit.r2),
        k=len(known),
        notes=tuple(fit.warnings),
    )


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def real(value: float | None) -> float | None:
    """Give a number that JSON can hold, None for what does not exist."""
    return None if value is None or not math.isfinite(value) else float(value)
