"""What a display item asks a figure to show."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.synthesis.results import Outcome, Synthesis
    from schemas.protocol import DisplayItem

__all__ = ["lettered", "outcomes_of", "variables_of"]


def outcomes_of(synthesis: Synthesis, item: DisplayItem) -> tuple[Outcome, ...]:
    """Return the outcomes that the item names, all of them where it names none."""
    if not item.outcomes:
        return synthesis.outcomes
    return tuple(synthesis.outcome(name) for name in item.outcomes)


def variables_of(synthesis: Synthesis, item: DisplayItem) -> tuple[str, ...]:
    """Return the subgroup variables that the item names, all of them where it names none."""
    return item.by or tuple(synthesis.subgroup_labels)


def lettered(parts: Sequence[str]) -> str:
    """Join descriptions of panels, each after the letter that stands over it if there are several.

    The letters of the alphabet are used up after 26 panels, in a figure as in its description.
    """
    if len(parts) < 2:
        return " ".join(parts)
    letters = [*string.ascii_uppercase, *[""] * len(parts)]
    return " ".join(
        f"Panel {letter}, {part}" if letter else part
        for letter, part in zip(letters, parts, strict=False)
    )
