"""Where a number comes from, and what a study touches.

A value is followed to its formula and its rows, a study to every value, table and figure that it
enters. Both read the results of the current data: a build that is out of date is never answered
from.

In: a name or a study. Out: formulas, rows, places. May import: the rooms down to `export`.
"""

from __future__ import annotations

from analysis.trace.computed import Computed, computed
from analysis.trace.listing import ListedValue, list_values
from analysis.trace.study import StudyTrace, trace_study
from analysis.trace.value import ValueTrace, trace_value

__all__ = [
    "Computed",
    "ListedValue",
    "StudyTrace",
    "ValueTrace",
    "computed",
    "list_values",
    "trace_study",
    "trace_value",
]
