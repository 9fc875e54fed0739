"""From the scale of the model back to proportions, ratios and months.

Where sample sizes differ much the Freeman-Tukey inverse can lie far from the data (Schwarzer et al.
2019, Res Synth Methods 10:476; Röver & Friede 2022, Res Synth Methods 13:514): `back_transform`
then says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from analysis.meta.effect_sizes import EffectSizes
    from analysis.meta.pooled_effect import PooledEffect
    from analysis.meta.transforms import Transform

__all__ = ["BackTransformed", "back_transform"]

_CUT = (
    "a limit lies beyond the values the measure can have and was cut to the nearest; a scale that "
    "keeps within them, such as the logit of a proportion, needs no cut"
)


@dataclass(frozen=True, slots=True)
class BackTransformed:
    """A pooled effect on the scale of the data; limits as in `PooledEffect`."""

    estimate: float
    ci_low: float
    ci_high: float
    prediction_low: float
    prediction_high: float
    transform: Transform
    warnings: tuple[str, ...]


def back_transform(pooled: PooledEffect, sizes: EffectSizes) -> BackTransformed:
    """Return a pooled effect on the scale of the data.

    Parameters
    ----------
    pooled : PooledEffect
        Pooled from `sizes`.
    sizes : EffectSizes
        Its studies: they say how to transform, and whether the result is credible.
    """
    transform = sizes.transform
    scale = (
        pooled.estimate,
        pooled.ci_low,
        pooled.ci_high,
        pooled.prediction_low,
        pooled.prediction_high,
    )
    values = [transform.apply(value) for value in scale]
    free = transform.unbounded()
    cut = any(free.apply(x) != y and not np.isnan(y) for x, y in zip(scale, values, strict=True))
    notes = (_CUT,) if cut else ()
    return BackTransformed(
        *values, transform=transform, warnings=notes + _misleading(values, sizes) + sizes.warnings
    )


def _misleading(values: list[float], sizes: EffectSizes) -> tuple[str, ...]:
    """Say where the Freeman-Tukey inverse of a pooled effect cannot be trusted."""
    if sizes.transform.name != "freeman_tukey" or sizes.n is None:
        return ()
    notes: list[str] = []
    own = [sizes.transform.at(n).apply(y) for y, n in zip(sizes.yi, sizes.n, strict=True)]
    # The pooled value on the scale of the model is a weighted mean of the studies', so leaving
    # their range is the work of the back-transformation alone.
    if not min(own) - 1e-9 <= values[0] <= max(own) + 1e-9:
        notes.append(
            f"the back-transformed proportion {values[0]:.4f} lies outside the range of the "
            f"studies ({min(own):.4f} to {max(own):.4f}): the Freeman-Tukey inverse misleads here"
        )
    if values[1] == 0.0 or values[2] == 1.0:
        notes.append(
            "a limit lies beyond what the Freeman-Tukey transformation can reach at the harmonic "
            "mean of the sample sizes and was set to 0 or 1"
        )
    return tuple(notes)
