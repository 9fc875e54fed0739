"""How adverse events are worded: as shares of one group, or compared between two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.numbers import count, lower_first
from analysis.measures.registry import measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.measures.measure import Measure
    from analysis.synthesis.results import AdverseEvent, Pool


def measured(events: Sequence[AdverseEvent]) -> Measure:
    """Return the measure of adverse events, of which there is at least one."""
    return measure(events[0].pool.measure)


def arms(events: Sequence[AdverseEvent]) -> tuple[str, str] | None:
    """Return the names of the groups that are compared, None where there is one group."""
    for event in events:
        if event.experimental is not None and event.control is not None:
            return event.experimental, event.control
    return None


def pooled_what(events: Sequence[AdverseEvent]) -> str:
    """Name what was pooled: ``incidence`` of one group, ``risk ratio`` of two."""
    found = measured(events)
    return "incidence" if found.null is None else found.label


def axis_label(events: Sequence[AdverseEvent]) -> str:
    """Head an axis: ``Pooled incidence, %``, ``Pooled risk ratio``."""
    told = f"Pooled {pooled_what(events)}"
    sign = measured(events).sign
    return f"{told}, {sign}" if sign else told


def order_words(events: Sequence[AdverseEvent]) -> str:
    """Say in which order terms stand."""
    names = arms(events)
    return "incidence" if names is None else f"incidence with {lower_first(names[0])}"


def side_counts(pool: Pool) -> tuple[str, ...]:
    """Return events and patients, of each group where two are compared: ``12/40``."""
    if any(study.groups for study in pool.studies):
        sides = [pool.side(role) for role in ("experimental", "control")]
        return tuple(f"{count(events)}/{count(patients)}" for events, patients in sides)
    if pool.events is None or pool.n_participants is None:
        return ()
    return (f"{count(pool.events)}/{count(pool.n_participants)}",)
