"""What is known of one effect measure: an entry of `analysis.meta.effect_measures.MEASURES`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.transforms import IDENTITY, Transform

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.meta.effect_sizes import EffectSizes

__all__ = ["MeasureDefinition"]

#: What no value can lie beyond after a transformation, whatever its bounds.
_RANGES = {
    "exp": (0.0, np.inf),
    "square": (0.0, np.inf),
    "freeman_tukey_rate": (0.0, np.inf),
    "expit": (0.0, 1.0),
    "arcsine": (0.0, 1.0),
    "freeman_tukey": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
}


@dataclass(frozen=True, slots=True)
class MeasureDefinition:
    """One effect measure.

    Attributes
    ----------
    name : str
    label : str
        What it is, in words.
    columns : tuple of str
        The columns it needs, in the order `compute` takes them.
    compute : callable
        From the columns and the options to `EffectSizes`.
    arms : {1, 2}
        Groups compared; 2 also for what is reported as a comparison.
    transform : Transform
        From the scale of the model to the scale of the data, bounds of the parameter included. A
        transformation that depends on sample sizes comes with the effect sizes.
    null : float or None
        Value of no effect on the scale of the data; None where there is none.
    options : dict
        Names `compute` takes beside the columns, with the values each can have (None: a number, or
        yes and no).
    optional : tuple of str
        Columns that `compute` takes by name if they are there.
    names : tuple of str
        Other names: those of R's meta, and common ones.
    """

    name: str
    label: str
    columns: tuple[str, ...]
    compute: Callable[..., EffectSizes]
    arms: int
    transform: Transform = IDENTITY
    null: float | None = None
    options: dict[str, tuple[Any, ...] | None] = field(default_factory=dict)
    optional: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def bounds(self) -> tuple[float, float]:
        """Smallest and largest value of the parameter on the scale of the data."""
        low, high = _RANGES.get(self.transform.name, (-np.inf, np.inf))
        return max(self.transform.low, low), min(self.transform.high, high)
