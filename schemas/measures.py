"""What each effect measure asks of the tables: the names, and the columns that can give it.

Only what a table must hold stands here. How an effect is computed, written and drawn is known by
``analysis.measures`` alone, which builds on these forms.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Design = Literal["one group", "two groups"]
#: What an outcome is recorded in: ``own`` is any word of the team, ``none`` nothing.
UnitKind = Literal["percent", "time", "person-time", "own", "none"]

TIME_UNITS = ("days", "weeks", "months", "years")


@dataclass(frozen=True, slots=True)
class MeasureForm:
    """The form of an effect measure.

    Attributes
    ----------
    name
        As the protocol writes it.
    words
        For messages and lists.
    design
        Whether it describes one group or compares two.
    columns
        Columns of outcomes.csv that can give the effect: one of these sets must be filled. Empty
        for a measure that only contrasts.csv can give.
    further
        Columns of outcomes.csv that belong to it besides.
    unit
        What its outcome is recorded in.
    contrast
        Whether a row of contrasts.csv can give it.
    names_event
        Whether the outcome's label says what becomes less or more: the label of a hazard ratio is
        often the opposite of its event (survival, death).
    standardised
        Whether differences are divided by the SD of the scores, which is another one for changes.
    """

    name: str
    words: str
    design: Design
    columns: tuple[tuple[str, ...], ...]
    further: tuple[str, ...] = ()
    unit: UnitKind = "none"
    contrast: bool = False
    names_event: bool = True
    standardised: bool = False

    @property
    def all_columns(self) -> tuple[str, ...]:
        """Every column of outcomes.csv that belongs to it, each once."""
        return tuple(dict.fromkeys((*(c for group in self.columns for c in group), *self.further)))


_COUNTS = (("events", "n"),)
_RATES = (("events", "person_time"),)
_TIME = ("person_time_unit",)
_INTERVAL = ("ci_low", "ci_high", "ci_level")
# Each set is enough for a mean and its standard deviation; analysis.meta says by which formula.
_MEANS = (
    ("n", "mean", "sd"),
    ("n", "mean", "se"),
    ("n", "mean", "ci_low", "ci_high"),
    ("n", "median", "q1", "q3"),
    ("n", "median", "minimum", "maximum"),
)
_CHANGE = ("ci_level", "change", "baseline_mean", "baseline_sd")
_MEDIAN = (("median", "ci_low", "ci_high"), ("median", "ci_low", "upper_not_reached"))
_ACCURACY = (("tp", "fp", "fn", "tn"),)

_FORMS = (
    MeasureForm("proportion", "proportion", "one group", _COUNTS, ("percent_reported",), "percent"),
    MeasureForm("median", "median time", "one group", _MEDIAN, ("n", "ci_level"), "time"),
    MeasureForm("mean", "mean", "one group", _MEANS, _CHANGE, "own"),
    MeasureForm(
        "rate", "incidence rate", "one group", _RATES, ("person_time_unit",), "person-time"
    ),
    MeasureForm("correlation", "correlation", "one group", (("n", "correlation"),)),
    MeasureForm("sensitivity", "sensitivity", "one group", _ACCURACY, unit="percent"),
    MeasureForm("specificity", "specificity", "one group", _ACCURACY, unit="percent"),
    *(
        MeasureForm(name, words, "two groups", _COUNTS, ("percent_reported",), contrast=contrast)
        for name, words, contrast in (
            ("RR", "risk ratio", True),
            ("OR", "odds ratio", True),
            ("RD", "risk difference", True),
            ("ASD", "arcsine difference", False),
            ("PETO", "Peto odds ratio", False),
        )
    ),
    MeasureForm("MD", "mean difference", "two groups", _MEANS, _CHANGE, "own", contrast=True),
    MeasureForm(
        *("SMD", "standardised mean difference", "two groups", _MEANS, _CHANGE, "own"),
        contrast=True,
        standardised=True,
    ),
    MeasureForm("ROM", "ratio of means", "two groups", _MEANS, _CHANGE, "own", contrast=True),
    *(
        MeasureForm(name, words, "two groups", _RATES, _TIME, "person-time", contrast=True)
        for name, words in (("IRR", "rate ratio"), ("IRD", "rate difference"))
    ),
    MeasureForm("HR", "hazard ratio", "two groups", (), contrast=True, names_event=False),
    MeasureForm(
        "MEDIAN_DIFFERENCE",
        "difference of medians",
        "two groups",
        _MEDIAN,
        ("n", "ci_level"),
        "own",
        contrast=True,
    ),
    MeasureForm("ratio", "ratio", "two groups", (), contrast=True),
    MeasureForm("difference", "difference", "two groups", (), unit="own", contrast=True),
)

MEASURE_FORMS: Mapping[str, MeasureForm] = MappingProxyType({form.name: form for form in _FORMS})
