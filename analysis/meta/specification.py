"""One outcome under every measure, model and interval: how far the choice matters.

The table of a specification-curve analysis (Simonsohn, Simmons & Nelson 2020, Nat Hum Behav 4:1208;
Voracek, Kossmeier & Tran 2019, Z Psychol 227:64), kept to analyses a reviewer could have chosen in
advance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analysis.meta.back_transform import back_transform
from analysis.meta.checks import choice, counts, design_effects
from analysis.meta.effect_sizes import EffectSizes, proportion
from analysis.meta.errors import MetaInputError
from analysis.meta.models import TESTS, pool
from analysis.meta.tau2 import canonical_method

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

__all__ = [
    "ALL_METHODS",
    "ALL_TESTS",
    "Specification",
    "SpecificationTable",
    "proportion_specifications",
    "specifications",
]

ALL_METHODS = ("CE", "DL", "PM", "REML", "ML", "SJ", "HE", "HS")
ALL_TESTS = ("z", "knha", "adhoc")
# The zero rules that give another answer: measures without a correction have one row only.
PROPORTION_SCALES = ("PR", "PLO", "PAS", "PFT")
_ZERO_RULES = {"PR": ("drop", "only0"), "PLO": ("only0",), "PAS": ("none",), "PFT": ("none",)}


@dataclass(frozen=True, slots=True)
class Specification:
    """One way to analyse the outcome, and what came out.

    Attributes
    ----------
    measure, zero : str
        Scale and zero rule; `zero` is empty where none applies.
    method, test : str
    estimate, ci_low, ci_high, prediction_low, prediction_high : float
        On the scale of the data; NaN if the analysis was refused.
    tau2, i2, p : float
        On the scale of the model.
    k : int
    dropped, corrected : int
        Studies left out and studies changed by the zero rule.
    refused : str
        Why there is no result; empty otherwise.
    warnings : tuple of str
    """

    measure: str
    zero: str
    method: str
    test: str
    estimate: float
    ci_low: float
    ci_high: float
    prediction_low: float
    prediction_high: float
    tau2: float
    i2: float
    p: float
    k: int
    dropped: int
    corrected: int
    refused: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpecificationTable:
    """All specifications of one outcome, in the order measure, method, test."""

    rows: tuple[Specification, ...]
    level: float

    @property
    def estimate_range(self) -> tuple[float, float]:
        """Smallest and largest estimate among the analyses that could be run."""
        values = [row.estimate for row in self.rows if not row.refused]
        return min(values), max(values)


def proportion_specifications(
    events: ArrayLike,
    n: ArrayLike,
    *,
    measures: Sequence[str] = PROPORTION_SCALES,
    methods: Sequence[str] = ALL_METHODS,
    tests: Sequence[str] = ALL_TESTS,
    level: float = 0.95,
    i2: str = "q",
    design_effect: ArrayLike | None = None,
) -> SpecificationTable:
    """Pool single proportions under every measure, zero rule, model and interval.

    Parameters
    ----------
    events, n : array_like, shape (k,)
        Whole numbers with ``0 <= events <= n`` and ``n >= 1``.
    measures, methods, tests : sequence of str
        What to vary.
    level : float
        Confidence level, a fraction.
    i2 : {"q", "tau2"}
        What I² is computed from, as `analysis.meta.models.pool`.
    design_effect : array_like, shape (k,), optional
        Of samples of clusters: what variances are multiplied by.

    Raises
    ------
    MetaInputError
        If counts are impossible or a name is unknown. A combination that cannot be computed is a
        row with `refused`.
    """
    x, size = counts(events, n)
    widths = design_effects(design_effect, x.size)
    sizes: dict[tuple[str, str], EffectSizes | str] = {}
    for measure in measures:
        choice("measure", measure, PROPORTION_SCALES)
        for zero in _ZERO_RULES[measure]:
            try:
                found = proportion(x, size, measure=measure, zero=zero)
                sizes[measure, zero] = replace(found, vi=found.vi * widths[found.index])
            except MetaInputError as error:
                sizes[measure, zero] = str(error)
    return specifications(sizes, methods=methods, tests=tests, level=level, i2=i2)


def specifications(
    effects: Mapping[tuple[str, str], EffectSizes | str],
    *,
    methods: Sequence[str] = ALL_METHODS,
    tests: Sequence[str] = ALL_TESTS,
    level: float = 0.95,
    i2: str = "q",
) -> SpecificationTable:
    """Pool effect sizes under every model and interval.

    Parameters
    ----------
    effects : mapping of (measure, zero rule) to EffectSizes
        Ways to measure the same outcome; a text in place of effect sizes says why there are none.
    methods, tests : sequence of str
        Combined; a common effect is tested with z alone, since Knapp-Hartung belongs to
        random-effects models.
    level : float
        Confidence level, a fraction.
    i2 : {"q", "tau2"}
        What I² is computed from, as `analysis.meta.models.pool`.

    Raises
    ------
    MetaInputError
        If there are no effect sizes, or a name is unknown.
    """
    if not effects:
        msg = "A specification table needs at least one set of effect sizes."
        raise MetaInputError(msg)
    models = [(canonical_method(m), choice("test", t, TESTS)) for m in methods for t in tests]
    models = [(m, t) for m, t in models if m != "CE" or t == "z"]
    rows = tuple(
        _row(measure, zero, sizes, method, test, level, i2)
        for (measure, zero), sizes in effects.items()
        for method, test in models
    )
    return SpecificationTable(rows, level)


def _row(
    measure: str,
    zero: str,
    sizes: EffectSizes | str,
    method: str,
    test: str,
    level: float,
    i2: str,
) -> Specification:
    if isinstance(sizes, str):
        return Specification(
            measure=measure,
            zero=zero,
            method=method,
            test=test,
            estimate=math.nan,
            ci_low=math.nan,
            ci_high=math.nan,
            prediction_low=math.nan,
            prediction_high=math.nan,
            tau2=math.nan,
            i2=math.nan,
            p=math.nan,
            k=0,
            dropped=0,
            corrected=0,
            refused=sizes,
            warnings=(),
        )
    pooled = pool(sizes.yi, sizes.vi, method=method, test=test, level=level, i2=i2)
    shown = back_transform(pooled, sizes)
    return Specification(
        measure=measure,
        zero=zero,
        method=method,
        test=test,
        estimate=shown.estimate,
        ci_low=shown.ci_low,
        ci_high=shown.ci_high,
        prediction_low=shown.prediction_low,
        prediction_high=shown.prediction_high,
        tau2=pooled.tau2,
        i2=pooled.i2,
        p=pooled.p,
        k=pooled.k,
        dropped=len(sizes.dropped),
        corrected=len(sizes.corrected),
        refused="",
        warnings=pooled.warnings + shown.warnings,
    )
