"""The names under which tables of statistics keep their columns."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from analysis.audit.measures import names_a_kind

_ALIASES: dict[str, tuple[str, ...]] = {
    "claim_id": ("claim_id", "claim", "id", "row", "row_id", "key", "label", "name", "analysis_id"),
    "section": ("section", "where", "location", "place"),
    "outcome": (
        *("outcome", "endpoint", "end_point", "outcome_name", "endpunkt", "ergebnis", "zielgrosse"),
        *("critere", "desenlace", "resultado", "desfecho", "esito"),
    ),
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
        *("p_value_two_sided", "two_sided_p", "p_values", "sig", "significance"),
        *("p_value_text", "p", "p_value", "pvalue", "p_val", "pval", "p_text", "p_printed"),
        *("p_wert", "valeur_p", "valeur_de_p", "valor_p", "valor_de_p", "p_valor", "valore_p"),
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
        *("studies_n", "number_of_trials", "no_of_trials", "trials_n", "number_of_comparisons"),
        *("trials", "n_trials", "k_studies", "no_studies", "nstudies", "number_of_estimates"),
    ),
    "n": (
        *("n", "total", "participants", "total_n", "sample_size", "patients", "denominator"),
        *("n_participants", "n_patients", "ni", "number_of_participants", "no_of_participants"),
        *("participants_n", "patients_n", "number_of_patients", "no_of_patients"),
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
    "count": (
        *("n_n", "events_total", "events_n", "n_total", "n_of_n", "count_total", "n_n_percent"),
        *("events_total_percent", "responders_total", "cases_total", "no_total", "no_of_total"),
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


# What of a heading names the interval: "(95% CI)", "[95 % CrI]", "M-H, Random, 95% CI".
_INTERVAL = re.compile(
    r"[(\[{][^()\[\]{}]*(?<![A-Za-z])(?:CrI|CIs?|KI|IC|(?i:confidence|credible|interval|limits))"
    r"(?![A-Za-z])[^()\[\]{}]*[)\]}]"
    r"|[,;/]?\s*(?:and )?(?:\b9[059](?:\.\d)?\s*%[\s-]*)(?:CrI|CIs?|KI|IC"
    r"|(?i:confidence (?:interval|limit)s?))(?![A-Za-z])(?:\s*[(\[]?9[059]\s*%[)\]]?)?"
    r"|[,;/]?\s*\bCI\s*[(\[]?9[059]\s*%?[)\]]?"
)
_FOOTNOTE = re.compile(r"[*\N{DAGGER}\N{DOUBLE DAGGER}\N{SECTION SIGN}\N{PILCROW SIGN}#]+|\^[a-z]$")
_SPREAD = re.compile(
    r"IQR|quartile|\brange|\bSD\b|\bSE\b|Q1|min(?:imum)?\b|percentile", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a table hold.

    Attributes
    ----------
    roles
        Header to role; unknown headers are missing; the first of several with one role keeps it.
    measures
        Header of an estimate to the measure that it names, without the words for the interval.
    more
        Further columns of estimates, such as crude beside adjusted ratios, with the header of the
        P that stands directly behind each, if one does.
    """

    roles: dict[str, str] = field(default_factory=dict)
    measures: dict[str, str] = field(default_factory=dict)
    more: dict[str, str | None] = field(default_factory=dict)


def recognise(headers: list[str]) -> Columns:
    """Say which header holds what.

    Parameters
    ----------
    headers : list of str
        As in the file.
    """
    roles: dict[str, str] = {}
    measures: dict[str, str] = {}
    for header in headers:
        role = _BY_ALIAS.get(plain_name(_FOOTNOTE.sub("", header)))
        if role is None and _INTERVAL.sub("", header).strip() == "" != header.strip():
            role = "interval"
        # "% (95% CI)" is a percentage with its interval.
        if role == "interval" and _INTERVAL.sub("", header).strip() == "%":
            role = None
        if role == "p_unassigned" and _behind_heterogeneity(header, headers):
            role = "p_heterogeneity"
        if role is not None and (role == "position" or role not in roles.values()):
            roles[header] = role
    for header in headers:
        name = _measure(header)
        if name and roles.get(header) in (None, "estimate"):
            measures[header] = name
    estimates = [h for h in headers if h in measures and roles.get(h) is None]
    if "estimate" not in roles.values() and estimates:
        roles[estimates.pop(0)] = "estimate"
    more = {h: _p_behind(h, headers) for h in estimates if _INTERVAL.search(h)}
    main = next((h for h, role in roles.items() if role == "estimate"), None)
    # With crude and adjusted ratios side by side, a P belongs to the column in front of it.
    for header, p in more.items():
        if p is not None and main is not None and _p_behind(main, headers) != p:
            roles.pop(p, None)
        more[header] = p
    return Columns(roles, measures, more)


def _measure(header: str) -> str:
    """Give the measure that a header names, empty if it is none."""
    bare = _FOOTNOTE.sub("", header)
    name = _INTERVAL.sub(" ", bare)
    if _SPREAD.search(name):
        return ""
    named = " ".join(name.replace("_", " ").split()).strip(" ,;:/")
    if plain_name(named) in _MEASURES or (named and names_a_kind(named)):
        return named
    with_interval = name != bare and bool(named)
    return named if with_interval and plain_name(named) not in ("p", "i2", "tau2", "q") else ""


def _behind_heterogeneity(header: str, headers: list[str]) -> bool:
    """Whether a P stands behind I² or Q, and another P elsewhere is that of the effect."""
    at = headers.index(header)
    before = _BY_ALIAS.get(plain_name(headers[at - 1])) if at else None
    p_values = [h for h in headers if _BY_ALIAS.get(plain_name(h)) in ("p_unassigned", "p_effect")]
    return before in ("i2", "q") and len(p_values) > 1


def _p_behind(header: str, headers: list[str]) -> str | None:
    at = headers.index(header) + 1
    following = headers[at] if at < len(headers) else ""
    is_p = _BY_ALIAS.get(plain_name(_FOOTNOTE.sub("", following))) in ("p_unassigned", "p_effect")
    return following if is_p else None


def estimate_heading(header: str) -> bool:
    """Say whether a heading names an estimate, with the interval beside it or not."""
    return bool(_measure(header))


def is_spread(header: str) -> bool:
    """Say whether a header names quartiles, a range or a deviation, which are no intervals."""
    return _SPREAD.search(header) is not None
