"""What the arguments of R's meta mean: which named conventions of the profile they change.

A case of a kind ``meta.*`` is analysed under the profile ``meta``; each of its ``args`` overrides
one or more fields, or options of the effect measure. See ``tests/reference/SCHEMA-meta.md``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.meta.case_effects import columns_of
from analysis.meta.checks import choice
from analysis.meta.effect_measures import definition
from analysis.meta.errors import MetaInputError
from analysis.meta.profile_options import conventional_effects
from analysis.meta.profiles import profile

if TYPE_CHECKING:
    from analysis.meta.effect_sizes import EffectSizes
    from analysis.meta.profiles import Profile

__all__ = ["TABLE_METHODS", "MetaCase", "meta_case"]

Case = dict[str, Any]

#: What meta calls a method, and the profile's ``table_method``.
TABLE_METHODS = {
    "Inverse": "inverse_variance",
    "MH": "mantel_haenszel",
    "Peto": "inverse_variance",
    "GLMM": "inverse_variance",
    "SSW": "sample_size",
}
_RANDOM_CI = {"classic": "z", "HK": "knha", "KR": "KR", "classic-KR": "KR"}
_ADHOC = {"se": "adhoc", "ci": "hybrid", "IQWiG6": "iqwig"}
_SMD = {
    # Hedges' g and Cohen's d with the exact factor in the variance, or as RevMan has them.
    ("Hedges", True): {"correction": "exact", "variance": "UB"},
    ("Hedges", False): {"correction": "approximate", "variance": "RevMan"},
    ("Cohen", True): {"correction": "none", "variance": "UB"},
    ("Cohen", False): {"correction": "none", "variance": "d"},
}
_ARGUMENT = re.compile(r'\b([A-Za-z][\w.]*)\s*=\s*("[^"]*"|TRUE|FALSE)')
#: Arguments that are no convention: what is analysed, and which of its results are wanted.
_NOT_CONVENTIONS = frozenset({"pooled", "mods", "model_glmm", "method", "tau_common"})


class MetaCase:
    """A case of meta with its conventions and effect sizes.

    Attributes
    ----------
    conventions : Profile
    method : str
        meta's name of the common-effect method.
    sizes : EffectSizes
    columns : dict
        Raw data under the names of the measure's definition.
    rows : int
    """

    def __init__(self, case: Case) -> None:
        args = {**_written(str(case.get("call") or "")), **(case.get("args") or {})}
        fields, options = _conventions(args)
        self.args: Case = args
        self.sm = _printed(case)
        self.measure, self.method = _measure(case, args)
        entry = definition(self.measure)
        choice("method", self.method, TABLE_METHODS)
        fields.setdefault("table_method", TABLE_METHODS[self.method])
        self.conventions: Profile = replace(profile("meta"), **fields)
        self.columns = columns_of(entry, case["data"])
        self.rows = len(next(iter(self.columns.values())))
        if "unusable" in entry.options:
            options["unusable"] = "drop"
        if self.measure == "SMD":
            options |= _SMD[args.get("method_smd", "Hedges"), bool(args.get("exact_smd", True))]
        if self.measure == "SMD1" and args.get("sd_glass") == "experimental":
            options["deviation"] = "treated"
        self.sizes: EffectSizes = conventional_effects(
            self.measure, self.columns, self.conventions, **options
        )


def meta_case(case: Case) -> MetaCase:
    """Return a case with its conventions.

    Raises
    ------
    MetaInputError
        If an argument is unknown or the data cannot give the measure.
    """
    return MetaCase(case)


def _written(call: str) -> Case:
    """Return the arguments that the R call of a case names beside its `args`.

    Cases list in `args` what their kind varies; the call also says, for instance, that a set of
    estimators of τ² was tried with inverse-variance weights.
    """
    found: Case = {}
    for name, value in _ARGUMENT.findall(call):
        key = name.replace(".", "_")
        if key in _ARGUMENTS or key in _NOT_CONVENTIONS:
            logical = {"TRUE": True, "FALSE": False}
            found[key] = logical.get(value, value.strip('"'))
    return found


def _printed(case: Case) -> str:
    """Return meta's name of the measure as the case has it; generic effects have none."""
    name = str(case.get("measure"))
    return "" if name == "GEN" else name


def _measure(case: Case, args: Case) -> tuple[str, str]:
    """Return the measure and meta's name of the method."""
    measure = definition(str(case.get("measure"))).name
    tables = measure in {"RR", "OR", "RD", "IRR", "IRD"}
    usual = "MH" if tables else "GLMM" if measure == "PLO" else "Inverse"
    inverse = measure == "PLO" and "method_tau" in args
    method = str(args.get("method", "Inverse" if inverse else usual))
    if method == "Peto":
        return "PETO", method
    if measure == "SMD" and args.get("method_smd") == "Glass":
        return "SMD1", method
    return measure, method


def _conventions(args: Case) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the fields of the profile and the options of the measure that arguments change."""
    fields: dict[str, Any] = {}
    options: dict[str, Any] = {}
    for name, value in args.items():
        if name in _NOT_CONVENTIONS:
            continue
        if name not in _ARGUMENTS:
            choice("argument of meta", name, [*_ARGUMENTS, *_NOT_CONVENTIONS])
        changed = _ARGUMENTS[name](value)
        fields |= {key: v for key, v in changed.items() if not key.startswith("option:")}
        options |= {key[7:]: v for key, v in changed.items() if key.startswith("option:")}
    if args.get("adhoc_hakn_ci"):
        fields["test"] = _ADHOC[choice("adhoc_hakn_ci", str(args["adhoc_hakn_ci"]), _ADHOC)]
    return fields, options


def _increment(value: Any) -> dict[str, Any]:
    if value == "TACC":
        return {"continuity": "arm_share"}
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"zero_add": float(value)}
    msg = f"args.incr must be a number or 'TACC'; it is {value!r}."
    raise MetaInputError(msg)


def _every_zero(rule: Any) -> dict[str, Any]:
    fields = ("two_arm_zero", "mantel_haenszel_zero", "proportion_zero", "rate_zero")
    return dict.fromkeys(fields, str(rule))


_ARGUMENTS = {
    "MH_exact": lambda yes: {"mantel_haenszel_zero": "none"} if yes else {},
    "RR_Cochrane": lambda yes: {"ratio_denominator": "both_cells"} if yes else {},
    "allstudies": lambda yes: {"drop_double_zero": not yes},
    "incr": _increment,
    "method_incr": _every_zero,
    "method_tau": lambda name: {"tau2_method": name},
    "method_random_ci": lambda name: {
        "test": _RANDOM_CI[choice("method_random_ci", str(name), _RANDOM_CI)]
    },
    "adhoc_hakn_ci": lambda _: {},
    "method_predict": lambda name: {"prediction": name, "glmm_prediction": name},
    "method_I2": lambda name: (
        {"i2": "tau2", "i2_interval": "q_profile"} if name == "tau2" else {"i2": "q"}
    ),
    "method_common_ci": lambda name: {"common_interval": name},
    "method_smd": lambda _: {},
    "exact_smd": lambda _: {},
    "sd_glass": lambda _: {},
    "pooledvar": lambda yes: {"option:variance": "HO"} if yes else {},
    "transf": lambda _: {},
}
