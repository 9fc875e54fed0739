"""Small-study effects of a pool: tests that suit its measure, and trim and fill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.measures.registry import measure
from analysis.synthesis.moderation import real
from analysis.synthesis.pooling import method_and_test
from analysis.synthesis.sensitivity_results import (
    AsymmetryTest,
    FunnelPoint,
    SmallStudyEffects,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analysis.measures.conventions import Conventions
    from analysis.measures.scale import Scale
    from analysis.synthesis.effects import Contribution
    from analysis.synthesis.results import Pool
    from schemas.protocol import Protocol


def small_study_effects(
    found: Sequence[Contribution],
    scale: Scale,
    pool: Pool,
    protocol: Protocol,
    conventions: Conventions,
) -> SmallStudyEffects | None:
    """Test for small-study effects, and fill in what they may have kept back.

    Parameters
    ----------
    found, scale, pool
        The rows of a pool, their effects, and the pool.
    protocol, conventions
        Confidence level, and which versions of the methods.

    Returns
    -------
    SmallStudyEffects or None
        None where nothing can be computed.
    """
    from analysis.meta.begg import begg
    from analysis.meta.egger import egger
    from analysis.meta.errors import MetaInputError
    from analysis.meta.trim_and_fill import trim_and_fill

    measured = measure(pool.measure)
    code = measured.code(conventions)
    method, test = method_and_test(pool, conventions)
    flags: list[str] = []
    try:
        rank = begg(
            scale.yi,
            scale.vi,
            method=conventions.profile.begg_method,
            tie_correction=conventions.profile.begg_tie_correction,
            measure=code,
        )
        line = egger(
            scale.yi,
            scale.vi,
            model=conventions.profile.egger_model,
            method=conventions.profile.tau2_method,
            measure=code,
        )
        filled = trim_and_fill(
            scale.yi,
            scale.vi,
            method=method,
            test=test,
            level=protocol.confidence_level,
            estimator=conventions.profile.trim_fill_estimator,
            convention=conventions.profile.trim_fill_convention,
            measure=code,
        )
    except MetaInputError:
        return None
    flags += [flag.reason for flag in rank.flags]
    if rank.fell_back:
        flags.append(rank.fell_back)
    back = scale.transform.apply
    after = filled.pooled
    points = [
        FunnelPoint(item.row.label, yi, vi**0.5, item.row.reconstructed, imputed=False)
        for item, yi, vi in zip(found, scale.yi, scale.vi, strict=True)
    ]
    points += [
        FunnelPoint(None, float(yi), float(vi) ** 0.5, reconstructed=False, imputed=True)
        for yi, vi in zip(filled.filled_yi, filled.filled_vi, strict=True)
    ]
    return SmallStudyEffects(
        k=len(found),
        begg_p=real(rank.p_value),
        begg_method=rank.method,
        egger_p=real(line.p_value),
        egger_method="linear regression" if line.model == "lm" else "mixed-effects regression",
        imputed=filled.k0,
        side=filled.side,
        estimator=filled.estimator,
        filled_estimate=float(back(after.estimate)),
        filled_ci_low=float(back(after.ci_low)),
        filled_ci_high=float(back(after.ci_high)),
        centre=_centre(scale, method, protocol),
        scale=measured.scale_name(conventions, pool.unit),
        points=tuple(points),
        flags=tuple(dict.fromkeys(flags)),
        logarithmic=measured.logarithmic(conventions),
        factor=measured.factor if scale.transform.name == "identity" else 1,
        suited=_suited(found, scale, code, conventions),
        reasons=tuple(dict.fromkeys(flag.code for flag in rank.flags)),
        every_test=tuple(_every_test(found, scale, code, conventions)),
    )


def _every_test(
    found: Sequence[Contribution], scale: Scale, code: str, conventions: Conventions
) -> Iterator[AsymmetryTest]:
    """Make every test that suits the measure, or nearly, and has its columns."""
    from analysis.meta.asymmetry import asymmetry_test, suited_tests
    from analysis.meta.asymmetry_table import ASYMMETRY_TESTS
    from analysis.meta.errors import MetaInputError
    from analysis.meta.funnel_data import funnel_data

    data = funnel_data(scale.yi, scale.vi, measure=code, **_counts(found))
    suited = suited_tests(code)
    for name in (*suited, *(other for other in ASYMMETRY_TESTS if other not in suited)):
        try:
            made = asymmetry_test(name, data, method=conventions.profile.tau2_method)
        except MetaInputError:
            continue
        yield AsymmetryTest(
            label=made.label,
            k=made.k,
            statistic=real(made.statistic),
            df=real(made.df),
            p=real(made.p_value),
            caution=made.reason,
        )


def _suited(
    found: Sequence[Contribution],
    scale: Scale,
    code: str,
    conventions: Conventions,
) -> tuple[tuple[str, float | None], ...]:
    """Return the P of the test that was made for the measure; empty where the usual ones suit.

    The standard error of a risk ratio, an odds ratio or a standardised difference depends on the
    effect itself, so that the usual tests reject too often (Sterne 2011, BMJ 343:d4002).
    """
    from analysis.meta.asymmetry import asymmetry_test, suited_tests
    from analysis.meta.asymmetry_table import ASYMMETRY_TESTS
    from analysis.meta.errors import MetaInputError
    from analysis.meta.funnel_data import funnel_data

    suited = suited_tests(code)
    if not suited or "egger" in suited:
        return ()
    name = suited[0]
    words = ASYMMETRY_TESTS[name].label.split(",", maxsplit=1)[0].removesuffix(" test")
    data = funnel_data(scale.yi, scale.vi, measure=code, **_counts(found))
    try:
        result = asymmetry_test(name, data, method=conventions.profile.tau2_method)
    except MetaInputError:
        return ((words, None),)
    return ((words, real(result.p_value)),)


def _counts(found: Sequence[Contribution]) -> dict[str, list[float]]:
    """Return events and sizes of both groups, as far as every study has them."""
    columns: dict[str, list[float | None]] = {}
    for place, side in enumerate(("1", "2")):
        groups = [
            item.row.groups[place] if len(item.row.groups) > place else None for item in found
        ]
        columns[f"n{side}"] = [None if group is None else group.n for group in groups]
        columns[f"events{side}"] = [None if group is None else group.events for group in groups]
    whole = {
        name: [float(value) for value in values if value is not None]
        for name, values in columns.items()
        if None not in values
    }
    return {name: values for name, values in whole.items() if f"n{name[-1]}" in whole}


def _centre(scale: Scale, method: str, protocol: Protocol) -> float:
    from analysis.meta.models import pool

    level = protocol.confidence_level
    return pool(scale.yi, scale.vi, method=method, level=level, prediction=None).estimate
