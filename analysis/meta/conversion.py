"""What a conversion returns: the numbers, the method by its name, and what it assumed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.meta.errors import MetaInputError

__all__ = ["Converted", "number", "positive", "size"]


@dataclass(frozen=True, slots=True)
class Converted:
    """Numbers of one group or one comparison, derived from what a report gives.

    Attributes
    ----------
    values : dict of str to float
        Such as ``mean`` and ``sd``, or ``log_hr`` and ``se``.
    method : str
        Name and source of the method.
    assumptions : tuple of str
        What has to hold; a derived row of evidence quotes it in its note.
    """

    values: dict[str, float]
    method: str
    assumptions: tuple[str, ...]

    def __getitem__(self, name: str) -> float:
        """Return one of the numbers."""
        return self.values[name]


def number(name: str, value: float) -> float:
    """Return a finite number.

    Raises
    ------
    MetaInputError
        If it is none.
    """
    try:
        found = float(value)
    except (TypeError, ValueError) as error:
        msg = f"{name} must be a number; it is {value!r}."
        raise MetaInputError(msg) from error
    if not np.isfinite(found):
        msg = f"{name} must be finite; it is {value!r}."
        raise MetaInputError(msg)
    return found


def positive(name: str, value: float) -> float:
    """Return a positive number.

    Raises
    ------
    MetaInputError
        If it is not.
    """
    found = number(name, value)
    if found <= 0:
        msg = f"{name} must be positive; it is {found:g}."
        raise MetaInputError(msg)
    return found


def size(name: str, value: float, least: int = 2) -> float:
    """Return a group size of at least `least`.

    Raises
    ------
    MetaInputError
        If it is smaller.
    """
    found = number(name, value)
    if found < least:
        msg = f"{name} must be at least {least}; it is {found:g}."
        raise MetaInputError(msg)
    return found
