"""Which column of a stranger's CSV holds what: names in use in R, Stata and RevMan exports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.pool.csv_intervals import PARTS, without_interval
from schemas.problems import DataProblems, Problem
from schemas.vocabulary import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "LAYOUTS",
    "MEASURES",
    "OPTIONAL",
    "RATIOS",
    "RATIO_COLUMNS",
    "ROLES",
    "choose_columns",
    "plain_name",
    "ratio_of",
]

#: Measures of ratios, analysed as logs, in words.
RATIOS = {"RR": "risk ratio", "OR": "odds ratio", "HR": "hazard ratio", "LOGCI": "ratio"}
_ARM_1 = (
    *("treatment", "treated", "treat", "trt", "experimental", "exp", "intervention", "active"),
    *("e", "t", "1", "arm_1", "arm1", "group_1", "group1"),
)
_ARM_2 = (
    *("control", "controls", "ctrl", "con", "comparator", "comparison", "placebo", "kontrolle"),
    *("c", "2", "arm_2", "arm2", "group_2", "group2"),
)
_EVENTS = ("events", "event", "cases", "responders", "ereignisse")
_SIZES = ("n", "total", "patients", "participants", "size", "sample_size")


def _of_arm(quantities: tuple[str, ...], arms: tuple[str, ...]) -> tuple[str, ...]:
    """Give the names of a quantity in an arm: `events_treatment`, `treatment_events`, `events1`."""
    orders = [f"{q}_{arm}" for q in quantities for arm in arms]
    orders += [f"{arm}_{q}" for q in quantities for arm in arms if len(arm) > 1]
    return (*orders, *(f"{q}{arm}" for q in quantities for arm in arms if arm.isdecimal()))


#: Names of each role, the preferred first; compared in small letters, all signs as underscores.
ROLES: dict[str, tuple[str, ...]] = {
    "study": (
        *("study", "study_label", "slab", "studlab", "label", "study_name", "name", "authors"),
        *("author", "author_name", "authorname", "first_author", "citation", "reference"),
        *("study_id", "studyid", "study_or_subgroup", "study_or_sub_category", "studies"),
        *("source_study", "studie", "trial", "trial_name", "id"),
    ),
    "year": ("year", "publication_year", "pubyear"),
    "events": ("events", "event", "xi", "x", "cases", "responders", "numerator", "num"),
    "n": (
        *("n", "ni", "total", "sample_size", "samplesize", "n_total", "ntotal", "size"),
        *("patients", "participants", "denominator", "denom"),
    ),
    "ai": ("ai", *_of_arm(_EVENTS, _ARM_1), "ee", "tpos", "a"),
    "n1i": ("n1i", *_of_arm(_SIZES, _ARM_1), "ne", "nt"),
    "bi": ("bi", "nonevents_treatment", "no_events_treatment", "tneg", "b"),
    "ci": ("ci", *_of_arm(_EVENTS, _ARM_2), "ec", "cpos", "c"),
    "n2i": ("n2i", *_of_arm(_SIZES, _ARM_2), "nc"),
    "di": ("di", "nonevents_control", "no_events_control", "cneg", "d"),
    "median": ("median", "median_survival", "median_months", "med"),
    "yi": ("yi", "effect", "es", "effect_size", "te", "theta", "logor", "logrr", "loghr", "lnhr"),
    "vi": ("vi", "variance", "var"),
    "sei": ("sei", "se", "se_te", "sete", "std_err", "stderr", "standard_error", "seyi", "selogor"),
    "estimate": (
        *("estimate", "est", "hr", "hazard_ratio", "or", "odds_ratio", "rr", "risk_ratio", "irr"),
        *("ratio", "mean_difference", "md"),
    ),
    "ci_low": (
        *("ci_low", "ci_lower", "lower_ci", "ci_lb", "lower", "lcl", "ll", "low", "lci", "lb"),
        *("lower_95_ci", "ci_95_low", "ci_l", "cil"),
    ),
    "ci_high": (
        *("ci_high", "ci_upper", "upper_ci", "ci_ub", "upper", "ucl", "ul", "high", "uci", "ub"),
        *("upper_95_ci", "ci_95_high", "ci_u", "ciu"),
    ),
}
#: Columns whose name says that they hold ratios, to be analysed as logs, and the measure.
RATIO_COLUMNS = {
    **dict.fromkeys(("hr", "hazard_ratio"), "HR"),
    **dict.fromkeys(("or", "odds_ratio"), "OR"),
    **dict.fromkeys(("rr", "risk_ratio"), "RR"),
    **dict.fromkeys(("irr", "ratio"), "LOGCI"),
}
#: Roles that are read where they are there, and needed by no model.
OPTIONAL: dict[str, tuple[str, ...]] = {"times": ("n",)}
#: Sets of roles that can be pooled, the most informative first.
LAYOUTS: dict[str, tuple[str, ...]] = {
    "two": ("ai", "n1i", "ci", "n2i"),
    "two_cells": ("ai", "bi", "ci", "di"),
    "counts": ("events", "n"),
    "times": ("median", "ci_low", "ci_high"),
    "effect_vi": ("yi", "vi"),
    "effect_se": ("yi", "sei"),
    "estimate_ci": ("estimate", "ci_low", "ci_high"),
    "effect_ci": ("yi", "ci_low", "ci_high"),
    "estimate_se": ("estimate", "sei"),
}
#: What the short names stand for, in hints.
_MEANINGS = {
    "n": "patients",
    "ai": "events in the first arm",
    "n1i": "patients in the first arm",
    "bi": "patients without event in the first arm",
    "ci": "events in the second arm",
    "n2i": "patients in the second arm",
    "di": "patients without event in the second arm",
    "yi": "effect",
    "vi": "its variance",
    "sei": "its standard error",
}
_MEANS = re.compile(r"(m|mean|sd)_?(1i?|2i?|e|c|t|i)?")
_EFFECTS = ("effect_vi", "effect_se", "effect_ci", "estimate_ci", "estimate_se")
#: Which layouts each measure can be had from.
MEASURES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("PR", "PLO", "PAS", "PFT"), ("counts",)),
    **dict.fromkeys(("RR", "OR"), ("two", "two_cells", *_EFFECTS)),
    "RD": ("two", "two_cells", *_EFFECTS),
    **dict.fromkeys(("HR", "LOGCI", "GEN"), _EFFECTS),
    **dict.fromkeys(("MEDRAW", "MEDLOG"), ("times",)),
}


def plain_name(name: str) -> str:
    """Return a column's name in small letters, every run of other signs as one underscore."""
    return re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")


def ratio_of(column: str) -> str | None:
    """Name the measure of a column of ratios, None when its name does not say so."""
    return RATIO_COLUMNS.get(plain_name(without_interval(column)))


def _joined_estimate(joined: Sequence[str], given: Mapping[str, str], file: str) -> str | None:
    """Choose the column that holds estimates with their intervals: one that is known by name.

    Raises
    ------
    DataProblems
        If there are several and nothing says which is meant.
    """
    if given.get("estimate") in joined or (given.keys() & {"yi", "median"}):
        return given.get("estimate") if given.get("estimate") in joined else None
    if "estimate" in given or not joined:
        return None
    known = [c for c in joined if plain_name(without_interval(c)) in ROLES["estimate"]]
    chosen = known or list(joined)
    if len(chosen) == 1:
        return chosen[0]
    what = f"Several columns hold estimates with their intervals: {', '.join(chosen)}."
    hint = f'Say which is to be pooled: --column "estimate={chosen[0]}".'
    raise DataProblems([Problem(file, 1, None, None, what, hint, "error", "pool-columns")])


def choose_columns(
    header: Sequence[str],
    given: Mapping[str, str],
    measure: str | None,
    file: str,
    joined: Sequence[str] = (),
) -> tuple[str, dict[str, str]]:
    """Find the layout of a table and the column of every role.

    Parameters
    ----------
    header
        Names of the columns as written.
    given
        Roles, and ``by``, whose column the user named.
    measure
        Restricts the layouts to those it can be had from.
    file
        For messages.
    joined
        Columns whose cells hold an estimate with its limits: such a column has three roles.

    Returns
    -------
    layout, columns
        A key of `LAYOUTS`, and the column of each of its roles, of ``study`` and ``year`` where
        there are such columns, and of ``by`` where it was named.

    Raises
    ------
    DataProblems
        If a named column does not exist, or no layout is complete.
    """
    by_plain: dict[str, str] = {}
    for name in header:
        by_plain.setdefault(plain_name(name), name)
    columns = {role: _named(name, header, by_plain, file) for role, name in given.items()}
    together = _joined_estimate(joined, columns, file)
    if together is not None:
        columns |= {role: columns.get(role, together) for role in PARTS}
    for role, names in ROLES.items():
        found = next((by_plain[name] for name in names if name in by_plain), None)
        # One column has one role; only subgroups may be made from any column.
        used = {name for key, name in columns.items() if key != "by"}
        if role not in columns and found is not None and found not in used:
            columns[role] = found
    allowed = MEASURES[measure] if measure else tuple(LAYOUTS)
    # What the user named comes first: with --events and --n the table is one of proportions.
    order = sorted(allowed, key=lambda key: -sum(role in given for role in LAYOUTS[key]))
    for key in order:
        if all(role in columns for role in LAYOUTS[key]):
            wanted = {*LAYOUTS[key], *OPTIONAL.get(key, ()), "study", "year", "by"}
            return key, {role: name for role, name in columns.items() if role in wanted}
    missing = _least_missing(columns, order)
    what = f"The columns do not say what is to be pooled{f' as {measure}' if measure else ''}."
    hint = f"Columns of the file: {', '.join(header)}. Needed: "
    if any(re.fullmatch(r"[-+]?[0-9.]+", name) for name in header):
        hint = f"The first line must hold names of columns; it holds {', '.join(header)}."
    elif sum(bool(_MEANS.fullmatch(plain_name(name))) for name in header) > 1:
        hint = "Means and standard deviations are not pooled as such: compute each study's "
        hint += "difference and its standard error, and put them into columns yi and sei."
    elif missing:
        wanted = " and ".join(map(_explained, missing))
        hint += f"also {wanted}; or name it, for example --column {missing[0]}=NAME."
    else:
        needed = ", or ".join(" and ".join(map(_explained, LAYOUTS[key])) for key in order)
        hint += f"{needed}; or name them, for example --column {LAYOUTS[order[0]][0]}=NAME."
    raise DataProblems([Problem(file, 1, None, None, what, hint, "error", "pool-columns")])


def _explained(role: str) -> str:
    return f"{role} ({_MEANINGS[role]})" if role in _MEANINGS else role


def _least_missing(columns: Mapping[str, str], layouts: Sequence[str]) -> list[str]:
    """Return what one layout lacks if a part of it is there, so that the hint can be short."""
    partial = [
        [role for role in LAYOUTS[key] if role not in columns]
        for key in layouts
        if any(role in columns for role in LAYOUTS[key])
    ]
    return min(partial, key=len, default=[])


def _named(name: str, header: Sequence[str], by_plain: Mapping[str, str], file: str) -> str:
    if name in header:
        return name
    if plain_name(name) in by_plain:
        return by_plain[plain_name(name)]
    what = f"The file has no column {name}."
    hint = f"{did_you_mean(name, list(header))}Columns of the file: {', '.join(header)}."
    raise DataProblems([Problem(file, 1, name, None, what, hint, "error", "pool-columns")])
