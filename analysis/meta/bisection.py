"""The root of a function that changes sign once, to the last digit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["bisect"]


def bisect(function: Callable[[float], float], below: float, above: float) -> float:
    """Return where `function` turns from negative (at `below`) to positive or 0 (at `above`).

    Halves the bracket until it holds no further number: about 60 evaluations. `below` may be the
    larger of the two.
    """
    while True:
        middle = below + (above - below) / 2.0
        if middle in (below, above):
            return middle
        if function(middle) < 0:
            below = middle
        else:
            above = middle
