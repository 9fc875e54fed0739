"""Cases of kind ``escalc`` (effect sizes) and ``study_ci`` (intervals of single proportions)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.back_transform import Transform
from analysis.meta.case_effects import case_effect_sizes
from analysis.meta.cases_fields import data_of, option, plain
from analysis.meta.effect_sizes import PROPORTION_MEASURES, EffectSizes
from analysis.meta.errors import MetaInputError
from analysis.meta.study_intervals import study_intervals

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["RUNNERS"]

Case = dict[str, Any]

_OPTION = re.compile(r'(add|to|drop00)\s*=\s*("[^"]*"|\'[^\']*\'|[\w./]+)')
_INVERSES = {
    "PLO": ("transf_ilogit", "expit"),
    "PAS": ("transf_iarcsin", "arcsine"),
    "PFT": ("transf_ipft", "freeman_tukey"),
}


def _options(text: str) -> dict[str, str]:
    """Return the zero-cell options written as R arguments: ``add=1/2, to="all", drop00=TRUE``."""
    found = {name: value.strip("\"'") for name, value in _OPTION.findall(text)}
    rest = _OPTION.sub("", text).replace(",", "").strip()
    if rest:
        msg = f"Unknown escalc option {rest!r}: use add, to and drop00."
        raise MetaInputError(msg)
    return found


def _amount(text: str) -> float:
    numerator, _, denominator = text.partition("/")
    try:
        return float(numerator) / float(denominator or 1)
    except (ValueError, ZeroDivisionError) as error:
        msg = f"The option add={text} is not a number such as 1/2 or 0.5."
        raise MetaInputError(msg) from error


def _escalc(case: Case) -> Case:
    options = _options(str(option(case, "options", "")))
    zero = options.get("to")
    add = _amount(options.get("add", "1/2"))
    if add == 0:
        zero, add = "none", 0.5
    sizes = case_effect_sizes(
        case,
        zero=zero,
        add=add,
        drop_double_zero=options.get("drop00") in {"TRUE", "T"},
    )
    k = len(next(iter(case["data"].values())))
    result = {
        "yi": _spread(sizes.yi, sizes, k),
        "vi": _spread(sizes.vi, sizes, k),
        "sei": _spread(sizes.se, sizes, k),
    }
    if sizes.measure in PROPORTION_MEASURES and not options:
        n = np.array(case["data"]["n"], dtype=np.float64)
        result["proportion"] = np.array(case["data"]["events"], dtype=np.float64) / n
        if sizes.measure in _INVERSES:
            name, transform = _INVERSES[sizes.measure]
            # Each study is transformed back with its own n.
            result[name] = np.array(
                [
                    Transform(transform, n=float(m)).apply(y)
                    for y, m in zip(sizes.yi, n[sizes.index], strict=True)
                ]
            )
    return result


def _spread(values: np.ndarray, sizes: EffectSizes, k: int) -> np.ndarray:
    """Return values in the rows of the case, NaN where a study was dropped."""
    full = np.full(k, np.nan)
    full[sizes.index] = values
    return full


def _study_ci(case: Case) -> Case:
    events, n = data_of(case, "events"), data_of(case, "n")
    wanted = [(name, name, True) for name in ("clopper_pearson", "wilson", "wilson_cc")]
    for name in ("agresti_coull", "wald"):
        wanted += [(name, name, False), (f"{name}_clipped", name, True)]
    found = {
        label: study_intervals(events, n, method=method, clip=clip)
        for label, method, clip in wanted
    }
    return {label: {"lb": ci.low, "ub": ci.high} for label, ci in found.items()}


RUNNERS: dict[str, Callable[[Case], Case]] = {
    "escalc": lambda case: plain(_escalc(case)),
    "study_ci": lambda case: plain(_study_ci(case)),
}
