"""Which column of a stranger's CSV holds what: names in use in R, Stata and RevMan exports."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from analysis.pool.csv_intervals import PARTS, without_interval
from analysis.pool.csv_layouts import LAYOUTS, layouts_of
from schemas.problems import DataProblems, Problem
from schemas.vocabulary import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "MODERATOR",
    "ROLES",
    "choose_columns",
    "holds_logs",
    "is_named_text",
    "is_ratio",
    "measure_of",
    "plain_name",
]

# Accents are left out; the last of each are French, Spanish, Portuguese, German and Italian.
_ARM_1 = (
    *("treatment", "treated", "treat", "trt", "experimental", "exp", "intervention", "active"),
    *("drug", "exposed", "verum", "new", "vaccine", "vaccinated"),
    *("traitement", "tratamiento", "tratamento", "intervencion", "intervencao", "trattamento"),
    *("intervento", "behandlung", "experimentale", "experimentell", "traites", "tratados"),
    *("e", "t", "1", "arm_1", "arm1", "group_1", "group1"),
)
_ARM_2 = (
    *("control", "controls", "ctrl", "con", "comparator", "comparison", "placebo", "kontrolle"),
    *("standard", "standard_care", "usual_care", "unexposed", "no_treatment", "unvaccinated"),
    *("temoin", "temoins", "controle", "controles", "controllo", "kontroll", "kontrollgruppe"),
    *("c", "2", "arm_2", "arm2", "group_2", "group2"),
)
_EVENTS = (
    *("events", "event", "cases", "responders", "deaths", "number_of_events", "no_of_events"),
    *("ereignisse", "evenements", "eventos", "eventi", "cas", "casos"),
)
_SIZES = (
    *("n", "total", "patients", "participants", "size", "sample_size", "number_of_patients"),
    *("patienten", "effectif", "pacientes", "pazienti", "totale", "gesamt"),
)
_TIMES = ("person_years", "patient_years", "person_time", "pyears", "py", "exposure", "time")
_MEAN, _SD = ("mean", "m", "mittelwert"), ("sd", "stdev", "std_dev", "standard_deviation")
_SE = ("se", "sem", "standard_error", "std_err")
_MEDIAN, _Q1, _Q3 = (
    ("median", "med"),
    ("q1", "lower_quartile", "p25"),
    ("q3", "upper_quartile", "p75"),
)
_MINIMUM, _MAXIMUM = ("min", "minimum"), ("max", "maximum")
_LOWER, _UPPER = ("lower", "ci_low", "lcl"), ("upper", "ci_high", "ucl")


def _of_arm(quantities: tuple[str, ...], arms: tuple[str, ...]) -> tuple[str, ...]:
    """Give the names of a quantity in an arm: `events_treatment`, `treatment_events`, `events1`."""
    orders = [f"{q}_{arm}" for q in quantities for arm in arms]
    orders += [f"{arm}_{q}" for q in quantities for arm in arms if len(arm) > 1]
    return (*orders, *(f"{q}{arm}" for q in quantities for arm in arms if arm.isdecimal()))


# Columns of differences.
_DIFFERENCES: dict[str, str] = dict.fromkeys(
    ("md", "mean_difference", "smd", "rd", "risk_difference", "difference"), "GEN"
)
#: Columns whose name says that they hold logarithms of ratios, and the measure.
LOG_COLUMNS = {
    f"{start}{between}{name}": measure
    for start in ("log", "ln")
    for between in ("", "_")
    for name, measure in (("or", "OR"), ("rr", "RR"), ("hr", "HR"), ("irr", "LOGCI"))
}
_LOGS = tuple(LOG_COLUMNS)
#: Names of each role, the preferred first; compared in small letters, all signs as underscores.
ROLES: dict[str, tuple[str, ...]] = {
    "study": (
        *("study", "study_label", "slab", "studlab", "label", "study_name", "name", "authors"),
        *("author", "author_name", "authorname", "first_author", "citation", "reference"),
        *("study_id", "studyid", "study_or_subgroup", "study_or_sub_category", "studies"),
        *("source_study", "studie", "trial", "trial_name", "id"),
        *("etude", "essai", "estudio", "estudo", "ensayo", "studio", "autor", "auteur", "autore"),
    ),
    "year": ("year", "publication_year", "pubyear", "jahr", "annee", "ano", "anno"),
    "events": ("events", "event", "xi", "x", "cases", "responders", "numerator", "num"),
    "n": (
        *("n", "ni", "total", "sample_size", "samplesize", "n_total", "ntotal", "size"),
        *("patients", "participants", "denominator", "denom"),
    ),
    "ai": ("ai", "x1i", *_of_arm(_EVENTS, _ARM_1), "ee", "tpos", "a"),
    "n1i": ("n1i", *_of_arm(_SIZES, _ARM_1), "ne", "nt"),
    "bi": ("bi", "nonevents_treatment", "no_events_treatment", "tneg", "b"),
    "ci": ("ci", "x2i", *_of_arm(_EVENTS, _ARM_2), "ec", "cpos", "c"),
    "n2i": ("n2i", *_of_arm(_SIZES, _ARM_2), "nc"),
    "di": ("di", "nonevents_control", "no_events_control", "cneg", "d"),
    **{
        role: (role, *_of_arm(names, arm))
        for number, arm in (("1", _ARM_1), ("2", _ARM_2))
        for role, names in (
            (f"t{number}i", _TIMES),
            (f"m{number}i", _MEAN),
            (f"sd{number}i", _SD),
            (f"se{number}i", _SE),
            (f"median_{number}", _MEDIAN),
            (f"q1_{number}", _Q1),
            (f"q3_{number}", _Q3),
            (f"min_{number}", _MINIMUM),
            (f"max_{number}", _MAXIMUM),
            (f"lower_{number}", _LOWER),
            (f"upper_{number}", _UPPER),
        )
    },
    "tp": ("tp", "true_positives", "true_positive", "truepos"),
    "fn": ("fn", "false_negatives", "false_negative", "falseneg"),
    "fp": ("fp", "false_positives", "false_positive", "falsepos"),
    "tn": ("tn", "true_negatives", "true_negative", "trueneg"),
    "time": ("ti", *_TIMES[:-1]),
    "correlation": ("ri", "r", "cor", "corr", "correlation", "pearson_r", "korrelation"),
    "mean": ("mi", *_MEAN, "average"),
    "sd": ("sdi", *_SD),
    "median": (*_MEDIAN, "median_survival", "median_months"),
    "q1": _Q1,
    "q3": _Q3,
    "minimum": _MINIMUM,
    "maximum": _MAXIMUM,
    "yi": ("yi", "effect", "es", "effect_size", "te", "theta", *_LOGS),
    "vi": ("vi", "variance", "var", "v"),
    "o_minus_e": ("o_minus_e", "o_e", "oe"),
    "sei": (
        *("sei", "se", "se_te", "sete", "std_err", "stderr", "standard_error", "seyi"),
        *(f"se{between}{log}" for log in LOG_COLUMNS for between in ("", "_", "_of_")),
    ),
    "estimate": (
        *("estimate", "est", "hr", "hazard_ratio", "or", "odds_ratio", "rr", "risk_ratio", "irr"),
        *("ratio", "rate_ratio", *_DIFFERENCES),
    ),
    "ci_low": (
        *("ci_low", "ci_lower", "lower_ci", "ci_lb", "lower", "lcl", "ll", "low", "lci", "lb"),
        *("lower_95_ci", "ci_95_low", "ci_l", "cil"),
    ),
    "ci_high": (
        *("ci_high", "ci_upper", "upper_ci", "ci_ub", "upper", "ucl", "ul", "high", "uci", "ub"),
        *("upper_95_ci", "ci_95_high", "ci_u", "ciu"),
    ),
    "p": ("p", "pval", "p_value", "pvalue", "p_wert"),
}
#: Columns whose name says that they hold ratios, to be analysed as logs, and the measure.
RATIO_COLUMNS = {
    **dict.fromkeys(("hr", "hazard_ratio"), "HR"),
    **dict.fromkeys(("or", "odds_ratio"), "OR"),
    **dict.fromkeys(("rr", "risk_ratio"), "RR"),
    **dict.fromkeys(("irr", "rate_ratio", "ratio"), "LOGCI"),
}
#: Columns that are read whatever the layout.
_NAMING = ("study", "year", "by")
#: Beginning of the roles of moderators: as many as there are columns named.
MODERATOR = "moderator "
# What a hint names when the columns say nothing: one layout of each kind.
_COMMON = ("two", "means", "rates_of_arms", "counts", "correlations", "effect_se", "estimate_ci")
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
    "m1i": "mean of the first arm",
    "sd1i": "its standard deviation",
    "m2i": "mean of the second arm",
    "sd2i": "its standard deviation",
    "t1i": "person-time of the first arm",
    "t2i": "person-time of the second arm",
    "time": "person-time",
    "o_minus_e": "observed less expected events of the treated arm",
}


def plain_name(name: str) -> str:
    """Return a column's name in small letters, every run of other signs as one underscore."""
    plain = unicodedata.normalize("NFKD", name.strip().lower())
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", "_", letters).strip("_")


def measure_of(column: str) -> str | None:
    """Name the measure of a column of effects, None when its name does not say it."""
    name = plain_name(without_interval(column))
    return RATIO_COLUMNS.get(name) or LOG_COLUMNS.get(name) or _DIFFERENCES.get(name)


def holds_logs(column: str) -> bool:
    """Say whether a column holds logarithms of ratios by its name."""
    return plain_name(without_interval(column)) in LOG_COLUMNS


def is_ratio(measure: str | None) -> bool:
    """Say whether a reported measure is a ratio, analysed as a log."""
    return measure in {*RATIO_COLUMNS.values()}


def is_named_text(role: str) -> bool:
    """Say whether a role is a column of clusters or a moderator."""
    return role == "cluster" or role.startswith(MODERATOR)


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
        A key of `csv_layouts.LAYOUTS`, and the column of each of its roles, of ``study`` and
        ``year`` where there are such columns, and of those that were named.

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
        # One column has one role; only subgroups and clusters may be made from any column.
        used = {name for key, name in columns.items() if key != "by" and not is_named_text(key)}
        if role not in columns and found is not None and found not in used:
            columns[role] = found
    # What the user named comes first: with --events and --n the table is one of proportions.
    order = sorted(
        layouts_of(measure), key=lambda key: -sum(role in given for role in LAYOUTS[key].roles)
    )
    for key in order:
        layout = LAYOUTS[key]
        if all(role in columns for role in layout.roles):
            wanted = {*layout.roles, *layout.optional, *_NAMING}
            return key, {r: name for r, name in columns.items() if r in wanted or is_named_text(r)}
    if measure:
        given_by = [k for k in LAYOUTS if all(role in columns for role in LAYOUTS[k].roles)]
        could = dict.fromkeys(m for key in given_by for m in LAYOUTS[key].measures)
    else:
        could = {}
    missing = _least_missing(columns, order)
    what = f"The columns do not say what is to be pooled{f' as {measure}' if measure else ''}."
    hint = f"Columns of the file: {', '.join(header)}. Needed: "
    if any(re.fullmatch(r"[-+]?[0-9.]+", name) for name in header):
        hint = f"The first line must hold names of columns; it holds {', '.join(header)}."
    elif missing:
        wanted = " and ".join(map(_explained, missing))
        hint += f"also {wanted}; or name it, for example --column {missing[0]}=NAME."
    else:
        shown = order if measure else [key for key in order if key in _COMMON]
        needed = ", or ".join(" and ".join(map(_explained, LAYOUTS[k].roles)) for k in shown)
        hint += f"{needed}; or name them, for example --column {LAYOUTS[order[0]].roles[0]}=NAME."
    if could:
        hint += f" These columns give {', '.join(could)}."
    raise DataProblems([Problem(file, 1, None, None, what, hint, "error", "pool-columns")])


def _explained(role: str) -> str:
    return f"{role} ({_MEANINGS[role]})" if role in _MEANINGS else role


def _least_missing(columns: Mapping[str, str], layouts: Sequence[str]) -> list[str]:
    """Return what one layout lacks if a part of it is there, so that the hint can be short."""
    partial = [
        [role for role in LAYOUTS[key].roles if role not in columns]
        for key in sorted(layouts, key=lambda key: key not in _COMMON)
        if any(role in columns for role in LAYOUTS[key].roles)
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
