"""The design matrix of a meta-regression: numeric and categorical moderators, dummy coded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.errors import MetaInputError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from analysis.meta.projection import Array

__all__ = [
    "INTERCEPT",
    "ModeratorMatrix",
    "Term",
    "is_missing",
    "moderator_matrix",
    "sorted_levels",
]

INTERCEPT = "intercept"
# Share of a column that earlier columns may leave unexplained before it counts as redundant; the
# tolerance of R's lm.
_REDUNDANT = 1e-7


@dataclass(frozen=True, slots=True)
class Term:
    """One column of the design matrix.

    Attributes
    ----------
    name : str
        ``"intercept"``, the moderator's name, or ``"moderator[level]"``.
    moderator : str or None
        None for the intercept.
    level : str or None
        The level a dummy stands for; None for numeric moderators.
    """

    name: str
    moderator: str | None
    level: str | None


@dataclass(frozen=True, slots=True)
class ModeratorMatrix:
    """Columns for the studies without missing moderators.

    Attributes
    ----------
    x : ndarray, shape (k, p)
        Intercept first, full column rank.
    terms : tuple of Term, length p
    levels : dict of str to tuple of str
        Levels of every categorical moderator, the reference first.
    index : ndarray of int, shape (k,)
        Positions of the studies kept.
    dropped : tuple of (int, str)
        Position and reason of every study left out.
    redundant : tuple of str
        Columns left out because earlier ones determine them.
    """

    x: Array
    terms: tuple[Term, ...]
    levels: dict[str, tuple[str, ...]]
    index: NDArray[np.int_]
    dropped: tuple[tuple[int, str], ...]
    redundant: tuple[str, ...]


def is_missing(value: Any) -> bool:
    """Tell whether a moderator value is None, NaN or an empty text."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, float | np.floating) and bool(np.isnan(value))


def sorted_levels(values: Sequence[Any]) -> tuple[list[str], list[str]]:
    """Return the sorted distinct levels and every value as text.

    Numbers sort as numbers; texts by code point, which does not depend on a locale.
    """
    numeric = all(
        isinstance(v, int | float | np.number) and not isinstance(v, bool) for v in values
    )
    if numeric:
        return [f"{v:.15g}" for v in sorted({float(v) for v in values})], [
            f"{float(v):.15g}" for v in values
        ]
    texts = [str(v) for v in values]
    return sorted(set(texts)), texts


def moderator_matrix(
    moderators: Mapping[str, Iterable[Any]],
    k: int,
    *,
    categorical: Collection[str] = (),
    references: Mapping[str, str] | None = None,
) -> ModeratorMatrix:
    """Build the design matrix of moderators, with an intercept.

    Parameters
    ----------
    moderators : mapping of str to iterable, each of length k
        Numbers make a numeric moderator, anything else a categorical one; None or NaN is missing.
    k : int
        Number of studies.
    categorical : collection of str
        Moderators to treat as categorical although they hold numbers.
    references : mapping of str to str, optional
        Reference level of categorical moderators; else the first level in sorted order.

    Raises
    ------
    MetaInputError
        If there are no moderators, a length differs, every study misses a value, a numeric value is
        infinite, a categorical moderator has one level, or a reference level does not occur.
    """
    if not moderators:
        msg = "A meta-regression needs at least one moderator; use pool() without any."
        raise MetaInputError(msg)
    columns = {name: list(values) for name, values in moderators.items()}
    for name, values in columns.items():
        if len(values) != k:
            msg = f"Moderator {name!r} has {len(values)} values for {k} studies."
            raise MetaInputError(msg)
    missing = {i: n for n, vs in columns.items() for i, v in enumerate(vs) if is_missing(v)}
    kept = [i for i in range(k) if i not in missing]
    if not kept:
        msg = "Every study misses a moderator: there is nothing to analyse."
        raise MetaInputError(msg)
    unknown = (set(categorical) | set(references or {})) - set(columns)
    if unknown:
        msg = f"No moderator is called {sorted(unknown)[0]!r}: use one of {', '.join(columns)}."
        raise MetaInputError(msg)
    parts: list[Array] = [np.ones(len(kept))]
    terms = [Term(INTERCEPT, None, None)]
    levels: dict[str, tuple[str, ...]] = {}
    for name, values in columns.items():
        used = [values[i] for i in kept]
        if name in categorical or not _is_numeric(used):
            levels[name], dummies = _dummies(name, used, (references or {}).get(name))
            parts += dummies
            terms += [Term(f"{name}[{level}]", name, level) for level in levels[name][1:]]
        else:
            parts.append(_numeric(name, used))
            terms.append(Term(name, name, None))
    x, keep = _independent(np.column_stack(parts))
    return ModeratorMatrix(
        x=x,
        terms=tuple(t for t, ok in zip(terms, keep, strict=True) if ok),
        levels=levels,
        index=np.array(kept),
        dropped=tuple((i, f"moderator {n!r} is missing") for i, n in sorted(missing.items())),
        redundant=tuple(t.name for t, ok in zip(terms, keep, strict=True) if not ok),
    )


def _is_numeric(values: Sequence[Any]) -> bool:
    return all(
        isinstance(v, int | float | np.number) and not isinstance(v, bool | np.bool_)
        for v in values
    )


def _numeric(name: str, values: Sequence[Any]) -> Array:
    column = np.array(values, dtype=np.float64)
    if not np.isfinite(column).all():
        msg = f"Moderator {name!r} holds an infinity."
        raise MetaInputError(msg)
    return column


def _dummies(
    name: str, values: Sequence[Any], reference: str | None
) -> tuple[tuple[str, ...], list[Array]]:
    found, texts = sorted_levels(values)
    if len(found) == 1:
        msg = f"Moderator {name!r} has the one level {found[0]!r}: there is nothing to compare."
        raise MetaInputError(msg)
    if reference is not None:
        if reference not in found:
            msg = f"Moderator {name!r} has no level {reference!r}: use one of {', '.join(found)}."
            raise MetaInputError(msg)
        found = [reference, *(level for level in found if level != reference)]
    dummies = [np.array([t == level for t in texts], dtype=np.float64) for level in found[1:]]
    return tuple(found), dummies


def _independent(x: Array) -> tuple[Array, list[bool]]:
    """Return the columns of `x` that earlier ones do not determine, and which those are."""
    basis: list[Array] = []
    keep: list[bool] = []
    for column in x.T:
        left = column.copy()
        for _ in range(2):  # twice is enough for full orthogonality (Kahan, Parlett)
            for direction in basis:
                left -= direction * (direction @ left)
        norm = np.linalg.norm(left)
        independent = bool(norm > _REDUNDANT * np.linalg.norm(column))
        keep.append(independent)
        if independent:
            basis.append(left / norm)
    return x[:, keep], keep
