"""Reading fields of a case handed in from outside, and writing its result as plain JSON values.

The shapes are those of ``tests/reference/SCHEMA.md``: I² in percent, null for what does not exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta import checks
from analysis.meta.effect_measures import definition
from analysis.meta.errors import MetaInputError
from analysis.meta.transforms import Transform

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from analysis.meta.pooled_effect import PooledEffect

__all__ = [
    "back_block",
    "counts_of",
    "data_of",
    "effects_of",
    "fit_block",
    "method_of",
    "option",
    "plain",
]

#: What R calls the inverse of a measure that is pooled on another scale than its own.
_LABELS = {
    "expit": "transf.ilogit",
    "arcsine": "transf.iarcsin",
    "freeman_tukey": "transf.ipft.hm",
    "exp": "exp",
    "tanh": "transf.ztor",
    "square": "transf.isqrt",
}

Case = dict[str, Any]


def data_of(case: Case, name: str) -> Any:
    """Return an array of the case's data.

    Raises
    ------
    MetaInputError
        If the case has no such array.
    """
    data = case.get("data")
    if not isinstance(data, dict) or name not in data:
        kind = case.get("kind")
        msg = f"A case of kind {kind!r} needs an array data.{name}; add it to the case."
        raise MetaInputError(msg)
    return data[name]


def effects_of(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Return the effects and sampling variances of a case.

    Raises
    ------
    MetaInputError
        If they are missing or unusable.
    """
    return checks.effects(data_of(case, "yi"), data_of(case, "vi"))


def counts_of(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Return events and sample sizes, of both arms together for two-arm studies.

    Raises
    ------
    MetaInputError
        If they are missing or unusable.
    """
    data = case.get("data")
    if isinstance(data, dict) and "ai" in data:
        a, n1 = checks.counts(data_of(case, "ai"), data_of(case, "n1i"), names=("ai", "n1i"))
        c, n2 = checks.counts(data_of(case, "ci"), data_of(case, "n2i"), names=("ci", "n2i"))
        checks.same_length(ai=a, ci=c)
        return a + c, n1 + n2
    return checks.counts(data_of(case, "events"), data_of(case, "n"))


def option(case: Case, name: str, default: Any) -> Any:
    """Return an argument of the case, or what metafor takes without it."""
    args = case.get("args")
    value = args.get(name) if isinstance(args, dict) else None
    return default if value is None else value


def method_of(case: Case, name: str = "method", default: str = "REML") -> str:
    """Return the name of the model's method as text.

    Raises
    ------
    MetaInputError
        If it is not text.
    """
    value = option(case, name, default)
    if not isinstance(value, str):
        msg = f"args.{name} must be the name of a method, such as 'REML'; it is {value!r}."
        raise MetaInputError(msg)
    return value


def fit_block(pooled: PooledEffect) -> Case:
    """Return the fields every pooled effect of the schema has."""
    return {
        "k": pooled.k,
        "estimate": pooled.estimate,
        "se": pooled.se,
        "stat": pooled.stat,
        "df": pooled.df,
        "pval": pooled.p,
        "ci_lb": pooled.ci_low,
        "ci_ub": pooled.ci_high,
        "tau2": pooled.tau2,
        "tau": pooled.tau,
        "se_tau2": pooled.se_tau2,
        "I2": 100.0 * pooled.i2,
        "H2": pooled.h2,
        "typical_v": pooled.typical_v,
        "QE": pooled.q,
        "QE_df": pooled.q_df,
        "QEp": pooled.q_p,
    }


def back_block(
    measure: str | None, limits: dict[str, float | None], n: ArrayLike | None = None
) -> Case | None:
    """Return the limits on the scale of the data, or None for a measure pooled on its own scale.

    Parameters
    ----------
    measure : str or None
        Effect measure in metafor's notation.
    limits : dict
        ``pred``, ``ci_lb``, ``ci_ub``, ``pi_lb`` and ``pi_ub`` on the scale of the model.
    n : array_like, optional
        Sample sizes, whose harmonic mean inverts the Freeman–Tukey transformation.

    Raises
    ------
    MetaInputError
        If `measure` is PFT and there are no sample sizes.
    """
    transform = definition(str(measure)).transform.unbounded()
    label = _LABELS.get(transform.name)
    if label is None:
        return None
    if transform.name == "freeman_tukey":
        if n is None:
            msg = "Back-transforming PFT needs the sample sizes: add data.n to the case."
            raise MetaInputError(msg)
        transform = Transform.freeman_tukey(n)
    block: Case = {"transf": label}
    for key, value in limits.items():
        block[key] = None if value is None else transform.apply(value)
    if transform.n is not None:
        block["n_harmonic"] = transform.n
    return block


def plain(value: Any) -> Any:
    """Return `value` as lists, numbers and None, the way R writes JSON: no NaN, no infinity."""
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(entry) for entry in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value
