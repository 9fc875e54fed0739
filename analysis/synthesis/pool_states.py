"""All pools of a synthesis or of results.json in one list, and two such lists side by side."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from analysis.measures.registry import recorded_measure
from analysis.synthesis.versions import Headline, PoolState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from analysis.synthesis.results import Synthesis

Content = dict[str, Any]
PoolKey = tuple[str, str, str]


def as_content(synthesis: Synthesis) -> Content:
    """Give a synthesis in the form that results.json has."""
    return asdict(synthesis)


def pool_states(synthesis: Mapping[str, Any]) -> dict[PoolKey, PoolState]:
    """Give every pool by its key: outcomes, their subgroups, adverse events, their subgroups.

    Parameters
    ----------
    synthesis
        The entry ``synthesis`` of a results.json, of this program or an older one.
    """
    found = [state for state, _ in _walk(synthesis)]
    return {state.key: state for state in found}


def pool_rows(
    synthesis: Mapping[str, Any],
) -> dict[PoolKey, dict[tuple[str, ...], tuple[str, tuple[Any, ...]]]]:
    """Give for every pool its rows: from the row's key to the study's label and its numbers."""
    numbers = ("estimate", "ci_low", "ci_high", "events", "n")
    return {
        state.key: {
            (row["study_id"], row["cohort"] or "", row["criteria"] or ""): (
                row["label"],
                tuple(row[name] for name in numbers),
            )
            for row in pool["studies"]
        }
        for state, pool in _walk(synthesis)
    }


def headline(synthesis: Mapping[str, Any]) -> tuple[Headline, ...]:
    """Give the overall pools of the outcomes."""
    return tuple(
        Headline(
            outcome=state.topic,
            label=state.label,
            measure=state.measure,
            unit=state.unit,
            k=state.k,
            estimate=state.estimate,
            ci_low=state.ci_low,
            ci_high=state.ci_high,
            reconstructed=state.reconstructed,
        )
        for state in pool_states(synthesis).values()
        if state.group == "outcome" and state.variable is None
    )


def recorded_headline(entry: Mapping[str, Any]) -> Headline:
    """Read the headline of a version.json, of this program or an older one."""
    known = {name: value for name, value in entry.items() if name not in {"kind", "measure"}}
    return Headline(measure=recorded_measure(entry), **known)


def _walk(synthesis: Mapping[str, Any]) -> Iterator[tuple[PoolState, Mapping[str, Any]]]:
    for outcome in synthesis["outcomes"]:
        common = {"label": outcome["label"], "group": "outcome", "grade": None, "pooled": True}
        for pool in (outcome["overall"], *_subgroups(outcome)):
            yield _state(outcome["id"], pool, common), pool
    for event in synthesis["adverse_events"]:
        common = {
            "label": event["term"],
            "group": "adverse event",
            "grade": event["grade"],
            "pooled": event["pooled"],
        }
        for pool in (event["pool"], *_subgroups(event)):
            yield _state(event["id"], pool, common), pool


def _subgroups(entry: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for pools in entry.get("subgroups", {}).values():
        yield from pools


def _state(topic: str, pool: Mapping[str, Any], common: dict[str, Any]) -> PoolState:
    taken = ("unit", "variable", "level", "level_label", "model", "k", "n_studies")
    numbers = ("estimate", "ci_low", "ci_high", "i2", "q_p", "tau2")
    return PoolState(
        topic=topic,
        measure=recorded_measure(pool),
        **common,
        **{name: pool[name] for name in (*taken, *numbers)},
        reconstructed=sum(bool(row["reconstructed"]) for row in pool["studies"]),
    )
