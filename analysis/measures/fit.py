"""A fitted model on its own scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Fit:
    """A pooled effect on the scale of the model, with what the paper says of it.

    ``weights`` are shares that add up to 1, in the order of the observations; ``method`` names the
    model in words; ``refused`` says why the measure's own model was not fitted, empty where it was
    or where there is none.
    """

    model: Literal["common", "random"]
    method: str
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    tau2: float
    i2: float
    q: float
    q_df: int
    q_p: float
    weights: Sequence[float]
    notes: tuple[str, ...]
    prediction: tuple[float, float] | None = None
    prediction_definition: str | None = None
    refused: str = ""
