"""Which columns of a stranger's CSV together make which effect measures.

A layout is one entry of a table: the roles it needs, the measures it gives, and what is made of its
numbers before they are effects. Nothing else asks which layout a file has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analysis.pool.csv_derived import (
    accuracy_tables,
    log_rank_ratios,
    means_of_errors,
    means_of_intervals,
    means_of_quantiles,
    sizes_of_cells,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from analysis.meta.profiles import Profile
    from analysis.pool.csv_table import StudyTable

__all__ = ["ACCURACY", "LAYOUTS", "Layout", "layouts_of", "measures"]

#: Sensitivity and specificity together, by the bivariate model.
ACCURACY = "BIVARIATE"
_COUNTS_OF_ARMS = ("RR", "OR", "RD", "AS", "PETO", "OR2DL", "OR2DN", "PHI")
_MEANS_OF_ARMS = ("MD", "SMD", "SMD1", "SMDH", "ROM", "CVR", "VR")
_PROPORTIONS = ("PR", "PLO", "PAS", "PFT", "PLN")
_REPORTED = ("GEN", "HR", "LOGCI", "RR", "OR", "RD")
_ARMS = ("n1i", "m1i", "sd1i", "n2i", "m2i", "sd2i")
_FIRST = {"mi": "mean", "sdi": "sd", "ni": "n"}


@dataclass(frozen=True, slots=True)
class Layout:
    """A set of columns that can be pooled.

    Attributes
    ----------
    roles
        Columns without which a row has no effect, names in `csv_columns.ROLES`.
    measures
        What can be had from them, the default first.
    optional
        Roles that are read where they are there; a row may lack them.
    engine
        Role of each column of `analysis.meta.effect_measures` whose name differs.
    counts
        Roles whose numbers stand beside a study, by arm: events and size.
    numbers
        Heading of these numbers.
    shares, share_numbers
        Measures that are shares of each study's own people: which roles are events and size, and
        their heading.
    derive
        What is computed from the columns first, by a named conversion; notes go to the table.
    preferred
        Measure that a profile prefers; None where the first one is the default.
    reported
        The columns are effects already: a ratio, a difference or a logarithm.
    logs
        Where the measure is a ratio, they hold its logarithm.
    """

    roles: tuple[str, ...]
    measures: tuple[str, ...]
    optional: tuple[str, ...] = ()
    engine: Mapping[str, str] = field(default_factory=dict)
    counts: tuple[tuple[str, ...], ...] = ()
    numbers: str = ""
    shares: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    share_numbers: str = "Events/n"
    derive: Callable[[StudyTable, str], None] | None = None
    preferred: Callable[[Profile], str] | None = None
    reported: bool = False
    logs: bool = False


def _median_measure(conventions: Profile) -> str:
    return "MEDLOG" if conventions.median_scale == "log" else "MEDRAW"


def _reported(*roles: str) -> Layout:
    return Layout(roles, _REPORTED, reported=True)


_EVENTS = (("ai", "n1i"), ("ci", "n2i"))
_MEANS = (("m1i", "sd1i", "n1i"), ("m2i", "sd2i", "n2i"))

#: The most informative first.
LAYOUTS: dict[str, Layout] = {
    "accuracy": Layout(
        ("tp", "fn", "fp", "tn"),
        (ACCURACY, "SENS", "SPEC", "OR"),
        counts=_EVENTS,
        numbers="Test positive/n",
        shares={"SENS": ("tp", "diseased"), "SPEC": ("tn", "healthy")},
        share_numbers="Correct/n",
        derive=accuracy_tables,
    ),
    "two": Layout(("ai", "n1i", "ci", "n2i"), _COUNTS_OF_ARMS, counts=_EVENTS, numbers="Events/n"),
    "two_cells": Layout(
        ("ai", "bi", "ci", "di"),
        _COUNTS_OF_ARMS,
        counts=_EVENTS,
        numbers="Events/n",
        derive=sizes_of_cells,
    ),
    "means": Layout(_ARMS, _MEANS_OF_ARMS, counts=_MEANS, numbers="Mean (SD), n"),
    "means_and_errors": Layout(
        ("n1i", "m1i", "se1i", "n2i", "m2i", "se2i"),
        _MEANS_OF_ARMS,
        counts=_MEANS,
        numbers="Mean (SD), n",
        derive=means_of_errors,
    ),
    "means_and_intervals": Layout(
        ("n1i", "m1i", "lower_1", "upper_1", "n2i", "m2i", "lower_2", "upper_2"),
        _MEANS_OF_ARMS,
        counts=_MEANS,
        numbers="Mean (SD), n",
        derive=means_of_intervals,
    ),
    "quartiles": Layout(
        ("n1i", "median_1", "q1_1", "q3_1", "n2i", "median_2", "q1_2", "q3_2"),
        _MEANS_OF_ARMS,
        optional=("min_1", "max_1", "min_2", "max_2"),
        counts=_MEANS,
        numbers="Mean (SD), n",
        derive=means_of_quantiles,
    ),
    "ranges": Layout(
        ("n1i", "median_1", "min_1", "max_1", "n2i", "median_2", "min_2", "max_2"),
        _MEANS_OF_ARMS,
        counts=_MEANS,
        numbers="Mean (SD), n",
        derive=means_of_quantiles,
    ),
    "rates_of_arms": Layout(
        ("ai", "t1i", "ci", "t2i"),
        ("IRR", "IRD", "IRSD"),
        engine={"x1i": "ai", "x2i": "ci"},
        counts=(("ai", "t1i"), ("ci", "t2i")),
        numbers="Events/time",
    ),
    "medians_of_arms": Layout(
        ("median_1", "lower_1", "upper_1", "median_2", "lower_2", "upper_2"),
        ("MEDDIFF", "MEDRATIO"),
    ),
    "rates": Layout(
        ("events", "time"),
        ("IRLN", "IR", "IRS", "IRFT"),
        engine={"xi": "events", "ti": "time"},
        counts=(("events", "time"),),
        numbers="Events/time",
    ),
    "counts": Layout(
        ("events", "n"),
        _PROPORTIONS,
        shares=dict.fromkeys(_PROPORTIONS, ("events", "n")),
        preferred=lambda conventions: conventions.proportion_measure,
    ),
    "correlations": Layout(
        ("correlation", "n"),
        ("ZCOR", "COR", "UCOR"),
        engine={"ri": "correlation", "ni": "n"},
        counts=(("n",),),
        numbers="n",
    ),
    "times": Layout(
        ("median", "ci_low", "ci_high"),
        ("MEDRAW", "MEDLOG"),
        optional=("n",),
        engine={"lower": "ci_low", "upper": "ci_high"},
        preferred=_median_measure,
    ),
    "one_mean": Layout(
        ("mean", "sd", "n"),
        ("MN", "MNLN"),
        engine=_FIRST,
        counts=(("mean", "sd", "n"),),
        numbers="Mean (SD), n",
    ),
    "one_group_quartiles": Layout(
        ("median", "q1", "q3", "n"),
        ("MN", "MNLN"),
        optional=("minimum", "maximum"),
        engine=_FIRST,
        counts=(("mean", "sd", "n"),),
        numbers="Mean (SD), n",
        derive=means_of_quantiles,
    ),
    "log_rank": Layout(
        ("o_minus_e", "vi"), ("HR", "OR"), derive=log_rank_ratios, reported=True, logs=True
    ),
    "effect_vi": Layout(("yi", "vi"), _REPORTED, reported=True, logs=True),
    "effect_se": Layout(("yi", "sei"), _REPORTED, reported=True, logs=True),
    "estimate_ci": _reported("estimate", "ci_low", "ci_high"),
    "effect_ci": _reported("yi", "ci_low", "ci_high"),
    "estimate_se": _reported("estimate", "sei"),
    "estimate_p": _reported("estimate", "p"),
}


def measures() -> tuple[str, ...]:
    """Return every measure that some columns give."""
    return tuple(dict.fromkeys(m for layout in LAYOUTS.values() for m in layout.measures))


def layouts_of(measure: str | None) -> tuple[str, ...]:
    """Return the layouts that give a measure, all of them without one."""
    return tuple(
        name for name, layout in LAYOUTS.items() if measure is None or measure in layout.measures
    )
