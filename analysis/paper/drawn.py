"""Which part of the results an item shows: it is drawn again only when that part has changed.

An item is drawn from its part alone, so that nothing outside it can come into the picture: a field
that is missing here cannot make an old drawing pass for a new one.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Final

from analysis.storage.cache import hash_of

if TYPE_CHECKING:
    from analysis.synthesis.results import Synthesis
    from schemas.protocol import DisplayItem

# Fields that only these kinds of figures show; every kind shows the others. Figures without
# outcomes of their own show all of them, except these kinds.
_ONLY: Final[dict[str, frozenset[str]]] = {
    "history": frozenset({"changes"}),
    "published": frozenset({"published"}),
    "adverse_events": frozenset({"adverse_event_forest", "changes", "leave_one_out"}),
    "flow": frozenset({"flow"}),
    "excluded": frozenset({"flow"}),
    "searches": frozenset({"flow"}),
    "evidence": frozenset({"flow"}),
    "flow_since": frozenset({"flow"}),
    "ongoing": frozenset(),
    "comparators": frozenset(),
    "awaiting": frozenset(),
    "terms": frozenset(),
    "notes": frozenset(),
}
_EMPTY: Final[dict[str, Any]] = {"history": None, "flow_since": None}
_WITHOUT_OUTCOMES: Final = frozenset({"flow", "published", "adverse_event_forest"})


def shown(synthesis: Synthesis, item: DisplayItem) -> Synthesis:
    """Give the results with nothing in them that a figure of the protocol does not show.

    Parameters
    ----------
    synthesis
        All results.
    item
        The entry of the protocol.
    """
    outcomes = synthesis.outcomes
    if item.outcomes:
        outcomes = tuple(outcome for outcome in outcomes if outcome.id in item.outcomes)
    elif item.kind in _WITHOUT_OUTCOMES:
        outcomes = ()
    absent = {name: _EMPTY.get(name, ()) for name, kinds in _ONLY.items() if item.kind not in kinds}
    return replace(synthesis, outcomes=outcomes, **absent)


@dataclass(frozen=True, slots=True)
class Hashes:
    """Hashes of parts of the results, each computed once: many items show the same part."""

    _known: dict[int, tuple[object, str]] = field(default_factory=dict)

    def of(self, part: Synthesis) -> str:
        """Hash what `shown` gave."""
        found = []
        for each in fields(part):
            value = getattr(part, each.name)
            several = each.name == "outcomes"
            found += [self._one(each.name, entry) for entry in (value if several else [value])]
        return hash_of(*found)

    def _one(self, name: str, value: Any) -> str:
        known = self._known.get(id(value))
        if known is None:
            # The value is kept with its hash: no other object can get its number meanwhile.
            known = value, hash_of(name, json.dumps(_plain(value), sort_keys=True, default=str))
            self._known[id(value)] = known
        return known[1]


def _plain(value: Any) -> Any:
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if hasattr(value, "__dataclass_fields__"):
        return asdict(value)
    if isinstance(value, dict):
        return {str(name): _plain(entry) for name, entry in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(entry) for entry in value]
    return value
