"""Effect sizes of single-arm studies, and the way back from the pooled scale.

Proportions with no events or with nothing but events have no variance (raw) or no finite effect
(logit). What is done about that is a named *zero rule*, and every study it drops or changes is
listed in the result:

========== =======================================================================================
``only0``  ½ added to events and to non-events of those studies only; changes effect and variance
           (metafor, ``to="only0"``)
``all``    ½ added in every study
``if0all`` ½ added in every study if any study needs it
``se``     the variance alone is taken from the corrected counts, the effect stays x/n
           (Stata metaprop, ``cc()``; raw proportions only)
``drop``   studies without a usable effect and variance are left out (Stata metaprop without ``cc``:
           their standard error is 0)
``none``   nothing is done; a study that cannot be used is an error
========== =======================================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.checks import choice, counts
from analysis.meta.errors import MetaInputError
from analysis.meta.naming import study_name
from analysis.meta.transforms import IDENTITY, Transform
from analysis.meta.zero_cells import DENOMINATORS, amount

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from analysis.meta.projection import Array

__all__ = ["PROPORTION_MEASURES", "ZERO_RULES", "EffectSizes", "on_scale", "proportion"]

PROPORTION_MEASURES = ("PR", "PLO", "PAS", "PFT", "PLN")
ZERO_RULES = ("only0", "all", "if0all", "se", "drop", "none")
FREEMAN_TUKEY = ("halved", "full")
# A spread of sample sizes beyond which one harmonic mean stands for none of the studies.
_FT_SIZE_RATIO = 10.0


@dataclass(frozen=True, slots=True)
class EffectSizes:
    """Effect sizes ready for pooling, with a record of what was done to get them.

    Attributes
    ----------
    yi, vi : ndarray, shape (k,)
        Effects and positive sampling variances on the scale of `measure`.
    measure : str
        A key of `analysis.meta.effect_measures.MEASURES`.
    index : ndarray of int, shape (k,)
        Positions of the studies kept in the arrays handed in.
    dropped : tuple of (int, str)
        Position and reason of every study left out.
    corrected : tuple of (int, str)
        Position and rule of every study whose numbers were changed.
    transform : Transform
        How to get back to a proportion, a ratio or months.
    n : ndarray or None, shape (k,)
        Sample sizes of the studies kept, where known.
    warnings : tuple of str
    """

    yi: Array
    vi: Array
    measure: str
    index: NDArray[np.int_]
    dropped: tuple[tuple[int, str], ...] = ()
    corrected: tuple[tuple[int, str], ...] = ()
    transform: Transform = IDENTITY
    n: Array | None = None
    warnings: tuple[str, ...] = ()

    @property
    def k(self) -> int:
        """Number of studies kept."""
        return self.yi.size

    @property
    def se(self) -> Array:
        """Standard errors, shape (k,)."""
        return np.sqrt(self.vi)


def proportion(
    events: ArrayLike,
    n: ArrayLike,
    *,
    measure: str = "PR",
    zero: str | None = None,
    add: float = 0.5,
    freeman_tukey: str = "halved",
    denominator: str = "both_cells",
) -> EffectSizes:
    """Turn events and sample sizes into effect sizes.

    Parameters
    ----------
    events, n : array_like, shape (k,)
        Whole numbers with ``0 <= events <= n`` and ``n >= 1``.
    measure : {"PR", "PLO", "PAS", "PFT", "PLN"}
        Raw proportion, variance p(1 - p)/n; logit, variance 1/x + 1/(n - x); arcsine of the square
        root, variance 1/(4n); Freeman-Tukey double arcsine (Freeman & Tukey 1950, Ann Math Stat
        21:607); log, variance 1/x - 1/n.
    zero : str, optional
        A zero rule (see the module). By default ``only0`` for PR, PLO and PLN, ``none`` for PAS and
        PFT, which need no correction: metafor's choice.
    add : float
        What the rules add to events and to non-events.
    freeman_tukey : {"halved", "full"}
        Mean of the two arcsines with variance 1/(4n + 2) (metafor, meta), or their sum with
        variance 1/(n + ½) (Freeman & Tukey, Miller 1978, Stata metaprop). Both give the same
        proportions back.
    denominator : {"both_cells", "event_cell"}
        What a correction does to the sample size of PLN (`zero_cells.DENOMINATORS`).

    Returns
    -------
    EffectSizes

    Raises
    ------
    MetaInputError
        If counts are impossible, a name is unknown, `add` is not positive, the rule ``se`` meets a
        transformed measure, a study cannot be used under ``none``, or no study is left.
    """
    x, size = counts(events, n)
    choice("measure", measure, PROPORTION_MEASURES)
    choice("Freeman-Tukey convention", freeman_tukey, FREEMAN_TUKEY)
    choice("denominator", denominator, DENOMINATORS)
    rule = choice(
        "zero rule", zero or ("none" if measure in {"PAS", "PFT"} else "only0"), ZERO_RULES
    )
    add = amount(add)
    if rule == "se" and measure != "PR":
        msg = "The zero rule 'se' is for raw proportions (PR): choose 'only0' or another rule."
        raise MetaInputError(msg)
    extreme = (x == 0) | (x == size)
    changed = {
        "only0": extreme,
        "se": extreme,
        "all": np.ones_like(extreme),
        "if0all": np.full_like(extreme, extreme.any()),
    }.get(rule, np.zeros_like(extreme))
    x_c, n_c = x + add * changed, size + 2 * add * changed
    yi, vi = _effect(x_c, n_c, measure, full=freeman_tukey == "full")
    if measure == "PLN" and denominator == "event_cell":
        yi, vi = _log_to_events(x, x_c, size)
    if rule == "se":
        yi = x / size
    usable = np.isfinite(yi) & np.isfinite(vi) & (vi > 0)
    if rule != "drop" and not usable.all():
        i = int(np.flatnonzero(~usable)[0])
        msg = (
            f"{study_name(i)}: {x[i]:g}/{size[i]:g} events give no usable {measure} under the "
            f"zero rule {rule!r}: choose 'only0' to correct it or 'drop' to leave it out."
        )
        raise MetaInputError(msg)
    if not usable.any():
        msg = (
            "Every study has no events or only events, so the zero rule 'drop' leaves none: "
            "choose 'only0' or a binomial model."
        )
        raise MetaInputError(msg)
    where = " for the variance" if rule == "se" else ""
    change = f"{add:g} events and {add:g} non-events were added{where}"
    return EffectSizes(
        yi=yi[usable],
        vi=vi[usable],
        measure=measure,
        index=np.flatnonzero(usable),
        dropped=tuple(
            (int(i), f"{x[i]:g}/{size[i]:g}: standard error is 0 or the effect is infinite")
            for i in np.flatnonzero(~usable)
        ),
        corrected=tuple((int(i), change) for i in np.flatnonzero(changed)),
        transform=_transform(measure, size[usable], freeman_tukey),
        n=size[usable],
        warnings=_notes(measure, size[usable]),
    )


def _effect(x: Array, n: Array, measure: str, *, full: bool) -> tuple[Array, Array]:
    with np.errstate(divide="ignore", invalid="ignore"):
        if measure == "PR":
            p = x / n
            return p, p * (1 - p) / n
        if measure == "PLO":
            return np.log(x / (n - x)), 1 / x + 1 / (n - x)
        if measure == "PLN":
            return np.log(x / n), 1 / x - 1 / n
        if measure == "PAS":
            return np.arcsin(np.sqrt(x / n)), 1 / (4 * n)
        double = np.arcsin(np.sqrt(x / (n + 1))) + np.arcsin(np.sqrt((x + 1) / (n + 1)))
        return (double, 1 / (n + 0.5)) if full else (double / 2, 1 / (4 * n + 2))


def on_scale(p: Array, n: Array, measure: str) -> Array:
    """Return proportions on the scale of a measure; infinite where 0 or 1 has no value there.

    Parameters
    ----------
    p, n : ndarray, shape (k,)
        Proportions, such as the limits of an interval, and the sample sizes they belong to.
    measure : str
    """
    return _effect(p * n, n, measure, full=False)[0]


def _log_to_events(x: Array, x_c: Array, n: Array) -> tuple[Array, Array]:
    """Return PLN where a correction enlarges the sample by what the events get, not by twice it."""
    size = n + (x_c - x)
    # With only events the uncorrected count keeps the variance positive.
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(x_c / size), 1 / np.where(x == n, x, x_c) - 1 / size


def _transform(measure: str, n: Array, freeman_tukey: str) -> Transform:
    if measure == "PFT":
        return Transform.freeman_tukey(n, convention=freeman_tukey)
    return {
        "PR": Transform("identity", low=0.0, high=1.0),
        "PLO": Transform("expit"),
        "PAS": Transform("arcsine"),
        "PLN": Transform("exp", high=1.0),
    }[measure]


def _notes(measure: str, n: Array) -> tuple[str, ...]:
    if measure == "PFT" and n.max() / n.min() >= _FT_SIZE_RATIO:
        note = (
            f"sample sizes range from {n.min():g} to {n.max():g}, and then the Freeman–Tukey "
            "back-transformation at their harmonic mean can mislead; compare with the logit or a "
            "binomial model"
        )
        return (note,)
    return ()
