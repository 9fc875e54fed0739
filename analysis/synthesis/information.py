"""How far each pool is from the precision that the protocol wants, and what could change it.

The pools describe single groups: nothing is tested, so sequential boundaries do not apply. What is
asked instead is how narrow the interval is, and how likely the studies that wait for extraction are
to move the estimate.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from analysis.measures.registry import measure
from analysis.synthesis.information_size import Information, Step

if TYPE_CHECKING:
    from analysis.measures.measure import Measure
    from analysis.synthesis.results import Pool
    from analysis.synthesis.sensitivity_results import Refit
    from schemas.protocol import Protocol


def information_of(
    pool: Pool, cumulative: tuple[Refit, ...], protocol: Protocol, waiting: int
) -> Information | None:
    """Compute the information of a pool of at least two estimates.

    Parameters
    ----------
    pool
        An outcome's overall pool.
    cumulative
        Its refits in order of the years of publication.
    protocol
        For the wanted precision, the relevant change and the confidence level.
    waiting
        Number of studies that wait for extraction.

    Returns
    -------
    Information or None
        None where nothing was pooled, or the interval is not closed or has no width.

    Notes
    -----
    Variances are brought to the printed scale by the width of the printed interval (delta method),
    so that profiles with transformed proportions are treated like the others.
    """
    from analysis.meta import information as meta
    from analysis.meta.distributions import z_quantile
    from analysis.meta.sequential import diversity

    if pool.estimate is None or pool.se is None or pool.ci_low is None or pool.ci_high is None:
        return None
    if pool.se == 0:
        return None  # Knapp and Hartung's interval of equal estimates has no width
    z = z_quantile(protocol.confidence_level)
    half_width = _longer_side(pool.estimate, pool.ci_low, pool.ci_high)
    scale = half_width / (z * pool.se)
    sampling = [study.se**2 for study in pool.studies if study.se is not None]
    variance, typical, tau2 = (
        (half_width / z) ** 2,
        median(sampling) * scale**2,
        (pool.tau2 or 0.0) * scale**2,
    )
    measured = measure(pool.measure)
    wanted = _on_scale(protocol.update.precision.get(pool.outcome), measured)
    # What real studies would change cannot be foretold from rows that were made to fit a pool.
    relevant = None if pool.reconstructed else protocol.update.relevant_change.get(pool.outcome)
    change = _on_scale(relevant, measured)
    awaited = max(1, waiting)
    sizes = [study.n for study in pool.studies if study.n is not None]
    steps = tuple(
        Step(refit.year, refit.label, refit.k, meta.precision_fraction(side, wanted))
        for refit in cumulative
        if wanted is not None
        and refit.year is not None
        and (side := _longer_side(refit.estimate, refit.ci_low, refit.ci_high)) > 0
    )
    return Information(
        half_width=half_width,
        wanted=wanted,
        fraction=None if wanted is None else meta.precision_fraction(half_width, wanted),
        diversity=diversity(pool.se**2, 1 / sum(1 / v for v in sampling)),
        typical_n=round(median(sizes)) if measured.counted and sizes else None,
        typical_half_width=z * typical**0.5,
        further_studies=None
        if wanted is None
        else meta.studies_needed(variance, (wanted / z) ** 2, typical, tau2),
        relevant_change=change,
        awaited=awaited,
        chance=None
        if change is None
        else meta.chance_of_change(
            variance, meta.variance_after(variance, typical, tau2, awaited), change
        ),
        steps=steps,
    )


def _longer_side(estimate: float, low: float, high: float) -> float:
    # A limit that was cut at 0 or 100 % must not make the interval look narrower.
    return max(high - estimate, estimate - low)


def _on_scale(value: float | None, measured: Measure) -> float | None:
    return None if value is None else measured.stored(value)
