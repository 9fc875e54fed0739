"""All effect measures by name."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from analysis.measures.medians import ReportedMedian
from analysis.measures.proportions import Proportion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.measures.measure import Measure

MEASURES: dict[str, Measure] = {
    entry.name: entry
    for entry in (
        Proportion(
            name="proportion",
            design="one group",
            label="proportion",
            factor=100,
            sign="%",
            difference_unit="percentage points",
            low=0.0,
            high=1.0,
            counted=True,
            r="PR",
            stata="proportion",
            revman="Proportion",
        ),
        ReportedMedian(
            name="median",
            design="one group",
            label="median",
            estimates="medians",
            has_unit=True,
            low=0.0,
            r="GEN",
        ),
    )
}


#: What patients with an event of all patients are in a single group; adverse events, for instance.
COUNTED = "proportion"
#: What numbers are that a publication gives without saying what they are.
UNSPECIFIED = "median"


def measure(name: str) -> Measure:
    """Return a measure by its name.

    Raises
    ------
    KeyError
        If there is none; the message names the nearest.
    """
    if name in MEASURES:
        return MEASURES[name]
    near = difflib.get_close_matches(name, MEASURES, n=1)
    known = f"; the nearest is {near[0]}" if near else f"; there are {', '.join(MEASURES)}"
    raise KeyError(f"There is no measure of the name {name}{known}.")


def recorded_measure(record: Mapping[str, Any]) -> str:
    """Return the name of the measure in a record of a results.json, of this program or an older.

    Versions before 1.1 of this program called the key ``kind``; its two values are measures.
    """
    return str(record["measure"] if "measure" in record else record["kind"])


def measure_of(outcome: Any) -> Measure:
    """Return the measure of an outcome of the protocol."""
    return measure(getattr(outcome, "measure", None) or outcome.kind)
