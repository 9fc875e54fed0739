"""What is known of an effect measure: its numbers in words, and how effects are computed from rows.

A measure is one object of :data:`analysis.measures.registry.MEASURES`. The rest of the program
asks it and never looks at its name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from analysis.formatting.numbers import interval, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.measures.conventions import Conventions
    from analysis.measures.fit import Fit
    from analysis.measures.group_data import GroupData
    from analysis.measures.observation import Observation
    from analysis.measures.scale import Scale
    from analysis.measures.size_rule import SizeRule
    from analysis.meta.effect_sizes import EffectSizes
    from analysis.meta.pooled_effect import PooledEffect
    from analysis.meta.specification import SpecificationTable

Design = Literal["one group", "two groups", "contrast"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(ABC):
    """One effect measure.

    Attributes
    ----------
    name
        As protocol, tables and results call it.
    design
        Whether it describes one group, compares two, or is read as a finished comparison.
    label, short
        In a sentence ("risk ratio"), and above a column ("RR"); ``short`` is empty where the unit
        alone is enough.
    estimates
        What single results are called, in the plural.
    factor
        What values are multiplied by to be printed: 100 for percentages.
    decimals
        Digits after the point in print.
    sign
        What follows a printed number at once ("%"), instead of the outcome's unit.
    has_unit
        Whether the outcome's unit follows a printed number.
    difference_unit
        Unit of a difference of two values, where it is not that of the values.
    low, high
        Bounds of the parameter, None where it has none.
    null
        Value of no effect; None where nothing is compared.
    log
        Whether axes are logarithmic.
    per
        For how many people an absolute effect is told: 1000 for risks and rates.
    standardised
        Whether it is in standard deviations, so that it says nothing in an instrument's points.
    names_event
        Whether what becomes less or more is what the outcome's label names; a hazard ratio of
        overall survival is one of deaths.
    size
        How the optimal information size is computed; None where it is not.
    data
        What its groups are described by: heading and cells of a forest plot's columns.
    r, stata, revman
        What R (metafor's ``measure``), Stata and RevMan call it; empty where they do not.
    """

    name: str
    design: Design
    label: str
    short: str = ""
    estimates: str = "estimates"
    factor: int = 1
    decimals: int = 1
    sign: str = ""
    has_unit: bool = False
    difference_unit: str = ""
    low: float | None = None
    high: float | None = None
    null: float | None = None
    log: bool = False
    per: int = 1
    standardised: bool = False
    names_event: bool = True
    size: SizeRule | None = None
    data: GroupData
    r: str = ""
    stata: str = ""
    revman: str = ""

    @property
    def counted(self) -> bool:
        """Whether groups are patients with an event of all patients."""
        return self.data.counted

    # How numbers are written.

    def number(self, value: float) -> str:
        """Write a value without unit: ``33.9``."""
        return number(value, self.decimals, self.factor)

    def limits(self, low: float, high: float | None) -> str:
        """Write two limits without unit: ``26.5–41.3``; None was not reached."""
        return interval(low, high, self.factor, self.decimals)

    def estimate(self, value: float, low: float | None, high: float | None) -> str:
        """Write an estimate with its interval, without unit: ``33.9 (26.5–41.3)``."""
        written = self.number(value)
        return written if low is None else f"{written} ({self.limits(low, high)})"

    def after(self, unit: str, space: str = " ") -> str:
        """Return what follows a number: ``%``, `` months``, or nothing."""
        return self.sign or (f"{space}{unit}" if self.has_unit and unit else "")

    def amount(self, value: float, unit: str, space: str = " ") -> str:
        """Write a value with its unit: ``33.9%``, ``6.9 months``, ``1.84``."""
        return f"{self.number(value)}{self.after(unit, space)}"

    def span(self, low: float, high: float | None, unit: str, space: str = " ") -> str:
        """Write two limits with their unit: ``26.5–41.3%``."""
        return f"{self.limits(low, high)}{self.after(unit, space)}"

    def spoken(
        self, value: float, low: float | None, high: float | None, unit: str, level: float
    ) -> str:
        """Write an estimate for a sentence: ``33.9% (95% CI 26.5–41.3)``, ``6.9 months (…)``."""
        written = self.amount(value, unit)
        if low is None:
            return written
        return f"{written} ({number(level * 100, 0)}% CI {self.limits(low, high)})"

    def distance(self, value: float, unit: str, decimals: int | None = None) -> str:
        """Write a distance on the printed scale with its unit: ``7.4 percentage points``."""
        digits = self.decimals if decimals is None else decimals
        written = number(value, digits, self.factor)
        told = self.difference_unit or (unit if self.has_unit else "")
        return f"{written} {told}" if told else written

    def plural(self, unit: str) -> str:
        """Name single results in a caption: ``proportions``, or ``medians, in months,``."""
        told = self.several
        return f"{told}, in {unit}," if self.has_unit and unit else told

    @property
    def several(self) -> str:
        """The label in the plural: ``risk ratios``, ``ratios of means``, ``sensitivities``."""
        first, of, rest = self.label.partition(" of ")
        return f"{first[:-1]}ies" if first.endswith("y") else f"{first}s{of}{rest}"

    def stored_unit(self, unit: str) -> str:
        """Name the unit in which values are stored: ``fraction``, ``months``."""
        return "fraction" if self.factor != 1 else self.unit(unit)

    def printed(self, value: float) -> float:
        """Return a value in the unit in which it is printed and drawn."""
        return self.factor * value

    def stored(self, value: float) -> float:
        """Return a printed value in the unit in which it is stored."""
        return value / self.factor

    @property
    def axis_bounds(self) -> tuple[float | None, float | None]:
        """Ends that an axis in printed units cannot go beyond."""
        low, high = self.low, self.high
        return (
            None if low is None else low * float(self.factor),
            None if high is None else high * float(self.factor),
        )

    def possible(self, value: float) -> float:
        """Cut a value at what the parameter can be."""
        above = value if self.low is None else max(value, self.low)
        return above if self.high is None else min(above, self.high)

    # How two sides are named.

    def sides(self, better: str, experimental: str, control: str) -> tuple[str, str] | None:
        """Name the two sides of no effect on an axis, the left one first.

        Parameters
        ----------
        better
            ``higher`` or ``lower``, what is good for the patients; ``none`` where nothing is.
        experimental, control
            Names of the groups.

        Returns
        -------
        tuple or None
            None for a measure that compares nothing.
        """
        if self.null is None:
            return None
        favours = f"Favours {experimental}", f"Favours {control}"
        return {
            "lower": favours,
            "higher": favours[::-1],
        }.get(better, (f"Lower with {experimental}", f"Higher with {experimental}"))

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

    # How columns and axes are headed.

    def unit(self, unit: str) -> str:
        """Return what numbers are in, as it follows a label and a comma: ``%``, ``months``, ``RR``.

        A measure with a name and a unit has both: ``MD, points``.
        """
        own = self.sign or (unit if self.has_unit else "")
        return ", ".join(part for part in (self.short, own) if part)

    def titled(self, label: str, unit: str) -> str:
        """Name an axis or a group of rows: ``Objective response rate, %``."""
        told = self.unit(unit)
        return f"{label}, {told}" if told else label

    def headed(self, unit: str) -> str:
        """Head an axis or a column with the unit alone: ``%``, ``Months``, ``RR``."""
        told = self.unit(unit)
        return told if self.short or self.sign else told.capitalize()

    def heading(self, unit: str, level: float) -> str:
        """Head the column of estimates: ``% (95% CI)``, ``Months (95% CI)``."""
        return f"{self.headed(unit)} ({number(level * 100, 0)}% CI)"

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
        if self.logarithmic(conventions):
            return f"{what} were pooled as logarithms and transformed back."
        words = self.scale_words(conventions)
        if words:
            return f"{what} were pooled on the {words} and transformed back."
        told = f", in {unit}" if self.has_unit and unit else ""
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
        del observation
        return True

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
