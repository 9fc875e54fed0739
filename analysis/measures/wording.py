"""How the numbers of an effect measure are written, and how columns and axes are headed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from analysis.formatting.numbers import interval, number

if TYPE_CHECKING:
    from analysis.measures.size_rule import SizeRule


#: Words by which an outcome's label says itself that it is a number.
_QUANTITY = re.compile(
    r"\b(rates?|proportions?|prevalences?|incidences?|risks?|frequency|shares?|percentages?|"
    r"probability|sensitivity|specificity|means?|scores?|survival|duration|time|number)\b",
    re.IGNORECASE,
)
Design = Literal["one group", "two groups", "contrast"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What an effect measure is called, and how its numbers look in print.

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
    of
        What stands before an outcome's label that names the event alone: *proportion with*.
    size
        How the optimal information size is computed; None where it is not.
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
    of: str = ""
    size: SizeRule | None = None

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

    def subject(self, label: str) -> str:
        """Name what is estimated within a sentence, where an outcome's label names the event alone.

        *peripheral neuropathy* is *proportion with peripheral neuropathy*, *response rate* stays.
        What is compared has the measure's own name before it: *risk ratio for*.
        """
        return label if not self.of or _QUANTITY.search(label) else f"{self.of} {label}"

    def plural(self, unit: str) -> str:
        """Name single results in a caption: ``proportions``, or ``medians, in months,``."""
        told = self.several
        return f"{told}, {per_or_in(unit)}," if self.has_unit and unit else told

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


def per_or_in(unit: str) -> str:
    """Say in which unit numbers are: ``in months``, ``per 100 patient-years``."""
    return unit if unit.startswith("per ") else f"in {unit}"
