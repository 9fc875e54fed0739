"""The names under which tables of statistics keep their columns."""

from __future__ import annotations

import re
import unicodedata

_ALIASES: dict[str, tuple[str, ...]] = {
    "claim_id": ("claim_id", "claim", "id", "row", "row_id", "key", "label", "name", "analysis_id"),
    "section": ("section", "where", "location", "place"),
    "outcome": ("outcome", "endpoint", "end_point", "outcome_name"),
    "variable": ("subgroup_variable", "variable", "moderator", "grouping", "subgroup_by", "factor"),
    "subgroup": ("subgroup", "group", "level_of_subgroup", "category", "stratum"),
    "statistic": ("statistic", "measure", "metric", "effect_measure", "sm", "type", "stat"),
    "unit": ("unit", "units", "scale"),
    "estimate": (
        *("estimate", "value", "est", "effect", "effect_size", "pooled", "point_estimate", "es"),
        *("pooled_estimate", "result", "yi", "te", "pooled_effect", "estimate_ci"),
        *("estimate_95_ci", "effect_95_ci", "effect_size_95_ci"),
    ),
    "low": (
        *("ci_low", "lower", "ci_lower", "lcl", "low", "ci_lb", "lower_ci", "lower_limit", "ll"),
        *("ci_l", "lo", "lower_95", "lower_95_ci", "95_ci_lower", "lci", "ci95_low", "lb"),
        *("ci_lo", "cil", "conf_low", "ci_min", "95_ci_low", "low_95_ci", "l95"),
    ),
    "high": (
        *("ci_high", "upper", "ci_upper", "ucl", "high", "ci_ub", "upper_ci", "upper_limit", "ul"),
        *("ci_u", "hi", "upper_95", "upper_95_ci", "95_ci_upper", "uci", "ci95_high", "ub"),
        *("ci_hi", "ciu", "conf_high", "ci_max", "95_ci_high", "high_95_ci", "u95"),
    ),
    "interval": ("ci", "95_ci", "ci95", "ci_95", "conf_int", "interval", "confidence_interval"),
    "level": ("ci_level", "level", "conf_level", "confidence_level"),
    "i2": (
        *("i2", "i2_percent", "i_2", "i_squared", "isq", "i_sq", "i2_pct", "i_squared_percent"),
        *("heterogeneity_i2", "i2_value", "i2_fraction", "isquared", "inconsistency"),
    ),
    "p_unassigned": (
        *("p_value_text", "p", "p_value", "pvalue", "p_val", "pval", "p_text", "p_printed"),
    ),
    "p_heterogeneity": (
        *("p_heterogeneity", "p_het", "het_p", "p_q", "q_p", "pq", "p_for_heterogeneity"),
        *("heterogeneity_p", "p_heterogeneity_text", "phet", "qep", "p_cochran_q", "pval_q"),
        *("p_value_heterogeneity", "p_of_q", "cochran_p", "i2_p"),
    ),
    "p_effect": ("p_effect", "p_overall", "effect_p", "p_z", "p_overall_effect", "z_p", "pval_z"),
    "q": ("q", "cochran_q", "q_statistic", "chi2", "chi_squared", "qe", "cochrans_q", "q_value"),
    "df": ("df", "q_df", "dof", "degrees_of_freedom"),
    "tau2": ("tau2", "tau_2", "tau_squared", "tausq", "tau_sq"),
    "k": (
        *("k", "n_studies", "studies", "number_of_studies", "no_of_studies", "num_studies"),
        *("trials", "n_trials", "k_studies", "no_studies", "nstudies", "number_of_estimates"),
    ),
    "n": (
        *("n", "total", "participants", "n_total", "sample_size", "patients", "denominator"),
        *("n_participants", "n_patients", "ni", "total_n"),
    ),
    "events": (
        "events",
        "event",
        "cases",
        "x",
        "xi",
        "count",
        "numerator",
        "n_events",
        "responders",
    ),
    "method": ("method", "estimator", "software", "model", "tau2_method", "tau2_estimator"),
    "note": ("note", "notes", "comment", "comments", "remark", "remarks", "footnote"),
    # Where a row is printed does not make it another result.
    "position": ("figure", "table", "page", "line", "source", "panel", "reference", "doi", "quote"),
}
_BY_ALIAS = {alias: name for name, aliases in _ALIASES.items() for alias in aliases}

# An effect measure may be the name of the estimate's column; it then also names the statistic.
_MEASURES = (
    *("or", "rr", "hr", "irr", "smd", "md", "rd", "odds_ratio", "risk_ratio", "hazard_ratio"),
    *("relative_risk", "mean_difference", "proportion", "percent", "percentage", "prevalence"),
    *("median", "mean", "rate", "incidence"),
)
# What a table must have one of to be about statistics at all.
STATISTICS = ("estimate", "low", "high", "interval", "i2", "q", "events")
STATISTICS_P = ("p_unassigned", "p_heterogeneity", "p_effect")


def plain_name(header: str) -> str:
    """Write a header as aliases are written: ``I² (%)`` as ``i2``, ``95% CI`` as ``95_ci``."""
    text = unicodedata.normalize("NFKC", header).casefold().replace("τ", "tau").replace("χ", "chi")
    return re.sub(r"[^0-9a-z]+", "_", text.replace("'", "").replace("’", "")).strip("_")


def recognise(headers: list[str]) -> dict[str, str]:
    """Say which header holds what.

    Parameters
    ----------
    headers : list of str
        As in the file.

    Returns
    -------
    dict
        Header to role; unknown headers are missing; the first of several headers with one role
        keeps it. The role of an effect measure's column is ``estimate``.
    """
    roles: dict[str, str] = {}
    for header in headers:
        role = _BY_ALIAS.get(plain_name(header))
        if role is not None and (role == "position" or role not in roles.values()):
            roles[header] = role
    if "estimate" not in roles.values():
        named = next((h for h in headers if plain_name(h) in _MEASURES), None)
        if named is not None:
            roles[named] = "estimate"
    return roles


def names_measure(header: str) -> bool:
    """Say whether a header is itself the name of an effect measure."""
    return plain_name(header) in _MEASURES
