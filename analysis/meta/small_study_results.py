"""Everything about small-study effects that suits one pool, as one immutable record.

What does not suit the measure, or cannot be computed, is in the record too, with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from analysis.meta.asymmetry import AsymmetryResult, asymmetry_test, suited_tests
from analysis.meta.asymmetry_measures import STANDARDISED
from analysis.meta.asymmetry_table import ASYMMETRY_TESTS
from analysis.meta.doi_plot import DoiPlot, doi_plot
from analysis.meta.effect_measures import definition
from analysis.meta.errors import MetaInputError
from analysis.meta.excess_significance import ExcessSignificance, excess_significance
from analysis.meta.fail_safe import FAIL_SAFE_DEFINITIONS, FailSafe, fail_safe
from analysis.meta.henmi_copas import HenmiCopas, henmi_copas
from analysis.meta.limit_meta_analysis import (
    LimitMetaAnalysis,
    PetPeese,
    limit_meta_analysis,
    pet_peese,
)
from analysis.meta.models import pool
from analysis.meta.selection_model import SelectionModel, selection_model
from analysis.meta.tau2 import canonical_method
from analysis.meta.trim_and_fill import TrimAndFill, TrimComparison, trim_with_both_models

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.meta.funnel_data import FunnelData
    from analysis.meta.pooled_effect import PooledEffect
    from analysis.meta.trim_fill_rules import TrimFillConvention

__all__ = ["AdjustedEffect", "NotRun", "SmallStudyResults", "small_study_results"]

T = TypeVar("T")

#: One-sided level beyond which studies are more likely to be published (Vevea & Hedges 1995).
_STEP = 0.025
_NO_NULL = (
    "it compares studies with a value of no effect, and this measure has none (a single group)"
)


@dataclass(frozen=True, slots=True)
class NotRun:
    """A method that was not run: its name, words for it, and why."""

    name: str
    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class AdjustedEffect:
    """A pooled effect on the scale of the model, by one method; limits None without interval."""

    label: str
    estimate: float
    ci_low: float | None
    ci_high: float | None


@dataclass(frozen=True, slots=True)
class SmallStudyResults:
    """Small-study effects of one pool.

    Attributes
    ----------
    measure : str or None
    k : int
    recommended : str or None
        The test of asymmetry made for this measure that heads the table, if its columns are there.
    pooled : PooledEffect
        The pool that everything is compared with.
    tests : tuple of AsymmetryResult
        Those made for the measure first, then those to be read with caution.
    trim_and_fill : TrimComparison or None
        With either model in the iterations.
    limit, pet_peese, selection, henmi_copas
        Adjusted effects; the selection model is the three-parameter one, on the side of the effect.
    excess : ExcessSignificance or None
    fail_safe : tuple of FailSafe
    doi : DoiPlot or None
    not_run : tuple of NotRun
        What does not suit the measure, lacks its columns, or cannot be computed, and why.
    """

    measure: str | None
    k: int
    recommended: str | None
    pooled: PooledEffect
    tests: tuple[AsymmetryResult, ...]
    trim_and_fill: TrimComparison | None
    limit: LimitMetaAnalysis | None
    pet_peese: PetPeese | None
    selection: SelectionModel | None
    henmi_copas: HenmiCopas | None
    excess: ExcessSignificance | None
    fail_safe: tuple[FailSafe, ...]
    doi: DoiPlot | None
    not_run: tuple[NotRun, ...]

    @property
    def adjusted(self) -> tuple[AdjustedEffect, ...]:
        """The pooled effect and every adjusted one, in the order of the record."""
        rows = [_row("Pooled, unadjusted", self.pooled)]
        if self.trim_and_fill is not None:
            both = (self.trim_and_fill.chosen, self.trim_and_fill.other)
            rows += [_filled(result) for result in both if result is not None]
        if self.limit is not None:
            rows.append(_row("Limit meta-analysis", self.limit))
        if self.pet_peese is not None:
            rows.append(_row(f"PET-PEESE ({self.pet_peese.chosen})", self.pet_peese))
        if self.selection is not None:
            rows.append(_row("Three-parameter selection model", self.selection))
        if self.henmi_copas is not None:
            rows.append(_row("Henmi and Copas", self.henmi_copas))
        return tuple(rows)


def _row(label: str, result: Any) -> AdjustedEffect:
    return AdjustedEffect(label, result.estimate, result.ci_low, result.ci_high)


def _filled(result: TrimAndFill) -> AdjustedEffect:
    studies = "study" if result.k0 == 1 else "studies"
    label = f"Trim and fill, trimmed by {result.trim_model} ({result.k0} {studies} imputed)"
    return _row(label, result.pooled)


def small_study_results(
    data: FunnelData,
    *,
    method: str = "REML",
    test: str = "z",
    level: float = 0.95,
    trim_convention: str | TrimFillConvention = "meta",
    verdict_below_ten: bool = False,
) -> SmallStudyResults:
    """Run every method that suits a pool.

    Parameters
    ----------
    data : FunnelData
        Effects and counts of the pooled studies.
    method, test, level
        Of the pool, as `analysis.meta.models.pool`.
    trim_convention : str or TrimFillConvention
        As `analysis.meta.trim_and_fill.trim_and_fill`.
    verdict_below_ten : bool
        Give verdicts of tests also for fewer than ten studies.

    Raises
    ------
    MetaInputError
        For unusable effects, or an unknown measure, method or level. What single methods refuse is
        in `not_run`.
    """
    y, v = data.yi, data.vi
    has_null = definition(data.measure or "GEN").null is not None
    pooled = pool(y, v, method=method, test=test, level=level)
    random = method if canonical_method(method) != "CE" else "DL"
    run = _Runner(has_null)
    suited = suited_tests(data.measure)
    names = (*suited, *(name for name in ASYMMETRY_TESTS if name not in suited))
    tests = [
        run(
            name,
            ASYMMETRY_TESTS[name].label,
            lambda name=name: asymmetry_test(
                name, data, method=random, verdict_below_ten=verdict_below_ten
            ),
        )
        for name in names
    ]
    done = tuple(result for result in tests if result is not None)
    safe = [
        run(
            f"fail_safe_{kind}",
            f"Fail-safe N ({kind.capitalize()})",
            lambda kind=kind: fail_safe(y, v, definition=kind),
            null=True,
        )
        for kind in FAIL_SAFE_DEFINITIONS
    ]
    return SmallStudyResults(
        measure=data.measure,
        k=data.k,
        recommended=next((result.test for result in done if result.suits == "suited"), None),
        pooled=pooled,
        tests=done,
        trim_and_fill=run(
            "trim_and_fill",
            "Trim and fill",
            lambda: trim_with_both_models(
                y, v, method=method, test=test, level=level, convention=trim_convention,
                measure=data.measure,
            ),
        ),
        limit=run(
            "limit",
            "Limit meta-analysis",
            lambda: limit_meta_analysis(y, v, method=random, level=level),
        ),
        pet_peese=run(
            "pet_peese",
            "PET-PEESE",
            lambda: pet_peese(y, v, level=level, predictor=_size_predictor(data)),
            null=True,
        ),
        selection=run(
            "selection",
            "Three-parameter selection model",
            lambda: selection_model(
                y,
                v,
                steps=(_STEP,),
                alternative="greater" if pooled.estimate >= 0 else "less",
                level=level,
            ),
            null=True,
        ),
        henmi_copas=run(
            "henmi_copas", "Henmi and Copas", lambda: henmi_copas(y, v, level=level)
        ),
        excess=run(
            "excess", "Test of excess significance", lambda: excess_significance(y, v), null=True
        ),
        fail_safe=tuple(result for result in safe if result is not None),
        doi=run("doi", "Doi plot and LFK index", lambda: doi_plot(y, v)),
        not_run=tuple(run.refused),
    )  # fmt: skip


class _Runner:
    """Runs methods one by one, and keeps the reasons of those that are refused."""

    def __init__(self, has_null: bool) -> None:
        self.has_null = has_null
        self.refused: list[NotRun] = []

    def __call__(
        self, name: str, label: str, method: Callable[[], T], *, null: bool = False
    ) -> T | None:
        """Return the result of `method`; None if it needs a null the measure lacks, or refuses."""
        if null and not self.has_null:
            self.refused.append(NotRun(name, label, _NO_NULL))
            return None
        try:
            return method()
        except MetaInputError as error:
            self.refused.append(NotRun(name, label, str(error).rstrip(".")))
            return None


def _size_predictor(data: FunnelData) -> np.ndarray | None:
    """Return what stands for the standard error where that contains the effect, else None."""
    if data.n1 is None or data.n2 is None or data.measure not in STANDARDISED:
        return None
    return np.sqrt(1.0 / data.n1 + 1.0 / data.n2)
