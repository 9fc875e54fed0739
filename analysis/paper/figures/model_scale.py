"""Axes on the scale on which an outcome was pooled, numbered in the reader's units."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analysis.measures.registry import measure
from analysis.paper.figures.forest_axis import Axis, axis_for, log_ticks
from analysis.synthesis.conventions import conventions_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.synthesis.results import Outcome, StudyEstimate, Synthesis

_FINEST: Final = 1e-3


@dataclass(frozen=True, slots=True)
class ModelScale:
    """The scale of a pool.

    ``logarithmic`` scales are numbered in ratios; ``factor`` is what values are multiplied by to be
    drawn; ``label`` names the axis of effects; ``null`` is no effect, None where nothing is
    compared.
    """

    logarithmic: bool
    factor: int
    label: str
    null: float | None

    def axis(self, low: float, high: float, most: int) -> Axis:
        """Give an axis that holds these values of the scale."""
        return scale_axis(low, high, most, logarithmic=self.logarithmic, factor=self.factor)


def scale_axis(low: float, high: float, most: int, *, logarithmic: bool, factor: int) -> Axis:
    """Give an axis of the scale of a model; logarithms are labelled in ratios.

    Parameters
    ----------
    low, high
        What it has to hold, on the scale of the model.
    most
        How many ticks there is room for.
    logarithmic
        Whether the scale is that of natural logarithms.
    factor
        What values are multiplied by to be drawn.
    """
    if not logarithmic:
        return axis_for([factor * low, factor * high], [], most_ticks=most, finest=_FINEST)
    ticks = log_ticks(math.exp(low), math.exp(high), most)
    places = tuple(map(math.log, ticks))
    return Axis(places[0], places[-1], places, tuple(f"{tick:g}" for tick in ticks))


def model_scale(synthesis: Synthesis, outcome: Outcome) -> ModelScale:
    """Return the scale on which an outcome was pooled."""
    measured, conventions = measure(outcome.measure), conventions_of(synthesis, outcome)
    words = measured.scale_words(conventions)
    logarithmic = measured.logarithmic(conventions)
    natural = not words or logarithmic
    label = measured.titled(outcome.label, outcome.unit)
    null = measured.null
    return ModelScale(
        logarithmic=logarithmic,
        factor=measured.factor if natural else 1,
        label=label if natural else f"{outcome.label}, {words}",
        null=math.log(null) if null is not None and logarithmic else null,
    )


def placed(outcome: Outcome) -> tuple[tuple[StudyEstimate, float, float], ...]:
    """Return the studies with effect and standard error on the scale of the pool."""
    return tuple(
        (study, study.yi, study.sei)
        for study in outcome.overall.studies
        if study.yi is not None and study.sei is not None and study.sei > 0
    )


def unpooled_reason(outcome: Outcome, points: Sequence[object]) -> str:
    """Say why there is no plot of precision; empty where there is one."""
    if outcome.overall.centre is None or outcome.overall.model not in {"common", "random"}:
        return "Nothing was pooled."
    return "" if len(points) > 1 else "Too few estimates have a standard error."
