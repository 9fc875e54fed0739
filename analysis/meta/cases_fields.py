"""Reading fields of a case handed in from outside, and writing its result as plain JSON values."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.meta import checks
from analysis.meta.errors import MetaInputError

__all__ = ["counts_of", "data_of", "effects_of", "method_of", "option", "plain"]

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
