"""What is known of one test of funnel-plot asymmetry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from analysis.meta.funnel_data import FunnelData

    FloatArray = NDArray[np.float64]
    #: Predictor, response and weight; for a rank test the two variables and what they weigh.
    Inputs = tuple[FloatArray, FloatArray, FloatArray]

__all__ = ["AsymmetryTest"]


@dataclass(frozen=True, slots=True)
class AsymmetryTest:
    """One row of the table.

    Attributes
    ----------
    label, source : str
        Words for a reader, and the paper.
    family : {"line", "mixed", "rank"}
        How the test is computed.
    predictor : str
        What the effects are regressed on, or compared with.
    inputs : callable
        From `FunnelData` to predictor, response and weight.
    needs : tuple of str
        Columns of `FunnelData` beyond effects and variances.
    suits : frozenset of str or None
        Measures it was made for; None for tests on any effect with its standard error.
    caution : mapping of str to str
        Measures it can be computed for, with the reason for caution.
    otherwise : str
        Why it is refused for every other measure.
    """

    label: str
    source: str
    family: str
    predictor: str
    inputs: Callable[[FunnelData], Inputs]
    needs: tuple[str, ...] = ()
    suits: frozenset[str] | None = None
    caution: Mapping[str, str] = field(default_factory=dict)
    otherwise: str = ""
