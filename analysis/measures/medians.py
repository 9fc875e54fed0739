"""Medians that reports print with their interval: times until an event, in one group."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.measures.group_data import lacking_median, median_columns
from analysis.measures.measure import Measure
from analysis.measures.scale import Scale, clustered, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.measures.conventions import Conventions
    from analysis.measures.observation import Observation
    from analysis.meta.effect_sizes import EffectSizes

_CONVENTIONAL_LEVEL = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedMedian(Measure):
    """A median with its interval, in the outcome's unit."""

    def pooling(self, conventions: Conventions, unit: str) -> str:
        """Say on which scale medians are pooled, and where their standard errors are from."""
        if self.logarithmic(conventions):
            told = (
                "Medians were pooled on the logarithmic scale, with the standard error from the "
                f"width of the reported interval on that scale, and transformed back to {unit}."
            )
        else:
            told = (
                f"Medians were pooled on their original scale, in {unit}. The standard error was "
                "the width of the reported interval divided by twice the normal quantile that "
                "belongs to its level."
            )
        return f"{told} A median without a confidence interval was listed and not pooled."

    def caution(self, conventions: Conventions) -> str:
        """Say what an average of medians is not."""
        told = "A pooled median is a weighted average of medians, not the median of all patients "
        if self.logarithmic(conventions):
            return f"{told}together."
        return (
            f"{told}together, and inverse-variance weights favour small medians where groups are "
            "small."
        )

    def missing(self, observation: Observation) -> str | None:
        """Say whether the median, or its interval, is missing."""
        return lacking_median(observation.first)

    def own(
        self, observation: Observation, conventions: Conventions
    ) -> tuple[float, float, float | None]:
        """Return the median and the interval as they were printed."""
        del conventions
        (median,), (low,), _ = median_columns([observation.first])
        return median, low, observation.first.ci_high

    def scale(self, observations: Sequence[Observation], conventions: Conventions) -> Scale:
        """Return the medians, or their logarithms, with variances from the printed intervals."""
        from analysis.meta.medians import medians
        from analysis.meta.transforms import IDENTITY, Transform

        profile = conventions.profile
        yi, vi = [math.nan] * len(observations), [math.nan] * len(observations)
        notes: list[str] = []
        groups = [observation.first for observation in observations]
        # Intervals of different confidence levels need different quantiles.
        for level in sorted({group.ci_level for group in groups}):
            places = [place for place, group in enumerate(groups) if group.ci_level == level]
            effects = medians(
                *median_columns([groups[place] for place in places]),
                scale="log" if self.logarithmic(conventions) else "natural",
                level=level,
                divisor=profile.median_divisor if level == _CONVENTIONAL_LEVEL else "exact",
            )
            notes += told([observations[place] for place in places], effects.corrected)
            for position, place in enumerate(places):
                yi[place], vi[place] = float(effects.yi[position]), float(effects.vi[position])
        transform = Transform("exp") if self.logarithmic(conventions) else IDENTITY
        plain = Scale(tuple(yi), tuple(vi), transform, tuple(notes))
        return clustered(observations, plain, list(map(self.width, observations)))

    def scales(
        self, observations: Sequence[Observation], conventions: Conventions
    ) -> dict[tuple[str, str], EffectSizes | str]:
        """Return both scales, where all intervals have one level."""
        del conventions
        from analysis.meta.medians import medians

        groups = [observation.first for observation in observations]
        levels = {group.ci_level for group in groups}
        if len(levels) != 1:
            return {}
        (level,) = levels
        return {
            ("MEDRAW", ""): medians(*median_columns(groups), scale="natural", level=level),
            ("MEDLOG", ""): medians(*median_columns(groups), scale="log", level=level),
        }

    def code(self, conventions: Conventions) -> str:
        """Return MEDRAW or MEDLOG."""
        return "MEDLOG" if self.logarithmic(conventions) else "MEDRAW"

    def scale_name(self, conventions: Conventions, unit: str) -> str:
        """Name the scale of the model as an axis does."""
        return f"log {unit}" if self.logarithmic(conventions) else unit

    def scale_words(self, conventions: Conventions) -> str:
        """Name the logarithmic scale; the natural one needs no name."""
        return "log scale" if self.logarithmic(conventions) else ""

    def logarithmic(self, conventions: Conventions) -> bool:
        """Return whether the profile pools logarithms of medians."""
        return conventions.profile.median_scale == "log" or conventions.scale == "MEDLOG"
