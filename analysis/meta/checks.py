"""Validation of what callers hand in: arrays, counts, levels and names of methods.

Every function returns new arrays, so nothing the caller holds is ever written to.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.errors import MetaInputError
from analysis.meta.naming import study_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "choice",
    "counts",
    "design_effects",
    "effective",
    "effects",
    "level_fraction",
    "mask",
    "same_length",
    "vector",
]


# Third powers of weights must stay within the range of a float.
_LARGEST = 1e75
_SMALLEST = 1e-75
_SHORT = 3  # letters of an abbreviation


def choice(name: str, value: str, options: Iterable[str]) -> str:
    """Return `value` if it is one of `options`, else refuse and name the nearest.

    Parameters
    ----------
    name : str
        What is being chosen, for the message (``"method"``, ``"test"``).
    value : str
        What the caller asked for.
    options : iterable of str
        The names that exist.

    Raises
    ------
    MetaInputError
        If `value` is not among `options`.
    """
    known = list(options)
    if isinstance(value, str) and value in known:
        return value
    folded = {option.lower(): option for option in known}
    # MD is not a slip of RD: of few letters, one that differs says nothing.
    cutoff = 0.6 if len(str(value)) > _SHORT else 0.75
    near = get_close_matches(str(value).lower(), list(folded), n=1, cutoff=cutoff)
    hint = f" Did you mean {folded[near[0]]!r}?" if near else ""
    msg = f"Unknown {name} {value!r}: use one of {', '.join(map(repr, known))}.{hint}"
    raise MetaInputError(msg)


def vector(name: str, values: ArrayLike) -> NDArray[np.float64]:
    """Return a finite, non-empty 1-D float copy of `values`.

    Raises
    ------
    MetaInputError
        If `values` is not numeric, not one-dimensional, empty, or holds NaN or an infinity.
    """
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        msg = f"{name} must hold numbers only: {error}. Remove or correct the entries."
        raise MetaInputError(msg) from error
    if array.ndim != 1:
        msg = f"{name} must be one-dimensional, one entry per study; its shape is {array.shape}."
        raise MetaInputError(msg)
    if array.size == 0:
        msg = f"{name} holds no studies (k = 0): there is nothing to analyse."
        raise MetaInputError(msg)
    finite = np.isfinite(array)
    if not finite.all():
        bad = np.flatnonzero(~finite)
        msg = (
            f"{study_name(bad[0])}: {name} is NaN or an infinity"
            f"{f' and {bad.size - 1} more' if bad.size > 1 else ''}: "
            "leave studies without a value out before calling."
        )
        raise MetaInputError(msg)
    return array


def same_length(**arrays: NDArray[Any]) -> None:
    """Refuse arrays of unequal length.

    Raises
    ------
    MetaInputError
        If the lengths differ.
    """
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        msg = f"All inputs need one entry per study, but {shown}."
        raise MetaInputError(msg)


def effects(yi: ArrayLike, vi: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return validated copies of effect sizes and their sampling variances.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effect sizes and sampling variances (squared standard errors), same unit squared.

    Raises
    ------
    MetaInputError
        If either is empty, not finite, of another length or beyond 1e75, or a variance is not
        positive.
    """
    y = vector("yi", yi)
    v = vector("vi", vi)
    same_length(yi=y, vi=v)
    if v.min() >= _SMALLEST and max(v.max(), y.max(), -y.min()) <= _LARGEST:
        return y, v
    extreme = np.flatnonzero((np.abs(y) > _LARGEST) | (v > _LARGEST) | ((v > 0) & (v < _SMALLEST)))
    if extreme.size:
        i = extreme[0]
        msg = (
            f"{study_name(i)}: effect {y[i]:g} with variance {v[i]:g} is beyond what can be "
            "computed; express the effects in another unit."
        )
        raise MetaInputError(msg)
    bad = np.flatnonzero(v <= 0)
    if bad.size:
        value = v[bad[0]]
        why = (
            "a variance of zero would give the study all the weight: drop it or choose a zero rule"
            if value == 0
            else "a variance cannot be negative: check the standard error"
        )
        msg = f"{study_name(bad[0])}: vi is {value:g}; {why}."
        raise MetaInputError(msg)
    return y, v


def counts(
    events: ArrayLike, n: ArrayLike, *, names: tuple[str, str] = ("events", "n")
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return validated copies of event counts and sample sizes.

    Parameters
    ----------
    events, n : array_like, shape (k,)
        Participants with the event and participants, whole numbers,
        ``0 <= events <= n`` and ``n > 0``.
    names : tuple of str
        The names used in messages.

    Raises
    ------
    MetaInputError
        If a count is negative or not whole, a sample size is below 1, or events exceed n.
    """
    x = vector(names[0], events)
    m = vector(names[1], n)
    same_length(**{names[0]: x, names[1]: m})
    for name, array in zip(names, (x, m), strict=True):
        bad = np.flatnonzero((array < 0) | (array != np.floor(array)))
        if bad.size:
            who = study_name(bad[0])
            msg = f"{who}: {name} is {array[bad[0]]:g}; counts are whole numbers, 0 or more."
            raise MetaInputError(msg)
    bad = np.flatnonzero(m < 1)
    if bad.size:
        who = study_name(bad[0])
        msg = f"{who}: {names[1]} is 0; a study without participants cannot be analysed."
        raise MetaInputError(msg)
    bad = np.flatnonzero(x > m)
    if bad.size:
        i = bad[0]
        msg = (
            f"{study_name(i)}: {names[0]} = {x[i]:g} exceeds {names[1]} = {m[i]:g}; "
            "check which of the two was extracted wrongly."
        )
        raise MetaInputError(msg)
    return x, m


def design_effects(values: ArrayLike | None, k: int) -> NDArray[np.float64]:
    """Return the design effects of k studies; 1 where none are given.

    Raises
    ------
    MetaInputError
        If there is not one per study, or one is not positive.
    """
    if values is None:
        return np.ones(k)
    found = vector("design_effect", values)
    same_length(events=np.ones(k), design_effect=found)
    if (found <= 0).any():
        who = study_name(np.flatnonzero(found <= 0)[0])
        msg = f"{who}: a design effect is above 0; that of independent patients is 1."
        raise MetaInputError(msg)
    return found


def effective(
    events: NDArray[np.float64], n: NDArray[np.float64], design_effect: ArrayLike | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the counts of as many independent participants as samples of clusters are worth.

    Raises
    ------
    MetaInputError
        As `design_effects`.
    """
    widths = design_effects(design_effect, n.size)
    return events / widths, n / widths


def level_fraction(level: float) -> float:
    """Return a confidence level strictly between 0 and 1.

    Raises
    ------
    MetaInputError
        If `level` is outside (0, 1); 95 is refused with the advice to write 0.95.
    """
    if isinstance(level, bool) or not isinstance(level, int | float | np.number):
        msg = f"level must be a number between 0 and 1, such as 0.95; it is {level!r}."
        raise MetaInputError(msg)
    value = float(level)
    if not 0.0 < value < 1.0:
        hint = f" Write {value / 100:g}." if 1 <= value < 100 else ""
        msg = f"level must lie strictly between 0 and 1; it is {value:g}.{hint}"
        raise MetaInputError(msg)
    return value


def mask(keep: ArrayLike, k: int) -> NDArray[np.bool_]:
    """Return a boolean (m, k) copy of `keep` in which every row keeps at least one study.

    Raises
    ------
    MetaInputError
        If `keep` is not boolean, has another shape, no rows, or a row without studies.
    """
    rows = np.array(keep)
    if rows.dtype != np.bool_ or rows.ndim != 2 or rows.shape[1] != k:
        msg = (
            f"keep must be a boolean array of shape (m, {k}), one row per refit; "
            f"it has dtype {rows.dtype} and shape {rows.shape}."
        )
        raise MetaInputError(msg)
    if rows.shape[0] == 0 or not rows.any(axis=1).all():
        msg = "keep must have at least one row, and every row must keep at least one study."
        raise MetaInputError(msg)
    return rows
