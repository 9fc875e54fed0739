"""What is known of an effect measure: its numbers in words, and how effects are computed from rows.

A measure is one object of :data:`analysis.measures.registry.MEASURES`. The rest of the program
asks it and never looks at its name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.measures.wording import Wording, per_or_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.measures.conventions import Conventions
    from analysis.measures.fit import Fit
    from analysis.measures.group_data import GroupData
    from analysis.measures.observation import Observation
    from analysis.measures.scale import Scale
    from analysis.meta.effect_sizes import EffectSizes
    from analysis.meta.pooled_effect import PooledEffect
    from analysis.meta.specification import SpecificationTable


#: What is said of a standardised difference, by the profile's correction for small samples.
_CORRECTED = {
    "exact": " (Hedges' g, with the exact correction for small samples)",
    "approximate": " (Hedges' g, with the approximate correction for small samples)",
    "none": " (Cohen's d, without a correction for small samples)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Wording, ABC):
    """One effect measure.

    Attributes
    ----------
    data
        What its groups are described by: heading and cells of a forest plot's columns.
    r, stata, revman
        What R (metafor's ``measure``), Stata and RevMan call it; empty where they do not.
    """

    data: GroupData
    r: str = ""
    stata: str = ""
    revman: str = ""

    @property
    def counted(self) -> bool:
        """Whether groups are patients with an event of all patients."""
        return self.data.counted

    def tests(self, conventions: Conventions) -> tuple[str, ...]:
        """Return the tests of small-study effects that were made for this measure."""
        from analysis.meta.asymmetry import suited_tests

        return suited_tests(self.code(conventions))

    def other_risk(self, effect: float, control: float) -> float | None:
        """Return the level that an effect makes of a control group's: risks as fractions.

        None for a measure that says nothing of levels.
        """
        del effect, control
        return None

    @property
    def risky(self) -> bool:
        """Whether levels are risks, so that a number needed to treat makes sense."""
        return self.per != 1 and self.size is not None and self.size.by_risk

    # What a paper says of it.

    def pooling(self, conventions: Conventions, unit: str) -> str:
        """Say in the methods how results of this measure are pooled.

        Parameters
        ----------
        conventions
            Those of the outcome.
        unit
            The outcome's unit.
        """
        what = self.several[:1].upper() + self.several[1:]
        if self.standardised:
            what += _CORRECTED.get(conventions.profile.smd_correction, "")
        if self.logarithmic(conventions):
            return f"{what} were pooled as logarithms and transformed back."
        words = self.scale_words(conventions)
        if words:
            return f"{what} were pooled on the {words} and transformed back."
        told = f", {per_or_in(unit)}" if self.has_unit and unit else ""
        return f"{what} were pooled on their own scale{told}."

    def caution(self, conventions: Conventions) -> str:
        """Say among the limits what a pool of this measure is not; empty where nothing."""
        del conventions
        return ""

    # How effects are computed.

    @abstractmethod
    def missing(self, observation: Observation) -> str | None:
        """Say what a study lacks to have an effect; None where nothing."""

    def notes(self, observation: Observation) -> tuple[str, ...]:
        """Say what was computed to get a study's numbers."""
        return observation.notes

    def dropped(self, observation: Observation, conventions: Conventions) -> str | None:
        """Say why the profile leaves a complete study out; None where it does not."""
        del observation, conventions
        return None

    def patients(self, observation: Observation) -> tuple[int | None, int | None]:
        """Return the patients with the event, and all; None where it is not said.

        There are no patients with the event of two groups together.
        """
        groups = observation.groups
        sizes = [group.n for group in groups]
        events = None if len(groups) > 1 else observation.first.events
        return events, None if None in sizes else sum(size or 0 for size in sizes)

    def tabled(self, observation: Observation) -> bool:
        """Return whether the effect comes from the groups' own numbers, as independent patients."""
        return self.width(observation) == 1

    def width(self, observation: Observation) -> float:
        """Return what the variance is multiplied by for the clusters of a study."""
        return observation.design_effect

    def zero_rule(self, conventions: Conventions) -> str:
        """Name what the profile does with a zero on this scale; empty where it says nothing."""
        from analysis.meta.profile_options import measure_options

        return str(measure_options(self.code(conventions), conventions.profile).get("zero", ""))

    @abstractmethod
    def own(
        self, observation: Observation, conventions: Conventions
    ) -> tuple[float, float, float | None]:
        """Return a study's own estimate and interval on the scale of the data."""

    @abstractmethod
    def scale(self, observations: Sequence[Observation], conventions: Conventions) -> Scale:
        """Return effects and variances on the scale of the model.

        Parameters
        ----------
        observations
            At least one; none of them `missing` or `dropped`.
        conventions
            Under which rules.
        """

    def fit(
        self,
        observations: Sequence[Observation],
        weights: Sequence[float],
        conventions: Conventions,
    ) -> Fit | str | None:
        """Fit the measure's own random-effects model.

        Parameters
        ----------
        observations
            At least two.
        weights
            Shares to show where the model has none.
        conventions
            Under which rules.

        Returns
        -------
        Fit, str or None
            Words where the model has no estimate: why. None where there is no such model. In both
            cases effects are pooled generically.
        """
        del observations, weights, conventions
        return None

    def common(
        self, observations: Sequence[Observation], conventions: Conventions
    ) -> PooledEffect | None:
        """Pool under a common effect by the measure's own method, such as Mantel and Haenszel's.

        Parameters
        ----------
        observations
            At least two.
        conventions
            Under which rules.

        Returns
        -------
        PooledEffect or None
            None where effects are pooled by inverse variance.
        """
        del observations, conventions
        return None

    def random(
        self, observations: Sequence[Observation], centre: PooledEffect, conventions: Conventions
    ) -> PooledEffect | None:
        """Pool under random effects around the common effect of `common`.

        None where effects are pooled by inverse variance alone.
        """
        del observations, centre, conventions
        return None

    def likelihood(self, conventions: Conventions) -> bool:
        """Return whether `fit` models the counts themselves under this profile."""
        del conventions
        return False

    def together(
        self, observations: Sequence[Observation], conventions: Conventions
    ) -> PooledEffect | None:
        """Fit the model of `fit` without differences between studies; None where there is none."""
        del observations, conventions
        return None

    def specifications(
        self, observations: Sequence[Observation], conventions: Conventions
    ) -> SpecificationTable | None:
        """Pool under every scale, zero rule, estimator and interval; None where that is no use."""
        from analysis.meta.specification import specifications

        scales = self.scales(observations, conventions)
        if not scales:
            return None
        return specifications(scales, level=conventions.level, i2=conventions.profile.i2)

    def scales(
        self, observations: Sequence[Observation], conventions: Conventions
    ) -> dict[tuple[str, str], EffectSizes | str]:
        """Return the effect sizes under every scale and zero rule that could have been chosen."""
        del observations, conventions
        return {}

    def specification(self, conventions: Conventions) -> str:
        """Name the profile's scale and zero rule as `specifications` does."""
        return self.code(conventions)

    @abstractmethod
    def code(self, conventions: Conventions) -> str:
        """Return the name that `analysis.meta` has for the scale of the model."""

    def scale_name(self, conventions: Conventions, unit: str) -> str:
        """Name the scale of the model as an axis does: ``logit``, ``log months``."""
        del conventions
        return self.unit(unit)

    def scale_words(self, conventions: Conventions) -> str:
        """Name the scale of the model in a description of the method; empty for the natural one."""
        del conventions
        return ""

    def fewest_random(self, conventions: Conventions) -> int:
        """Return the smallest number of studies for which a random-effects model is fitted."""
        del conventions
        return 1

    def logarithmic(self, conventions: Conventions) -> bool:
        """Return whether effects are pooled as logarithms under this profile."""
        del conventions
        return self.log
