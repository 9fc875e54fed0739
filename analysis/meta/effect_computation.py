"""Computing an effect measure from its columns: checks, zero rules, studies that cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.checks import same_length, vector
from analysis.meta.effect_sizes import EffectSizes, proportion
from analysis.meta.errors import MetaInputError
from analysis.meta.medians import median_contrast, medians
from analysis.meta.naming import study_name
from analysis.meta.transforms import IDENTITY, Transform
from analysis.meta.zero_cells import amount, corrected_studies

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from analysis.meta.projection import Array

__all__ = ["UNUSABLE", "from_formula", "from_rates", "of_accuracy", "of_medians"]

#: What is done about studies without a usable effect: an error that names them, or they are left
#: out and listed.
UNUSABLE = ("refuse", "drop")


def _at_least(name: str, values: ArrayLike, least: float, why: str) -> Array:
    array = vector(name, values)
    bad = np.flatnonzero(array < least)
    if bad.size:
        msg = f"{study_name(bad[0])}: {name} is {array[bad[0]]:g}; {why}."
        raise MetaInputError(msg)
    return array


#: What a column's numbers can be, by the stem of its name: smallest value and the reason.
_LIMITS = {
    "n": (1, "a group has at least one participant"),
    "sd": (0, "a standard deviation is not negative"),
    "x": (0, "a number of events is not negative"),
    "t": (np.finfo(float).tiny, "person-time is positive"),
    "r": (-1, "a correlation lies between -1 and 1"),
}


def _checked(columns: tuple[str, ...], values: tuple[ArrayLike, ...]) -> list[Array]:
    """Return the columns as arrays of equal length within the limits of their kind."""
    found: list[Array] = []
    for name, column in zip(columns, values, strict=True):
        stem = name.rstrip("i").rstrip("12")
        least, why = _LIMITS.get(stem, (-np.inf, ""))
        found.append(_at_least(name, column, least, why))
        if stem == "r":
            _at_least(f"-{name}", -found[-1], -1, why)
    same_length(**dict(zip(columns, found, strict=True)))
    return found


def from_formula(
    *values: ArrayLike,
    measure: str,
    columns: tuple[str, ...],
    formula: Callable[..., tuple[Array, Array]],
    transform: Transform = IDENTITY,
    unusable: str = "refuse",
    **options: Any,
) -> EffectSizes:
    """Compute a measure that needs no correction of counts."""
    arrays = _checked(columns, values)
    yi, vi = formula(*arrays, **options)
    sizes = [a for name, a in zip(columns, arrays, strict=True) if name[0] == "n"]
    return _kept(yi, vi, measure, transform, unusable, n=np.sum(sizes, axis=0) if sizes else None)


def _kept(
    yi: Array,
    vi: Array,
    measure: str,
    transform: Transform,
    unusable: str,
    *,
    n: Array | None = None,
    corrected: tuple[tuple[int, str], ...] = (),
) -> EffectSizes:
    usable = np.isfinite(yi) & np.isfinite(vi) & (vi > 0)
    why = "its numbers give no finite effect with a positive variance"
    if unusable == "refuse" and not usable.all():
        i = int(np.flatnonzero(~usable)[0])
        msg = f"{study_name(i)}: {why} ({measure}); check them, or leave the study out."
        raise MetaInputError(msg)
    if not usable.any():
        msg = f"No study has a usable {measure}: check the columns and the measure."
        raise MetaInputError(msg)
    return EffectSizes(
        yi=yi[usable],
        vi=vi[usable],
        measure=measure,
        index=np.flatnonzero(usable),
        dropped=tuple((int(i), why) for i in np.flatnonzero(~usable)),
        corrected=tuple((i, what) for i, what in corrected if usable[i]),
        transform=transform,
        n=None if n is None else n[usable],
    )


def from_rates(
    *values: ArrayLike,
    measure: str,
    columns: tuple[str, ...],
    formula: Callable[..., tuple[Array, Array]],
    transform: Transform = IDENTITY,
    zero: str = "none",
    add: float = 0.5,
    corrected: str = "both",
    unusable: str = "refuse",
) -> EffectSizes:
    """Compute a measure of events and person-time, after a zero rule on the events."""
    arrays = _checked(columns, values)
    events = [a for name, a in zip(columns, arrays, strict=True) if name[0] == "x"]
    times = [a for name, a in zip(columns, arrays, strict=True) if name[0] == "t"]
    zeros = np.any([x == 0 for x in events], axis=0)
    changed = corrected_studies(zeros, zero)
    extra = amount(add) * changed
    with np.errstate(divide="ignore", invalid="ignore"):
        yi, vi = formula(*_pairs([x + extra for x in events], times))
        if corrected == "variance":
            yi = formula(*_pairs(events, times))[0]
    if transform.name == "freeman_tukey_rate":
        transform = transform.at(float(1 / np.mean(1 / times[0])))
    where = " for the variance" if corrected == "variance" else ""
    return _kept(
        yi,
        vi,
        measure,
        transform,
        "drop" if zero == "drop" else unusable,
        n=np.sum(times, axis=0),
        corrected=tuple(
            (int(i), f"{add:g} events were added{where}") for i in np.flatnonzero(changed)
        ),
    )


def _pairs(events: list[Array], times: list[Array]) -> list[Array]:
    return [array for pair in zip(events, times, strict=True) for array in pair]


def of_medians(*values: ArrayLike, contrast: str, **options: Any) -> EffectSizes:
    """Compare the medians of two independent arms, each with its interval."""
    (m1, low1, high1), (m2, low2, high2) = values[:3], values[3:]
    treated = medians(m1, low1, high1, **options)
    control = medians(m2, low2, high2, **options)
    return median_contrast(treated, control, contrast=contrast)


def of_accuracy(
    with_finding: ArrayLike, without: ArrayLike, *, scale: str = "PLO", **options: Any
) -> EffectSizes:
    """Return sensitivities or specificities.

    Parameters
    ----------
    with_finding, without : array_like, shape (k,)
        Of the diseased, those tested positive and negative; of the others, negative and positive.
    scale : str
        A measure of `analysis.meta.effect_sizes.proportion`, which takes the other options.
    """
    first, second = vector("right", with_finding), vector("wrong", without)
    same_length(right=first, wrong=second)
    return proportion(first, first + second, measure=scale, **options)
