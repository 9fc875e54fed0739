"""Cases of kind ``escalc`` (effect sizes) and ``study_ci`` (intervals of single proportions)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.case_effects import case_effect_sizes, complete_rows, take_rows
from analysis.meta.cases_fields import data_of, option, plain
from analysis.meta.effect_measures import definition
from analysis.meta.errors import MetaInputError
from analysis.meta.study_intervals import study_intervals
from analysis.meta.transforms import Transform

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["RUNNERS"]

Case = dict[str, Any]

_OPTION = re.compile(r'(add|to|drop00)\s*=\s*("[^"]*"|\'[^\']*\'|[\w./]+)')
_WITH_PROPORTION = frozenset({"PR", "PLO", "PAS", "PFT"})
#: Measures whose impossible rows metafor refuses instead: a log of a negative mean.
_REFUSED = frozenset({"MNLN"})
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
    chosen: Case = {}
    if "to" in options:
        chosen["zero"] = options["to"]
    if "add" in options:
        chosen["add"] = _amount(options["add"])
    if chosen.get("add") == 0:
        chosen = {"zero": "none"}
    if options.get("drop00") in {"TRUE", "T"}:
        chosen["drop_double_zero"] = True
    if "vtype" in case.get("args", {}):
        chosen["variance"] = option(case, "vtype", "LS")
    columns = case["data"]
    k = len(next(iter(columns.values())))
    rows = complete_rows(columns)
    used = take_rows(columns, rows)
    entry = definition(str(case.get("measure")))
    if "unusable" in entry.options and entry.name not in _REFUSED:
        # metafor answers a missing value where a row has no effect.
        chosen["unusable"] = "drop"
    sizes = case_effect_sizes({**case, "data": used}, **chosen)
    place = np.array(rows)[sizes.index]
    result = {
        "yi": _spread(sizes.yi, place, k),
        "vi": _spread(sizes.vi, place, k),
        "sei": _spread(sizes.se, place, k),
    }
    if sizes.measure in _WITH_PROPORTION and not options:
        n = np.array(used["n"], dtype=np.float64)
        share = np.array(used["events"], dtype=np.float64) / n
        result["proportion"] = _spread(share, np.array(rows), k)
        if sizes.measure in _INVERSES:
            name, transform = _INVERSES[sizes.measure]
            # Each study is transformed back with its own n.
            back = [
                Transform(transform, n=float(m)).apply(y)
                for y, m in zip(sizes.yi, n[sizes.index], strict=True)
            ]
            result[name] = _spread(np.array(back), place, k)
    return result


def _spread(values: np.ndarray, place: np.ndarray, k: int) -> np.ndarray:
    """Return values in their rows of the case, NaN where there is none."""
    full = np.full(k, np.nan)
    full[place] = values
    return full


def _study_ci(case: Case) -> Case:
    columns = case["data"]
    k = len(next(iter(columns.values())))
    rows = complete_rows(columns)
    used = {**case, "data": take_rows(columns, rows)}
    events, n = data_of(used, "events"), data_of(used, "n")
    wanted = [(name, name, True) for name in ("clopper_pearson", "wilson", "wilson_cc")]
    for name in ("agresti_coull", "wald"):
        wanted += [(name, name, False), (f"{name}_clipped", name, True)]
    result: Case = {}
    for label, method, clip in wanted:
        found = study_intervals(events, n, method=method, clip=clip)
        result[label] = {
            "lb": _spread(found.low, np.array(rows), k),
            "ub": _spread(found.high, np.array(rows), k),
        }
    return result


RUNNERS: dict[str, Callable[[Case], Case]] = {
    "escalc": lambda case: plain(_escalc(case)),
    "study_ci": lambda case: plain(_study_ci(case)),
}
