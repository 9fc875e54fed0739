"""Who a message is about: studies by their own names where the caller has handed them in.

Functions of this package work on arrays and know a study only by its place. A caller that knows
names (and the lines of the file they stand in) wraps its calls, and every refusal and note then
says the name:

    with studies_named([f"{study} (line {line})" for study, line in rows]):
        two_arm(ai, n1i, ci, n2i)
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np

__all__ = ["studies_named", "study_name"]

_NAMES: ContextVar[tuple[str, ...]] = ContextVar("names of the studies", default=())


@contextmanager
def studies_named(names: Sequence[str]) -> Iterator[None]:
    """Give the studies of the arrays handed in within this block their names.

    Parameters
    ----------
    names : sequence of str, length k
        In the order of the arrays, such as ``"Abou-Alfa 2018 (line 4)"``.
    """
    token = _NAMES.set(tuple(str(name) for name in names))
    try:
        yield
    finally:
        _NAMES.reset(token)


def study_name(position: int | np.integer) -> str:
    """Return what a message calls the study at `position`: its name, or its number from 1."""
    names = _NAMES.get()
    return names[position] if position < len(names) else f"Study {int(position) + 1}"
