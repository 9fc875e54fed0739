"""The scale under a forest plot: limits that one wide interval cannot spoil, round ticks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.formatting.numbers import number

if TYPE_CHECKING:
    from collections.abc import Sequence

Span = tuple[float, float | None]
"""An interval to be shown; its upper limit is None where it was not reached."""

# The narrowest four fifths of the intervals, with a quarter of their span to either side, are
# always shown whole; what is wider than that ends in an arrow.
_CORE_SHARE = 0.8
_CORE_MARGIN = 0.25
# Numbers beside the plot have one decimal; an axis finer than that would show nothing.
_FINEST = 0.1
# Around zero, two ticks cannot be enough whatever the step.
_FEWEST_TICKS = 3
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
# Mantissas of the ticks of a ratio and the decades between them, the finest first.
_RATIO_STEPS: tuple[tuple[tuple[float, ...], int], ...] = (
    ((1, 1.1, 1.2, 1.3, 1.4, 1.6, 1.8, 2, 2.5, 3, 4, 5, 6, 7, 8, 9), 1),
    ((1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8), 1),
    ((1, 1.5, 2, 3, 5, 7), 1),
    ((1, 2, 5), 1),
    ((1, 3), 1),
    *(((1.0,), decades) for decades in (1, 2, 3, 5, 10, 20, 50, 100)),
)
_FARTHEST = math.log(1000.0)
_NEAREST = math.log(1.05)


@dataclass(frozen=True, slots=True)
class Axis:
    """Limits and ticks in the unit of the plot; ``log`` if equal ratios are equally far apart."""

    low: float
    high: float
    ticks: tuple[float, ...]
    labels: tuple[str, ...]
    log: bool = False

    def share(self, value: float) -> float:
        """Return where a value lies, 0 at the left end and 1 at the right; outside is clipped."""
        if not self.log:
            return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))
        if value <= self.low:
            return 0.0
        return min(1.0, math.log(value / self.low) / math.log(self.high / self.low))


def log_axis(
    estimates: Sequence[float],
    spans: Sequence[Span],
    kept: Sequence[float] = (),
    most_ticks: int = 6,
) -> Axis:
    """Choose limits and ticks of a logarithmic axis.

    Parameters
    ----------
    estimates, spans, kept
        As for `axis_for`, as ratios; a limit of 0 has no end. Beyond a factor of a thousand `kept`
        and `spans` do not widen the axis further than the estimates do: an arrow says that they go
        on.
    most_ticks : int
        How many tick labels there is room for, at least 3.
    """
    middles = [math.log(value) for value in estimates if value > 0]
    low, high = _limits(
        middles,
        [(_log(low), None if high is None else _log(high)) for low, high in spans],
        [_log(value) for value in kept],
    )
    low, high = max(low, min([-_FARTHEST, *middles])), min(high, max([_FARTHEST, *middles]))
    # No effect is always seen.
    low, high = min(low, -_NEAREST), max(high, _NEAREST)
    ticks = log_ticks(math.exp(low), math.exp(high), most_ticks)
    return Axis(ticks[0], ticks[-1], ticks, tuple(f"{tick:.12g}" for tick in ticks), log=True)


def _log(value: float) -> float:
    # A limit may lie where only a logarithm can be written.
    return math.log(value) if value > 0 else -math.inf


def log_ticks(low: float, high: float, most: int = 7) -> tuple[float, ...]:
    """Return round ratios from the last at or below `low` to the first at or above `high`.

    Parameters
    ----------
    low, high
        What the axis has to hold, positive.
    most
        How many ticks there is room for, at least 3.
    """
    ends = math.log(low), math.log(high)
    choices = (_ratio_ticks(*ends, *steps) for steps in _RATIO_STEPS)
    fitting = (choice for choice in choices if len(choice) <= max(_FEWEST_TICKS, most))
    return tuple(next(fitting, _ratio_ticks(*ends, *_RATIO_STEPS[-1])))


def axis_for(
    estimates: Sequence[float],
    spans: Sequence[Span],
    kept: Sequence[float] = (),
    bounds: tuple[float | None, float | None] = (None, None),
    most_ticks: int = 6,
    finest: float = _FINEST,
) -> Axis:
    """Choose limits and ticks.

    Parameters
    ----------
    estimates : sequence of float
        Always inside the limits.
    spans : sequence of (float, float or None)
        Intervals of the studies; a very wide one does not widen the axis.
    kept : sequence of float
        Further values that have to be inside, such as the limits of pooled intervals.
    bounds : tuple
        What the scale cannot go beyond, for example 0 and 100 percent.
    most_ticks : int
        How many tick labels there is room for, at least 3.
    finest : float
        The axis spans at least this much.
    """
    low, high = _limits(estimates, spans, kept)
    lowest, highest = bounds
    low = low if lowest is None else max(low, lowest)
    high = high if highest is None else min(high, highest)
    if high - low < finest:
        room = max(abs(low) * 0.1, finest)
        low, high = low - room, high + room
        low = low if lowest is None else max(low, lowest)
        high = high if highest is None else min(high, highest)
    step = _step(low, high, max(_FEWEST_TICKS, most_ticks))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(index * step for index in range(first, last + 1))
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    if step * 10**decimals % 1 > 1e-9:  # 2.5 needs one decimal more than its size says
        decimals += 1
    return Axis(ticks[0], ticks[-1], ticks, tuple(number(tick, decimals) for tick in ticks))


def _ratio_ticks(low: float, high: float, mantissas: Sequence[float], every: int) -> list[float]:
    """Return ratios with these mantissas around two logarithms, ``every`` decades apart."""
    first = every * math.floor(low / math.log(10) / every)
    last = every * math.ceil(high / math.log(10) / every)
    decades = range(first - every, last + every + 1, every)
    ticks = [float(f"{m * 10.0**decade:.12g}") for decade in decades for m in mantissas]
    start = max(i for i, tick in enumerate(ticks) if math.log(tick) <= low + 1e-9)
    end = min(i for i, tick in enumerate(ticks) if math.log(tick) >= high - 1e-9)
    return ticks[start : end + 1]


def _limits(
    estimates: Sequence[float], spans: Sequence[Span], kept: Sequence[float]
) -> tuple[float, float]:
    inside = [*estimates, *kept]
    lows, highs = _core(estimates, spans)
    return min([*inside, *lows], default=0.0), max([*inside, *highs], default=1.0)


def _core(estimates: Sequence[float], spans: Sequence[Span]) -> tuple[list[float], list[float]]:
    closed = sorted(
        ((low, high) for low, high in spans if high is not None), key=lambda s: s[1] - s[0]
    )
    lows, highs = [low for low, _ in spans], [high for _, high in closed]
    core = closed[: math.ceil(_CORE_SHARE * len(closed))]
    if not core:
        return lows, highs
    core_low = min(*(low for low, _ in core), *estimates)
    core_high = max(*(high for _, high in core), *estimates)
    margin = _CORE_MARGIN * (core_high - core_low)
    return (
        [max(low, core_low - margin) for low in lows],
        [min(high, core_high + margin) for high in highs],
    )


def _step(low: float, high: float, most_ticks: int) -> float:
    """Return the smallest round step that needs no more ticks than there is room for."""
    exponent = math.floor(math.log10((high - low) / most_ticks))
    while True:
        for factor in _STEPS:
            step = factor * 10.0**exponent
            ticks = math.ceil(high / step - 1e-9) - math.floor(low / step + 1e-9) + 1
            if ticks <= most_ticks:
                return step
        exponent += 1
