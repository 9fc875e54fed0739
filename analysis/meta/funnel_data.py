"""What the studies of one pool offer to the tests of small-study effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta import checks
from analysis.meta.errors import MetaInputError
from analysis.meta.naming import study_name

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.float64]

__all__ = ["FunnelData", "funnel_data"]


@dataclass(frozen=True, slots=True)
class FunnelData:
    """Effects of one pool with the counts and sizes behind them, every array of shape (k,).

    Attributes
    ----------
    measure : str or None
        Effect measure, as in metafor or in R's meta.
    yi, vi : ndarray
        Effects on the scale of the model, and their sampling variances.
    events1, events2 : ndarray or None
        Events of the two arms.
    n1, n2 : ndarray or None
        Participants of the two arms.
    events, n : ndarray or None
        Events and participants in all, of one arm or of both together.
    """

    measure: str | None
    yi: FloatArray
    vi: FloatArray
    events1: FloatArray | None
    events2: FloatArray | None
    n1: FloatArray | None
    n2: FloatArray | None
    events: FloatArray | None
    n: FloatArray | None

    @property
    def k(self) -> int:
        """Studies."""
        return self.yi.size

    def has(self, *names: str) -> bool:
        """Return whether all columns of these names are there."""
        return all(getattr(self, name) is not None for name in names)


def funnel_data(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    measure: str | None = None,
    events1: ArrayLike | None = None,
    n1: ArrayLike | None = None,
    events2: ArrayLike | None = None,
    n2: ArrayLike | None = None,
    events: ArrayLike | None = None,
    n: ArrayLike | None = None,
) -> FunnelData:
    """Return checked copies of a pool's effects and of whatever counts there are.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effects and sampling variances of the pooled studies.
    measure : str, optional
    events1, n1, events2, n2 : array_like, shape (k,), optional
        Events and participants of the two arms; sizes may come without events.
    events, n : array_like, shape (k,), optional
        The same for single groups; taken from the arms where those are given.

    Raises
    ------
    MetaInputError
        If arrays differ in length, effects are unusable, counts are impossible, or events come
        without the size of their group.
    """
    y, v = checks.effects(yi, vi)
    first = _group(events1, n1, ("events1", "n1"))
    second = _group(events2, n2, ("events2", "n2"))
    whole = _group(events, n, ("events", "n"))
    if first[1] is not None and second[1] is not None:
        both = first[0] is not None and second[0] is not None
        whole = (first[0] + second[0] if both else None, first[1] + second[1])  # type: ignore[operator]
    columns = dict(
        zip(
            ("events1", "n1", "events2", "n2", "events", "n"),
            (*first, *second, *whole),
            strict=True,
        )
    )
    given = {name: array for name, array in columns.items() if array is not None}
    checks.same_length(yi=y, **given)
    return FunnelData(measure=measure, yi=y, vi=v, **columns)


def _group(
    events: ArrayLike | None, n: ArrayLike | None, names: tuple[str, str]
) -> tuple[FloatArray | None, FloatArray | None]:
    """Return events and size of a group; sizes may be fractions where an arm was split."""
    if n is None:
        if events is not None:
            msg = f"{names[0]} without {names[1]}: hand in the size of the group as well."
            raise MetaInputError(msg)
        return None, None
    if events is not None:
        return checks.counts(events, n, names=names)
    size = checks.vector(names[1], n)
    if (size <= 0).any():
        msg = f"{study_name(int(np.argmax(size <= 0)))}: {names[1]} must be positive."
        raise MetaInputError(msg)
    return None, size
