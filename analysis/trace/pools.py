"""The pools of the results by the beginning of their values' names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.manuscript.value import slug
from analysis.paper.values.pools import grade_slug

if TYPE_CHECKING:
    from collections.abc import Iterator


def pools_by_name(synthesis: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Give every pool by the name its values begin with: ``orr``, ``orr.therapy.ici``, ``ae.…``."""
    return dict(_pools(synthesis))


def pool_of(name: str, pools: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    """Give the pool a value belongs to, None if it belongs to none."""
    parts = name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        found = pools.get(".".join(parts[:length]))
        if found:
            return found
    return None


def _pools(synthesis: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for outcome in synthesis["outcomes"]:
        yield outcome["id"], outcome["overall"]
        yield from _subgroups(outcome["id"], outcome["subgroups"])
    for event in synthesis["adverse_events"]:
        name = f"ae.{slug(event['term'])}.{grade_slug(event['grade'])}"
        yield name, event["pool"]


def _subgroups(name: str, subgroups: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for variable, pools in subgroups.items():
        for pool in pools:
            yield f"{name}.{slug(variable)}.{slug(pool['level'] or '')}", pool
